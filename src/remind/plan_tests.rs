//! The planner on single days: the ladder, holidays, what stops it, what puts it off.

use super::*;

const BUILTIN: &str = include_str!("../../rules/paminnelser.toml");

fn ladder() -> Ladder {
    Ladder::from_toml(BUILTIN, None).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn task(last_day: &str) -> Task {
    Task {
        filing: "f".to_owned(),
        utforare: "u".to_owned(),
        name: "Solsidan".to_owned(),
        uppdrag: "Ledsagarservice".to_owned(),
        last_day: day(last_day),
        extended: false,
        answered: None,
        reading: false,
        paused: None,
        done: Vec::new(),
        reminded: Vec::new(),
        threads: Vec::new(),
        unreachable: false,
    }
}

fn round(opens: &str, report_day: &str, task: Task) -> Situation {
    Situation { opens: day(opens), report_day: day(report_day), fixed: false, tasks: vec![task] }
}

/// Runs the planner every day and notes what it sends, as the database would.
fn walk(from: &str, to: &str, mut situation: Situation, mut change: impl FnMut(NaiveDate, &mut Task)) -> Vec<String> {
    let (mut sent, ladder) = (Vec::new(), ladder());
    for today in day(from).iter_days().take_while(|it| *it <= day(to)) {
        change(today, &mut situation.tasks[0]);
        for it in plan(today, &ladder, &situation) {
            let Some(step) = it.sends else { continue };
            sent.push(format!("{today} {}", step.key()));
            let done = Done { step, counted_from: it.counted_from, on: today, skipped: false };
            let task = &mut situation.tasks[0];
            match it.thread {
                Some(at) => task.threads[at].done.push(done),
                None => task.done.push(done),
            }
            if matches!(step, Step::Overdue(_)) {
                task.reminded.push(today);
            }
        }
    }
    sent
}

fn left_alone(_: NaiveDate, _: &mut Task) {}

/// The whole ladder of somebody who never answers, in rounds whose days lie badly.
#[test]
fn the_ladder_goes_by_working_days_past_every_holiday() {
    let whole =
        |opens: &str, last: &str, report: &str| walk(opens, report, round(opens, report, task(last)), left_alone);
    for (opens, last, report, wanted) in [
        // Turn of the year: the first is a helgdag, so is the sixth.
        (
            "2024-01-01",
            "2024-01-10",
            "2024-01-31",
            "01-02 oppnar, 01-05 fore, 01-11 paminnelse_1, 01-16 paminnelse_2, 01-23 paminnelse_3, 01-25 handlaggare",
        ),
        // Easter: långfredag 29 March, annandag 1 April; the clock goes forward on the 31st.
        (
            "2024-03-20",
            "2024-03-28",
            "2024-04-30",
            "03-20 oppnar, 03-25 fore, 04-02 paminnelse_1, 04-05 paminnelse_2, 04-12 paminnelse_3, 04-16 handlaggare",
        ),
        // Midsommarafton 21 June, nationaldagen the 6th.
        (
            "2024-06-05",
            "2024-06-14",
            "2024-07-12",
            "06-05 oppnar, 06-11 fore, 06-17 paminnelse_1, 06-20 paminnelse_2, 06-28 paminnelse_3, 07-02 handlaggare",
        ),
        // The last day is a Saturday: three working days before it, and the Monday after.
        (
            "2024-02-01",
            "2024-02-10",
            "2024-03-29",
            "02-01 oppnar, 02-07 fore, 02-12 paminnelse_1, 02-15 paminnelse_2, 02-22 paminnelse_3, 02-26 handlaggare",
        ),
        // 29 February is a working day of its own.
        (
            "2024-02-19",
            "2024-02-28",
            "2024-03-29",
            "02-19 oppnar, 02-23 fore, 02-29 paminnelse_1, 03-05 paminnelse_2, 03-12 paminnelse_3, 03-14 handlaggare",
        ),
        // The clock goes back on 27 October; alla helgons dag is a Saturday; Christmas does not come into it.
        (
            "2024-10-14",
            "2024-10-24",
            "2024-11-29",
            "10-14 oppnar, 10-21 fore, 10-25 paminnelse_1, 10-30 paminnelse_2, 11-06 paminnelse_3, 11-08 handlaggare",
        ),
        // Over Christmas and new year.
        (
            "2024-12-09",
            "2024-12-20",
            "2025-01-31",
            "12-09 oppnar, 12-17 fore, 12-23 paminnelse_1, 01-02 paminnelse_2, 01-10 paminnelse_3, 01-14 handlaggare",
        ),
    ] {
        let found: Vec<String> = whole(opens, last, report).iter().map(|it| it[5..].to_owned()).collect();
        assert_eq!(found.join(", "), wanted, "{last}");
    }
}

#[test]
fn a_valid_answer_stops_the_ladder_at_once() {
    let all = |came: &str| {
        let came = day(came);
        walk("2024-01-01", "2024-01-31", round("2024-01-01", "2024-01-31", task("2024-01-10")), |today, task| {
            task.answered = (today >= came).then_some(came);
        })
    };
    for (came, letters) in
        [("2024-01-01", 0), ("2024-01-02", 0), ("2024-01-03", 1), ("2024-01-16", 3), ("2024-01-17", 4)]
    {
        assert_eq!(all(came).len(), letters, "{came}");
    }
}

#[test]
fn a_short_window_has_one_letter_before_its_last_day() {
    let sent = walk("2024-01-08", "2024-01-12", round("2024-01-08", "2024-01-31", task("2024-01-10")), left_alone);
    assert_eq!(sent, ["2024-01-08 fore", "2024-01-11 paminnelse_1"]);
}

#[test]
fn days_without_a_run_are_caught_up_one_letter_at_a_time() {
    let sent = walk("2024-01-19", "2024-01-31", round("2024-01-01", "2024-01-31", task("2024-01-10")), left_alone);
    assert_eq!(
        sent,
        ["2024-01-19 paminnelse_1", "2024-01-23 paminnelse_2", "2024-01-25 paminnelse_3", "2024-01-29 handlaggare"]
    );
    let sent = walk("2024-01-09", "2024-01-10", round("2024-01-01", "2024-01-31", task("2024-01-10")), left_alone);
    assert_eq!(sent, ["2024-01-09 fore"], "the information has lapsed");
}

#[test]
fn more_time_for_one_starts_the_ladder_anew_from_that_day() {
    let sent =
        walk("2024-01-05", "2024-02-07", round("2024-01-01", "2024-02-29", task("2024-01-10")), |today, task| {
            if today == day("2024-01-15") {
                task.last_day = day("2024-02-05");
                task.extended = true;
            }
        });
    assert_eq!(sent, ["2024-01-05 fore", "2024-01-11 paminnelse_1", "2024-01-31 fore", "2024-02-06 paminnelse_1"]);
}

#[test]
fn a_pause_puts_off_and_a_skip_lets_pass() {
    let start = || round("2024-01-01", "2024-01-31", task("2024-01-10"));
    let sent = walk("2024-01-09", "2024-01-31", start(), |_, task| {
        task.paused = Some((day("2024-01-17"), "Byter system.".to_owned()));
    });
    assert_eq!(
        sent,
        ["2024-01-18 paminnelse_1", "2024-01-22 paminnelse_2", "2024-01-24 paminnelse_3", "2024-01-26 handlaggare"]
    );
    let sent = walk("2024-01-11", "2024-01-31", start(), |today, task| {
        if today == day("2024-01-12") {
            let step = Step::Overdue(2);
            task.done.push(Done { step, counted_from: task.last_day, on: today, skipped: true });
        }
    });
    assert_eq!(sent, ["2024-01-11 paminnelse_1", "2024-01-23 paminnelse_3", "2024-01-25 handlaggare"]);
}

#[test]
fn a_reminder_by_telephone_counts_as_one_of_the_ladder() {
    let sent =
        walk("2024-01-11", "2024-01-24", round("2024-01-01", "2024-01-31", task("2024-01-10")), |today, task| {
            if today == day("2024-01-11") {
                task.reminded.push(today);
            }
        });
    assert_eq!(sent, ["2024-01-16 paminnelse_2", "2024-01-23 paminnelse_3"]);
}

#[test]
fn whoever_cannot_be_reached_becomes_work_twice_and_gets_the_rest_when_there_is_an_address() {
    let unreachable = || Task { unreachable: true, ..task("2024-01-10") };
    let start = round("2024-01-01", "2024-01-31", unreachable());
    let sent = walk("2024-01-01", "2024-01-31", start.clone(), left_alone);
    assert_eq!(sent, ["2024-01-02 utan_kontakt", "2024-01-25 handlaggare"]);
    let late = walk("2024-01-19", "2024-01-31", start.clone(), left_alone);
    assert_eq!(late, ["2024-01-19 utan_kontakt", "2024-01-25 handlaggare"]);
    let mended =
        walk("2024-01-01", "2024-01-12", start.clone(), |today, task| task.unreachable = today < day("2024-01-04"));
    assert_eq!(mended, ["2024-01-02 utan_kontakt", "2024-01-04 oppnar", "2024-01-05 fore", "2024-01-11 paminnelse_1"]);
    let told = plan(day("2024-01-03"), &ladder(), &start);
    assert_eq!(told[0].work, Some(Work::NoContact), "it is work whether or not somebody has been told");
}

#[test]
fn a_thread_has_a_ladder_of_its_own_whatever_the_answer() {
    let thread = Thread { id: "t".to_owned(), due: day("2024-01-19"), done: Vec::new() };
    let start = Task { answered: Some(day("2024-01-08")), threads: vec![thread], ..task("2024-01-10") };
    let sent = walk("2024-01-15", "2024-01-31", round("2024-01-01", "2024-01-31", start), left_alone);
    assert_eq!(
        sent,
        ["2024-01-22 komplettering_1", "2024-01-25 komplettering_2", "2024-01-29 komplettering_handlaggare"]
    );
}

#[test]
fn every_filing_has_a_reason_every_day() {
    let with = |change: fn(&mut Task)| {
        let mut it = task("2024-01-10");
        change(&mut it);
        round("2024-01-02", "2024-01-31", it)
    };
    for (today, situation, named) in [
        ("2024-01-01", with(|_| {}), "Information om insamlingen skickas den 2 januari 2024."),
        ("2024-01-03", with(|it| it.answered = Some(day("2024-01-03"))), "Svaret kom den 3 januari 2024."),
        ("2024-01-03", with(|it| it.reading = true), "läses just nu"),
        ("2024-01-13", with(|_| {}), "Helg eller röd dag. Påminnelse 1 skickas den 15 januari 2024."),
        ("2024-01-11", with(|it| it.paused = Some((day("2024-01-11"), "Brand.".into()))), "Pausad till och med den 11"),
        ("2024-01-11", with(|it| it.reminded = vec![day("2024-01-11")]), "Påminnelse 2 skickas den 16 januari 2024."),
        ("2024-01-11", with(|it| it.unreachable = true), "Handläggaren får veta det"),
        ("2024-02-01", with(|_| {}), "Rapportdagen har passerat"),
        ("2024-01-11", Situation { fixed: true, ..with(|_| {}) }, "fastställd"),
        ("2024-01-11", with(|it| it.extended = true), "längre tid"),
    ] {
        let found = plan(day(today), &ladder(), &situation);
        assert!(found[0].why.contains(named), "{today}: {}", found[0].why);
    }
}
