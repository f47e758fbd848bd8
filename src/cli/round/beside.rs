//! What `omgang.toml` says beside the figures: numbers, names and measures that only the papers print.
//!
//! Goes in: the file's top table. Comes out: [`Beside`]. Guaranteed: all of it may be left out; a key that is there is read
//! or is a fault.

use super::Reader;
use super::table::{At, Table};
use crate::model::Meetings;
use crate::model::spelling::nearest;
use crate::render::document::paper::{Measure, MeasureKind};

/// What only the papers print.
#[derive(Debug, Default)]
pub struct Beside {
    /// `diarienummer`
    pub dnr: Option<String>,
    /// `handlaggare`: who has written the papers.
    pub author: Option<String>,
    /// `wordmall`: the kommun's own Word template.
    pub template: Option<At<String>>,
    /// `troskel`: figures below it are small in the public version.
    pub threshold: Option<u32>,
    /// `publicerat`: the public versions of earlier quarters, as they were published.
    pub published: Vec<At<String>>,
    /// `sammantrade` and `fullmaktige`: when those meet who shall have the report.
    pub meetings: Meetings,
    /// `[[atgard]]`
    pub measures: Vec<Measure>,
}

impl Reader<'_> {
    pub(super) fn beside(&self, top: &Table<'_>) -> Beside {
        Beside {
            dnr: top.text("diarienummer").map(|it| it.value),
            author: top.text("handlaggare").map(|it| it.value),
            template: top.text("wordmall"),
            threshold: top.count("troskel").map(|it| it.value),
            published: top.texts("publicerat").unwrap_or_default(),
            meetings: Meetings {
                namnd: top.day("sammantrade").map(|it| it.value),
                fullmaktige: top.day("fullmaktige").map(|it| it.value),
            },
            measures: self.measures(top),
        }
    }

    fn measures(&self, top: &Table<'_>) -> Vec<Measure> {
        let mut all = Vec::new();
        for table in top.tables("atgard", "[[atgard]]") {
            let insats = table.text("insats");
            let kind = table.required("slag", table.text("slag"), "\"rekrytering\"").and_then(|it| self.kind(&it));
            let text = table.required("text", table.text("text"), "\"Två nya ledsagare anställs.\"");
            let outcome = table.text("utfall").map(|it| it.value);
            let quarter =
                table.required("kvartal", table.text("kvartal"), "\"2023-Q4\"").and_then(|it| self.quarter(&it));
            table.finish();
            let insats = match insats {
                Some(it) if self.insats(&it).is_none() => continue,
                it => it.map(|it| it.value),
            };
            if let (Some(kind), Some(text), Some(quarter)) = (kind, text, quarter) {
                all.push(Measure { insats, kind, text: text.value, outcome, kvartal: quarter.to_string() });
            }
        }
        all
    }

    fn kind(&self, at: &At<String>) -> Option<MeasureKind> {
        let kind = MeasureKind::from_key(&at.value);
        if kind.is_none() {
            let keys = MeasureKind::ALL.iter().map(|it| it.key());
            let help = match nearest(&at.value, keys.clone()) {
                Some(near) => format!("Menade du `{near}`?"),
                None => format!("Slagen är {}.", keys.collect::<Vec<_>>().join(", ")),
            };
            self.found.add(at.span.clone(), format!("okänt slag `{}`", at.value), "finns inte", Some(help));
        }
        kind
    }
}
