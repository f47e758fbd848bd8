//! Which attempt counts: the newest valid one, uppdrag by uppdrag; and which came first, for the clock.
//!
//! Goes in: the attempts of one utförare and what each came to. Comes out: for every uppdrag the attempt that counts and the
//! first valid one.
//! Guaranteed: an attempt that cannot be used replaces nothing; equal times are settled by the order of the round file.

use chrono::{DateTime, FixedOffset};

use crate::model::InsatsId;

use super::round::{Attempt, concerns};

/// What an attempt came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing could be used.
    Unusable,
    Nil,
    Rows,
}

/// The answer to one uppdrag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Index of the attempt that counts.
    pub attempt: usize,
    pub outcome: Outcome,
    /// When the first valid attempt came: a later correction is not lateness.
    pub first_received: DateTime<FixedOffset>,
}

/// Chooses among the attempts of one utförare for one uppdrag.
pub fn answer(attempts: &[Attempt], outcomes: &[Outcome], utforare: usize, insatser: &[InsatsId]) -> Option<Answer> {
    let valid = || {
        attempts.iter().zip(outcomes).enumerate().filter(move |(_, (it, outcome))| {
            it.utforare == utforare && **outcome != Outcome::Unusable && concerns(it.insatser.as_deref(), insatser)
        })
    };
    let (attempt, (_, outcome)) = valid().max_by_key(|(at, (it, _))| (it.received, *at))?;
    let first_received = valid().map(|(_, (it, _))| it.received).min()?;
    Some(Answer { attempt, outcome: *outcome, first_received })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merge::round::Content;

    fn attempt(utforare: usize, insatser: Option<Vec<u16>>, received: &str) -> Attempt {
        Attempt {
            utforare,
            insatser: insatser.map(|it| it.into_iter().map(InsatsId).collect()),
            content: Content::File(String::new()),
            received: received.parse().unwrap(),
        }
    }

    #[test]
    fn the_newest_valid_attempt_counts_and_the_first_sets_the_clock() {
        let attempts = [
            attempt(0, None, "2024-01-08T10:00:00+01:00"),
            attempt(0, None, "2024-01-12T10:00:00+01:00"),
            attempt(0, None, "2024-01-15T10:00:00+01:00"),
        ];
        let outcomes = [Outcome::Rows, Outcome::Rows, Outcome::Unusable];
        let answer = answer(&attempts, &outcomes, 0, &[InsatsId(3)]).unwrap();
        assert_eq!(answer.attempt, 1);
        assert_eq!(answer.first_received, attempts[0].received);
    }

    #[test]
    fn an_attempt_answers_only_the_uppdrag_it_names() {
        let attempts = [attempt(0, Some(vec![3]), "2024-01-08T10:00:00+01:00")];
        assert!(answer(&attempts, &[Outcome::Rows], 0, &[InsatsId(3), InsatsId(5)]).is_some());
        assert!(answer(&attempts, &[Outcome::Rows], 0, &[InsatsId(6)]).is_none());
        assert!(answer(&attempts, &[Outcome::Rows], 1, &[InsatsId(3)]).is_none());
    }
}
