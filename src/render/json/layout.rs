//! How the document is laid out: one line per field of the document and one per row of its lists.
//!
//! Goes in: what the serializer is about to write. Comes out: line breaks. Guaranteed: valid JSON, no trailing blanks;
//! small enough to be streamed, and a change of one case is a change of one line.

use std::io::{Result, Write};

use serde_json::ser::Formatter;

/// Breaks lines at the two outer levels only.
#[derive(Default)]
pub struct RowPerLine {
    depth: usize,
    wrote: bool,
}

impl RowPerLine {
    fn open<W: ?Sized + Write>(&mut self, out: &mut W, mark: &[u8]) -> Result<()> {
        self.depth += 1;
        self.wrote = false;
        out.write_all(mark)
    }

    fn close<W: ?Sized + Write>(&mut self, out: &mut W, mark: &[u8], breaks: bool) -> Result<()> {
        if breaks && self.wrote {
            out.write_all(b"\n")?;
        }
        self.depth = self.depth.saturating_sub(1);
        self.wrote = true;
        out.write_all(mark)
    }

    fn next<W: ?Sized + Write>(&mut self, out: &mut W, first: bool, lead: &[u8], breaks: bool) -> Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        if breaks { out.write_all(lead) } else { Ok(()) }
    }
}

impl Formatter for RowPerLine {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        let breaks = self.depth <= 2;
        self.close(out, b"]", breaks)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> Result<()> {
        let breaks = self.depth <= 2;
        self.next(out, first, b"\n  ", breaks)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> Result<()> {
        self.wrote = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> Result<()> {
        let breaks = self.depth == 1;
        self.close(out, b"}", breaks)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> Result<()> {
        let breaks = self.depth == 1;
        self.next(out, first, b"\n", breaks)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> Result<()> {
        self.wrote = true;
        Ok(())
    }
}
