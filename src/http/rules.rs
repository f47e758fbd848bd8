//! The rule catalogue: every rule of the nämnd, what it says, why, and how it is mended.
//!
//! Goes in: the nämnd's catalogue. Comes out: one page with an anchor for each rule, `#SI001`.
//! Guaranteed: everything is taken from the rule files; a rule that is switched off is there and says so.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::App;
use super::error::PageError;
use super::frame::{Frame, Layout};
use super::routes::{Route, get};
use super::who::Who;
use crate::access::role::{Act, allows};
use crate::model::{Family, Severity};
use crate::rule::docs::{about, facts, in_force};
use crate::rule::{Catalogue, Rule};

pub fn routes() -> Vec<Route> {
    vec![get("/regler", Act::SeeRules, page)]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    familj: String,
    allvar: String,
}

struct Shown {
    id: String,
    title: String,
    severity_key: &'static str,
    severity: &'static str,
    scope: &'static str,
    period: String,
    /// What the nämnd has changed, and why.
    change: String,
    own: bool,
    sources: Vec<String>,
    message: String,
    expected: String,
    remedy: String,
    condition: String,
    examples: Vec<(String, String, String, &'static str)>,
}

struct Group {
    name: &'static str,
    about: &'static str,
    rules: Vec<Shown>,
}

#[derive(Template)]
#[template(path = "pages/rules.html")]
struct RulesPage {
    layout: Layout,
    lead: String,
    may_change: bool,
    q: String,
    families: Vec<(&'static str, &'static str, bool)>,
    severities: Vec<(&'static str, &'static str, bool)>,
    groups: Vec<Group>,
    shown: usize,
    total: usize,
    version: String,
    sha256: String,
}

async fn page(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let namnd = app.desk.store.namnd(&who.namnd_id).await?.ok_or(PageError::NotFound)?;
    let library = app.desk.library(&namnd).await?;
    let catalogue = &library.catalogue;
    let words: Vec<String> = asked.q.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let wanted = |it: &&Rule| {
        let told = it.told();
        let text = format!("{} {} {} {}", it.id, it.title, told.message, told.remedy).to_lowercase();
        (asked.familj.is_empty() || it.family.key() == asked.familj)
            && (asked.allvar.is_empty() || it.severity.key() == asked.allvar)
            && words.iter().all(|word| text.contains(word))
    };
    let groups: Vec<Group> = Family::ALL
        .iter()
        .map(|family| Group {
            name: family.swedish(),
            about: about(*family),
            rules: catalogue
                .rules()
                .iter()
                .filter(|it| it.family == *family)
                .filter(wanted)
                .map(|it| shown(catalogue, it))
                .collect(),
        })
        .filter(|it| !it.rules.is_empty())
        .collect();
    let total = catalogue.rules().len();
    let any = |chosen: &str| ("", "Alla", chosen.is_empty());
    let page = RulesPage {
        layout: frame.layout("Regler"),
        lead: format!("{total} regler prövar varje fil. Här står vad de säger, varför, och hur det rättas."),
        may_change: allows(who.role, Act::ManageRules),
        families: std::iter::once(any(&asked.familj))
            .chain(Family::ALL.iter().map(|it| (it.key(), it.swedish(), it.key() == asked.familj)))
            .collect(),
        severities: std::iter::once(any(&asked.allvar))
            .chain(Severity::ALL.iter().rev().map(|it| (it.key(), it.swedish(), it.key() == asked.allvar)))
            .collect(),
        shown: groups.iter().map(|it| it.rules.len()).sum(),
        total,
        groups,
        q: asked.q,
        version: catalogue.version().to_owned(),
        sha256: catalogue.sha256().to_owned(),
    };
    Ok(frame.show(&page))
}

fn shown(catalogue: &Catalogue, it: &Rule) -> Shown {
    let told = it.told();
    let condition: Vec<String> = it
        .parts()
        .map(|(name, text)| format!("lat   {name} = {text}"))
        .chain(told.nar.map(|text| format!("nar   {}", text.trim())))
        .chain([format!("krav  {}", told.krav.trim())])
        .collect();
    Shown {
        id: it.id.clone(),
        title: it.title.clone(),
        severity_key: it.severity.key(),
        severity: it.severity.swedish(),
        scope: it.scope.swedish(),
        period: in_force(&it.period).trim_start_matches(", ").to_owned(),
        change: change_in_words(it),
        own: it.own,
        sources: it
            .sources
            .iter()
            .map(|source| format!("{}{} (läst {})", source.text, in_force(&source.period), source.read))
            .collect(),
        message: told.message.to_owned(),
        expected: told.expected.unwrap_or_default().to_owned(),
        remedy: told.remedy.to_owned(),
        condition: condition.join("\n"),
        examples: it
            .examples
            .iter()
            .map(|own| (own.name.text.clone(), own.quarter.to_string(), facts(own, catalogue), own.answer.swedish()))
            .collect(),
    }
}

/// ”Avstängd av nämnden: …”; empty for a rule as it was written.
pub fn change_in_words(it: &Rule) -> String {
    let Some(change) = &it.change else { return String::new() };
    let what = match (change.off, change.severity_was) {
        (true, _) => "Avstängd av nämnden".to_owned(),
        (false, Some(was)) => format!(
            "Nämnden har ändrat från {} till {}",
            was.swedish().to_lowercase(),
            it.severity.swedish().to_lowercase()
        ),
        (false, None) => "Ändrad av nämnden".to_owned(),
    };
    format!("{what}: {}", change.reason)
}
