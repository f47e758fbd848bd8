"""Book → .ods, a small writer of our own.

Goes in: a `Book`. Comes out: the bytes of the file: values, dates, merges, hidden rows and columns, hidden sheets, comments.
Guaranteed: the same bytes every time; the file opens in LibreOffice.
"""

from datetime import date
from xml.sax.saxutils import escape, quoteattr

from .archive import packed
from .book import Broken, Formula, Serial, Shown, shown

MIME = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">\
<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>\
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" \
xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" \
xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" \
xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3"><office:automatic-styles>\
<number:date-style style:name="N1"><number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/>\
<number:text>-</number:text><number:day number:style="long"/></number:date-style>\
<style:style style:name="dag" style:family="table-cell" style:data-style-name="N1"/>\
<style:style style:name="fet" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>\
<style:style style:name="dolt" style:family="table"><style:table-properties table:display="false"/></style:style>\
</office:automatic-styles><office:body><office:spreadsheet>"""
FOOT = "</office:spreadsheet></office:body></office:document-content>"


def written(book, trailing=False):
    """`trailing`: end each row and the sheet with the repeated blanks that LibreOffice and Google leave behind."""
    content = HEAD + "".join(table(sheet, book, trailing) for sheet in book.sheets) + FOOT
    return packed([("mimetype", MIME), ("META-INF/manifest.xml", MANIFEST), ("content.xml", content)], stored=("mimetype",))


def table(sheet, book, trailing=False):
    last_row, last_column = sheet.size
    spans = {(m[0], m[1]): m for m in sheet.merges}
    covered = {
        (row, column)
        for r, c, er, ec in sheet.merges
        for row in range(r, er + 1)
        for column in range(c, ec + 1)
        if (row, column) != (r, c)
    }
    style = ' table:style-name="dolt"' if sheet.state != "visible" else ""
    out = [f"<table:table table:name={quoteattr(sheet.name)}{style}>"]
    for column in range(1, last_column + 1):
        hidden = ' table:visibility="collapse"' if column in sheet.hidden_columns else ""
        out.append(f"<table:table-column{hidden}/>")
    for row in range(1, last_row + 1):
        hidden = ' table:visibility="collapse"' if row in sheet.hidden_rows else ""
        out.append(f"<table:table-row{hidden}>")
        out.extend(one(sheet, book, row, column, spans, covered) for column in range(1, last_column + 1))
        if trailing:
            out.append(f'<table:table-cell table:number-columns-repeated="{16384 - last_column}"/>')
        out.append("</table:table-row>")
    if trailing:
        out.append(f'<table:table-row table:number-rows-repeated="{1048576 - last_row}">')
        out.append('<table:table-cell table:number-columns-repeated="16384"/></table:table-row>')
    return "".join(out) + "</table:table>"


def one(sheet, book, row, column, spans, covered):
    if (row, column) in covered:
        return "<table:covered-table-cell/>"
    value = sheet.cells.get((row, column))
    marks = ""
    if (row, column) in spans:
        _, _, last_row, last_column = spans[(row, column)]
        marks += f' table:number-columns-spanned="{last_column - column + 1}" table:number-rows-spanned="{last_row - row + 1}"'
    note = ""
    if (row, column) in sheet.comments:
        text = escape(sheet.comments[(row, column)])
        note = f"<office:annotation><dc:creator>Exempelstad</dc:creator><text:p>{text}</text:p></office:annotation>"
    if value is None:
        return f"<table:table-cell{marks}>{note}</table:table-cell>" if marks or note else "<table:table-cell/>"
    if isinstance(value, Formula):
        marks += f" table:formula={quoteattr('of:=' + value.text)}"
        value = value.cached
    if (row, column) in sheet.bold:
        marks += ' table:style-name="fet"'
    text = shown(value)
    if isinstance(value, Serial):
        value, text = book.serial(value.day), str(book.serial(value.day))
    if isinstance(value, Shown):
        value = value.number
    if isinstance(value, date):
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}" table:style-name="dag"'
    elif isinstance(value, (int, float)):
        kind = f'office:value-type="float" office:value="{value}"'
    elif isinstance(value, Broken):
        kind = 'office:value-type="string" office:string-value=""'
    else:
        kind = 'office:value-type="string"'
    paragraphs = "".join(f"<text:p>{escape(part)}</text:p>" for part in text.split("\n"))
    return f"<table:table-cell {kind}{marks}>{note}{paragraphs}</table:table-cell>"
