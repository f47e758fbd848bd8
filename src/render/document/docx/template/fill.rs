//! A template with a paper in it.
//!
//! Goes in: a [`Template`] and a [`Document`]. Comes out: the bytes of a .docx. Guaranteed: parts that hold no placeholder
//! come out as they were; lying pages have the template's own margins, heads and feet.

use super::super::body::{Stretch, Writing};
use super::super::chart::ChartPart;
use super::super::looks::Room;
use super::super::package::{self, Package};
use super::super::push_break;
use super::marks::{self, Mark, TEXTS};
use super::styles::{self, LIST};
use super::tree::{Element, Node, parse, to_part};
use super::{Template, TemplateError, is_text_part, written};
use crate::render::RenderError;
use crate::render::document::tree::{Document, Section};

const RELATION: &str = "rIdKvartalDiagram";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

pub(in super::super) fn write(template: &Template, document: &Document) -> Result<Vec<u8>, RenderError> {
    let mut root = template.part("word/document.xml").and_then(parse).ok_or(TemplateError::NotWord)?;
    let merged = styles::merged(template.part("word/styles.xml"));
    let mut writing = Writing::new(&merged.looks, RELATION);
    let placed = placed(&root, document)?;
    if let Some(body) = root.children.iter_mut().filter_map(Node::element_mut).find(|it| it.name == "w:body") {
        Filling { document, placed: &placed, writing: &mut writing }.body(body)?;
    }
    let value = |at: usize| value(document, TEXTS.get(at).copied().unwrap_or_default());
    marks::replace(&mut root, &value);

    let mut package = Package::new();
    let mut has_numbering = false;
    for (name, content) in &template.parts {
        let tree = || parse(content).ok_or(TemplateError::NotWord);
        match name.as_str() {
            "[Content_Types].xml" => {
                let numbered = merged.own_list && template.part("word/numbering.xml").is_none();
                package.add(name, &to_part(&content_types(tree()?, &writing.charts, numbered)))?;
            }
            "word/document.xml" => package.add(name, &to_part(&root))?,
            "word/styles.xml" => package.add(name, &to_part(&merged.part))?,
            "word/numbering.xml" if merged.own_list => {
                has_numbering = true;
                let mut numbering = tree()?;
                add_list(&mut numbering, &merged.looks.list);
                package.add(name, &to_part(&numbering))?;
            }
            "word/_rels/document.xml.rels" => {
                let numbered = merged.own_list && template.part("word/numbering.xml").is_none();
                package.add(name, &to_part(&relations(tree()?, &writing.charts, numbered)))?;
            }
            it if is_text_part(it) && marks::found(&all_text(&tree()?)).0.iter().any(|it| !it.is_block()) => {
                let mut part = tree()?;
                marks::replace(&mut part, &value);
                package.add(name, &to_part(&part))?;
            }
            _ => package.add(name, content)?,
        }
    }
    if merged.own_list && !has_numbering {
        let mut numbering = Element {
            name: "w:numbering".to_owned(),
            attributes: format!("xmlns:w=\"{}\"", super::super::MAIN),
            children: Vec::new(),
        };
        add_list(&mut numbering, &merged.looks.list);
        package.add("word/numbering.xml", &to_part(&numbering))?;
    }
    for it in &writing.charts {
        package.add_chart(it)?;
    }
    package.finish()
}

fn all_text(part: &Element) -> String {
    let mut out = String::new();
    part.walk(&mut |it| {
        if it.name == "w:p" {
            out.push_str(&marks::plain(it));
            out.push('\n');
        }
    });
    out
}

/// The keys of the sections with places of their own; an error names those the paper does not have.
fn placed(root: &Element, document: &Document) -> Result<Vec<String>, TemplateError> {
    let (keys, mut unknown) = (|it: &str| document.sections.iter().any(|section| section.key == it), Vec::new());
    let mut placed = Vec::new();
    for it in marks::found(&all_text(root)).0 {
        let Mark::Section { key, may_be_absent } = &it else { continue };
        if !may_be_absent && !keys(key) {
            let near = document.sections.iter().map(|it| (strsim::jaro_winkler(key, &it.key), it.key.as_str()));
            let near = near.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|it| it.0 > 0.8);
            let hint = near.map(|it| format!(" (menade du {}?)", it.1)).unwrap_or_default();
            unknown.push(format!("{}{hint}", written(&it)));
        }
        placed.push(key.clone());
    }
    if unknown.is_empty() { Ok(placed) } else { Err(TemplateError::NoSection(unknown.join(", "))) }
}

/// What stands in the place of a text mark; nothing when the paper does not say it.
fn value(document: &Document, name: &str) -> String {
    let fact = |wanted: &str| {
        document.facts.iter().find(|it| it.0.to_lowercase() == wanted).map(|it| it.1.clone()).unwrap_or_default()
    };
    match name {
        "titel" => document.title.clone(),
        "underrubrik" => document.subtitle.clone(),
        "namnd" => fact("nämnd"),
        other => fact(other),
    }
}

