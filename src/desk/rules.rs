//! A nämnd's own rules: checked, tried on real rounds, saved, removed.
//!
//! Goes in: the path and text of a rule file. Comes out: faults underlined as text, whom the change would hit, or the saved file.
//! Guaranteed: faulty rules are never saved; a trial changes nothing; whoever saves has seen what they replace.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use serde_json::json;

use crate::store::event::{EventKind, Record};
use crate::store::namnd::OwnRule;
use crate::store::{Actor, StoreError};

use super::assemble::Which;
use super::compare::{Difference, difference};
use super::library::{Library, LibraryFault, OwnFile};
use super::{Desk, DeskError, Refusal};

/// A change of the nämnd's own files: its path, and the new text or none to take it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleChange {
    pub path: String,
    pub text: Option<String>,
}

/// Whom a change of rules would hit in one quarter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    pub kvartal: String,
    pub difference: Difference,
}

/// Characters wide, so that underlined text fits a small screen.
const WIDTH: usize = 78;

/// Every fault as text, the characters underlined.
pub fn faults_as_text(fault: &(dyn Diagnostic + Send + Sync)) -> Vec<String> {
    let handler =
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(WIDTH).with_links(false);
    let rendered = |it: &dyn Diagnostic| {
        let mut out = String::new();
        match handler.render_report(&mut out, it) {
            Ok(()) => out.trim_end().to_owned(),
            Err(_) => it.to_string(),
        }
    };
    let all: Vec<String> = fault.related().map(|all| all.map(rendered).collect()).unwrap_or_default();
    if all.is_empty() { vec![rendered(fault)] } else { all }
}

/// A file's place in the nämnd's folder must be plain: `for-sent/FS900-namn.toml`.
fn path_fault(path: &str) -> Option<String> {
    let plain =
        |it: &str| !it.is_empty() && it.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let parts: Vec<&str> = path.split('/').collect();
    let well = parts.len() <= 2 && parts.iter().all(|it| plain(it) && !it.starts_with('.')) && path.ends_with(".toml");
    (!well).then(|| {
        "Filens plats ska skrivas som familj/namn.toml, till exempel for-sent/FS900-svar-utan-datum.toml.".to_owned()
    })
}

/// The file that switches a built-in rule off or gives it another severity.
pub fn change_of_builtin(id: &str, severity: Option<&str>, off: bool, reason: &str) -> RuleChange {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = format!("andrar = {}\n", quoted(id));
    if let Some(severity) = severity {
        text.push_str(&format!("allvar = {}\n", quoted(severity)));
    }
    if off {
        text.push_str("avstangd = true\n");
    }
    text.push_str(&format!("skal = {}\n", quoted(reason.trim())));
    RuleChange { path: format!("andringar/{id}.toml"), text: Some(text) }
}

impl Desk {
    /// The nämnd's library as it would be after the change; the outer `Err` is the system's, the inner the author's.
    async fn changed_library(
        &self,
        namnd: &str,
        change: &RuleChange,
    ) -> Result<Result<Arc<Library>, Vec<String>>, DeskError> {
        if let Some(fault) = path_fault(&change.path) {
            return Ok(Err(vec![fault]));
        }
        let mut own: Vec<OwnFile> = self
            .store
            .own_rules(namnd)
            .await?
            .into_iter()
            .filter(|it| it.path != change.path)
            .map(|it| (it.path, Arc::from(it.text)))
            .collect();
        if let Some(text) = &change.text {
            own.push((change.path.clone(), Arc::from(text.as_str())));
        }
        own.sort();
        self.away(move || match Library::with_own(&own) {
            Err(LibraryFault::Faulty(it)) => Ok(Err(faults_as_text(it.as_ref()))),
            Err(LibraryFault::System(it)) => Err(DeskError::System(it)),
            Ok(library) => {
                let failures = library.catalogue.run_examples();
                if failures.is_empty() {
                    return Ok(Ok(Arc::new(library)));
                }
                let theme = GraphicalTheme::unicode_nocolor;
                Ok(Err(failures.iter().map(|it| it.in_words(theme()).trim_end().to_owned()).collect()))
            }
        })
        .await?
    }

