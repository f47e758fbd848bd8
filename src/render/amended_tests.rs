//! Mending in the browser, from the choice to the file that is handed in and read again.

use proptest::prelude::*;

use crate::judge::Setting;

use crate::merge::version::amend::{AmendError, Change, NewValue, amend};
use crate::merge::version::choices::{Kind, Mend, choices};
use crate::merge::version::fixture::{self, Read};
use crate::merge::version::invented;
use crate::model::{Field, Kon, Orsak};
use crate::sheet::Workbook;
use crate::sheet::grid::Comment;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The amended workbook as a file, opened again.
fn handed_in(read: &Read, changes: &[Change]) -> Read {
    let amended = amend(read.version(), fixture::insatser(), changes).unwrap();
    fixture::judged(through_a_file(&amended, &read.review))
}

fn through_a_file(workbook: &Workbook, review: &Review) -> Workbook {
    let mut out = Vec::new();
    write(&mut out, workbook, review, day("2024-01-08")).unwrap();
    fixture::opened(&out)
}

fn with_setting<T>(then: impl FnOnce(&Setting<'_>) -> T) -> T {
    let catalogue = fixture::catalogue();
    let in_force = catalogue.in_force(fixture::quarter());
    then(&Setting {
        catalogue,
        in_force: &in_force,
        insatser: fixture::insatser(),
        quarter: fixture::quarter(),
        report_day: day("2024-01-31"),
        last_report: None,
        register: None,
        utforare: None,
    })
}

/// What can be mended: the finding and each field with its choices.
fn offered(read: &Read) -> Vec<String> {
    let findings = read.findings();
    let word = |it: &Mend| {
        let fields: Vec<String> = it
            .choices
            .iter()
            .map(|it| {
                let kind = match &it.kind {
                    Kind::Choice(all) => all.iter().map(|it| it.0.as_str()).collect::<Vec<_>>().join("/"),
                    Kind::Date { min, max } => format!("{min}–{max}"),
                    Kind::Text { .. } => "text".to_owned(),
                };
                format!("{} {kind}{}", it.field, if it.empty.is_some() { " eller tomt" } else { "" })
            })
            .collect();
        let more = [("ta bort", &it.remove), ("dölj", &it.hide)];
        let more = more.iter().filter(|it| it.1.is_some()).map(|it| format!(" {}", it.0)).collect::<String>();
        format!("{}: {}{more}", findings[it.finding], fields.join(", "))
    };
    with_setting(|setting| choices(read.version(), setting)).iter().map(word).collect()
}

const HEAD: &str = "Löpnr|Kön|Beslutsdatum|Datum för avbrott|Insats|Beslutet verkställt|Beslutet avslutat|Orsak";

fn table(rows: &[&str]) -> Read {
    fixture::read(&format!("{HEAD}\n{}", rows.join("\n")))
}

#[test]
fn only_valid_choices_are_offered() {
    for (row, expected) in [
        ("1|Man|2023-05-04||9 § 3|||", "EO001 H2: orsak resursbrist_personal/tackat_nej/annat_skal"),
        ("1|Man|2023-05-04||9 § 9|||", "EO001 H2: orsak resursbrist_bostad/resursbrist_personal/tackat_nej/annat_skal"),
        ("1|M/K|2023-05-04||9 § 3|||Annat skäl", "LA043 B2: kon flicka/pojke/kvinna/man"),
        ("1|M/K|2023-05-04||9 § 8|||Annat skäl", "LA043 B2: kon flicka/pojke"),
        ("1|Man|2023-05-04||9 § 3|231o10||Annat skäl", "LA030 F2: verkstalld 2023-05-04–2024-01-31 eller tomt"),
        ("1|Man|2023-06-31||9 § 3|2023-11-02||", "LA031 C2: beslutsdatum 1980-01-01–2023-11-02"),
        ("1|Man|2023-05-04|2023-06-31|9 § 3|||Annat skäl", "LA031 D2: avbrottsdatum 2023-05-04–2023-12-31 eller tomt"),
        ("1|Man|2023-08-11||9 § 3|2023-10-29||", "SI002 F2: verkstalld 2023-08-11–2024-01-31 eller tomt ta bort"),
        ("1|Man|2023-05-04||9 § 3|2023-10-29||Annat skäl", "EO005 H2: orsak  eller tomt"),
        ("8507099805|Man|2023-05-04||9 § 3|||Annat skäl", "IN001 A2:  dölj"),
    ] {
        let offered = offered(&table(&[row]));
        assert!(offered.iter().any(|it| it == expected), "{row}: {offered:?}");
    }
    let insatser = offered(&table(&["1|Man|2023-05-04||Utflykter LSS|||Annat skäl"]));
    assert!(insatser[0].contains("ledsagarservice/") && !insatser[0].contains("hemtjanst"), "{insatser:?}");
}

/// Every choice that is offered for a fault, taken: the fault is gone, and no other row has changed.
#[test]
fn whatever_is_chosen_mends_the_fault_and_changes_nothing_else() {
    let faults = [
        "1|Man|2023-05-04||9 § 3|||",
        "1|M/K|2023-05-04||9 § 3|||Annat skäl",
        "1|Man|2023-05-04||9 § 3|231o10||Annat skäl",
        "1|Man|2023-06-31||9 § 3|||Annat skäl",
        "1|Man|2023-05-04||9 § 3|2023-10-29||Annat skäl",
        "1|Man|2023-05-04||Utflykter|||Annat skäl",
        "1|Man|2023-05-04||9 § 3||i våras|Annat skäl",
        "1|Man|2023-05-04||9 § 3|||Sjukdom",
        "1|Man|2023-05-04||9 § 3|||Tackat nej; annat",
    ];
    let sound = "2|Kvinna|@45081|2023-07-01|9 § 4|Nej||Tackat nej";
    for fault in faults {
        let before = table(&[fault, sound]);
        let mends = with_setting(|setting| choices(before.version(), setting));
        let mend = mends.first().unwrap_or_else(|| panic!("{fault}: {:?}", before.findings()));
        let finding = before.findings()[mend.finding].clone();
        for choice in &mend.choices {
            let mut answers: Vec<String> = match &choice.kind {
                Kind::Choice(all) => all.iter().map(|it| it.0.clone()).collect(),
                // A start in the last three months of the quarter is another fault.
                Kind::Date { min, .. } => vec![(*min).max(day("2000-01-01")).to_string(), "230601".to_owned()],
                Kind::Text { .. } => vec!["Behovet har upphört".to_owned()],
            };
            answers.extend(choice.empty.map(|_| String::new()));
            assert!(!answers.is_empty());
            for answer in answers {
                let change = with_setting(|setting| choice.chosen(&answer, setting)).unwrap();
                let after = handed_in(&before, &[change]);
                let told = after.findings();
                assert!(!told.contains(&finding), "{fault} → {} = {answer}: {told:?}", choice.field);
                let rows = (fixture::rows(&before.workbook), fixture::rows(&after.workbook));
                assert_eq!(rows.0[1], rows.1[1], "{fault} → {answer}");
                assert_ne!(rows.0[0], rows.1[0], "{fault} → {answer}");
            }
        }
    }
}

#[test]
fn what_was_not_offered_is_not_taken() {
    let read = table(&["1|Man|2023-05-04||9 § 3|||", "2|Man|2023-05-04||9 § 3|231o10||Annat skäl"]);
    let mends = with_setting(|setting| choices(read.version(), setting));
    let (cause, date) = (&mends[0].choices[0], &mends[1].choices[0]);
    // In the order of the findings: the unreadable date is noticed before rows are judged.
    let (cause, date) = if cause.field == Field::Orsak { (cause, date) } else { (date, cause) };
    for (choice, answer) in [
        (cause, "resursbrist_bostad"),
        (cause, "sjukdom"),
        (cause, ""),
        (date, "2023-05-03"),
        (date, "2024-02-01"),
        (date, "i våras"),
        (date, "2023-06-31"),
    ] {
        assert_eq!(with_setting(|setting| choice.chosen(answer, setting)), None, "{answer}");
    }
}

#[test]
fn four_columns_of_causes_are_one_choice() {
    let read = fixture::read(
        "Kön|Beslutsdatum|Insats|Ledig bostad|Personalbrist|Tackat nej|Annat skäl\nMan|2023-05-04|9 § 9|x||x|",
    );
    let change = |value| Change::Field { sheet: 0, row: 1, field: Field::OrsakPersonal, value };
    let after = handed_in(&read, &[change(NewValue::Cause(Orsak::ResursbristPersonal))]);
    assert_eq!(after.review.cases[0].orsak, Some(Orsak::ResursbristPersonal));
    assert_eq!(after.findings(), Vec::<String>::new());
}

#[test]
fn a_row_that_should_not_be_there_is_emptied_and_the_others_stay_where_they_are() {
    let read = table(&["1|Man|2023-08-11||9 § 3|2023-10-29||", "2|Man|2023-05-04||9 § 3|||Annat skäl"]);
    let after = handed_in(&read, &[Change::Remove { sheet: 0, row: 1 }]);
    assert_eq!(after.review.cases.iter().map(|it| it.row).collect::<Vec<_>>(), [2]);
    assert_eq!(after.findings(), Vec::<String>::new());
}

#[test]
fn a_change_that_fits_no_cell_is_refused() {
    let read = table(&["1|Man|2023-05-04||9 § 3|||"]);
    let change = |row, field, value| {
        amend(read.version(), fixture::insatser(), &[Change::Field { sheet: 0, row, field, value }]).err()
    };
    let kon = NewValue::Kon(Kon::Man);
    assert_eq!(change(9, Field::Kon, kon.clone()), Some(AmendError::NoRow));
    assert_eq!(change(0, Field::Kon, kon.clone()), Some(AmendError::NoRow));
    assert_eq!(change(1, Field::Delvis, NewValue::Answer(true)), Some(AmendError::NoColumn));
    assert_eq!(change(1, Field::Beslutsdatum, kon), Some(AmendError::WrongValue));
    let remove = [Change::Remove { sheet: 3, row: 1 }];
    assert_eq!(amend(read.version(), fixture::insatser(), &remove).err(), Some(AmendError::NoRow));
}

#[test]
fn every_insats_is_written_so_that_it_is_read_as_itself() {
    let insatser = fixture::insatser();
    for (id, insats) in insatser.all() {
        let read = table(&["1|Man|2023-05-04||Utflykter|||Annat skäl"]);
        let value = NewValue::Insats(id);
        let after = handed_in(&read, &[Change::Field { sheet: 0, row: 1, field: Field::Insats, value }]);
        assert_eq!(after.review.cases[0].insats, Some(id), "{}", insats.key);
    }
}

#[test]
fn every_sample_reads_the_same_when_it_has_been_written_again() {
    for (path, before) in fixture::samples() {
        let after = through_a_file(&before.workbook, &before.review);
        // A filter is a way of looking and is not kept, and then its rows are not hidden.
        let filtered = before.workbook.sheets.iter().any(|it| it.filtered);
        let rows = |workbook| {
            let rows = fixture::rows(workbook).join("\n");
            if filtered { rows.replace("hidden: true", "hidden: false") } else { rows }
        };
        assert_eq!(rows(&after), rows(&before.workbook), "{}", path.display());
    }
}

#[test]
fn comments_stay_but_those_of_an_emptied_row() {
    let mut workbook = fixture::workbook(&format!(
        "{HEAD}\n1|Man|2023-08-11||9 § 3|2023-10-29||\n2|Man|2023-05-04||9 § 3|||Annat skäl"
    ));
    let comment = |row, text: &str| Comment { row, col: 1, text: text.to_owned() };
    workbook.sheets[0].comments = vec![comment(1, "fel rad"), comment(2, "ring anna@example.org")];
    let after = handed_in(&fixture::judged(workbook), &[Change::Remove { sheet: 0, row: 1 }]);
    assert_eq!(after.workbook.sheets[0].comments, [comment(2, "ring •••@•••")]);
}

#[test]
fn personal_data_is_hidden_where_it_is_asked_for_and_wherever_we_write() {
    let read = table(&["8507099805|Man|2023-05-04||9 § 3|||Annat skäl"]);
    let mends = with_setting(|setting| choices(read.version(), setting));
    let hide = mends.iter().find_map(|it| it.hide.clone()).unwrap();
    let amended = amend(read.version(), fixture::insatser(), &[hide]).unwrap();
    assert_eq!(fixture::judged(amended).findings(), Vec::<String>::new());
    assert_eq!(handed_in(&read, &[]).findings(), Vec::<String>::new());
}

#[test]
fn the_quarter_a_file_names_goes_on_being_told() {
    let mut workbook = fixture::workbook(&format!("{HEAD}\n1|Man|2023-05-04||9 § 3|||Annat skäl"));
    workbook.properties =
        vec![("title".to_owned(), "Kvartal 3 2023".to_owned()), ("creator".to_owned(), "E".to_owned())];
    let read = fixture::judged(workbook);
    let after = handed_in(&read, &[]);
    assert_eq!(after.findings(), read.findings());
    assert!(!after.workbook.properties.iter().any(|it| it.1 == "E"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sheet_can_be_written_and_reads_the_same(workbook in invented::workbook()) {
        let before = fixture::judged(workbook);
        let after = through_a_file(&before.workbook, &before.review);
        prop_assert_eq!(fixture::rows(&after), fixture::rows(&before.workbook));
    }
}
