"""The files of samples/varje-regel that show how a sheet can be hard to read: one for each rule of lasbarhet.

Goes in: the clean row of a rule. Comes out: proofs, registered beside those of single rows.
Guaranteed: a file that cannot be used at all is followed by one that can, so that the answer itself is in.
"""

import io
import re
import warnings
import zipfile
from datetime import timedelta

from . import form, text, varje_regel, xlsx
from .archive import DAY_ONE, packed, unpacked
from .book import Book, Broken, Formula, Sheet
from .compound import encrypted
from .patologier_fil import PDF
from .sample import SAMPLES

EARLIER = "2024-01-08T10:00:00+01:00"


def register():
    unusable()
    whole_files()
    sheets()
    cells()


def case(rule, **cells):
    return varje_regel.clean(varje_regel.start(rule), **cells)


def right(rule, **cells):
    return varje_regel.Sent([case(rule, **cells)])


def made(sheet, patch=None, **how):
    return xlsx.written(Book([sheet], **how), patch)


def of(rule, name, data, cases=None, mended=None):
    """A file that is read. `cases`: what of it the register knows."""
    cases = [case(rule)] if cases is None else cases
    varje_regel.proof(rule, varje_regel.Sent(cases, files=[(f"{rule}.{name}", data)]), mended or right(rule))


def refused(rule, name, data):
    """A file that is refused, and a good one after it."""
    again = (f"{rule}-igen.csv", varje_regel.csv([case(rule)]))
    varje_regel.proof(rule, varje_regel.Sent([case(rule)], files=[(name, data), again]), right(rule))


def pathology(name):
    return next(build() for _, it, _, _, build in SAMPLES if it == name)


def workbook(rule, patch=None):
    return made(varje_regel.sheet_of([case(rule)]), patch)


def unusable():
    refused("LA001", "LA001.xlsx", b"")
    # LA002: over 100 MB; the test makes it.
    pages = [Sheet(f"Blad{number}") for number in range(1, 52)]
    for page in pages:
        page.put(1, 1, "x")
    refused("LA003", "LA003.xlsx", xlsx.written(Book(pages)))
    refused("LA004", "LA004.xlsx", encrypted(workbook("LA004"), "kvartal"))
    refused("LA005", "LA005.xlsx", workbook("LA005")[:4000])
    refused("LA006", "LA006.pdf", PDF)
    refused("LA007", "LA007.xlsx", twice(workbook("LA007")))
    # LA008: takes too long; the test makes it.
    refused("LA009", "~$LA009.xlsx", pathology("lasfil"))
    headless = varje_regel.sheet_of([case("LA015")])
    headless.cells = {(row - 1, column): it for (row, column), it in headless.cells.items() if row > 1}
    refused("LA015", "LA015.xlsx", made(headless))


