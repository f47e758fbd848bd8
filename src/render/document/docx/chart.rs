//! Charts that can be edited: DrawingML with the figures in an embedded workbook.
//!
//! Goes in: a [`Chart`]. Comes out: the drawing in the text, the chart's part and its workbook. Guaranteed: series differ by
//! pattern or dash as well as colour; what nobody knows, or may not be shown as a number, is a gap and never a zero.

use std::fmt::Write;

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, Workbook};

use super::super::tree::Value;
use super::super::tree::{Chart, ChartKind, Series};
use super::xml::escaped;
use crate::render::RenderError;

/// A chart and what lies behind it, numbered from 1.
#[derive(Debug)]
pub(super) struct ChartPart {
    pub number: u32,
    pub xml: String,
    pub book: Vec<u8>,
}

const EMU_PER_TWIP: u64 = 635;
/// 7.5 cm
const HEIGHT: u64 = 2_700_000;
const TAB: &str = "Blad1";

/// Fill of bars: colour of ink, colour of ground, pattern; plain where there is none.
const FILLS: [(&str, &str, &str); 5] = [
    ("1F4E5F", "1F4E5F", ""),
    ("1F4E5F", "FFFFFF", "wdUpDiag"),
    ("A9C3CE", "A9C3CE", ""),
    ("1F4E5F", "FFFFFF", "pct25"),
    ("525F66", "FFFFFF", "dkHorz"),
];
/// Lines: colour, dash, mark.
const LINES: [(&str, &str, &str); 5] = [
    ("1F4E5F", "solid", "circle"),
    ("B45309", "dash", "square"),
    ("525F66", "sysDot", "triangle"),
    ("1F4E5F", "lgDashDot", "diamond"),
    ("B45309", "solid", "x"),
];

/// The drawing, as the content of a run. `id` is unique in the paper.
pub(super) fn push_drawing(out: &mut String, chart: &Chart, relation: &str, id: u32, room: u32) {
    let width = u64::from(room.min(9412)) * EMU_PER_TWIP;
    let bars = u64::try_from(chart.categories.len() * chart.series.len().max(1)).unwrap_or(0);
    let height = match chart.kind {
        ChartKind::Bars => (800_000 + bars * 330_000).clamp(1_500_000, 7_000_000),
        ChartKind::Columns | ChartKind::Lines => HEIGHT,
    };
    let _ = write!(
        out,
        "<w:r><w:drawing><wp:inline xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
         distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{width}\" cy=\"{height}\"/><wp:docPr \
         id=\"{id}\" name=\"Diagram {id}\" descr=\"{}\"/><wp:cNvGraphicFramePr/><a:graphic \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><a:graphicData \
         uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><c:chart \
         xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:id=\"{relation}\"/>\
         </a:graphicData></a:graphic></wp:inline></w:drawing></w:r>",
        escaped(&chart.in_words())
    );
}

/// The value that can be drawn.
fn drawn(value: Value) -> Option<f64> {
    match value {
        Value::Whole(it) => Some(it as f64),
        Value::Share(it) => Some(it),
        Value::Day(_) | Value::Words => None,
    }
}

/// Points that are said in words: `Annan: färre än 5`.
pub(super) fn in_words_only(chart: &Chart) -> impl Iterator<Item = (String, &super::super::tree::Figure)> {
    chart.series.iter().flat_map(move |series| {
        chart.categories.iter().zip(&series.values).filter_map(move |(category, value)| {
            let figure = value.as_ref().filter(|it| drawn(it.value).is_none())?;
            let name = if chart.series.len() > 1 { format!("{category}, {}", series.name) } else { category.clone() };
            Some((name, figure))
        })
    })
}

impl ChartPart {
    pub(super) fn of(chart: &Chart, number: u32) -> Result<Self, RenderError> {
        Ok(Self { number, xml: xml(chart), book: book(chart)? })
    }
}

