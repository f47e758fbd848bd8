//! What comes broken, too slowly, twice or all at once, and a database that is locked, full or gone: a page that says so,
//! nothing half-stored, and everything works again by itself.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use kvartal::access::role::Role;
use kvartal::desk::Desk;
use kvartal::http::{PATIENCE, Settings};
use kvartal::store::Store;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Executor};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{Answer, Service};
use crate::desk::{cage, desk, load};
use crate::support::{Folder, OPEN_CASE, list};

/// How a file is laid in a form.
const HEAD: &str = "--grans\r\nContent-Disposition: form-data; name=\"fil\"; filename=\"a.csv\"\r\n\r\n";

/// Somebody of Tallåsen about to hand in.
struct Sender {
    service: Service,
    cookie: String,
    filing: String,
}

impl Sender {
    async fn at(service: Service) -> Self {
        let cookie = service.signed_in(Role::Utforare, Some("tallasen")).await;
        let filing = service.filing_of("tallasen").await;
        Self { service, cookie, filing }
    }

    /// On a SQLite file with that much room and little patience.
    async fn on_little(most_pages: Option<u32>) -> Self {
        let folder = Folder::new();
        let first = desk(&folder).await;
        load(&first, "2023-q4").await;
        first.store.close().await;
        let pages = pages(&folder).await;
        let settings = kvartal::store::Settings {
            patience: Duration::from_millis(400),
            most_pages: most_pages.map(|it| it + pages),
            ..kvartal::store::Settings::default()
        };
        let store = Store::open_with(&format!("sqlite:{}", folder.path("kvartal.db")), settings).await.expect("open");
        let desk = Desk::new(store, cage()).expect("built-in rules");
        Self::at(Service::around(folder, desk, waiting(PATIENCE), None).await).await
    }

    fn file(&self) -> String {
        self.service.folder.path("kvartal.db")
    }

    async fn upload(&self, name: &str, bytes: &[u8]) -> Answer {
        let path = format!("/inlamning/{}/fil", self.filing);
        self.service.upload(&path, &[("cookie", &self.cookie)], (name, bytes)).await
    }

    async fn send(&self, body: Body) -> Answer {
        let request = Request::post(format!("/inlamning/{}/fil", self.filing))
            .header(header::COOKIE, &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=grans")
            .body(body);
        self.service.send(request.expect("a request")).await
    }

    async fn versions(&self) -> Vec<i64> {
        let all = self.service.desk.store.attempts_of_filing(&self.filing).await.expect("attempts");
        all.iter().map(|it| it.nr).collect()
    }

    /// Originals, versions and entries of the log, counted behind the service's back.
    async fn stored(&self) -> (i64, i64, i64) {
        let mut file = raw(&self.file()).await;
        let mut counted = Vec::new();
        for sql in ["SELECT COUNT(*) FROM original", "SELECT COUNT(*) FROM attempt", "SELECT COUNT(*) FROM event"] {
            counted.push(sqlx::query_scalar(sql).fetch_one(&mut file).await.expect("a number"));
        }
        file.close().await.expect("closed");
        (counted[0], counted[1], counted[2])
    }
}

async fn raw(path: &str) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.expect("a connection")
}

async fn pages(folder: &Folder) -> u32 {
    let mut file = raw(&folder.path("kvartal.db")).await;
    sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut file).await.expect("a number")
}

fn csv() -> Vec<u8> {
    list(&[OPEN_CASE]).into_bytes()
}

/// A page that asks to wait, and says how long.
fn is_busy(answer: Answer) {
    let answer = answer.is(503);
    assert_eq!(answer.headers[header::RETRY_AFTER], "10");
    let page = answer.text();
    assert!(page.contains("Tjänsten är upptagen") && page.contains("Inget har sparats till hälften"), "{page}");
}

fn waiting(patience: Duration) -> Settings {
    let public_url = "http://kvartal.example.org".to_owned();
    Settings { public_url, demo: false, behind_proxy: false, largest_file: 100_000_000, patience }
}

#[tokio::test]
async fn a_form_that_ends_in_the_middle_of_the_file_is_refused_and_nothing_is_kept() {
    let sender = Sender::at(Service::with_sample().await).await;
    let before = sender.stored().await;
    for body in [format!("{HEAD}{}", list(&[OPEN_CASE])), HEAD.to_owned(), "--grans".to_owned()] {
        let page = sender.send(Body::from(body)).await.is(400).text();
        assert!(page.contains("kom inte fram hel"), "{page}");
    }
    assert_eq!(sender.stored().await, before);
}

/// A sample kommun that listens on a port and has that much patience.
async fn listening(patience: Duration) -> (Sender, std::net::SocketAddr, tokio::task::JoinHandle<std::io::Result<()>>) {
    let folder = Folder::new();
    let desk = desk(&folder).await;
    load(&desk, "2023-q4").await;
    let sender = Sender::at(Service::around(folder, desk, waiting(patience), None).await).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(axum::serve(listener, sender.service.router.clone()).into_future());
    (sender, address, server)
}

