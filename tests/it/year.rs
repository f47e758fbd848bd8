//! A year of reminders: four quarters, sixty utförare with scripted behaviours, day by day, two nodes that die at random.
//!
//! What must have been sent is computed again here, plainly and from a list of holidays typed by hand.

mod cases;
mod expected;
mod killed;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use kvartal::access::role::Role;
use kvartal::desk::calendar::proposed;
use kvartal::desk::intake::Upload;
use kvartal::desk::{Desk, Which};
use kvartal::mail::{Carrier, outbox};
use kvartal::model::{Grade, Meetings, Quarter};
use kvartal::remind::run::Run;
use kvartal::remind::{by_hand, remind};
use kvartal::store::namnd::UtforareRow;
use kvartal::store::{Actor, Settings, new_id};

use crate::databases::{Database, on_both};
use crate::desk::cage;
use crate::support::{Folder, OPEN_CASE, list};
use expected::{Behaviour, Letter, Script};
use killed::{Dice, dies_after};

const HANDLAGGARE: [&str; 2] = ["hanna@kommun.example", "jonas@kommun.example"];
const UTFORARE: usize = 60;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn at(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    day.and_hms_opt(hour, 0, 0).expect("a time").and_utc()
}

fn person() -> Actor {
    Actor::new("p1", "Åsa Öberg")
}

/// One utförare of the script.
struct One {
    behaviour: Behaviour,
    id: String,
    mails: Vec<String>,
}

impl One {
    fn contacts(&self) -> Vec<(String, String)> {
        self.mails.iter().map(|it| ("Kontakt".to_owned(), it.clone())).collect()
    }
}

async fn town(desk: &Desk) -> (String, Vec<One>) {
    let now = at(day("2023-12-01"), 9);
    let mut tx = desk.store.begin().await.expect("a transaction");
    let namnd = tx.add_namnd("Exempelstad", "Nämnden för stöd och vård", now).await.expect("a nämnd");
    for mail in HANDLAGGARE {
        let person = tx.add_person(mail, "Handläggare", now).await.expect("a person");
        tx.add_membership(&person, (&namnd, Role::Handlaggare.key(), None), now).await.expect("a membership");
    }
    let mut all = Vec::new();
    for nr in 0..UTFORARE {
        let behaviour = Behaviour::ALL[nr % Behaviour::ALL.len()];
        let row = UtforareRow {
            id: new_id(),
            namnd_id: namnd.clone(),
            nyckel: format!("u{nr:02}"),
            namn: format!("Utföraren {nr:02} AB"),
            orgnr: None,
            alias: "[]".to_owned(),
            rated: true,
            closed_at: None,
        };
        let id = tx.save_utforare(&row, now).await.expect("an utförare");
        let mut mails = vec![format!("rapport@u{nr:02}.example")];
        if nr % 5 == 0 {
            mails.push(format!("chef@u{nr:02}.example"));
        }
        let one = One { behaviour, id: id.clone(), mails };
        if behaviour.starts_reachable() {
            tx.set_kontakter(&id, &one.contacts()).await.expect("contacts");
        }
        for insatser in behaviour.uppdrag() {
            let keys: Vec<String> = insatser.iter().map(|it| (*it).to_owned()).collect();
            tx.add_uppdrag(&id, &keys, (None, None)).await.expect("an uppdrag");
        }
        all.push(one);
    }
    tx.commit().await.expect("stored");
    (namnd, all)
}

/// What each utförare does on a day of a quarter, after the letters of the morning.
async fn act(
    desk: &Desk,
    namnd: &str,
    kvartal: &str,
    all: &[One],
    scripts: &BTreeMap<String, Vec<Script>>,
    today: NaiveDate,
) {
    let round = desk.store.round_of(namnd, kvartal).await.expect("store").expect("a round").id;
    let now = at(today, 11);
    for one in all {
        for (nr, script) in scripts[&one.id].iter().enumerate() {
            let busy = [script.answers, script.extended_on, script.paused_on, script.reached_on];
            if !busy.contains(&Some(today)) {
                continue;
            }
            let uppdrag = desk.store.uppdrag(namnd).await.expect("uppdrag");
            let own = uppdrag.iter().filter(|it| it.utforare_id == one.id).nth(nr).expect("an uppdrag");
            let filing = desk.store.filing_of_uppdrag(&own.id, kvartal).await.expect("store").expect("a filing").id;
            if script.extended_on == Some(today) {
                desk.extend(&filing, (Some(script.last_day), "Byter system."), &person(), now).await.expect("extended");
            }
            if script.paused_on == Some(today) {
                let pause = (script.paused_until, "Har ringt.");
                by_hand::pause(desk, &filing, pause, &person(), now).await.expect("paused");
            }
            if script.reached_on == Some(today) {
                let mut tx = desk.store.begin().await.expect("a transaction");
                tx.set_kontakter(&one.id, &one.contacts()).await.expect("contacts");
                tx.commit().await.expect("stored");
            }
            if script.answers != Some(today) {
                continue;
            }
            if one.behaviour.sends_files() {
                let upload = Upload { name: format!("{kvartal}.csv"), bytes: list(&[OPEN_CASE]).into_bytes() };
                desk.receive(&filing, upload, &person(), now).await.expect("received");
                while desk.work_once(now).await.expect("read") {}
            } else {
                desk.nil(&filing, &person(), now).await.expect("nothing to report");
            }
            // The next morning it is read, whatever it was.
            assert!(desk.store.attempts_of_filing(&filing).await.expect("attempts")[0].is_valid(), "{round}");
        }
    }
    if today == scripts.values().flatten().filter_map(|it| it.ends).max().expect("an end") {
        // The contact that was added is gone again before the next quarter.
        for one in all.iter().filter(|it| !it.behaviour.starts_reachable()) {
            let mut tx = desk.store.begin().await.expect("a transaction");
            tx.set_kontakter(&one.id, &[]).await.expect("no contacts");
            tx.commit().await.expect("stored");
        }
    }
}

