//! How letters leave: by SMTP, or as files in a folder.
//!
//! Goes in: a [`Letter`] and the id of its row in the outbox. Comes out: sent, or why not and whether trying again can help.
//! Guaranteed: the Message-ID follows from the row, so a letter sent twice is one letter to the receiver; passwords are
//! never sent over an open line to another machine; no answering machine is woken; a text in a letter cannot become a
//! header.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::transport::smtp::response::{Category, Code, Severity};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::Letter;

/// How long a mail server may take over one step.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a letter did not leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// This letter will never leave: the address is wrong, or the receiving side does not want it.
    #[error("{0}")]
    Permanent(String),
    /// Worth trying again: the server is away, is busy, or does not accept us at the moment.
    #[error("{0}")]
    Temporary(String),
}

/// The mail settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CarrierError {
    #[error("E-postens adress ska börja med smtp://, smtps:// eller mapp:.")]
    Url,
    #[error("E-postens adress går inte att använda: {0}.")]
    Smtp(lettre::transport::smtp::Error),
    #[error("Avsändaren ”{0}” är ingen e-postadress.")]
    From(String),
    /// A user name and password would be readable on the way.
    #[error("E-postens adress har ett lösenord men ingen kryptering. Ta bort ?tls=none.")]
    OpenPassword,
}

/// The way out.
#[derive(Debug, Clone)]
enum Way {
    /// One `.eml` file a letter: for the demo, for tests, and for kommuner that collect mail themselves.
    Folder(PathBuf),
    /// With the longest that one letter may take; the client itself counts only until it is connected. Each letter has a
    /// connection of its own: one that hung in the middle of a letter would go back to a pool, and the next letter with it.
    Smtp(Box<AsyncSmtpTransportBuilder>, Duration),
}

/// Who sends, and which way. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Carrier {
    way: Way,
    from: Mailbox,
    /// Where people read why they get letters, and how to have another get them.
    about: Option<String>,
}

impl Carrier {
    /// `mapp:PATH`, `smtp://user:password@host:port` (STARTTLS, unless the host is this machine or the address ends with
    /// `?tls=none`) or `smtps://…`; and the sender, with or without a name: `Kvartal <kvartal@kommun.example>`.
    pub fn new(url: &str, from: &str) -> Result<Self, CarrierError> {
        Self::with_patience(url, from, PATIENCE)
    }

    /// The same, with another limit to how long each answer of the server may take.
    pub fn with_patience(url: &str, from: &str, patience: Duration) -> Result<Self, CarrierError> {
        let from: Mailbox = from.parse().map_err(|_| CarrierError::From(from.to_owned()))?;
        let way = match url.strip_prefix("mapp:") {
            Some(folder) => Way::Folder(PathBuf::from(folder)),
            None => {
                let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_encryption(url)?);
                let transport = transport.map_err(CarrierError::Smtp)?.timeout(Some(patience));
                Way::Smtp(Box::new(transport), patience * 2)
            }
        };
        Ok(Self { way, from, about: None })
    }

    /// With the address people reach the service at, so that a contact finds the way to have another get the letters.
    pub fn reached_at(self, public_url: &str) -> Self {
        Self { about: Some(format!("<{}/om-breven>", public_url.trim_end_matches('/'))), ..self }
    }

    /// What a mail server calls a letter.
    pub fn message_id(&self, id: &str) -> String {
        format!("<{id}@{}>", self.from.email.domain())
    }

    /// The file a letter became; none when letters leave by SMTP, or it has been collected.
    pub async fn file(&self, id: &str) -> Option<Vec<u8>> {
        let Way::Folder(folder) = &self.way else { return None };
        let is_id = id.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
        if !is_id {
            return None;
        }
        tokio::fs::read(folder.join(format!("{id}.eml"))).await.ok()
    }

    /// Sends one letter. `id` is the key of its row in the outbox: letters, digits and hyphens.
    pub async fn send(&self, letter: &Letter, id: &str, now: DateTime<Utc>) -> Result<(), SendError> {
        let message = self.message(letter, id, now)?;
        match &self.way {
            Way::Folder(folder) => lay(folder, id, &message.formatted()).await,
            Way::Smtp(builder, patience) => {
                let transport: AsyncSmtpTransport<Tokio1Executor> = (**builder).clone().build();
                match tokio::time::timeout(*patience, transport.send(message)).await {
                    Ok(sent) => sent.map(|_| ()).map_err(|it| sorted(&it)),
                    Err(_) => Err(SendError::Temporary("Mejlservern svarade inte i tid.".to_owned())),
                }
            }
        }
    }

    fn message(&self, letter: &Letter, id: &str, now: DateTime<Utc>) -> Result<Message, SendError> {
        let address: Address = letter
            .to
            .parse()
            .map_err(|_| SendError::Permanent("Mottagarens adress är ingen e-postadress.".to_owned()))?;
        let builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(one_line(&letter.subject))
            .date(SystemTime::from(now))
            .message_id(Some(self.message_id(id)))
            .header(AutoSubmitted)
            .header(NoAutoResponse)
            .header(Swedish);
        let builder = match self.about.as_ref().filter(|_| letter.kind.is_to_contacts()) {
            Some(it) => builder.header(ListUnsubscribe(it.clone())),
            None => builder,
        };
        let parts = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        builder.multipart(parts).map_err(|it| SendError::Permanent(it.to_string()))
    }
}

