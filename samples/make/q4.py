"""samples/2023-q4: the round that mirrors the reference, with the mess people really send.

Goes in: the cases and who holds them. Comes out: every file of the folder, as name → bytes.
Guaranteed: the mess is only where the grade of that row of the quality table allows it; clean files are clean.
"""

import unicodedata
from datetime import date, datetime, timedelta, timezone

from . import form, kommun, ods, text, xls, xlsb, xlsx
from .book import Book, Formula, Sheet, letter
from .cases import ENDED_IN_TIME, ENDED_Q3, HOLDER, LATE_NOTICES, invented, reference
from .form import FULL, MARKS, Placed, table
from .kommun import DAGLIG, EGEN, KORTTID, LED_AVL

CASES = reference()
LAST_DAY, REPORT_DAY = date(2024, 1, 10), date(2024, 1, 31)
WINTER = timezone(timedelta(hours=1))

# Rows that should never have been sent, and the rule they break.
WRONG = {
    "almvik": [invented("Flicka", "ledsagarservice", "almvik-for-tidigt", "tackat_nej", avbrott="2023-11-02")],
    "vard-och-omsorg": [
        invented("Kvinna", "ledsagarservice", "vo-i-tid", beslut="2023-07-20", verkstalld="2023-10-02"),
        invented("Man", "avlosarservice", "vo-for-tidigt", "annat_skal", avbrott="2023-10-16"),
    ],
    "stenbacken": [
        invented("Kvinna", "ledsagarservice", "sten-1", beslut="2023-10-09"),
        invented("Man", "ledsagarservice", "sten-2", beslut="2023-11-13"),
        invented("Pojke", "avlosarservice", "sten-3", beslut="2023-10-24"),
        invented("Flicka", "avlosarservice", "sten-4", beslut="2023-12-01"),
        invented("Man", "ledsagarservice", "sten-5", beslut="2023-12-11"),
    ],
}


def held(key):
    return [CASES[nr] for nr in HOLDER[key]]


def files():
    """Name → bytes, and name → Placed for the files that hold rows."""
    made, placed = {}, {}
    for build in (
        havtorn,
        stodlinjen,
        korttidsvistelse,
        almvik,
        karnhuset,
        ledsagning_first,
        ledsagning,
        draken,
        dagligt,
        own,
        stenbacken,
    ):
        name, data, where = build()
        made[name], placed[name] = data, where
    made["lyktan-assistans.ods"] = nothing_ods()
    made["vintergatan.xlsx"] = nothing_xlsx()
    return made, placed


def havtorn():
    """Row 10, Tydlig och bra: an ordinary workbook."""
    sheet, placed = Sheet("Kvartal 4 2023"), Placed("havtorn.xlsx")
    sheet.put(1, 1, "Ej verkställda beslut och avbrott enligt LSS", bold=True)
    sheet.put(2, 1, "Havtorns Personliga assistans AB, kvartal 4 2023 (oktober–december)")
    table(sheet, placed, held("havtorn"), 4)
    sheet.widths = {1: 7, 2: 9, 3: 14, 4: 18, 5: 9, 6: 26, 7: 20, 8: 18, 9: 30}
    return placed.file, xlsx.written(Book([sheet])), placed


def stodlinjen():
    """Row 11, Tydlig och bra with one wrong report (line 13): Excel's binary format."""
    sheet, placed = Sheet("Rapport"), Placed("stodlinjen.xlsb")
    table(sheet, placed, held("stodlinjen"), 1)
    return placed.file, xlsb.written(Book([sheet])), placed


def korttidsvistelse():
    """Row 12, Tydlig och bra: LibreOffice, with the label the nämnd itself uses ("Korttidsboende")."""
    sheet, placed = Sheet("Korttidsvistelse"), Placed("vard-och-omsorg-korttidsvistelse.ods")
    sheet.put(1, 1, "Korttidsvistelse, kvartal 4 2023", bold=True)
    table(sheet, placed, held("vard-och-omsorg/kv"), 3)
    return placed.file, ods.written(Book([sheet])), placed


