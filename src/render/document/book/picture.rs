//! A chart's sheet: its figures as a table, and the native chart that is drawn from them.
//!
//! Goes in: a [`Chart`]. Comes out: a filled worksheet. Guaranteed: what is unknown is an empty cell and a gap; series differ
//! by pattern or dash as well as colour; the chart has its words as alt text.

use rust_xlsxwriter::{
    Chart as Drawn, ChartDataLabel, ChartDataLabelPosition, ChartEmptyCells, ChartFormat, ChartLegendPosition,
    ChartLine, ChartLineDashType, ChartMarker, ChartMarkerType, ChartPatternFill, ChartPatternFillType, ChartSolidFill,
    Color, Worksheet,
};

use super::{Done, Look, figure, say};
use crate::render::document::tree::{Chart, ChartKind, Width};
use crate::render::print::{fitted, harmless};
use crate::render::xlsx::Looks;

/// What a workbook takes; a longer one is left out whole.
const LONGEST_ALT: usize = 255;

/// Row of the headings.
const HEAD: u32 = 2;
const INKS: [u32; 5] = [0x1F_4E5F, 0xB4_5309, 0x52_5F66, 0x1F_4E5F, 0xB4_5309];

pub(super) fn fill(sheet: &mut Worksheet, looks: &Looks, chart: &Chart, tab: &str) -> Done {
    say(sheet, 0, 0, &chart.caption, &looks.title)?;
    say(sheet, HEAD, 0, "", &looks.head)?;
    sheet.set_column_width(0, 52)?;
    let look = Look { sum: false, width: Width::Figure };
    for (row, name) in (HEAD + 1..).zip(&chart.categories) {
        say(sheet, row, 0, name, &looks.text)?;
    }
    for (col, series) in (1u16..).zip(&chart.series) {
        say(sheet, HEAD, col, &series.name, &looks.head_right)?;
        sheet.set_column_width(col, 16)?;
        for (row, value) in (HEAD + 1..).zip(&series.values) {
            if let Some(it) = value {
                figure(sheet, looks, row, col, it, look, &looks.number)?;
            }
        }
    }
    sheet.set_row_height(HEAD, 34)?;
    sheet.set_freeze_panes(HEAD + 1, 1)?;
    let count = u32::try_from(chart.categories.len()).unwrap_or(0);
    if count == 0 || chart.series.is_empty() {
        return Ok(());
    }
    let mut drawn = match chart.kind {
        ChartKind::Columns => Drawn::new_column(),
        ChartKind::Bars => Drawn::new_bar(),
        ChartKind::Lines => Drawn::new_line(),
    };
    let mut label = ChartDataLabel::new();
    label.show_value();
    if chart.kind == ChartKind::Lines {
        label.set_position(ChartDataLabelPosition::Above);
    }
    for (at, col) in (0usize..).zip(1..=u16::try_from(chart.series.len()).unwrap_or(1)) {
        let series = drawn.add_series();
        series
            .set_name((tab, HEAD, col))
            .set_categories((tab, HEAD + 1, 0, HEAD + count, 0))
            .set_values((tab, HEAD + 1, col, HEAD + count, col))
            .set_data_label(&label);
        paint(series, chart.kind, at);
    }
    drawn
        .show_empty_cells_as(ChartEmptyCells::Gaps)
        .set_alt_text(fitted(harmless(&chart.in_words()), LONGEST_ALT))
        .set_width(820)
        .set_height(380);
    if chart.kind == ChartKind::Bars {
        // Lying bars are read from the top; the library calls the lying axis x.
        drawn.x_axis().set_min(0);
        drawn.y_axis().set_reverse();
    } else {
        drawn.y_axis().set_min(0);
    }
    if chart.series.len() > 1 {
        drawn.legend().set_position(ChartLegendPosition::Bottom);
    } else {
        drawn.legend().set_hidden();
        drawn.title().set_hidden();
    }
    sheet.insert_chart(HEAD + count + 3, 0, &drawn)?;
    Ok(())
}

fn paint(series: &mut rust_xlsxwriter::ChartSeries, kind: ChartKind, at: usize) {
    let ink = Color::RGB(INKS.get(at % INKS.len()).copied().unwrap_or(INKS[0]));
    if kind == ChartKind::Lines {
        let (dash, mark) = match at % 4 {
            0 => (ChartLineDashType::Solid, ChartMarkerType::Circle),
            1 => (ChartLineDashType::Dash, ChartMarkerType::Square),
            2 => (ChartLineDashType::RoundDot, ChartMarkerType::Triangle),
            _ => (ChartLineDashType::LongDashDot, ChartMarkerType::Diamond),
        };
        series
            .set_format(ChartFormat::new().set_line(ChartLine::new().set_color(ink).set_width(2).set_dash_type(dash)))
            .set_marker(
                ChartMarker::new()
                    .set_type(mark)
                    .set_size(7)
                    .set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(ink))),
            );
        return;
    }
    let mut format = ChartFormat::new();
    format.set_border(ChartLine::new().set_color(Color::RGB(INKS[0])));
    let pattern = |it| {
        let mut fill = ChartPatternFill::new();
        fill.set_pattern(it).set_foreground_color(Color::RGB(INKS[0])).set_background_color(Color::White);
        fill
    };
    match at % 4 {
        0 => format.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(INKS[0]))),
        1 => format.set_pattern_fill(&pattern(ChartPatternFillType::DiagonalStripesWideUpwards)),
        2 => format.set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(0xA9_C3CE))),
        _ => format.set_pattern_fill(&pattern(ChartPatternFillType::Dotted25Percent)),
    };
    series.set_format(&mut format);
}
