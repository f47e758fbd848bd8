//! A draft of the feedback to an utförare: what was good in its report, and what to mend until next time.
//!
//! Goes in: the rating, and the findings rule by rule. Comes out: plain text that a handläggare edits and sends.
//! Guaranteed: pure; no cell's content, date or name stands in it, only headings, cells and counts; what is left out of a
//! long list is said.

use crate::model::{Finding, Grade, Severity};
use crate::rating::{Level, Mark, Rating};

use super::Speaks;
use super::print::{clean, counted, list};

/// What one rule said about the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// ”Tre månader har inte gått”
    pub headline: String,
    pub severity: Severity,
    /// The cells, as they stand in the workbook: `F12`.
    pub cells: Vec<String>,
    /// How often, with or without a cell.
    pub count: usize,
    /// How to mend it; none when it differs from case to case.
    pub remedy: Option<String>,
}

/// Findings rule by rule, as points; notices are left out.
pub fn gathered<'a>(rules: &dyn Speaks, findings: impl Iterator<Item = &'a Finding>) -> Vec<Point> {
    let mut points: Vec<(u16, Point)> = Vec::new();
    for it in findings.filter(|it| it.severity != Severity::Notis) {
        let remedy = clean(&rules.texts(it).remedy).into_owned();
        let cell = it.place.address();
        match points.iter_mut().find(|known| known.0 == it.rule) {
            Some((_, known)) => {
                known.count += 1;
                known.cells.extend(cell.filter(|it| !known.cells.contains(it)));
                if known.remedy.as_ref() != Some(&remedy) {
                    known.remedy = None;
                }
            }
            None => {
                let point = Point {
                    headline: rules.headline(it.rule).to_owned(),
                    severity: it.severity,
                    cells: cell.into_iter().collect(),
                    count: 1,
                    // A remedy that names a day or a value is about one person's case.
                    remedy: Some(remedy).filter(|it| !it.is_empty() && !it.chars().any(|c| c.is_ascii_digit())),
                };
                points.push((it.rule, point));
            }
        }
    }
    points.into_iter().map(|it| it.1).collect()
}

/// What the draft is made from.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    /// ”kvartal 4 2023”
    pub quarter: &'a str,
    pub rating: &'a Rating,
    pub points: &'a [Point],
    /// Completions that were asked for.
    pub completions: usize,
}

/// More kinds of faults than this are counted instead of listed.
const LISTED: usize = 6;
/// So many cells of a kind are named.
const CELLS: usize = 5;

/// Writes the draft.
pub fn draft(grounds: &Grounds<'_>) -> String {
    let Grounds { quarter, rating, .. } = grounds;
    if rating.suggested == Grade::EjInkommen {
        return format!(
            "Vi har inte fått någon rapport från er för {quarter}.\n\nLämna in så snart ni kan, också om ni inte har \
             något att rapportera. Det svarar ni med ett klick i tjänsten.\n\nHör av er om något hindrar er."
        );
    }
    let nil = rating.suggested == Grade::IngetAttRapportera;
    let mut out = if nil {
        format!("Tack för ert svar för {quarter}. Ni har inget att rapportera.")
    } else {
        format!("Tack för er rapport för {quarter}.")
    };
    let good = good(grounds, nil);
    if !good.is_empty() {
        section(&mut out, "Det här var bra:", &good);
    }
    let mend = mend(grounds);
    if mend.is_empty() {
        out.push_str("\n\nVi har inget att anmärka. Fortsätt så.");
    } else {
        section(&mut out, "Tänk på det här till nästa gång:", &mend);
        out.push_str("\n\nHör av er om något är oklart.");
    }
    out
}

fn section(out: &mut String, heading: &str, lines: &[String]) {
    out.push_str("\n\n");
    out.push_str(heading);
    for line in lines {
        out.push_str("\n– ");
        out.push_str(line);
    }
}

fn good(grounds: &Grounds<'_>, nil: bool) -> Vec<String> {
    let level = |mark: Mark| {
        let at = Mark::ALL.iter().position(|it| *it == mark);
        at.and_then(|it| grounds.rating.marks.get(it)).copied().unwrap_or(Level::Serious)
    };
    let mut good = Vec::new();
    let mut say = |mark, text: &str| {
        if level(mark) == Level::Good {
            good.push(text.to_owned());
        }
    };
    say(Mark::Timeliness, if nil { "Svaret kom i tid." } else { "Rapporten kom i tid." });
    if !nil {
        say(Mark::Completeness, "Inget ärende saknas.");
        say(Mark::Correctness, "Alla rader hör hemma i rapporten, och uppgifterna stämmer.");
        say(Mark::Structure, "Bladet är tydligt och lätt att läsa.");
    }
    if grounds.completions > 0 {
        say(Mark::Response, "Ni svarade på det vi frågade om.");
    }
    good
}

