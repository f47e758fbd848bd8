"""samples/2023-q3: the quarter before, whose report the next one builds on.

Goes in: the cases and who holds them. Comes out: every file of the folder, as name → bytes.
Guaranteed: 64 of the reference's cases stand open here at the same utförare with the same start; 24 invented ones end here.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from . import form, kommun, ods, text, xls, xlsx
from .book import Book, Sheet
from .calendar import slutdag
from .cases import ENDED_Q3, HOLDER, LATE_NEW, reference
from .form import Placed, table
from .kommun import DAGLIG, EGEN, KORTTID, LED_AVL

QUARTER_END = date(2023, 9, 30)
SUMMER = timezone(timedelta(hours=2))
CASES = reference()


def held(key):
    """Open cases first, then those that ended in the quarter."""
    known = [CASES[nr] for nr in HOLDER[key] if slutdag(CASES[nr].start) <= QUARTER_END and nr not in LATE_NEW]
    return [case.opened() if case.orsak else with_cause(case) for case in known] + ENDED_Q3[key]


def with_cause(case):
    """Ended in quarter 4, so the reference names no cause; in quarter 3 it was open and had one."""
    return replace(case.opened(), orsak="resursbrist_bostad" if case.insats == "bostad_vuxna" else "tackat_nej")


# Key of the holder → (file, sheet name, how it is written).
FILES = {
    "vard-och-omsorg/led": "vard-och-omsorg-ledsagning.xlsx",
    "vard-och-omsorg/kv": "vard-och-omsorg-korttidsvistelse.csv",
    "almvik": "almvik.ods",
    "karnhuset": "karnhuset.xls",
    "havtorn": "havtorn.xlsx",
    "stodlinjen": "stodlinjen.xlsx",
    "draken": "draken.csv",
    "daglig-verksamhet": "daglig-verksamhet.xls",
    "bistandsenheten": "bistandsenheten.xlsx",
}


def files():
    made, placed = {}, {}
    for key, name in FILES.items():
        sheet, where = Sheet("Kvartal 3 2023"), Placed(name)
        sheet.put(1, 1, "Ej verkställda beslut enligt LSS, kvartal 3 2023", bold=True)
        spelling = form.text_iso if name.endswith(".csv") else form.iso
        table(sheet, where, held(key), 3, spelling=spelling)
        book = Book([sheet])
        if name == "karnhuset.xls":
            made[name] = text.html(sheet)
        elif name.endswith(".xls"):
            made[name] = xls.written(book)
        elif name.endswith(".ods"):
            made[name] = ods.written(book)
        elif name.endswith(".csv"):
            # One from an old Mac, one from an ordinary PC.
            made[name] = text.delimited(sheet, ";", "mac_roman" if key == "vard-och-omsorg/kv" else "cp1252")
        else:
            made[name] = xlsx.written(book)
        placed[name] = where
    return made, placed


UPPDRAG = {
    "vard-och-omsorg/led": LED_AVL,
    "vard-och-omsorg/kv": KORTTID,
    "almvik": LED_AVL,
    "karnhuset": LED_AVL,
    "havtorn": LED_AVL,
    "stodlinjen": LED_AVL,
    "draken": DAGLIG,
    "daglig-verksamhet": DAGLIG,
    "bistandsenheten": EGEN,
}


def omgang():
    head = {
        "kvartal": "2023-Q3",
        "kommun": kommun.KOMMUN,
        "namnd": kommun.NAMND,
        "sista_dag": date(2023, 10, 10),
        "rapportdag": date(2023, 10, 31),
    }
    tables = kommun.utforare_tables()
    sent = {(key.split("/")[0], tuple(UPPDRAG[key])): name for key, name in FILES.items()}
    everyone = [(utforare, insatser) for utforare, insatser, *_ in kommun.QUALITY] + [("bistandsenheten", EGEN)]
    for number, (utforare, insatser) in enumerate(everyone):
        name = sent.get((utforare, tuple(insatser)))
        when = datetime(2023, 10, 2 + number % 8, 8 + number % 7, 3 * number % 60, tzinfo=SUMMER)
        nothing = True if name is None else None
        tables.append(
            (
                "inlamning",
                {"utforare": utforare, "insatser": insatser, "fil": name, "inget_att_rapportera": nothing, "mottagen": when},
            )
        )
    tables.append("What the published report tells about earlier quarters; an insats it does not mention is left out.")
    first = {"ledsagarservice": 5, "avlosarservice": 4, "korttidsvistelse": 10, "daglig_verksamhet": 16}
    second = {"korttidsvistelse": 3, "korttidstillsyn": 1, "daglig_verksamhet": 12}
    tables.append(("historik", {"kvartal": "2023-Q1", "reported": 76, "open": 42, "by_insats": first}))
    tables.append(("historik", {"kvartal": "2023-Q2", "reported": 84, "open": 56, "by_insats": second}))
    return kommun.toml(head, tables, "The quarter before samples/2023-q4. Written by samples/make.py; edit that, not this.")
