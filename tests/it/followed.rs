//! Decisions about rows when a newer version comes: they follow the row as long as it reads the same.

use chrono::{DateTime, Utc};
use kvartal::desk::Desk;
use kvartal::desk::completions::Ask;
use kvartal::desk::decide::{RowDecision, RowSeen, Verdict};
use kvartal::desk::intake::Upload;
use kvartal::store::Actor;
use kvartal::store::attempt::Attempt;
use kvartal::store::event::EventKind;
use kvartal::store::review::RowPlace;

use crate::databases::{Database, on_both};
use crate::desk::{at, cage, load};
use crate::support::list;

const ONE: &str = "1;Man;2023-04-11;;9 § 3;Ledsagarservice;;;Den enskilde tackat nej\n";
const TWO: &str = "2;Kvinna;2023-05-12;;9 § 3;Ledsagarservice;;;Annat skäl\n";
const NEW: &str = "0;Pojke;2023-02-03;;9 § 3;Ledsagarservice;;;Annat skäl\n";
/// The first row, written in another way.
const ONE_AGAIN: &str = "1;man;11 april 2023;;9 § 3;Ledsagarservice;;;Den enskilde tackat nej\n";
/// The first row with another day.
const ONE_CHANGED: &str = "1;Man;2023-04-12;;9 § 3;Ledsagarservice;;;Den enskilde tackat nej\n";

struct Office {
    desk: Desk,
    round: String,
    filing: String,
}

fn by() -> Actor {
    Actor::new("p1", "Åsa Handläggare")
}

fn minute(nr: i64) -> DateTime<Utc> {
    at("2024-01-21T09:00:00Z") + chrono::TimeDelta::minutes(nr)
}

fn row(row: i64, seen: i64, decision: RowDecision) -> Verdict {
    let place = RowPlace { sheet: "tallasen".to_owned(), row };
    Verdict { row: RowSeen { place, seen }, decision, reason: "Hör till en annan kommun.".to_owned() }
}

impl Office {
    async fn on(db: &Database) -> Self {
        let desk = Desk::new(db.store.clone(), cage()).expect("built-in rules");
        let round = load(&desk, "2023-q4").await;
        let contents = desk.store.contents(&round).await.expect("contents");
        let own = |it: &&kvartal::store::filing::Filing| contents.utforare_of(it).expect("own").nyckel == "tallasen";
        let filing = contents.filings.iter().find(own).expect("a filing").id.clone();
        Self { desk, round, filing }
    }

    /// Hands in a version and reads it.
    async fn version(&self, rows: &[&str], now: DateTime<Utc>) -> Attempt {
        let upload = Upload { name: "tallasen.csv".to_owned(), bytes: list(rows).into_bytes() };
        let received = self.desk.receive(&self.filing, upload, &Actor::new("u1", "Tall"), now).await.expect("received");
        while self.desk.work_once(now).await.expect("read") {}
        self.desk.store.attempt(received.attempt()).await.expect("store").expect("a version")
    }

    async fn decide(&self, attempt: &Attempt, verdict: Verdict, now: DateTime<Utc>) {
        let sheet = self.sheet(attempt).await;
        let mut verdict = verdict;
        verdict.row.place.sheet = sheet;
        self.desk.decide_each(&attempt.id, &[verdict], &[], &by(), now).await.expect("decided");
    }

    async fn sheet(&self, attempt: &Attempt) -> String {
        let context = self.desk.context(&self.round).await.expect("context");
        let reviewed = self.desk.reviewed(&context, attempt).await.expect("reviewed");
        reviewed.info.sheets[0].clone()
    }

    /// Row, decision, reason and when, of what stands in a version.
    async fn standing(&self, attempt: &Attempt) -> Vec<(i64, String, DateTime<Utc>)> {
        let contents = self.desk.store.contents(&self.round).await.expect("contents");
        contents.decisions_of(&attempt.id).into_iter().map(|it| (it.row, it.decision.clone(), it.at)).collect()
    }

    async fn follows(&self) -> usize {
        let events = self.desk.store.events_about(&self.filing).await.expect("events");
        events.iter().filter(|it| it.kind() == Some(EventKind::DecisionsFollowed)).count()
    }
}

