//! The catalogue page: what every rule asks, why and with which examples, and the language for those who write rules.
//!
//! Goes in: a loaded [`Catalogue`]. Comes out: Markdown, written to `rules/README.md` and shown by `kvartal rules`.
//! Guaranteed: the same catalogue gives the same bytes; everything is taken from the rule files and the tables of the
//! language, nothing is written twice.

use std::fmt::Write;

use super::catalogue::Catalogue;
use super::codes::words_of;
use super::compiled::{Example, Rule};
use super::facts::Value;
use super::file::Period;
use super::functions::FUNCTIONS;
use super::message::swedish;
use super::vocabulary::{Codes, Type};
use super::{Scope, Slot};
use crate::model::Family;
use crate::model::Severity;

/// The whole page.
pub fn page(catalogue: &Catalogue) -> String {
    let mut out = String::from(INTRODUCTION);
    let rules = catalogue.rules();
    let _ = writeln!(out, "\nDet finns {} regler.\n", rules.len());
    out.push_str("| Regel | Rubrik | Allvar | Gäller |\n|---|---|---|---|\n");
    for rule in rules {
        let anchor = anchor(rule);
        let off = if rule.is_off() { " (avstängd)" } else { "" };
        let (severity, scope) = (rule.severity.swedish(), rule.scope.swedish());
        let _ = writeln!(out, "| [{}](#{anchor}) | {}{off} | {severity} | {scope} |", rule.id, cell(&rule.title));
    }
    for family in Family::ALL {
        let mut of_family = rules.iter().filter(|it| it.family == *family).peekable();
        if of_family.peek().is_none() {
            continue;
        }
        let _ = writeln!(out, "\n## {}\n\n{}", family.swedish(), about(*family));
        for it in of_family {
            out.push('\n');
            out.push_str(&rule(catalogue, it));
        }
    }
    out.push_str(WRITING);
    names(&mut out, catalogue);
    functions(&mut out);
    out
}

/// One rule, as Markdown that also reads well as plain text.
pub fn rule(catalogue: &Catalogue, rule: &Rule) -> String {
    let mut out = format!("### {} – {}\n\n", rule.id, rule.title);
    let _ = writeln!(
        out,
        "`{}` · {} · gäller {}{}",
        rule.name,
        rule.severity.swedish().to_lowercase(),
        rule.scope.swedish(),
        in_force(&rule.period)
    );
    if let Some(change) = &rule.change {
        let what = match (change.off, change.severity_was) {
            (true, _) => "Regeln är avstängd av nämnden".to_owned(),
            (false, Some(was)) => format!("Nämnden har ändrat allvaret från {}", was.swedish().to_lowercase()),
            (false, None) => "Nämnden har ändrat regeln".to_owned(),
        };
        let _ = writeln!(out, "\n**{what}:** {}", change.reason);
    }
    if rule.own {
        out.push_str("\nNämndens egen regel.\n");
    }
    out.push('\n');
    for source in &rule.sources {
        let _ = writeln!(out, "* Källa: {}{} (läst {})", source.text, in_force(&source.period), source.read);
    }
    out.push_str("\n```\n");
    for (name, text, _) in &rule.written.lat {
        let _ = writeln!(out, "lat   {name} = {}", text.trim());
    }
    if let Some(nar) = &rule.written.nar {
        let _ = writeln!(out, "nar   {}", nar.trim());
    }
    let _ = writeln!(out, "krav  {}\n```\n", rule.written.krav.trim());
    let _ = writeln!(out, "> {}", quote(&rule.written.message));
    if let Some(expected) = &rule.written.expected {
        let _ = writeln!(out, ">\n> Väntat: {}", quote(expected));
    }
    let _ = writeln!(out, ">\n> {}", quote(&rule.written.remedy));
    if !rule.marks.is_empty() {
        let marks: Vec<&str> = rule.marks.iter().map(|it| it.swedish()).collect();
        let _ = writeln!(out, "\nMarkerar: {}.", marks.join(", "));
    }
    out.push_str("\n| Exempel | Kvartal | Fakta | Svar |\n|---|---|---|---|\n");
    for it in &rule.examples {
        let (name, answer) = (cell(&it.name.text), it.answer.swedish());
        let _ = writeln!(out, "| {name} | {} | {} | {answer} |", it.quarter, cell(&facts(it, catalogue)));
    }
    out
}

