"""The invented kommun: its utförare, their uppdrag, and how the rows of the quality table should come out.

Goes in: nothing. Comes out: `UTFORARE`, `QUALITY` (in the order of the reference's table) and the text of an omgang.toml.
Guaranteed: names are invented; the organisation numbers have a wrong check digit, so no company can have them.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime

KOMMUN = "Exempelstad"
NAMND = "Nämnden för personer med funktionsnedsättning"
ASSISTANS = ["personlig_assistans"]
LED_AVL = ["ledsagarservice", "avlosarservice"]
KORTTID = ["korttidsvistelse"]
DAGLIG = ["daglig_verksamhet"]
EGEN = ["kontaktperson", "korttidstillsyn", "bostad_vuxna"]


@dataclass(frozen=True)
class Utforare:
    id: str
    namn: str
    orgnr: str | None = None
    alias: tuple = ()


UTFORARE = {
    it.id: it
    for it in [
        Utforare(
            "bjorkhaga", "Björkhaga Hem och LSS-assistans AB", "559900-0101", ("Björkhaga Hem & LSS Assistans", "Björkhaga")
        ),
        Utforare("abrinken", "Åbrinkens Omsorg och Behandling AB", "559900-0201", ("Åbrinken",)),
        Utforare("lyktan", "Lyktans Stödgrupp AB", "559900-0301", ("Lyktan",)),
        Utforare("stenbacken", "Stenbackens Omsorg AB", "559900-0401", ("Stenbacken",)),
        Utforare("tallasen", "Tallåsens Grannskapsservice AB", "559900-0501", ("Tallåsen",)),
        Utforare(
            "vard-och-omsorg", "Exempelstads kommun, vård och omsorg", None, ("Vård och omsorg", "Exempelstad Vård - och omsorg")
        ),
        Utforare("almvik", "Almvik Omvårdnad AB", "559900-0701", ("Almvik",)),
        Utforare("karnhuset", "Kärnhuset Omsorg AB", "559900-0801", ("Kärnhuset",)),
        Utforare("havtorn", "Havtorns Personliga assistans AB", "559900-0901", ("Havtorn",)),
        Utforare("stodlinjen", "Stödlinjen Exempelbygden AB", "559900-1001", ("Stödlinjen", "Stödlinjen Exempelstad")),
        Utforare("konvojen", "Konvojens Arbetsliv AB", "559900-1101", ("Konvojen",)),
        Utforare("vintergatan", "Vintergatans Dagcenter AB", "559900-1201", ("Vintergatan",)),
        Utforare("draken", "Pappersdrakens Dagverksamhet AB", "559900-1301", ("Pappersdraken",)),
        Utforare("misteln", "Mistelns Jobbstöd AB", "559900-1401", ("Misteln",)),
        Utforare("daglig-verksamhet", "Kommunens dagliga verksamhet", None, ("Kommunens DV",)),
        Utforare("nyponet", "Nyponbackens Dagliga AB", "559900-1501", ("Nyponbacken",)),
        Utforare("kungsljuset", "Kungsljuset i Norrby AB", "559900-1601", ("Kungsljuset",)),
        Utforare("bistandsenheten", "Biståndsenhetens egen lista", None, ()),
    ]
}

# Row of the reference's quality table → utförare, uppdrag, reported, grade, and whether it came late.
QUALITY = [
    ("bjorkhaga", ASSISTANS, True, "inget_att_rapportera", False),
    ("abrinken", ASSISTANS, True, "inget_att_rapportera", True),
    ("lyktan", ASSISTANS, True, "inget_att_rapportera", False),
    ("stenbacken", LED_AVL, True, "bristande", False),
    ("tallasen", LED_AVL, False, "ej_inkommen", False),
    ("vard-och-omsorg", LED_AVL, True, "bristande", False),
    ("almvik", LED_AVL, True, "ok", False),
    ("karnhuset", LED_AVL, True, "ok", False),
    ("bjorkhaga", LED_AVL, True, "inget_att_rapportera", False),
    ("havtorn", LED_AVL, True, "tydlig_och_bra", False),
    ("stodlinjen", LED_AVL, True, "tydlig_och_bra", False),
    ("vard-och-omsorg", KORTTID, True, "tydlig_och_bra", False),
    ("konvojen", DAGLIG, True, "inget_att_rapportera", False),
    ("vintergatan", DAGLIG, True, "inget_att_rapportera", False),
    ("draken", DAGLIG, True, "bra", False),
    ("misteln", DAGLIG, True, "inget_att_rapportera", False),
    ("stodlinjen", DAGLIG, True, "inget_att_rapportera", True),
    ("lyktan", DAGLIG, True, "inget_att_rapportera", False),
    ("daglig-verksamhet", DAGLIG, True, "ok", False),
    ("nyponet", DAGLIG, True, "inget_att_rapportera", False),
    ("kungsljuset", DAGLIG, True, "inget_att_rapportera", False),
]


def value(thing):
    if isinstance(thing, bool):
        return "true" if thing else "false"
    if isinstance(thing, datetime):
        return thing.isoformat()
    if isinstance(thing, (date, int)):
        return str(thing)
    if isinstance(thing, list):
        return "[" + ", ".join(value(it) for it in thing) + "]"
    if isinstance(thing, dict):
        return "{ " + ", ".join(f"{key} = {value(it)}" for key, it in thing.items()) + " }"
    return json.dumps(thing, ensure_ascii=False)


def toml(head, tables, remark=""):
    """`head`: key → value. `tables`: list of (name, dict); values that are None are left out. A str in the list is a remark."""
    out = [f"# {line}".rstrip() for line in remark.splitlines()]
    if out:
        out.append("")
    width = max((len(key) for key in head), default=0)
    out += [f"{key:<{width}} = {value(it)}" for key, it in head.items() if it is not None]
    for entry in tables:
        if isinstance(entry, str):
            out += ["", *[f"# {line}" for line in entry.splitlines()]]
            continue
        name, content = entry
        out += ["", f"[[{name}]]" if not name.startswith("[") else name]
        out += [f"{key} = {value(it)}" for key, it in content.items() if it is not None]
    return "\n".join(out) + "\n"


def utforare_tables():
    """One table for each uppdrag, so several for an utförare with several rows of the quality table."""
    out = []
    for key, insatser, *_ in QUALITY:
        out.append(("utforare", described(UTFORARE[key], insatser)))
    own = described(UTFORARE["bistandsenheten"], EGEN)
    own["kvalitet"] = False
    out.append("The unit's own list: counted like the others, but not rated in the quality table.")
    out.append(("utforare", own))
    return out


def described(it, insatser):
    return {
        "id": it.id,
        "namn": it.namn,
        "orgnr": it.orgnr,
        "alias": list(it.alias) or None,
        "insatser": insatser,
        "epost": [f"rapport@{it.id}.example.org"],
    }
