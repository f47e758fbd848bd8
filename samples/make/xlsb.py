"""Book → .xlsb (BIFF12, [MS-XLSB]), a small writer of our own because no free library writes it.

Goes in: a `Book`. Comes out: the bytes of the file: values, shared strings, date formats, merges, hidden rows.
Guaranteed: the same bytes every time; the file opens in LibreOffice. Formulas are written as their values.
"""

import struct
from datetime import date

from .archive import packed
from .book import Broken, Formula, Serial, Shown

TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin" \
ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{sheets}<Override PartName="/xl/styles.bin" \
ContentType="application/vnd.ms-excel.styles"/><Override PartName="/xl/sharedStrings.bin" \
ContentType="application/vnd.ms-excel.sharedStrings"/></Types>"""
RELATIONS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>"""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
STATES = {"visible": 0, "hidden": 1, "veryHidden": 2}
ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
# Index into the cell formats of `styles`.
PLAIN, DAY = 0, 1


def record(kind, body=b""):
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(body), b""
    while True:
        size, low = size >> 7, size & 0x7F
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return head + length + body


def wide(text):
    units = text.encode("utf-16-le")
    return struct.pack("<I", len(units) // 2) + units


def written(book):
    strings = []
    pages = [page(sheet, book, strings) for sheet in book.sheets]
    names = [f"sheet{number}.bin" for number in range(1, len(pages) + 1)]
    override = "".join(
        f'<Override PartName="/xl/worksheets/{name}" ContentType="application/vnd.ms-excel.worksheet"/>' for name in names
    )
    inner = [
        f'<Relationship Id="rId{n}" Type="{OFFICE}worksheet" Target="worksheets/{name}"/>' for n, name in enumerate(names, 1)
    ]
    inner.append(f'<Relationship Id="rIdS" Type="{OFFICE}styles" Target="styles.bin"/>')
    inner.append(f'<Relationship Id="rIdT" Type="{OFFICE}sharedStrings" Target="sharedStrings.bin"/>')
    outer = f'<Relationship Id="rId1" Type="{OFFICE}officeDocument" Target="xl/workbook.bin"/>'
    return packed(
        [
            ("[Content_Types].xml", TYPES.format(sheets=override)),
            ("_rels/.rels", RELATIONS.format(outer)),
            ("xl/workbook.bin", workbook(book)),
            ("xl/_rels/workbook.bin.rels", RELATIONS.format("".join(inner))),
            *[(f"xl/worksheets/{name}", content) for name, content in zip(names, pages)],
            ("xl/styles.bin", styles()),
            ("xl/sharedStrings.bin", shared(strings)),
        ]
    )


def workbook(book):
    sheets = b"".join(
        record(156, struct.pack("<II", STATES[sheet.state], number) + wide(f"rId{number}") + wide(sheet.name))
        for number, sheet in enumerate(book.sheets, 1)
    )
    properties = record(153, struct.pack("<II", 1 if book.date1904 else 0, 0) + wide("ThisWorkbook"))
    return record(131) + properties + record(143) + sheets + record(144) + record(132)


def page(sheet, book, strings):
    last_row, last_column = sheet.size
    out = record(129) + record(148, struct.pack("<4I", 0, last_row - 1, 0, last_column - 1))
    if sheet.hidden_columns:
        columns = [record(60, struct.pack("<IIIIH", c - 1, c - 1, 2340, 0, 1)) for c in sorted(sheet.hidden_columns)]
        out += record(390) + b"".join(columns) + record(391)
    out += record(145)
    for row in range(1, last_row + 1):
        columns = sorted(at[1] for at in sheet.cells if at[0] == row)
        if not columns and row not in sheet.hidden_rows:
            continue
        hidden = 0x10 if row in sheet.hidden_rows else 0
        span = struct.pack("<II", columns[0] - 1, columns[-1] - 1) if columns else b""
        out += record(0, struct.pack("<IIHBBBI", row - 1, 0, 300, 0, hidden, 0, 1 if columns else 0) + span)
        out += b"".join(one(column - 1, sheet.cells[(row, column)], book, strings) for column in columns)
    out += record(146)
    if sheet.merges:
        out += record(177, struct.pack("<I", len(sheet.merges)))
        for row, column, end_row, end_column in sheet.merges:
            out += record(176, struct.pack("<4I", row - 1, end_row - 1, column - 1, end_column - 1))
        out += record(178)
    return out + record(130)


def one(column, value, book, strings):
    def head(style):
        return struct.pack("<II", column, style)

    if isinstance(value, Formula):
        value = value.cached
    if isinstance(value, Serial):
        return record(5, head(PLAIN) + struct.pack("<d", book.serial(value.day)))
    if isinstance(value, date):
        return record(5, head(DAY) + struct.pack("<d", book.serial(value)))
    if isinstance(value, Broken):
        return record(3, head(PLAIN) + bytes([ERRORS[value.code]]))
    if isinstance(value, Shown):
        value = value.number
    if isinstance(value, str):
        if value not in strings:
            strings.append(value)
        return record(7, head(PLAIN) + struct.pack("<I", strings.index(value)))
    return record(5, head(PLAIN) + struct.pack("<d", value))


def shared(strings):
    items = b"".join(record(19, b"\0" + wide(text)) for text in strings)
    return record(159, struct.pack("<II", len(strings), len(strings))) + items + record(160)


def styles():
    """One font, two fills, one border, and two cell formats: general and ISO date."""
    one = struct.pack("<I", 1)
    font = struct.pack("<HHHHBBBB", 220, 0, 400, 0, 0, 2, 0, 0) + bytes([7, 1, 0, 0, 0, 0, 0, 255]) + b"\0" + wide("Calibri")
    colour = bytes([0, 64, 0, 0, 0, 0, 0, 255])
    fill = colour + colour + struct.pack("<I", 0) + bytes(48)
    side = bytes([0, 0]) + bytes(8)

    def format_(number, used):
        return struct.pack("<HHHHHBBI", 0xFFFF if used else 0, number, 0, 0, 0, 0, 0, 0x1010)

    return b"".join(
        [
            record(278),
            record(615, one) + record(44, struct.pack("<H", 164) + wide("yyyy\\-mm\\-dd")) + record(616),
            record(611, one) + record(43, font) + record(612),
            record(603, struct.pack("<I", 2))
            + record(45, struct.pack("<I", 0) + fill)
            + record(45, struct.pack("<I", 17) + fill)
            + record(604),
            record(613, one) + record(46, b"\0" + side * 5) + record(614),
            record(626, one) + record(47, format_(0, True)) + record(627),
            record(617, struct.pack("<I", 2)) + record(47, format_(0, False)) + record(47, format_(164, False)) + record(618),
            record(279),
        ]
    )
