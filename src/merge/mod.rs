//! Accepted reviews → the quarter's report: which attempt counts, which cases are new, whether the sums hold.
//!
//! Goes in: [`Inputs`]: the round, its reviews, the last report and the register. Comes out: [`QuarterReport`].
//! Guaranteed: nothing is dropped silently: a row counts, or stands in `excluded` or `corrections`, or lies in a file marked
//! superseded; the same inputs give the same report; pure.

mod classify;
mod count;
mod known;
pub mod previous;
mod quality;
pub mod report;
pub mod round;
mod select;
pub mod version;

use rustc_hash::{FxHashMap, FxHashSet};

pub use report::QuarterReport;
pub use round::Round;

use crate::judge::{Case, KnownCases, LastReport, Review, Setting};
use crate::model::{InsatsId, Insatser, Orsak, Quarter};
use crate::rating::Scale;
use crate::rule::{Catalogue, InForce};

use classify::Classified;
use known::Unanswered;
use report::{Check, Flow, Head, InputFile, Line, PastQuarter, PlacedFinding, Source};
use select::{Answer, Outcome};

/// Everything a report is made from.
pub struct Inputs<'a> {
    pub catalogue: &'a Catalogue,
    pub in_force: &'a InForce,
    pub insatser: &'a Insatser,
    pub scale: &'a Scale,
    pub round: &'a Round,
    pub last_report: Option<&'a LastReport>,
    /// Figures of earlier quarters, as the last report printed them.
    pub past: Vec<PastQuarter>,
    pub register: Option<&'a KnownCases>,
    /// Ongoing decisions on the quarter's last day: insats, men, women.
    pub ongoing: &'a [(InsatsId, Option<u32>, Option<u32>)],
    /// What each attempt's file came to, in the order of the round's attempts; `None` for a nil return.
    pub files: Vec<Option<(InputFile, Review)>>,
}

/// An uppdrag with its answer.
struct Task<'a> {
    utforare: usize,
    insatser: &'a [InsatsId],
    answer: Option<Answer>,
}

impl Task<'_> {
    /// Whether something said about an utförare and some of its insatser is meant for this uppdrag.
    fn is_meant(&self, utforare: usize, insatser: Option<&[InsatsId]>) -> bool {
        utforare == self.utforare && round::concerns(insatser, self.insatser)
    }
}

/// The files of a round with what they came to, and where each stands in the report's list of files.
struct Opened {
    reviews: Vec<Option<Review>>,
    file_of_attempt: Vec<Option<u32>>,
}

