//! A small catalogue of insatser and six real rules, for the tests of this module.

use chrono::NaiveDate;

use super::{Catalogue, RuleSource};
use crate::model::Insats;
use crate::model::Insatser;
use crate::model::Lag;
use crate::model::Orsak;
use crate::model::insats::Alder;

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn insatser() -> Insatser {
    let insats = |key: &str, name: &str, lag, lagrum: &str, punkt, orsaker: &[Orsak]| Insats {
        key: key.into(),
        name: name.into(),
        lag,
        lagrum: lagrum.into(),
        punkt,
        alder: Alder::Alla,
        omrade: "lss".into(),
        orsaker: orsaker.to_vec(),
        synonyms: Vec::new(),
    };
    let without_dwelling = [Orsak::ResursbristPersonal, Orsak::TackatNej, Orsak::AnnatSkal];
    [
        insats("ledsagarservice", "Ledsagarservice", Lag::Lss, "9 § 3 LSS", Some(3), &without_dwelling),
        insats("bostad_vuxna", "Bostad med särskild service för vuxna", Lag::Lss, "9 § 9 LSS", Some(9), Orsak::ALL),
        insats("hemtjanst", "Hemtjänst", Lag::Sol, "11 kap. 1 § SoL", None, &without_dwelling),
    ]
    .into_iter()
    .collect()
}

pub(super) const ENDED_IN_TIME: &str = r#"id      = "SI002"
namn    = "avslutat-inom-tre-manader"
rubrik  = "Ärendet avslutades senast på slutdagen"
galler  = "rad"
allvar  = "fel"

[period]
fran = "2006-Q3"

[[kalla]]
text = "SoL (2001:453) 16 kap. 6 f §"
last = 2026-11-21
till = "2025-Q2"

[[kalla]]
text = "SoL (2025:400) 34 kap. 1 §"
last = 2026-11-21
fran = "2025-Q3"

[[kalla]]
text = "LSS (1993:387) 28 f §"
last = 2026-11-21

[villkor]
nar  = "finns(slutdatum)"
krav = "slutdatum > slutdag"

[text]
meddelande = "Ärendet började {startdatum} och avslutades {slutdatum}, senast på slutdagen {slutdag}."
vantat     = "ett slutdatum efter {slutdag}"
atgard     = "Ta bort raden. Ett ärende som verkställs eller avslutas inom tre månader ska inte rapporteras."
markera    = ["verkstalld", "avslutad"]

[[exempel]]
namn    = "avslutat på slutdagen"
kvartal = "2023-Q4"
fakta   = { startdatum = 2023-08-11, verkstalld = 2023-11-11 }
svar    = "fynd"
meddelande = "Ärendet började 2023-08-11 och avslutades 2023-11-11, senast på slutdagen 2023-11-11."

[[exempel]]
namn    = "avslutat dagen efter slutdagen"
kvartal = "2023-Q4"
fakta   = { startdatum = 2023-08-11, verkstalld = 2023-11-12 }
svar    = "godkand"

[[exempel]]
namn    = "inte avslutat"
kvartal = "2023-Q4"
fakta   = { startdatum = 2023-08-11 }
svar    = "ej_tillamplig"

[[exempel]]
namn     = "slutet går inte att läsa"
kvartal  = "2023-Q4"
fakta    = { startdatum = 2023-08-11 }
olasliga = ["verkstalld"]
svar     = "kan_inte_avgoras"

[[exempel]]
namn    = "före rapporteringsskyldigheten"
kvartal = "2006-Q2"
fakta   = { startdatum = 2006-01-11, verkstalld = 2006-01-12 }
svar    = "ej_tillamplig"
"#;

pub(super) const NO_CAUSE: &str = r#"id = "EO001"
namn = "ingen-orsak"
rubrik = "Ingen orsak är vald"
galler = "rad"
allvar = "fel"

[[kalla]]
text = "LSS (1993:387) 28 f §"
last = 2026-11-21

[lat]
oppet = "saknas(slutdatum) || efter_kvartalet(slutdatum)"

[villkor]
nar = "oppet"
krav = "antal_orsaker >= 1"

[text]
meddelande = "Ärendet var öppet {kvartalets_sista_dag} men ingen orsak är vald."
atgard = "Välj en orsak."
markera = ["orsak", "orsak_bostad"]

[[exempel]]
namn = "öppet utan orsak"
kvartal = "2023-Q4"
fakta = { antal_orsaker = 0 }
svar = "fynd"

[[exempel]]
namn = "öppet med en orsak"
kvartal = "2023-Q4"
fakta = { antal_orsaker = 1 }
svar = "godkand"

[[exempel]]
namn = "avslutat kvartalets sista dag"
kvartal = "2023-Q4"
fakta = { antal_orsaker = 0, avslutad = 2023-12-31 }
svar = "ej_tillamplig"

[[exempel]]
namn = "avslutat dagen efter kvartalet"
kvartal = "2023-Q4"
fakta = { antal_orsaker = 0, avslutad = 2024-01-01 }
svar = "fynd"
"#;

pub(super) const WRONG_CAUSE: &str = r#"id = "EO003"
namn = "orsak-kan-inte-galla"
rubrik = "Orsaken kan inte gälla insatsen"
galler = "rad"
allvar = "fraga"

[[kalla]]
text = "Rutin för rapportering"
last = 2026-11-21

[villkor]
nar = "finns(orsak) && finns(insats)"
krav = "orsak_mojlig"

