"""Book → .xlsx or .xlsm, by openpyxl, with the clock taken out.

Goes in: a `Book`. Comes out: the bytes of the file.
Guaranteed: the same bytes every time: entries re-packed, times fixed. A macro part is a dummy that holds no code.
"""

import io
import re
from datetime import date, datetime

import openpyxl
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from .archive import packed, unpacked
from .book import Broken, Formula, Serial, Shown

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MOMENT = datetime(2024, 1, 8, 9, 0, 0)


def written(book, patch=None, shared=True):
    """The file's bytes; `patch(name, bytes) -> bytes` may change a part before packing.

    `shared`: texts in a table of their own, as Excel writes them; else in the cells, as some exports do.
    """
    work = openpyxl.Workbook()
    work.remove(work.active)
    if book.date1904:
        work.epoch = CALENDAR_MAC_1904
    work.properties.creator = book.author
    work.properties.created = MOMENT
    for key, value in book.properties.items():
        work.custom_doc_props.append(StringProperty(name=key, value=value))
    cached = []
    for number, sheet in enumerate(book.sheets, 1):
        page = work.create_sheet(sheet.name)
        page.sheet_state = sheet.state
        for (row, column), value in sheet.cells.items():
            into = page.cell(row, column)
            place(into, value, book)
            if isinstance(value, Formula) and value.cached is not None:
                cached.append((number, into.coordinate, value.cached))
            dress(into, (row, column), sheet)
        finish(page, sheet)
    out = io.BytesIO()
    work.save(out)
    parts = []
    for name, content in unpacked(out.getvalue()):
        content = still(name, content)
        for number, at, value in cached:
            if name == f"xl/worksheets/sheet{number}.xml":
                content = with_cached(content, at, value)
        parts.append((name, content))
    if shared:
        parts = with_shared_texts(parts)
    if patch:
        parts = [(name, patch(name, content)) for name, content in parts]
    if book.macros:
        parts = with_macros(parts)
    return packed(parts)


def place(into, value, book):
    if isinstance(value, Serial):
        into.value = book.serial(value.day)
        into.number_format = "General"
    elif isinstance(value, Formula):
        into.value = "=" + value.text
        into.number_format = value.format
    elif isinstance(value, Broken):
        into.value = value.code
        into.data_type = "e"
    elif isinstance(value, Shown):
        into.value = value.number
        into.number_format = value.format
    elif isinstance(value, date):
        into.value = datetime(value.year, value.month, value.day)
        into.number_format = "yyyy\\-mm\\-dd"
    elif isinstance(value, str):
        into.value = value
        into.data_type = "s"
    else:
        into.value = value


def dress(into, at, sheet):
    if at in sheet.bold or at in sheet.struck:
        into.font = Font(bold=at in sheet.bold, strike=at in sheet.struck)
    if at in sheet.filled:
        into.fill = PatternFill("solid", fgColor="FFFF00")
    if at in sheet.comments:
        into.comment = Comment(sheet.comments[at], "Exempelstad")


def finish(page, sheet):
    for row, column, last_row, last_column in sheet.merges:
        page.merge_cells(start_row=row, start_column=column, end_row=last_row, end_column=last_column)
    for row in sheet.hidden_rows:
        page.row_dimensions[row].hidden = True
    for column in sheet.hidden_columns:
        page.column_dimensions[get_column_letter(column)].hidden = True
    for column, width in sheet.widths.items():
        page.column_dimensions[get_column_letter(column)].width = width
    if sheet.filter:
        page.auto_filter.ref = sheet.filter
    if sheet.protected:
        page.protection.sheet = True


def still(name, content):
    """Takes the moment of writing out of docProps/core.xml."""
    if name != "docProps/core.xml":
        return content
    stamp = MOMENT.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)


def with_cached(content, at, value):
    """openpyxl never writes the value a formula had; people's files have it."""
    text = str(value).encode()
    pattern = rb'(<c r="' + at.encode() + rb'"[^>]*)(>)(<f>.*?</f>)<v\s*/?>(</v>)?'
    kind = b"" if isinstance(value, (int, float)) else b' t="str"'
    return re.sub(pattern, rb"\g<1>" + kind + rb"\g<2>\g<3><v>" + text + rb"</v>", content)


def with_shared_texts(parts):
    """openpyxl writes texts in the cells; Excel and LibreOffice keep them in one table."""
    texts, uses = {}, 0

    def moved(found):
        nonlocal uses
        uses += 1
        return found[1] + b' t="s"><v>' + str(texts.setdefault(found[2], len(texts))).encode() + b"</v></c>"

    pattern = re.compile(rb'(<c r="[A-Z]+\d+"(?: s="\d+")?) t="inlineStr"><is>(<t[^>]*>[^<]*</t>)</is></c>')
    out = [(name, pattern.sub(moved, data) if name.startswith("xl/worksheets/") else data) for name, data in parts]
    if not texts:
        return out
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="{space}" count="{uses}" uniqueCount="{len(texts)}">'
    table = head.encode() + b"".join(b"<si>" + it + b"</si>" for it in texts) + b"</sst>"
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
    relation = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    link = b'<Relationship Id="rIdT" Type="' + relation + b'" Target="sharedStrings.xml"/></Relationships>'
    with_entry = {"[Content_Types].xml": (b"</Types>", entry), "xl/_rels/workbook.xml.rels": (b"</Relationships>", link)}
    out = [(name, data.replace(*with_entry[name]) if name in with_entry else data) for name, data in out]
    return [*out, ("xl/sharedStrings.xml", table)]


def relations(kind, target, outside=False):
    mode = ' TargetMode="External"' if outside else ""
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return (
        f'<Relationships xmlns="{space}"><Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'
    )


def with_external_link(parts):
    """Adds a link to a workbook that is not here, as formulas like [1]Blad1!A1 need."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    entry = b'<Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="' + kind + b'"/></Types>'
    link = f'<Relationship Id="rIdX" Type="{OFFICE}/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>'
    references = f'<externalReferences><externalReference xmlns:r="{OFFICE}" r:id="rIdX"/></externalReferences>'
    changes = {
        "[Content_Types].xml": (b"</Types>", entry),
        "xl/_rels/workbook.xml.rels": (b"</Relationships>", link.encode()),
        "xl/workbook.xml": (b"</sheets>", b"</sheets>" + references.encode()),
    }
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    book = f'<externalLink xmlns="{space}"><externalBook xmlns:r="{OFFICE}" r:id="rId1"><sheetNames><sheetName val="Blad1"/></sheetNames></externalBook></externalLink>'
    return [(name, data.replace(*changes[name]) if name in changes else data) for name, data in parts] + [
        ("xl/externalLinks/externalLink1.xml", book),
        ("xl/externalLinks/_rels/externalLink1.xml.rels", relations("externalLinkPath", "gammal.xlsx", outside=True)),
    ]


def with_macros(parts):
    """Turns the workbook into a macro-enabled one with an empty macro part."""
    out = []
    for name, content in parts:
        if name == "[Content_Types].xml":
            content = content.replace(
                b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            ).replace(
                b"</Types>",
                b'<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
            )
        if name == "xl/_rels/workbook.xml.rels":
            content = content.replace(
                b"</Relationships>",
                b'<Relationship Id="rIdVba" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
                b'Target="vbaProject.bin"/></Relationships>',
            )
        out.append((name, content))
    out.append(("xl/vbaProject.bin", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + b"no macro here"))
    return out
