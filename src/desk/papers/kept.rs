//! The papers as they were when the report was fixed: kept as content trees, from which every format can be written.
//!
//! Goes in: a report about to be fixed. Comes out: what is published and what is kept, and later the kept papers.
//! Guaranteed: what a kept paper says does not depend on today's rules; a quarter from before papers were kept still has the
//! public one, as it was published.

use std::sync::Arc;

use crate::render::document::listed::Kept;
use crate::render::document::public::{Public, statistik};
use crate::render::document::tree::Kind;
use crate::store::round::FixedReport;

use super::{Papers, measures, notices};
use crate::desk::figures::Made;
use crate::desk::{Desk, DeskError};

/// What is stored with a report that is fixed.
pub(in crate::desk) struct ToKeep {
    /// The public version, as it is published; none when the report names no quarter.
    pub published: Option<String>,
    /// Every paper, as JSON.
    pub papers: Vec<u8>,
}

impl Desk {
    /// What is to be kept of the papers of a report about to be fixed.
    pub(in crate::desk) async fn to_keep(&self, made: &Arc<Made>) -> Result<ToKeep, DeskError> {
        let row = &made.context.contents.round;
        let beside = self.beside(row).await?;
        let (_, earlier) = self.published(row).await?;
        let told = self.store.measures(&row.namnd_id).await?;
        let told = measures::told(&measures::newest(&told, &row.kvartal, None), &row.kvartal);
        let noted = self.store.ivo_notices(&row.id).await?;
        let sent = notices::sent(&made.view(), &noted);
        let made = made.clone();
        self.away(move || {
            let public = Public::of(&made.view(), beside.settings(), &earlier);
            let (fixed, texts, kept) = (None, Vec::new(), None);
            let papers = Papers { made, fixed, texts, beside, kept, measures: told, public, sent };
            let unwritten = |it: String| DeskError::System(format!("handlingarna gick inte att spara: {it}"));
            let published = match &papers.public {
                Some(it) => {
                    let json = it.json().map_err(|it| unwritten(it.to_string()))?;
                    Some(String::from_utf8_lossy(&json).into_owned())
                }
                None => None,
            };
            let all = papers.all(|it| it.kept());
            Ok(ToKeep { published, papers: serde_json::to_vec(&all).map_err(|it| unwritten(it.to_string()))? })
        })
        .await?
    }

    /// The papers that were kept with a fixed report; of one from before papers were kept, the public one.
    pub(super) async fn kept_papers(
        &self,
        fixed: &FixedReport,
        published: Option<&Public>,
    ) -> Result<Vec<Kept>, DeskError> {
        if let Some(id) = self.store.fixed_paper(&fixed.id).await? {
            let bytes = self.store.original_bytes(&id).await?;
            let read = serde_json::from_slice(&bytes);
            return read.map_err(|it| DeskError::System(format!("de sparade handlingarna går inte att läsa: {it}")));
        }
        let only = published.map(|it| Kept {
            stem: Kind::Fullmaktige.key().to_owned(),
            reader: "Kommunfullmäktige och allmänheten".to_owned(),
            document: statistik::document(it),
        });
        Ok(only.into_iter().collect())
    }
}
