//! Are the examples of a rule worth anything? Breaks each rule in small ways and sees whether an example notices.
//!
//! Goes in: a loaded [`Catalogue`]. Comes out: [`Tried`] with every broken rule that no example told from the right one.
//! Guaranteed: a rule without survivors cannot lose or turn its `nar` or `krav` unseen.

use super::catalogue::Catalogue;
use super::compiled::{Condition, Rule};
use super::examples::answer;
use super::tree::BoolExpr;
use crate::model::Insatser;

/// A way of breaking a rule that no example noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    /// The rule's id.
    pub rule: String,
    /// What was done to it, in Swedish.
    pub change: String,
}

/// How many rules were broken, and who lived.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tried {
    /// Broken rules tried: `nar` dropped and inverted, `krav` dropped and inverted.
    pub tried: usize,
    /// Those no example noticed; there should be none.
    pub survivors: Vec<Survivor>,
    /// Limits (`<` for `<=` and the like) that no example stands on. Worth knowing, not always possible to test.
    pub limits: Vec<Survivor>,
}

/// Breaks every rule of the catalogue.
pub fn run(catalogue: &Catalogue) -> Tried {
    let mut tried = Tried::default();
    for rule in catalogue.rules() {
        for (change, condition) in mutants(&rule.condition) {
            tried.tried += 1;
            if survives(rule, &condition, catalogue.insatser()) {
                tried.survivors.push(Survivor { rule: rule.id.clone(), change: change.to_owned() });
            }
        }
        for (change, condition) in moved_limits(&rule.condition) {
            if survives(rule, &condition, catalogue.insatser()) {
                tried.limits.push(Survivor { rule: rule.id.clone(), change });
            }
        }
    }
    tried
}

/// The four ways a condition can be turned on its head; two of them need a `nar`.
fn mutants(condition: &Condition) -> Vec<(&'static str, Condition)> {
    let (nar, krav) = (&condition.nar, &condition.krav);
    let mut mutants = vec![
        ("krav borttaget", Condition::new(nar.clone(), BoolExpr::Const(true))),
        ("krav omvänt", Condition::new(nar.clone(), krav.clone().inverted())),
    ];
    if let Some(nar) = nar {
        mutants.push(("nar borttaget", Condition::new(None, krav.clone())));
        mutants.push(("nar omvänt", Condition::new(Some(nar.clone().inverted()), krav.clone())));
    }
    mutants
}

fn moved_limits(condition: &Condition) -> Vec<(String, Condition)> {
    let (nar, krav) = (&condition.nar, &condition.krav);
    let mut moved = Vec::new();
    if let Some(nar) = nar {
        for (n, it) in (0..).map_while(|n| Some((n, nar.off_by_one(n)?))) {
            let change = format!("gräns {} i nar flyttad ett steg", n + 1);
            moved.push((change, Condition::new(Some(it), krav.clone())));
        }
    }
    for (n, it) in (0..).map_while(|n| Some((n, krav.off_by_one(n)?))) {
        moved.push((format!("gräns {} i krav flyttad ett steg", n + 1), Condition::new(nar.clone(), it)));
    }
    moved
}

fn survives(rule: &Rule, condition: &Condition, insatser: &Insatser) -> bool {
    rule.examples.iter().all(|it| answer(rule, condition, it, &it.facts(insatser)) == it.answer)
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{ENDED_IN_TIME, catalogue, insatser};
    use super::super::{Catalogue, RuleSource};
    use super::*;

    #[test]
    fn the_examples_of_the_fixtures_notice_everything() {
        let tried = run(&catalogue());
        assert_eq!(tried.tried, 22);
        assert_eq!(tried.survivors, []);
        // EO001 has no example on its limit of one cause: 0 and 1 stand on either side of it.
        assert_eq!(tried.limits, []);
    }

    #[test]
    fn examples_that_stay_far_from_the_limit_let_a_moved_limit_live() {
        let text = ENDED_IN_TIME
            .replace("verkstalld = 2023-11-11", "verkstalld = 2023-09-01")
            .replace("avslutades 2023-11-11", "avslutades 2023-09-01");
        let source = RuleSource::new("rules/ska-inte-rapporteras/SI002-avslutat-inom-tre-manader.toml", text);
        let tried = run(&Catalogue::load(&[source], &[], &insatser()).unwrap());
        assert_eq!(tried.survivors, []);
        assert_eq!(tried.limits, [Survivor { rule: "SI002".into(), change: "gräns 1 i krav flyttad ett steg".into() }]);
    }

    #[test]
    fn examples_that_never_pass_by_nar_let_it_be_dropped() {
        let text = ENDED_IN_TIME.replace("nar  = \"finns(slutdatum)\"", "nar  = \"finns(startdatum)\"");
        let text = text
            .replace("svar    = \"ej_tillamplig\"", "svar    = \"kan_inte_avgoras\"")
            .replacen("2006-Q2", "2006-Q4", 1);
        let text = text.replacen("kvartal = \"2006-Q4\"\nfakta   = { startdatum = 2006-01-11, verkstalld = 2006-01-12 }\nsvar    = \"kan_inte_avgoras\"", "kvartal = \"2006-Q4\"\nfakta   = { startdatum = 2006-01-11, verkstalld = 2006-01-12 }\nsvar    = \"fynd\"", 1);
        let source = RuleSource::new("rules/ska-inte-rapporteras/SI002-avslutat-inom-tre-manader.toml", text);
        let catalogue = Catalogue::load(&[source], &[], &insatser()).unwrap();
        assert!(catalogue.run_examples().is_empty());
        assert_eq!(run(&catalogue).survivors, [Survivor { rule: "SI002".into(), change: "nar borttaget".into() }]);
    }
}
