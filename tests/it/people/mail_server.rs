//! Letters of the outbox and a mail server that is slow, says no, or hangs up after it has heard the whole letter.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kvartal::mail::Carrier;
use kvartal::mail::outbox::{Round, send_due};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::outbox::lay;
use super::{Town, at};
use crate::databases::on_both;

/// What the server has taken: recipient and Message-ID, and whether it said so.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Taken {
    to: String,
    id: String,
    acknowledged: bool,
}

#[derive(Clone, Default)]
struct Server(Arc<Mutex<Vec<Taken>>>);

impl Server {
    async fn start(&self) -> Carrier {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let server = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move { server.talk(stream).await });
            }
        });
        Carrier::with_patience(&url, "Kvartal <kvartal@exempelstad.example>", Duration::from_millis(300)).unwrap()
    }

    fn taken(&self) -> Vec<Taken> {
        self.0.lock().unwrap().clone()
    }

    /// How it behaves follows from whom the letter is to.
    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut to = String::new();
        write.write_all(b"220 prov\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                "EHLO" => "250 prov",
                "RCPT" => {
                    to = line.trim_start_matches("RCPT TO:<").trim_end_matches('>').to_owned();
                    match to.split('@').next().unwrap_or_default() {
                        "okand" => "550 5.1.1 finns inte",
                        "full" => "452 4.2.2 full",
                        // Never answers; whoever waits gives up.
                        "langsam" => std::future::pending().await,
                        _ => "250 ja",
                    }
                }
                "DATA" => {
                    write.write_all(b"354 ja\r\n").await?;
                    let mut id = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|it| it != ".") {
                        if let Some(it) = line.strip_prefix("Message-ID: ") {
                            it.clone_into(&mut id);
                        }
                    }
                    let before = self.taken().iter().any(|it| it.to == to);
                    let hangs_up = to.starts_with("tappar") && !before;
                    self.0.lock().unwrap().push(Taken { to: to.clone(), id, acknowledged: !hangs_up });
                    if hangs_up {
                        return Ok(());
                    }
                    "250 mottaget"
                }
                "QUIT" => "221 adjö",
                _ => "250 ja",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }
}

#[test]
fn a_server_that_is_slow_refuses_or_hangs_up_after_the_letter_keeps_no_other_letter_back() {
    on_both(async |db| {
        let (town, server) = (Town::new(db).await, Server::default());
        let carrier = server.start().await;
        for to in ["okand@a.example", "langsam@a.example", "tappar@a.example", "full@a.example", "karin@a.example"] {
            lay(&town, to, at(0)).await;
        }
        let store = &town.people.store;
        let round = send_due(store, &carrier, at(0)).await.unwrap();
        assert_eq!(round, Round { sent: 1, put_off: 3, given_up: 1 });
        let given_up = store.letters_given_up(Some(&town.namnd)).await.unwrap();
        assert!(
            given_up[0].recipient == "okand@a.example"
                && given_up[0].fault.as_deref().is_some_and(|it| it.contains("550"))
        );
        let round = send_due(store, &carrier, at(2)).await.unwrap();
        assert_eq!(round, Round { sent: 1, put_off: 2, given_up: 0 }, "the one that hung up takes it now");
        let dropped: Vec<Taken> = server.taken().into_iter().filter(|it| it.to == "tappar@a.example").collect();
        assert_eq!((dropped.len(), dropped[0].acknowledged, dropped[1].acknowledged), (2, false, true));
        assert_eq!(dropped[0].id, dropped[1].id, "the receiver can tell that it is the same letter");
        assert!(!dropped[0].id.is_empty());
        assert_eq!(server.taken().iter().filter(|it| it.to == "karin@a.example").count(), 1);
    });
}