/// How a form of so many bytes begins on the line.
fn head(sender: &Sender, length: usize) -> String {
    format!(
        "POST /inlamning/{}/fil HTTP/1.1\r\nHost: kvartal.example.org\r\nCookie: {}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: multipart/form-data; boundary=grans\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
        sender.filing, sender.cookie
    )
}

#[tokio::test]
async fn a_form_that_stops_on_its_way_is_given_up_and_nothing_is_kept() {
    let (sender, address, server) = listening(Duration::from_millis(500)).await;
    let before = sender.stored().await;
    for hangs_up in [false, true] {
        let mut line = TcpStream::connect(address).await.expect("a line");
        let begun = format!("{}{HEAD}Insats;", head(&sender, 100_000));
        line.write_all(begun.as_bytes()).await.expect("written");
        if !hangs_up {
            let mut answer = String::new();
            line.read_to_string(&mut answer).await.expect("an answer");
            assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
            assert!(answer.contains("kom inte fram hel"), "{answer}");
        }
    }
    sender.upload("hel.csv", &csv()).await.is(303);
    assert_eq!(sender.versions().await, [1]);
    let after = sender.stored().await;
    assert_eq!((after.0, after.1), (before.0 + 1, before.1 + 1));
    server.abort();
}

#[tokio::test]
async fn a_thin_line_hands_in_as_long_as_something_comes() {
    let patience = Duration::from_secs(2);
    let (sender, address, server) = listening(patience).await;
    let body = format!("{HEAD}{}\r\n--grans--\r\n", list(&[OPEN_CASE]));
    let started = tokio::time::Instant::now();
    // In all longer than the patience, each piece well within it.
    let mut pace = tokio::time::interval(patience / 4);
    let mut line = TcpStream::connect(address).await.expect("a line");
    line.write_all(head(&sender, body.len()).as_bytes()).await.expect("written");
    for piece in body.as_bytes().chunks(body.len().div_ceil(6)) {
        pace.tick().await;
        line.write_all(piece).await.expect("written");
    }
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert!(started.elapsed() > patience, "{:?}", started.elapsed());
    assert_eq!(sender.versions().await, [1]);
    server.abort();
}

#[tokio::test]
async fn the_same_file_sent_several_times_at_once_is_one_version() {
    let sender = Sender::at(Service::with_sample().await).await;
    let bytes = csv();
    let send = || sender.upload("a.csv", &bytes);
    let (a, b, c, d) = tokio::join!(send(), send(), send(), send());
    let mut led: Vec<String> = [a, b, c, d].into_iter().map(|it| it.is(303).leads_to()).collect();
    led.dedup();
    assert_eq!((led.len(), sender.versions().await), (1, vec![1]));
}

#[tokio::test]
async fn several_files_at_once_are_as_many_versions() {
    let sender = Sender::at(Service::with_sample().await).await;
    let files: Vec<Vec<u8>> = (1..=4).map(|count| list(&vec![OPEN_CASE; count]).into_bytes()).collect();
    let send = |at: usize| sender.upload("a.csv", &files[at]);
    let (a, b, c, d) = tokio::join!(send(0), send(1), send(2), send(3));
    for it in [a, b, c, d] {
        it.is(303);
    }
    assert_eq!(sender.versions().await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn while_another_program_has_locked_the_database_the_page_asks_to_wait() {
    let sender = Sender::on_little(None).await;
    let before = sender.stored().await;
    let mut other = raw(&sender.file()).await;
    other.execute("BEGIN IMMEDIATE").await.expect("locked");
    is_busy(sender.send(Body::from(format!("{HEAD}{}\r\n--grans--\r\n", list(&[OPEN_CASE])))).await);
    other.execute("ROLLBACK").await.expect("free");
    assert_eq!(sender.stored().await, before);
    sender.upload("a.csv", &csv()).await.is(303);
    assert_eq!(sender.versions().await, [1]);
}

#[tokio::test]
async fn on_a_full_disk_a_large_file_is_refused_whole_and_a_small_one_still_taken() {
    let sender = Sender::on_little(Some(120)).await;
    let before = sender.stored().await;
    let large = "x".repeat(2_000_000);
    is_busy(sender.send(Body::from(format!("{HEAD}{large}\r\n--grans--\r\n"))).await);
    assert_eq!(sender.stored().await, before);
    sender.upload("a.csv", &csv()).await.is(303);
    assert_eq!(sender.versions().await, [1]);
}

#[tokio::test]
async fn a_database_file_that_is_gone_is_a_page_too_and_is_found_when_it_is_back() {
    let sender = Sender::on_little(None).await;
    let before = sender.stored().await;
    let (file, away) = (sender.file(), format!("{}-undan", sender.file()));
    let moved = |from: &str, to: &str| {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::rename(format!("{from}{end}"), format!("{to}{end}"));
        }
    };
    moved(&file, &away);
    is_busy(sender.send(Body::from(format!("{HEAD}{}\r\n--grans--\r\n", list(&[OPEN_CASE])))).await);
    is_busy(sender.service.get("/uppdrag", &sender.cookie).await);
    moved(&away, &file);
    assert_eq!(sender.stored().await, before);
    sender.upload("a.csv", &csv()).await.is(303);
}