def almvik():
    """Row 7, OK: one row that should not be there and one date that cannot be read."""
    sheet, placed = Sheet("CSV"), Placed("almvik.csv")
    sheet.put(1, 1, "Almvik Omvårdnad AB – rapport kvartal 4 2023")
    cases = held("almvik") + WRONG["almvik"]
    spelled = {"ledsagarservice": "9§3 ledsagarservice", "avlosarservice": "9§5 avlösarservice"}
    table(sheet, placed, cases, 2, spelling=form.six, insats=lambda case: spelled[case.insats])
    _, row = placed.row_of(8)
    sheet.put(row, placed.columns["beslut"], "våren 2022")
    return placed.file, text.delimited(sheet, ";", "cp1252"), placed


def karnhuset():
    """Row 8, OK because questions were never answered: a case system's web table, saved as .xls."""
    sheet, placed = Sheet("Webbtabell"), Placed("karnhuset.xls")
    sheet.put(1, 1, "Ej verkställda beslut kvartal 4 2023", bold=True)
    sheet.merge(1, 1, 1, len(FULL))
    table(sheet, placed, held("karnhuset"), 2, spelling=form.text_iso)
    return placed.file, text.html(sheet), placed


def ledsagning_first():
    """Row 6, the first attempt: two cases are missing (25 and 28) and a date (line 6)."""
    sheet, placed = Sheet("Blad1"), Placed("vard-och-omsorg-ledsagning.xls")
    sheet.put(1, 1, "Ledsagarservice och avlösarservice kvartal 4 2023")
    cases = [case for case in held("vard-och-omsorg/led") if case.nr not in (25, 28)] + WRONG["vard-och-omsorg"]
    table(sheet, placed, cases, 2)
    _, row = placed.row_of(6)
    del sheet.cells[(row, placed.columns["avbrott"])]
    return placed.file, text.xml2003(Book([sheet])), placed


def ledsagning():
    """Row 6, Bristande: the attempt that counts, after three questions, and still in disorder."""
    sheet, placed = Sheet("Led o avl"), Placed("vard-och-omsorg-ledsagning-komplett.xlsx")
    sheet.put(1, 1, "Exempelstads kommun", bold=True)
    sheet.put(2, 1, "Vård och omsorg – ej verkställda beslut enligt LSS, kvartal 4 år 2023", bold=True)
    sheet.merge(2, 1, 2, 8)
    fields = ["lopnr", "kon", "beslut", "avbrott", "lagrum", "insats", "verkstalld", "avslutad", *MARKS, "Handläggare"]
    again = next(case for case in ENDED_Q3["vard-och-omsorg/led"] if case.beslut == date(2022, 12, 19))
    cases = held("vard-och-omsorg/led") + WRONG["vard-och-omsorg"] + [again]
    spelled = {"ledsagarservice": "ledsagarservice 9§3", "avlosarservice": "Avlösarservice i hemmet"}
    end = two_level(sheet, placed, fields, cases, 4, spelling=form.mixed, insats=lambda case: spelled[case.insats], gaps=(5, 11))
    for case, _, row in placed.rows:
        sheet.put(row, placed.columns["Handläggare"], "EL" if row % 2 else "MÅ")
    sheet.hidden_columns.add(placed.columns["Handläggare"])
    first, last = placed.rows[0][2], end - 1
    total(sheet, placed, end, first, last)
    sheet.put(end + 2, 1, "Notering: Endast ett val ska fyllas i under orsak.")
    for at, content in list(sheet.cells.items()):
        if isinstance(content, str):
            # Typed on a Mac: å, ä and ö are a letter and a mark.
            sheet.cells[at] = unicodedata.normalize("NFD", content)
    return placed.file, xlsx.written(Book([sheet])), placed