/// Makes the report.
pub fn merge(inputs: Inputs<'_>) -> QuarterReport {
    let Inputs { catalogue, in_force, insatser, scale, round, last_report, past, register, ongoing, files } = inputs;
    let setting = |utforare: Option<usize>| Setting {
        catalogue,
        in_force,
        insatser,
        quarter: round.quarter,
        report_day: round.report_day,
        last_report,
        register,
        utforare: utforare.map(|at| &round.utforare[at].utforare),
    };
    let outcomes: Vec<Outcome> = files
        .iter()
        .map(|it| match it {
            None => Outcome::Nil,
            Some((_, review)) if review.nil => Outcome::Nil,
            Some((_, review)) if review.usable => Outcome::Rows,
            Some(_) => Outcome::Unusable,
        })
        .collect();
    let tasks = tasks(round, &outcomes);
    let owners = known::Owners::new(round, &tasks);

    let mut report = QuarterReport {
        head: Head {
            quarter: Some(round.quarter),
            kommun: round.kommun.clone(),
            namnd: round.namnd.clone(),
            last_day: Some(round.last_day),
            report_day: Some(round.report_day),
            rule_set_version: catalogue.version().to_owned(),
            rule_set_sha256: catalogue.sha256().to_owned(),
        },
        utforare: round.utforare.iter().map(|it| it.utforare.clone()).collect(),
        ..QuarterReport::default()
    };
    let opened = take_files(&mut report, files, &tasks);

    let Classified { lines, excluded, corrections, twins, answered, decisions_without_row } =
        classify::classify(&setting, round, &tasks, &opened, &mut report);
    report.lines = lines;
    report.excluded = excluded;
    report.corrections = corrections;

    let Unanswered { missing, findings: about_cases } = known::unanswered(&setting, &owners, &tasks, &answered);
    report.missing = missing;

    let gathered = quality::Gathered { round, tasks: &tasks, opened: &opened, about_cases: &about_cases };
    let open_before = known::open_before(&setting(None), &owners, tasks.len());
    let (quality, about_filings) = quality::quality(&setting, scale, &gathered, open_before);
    report.quality = quality;
    report.quality.sort_by(|a, b| a.insatser.cmp(&b.insatser));
    add_missing_filings(&mut report, catalogue, &about_filings);
    report.findings = all_findings(opened, about_cases, about_filings, twins, &tasks);

    let expected: Vec<InsatsId> = expected_insatser(round, insatser);
    let last = Some(round.quarter.last_day());
    report.totals = count::totals(&report.lines, last);
    report.by_insats = count::by_insats(&report.lines, &expected, insatser, last);
    for (id, men, women) in ongoing {
        if let Some(row) = report.by_insats.iter_mut().find(|it| it.insats == Some(*id)) {
            (row.ongoing_men, row.ongoing_women) = (*men, *women);
        }
    }
    let before = last_report.map(|it| answered.before(it));
    report.reconciliation = count::flows(&report.lines, before.as_ref(), insatser);
    report.history = history(past, round, &report);
    report.checks = checks(&report, last_report.is_some(), &decisions_without_row);
    report
}

fn tasks<'a>(round: &'a Round, outcomes: &[Outcome]) -> Vec<Task<'a>> {
    let mut tasks = Vec::new();
    for (utforare, expected) in round.utforare.iter().enumerate() {
        for uppdrag in &expected.utforare.uppdrag {
            let answer = select::answer(&round.filings, outcomes, utforare, &uppdrag.insatser);
            tasks.push(Task { utforare, insatser: &uppdrag.insatser, answer });
        }
    }
    tasks
}

