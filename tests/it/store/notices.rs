//! What the ladder has done: each rung once, the letters that are about a filing, the pause.

use chrono::{DateTime, Utc};
use kvartal::store::StoreError;
use kvartal::store::letter::NewLetter;
use kvartal::store::notice::NewNotice;

use super::{Start, asa, at, day, file, noon};
use crate::databases::on_both;

#[test]
fn a_rung_is_noted_once_for_each_last_day_and_thread() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let sent = NewNotice {
            filing: &start.filing,
            completion: "",
            step: "paminnelse_1",
            counted_from: day("2024-01-10"),
            skipped: None,
            on_day: day("2024-01-11"),
        };
        let skipped = NewNotice { counted_from: day("2024-01-20"), skipped: Some("Byter system."), ..sent };
        let mut tx = store.begin().await.unwrap();
        for it in [sent, skipped, NewNotice { completion: "k1", ..sent }] {
            tx.add_notice(it, &asa(), noon()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let again = store.begin().await.unwrap().add_notice(sent, &asa(), noon()).await;
        assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
        let found = store.notices(&start.round).await.unwrap();
        let skips: Vec<Option<&str>> = found.iter().map(|it| it.why.as_deref()).collect();
        assert_eq!(skips, [None, Some("Byter system."), None]);
        assert!(found[1].is_skipped() && !found[0].is_skipped());
        assert_eq!(
            (found[0].by_name.as_str(), found[0].at, found[2].completion_id.as_str()),
            ("Åsa Öberg", noon(), "k1")
        );
    });
}

#[test]
fn letters_are_found_by_what_they_are_about_and_those_that_bounced_apart() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let namnd = Some(start.namnd.as_str());
        let (kind, subject, text, html) = ("paminnelse", "Påminnelse", "Hej", "<p>Hej</p>");
        let new = NewLetter { namnd, kind, recipient: "a@example.org", subject, text, html };
        let mut tx = store.begin().await.unwrap();
        let well = tx.post(new, noon()).await.unwrap();
        let badly = tx.post(NewLetter { recipient: "b@example.org", ..new }, noon()).await.unwrap();
        let other = tx.post(NewLetter { recipient: "c@example.org", ..new }, noon()).await.unwrap();
        for it in [&well, &badly] {
            tx.letter_is_about(it, &start.filing).await.unwrap();
        }
        tx.letter_given_up(&badly, ("", ""), (at("2024-01-08T13:00:00Z"), "550 finns inte")).await.unwrap();
        tx.commit().await.unwrap();
        let about = store.letters_about(&start.filing).await.unwrap();
        let to: Vec<&str> = about.iter().map(|it| it.recipient.as_str()).collect();
        assert_eq!(to, ["a@example.org", "b@example.org"]);
        let bounced = store.letters_bounced(&start.round).await.unwrap();
        assert_eq!((bounced.len(), bounced[0].fault.as_deref()), (1, Some("550 finns inte")));
        let all: Vec<String> =
            store.letters_of_namnd(&start.namnd).await.unwrap().into_iter().map(|it| it.id).collect();
        assert_eq!(all, [other, badly, well], "newest first");
    });
}

#[test]
fn a_pause_lasts_until_it_is_taken_away_and_an_unused_filing_goes_with_its_notices() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let paused = async || store.filing(&start.filing).await.unwrap().unwrap().paused_until;
        for until in [Some(day("2024-01-20")), None] {
            let mut tx = store.begin().await.unwrap();
            tx.pause_reminders(&start.filing, until, "Har ringt.").await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(paused().await, until);
        }
        let mut tx = store.begin().await.unwrap();
        let (filing, counted_from) = (start.filing.as_str(), day("2024-01-01"));
        let notice =
            NewNotice { filing, completion: "", step: "oppnar", counted_from, skipped: None, on_day: counted_from };
        tx.add_notice(notice, &asa(), noon()).await.unwrap();
        assert!(tx.remove_unused_filing(filing).await.unwrap(), "a letter is no use of it");
        tx.commit().await.unwrap();
        assert!(store.notices(&start.round).await.unwrap().is_empty());
    });
}

/// Two addresses: as long as one of the letters can still arrive the reminder counts.
#[test]
fn a_reminder_of_which_no_letter_arrives_does_not_count_unless_the_quarter_is_fixed() {
    on_both(async |db| {
        let (store, start) = (&db.store, Start::new(&db.store).await);
        let on = day("2024-01-11");
        let mut tx = store.begin().await.unwrap();
        tx.add_reminder(&start.filing, on, &asa()).await.unwrap();
        let mut ids = Vec::new();
        for laid in [noon(), at("2024-01-16T08:00:00Z")] {
            for to in ["a@example.org", "b@example.org"] {
                let new = NewLetter {
                    namnd: Some(&start.namnd),
                    kind: "paminnelse",
                    recipient: to,
                    subject: "S",
                    text: "T",
                    html: "H",
                };
                let id = tx.post(new, laid).await.unwrap();
                tx.letter_is_about(&id, &start.filing).await.unwrap();
                ids.push((id, laid));
            }
            tx.add_reminder_by_letter(&start.filing, (on, laid), &asa()).await.unwrap();
        }
        tx.commit().await.unwrap();
        let counting = async || {
            let all = store.reminders_of_round(&start.round).await.unwrap();
            all.iter().map(|it| it.counts()).collect::<Vec<_>>()
        };
        let fails = async |(id, laid): &(String, DateTime<Utc>)| {
            let laid = *laid;
            let mut tx = store.begin().await.unwrap();
            tx.letter_given_up(id, ("", ""), (noon(), "550 finns inte")).await.unwrap();
            tx.reminders_undelivered((id, laid), noon()).await.unwrap();
            tx.commit().await.unwrap();
        };
        let before = store.round(&start.round).await.unwrap().unwrap().version;
        fails(&ids[0]).await;
        assert_eq!(counting().await, [true, true, true], "the other letter may arrive");
        fails(&ids[1]).await;
        assert_eq!(counting().await, [true, false, true], "by telephone and the later one count");
        assert!(store.round(&start.round).await.unwrap().unwrap().version > before, "figures are made again");
        let mut tx = store.begin().await.unwrap();
        let original = tx.add_original(file(b"{}")).await.unwrap();
        tx.fix(&start.round, &original, "regler", "p1", noon()).await.unwrap();
        tx.commit().await.unwrap();
        fails(&ids[2]).await;
        fails(&ids[3]).await;
        assert_eq!(counting().await, [true, false, true], "what is fixed stays as it is");
    });
}
