//! The sheet Rapport: one row per decision or interruption, pre-filled, with drop-downs and help where one types.
//!
//! Goes in: a [`Blank`]. Comes out: the first sheet. Guaranteed: one heading row of plain cells, real dates, no merged
//! cells; a row that cannot be right turns red while it is typed.

use chrono::NaiveDate;
use rust_xlsxwriter::{
    Color, ConditionalFormatFormula, DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime,
    Format, FormatAlign, FormatBorder, ProtectionOptions, Worksheet,
};

use crate::model::place::column_letters;
use crate::model::{Field, Lag};
use crate::render::RenderError;
use crate::render::print::clean_line;

use super::lists::List;
use super::{Blank, OpenCase};

/// Row of the headings, zero-based.
pub(super) const HEADING: u32 = 5;
/// Empty rows made ready below the pre-filled ones.
const READY: u32 = 200;
const ACCENT: u32 = 0x1F_4E5F;

/// One column: the field, its width, and the help shown when a cell of it is chosen.
pub(super) struct Column {
    pub field: Field,
    width: f64,
    help: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Key,
    Text,
    Start,
    End,
    Choice(List),
}

impl Column {
    /// What to write here, as the help text and the guide say it.
    pub(super) fn help(&self) -> &'static str {
        self.help
    }
}

/// The columns, in order. Lag is asked for only where the insats does not tell it.
pub(super) fn columns(blank: &Blank<'_>) -> Vec<Column> {
    let column = |field, width, kind, help| Column { field, width, help, kind };
    let mut all = vec![
        column(Field::Nyckel, 4.0, Kind::Key, ""),
        column(Field::Kon, 11.0, Kind::Choice(List::Kon), "Flicka och pojke är under 18 år."),
        column(Field::Insats, 28.0, Kind::Choice(List::Insats), "Välj insatsen i listan."),
    ];
    if blank.asks_for_law() {
        let help = "Välj den lag beslutet är fattat enligt.";
        all.push(column(Field::Lagrum, 10.0, Kind::Choice(List::Lag), help));
    }
    all.extend([
        column(
            Field::Beslutsdatum,
            13.0,
            Kind::Start,
            "Dagen för beslutet, till exempel 2023-03-14. Ska finnas även vid avbrott.",
        ),
        column(
            Field::Avbrottsdatum,
            13.0,
            Kind::Start,
            "Fyll i bara om insatsen har varit igång och avbröts. Dagen då den avbröts.",
        ),
        column(
            Field::Verkstalld,
            13.0,
            Kind::End,
            "Dagen då hela insatsen kom igång. Lämna tomt om den inte har gjort det.",
        ),
        column(
            Field::Delvis,
            12.0,
            Kind::Choice(List::YesNo),
            "Välj Ja om bara en del av insatsen har kommit igång. Skriv då vad som är beviljat och vad som utförs.",
        ),
        column(Field::Beviljat, 16.0, Kind::Text, "Bara när Delvis verkställt är Ja. Till exempel 5 timmar i veckan."),
        column(Field::Utfort, 16.0, Kind::Text, "Bara när Delvis verkställt är Ja. Till exempel 2 timmar i veckan."),
        column(
            Field::Avslutad,
            13.0,
            Kind::End,
            "Dagen då beslutet avslutades utan att verkställas. Att någon tackar nej avslutar inte beslutet.",
        ),
        column(Field::Avslutsorsak, 22.0, Kind::Choice(List::Closed), "Välj varför beslutet avslutades."),
        column(
            Field::Orsak,
            24.0,
            Kind::Choice(List::Cause),
            "Välj den enda orsak som passar bäst. Lämna tomt när beslutet är verkställt eller avslutat.",
        ),
        column(Field::Skal, 32.0, Kind::Text, "Kort varför det dröjer. Skriv inga namn, personnummer eller diagnoser."),
        column(
            Field::Atgarder,
            34.0,
            Kind::Text,
            "Kort vad ni har gjort. Skriv inga namn, personnummer eller diagnoser.",
        ),
    ]);
    all
}

