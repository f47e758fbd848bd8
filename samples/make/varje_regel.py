"""samples/varje-regel: a round in which each rule speaks once, and samples/varje-regel-lagad: the same round, repaired.

Goes in: one case for each rule, wrong and right. Comes out: the files of both folders, as path → bytes.
Guaranteed: each rule has an utförare and a file named after it, and nothing else in that file is wrong; a case has a start
of its own, so that no file answers for another. LA002 and LA008 need a file of over 100 MB and one that takes long to
read; the test of this round makes them.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from . import text, varje_fil
from .book import Sheet

QUARTER, LAST_DAY, REPORT_DAY = "2023-Q4", "2024-01-10", "2024-01-31"
LED, KONTAKT, TILLSYN, BARN, VUXNA, DAGLIG = (
    "9 § 3 Ledsagarservice",
    "9 § 4 Kontaktperson",
    "9 § 7 Korttidstillsyn",
    "9 § 8 Barnboende",
    "9 § 9 Bostad med särskild service för vuxna",
    "9 § 10 Daglig verksamhet",
)
KEY = {LED: "ledsagarservice", KONTAKT: "kontaktperson", TILLSYN: "korttidstillsyn", BARN: "bostad_barn", VUXNA: "bostad_vuxna", DAGLIG: "daglig_verksamhet"}
NEJ, BOSTAD, PERSONAL, ANNAT = "Den enskilde tackat nej", "Resursbrist, ledig bostad", "Resursbrist, personal", "Annat skäl"
HEADING = {
    "kon": "Kön",
    "beslut": "Beslutsdatum",
    "avbrott": "Datum för avbrott",
    "start": "Beslut/Avbrott",
    "lagrum": "Lagrum",
    "insats": "Typ av insats",
    "verkstalld": "Beslutet verkställt",
    "avslutad": "Beslutet avslutat",
    "orsak": "Orsak till ej verkställt beslut",
    "avslutsorsak": "Orsak till avslut",
    "delvis": "Delvis verkställt",
    "beviljat": "Beviljad omfattning",
    "utfort": "Utförd omfattning",
    "alder": "Ålder",
    "dagar": "Tid från beslut/avbrott",
    "kommentar": "Kommentar",
}
BASE = ["kon", "beslut", "avbrott", "lagrum", "insats", "verkstalld", "avslutad", "orsak"]


@dataclass(frozen=True)
class Row:
    """A row as it is typed. `known`: the register has the case too, as it is here."""

    cells: dict
    known: bool = True

    def but(self, known=None, **cells):
        return Row({**self.cells, **cells}, self.known if known is None else known)


@dataclass
class Sent:
    """What one utförare did in one of the two rounds."""

    rows: list = field(default_factory=list)
    # (name, bytes) in the order they were sent; the rows as a text file when empty.
    files: list = field(default_factory=list)
    head: list = field(default_factory=list)
    nil: bool = False
    silent: bool = False
    received: str = "2024-01-08T10:00:00+01:00"
    reminders: list = field(default_factory=list)
    completion: str | None = None
    # Rows of the register that no file has.
    registered: list = field(default_factory=list)


@dataclass
class Proof:
    rule: str
    wrong: Sent
    right: Sent
    insats: str = LED
    # Lines of the last report.
    before: list = field(default_factory=list)


PROOFS = []


def start(rule):
    """A start of its own for each rule, long enough ago to be reported."""
    family = ["SR", "SI", "FS", "EO", "UP", "LA", "IN"].index(rule[:2])
    return date(2021, 1, 4) + timedelta(days=family * 120 + int(rule[2:]) * 2)


def broken_off(rule):
    """An interruption of its own for each rule."""
    return (start(rule) + timedelta(days=401)).isoformat()


def clean(day, insats=LED, **cells):
    kon = {TILLSYN: "Pojke", BARN: "Flicka"}.get(insats, "Kvinna")
    orsak = BOSTAD if insats in (VUXNA, BARN) else NEJ
    return Row({"kon": kon, "beslut": day.isoformat(), "lagrum": "LSS", "insats": insats, "orsak": orsak, **cells})


def proof(rule, wrong, right=None, insats=LED, before=(), **same):
    """`wrong` and `right`: changed cells of the clean row, or whole `Sent`."""
    row = clean(start(rule), insats)

    def sent(it):
        return it if isinstance(it, Sent) else Sent([row.but(**it)], **same)

    PROOFS.append(Proof(rule, sent(wrong), sent({} if right is None else right), insats, list(before)))


def last(rule, open=True, kon="kvinna", day=None, ended="2023-09-12"):
    """A line of the last report."""
    line = {"nr": None, "kon": kon, "beslutsdatum": (day or start(rule)).isoformat(), "insats": "ledsagarservice", "utforare": rule.lower()}
    return line if open else {**line, "verkstalld": ended}


def rows():
    """Everything a single row, an answer or a known case can be wrong in."""
    row = {rule: clean(start(rule)) for rule in ("SR001", "SR002", "SR003", "SR004", "SI006", "SI007", "FS001", "FS002", "FS003")}
    gone = {rule: clean(start(rule) + timedelta(days=1)) for rule in row}
    proof("SR001", Sent([gone["SR001"]]), Sent([gone["SR001"], row["SR001"]]), before=[last("SR001")])
    proof("SR002", Sent([gone["SR002"]], registered=[row["SR002"]]), Sent([gone["SR002"], row["SR002"]]))
    broken = row["SR003"].but(avbrott=broken_off("SR003"))
    proof("SR003", Sent([gone["SR003"]], registered=[broken]), Sent([gone["SR003"], broken]))
    proof("SR004", Sent(nil=True), Sent([row["SR004"]]), before=[last("SR004")])
    proof("SR005", Sent(silent=True), Sent(nil=True))

    proof("SI001", {"beslut": "2023-10-15"})
    proof("SI002", {"beslut": "2023-08-01", "verkstalld": "2023-10-20", "orsak": ""})
    proof("SI003", {"verkstalld": "2023-09-12", "orsak": ""}, {"verkstalld": "2023-10-12", "orsak": ""})
    proof("SI004", {"verkstalld": "2023-09-12", "orsak": ""}, {"verkstalld": "2023-10-12", "orsak": ""}, before=[last("SI004")])
    again = {"avbrott": broken_off("SI005")}
    proof("SI005", {"verkstalld": "2023-10-12", "orsak": ""}, again, before=[last("SI005", open=False)])
    proof("SI006", Sent([row["SI006"]] * 2), Sent([row["SI006"], row["SI006"].but(kon="Man")]))
    proof("SI007", Sent([row["SI007"]]), Sent([row["SI007"]]))
    proof("SI008", {"insats": KONTAKT})
    proof("SI009", {"lagrum": "LVU"})
    in_register = replace(clean(start("SI010")), known=False)
    ended = in_register.but(verkstalld="2023-11-02", orsak="")
    proof("SI010", Sent([in_register], registered=[ended]), Sent([ended], registered=[ended]))
    proof("SI011", {}, {"avbrott": broken_off("SI011")}, before=[last("SI011", open=False)])
    proof("SI012", {"known": False})

    proof("FS001", Sent([row["FS001"]], received="2024-01-12T09:00:00+01:00"), Sent([row["FS001"]]))
    late = Sent([row["FS002"]], received="2024-01-22T09:00:00+01:00", reminders=["2024-01-11", "2024-01-16"])
    proof("FS002", late, Sent([row["FS002"]]))
    proof("FS003", Sent([row["FS003"]], completion=""), Sent([row["FS003"]], completion="2024-01-15"))

    proof("EO001", {"orsak": ""})
    proof("EO002", {"orsak": f"{PERSONAL}; {NEJ}"})
    proof("EO003", {"orsak": BOSTAD}, {"orsak": ANNAT}, insats=DAGLIG)
    proof("EO004", {"kommentar": "Rekrytering av ny ledsagare pågår"}, {"kommentar": "Rekrytering av ny ledsagare pågår", "orsak": PERSONAL})
    proof("EO005", {"verkstalld": "2023-11-20"}, {"verkstalld": "2023-11-20", "orsak": ""})
    proof("EO006", {"kommentar": "Sjukdom, inte redo att börja"}, {"kommentar": "Sjukdom, inte redo att börja", "orsak": ANNAT})
    proof("EO007", {"kommentar": "Ingen ledig bostad i området", "orsak": NEJ}, {"kommentar": "Ingen ledig bostad i området"}, insats=VUXNA)
    said_no = {"kommentar": "Har tackat nej till erbjuden lägenhet"}
    proof("EO008", said_no, {**said_no, "orsak": NEJ}, insats=VUXNA)

    proof("UP001", {"kon": "", "known": False})
    proof("UP002", {"beslut": "", "known": False})
    proof("UP003", {"beslut": "", "avbrott": broken_off("UP003")}, {"avbrott": broken_off("UP003")})
    proof("UP004", {"beslut": "", "start": start("UP004").isoformat()})
    proof("UP005", {"lagrum": "LSS 9 § 5", "insats": "Kontaktperson"}, {"lagrum": "LSS 9 § 4", "insats": "Kontaktperson"}, insats=KONTAKT)
    proof("UP006", {"insats": "Ledsgarservice", "known": False})
    proof("UP007", {"insats": "Ungdomscoach", "known": False})
    proof("UP008", {"insats": "", "known": False})
    proof("UP009", {"avbrott": "2020-06-05"}, {"avbrott": broken_off("UP009")})
    proof("UP010", {"verkstalld": "2020-06-01", "orsak": ""}, {"verkstalld": "2023-11-01", "orsak": ""})
    proof("UP011", {"verkstalld": "2024-03-01"})
    amount = {"beviljat": "5 timmar i veckan", "utfort": "2 timmar i veckan"}
    proof("UP012", {"delvis": "2024-03-01", **amount}, {"delvis": "2023-12-01", **amount})
    proof("UP013", {"beslut": "2011-03-01"})
    proof("UP014", {"beslut": "1992-05-04", "avbrott": broken_off("UP014")}, {"beslut": "2012-05-04", "avbrott": broken_off("UP014")})
    both = {"verkstalld": "2023-11-01", "avslutad": "2023-11-20", "avslutsorsak": "Flyttat från kommunen", "orsak": ""}
    proof("UP015", both, {**both, "avslutad": "", "avslutsorsak": ""})
    proof("UP016", {"avslutad": "2023-11-20", "orsak": ""}, {"avslutad": "2023-11-20", "avslutsorsak": "Flyttat från kommunen", "orsak": ""})
    proof("UP017", {"kon": "Flicka"}, insats=VUXNA)
    proof("UP018", {"kon": "Kvinna"}, insats=BARN)
    proof("UP019", {"delvis": "2023-12-01"}, {"delvis": "2023-12-01", **amount})
    proof("UP020", Sent([clean(start("UP020"))], head=["Kvartal 3 2023"]), Sent([clean(start("UP020"))], head=["Kvartal 4 2023"]))
    proof("UP021", {"dagar": "500"}, {"dagar": str((date(2023, 12, 31) - start("UP021")).days)})
    proof("UP022", {"alder": "11"}, {"alder": "13"}, insats=TILLSYN)
    proof("UP023", {"alder": "15"}, {"alder": "35"})
    proof("UP024", {"kon": "Man"}, before=[last("UP024")])
    proof("UP025", {"delvis": "2020-12-01", **amount}, {"delvis": "2023-12-01", **amount})

    masked = [("IN001", "personnummer 19850709-9805"), ("IN002", "samordningsnummer 701063-2391"), ("IN003", "nummer 19850709-T123")]
    for rule, said in [*masked, ("IN004", "svar till namn@example.org"), ("IN005", "ring 021-39 00 00")]:
        proof(rule, {"kommentar": f"Matchning pågår, {said}"}, {"kommentar": "Matchning pågår"})


def fields(cases):
    used = [name for name in HEADING if any(case.cells.get(name) for case in cases)]
    return [name for name in HEADING if name in BASE or name in used]


def sheet_of(cases, head=(), names=None, name="Rapport"):
    names = names or fields(cases)
    sheet = Sheet(name)
    for number, line in enumerate(head, 1):
        sheet.put(number, 1, line)
    top = len(head) + 1
    sheet.line(top, [HEADING[it] for it in names], bold=True)
    for number, case in enumerate(cases, top + 1):
        sheet.line(number, [case.cells.get(it) for it in names])
    return sheet


def csv(cases, head=()):
    return text.delimited(sheet_of(cases, head), ";", "utf-8-sig")


def files_of(rule, sent):
    if sent.files:
        return sent.files
    if sent.nil or sent.silent:
        return []
    return [(f"{rule}.csv", csv(sent.rows, sent.head))]


def folder(side):
    """One of the two rounds: "wrong" or "right"."""
    made, register, before = {}, [], []
    lines = [
        "# Each rule speaks once in this round, and it is the rule the utförare and the file are named after."
        if side == "wrong"
        else "# The round of ../varje-regel with everything mended: no rule has anything to say.",
        "# Written by samples/make.py; edit samples/make/varje_regel.py, not this.",
        "",
        f'kvartal    = "{QUARTER}"',
        'kommun     = "Exempelstad"',
        'namnd      = "Nämnden för personer med funktionsnedsättning"',
        f"sista_dag  = {LAST_DAY}",
        f"rapportdag = {REPORT_DAY}",
        'foregaende = "forra-rapporten.json"',
        'register   = "register.csv"',
        "",
    ]
    for it in PROOFS:
        sent = getattr(it, side)
        who = it.rule.lower()
        lines += ["[[utforare]]", f'id = "{who}"', f'namn = "Utförare {it.rule}"', f'insatser = ["{KEY[it.insats]}"]', ""]
        for name, data in files_of(it.rule, sent):
            made[name] = data
            lines += ["[[inlamning]]", f'utforare = "{who}"', f'fil = "{name}"', f"mottagen = {sent.received}", ""]
        if sent.nil:
            lines += ["[[inlamning]]", f'utforare = "{who}"', "inget_att_rapportera = true", f"mottagen = {sent.received}", ""]
        for number, day in enumerate(sent.reminders, 1):
            lines += ["[[paminnelse]]", f'utforare = "{who}"', f"skickad = {day}", f"nr = {number}", ""]
        if sent.completion is not None:
            answered = [f"besvarad = {sent.completion}"] if sent.completion else []
            lines += ["[[komplettering]]", f'utforare = "{who}"', "begard = 2024-01-12", *answered, 'text = "Vad har erbjudits?"', ""]
        register += [(it.rule, row) for row in sent.rows if row.known] + [(it.rule, row) for row in sent.registered]
        before += it.before
    twin = next(it for it in PROOFS if it.rule == "SI007").wrong.rows[0]
    other = twin if side == "wrong" else twin.but(beslut=(start("SI007") + timedelta(days=1)).isoformat())
    made["SI007-en-annan.csv"] = csv([other])
    if side == "right":
        register.append(("SI007-en-annan", other))
    lines += ["[[utforare]]", 'id = "si007-en-annan"', 'namn = "Utförare SI007, en annan"', 'insatser = ["ledsagarservice"]', ""]
    lines += ["[[inlamning]]", 'utforare = "si007-en-annan"', 'fil = "SI007-en-annan.csv"', "mottagen = 2024-01-08T09:00:00+01:00", ""]
    made["omgang.toml"] = "\n".join(lines[:-1]).encode() + b"\n"
    made["register.csv"] = text.delimited(register_of(register), ";", "utf-8-sig")
    made["forra-rapporten.json"] = report_of(before)
    return made


def register_of(known):
    sheet = Sheet("Register")
    names = ["kon", "beslut", "avbrott", "lagrum", "insats", "verkstalld", "avslutad"]
    sheet.line(1, ["Utförare", *[HEADING[it] for it in names]])
    for number, (rule, row) in enumerate(known, 2):
        cells = {**row.cells, "beslut": row.cells.get("beslut") or row.cells.get("start")}
        sheet.line(number, [rule.lower(), *[cells.get(it) for it in names]])
    return sheet


def report_of(lines):
    import json

    numbered = [{**line, "nr": number} for number, line in enumerate(lines, 1)]
    return (json.dumps({"schema": 1, "kvartal": "2023-Q3", "lines": numbered}, ensure_ascii=False, indent=1) + "\n").encode()


def folders():
    if not PROOFS:
        rows()
        varje_fil.register()
    out = {}
    for side, name in (("wrong", "varje-regel"), ("right", "varje-regel-lagad")):
        out.update({f"{name}/{file}": data for file, data in folder(side).items()})
    return out