def twice(data):
    """Two parts of the same name: a reader and a virus scanner may each see another one."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        warnings.simplefilter("ignore")
        for name, content in unpacked(data):
            for _ in range(1 + name.startswith("xl/worksheets/")):
                target.writestr(zipfile.ZipInfo(name, DAY_ONE), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def whole_files():
    of("LA010", "xls", workbook("LA010"))
    of("LA011", "xlsm", made(varje_regel.sheet_of([case("LA011")]), macros=True))
    of("LA012", "xlsx", linked("LA012"))
    ruined = varje_regel.csv([case("LA013", kommentar="Avl\ufffdsare s\ufffdks")])
    of("LA013", "csv", ruined)
    mac = text.delimited(varje_regel.sheet_of([case("LA014")]), ";", "mac_roman")
    of("LA014", "csv", mac)


def linked(rule):
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def patch(name, content):
        if name == "[Content_Types].xml":
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
            entry = f'<Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="{kind}"/></Types>'
            return content.replace(b"</Types>", entry.encode())
        if name == "xl/_rels/workbook.xml.rels":
            more = f'<Relationship Id="rIdX" Type="{relation}/externalLink" Target="externalLinks/externalLink1.xml"/></Relationships>'
            return content.replace(b"</Relationships>", more.encode())
        return content

    link = f'<externalLink xmlns="{space}"><externalBook xmlns:r="{relation}" r:id="rId1"><sheetNames><sheetName val="Blad1"/></sheetNames></externalBook></externalLink>'
    head = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    target = f'{head}<Relationship Id="rId1" Type="{relation}/externalLinkPath" Target="gammal.xlsx" TargetMode="External"/></Relationships>'
    more = [("xl/externalLinks/externalLink1.xml", link), ("xl/externalLinks/_rels/externalLink1.xml.rels", target)]
    return packed(unpacked(workbook(rule, patch)) + more)


def sheets():
    sheet = varje_regel.sheet_of([case("LA016")])
    sheet.cells = {at: it for at, it in sheet.cells.items() if at[0] == 1}
    of("LA016", "xlsx", made(sheet), [])

    sheet = varje_regel.sheet_of([case("LA017")], names=[it for it in varje_regel.BASE if it != "kon"])
    of("LA017", "xlsx", made(sheet), [])

    sheet = varje_regel.sheet_of([case("LA018")])
    sheet.line(1, ["Handläggare"], 9, bold=True)
    sheet.put(2, 9, "EL")
    of("LA018", "xlsx", made(sheet))

    sheet = varje_regel.sheet_of([case("LA019", avslutad="2023-11-20")])
    sheet.cells = {at: "Beslutet avslutatt" if it == "Beslutet avslutat" else it for at, it in sheet.cells.items()}
    ended = case("LA019", avslutad="2023-11-20", avslutsorsak="Flyttat från kommunen", orsak="")
    of("LA019", "xlsx", made(sheet), None, varje_regel.Sent([ended]))

    sheet = varje_regel.sheet_of([case("LA020")])
    sheet.line(1, ["Beslutsdag"], 9, bold=True)
    sheet.put(2, 9, case("LA020").cells["beslut"])
    of("LA020", "xlsx", made(sheet))

    sheet = varje_regel.sheet_of([case("LA021")])
    beside = case("LA021", beslut=(varje_regel.start("LA021") + timedelta(days=1)).isoformat())
    for (row, column), it in varje_regel.sheet_of([beside]).cells.items():
        sheet.put(row, column + 10, it, bold=row == 1)
    of("LA021", "xlsx", made(sheet))

    hidden = varje_regel.sheet_of([case("LA022", beslut="2022-04-04")], name="Gammalt")
    hidden.state = "hidden"
    of("LA022", "xlsx", xlsx.written(Book([varje_regel.sheet_of([case("LA022")]), hidden])))

    for rule, filtered in (("LA023", False), ("LA024", True)):
        two = [case(rule), case(rule, kon="Man")]
        sheet = varje_regel.sheet_of(two)
        sheet.hidden_rows.add(3)
        sheet.filter = "A1:H3" if filtered else None
        of(rule, "xlsx", made(sheet, chosen if filtered else None), two, varje_regel.Sent(two))

    sheet = varje_regel.sheet_of([case("LA025", kommentar="Matchning pågår")])
    sheet.hidden_columns.add(9)
    of("LA025", "xlsx", made(sheet))

    sheet = varje_regel.sheet_of([case("LA026")])
    sheet.put(900, 40, "x")
    of("LA026", "xlsx", made(sheet))

    two = [case("LA027"), case("LA027", kon="Man")]
    sheet = varje_regel.sheet_of(two)
    sheet.cells = {(row + (row == 3), column): it for (row, column), it in sheet.cells.items()}
    sheet.put(3, 1, "Summa 1")
    of("LA027", "xlsx", made(sheet), two, varje_regel.Sent(two))

    sheet = varje_regel.sheet_of([case("LA028")])
    sheet.line(3, ["Summa", 7])
    of("LA028", "xlsx", made(sheet))

    sheet = Sheet("Rapport")
    sheet.put(1, 1, "Inget att rapportera")
    of("LA029", "xlsx", made(sheet), [], varje_regel.Sent(nil=True))

    three = [case("LA039"), case("LA039", kon="Man")]
    sheet = varje_regel.sheet_of(three)
    del sheet.cells[(3, 5)]
    sheet.merge(2, 5, 3, 5)
    of("LA039", "xlsx", made(sheet), three, varje_regel.Sent(three))

    two = [case("LA040"), case("LA040", kon="Man")]
    sheet = varje_regel.sheet_of(two)
    sheet.struck |= {(3, column) for column in range(1, 9)}
    of("LA040", "xlsx", made(sheet), two, varje_regel.Sent(two))

    sheet = varje_regel.sheet_of([case("LA041")])
    cells = {column: sheet.cells.pop((2, column)) for column in range(1, 9) if (2, column) in sheet.cells}
    for column, it in cells.items():
        sheet.put(2, column + 1, it)
    of("LA041", "xlsx", made(sheet), [])

    sheet = varje_regel.sheet_of([case("LA042")])
    sheet.comments[(2, 2)] = "Erbjuden plats i november."
    of("LA042", "xlsx", made(sheet))

    sheet = varje_regel.sheet_of([case("LA045")], ["Ledsagarservice, kvartal 4 2023"], [it for it in varje_regel.BASE if it != "insats"])
    of("LA045", "xlsx", made(sheet))


def chosen(name, content):
    """The filter has a choice, as when somebody has used it."""
    if name != "xl/worksheets/sheet1.xml":
        return content
    used = rb'<autoFilter ref="A1:H3"><filterColumn colId="0"><filters><filter val="Kvinna"/></filters></filterColumn></autoFilter>'
    return re.sub(rb'<autoFilter ref="A1:H3"\s*/>', used, content)


def cells():
    day = varje_regel.start

    def typed(rule, known=False, **changed):
        """The clean row with something else typed in it."""
        of(rule, "csv", varje_regel.csv([case(rule, **changed)]), [case(rule)] if known else [], right(rule))

    typed("LA031", beslut="2022-06-31")
    typed("LA032", beslut="03/04/2022")
    typed("LA033", beslut="v. 18")
    typed("LA034", known=True, beslut=form.six(day("LA034")))
    typed("LA035", known=True, beslut=f"{day('LA035')} enligt nämnden")
    typed("LA036", beslut="se journal")
    typed("LA043", kon="X")
    typed("LA044", known=True, alder="ungefär vuxen")
    typed("LA046", known=True, lagrum="enligt beslut")
    typed("LA048", beslut=f"{day('LA048')}\n{day('LA048') + timedelta(days=1)}")

    for rule, value in (("LA030", 99), ("LA037", Broken("#REF!")), ("LA038", Formula("DATE(2022,5,4)", None, "yyyy\\-mm\\-dd"))):
        sheet = varje_regel.sheet_of([case(rule)])
        sheet.cells[(2, 2)] = value
        of(rule, "xlsx", made(sheet), [])

    days = varje_regel.date(2023, 12, 31) - day("LA047")
    stated = lambda number: case("LA047", dagar=f"231231: {number} dagar")  # noqa: E731
    of("LA047", "csv", varje_regel.csv([stated(days.days + 1)]), None, varje_regel.Sent([stated(days.days)]))
