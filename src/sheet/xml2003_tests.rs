//! Excel 2003-XML as programs export it, and as nobody should send it.

use std::time::{Duration, Instant};

use super::*;

fn limits() -> Limits {
    Limits::built_in().unwrap()
}

fn xml(table: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n\
         <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\
         <Styles><Style ss:ID=\"s1\"><Font ss:StrikeThrough=\"1\"/></Style><Style ss:ID=\"s2\"><Font/></Style></Styles>\
         <Worksheet ss:Name=\"Blad &amp; 1\"><Table>{table}</Table></Worksheet></Workbook>"
    )
}

fn book(table: &str) -> Workbook {
    read(xml(table).as_bytes(), &limits(), &mut Vec::new()).unwrap()
}

/// Every cell as `row,col kind value`.
fn cells(table: &str) -> Vec<String> {
    let book = book(table);
    let shown = |it: &Cell| match it.kind {
        CellKind::Number | CellKind::Bool => it.number.to_string(),
        _ => book.text(it.text).to_owned(),
    };
    book.sheets[0]
        .rows()
        .flat_map(|(row, cells)| {
            cells.iter().map(|it| format!("{row},{} {:?} {}", it.col, it.kind, shown(it))).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn values_keep_their_kind_and_place() {
    for (table, expected) in [
        ("<Row><Cell><Data ss:Type=\"String\">Kön</Data></Cell></Row>", &["0,0 Text Kön"][..]),
        (
            "<Row ss:Index=\"3\"><Cell ss:Index=\"2\"><Data ss:Type=\"Number\">231010</Data></Cell>\
             <Cell><Data ss:Type=\"DateTime\">2023-10-10T00:00:00.000</Data></Cell></Row>\
             <Row><Cell><Data ss:Type=\"Boolean\">1</Data></Cell><Cell><Data ss:Type=\"Error\">#REF!</Data></Cell></Row>",
            &["2,1 Number 231010", "2,2 DateIso 2023-10-10T00:00:00.000", "3,0 Bool 1", "3,1 Error #REF!"],
        ),
        (
            "<Row><Cell><Data ss:Type=\"String\">a&#10;b &lt;<![CDATA[<c>]]></Data></Cell></Row>",
            &["0,0 Text a\nb <<c>"],
        ),
        ("<ss:Row><ss:Cell><ss:Data ss:Type=\"String\">a<B>b</B> c</ss:Data></ss:Cell></ss:Row>", &["0,0 Text ab c"]),
        ("<Row><Cell ss:Formula=\"=A1\"/><Cell/><Cell><Data ss:Type=\"String\"> </Data></Cell></Row>", &["0,0 Empty "]),
        ("<Row><Cell><Data ss:Type=\"Number\">abc</Data></Cell></Row>", &["0,0 Text abc"]),
        ("<Row ss:Span=\"2\"/><Row><Cell><Data ss:Type=\"String\">a</Data></Cell></Row>", &["3,0 Text a"]),
        // Running backwards is not a place; the cell goes where the next one would.
        (
            "<Row ss:Index=\"5\"><Cell ss:Index=\"3\"><Data>a</Data></Cell><Cell ss:Index=\"1\"><Data>b</Data></Cell></Row>\
             <Row ss:Index=\"1\"><Cell ss:Index=\"0\"><Data>c</Data></Cell></Row>",
            &["4,2 Text a", "4,3 Text b", "5,0 Text c"],
        ),
    ] {
        assert_eq!(cells(table), expected, "{table}");
    }
}

#[test]
fn what_surrounds_the_values_is_kept() {
    let book = book(
        "<Column/><Column ss:Hidden=\"1\" ss:Span=\"1\"/><Column ss:Index=\"7\" ss:Hidden=\"1\"/>\
         <Row ss:Hidden=\"1\"><Cell ss:MergeAcross=\"2\" ss:MergeDown=\"1\"><Data ss:Type=\"String\">a</Data>\
         <Comment ss:Author=\"x\"><ss:Data xmlns=\"http://www.w3.org/TR/REC-html40\"><B>Anna:</B>&#10;ring</ss:Data></Comment>\
         </Cell><Cell ss:StyleID=\"s1\"><Data ss:Type=\"String\">b</Data></Cell></Row><Row ss:Hidden=\"1\"/>\
         <Row ss:StyleID=\"s1\"><Cell><Data>c</Data></Cell><Cell ss:StyleID=\"s2\"><Data>d</Data></Cell></Row>",
    );
    let sheet = &book.sheets[0];
    assert_eq!(sheet.name, "Blad & 1");
    assert_eq!(sheet.hidden_cols, [(1, 2), (6, 6)]);
    assert_eq!(sheet.hidden_rows, [(0, 1)]);
    assert_eq!(sheet.merged.iter().map(|it| (it.last_row, it.last_col)).collect::<Vec<_>>(), [(1, 2)]);
    assert_eq!(
        sheet.comments.iter().map(|it| (it.row, it.col, it.text.as_str())).collect::<Vec<_>>(),
        [(0, 0, "Anna:\nring")]
    );
    let struck = |row, col| sheet.cell(row, col).map(|it| it.has(Cell::STRUCK));
    assert_eq!(
        [struck(0, 0), struck(0, 3), struck(2, 0), struck(2, 1)],
        [Some(false), Some(true), Some(true), Some(false)]
    );
}

#[test]
fn sheets_and_properties_are_kept() {
    let text = "<Workbook><DocumentProperties><Author>Anna</Author><Title> </Title></DocumentProperties>\
        <CustomDocumentProperties><kvartal_nyckel>abc</kvartal_nyckel></CustomDocumentProperties>\
        <ExcelWorkbook><Date1904/></ExcelWorkbook>\
        <Worksheet ss:Name=\"A\"><Table/></Worksheet>\
        <Worksheet ss:Name=\"B\"><Table><Row><Cell><Data>x</Data></Cell></Row></Table>\
        <WorksheetOptions><Visible>SheetVeryHidden</Visible></WorksheetOptions>\
        <AutoFilter x:Range=\"R1C1\"><AutoFilterColumn x:Index=\"1\"/></AutoFilter></Worksheet></Workbook>";
    let book = read(text.as_bytes(), &limits(), &mut Vec::new()).unwrap();
    let sheets: Vec<_> = book.sheets.iter().map(|it| (it.name.as_str(), it.visibility, it.filtered)).collect();
    assert_eq!(sheets, [("A", Visibility::Visible, false), ("B", Visibility::VeryHidden, true)]);
    assert!(book.epoch_1904);
    assert_eq!(
        book.properties,
        [("Author".to_owned(), "Anna".to_owned()), ("kvartal_nyckel".to_owned(), "abc".to_owned())]
    );
}

#[test]
fn the_declared_encoding_is_used_once() {
    let text = xml("<Row><Cell><Data>Kön</Data></Cell></Row>").replace("1.0\"?>", "1.0\" encoding=\"windows-1252\"?>");
    for bytes in [
        encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
        text.clone().into_bytes(),
        [vec![0xff, 0xfe], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat(),
    ] {
        let book = read(&bytes, &limits(), &mut Vec::new()).unwrap();
        assert_eq!(book.text(book.sheets[0].row(0)[0].text), "Kön");
    }
}

#[test]
fn what_cannot_be_used_is_refused_with_a_reason() {
    let whole = xml("<Row><Cell><Data>a</Data></Cell></Row>");
    let cut = &whole[..whole.len() - 40];
    let bomb = whole
        .replace("<Workbook", "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><Workbook")
        .replace(">a<", ">&b;<");
    for (text, expected) in [
        (cut, Seen::FilTrasig),
        (bomb.as_str(), Seen::FilTrasig),
        ("<Workbook></Workbook>", Seen::FilFrammandeTyp),
        ("<Workbook><Worksheet", Seen::FilTrasig),
        ("<a><b></b></a>", Seen::FilFrammandeTyp),
    ] {
        let mut seen = Vec::new();
        assert_eq!(read(text.as_bytes(), &limits(), &mut seen), None);
        assert_eq!(seen.iter().map(|it| it.seen).collect::<Vec<_>>(), [expected], "{text}");
    }
}

#[test]
fn hostile_files_cost_little() {
    let mut small = limits();
    small.fil.celler = 1000;
    let cell = |it: &str| format!("<Cell {it}><Data>a</Data></Cell>");
    let start = Instant::now();
    let read = |table: String| {
        let mut seen = Vec::new();
        super::read(xml(&table).as_bytes(), &small, &mut seen)
            .ok_or_else(|| seen[0].seen)
            .map(|it| it.sheets[0].cell_count())
    };
    let large = Err(Seen::FilUppackadForStor);
    assert_eq!(read(format!("<Row ss:Index=\"4294967295\">{}</Row>", cell(""))), Ok(0));
    assert_eq!(read(format!("<Row ss:Index=\"99999999999\">{}</Row>", cell(""))), Ok(1));
    assert_eq!(read(format!("<Row>{}</Row>", cell("ss:Index=\"20000\""))), Ok(0));
    assert_eq!(
        read(format!("<Row>{}</Row>", cell("ss:MergeAcross=\"4294967295\" ss:MergeDown=\"4294967295\""))),
        Ok(1)
    );
    assert_eq!(read(format!("<Row ss:Span=\"4294967295\" ss:Hidden=\"1\"/><Row>{}</Row>", cell(""))), Ok(0));
    assert_eq!(read(format!("<Row>{}</Row>", cell("").repeat(20_000))), large);
    assert_eq!(read("<Row/>".repeat(50_000)), Ok(0));
    assert_eq!(read(format!("<Row><Cell><Data>{}</Data></Cell></Row>", "a".repeat(1_000_000))), large);
    assert_eq!(read("<B>".repeat(50_000)), Err(Seen::FilTrasig));
    assert_eq!(read("<Row ss:Hidden=\"1\"/><Row/>".repeat(20_000)), Ok(0));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

proptest::proptest! {
    #[test]
    fn any_elements_are_read_or_refused(
        table in "(<Row>|</Row>|<Row ss:Index=\"3\">|<Cell>|<Cell ss:Index=\"2\" ss:Formula=\"\">|</Cell>|<Data>|</Data>|<Comment>|</Comment>|<Worksheet>|</Worksheet>|a|&#10;|&x;|<){0,30}",
    ) {
        let mut seen = Vec::new();
        let book = read(xml(&table).as_bytes(), &limits(), &mut seen);
        proptest::prop_assert!(book.is_some() || !seen.is_empty());
    }
}
