"""Pathologies of sheets and tables: which sheet, which heading, which rows (rows 20–55).

Goes in: the clean rows. Comes out: samples registered with `sample`.
Guaranteed: each sample has one pathology; everything else in the file is clean.
"""

import re

from . import xlsx
from .book import Book, Formula, Sheet
from .cases import invented
from .form import FULL, MARKS, table
from .sample import CLEAN, clean, sample


@sample(20, "fel-kvartal", "The title says another quarter than the one asked for.")
def _():
    sheet, _ = clean(top=3)
    sheet.put(1, 1, "Ej verkställda beslut kvartal 3 2023", bold=True)
    return sheet


def other(name, kon, start):
    return clean([invented(kon, "kontaktperson", orsak="tackat_nej", beslut=start)], name=name)[0]


@sample(22, "flera-blad-olika", "Three sheets with data: LSS, SoL and an old one whose heading is another.")
def _():
    old = Sheet("Gammalt")
    old.line(1, ["Kön", "Beslut/Avbrott", "Typ", "Verkställt"], bold=True)
    old.line(2, ["Man", "2021-03-04", "9 § 4 Kontaktperson", "2021-08-01"])
    sol = other("SoL", "Kvinna", "2023-04-03")
    sol.put(2, 5, "SoL")
    sol.put(2, 6, "4 kap. 1 § Kontaktperson")
    return Book([clean(name="LSS")[0], sol, old])


@sample(23, "dolt-blad", "A hidden sheet with a row of last year.")
def _():
    old = other("Gammal", "Man", "2022-04-04")
    old.state = "hidden"
    return Book([clean()[0], old])


@sample(24, "mycket-dolt-blad", "A very hidden sheet with the values of the drop-downs.")
def _():
    lists = Sheet("Listor", state="veryHidden")
    for row, word in enumerate(["Kvinna", "Man", "Flicka", "Pojke"], 1):
        lists.put(row, 1, word)
    return Book([clean()[0], lists])


@sample(25, "blad-per-manad", "One sheet a month, all with the same heading.")
def _():
    return Book([clean([case], name=name)[0] for case, name in zip(CLEAN, ("Oktober", "November", "December"))])


@sample(26, "tom-mall", "Headings and nothing below them.")
def _():
    return clean([])[0]


@sample(27, "rubrik-langt-ner", "A title, an address and blank rows above the heading.")
def _():
    sheet, _ = clean(top=9)
    sheet.put(1, 1, "Solgläntans Omsorg", bold=True)
    sheet.put(2, 1, "Rapport av ej verkställda beslut, kvartal 4 2023")
    sheet.put(4, 2, "Lämnad av: verksamhetschefen")
    sheet.put(6, 1, "Fyll i en rad för varje beslut.")
    return sheet


@sample(28, "ingen-rubrik", "No heading at all.")
def _():
    sheet, _ = clean()
    for column in range(1, len(FULL) + 1):
        del sheet.cells[(1, column)]
    sheet.cells = {(row - 1, column): value for (row, column), value in sheet.cells.items()}
    sheet.bold.clear()
    return sheet


FOUR = [*FULL[:-1], *MARKS]


@sample(29, "rubrik-i-tva-nivaer", "A heading of two rows with merged parents over the four causes.")
def _():
    sheet, _ = clean(fields=FOUR, top=2)
    for column in range(1, 9):
        sheet.put(1, column, sheet.cells.pop((2, column)), bold=True)
        sheet.merge(1, column, 2, column)
    sheet.put(1, 9, "Orsak till ej verkställt beslut", bold=True)
    sheet.merge(1, 9, 1, 12)
    return sheet


@sample(30, "rubrik-med-tecken", "Line breaks, soft hyphens, hard spaces and footnote marks in headings.")
def _():
    marks = {
        "beslut": "Besluts-\ndatum¹",
        "avbrott": "Datum\u00a0för av\u00adbrott",
        "verkstalld": "Beslutet\nverkställt*",
        "insats": " Typ av insats  ",
    }
    return clean(headings=marks)[0]


@sample(31, "annat-ord-i-rubriken", "Other words for the same columns.")
def _():
    words = {"avbrott": "Avbrottsdatum", "verkstalld": "Verkställt", "avslutad": "Avslutat", "insats": "Insats", "orsak": "Orsak"}
    return clean(headings=words)[0]


@sample(32, "felstavad-rubrik", "A heading with two letters turned round.")
def _():
    return clean(headings={"verkstalld": "Beslutet vekrställt"})[0]


@sample(33, "tva-kolumner-samma-uppgift", "Two columns that both look like the day of the decision.")
def _():
    sheet, placed = clean()
    sheet.put(1, 10, "Beslutsdag", bold=True)
    for case, _, row in placed.rows:
        sheet.put(row, 10, case.beslut)
    return sheet


@sample(34, "samma-rubrik-tva-ganger", "The same heading twice, both with data.")
def _():
    sheet, placed = clean()
    sheet.put(1, 10, "Beslutsdatum", bold=True)
    sheet.put(placed.rows[0][2], 10, placed.rows[0][0].beslut)
    return sheet


@sample(35, "kolumn-utan-rubrik", "A column with values and no heading.")
def _():
    sheet, placed = clean()
    for _, _, row in placed.rows:
        sheet.put(row, 10, "ringt två gånger")
    return sheet


@sample(36, "okand-kolumn", "A column the report does not know.")
def _():
    sheet, placed = clean()
    sheet.put(1, 10, "Handläggare", bold=True)
    for _, _, row in placed.rows:
        sheet.put(row, 10, "EL")
    return sheet


@sample(37, "kolumn-saknas", "There is no column for the kind of insats.")
def _():
    return clean(fields=[name for name in FULL if name not in ("insats", "lagrum")])[0]