#[test]
fn a_decision_follows_the_row_that_reads_the_same_and_not_the_one_that_changed() {
    on_both(async |db| {
        let office = Office::on(db).await;
        let first = office.version(&[ONE, TWO], minute(0)).await;
        office.decide(&first, row(2, 0, RowDecision::LeaveOut), minute(1)).await;
        office.decide(&first, row(3, 0, RowDecision::Count), minute(2)).await;
        let second = office.version(&[NEW, ONE_AGAIN, TWO], minute(3)).await;
        let wanted = [(3, "undanta".to_owned(), minute(1)), (4, "medrakna".to_owned(), minute(2))];
        assert_eq!(office.standing(&second).await, wanted);
        let third = office.version(&[ONE_CHANGED, TWO], minute(4)).await;
        assert_eq!(office.standing(&third).await, [(3, "medrakna".to_owned(), minute(2))]);
        let context = office.desk.context(&office.round).await.expect("context");
        let reviewed = office.desk.reviewed(&context, &third).await.expect("reviewed");
        let rows = office.desk.earlier_rows(&context, &third, &reviewed).await.expect("rows");
        let changed: Vec<_> = kvartal::desk::earlier::decided(&rows, &context)
            .into_iter()
            .filter(|it| !it.0.same)
            .map(|it| (it.0.nr, it.0.case, it.1.decision.as_str()))
            .collect();
        assert_eq!(changed, [(2, 0, "undanta")]);
        assert_eq!(office.follows().await, 2);
    });
}

#[test]
fn a_decision_taken_back_does_not_come_back() {
    on_both(async |db| {
        let office = Office::on(db).await;
        let first = office.version(&[ONE], minute(0)).await;
        office.decide(&first, row(2, 0, RowDecision::LeaveOut), minute(1)).await;
        let second = office.version(&[NEW, ONE], minute(2)).await;
        office.decide(&second, row(3, 1, RowDecision::Undo), minute(3)).await;
        let third = office.version(&[ONE, NEW], minute(4)).await;
        assert_eq!(office.standing(&third).await, []);
        assert_eq!(office.follows().await, 1);
    });
}

#[test]
fn a_decision_that_followed_is_in_the_figures_and_a_reading_made_again_is_the_same() {
    on_both(async |db| {
        let office = Office::on(db).await;
        let first = office.version(&[ONE, TWO], minute(0)).await;
        office.decide(&first, row(2, 0, RowDecision::LeaveOut), minute(1)).await;
        let second = office.version(&[ONE, TWO, NEW], minute(2)).await;
        let made =
            office.desk.report(&office.round, kvartal::desk::Which::Only(second.id.clone())).await.expect("made");
        assert_eq!(made.report.lines.iter().map(|it| it.source.row).collect::<Vec<_>>(), [2, 3]);
        let (_, different) = office.desk.rebuild(false, minute(5)).await.expect("rebuilt");
        assert_eq!(different, Vec::<String>::new());
    });
}

#[test]
fn rows_are_decided_and_questions_asked_as_a_whole_or_not_at_all() {
    on_both(async |db| {
        let office = Office::on(db).await;
        let first = office.version(&[ONE, TWO], minute(0)).await;
        let sheet = office.sheet(&first).await;
        let mut verdict = row(2, 0, RowDecision::LeaveOut);
        verdict.row.place.sheet.clone_from(&sheet);
        let ask = |row: i64, due: &str| Ask {
            text: "Vad har erbjudits?".to_owned(),
            due: due.parse().expect("a day"),
            about: Some((first.id.clone(), RowPlace { sheet: sheet.clone(), row })),
            missing_cases: 0,
        };
        let past = [ask(2, "2024-02-01"), ask(3, "2024-01-01")];
        let verdicts = [verdict];
        let desk = &office.desk;
        desk.decide_each(&first.id, &verdicts, &past, &by(), minute(1)).await.expect_err("a day has passed");
        let mut stale = verdicts.clone();
        stale[0].row.seen = 4;
        let good = [ask(2, "2024-02-01"), ask(3, "2024-02-01")];
        desk.decide_each(&first.id, &stale, &good, &by(), minute(1)).await.expect_err("somebody was first");
        assert_eq!(office.standing(&first).await, []);
        assert_eq!(desk.store.completions(&office.filing).await.expect("store").len(), 0);
        assert_eq!(desk.store.letters().await.expect("letters").len(), 0);
        desk.decide_each(&first.id, &verdicts, &good, &by(), minute(1)).await.expect("decided and asked");
        assert_eq!(office.standing(&first).await.len(), 1);
        assert_eq!(desk.store.completions(&office.filing).await.expect("store").len(), 2);
        let letters = desk.store.letters().await.expect("letters");
        assert_eq!(letters.len(), 1, "one letter for all that is asked at once");
        assert!(letters[0].text_body.contains(&format!("/inlamning/{}", office.filing)), "{}", letters[0].text_body);
    });
}
