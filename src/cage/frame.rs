//! What child and parent say to each other.
//!
//! Goes in: a request, or an opened file. Comes out: bounded frames, a length and a postcard value each, and the opened
//! file put together again. Guaranteed: neither side holds the encoded whole; the parent trusts nothing in a frame:
//! lengths, text ids, rows, columns, order and counts are checked against the limits before they are kept.

use std::borrow::Cow;
use std::io;

use serde::{Deserialize, Serialize};

use crate::cage::cells;
use crate::model::Observation;
use crate::sheet::grid::{Area, Comment, Sheet, TextId, Visibility, Workbook};
use crate::sheet::{Format, Limits, Opened};

/// What a child says when it has confined itself and waits for a file: an empty frame.
pub(super) const READY: [u8; 4] = [0; 4];

/// No frame of ours comes near: the largest holds a row of 16 384 cells.
const FRAME_MOST: usize = 4 << 20;
/// Frames are filled to about this and then sent.
const FRAME_FULL: usize = 1 << 16;
const LIST_FULL: usize = 1_024;
/// More than any reader makes of one file.
const OBSERVATIONS_MOST: usize = 10_000;
const LIST_MOST: usize = 200_000;

/// Asks the child to open a file; its bytes follow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request<'a> {
    pub name: &'a str,
    pub size: u64,
    pub limits: Limits,
}

