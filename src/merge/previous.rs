//! The last quarter's report.json → known cases and the figures of earlier quarters.
//!
//! Goes in: the JSON text of a report (contract.md). Comes out: [`Previous`].
//! Guaranteed: only fields of the contract are needed; unknown fields are passed over, so a report of a later version
//! can still be read; a file that is no report is an error that says so.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::judge::{KnownCase, KnownCases, LastReport};
use crate::model::calendar::ended_on;
use crate::model::{Insatser, Kon, Lag, Lagrum, Orsak, Quarter, StartKind};

use super::report::PastQuarter;

/// What the last report tells.
#[derive(Debug, Clone)]
pub struct Previous {
    pub report: LastReport,
    /// Its own quarter and those before it.
    pub past: Vec<PastQuarter>,
}

#[derive(Deserialize)]
struct File {
    kvartal: Quarter,
    #[serde(default)]
    totals: Totals,
    #[serde(default)]
    by_insats: Vec<ByInsats>,
    lines: Vec<Line>,
    #[serde(default)]
    history: Vec<History>,
}

#[derive(Deserialize, Default)]
struct Totals {
    #[serde(default)]
    reported: u32,
    #[serde(default)]
    executed: u32,
    #[serde(default)]
    closed: u32,
    #[serde(default)]
    open: u32,
}

#[derive(Deserialize)]
struct ByInsats {
    insats: Option<String>,
    #[serde(default)]
    open: u32,
}

#[derive(Deserialize)]
struct Line {
    nr: Option<u32>,
    kon: Option<Kon>,
    beslutsdatum: Option<NaiveDate>,
    avbrottsdatum: Option<NaiveDate>,
    insats: Option<String>,
    insats_text: Option<String>,
    verkstalld: Option<NaiveDate>,
    #[serde(default)]
    delvis: bool,
    avslutad: Option<NaiveDate>,
    utforare: Option<String>,
    start_typ: Option<StartKind>,
    startdatum: Option<NaiveDate>,
    nyckel: Option<String>,
    lag: Option<Lag>,
    lagrum: Option<String>,
    orsak: Option<Orsak>,
}

#[derive(Deserialize)]
struct History {
    kvartal: String,
    reported: u32,
    ended: u32,
    open: u32,
    #[serde(default)]
    by_insats: serde_json::Map<String, serde_json::Value>,
}

/// Reads a report.json.
///
/// # Errors
///
/// A Swedish sentence saying where in the text the report cannot be understood.
pub fn read(text: &str, insatser: &Insatser) -> Result<Previous, String> {
    let file: File = serde_json::from_str(text).map_err(|it| {
        format!("Filen är ingen kvartalsrapport från Kvartal (rad {}, tecken {}).", it.line(), it.column())
    })?;
    let cases = file.lines.into_iter().map(|it| known(it, file.kvartal, insatser)).collect();
    let mut past: Vec<PastQuarter> = file.history.into_iter().map(quarter).collect();
    let own = file.kvartal.to_string();
    if past.iter().all(|it| it.kvartal != own) {
        past.push(PastQuarter {
            kvartal: own,
            reported: file.totals.reported,
            ended: file.totals.executed + file.totals.closed,
            open: file.totals.open,
            by_insats: file.by_insats.into_iter().filter_map(|it| Some((it.insats?, it.open))).collect(),
        });
    }
    Ok(Previous { report: LastReport { quarter: file.kvartal, known: KnownCases::new(cases) }, past })
}

fn known(line: Line, quarter: Quarter, insatser: &Insatser) -> KnownCase {
    // What the report calls partly executed stays open, whatever date stands beside it (D21).
    let verkstalld = line.verkstalld.filter(|_| !line.delvis);
    let end = ended_on(verkstalld, line.avslutad);
    let start_typ = match (line.avbrottsdatum, line.start_typ) {
        (Some(_), _) => StartKind::Avbrott,
        (None, told) => told.unwrap_or(StartKind::Beslut),
    };
    let insats = line.insats.as_deref().and_then(|it| insatser.by_key(it));
    KnownCase {
        utforare: line.utforare,
        kon: line.kon,
        insats,
        start_typ,
        startdatum: line.avbrottsdatum.or(line.beslutsdatum).or(line.startdatum),
        beslutsdatum: line.beslutsdatum,
        slutdatum: end,
        verkstalld: verkstalld.is_some(),
        nyckel: line.nyckel,
        lagrum: line
            .lagrum
            .as_deref()
            .and_then(Lagrum::parse)
            .or(line.lag.map(|_| Lagrum::default()))
            .map(|it| Lagrum { lag: line.lag.or(it.lag), ..it }),
        delvis: line.delvis,
        orsak: line.orsak,
        insats_text: if insats.is_none() { line.insats_text.or(line.insats) } else { None },
        origin: match line.nr {
            Some(nr) => format!("rapporten för {quarter}, nr {nr}"),
            None => format!("rapporten för {quarter}"),
        },
    }
}

fn quarter(it: History) -> PastQuarter {
    let open = |value: serde_json::Value| value.as_u64().and_then(|it| u32::try_from(it).ok());
    let by_insats = it.by_insats.into_iter().filter_map(|(key, value)| Some((key, open(value)?))).collect();
    PastQuarter { kvartal: it.kvartal, reported: it.reported, ended: it.ended, open: it.open, by_insats }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contracts_own_example_is_read() {
        let text = r#"{"schema":1,"kvartal":"2023-Q3","totals":{"reported":88,"executed":10,"closed":14,"open":64},
            "lines":[{"nr":1,"kon":"flicka","beslutsdatum":null,"avbrottsdatum":"2022-12-03","lag":"LSS","insats":"ledsagarservice",
                      "verkstalld":null,"delvis":false,"avslutad":null,"utforare":"solsidan"},
                     {"nr":2,"kon":"man","beslutsdatum":"2022-12-03","avbrottsdatum":null,"verkstalld":"2023-08-01","avslutad":null},
                     {"nr":3,"kon":"man","beslutsdatum":"2022-12-03","avbrottsdatum":null,"verkstalld":"2023-08-01","delvis":true,"avslutad":null},
                     {"nr":4,"kon":"man","beslutsdatum":null,"avbrottsdatum":null,"startdatum":"2023-01-02","start_typ":"oklart","avslutad":null}],
            "history":[{"kvartal":"2023-Q2","reported":84,"ended":28,"open":56,"by_insats":{"ledsagarservice":5}}]}"#;
        let previous = read(text, &Insatser::default()).unwrap();
        assert_eq!(previous.report.open_cases().collect::<Vec<_>>(), [0, 2, 3]);
        assert_eq!(previous.past.len(), 2);
        assert_eq!(previous.past[1].open, 64);
        assert_eq!(previous.past[1].ended, 24);
    }

    #[test]
    fn what_is_no_report_is_refused_with_a_place() {
        let fault = read("{\n \"kvartal\": \"2023\" }", &Insatser::default()).unwrap_err();
        assert!(fault.contains("rad 2"), "{fault}");
    }
}
