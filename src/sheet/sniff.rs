//! What a file is, told by its content.
//!
//! Goes in: the bytes and the name. Comes out: [`Sniffed`]. Guaranteed: the name decides nothing but whether a small
//! unreadable file is a lock file; a package that cannot be looked over is answered with the reason.

use std::io::Cursor;

use memchr::memmem;

use crate::model::Seen;
use crate::sheet::Format;
use crate::sheet::extras;
use crate::sheet::limits::Limits;
use crate::sheet::package::Package;

/// What the bytes turned out to be.
pub(super) enum Sniffed<'a> {
    /// xlsx, xlsb or ods.
    Package(Format, Package<'a>),
    Xls,
    Text(Format),
    /// Not a spreadsheet; the words say what it is instead.
    Foreign(&'static str),
    Refused(Seen),
}

/// How far into a text its kind must show.
const HEAD: usize = 4_096;
/// A lock file holds the user's name: 165 bytes from Excel, fewer from LibreOffice.
const LOCK_FILE_MOST: usize = 1_024;

/// Tells what a file is.
pub(super) fn sniff<'a>(name: &str, bytes: &'a [u8], limits: &Limits) -> Sniffed<'a> {
    if bytes.is_empty() {
        return Sniffed::Refused(Seen::FilTom);
    }
    if bytes.len() as u64 > limits.file_bytes() {
        return Sniffed::Refused(Seen::FilForStor);
    }
    if is_lock_file(name) && bytes.len() <= LOCK_FILE_MOST {
        return Sniffed::Refused(Seen::FilLasfil);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return package(bytes, limits);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return container(bytes);
    }
    if let Some(what) = foreign(bytes) {
        return Sniffed::Foreign(what);
    }
    text(bytes)
}

fn is_lock_file(name: &str) -> bool {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.starts_with("~$") || name.starts_with(".~lock.")
}

fn package<'a>(bytes: &'a [u8], limits: &Limits) -> Sniffed<'a> {
    let package = match Package::open(bytes, limits) {
        Ok(package) => package,
        Err(seen) => return Sniffed::Refused(seen),
    };
    if let Some(kind) = package.read("mimetype", 256) {
        let kind = String::from_utf8_lossy(&kind);
        return match kind.trim().strip_prefix("application/vnd.oasis.opendocument.") {
            Some("spreadsheet" | "spreadsheet-template") => {
                let manifest = package.read("META-INF/manifest.xml", extras::SMALL).unwrap_or_default();
                let encrypted = memmem::find(&manifest, b"encryption-data").is_some();
                if encrypted || package.part("encrypted-package").is_some() {
                    Sniffed::Refused(Seen::FilLosenord)
                } else {
                    Sniffed::Package(Format::Ods, package)
                }
            }
            Some("text" | "text-template") => Sniffed::Foreign("ett textdokument (.odt)"),
            Some("presentation") => Sniffed::Foreign("en presentation (.odp)"),
            _ => Sniffed::Foreign("ett dokument av annat slag"),
        };
    }
    let types = package.read("[Content_Types].xml", extras::SMALL).unwrap_or_default();
    let says = |kind: &str| memmem::find(&types, kind.as_bytes()).is_some();
    if says("ms-excel.sheet.binary") || package.part("xl/workbook.bin").is_some() {
        Sniffed::Package(Format::Xlsb, package)
    } else if says("wordprocessingml.document.main") || package.part("word/document.xml").is_some() {
        Sniffed::Foreign("ett Word-dokument")
    } else if says("presentationml") || package.part("ppt/presentation.xml").is_some() {
        Sniffed::Foreign("en PowerPoint-presentation")
    } else if says("spreadsheetml.sheet.main")
        || says("ms-excel.sheet.macroEnabled.main")
        || says("spreadsheetml.template.main")
        || says("ms-excel.template.macroEnabled.main")
        || package.part("xl/workbook.xml").is_some()
    {
        Sniffed::Package(Format::Xlsx, package)
    } else if package.names().any(|it| it.ends_with(".iwa")) {
        Sniffed::Foreign("ett dokument från Numbers eller Pages")
    } else {
        Sniffed::Foreign("en zip-fil")
    }
}

/// An OLE container: the names of its streams tell the program.
fn container(bytes: &[u8]) -> Sniffed<'_> {
    let Ok(file) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        // Some programs encrypt into a container that is not quite one; the stream's name still stands in it.
        let encrypted = memmem::find(bytes, b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0").is_some();
        return Sniffed::Refused(if encrypted { Seen::FilLosenord } else { Seen::FilTrasig });
    };
    let has = |name: &str| file.exists(format!("/{name}"));
    if has("EncryptedPackage") {
        Sniffed::Refused(Seen::FilLosenord)
    } else if has("Workbook") || has("Book") {
        Sniffed::Xls
    } else if has("WordDocument") {
        Sniffed::Foreign("ett Word-dokument")
    } else if has("PowerPoint Document") {
        Sniffed::Foreign("en PowerPoint-presentation")
    } else if has("__properties_version1.0") {
        Sniffed::Foreign("ett mejl från Outlook (.msg)")
    } else {
        Sniffed::Foreign("ett äldre Office-dokument")
    }
}