pub(super) fn unfilled(template: &Template, document: &Document) -> Vec<String> {
    let parts = template.parts.iter().filter(|it| it.0 == "word/document.xml" || is_text_part(&it.0));
    let text: String = parts.filter_map(|it| Some(all_text(&parse(&it.1)?))).collect();
    let used = marks::found(&text).0;
    let empty = |it: &&str| value(document, it).is_empty();
    let asked = |it: &&str| used.contains(&Mark::read(it));
    let all = TEXTS.iter().copied().filter(|it| asked(it) && empty(it));
    all.map(|it| format!("Mallen har {{{{{it}}}}}, men rapporten har ingen sådan uppgift. Platsen lämnas tom."))
        .collect()
}

struct Filling<'a, 'w> {
    document: &'a Document,
    placed: &'a [String],
    writing: &'a mut Writing<'w>,
}

impl<'a> Filling<'a, '_> {
    fn sections(&self, mark: &Mark) -> Vec<&'a Section> {
        let is_placed = |it: &&Section| self.placed.contains(&it.key);
        let all = self.document.sections.iter();
        match mark {
            Mark::Content => all.filter(|it| !is_placed(it)).collect(),
            Mark::Section { key, .. } => all.filter(|it| it.key == *key).collect(),
            Mark::Text(_) | Mark::Unknown(_) => Vec::new(),
        }
    }

    fn body(&mut self, body: &mut Element) -> Result<(), RenderError> {
        let mut at = 0;
        while at < body.children.len() {
            let Some(mark) = body.children.get(at).and_then(Node::element).and_then(block_mark) else {
                if let Some(it) = body.children.get_mut(at).and_then(Node::element_mut) {
                    self.inside(it)?;
                }
                at += 1;
                continue;
            };
            let (pages, follows) = pages(&body.children, at);
            let room = pages.as_ref().map_or_else(Room::own, room);
            let stretches = self.writing.sections(self.sections(&mark).into_iter(), room)?;
            let turns = stretches.iter().any(|it| it.lying);
            let begins = !body.children.iter().take(at).any(|it| it.element().is_some());
            let xml = if turns { turned(&stretches, pages.as_ref(), begins, follows) } else { joined(&stretches) };
            if let Some(place) = body.children.get_mut(at) {
                *place = Node::Raw(xml);
            }
            if turns {
                let lies = !follows && stretches.last().is_some_and(|it| it.lying);
                settle(&mut body.children, at, lies);
            }
            at += 1;
        }
        Ok(())
    }

    /// Marks in cells and frames: there the pages cannot be turned.
    fn inside(&mut self, element: &mut Element) -> Result<(), RenderError> {
        for node in &mut element.children {
            let Some(it) = node.element_mut() else { continue };
            if let Some(mark) = block_mark(it) {
                let room = Room { lying: None, ..Room::own() };
                let stretches = self.writing.sections(self.sections(&mark).into_iter(), room)?;
                let xml = joined(&stretches);
                // A cell cannot be empty.
                *node = Node::Raw(if xml.is_empty() { "<w:p/>".to_owned() } else { xml });
            } else {
                self.inside(it)?;
            }
        }
        Ok(())
    }
}

fn block_mark(it: &Element) -> Option<Mark> {
    if it.name != "w:p" {
        return None;
    }
    marks::alone(&marks::plain(it)).filter(Mark::is_block)
}

fn joined(stretches: &[Stretch]) -> String {
    stretches.iter().map(|it| it.xml.as_str()).collect()
}

/// The properties of the pages at a place, and whether anything follows on them.
fn pages(children: &[Node], at: usize) -> (Option<Element>, bool) {
    let mut follows = false;
    for it in children.iter().skip(at + 1).filter_map(Node::element) {
        if let Some(found) = section_of(it) {
            return (Some(found.clone()), follows || it.name == "w:p");
        }
        follows |= it.name != "w:bookmarkEnd";
    }
    (None, follows)
}

fn section_of(it: &Element) -> Option<&Element> {
    match it.name.as_str() {
        "w:sectPr" => Some(it),
        "w:p" => it.child("w:pPr")?.child("w:sectPr"),
        _ => None,
    }
}

fn measure(pages: &Element, element: &str, attribute: &str) -> Option<u32> {
    pages.child(element)?.attribute(attribute)?.trim().parse().ok()
}

fn room(pages: &Element) -> Room {
    let own = Room::own();
    let sizes = (measure(pages, "w:pgSz", "w:w"), measure(pages, "w:pgSz", "w:h"));
    let (Some(width), Some(height)) = sizes else { return own };
    let sides =
        measure(pages, "w:pgMar", "w:left").unwrap_or(1417) + measure(pages, "w:pgMar", "w:right").unwrap_or(1417);
    let lying = (height > width).then(|| height.saturating_sub(sides).max(2000));
    Room { standing: width.saturating_sub(sides).max(2000), lying }
}

