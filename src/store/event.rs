//! The event log: append-only, and each entry carries the hash of the one before.
//!
//! Goes in: what happened, within the transaction that made it happen. Comes out: entries.
//! Guaranteed: no change without its entry; entries of a chain are numbered without gaps, however many write at once;
//! data about the persons the decisions concern never stands in the log. Whether a chain is whole is `verify`'s question.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

use super::{Actor, Conn, Store, StoreError, Tx, all, clean, maybe_tx, run};
use crate::model::words::words;

/// The chain of what belongs to no nämnd: people, sign-ins.
pub const SYSTEM: &str = "system";

words! {
    /// What can happen. A key never changes meaning.
    EventKind {
        NamndCreated = "namnd_skapad", "Nämnden lades upp";
        RoundCreated = "omgang_skapad", "Kvartalet lades upp";
        CalendarChanged = "kalender_andrad", "Kalendern ändrades";
        UtforareSaved = "utforare_sparad", "Utföraren ändrades";
        BasisLoaded = "underlag_inlast", "Underlag lästes in";
        RulesChanged = "regler_andrade", "Nämndens egna regler ändrades";
        Received = "mottagen", "En fil togs emot";
        Held = "vantar_pa_uppdrag", "En fil väntar på att få ett uppdrag";
        Discarded = "vantande_borttagen", "En fil som väntade på ett uppdrag togs bort";
        NilReturned = "noll_lamnad", "Inget att rapportera";
        SameFile = "samma_fil", "Samma fil kom igen";
        Read = "last", "Filen lästes och kontrollerades";
        Stopped = "stoppad", "Filen stoppades: den verkar gälla något annat";
        Redirected = "flyttad", "Filen flyttades till rätt inlämning";
        Confirmed = "bekraftad", "Utföraren bekräftade att filen är rätt";
        Withdrawn = "atertagen", "Versionen togs tillbaka";
        Mended = "rattad_i_webben", "Uppgifter rättades i webbläsaren";
        Replied = "fraga_besvarad", "En fråga besvarades";
        Accepted = "godkand", "Versionen godkändes";
        AcceptedUndone = "godkannande_upphavt", "Godkännandet togs tillbaka";
        Returned = "atersand", "Versionen skickades tillbaka för rättning";
        Decided = "rad_avgjord", "Rader avgjordes";
        DecisionsFollowed = "beslut_foljde_med", "Beslut om rader följde med till den nya versionen";
        CompletionAsked = "komplettering_begard", "Komplettering begärdes";
        CompletionAnswered = "komplettering_besvarad", "Kompletteringen besvarades";
        CompletionClosed = "komplettering_avslutad", "Kompletteringen avslutades";
        Graded = "betyg_satt", "Betyg sattes";
        GradeCommented = "betyg_kommenterat", "Utföraren kommenterade betyget";
        FeedbackSent = "aterkoppling_skickad", "Återkoppling skickades";
        Reminded = "paminnelse_skickad", "Påminnelse skickades";
        ReminderSkipped = "paminnelse_overhoppad", "En påminnelse hoppades över";
        RemindersPaused = "paminnelser_pausade", "Påminnelserna pausades eller sattes i gång";
        HandedOver = "overlamnad", "Handläggaren fick veta att påminnelserna är slut";
        Unreachable = "utan_kontakt", "Handläggaren fick veta att utföraren saknar kontakt";
        Extended = "forlangd", "Sista dagen flyttades för en utförare";
        Fixed = "faststalld", "Rapporten fastställdes";
        Unlocked = "upplast", "Rapporten låstes upp";
        CorrectionRecorded = "rattelse_antecknad", "En rättelse antecknades";
        TextWritten = "text_skriven", "Texten i en handling ändrades";
        PapersDescribed = "handlingar_beskrivna", "Diarienummer eller handläggare i handlingarna ändrades";
        PaperFormChanged = "handlingar_form", "Word-mallen eller tröskeln för små antal ändrades";
        MeasureNoted = "atgard_antecknad", "En åtgärd antecknades";
        IvoNoted = "ivo_antecknad", "Det som skickats till IVO antecknades";
        Downloaded = "hamtad", "En fil hämtades";
        Exported = "exporterad", "Allt som tagits emot och loggen exporterades";
        BackedUp = "sakerhetskopierad", "En säkerhetskopia togs";
        Rebuilt = "aterskapad", "Läsningarna gjordes om";
        Refused = "nekad", "Åtkomst nekades";
        SignedIn = "inloggad", "Inloggning";
        SignInFailed = "inloggning_misslyckad", "Misslyckad inloggning";
        LockedOut = "last_ute", "Kontot låstes efter för många försök";
        SignedOut = "utloggad", "Utloggning";
        SessionsEnded = "sessioner_avslutade", "Alla inloggningar avslutades";
        PasswordChanged = "losenord_andrat", "Lösenordet ändrades";
        SecondFactorSet = "andra_faktor_satt", "Tvåstegsinloggning sattes upp";
        RecoveryUsed = "reservkod_anvand", "En reservkod användes";
        LinkSent = "lank_skickad", "En engångslänk skickades";
        PersonInvited = "person_inbjuden", "En användare bjöds in";
        RoleChanged = "roll_andrad", "En behörighet ändrades";
        KeyCreated = "nyckel_skapad", "En API-nyckel skapades";
        KeyRevoked = "nyckel_aterkallad", "En API-nyckel återkallades";
    }
}

