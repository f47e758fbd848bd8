"""samples/socialnamnden-2023-q3: five cases of a small socialnämnd, cell by cell as they were typed.

Goes in: nothing. Comes out: every file of the folder, as name → bytes.
Guaranteed: the cells are those of a published report (2023, kommun not named); its two quarters disagree, as in the original.
"""

from datetime import date, datetime, timedelta, timezone

from . import kommun, xlsx
from .book import Book, Sheet

HEADING = [
    "Beslut/Avbrott",
    "Typ",
    "Skäl",
    "Vidtagna åtgärder, i väntan på, övrigt",
    "Man/kvinna",
    "Verkställt",
    "Avslutas av annat skäl",
    "Tid från beslut/avbrott",
]
STAFF = "Personalrelaterade problem, sjukskrivning."
COACH = "4 kap. 1 § SoL Ungdomscoach"
LINES = [
    [
        "2023-06-26",
        "9 § 3 Ledsagarservice",
        "Personalrelaterade skäl, därefter svårt att rekrytera.",
        "Två försök till matchningar.",
        "Kvinna",
        "Ja, delvis 231010",
        "",
        "106 dagar",
    ],
    [
        "2023-06-26",
        "9 § 3 Ledsagarservice",
        "V.h avslutat ledsagare, sedan tackat nej till förslag.",
        "Försök till matchning",
        "Man",
        "Nej.",
        "",
        "Vid rapporteringsperiodens slut, 230930:96 dagar",
    ],
    [
        "2023-05-03",
        COACH,
        STAFF,
        "Erbjudit kontaktfamilj, v.h tackat nej.",
        "Man",
        "Nej.",
        "2023-10-09 Avslutas då familjen ansökt om och beviljats annan insats.",
        "159 dagar",
    ],
    [
        "2023-05-03",
        COACH,
        STAFF,
        "Kontaktförsök har gjort till familjen, andra insatser har pågått parallellt.",
        "Kvinna",
        "230823",
        "",
        "112 dagar",
    ],
    [
        "2023-05-03",
        COACH,
        STAFF,
        "Den enskilde har inte gått att nå under avbrottet.",
        "Kvinna",
        "Nej",
        "230911 på den enskildes begäran.",
        "131 dagar.",
    ],
]
FILE = "ej-verkstallda-beslut.xlsx"


def files():
    sheet = Sheet("Blad1")
    sheet.put(1, 1, "Ej verkställda beslut kvartal 2, 2023", bold=True)
    sheet.put(3, 1, "Rapporten avser beslut som inte har verkställts inom tre månader, kvartal 3 2023.")
    sheet.put(5, 1, "Tabell 1. Ej verkställda beslut kvartal 3, 2023")
    sheet.line(6, HEADING, bold=True)
    for offset, values in enumerate(LINES):
        sheet.line(7 + offset, values)
    sheet.widths = {1: 15, 2: 26, 3: 34, 4: 34, 5: 12, 6: 18, 7: 34, 8: 26}
    return {FILE: xlsx.written(Book([sheet])), "omgang.toml": omgang().encode(), "regler/insatser.toml": INSATSER.encode()}


def omgang():
    head = {
        "kvartal": "2023-Q3",
        "kommun": "Exempelby",
        "namnd": "Socialnämnden",
        "sista_dag": date(2023, 10, 12),
        "rapportdag": date(2023, 10, 31),
        "regler": "regler/",
    }
    who = {"id": "socialforvaltningen", "namn": "Socialförvaltningen", "insatser": ["ledsagarservice", "oppenvard"]}
    when = datetime(2023, 10, 11, 10, 30, tzinfo=timezone(timedelta(hours=2)))
    sent = {"utforare": "socialforvaltningen", "fil": FILE, "mottagen": when}
    remark = "Five cases as a small socialnämnd typed them. Written by samples/make.py; edit that, not this."
    return kommun.toml(head, [("utforare", who), ("inlamning", sent)], remark)


INSATSER = """# The nämnd's own words for insatser, on top of the built-in catalogue. Written by samples/make.py.

[[synonym]]
skrivs = "Ungdomscoach"
lag = "SoL"
insats = "oppenvard"
"""
