//! An invented round for the tests of this module: three utförare, ten cases, something of everything that can go wrong.
//!
//! Goes in: nothing. Comes out: [`Round`]. Guaranteed: sums hold except where a test breaks them on purpose.

use chrono::NaiveDate;

use crate::merge::QuarterReport;
use crate::merge::report::{
    Check, Correction, Counts, DaysTo, Excluded, Flow, Head, InputFile, InsatsCounts, Line, MissingAnswer, PastQuarter,
    PlacedFinding, Quality, Source, Status,
};
use crate::model::insats::Alder;
use crate::model::{
    Family, Field, Finding, Grade, Insats, InsatsId, Insatser, Kon, Lag, Lagrum, Orsak, Place, Quarter, Severity,
    StartKind, Uppdrag, Utforare, Wait,
};
use crate::rating::{Level, Mark, Rating, Reason};
use crate::sheet::Format;

use super::{Checked, Speaks, Texts, View, Voice};

pub(super) struct Round {
    pub report: QuarterReport,
    pub insatser: Insatser,
    pub rules: Sentences,
}

impl Round {
    pub(super) fn voice(&self) -> Voice<'_> {
        Voice { insatser: &self.insatser, rules: &self.rules }
    }

    pub(super) fn view(&self) -> View<'_> {
        View::new(&self.report, self.voice())
    }
}

/// Three rules with fixed sentences.
pub(super) struct Sentences;

impl Speaks for Sentences {
    fn rule_id(&self, rule: u16) -> &str {
        ["UP001", "SI001", "EO001"].get(usize::from(rule)).copied().unwrap_or("UP999")
    }

    fn headline(&self, rule: u16) -> &str {
        ["Datumet går inte att läsa", "Tre månader har inte gått", "Orsak saknas"]
            .get(usize::from(rule))
            .copied()
            .unwrap_or_default()
    }

    fn family(&self, rule: u16) -> Family {
        match rule {
            1 => Family::SkaInteRapporteras,
            2 => Family::EnOrsak,
            _ => Family::Uppgifter,
        }
    }