/// Stretches with the template's own pages between them.
fn turned(stretches: &[Stretch], pages: Option<&Element>, begins: bool, follows: bool) -> String {
    let Some(pages) = pages else { return joined(stretches) };
    let mut out = String::new();
    let mut first = true;
    let mut end = |out: &mut String, lying: bool| {
        let mut copy = pages.clone();
        // A first page, and a number to begin with, come once.
        let drop: &[&str] = if first { &["w:type"] } else { &["w:type", "w:titlePg", "w:pgNumType"] };
        copy.children.retain(|it| it.element().is_none_or(|it| !drop.contains(&it.name.as_str())));
        if lying {
            turn(&mut copy);
        }
        let mut xml = String::new();
        copy.push(&mut xml);
        push_break(out, &xml);
        first = false;
    };
    if !begins && stretches.first().is_some_and(|it| it.lying) {
        end(&mut out, false);
    }
    for (at, it) in stretches.iter().enumerate() {
        out.push_str(&it.xml);
        let last = at + 1 == stretches.len();
        if !last || (it.lying && follows) {
            end(&mut out, it.lying);
        }
    }
    out
}

fn turn(pages: &mut Element) {
    let (Some(width), Some(height)) = (measure(pages, "w:pgSz", "w:w"), measure(pages, "w:pgSz", "w:h")) else {
        return;
    };
    let size = pages.children.iter_mut().filter_map(Node::element_mut).find(|it| it.name == "w:pgSz");
    if let Some(it) = size {
        it.attributes = format!("w:w=\"{height}\" w:h=\"{width}\" w:orient=\"landscape\"");
    }
}

/// The pages after those that were put in: not a first page again, and lying if the paper ends so.
fn settle(children: &mut [Node], at: usize, lies: bool) {
    for it in children.iter_mut().skip(at + 1).filter_map(Node::element_mut) {
        let pages = match it.name.as_str() {
            "w:sectPr" => Some(it),
            "w:p" => {
                let properties = it.children.iter_mut().filter_map(Node::element_mut).find(|it| it.name == "w:pPr");
                properties.and_then(|it| {
                    it.children.iter_mut().filter_map(Node::element_mut).find(|it| it.name == "w:sectPr")
                })
            }
            _ => None,
        };
        let Some(pages) = pages else { continue };
        let drop = ["w:type", "w:titlePg", "w:pgNumType"];
        pages.children.retain(|it| it.element().is_none_or(|it| !drop.contains(&it.name.as_str())));
        if lies {
            turn(pages);
        }
        return;
    }
}

fn content_types(mut root: Element, charts: &[ChartPart], numbering: bool) -> Element {
    for it in root.children.iter_mut().filter_map(Node::element_mut) {
        // A .dotx becomes a document.
        it.attributes =
            it.attributes.replace("wordprocessingml.template.main+xml", "wordprocessingml.document.main+xml");
    }
    let has_books =
        root.elements().any(|it| it.attribute("Extension").is_some_and(|it| it.eq_ignore_ascii_case("xlsx")));
    let mut added = String::new();
    if !has_books && !charts.is_empty() {
        added.push_str(
            "<Default Extension=\"xlsx\" \
             ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\"/>",
        );
    }
    charts.iter().for_each(|it| added.push_str(&package::chart_type(it.number)));
    if numbering {
        added.push_str(
            "<Override PartName=\"/word/numbering.xml\" \
             ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml\"/>",
        );
    }
    root.children.push(Node::Raw(added));
    root
}

fn relations(mut root: Element, charts: &[ChartPart], numbering: bool) -> Element {
    let mut added: String = charts.iter().map(|it| package::chart_relation(RELATION, it.number)).collect();
    if numbering {
        added.push_str(&format!(
            "<Relationship Id=\"rIdKvartalNumrering\" Type=\"{OFFICE}/numbering\" Target=\"numbering.xml\"/>"
        ));
    }
    root.children.push(Node::Raw(added));
    root
}

/// Our list: its kind before all numbers, its number after them, as the format wants it.
fn add_list(numbering: &mut Element, style: &str) {
    let kind = format!(
        "<w:abstractNum w:abstractNumId=\"{LIST}\"><w:multiLevelType w:val=\"singleLevel\"/><w:lvl \
         w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"bullet\"/><w:pStyle w:val=\"{style}\"/><w:lvlText \
         w:val=\"•\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"397\" w:hanging=\"284\"/></w:pPr></w:lvl>\
         </w:abstractNum>"
    );
    let number = format!("<w:num w:numId=\"{LIST}\"><w:abstractNumId w:val=\"{LIST}\"/></w:num>");
    let is = |node: &Node, name: &str| node.element().is_some_and(|it| it.name == name);
    let last =
        numbering.children.iter().position(|it| is(it, "w:numIdMacAtCleanup")).unwrap_or(numbering.children.len());
    numbering.children.insert(last, Node::Raw(number));
    let first = numbering.children.iter().position(|it| is(it, "w:num")).unwrap_or(last);
    numbering.children.insert(first, Node::Raw(kind));
}
