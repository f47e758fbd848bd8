//! What stands beside the cells in an Office package: relationships, the list of sheets, comments, file properties.
//!
//! Goes in: small XML parts. Comes out: plain lists. Guaranteed: a broken part gives what could be read of it; nothing
//! is followed out of the package.

use memchr::memmem;
use rustc_hash::FxHashSet;

use crate::sheet::grid::{Comment, Visibility};
use crate::sheet::limits::Limits;
use crate::sheet::package::Package;
use crate::sheet::tap::corner;
use crate::sheet::xml::{self, Go, Node};

/// Parts read whole are small; one that is not is left.
pub(super) const SMALL: u64 = 16_000_000;

/// One line of a relationships part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Relation {
    pub id: String,
    /// The last word of the type's address: `worksheet`, `comments`.
    pub kind: String,
    /// The full name of the part it points to.
    pub target: String,
}

/// The relationships of a part, `""` for the package itself. Those that lead out of the package are left out.
pub(super) fn relations(package: &Package<'_>, of: &str) -> Vec<Relation> {
    let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
    let separator = if folder.is_empty() { "" } else { "/" };
    let Some(bytes) = package.read(&format!("{folder}{separator}_rels/{file}.rels"), SMALL) else { return Vec::new() };
    let mut all = Vec::new();
    xml::walk(bytes.as_slice(), |node| {
        if let Node::Start(element) = node
            && element.local_name().as_ref() == "Relationship"
            && xml::raw(element, "TargetMode").is_none_or(|it| it != "External")
            && let (Some(id), Some(kind), Some(target)) =
                (xml::value(element, "Id"), xml::value(element, "Type"), xml::value(element, "Target"))
        {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            all.push(Relation { id, kind, target: resolved(folder, &target) });
        }
        Go::On
    });
    all
}

/// A target as a full name within the package.
fn resolved(folder: &str, target: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    if !target.starts_with('/') {
        steps.extend(folder.split('/').filter(|it| !it.is_empty()));
    }
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            other => steps.push(other),
        }
    }
    steps.join("/")
}

/// A sheet as the workbook part lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub name: String,
    pub relation: String,
    pub visibility: Visibility,
}

/// The sheets in order, and whether dates count from 1904.
pub(super) fn sheets(workbook_part: &[u8]) -> (Vec<Listed>, bool) {
    let mut all = Vec::new();
    let mut epoch_1904 = false;
    xml::walk(workbook_part, |node| {
        if let Node::Start(element) = node {
            match element.local_name().as_ref() {
                "sheet" => {
                    let visibility = match xml::raw(element, "state").as_deref() {
                        Some("hidden") => Visibility::Hidden,
                        Some("veryHidden") => Visibility::VeryHidden,
                        _ => Visibility::Visible,
                    };
                    all.push(Listed {
                        name: xml::value(element, "name").unwrap_or_default(),
                        relation: relation_id(element).unwrap_or_default(),
                        visibility,
                    });
                }
                // The same name stands in an extension list, without the attribute.
                "workbookPr" => epoch_1904 |= xml::truth(element, "date1904").unwrap_or(false),
                _ => {}
            }
        }
        Go::On
    });
    (all, epoch_1904)
}

/// `r:id`, with whatever prefix; `sheetId` is another attribute.
fn relation_id(element: &quick_xml::events::BytesStart<'_>) -> Option<String> {
    element
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|it| it.key.local_name().as_ref() == "id")
        .map(|it| it.value.into_owned())
}

/// The cell formats whose font is struck through, by their number.
pub(super) fn struck_formats(styles: &[u8]) -> FxHashSet<usize> {
    let mut struck = FxHashSet::default();
    // Nearly no workbook has any.
    if memmem::find(styles, b"strike").is_none() {
        return struck;
    }
    let mut fonts: Vec<bool> = Vec::new();
    let (mut in_fonts, mut in_formats, mut formats) = (false, false, 0usize);
    xml::walk(styles, |node| {
        match node {
            Node::Start(element) => match element.local_name().as_ref() {
                "fonts" => in_fonts = true,
                "cellXfs" => in_formats = true,
                "font" if in_fonts => fonts.push(false),
                "strike" if in_fonts => {
                    if let Some(font) = fonts.last_mut() {
                        *font = xml::truth(element, "val").unwrap_or(true);
                    }
                }
                "xf" if in_formats => {
                    let font = xml::number::<usize>(element, "fontId").and_then(|it| fonts.get(it).copied());
                    if font.unwrap_or(false) {
                        struck.insert(formats);
                    }
                    formats += 1;
                }
                _ => {}
            },
            Node::End("fonts") => in_fonts = false,
            Node::End("cellXfs") => in_formats = false,
            _ => {}
        }
        Go::On
    });
    struck
}

