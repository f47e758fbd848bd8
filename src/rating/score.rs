//! Counts → five marks → label → reasons, by the scale.
//!
//! Goes in: [`Events`] of one uppdrag and, perhaps, the handläggare's own label. Comes out: [`Rating`].
//! Guaranteed: cannot fail; the same events give the same rating; the suggested label is kept beside the handläggare's
//! (D44); nothing but counts decides.

use super::data::{Phrase, Weights};
use super::measure::{Measure, Measures};
use super::{Events, Level, Mark, Rating, Reason, RuleCount, Scale};
use crate::model::Family;
use crate::model::Grade;
use crate::model::Severity;

impl Scale {
    /// How one uppdrag reported. `own` is the handläggare's label and why.
    pub fn rate(&self, events: &Events, own: Option<(Grade, String)>) -> Rating {
        let measures = Measures::of(events, self.weights.weigh(&events.rules));
        let marks = self.marks(&measures);
        let measures = measures.with_marks(&marks);
        let label = self.labels.iter().find(|it| it.when.holds(&measures));
        let suggested = label.map_or(Grade::Bristande, |it| it.grade);
        let (grade, override_reason) = match own {
            Some((grade, reason)) => (grade, Some(reason)),
            None => (suggested, None),
        };
        let own_sentence = label.filter(|it| it.grade == grade).and_then(|it| it.text.as_deref());
        let mut text = written(own_sentence.unwrap_or_else(|| self.sentence(grade)), &measures, 0);
        let mut reasons = Vec::new();
        for phrase in self.phrases.iter().filter(|it| it.when.holds(&measures)) {
            let count = measures.get(phrase.counts);
            if !(phrase.silent && grade == suggested) {
                text.push(' ');
                text.push_str(&phrase.sentence(count, &measures));
            }
            self.give(phrase, count, &measures, &events.rules, &mut reasons);
        }
        Rating {
            marks,
            suggested,
            grade,
            override_reason,
            text,
            late: events.received && events.days_late > 0,
            reminders: events.reminders,
            reasons,
        }
    }

    /// Each mark at the worst level that a step gives it.
    fn marks(&self, measures: &Measures) -> [Level; 5] {
        let mut marks = [Level::Good; 5];
        for step in self.steps.iter().filter(|it| it.when.holds(measures)) {
            for (mark, level) in Mark::ALL.iter().zip(&mut marks) {
                if *mark == step.mark {
                    *level = (*level).max(step.level);
                }
            }
        }
        marks
    }

    /// One reason for each rule behind it, or one for the event.
    fn give(&self, phrase: &Phrase, count: u32, measures: &Measures, rules: &[RuleCount], reasons: &mut Vec<Reason>) {
        let reason = |rule: Option<&RuleCount>, count: u32| Reason {
            mark: phrase.mark,
            kind: phrase.kind.clone(),
            rule: rule.map(|it| it.rule.clone()),
            count,
            text: phrase.sentence(count, measures),
        };
        let before = reasons.len();
        for rule in rules.iter().filter(|it| it.count > 0 && self.stands_on(phrase, it)) {
            // An event happens once, however the rule that tells of it counts.
            let of_event = matches!(rule.family, Family::ForSent);
            reasons.push(reason(Some(rule), if of_event { count } else { rule.count }));
        }
        if reasons.len() == before {
            reasons.push(reason(None, count));
        }
    }

    /// Whether findings of this rule are what the phrase speaks of.
    fn stands_on(&self, phrase: &Phrase, rule: &RuleCount) -> bool {
        phrase.families.contains(&rule.family)
            && match phrase.mark {
                Mark::Structure => self.weights.of(&rule.rule).is_some(),
                Mark::Correctness | Mark::Completeness => rule.severity == Severity::Fel,
                Mark::Timeliness | Mark::Response => true,
            }
    }
}

