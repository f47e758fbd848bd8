"""One sheet → text: delimited files in the encodings people send, HTML saved as .xls, Excel 2003 XML.

Goes in: a `Sheet` (or a `Book` for Excel 2003 XML). Comes out: the bytes of the file; the same every time.
"""

from datetime import date
from html import escape as html_escape
from xml.sax.saxutils import escape, quoteattr

from .book import Broken, Formula, Serial, Shown, shown


def delimited(sheet, delimiter=";", encoding="cp1252", line_end="\r\n", head="", day_format="%Y-%m-%d"):
    last_row, last_column = sheet.size
    lines = []
    for row in range(1, last_row + 1):
        fields = [quoted(shown(sheet.cells.get((row, column)), day_format), delimiter) for column in range(1, last_column + 1)]
        lines.append(delimiter.join(fields))
    text = head + line_end.join(lines) + line_end
    if encoding == "utf-16":
        return b"\xff\xfe" + text.encode("utf-16-le")
    return text.encode(encoding)


def quoted(text, delimiter):
    if delimiter in text or '"' in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def html(sheet, charset="windows-1252"):
    """A web table as case systems export it, with Excel's namespaces so that Excel opens it."""
    last_row, last_column = sheet.size
    spans = {(m[0], m[1]): m for m in sheet.merges}
    covered = {(r, c) for m in sheet.merges for r in range(m[0], m[2] + 1) for c in range(m[1], m[3] + 1)} - set(spans)
    out = [
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">\n<head>',
        f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">\n<style>td {{ mso-number-format:"\\@"; }}</style>',
        "</head>\n<body>\n<table border=1>",
    ]
    for row in range(1, last_row + 1):
        cells = []
        for column in range(1, last_column + 1):
            if (row, column) in covered:
                continue
            mark = "th" if (row, column) in sheet.bold else "td"
            span = ""
            if (row, column) in spans:
                _, _, end_row, end_column = spans[(row, column)]
                span = f' colspan="{end_column - column + 1}" rowspan="{end_row - row + 1}"'
            value = html_escape(shown(sheet.cells.get((row, column)))).replace("\n", "<br>").replace("§", "&sect;") or "&nbsp;"
            cells.append(f"<{mark}{span}>{value}</{mark}>")
        out.append("<tr>" + "".join(cells) + "</tr>")
    out.append("</table>\n</body>\n</html>\n")
    return "\r\n".join(out).encode(charset)


def xml2003(book):
    """Excel's XML of 2003, which some case systems still export with the ending .xls."""
    out = [
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n',
        (
            '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
            'xmlns:x="urn:schemas-microsoft-com:office:excel">\n<Styles><Style ss:ID="Default"/>'
            '<Style ss:ID="dag"><NumberFormat ss:Format="yyyy\\-mm\\-dd"/></Style></Styles>\n'
        ),
    ]
    for sheet in book.sheets:
        out.append(f"<Worksheet ss:Name={quoteattr(sheet.name)}><Table>\n")
        spans = {(m[0], m[1]): m for m in sheet.merges}
        before = 0
        for row in sorted({at[0] for at in sheet.cells} | sheet.hidden_rows):
            index = f' ss:Index="{row}"' if row != before + 1 else ""
            hidden = ' ss:Hidden="1"' if row in sheet.hidden_rows else ""
            before, cells, last = row, [], 0
            for column in sorted(at[1] for at in sheet.cells if at[0] == row):
                at = f' ss:Index="{column}"' if column != last + 1 else ""
                last = column
                if (row, column) in spans:
                    _, _, end_row, end_column = spans[(row, column)]
                    at += f' ss:MergeAcross="{end_column - column}" ss:MergeDown="{end_row - row}"'
                    last = end_column
                cells.append(xml_cell(sheet.cells[(row, column)], at, book))
            out.append(f"<Row{index}{hidden}>" + "".join(cells) + "</Row>\n")
        out.append("</Table></Worksheet>\n")
    return ("".join(out) + "</Workbook>\n").encode()


def xml_cell(value, at, book):
    if isinstance(value, Formula):
        at += f" ss:Formula={quoteattr('=' + value.text)}"
        value = value.cached
    if isinstance(value, Serial):
        value = book.serial(value.day)
    if isinstance(value, Shown):
        value = value.number
    if isinstance(value, date):
        return f'<Cell{at} ss:StyleID="dag"><Data ss:Type="DateTime">{value.isoformat()}T00:00:00.000</Data></Cell>'
    if isinstance(value, Broken):
        return f'<Cell{at}><Data ss:Type="Error">{escape(value.code)}</Data></Cell>'
    kind = "String" if isinstance(value, str) else "Number"
    text = escape(str(value)).replace("\n", "&#10;")
    return f'<Cell{at}><Data ss:Type="{kind}">{text}</Data></Cell>'