    fn texts(&self, finding: &Finding) -> Texts {
        let shown = finding.shown.as_deref().unwrap_or("–");
        match finding.rule {
            1 => Texts {
                message: "Tre månader hade inte gått när kvartalet tog slut.".to_owned(),
                expected: None,
                remedy: "Ta bort raden.".to_owned(),
            },
            2 => Texts {
                message: "Orsak saknas på ett öppet ärende.".to_owned(),
                expected: Some("en av de fyra orsakerna".to_owned()),
                remedy: "Välj en orsak.".to_owned(),
            },
            _ => Texts {
                message: format!("Det står ”{shown}” där ett datum ska stå."),
                expected: Some("ett datum, till exempel 2023-10-10".to_owned()),
                remedy: "Skriv dagen som 2023-10-10.".to_owned(),
            },
        }
    }
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn insatser() -> Insatser {
    [("personlig_assistans", "Personlig assistans", 2), ("ledsagarservice", "Ledsagarservice", 3)]
        .into_iter()
        .chain([("avlosarservice", "Avlösarservice", 5), ("bostad_vuxna", "Bostad med särskild service (vuxna)", 9)])
        .map(|(key, name, punkt)| Insats {
            key: key.to_owned(),
            name: name.to_owned(),
            lag: Lag::Lss,
            lagrum: format!("9 § {punkt} LSS"),
            punkt: Some(punkt),
            alder: Alder::Alla,
            omrade: "lss".to_owned(),
            orsaker: if punkt == 9 { Orsak::ALL.to_vec() } else { Orsak::ALL[1..].to_vec() },
            synonyms: Vec::new(),
        })
        .collect()
}

pub(super) fn empty() -> Round {
    Round { report: QuarterReport::default(), insatser: insatser(), rules: Sentences }
}

pub(super) fn round() -> Round {
    let lines = lines();
    let (totals, by_insats) = counted(&lines);
    let flows = flows(&by_insats, &totals);
    Round {
        report: QuarterReport {
            head: head(),
            utforare: vec![
                utforare("solsidan", "Solsidan Omsorg AB", &[&[1, 2]]),
                utforare("backen", "Backens LSS & Assistans", &[&[1, 2], &[0]]),
                utforare("egen", "Kommunens boendeenhet", &[&[3]]),
            ],
            files: vec![
                file("solsidan.xlsx", Some(Format::Xlsx), 0, false),
                file("bostad.ods", Some(Format::Ods), 2, false),
            ],
            totals,
            by_insats,
            lines,
            excluded: vec![Excluded {
                utforare: 0,
                source: at(0, 20),
                insats: Some(InsatsId(1)),
                rules: vec!["SI001".to_owned()],
                reason: "Tre månader hade inte gått när kvartalet tog slut.".to_owned(),
            }],
            missing: vec![MissingAnswer {
                utforare: Some(1),
                insats: Some(InsatsId(1)),
                rule: "SR005".to_owned(),
                reason: "Inget svar har kommit in.".to_owned(),
            }],
            corrections: vec![Correction {
                utforare: 0,
                insats: Some(InsatsId(1)),
                source: at(0, 21),
                what: "Verkställt 2023-09-24, öppet i förra rapporten.".to_owned(),
            }],
            quality: quality(),
            findings: vec![
                finding(Some(0), 0, Severity::Fel, Place::cell(0, 11, 5), Some(Field::Verkstalld), Some("231o10")),
                finding(Some(0), 1, Severity::Fel, Place::row(0, 20), None, None),
                finding(Some(1), 2, Severity::Fraga, Place::cell(0, 14, 7), Some(Field::Orsak), None),
            ],
            reconciliation: flows,
            checks: vec![Check {
                what: "Orsakerna summerar till öppna ärenden".to_owned(),
                holds: true,
                detail: "7 = 7".to_owned(),
            }],
            history: [("2023-Q1", 5, 1, 4), ("2023-Q2", 7, 3, 4), ("2023-Q3", 9, 2, 7), ("2023-Q4", 10, 3, 7)]
                .map(|(kvartal, reported, ended, open)| PastQuarter {
                    kvartal: kvartal.to_owned(),
                    reported,
                    ended,
                    open,
                    by_insats: vec![("ledsagarservice".to_owned(), open / 2)],
                })
                .to_vec(),
        },
        insatser: insatser(),
        rules: Sentences,
    }
}

/// A report with `count` lines made from the same ten.
pub(super) fn long(count: usize) -> Round {
    let mut round = round();
    let ten = round.report.lines.clone();
    round.report.lines = ten.iter().cycle().take(count).cloned().collect();
    for (line, nr) in round.report.lines.iter_mut().zip(1..) {
        line.nr = nr;
        line.source.row = nr + 10;
    }
    round
}

pub(super) fn checked() -> Checked {
    let round = round();
    Checked {
        file: round.report.files[0].clone(),
        quarter: Some(Quarter::new(2023, 4).unwrap()),
        lines: round.report.lines.into_iter().filter(|it| it.source.file == 0).collect(),
        findings: round.report.findings.into_iter().filter(|it| it.file == Some(0)).map(|it| it.finding).collect(),
    }
}

pub(super) fn json(round: &Round) -> Vec<u8> {
    let mut out = Vec::new();
    super::json::write(&mut out, &round.view()).unwrap();
    out
}

fn head() -> Head {
    Head {
        quarter: Quarter::new(2023, 4),
        kommun: "Exempelstad".to_owned(),
        namnd: "Nämnden för personer med funktionsnedsättning".to_owned(),
        last_day: Some(day("2024-01-10")),
        report_day: Some(day("2024-01-31")),
        rule_set_version: "2026.1".to_owned(),
        rule_set_sha256: "ab".repeat(32),
    }
}

fn utforare(id: &str, name: &str, uppdrag: &[&[u16]]) -> Utforare {
    Utforare {
        id: id.to_owned(),
        name: name.to_owned(),
        orgnr: None,
        aliases: Vec::new(),
        mail: Vec::new(),
        uppdrag: uppdrag.iter().map(|ids| Uppdrag { insatser: ids.iter().map(|id| InsatsId(*id)).collect() }).collect(),
    }
}

fn file(name: &str, format: Option<Format>, utforare: usize, superseded: bool) -> InputFile {
    InputFile {
        name: name.to_owned(),
        sha256: "0f".repeat(32),
        format,
        readable: true,
        sheets: vec!["Blad1".to_owned()],
        utforare: Some(utforare),
        received: chrono::DateTime::parse_from_rfc3339("2024-01-08T10:12:00+01:00").ok(),
        superseded,
        rows: 12,
    }
}

fn at(file: u32, row: u32) -> Source {
    Source { file, sheet: 0, row }
}

fn finding(
    file: Option<u32>,
    rule: u16,
    severity: Severity,
    place: Place,
    field: Option<Field>,
    shown: Option<&str>,
) -> PlacedFinding {
    let utforare = if file == Some(1) { 2 } else { 0 };
    PlacedFinding {
        utforare: Some(utforare),
        file,
        insatser: Vec::new(),
        finding: Finding { rule, severity, place, field, shown: shown.map(Into::into), params: Box::new([]) },
    }
}

struct Short(
    Kon,
    u16,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
    Option<usize>,
);

fn lines() -> Vec<Line> {
    let quarter_end = day("2023-12-31");
    let mut lines: Vec<Line> = [
        Short(Kon::Flicka, 1, None, Some("2022-12-03"), None, None, Some(2)),
        Short(Kon::Man, 1, Some("2023-01-04"), Some("2023-02-09"), None, None, Some(2)),
        Short(Kon::Pojke, 1, Some("2023-06-16"), None, Some("2023-12-09"), None, None),
        Short(Kon::Kvinna, 1, None, Some("2023-06-02"), None, Some("2023-12-31"), None),
        Short(Kon::Kvinna, 2, Some("2023-03-14"), None, None, None, Some(1)),
        Short(Kon::Man, 2, None, Some("2023-07-01"), None, None, Some(3)),
        Short(Kon::Man, 3, Some("2021-11-11"), None, None, None, Some(0)),
        Short(Kon::Kvinna, 3, Some("2022-05-30"), None, None, None, Some(0)),
        Short(Kon::Man, 3, Some("2023-02-28"), None, Some("2023-10-02"), None, None),
        Short(Kon::Kvinna, 3, Some("2023-08-31"), None, Some("2024-01-15"), None, Some(0)),
    ]
    .into_iter()
    .zip(1u32..)
    .map(|(Short(kon, insats, beslut, avbrott, verkstalld, avslutad, orsak), nr)| {
        let [beslut, avbrott, verkstalld, avslutad] =
            [beslut, avbrott, verkstalld, avslutad].map(|it: Option<&str>| it.map(day));
        let start = avbrott.or(beslut);
        let ended = verkstalld.or(avslutad).filter(|it| *it <= quarter_end);
        let (status, days_to) = match (ended, verkstalld.filter(|it| *it <= quarter_end)) {
            (None, _) => (Status::Open, DaysTo::QuarterEnd),
            (_, Some(_)) => (Status::Executed, DaysTo::Execution),
            _ => (Status::Closed, DaysTo::Closing),
        };
        let days = start.map(|it| (ended.unwrap_or(quarter_end) - it).num_days());
        Line {
            nr,
            source: if insats == 3 { at(1, nr + 4) } else { at(0, nr + 10) },
            utforare: if insats == 3 { 2 } else { 0 },
            kon: Some(kon),
            beslutsdatum: beslut,
            avbrottsdatum: avbrott,
            start_typ: Some(if avbrott.is_some() { StartKind::Avbrott } else { StartKind::Beslut }),
            startdatum: start,
            lagrum: Some(Lagrum { lag: Some(Lag::Lss), ..Lagrum::default() }),
            insats: Some(InsatsId(insats)),
            insats_text: None,
            verkstalld,
            delvis: false,
            delvis_datum: None,
            avslutad,
            orsak: orsak.map(|it| Orsak::ALL[it]),
            status,
            days: days.and_then(|it| i32::try_from(it).ok()),
            days_to,
            new: Some(nr % 3 == 0),
            late: false,
            decision: None,
            nyckel: None,
        }
    })
    .collect();
    lines[4].delvis = true;
    lines[4].delvis_datum = Some(day("2023-10-10"));
    lines[2].late = true;
    lines[3].decision = Some(0);
    lines
}

fn count<'a>(lines: impl Iterator<Item = &'a Line>) -> Counts {
    let mut counts = Counts::default();
    for line in lines {
        counts.reported += 1;
        counts.reported_interruptions += u32::from(line.avbrottsdatum.is_some());
        match line.status {
            Status::Executed => counts.executed += 1,
            Status::Closed => counts.closed += 1,
            Status::Open => {
                counts.open += 1;
                let kon = line.kon.unwrap();
                if kon.is_male() {
                    counts.open_men += 1
                } else {
                    counts.open_women += 1
                }
                if kon.is_child() {
                    counts.open_children += 1
                } else {
                    counts.open_adults += 1
                }
                counts.open_interruptions += u32::from(line.avbrottsdatum.is_some());
                counts.open_partial += u32::from(line.delvis);
                let wait = Wait::between(line.startdatum, day("2023-12-31"));
                counts.ages[Wait::ALL.iter().position(|it| *it == wait).unwrap()] += 1;
                counts.causes[line.orsak.unwrap() as usize] += 1;
            }
        }
    }
    counts
}