pub(super) fn fill(sheet: &mut Worksheet, blank: &Blank<'_>) -> Result<(), RenderError> {
    sheet.set_name("Rapport")?;
    titles(sheet, blank)?;
    let columns = columns(blank);
    let looks = Looks::new();
    for (col, it) in (0u16..).zip(&columns) {
        sheet.write_string_with_format(HEADING, col, it.field.swedish(), &looks.head)?;
        sheet.set_column_width(col, it.width)?;
    }
    sheet.set_row_height(HEADING, 34)?;
    let first = HEADING + 1;
    let cases = u32::try_from(blank.open.len()).unwrap_or(u32::MAX);
    let last = first.saturating_add(cases).saturating_add(READY - 1);
    for row in first..=last {
        let case = usize::try_from(row - first).ok().and_then(|at| blank.open.get(at));
        for (col, column) in (0u16..).zip(&columns) {
            cell(sheet, row, col, column, case, blank, &looks)?;
        }
    }
    for (col, column) in (0u16..).zip(&columns) {
        help(sheet, (first, last), col, column, blank)?;
    }
    warnings(sheet, &columns, first, last)?;
    sheet.set_column_hidden(0)?;
    sheet.set_freeze_panes(first, 3)?;
    sheet.set_repeat_rows(HEADING, HEADING)?;
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_footer("&L&8&F&R&8Sida &P av &N");
    sheet.set_selection(first, 1, first, 1)?;
    sheet.protect_with_options(&ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::default()
    });
    Ok(())
}

fn titles(sheet: &mut Worksheet, blank: &Blank<'_>) -> Result<(), RenderError> {
    let title = Format::new().set_bold().set_font_size(16).set_font_color(Color::RGB(ACCENT));
    let quarter = blank.quarter;
    let name = clean_line(&blank.utforare.name);
    // Titles stand in column B: the first column is hidden.
    sheet.write_string_with_format(0, 1, format!("Ej verkställda beslut, {}", quarter.in_words()), &title)?;
    sheet.set_row_height(0, 24)?;
    let bold = Format::new().set_bold();
    let what = format!("{name} rapporterar {}{}.", quarter.in_months(), blank.due());
    sheet.write_string_with_format(1, 1, what, &bold)?;
    let whom = format!("Till {}, {}.", clean_line(blank.namnd), clean_line(blank.kommun));
    sheet.write_string(2, 1, whom)?;
    let known = match blank.open.len() {
        0 => "En rad per beslut eller avbrott. Läs mer på bladet Så här fyller ni i.".to_owned(),
        count => format!(
            "{} från förra kvartalet står redan här: fyll i vad som har hänt. Lägg till nya därunder. Läs mer på bladet Så här fyller ni i.",
            crate::render::print::counted(count, "öppet ärende", "öppna ärenden")
        ),
    };
    sheet.write_string(3, 1, known)?;
    Ok(())
}

struct Looks {
    head: Format,
    key: Format,
    text: Format,
    date: Format,
}

impl Looks {
    fn new() -> Self {
        let line = Color::RGB(0xC3_CDD2);
        let cell = Format::new().set_border(FormatBorder::Thin).set_border_color(line).set_align(FormatAlign::Top);
        let open = cell.clone().set_unlocked();
        Self {
            head: Format::new()
                .set_bold()
                .set_font_color(Color::White)
                .set_background_color(Color::RGB(ACCENT))
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_border(FormatBorder::Thin)
                .set_border_color(line),
            key: cell,
            text: open.clone().set_text_wrap(),
            date: open.set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
        }
    }
}

fn cell(
    sheet: &mut Worksheet,
    row: u32,
    col: u16,
    column: &Column,
    case: Option<&OpenCase>,
    blank: &Blank<'_>,
    looks: &Looks,
) -> Result<(), RenderError> {
    let format = match column.kind {
        Kind::Key => &looks.key,
        Kind::Start | Kind::End => &looks.date,
        Kind::Text | Kind::Choice(_) => &looks.text,
    };
    let day = |day: Option<NaiveDate>| day.map(|it| it.to_string());
    let text: Option<String> = case.and_then(|it| match column.field {
        Field::Nyckel => it.nyckel.as_deref().map(str::to_owned),
        Field::Kon => it.kon.map(|it| it.swedish().to_owned()),
        Field::Insats => it.insats.and_then(|id| blank.name(id)).map(str::to_owned),
        Field::Lagrum => it.lagrum.and_then(|it| it.lag).map(|it: Lag| it.key().to_owned()),
        Field::Beslutsdatum => day(it.beslutsdatum),
        Field::Avbrottsdatum => day(it.avbrottsdatum),
        Field::Delvis => it.delvis.then(|| "Ja".to_owned()),
        Field::Orsak => it.orsak.map(|it| it.swedish().to_owned()),
        _ => None,
    });
    match text {
        None => sheet.write_blank(row, col, format)?,
        Some(text) if column.kind == Kind::Start => {
            let date = case
                .and_then(|it| if column.field == Field::Beslutsdatum { it.beslutsdatum } else { it.avbrottsdatum });
            match date.filter(|it| *it >= NaiveDate::from_ymd_opt(1900, 3, 1).unwrap_or_default()) {
                Some(date) => sheet.write_datetime_with_format(row, col, date, format)?,
                None => sheet.write_string_with_format(row, col, text, format)?,
            }
        }
        Some(text) => sheet.write_string_with_format(row, col, clean_line(&text), format)?,
    };
    Ok(())
}

