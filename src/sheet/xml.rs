//! One way through an XML part.
//!
//! Goes in: bytes or a stream, and what to do at each node. Comes out: whether the part was well-formed to its end.
//! Guaranteed: no entity but the five of XML and character references is ever expanded; names come without prefix.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// What was met. An empty element is a start and an end.
#[derive(Debug)]
pub(super) enum Node<'a> {
    Start(&'a BytesStart<'a>),
    Text(&'a str),
    End(&'a str),
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Go {
    On,
    Stop,
}

/// How a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walked {
    /// The whole part was seen.
    ToTheEnd,
    /// The caller said stop.
    Stopped,
    /// Not well-formed, cut off, or it refers to an entity.
    Broken,
}

/// Walks through a part from its start. Text may come in several pieces.
pub(super) fn walk(source: impl BufRead, mut each: impl FnMut(Node<'_>) -> Go) -> Walked {
    let mut reader = Reader::from_reader(source);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = false;
    config.check_comments = false;
    let mut buffer = Vec::with_capacity(1024);
    let mut depth = 0u32;
    loop {
        buffer.clear();
        let Ok(event) = reader.read_event_into(&mut buffer) else { return Walked::Broken };
        let go = match event {
            Event::Start(it) => {
                depth = depth.saturating_add(1);
                each(Node::Start(&it))
            }
            Event::End(it) => {
                depth = depth.saturating_sub(1);
                each(Node::End(it.local_name().as_ref()))
            }
            Event::Text(it) => each(Node::Text(&it.xml10_content())),
            Event::CData(it) => each(Node::Text(&it.xml10_content())),
            Event::GeneralRef(it) => {
                let mut letter = [0u8; 4];
                let text: &str = match it.resolve_char_ref() {
                    Ok(Some(found)) => found.encode_utf8(&mut letter),
                    Ok(None) => match resolve_predefined_entity(&it.into_inner()) {
                        Some(found) => found,
                        None => return Walked::Broken,
                    },
                    Err(_) => return Walked::Broken,
                };
                each(Node::Text(text))
            }
            Event::Eof if depth == 0 => return Walked::ToTheEnd,
            Event::Eof => return Walked::Broken,
            _ => Go::On,
        };
        if go == Go::Stop {
            return Walked::Stopped;
        }
    }
}

/// The raw value of an attribute by its name without prefix.
pub(super) fn raw<'a>(element: &'a BytesStart<'_>, name: &str) -> Option<Cow<'a, str>> {
    element
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|it| it.key.local_name().as_ref() == name)
        .map(|it| it.value)
}

/// The value of an attribute with its references resolved.
pub(super) fn value(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|it| it.key.local_name().as_ref() == name)
        .and_then(|it| it.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned))
}

/// An attribute as a number.
pub(super) fn number<T: std::str::FromStr>(element: &BytesStart<'_>, name: &str) -> Option<T> {
    raw(element, name)?.trim().parse().ok()
}

/// An attribute as xsd:boolean; absent is `None`.
pub(super) fn truth(element: &BytesStart<'_>, name: &str) -> Option<bool> {
    Some(matches!(raw(element, name)?.trim(), "1" | "true" | "on"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(xml: &str) -> (String, Walked) {
        let mut all = String::new();
        let end = walk(xml.as_bytes(), |node| {
            if let Node::Text(text) = node {
                all.push_str(text);
            }
            Go::On
        });
        (all, end)
    }

    #[test]
    fn references_are_resolved_and_entities_refused() {
        assert_eq!(text_of("<a>1 &lt; 2 &#229;<![CDATA[&x;]]></a>"), ("1 < 2 å&x;".to_owned(), Walked::ToTheEnd));
        assert_eq!(text_of("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>").1, Walked::Broken);
    }

    #[test]
    fn a_part_that_is_cut_off_is_broken() {
        assert_eq!(text_of("<a><b>1</b>").1, Walked::Broken);
        assert_eq!(text_of("<a><b/></a>").1, Walked::ToTheEnd);
    }
}
