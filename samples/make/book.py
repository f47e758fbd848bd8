"""A workbook as a value, before anyone has chosen a file format.

Goes in: cells put at rows and columns numbered as Excel shows them (from 1). Comes out: `Book`, which every writer reads.
Guaranteed: knows no file format; the same calls give the same value.
"""

from dataclasses import dataclass, field
from datetime import date

EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)


@dataclass(frozen=True)
class Serial:
    """A date somebody let Excel show as a bare number."""

    day: date


@dataclass(frozen=True)
class Formula:
    """A formula and the value the program saved beside it; `None` when it saved none."""

    text: str
    cached: object = None
    format: str = "General"


@dataclass(frozen=True)
class Broken:
    """An error value such as #REF!."""

    code: str


@dataclass(frozen=True)
class Shown:
    """A number with a number format of its own: what is shown is not what is stored."""

    number: float
    format: str


@dataclass
class Sheet:
    name: str
    cells: dict = field(default_factory=dict)
    bold: set = field(default_factory=set)
    struck: set = field(default_factory=set)
    filled: set = field(default_factory=set)
    merges: list = field(default_factory=list)
    hidden_rows: set = field(default_factory=set)
    hidden_columns: set = field(default_factory=set)
    comments: dict = field(default_factory=dict)
    widths: dict = field(default_factory=dict)
    # visible | hidden | veryHidden
    state: str = "visible"
    # Cell range of an active filter, "A3:I20".
    filter: str | None = None
    protected: bool = False

    def put(self, row, column, value, bold=False):
        if value is None or value == "":
            return
        self.cells[(row, column)] = value
        if bold:
            self.bold.add((row, column))

    def line(self, row, values, first=1, bold=False):
        for offset, value in enumerate(values):
            self.put(row, first + offset, value, bold)

    def merge(self, row, column, last_row, last_column):
        self.merges.append((row, column, last_row, last_column))

    @property
    def size(self):
        """Last row and last column with anything in them."""
        rows = [at[0] for at in self.cells] or [1]
        columns = [at[1] for at in self.cells] or [1]
        return max(rows), max(columns)


@dataclass
class Book:
    sheets: list
    date1904: bool = False
    macros: bool = False
    author: str = "Exempelstad"
    properties: dict = field(default_factory=dict)

    def serial(self, day):
        return (day - (EPOCH_1904 if self.date1904 else EPOCH_1900)).days


def letter(column):
    """1 → A, 27 → AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def cell(row, column):
    return f"{letter(column)}{row}"


def shown(value, day_format="%Y-%m-%d"):
    """What a person sees of a value; the only thing text formats can keep."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime(day_format)
    if isinstance(value, Serial):
        return str((value.day - EPOCH_1900).days)
    if isinstance(value, Formula):
        return shown(value.cached, day_format)
    if isinstance(value, Broken):
        return value.code
    if isinstance(value, Shown):
        return str(value.number)
    return str(value)