def two_level(sheet, placed, fields, cases, top, **how):
    """A heading of two rows: the four causes under one parent, the others merged down. Data begins two rows below."""
    headings = {"beslut": "Besluts-\ndatum", "avbrott": "Datum för\navbrott", "insats": "Typ av insats LSS"}
    end = table(sheet, placed, cases, top + 1, fields=fields, headings=headings, **how)
    parent = fields.index(MARKS[0]) + 1
    for column in range(1, len(fields) + 1):
        if fields[column - 1] in MARKS:
            continue
        sheet.put(top, column, sheet.cells.pop((top + 1, column)), bold=True)
        sheet.merge(top, column, top + 1, column)
    sheet.put(top, parent, "Orsak till ej verkställt beslut", bold=True)
    sheet.merge(top, parent, top, parent + 3)
    return end


def total(sheet, placed, row, first, last):
    sheet.put(row, 1, "Summa", bold=True)
    for name in MARKS:
        column = placed.columns[name]
        count = sum(1 for at in range(first, last + 1) if (at, column) in sheet.cells)
        sheet.put(row, column, Formula(f"COUNTA({letter(column)}{first}:{letter(column)}{last})", count), bold=True)


def draken():
    """Row 15, Bra: one small thing, a date that is no date. Excel's "Unicode-text": UTF-16 with tabs."""
    sheet, placed = Sheet("CSV"), Placed("draken.txt")
    table(sheet, placed, held("draken"), 1, spelling=form.text_iso)
    _, row = placed.row_of(64)
    sheet.put(row, placed.columns["beslut"], "hösten 2022")
    return placed.file, text.delimited(sheet, "\t", "utf-16"), placed


def dagligt():
    """Row 19, OK: an old Mac's workbook (1904), bare serials, four mark columns, text where a date should be."""
    sheet, placed = Sheet("DV Q4"), Placed("daglig-verksamhet.xlsx")
    sheet.put(1, 1, "KOMMUNENS DAGLIGA VERKSAMHET", bold=True)
    sheet.put(2, 1, "Rapport av ej verkställda beslut, kvartal 4 2023. Avbrott är det vanligaste.")
    fields = ["lopnr", "kon", "beslut", "avbrott", "lagrum", "insats", "verkstalld", "avslutad", *MARKS, "Grupp"]
    cases = held("daglig-verksamhet")
    end = two_level(
        sheet, placed, fields, cases, 5, spelling=form.serial, mark=1, insats=lambda case: "Daglig verksamhet", gaps=(7, 13)
    )
    for case, _, row in placed.rows:
        sheet.put(row, placed.columns["Grupp"], ["Snickeriet", "Caféet", "Trädgården"][row % 3])
        if case.verkstalld:
            sheet.put(row, placed.columns["verkstalld"], case.verkstalld)
    for nr, typed in ((68, "se förra kvartalet"), (71, "okänt"), (77, "?")):
        sheet.put(placed.row_of(nr)[1], placed.columns["beslut"], typed)
    sheet.hidden_columns.add(placed.columns["Grupp"])
    total(sheet, placed, end, placed.rows[0][2], end - 1)
    sheet.put(end + 2, 2, "1 = stämmer in. Endast ett val per person.")
    return placed.file, xlsx.written(Book([sheet], date1904=True)), placed


def own():
    """The unit's own list, exported by a workbook with macros; one sheet for each insats."""
    placed, sheets = Placed("bistandsenheten.xlsm"), []
    for name, insats in (("Kontaktperson", "kontaktperson"), ("Korttidstillsyn", "korttidstillsyn"), ("SÄBO", "bostad_vuxna")):
        sheet = Sheet(name)
        sheet.put(1, 1, f"{name}, kvartal 4 2023", bold=True)
        table(sheet, placed, [case for case in held("bistandsenheten") if case.insats == insats], 3)
        sheets.append(sheet)
    return placed.file, xlsx.written(Book(sheets, macros=True)), placed