/// Kinds told by their first bytes.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: &[(usize, &[u8], &str)] = &[
        (0, b"\x89PNG", "en bild (PNG)"),
        (0, b"\xFF\xD8\xFF", "en bild (JPEG)"),
        (0, b"GIF8", "en bild (GIF)"),
        (0, b"II*\0", "en bild (TIFF)"),
        (0, b"MM\0*", "en bild (TIFF)"),
        (8, b"WEBP", "en bild (WebP)"),
        (4, b"ftyp", "en bild eller film"),
        (0, b"{\\rtf", "ett RTF-dokument"),
        (0, b"\x1F\x8B", "en packad fil (gzip)"),
        (0, b"7z\xBC\xAF", "en packad fil (7z)"),
        (0, b"Rar!", "en packad fil (RAR)"),
        (0, b"\x09\x00\x04\x00", "en Excel-fil från före 1997"),
        (0, b"\x09\x02\x06\x00", "en Excel-fil från före 1997"),
        (0, b"\x09\x04\x06\x00", "en Excel-fil från före 1997"),
        (0, b"\x09\x08", "en Excel-fil från före 1997"),
    ];
    let head = bytes.get(..1_024).unwrap_or(bytes);
    if memmem::find(head, b"%PDF-").is_some() {
        return Some("en PDF");
    }
    KINDS.iter().find(|(at, magic, _)| bytes.get(*at..).is_some_and(|it| it.starts_with(magic))).map(|it| it.2)
}

fn text(bytes: &[u8]) -> Sniffed<'_> {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let wide = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    let zeros = head.iter().filter(|it| **it == 0).count();
    if zeros > 0 && !wide {
        // Every second byte zero is UTF-16 without its mark; a single zero is a slip of some export program.
        if zeros * 3 < head.len() && zeros * 50 > head.len() {
            return Sniffed::Foreign("en fil av okänt slag");
        }
    }
    // What decides is ASCII in every encoding that occurs.
    let plain: String = head.iter().filter(|it| it.is_ascii() && **it != 0).map(|it| char::from(*it)).collect();
    let plain = plain.trim_start().to_ascii_lowercase();
    let control = plain.bytes().filter(|it| *it < 32 && !matches!(it, b'\t' | b'\n' | b'\r' | 12)).count();
    if control * 20 > plain.len().max(1) {
        return Sniffed::Foreign("en fil av okänt slag");
    }
    let is_xml = plain.starts_with("<?xml");
    if plain.contains("opendocument:xmlns:office") || plain.contains("<office:document") {
        return Sniffed::Foreign("ett platt OpenDocument-dokument (.fods)");
    }
    if plain.contains("urn:schemas-microsoft-com:office:spreadsheet") && (is_xml || plain.contains("<workbook"))
        || is_xml && (plain.contains("<workbook") || plain.contains("<ss:workbook"))
    {
        return Sniffed::Text(Format::Xml2003);
    }
    if plain.starts_with('<') {
        let marks = ["<html", "<table", "<!doctype html", "<head", "<body", "<meta", "<style", "<tr"];
        if marks.iter().any(|it| plain.contains(it)) {
            return Sniffed::Text(Format::Html);
        }
        if is_xml {
            return Sniffed::Foreign("en XML-fil");
        }
    }
    if plain.starts_with("mime-version:") {
        return Sniffed::Foreign("en webbsida sparad som en fil (.mht)");
    }
    Sniffed::Text(Format::Csv)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, bytes: &[u8]) -> String {
        match sniff(name, bytes, &Limits::built_in().unwrap()) {
            Sniffed::Package(format, _) | Sniffed::Text(format) => format.key().to_owned(),
            Sniffed::Xls => "xls".to_owned(),
            Sniffed::Foreign(what) => what.to_owned(),
            Sniffed::Refused(seen) => seen.key().to_owned(),
        }
    }

    #[test]
    fn content_decides_and_not_the_name() {
        for (name, bytes, expected) in [
            ("a.xlsx", &b""[..], "fil_tom"),
            ("~$a.xlsx", b"\x05Namn", "fil_lasfil"),
            ("a.xlsx", b"%PDF-1.7", "en PDF"),
            ("a.xlsx", b"PK\x03\x04 cut off", "fil_trasig"),
            ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "html"),
            (
                "a.xls",
                b"\xEF\xBB\xBF<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                "xml2003",
            ),
            ("a.xlsx", b"L\xF6pnr;K\xF6n\r\n1;Man\r\n", "csv"),
            ("a.txt", b"\xFF\xFEL\0\xF6\0p\0n\0r\0", "csv"),
            ("a.csv", b"\x89PNG\r\n\x1a\n", "en bild (PNG)"),
            ("a.xml", b"<?xml version=\"1.0\"?><rows/>", "en XML-fil"),
            ("a.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "fil_trasig"),
        ] {
            assert_eq!(told(name, bytes), expected, "{name}");
        }
    }
}