fn take_files(report: &mut QuarterReport, files: Vec<Option<(InputFile, Review)>>, tasks: &[Task<'_>]) -> Opened {
    let mut opened = Opened { reviews: Vec::new(), file_of_attempt: Vec::new() };
    for (attempt, file) in files.into_iter().enumerate() {
        match file {
            None => {
                opened.reviews.push(None);
                opened.file_of_attempt.push(None);
            }
            Some((mut info, review)) => {
                let counts = tasks.iter().any(|it| it.answer.is_some_and(|it| it.attempt == attempt));
                info.superseded = review.usable && !counts;
                info.rows = u32::try_from(review.cases.len()).unwrap_or(u32::MAX);
                opened.file_of_attempt.push(u32::try_from(report.files.len()).ok());
                opened.reviews.push(Some(review));
                report.files.push(info);
            }
        }
    }
    opened
}

fn expected_insatser(round: &Round, insatser: &Insatser) -> Vec<InsatsId> {
    insatser.all().map(|it| it.0).filter(|id| round.utforare.iter().any(|it| it.utforare.carries_out(*id))).collect()
}

/// An expected report that did not come is also listed among what is missing, insats by insats; so is a nil return that
/// cannot be right.
fn add_missing_filings(report: &mut QuarterReport, catalogue: &Catalogue, findings: &[quality::AboutFiling]) {
    for (utforare, insatser, received, finding) in findings {
        let rule = &catalogue.rules()[usize::from(finding.rule)];
        if rule.family != crate::model::Family::SkaRapporteras {
            continue;
        }
        // A nil return though cases are open: the text names the cases, so one entry says it all.
        if *received {
            let insats = if let [only] = insatser.as_slice() { Some(*only) } else { None };
            let reason = catalogue.texts(finding).message;
            report.missing.push(report::MissingAnswer {
                utforare: Some(*utforare),
                insats,
                rule: rule.id.clone(),
                reason,
            });
            continue;
        }
        for insats in insatser {
            report.missing.push(report::MissingAnswer {
                utforare: Some(*utforare),
                insats: Some(*insats),
                rule: rule.id.clone(),
                reason: catalogue.texts(finding).message,
            });
        }
    }
}

/// All findings: by utförare, then what is about the filing as a whole, then by file and place. Files that a newer
/// attempt replaced keep their findings to themselves: what was mended is not held against anybody.
fn all_findings(
    opened: Opened,
    about_cases: Vec<known::AboutCase>,
    about_filings: Vec<quality::AboutFiling>,
    twins: Vec<PlacedFinding>,
    tasks: &[Task<'_>],
) -> Vec<PlacedFinding> {
    let mut all: Vec<PlacedFinding> = Vec::new();
    all.extend(about_filings.into_iter().map(|(utforare, insatser, _, finding)| PlacedFinding {
        utforare: Some(utforare),
        file: None,
        insatser,
        finding,
    }));
    all.extend(about_cases.into_iter().map(|(utforare, insats, finding)| PlacedFinding {
        utforare,
        file: None,
        insatser: insats.into_iter().collect(),
        finding,
    }));
    let owner: FxHashMap<usize, usize> =
        tasks.iter().filter_map(|it| Some((it.answer?.attempt, it.utforare))).collect();
    for (attempt, review) in opened.reviews.into_iter().enumerate() {
        let Some(review) = review else { continue };
        let file = opened.file_of_attempt[attempt];
        // An unusable file replaced nothing, but somebody must hear why.
        if let Some(utforare) = owner.get(&attempt).copied() {
            all.extend(review.findings.into_iter().map(|finding| PlacedFinding {
                utforare: Some(utforare),
                file,
                insatser: Vec::new(),
                finding,
            }));
        } else if !review.usable {
            all.extend(review.findings.into_iter().map(|finding| PlacedFinding {
                utforare: None,
                file,
                insatser: Vec::new(),
                finding,
            }));
        }
    }
    all.extend(twins);
    all.sort_by_key(|it| (it.file, it.finding.place));
    all
}

fn history(past: Vec<PastQuarter>, round: &Round, report: &QuarterReport) -> Vec<PastQuarter> {
    let now = round.quarter.to_string();
    let mut history: Vec<PastQuarter> = Vec::new();
    // The last report's own figures go before what somebody typed in.
    for entry in past.into_iter().chain(round.history.iter().cloned()) {
        if entry.kvartal < now && history.iter().all(|it| it.kvartal != entry.kvartal) {
            history.push(entry);
        }
    }
    history.sort_by(|a, b| a.kvartal.cmp(&b.kvartal));
    history.push(PastQuarter {
        kvartal: now,
        reported: report.totals.reported,
        ended: report.totals.executed + report.totals.closed,
        open: report.totals.open,
        by_insats: report
            .by_insats
            .iter()
            .map(|it| (it.key.clone().unwrap_or_else(|| it.name.clone()), it.counts.open))
            .collect(),
    });
    history
}

fn checks(report: &QuarterReport, has_last: bool, decisions_without_row: &[String]) -> Vec<Check> {
    let totals = &report.totals;
    let mut checks = Vec::new();
    let flow = report.reconciliation.last().cloned().unwrap_or_else(Flow::default);
    let equation = format!(
        "{} ingående {} {} rättelser + {} nya − {} verkställda − {} avslutade = {}; räknat i listan: {}",
        flow.opening,
        if flow.corrections < 0 { '−' } else { '+' },
        flow.corrections.abs(),
        flow.new,
        flow.executed,
        flow.closed,
        flow.opening + flow.corrections + flow.new - flow.executed - flow.closed,
        flow.closing
    );
    let flows_hold = report.reconciliation.iter().all(|it| it.holds);
    let basis =
        if has_last { "" } else { " (ingående beräknat från slutdagarna, eftersom förra rapporten saknas)" };
    checks.push(Check {
        what: format!("Avstämningen går ihop för varje insats och totalt{basis}"),
        holds: flows_hold,
        detail: equation,
    });
    let causes: u32 = totals.causes.iter().sum();
    checks.push(Check {
        what: "Varje öppet ärende har exakt en orsak".into(),
        holds: causes == totals.open,
        detail: format!(
            "{} = {causes} orsaker; {} öppna",
            totals.causes.iter().zip(Orsak::ALL).map(|(n, _)| n.to_string()).collect::<Vec<_>>().join(" + "),
            totals.open
        ),
    });
    checks.push(Check {
        what: "Män och kvinnor summerar till öppna ärenden".into(),
        holds: totals.open_men + totals.open_women == totals.open,
        detail: format!("{} män + {} kvinnor; {} öppna", totals.open_men, totals.open_women, totals.open),
    });
    if let Some(before) = report.history.iter().rev().nth(1) {
        let previous = report.head.quarter.map(|it| it.previous().to_string());
        if previous.as_ref() == Some(&before.kvartal) {
            checks.push(Check {
                what: format!("Ingående öppna är förra kvartalets utgående ({})", before.kvartal),
                holds: flow.opening == i64::from(before.open),
                detail: format!("{} ingående; {} utgående i {}", flow.opening, before.open, before.kvartal),
            });
        }
    }
    if !decisions_without_row.is_empty() {
        checks.push(Check {
            what: "Varje granskningsbeslut gäller en rad som finns".into(),
            holds: false,
            detail: decisions_without_row.join("; "),
        });
    }
    checks
}

/// The rows of one file as lines, for whoever reads a file on its own: in the order of the sheet, nothing left out.
pub fn lines_of(quarter: Quarter, cases: &[Case]) -> Vec<Line> {
    let line = |(nr, case): (u32, &Case)| {
        let source = Source { file: 0, sheet: case.sheet, row: case.row };
        Line { nr, ..classify::line(quarter, 0, source, case, None, None) }
    };
    (1u32..).zip(cases).map(line).collect()
}

/// Numbers the lines in print order: insats, utförare, file, row. A line without a row key gets one, so that the next
/// quarter's template can carry it (D3).
fn number(lines: &mut [Line], utforare: &[round::Expected]) {
    lines.sort_by_cached_key(|it| (count::Group::of_line(it), it.utforare, it.source));
    let mut taken: FxHashSet<Box<str>> = lines.iter().filter_map(|it| it.nyckel.clone()).collect();
    let mut twins: FxHashMap<String, u32> = FxHashMap::default();
    for (nr, line) in (1u32..).zip(lines) {
        line.nr = nr;
        if line.nyckel.is_none() {
            let id = &utforare[line.utforare].utforare.id;
            let male = line.kon.map(crate::model::Kon::is_male);
            let start = (line.start_typ, line.startdatum);
            let identity =
                format!("{id}|{:?}|{:?}|{:?}|{:?}|{male:?}", line.insats, line.insats_text, start.0, start.1);
            let ordinal = twins.entry(identity.clone()).or_default();
            line.nyckel = free_key(&identity, ordinal, &mut taken);
        }
    }
}

/// A short key made from what identifies the case; twins are told apart by an ordinal, which goes on from the last twin's.
fn free_key(identity: &str, ordinal: &mut u32, taken: &mut FxHashSet<Box<str>>) -> Option<Box<str>> {
    use sha2::{Digest, Sha256};
    loop {
        let digest = Sha256::digest(format!("{identity}|{ordinal}"));
        *ordinal = ordinal.checked_add(1)?;
        let number = digest.iter().take(5).fold(0u64, |all, byte| all << 8 | u64::from(*byte));
        let key: Box<str> = format!("K{number:010x}").into();
        if taken.insert(key.clone()) {
            return Some(key);
        }
    }
}