[text]
meddelande = "”{orsak_namn}” kan inte vara orsaken för {insats_namn}."
atgard = "Välj en annan orsak."
markera = ["orsak"]

[[exempel]]
namn = "ledig bostad för ledsagarservice"
kvartal = "2023-Q4"
fakta = { insats = "ledsagarservice", orsak = "resursbrist_bostad" }
svar = "fynd"
meddelande = "”Resursbrist, ledig bostad” kan inte vara orsaken för Ledsagarservice."

[[exempel]]
namn = "ledig bostad för en bostad"
kvartal = "2023-Q4"
fakta = { insats = "bostad_vuxna", orsak = "resursbrist_bostad" }
svar = "godkand"

[[exempel]]
namn = "ingen orsak"
kvartal = "2023-Q4"
fakta = { insats = "ledsagarservice" }
svar = "ej_tillamplig"
"#;

pub(super) const SAME_ELSEWHERE: &str = r#"id = "SI006"
namn = "rapporterat-av-en-annan"
rubrik = "En annan utförare har rapporterat samma ärende"
galler = "rad"
allvar = "fraga"

[[kalla]]
text = "Rutin för rapportering"
last = 2026-11-21

[villkor]
krav = "saknas(dubblett_hos)"

[text]
meddelande = "Också {dubblett_hos} har rapporterat ärendet."
atgard = "Stäm av vem som har uppdraget."

[[exempel]]
namn = "två har rapporterat"
kvartal = "2023-Q4"
fakta = { dubblett_hos = "Solsidan" }
svar = "fynd"

[[exempel]]
namn = "bara en"
kvartal = "2023-Q4"
fakta = {}
svar = "godkand"

[[exempel]]
namn = "okänt"
kvartal = "2023-Q4"
olasliga = ["dubblett_hos"]
svar = "kan_inte_avgoras"
"#;

pub(super) const LATE: &str = r#"id = "FS001"
namn = "efter-sista-dagen"
rubrik = "Svaret kom efter sista dagen"
galler = "inlamning"
allvar = "notis"

[[kalla]]
text = "Avtalet med utföraren"
last = 2026-11-21

[villkor]
nar = "inkommen"
krav = "mottagen <= sista_dag"

[text]
meddelande = "Svaret kom {mottagen}, {dagar_sen:plural|en dag|{} dagar} efter sista dagen {sista_dag}."
atgard = "Planera in rapporteringen till nästa kvartal."

[[exempel]]
namn = "dagen efter"
kvartal = "2023-Q4"
fakta = { inkommen = true, mottagen = 2024-01-11, sista_dag = 2024-01-10, dagar_sen = 1 }
svar = "fynd"
meddelande = "Svaret kom 2024-01-11, en dag efter sista dagen 2024-01-10."

[[exempel]]
namn = "på sista dagen"
kvartal = "2023-Q4"
fakta = { inkommen = true, mottagen = 2024-01-10, sista_dag = 2024-01-10 }
svar = "godkand"

[[exempel]]
namn = "inte inkommen"
kvartal = "2023-Q4"
fakta = { inkommen = false, mottagen = 2024-01-11, sista_dag = 2024-01-10 }
svar = "ej_tillamplig"
"#;

pub(super) const BAD_DATE: &str = r#"id = "LA010"
namn = "olasligt-datum"
rubrik = "Datumet går inte att läsa"
galler = "iakttagelse"
allvar = "fel"

[[kalla]]
text = "Rutin för rapportering"
last = 2026-11-21

[villkor]
nar = "slag in ['datum_olasligt', 'datum_omojligt']"
krav = "false"

[text]
meddelande = "”{visat}” är inget datum som finns."
vantat = "ett datum som 2023-10-01"
atgard = "Skriv datumet som ÅÅÅÅ-MM-DD."

[[exempel]]
namn = "trettonde månaden"
kvartal = "2023-Q4"
fakta = { slag = "datum_omojligt", visat = "2023-13-01" }
svar = "fynd"
meddelande = "”2023-13-01” är inget datum som finns."

[[exempel]]
namn = "något helt annat"
kvartal = "2023-Q4"
fakta = { slag = "fil_tom" }
svar = "ej_tillamplig"

[[exempel]]
namn = "oläsligt"
kvartal = "2023-Q4"
fakta = { slag = "datum_olasligt", visat = "i våras" }
svar = "fynd"
"#;

pub(super) fn sources() -> Vec<RuleSource> {
    vec![
        RuleSource::new("rules/ska-inte-rapporteras/SI002-avslutat-inom-tre-manader.toml", ENDED_IN_TIME),
        RuleSource::new("rules/ska-inte-rapporteras/SI006-rapporterat-av-en-annan.toml", SAME_ELSEWHERE),
        RuleSource::new("rules/for-sent/FS001-efter-sista-dagen.toml", LATE),
        RuleSource::new("rules/en-orsak/EO001-ingen-orsak.toml", NO_CAUSE),
        RuleSource::new("rules/en-orsak/EO003-orsak-kan-inte-galla.toml", WRONG_CAUSE),
        RuleSource::new("rules/lasbarhet/LA010-olasligt-datum.toml", BAD_DATE),
    ]
}

pub(super) fn catalogue() -> Catalogue {
    match Catalogue::load(&sources(), &[], &insatser()) {
        Ok(it) => it,
        Err(wrong) => panic!("{}", wrong.in_words(miette::GraphicalTheme::unicode_nocolor())),
    }
}