/// What the example tells; an insats by its name, everything else as written.
pub fn facts(example: &Example, catalogue: &Catalogue) -> String {
    let insatser = catalogue.insatser();
    let facts: Vec<String> = example
        .facts
        .iter()
        .map(|(slot, value)| {
            let value = match value {
                Value::Missing => "tom".to_owned(),
                Value::Unreadable => "oläslig".to_owned(),
                Value::Date(day) => day.to_string(),
                Value::Number(number) => swedish(*number),
                Value::Bool(yes) => if *yes { "ja" } else { "nej" }.to_owned(),
                Value::Text(key) if *slot == Slot::Insats => {
                    insatser.by_key(key).map_or_else(|| key.to_string(), |it| insatser.get(it).name.clone())
                }
                Value::Text(text) => format!("”{text}”"),
            };
            format!("{} {value}", slot.name())
        })
        .collect();
    if facts.is_empty() { "inga".to_owned() } else { facts.join(", ") }
}

/// `, från och med 2006-Q3`
pub fn in_force(period: &Period) -> String {
    match (period.from, period.until) {
        (None, None) => String::new(),
        (Some(from), None) => format!(", från och med {from}"),
        (None, Some(until)) => format!(", till och med {until}"),
        (Some(from), Some(until)) => format!(", {from} till {until}"),
    }
}

/// GitHub's way of making an anchor of a heading.
fn anchor(rule: &Rule) -> String {
    let heading = format!("{} – {}", rule.id, rule.title).to_lowercase();
    heading
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// Text in a table: no line breaks and no bars of its own.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// Text after `> `.
fn quote(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('<', "&lt;")
}

/// What a family asks.
pub fn about(family: Family) -> &'static str {
    match family {
        Family::SkaRapporteras => "Är det något som saknas?",
        Family::SkaInteRapporteras => {
            "Hör raden hemma i rapporten? En rad med ett fel i den här familjen räknas inte med."
        }
        Family::ForSent => "När kom svaret?",
        Family::EnOrsak => "Är exakt en orsak vald, och kan den gälla?",
        Family::Uppgifter => "Är uppgifterna ifyllda, och stämmer de med varandra?",
        Family::Lasbarhet => "Gick bladet att läsa?",
        Family::Integritet => "Finns det personuppgifter som inte ska vara där?",
    }
}

fn names(out: &mut String, catalogue: &Catalogue) {
    out.push_str("\n### Uppgifter\n");
    for scope in Scope::ALL {
        let _ = writeln!(out, "\n#### Regler som gäller {} (`galler = \"{}\"`)\n", scope.swedish(), scope.key());
        out.push_str("| Namn | Slag | Betyder |\n|---|---|---|\n");
        for slot in Slot::ALL.iter().filter(|it| it.scopes().contains(scope)) {
            let kind = match slot.ty() {
                Type::Date => "datum",
                Type::Number => "tal",
                Type::Bool => "ja eller nej",
                Type::Text => "text",
                Type::Code(_) => "ord ur en lista",
            };
            let _ = writeln!(out, "| `{}` | {kind} | {} |", slot.name(), cell(slot.doc()));
        }
    }
    out.push_str("\n### Listor\n\n| Uppgift | Ord |\n|---|---|\n");
    for slot in Slot::ALL {
        let Type::Code(codes) = slot.ty() else { continue };
        let words = words_of(codes, catalogue.insatser());
        let words = match codes {
            Codes::Insats => "nycklarna i `insatser.toml`".to_owned(),
            _ => words.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" "),
        };
        let _ = writeln!(out, "| `{}` | {words} |", slot.name());
    }
}

fn functions(out: &mut String) {
    out.push_str("\n### Funktioner\n\n| Skrivs | Svarar |\n|---|---|\n");
    for it in FUNCTIONS {
        let _ = writeln!(out, "| `{}` | {} |", it.signature, cell(it.doc));
    }
    let weights: Vec<String> = Severity::ALL.iter().map(|it| format!("`{}`", it.key())).collect();
    let families: Vec<String> = Family::ALL.iter().map(|it| format!("`{}`", it.key())).collect();
    let _ = writeln!(out, "\nAllvar: {}. Familjer: {}.", weights.join(", "), families.join(", "));
}

const INTRODUCTION: &str = "\
# Regler

<!-- Den här sidan skrivs av `kvartal rules docs`. Ändra reglernas filer, inte sidan. -->

Varje regel är en fil. Den säger vad som ska gälla, varifrån det kommer, vad utföraren får läsa och hur det rättas.
*Fel* stoppar raden, en *fråga* kan vara rätt och behöver ett svar, en *notis* är bra att veta.
";

const WRITING: &str = r#"
## Skriva en regel