fn counted(lines: &[Line]) -> (Counts, Vec<InsatsCounts>) {
    let by_insats = insatser()
        .all()
        .map(|(id, it)| InsatsCounts {
            insats: Some(id),
            key: Some(it.key.clone()),
            name: it.name.clone(),
            lagrum: it.lagrum.clone(),
            counts: count(lines.iter().filter(|line| line.insats == Some(id))),
            ongoing_men: (id.0 == 3).then_some(40),
            ongoing_women: (id.0 == 3).then_some(25),
        })
        .collect();
    (count(lines.iter()), by_insats)
}

fn flows(by_insats: &[InsatsCounts], totals: &Counts) -> Vec<Flow> {
    let flow = |key: &str, name: &str, it: &Counts| {
        let ended = i64::from(it.executed) + i64::from(it.closed);
        Flow {
            insats: key.to_owned(),
            name: name.to_owned(),
            opening: i64::from(it.reported) - i64::from(it.reported / 3),
            new: i64::from(it.reported / 3),
            of_which_late: Some(0),
            executed: i64::from(it.executed),
            closed: i64::from(it.closed),
            closing: i64::from(it.reported) - ended,
            holds: true,
            ..Flow::default()
        }
    };
    let each = by_insats.iter().map(|it| flow(it.key.as_deref().unwrap(), &it.name, &it.counts));
    each.chain([flow("total", "Summa", totals)]).collect()
}

