//! All rules of a nämnd: the built-in ones with the nämnd's own on top.
//!
//! Goes in: rule files as (path, text) pairs. Comes out: [`Catalogue`], asked by `judge`, `render` and `cli`.
//! Guaranteed: ids are unique and keep their meaning; the order of rules depends only on family and id; version and
//! hash change when any rule file does.

use std::fmt::Write;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use super::compiled::{self, Change, Rule};
use super::error::{Fault, Faults, RuleErrors};
use super::facts::Facts;
use super::fault::{FaultKind, Hint};
use super::file::{self, ChangeFile, Parsed, RuleFile};
use super::{Scope, Slot};
use crate::model::Family;
use crate::model::Finding;
use crate::model::Insatser;
use crate::model::Param;
use crate::model::Quarter;

static BUILTIN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// A rule file as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSource {
    pub path: String,
    pub text: Arc<str>,
}

impl RuleSource {
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}

/// The texts of one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    pub message: String,
    /// What was expected in the cell.
    pub expected: Option<String>,
    pub remedy: String,
}

/// The rules, checked and compiled.
#[derive(Debug, Clone)]
pub struct Catalogue {
    rules: Vec<Rule>,
    insatser: Insatser,
    version: String,
    sha256: String,
}

/// Slots that are known only when all answers of a round lie side by side; rules that read one run in the round phase.
pub const ROUND_SLOTS: &[Slot] = &[Slot::DubblettHos];

impl Catalogue {
    /// Reads the built-in rules and a nämnd's own folder. Everything wrong is found before anything is refused.
    pub fn load(builtin: &[RuleSource], own: &[RuleSource], insatser: &Insatser) -> Result<Self, Box<RuleErrors>> {
        let mut loader = Loader { insatser, rules: Vec::new(), changes: Vec::new(), faults: Vec::new() };
        for (sources, own) in [(builtin, false), (own, true)] {
            let mut sorted: Vec<&RuleSource> = sources.iter().collect();
            sorted.sort_by(|a, b| a.path.cmp(&b.path));
            sorted.into_iter().for_each(|it| loader.read(it, own));
        }
        loader.apply_changes();
        let Loader { mut rules, faults, .. } = loader;
        if !faults.is_empty() {
            return Err(Box::new(RuleErrors { faults }));
        }
        rules.sort_by(|a, b| (a.family, &a.id).cmp(&(b.family, &b.id)));
        let sha256 = hash(builtin, own);
        let version = format!("{}+{}", env!("CARGO_PKG_VERSION"), sha256.get(..8).unwrap_or_default());
        Ok(Self { rules, insatser: insatser.clone(), version, sha256 })
    }

    /// The rule files embedded in the binary; other TOML files in `rules/` are data, not rules.
    pub fn builtin_sources() -> Vec<RuleSource> {
        let mut sources = Vec::new();
        for family in Family::ALL {
            let files = BUILTIN.get_dir(family.key()).into_iter().flat_map(Dir::files);
            for file in files.filter(|it| it.path().extension().is_some_and(|it| it == "toml")) {
                // A file that is not UTF-8 is kept, so that loading refuses it instead of not seeing it.
                let text = String::from_utf8_lossy(file.contents());
                let path = format!("rules/{}", file.path().display()).replace('\\', "/");
                sources.push(RuleSource::new(path, text.as_ref()));
            }
        }
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        sources
    }

    /// In the order of family and id; a rule's place here is the `rule` of a [`Finding`].
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    pub fn rule(&self, index: u16) -> Option<&Rule> {
        self.rules.get(usize::from(index))
    }

    pub fn rule_index(&self, id: &str) -> Option<u16> {
        self.rules.iter().position(|it| it.id == id).and_then(|it| u16::try_from(it).ok())
    }

    /// The insatser the rules were checked against.
    pub fn insatser(&self) -> &Insatser {
        &self.insatser
    }

