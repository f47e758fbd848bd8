"""Pathologies of whole files: the wrong kind, locked, damaged, hostile, odd (rows 1–18, 103–106).

Goes in: the clean rows. Comes out: samples registered with `sample`.
Guaranteed: nothing hostile does harm when it is opened by a program that keeps limits; sizes stay under 1 MB.
"""

import gzip
import io
import re
import struct
import zipfile
import zlib
from datetime import timedelta

import openpyxl
from openpyxl.chart import BarChart

from . import ods, text, xls, xlsb, xlsx
from .archive import DAY_ONE, packed, unpacked
from .book import EPOCH_1900, Book
from .compound import DEFAULT_PASSWORD, compound, encrypted
from .sample import clean, sample


def workbook(patch=None, shared=True):
    return xlsx.written(Book([clean()[0]]), patch, shared)


@sample(1, "andelse-och-innehall", "The name says .xls, the content is an .xlsx.", "rapport.xls")
def _():
    return workbook()


@sample(2, "webbtabell-som-xls", "A case system's web table saved as .xls.", "export.xls")
def _():
    return text.html(clean()[0])


@sample(3, "xml-2003", "Excel's XML of 2003 with the ending .xls.", "rapport.xls")
def _():
    return text.xml2003(Book([clean()[0]]))


@sample(4, "csv-som-xlsx", "A semicolon file with the ending .xlsx.")
def _():
    return text.delimited(clean()[0])


OFFICE = xlsx.OFFICE
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@sample(5, "pdf", "A PDF.", "rapport.pdf")
def _():
    return PDF


@sample(5, "word", "A Word document.", "rapport.docx")
def _():
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    body = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p/></w:body></w:document>'
    )
    return packed([("[Content_Types].xml", types), ("word/document.xml", body)])


def picture():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\xff\xff\xff")) + chunk(b"IEND", b"")


@sample(5, "bild", "A picture of a list.", "rapport.png")
def _():
    return picture()


@sample(6, "losenord-xlsx", "An .xlsx that needs a password to open (it is: kvartal).")
def _():
    return encrypted(workbook(), "kvartal")


@sample(6, "losenord-xls", "An .xls with a FILEPASS record: encrypted after it.", "rapport.xls")
def _():
    data = xls.written(Book([clean()[0]]))
    stream = data[512 : 512 + 4096]
    first = 4 + struct.unpack("<H", stream[2:4])[0]
    lock = struct.pack("<HHHHH", 0x2F, 54, 1, 1, 1) + bytes(range(48))
    hidden = bytes(byte ^ 0x5A for byte in stream[first:])
    return compound([("Workbook", stream[:first] + lock + hidden)])


@sample(6, "losenord-ods", "An .ods whose content is encrypted.", "rapport.ods")
def _():
    parts = dict(unpacked(ods.written(Book([clean()[0]]))))
    lock = (
        '<manifest:encryption-data manifest:checksum-type="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k" '
        'manifest:checksum="AAAA"><manifest:algorithm manifest:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc" '
        'manifest:initialisation-vector="AAAAAAAAAAAAAAAAAAAAAA=="/></manifest:encryption-data></manifest:file-entry>'
    )
    entry = 'manifest:full-path="content.xml" manifest:media-type="text/xml"'
    manifest = parts["META-INF/manifest.xml"].decode().replace(entry + "/>", entry + ' manifest:size="4000">' + lock)
    content = bytes(byte ^ 0x5A for byte in zlib.compress(parts["content.xml"]))
    stored = ("mimetype", "content.xml")
    return packed([("mimetype", parts["mimetype"]), ("META-INF/manifest.xml", manifest), ("content.xml", content)], stored)


@sample(
    7, "inbyggt-losenord", "Encrypted with the password Excel uses when only the structure is protected; opens without asking."
)
def _():
    return encrypted(workbook(), DEFAULT_PASSWORD)


@sample(8, "etikett", "Encrypted by an organisation's sensitivity label (rights management).")
def _():
    space = "\x06DataSpaces/"
    return compound(
        [
            (space + "Version", "Microsoft.Container.DataSpaces".encode("utf-16-le")),
            (space + "DataSpaceMap", b"DRMEncryptedDataSpace"),
            (space + "TransformInfo/DRMEncryptedTransform/\x06Primary", b"<XrML/>"),
            ("EncryptedPackage", bytes(range(256)) * 20),
        ]
    )


