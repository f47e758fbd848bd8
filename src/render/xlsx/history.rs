//! Utveckling: the quarters side by side, as a table and a native chart.
//!
//! Goes in: the history. Comes out: one sheet. Guaranteed: the chart reads the table's own cells and has a text
//! alternative that says the same; what is not known of an earlier quarter is blank.

use rust_xlsxwriter::{
    Chart, ChartFont, ChartFormat, ChartLegendPosition, ChartPatternFill, ChartPatternFillType, ChartSolidFill, Color,
};

use crate::merge::report::PastQuarter;
use crate::render::tables::{history_in_words, history_insatser};
use crate::render::{RenderError, View};

use super::Paper;
use super::paper::Side::{Left, Right};
use super::paper::{ACCENT, Heading, rows_from};

const TAB: &str = "Utveckling";

pub(super) fn fill(paper: &mut Paper<'_>, view: &View<'_>) -> Result<(), RenderError> {
    let looks = paper.looks;
    let history = &view.report.history;
    paper.head(TAB, "Utveckling", "Ärenden per kvartal. Öppna ärenden gäller kvartalets sista dag.")?;
    let insatser = history_insatser(view);
    let mut columns: Vec<Heading<'_>> = vec![
        ("Kvartal", 14.0, Left),
        ("Rapporterade", 16.0, Right),
        ("Verkställda och avslutade", 16.0, Right),
        ("Öppna", 14.0, Right),
    ];
    columns.extend(insatser.iter().map(|(_, name)| (name.as_str(), 18.0, Right)));
    paper.columns(3, &columns, 1)?;
    for (row, it) in rows_from(4).zip(history) {
        paper.text(row, 0, &it.kvartal)?;
        paper.number(row, 1, it.reported)?;
        paper.number(row, 2, it.ended)?;
        paper.number(row, 3, it.open)?;
        for (col, (key, _)) in (4u16..).zip(&insatser) {
            let open = it.by_insats.iter().find(|(known, _)| known == key).map(|(_, open)| *open);
            paper.number_if(row, col, open)?;
        }
    }
    let after = 4 + u32::try_from(history.len()).unwrap_or(0);
    if !insatser.is_empty() {
        let note = "Kolumnerna per insats visar öppna ärenden. Tomt betyder att uppgiften inte finns.";
        paper.say(after + 1, 0, note, &looks.note)?;
    }
    if history.len() > 1 {
        paper.sheet.insert_chart(after + 3, 0, &chart(history, after - 1))?;
    }
    Ok(())
}

fn chart(history: &[PastQuarter], last: u32) -> Chart {
    let mut chart = Chart::new_column();
    let hatched = ChartPatternFill::new()
        .set_pattern(ChartPatternFillType::DiagonalStripesWideUpwards)
        .set_foreground_color(Color::RGB(ACCENT))
        .set_background_color(Color::White)
        .clone();
    let filled = ChartSolidFill::new().set_color(Color::RGB(ACCENT)).clone();
    let mut outline = rust_xlsxwriter::ChartLine::new();
    outline.set_color(Color::RGB(ACCENT));
    for (col, fill) in [(1u16, None), (3u16, Some(filled))] {
        let series = chart.add_series();
        series.set_name((TAB, 3, col)).set_categories((TAB, 4, 0, last, 0)).set_values((TAB, 4, col, last, col));
        let mut format = ChartFormat::new();
        match &fill {
            Some(fill) => format.set_solid_fill(fill),
            None => format.set_pattern_fill(&hatched),
        };
        series.set_format(format.set_border(&outline));
        series.set_data_label(rust_xlsxwriter::ChartDataLabel::new().show_value());
    }
    chart
        .title()
        .set_name("Rapporterade och öppna ärenden per kvartal")
        .set_font(ChartFont::new().set_bold().set_size(12));
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.y_axis().set_min(0).set_name("Antal ärenden");
    chart.set_width(760).set_height(360).set_alt_text(alt_text(history)).set_name("Utveckling per kvartal");
    chart
}

/// As many of the latest quarters as Excel allows in a text alternative: 255 characters.
fn alt_text(history: &[PastQuarter]) -> String {
    let latest =
        |count: usize| history_in_words(history.get(history.len().saturating_sub(count)..).unwrap_or_default());
    let fits = (1..=history.len()).rev().map(latest).find(|it| it.encode_utf16().count() <= 255);
    fits.unwrap_or_else(|| "Stapeldiagram över rapporterade och öppna ärenden. Siffrorna står i tabellen.".to_owned())
}