fn xml(chart: &Chart) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<c:chartSpace \
         xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><c:lang \
         val=\"sv-SE\"/><c:roundedCorners val=\"0\"/><c:chart><c:autoTitleDeleted val=\"1\"/><c:plotArea><c:layout/>",
    );
    let shares = chart.series.iter().flat_map(|it| &it.values).flatten().any(|it| matches!(it.value, Value::Share(_)));
    // A blank between thousands whatever the language of the program.
    let format = if shares { "0.0%" } else { "[&gt;=1000]#\\ ##0;0" };
    match chart.kind {
        ChartKind::Columns => out.push_str("<c:barChart><c:barDir val=\"col\"/><c:grouping val=\"clustered\"/>"),
        ChartKind::Bars => out.push_str("<c:barChart><c:barDir val=\"bar\"/><c:grouping val=\"clustered\"/>"),
        ChartKind::Lines => out.push_str("<c:lineChart><c:grouping val=\"standard\"/>"),
    }
    out.push_str("<c:varyColors val=\"0\"/>");
    for (at, series) in chart.series.iter().enumerate() {
        push_series(&mut out, chart, at, series, format);
    }
    match chart.kind {
        ChartKind::Columns => out.push_str("<c:gapWidth val=\"60\"/>"),
        ChartKind::Bars => out.push_str("<c:gapWidth val=\"40\"/>"),
        ChartKind::Lines => out.push_str("<c:marker val=\"1\"/>"),
    }
    out.push_str("<c:axId val=\"111\"/><c:axId val=\"222\"/>");
    out.push_str(if chart.kind == ChartKind::Lines { "</c:lineChart>" } else { "</c:barChart>" });
    push_axes(&mut out, chart.kind, format);
    out.push_str("<c:spPr><a:noFill/></c:spPr></c:plotArea>");
    if chart.series.len() > 1 {
        out.push_str("<c:legend><c:legendPos val=\"b\"/><c:overlay val=\"0\"/></c:legend>");
    }
    out.push_str(
        "<c:plotVisOnly val=\"1\"/><c:dispBlanksAs val=\"gap\"/></c:chart><c:spPr><a:solidFill><a:srgbClr \
         val=\"FFFFFF\"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr \
         sz=\"900\"><a:solidFill><a:srgbClr val=\"1C2428\"/></a:solidFill><a:latin typeface=\"Calibri\"/></a:defRPr></a:pPr><a:endParaRPr \
         lang=\"sv-SE\"/></a:p></c:txPr><c:externalData r:id=\"rId1\"><c:autoUpdate \
         val=\"0\"/></c:externalData></c:chartSpace>",
    );
    out
}

/// `B` for the first series; the first column holds the categories.
fn column(series: usize) -> char {
    char::from(b'B' + u8::try_from(series.min(24)).unwrap_or(0))
}

fn push_series(out: &mut String, chart: &Chart, at: usize, series: &Series, format: &str) {
    let (col, last) = (column(at), chart.categories.len() + 1);
    let _ = write!(
        out,
        "<c:ser><c:idx val=\"{at}\"/><c:order val=\"{at}\"/><c:tx><c:strRef><c:f>{TAB}!${col}$1</c:f><c:strCache>\
         <c:ptCount val=\"1\"/><c:pt idx=\"0\"><c:v>{}</c:v></c:pt></c:strCache></c:strRef></c:tx>",
        escaped(&series.name)
    );
    push_paint(out, chart.kind, at);
    let place = match chart.kind {
        ChartKind::Lines => "t",
        ChartKind::Columns | ChartKind::Bars => "outEnd",
    };
    let _ = write!(
        out,
        "<c:dLbls><c:numFmt formatCode=\"{format}\" sourceLinked=\"0\"/><c:spPr><a:noFill/></c:spPr><c:dLblPos \
         val=\"{place}\"/><c:showLegendKey val=\"0\"/><c:showVal val=\"1\"/><c:showCatName val=\"0\"/><c:showSerName \
         val=\"0\"/><c:showPercent val=\"0\"/><c:showBubbleSize val=\"0\"/></c:dLbls><c:cat><c:strRef>\
         <c:f>{TAB}!$A$2:$A${last}</c:f><c:strCache><c:ptCount val=\"{}\"/>",
        chart.categories.len()
    );
    for (at, it) in chart.categories.iter().enumerate() {
        let _ = write!(out, "<c:pt idx=\"{at}\"><c:v>{}</c:v></c:pt>", escaped(it));
    }
    let _ = write!(
        out,
        "</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>{TAB}!${col}$2:${col}${last}</c:f><c:numCache>\
         <c:formatCode>{format}</c:formatCode><c:ptCount val=\"{}\"/>",
        chart.categories.len()
    );
    for (at, it) in series.values.iter().enumerate() {
        if let Some(value) = it.as_ref().and_then(|it| drawn(it.value)) {
            let _ = write!(out, "<c:pt idx=\"{at}\"><c:v>{value}</c:v></c:pt>");
        }
    }
    out.push_str("</c:numCache></c:numRef></c:val>");
    if chart.kind == ChartKind::Lines {
        out.push_str("<c:smooth val=\"0\"/>");
    }
    out.push_str("</c:ser>");
}