    /// Every fault the change has, underlined; none when it can be saved.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn rule_faults(&self, namnd: &str, change: &RuleChange) -> Result<Vec<String>, DeskError> {
        Ok(self.changed_library(namnd, change).await?.err().unwrap_or_default())
    }

    /// Replays rounds under the change and says whom it would hit.
    ///
    /// # Errors
    ///
    /// A refusal with every fault of the change; the database or the caged reader failed.
    pub async fn try_rules(
        &self,
        namnd: &str,
        change: &RuleChange,
        rounds: &[String],
    ) -> Result<Vec<Tried>, DeskError> {
        let changed = match self.changed_library(namnd, change).await? {
            Ok(it) => it,
            Err(faults) => return Err(Refusal::with("Regeln har fel och kan inte provas.", faults).into()),
        };
        let mut tried = Vec::new();
        for round in rounds {
            let now = self.context(round).await?;
            if now.contents.namnd.id != namnd {
                return Err(DeskError::NotFound);
            }
            let then = self.context_with(now.contents.clone(), changed.clone()).await?;
            let old = self.report_of(&now, Which::Received).await?;
            let new = self.report_of(&then, Which::Received).await?;
            let difference = difference((&old.report, &now.library.catalogue), (&new.report, &changed.catalogue));
            tried.push(Tried { kvartal: now.contents.round.kvartal.clone(), difference });
        }
        Ok(tried)
    }

    /// Saves or removes one of the nämnd's own files. `seen` is the version of the rules that the page showed.
    ///
    /// # Errors
    ///
    /// A refusal with every fault; [`StoreError::Conflict`] when the rules were changed meanwhile.
    pub async fn change_rules(
        &self,
        namnd: &str,
        (seen, change): (i64, &RuleChange),
        by: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let old = self.own_rule(namnd, &change.path).await?;
        if change.text.is_none() && old.is_none() {
            return Err(DeskError::NotFound);
        }
        let library = match self.changed_library(namnd, change).await? {
            Ok(it) => it,
            Err(faults) => return Err(Refusal::with("Regeln har fel och sparades inte.", faults).into()),
        };
        let mut tx = self.store.begin().await?;
        if tx.hold_rules(namnd).await? != seen {
            return Err(StoreError::Conflict.into());
        }
        match &change.text {
            Some(text) => tx.save_own_rule(namnd, (&change.path, text), &by.id, now).await?,
            None => tx.remove_own_rule(namnd, &change.path).await?,
        }
        let data = json!({
            "fil": change.path,
            "vad": if change.text.is_none() { "borttagen" } else if old.is_some() { "andrad" } else { "tillagd" },
            "regler": format!("{} {}", library.catalogue.version(), library.catalogue.sha256()),
            "forut": old.map(|it| it.text),
            "nu": change.text,
        });
        let kind = EventKind::RulesChanged;
        tx.log(Record { chain: namnd, at: now, actor: by, kind, about: namnd, data }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// One of the nämnd's own files.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn own_rule(&self, namnd: &str, path: &str) -> Result<Option<OwnRule>, DeskError> {
        Ok(self.store.own_rules(namnd).await?.into_iter().find(|it| it.path == path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_folder_is_plain() {
        for good in ["for-sent/FS900-sen.toml", "andringar/SI002.toml", "insatser.toml"] {
            assert_eq!(path_fault(good), None, "{good}");
        }
        for bad in ["", "../x.toml", "a/b/c.toml", "/x.toml", "a/.toml", "a/å.toml", "a/b.txt"] {
            assert!(path_fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_change_of_a_builtin_rule_can_be_read_whatever_the_reason_says() {
        let change = change_of_builtin("SI002", Some("notis"), false, "Nämnden \"beslutade\"\navstangd = true");
        let own = [(change.path.clone(), Arc::from(change.text.as_deref().unwrap()))];
        let library = Library::with_own(&own).map_err(|_| "faulty").unwrap();
        let rule = library.catalogue.rules().iter().find(|it| it.id == "SI002").unwrap();
        assert_eq!(rule.severity, crate::model::Severity::Notis);
        assert!(!rule.is_off());
    }

    #[test]
    fn faults_are_underlined_without_colours() {
        let own =
            [("andringar/SI002.toml".to_owned(), Arc::from("andrar = \"SI9999\"\nallvar = \"notis\"\nskal = \"x\"\n"))];
        let Err(LibraryFault::Faulty(fault)) = Library::with_own(&own) else { panic!("the rule does not exist") };
        let text = faults_as_text(fault.as_ref()).join("\n");
        assert!(text.contains("SI9999") && text.contains('─') && !text.contains('\u{1b}'), "{text}");
    }
}
