//! XML as a tree that comes out as it went in, but for what was changed.
//!
//! Goes in: a part of a package. Comes out: [`Element`]s, and text again. Guaranteed: attributes and texts are kept as they
//! were written; no document type, no entity of the file's own, no depth that could exhaust the stack.

use quick_xml::escape::{escape, unescape};
use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// Deeper than any document.
const DEEPEST: usize = 200;

#[derive(Debug, Clone)]
pub(super) enum Node {
    Element(Element),
    /// Text as written, with its references.
    Raw(String),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    pub name: String,
    /// As written, without the blanks around.
    pub attributes: String,
    pub children: Vec<Node>,
}

/// The element at the root; `None` when the part is broken or has what it must not have.
pub(super) fn parse(bytes: &[u8]) -> Option<Element> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        let into = open.last_mut()?;
        match reader.read_event().ok()? {
            Event::Start(it) => {
                let name = it.name().as_ref().to_owned();
                let attributes = it.attributes_raw().trim().to_owned();
                open.push(Element { name, attributes, children: Vec::new() });
                if open.len() > DEEPEST {
                    return None;
                }
            }
            Event::Empty(it) => {
                let name = it.name().as_ref().to_owned();
                let attributes = it.attributes_raw().trim().to_owned();
                into.children.push(Node::Element(Element { name, attributes, children: Vec::new() }));
            }
            Event::End(_) => {
                let done = open.pop()?;
                open.last_mut()?.children.push(Node::Element(done));
            }
            Event::Text(it) => into.children.push(Node::Raw((*it).to_owned())),
            Event::CData(it) => into.children.push(Node::Raw(escape(&*it).into_owned())),
            Event::GeneralRef(it) => into.children.push(Node::Raw(format!("&{};", &*it))),
            Event::DocType(_) => return None,
            Event::Eof => break,
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
        }
    }
    let root = open.pop().filter(|_| open.is_empty())?;
    root.children.into_iter().find_map(|it| match it {
        Node::Element(it) => Some(it),
        Node::Raw(_) => None,
    })
}

/// A whole part.
pub(super) fn to_part(root: &Element) -> Vec<u8> {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
    root.push(&mut out);
    out.into_bytes()
}

impl Node {
    pub(super) fn element(&self) -> Option<&Element> {
        match self {
            Self::Element(it) => Some(it),
            Self::Raw(_) => None,
        }
    }

    pub(super) fn element_mut(&mut self) -> Option<&mut Element> {
        match self {
            Self::Element(it) => Some(it),
            Self::Raw(_) => None,
        }
    }
}

impl Element {
    pub(super) fn push(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        if !self.attributes.is_empty() {
            out.push(' ');
            out.push_str(&self.attributes);
        }
        if self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        for it in &self.children {
            match it {
                Node::Element(it) => it.push(out),
                Node::Raw(it) => out.push_str(it),
            }
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(Node::element)
    }

    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|it| it.name == name)
    }

    /// The value of an attribute by its name as written.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let wrapped = format!("a {}", self.attributes);
        let start = quick_xml::events::BytesStart::from_content(wrapped, 1);
        let found = start.attributes().with_checks(false).filter_map(Result::ok).find(|it| it.key.as_ref() == name)?;
        unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
    }

    /// All text in it, references resolved.
    pub(super) fn text(&self) -> String {
        let raw: String = self
            .children
            .iter()
            .filter_map(|it| match it {
                Node::Raw(it) => Some(it.as_str()),
                Node::Element(_) => None,
            })
            .collect();
        unescape(&raw).map(std::borrow::Cow::into_owned).unwrap_or(raw)
    }

    pub(super) fn set_text(&mut self, text: &str) {
        self.attributes = "xml:space=\"preserve\"".to_owned();
        self.children = vec![Node::Raw(super::super::xml::escaped(text).into_owned())];
    }

    /// Every element below it, itself first.
    pub(super) fn walk<'a>(&'a self, each: &mut impl FnMut(&'a Element)) {
        each(self);
        self.elements().for_each(|it| it.walk(each));
    }
}