/// Comments and threaded comments of a sheet, by the relationships of its part. The old-style note that stands in for a
/// thread is replaced by the thread.
pub(super) fn comments(package: &Package<'_>, relations: &[Relation], limits: &Limits) -> Vec<Comment> {
    let read = |kind: &'static str| {
        relations.iter().filter(move |it| it.kind == kind).filter_map(|it| package.read(&it.target, SMALL))
    };
    let mut notes = Vec::new();
    for bytes in read("comments") {
        read_comments(&bytes, "comment", &mut notes);
    }
    let mut threads: Vec<Comment> = Vec::new();
    for bytes in read("threadedComment") {
        read_comments(&bytes, "threadedComment", &mut threads);
    }
    notes.retain(|note| !threads.iter().any(|it| (it.row, it.col) == (note.row, note.col)));
    notes.append(&mut threads);
    notes.sort_by_key(|it| (it.row, it.col));
    notes.truncate(limits.fil.kommentarer);
    for note in &mut notes {
        if let Some((end, _)) = note.text.char_indices().nth(limits.fil.cell_tecken) {
            note.text.truncate(end);
        }
    }
    notes
}

fn read_comments(bytes: &[u8], element_name: &str, into: &mut Vec<Comment>) {
    let mut open: Option<Comment> = None;
    let mut in_text = false;
    xml::walk(bytes, |node| {
        match node {
            Node::Start(element) => match element.local_name().as_ref() {
                name if name == element_name => {
                    open = xml::raw(element, "ref").and_then(|it| corner(&it)).map(|(row, col)| Comment {
                        row,
                        col,
                        text: String::new(),
                    });
                }
                "t" | "text" => in_text = true,
                // A reading aid for Japanese repeats the text.
                "rPh" => in_text = false,
                _ => {}
            },
            Node::Text(text) => {
                if let (true, Some(comment)) = (in_text, open.as_mut()) {
                    comment.text.push_str(text);
                }
            }
            Node::End(name) if name == element_name => {
                in_text = false;
                if let Some(comment) = open.take() {
                    let text = comment.text.trim().to_owned();
                    if !text.is_empty() {
                        into.push(Comment { text, ..comment });
                    }
                }
            }
            Node::End("t" | "text") => in_text = false,
            Node::End(_) => {}
        }
        Go::On
    });
}

/// File properties: core, program and own ones, name and value. Counters and lists of sheet names are left out.
pub(super) fn properties(package: &Package<'_>) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for part in ["docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"] {
        if let Some(bytes) = package.read(part, SMALL) {
            read_properties(&bytes, 2, &mut all);
        }
    }
    all
}

const APP_SKIPPED: &[&str] = &["TitlesOfParts", "HeadingPairs", "HLinks"];
const PROPERTIES_MOST: usize = 500;
const PROPERTY_CHARS: usize = 4_000;

/// Reads a property part: each element at that depth is one. People's own ones carry their name in an attribute.
pub(super) fn read_properties(bytes: &[u8], at: u32, into: &mut Vec<(String, String)>) {
    let mut depth = 0u32;
    let mut name = String::new();
    let mut value = String::new();
    xml::walk(bytes, |node| {
        match node {
            Node::Start(element) => {
                depth = depth.saturating_add(1);
                if depth == at {
                    value.clear();
                    name = match element.local_name().as_ref() {
                        "property" | "user-defined" => xml::value(element, "name").unwrap_or_default(),
                        other => other.to_owned(),
                    };
                }
            }
            Node::Text(text) if depth >= at && value.len() < PROPERTY_CHARS => value.push_str(text),
            Node::Text(_) => {}
            Node::End(_) => {
                if depth == at && !value.trim().is_empty() && !APP_SKIPPED.contains(&name.as_str()) {
                    into.push((std::mem::take(&mut name), value.trim().to_owned()));
                }
                depth = depth.saturating_sub(1);
            }
        }
        if into.len() < PROPERTIES_MOST { Go::On } else { Go::Stop }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_from_the_folder_of_their_part() {
        for (folder, target, expected) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets", "../comments1.xml", "xl/comments1.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("xl", "../../../etc", "etc"),
        ] {
            assert_eq!(resolved(folder, target), expected);
        }
    }

    #[test]
    fn own_properties_have_the_name_people_gave_them() {
        let mut all = Vec::new();
        let xml = r#"<Properties><property fmtid="x" pid="2" name="mall_id"><vt:lpwstr>K1</vt:lpwstr></property></Properties>"#;
        read_properties(xml.as_bytes(), 2, &mut all);
        assert_eq!(all, vec![("mall_id".to_owned(), "K1".to_owned())]);
    }
}