/// A line break in a subject would begin a header.
fn one_line(text: &str) -> String {
    text.split(|it: char| it.is_control()).collect::<Vec<_>>().join(" ")
}

/// The address as the SMTP client reads it: encrypted unless it leads to this machine or somebody has said otherwise.
fn with_encryption(url: &str) -> Result<String, CarrierError> {
    if url.starts_with("smtps://") {
        return Ok(url.to_owned());
    }
    let rest = url.strip_prefix("smtp://").ok_or(CarrierError::Url)?;
    if url.contains("tls=required") {
        return Ok(url.to_owned());
    }
    let bare = url.split('?').next().unwrap_or_default();
    let server = rest.split(['/', '?']).next().unwrap_or_default();
    let (login, host) = server.rsplit_once('@').map_or((None, server), |(login, host)| (Some(login), host));
    let here = ["localhost", "127.0.0.1", "[::1]"].iter().any(|it| host == *it || host.starts_with(&format!("{it}:")));
    if here {
        return Ok(bare.to_owned());
    }
    match (url.contains("tls=none"), login) {
        (true, Some(_)) => Err(CarrierError::OpenPassword),
        (true, None) => Ok(bare.to_owned()),
        (false, _) => Ok(format!("{bare}?tls=required")),
    }
}

/// Written under another name first, so that nobody collects half a letter.
async fn lay(folder: &std::path::Path, id: &str, bytes: &[u8]) -> Result<(), SendError> {
    let failed = |it: std::io::Error| SendError::Temporary(format!("Brevet kunde inte skrivas i mappen: {it}"));
    tokio::fs::create_dir_all(folder).await.map_err(failed)?;
    let half = folder.join(format!("{id}.half"));
    tokio::fs::write(&half, bytes).await.map_err(failed)?;
    tokio::fs::rename(&half, folder.join(format!("{id}.eml"))).await.map_err(failed)
}

/// Whether another try can help. A refused sign-in to the server is ours to mend, not the receiver's.
fn sorted(error: &lettre::transport::smtp::Error) -> SendError {
    let said = error.to_string();
    let ours = error.status().is_some_and(is_about_us);
    if error.is_permanent() && !ours { SendError::Permanent(said) } else { SendError::Temporary(said) }
}

/// 530, 534, 535, 538: authentication. 502–504: the server speaks another dialect than we were told.
fn is_about_us(code: Code) -> bool {
    let (severity, category, detail): (Severity, Category, _) = (code.severity, code.category, code.detail as u8);
    severity == Severity::PermanentNegativeCompletion
        && match category {
            Category::Unspecified3 => true,
            Category::Syntax => detail >= 2,
            _ => false,
        }
}

macro_rules! fixed_header {
    ($(#[$doc:meta])* $type:ident, $name:literal, $value:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        struct $type;

        impl Header for $type {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($name)
            }

            fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self)
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), $value.to_owned())
            }
        }
    };
}

fixed_header!(
    /// RFC 3834: no answering machine shall answer.
    AutoSubmitted, "Auto-Submitted", "auto-generated"
);
fixed_header!(
    /// The same to Exchange.
    NoAutoResponse, "X-Auto-Response-Suppress", "All"
);

fixed_header!(
    /// RFC 3282: so that it is read out in Swedish.
    Swedish, "Content-Language", "sv"
);

/// RFC 2369, a page and not a click (RFC 8058): an official letter is not ended by a mail program, but whoever gets it by
/// mistake finds out who should.
#[derive(Clone)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

#[cfg(test)]
#[path = "send_tests.rs"]
mod tests;
