//! The faults of published reports are found, and our own papers have none.

use serde_json::{Value, json};

use super::{Known, document, text};
use crate::render::document::paper::Paper;
use crate::render::document::{ivo, namnd, revisorer, tjansteskrivelse};
use crate::render::{View, fixture};

/// The reference: quarter 4 2023, 88 reported, 57 open, and 24 ended in the quarter before.
fn reference() -> Value {
    json!({
        "kvartal": "2023-Q4", "quarter_end": "2023-12-31", "rapportdag": "2024-01-31",
        "totals": {"reported": 88, "executed": 18, "closed": 13, "open": 57, "open_men": 33, "open_women": 24,
                   "open_interruptions": 36, "reported_interruptions": 56},
        "causes": {"tackat_nej": 37, "annat_skal": 10, "resursbrist_bostad": 10},
        "history": [{"kvartal": "2023-Q3", "reported": 88, "ended": 24, "open": 64},
                    {"kvartal": "2023-Q4", "reported": 88, "ended": 31, "open": 57}],
        "lines": [{"nr": 41, "avslutad": "2023-09-30", "days": 393}],
    })
}

#[test]
fn the_faults_of_a_published_report_are_found() {
    let known = Known::of(&reference());
    for (sentence, quote, message) in [
        (
            "Ej verkställda beslut per den 31 januari 2023",
            "31 januari 2023",
            "kvartalets sista dag, den 31 december 2023",
        ),
        ("Totalt antal pågående beslut 2023-09-30", "2023-09-30", "kvartalets sista dag, den 31 december 2023"),
        ("Rapportering enligt 28 § LSS", "28 §", "Skriv 28 f–h §§ LSS"),
        ("Enligt 34 kap. 1 § SoL ska nämnden rapportera.", "34 kap. 1 §", "Skriv 16 kap. 6 f–h §§ SoL"),
        ("Antalet har ökat med +34,8 % sedan förra kvartalet.", "+34,8 %", "följer inte av rapporten"),
        (
            "Nämnden ska rapportera beslut som verkställts inom tre månader.",
            "verkställts inom tre månader",
            "Saknas ”inte”",
        ),
        ("Nämnden rapporterar verkställda beslut till IVO.", "verkställda beslut", "Saknas ”ej”"),
        ("Vid kvartalets slut finns 57 verkställda beslut.", "57", "Saknas ”ej”"),
        ("Under kvartalet rapporterades 98 ärenden.", "98 ärenden", "finns inte i rapporten"),
        ("Ett beslut har väntat i 394 dagar.", "394 dagar", "finns inte i rapporten"),
        ("Rapport för kvartal 2 2022.", "kvartal 2 2022", "Rapporten gäller kvartal 4 2023"),
        ("Rapporten omfattar kvartal 4 2023 (juli–september 2023).", "kvartal 4 2023", "Meningen säger både"),
        ("Beslutet fattades den 31 november 2023.", "31 november 2023", "finns inte i kalendern"),
        ("Beslutet fattades den 3 maj 2021.", "3 maj 2021", "finns inte i rapporten"),
    ] {
        let found = text(sentence, &known);
        let it = found.iter().find(|it| it.quote == quote).unwrap_or_else(|| panic!("{sentence}: {found:?}"));
        assert!(it.message.contains(message), "{sentence}: {}", it.message);
        assert_eq!(found.len(), 1, "{sentence}: {found:?}");
    }
}

#[test]
fn what_the_report_bears_out_is_left_alone() {
    let known = Known::of(&reference());
    for sentence in [
        "Den 31 december 2023 kvarstod 57 ärenden som ej verkställda: 33 män och 24 kvinnor.",
        "Antalet öppna ärenden är 7 färre än i kvartal 3 2023 (64; −10,9\u{a0}%).",
        "Den 30 september 2023, i slutet av kvartal 3 2023, kvarstod 64 ärenden.",
        "Skyldigheten står i 28 f–h §§ LSS och 16 kap. 6 f–h §§ SoL.",
        "Rapport enligt 28 h § LSS; särskild avgift enligt 28 a § LSS.",
        "Insatsen är beslutad enligt 9 § 3 LSS.",
        "Nämnden ska rapportera beslut som inte har verkställts inom tre månader.",
        "Under kvartalet verkställdes 18 beslut och 13 avslutades.",
        "Ett ärende har väntat i 393 dagar.",
        "Rapporten omfattar kvartal 4 2023 (oktober–december 2023).",
        "",
    ] {
        assert_eq!(text(sentence, &known), [], "{sentence}");
    }
}

#[test]
fn our_own_papers_have_no_remark() {
    let round = fixture::round();
    let report: Value = serde_json::from_slice(&fixture::json(&round)).unwrap();
    let known = Known::of(&report);
    let view = View::new(&round.report, round.voice());
    let paper = Paper::of(&view);
    for it in [
        namnd::document(&paper),
        tjansteskrivelse::document(&paper),
        revisorer::document(&paper),
        ivo::document(&paper, &[]),
    ] {
        assert_eq!(document(&it, &known), [], "{}", it.title);
    }
}