def stenbacken():
    """Row 4, Bristande: two tables side by side, headings that say little, merged cells, dates that are none."""
    sheet, placed = Sheet("Blad1"), Placed("stenbacken.xls")
    left, right = WRONG["stenbacken"][:3], WRONG["stenbacken"][3:]
    sheet.put(1, 1, "Stenbackens Omsorg – lista", bold=True)
    sheet.merge(1, 1, 1, 7)
    sheet.line(
        3, ["Kön", "Beslutsdatum", "Insats", "Verkstält ?", "Avslutat", "", "Kön", "Beslutsdatum", "Insats", "Läge", "Datum"]
    )
    progress = ["nej, på gång", "v. 50", "31/11"]
    for offset, case in enumerate(left):
        row = 4 + offset
        sheet.line(row, [case.kon, case.beslut, None, progress[offset], ["snart?", "kanske", "i våras"][offset]])
        placed.rows.append((case, sheet.name, row))
    sheet.put(4, 3, "Ledsagarservice")
    sheet.merge(4, 3, 5, 3)
    sheet.put(6, 3, "avlösning")
    # Only the left table can be read; that there is another is a question.
    for offset, case in enumerate(right):
        row = 4 + offset
        sheet.line(
            row,
            [
                case.kon,
                case.beslut,
                ["avlös", "ledsagare"][offset],
                ["väntar", "ringt, inget svar"][offset],
                ["nov?", "snart"][offset],
            ],
            7,
        )
    sheet.put(8, 1, "Övriga, se pärmen")
    sheet.put(9, 1, "Frågor: rapport@stenbacken.example.org")
    placed.columns = {"kon": 1, "beslut": 2, "insats": 3}
    return placed.file, xls.written(Book([sheet])), placed


def nothing_ods():
    """Row 3: a nil return as a sentence in a sheet."""
    sheet = Sheet("Blad1")
    sheet.put(1, 1, "Personlig assistans, kvartal 4 2023", bold=True)
    sheet.put(3, 1, "Inget att rapportera")
    return ods.written(Book([sheet]))


def nothing_xlsx():
    """Row 14: the form with nothing in it but the sentence."""
    sheet, placed = Sheet("Kvartal 4 2023"), Placed("")
    table(sheet, placed, [], 1)
    sheet.put(2, 1, "Inget att rapportera")
    return xlsx.written(Book([sheet]))


def at(day, clock="10:00"):
    hour, minute = map(int, clock.split(":"))
    return datetime(2024, 1, day, hour, minute, tzinfo=WINTER)


def received():
    """(utförare, insatser, file or None for a nil return, when)"""
    return [
        ("bjorkhaga", kommun.ASSISTANS, None, at(3, "08:41")),
        ("abrinken", kommun.ASSISTANS, None, at(19, "15:22")),
        ("lyktan", kommun.ASSISTANS, "lyktan-assistans.ods", at(8, "09:05")),
        ("stenbacken", LED_AVL, "stenbacken.xls", at(10, "16:48")),
        ("vard-och-omsorg", LED_AVL, "vard-och-omsorg-ledsagning.xls", at(9, "13:30")),
        ("vard-och-omsorg", LED_AVL, "vard-och-omsorg-ledsagning-komplett.xlsx", at(22, "11:17")),
        ("almvik", LED_AVL, "almvik.csv", at(8, "14:02")),
        ("karnhuset", LED_AVL, "karnhuset.xls", at(9, "10:55")),
        ("bjorkhaga", LED_AVL, None, at(3, "08:43")),
        ("havtorn", LED_AVL, "havtorn.xlsx", at(5, "09:12")),
        ("stodlinjen", LED_AVL, "stodlinjen.xlsb", at(10, "12:00")),
        ("vard-och-omsorg", KORTTID, "vard-och-omsorg-korttidsvistelse.ods", at(4, "10:20")),
        ("konvojen", DAGLIG, None, at(8, "07:58")),
        ("vintergatan", DAGLIG, "vintergatan.xlsx", at(9, "08:30")),
        ("draken", DAGLIG, "draken.txt", at(10, "09:45")),
        ("misteln", DAGLIG, None, at(2, "13:13")),
        ("stodlinjen", DAGLIG, None, at(12, "09:01")),
        ("lyktan", DAGLIG, None, at(8, "09:06")),
        ("daglig-verksamhet", DAGLIG, "daglig-verksamhet.xlsx", at(10, "15:59")),
        ("nyponet", DAGLIG, None, at(5, "11:40")),
        ("kungsljuset", DAGLIG, None, at(9, "14:24")),
        ("bistandsenheten", EGEN, "bistandsenheten.xlsm", at(10, "17:05")),
    ]


