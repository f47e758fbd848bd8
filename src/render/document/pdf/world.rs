//! All that the typesetter may see: our template, one paper's data, and the fonts inside the binary.
//!
//! Goes in: the paper's data. Comes out: a world for typst. Guaranteed: two files, always under the same names (typst keeps
//! names for ever); nothing else can be opened; there is no today.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};
use typst_kit::fonts::FontStore;

const TEMPLATE: &str = include_str!("paper.typ");

struct Shared {
    library: LazyHash<Library>,
    fonts: FontStore,
    template: Source,
    data: FileId,
}

static SHARED: LazyLock<Option<Shared>> = LazyLock::new(|| {
    let mut fonts = FontStore::new();
    fonts.extend(typst_kit::fonts::embedded());
    // Headings of rows are marked by a function that typst still counts among its extras.
    let library = Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build();
    Some(Shared {
        library: LazyHash::new(library),
        fonts,
        template: Source::new(named("paper.typ")?, TEMPLATE.to_owned()),
        data: named("paper.json")?,
    })
});

fn named(name: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(name).ok()?).intern())
}

/// Whether one of our fonts can draw it, and an archive file may hold it.
pub(super) fn drawable(c: char) -> bool {
    // An archive file may not hold characters whose meaning is private.
    let private = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    let Some(shared) = SHARED.as_ref().filter(|_| !private) else { return false };
    let book = shared.fonts.book();
    (0..).map_while(|at| book.info(at)).any(|it| it.coverage.contains(u32::from(c)))
}

/// One paper's world.
pub(super) struct Paper {
    shared: &'static Shared,
    data: Bytes,
}

impl Paper {
    /// Nothing when typst no longer takes our names of files.
    pub(super) fn new(data: Vec<u8>) -> Option<Self> {
        Some(Self { shared: SHARED.as_ref()?, data: Bytes::new(data) })
    }
}

impl World for Paper {
    fn library(&self) -> &LazyHash<Library> {
        &self.shared.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.shared.fonts.book()
    }

    fn main(&self) -> FileId {
        self.shared.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.shared.template.id() { Ok(self.shared.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.shared.data { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.shared.fonts.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
