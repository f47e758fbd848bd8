//! Web tables as case systems export them, and as nobody should send them.

use std::time::{Duration, Instant};

use super::*;

fn limits() -> Limits {
    Limits::built_in().unwrap()
}

fn book(html: &str) -> Workbook {
    read(html.as_bytes(), &limits(), &mut Vec::new()).unwrap()
}

/// Every cell as `row,col=text`.
fn cells(html: &str) -> Vec<String> {
    let book = book(html);
    book.sheets[0]
        .rows()
        .flat_map(|(row, cells)| {
            cells.iter().map(|it| format!("{row},{}={}", it.col, book.text(it.text))).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn tables_and_the_text_around_them() {
    for (html, expected) in [
        ("<table><tr><th>Kön<th>Insats<tr><td>Man<td>x</table>", &["0,0=Kön", "0,1=Insats", "1,0=Man", "1,1=x"][..]),
        ("<table><td>a<td>b</table>", &["0,0=a", "0,1=b"]),
        ("<p>Kvartal 4&nbsp;2023</p><table><tr><td>a</table>", &["0,0=Kvartal 4\u{a0}2023", "1,0=a"]),
        ("<table><tr><td>a</table><b>x</b> y<table><tr><td>b</table>", &["0,0=a", "2,0=x y", "3,0=b"]),
        ("<table><tr><td>a</table><table><tr><td>b</table>", &["0,0=a", "2,0=b"]),
        ("<table><tr></tr><tr><td></td><td> a\n  b </td></tr></table>", &["1,1=a b"]),
        ("<table><tr><td>a<br>b<p>c</p></td></tr></table>", &["0,0=a\nb\nc"]),
        ("<table><tr><td>9 &sect; 3 &ouml; &#246; &amp;lt; &okant;</table>", &["0,0=9 § 3 ö ö &lt; &okant;"]),
        ("<TABLE><TR><TD NOWRAP x:num=\"1\">1</TD></TR></TABLE>", &["0,0=1"]),
        (
            "<html><head><title>T</title><style><!-- td {} --></style><script>if (a<b) '<td>'</script></head>\
             <body><!-- x --><table><tr><td>a</td></tr></table></body></html>",
            &["0,0=a"],
        ),
        ("<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>", &["0,0=a", "1,0=b"]),
        ("<table><tr><td>a", &["0,0=a"]),
    ] {
        assert_eq!(cells(html), expected, "{html}");
    }
}

#[test]
fn spans_hold_their_places() {
    let html = "<table>\
        <tr><td rowspan=2>a<td colspan=2>b<td rowspan=3>c\
        <tr><td>d<td>e<td>f\
        <tr><td>g\
        </table>";
    assert_eq!(cells(html), ["0,0=a", "0,1=b", "0,3=c", "1,1=d", "1,2=e", "1,4=f", "2,0=g"]);
    let merged = book(html).sheets[0]
        .merged
        .iter()
        .map(|it| (it.first_row, it.first_col, it.last_row, it.last_col))
        .collect::<Vec<_>>();
    assert_eq!(merged, [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 2, 3)]);
}

#[test]
fn a_table_in_a_cell_is_a_table_of_its_own() {
    let html = "<table><tr><td><table><tr><td>a<td>b</table><td>c<tr><td>d</table>";
    assert_eq!(cells(html), ["0,1=c", "1,0=d", "3,0=a", "3,1=b"]);
    let layout = "<table><tr><td><table><tr><td>a<td>b</table></table>";
    assert_eq!(cells(layout), ["0,0=a", "0,1=b"]);
}

#[test]
fn hidden_rows_are_known() {
    let html = "<table><tr><td>a<tr style='display: none'><td>b<tr hidden><td>c<tr><td>d</table>";
    assert_eq!(book(html).sheets[0].hidden_rows, [(1, 2)]);
}

#[test]
fn the_named_encoding_is_used() {
    for (bytes, expected) in [
        (&b"<meta charset=windows-1252><table><tr><td>K\xf6n</table>"[..], "Kön"),
        (b"<meta http-equiv=Content-Type content=\"text/html; charset=macintosh\"><table><tr><td>\x9a</table>", "ö"),
        (b"<meta charset=utf-8><table><tr><td>K\xc3\xb6n</table>", "Kön"),
        (b"<meta charset=utf-8><table><tr><td>K\xf6n</table>", "Kön"),
    ] {
        let book = read(bytes, &limits(), &mut Vec::new()).unwrap();
        assert_eq!(book.text(book.sheets[0].rows().next().unwrap().1[0].text), expected);
    }
}

#[test]
fn a_page_without_a_table_is_no_sheet() {
    for html in [
        "",
        "text",
        "<p>Logga in</p>",
        "<table></table>",
        "<table><tr><td> &nbsp; </table>",
        "<frameset><frame></frameset>",
    ] {
        let mut seen = Vec::new();
        assert_eq!(read(html.as_bytes(), &limits(), &mut seen), None, "{html}");
        assert_eq!(seen.iter().map(|it| it.seen).collect::<Vec<_>>(), [Seen::FilFrammandeTyp], "{html}");
    }
}

#[test]
fn hostile_pages_cost_little() {
    let mut small = limits();
    small.fil.celler = 1000;
    small.fil.rader = 10_000;
    small.fil.cell_tecken = 1000;
    let start = Instant::now();
    let read = |html: String| super::read(html.as_bytes(), &small, &mut Vec::new()).map(|it| it.sheets[0].cell_count());
    assert_eq!(read("<table><tr><td>".repeat(20_000)), None);
    assert_eq!(read(format!("{}a", "<table><tr><td>".repeat(900))), Some(1));
    assert_eq!(read(format!("<table>{}", "<tr><td>a".repeat(20_000))), None);
    assert_eq!(read(format!("<table>{}", "<tr><td colspan=99999999 rowspan=99999999>a".repeat(900))), Some(1));
    assert_eq!(read(format!("<table><tr>{}", "<td rowspan=65534>a".repeat(900))), Some(900));
    assert_eq!(read(format!("<table>{}<td>a", "<tr>".repeat(9_000))), Some(1));
    assert_eq!(read(format!("<table>{}<td>a", "<tr>".repeat(11_000))), Some(0));
    assert_eq!(read(format!("<table><tr><td>{}", "<br>".repeat(50_000))), None);
    assert_eq!(read(format!("<table><tr><td>{}", "a".repeat(300_000))), Some(1));
    assert_eq!(read(format!("<table><tr><td {}>a", "b=c ".repeat(20_000))), Some(1));
    assert_eq!(read("</table></td></tr>".repeat(20_000)), None);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

proptest::proptest! {
    #[test]
    fn any_tags_are_read_or_refused(
        html in "(<table>|</table>|<tr>|</tr>|<td>|<td rowspan=3>|<td colspan=2>|</td>|<br>|<p>|a|ö |&nbsp;|<!--|-->|<script>|</script>|<){0,40}",
    ) {
        let mut seen = Vec::new();
        let book = read(html.as_bytes(), &limits(), &mut seen);
        proptest::prop_assert!(book.is_some() || !seen.is_empty());
    }
}
