//! The styles a paper needs, found in a template by the names people see, and ours where it has none.
//!
//! Goes in: the styles part of a template. Comes out: [`Looks`] with its ids, and the part with what was missing.
//! Guaranteed: no style of the template is changed.

use super::super::looks::Looks;
use super::tree::{Element, Node, parse};

/// Names of the roles in the order of [`Looks::ids`], and what people call them; empty for those nobody misses.
const ROLES: [(&str, &str); 17] = [
    ("heading 1", "Rubrik 1"),
    ("heading 2", "Rubrik 2"),
    ("heading 3", "Rubrik 3"),
    ("heading 4", "Rubrik 4"),
    ("caption", "Beskrivning"),
    ("list bullet", "Punktlista"),
    ("strong", ""),
    ("kvartal siffra", ""),
    ("kvartal not", ""),
    ("kvartal tabelltext", ""),
    ("kvartal tabellsiffra", ""),
    ("kvartal tabellrubrik", ""),
    ("kvartal uppgift", ""),
    ("kvartal diagram", ""),
    ("kvartal underskrift", ""),
    ("kvartal tabell", "Kvartal tabell"),
    ("kvartal uppgifter", ""),
];

const OWN: &[u8] = include_bytes!("../parts/styles.xml");
/// A number for our list that a template does not have.
pub(super) const LIST: &str = "9001";

fn style_name(style: &Element) -> Option<String> {
    Some(style.child("w:name")?.attribute("w:val")?.to_lowercase())
}

fn id_of(styles: &Element, name: &str) -> Option<String> {
    styles.elements().find(|it| style_name(it).as_deref() == Some(name))?.attribute("w:styleId")
}

/// Says which of the styles people know are missing.
pub(super) fn notes(part: Option<&[u8]>) -> Vec<String> {
    let styles = part.and_then(parse).unwrap_or_default();
    let missing = ROLES.iter().filter(|it| !it.1.is_empty() && id_of(&styles, it.0).is_none());
    missing.map(|it| format!("Mallen saknar formatet ”{}”. Kvartals eget format används i stället.", it.1)).collect()
}

pub(super) struct Merged {
    pub looks: Looks,
    pub part: Element,
    /// Whether our own list is used, so that its numbering is needed.
    pub own_list: bool,
}

pub(super) fn merged(part: Option<&[u8]>) -> Merged {
    let own = parse(OWN).unwrap_or_default();
    let mut part = part.and_then(parse).unwrap_or_else(|| Element { children: Vec::new(), ..own.clone() });
    let mut looks = Looks::own();
    // The template's letters may be broader than ours.
    looks.letter = 116;
    looks.own_table = id_of(&part, "kvartal tabell").is_none();
    let own_list = id_of(&part, "list bullet").is_none();
    // First the ids, so that a style of ours that stands on another of ours finds it.
    let mut added = Vec::new();
    let mut renamed: Vec<(String, String)> = Vec::new();
    for (id, (name, _)) in looks.ids().zip(ROLES) {
        let new = match id_of(&part, name) {
            Some(theirs) => theirs,
            None => {
                added.push(name);
                let taken = part.elements().any(|it| it.attribute("w:styleId").as_deref() == Some(id.as_str()));
                if taken { format!("Kvartal{id}") } else { id.clone() }
            }
        };
        renamed.push((std::mem::replace(id, new.clone()), new));
    }
    let default = |kind: &str| {
        let is_default = |it: &&Element| {
            it.attribute("w:type").as_deref() == Some(kind)
                && it.attribute("w:default").is_some_and(|it| it == "1" || it == "true")
        };
        part.elements().find(is_default).and_then(|it| it.attribute("w:styleId"))
    };
    renamed.push(("Normal".to_owned(), default("paragraph").unwrap_or_default()));
    renamed.push(("TableNormal".to_owned(), default("table").unwrap_or_default()));
    for name in added {
        if let Some(style) = own.elements().find(|it| style_name(it).as_deref() == Some(name)) {
            part.children.push(Node::Element(adapted(style, &renamed)));
        }
    }
    Merged { looks, part, own_list }
}

/// A style of ours with the ids of the template.
fn adapted(style: &Element, renamed: &[(String, String)]) -> Element {
    let new = |old: &str| renamed.iter().find(|it| it.0 == old).map(|it| it.1.clone());
    let mut out = style.clone();
    let id = style.attribute("w:styleId").unwrap_or_default();
    if let Some(it) = new(&id) {
        out.attributes = out.attributes.replace(&format!("w:styleId=\"{id}\""), &format!("w:styleId=\"{it}\""));
    }
    out.children.retain_mut(|node| {
        let Some(it) = node.element_mut() else { return true };
        match it.name.as_str() {
            "w:basedOn" | "w:next" => {
                let named = it.attribute("w:val").and_then(|it| new(&it)).filter(|it| !it.is_empty());
                it.attributes = format!("w:val=\"{}\"", named.as_deref().unwrap_or_default());
                named.is_some()
            }
            "w:pPr" => {
                for list in it.children.iter_mut().filter_map(Node::element_mut).filter(|it| it.name == "w:numPr") {
                    list.children = vec![Node::Raw(format!("<w:numId w:val=\"{LIST}\"/>"))];
                }
                true
            }
            _ => true,
        }
    });
    out
}
