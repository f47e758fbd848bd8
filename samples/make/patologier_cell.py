"""Pathologies of cells: dates, words, numbers, formulas, personal data, and rows that contradict themselves (rows 56–91).

Goes in: the clean rows. Comes out: samples registered with `sample`.
Guaranteed: the only person numbers are the Swedish Tax Agency's published test numbers; each sample has one pathology.
"""

from datetime import date

from . import form, xls, xlsx
from .archive import packed, unpacked
from .book import Book, Broken, Formula, Serial, Shown
from .form import FULL, MARKS
from .sample import CLEAN, clean, sample

ISO = "yyyy\\-mm\\-dd"
# Columns of FULL.
NR, KON, BESLUT, AVBROTT, LAGRUM, INSATS, VERK, AVSL, ORSAK = range(1, 10)


def changed(*changes, fields=FULL, **how):
    """The clean rows with some cells replaced: (row, column, value)."""
    sheet, _ = clean(fields=fields, **how)
    for row, column, value in changes:
        sheet.cells.pop((row, column), None)
        sheet.put(row, column, value)
    return sheet


@sample(56, "datum-som-text", "Dates as text, 2023-05-04.")
def _():
    return clean(spelling=form.text_iso)[0]


@sample(57, "sex-siffror", "Dates as 230504 and 20230615, as numbers and as text.")
def _():
    return changed((2, BESLUT, 230504), (3, AVBROTT, "20230615"), (3, VERK, 20231120), (4, BESLUT, "230601"))


@sample(58, "sex-siffror-i-datumcell", "230504 typed in a cell formatted as a date; it shows the year 2531.")
def _():
    return changed((2, BESLUT, Shown(230504, ISO)))


@sample(59, "dag-manad-ar", "Dates as people say them: 4/5-23, 10.03.2022, 15 juni 2023, 20 nov 23, den 1 juni 2023.")
def _():
    return changed(
        (2, BESLUT, "4/5-23"),
        (3, BESLUT, "10.03.2022"),
        (3, AVBROTT, "15 juni 2023"),
        (3, VERK, "20 nov 23"),
        (4, BESLUT, "den 1 juni 2023"),
    )


@sample(59, "tvetydigt-datum", "03/04/2023: the third of April or the fourth of March.")
def _():
    return changed((2, BESLUT, "03/04/2023"))


@sample(60, "datum-utan-ar", "A date without a year.")
def _():
    return changed((3, VERK, "20/11"))


@sample(61, "omojligt-datum", "2023-06-31.")
def _():
    return changed((4, BESLUT, "2023-06-31"))


@sample(62, "serienummer", "Dates as bare serial numbers.")
def _():
    return clean(spelling=Serial)[0]


@sample(63, "ar-1904", "A workbook that counts days from 1904, some of them bare.")
def _():
    sheet = changed((2, BESLUT, Serial(date(2023, 5, 4))))
    return Book([sheet], date1904=True)


@sample(63, "ar-1904-xls", "The same in the old binary format.", "rapport.xls")
def _():
    return xls.written(Book([clean(spelling=Serial)[0]], date1904=True))


@sample(64, "vecka-och-manad", "A week and a month where a day should be.")
def _():
    return changed((2, BESLUT, "v. 18"), (3, VERK, "nov-23"))


@sample(65, "orimliga-datum", "A decision in the future, and one from 1932.")
def _():
    return changed((2, BESLUT, date(2026, 12, 31)), (4, BESLUT, date(1932, 6, 1)))


@sample(66, "klockslag", "Dates with a time of day, and with a time zone.")
def _():
    return changed(
        (2, BESLUT, "2023-05-04 00:00:00"), (3, VERK, "2023-11-20T00:00:00Z"), (4, BESLUT, Shown(45078.0, "yyyy\\-mm\\-dd hh:mm"))
    )


@sample(67, "ja-delvis", "Partly executed, with the date in the same cell.")
def _():
    return changed((2, VERK, "Ja, delvis 231010"))


@sample(68, "datum-i-stallet-for-ja", "Only a date in the column that asks yes or no.")
def _():
    return changed((3, VERK, "231120"), headings={"verkstalld": "Verkställt"})


@sample(69, "datum-med-orsak", "A closing date followed by the reason.")
def _():
    return changed((4, AVSL, "231011 på den enskildes begäran."), (4, ORSAK, None))


@sample(70, "nej", "Nej. / nej / - in the columns for dates.")
def _():
    return changed((2, VERK, "Nej."), (2, AVSL, "-"), (4, VERK, "nej"), (4, AVSL, "NEJ "))


DAYS = [*FULL, "Tid från beslut/avbrott"]


@sample(71, "antal-dagar", "Elapsed days written out; the last one is not what the dates give.")
def _():
    return changed((2, 10, "Vid periodens slut, 231231: 241 dagar"), (3, 10, "158 dagar."), (4, 10, "206 dagar"), fields=DAYS)


@sample(72, "tusental", "A number of days with a hard space.")
def _():
    return changed((2, BESLUT, date(2020, 3, 13)), (2, 10, "1\u00a0388"), fields=DAYS)


