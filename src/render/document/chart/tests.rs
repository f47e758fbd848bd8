//! What a chart says and how it is drawn, for every kind.

use super::*;
use crate::render::document::fixture;
use crate::render::document::tree::{Block, Series};

fn charts() -> Vec<Chart> {
    let blocks = fixture::document().sections.into_iter().flat_map(|it| it.blocks);
    let charts = blocks.filter_map(|it| if let Block::Chart(chart) = it { Some(chart) } else { None });
    charts.collect()
}

fn one(kind: ChartKind, series: Vec<(&str, Vec<Option<i64>>)>) -> Chart {
    let length = series.first().map_or(0, |it| it.1.len());
    Chart {
        key: "prov".to_owned(),
        caption: "Prov".to_owned(),
        kind,
        categories: (1..=length).map(|it| format!("Grupp {it}")).collect(),
        series: series
            .into_iter()
            .map(|(name, values)| Series {
                name: name.to_owned(),
                values: values.into_iter().map(|it| it.map(|it| Figure::whole("x", it))).collect(),
            })
            .collect(),
    }
}

const KINDS: [ChartKind; 3] = [ChartKind::Columns, ChartKind::Bars, ChartKind::Lines];

#[test]
fn every_kind_has_a_title_and_a_description_with_every_figure() {
    assert_eq!(charts().len(), 3);
    for chart in charts() {
        let svg = svg(&chart);
        assert!(svg.contains("role=\"img\""), "{}", chart.key);
        let key = &chart.key;
        assert!(svg.contains(&format!("<title id=\"{key}-titel\">{}</title>", chart.caption)), "{key}");
        assert!(svg.contains(&format!("<desc id=\"{key}-text\">{}</desc>", chart.in_words())), "{key}");
        for figure in chart.series.iter().flat_map(|it| &it.values).flatten() {
            let drawn = svg.split_once("</desc>").unwrap().1;
            let first = figure.shown.split(' ').next().unwrap();
            assert!(drawn.contains(&format!(">{}", first)), "{key}: {}", figure.shown);
        }
    }
}

#[test]
fn looks_depend_on_no_style_class_or_fraction() {
    let fraction = regex::Regex::new(r##"="[^"#]*\d\.\d[^"]*""##).unwrap();
    for svg in charts().iter().map(svg) {
        for word in ["style=", "class=", "<style", "url(", "href", "<script"] {
            assert!(!svg.contains(word), "{word}");
        }
        let drawn = svg.split_once("</desc>").unwrap().1;
        assert!(!fraction.is_match(drawn), "{:?}", fraction.find(drawn));
    }
}

#[test]
fn the_unknown_is_a_dash_and_no_bar_and_nothing_is_a_zero_and_no_bar() {
    for kind in [ChartKind::Columns, ChartKind::Bars] {
        let bars = |values| svg(&one(kind, vec![("A", values)])).matches("stroke=\"#1d2b36\"").count();
        let axes = bars(vec![Some(0), Some(0)]);
        assert_eq!(bars(vec![Some(0), None]), axes);
        assert_eq!(bars(vec![Some(0), Some(1)]), axes + 1);
        let unknown = svg(&one(kind, vec![("A", vec![Some(0), None])]));
        assert!(unknown.contains(">–</text>") && unknown.contains(">0</text>"));
        assert!(unknown.contains("– betyder att uppgiften saknas"));
    }
}

#[test]
fn a_line_is_broken_where_a_figure_is_unknown() {
    let paths = |values| svg(&one(ChartKind::Lines, vec![("A", values)])).matches("stroke-width=\"2\"").count();
    // Five markers and one line; four markers and two lines.
    assert_eq!(paths(vec![Some(1), Some(2), Some(3), Some(4), Some(5)]), 6);
    assert_eq!(paths(vec![Some(1), Some(2), None, Some(4), Some(5)]), 6);
    assert_eq!(paths(vec![None, None, None]), 0);
}

#[test]
fn series_differ_by_more_than_colour() {
    let three = || vec![("A", vec![Some(5)]), ("B", vec![Some(5)]), ("C", vec![Some(5)])];
    let colour = regex::Regex::new("#[0-9a-f]{6}").unwrap();
    let place = regex::Regex::new(r"-?\d+").unwrap();
    for (kind, of) in [(ChartKind::Columns, "<rect"), (ChartKind::Lines, "")] {
        let svg = svg(&one(kind, three()));
        let legend = svg.split_once(">Grupp 1</text>").unwrap().1;
        let looks: Vec<String> = legend
            .split("</text>")
            .filter_map(|it| it.split_once("<text").map(|it| it.0))
            .map(|it| if of.is_empty() { colour.replace_all(it, "").into_owned() } else { it.to_owned() })
            .map(|it| place.replace_all(&it, "").into_owned())
            .filter(|it| !it.is_empty())
            .collect();
        let apart: std::collections::BTreeSet<&String> = looks.iter().collect();
        assert_eq!(apart.len(), looks.len(), "{kind:?}: {looks:?}");
    }
}

#[test]
fn texts_from_outside_are_escaped_and_long_ones_are_whole() {
    for kind in KINDS {
        let mut chart = one(kind, vec![("<b>&\"", vec![Some(1), Some(2)]), ("B", vec![None, None])]);
        chart.key = "\"><script>".to_owned();
        chart.caption = fixture::HOSTILE.to_owned();
        chart.categories = vec!["Funktionsrättsorganisationssamverkan".repeat(3), "<i>".to_owned()];
        let svg = svg(&chart);
        assert!(!svg.contains("<script") && !svg.contains("<b>") && !svg.contains("<i>"), "{svg}");
        let drawn = svg.split_once("</desc>").unwrap().1;
        let text: String = drawn.split("<text").filter_map(|it| it.split_once('>')?.1.split('<').next()).collect();
        assert!(text.replace('-', "").contains(&"Funktionsrättsorganisationssamverkan".repeat(3)), "{kind:?}: {text}");
    }
}

#[test]
fn odd_charts_are_drawn_all_the_same() {
    for kind in KINDS {
        for series in [
            vec![],
            vec![("A", vec![])],
            vec![("A", vec![None])],
            vec![("A", vec![Some(-3)])],
            vec![("A", vec![Some(i64::MAX), Some(1)])],
        ] {
            let svg = svg(&one(kind, series.clone()));
            assert!(svg.ends_with("</svg>") && svg.contains("viewBox=\"0 0 "), "{kind:?} {series:?}");
        }
    }
}

#[test]
fn wide_numbers_make_a_wider_picture() {
    let many = |value| one(ChartKind::Columns, vec![("A", vec![Some(value); 12]), ("B", vec![Some(value); 12])]);
    assert!(svg(&many(1_234_567)).len() > svg(&many(1)).len());
    assert!(svg(&many(1)).contains("width=\"928\""));
}