/// An entry as it is read.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Event {
    pub chain: String,
    pub nr: i64,
    /// RFC 3339 with microseconds, UTC: the text that was hashed.
    pub at: String,
    pub actor: String,
    pub actor_name: String,
    pub kind: String,
    pub about: String,
    pub data: String,
    pub before: String,
    pub hash: String,
}

impl Event {
    pub fn kind(&self) -> Option<EventKind> {
        EventKind::from_key(&self.kind)
    }

    pub fn at(&self) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(&self.at).ok().map(|it| it.to_utc())
    }

    /// SHA-256 over all fields, each with its length first, so that no two entries can look alike.
    pub(super) fn computed_hash(&self) -> String {
        let mut digest = Sha256::new();
        let nr = self.nr.to_string();
        for field in [
            &self.before,
            &self.chain,
            &nr,
            &self.at,
            &self.actor,
            &self.actor_name,
            &self.kind,
            &self.about,
            &self.data,
        ] {
            digest.update((field.len() as u64).to_be_bytes());
            digest.update(field.as_bytes());
        }
        hex(&digest.finalize())
    }
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

const HEAD: &str = "SELECT nr, hash FROM event_head WHERE chain = $1";
/// On PostgreSQL the row is locked until the transaction ends, so that entries of one chain come one after the other.
const HEAD_PG: &str = "SELECT nr, hash FROM event_head WHERE chain = $1 FOR UPDATE";
const NEW_HEAD: &str = "INSERT INTO event_head (chain, nr, hash) VALUES ($1, 0, '') ON CONFLICT (chain) DO NOTHING";
const MOVE_HEAD: &str = "UPDATE event_head SET nr = $2, hash = $3 WHERE chain = $1";
const APPEND: &str = "INSERT INTO event (chain, nr, at, actor, actor_name, kind, about, data, before, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const NEWEST: &str = "SELECT * FROM event WHERE chain = $1 AND nr < $2 ORDER BY nr DESC LIMIT $3";
/// Empty texts mean any. Times are compared as text: all are written alike, in UTC.
const WANTED: &str = "SELECT * FROM event WHERE chain = $1 AND nr < $2 AND ($3 = '' OR kind = $3)
    AND ($4 = '' OR actor = $4) AND ($5 = '' OR at >= $5) AND ($6 = '' OR at < $6) ORDER BY nr DESC LIMIT $7";
const WANTED_COUNT: &str = "SELECT COUNT(*) FROM event WHERE chain = $1 AND ($2 = '' OR kind = $2)
    AND ($3 = '' OR actor = $3) AND ($4 = '' OR at >= $4) AND ($5 = '' OR at < $5)";
const ACTORS: &str = "SELECT DISTINCT actor, actor_name FROM event WHERE chain = $1";
const ABOUT: &str = "SELECT * FROM event WHERE about = $1 ORDER BY chain, nr";
/// Everything in the order of the chains, for those who take a copy out of the house.
const AFTER: &str = "SELECT * FROM event WHERE chain = $1 AND nr > $2 ORDER BY nr LIMIT $3";

/// What is to be logged.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    pub chain: &'a str,
    pub at: DateTime<Utc>,
    pub actor: &'a Actor,
    pub kind: EventKind,
    /// The row it is about.
    pub about: &'a str,
    pub data: serde_json::Value,
}

/// Which entries are looked for; what is empty does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Key of an [`EventKind`].
    pub kind: String,
    /// Id of whoever did it.
    pub actor: String,
    /// Inclusive.
    pub from: Option<DateTime<Utc>>,
    /// Exclusive.
    pub until: Option<DateTime<Utc>>,
}

