//! The outbox: letters leave once, and one that cannot leave keeps no other back.

use chrono::{DateTime, Utc};
use kvartal::mail::outbox::{Round, post, send_due};
use kvartal::mail::{Carrier, Letter, LetterKind};
use kvartal::store::letter::LetterRow;

use super::{Town, at};
use crate::databases::on_both;
use crate::support::Folder;

pub(super) async fn lay(town: &Town, to: &str, now: DateTime<Utc>) {
    let letter = Letter {
        kind: LetterKind::Feedback,
        to: to.to_owned(),
        subject: "Återkoppling".to_owned(),
        text: "Hej!\n".to_owned(),
        html: "<p>Hej!</p>\n".to_owned(),
    };
    let mut tx = town.people.store.begin().await.unwrap();
    post(&mut tx, &letter, Some(&town.namnd), now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn letters(town: &Town) -> Vec<LetterRow> {
    town.people.store.letters().await.unwrap()
}

fn carrier(url: &str) -> Carrier {
    Carrier::new(url, "Kvartal <kvartal@exempelstad.example>").unwrap()
}

/// A mail server that is away.
fn away() -> Carrier {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    carrier(&format!("smtp://127.0.0.1:{port}"))
}

#[test]
fn letters_leave_once_and_can_be_read_again_and_a_bad_address_keeps_none_back() {
    on_both(async |db| {
        let (town, folder) = (Town::new(db).await, Folder::new());
        for to in ["ingen adress", "karin@example.org", "bo@example.org"] {
            lay(&town, to, at(0)).await;
        }
        let way = carrier(&format!("mapp:{}", folder.path("brev")));
        let round = send_due(&town.people.store, &way, at(0)).await.unwrap();
        assert_eq!(round, Round { sent: 2, put_off: 0, given_up: 1 });
        let kept = letters(&town).await;
        for it in &kept {
            assert_eq!(it.sent_at.is_some(), folder.has(&format!("brev/{}.eml", it.id)), "{}", it.recipient);
            assert_eq!((it.text_body.as_str(), it.html_body.as_str()), ("Hej!\n", "<p>Hej!</p>\n"));
        }
        assert_eq!(send_due(&town.people.store, &way, at(9)).await.unwrap(), Round::default());
        let given_up = town.people.store.letters_given_up(Some(&town.namnd)).await.unwrap();
        assert_eq!(given_up[0].fault.as_deref(), Some("Mottagarens adress är ingen e-postadress."));
    });
}

#[test]
fn a_letter_that_does_not_leave_is_tried_again_later_and_given_up_after_three_days() {
    on_both(async |db| {
        let (town, folder) = (Town::new(db).await, Folder::new());
        lay(&town, "karin@example.org", at(0)).await;
        let store = &town.people.store;
        assert_eq!(send_due(store, &away(), at(0)).await.unwrap().put_off, 1);
        assert_eq!(send_due(store, &away(), at(0)).await.unwrap(), Round::default(), "not before a minute has passed");
        assert_eq!(send_due(store, &away(), at(1)).await.unwrap().put_off, 1);
        assert_eq!(send_due(store, &away(), at(5)).await.unwrap(), Round::default(), "the second wait is longer");
        let waiting = store.letters_waiting_since(at(5)).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].tries, waiting[0].fault.is_some()), (1, 2, true));
        assert_eq!(send_due(store, &away(), at(3 * 24 * 60)).await.unwrap().given_up, 1);
        let way = carrier(&format!("mapp:{}", folder.path("brev")));
        assert_eq!(send_due(store, &way, at(4 * 24 * 60)).await.unwrap(), Round::default());
    });
}

#[test]
fn a_sender_that_dies_gives_its_letters_back() {
    on_both(async |db| {
        let (town, folder) = (Town::new(db).await, Folder::new());
        lay(&town, "karin@example.org", at(0)).await;
        let store = &town.people.store;
        let mut tx = store.begin().await.unwrap();
        assert_eq!(tx.lease_letters(at(0), at(5), 5).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
        let way = carrier(&format!("mapp:{}", folder.path("brev")));
        assert_eq!(send_due(store, &way, at(4)).await.unwrap(), Round::default(), "somebody else has it");
        assert_eq!(send_due(store, &way, at(6)).await.unwrap().sent, 1);
    });
}

#[test]
fn the_oldest_letters_leave_first_a_few_at_a_time() {
    on_both(async |db| {
        let (town, folder) = (Town::new(db).await, Folder::new());
        for number in 0..7 {
            lay(&town, &format!("p{number}@example.org"), at(number)).await;
        }
        let way = carrier(&format!("mapp:{}", folder.path("brev")));
        let round = send_due(&town.people.store, &way, at(9)).await.unwrap();
        assert!(round.sent == 5 && round.was_full(), "{round:?}");
        let sent: Vec<bool> = letters(&town).await.iter().map(|it| it.sent_at.is_some()).collect();
        assert_eq!(sent, [true, true, true, true, true, false, false]);
    });
}