    /// The rules of one quarter, sorted out once; ask it for every row.
    pub fn in_force(&self, quarter: Quarter) -> InForce {
        let mut lists: [Vec<u16>; SCOPES * 2] = Default::default();
        for (rule, index) in self.rules.iter().zip(0_u16..) {
            if rule.is_off() || !rule.period.contains(quarter) {
                continue;
            }
            let round_phase = rule.reads.iter().any(|it| ROUND_SLOTS.contains(it));
            if let Some(list) = lists.get_mut(list_of(rule.scope, round_phase)) {
                list.push(index);
            }
        }
        InForce { lists }
    }

    /// [`InForce::judge`] for a single question; sorts the rules out anew, so not for every row.
    pub fn judge(&self, scope: Scope, round_phase: bool, quarter: Quarter, facts: &Facts<'_>, found: impl FnMut(u16)) {
        self.in_force(quarter).judge(self, scope, round_phase, facts, found);
    }

    /// The values a rule's texts name, to keep with the finding.
    pub fn params(&self, rule: u16, facts: &Facts<'_>) -> Box<[Param]> {
        let names = self.rule(rule).map_or(&[][..], |it| &it.texts.names);
        names.iter().map(|it| facts.param(*it)).collect()
    }

    /// What people read about a finding.
    pub fn texts(&self, finding: &Finding) -> Texts {
        let Some(rule) = self.rule(finding.rule) else {
            return Texts { message: String::new(), expected: None, remedy: String::new() };
        };
        Texts {
            message: rule.texts.message.fill(&finding.params),
            expected: rule.texts.expected.as_ref().map(|it| it.fill(&finding.params)),
            remedy: rule.texts.remedy.fill(&finding.params),
        }
    }

    /// `0.1.0+1a2b3c4d`: the program's version and the beginning of [`Catalogue::sha256`].
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Over every rule file, built in and own; lower-case hex.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

const SCOPES: usize = Scope::ALL.len();

const fn list_of(scope: Scope, round_phase: bool) -> usize {
    scope as usize + if round_phase { SCOPES } else { 0 }
}

/// The rules in force in one quarter, by scope and phase. Belongs to the catalogue it was made by.
#[derive(Debug, Clone)]
pub struct InForce {
    lists: [Vec<u16>; SCOPES * 2],
}

impl InForce {
    /// Calls `found` with the index of every rule that finds fault, in the order of the catalogue.
    ///
    /// Rules that read a slot of [`ROUND_SLOTS`] are asked only in the round phase, all others only outside it, so that
    /// the two phases together ask each rule once.
    #[inline]
    pub fn judge(
        &self,
        catalogue: &Catalogue,
        scope: Scope,
        round_phase: bool,
        facts: &Facts<'_>,
        mut found: impl FnMut(u16),
    ) {
        for index in self.rules(scope, round_phase) {
            if catalogue.rule(*index).is_some_and(|it| it.condition.finds(facts)) {
                found(*index);
            }
        }
    }

    /// The indexes of the rules that are asked.
    pub fn rules(&self, scope: Scope, round_phase: bool) -> &[u16] {
        self.lists.get(list_of(scope, round_phase)).map_or(&[], Vec::as_slice)
    }
}

/// Over path, length and text of each file, sorted by path and with line endings as on Unix, so that a checkout on
/// another system has the same hash.
fn hash(builtin: &[RuleSource], own: &[RuleSource]) -> String {
    let mut files: Vec<(&str, bool, String)> = builtin
        .iter()
        .map(|it| (it, false))
        .chain(own.iter().map(|it| (it, true)))
        .map(|(it, own)| (it.path.as_str(), own, it.text.replace("\r\n", "\n")))
        .collect();
    files.sort();
    let mut hasher = Sha256::new();
    for (path, own, text) in files {
        hasher.update(format!("{path}\0{own}\0{}\0", text.len()));
        hasher.update(text);
    }
    hasher.finalize().iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

struct Loader<'a> {
    insatser: &'a Insatser,
    rules: Vec<Rule>,
    changes: Vec<(RuleSource, ChangeFile)>,
    faults: Vec<Fault>,
}

impl Loader<'_> {
    fn read(&mut self, source: &RuleSource, own: bool) {
        let mut faults = Faults::of(source);
        match file::read(&mut faults, own) {
            Some(Parsed::Rule(file)) => {
                let family = identity(&file, own, &mut faults);
                if let Some(other) = self.rules.iter().find(|it| it.id == file.id.text) {
                    let kind = FaultKind::DuplicateId { id: other.id.clone(), other: other.path().to_owned() };
                    faults.push(kind, file.id.at.clone());
                }
                // Without a family its contents are still checked, to tell everything at once.
                let rule = compiled::build(*file, family.unwrap_or(Family::Uppgifter), own, self.insatser, &mut faults);
                let room = self.rules.len() < usize::from(u16::MAX);
                if !room {
                    faults.push(FaultKind::TooManyRules, 0..0);
                }
                self.rules.extend(rule.filter(|_| room));
            }
            Some(Parsed::Change(change)) => self.changes.push((source.clone(), change)),
            None => {}
        }
        self.faults.append(&mut faults.list);
    }