fn mend(grounds: &Grounds<'_>) -> Vec<String> {
    let mut mend = Vec::new();
    // Events first: they are not about cells. Several rules can stand behind one sentence.
    for reason in &grounds.rating.reasons {
        let advice = match reason.mark {
            Mark::Timeliness => "Lämna in senast på sista dagen. Behöver ni mer tid, säg till innan.",
            Mark::Response => "Svara inom den tid som står i frågan.",
            Mark::Completeness => "Gå igenom förra rapporten: varje öppet ärende ska vara med tills det har slutat.",
            Mark::Correctness | Mark::Structure => continue,
        };
        let line = format!("{} {advice}", reason.text);
        if !mend.contains(&line) {
            mend.push(line);
        }
    }
    let mut points: Vec<&Point> = grounds.points.iter().filter(|it| it.severity != Severity::Notis).collect();
    points.sort_by(|a, b| (b.severity, b.count, &a.headline).cmp(&(a.severity, a.count, &b.headline)));
    mend.extend(points.iter().take(LISTED).map(|it| point(it)));
    if let Some(rest) = points.len().checked_sub(LISTED).filter(|it| *it > 0) {
        let rest = counted(rest, "sak till", "saker till");
        mend.push(format!("{rest} står i svaret på er rapport."));
    }
    mend
}

fn point(it: &Point) -> String {
    let mut line = it.headline.trim_end_matches('.').to_owned();
    let named: Vec<&str> = it.cells.iter().take(CELLS).map(String::as_str).collect();
    match (named.as_slice(), it.count) {
        ([], 0 | 1) => {}
        ([], many) => line.push_str(&format!(" ({many} gånger)")),
        (cells, many) if many > cells.len() => {
            line.push_str(&format!(" (cell {} och {} till)", cells.join(", "), many - cells.len()));
        }
        (cells, _) => line.push_str(&format!(" (cell {})", list(cells))),
    }
    line.push('.');
    if let Some(remedy) = &it.remedy {
        line.push(' ');
        line.push_str(remedy);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rating::Reason;

    fn rating(suggested: Grade, marks: [Level; 5]) -> Rating {
        Rating {
            marks,
            suggested,
            grade: suggested,
            override_reason: None,
            text: String::new(),
            late: false,
            reminders: 0,
            reasons: Vec::new(),
        }
    }

    fn written(rating: &Rating, points: &[Point], completions: usize) -> String {
        draft(&Grounds { quarter: "kvartal 4 2023", rating, points, completions })
    }

    fn fault(headline: &str, cells: &[&str], count: usize) -> Point {
        Point {
            headline: headline.to_owned(),
            severity: Severity::Fel,
            cells: cells.iter().map(|it| (*it).to_owned()).collect(),
            count,
            remedy: Some("Ta bort raden.".to_owned()),
        }
    }

    #[test]
    fn a_report_without_remarks_is_only_praised() {
        let text = written(&rating(Grade::TydligOchBra, [Level::Good; 5]), &[], 0);
        assert_eq!(
            text,
            "Tack för er rapport för kvartal 4 2023.\n\nDet här var bra:\n– Rapporten kom i tid.\n– Inget ärende saknas.\n\
             – Alla rader hör hemma i rapporten, och uppgifterna stämmer.\n– Bladet är tydligt och lätt att läsa.\n\n\
             Vi har inget att anmärka. Fortsätt så."
        );
    }

    #[test]
    fn what_to_mend_names_the_cells_and_how_to_mend_them() {
        let marks = [Level::Good, Level::Good, Level::Flaw, Level::Remark, Level::Good];
        let points = [fault("Tre månader har inte gått", &["E12", "E14"], 2), fault("Samma rad två gånger", &[], 1)];
        let text = written(&rating(Grade::Ok, marks), &points, 1);
        assert!(text.contains("– Tre månader har inte gått (cell E12 och E14). Ta bort raden."), "{text}");
        assert!(text.contains("– Samma rad två gånger. Ta bort raden."), "{text}");
        assert!(text.contains("– Ni svarade på det vi frågade om."), "{text}");
        assert!(!text.contains("Bladet är tydligt"), "{text}");
    }

    #[test]
    fn a_long_list_says_what_it_leaves_out() {
        let cells = ["A1", "A2", "A3", "A4", "A5", "A6", "A7"];
        let mut points = vec![fault("Datumet går inte att läsa", &cells, 7)];
        points.extend((0..7).map(|nr| fault(&format!("Fel {nr}"), &[], 1)));
        let text = written(&rating(Grade::Bristande, [Level::Serious; 5]), &points, 0);
        assert!(text.contains("(cell A1, A2, A3, A4, A5 och 2 till)"), "{text}");
        assert!(text.contains("– 2 saker till står i svaret på er rapport."), "{text}");
    }

    #[test]
    fn lateness_is_said_once_with_its_advice() {
        let mut late =
            rating(Grade::IngetAttRapportera, [Level::Remark, Level::Good, Level::Good, Level::Good, Level::Good]);
        let reason = Reason {
            mark: Mark::Timeliness,
            kind: "sent".to_owned(),
            rule: Some("FS001".to_owned()),
            count: 8,
            text: "Rapporteringen inkom för sent.".to_owned(),
        };
        late.reasons = vec![reason.clone(), Reason { rule: Some("FS002".to_owned()), ..reason }];
        let text = written(&late, &[], 0);
        assert!(text.starts_with("Tack för ert svar för kvartal 4 2023. Ni har inget att rapportera."), "{text}");
        assert_eq!(text.matches("Rapporteringen inkom för sent.").count(), 1, "{text}");
        assert!(!text.contains("Svaret kom i tid"), "{text}");
    }

    #[test]
    fn who_has_not_answered_is_asked_to() {
        let text = written(&rating(Grade::EjInkommen, [Level::Serious; 5]), &[], 0);
        assert!(text.starts_with("Vi har inte fått någon rapport från er för kvartal 4 2023."), "{text}");
    }
}
