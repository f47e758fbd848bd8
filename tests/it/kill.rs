//! What is acknowledged is there: the service is killed in the middle of a stream of uploads, again and again.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use kvartal::access::key::Key;
use kvartal::desk::Desk;
use kvartal::store::Store;
use kvartal::store::api_key::NewApiKey;

use crate::databases::{Database, on_both};
use crate::desk::{at, cage, load};

/// How often the service is killed on each database; more by hand: `KVARTAL_KILLS=200`.
fn kills() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a test is told by its runner")]
    let asked = std::env::var("KVARTAL_KILLS").ok();
    asked.and_then(|it| it.parse().ok()).unwrap_or(8)
}

struct Server {
    child: Child,
    address: String,
}

fn start(url: &str) -> Server {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kvartal"))
        .args(["serve", "--listen", "127.0.0.1:0", "--databas", url])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the service starts");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("stdout")).read_line(&mut line).expect("it says where it is");
    let address = line.split("http://").nth(1).and_then(|it| it.split_whitespace().next()).expect("an address");
    Server { address: address.to_owned(), child }
}

/// Hands in one small file; true when it was acknowledged.
fn upload(address: &str, filing: &str, key: &str, name: &str, bytes: &[u8]) -> bool {
    let Ok(mut stream) = TcpStream::connect(address) else { return false };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"fil\"; filename=\"{name}\"\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--x--\r\n"].concat();
    let request = format!(
        "POST /api/v1/inlamningar/{filing}/versioner HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Authorization: Bearer {key}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    if stream.write_all(request.as_bytes()).and_then(|()| stream.write_all(&body)).is_err() {
        return false;
    }
    let mut first = [0; 12];
    stream.read_exact(&mut first).is_ok() && (first.starts_with(b"HTTP/1.1 201") || first.starts_with(b"HTTP/1.1 202"))
}

async fn prepared(db: &Database) -> (Desk, Vec<String>, String) {
    let store = Store::open(&db.url).await.expect("a database");
    let desk = Desk::new(store, cage()).expect("built-in rules");
    let round = load(&desk, "2023-q4").await;
    let contents = desk.store.contents(&round).await.expect("contents");
    let of = contents.utforare.iter().find(|it| it.nyckel == "almvik").expect("an utförare");
    let own = |it: &&kvartal::store::filing::Filing| contents.utforare_of(it).is_some_and(|it| it.id == of.id);
    let filings = contents.filings.iter().filter(own).map(|it| it.id.clone()).collect();
    let key = Key::for_api().expect("a key");
    let new = NewApiKey {
        namnd: &contents.namnd.id,
        utforare: &of.id,
        name: "Journalsystemet",
        key_hash: &key.hash(),
        hint: key.hint(),
        by: "p1",
    };
    let mut tx = desk.store.begin().await.expect("a transaction");
    tx.add_api_key(new, at("2024-01-20T09:00:00Z")).await.expect("a key");
    tx.commit().await.expect("stored");
    (desk, filings, key.text().to_owned())
}

#[test]
fn killing_the_service_loses_no_acknowledged_upload() {
    on_both(async |db| {
        let (desk, filings, key) = prepared(db).await;
        let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();
        for round in 0..kills() {
            let mut server = start(&db.url);
            let stop = Arc::new(AtomicBool::new(false));
            let senders: Vec<_> = (0..3)
                .map(|sender| {
                    let (address, key) = (server.address.clone(), key.clone());
                    let filing = filings[sender % filings.len()].clone();
                    let (stop, acknowledged) = (stop.clone(), acknowledged.clone());
                    std::thread::spawn(move || {
                        for nr in 0.. {
                            if stop.load(Ordering::Relaxed) {
                                break;
                            }
                            let name = format!("{round}-{sender}-{nr}.csv");
                            let text = format!("Insats;Kön;Beslutsdatum\nLedsagarservice;Man;2023-01-{:02}\n{name}\n", nr % 28 + 1);
                            if upload(&address, &filing, &key, &name, text.as_bytes()) {
                                acknowledged.lock().expect("a list").push(name);
                            }
                        }
                    })
                })
                .collect();
            // Killed at a moment that differs from round to round, and only once something has been acknowledged in it.
            let before = acknowledged.lock().expect("a list").len();
            let began = Instant::now();
            while acknowledged.lock().expect("a list").len() == before && began.elapsed() < Duration::from_secs(20) {
                std::thread::yield_now();
            }
            let moment = Duration::from_millis(u64::from(round * 37 % 120));
            let until = Instant::now() + moment;
            while Instant::now() < until {
                std::thread::yield_now();
            }
            server.child.kill().expect("killed");
            server.child.wait().expect("gone");
            stop.store(true, Ordering::Relaxed);
            senders.into_iter().for_each(|it| it.join().expect("a sender"));
        }
        // What a dead reader held is taken up again when its time has run out.
        let much_later = chrono::TimeDelta::hours(1);
        #[expect(clippy::disallowed_methods, reason = "the service that was killed went by the real clock")]
        let now = chrono::Utc::now() + much_later;
        while desk.work_once(now).await.expect("read") {}
        let acknowledged = acknowledged.lock().expect("a list").clone();
        assert!(acknowledged.len() >= usize::try_from(kills()).expect("few"), "{} uploads", acknowledged.len());
        let mut stored = std::collections::HashSet::new();
        for filing in &filings {
            for attempt in desk.store.attempts_of_filing(filing).await.expect("attempts") {
                let waits = matches!(attempt.state.as_str(), "mottagen" | "lases");
                assert!(!waits, "version {} was never read", attempt.nr);
                if let Some(id) = &attempt.original_id {
                    let original = desk.store.original(id).await.expect("store").expect("an original");
                    let bytes = desk.store.original_bytes(id).await.expect("bytes");
                    assert_eq!(i64::try_from(bytes.len()).expect("small"), original.size, "{}", original.name);
                    stored.insert(original.name);
                }
            }
        }
        let lost: Vec<&String> = acknowledged.iter().filter(|it| !stored.contains(*it)).collect();
        assert!(lost.is_empty(), "{} acknowledged, lost: {lost:?}", acknowledged.len());
        for (chain, state) in desk.store.chains().await.expect("chains").into_iter().map(|it| (it.clone(), it)) {
            assert!(desk.store.verify_chain(&state).await.expect("store").is_ok(), "{chain} is whole");
        }
        desk.store.close().await;
    });
}