impl Weights {
    fn lists(&self) -> [&[String]; 4] {
        [&self.unreadable, &self.faults, &self.questions, &self.notices].map(|it| it.as_deref().unwrap_or_default())
    }

    /// Which of the four lists a rule stands in.
    fn of(&self, rule: &str) -> Option<usize> {
        self.lists().iter().position(|it| it.iter().any(|it| it == rule))
    }

    /// How many findings each list has.
    fn weigh(&self, rules: &[RuleCount]) -> [u32; 4] {
        let mut counts = [0u32; 4];
        for rule in rules {
            if let Some(count) = self.of(&rule.rule).and_then(|it| counts.get_mut(it)) {
                *count = count.saturating_add(rule.count);
            }
        }
        counts
    }
}

impl Phrase {
    fn sentence(&self, count: u32, measures: &Measures) -> String {
        let text = match count {
            0 => self.none.as_ref().unwrap_or(&self.many),
            1 => &self.one,
            _ => &self.many,
        };
        written(text, measures, count)
    }
}

/// The sentence with its numbers in words, as such sentences are written up to twelve.
fn written(text: &str, measures: &Measures, count: u32) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('{') {
        let Some((name, tail)) = tail.split_once('}') else { break };
        let number = Measure::from_key(name).map_or(count, |it| measures.get(it));
        out.push_str(head);
        if out.is_empty() {
            out.push_str(&capitalised(&in_words(number)));
        } else {
            out.push_str(&in_words(number));
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn in_words(number: u32) -> String {
    const WORDS: [&str; 13] =
        ["noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"];
    let word = usize::try_from(number).ok().and_then(|it| WORDS.get(it));
    word.map_or_else(|| number.to_string(), |it| (*it).to_owned())
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILTIN: &str = include_str!("../../rules/betyg.toml");

    fn scale() -> Scale {
        Scale::from_toml(BUILTIN, None).unwrap()
    }

    fn came(rows: u32) -> Events {
        Events { received: true, rows, ..Events::default() }
    }

    fn nil() -> Events {
        Events { received: true, nil: true, ..Events::default() }
    }

    fn rule(rule: &str, family: Family, severity: Severity, count: u32) -> RuleCount {
        RuleCount { rule: rule.to_owned(), family, severity, count }
    }

    fn unreadable_dates(count: u32) -> RuleCount {
        rule("LA030", Family::Lasbarhet, Severity::Fel, count)
    }

    /// What happened in each row of the reference's quality table, the label it got, and the text ours gives.
    fn reference() -> Vec<(u8, Events, Grade, &'static str)> {
        let wrong = |events: Events, count| Events {
            wrong_rows: count,
            rules: vec![rule("SI001", Family::SkaInteRapporteras, Severity::Fel, count)],
            ..events
        };
        let nil_text = "Inget att rapportera.";
        let good = "Tydlig och bra rapportering.";
        vec![
            (1, nil(), Grade::IngetAttRapportera, nil_text),
            (
                2,
                Events { days_late: 9, reminders: 2, ..nil() },
                Grade::IngetAttRapportera,
                "Inget att rapportera. Rapporteringen inkom för sent, efter två påminnelser.",
            ),
            (3, nil(), Grade::IngetAttRapportera, nil_text),
            (
                4,
                Events { rules: vec![unreadable_dates(7)], ..wrong(came(5), 5) },
                Grade::Bristande,
                "Bristande rapportering. Det går inte att tyda underlaget. \
                 Fem ärenden har rapporterats in som inte skulle ha rapporterats.",
            ),
            (
                5,
                Events { reminders: 3, ..Events::default() },
                Grade::EjInkommen,
                "Har inte inkommit med någon rapportering, trots tre påminnelser.",
            ),
            (
                6,
                Events { missing_cases: 2, completions: 3, ..wrong(came(17), 3) },
                Grade::Bristande,
                "Bristande rapportering. Tre ärenden har rapporterats in som inte skulle ha rapporterats. \
                 Två ärenden har uteblivit. Underlaget har behövt kompletteras tre gånger.",
            ),
            (
                7,
                Events { rules: vec![unreadable_dates(1)], ..wrong(came(6), 1) },
                Grade::Ok,
                "OK rapportering. Ett ärende har rapporterats in som inte skulle ha rapporterats. \
                 Något ostrukturerat innehåll.",
            ),
            (
                8,
                Events { completions: 2, unanswered: 2, ..came(4) },
                Grade::Ok,
                "OK rapportering. Kompletteringar har behövts, ej fått svar på dessa.",
            ),
            (9, nil(), Grade::IngetAttRapportera, nil_text),
            (10, came(4), Grade::TydligOchBra, good),
            (
                11,
                wrong(came(6), 1),
                Grade::TydligOchBra,
                "Tydlig och bra rapportering. Ett ärende har rapporterats in som inte skulle ha rapporterats.",
            ),
            (12, came(9), Grade::TydligOchBra, good),
            (13, nil(), Grade::IngetAttRapportera, nil_text),
            (14, nil(), Grade::IngetAttRapportera, nil_text),
            (
                15,
                Events { rules: vec![unreadable_dates(1)], ..came(6) },
                Grade::Bra,
                "Bra rapportering. Något ostrukturerat innehåll.",
            ),
            (16, nil(), Grade::IngetAttRapportera, nil_text),
            (
                17,
                Events { days_late: 2, ..nil() },
                Grade::IngetAttRapportera,
                "Inget att rapportera. Rapporteringen inkom för sent.",
            ),
            (18, nil(), Grade::IngetAttRapportera, nil_text),
            (
                19,
                Events { rules: vec![unreadable_dates(3)], ..came(20) },
                Grade::Ok,
                "OK rapportering. Ostrukturerat innehåll.",
            ),
            (20, nil(), Grade::IngetAttRapportera, nil_text),
            (21, nil(), Grade::IngetAttRapportera, nil_text),
        ]
    }

    #[test]
    fn events_of_the_21_reference_rows_give_their_wording() {
        let scale = scale();
        for (row, events, grade, text) in reference() {
            let rating = scale.rate(&events, None);
            assert_eq!((rating.suggested, rating.text.as_str()), (grade, text), "row {row}: {:?}", rating.marks);
            assert_eq!(rating.grade, rating.suggested);
        }
        assert_eq!(reference().len(), 21);
    }

    #[test]
    fn marks_are_apart_and_one_bad_mark_leaves_the_others() {
        let events = Events { days_late: 4, reminders: 1, wrong_rows: 1, ..came(20) };
        let rating = scale().rate(&events, None);
        assert_eq!(rating.marks, [Level::Flaw, Level::Good, Level::Remark, Level::Good, Level::Good]);
        assert_eq!(rating.grade, Grade::Ok);
        assert!(rating.late);
        assert_eq!(rating.reminders, 1);
    }

    #[test]
    fn more_honest_reporting_never_lowers_the_label() {
        let scale = scale();
        for rows in [1, 10, 100, 1_000] {
            assert_eq!(scale.rate(&came(rows), None).grade, Grade::TydligOchBra, "{rows}");
        }
        // The same two wrong rows are a flaw in a short list and a remark in a long one.
        let wrong = |rows| scale.rate(&Events { wrong_rows: 2, ..came(rows) }, None).grade;
        assert_eq!((wrong(20), wrong(100)), (Grade::Ok, Grade::Bra));
    }

    #[test]
    fn thresholds_hold_on_the_very_number() {
        let scale = scale();
        for (events, grade) in [
            (Events { missing_cases: 1, ..came(9) }, Grade::Ok),
            (Events { missing_cases: 4, ..came(9) }, Grade::Ok),
            (Events { missing_cases: 5, ..came(9) }, Grade::Bristande),
            (Events { completions: 1, ..came(9) }, Grade::Bra),
            (Events { completions: 2, ..came(9) }, Grade::Bra),
            (Events { completions: 3, ..came(9) }, Grade::Ok),
            (Events { faulty_rows: 2, ..came(9) }, Grade::Bra),
            (Events { faulty_rows: 3, ..came(30) }, Grade::Ok),
            (Events { faulty_rows: 3, ..came(31) }, Grade::Bra),
            (Events { days_late: 1, ..came(9) }, Grade::Bra),
            (Events { days_late: 1, reminders: 1, ..came(9) }, Grade::Ok),
            (Events { days_late: 1, reminders: 2, ..came(9) }, Grade::Ok),
            (Events { days_late: 1, reminders: 3, ..came(9) }, Grade::Bristande),
            (Events { days_late: 0, reminders: 3, ..came(9) }, Grade::TydligOchBra),
            (Events { wrong_rows: 1, faulty_rows: 1, ..came(9) }, Grade::Bra),
            (Events { unreadable: true, ..Events::default() }, Grade::Bristande),
            (Events { missing_cases: 2, ..nil() }, Grade::Ok),
        ] {
            let rating = scale.rate(&events, None);
            assert_eq!(rating.grade, grade, "{events:?}: {:?}", rating.marks);
        }
    }

    #[test]
    fn what_is_only_good_to_know_lowers_nothing() {
        let scale = scale();
        for id in ["LA010", "LA011", "LA014", "LA018", "LA024", "LA029", "LA034", "LA045", "IN004"] {
            let rules = vec![rule(id, Family::Lasbarhet, Severity::Notis, 50)];
            assert_eq!(scale.rate(&Events { rules, ..came(9) }, None).grade, Grade::TydligOchBra, "{id}");
        }
    }

    #[test]
    fn a_reason_names_each_rule_behind_it_and_how_often() {
        let rules = vec![
            rule("SI001", Family::SkaInteRapporteras, Severity::Fel, 2),
            rule("SI002", Family::SkaInteRapporteras, Severity::Fel, 1),
            rule("SI006", Family::SkaInteRapporteras, Severity::Fraga, 4),
            rule("FS002", Family::ForSent, Severity::Notis, 1),
        ];
        let events = Events { wrong_rows: 3, days_late: 3, reminders: 2, rules, ..came(9) };
        let rating = scale().rate(&events, None);
        let told: Vec<_> = rating.reasons.iter().map(|it| (it.kind.as_str(), it.rule.as_deref(), it.count)).collect();
        assert_eq!(
            told,
            [
                ("felrapporterat", Some("SI001"), 2),
                ("felrapporterat", Some("SI002"), 1),
                ("sent_efter_paminnelse", Some("FS002"), 2)
            ]
        );
        let none = scale().rate(&Events { completions: 1, unanswered: 1, ..came(9) }, None);
        assert_eq!((none.reasons.len(), &none.reasons[0].rule), (1, &None));
    }

    #[test]
    fn the_own_label_stands_and_the_suggested_one_is_kept() {
        let events = Events { wrong_rows: 1, faulty_rows: 1, ..came(9) };
        let rating = scale().rate(&events, Some((Grade::TydligOchBra, "Första gången med nytt system.".to_owned())));
        assert_eq!((rating.grade, rating.suggested), (Grade::TydligOchBra, Grade::Bra));
        assert_eq!(rating.override_reason.as_deref(), Some("Första gången med nytt system."));
        assert_eq!(
            rating.text,
            "Tydlig och bra rapportering. Ett ärende har rapporterats in som inte skulle ha rapporterats. \
             Ett ärende har uppgifter som behöver rättas."
        );
    }

    #[test]
    fn numbers_are_words_up_to_twelve() {
        let scale = scale();
        for (count, start) in [(1, "Ett ärende har uteblivit"), (12, "Tolv ärenden"), (13, "13 ärenden")] {
            let rating = scale.rate(&Events { missing_cases: count, ..came(50) }, None);
            assert!(rating.text.contains(start), "{}", rating.text);
        }
    }
}
