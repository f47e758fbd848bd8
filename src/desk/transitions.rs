//! Which state of a filing may follow which: the only place that says so.
//!
//! Goes in: the state, what somebody wants to do, and the facts about the filing's attempts and completions. Comes out: the
//! new state, or a refusal that says what must be done first.
//! Guaranteed: pure; every pair of state and step is answered; a fixed quarter refuses everything.

use super::Refusal;
use crate::model::{FilingState, Outcome};

/// What can be done with a filing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// A file has come, or is read again.
    Receive,
    /// ”Inget att rapportera”.
    Nil,
    /// The reader is done with the newest attempt, however it went.
    ReadingDone,
    /// The newest attempt was taken back.
    Withdraw,
    /// A question was answered.
    Reply,
    /// A handläggare accepts the newest valid attempt.
    Accept,
    /// … and takes it back.
    UndoAccept,
    /// A handläggare decides about rows.
    Decide,
    /// A completion is asked for.
    Ask,
    /// The utförare answers a completion.
    Answer,
    /// A handläggare closes a completion.
    CloseCompletion,
    /// Grade or feedback.
    Grade,
}

impl Step {
    pub const ALL: [Self; 12] = [
        Self::Receive,
        Self::Nil,
        Self::ReadingDone,
        Self::Withdraw,
        Self::Reply,
        Self::Accept,
        Self::UndoAccept,
        Self::Decide,
        Self::Ask,
        Self::Answer,
        Self::CloseCompletion,
        Self::Grade,
    ];
}

/// What is known about a filing after the step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// The quarter's report is fixed.
    pub fixed: bool,
    /// An attempt waits to be read or is being read.
    pub reading: bool,
    /// Outcome of the newest attempt that was not taken back or stopped.
    pub newest: Option<Outcome>,
    /// The newest valid attempt is the accepted one.
    pub newest_is_accepted: bool,
    /// Some attempt is accepted.
    pub accepted: bool,
    /// Some attempt is valid.
    pub valid: bool,
    /// Questions of the newest valid attempt that nobody has answered.
    pub open_questions: bool,
    /// Completions that wait for the utförare.
    pub open_completions: bool,
}

/// Where a filing rests when nobody is in the middle of something.
pub fn rest(facts: &Facts) -> FilingState {
    if facts.reading {
        return FilingState::Reading;
    }
    if facts.open_completions {
        return FilingState::Asked;
    }
    if facts.newest_is_accepted {
        return FilingState::Accepted;
    }
    match facts.newest {
        None | Some(Outcome::WrongPlace) if !facts.valid => FilingState::Waiting,
        Some(Outcome::Unreadable | Outcome::Faults) => FilingState::ToMend,
        Some(Outcome::Questions) if facts.open_questions => FilingState::ToMend,
        _ => FilingState::ToReview,
    }
}

/// The state after a step, or why it may not be taken.
///
/// `facts` are those that hold once the step is taken.
///
/// # Errors
///
/// A [`Refusal`] that says what must be done first.
pub fn next(state: FilingState, step: Step, facts: &Facts) -> Result<FilingState, Refusal> {
    if facts.fixed && step != Step::ReadingDone {
        return Err(Refusal::new(
            "Kvartalets rapport är fastställd och kan inte ändras. Samordnaren kan låsa upp den eller anteckna en rättelse.",
        ));
    }
    match step {
        Step::Receive | Step::ReadingDone | Step::Ask | Step::Answer | Step::CloseCompletion | Step::Grade => {
            Ok(rest(facts))
        }
        Step::Nil if state == FilingState::Reading => Err(being_read()),
        Step::Nil => Ok(rest(facts)),
        Step::Withdraw if facts.accepted && facts.newest_is_accepted && state == FilingState::Accepted => {
            Err(Refusal::new("Den godkända versionen kan inte tas tillbaka. Lämna in en ny version i stället."))
        }
        Step::Withdraw | Step::Reply => Ok(rest(facts)),
        Step::Accept => match state {
            FilingState::Reading => Err(being_read()),
            FilingState::Accepted => Err(Refusal::new("Den senaste versionen är redan godkänd.")),
            _ if !facts.valid => Err(Refusal::new(
                "Det finns ingen version att godkänna. Den som har kommit går inte att läsa, eller så har ingen kommit.",
            )),
            _ if facts.open_completions => {
                Err(Refusal::new("En komplettering är begärd och inte avslutad. Avsluta den innan du godkänner."))
            }
            _ => Ok(FilingState::Accepted),
        },
        Step::UndoAccept if state == FilingState::Accepted => Ok(rest(facts)),
        Step::UndoAccept => Err(Refusal::new("Ingen version är godkänd.")),
        Step::Decide => match state {
            FilingState::Reading => Err(being_read()),
            FilingState::Waiting => Err(Refusal::new("Det finns inga rader att avgöra: ingen fil har kommit.")),
            _ => Ok(state),
        },
    }
}