#[derive(Debug, Serialize, Deserialize)]
enum Frame<'a> {
    /// Texts of the workbook, in the order of their ids.
    Texts(#[serde(borrow)] Vec<&'a str>),
    Properties(#[serde(borrow)] Vec<(&'a str, &'a str)>),
    /// A sheet begins; what follows belongs to it.
    Sheet(&'a str, Visibility, bool),
    /// Rows as [`cells`] writes them.
    Rows(#[serde(borrow)] Block<'a>),
    Merged(Cow<'a, [Area]>),
    HiddenRows(Cow<'a, [(u32, u32)]>),
    HiddenCols(Cow<'a, [(u16, u16)]>),
    Comments(Cow<'a, [Comment]>),
    Observations(Cow<'a, [Observation]>),
    /// Ends the answer: the format, and whether there is a workbook and its dates count from 1904.
    Done(Option<Format>, Option<bool>),
}

/// Bytes that are copied as they are; serde would take a slice one by one.
#[derive(Debug, Deserialize)]
struct Block<'a>(#[serde(borrow)] &'a [u8]);

impl Serialize for Block<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

/// A request as bytes.
pub(super) fn request(request: &Request<'_>) -> Vec<u8> {
    let body = postcard::to_stdvec(request).unwrap_or_default();
    let mut all = u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes().to_vec();
    all.extend(body);
    all
}

pub(super) fn read_request(body: &[u8]) -> io::Result<Request<'_>> {
    postcard::from_bytes(body).map_err(io::Error::other)
}

/// The length of a frame's body, when it is one that may be.
pub(super) fn length(bytes: [u8; 4]) -> io::Result<usize> {
    let length = u32::from_le_bytes(bytes) as usize;
    if length > FRAME_MOST { Err(io::ErrorKind::InvalidData.into()) } else { Ok(length) }
}

/// The first whole frame of what has come, and what follows it.
pub(super) fn split(bytes: &[u8]) -> io::Result<Option<(&[u8], &[u8])>> {
    let Some((head, rest)) = bytes.split_first_chunk::<4>() else { return Ok(None) };
    Ok(rest.split_at_checked(length(*head)?))
}

/// Sends an opened file, frame by frame.
pub(super) fn send(opened: &Opened, write: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut sending = Sending { buffer: Vec::new(), write };
    if let Some(workbook) = &opened.workbook {
        let mut texts = Vec::new();
        let mut size = 0;
        for id in 0..workbook.text_count() {
            let text = workbook.text(TextId(u32::try_from(id).unwrap_or(u32::MAX)));
            texts.push(text);
            size += text.len() + 2;
            if size >= FRAME_FULL {
                sending.frame(&Frame::Texts(std::mem::take(&mut texts)))?;
                size = 0;
            }
        }
        sending.frame(&Frame::Texts(texts))?;
        for few in workbook.properties.chunks(16) {
            sending
                .frame(&Frame::Properties(few.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()))?;
        }
        for sheet in &workbook.sheets {
            sending.sheet(sheet)?;
        }
    }
    for few in opened.observations.chunks(16) {
        sending.frame(&Frame::Observations(few.into()))?;
    }
    sending.frame(&Frame::Done(opened.format, opened.workbook.as_ref().map(|it| it.epoch_1904)))?;
    sending.flush()
}

struct Sending<W> {
    buffer: Vec<u8>,
    write: W,
}

impl<W: FnMut(&[u8]) -> io::Result<()>> Sending<W> {
    fn frame(&mut self, frame: &Frame<'_>) -> io::Result<()> {
        let start = self.buffer.len();
        self.buffer.extend([0; 4]);
        self.buffer = postcard::to_extend(frame, std::mem::take(&mut self.buffer)).map_err(io::Error::other)?;
        let length = u32::try_from(self.buffer.len() - start - 4).map_err(io::Error::other)?;
        if let Some(head) = self.buffer.get_mut(start..start + 4) {
            head.copy_from_slice(&length.to_le_bytes());
        }
        if self.buffer.len() >= FRAME_FULL { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        (self.write)(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    fn sheet(&mut self, sheet: &Sheet) -> io::Result<()> {
        self.frame(&Frame::Sheet(&sheet.name, sheet.visibility, sheet.filtered))?;
        let mut block = Vec::with_capacity(FRAME_FULL + (1 << 12));
        for (row, these) in sheet.rows() {
            cells::write(row, these, &mut block);
            if block.len() >= FRAME_FULL {
                self.frame(&Frame::Rows(Block(&block)))?;
                block.clear();
            }
        }
        self.frame(&Frame::Rows(Block(&block)))?;
        for few in sheet.merged.chunks(LIST_FULL) {
            self.frame(&Frame::Merged(few.into()))?;
        }
        for few in sheet.hidden_rows.chunks(LIST_FULL) {
            self.frame(&Frame::HiddenRows(few.into()))?;
        }
        for few in sheet.hidden_cols.chunks(LIST_FULL) {
            self.frame(&Frame::HiddenCols(few.into()))?;
        }
        for few in sheet.comments.chunks(8) {
            self.frame(&Frame::Comments(few.into()))?;
        }
        Ok(())
    }
}

/// A child said something that ours does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nonsense;

/// Puts an opened file together from frames.
pub(super) struct Receiving<'l> {
    limits: &'l Limits,
    workbook: Workbook,
    sheet: Option<Sheet>,
    /// Row and column of the last cell of this sheet.
    last: Option<(u32, u16)>,
    cells: usize,
    text_bytes: usize,
    listed: usize,
    observations: Vec<Observation>,
}

impl<'l> Receiving<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            workbook: Workbook::default(),
            sheet: None,
            last: None,
            cells: 0,
            text_bytes: 0,
            listed: 0,
            observations: Vec::new(),
        }
    }

    /// Takes the body of the next frame; the last one gives the opened file.
    pub(super) fn take(&mut self, body: &[u8]) -> Result<Option<Opened>, Nonsense> {
        let (frame, rest) = postcard::take_from_bytes::<Frame<'_>>(body).map_err(|_| Nonsense)?;
        sane(rest.is_empty())?;
        match frame {
            Frame::Texts(texts) => {
                for text in texts {
                    self.text_bytes += text.len();
                    sane(self.text_bytes <= self.limits.text_bytes())?;
                    sane(self.workbook.text_count() < self.limits.fil.delade_texter)?;
                    self.workbook.add_text(text);
                }
            }
            Frame::Properties(properties) => {
                self.list(properties.len())?;
                let owned = properties.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
                self.workbook.properties.extend(owned);
            }
            Frame::Sheet(name, visibility, filtered) => {
                self.close();
                sane(self.workbook.sheets.len() < self.limits.fil.blad)?;
                let mut sheet = Sheet::named(name);
                sheet.visibility = visibility;
                sheet.filtered = filtered;
                self.sheet = Some(sheet);
            }
            Frame::Rows(block) => self.rows(block.0)?,
            Frame::Merged(areas) => {
                self.list(areas.len())?;
                self.sheet.as_mut().ok_or(Nonsense)?.merged.extend_from_slice(&areas);
            }
            Frame::HiddenRows(rows) => {
                self.list(rows.len())?;
                self.sheet.as_mut().ok_or(Nonsense)?.hidden_rows.extend_from_slice(&rows);
            }
            Frame::HiddenCols(cols) => {
                self.list(cols.len())?;
                self.sheet.as_mut().ok_or(Nonsense)?.hidden_cols.extend_from_slice(&cols);
            }
            Frame::Comments(comments) => {
                self.list(comments.len())?;
                let text: usize = comments.iter().map(|it| it.text.len()).sum();
                self.text_bytes += text;
                sane(self.text_bytes <= self.limits.text_bytes())?;
                self.sheet.as_mut().ok_or(Nonsense)?.comments.extend(comments.into_owned());
            }
            Frame::Observations(observations) => {
                sane(self.observations.len() + observations.len() <= OBSERVATIONS_MOST)?;
                self.observations.extend(observations.into_owned());
            }
            Frame::Done(format, epoch_1904) => {
                self.close();
                let mut workbook = std::mem::take(&mut self.workbook);
                workbook.epoch_1904 = epoch_1904.unwrap_or(false);
                let observations = std::mem::take(&mut self.observations);
                // A file is either read or there is a reason why not.
                sane(epoch_1904.is_some() || !observations.is_empty())?;
                return Ok(Some(Opened { format, workbook: epoch_1904.map(|_| workbook), observations }));
            }
        }
        Ok(None)
    }

    fn close(&mut self) {
        self.workbook.sheets.extend(self.sheet.take());
        self.last = None;
    }

    fn list(&mut self, more: usize) -> Result<(), Nonsense> {
        self.listed += more;
        sane(self.listed <= LIST_MOST)
    }

    fn rows(&mut self, block: &[u8]) -> Result<(), Nonsense> {
        let texts = self.workbook.text_count();
        let sheet = self.sheet.as_mut().ok_or(Nonsense)?;
        let (limits, last, count) = (&self.limits.fil, &mut self.last, &mut self.cells);
        cells::read(block, |row, cell| {
            // In order, so that filling the grid takes time in proportion to the cells.
            let place = (row, cell.col);
            let in_order = last.is_none_or(|it| it < place);
            *last = Some(place);
            *count += 1;
            let text = cell.text == TextId::NONE || (cell.text.0 as usize) < texts;
            let inside = row < limits.rader && u32::from(cell.col) < limits.kolumner;
            if in_order && inside && text && *count <= limits.celler {
                sheet.push(row, cell);
                Some(())
            } else {
                None
            }
        })
        .ok_or(Nonsense)
    }
}

fn sane(it: bool) -> Result<(), Nonsense> {
    if it { Ok(()) } else { Err(Nonsense) }
}
