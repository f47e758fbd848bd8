//! Two small charts as inline SVG: cases per quarter and open cases per cause.
//!
//! Goes in: counts. Comes out: SVG text with a title and a description that says every figure.
//! Guaranteed: series differ by pattern as well as colour; every bar has its number beside it; nothing from outside is
//! written unescaped. Coordinates are whole numbers, so that the text is the same everywhere.

use std::fmt::Write;

use crate::merge::report::{Counts, PastQuarter};
use crate::model::Orsak;
use crate::render::print::{escaped, number};
use crate::render::tables::history_in_words;

/// Open cases per cause, as lying bars. Empty when no case has a cause.
pub(super) fn causes(counts: &Counts) -> String {
    let most = u64::from(counts.causes.iter().copied().max().unwrap_or(0));
    if most == 0 {
        return String::new();
    }
    let each = Orsak::ALL.iter().zip(counts.causes);
    let words: Vec<String> =
        each.clone().map(|(cause, open)| format!("{}: {}", cause.swedish(), number(open))).collect();
    let mut out = open_svg(380, 168, "orsaker", "Öppna ärenden per orsak", &format!("{}.", words.join("; ")));
    for (at, (cause, open)) in (0u64..).zip(each) {
        let y = at * 42 + 4;
        let width = u64::from(open) * 300 / most;
        let name = cause.swedish();
        let _ = write!(
            out,
            "<text x=\"0\" y=\"{}\" class=\"label\">{name}</text><rect x=\"0\" y=\"{}\" width=\"{}\" height=\"16\" \
             class=\"solid\"/><text x=\"{}\" y=\"{}\" class=\"value\">{}</text>",
            y + 11,
            y + 17,
            width.max(1),
            width + 8,
            y + 30,
            number(open)
        );
    }
    out.push_str("</svg>");
    out
}

/// Reported and open cases per quarter, as standing bars in pairs. Empty with fewer than two quarters; at most the
/// twelve latest are drawn, the table has them all.
pub(super) fn history(all: &[PastQuarter]) -> String {
    let shown = all.get(all.len().saturating_sub(12)..).unwrap_or_default();
    if shown.len() < 2 {
        return String::new();
    }
    let most = u64::from(shown.iter().map(|it| it.reported.max(it.open)).max().unwrap_or(0)).max(1);
    let count = u64::try_from(shown.len()).unwrap_or(12);
    let wide = count * 84 + 16;
    let mut out = open_svg(wide, 268, "utveckling", "Rapporterade och öppna ärenden", &history_in_words(shown));
    out.push_str(
        "<defs><pattern id=\"ruta\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" class=\"paper\"/><rect width=\"3\" height=\"6\" \
         class=\"ink\"/></pattern></defs>",
    );
    for (at, it) in (0u64..).zip(shown) {
        let x = at * 84 + 16;
        for (x, value, class) in [(x, it.reported, "hatched"), (x + 32, it.open, "solid")] {
            let height = u64::from(value) * 170 / most;
            let y = 200 - height;
            let _ = write!(
                out,
                "<rect x=\"{x}\" y=\"{y}\" width=\"28\" height=\"{height}\" class=\"{class}\"/>\
                 <text x=\"{}\" y=\"{}\" class=\"value mid\">{}</text>",
                x + 14,
                y - 6,
                number(value)
            );
        }
        let name = escaped(&it.kvartal);
        let _ = write!(out, "<text x=\"{}\" y=\"220\" class=\"label mid\">{name}</text>", x + 30);
    }
    let _ = write!(
        out,
        "<path d=\"M8 200H{}\" class=\"axis\"/>\
         <rect x=\"16\" y=\"242\" width=\"16\" height=\"16\" class=\"hatched\"/><text x=\"38\" y=\"255\" class=\"label\">Rapporterade</text>\
         <rect x=\"150\" y=\"242\" width=\"16\" height=\"16\" class=\"solid\"/><text x=\"172\" y=\"255\" class=\"label\">Öppna</text></svg>",
        wide - 8
    );
    out
}

fn open_svg(width: u64, height: u64, id: &str, title: &str, description: &str) -> String {
    format!(
        "<svg role=\"img\" viewBox=\"0 0 {width} {height}\" style=\"width:{width}px\" aria-labelledby=\"{id}-titel {id}-text\">\
         <title id=\"{id}-titel\">{}</title><desc id=\"{id}-text\">{}</desc>",
        escaped(title),
        escaped(description)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_says_every_figure_in_words() {
        let counts = Counts { causes: [3, 0, 12, 1], ..Counts::default() };
        let svg = causes(&counts);
        assert!(svg.contains("Resursbrist, ledig bostad: 3; Resursbrist, personal: 0; Den enskilde tackat nej: 12"));
        assert!(causes(&Counts::default()).is_empty());
    }

    #[test]
    fn names_are_escaped() {
        let quarter = PastQuarter { kvartal: "<script>&\"".to_owned(), reported: 1, ..PastQuarter::default() };
        let svg = history(&[quarter.clone(), quarter]);
        assert!(!svg.contains("<script"));
        assert!(svg.contains("&lt;script&gt;&amp;&quot;"));
    }
}
