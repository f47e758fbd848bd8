//! What the paper says about its own protection: what was done, how much it hides, what it was compared with.
//!
//! Goes in: a [`Public`]. Comes out: a section. Guaranteed: says how much is hidden, never which cells were small.

use crate::render::document::{Block, Paragraph, Section};
use crate::render::print::{counted, list, share};

use super::Public;

pub fn section(public: &Public) -> Section {
    let it = &public.protection;
    let mut prose = vec![
        "Rapporten är offentlig. Uppgifter om enskilda i socialtjänsten skyddas av sekretess (26 kap. 1 § offentlighets- \
         och sekretesslagen). Därför innehåller den inga datum, inga ärendenummer och inga beskrivningar av enskilda beslut."
            .to_owned(),
    ];
    if public.totals.open > 0 {
        prose.push(format!(
            "Antal från 1 till {} räknas som små. De slås först ihop med närliggande insatser, tider eller skäl. Räcker \
             inte det skyddas de, och så många andra antal att de skyddade inte går att räkna ut. Summan av alla beslut \
             är alltid den rätta. Ett skyddat antal är inte noll.",
            it.threshold.saturating_sub(1)
        ));
        prose.push(
            "En nolla visas när den inte säger något om en enskild person: ett kön, en ålder eller en insats som ingen \
             väntar på, eller ett skäl eller en tid när minst två andra har antal som får visas."
                .to_owned(),
        );
        prose.push(how_much(public));
        prose.push(compared(public));
    }
    Section::new("skydd", "Så skyddas enskilda", 1)
        .prose(prose.into_iter().map(Paragraph::text).collect())
        .blocks(withheld(public).into_iter().collect())
}

/// One sentence of how much is hidden.
pub fn how_much(public: &Public) -> String {
    let it = &public.protection;
    match it.share() {
        None => "Tabellerna har inga celler att skydda.".to_owned(),
        Some(_) if it.hidden == 0 => {
            format!("Ingen av tabellernas {} är skyddad.", counted(it.cells as usize, "cell", "celler"))
        }
        Some(part) => format!(
            "Av tabellernas {} är {} skyddade ({}); tabeller som inte visas alls är medräknade.",
            counted(it.cells as usize, "cell", "celler"),
            it.hidden,
            share(part)
        ),
    }
}

fn compared(public: &Public) -> String {
    let quarters: Vec<String> = public.protection.compared.iter().rev().map(ToString::to_string).collect();
    if quarters.is_empty() {
        return "Ingen tidigare publicerad rapport fanns att jämföra med.".to_owned();
    }
    format!(
        "Rapporten har jämförts med de tidigare publicerade rapporterna för {}. Kontrollen gäller den som man vet har \
         kommit till, blivit kvar eller slutat vänta mellan dem: skäl, tid, och om det är ett beslut eller ett avbrott \
         ska inte gå att räkna ut av rapporterna tillsammans. Inte heller ska det gå att räkna ut att bara några få har \
         kommit till i en insats.",
        list(&quarters.iter().map(String::as_str).collect::<Vec<_>>())
    )
}

fn withheld(public: &Public) -> Option<Block> {
    let name = |it: &super::Withheld| {
        let per = if it.per_group { " per insats" } else { "" };
        Paragraph::text(format!("{}{per}", it.attribute.swedish()))
    };
    let all: Vec<Paragraph> = public.protection.withheld.iter().map(name).collect();
    if all.is_empty() || public.totals.open == 0 {
        return None;
    }
    let mut items =
        vec![Paragraph::text("Dessa tabeller visas inte detta kvartal, eftersom de skulle säga för mycket:")];
    items.extend(all);
    Some(Block::List(items))
}