fn help(
    sheet: &mut Worksheet,
    (first, last): (u32, u32),
    col: u16,
    column: &Column,
    blank: &Blank<'_>,
) -> Result<(), RenderError> {
    let day = |it: NaiveDate| ExcelDateTime::parse_from_str(&it.to_string());
    let earliest = ExcelDateTime::from_ymd(1980, 1, 1)?;
    let (rule, title, message) = match column.kind {
        Kind::Key => return Ok(()),
        Kind::Text => (DataValidation::new().allow_any_value(), "", ""),
        Kind::Choice(list) => (
            DataValidation::new().allow_list_formula(list.range(blank)),
            "Välj i listan",
            "Värdet finns inte i listan. Klicka på pilen i cellen och välj ett av värdena.",
        ),
        Kind::Start => (
            DataValidation::new().allow_date(DataValidationRule::Between(earliest, day(blank.quarter.last_day())?)),
            "Inget datum i perioden",
            "Skriv ett datum som 2023-03-14, inte senare än kvartalets sista dag. Tre månader ska ha gått för att ärendet ska rapporteras.",
        ),
        Kind::End => (
            DataValidation::new()
                .allow_date(DataValidationRule::Between(earliest, day(blank.quarter.next().last_day())?)),
            "Inget datum",
            "Skriv bara ett datum, till exempel 2023-11-05. Har en del kommit igång väljer ni Ja under Delvis verkställt.",
        ),
    };
    let mut rule =
        rule.ignore_blank(true).set_input_title(short(column.field.swedish()))?.set_input_message(column.help)?;
    if !title.is_empty() {
        // The list of reasons for closing is not the whole world: anything may be written, after a question.
        let style = if column.field == Field::Avslutsorsak {
            DataValidationErrorStyle::Warning
        } else {
            DataValidationErrorStyle::Stop
        };
        rule = rule.set_error_title(title)?.set_error_message(message)?.set_error_style(style);
    }
    sheet.add_data_validation(first, col, last, col, &rule)?;
    Ok(())
}

/// Excel allows 32 characters in the title of a help text.
fn short(text: &str) -> String {
    text.chars().take(32).collect()
}

fn warnings(sheet: &mut Worksheet, columns: &[Column], first: u32, last: u32) -> Result<(), RenderError> {
    let at = |field: Field| (0u16..).zip(columns).find(|(_, it)| it.field == field).map_or(0, |(col, _)| col);
    let cell = |field: Field| format!("${}{}", column_letters(at(field)), first + 1);
    let red = Format::new().set_background_color(Color::RGB(0xF8_D7D7)).set_font_color(Color::RGB(0x9C_1C1C));
    let amber = Format::new().set_background_color(Color::RGB(0xFF_F1CF));
    let last_col = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(0);
    let row = format!("COUNTA($B{0}:${1}{0})>0", first + 1, column_letters(last_col));
    let (beslut, avbrott) = (cell(Field::Beslutsdatum), cell(Field::Avbrottsdatum));
    let (verkstalld, avslutad) = (cell(Field::Verkstalld), cell(Field::Avslutad));
    let (orsak, insats) = (cell(Field::Orsak), cell(Field::Insats));
    let rules = [
        // A row with content needs a start.
        (vec![Field::Beslutsdatum, Field::Avbrottsdatum], format!("=AND({row},{beslut}=\"\",{avbrott}=\"\")"), &red),
        // An interruption without the decision it belongs to: wanted, but not wrong.
        (vec![Field::Beslutsdatum], format!("=AND({avbrott}<>\"\",{beslut}=\"\")"), &amber),
        (
            vec![Field::Beslutsdatum, Field::Avbrottsdatum],
            format!("=AND({beslut}<>\"\",{avbrott}<>\"\",{avbrott}<{beslut})"),
            &red,
        ),
        (vec![Field::Verkstalld, Field::Avslutad], format!("=AND({verkstalld}<>\"\",{avslutad}<>\"\")"), &red),
        // Open cases need a cause, ended ones have none.
        (
            vec![Field::Orsak],
            format!("=AND({row},{insats}<>\"\",{verkstalld}=\"\",{avslutad}=\"\",{orsak}=\"\")"),
            &amber,
        ),
        (vec![Field::Orsak], format!("=AND({orsak}<>\"\",OR({verkstalld}<>\"\",{avslutad}<>\"\"))"), &red),
    ];
    for (fields, rule, format) in rules {
        for field in fields {
            let col = at(field);
            let rule = ConditionalFormatFormula::new().set_rule(rule.as_str()).set_format(format.clone());
            sheet.add_conditional_format(first, col, last, col, &rule)?;
        }
    }
    Ok(())
}
