//! Random rounds that follow each other: people come, wait, change cause, are executed or leave.
//!
//! Goes in: a seed and a size. Comes out: reports of consecutive quarters. Guaranteed: the same seed gives the same rounds.

use chrono::{Days, Months, NaiveDate};

use crate::merge::QuarterReport;
use crate::merge::report::{DaysTo, Head, InsatsCounts, Line, Source, Status};
use crate::model::{InsatsId, Insatser, Kon, Orsak, Quarter, StartKind};

/// A small generator of our own: the tests must be the same every time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    pub fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 >> 33) ^ (self.0 >> 17);
        u32::try_from(mixed % u64::from(limit.max(1))).unwrap()
    }

    /// The smaller of two throws: small numbers more often, as insatser differ in size.
    pub fn skewed(&mut self, limit: u32) -> u32 {
        self.below(limit).min(self.below(limit)).min(self.below(limit))
    }
}

pub fn insatser() -> Insatser {
    Insatser::from_toml(include_str!("../../../../../rules/insatser.toml"), None).unwrap()
}

/// Reports of `quarters` quarters, about `size` lines each.
pub fn rounds(seed: u64, size: u32, quarters: usize) -> Vec<QuarterReport> {
    let mut dice = Dice::new(seed);
    let mut quarter: Quarter = "2023-Q1".parse().unwrap();
    let kinds = 3 + dice.below(12);
    let mut open: Vec<Line> = (0..size * 2 / 3).map(|_| person(&mut dice, quarter, kinds, 26)).collect();
    let mut out = Vec::new();
    for _ in 0..quarters {
        let fresh = size.saturating_sub(u32::try_from(open.len()).unwrap());
        let fresh = if size < 30 { dice.below(fresh + 1) } else { fresh };
        open.extend((0..fresh).map(|_| person(&mut dice, quarter, kinds, 3)));
        for line in &mut open {
            line.status = match dice.below(10) {
                0 | 1 => Status::Executed,
                2 => Status::Closed,
                _ => Status::Open,
            };
            if dice.below(12) == 0 {
                line.orsak = Some(cause(&mut dice));
            }
        }
        out.push(report(quarter, open.clone(), kinds));
        open.retain(|it| it.status == Status::Open);
        quarter = quarter.next();
    }
    out
}

fn cause(dice: &mut Dice) -> Orsak {
    Orsak::ALL[usize::try_from(3 - dice.skewed(4)).unwrap()]
}

fn person(dice: &mut Dice, quarter: Quarter, kinds: u32, longest: u32) -> Line {
    let months = 3 + dice.skewed(longest);
    let first = quarter.last_day().checked_sub_months(Months::new(months)).unwrap();
    let start: NaiveDate = first.checked_sub_days(Days::new(u64::from(dice.below(20)))).unwrap();
    let stopped = dice.below(5) < 2;
    let insats = u16::try_from(dice.skewed(kinds)).unwrap();
    let line = Line {
        kon: Some([Kon::Flicka, Kon::Pojke, Kon::Kvinna, Kon::Man, Kon::Man, Kon::Kvinna][dice.below(6) as usize]),
        avbrottsdatum: stopped.then_some(start),
        start_typ: Some(if stopped { StartKind::Avbrott } else { StartKind::Beslut }),
        startdatum: Some(start),
        insats: Some(InsatsId(insats)),
        orsak: Some(cause(dice)),
        nyckel: Some(dice.below(u32::MAX).to_string().into()),
        ..line()
    };
    Line { beslutsdatum: decided(&line), ..line }
}

/// Before an interruption the decision has been carried out for a while; sometimes nobody has told how long.
fn decided(line: &Line) -> Option<NaiveDate> {
    let number: u32 = line.nyckel.as_deref()?.parse().ok()?;
    match line.start_typ? {
        StartKind::Beslut => line.startdatum,
        StartKind::Oklart => None,
        StartKind::Avbrott if number.is_multiple_of(9) => None,
        StartKind::Avbrott => line.startdatum?.checked_sub_months(Months::new(number % 23)),
    }
}

/// An open case of which nothing is known.
pub fn line() -> Line {
    Line {
        nr: 0,
        source: Source { file: 0, sheet: 0, row: 0 },
        utforare: 0,
        kon: None,
        beslutsdatum: None,
        avbrottsdatum: None,
        start_typ: None,
        startdatum: None,
        lagrum: None,
        insats: None,
        insats_text: None,
        verkstalld: None,
        delvis: false,
        delvis_datum: None,
        avslutad: None,
        orsak: None,
        status: Status::Open,
        days: None,
        days_to: DaysTo::QuarterEnd,
        new: None,
        late: false,
        decision: None,
        nyckel: None,
    }
}

/// A report of the lines and nothing else; every insats that could occur is expected.
pub fn report(quarter: Quarter, lines: Vec<Line>, kinds: u32) -> QuarterReport {
    let by_insats = (0..kinds)
        .map(|at| InsatsCounts { insats: Some(InsatsId(u16::try_from(at).unwrap())), ..InsatsCounts::default() })
        .collect();
    let head = Head {
        quarter: Some(quarter),
        kommun: "Exempelstad".to_owned(),
        namnd: "Socialnämnden".to_owned(),
        ..Head::default()
    };
    QuarterReport { head, lines, by_insats, ..QuarterReport::default() }
}
