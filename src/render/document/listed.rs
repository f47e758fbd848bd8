//! Which papers a quarter has, and how each is built: the one list behind the files, the pages and the downloads.
//!
//! Goes in: a [`Paper`], the public version and what has been sent to IVO. Comes out: [`Listed`] papers, and each one's
//! [`Document`]. Guaranteed: a paper that is listed can be built; its stem is a name of a file and a word in an address.

use serde::{Deserialize, Serialize};

use super::ivo::Sent;
use super::paper::Paper;
use super::public::{Public, statistik};
use super::tree::{Document, Kind};
use super::{aterkoppling, ivo, namnd, revisorer, tjansteskrivelse};

/// What papers are built from.
#[derive(Clone, Copy)]
pub struct Papers<'a> {
    pub paper: Paper<'a>,
    /// `None` when the report names no quarter: nothing is published then.
    pub public: Option<&'a Public>,
    pub sent: &'a [Sent],
}

/// A paper in the list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Word in addresses and names of files.
    pub stem: String,
    pub kind: Kind,
    /// Who it is for.
    pub reader: String,
    /// The utförare a letter is to, as index in the report.
    utforare: Option<usize>,
}

/// A paper as it was when the report was fixed. Kept as JSON, so fields are only added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub stem: String,
    pub reader: String,
    pub document: Document,
}

impl Kept {
    /// How it stands in the list of papers.
    pub fn listed(&self) -> Listed {
        let (stem, reader) = (self.stem.clone(), self.reader.clone());
        Listed { stem, kind: self.document.kind, reader, utforare: None }
    }
}

impl Papers<'_> {
    /// Every paper, to be kept.
    pub fn kept(&self) -> Vec<Kept> {
        let each = self.listed().into_iter();
        each.filter_map(|it| Some(Kept { document: self.built(&it)?, stem: it.stem, reader: it.reader })).collect()
    }

    /// Every paper there is: first one per reader, then the letters to utförare.
    pub fn listed(&self) -> Vec<Listed> {
        let mut out = Vec::new();
        for kind in Kind::ALL {
            let reader = match kind {
                Kind::Aterkoppling => continue,
                Kind::Fullmaktige if self.public.is_none() => continue,
                Kind::Namnd | Kind::Tjansteskrivelse => "Nämnden",
                Kind::Fullmaktige => "Kommunfullmäktige och allmänheten",
                Kind::Revisorer => "Revisorerna",
                Kind::Ivo => "Inspektionen för vård och omsorg",
            };
            out.push(Listed { stem: kind.key().to_owned(), kind, reader: reader.to_owned(), utforare: None });
        }
        let view = self.paper.view;
        out.extend(aterkoppling::rated(&self.paper).into_iter().map(|at| Listed {
            stem: format!("{}-{}", Kind::Aterkoppling.key(), view.utforare_id(at)),
            kind: Kind::Aterkoppling,
            reader: view.utforare_name(at).to_owned(),
            utforare: Some(at),
        }));
        out
    }

    /// A listed paper; `None` when there is none of that stem.
    pub fn document(&self, stem: &str) -> Option<Document> {
        self.listed().iter().find(|it| it.stem == stem).and_then(|it| self.built(it))
    }

    /// A paper from the list.
    pub fn built(&self, it: &Listed) -> Option<Document> {
        Some(match it.kind {
            Kind::Namnd => namnd::document(&self.paper),
            Kind::Tjansteskrivelse => tjansteskrivelse::document(&self.paper),
            Kind::Fullmaktige => statistik::document(self.public?),
            Kind::Revisorer => revisorer::document(&self.paper),
            Kind::Ivo => ivo::document(&self.paper, self.sent),
            Kind::Aterkoppling => aterkoppling::document(&self.paper, it.utforare?),
        })
    }
}