fn being_read() -> Refusal {
    Refusal::new("En fil läses just nu. Vänta tills svaret har kommit.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(newest: Option<Outcome>) -> Facts {
        Facts { newest, valid: newest.is_some_and(Outcome::is_valid), ..Facts::default() }
    }

    #[test]
    fn a_filing_rests_where_somebody_must_act() {
        let open = |newest| Facts { open_questions: true, ..facts(newest) };
        let table = [
            (facts(None), FilingState::Waiting),
            (facts(Some(Outcome::WrongPlace)), FilingState::Waiting),
            (facts(Some(Outcome::Unreadable)), FilingState::ToMend),
            (facts(Some(Outcome::Faults)), FilingState::ToMend),
            (open(Some(Outcome::Questions)), FilingState::ToMend),
            (facts(Some(Outcome::Questions)), FilingState::ToReview),
            (facts(Some(Outcome::Clean)), FilingState::ToReview),
            (facts(Some(Outcome::Nil)), FilingState::ToReview),
            (Facts { reading: true, ..facts(Some(Outcome::Clean)) }, FilingState::Reading),
            (Facts { open_completions: true, ..facts(Some(Outcome::Clean)) }, FilingState::Asked),
            (Facts { accepted: true, newest_is_accepted: true, ..facts(Some(Outcome::Faults)) }, FilingState::Accepted),
        ];
        for (facts, wanted) in table {
            assert_eq!(rest(&facts), wanted, "{facts:?}");
        }
    }

    #[test]
    fn a_fixed_quarter_refuses_every_step_but_the_end_of_a_reading() {
        for step in Step::ALL {
            for state in FilingState::ALL {
                let facts = Facts { fixed: true, ..facts(Some(Outcome::Clean)) };
                assert_eq!(next(*state, step, &facts).is_ok(), step == Step::ReadingDone, "{state:?} {step:?}");
            }
        }
    }

    #[test]
    fn only_a_valid_answer_without_open_completions_can_be_accepted() {
        let accept = |state, facts: Facts| next(state, Step::Accept, &facts);
        assert_eq!(accept(FilingState::ToReview, facts(Some(Outcome::Clean))), Ok(FilingState::Accepted));
        assert_eq!(accept(FilingState::ToMend, facts(Some(Outcome::Faults))), Ok(FilingState::Accepted));
        assert!(accept(FilingState::ToMend, facts(Some(Outcome::Unreadable))).is_err());
        assert!(accept(FilingState::Waiting, facts(None)).is_err());
        assert!(accept(FilingState::Reading, facts(Some(Outcome::Clean))).is_err());
        assert!(accept(FilingState::Accepted, facts(Some(Outcome::Clean))).is_err());
        let asked = Facts { open_completions: true, ..facts(Some(Outcome::Clean)) };
        assert!(accept(FilingState::Asked, asked).is_err());
    }

    #[test]
    fn a_newer_attempt_opens_an_accepted_filing_again_while_the_accepted_one_stands() {
        let newer = Facts { accepted: true, ..facts(Some(Outcome::Clean)) };
        assert_eq!(next(FilingState::Accepted, Step::ReadingDone, &newer), Ok(FilingState::ToReview));
    }

    #[test]
    fn every_refusal_is_a_sentence() {
        for step in Step::ALL {
            for state in FilingState::ALL {
                for newest in Outcome::ALL.iter().map(|it| Some(*it)).chain([None]) {
                    if let Err(refusal) = next(*state, step, &facts(newest)) {
                        assert!(refusal.message.ends_with('.') && refusal.message.len() > 20, "{refusal:?}");
                    }
                }
            }
        }
    }
}