    fn apply_changes(&mut self) {
        for (source, change) in std::mem::take(&mut self.changes) {
            let mut faults = Faults::of(&source);
            let id = change.id.text.clone();
            let builtin = self.rules.iter_mut().find(|it| it.id == id && !it.own);
            let kind = match builtin {
                None => {
                    let hint = Hint::of(&id, self.rules.iter().filter(|it| !it.own).map(|it| it.id.as_str()));
                    FaultKind::UnknownRule { id, hint }
                }
                Some(rule) => match &rule.change {
                    Some(first) => FaultKind::ChangedTwice { id, other: first.path.clone() },
                    None => {
                        let severity_was = change.severity.map(|it| std::mem::replace(&mut rule.severity, it));
                        let path = source.path.clone();
                        rule.change = Some(Change { severity_was, off: change.off, reason: change.reason, path });
                        continue;
                    }
                },
            };
            faults.push(kind, change.id.at);
            self.faults.append(&mut faults.list);
        }
    }
}

/// Id, name, file name and folder must tell the same story; the family is in the id.
fn identity(file: &RuleFile, own: bool, faults: &mut Faults<'_>) -> Option<Family> {
    let id = &file.id.text;
    let name = &file.name.text;
    let well_formed = !name.is_empty()
        && name
            .split('-')
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
    if !well_formed {
        faults.push(FaultKind::BadName { name: name.clone() }, file.name.at.clone());
    }
    let family = family_of(id);
    let Some(family) = family else {
        faults.push(FaultKind::BadId { id: id.clone() }, file.id.at.clone());
        return None;
    };
    let path = faults.source.path.replace('\\', "/");
    let mut parts = path.rsplit('/');
    let file_name = parts.next().unwrap_or_default();
    let folder = parts.next().unwrap_or_default();
    // A nämnd may keep its few rules in one folder.
    if folder != family.key() && (!own || Family::from_key(folder).is_some()) {
        let folder = folder.to_owned();
        faults.push(FaultKind::WrongFolder { id: id.clone(), family: family.key(), folder }, file.id.at.clone());
    }
    let wanted = format!("{id}-{name}.toml");
    if well_formed && !file_name.eq_ignore_ascii_case(&wanted) {
        faults.push(FaultKind::WrongFileName { wanted }, file.name.at.clone());
    }
    Some(family)
}

/// `SI002` → ska-inte-rapporteras.
fn family_of(id: &str) -> Option<Family> {
    let (prefix, number) = id.split_at_checked(2)?;
    if number.len() != 3 || !number.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    Some(match prefix {
        "SR" => Family::SkaRapporteras,
        "SI" => Family::SkaInteRapporteras,
        "FS" => Family::ForSent,
        "EO" => Family::EnOrsak,
        "UP" => Family::Uppgifter,
        "LA" => Family::Lasbarhet,
        "IN" => Family::Integritet,
        _ => return None,
    })
}
