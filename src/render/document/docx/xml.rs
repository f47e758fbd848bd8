//! Pieces of WordprocessingML as text: runs, paragraphs, fields.
//!
//! Goes in: values of the content tree. Comes out: XML appended to a text. Guaranteed: every text is escaped and free of
//! characters that XML does not have; blanks and line breaks are kept; a figure carries the character style of figures.

use std::borrow::Cow;
use std::fmt::Write;

use quick_xml::escape::escape;

use super::super::missing::Reasons;
use super::super::tree::{Paragraph, Run};
use super::looks::Looks;
use crate::render::print::harmless;

/// Text or the value of an attribute.
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    match harmless(text) {
        Cow::Borrowed(text) => escape(text),
        Cow::Owned(text) => Cow::Owned(escape(text).into_owned()),
    }
}

/// Text of a run, its line breaks as line breaks.
fn push_text(out: &mut String, text: &str) {
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push_str("<w:br/>");
        }
        let _ = write!(out, "<w:t xml:space=\"preserve\">{}</w:t>", escaped(line));
    }
}

/// How all runs of a paragraph look beside what they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tone {
    pub bold: bool,
    /// Half points; none is that of the style.
    pub size: Option<u8>,
    /// A mark that leads to what stands below.
    pub raised: bool,
}

fn push_run(out: &mut String, style: &str, tone: Tone, text: &str) {
    out.push_str("<w:r>");
    if !style.is_empty() || tone != Tone::default() {
        out.push_str("<w:rPr>");
        if !style.is_empty() {
            let _ = write!(out, "<w:rStyle w:val=\"{}\"/>", escaped(style));
        }
        if tone.bold {
            out.push_str("<w:b/><w:bCs/>");
        }
        if let Some(size) = tone.size {
            let _ = write!(out, "<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>");
        }
        if tone.raised {
            out.push_str("<w:vertAlign w:val=\"superscript\"/>");
        }
        out.push_str("</w:rPr>");
    }
    push_text(out, text);
    out.push_str("</w:r>");
}

/// The runs of a paragraph or a cell; `reasons` says where it is told why something is missing.
pub(super) fn push_runs(out: &mut String, looks: &Looks, tone: Tone, runs: &[Run], reasons: &Reasons<'_>) {
    for run in runs {
        let style = match run {
            Run::Text(_) | Run::Missing(_) => "",
            Run::Strong(_) => looks.strong.as_str(),
            Run::Figure(_) => looks.figure.as_str(),
        };
        let Run::Missing(why) = run else {
            push_run(out, style, tone, run.plain());
            continue;
        };
        push_run(out, style, tone, &format!("{}{}", run.plain(), reasons.beside(why)));
        let mark = reasons.mark(why);
        if !mark.is_empty() {
            push_run(out, style, Tone { raised: true, ..tone }, &mark);
        }
    }
}

/// One plain text.
pub(super) fn push_plain(out: &mut String, tone: Tone, text: &str) {
    push_run(out, "", tone, text);
}

/// Opens a paragraph of a style; `more` is further properties in the order of the schema.
pub(super) fn open_paragraph(out: &mut String, style: &str, more: &str) {
    out.push_str("<w:p>");
    if !style.is_empty() || !more.is_empty() {
        out.push_str("<w:pPr>");
        if !style.is_empty() {
            let _ = write!(out, "<w:pStyle w:val=\"{}\"/>", escaped(style));
        }
        out.push_str(more);
        out.push_str("</w:pPr>");
    }
}

/// A whole paragraph.
pub(super) fn push_paragraph(out: &mut String, looks: &Looks, style: &str, more: &str, paragraph: &Paragraph) {
    open_paragraph(out, style, more);
    push_runs(out, looks, Tone::default(), &paragraph.0, &Reasons::Beside);
    out.push_str("</w:p>");
}

/// A whole paragraph of one plain text.
pub(super) fn push_line(out: &mut String, style: &str, more: &str, text: &str) {
    open_paragraph(out, style, more);
    push_plain(out, Tone::default(), text);
    out.push_str("</w:p>");
}

/// A field with the value it has until the program computes it anew.
pub(super) fn push_field(out: &mut String, instruction: &str, value: &str) {
    let _ = write!(
        out,
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> {instruction} \
         </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>{}</w:t></w:r><w:r><w:fldChar \
         w:fldCharType=\"end\"/></w:r>",
        escaped(value)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_line_breaks_stay() {
        let mut out = String::new();
        push_plain(&mut out, Tone::default(), "a < b\u{1} & \"c\"\nd");
        assert_eq!(
            out,
            "<w:r><w:t xml:space=\"preserve\">a &lt; b  &amp; &quot;c&quot;</w:t><w:br/>\
             <w:t xml:space=\"preserve\">d</w:t></w:r>"
        );
    }
}
