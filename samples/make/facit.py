"""The answer to samples/2023-q4, and the arithmetic that proves it.

Goes in: the cases and where they were placed. Comes out: facit.toml, and a list of sums that fail (empty when all hold).
Guaranteed: counted here from lines.csv and the files' own rows, with no code of the program.
"""

import csv
from collections import Counter
from datetime import date
from itertools import chain
from pathlib import Path

from . import kommun, q3, q4
from .calendar import slutdag
from .cases import ENDED_IN_TIME, ENDED_Q3, HOLDER, LATE_NOTICES, MISPLACED, TWINS

START, END = date(2023, 10, 1), date(2023, 12, 31)
DOUBTED = {*LATE_NOTICES, ENDED_IN_TIME}
NAMES = {
    "ledsagarservice": "Ledsagarservice",
    "kontaktperson": "Kontaktperson",
    "avlosarservice": "Avlösarservice",
    "korttidsvistelse": "Korttidsvistelse",
    "korttidstillsyn": "Korttidstillsyn",
    "bostad_vuxna": "Bostad med särskild service (vuxna)",
    "daglig_verksamhet": "Daglig verksamhet",
}


def counted(cases):
    still = [case for case in cases if not (case.end and case.end <= END)]
    sexes = Counter("men" if case.kon in ("Man", "Pojke") else "women" for case in still)
    causes = Counter(case.orsak for case in still)
    return {
        "reported": len(cases),
        "executed": sum(1 for case in cases if case.verkstalld),
        "closed": sum(1 for case in cases if case.avslutad),
        "open": len(still),
        "open_men": sexes["men"],
        "open_women": sexes["women"],
        "open_interruptions": sum(1 for case in still if case.avbrott),
        "causes": {key: causes[key] for key in ("resursbrist_bostad", "resursbrist_personal", "tackat_nej", "annat_skal")},
    }


def flow(opening, lines):
    """Opening, corrections, new, late, executed, closed, closing: by key, as the next quarter's report must find them."""
    before = Counter(case.key for case in opening)
    new = []
    for case in lines:
        if before[case.key]:
            before[case.key] -= 1
        else:
            new.append(case)
    corrections = sum(before.values())
    sums = counted(lines)
    return {
        "opening": len(opening),
        "corrections": -corrections,
        "new": len(new),
        "of_which_late": sum(1 for case in new if slutdag(case.start) < START),
        "executed": sums["executed"],
        "closed": sums["closed"],
        "closing": sums["open"],
    }


def third_quarter():
    rows = [case for key in HOLDER for case in q3.held(key)]
    ended = [case for case in rows if case.end]
    return rows, ended, [case for case in rows if not case.end]


def failures():
    """Every sum the reference states, recomputed; what does not hold, in words."""
    wrong = []

    def same(what, got, want):
        if got != want:
            wrong.append(f"{what}: {got}, not {want}")

    lines = list(q4.CASES.values())
    law = [case for case in lines if case.nr not in DOUBTED]
    _, ended, still = third_quarter()
    same("lines held once each", sorted(chain(*HOLDER.values())), list(range(1, 89)))
    same("with the decisions", figures(counted(lines)), (88, 18, 13, 57, 33, 24, 36))
    same("without them", figures(counted(law)), (84, 15, 12, 57, 33, 24, 36))
    same("causes", tuple(counted(lines)["causes"].values()), (10, 0, 37, 10))
    same("flow as published", tuple(flow(still, lines).values()), (64, 0, 24, 6, 18, 13, 57))
    same("flow by the book", tuple(flow(still, law).values()), (64, -3, 23, 6, 15, 12, 57))
    printed = summary()
    for key, name in NAMES.items():
        sums = counted([case for case in lines if case.insats == key])
        got = (sums["open_men"], sums["open_women"], *sums["causes"].values(), sums["open_interruptions"])
        same(f"summary.csv, {name}", got, printed[name])
    same("quarter 3", (len(ended) + len(still), len(ended), len(still)), (88, 24, 64))
    early = [case for case in ended + still if slutdag(case.start) < date(2023, 7, 1)]
    same("opening of quarter 3", (len(early), 88 - len(early)), (56, 32))
    for case in ended:
        same(f"{case} ends in quarter 3 after slutdag", slutdag(case.start) < case.end <= date(2023, 9, 30), True)
    keys = Counter(case.key for case in chain(lines, *ENDED_Q3.values(), *q4.WRONG.values()))
    same("cases with the same key", [key for key, count in keys.items() if count > 1], [q4.CASES[TWINS[0]].key])
    for name, held in (("4", q4.held), ("3", q3.held)):
        homes = {}
        for key in HOLDER:
            for case in held(key):
                homes.setdefault((case.insats, case.kon in ("Man", "Pojke"), case.start), set()).add(key)
        same(f"cases of quarter {name} at two utförare", [key for key, where in homes.items() if len(where) > 1], [])
    for case in chain(*q4.WRONG.values()):
        same(
            f"{case.namn} is a wrong report",
            slutdag(case.start) > END or bool(case.end and case.end <= slutdag(case.start)),
            True,
        )
    return wrong


