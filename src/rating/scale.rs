//! The rating scale in force: the built-in one with a nämnd's own on top.
//!
//! Goes in: the text of `rules/betyg.toml` and of the nämnd's own. Comes out: [`Scale`], or where a file is wrong.
//! Guaranteed: every grade has its sentence and one label always applies, so that rating cannot fail.

use super::Mark;
use super::ScaleError;
use super::data::{self, Label, Parts, Phrase, Step, Weights};
use super::error::Blamed;
use crate::model::Grade;

/// Thresholds and phrases, ready to rate with.
#[derive(Debug, Clone)]
pub struct Scale {
    pub(super) weights: Weights,
    pub(super) steps: Vec<Step>,
    pub(super) labels: Vec<Label>,
    pub(super) sentences: Vec<(Grade, String)>,
    pub(super) phrases: Vec<Phrase>,
}

impl Scale {
    /// Reads the built-in scale and, on top of it, what a nämnd has of its own: steps replace the steps of the same
    /// mark, a reason or a sentence the one of the same name, labels all labels, a list of `[struktur]` that list.
    pub fn from_toml(builtin: &str, own: Option<&str>) -> Result<Self, Box<ScaleError>> {
        let file = Blamed { name: "rules/betyg.toml", text: builtin };
        let Parts { weights, steps, labels, sentences, phrases } = data::read(file)?;
        let mut scale = Self { weights, steps, labels, sentences, phrases };
        scale.check(file)?;
        if let Some(text) = own {
            let file = Blamed { name: "betyg.toml", text };
            scale.change(data::read(file)?);
            scale.check(file)?;
        }
        Ok(scale)
    }

    fn change(&mut self, own: Parts) {
        let changed: Vec<Mark> = own.steps.iter().map(|it| it.mark).collect();
        self.steps.retain(|it| !changed.contains(&it.mark));
        self.steps.extend(own.steps);
        if !own.labels.is_empty() {
            self.labels = own.labels;
        }
        for (grade, text) in own.sentences {
            self.sentences.retain(|it| it.0 != grade);
            self.sentences.push((grade, text));
        }
        for phrase in own.phrases {
            match self.phrases.iter_mut().find(|it| it.kind == phrase.kind) {
                Some(old) => *old = phrase,
                None => self.phrases.push(phrase),
            }
        }
        let Weights { unreadable, faults, questions, notices } = own.weights;
        for (old, new) in [
            (&mut self.weights.unreadable, unreadable),
            (&mut self.weights.faults, faults),
            (&mut self.weights.questions, questions),
            (&mut self.weights.notices, notices),
        ] {
            if new.is_some() {
                *old = new;
            }
        }
    }

    /// What must hold for the whole, whichever file said it.
    fn check(&self, file: Blamed<'_>) -> Result<(), Box<ScaleError>> {
        if !self.labels.last().is_some_and(|it| it.when.is_always()) {
            let help = "Den sista etiketten ska stå utan ”minst” och ”hogst”, så att alltid någon gäller.".to_owned();
            return Err(file.error("Etiketterna täcker inte alla fall.", 0..0, Some(help)));
        }
        for &grade in Grade::ALL {
            if !self.sentences.iter().any(|it| it.0 == grade) {
                let help = format!("Lägg till ”{} = …” under [meningar].", grade.key());
                return Err(file.error(format!("Betyget ”{}” saknar mening.", grade.key()), 0..0, Some(help)));
            }
        }
        Ok(())
    }

    /// The usual sentence of a grade.
    pub(super) fn sentence(&self, grade: Grade) -> &str {
        self.sentences.iter().find(|it| it.0 == grade).map_or_else(|| grade.swedish(), |it| it.1.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Events, Level};
    use super::*;

    const BUILTIN: &str = include_str!("../../rules/betyg.toml");

    fn came() -> Events {
        Events { received: true, rows: 9, ..Events::default() }
    }

    #[test]
    fn an_own_file_changes_only_what_it_says() {
        let own = r#"
            [[steg]]
            marke = "svar"
            niva = "allvarlig_brist"
            minst = { obesvarade = 1 }

            [meningar]
            bristande = "Rapporteringen har brister."
        "#;
        let scale = Scale::from_toml(BUILTIN, Some(own)).unwrap();
        let rating = scale.rate(&Events { completions: 1, unanswered: 1, ..came() }, None);
        assert_eq!(rating.marks[4], Level::Serious);
        assert_eq!(rating.text, "Rapporteringen har brister. En komplettering har behövts, ej fått svar på den.");
        let missing = scale.rate(&Events { missing_cases: 1, ..came() }, None);
        assert_eq!(missing.grade, Grade::Ok);
    }

    #[test]
    fn a_faulty_file_is_told_in_swedish_with_the_place() {
        for (own, what, marked) in [
            (
                "[[steg]]\nmarke = \"svar\"\nniva = \"brist\"\nminst = { obesvaradee = 1 }",
                "”obesvaradee” är inget mått.",
                "obesvaradee",
            ),
            ("[[steg]]\nmarke = \"ton\"\nniva = \"brist\"", "”ton” är inget av de fem märkena.", "\"ton\""),
            ("[[steg]]\nmarke = \"svar\"\nnivaa = \"brist\"", "Nyckeln ”nivaa” finns inte här.", "nivaa"),
            (
                "[[steg]]\nmarke = \"svar\"\nniva = \"brist\"\nminst = { brister = 1 }",
                "Ett steg kan inte vila på ”brister”: stegen avgör nivåerna.",
                "brister",
            ),
            ("[[etikett]]\nbetyg = \"ok\"\nminst = { brister = 1 }", "Etiketterna täcker inte alla fall.", ""),
            (
                "[[etikett]]\nbetyg = \"ok\"\ntext = \"Efter {paminelser} påminnelser.\"",
                "”paminelser” är inget mått.",
                "\"Efter {paminelser} påminnelser.\"",
            ),
            ("[[steg]]\nmarke = ", "Filen är inte giltig TOML.", ""),
            ("[meningar]\nutmarkt = \"Utmärkt.\"", "”utmarkt” är inget betyg.", "utmarkt"),
        ] {
            let error = Scale::from_toml(BUILTIN, Some(own)).unwrap_err();
            assert_eq!(error.what, what, "{own}");
            let labels: Vec<_> = miette::Diagnostic::labels(&*error).unwrap().collect();
            assert_eq!(&own[labels[0].offset()..labels[0].offset() + labels[0].len()], marked, "{own}");
        }
    }

    #[test]
    fn a_near_miss_is_suggested() {
        let error = Scale::from_toml(BUILTIN, Some("[meningar]\nbristfallig = \"x\"")).unwrap_err();
        assert!(error.help.as_deref().unwrap().contains("bristande"), "{:?}", error.help);
    }

    #[test]
    fn every_rule_that_weighs_is_there() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
        let mut ids = Vec::new();
        for family in std::fs::read_dir(folder).unwrap().flatten().filter(|it| it.path().is_dir()) {
            for file in std::fs::read_dir(family.path()).unwrap().flatten() {
                ids.push(file.file_name().to_string_lossy().split('-').next().unwrap_or_default().to_owned());
            }
        }
        let scale = Scale::from_toml(BUILTIN, None).unwrap();
        let weights = &scale.weights;
        for list in [&weights.unreadable, &weights.faults, &weights.questions, &weights.notices] {
            for id in list.as_deref().unwrap() {
                assert!(ids.contains(id), "{id}");
            }
        }
    }
}
