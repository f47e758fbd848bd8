"""Book → .xls (BIFF8), by xlwt.

Goes in: a `Book`. Comes out: the bytes of the file; xlwt puts no time in it, so they are the same every time.
"""

import io
from datetime import date

import xlwt

from .book import Broken, Formula, Serial, Shown


def written(book):
    work = xlwt.Workbook(encoding="utf-8")
    work.dates_1904 = book.date1904
    plain, strong = xlwt.XFStyle(), xlwt.easyxf("font: bold on")
    day = xlwt.XFStyle()
    day.num_format_str = "yyyy\\-mm\\-dd"
    for sheet in book.sheets:
        page = work.add_sheet(sheet.name)
        page.visibility = {"visible": 0, "hidden": 1, "veryHidden": 2}[sheet.state]
        spans = {(m[0], m[1]): m for m in sheet.merges}
        for (row, column), value in sorted(sheet.cells.items()):
            style = strong if (row, column) in sheet.bold else plain
            value, style = converted(value, book, style, day)
            if (row, column) in spans:
                _, _, last_row, last_column = spans[(row, column)]
                page.write_merge(row - 1, last_row - 1, column - 1, last_column - 1, value, style)
            else:
                page.write(row - 1, column - 1, value, style)
        for row in sheet.hidden_rows:
            page.row(row - 1).hidden = True
        for column in sheet.hidden_columns:
            page.col(column - 1).hidden = True
        for column, width in sheet.widths.items():
            page.col(column - 1).width = 256 * width
    out = io.BytesIO()
    work.save(out)
    return out.getvalue()


def converted(value, book, style, day):
    if isinstance(value, Serial):
        return book.serial(value.day), style
    if isinstance(value, Formula):
        return xlwt.Formula(value.text), style
    if isinstance(value, Broken):
        raise TypeError("xlwt writes no error values")
    if isinstance(value, Shown):
        style = xlwt.XFStyle()
        style.num_format_str = value.format
        return value.number, style
    if isinstance(value, date):
        return book.serial(value), day
    return value, style