fn quality() -> Vec<Quality> {
    let rating = |grade, text: &str, late, reasons| Rating {
        marks: [Level::Good, Level::Remark, Level::Good, Level::Flaw, Level::Good],
        suggested: Grade::Ok,
        grade,
        override_reason: None,
        text: text.to_owned(),
        late,
        reminders: u32::from(late),
        reasons,
    };
    let reason = Reason {
        mark: Mark::Correctness,
        kind: "ska_inte_rapporteras".to_owned(),
        rule: Some("SI001".to_owned()),
        count: 1,
        text: "Ett ärende rapporterades in, som inte skulle ha rapporterats.".to_owned(),
    };
    let text = "OK rapportering. Ett ärende rapporterades in, som inte skulle ha rapporterats.";
    let mut rows = vec![
        Quality {
            utforare: 1,
            insatser: vec![InsatsId(1), InsatsId(2)],
            reported: false,
            file: None,
            rating: rating(Grade::EjInkommen, "Har inte inkommit med någon rapportering.", true, Vec::new()),
        },
        Quality {
            utforare: 0,
            insatser: vec![InsatsId(1), InsatsId(2)],
            reported: true,
            file: None,
            rating: rating(Grade::Ok, text, false, vec![reason]),
        },
        Quality {
            utforare: 2,
            insatser: vec![InsatsId(3)],
            reported: true,
            file: None,
            rating: rating(Grade::TydligOchBra, "Tydlig och bra rapportering.", false, Vec::new()),
        },
    ];
    rows[2].rating.override_reason = Some("Allt kompletterades samma dag.".to_owned());
    rows
}
