//! Counting: lines become totals, sums per insats and the flow from the last report.
//!
//! Goes in: the lines that count. Comes out: [`Counts`], [`InsatsCounts`], [`Flow`] and the checks on them.
//! Guaranteed: every figure is a count of lines or of the last report's cases; sums per insats add up to the totals.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use crate::model::{InsatsId, Insatser, Orsak, StartKind, Wait};

use super::report::{Counts, Flow, InsatsCounts, Line, Status};

/// What a figure is counted under: an insats of the catalogue, or a text that was not recognised.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    Known(InsatsId),
    Unknown(Box<str>),
}

impl Group {
    pub fn of(insats: Option<InsatsId>, text: Option<&str>) -> Self {
        match insats {
            Some(id) => Self::Known(id),
            None => Self::Unknown(text.unwrap_or("").into()),
        }
    }

    pub fn of_line(line: &Line) -> Self {
        Self::of(line.insats, line.insats_text.as_deref())
    }

    /// The key files and scripts use; the text itself for an insats that was not recognised.
    pub fn key(&self, insatser: &Insatser) -> String {
        match self {
            Self::Known(id) => insatser.get(*id).key.clone(),
            Self::Unknown(text) => text.to_string(),
        }
    }

    pub fn name(&self, insatser: &Insatser) -> String {
        match self {
            Self::Known(id) => insatser.get(*id).name.clone(),
            Self::Unknown(text) if text.is_empty() => "Insats saknas".to_owned(),
            Self::Unknown(text) => format!("{text} (okänd insats)"),
        }
    }
}

/// Adds one line to the counts. Waiting time is measured on the quarter's last day.
fn add(counts: &mut Counts, line: &Line, last: Option<NaiveDate>) {
    counts.reported += 1;
    counts.reported_interruptions += u32::from(line.start_typ == Some(StartKind::Avbrott));
    match line.status {
        Status::Executed => counts.executed += 1,
        Status::Closed => counts.closed += 1,
        Status::Open => {
            counts.open += 1;
            match line.kon {
                None => counts.open_kon_missing += 1,
                Some(kon) => {
                    *(if kon.is_male() { &mut counts.open_men } else { &mut counts.open_women }) += 1;
                    *(if kon.is_child() { &mut counts.open_children } else { &mut counts.open_adults }) += 1;
                }
            }
            let wait = last.map_or(Wait::Unknown, |last| Wait::between(line.startdatum, last));
            if let Some(at) = Wait::ALL.iter().position(|it| *it == wait) {
                counts.ages[at] += 1;
            }
            counts.open_interruptions += u32::from(line.start_typ == Some(StartKind::Avbrott));
            counts.open_partial += u32::from(line.delvis);
            match line.orsak.and_then(|it| Orsak::ALL.iter().position(|known| *known == it)) {
                Some(at) => counts.causes[at] += 1,
                None => counts.cause_missing += 1,
            }
        }
    }
}

pub fn totals(lines: &[Line], last: Option<NaiveDate>) -> Counts {
    let mut counts = Counts::default();
    lines.iter().for_each(|line| add(&mut counts, line, last));
    counts
}

/// One entry per expected insats and per insats that occurs, in the order of the catalogue; unknown texts last.
pub fn by_insats(
    lines: &[Line],
    expected: &[InsatsId],
    insatser: &Insatser,
    last: Option<NaiveDate>,
) -> Vec<InsatsCounts> {
    let mut groups: FxHashMap<Group, Counts> =
        expected.iter().map(|it| (Group::Known(*it), Counts::default())).collect();
    for line in lines {
        add(groups.entry(Group::of_line(line)).or_default(), line, last);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|a, b| a.0.cmp(&b.0));
    groups
        .into_iter()
        .map(|(group, counts)| {
            let (insats, key, lagrum) = match &group {
                Group::Known(id) => {
                    let about = insatser.get(*id);
                    (Some(*id), Some(about.key.clone()), about.lagrum.clone())
                }
                Group::Unknown(_) => (None, None, String::new()),
            };
            InsatsCounts {
                insats,
                key,
                name: group.name(insatser),
                lagrum,
                counts,
                ongoing_men: None,
                ongoing_women: None,
            }
        })
        .collect()
}

/// What the flow of one group is made of, beside its lines.
#[derive(Debug, Clone, Copy, Default)]
pub struct Before {
    /// Cases open in the last report.
    pub opening: i64,
    /// Of those, answered by a row that does not count.
    pub corrections: i64,
    /// Of those, answered by no row.
    pub unanswered: i64,
}

/// The flow per group and, last, in total. `before` is `None` without a last report: then opening is derived from slutdag.
pub fn flows(lines: &[Line], before: Option<&BTreeMap<Group, Before>>, insatser: &Insatser) -> Vec<Flow> {
    let mut groups: FxHashMap<Group, Flow> = FxHashMap::default();
    if let Some(before) = before {
        for (group, it) in before {
            let flow = groups.entry(group.clone()).or_default();
            (flow.opening, flow.corrections, flow.unanswered) = (it.opening, -it.corrections, it.unanswered);
        }
    }
    for line in lines {
        let flow = groups.entry(Group::of_line(line)).or_default();
        match line.new {
            Some(true) => flow.new += 1,
            Some(false) => {}
            None if line.late => flow.opening += 1,
            None => flow.new += 1,
        }
        if before.is_some() {
            *flow.of_which_late.get_or_insert(0) += i64::from(line.late && line.new == Some(true));
        }
        match line.status {
            Status::Executed => flow.executed += 1,
            Status::Closed => flow.closed += 1,
            Status::Open => flow.closing += 1,
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|a, b| a.0.cmp(&b.0));
    let mut total = Flow { insats: "total".into(), name: "Summa".into(), ..Flow::default() };
    let mut flows: Vec<Flow> = Vec::with_capacity(groups.len() + 1);
    for (group, mut flow) in groups {
        flow.insats = group.key(insatser);
        flow.name = group.name(insatser);
        if before.is_some() {
            flow.of_which_late.get_or_insert(0);
        }
        flow.holds = balances(&flow);
        total.opening += flow.opening;
        total.corrections += flow.corrections;
        total.new += flow.new;
        total.executed += flow.executed;
        total.closed += flow.closed;
        total.closing += flow.closing;
        total.unanswered += flow.unanswered;
        if let Some(late) = flow.of_which_late {
            *total.of_which_late.get_or_insert(0) += late;
        }
        flows.push(flow);
    }
    if before.is_some() {
        total.of_which_late.get_or_insert(0);
    }
    total.holds = balances(&total);
    flows.push(total);
    flows
}

/// D47: `ingående öppna + rättelser + nya − verkställda − avslutade = utgående öppna`.
pub fn balances(flow: &Flow) -> bool {
    flow.opening + flow.corrections + flow.new - flow.executed - flow.closed == flow.closing
}