/// The letters of the ladder in the outbox: day, address and the first words of the subject.
async fn letters(desk: &Desk) -> Vec<Letter> {
    let all = desk.store.letters().await.expect("letters");
    let ladder =
        all.into_iter().filter(|it| ["paminnelse", "information", "till_handlaggare"].contains(&it.kind.as_str()));
    let mut found: Vec<Letter> =
        ladder.map(|it| (it.created_at.date_naive(), it.recipient, expected::kind_of(&it.subject))).collect();
    found.sort();
    found
}

async fn year(db: &Database) {
    let other = db.another(Settings::default()).await;
    let nodes: Vec<Desk> = [db.store.clone(), other]
        .into_iter()
        .map(|it| Desk::new(it, cage()).expect("built-in rules").reached_at("https://kvartal.example"))
        .collect();
    let (desk, mut dice, mail) = (&nodes[0], Dice::new(20_240_229), Folder::new());
    let carrier =
        Carrier::new(&format!("mapp:{}", mail.path("brev")), "Kvartal <kvartal@kommun.example>").expect("a way");
    let (namnd, all) = town(desk).await;
    let (mut wanted, mut killed, mut days) = (Vec::new(), 0, 0);
    // Two quarters counted forwards from their end, two backwards from the nämnd's meeting.
    for (kvartal, meets) in
        [("2023-Q4", None), ("2024-Q1", Some("2024-05-23")), ("2024-Q2", None), ("2024-Q3", Some("2024-11-21"))]
    {
        let quarter: Quarter = kvartal.parse().expect("a quarter");
        let meetings = Meetings { namnd: meets.map(day), fullmaktige: None };
        let calendar = proposed(quarter, desk.builtin().ladder.counting, meetings);
        let before = calendar.opens - Days::new(2);
        desk.add_round(&namnd, (quarter, calendar), &person(), at(before, 9)).await.expect("a round");
        let scripts: BTreeMap<String, Vec<Script>> =
            all.iter().map(|it| (it.id.clone(), it.behaviour.scripts(&calendar))).collect();
        let recipients = |one: &One| one.mails.clone();
        let expected =
            expected::letters(all.iter().map(|it| (recipients(it), scripts[&it.id].clone())), &calendar, &HANDLAGGARE);
        for today in before.iter_days().take_while(|it| *it <= calendar.report_day + Days::new(2)) {
            days += 1;
            let now = at(today, 7);
            let run = Run { today, now, dry: false, by_the_clock: false };
            if expected.iter().any(|it| it.0 == today) {
                // Both nodes run at once, and die after so many steps; then one comes up again.
                let (one, two) = (dice.throw(120), dice.throw(120));
                let (one, two) =
                    tokio::join!(dies_after(one, remind(&nodes[0], run)), dies_after(two, remind(&nodes[1], run)));
                killed += usize::from(one.is_none()) + usize::from(two.is_none());
            }
            let done = remind(&nodes[dice.throw(2)], run).await.expect("a run");
            assert!(done.failed.is_empty(), "{:?}", done.failed.first().map(|it| it.1.to_string()));
            let again = remind(&nodes[dice.throw(2)], run).await.expect("a run");
            assert_eq!(again.letters, 0, "{today}: a second run sends nothing");
            let (one, two) = (dice.throw(60), dice.throw(60));
            let send = |node: usize| outbox::send_due(&nodes[node].store, &carrier, now);
            let (one, two) = tokio::join!(dies_after(one, send(0)), dies_after(two, send(1)));
            killed += usize::from(one.is_none()) + usize::from(two.is_none());
            act(desk, &namnd, kvartal, &all, &scripts, today).await;
        }
        ratings(desk, &namnd, kvartal, &all, &scripts).await;
        wanted.extend(expected);
    }
    wanted.sort();
    let found = letters(desk).await;
    let (lacking, extra) = (expected::missing(&wanted, &found), expected::missing(&found, &wanted));
    assert!(lacking.is_empty() && extra.is_empty(), "not sent: {lacking:#?}\nnot expected: {extra:#?}");
    let after = at(day("2024-12-01"), 9);
    while outbox::send_due(&desk.store, &carrier, after).await.expect("sent").was_full() {}
    let files = std::fs::read_dir(mail.path("brev")).expect("a folder").count();
    let laid = desk.store.letters().await.expect("letters");
    assert_eq!(files, laid.len(), "each letter is one file, whoever sent it and died");
    assert!(laid.iter().all(|it| it.sent_at.is_some()));
    for chain in desk.store.chains().await.expect("chains") {
        assert!(desk.store.verify_chain(&chain).await.expect("store").is_ok(), "{chain} is whole");
    }
    println_once(db.store.kind(), days, found.len(), killed);
    nodes[1].store.close().await;
}

