"""Pathologies of text: encodings, delimiters, ruined letters, invisible characters, our own template changed (rows 94–102).

Goes in: the clean rows. Comes out: samples registered with `sample`.
Guaranteed: each sample has one pathology; everything else in the file is clean.
"""

import unicodedata

from . import form, text
from .book import Book, Sheet
from .form import FULL
from .sample import clean, sample


def plain(**how):
    return clean(spelling=form.text_iso, **how)[0]


for _encoding, _name, _what in [
    ("cp1252", "windows-1252", "Windows-1252, Swedish Excel's ordinary CSV."),
    ("mac_roman", "macroman", "MacRoman, from an old Mac."),
    ("cp850", "cp850", "Code page 850, from an old DOS program."),
    ("utf-8", "utf-8", "UTF-8 without a byte order mark."),
    ("utf-8-sig", "utf-8-bom", "UTF-8 with a byte order mark."),
    ("utf-16", "utf-16", "UTF-16 with tabs: Excel's “Unicode text”."),
]:

    @sample(94, _name, _what, "rapport.txt" if _encoding == "utf-16" else "rapport.csv")
    def _(encoding=_encoding):
        return text.delimited(plain(), "\t" if encoding == "utf-16" else ";", encoding)


@sample(95, "dubbelkodad", "UTF-8 read as Windows-1252 and saved again: KÃ¶n. It can be turned back.", "rapport.csv")
def _():
    return text.delimited(plain(), ";", "utf-8").decode("cp1252").encode("utf-8")


@sample(95, "forstord", "å, ä and ö are question marks. It cannot be turned back.", "rapport.csv")
def _():
    data = text.delimited(plain(), ";", "utf-8").decode()
    for character in "åäöÅÄÖ§":
        data = data.replace(character, "?")
    return data.encode()


@sample(96, "sep-rad", "A first line that tells Excel the delimiter.", "rapport.csv")
def _():
    return text.delimited(plain(), ";", head="sep=;\r\n")


@sample(96, "komma", "Commas between the fields.", "rapport.csv")
def _():
    return text.delimited(plain(), ",", "utf-8")


@sample(96, "lodstreck", "Upright bars between the fields, and old Mac line ends.", "rapport.csv")
def _():
    return text.delimited(plain(), "|", "utf-8", line_end="\r")


@sample(97, "ojamna-rader", "A line with a field too many, one with two too few, and a line break inside quotes.", "rapport.csv")
def _():
    lines = text.delimited(plain(), ";", "utf-8").decode().split("\r\n")
    lines[1] += ";ringt två gånger"
    lines[2] = lines[2].rstrip(";")
    lines[3] = lines[3].replace("Annat skäl", '"Annat\nskäl"')
    return "\r\n".join(lines).encode()


@sample(98, "osynliga-tecken", "Hard spaces, zero-width characters, _x000D_ and spaces at the ends.")
def _():
    sheet, _ = clean()
    sheet.put(2, 2, "\u00a0Kvinna ")
    sheet.put(3, 2, "Man\u200b")
    sheet.put(4, 6, "9\u00a0§\u00a05\u202fAvlösarservice_x000D_")
    return sheet


@sample(99, "sondelade-bokstaver", "å, ä and ö as a letter and a mark, from a Mac.")
def _():
    sheet, _ = clean()
    sheet.cells = {at: unicodedata.normalize("NFD", it) if isinstance(it, str) else it for at, it in sheet.cells.items()}
    return sheet


@sample(101, "exempelrad", "The template's example row is still there.")
def _():
    sheet, _ = clean()
    sheet.cells = {(row + 1 if row > 1 else row, column): value for (row, column), value in sheet.cells.items()}
    sheet.line(
        2, ["Exempel", "Kvinna", "2023-01-15", None, "LSS", "9 § 3 Ledsagarservice", None, None, "Den enskilde tackat nej"]
    )
    return sheet


@sample(102, "andrad-mall", "Our template with the sheet renamed and a column taken away.")
def _():
    sheet = clean(name="Okt-dec", fields=[name for name in FULL if name != "lopnr"])[0]
    return Book(
        [sheet, Sheet("Listor", cells={(1, 1): "Kvinna"}, state="veryHidden")],
        properties={"mall_version": "1", "period": "2023-Q4"},
    )
