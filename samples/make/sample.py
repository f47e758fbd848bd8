"""The frame of a pathology sample: three clean rows, and a register of what was made of them.

Goes in: functions marked with `@sample(number, name, what)`. Comes out: `SAMPLES`, and `folders()`: path → bytes.
Guaranteed: the clean rows give no finding for quarter 4 2023, so whatever is said comes from the pathology.
"""

from datetime import date

from . import xlsx
from .book import Book, Sheet
from .cases import invented
from .form import FULL, Placed, iso, table

SAMPLES = []
CLEAN = [
    invented("Kvinna", "ledsagarservice", orsak="tackat_nej", beslut="2023-05-04"),
    invented("Man", "ledsagarservice", beslut="2022-03-10", avbrott="2023-06-15", verkstalld="2023-11-20"),
    invented("Pojke", "avlosarservice", orsak="annat_skal", beslut="2023-06-01"),
]
DAY = date(2023, 5, 4)


def sample(number, name, what, file="rapport.xlsx"):
    """The function gives the file's bytes, or a `Sheet` or `Book` to be written as .xlsx."""

    def register(build):
        SAMPLES.append((number, name, what, file, build))
        return build

    return register


def clean(cases=None, fields=FULL, spelling=iso, top=1, name="Rapport", **how):
    """A sheet with the ordinary heading and the clean rows. Returns the sheet and where things are."""
    sheet, placed = Sheet(name), Placed("")
    table(sheet, placed, CLEAN if cases is None else cases, top, fields=fields, spelling=spelling, **how)
    return sheet, placed


def bytes_of(made):
    if isinstance(made, Sheet):
        made = Book([made])
    if isinstance(made, Book):
        made = xlsx.written(made)
    return made


def folders():
    out = {}
    for number, name, what, file, build in sorted(SAMPLES, key=lambda it: (it[0], it[1])):
        folder = f"patologier/{number:03d}-{name}"
        out[f"{folder}/{file}"] = bytes_of(build())
        out[f"{folder}/om.md"] = f"Row {number}. {what}\n".encode()
    return out