/// A time as it is hashed.
fn as_hashed(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// An entry that waits for the end of its transaction, where it gets its number.
#[derive(Debug)]
pub(super) struct Draft {
    chain: String,
    at: String,
    actor: String,
    actor_name: String,
    kind: &'static str,
    about: String,
    data: String,
}

impl Draft {
    fn after(self, nr: i64, before: String) -> Event {
        let Self { chain, at, actor, actor_name, kind, about, data } = self;
        let kind = kind.to_owned();
        let mut event = Event { chain, nr, at, actor, actor_name, kind, about, data, before, hash: String::new() };
        event.hash = event.computed_hash();
        event
    }
}

impl Tx {
    /// Logs something as part of this transaction. The entry is written when the transaction is committed: writers of a chain
    /// wait for each other, and that should take as short a time as possible.
    ///
    /// # Errors
    ///
    /// None today; those of the database come with [`Tx::commit`].
    pub async fn log(&mut self, record: Record<'_>) -> Result<(), StoreError> {
        self.log.push(Draft {
            chain: clean(record.chain).into_owned(),
            at: as_hashed(record.at),
            actor: clean(&record.actor.id).into_owned(),
            actor_name: clean(&record.actor.name).into_owned(),
            kind: record.kind.key(),
            about: clean(record.about).into_owned(),
            data: record.data.to_string(),
        });
        Ok(())
    }

    /// Writes what was logged, chain by chain in one order for everybody.
    pub(super) async fn write_log(&mut self) -> Result<(), StoreError> {
        let mut drafts = std::mem::take(&mut self.log);
        drafts.sort_by(|a, b| a.chain.cmp(&b.chain));
        let mut head: Option<(String, i64, String)> = None;
        for draft in drafts {
            let (nr, before) = match head.take() {
                Some((chain, nr, hash)) if chain == draft.chain => (nr, hash),
                other => {
                    self.move_head(other).await?;
                    self.take_head(&draft.chain).await?
                }
            };
            let event = draft.after(nr + 1, before);
            let Event { chain, nr, at, actor, actor_name, kind, about, data, before, hash } = &event;
            run!(self, APPEND, chain, nr, at, actor, actor_name, kind, about, data, before, hash)?;
            head = Some((event.chain, event.nr, event.hash));
        }
        self.move_head(head).await
    }

    /// Takes the end of a chain for this transaction.
    async fn take_head(&mut self, chain: &str) -> Result<(i64, String), StoreError> {
        if let Some(found) = self.head(chain).await? {
            return Ok(found);
        }
        run!(self, NEW_HEAD, chain)?;
        let found = self.head(chain).await?;
        found.ok_or_else(|| StoreError::Unexpected(format!("loggen {chain} har ingen början")))
    }

    async fn head(&mut self, chain: &str) -> Result<Option<(i64, String)>, StoreError> {
        let sql = match self.conn() {
            Conn::Lite(_) => HEAD,
            Conn::Pg(_) => HEAD_PG,
        };
        maybe_tx!(self, sql, chain)
    }

    async fn move_head(&mut self, head: Option<(String, i64, String)>) -> Result<(), StoreError> {
        if let Some((chain, nr, hash)) = head {
            run!(self, MOVE_HEAD, chain, nr, hash)?;
        }
        Ok(())
    }
}

impl Store {
    /// Logs something that changes nothing else: a download, a refused access.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn log(&self, record: Record<'_>) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.log(record).await?;
        tx.commit().await
    }

    /// Entries of a chain before `nr` (or the newest), newest first.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn events(&self, chain: &str, before: Option<i64>, limit: i64) -> Result<Vec<Event>, StoreError> {
        all!(self, NEWEST, chain, before.unwrap_or(i64::MAX), limit)
    }

    /// Entries of a chain that match, before `nr` (or the newest), newest first.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn events_wanted(
        &self,
        chain: &str,
        it: &Wanted,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Event>, StoreError> {
        let [from, until] = [it.from, it.until].map(|at| at.map(as_hashed).unwrap_or_default());
        all!(self, WANTED, chain, before.unwrap_or(i64::MAX), &it.kind, &it.actor, &from, &until, limit)
    }

    /// How many entries of a chain match.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn events_count(&self, chain: &str, it: &Wanted) -> Result<i64, StoreError> {
        let [from, until] = [it.from, it.until].map(|at| at.map(as_hashed).unwrap_or_default());
        let found: Option<(i64,)> = super::maybe!(self, WANTED_COUNT, chain, &it.kind, &it.actor, &from, &until)?;
        Ok(found.map_or(0, |it| it.0))
    }

    /// Everybody who stands in a chain: id and name.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn event_actors(&self, chain: &str) -> Result<Vec<(String, String)>, StoreError> {
        all!(self, ACTORS, chain)
    }

    /// Everything logged about one row, oldest first.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn events_about(&self, about: &str) -> Result<Vec<Event>, StoreError> {
        all!(self, ABOUT, about)
    }

    /// Entries of a chain after `nr`, oldest first.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn events_after(&self, chain: &str, nr: i64, limit: i64) -> Result<Vec<Event>, StoreError> {
        all!(self, AFTER, chain, nr, limit)
    }
}
