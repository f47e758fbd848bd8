//! Parts → the bytes of a zip package, the same every time.
//!
//! Goes in: names and contents in order. Comes out: bytes. Guaranteed: no clock: every entry has the format's first day.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::chart::ChartPart;
use crate::render::RenderError;

/// A package being written.
pub(super) struct Package {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl Package {
    pub(super) fn new() -> Self {
        Self { zip: ZipWriter::new(Cursor::new(Vec::new())) }
    }

    pub(super) fn add(&mut self, name: &str, content: &[u8]) -> Result<(), RenderError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        self.zip.start_file(name, options).map_err(std::io::Error::from)?;
        self.zip.write_all(content)?;
        Ok(())
    }

    /// A chart, its workbook and how they hang together.
    pub(super) fn add_chart(&mut self, chart: &ChartPart) -> Result<(), RenderError> {
        let name = chart_name(chart.number);
        self.add(&format!("word/charts/{name}.xml"), chart.xml.as_bytes())?;
        let relations = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships \
             xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
             Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/package\" \
             Target=\"../embeddings/{name}.xlsx\"/></Relationships>"
        );
        self.add(&format!("word/charts/_rels/{name}.xml.rels"), relations.as_bytes())?;
        self.add(&format!("word/embeddings/{name}.xlsx"), &chart.book)
    }

    pub(super) fn finish(self) -> Result<Vec<u8>, RenderError> {
        Ok(self.zip.finish().map_err(std::io::Error::from)?.into_inner())
    }
}

/// Names that a template of Word's does not have.
fn chart_name(number: u32) -> String {
    format!("kvartal{number}")
}

/// What a chart is, in `[Content_Types].xml`.
pub(super) fn chart_type(number: u32) -> String {
    format!(
        "<Override PartName=\"/word/charts/{}.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.drawingml.chart+xml\"/>",
        chart_name(number)
    )
}

/// The relation from the text to a chart.
pub(super) fn chart_relation(id: &str, number: u32) -> String {
    format!(
        "<Relationship Id=\"{id}{number}\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart\" \
         Target=\"charts/{}.xml\"/>",
        chart_name(number)
    )
}
