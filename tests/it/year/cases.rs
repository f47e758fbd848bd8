//! Days that lie badly, on a real database: Easter, midsommar, a Saturday, the change of the clock, 29 February, the turn of
//! the year. Every expected day and hour is written by hand from a calendar on the wall.
//!
//! One utförare who never answers has the whole ladder; one who answers in the last minute of the last day is in time, and one
//! who answers in the first minute after it is late.

use chrono::{DateTime, Days as Count, TimeDelta, Utc};
use kvartal::desk::{Desk, Which};
use kvartal::model::{Grade, Meetings, Quarter};
use kvartal::remind::remind;
use kvartal::remind::run::Run;
use kvartal::store::namnd::UtforareRow;
use kvartal::store::new_id;
use kvartal::store::round::Days;

use super::{day, expected, person};
use crate::databases::on_both;
use crate::desk::cage;

struct Case {
    what: &'static str,
    kvartal: &'static str,
    /// Opens, last day, report day.
    days: [&'static str; 3],
    /// Day and hour (UTC) of each letter to the one who never answers, and what it is.
    letters: &'static [(&'static str, &'static str)],
    /// The last minute of the last day, as an instant.
    last_minute: &'static str,
}

/// Letters go from 8 in the morning, Swedish time: 7 UTC in winter, 6 UTC in summer.
const CASES: [Case; 8] = [
    Case {
        what: "Easter, and the clock goes forward on Easter Sunday",
        kvartal: "2023-Q4",
        days: ["2024-03-20", "2024-03-28", "2024-04-30"],
        letters: &[
            ("2024-03-20 07", "information"),
            ("2024-03-25 07", "fore"),
            ("2024-04-02 06", "ett"),
            ("2024-04-05 06", "tva"),
            ("2024-04-12 06", "tre"),
        ],
        last_minute: "2024-03-28T22:59:59Z",
    },
    Case {
        what: "the last day is the Sunday on which the clock goes forward",
        kvartal: "2023-Q4",
        days: ["2024-03-20", "2024-03-31", "2024-04-30"],
        letters: &[
            ("2024-03-20 07", "information"),
            ("2024-03-26 07", "fore"),
            ("2024-04-02 06", "ett"),
            ("2024-04-05 06", "tva"),
            ("2024-04-12 06", "tre"),
        ],
        last_minute: "2024-03-31T21:59:59Z",
    },
    Case {
        what: "nationaldagen and midsommar",
        kvartal: "2024-Q1",
        days: ["2024-06-05", "2024-06-14", "2024-07-12"],
        letters: &[
            ("2024-06-05 06", "information"),
            ("2024-06-11 06", "fore"),
            ("2024-06-17 06", "ett"),
            ("2024-06-20 06", "tva"),
            ("2024-06-28 06", "tre"),
        ],
        last_minute: "2024-06-14T21:59:59Z",
    },
    Case {
        what: "the last day is midsommarafton",
        kvartal: "2024-Q1",
        days: ["2024-06-10", "2024-06-21", "2024-07-12"],
        letters: &[
            ("2024-06-10 06", "information"),
            ("2024-06-18 06", "fore"),
            ("2024-06-24 06", "ett"),
            ("2024-06-27 06", "tva"),
            ("2024-07-04 06", "tre"),
        ],
        last_minute: "2024-06-21T21:59:59Z",
    },
    Case {
        what: "the last day is a Saturday",
        kvartal: "2023-Q4",
        days: ["2024-02-01", "2024-02-10", "2024-03-29"],
        letters: &[
            ("2024-02-01 07", "information"),
            ("2024-02-07 07", "fore"),
            ("2024-02-12 07", "ett"),
            ("2024-02-15 07", "tva"),
            ("2024-02-22 07", "tre"),
        ],
        last_minute: "2024-02-10T22:59:59Z",
    },
    Case {
        what: "the last day is 29 February",
        kvartal: "2023-Q4",
        days: ["2024-02-19", "2024-02-29", "2024-03-29"],
        letters: &[
            ("2024-02-19 07", "information"),
            ("2024-02-26 07", "fore"),
            ("2024-03-01 07", "ett"),
            ("2024-03-06 07", "tva"),
            ("2024-03-13 07", "tre"),
        ],
        last_minute: "2024-02-29T22:59:59Z",
    },
    Case {
        what: "the last day is the Sunday on which the clock goes back",
        kvartal: "2024-Q3",
        days: ["2024-10-14", "2024-10-27", "2024-11-29"],
        letters: &[
            ("2024-10-14 06", "information"),
            ("2024-10-23 06", "fore"),
            ("2024-10-28 07", "ett"),
            ("2024-10-31 07", "tva"),
            ("2024-11-07 07", "tre"),
        ],
        last_minute: "2024-10-27T22:59:59Z",
    },
    Case {
        what: "Christmas and the turn of the year",
        kvartal: "2024-Q3",
        days: ["2024-12-09", "2024-12-20", "2025-01-31"],
        letters: &[
            ("2024-12-09 07", "information"),
            ("2024-12-17 07", "fore"),
            ("2024-12-23 07", "ett"),
            ("2025-01-02 07", "tva"),
            ("2025-01-10 07", "tre"),
        ],
        last_minute: "2024-12-20T22:59:59Z",
    },
];

/// A nämnd of its own for each case, with three utförare: never, in time, late.
async fn town(desk: &Desk, case: &Case) -> (String, String) {
    let now: DateTime<Utc> = "2023-12-01T09:00:00Z".parse().expect("a time");
    let mut tx = desk.store.begin().await.expect("a transaction");
    let namnd = tx.add_namnd("Exempelstad", case.what, now).await.expect("a nämnd");
    for name in ["aldrig", "i-tid", "sen"] {
        let row = UtforareRow {
            id: new_id(),
            namnd_id: namnd.clone(),
            nyckel: name.to_owned(),
            namn: name.to_owned(),
            orgnr: None,
            alias: "[]".to_owned(),
            rated: true,
            closed_at: None,
        };
        let id = tx.save_utforare(&row, now).await.expect("an utförare");
        let mail = format!("{name}@{namnd}.example");
        tx.set_kontakter(&id, &[("Kontakt".to_owned(), mail)]).await.expect("contacts");
        tx.add_uppdrag(&id, &["ledsagarservice".to_owned()], (None, None)).await.expect("an uppdrag");
    }
    tx.commit().await.expect("stored");
    let [opens, last_day, report_day] = case.days.map(day);
    let days = Days { opens, last_day, report_day, meetings: Meetings::default(), ivo: None };
    let quarter: Quarter = case.kvartal.parse().expect("a quarter");
    desk.add_round(&namnd, (quarter, days), &person(), now).await.expect("a round");
    let round = desk.store.round_of(&namnd, case.kvartal).await.expect("store").expect("a round").id;
    (namnd, round)
}

/// Runs at 6 and at 7 UTC as the clock of the service does, until the day of the last letter of the ladder.
async fn every_morning(desk: &Desk, case: &Case, mut done: impl AsyncFnMut(DateTime<Utc>)) {
    let to = day(&case.letters[case.letters.len() - 1].0[..10]);
    for today in day(case.days[0]).iter_days().take_while(|it| *it <= to) {
        for hour in [6, 7] {
            let now = today.and_hms_opt(hour, 0, 0).expect("a time").and_utc();
            let run = Run {
                today: kvartal::model::calendar::swedish_day(now.fixed_offset()),
                now,
                dry: false,
                by_the_clock: true,
            };
            let outcome = remind(desk, run).await.expect("a run");
            assert!(outcome.failed.is_empty());
        }
        done(today.and_hms_opt(22, 59, 59).expect("a time").and_utc()).await;
    }
}

async fn one(desk: &Desk, case: &Case) {
    let (namnd, round) = town(desk, case).await;
    let filing = async |name: &str| {
        let contents = desk.store.contents(&round).await.expect("contents");
        let own = contents.filings.iter().find(|it| contents.utforare_of(it).is_some_and(|own| own.nyckel == name));
        own.expect("a filing").id.clone()
    };
    let last: DateTime<Utc> = case.last_minute.parse().expect("a time");
    let answers = [(filing("i-tid").await, last), (filing("sen").await, last + TimeDelta::seconds(1))];
    every_morning(desk, case, async |night| {
        for (filing, at) in &answers {
            if *at <= night + TimeDelta::seconds(1) && *at > night + TimeDelta::seconds(1) - Count::new(1) {
                desk.nil(filing, &person(), *at).await.expect("an answer");
            }
        }
    })
    .await;
    let all = desk.store.letters_of_namnd(&namnd).await.expect("letters");
    let to = |name: &str| {
        let own = all.iter().rev().filter(|it| it.recipient.starts_with(&format!("{name}@")));
        own.map(|it| (it.created_at.format("%Y-%m-%d %H").to_string(), expected::kind_of(&it.subject)))
            .collect::<Vec<_>>()
    };
    let wanted: Vec<(String, &str)> = case.letters.iter().map(|it| (it.0.to_owned(), it.1)).collect();
    assert_eq!(to("aldrig"), wanted, "{}", case.what);
    assert_eq!(to("i-tid"), wanted[..2], "{}: answered", case.what);
    assert_eq!(to("sen"), wanted[..2], "{}: answered, however late", case.what);
    let made = desk.report(&round, Which::Received).await.expect("a report");
    let rated = |name: &str| {
        let own = made.report.quality.iter().find(|it| made.report.utforare[it.utforare].id == name).expect("rated");
        (own.rating.late, own.rating.reminders, own.rating.grade == Grade::EjInkommen)
    };
    assert_eq!(rated("i-tid"), (false, 0, false), "{}: the last minute is in time", case.what);
    assert_eq!(rated("sen"), (true, 0, false), "{}: the minute after is late", case.what);
    assert!(rated("aldrig").2, "{}: nothing has come", case.what);
}

#[test]
fn days_that_lie_badly_have_their_letters_on_the_right_day_and_hour_and_no_answer_becomes_late_by_the_clock() {
    on_both(async |db| {
        let desk = Desk::new(db.store.clone(), cage()).expect("built-in rules").reached_at("https://kvartal.example");
        for case in &CASES {
            one(&desk, case).await;
        }
    });
}