fn push_paint(out: &mut String, kind: ChartKind, at: usize) {
    if kind == ChartKind::Lines {
        let (colour, dash, mark) = LINES[at % LINES.len()];
        let ink = format!("<a:solidFill><a:srgbClr val=\"{colour}\"/></a:solidFill>");
        let _ = write!(
            out,
            "<c:spPr><a:ln w=\"25400\">{ink}<a:prstDash val=\"{dash}\"/></a:ln></c:spPr><c:marker><c:symbol \
             val=\"{mark}\"/><c:size val=\"7\"/><c:spPr>{ink}<a:ln w=\"9525\">{ink}</a:ln></c:spPr></c:marker>"
        );
        return;
    }
    let (ink, ground, pattern) = FILLS[at % FILLS.len()];
    let fill = if pattern.is_empty() {
        format!("<a:solidFill><a:srgbClr val=\"{ink}\"/></a:solidFill>")
    } else {
        format!(
            "<a:pattFill prst=\"{pattern}\"><a:fgClr><a:srgbClr val=\"{ink}\"/></a:fgClr><a:bgClr><a:srgbClr \
             val=\"{ground}\"/></a:bgClr></a:pattFill>"
        )
    };
    let _ = write!(
        out,
        "<c:spPr>{fill}<a:ln w=\"9525\"><a:solidFill><a:srgbClr val=\"1F4E5F\"/></a:solidFill></a:ln></c:spPr>\
         <c:invertIfNegative val=\"0\"/>"
    );
}

fn push_axes(out: &mut String, kind: ChartKind, format: &str) {
    let lying = kind == ChartKind::Bars;
    let (things, values) = if lying { ("l", "b") } else { ("b", "l") };
    // Lying bars are read from the top.
    let (order, crosses) = if lying { ("maxMin", "max") } else { ("minMax", "autoZero") };
    let _ = write!(
        out,
        "<c:catAx><c:axId val=\"111\"/><c:scaling><c:orientation val=\"{order}\"/></c:scaling><c:delete val=\"0\"/>\
         <c:axPos val=\"{things}\"/><c:numFmt formatCode=\"General\" sourceLinked=\"0\"/><c:majorTickMark \
         val=\"none\"/><c:minorTickMark val=\"none\"/><c:tickLblPos val=\"low\"/><c:spPr><a:ln \
         w=\"9525\"><a:solidFill><a:srgbClr val=\"525F66\"/></a:solidFill></a:ln></c:spPr><c:crossAx \
         val=\"222\"/><c:crosses val=\"autoZero\"/><c:auto val=\"0\"/><c:lblAlgn val=\"ctr\"/><c:lblOffset \
         val=\"100\"/><c:noMultiLvlLbl val=\"1\"/></c:catAx><c:valAx><c:axId val=\"222\"/><c:scaling><c:orientation \
         val=\"minMax\"/><c:min val=\"0\"/></c:scaling><c:delete val=\"0\"/><c:axPos \
         val=\"{values}\"/><c:majorGridlines><c:spPr><a:ln w=\"6350\"><a:solidFill><a:srgbClr \
         val=\"D9E0E3\"/></a:solidFill></a:ln></c:spPr></c:majorGridlines><c:numFmt formatCode=\"{format}\" \
         sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/><c:tickLblPos \
         val=\"nextTo\"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:crossAx val=\"111\"/><c:crosses \
         val=\"{crosses}\"/><c:crossBetween val=\"between\"/></c:valAx>"
    );
}

/// The workbook that opens when somebody edits the figures.
fn book(chart: &Chart) -> Result<Vec<u8>, RenderError> {
    let mut book = Workbook::new();
    book.set_properties(&DocProperties::new().set_creation_datetime(&NaiveDate::default()));
    let sheet = book.add_worksheet();
    sheet.set_name(TAB)?;
    for (col, series) in (1u16..).zip(&chart.series) {
        sheet.write_string(0, col, escaped_name(&series.name))?;
        for (row, value) in (1u32..).zip(&series.values) {
            let Some(figure) = value else { continue };
            match drawn(figure.value) {
                Some(value) => sheet.write_number(row, col, value)?,
                None => sheet.write_string(row, col, escaped_name(&figure.shown))?,
            };
        }
    }
    for (row, name) in (1u32..).zip(&chart.categories) {
        sheet.write_string(row, 0, escaped_name(name))?;
    }
    Ok(book.save_to_buffer()?)
}

fn escaped_name(text: &str) -> String {
    crate::render::print::fitted(crate::render::print::harmless(text), 32_000).into_owned()
}
