//! The closed list of measures that thresholds may name.
//!
//! Goes in: [`Events`] and, once known, the marks. Comes out: one number for each [`Measure`].
//! Guaranteed: shares are whole per cent, rounded down, so that a threshold is met and never nearly met.

use super::Events;
use super::Level;
use super::Mark;
use crate::model::words::words;

words! {
    /// A number a step, a label or a reason may be conditional on.
    Measure {
        Received = "inkommen", "ett giltigt svar har kommit";
        Nil = "noll", "svaret är Inget att rapportera";
        Late = "sen", "svaret kom efter sista dagen";
        DaysLate = "dagar_sen", "dagar efter sista dagen";
        Reminders = "paminnelser", "påminnelser före svaret";
        Rows = "rader", "ärenden i listan";
        WrongRows = "felrapporterade", "ärenden som inte skulle ha rapporterats";
        WrongShare = "felrapporterade_andel", "felrapporterade i procent av raderna";
        MissingCases = "uteblivna", "ärenden som skulle ha rapporterats";
        FaultyRows = "radfel", "ärenden med fel i uppgifter eller orsak";
        FaultyShare = "radfel_andel", "radfel i procent av raderna";
        Unreadable = "olasbar", "filen gick inte att läsa alls";
        StructureFaults = "struktur_fel", "läsfel som räknas";
        StructureShare = "struktur_fel_andel", "läsfel i procent av raderna";
        StructureQuestions = "struktur_fragor", "läsfrågor som räknas";
        StructureNotices = "struktur_notiser", "läsnotiser som räknas";
        Completions = "kompletteringar", "begärda kompletteringar";
        Answered = "besvarade", "besvarade kompletteringar";
        Unanswered = "obesvarade", "obesvarade kompletteringar";
        LateAnswers = "sena_svar", "kompletteringar som besvarades för sent";
        Remarks = "anmarkningar", "hur många av de fem som har en anmärkning";
        Flaws = "brister", "hur många av de fem som har en brist";
        SeriousFlaws = "allvarliga_brister", "hur många av de fem som har en allvarlig brist";
        Timeliness = "punktlighet", "nivån, 0–3";
        Completeness = "fullstandighet", "nivån, 0–3";
        Correctness = "riktighet", "nivån, 0–3";
        Structure = "struktur", "nivån, 0–3";
        Response = "svar", "nivån, 0–3";
    }
}

impl Measure {
    /// Whether it rests on the marks, and so cannot decide a mark.
    pub fn rests_on_marks(self) -> bool {
        self >= Measure::Remarks
    }

    /// The level of a mark, 0 (bra) to 3 (allvarlig brist).
    pub fn of_mark(mark: Mark) -> Self {
        match mark {
            Mark::Timeliness => Measure::Timeliness,
            Mark::Completeness => Measure::Completeness,
            Mark::Correctness => Measure::Correctness,
            Mark::Structure => Measure::Structure,
            Mark::Response => Measure::Response,
        }
    }
}

/// One number for each measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures([u32; Measure::ALL.len()]);

impl Measures {
    /// Everything that does not rest on the marks. `structure` is unreadable, faults, questions and notices.
    pub fn of(events: &Events, structure: [u32; 4]) -> Self {
        let [unreadable, faults, questions, notices] = structure;
        let mut all = Self([0; Measure::ALL.len()]);
        for (measure, number) in [
            (Measure::Received, u32::from(events.received)),
            (Measure::Nil, u32::from(events.received && events.nil)),
            (Measure::Late, u32::from(events.days_late > 0)),
            (Measure::DaysLate, events.days_late),
            (Measure::Reminders, events.reminders),
            (Measure::Rows, events.rows),
            (Measure::WrongRows, events.wrong_rows),
            (Measure::WrongShare, share(events.wrong_rows, events.rows)),
            (Measure::MissingCases, events.missing_cases),
            (Measure::FaultyRows, events.faulty_rows),
            (Measure::FaultyShare, share(events.faulty_rows, events.rows)),
            (Measure::Unreadable, u32::from(events.unreadable || unreadable > 0)),
            (Measure::StructureFaults, faults),
            (Measure::StructureShare, share(faults, events.rows)),
            (Measure::StructureQuestions, questions),
            (Measure::StructureNotices, notices),
            (Measure::Completions, events.completions),
            (Measure::Answered, events.completions.saturating_sub(events.unanswered)),
            (Measure::Unanswered, events.unanswered),
            (Measure::LateAnswers, events.late_answers),
        ] {
            all.set(measure, number);
        }
        all
    }

    /// Adds what the marks say.
    pub fn with_marks(mut self, marks: &[Level; 5]) -> Self {
        let with = |level: Level| marks.iter().map(|it| u32::from(*it == level)).sum();
        self.set(Measure::Remarks, with(Level::Remark));
        self.set(Measure::Flaws, with(Level::Flaw));
        self.set(Measure::SeriousFlaws, with(Level::Serious));
        for (mark, level) in Mark::ALL.iter().zip(marks) {
            self.set(Measure::of_mark(*mark), *level as u32);
        }
        self
    }

    pub fn get(&self, measure: Measure) -> u32 {
        self.0[measure as usize]
    }

    fn set(&mut self, measure: Measure, number: u32) {
        self.0[measure as usize] = number;
    }
}

/// Whole per cent; something of nothing is everything.
fn share(part: u32, whole: u32) -> u32 {
    match (part, whole) {
        (0, _) => 0,
        (_, 0) => 100,
        (part, whole) => u32::try_from(u64::from(part) * 100 / u64::from(whole)).unwrap_or(u32::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_per_cent_rounded_down() {
        for (part, whole, expected) in
            [(0, 0, 0), (0, 9, 0), (1, 0, 100), (1, 3, 33), (2, 3, 66), (3, 3, 100), (9, 3, 300)]
        {
            assert_eq!(share(part, whole), expected, "{part} of {whole}");
        }
    }

    #[test]
    fn a_nil_return_that_never_came_is_no_nil_return() {
        let events = Events { nil: true, ..Events::default() };
        assert_eq!(Measures::of(&events, [0; 4]).get(Measure::Nil), 0);
    }

    #[test]
    fn measures_of_the_marks_stand_last() {
        for &measure in Measure::ALL {
            let of_marks = Mark::ALL.iter().any(|it| Measure::of_mark(*it) == measure);
            let counts = matches!(measure, Measure::Remarks | Measure::Flaws | Measure::SeriousFlaws);
            assert_eq!(measure.rests_on_marks(), of_marks || counts, "{measure}");
        }
    }
}