@sample(73, "ungefarligt-tal", "About so many days.")
def _():
    return changed((2, 10, "ca 240"), (4, 10, "200-215"), fields=DAYS)


@sample(75, "flyttalsbrus", "A day's serial number with the noise of a computed cell.")
def _():
    return changed((2, BESLUT, Shown(45050.00000000001, ISO)), (2, 10, 241.00000000000003), fields=DAYS)


@sample(76, "tal-som-text", "Serial numbers stored as text.")
def _():
    return changed((2, BESLUT, "45050"), (4, BESLUT, "45078"))


@sample(77, "arendenummer-avrundat", "A long number that the program rounded.")
def _():
    return changed((2, 10, Shown(2023000123456780000, "General")), fields=[*FULL, "Ärendenummer"])


FOUR = [*FULL[:-1], *MARKS]


@sample(78, "noll-tomt-streck", "0, blank and - in the four columns of causes.")
def _():
    return changed((2, 9, 0), (2, 10, "-"), (2, 12, 0), (4, 9, "-"), (4, 11, 0), fields=FOUR, mark=1)


@sample(79, "formel-med-varde", "A date computed by a formula, with its value saved.")
def _():
    return changed((2, BESLUT, Formula("DATE(2023,5,4)", 45050, ISO)))


@sample(80, "formel-utan-varde", "A formula that was never computed.")
def _():
    return changed((2, BESLUT, Formula("DATE(2023,5,4)", None, ISO)))


@sample(81, "felvarde", "An error where a date should be.")
def _():
    return changed((2, BESLUT, Broken("#REF!")))


@sample(81, "nytt-felvarde", "An error value newer than the file format.")
def _():
    def patch(name, content):
        return content.replace(b"<v>#REF!</v>", b"<v>#SPILL!</v>") if name == "xl/worksheets/sheet1.xml" else content

    return xlsx.written(Book([changed((2, BESLUT, Broken("#REF!")))]), patch)


@sample(82, "formel-till-annan-fil", "A value fetched from another workbook.")
def _():
    sheet = changed((4, INSATS, Formula("[1]Blad1!$A$1", "9 § 5 Avlösarservice")))
    return packed(xlsx.with_external_link(unpacked(xlsx.written(Book([sheet])))))


@sample(83, "kon-pa-annat-satt", "K, M, tjej, kille.")
def _():
    return changed((2, KON, "K"), (3, KON, "M"), (4, KON, "kille"))


@sample(83, "kon-okant", "A kön that is none of the four.")
def _():
    return changed((2, KON, "vuxen"))


@sample(84, "insats-fritt-skriven", "9§3 ledsagarservice, SÄBO, Korttidsboende.")
def _():
    return changed((2, INSATS, "9§3 ledsagarservice"), (3, INSATS, "SÄBO"), (4, INSATS, "Korttidsboende"), (2, LAGRUM, "LSS"))


@sample(84, "insats-okand", "A local name that nobody has explained.")
def _():
    return changed((2, INSATS, "Vardagsguide"))


@sample(85, "paragraf-och-namn", "9 § 5 Kontaktperson: the number says one thing, the name another.")
def _():
    return changed((2, INSATS, "9 § 5 Kontaktperson"))


@sample(86, "flera-orsaker", "Two causes ticked where one is allowed.")
def _():
    return changed((2, 12, "x"), fields=FOUR)


@sample(87, "inget-startdatum", "Neither the day of the decision nor that of an interruption.")
def _():
    return changed((2, BESLUT, None))


@sample(87, "avbrott-utan-beslutsdatum", "An interruption without the decision's date; the Act asks for both.")
def _():
    return changed((3, BESLUT, None))


@sample(88, "verkstallt-och-avslutat", "Executed and closed.")
def _():
    return changed((3, AVSL, date(2023, 12, 1)))


@sample(88, "verkstallt-fore-beslutet", "Executed before it was decided.")
def _():
    return changed((4, VERK, date(2023, 1, 2)), (4, ORSAK, None))


@sample(89, "under-tre-manader", "Decided in November: three months have not passed.")
def _():
    return changed((2, BESLUT, date(2023, 11, 6)))


@sample(90, "personnummer", "A person number (a published test number) in a column for notes.")
def _():
    return changed((2, 10, "Gäller 19850709-9805"), fields=[*FULL, "Kommentar"])


@sample(90, "samordningsnummer", "A coordination number (a published test number) as a number, without its hyphen.")
def _():
    return changed((2, 10, 7010632391), fields=[*FULL, "Kommentar"])


@sample(90, "epost-och-telefon", "A mail address and a telephone number (one reserved for fiction) in a comment.")
def _():
    sheet, _ = clean()
    sheet.comments[(2, 2)] = "Fråga maja@example.org eller 070-174 06 05"
    return sheet


@sample(91, "dubblett", "The same case twice, with the same number.")
def _():
    sheet, _ = clean([*CLEAN, CLEAN[2]])
    sheet.put(5, NR, 3)
    return sheet


@sample(100, "text-som-borjar-med-likhetstecken", "Text that begins with = + - @.")
def _():
    return changed((2, 10, "=1+1"), (3, 10, "+ ringt"), (4, 10, "@chefen"), fields=[*FULL, "Kommentar"])
