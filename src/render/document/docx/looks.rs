//! Names of styles and measures of pages: what a paper of ours has, or what a kommun's template has.
//!
//! Goes in: nothing, or the styles and the page of a template. Comes out: [`Looks`] and [`Room`].
//! Guaranteed: every role has a style. Measures are twentieths of a point, as in the format.

/// The id of the style for each role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Looks {
    pub headings: [String; 4],
    pub caption: String,
    pub list: String,
    pub strong: String,
    pub figure: String,
    pub note: String,
    pub cell: String,
    pub cell_right: String,
    pub cell_head: String,
    pub fact: String,
    pub chart: String,
    pub signature: String,
    pub table: String,
    pub facts: String,
    /// The table style is ours, so that headings and sums are shaded by hand as it wants them.
    pub own_table: bool,
    /// Width of a letter in a cell, generously.
    pub letter: u32,
}

impl Looks {
    /// The styles of `parts/styles.xml`.
    pub(super) fn own() -> Self {
        Self {
            headings: ["Heading1", "Heading2", "Heading3", "Heading4"].map(str::to_owned),
            caption: "Caption".to_owned(),
            list: "ListBullet".to_owned(),
            strong: "Strong".to_owned(),
            figure: "KvartalSiffra".to_owned(),
            note: "KvartalNot".to_owned(),
            cell: "KvartalTabelltext".to_owned(),
            cell_right: "KvartalTabellsiffra".to_owned(),
            cell_head: "KvartalTabellrubrik".to_owned(),
            fact: "KvartalUppgift".to_owned(),
            chart: "KvartalDiagram".to_owned(),
            signature: "KvartalUnderskrift".to_owned(),
            table: "KvartalTabell".to_owned(),
            facts: "KvartalUppgifter".to_owned(),
            own_table: true,
            letter: 96,
        }
    }

    /// Every style id, to be exchanged for that of a template.
    pub(super) fn ids(&mut self) -> impl Iterator<Item = &mut String> {
        let Self {
            headings,
            caption,
            list,
            strong,
            figure,
            note,
            cell,
            cell_right,
            cell_head,
            fact,
            chart,
            signature,
            table,
            facts,
            own_table: _,
            letter: _,
        } = self;
        let rest =
            [caption, list, strong, figure, note, cell, cell_right, cell_head, fact, chart, signature, table, facts];
        headings.iter_mut().chain(rest)
    }

    pub(super) fn heading(&self, level: u8) -> &str {
        let at = usize::from(level.clamp(1, 4)) - 1;
        self.headings.get(at).map_or("", String::as_str)
    }
}

/// How broad a text can be on a standing page and on a lying one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    pub standing: u32,
    /// None where pages cannot be turned: in a cell of a template.
    pub lying: Option<u32>,
}

/// Our page: A4.
pub(super) const PAGE: (u32, u32) = (11_906, 16_838);
/// Margins left and right.
pub(super) const SIDES: u32 = 1247;

impl Room {
    pub(super) fn own() -> Self {
        Self { standing: PAGE.0 - 2 * SIDES, lying: Some(PAGE.1 - 2 * SIDES) }
    }

    pub(super) fn of(self, lying: bool) -> u32 {
        self.lying.filter(|_| lying).unwrap_or(self.standing)
    }
}