@sample(38, "annan-ordning", "The columns in another order.")
def _():
    return clean(fields=["orsak", "insats", "lagrum", "avslutad", "verkstalld", "avbrott", "beslut", "kon", "lopnr"])[0]


@sample(39, "rubriken-upprepas", "The heading again in the middle, as after a page break.")
def _():
    sheet, placed = clean(CLEAN[:2])
    table(sheet, placed, CLEAN[2:], 4)
    return sheet


@sample(40, "tva-tabeller-bredvid", "Two tables side by side.")
def _():
    sheet, placed = clean(CLEAN[:2])
    table(sheet, placed, CLEAN[2:], 1, first=11)
    return sheet


@sample(40, "vand-tabell", "The table turned: headings down the first column, one case in each column.")
def _():
    sheet, _ = clean()
    turned = Sheet("Rapport")
    for (row, column), value in sheet.cells.items():
        turned.put(column, row, value, bold=(row, column) in sheet.bold)
    return turned


@sample(41, "summarad-som-inte-stammer", "A total row whose saved sum is not what the rows give.")
def _():
    sheet, placed = clean(fields=FOUR, mark=1)
    sheet.put(5, 1, "Summa", bold=True)
    for offset, wrong in enumerate([0, 0, 4, 1]):
        column = placed.columns[MARKS[0]] + offset
        sheet.put(5, column, Formula(f"SUM({'IJKL'[offset]}2:{'IJKL'[offset]}4)", wrong))
    return sheet


@sample(42, "notering-under", "A legend below the table.")
def _():
    sheet, _ = clean()
    sheet.put(6, 1, "Notering: Endast ett val ska fyllas i under orsak.")
    sheet.put(7, 1, "Avbrott = insatsen har varit påbörjad.")
    return sheet


@sample(43, "tomma-rader-i-tabellen", "Blank rows between the cases.")
def _():
    return clean(gaps=(1, 2))[0]


@sample(44, "formaterade-tomma-rader", "4 000 rows that are formatted and blank.")
def _():
    def patch(name, content):
        if name != "xl/worksheets/sheet1.xml":
            return content
        rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>' for n in range(5, 4005))
        return content.replace(b"</sheetData>", rows.encode() + b"</sheetData>")

    return xlsx.written(Book([clean()[0]]), patch)


@sample(45, "cell-langt-bort", "One cell with a mark in the last row and column there is.")
def _():
    def patch(name, content):
        far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
        return content.replace(b"</sheetData>", far) if name == "xl/worksheets/sheet1.xml" else content

    return xlsx.written(Book([clean()[0]]), patch)


@sample(46, "dolda-rader", "A row hidden by hand.")
def _():
    sheet, _ = clean()
    sheet.hidden_rows.add(4)
    return sheet


@sample(47, "filter", "An active filter that hides two rows.")
def _():
    sheet, _ = clean()
    sheet.filter = "A1:I4"
    sheet.hidden_rows |= {3, 4}

    def patch(name, content):
        chosen = rb'<autoFilter ref="A1:I4"><filterColumn colId="1"><filters><filter val="Kvinna"/></filters></filterColumn></autoFilter>'
        return re.sub(rb'<autoFilter ref="A1:I4"\s*/>', chosen, content) if name == "xl/worksheets/sheet1.xml" else content

    return xlsx.written(Book([sheet]), patch)


@sample(48, "dold-kolumn", "The column of causes is hidden.")
def _():
    sheet, placed = clean()
    sheet.hidden_columns.add(placed.columns["orsak"])
    return sheet


@sample(49, "overstruken-rad", "A row struck through instead of removed.")
def _():
    sheet, _ = clean()
    sheet.struck |= {(4, column) for column in range(1, 10)}
    return sheet


@sample(50, "farg", "A row whose yellow colour means something to the one who sent it.")
def _():
    sheet, _ = clean()
    sheet.filled |= {(4, column) for column in range(1, 10)}
    return sheet


@sample(51, "kommentar", "A cell comment that holds a fact.")
def _():
    sheet, _ = clean()
    sheet.comments[(2, 3)] = "Erbjuden plats 12 november, tackade nej."
    return sheet


@sample(52, "sammanfogade-dataceller", "The insats written once in a cell merged over two rows.")
def _():
    sheet, placed = clean([CLEAN[0], CLEAN[1]])
    column = placed.columns["insats"]
    del sheet.cells[(3, column)]
    sheet.merge(2, column, 3, column)
    return sheet


@sample(53, "insats-skriven-en-gang", "The insats written once and blank below, not merged.")
def _():
    sheet, placed = clean([CLEAN[0], CLEAN[1]])
    del sheet.cells[(3, placed.columns["insats"])]
    return sheet


@sample(54, "forskjuten-rad", "A row whose values stand one column to the right.")
def _():
    sheet, _ = clean()
    moved = [sheet.cells.pop((4, column), None) for column in range(2, 10)]
    sheet.line(4, [None, *moved], 2)
    return sheet


@sample(55, "flera-i-en-cell", "Two cases in one row, on two lines in the cells.")
def _():
    sheet, _ = clean()
    sheet.put(4, 2, "Pojke\nFlicka")
    sheet.put(4, 3, "2023-06-01\n2023-06-12")
    return sheet


@sample(93, "sammanstallning-avviker", "A summary sheet whose figures are not those of the list.")
def _():
    summary = Sheet("Sammanställning")
    summary.line(1, ["Insats", "Antal män", "Antal kvinnor"], bold=True)
    summary.line(2, ["Ledsagarservice", 10, 4])
    summary.line(3, ["Avlösarservice", 7, 0])
    return Book([summary, clean(name="Lista")[0]])