def figures(sums):
    return tuple(sums[key] for key in ("reported", "executed", "closed", "open", "open_men", "open_women", "open_interruptions"))


def summary():
    """Insats → men, women, the four causes, interruptions, as printed; blank is 0."""
    with open(Path(__file__).parent / "summary.csv", encoding="utf-8") as source:
        rows = list(csv.reader(source))[1:]
    return {row[0]: tuple(int(row[at] or 0) for at in (1, 2, 7, 8, 9, 10, 11)) for row in rows}


def toml(placed):
    lines = list(q4.CASES.values())
    law = [case for case in lines if case.nr not in DOUBTED]
    _, _, still = third_quarter()
    tables = [("[med_beslut]", counted(lines)), ("[utan_beslut]", counted(law))]
    tables += [("[flode.publicerat]", flow(still, lines)), ("[flode.enligt_reglerna]", flow(still, law))]
    tables.append("Each insats with the granskning decisions in force.")
    tables += [("insats", {"insats": key, **counted([case for case in lines if case.insats == key])}) for key in NAMES]
    tables.append("The quality table, row by row as in the reference.")
    for row, (utforare, insatser, reported, grade, late) in enumerate(kommun.QUALITY, 1):
        content = {"rad": row, "utforare": utforare, "insatser": insatser, "rapporterat": reported, "betyg": grade, "sen": late}
        tables.append(("kvalitet", content))
    tables.append("Findings that must name exactly this cell. `slag` says why the case is here, not which rule speaks.")
    tables += [("fynd", it) for it in findings(placed)]
    tables.append("Rows that must be left out although someone sent them.")
    tables += [("utesluten", it) for it in excluded(placed)]
    tables.append("Where each of the reference's lines stands.")
    for nr in range(1, 89):
        name, sheet, row = q4.line(placed, nr)
        tables.append(("linje", {"nr": nr, "fil": name, "blad": sheet, "rad": row}))
    return kommun.toml({}, tables, "What samples/2023-q4 must give. Written by samples/make.py; edit that, not this.").lstrip(
        "\n"
    )


def findings(placed):
    def at(nr, field):
        name, sheet, row = q4.line(placed, nr)
        return {"fil": name, "blad": sheet, "cell": placed[name].at(None, sheet, row, field)}

    for nr in LATE_NOTICES:
        ended = "verkstalld" if q4.CASES[nr].verkstalld else "avslutad"
        yield {"nr": nr, "slag": "efterrapporterat", **at(nr, ended)}
    yield {"nr": ENDED_IN_TIME, "slag": "avslutat_inom_tre_manader", **at(ENDED_IN_TIME, "verkstalld")}
    yield {"nr": TWINS[1], "slag": "dubblett", "samma_som": TWINS[0], **at(TWINS[1], "avbrott")}
    yield {"nr": MISPLACED, "slag": "orsak_kan_inte_galla", **at(MISPLACED, "resursbrist_bostad")}


def excluded(placed):
    for name, where in placed.items():
        if name == "vard-och-omsorg-ledsagning.xls":
            continue
        for case, sheet, row in where.rows:
            if case.nr is None:
                yield {"fil": name, "blad": sheet, "rad": row}