@sample(9, "bladskydd", "The sheet is protected against changes, nothing more.")
def _():
    sheet, _ = clean()
    sheet.protected = True
    return sheet


@sample(10, "makron", "A workbook with macros.", "rapport.xlsm")
def _():
    return Book([clean()[0]], macros=True)


@sample(11, "avbruten", "Cut off in the middle of an upload.")
def _():
    data = workbook()
    return data[: len(data) * 2 // 3]


@sample(12, "tom-fil", "Nothing: a placeholder of a cloud folder.")
def _():
    return b""


@sample(13, "zipbomb", "850 MB of blanks in one part, 0.8 MB packed.")
def _():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in unpacked(workbook()):
            entry = zipfile.ZipInfo(name, DAY_ONE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with target.open(entry, "w", force_zip64=False) as part:
                before, mark, after = content.partition(b"<sheetData>")
                part.write(before + mark)
                if mark:
                    for _ in range(850):
                        part.write(b" " * 1_000_000)
                part.write(after)
    return out.getvalue()


@sample(14, "uniquecount", "A shared string table that says it holds 1 000 000 000 strings.")
def _():
    def patch(name, content):
        return re.sub(rb'uniqueCount="\d+"', b'uniqueCount="1000000000"', content) if name == "xl/sharedStrings.xml" else content

    return workbook(patch)


@sample(14, "delad-formel", "A shared formula numbered 1 000 000 000.")
def _():
    def patch(name, content):
        return content.replace(
            b"</sheetData>",
            b'<row r="9"><c r="A9"><f t="shared" ref="A9:A10" si="1000000000">1+1</f><v>2</v></c></row></sheetData>',
        )

    return workbook(patch)


def ods_with(old, new):
    parts = [(name, data.replace(old, new, 1)) for name, data in unpacked(ods.written(Book([clean()[0]])))]
    return packed(parts, stored=("mimetype",))


@sample(14, "mellanslag", "One mark in an .ods that stands for 2 147 483 647 spaces.", "rapport.ods")
def _():
    return ods_with(b"<text:p>Kvinna</text:p>", b'<text:p>Kvinna<text:s text:c="2147483647"/></text:p>')


@sample(14, "upprepningar", "A cell with content, repeated over 95 columns and 1 048 576 rows of an .ods.", "rapport.ods")
def _():
    row = b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="string" table:number-columns-repeated="95"><text:p>x</text:p></table:table-cell></table:table-row>'
    return ods_with(b"</table:table>", row + b"</table:table>")


@sample(15, "entiteter", "XML entities that grow tenfold nine times.")
def _():
    lines = ['<!ENTITY a0 "lol">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    doctype = ("<!DOCTYPE x [" + "".join(lines) + "]>").encode()

    def patch(name, content):
        if name != "xl/sharedStrings.xml":
            return content
        return re.sub(rb"<sst", doctype + b"<sst", content, count=1).replace(b"<t>Kvinna</t>", b"<t>&a9;</t>")

    return workbook(patch)


@sample(15, "yttre-entitet", "An XML entity that points at a file on the reader's machine.")
def _():
    def patch(name, content):
        if name != "xl/sharedStrings.xml":
            return content
        doctype = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///hemlig.txt">]>'
        return re.sub(rb"<sst", doctype + b"<sst", content, count=1).replace(b"<t>Kvinna</t>", b"<t>&e;</t>")

    return workbook(patch)


@sample(16, "bild-och-lank", "A logo and a link to another workbook beside the table.")
def _():
    def patch(name, content):
        if name == "xl/worksheets/sheet1.xml":
            return content.replace(b"</worksheet>", f'<drawing xmlns:r="{OFFICE}" r:id="rId1"/></worksheet>'.encode())
        if name == "[Content_Types].xml":
            kind = "application/vnd.openxmlformats-officedocument.drawing+xml"
            entry = f'<Default Extension="png" ContentType="image/png"/><Override PartName="/xl/drawings/drawing1.xml" ContentType="{kind}"/>'
            return content.replace(b"</Types>", entry.encode() + b"</Types>")
        return content

    corner = "<xdr:{1}><xdr:col>{0}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{0}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{1}>"
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor>{corner.format(10, "from")}{corner.format(12, "to")}'
        '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="1" name="Logga"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        f'<a:blip xmlns:r="{OFFICE}" r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr>'
        '<a:prstGeom prst="rect"/></xdr:spPr></xdr:pic><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>'
    )
    more = [
        ("xl/worksheets/_rels/sheet1.xml.rels", xlsx.relations("drawing", "../drawings/drawing1.xml")),
        ("xl/drawings/drawing1.xml", drawing),
        ("xl/drawings/_rels/drawing1.xml.rels", xlsx.relations("image", "../media/image1.png")),
        ("xl/media/image1.png", picture()),
    ]
    return packed(xlsx.with_external_link(unpacked(workbook(patch))) + more)


@sample(17, "diagramblad", "A chart sheet among the sheets.")
def _():
    made = unpacked(workbook())
    work = openpyxl.load_workbook(io.BytesIO(packed(made)))
    page = work.create_chartsheet("Diagram")
    page.add_chart(BarChart())
    out = io.BytesIO()
    work.save(out)
    return packed([(name, xlsx.still(name, data)) for name, data in unpacked(out.getvalue())])


@sample(18, "lasfil", "Excel's own lock file, chosen by mistake.", "~$rapport.xlsx")
def _():
    name = "Exempel Exempelsson"
    wide = name + " " * (54 - len(name))
    return bytes([len(name)]) + name.encode().ljust(54) + bytes([len(name), 0]) + wide.encode("utf-16-le")


@sample(103, "google", "As Google's export looks: inline strings, rows of blanks down to 1 000, no properties.")
def _():
    def patch(name, content):
        if name == "xl/worksheets/sheet1.xml":
            blanks = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="B{n}" s="0"/></row>' for n in range(6, 1001))
            return content.replace(b"</sheetData>", blanks.encode() + b"</sheetData>")
        return content

    return workbook(patch, shared=False)


@sample(104, "strikt-ooxml", "Strict OOXML: other namespaces, and dates as ISO text in cells of their own kind.")
def _():
    loose = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def patch(name, content):
        content = content.replace(loose, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        content = content.replace(office, b"http://purl.oclc.org/ooxml/officeDocument/relationships")
        if name == "xl/workbook.xml":
            content = content.replace(b"<workbook ", b'<workbook conformance="strict" ', 1)
        if name.startswith("xl/worksheets/"):
            content = re.sub(rb'(<c r="[CDGH]\d+" s="\d+") t="n"><v>(\d+)</v>', iso_cell, content)
        return content

    return workbook(patch)


def iso_cell(found):
    day = EPOCH_1900 + timedelta(days=int(found[2]))
    return found[1] + b' t="d"><v>' + day.isoformat().encode() + b"</v>"


@sample(105, "ods-upprepade-tomma", "An .ods that ends in a million repeated blank rows.", "rapport.ods")
def _():
    return ods.written(Book([clean()[0]]), trailing=True)


@sample(106, "platt-ods", "Flat ODS: the whole spreadsheet in one XML file.", "rapport.fods")
def _():
    content = dict(unpacked(ods.written(Book([clean()[0]]))))["content.xml"]
    content = content.replace(
        b"<office:document-content ", b'<office:document office:mimetype="application/vnd.oasis.opendocument.spreadsheet" '
    )
    return content.replace(b"</office:document-content>", b"</office:document>")


@sample(106, "mall-xltx", "A workbook saved as a template (.xltx).", "rapport.xltx")
def _():
    def patch(name, content):
        return (
            content.replace(b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml")
            if name == "[Content_Types].xml"
            else content
        )

    return workbook(patch)


@sample(106, "csv-gz", "A packed CSV.", "rapport.csv.gz")
def _():
    return gzip.compress(text.delimited(clean()[0]), mtime=0)


@sample(106, "zip", "A workbook inside a .zip.", "rapporter.zip")
def _():
    return packed([("rapport.xlsx", workbook())])


@sample(1, "binar-xlsb", "Excel's binary format under an .xlsx name.")
def _():
    return xlsb.written(Book([clean()[0]]))