En regel ligger i `<familj>/<nummer>-<namn>.toml`. Familj och nummer hör ihop: SR ska-rapporteras, SI ska-inte-rapporteras,
FS for-sent, EO en-orsak, UP uppgifter, LA lasbarhet, IN integritet. Ett nummer byter aldrig betydelse. Namnet säger problemet.

```toml
id      = "SI002"
namn    = "avslutat-inom-tre-manader"
rubrik  = "Ärendet avslutades senast på slutdagen"
galler  = "rad"                     # rad, iakttagelse, inlamning eller arende
allvar  = "fel"                     # fel, fraga eller notis

[period]                            # kvartal som regeln gäller; utelämnas den gäller regeln alltid
fran = "2006-Q3"

[[kalla]]                           # lag eller rutin; var och en kan ha egen fran och till
text = "LSS (1993:387) 28 f §"
last = 2026-11-21                   # dagen då någon senast läste källan

[lat]                               # namn på delar av villkoret, om det behövs
sent = "slutdatum > slutdag"

[villkor]
nar  = "finns(slutdatum)"           # när regeln är tillämplig; kan utelämnas
krav = "sent"                       # vad som ska gälla, annars blir det ett fynd

[text]
meddelande = "Ärendet började {startdatum} och avslutades {slutdatum}, senast på slutdagen {slutdag}."
vantat     = "ett slutdatum efter {slutdag}"
atgard     = "Ta bort raden."
markera    = ["verkstalld", "avslutad"]

[[exempel]]                         # minst tre: ett fynd, ett som går bra och ett på gränsen
namn     = "avslutat på slutdagen"
kvartal  = "2023-Q4"
fakta    = { startdatum = 2023-08-11, verkstalld = 2023-11-11 }
olasliga = []                       # uppgifter som står där men inte går att läsa
svar     = "fynd"                   # fynd, godkand, ej_tillamplig eller kan_inte_avgoras
```

En nämnd ändrar en inbyggd regel med en fil i sin egen mapp:

```toml
andrar    = "SI002"
allvar    = "notis"                 # eller:
avstangd  = true
skal      = "Nämnden beslutade 2026-03-01 att …"
```

### Villkor

* Värden: `12`, `3.5`, `'text'`, `2023-10-01`, `true`, `false`, uppgifter och namn under `[lat]`.
* Operatorer: `!a`, `a && b` (och), `a || b` (eller), `==` `!=` `<` `<=` `>` `>=`, `+` och `-` för tal, `x in ['a', 'b']`.
* En text skrivs inom enkla citattecken. Ett bakstreck är ett vanligt tecken, och `''` är ett citattecken i texten.
* Saknas en uppgift, eller går den inte att läsa, *kan det inte avgöras* om en jämförelse gäller. `falskt && okänt` är falskt och
  `sant || okänt` är sant. Kan `nar` eller `krav` inte avgöras säger regeln inget: den olästa cellen har redan ett eget fynd.
* `finns` och `saknas` svarar alltid för en tom uppgift. För en oläslig kan de inte avgöras; fråga `olaslig` när regeln ska gälla ändå.

I texter står uppgifter inom klamrar: `{startdatum}`. Antal böjs: `{antal:plural|ett ärende|{} ärenden}`.
En klammer som ska synas skrivs två gånger. Det som saknas skrivs –.
"#;

#[cfg(test)]
mod tests {
    use super::super::fixtures::catalogue;
    use super::*;

    #[test]
    fn the_page_tells_everything_about_a_rule() {
        let page = page(&catalogue());
        for part in [
            "| [SI002](#si002--ärendet-avslutades-senast-på-slutdagen) | Ärendet avslutades senast på slutdagen | Fel | en rad |",
            "## Ska inte rapporteras",
            "### SI002 – Ärendet avslutades senast på slutdagen",
            "`avslutat-inom-tre-manader` · fel · gäller en rad, från och med 2006-Q3",
            "* Källa: SoL (2001:453) 16 kap. 6 f §, till och med 2025-Q2 (läst 2026-11-21)",
            "krav  slutdatum > slutdag",
            "> Väntat: ett slutdatum efter {slutdag}",
            "Markerar: Beslutet verkställt, Beslutet avslutat.",
            "| slutet går inte att läsa | 2023-Q4 | startdatum 2023-08-11, verkstalld oläslig | kan inte avgöras |",
            "| `manader_efter(datum, antal)` |",
            "| `forra` | `ingen_rapport` `saknas` `oppen` `avslutad` |",
            "lat   oppet = saknas(slutdatum) || efter_kvartalet(slutdatum)",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }
}
