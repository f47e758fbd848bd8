"""Cases → rows on a sheet: the columns a form can have, and where each thing ended up.

Goes in: cases, columns, and the spelling of dates. Comes out: a filled `Sheet` and a `Placed` that knows every cell.
Guaranteed: what the answer file says about cells is read from here, never typed by hand.
"""

from dataclasses import dataclass, field

from .book import Serial, cell
from .cases import CAUSES

# Field → the usual heading. A form may use another heading for the same field.
HEADING = {
    "lopnr": "Löpnr",
    "kon": "Kön",
    "beslut": "Beslutsdatum",
    "avbrott": "Datum för avbrott",
    "lagrum": "Lagrum",
    "insats": "Typ av insats",
    "verkstalld": "Beslutet verkställt",
    "avslutad": "Beslutet avslutat",
    "orsak": "Orsak till ej verkställt beslut",
    "resursbrist_bostad": "Resursbrist ledig bostad",
    "resursbrist_personal": "Resursbrist personal",
    "tackat_nej": "Den enskilde tackat nej",
    "annat_skal": "Annat skäl",
}
FULL = ["lopnr", "kon", "beslut", "avbrott", "lagrum", "insats", "verkstalld", "avslutad", "orsak"]
MARKS = ["resursbrist_bostad", "resursbrist_personal", "tackat_nej", "annat_skal"]


@dataclass
class Placed:
    """Where cases stand in one file."""

    file: str
    # Field → column number.
    columns: dict = field(default_factory=dict)
    # Case → (sheet name, row).
    rows: list = field(default_factory=list)

    def row_of(self, nr):
        return next((sheet, row) for case, sheet, row in self.rows if case.nr == nr)

    def at(self, case, sheet, row, name):
        return cell(row, self.columns[name])


def iso(day):
    return day


def text_iso(day):
    return day.isoformat()


def six(day):
    return day.strftime("%y%m%d")


def six_number(day):
    return int(day.strftime("%y%m%d"))


def eight(day):
    return day.strftime("%Y%m%d")


def slashed(day):
    return f"{day.day}/{day.month}-{day:%y}"


def dotted(day):
    return f"{day:%d.%m.%Y}"


def worded(day):
    names = ["jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sept", "okt", "nov", "dec"]
    return f"{day.day} {names[day.month - 1]} {day.year}"


def mixed(day):
    """The spellings of somebody who types as it comes."""
    return [six_number, text_iso, slashed, eight, worded, iso][day.toordinal() % 6](day)


def values(case, fields, spelling, mark="x", insats=None, lopnr=None):
    """One row's values in the order of `fields`; a field that starts with "=" is a fixed text."""
    out = []
    for name in fields:
        if name == "lopnr":
            out.append(lopnr)
        elif name == "kon":
            out.append(case.kon)
        elif name in ("beslut", "avbrott", "verkstalld", "avslutad"):
            value = getattr(case, name)
            out.append(spelling(value) if value else None)
        elif name == "lagrum":
            out.append("LSS")
        elif name == "insats":
            out.append(insats(case) if insats else case.label)
        elif name == "orsak":
            out.append(CAUSES[case.orsak] if case.orsak else None)
        elif name in MARKS:
            out.append(mark if case.orsak == name else None)
        else:
            out.append(None)
    return out


def table(sheet, placed, cases, top, fields=FULL, headings=None, spelling=iso, first=1, gaps=(), bold=True, **how):
    """Heading on row `top`, one row a case below it; a blank row before each index in `gaps`. Returns the next free row."""
    names = {**HEADING, **(headings or {})}
    sheet.line(top, [names.get(name, name) for name in fields], first, bold)
    row = top + 1
    for index, case in enumerate(cases):
        if index in gaps:
            row += 1
        sheet.line(row, values(case, fields, spelling, lopnr=index + 1, **how), first)
        placed.rows.append((case, sheet.name, row))
        row += 1
    placed.columns.update({name: first + offset for offset, name in enumerate(fields)})
    return row


def serial(day):
    return Serial(day)