#[expect(clippy::print_stdout, reason = "the figures of the year, for whoever asks with --no-capture")]
fn println_once(kind: &str, days: usize, letters: usize, killed: usize) {
    println!("{kind}: {days} days, {letters} letters, {killed} runs killed");
    assert!(killed > 50, "the nodes die: {killed}");
}

/// The quality table says what the letters and the answers say.
async fn ratings(desk: &Desk, namnd: &str, kvartal: &str, all: &[One], scripts: &BTreeMap<String, Vec<Script>>) {
    let round = desk.store.round_of(namnd, kvartal).await.expect("store").expect("a round").id;
    let made = desk.report(&round, Which::Received).await.expect("a report");
    let mut seen = 0;
    for row in &made.report.quality {
        let id = &made.report.utforare[row.utforare].id;
        let one = all.iter().find(|it| format!("u{}", &it.mails[0][9..11]) == *id).expect("a known utförare");
        let nr = match one.behaviour.uppdrag().len() {
            1 => 0,
            _ => {
                let name = &made.context.library.insatser.get(row.insatser[0]).key;
                one.behaviour.uppdrag().iter().position(|it| it.contains(&name.as_str())).expect("an uppdrag")
            }
        };
        let script = &scripts[&one.id][nr];
        let what = format!("{kvartal} {id} {:?} {nr}", one.behaviour);
        assert_eq!(row.reported, script.answers.is_some(), "{what}");
        assert_eq!(row.rating.reminders, script.reminders(), "{what}: reminders before the answer");
        assert_eq!(row.rating.late, script.is_late(), "{what}: late");
        assert_eq!(row.rating.grade == Grade::EjInkommen, script.answers.is_none(), "{what}: {:?}", row.rating.grade);
        if one.behaviour == Behaviour::AfterThree {
            assert_eq!(row.rating.grade, Grade::Bristande, "{what}: {}", row.rating.text);
        }
        seen += 1;
    }
    let uppdrag: usize = scripts.values().map(Vec::len).sum();
    assert_eq!(seen, uppdrag, "{kvartal}: every uppdrag is rated");
}

#[test]
fn a_year_of_reminders_is_exactly_what_a_plain_recomputation_says() {
    on_both(year);
}

/// The program itself is killed in the middle of its runs.
#[test]
fn killing_the_program_in_its_run_sends_no_letter_twice_and_loses_none() {
    on_both(async |db| {
        let desk = Desk::new(db.store.clone(), cage()).expect("built-in rules");
        let (namnd, _) = town(&desk).await;
        let quarter: Quarter = "2023-Q4".parse().expect("a quarter");
        let days = proposed(quarter, desk.builtin().ladder.counting, Meetings::default());
        desk.add_round(&namnd, (quarter, days), &person(), at(day("2023-12-30"), 9)).await.expect("a round");
        let mut dice = Dice::new(7);
        for as_of in ["2024-01-02", "2024-01-05", "2024-01-11", "2024-01-16"] {
            for _ in 0..2 {
                let mut child = killed::program(&db.url, as_of);
                killed::after_a_while(&mut child, dice.throw(400));
            }
            let mut child = killed::program(&db.url, as_of);
            assert!(child.wait().expect("it ends").success(), "the last run is left alone");
        }
        let mut found: Vec<(String, String)> =
            desk.store.letters().await.expect("letters").into_iter().map(|it| (it.recipient, it.subject)).collect();
        let all = found.len();
        found.sort();
        found.dedup();
        assert_eq!(found.len(), all, "no letter twice");
        let reachable = Behaviour::ALL.iter().cycle().take(UTFORARE).enumerate().filter(|it| it.1.starts_reachable());
        let addresses: usize = reachable.map(|it| if it.0 % 5 == 0 { 2 } else { 1 }).sum();
        assert_eq!(all, 4 * addresses + HANDLAGGARE.len(), "four letters each, and one about those without contact");
    });
}