def reminded():
    yield "abrinken", kommun.ASSISTANS, [date(2024, 1, 11), date(2024, 1, 16)]
    yield "tallasen", LED_AVL, [date(2024, 1, 11), date(2024, 1, 16), date(2024, 1, 23)]


def asked():
    """(utförare, insatser, asked, answered, about, how many, text)"""
    vo = ("vard-och-omsorg", LED_AVL)
    yield (
        *vo,
        date(2024, 1, 11),
        date(2024, 1, 15),
        "uteblivna",
        2,
        "Två ärenden från förra rapporten saknas. Är de verkställda, avslutade eller bortglömda?",
    )
    yield *vo, date(2024, 1, 12), date(2024, 1, 16), None, None, "Datum för avbrott saknas på rad 7."
    yield *vo, date(2024, 1, 18), date(2024, 1, 22), None, None, "Skicka ett nytt underlag med alla ärenden."
    kh = ("karnhuset", LED_AVL)
    yield *kh, date(2024, 1, 11), None, None, None, "Vad har erbjudits den enskilde på rad 4?"
    yield *kh, date(2024, 1, 17), None, None, None, "När beräknas insatsen på rad 5 påbörjas?"


WHY = "Efterrapporterad: ärendet var öppet i rapporten för kvartal 3, och slutdatumet har inte redovisats tidigare."


def decisions(placed):
    """The four rows that count because a handläggare said so."""
    for nr in sorted([*LATE_NOTICES, ENDED_IN_TIME]):
        name, sheet, row = line(placed, nr)
        utforare = next(entry[0] for entry in received() if entry[2] == name)
        why = WHY if nr in LATE_NOTICES else "Redovisad av utföraren och medräknad i den publicerade rapporten."
        yield {
            "utforare": utforare,
            "fil": name,
            "blad": sheet if sheet_matters(name) else None,
            "rad": row,
            "beslut": "medrakna",
            "skal": why,
        }


def sheet_matters(name):
    return name.endswith(".xlsm")


def line(placed, nr):
    """File, sheet and row of a reference line, in the attempt that counts."""
    for name, where in placed.items():
        if name == "vard-och-omsorg-ledsagning.xls":
            continue
        for case, sheet, row in where.rows:
            if case.nr == nr:
                return name, sheet, row
    raise KeyError(nr)


def omgang(placed):
    head = {
        "kvartal": "2023-Q4",
        "kommun": kommun.KOMMUN,
        "namnd": kommun.NAMND,
        "sista_dag": LAST_DAY,
        "rapportdag": REPORT_DAY,
        "foregaende": "../2023-q3/report.json",
    }
    tables = kommun.utforare_tables()
    for utforare, insatser, name, when in received():
        nothing = True if name is None else None
        tables.append(
            (
                "inlamning",
                {"utforare": utforare, "insatser": insatser, "fil": name, "inget_att_rapportera": nothing, "mottagen": when},
            )
        )
    for utforare, insatser, days in reminded():
        for nr, day in enumerate(days, 1):
            tables.append(("paminnelse", {"utforare": utforare, "insatser": insatser, "skickad": day, "nr": nr}))
    for utforare, insatser, begard, besvarad, avser, antal, words in asked():
        content = {
            "utforare": utforare,
            "insatser": insatser,
            "begard": begard,
            "besvarad": besvarad,
            "avser": avser,
            "antal": antal,
        }
        tables.append(("komplettering", {**content, "text": words}))
    tables.append("Four rows that were counted in the published report although the rules leave them out.")
    tables += [("granskning", it) for it in decisions(placed)]
    remark = "A round of an invented kommun. Written by samples/make.py; edit that, not this.\npagaende.csv is left out on purpose: the reference has no ongoing decisions."
    return kommun.toml(head, tables, remark)
