//! Why a figure is missing, in the same words in every format.
//!
//! Goes in: a [`Table`], or the runs of a sentence. Comes out: what stands beside a dash, and the sentences below a table.
//! Guaranteed: no dash without its reason on the same page; each reason once below a table, in the order met; one reason
//! needs no mark.

use super::tree::{Paragraph, Run, Table};

/// Where the reasons of dashes are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reasons<'a> {
    /// In running text: beside the dash.
    Beside,
    /// In a table there is no room: below it.
    Below(Vec<&'a str>),
}

impl<'a> Reasons<'a> {
    pub fn of(table: &'a Table) -> Self {
        let mut all: Vec<&str> = Vec::new();
        for run in table.rows.iter().flat_map(|it| &it.cells).flat_map(|it| &it.0) {
            if let Run::Missing(why) = run
                && !all.contains(&why.as_str())
            {
                all.push(why);
            }
        }
        Self::Below(all)
    }

    /// Whether they are told beside the dash.
    pub fn are_beside(&self) -> bool {
        *self == Self::Beside
    }

    /// What follows the dash at once: ` (kön är inte känt)` in running text.
    pub fn beside(&self, why: &str) -> String {
        match self {
            Self::Beside => format!(" ({})", clause(why)),
            Self::Below(_) => String::new(),
        }
    }

    /// What stands raised beside the dash: a letter where a table has several reasons.
    pub fn mark(&self, why: &str) -> String {
        match self {
            Self::Below(all) if all.len() > 1 => all.iter().position(|it| *it == why).map_or_else(String::new, letter),
            Self::Beside | Self::Below(_) => String::new(),
        }
    }

    /// The sentences below the table.
    pub fn note(&self) -> Option<Paragraph> {
        let Self::Below(all) = self else { return None };
        let said = match all.as_slice() {
            [] => return None,
            [one] => format!("Streck i tabellen: {}", sentence(one)),
            several => {
                let each = several.iter().enumerate();
                let each: Vec<String> =
                    each.map(|(at, why)| format!("Streck med {}: {}", letter(at), sentence(why))).collect();
                each.join(" ")
            }
        };
        Some(Paragraph::text(said))
    }

    /// What runs say as plain text.
    pub fn plain(&self, runs: &[Run]) -> String {
        let each = runs.iter().map(|run| match run {
            Run::Missing(why) => format!("{}{}{}", run.plain(), self.mark(why), self.beside(why)),
            _ => run.plain().to_owned(),
        });
        each.collect()
    }
}

/// `a`–`z`, then `aa`–`zz`.
fn letter(at: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(at % 26).unwrap_or(0));
    std::iter::repeat_n(letter, at / 26 + 1).collect()
}

fn sentence(why: &str) -> String {
    format!("{}.", why.trim_end_matches('.'))
}

/// The reason inside another sentence.
fn clause(why: &str) -> String {
    let mut letters = why.trim_end_matches('.').chars();
    // `IVO`, `LSS` stay as they are.
    let abbreviated = why.chars().nth(1).is_some_and(char::is_uppercase);
    match letters.next() {
        Some(first) if !abbreviated => first.to_lowercase().chain(letters).collect(),
        _ => why.trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::document::{Cell, Row, RowKind};

    fn table(reasons: &[&str]) -> Table {
        let row = |it: &&str| Row { kind: RowKind::Body, cells: vec![Cell::text("a"), Cell::missing(*it)] };
        Table { rows: reasons.iter().map(row).collect(), ..Table::default() }
    }

    #[test]
    fn each_reason_stands_once_below_the_table() {
        for (reasons, said, marks) in [
            (&[][..], None, ""),
            (&["Kön är inte känt.", "Kön är inte känt."], Some("Streck i tabellen: Kön är inte känt."), ""),
            (
                &["Startdatum saknas", "Kön är inte känt.", "Startdatum saknas"],
                Some("Streck med a: Startdatum saknas. Streck med b: Kön är inte känt."),
                "aba",
            ),
        ] {
            let table = table(reasons);
            let it = Reasons::of(&table);
            assert_eq!(it.note().map(|it| it.plain()).as_deref(), said);
            assert_eq!(reasons.iter().map(|why| it.mark(why)).collect::<String>(), marks);
        }
        assert_eq!((letter(0), letter(25), letter(26)), ("a".to_owned(), "z".to_owned(), "aa".to_owned()));
    }

    #[test]
    fn in_running_text_the_reason_follows_the_dash() {
        let runs = |why: &str| [Run::Text("Kön: ".to_owned()), Run::Missing(why.to_owned())];
        assert_eq!(Reasons::Beside.plain(&runs("Kön är inte känt.")), "Kön: – (kön är inte känt)");
        assert_eq!(Reasons::Beside.plain(&runs("IVO har inte svarat.")), "Kön: – (IVO har inte svarat)");
    }
}
