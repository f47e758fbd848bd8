//! Signing in: password, second factor, choice of membership – and out.
//!
//! Goes in: what was typed, and the session so far. Comes out: the next step under a new key.
//! Guaranteed: an unknown address, a wrong password and a locked account get the same answer in the same time; a code is
//! used once; tries at codes count as tries at passwords do.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::access::lock::locked_until;
use crate::access::password::Verdict;
use crate::access::recovery::RecoveryCode;
use crate::access::totp::TotpKey;
use crate::store::event::{EventKind, SYSTEM};
use crate::store::person::{Membership, Person};
use crate::store::session::{Method, Session, Step};
use crate::store::{Actor, Tx};

use super::{Entered, People, Visitor, begin, go_on, log, refused, stranger, time_in_words};
use crate::desk::DeskError;

/// What everybody reads who does not get in, whatever the reason.
pub const WRONG: &str = "E-postadressen eller lösenordet stämmer inte. Efter fem felaktiga försök i rad behöver du vänta \
                         en stund innan du försöker igen.";
const WRONG_CODE: &str = "Koden stämmer inte eller har hunnit bytas. Skriv den som visas nu.";
const WRONG_RECOVERY: &str = "Reservkoden stämmer inte eller är redan använd. Skriv en av de andra.";
const NOTHING_TO_BE: &str = "Ditt konto har ingen behörighet just nu. Kontakta kommunen om du behöver en.";

/// The second factor as it was set up, with the codes to write down.
#[derive(Debug)]
pub struct SetUp {
    pub entered: Entered,
    pub codes: Vec<RecoveryCode>,
}

impl People {
    /// The first step: address and password.
    ///
    /// # Errors
    ///
    /// Refused, too many tries from the address, or the database failed.
    pub async fn sign_in(
        &self,
        mail: &str,
        password: &str,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<Entered, DeskError> {
        self.count_try(visitor, now)?;
        let person = self.store.person_with_mail(mail).await?.filter(|it| it.closed_at.is_none());
        let kept = person.as_ref().and_then(|it| it.password_hash.clone());
        let verdict = self.inner.passwords.verify(password.to_owned(), kept).await?;
        let Some(person) = person else {
            let mut tx = self.store.begin().await?;
            log(&mut tx, (SYSTEM, now), &stranger(), EventKind::SignInFailed, "", json!({ "steg": "losenord" }))
                .await?;
            tx.commit().await?;
            return refused(WRONG);
        };
        if person.is_locked(now) || verdict == Verdict::Wrong {
            self.failed(&person, "losenord", now).await?;
            return refused(WRONG);
        }
        // Hashed anew while the password is at hand.
        let renewed = match verdict {
            Verdict::RightButOld => Some(self.inner.passwords.hash(password.to_owned()).await?),
            _ => None,
        };
        let step = if person.totp_key.is_some() { Step::SecondFactor } else { Step::SetUp };
        let mut tx = self.store.begin().await?;
        if let Some(hash) = renewed {
            tx.set_password(&person.id, &hash).await?;
        }
        let entered = begin(&mut tx, &person.id, (step, None), Method::Password, visitor, now).await?;
        tx.commit().await?;
        Ok(entered)
    }

    /// The code of the app.
    ///
    /// # Errors
    ///
    /// Refused, too many tries, or the database failed.
    pub async fn give_code(
        &self,
        session: &Session,
        typed: &str,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<Entered, DeskError> {
        let person = self.at_the_door(session, visitor, now).await?;
        let step = self.check_code(&person, typed, now).await?;
        let mut tx = self.store.begin().await?;
        // Two requests with the same code meet here, and one of them is too late.
        if !tx.use_step(&person.id, step).await? {
            return refused(WRONG_CODE);
        }
        let entered = self.enter(&mut tx, session, &person, now).await?;
        tx.commit().await?;
        Ok(entered)
    }

    /// A recovery code in the app's place. Gives how many are left.
    ///
    /// # Errors
    ///
    /// Refused, too many tries, or the database failed.
    pub async fn give_recovery_code(
        &self,
        session: &Session,
        typed: &str,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<(Entered, usize), DeskError> {
        let person = self.at_the_door(session, visitor, now).await?;
        let kept = self.store.recovery_codes(&person.id).await?;
        let code = RecoveryCode::from_typed(typed);
        let found = code.as_ref().and_then(|it| it.find(&kept)).map(str::to_owned);
        let Some(hash) = found else {
            self.failed(&person, "reservkod", now).await?;
            return refused(WRONG_RECOVERY);
        };
        let mut tx = self.store.begin().await?;
        if !tx.use_recovery_code(&person.id, &hash, now).await? {
            return refused(WRONG_RECOVERY);
        }
        let entered = self.enter(&mut tx, session, &person, now).await?;
        let left = kept.len().saturating_sub(1);
        let data = json!({ "kvar": left });
        log(&mut tx, (SYSTEM, now), &session.actor(), EventKind::RecoveryUsed, &person.id, data).await?;
        tx.commit().await?;
        Ok((entered, left))
    }

    /// Sets up the second factor with the first code of the app, and gives recovery codes to write down.
    ///
    /// # Errors
    ///
    /// Refused, too many tries, or the database failed.
    pub async fn set_up(
        &self,
        session: &Session,
        key: &str,
        typed: &str,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<SetUp, DeskError> {
        let person = self.at_the_door(session, visitor, now).await?;
        if session.step() != Step::SetUp || person.totp_key.is_some() {
            return refused("Tvåstegsinloggningen är redan påslagen. Logga in igen.");
        }
        let (step, key) = first_code(key, typed, now)?;
        let codes = RecoveryCode::ten()?;
        let mut tx = self.store.begin().await?;
        keep_second_factor(&mut tx, &person.id, &key, step, &codes).await?;
        let entered = self.enter(&mut tx, session, &person, now).await?;
        let data = json!({});
        log(&mut tx, (SYSTEM, now), &session.actor(), EventKind::SecondFactorSet, &person.id, data).await?;
        tx.commit().await?;
        Ok(SetUp { entered, codes })
    }

    /// Chooses what to be; also for somebody who is in and wants to be something else.
    ///
    /// # Errors
    ///
    /// Not one of the person's memberships, or the database failed.
    pub async fn choose(&self, session: &Session, membership: &str, now: DateTime<Utc>) -> Result<Entered, DeskError> {
        if !matches!(session.step(), Step::Choose | Step::In) {
            return Err(DeskError::NotFound);
        }
        let person = self.known(&session.person_id).await?;
        let all = self.store.memberships(&person.id).await?;
        let chosen = all.iter().find(|it| it.id == membership).ok_or(DeskError::NotFound)?;
        let mut tx = self.store.begin().await?;
        // The longest time a session may last counts from the sign-in, also when the membership is changed.
        let entered = go_on(&mut tx, session, (Step::In, Some(&chosen.id)), session.created_at, now).await?;
        came_in(&mut tx, &person, chosen, session, now).await?;
        tx.commit().await?;
        Ok(entered)
    }

    /// What a person can choose to be.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn choices(&self, session: &Session) -> Result<Vec<Membership>, DeskError> {
        Ok(self.store.memberships(&session.person_id).await?)
    }

    /// Signs out.
    ///
    /// # Errors
    ///
    /// The database failed.
    pub async fn sign_out(&self, session: &Session, now: DateTime<Utc>) -> Result<(), DeskError> {
        let mut tx = self.store.begin().await?;
        if tx.end_session(&session.key_hash, now).await?
            && let Some(namnd) = &session.namnd_id
        {
            let kind = EventKind::SignedOut;
            log(&mut tx, (namnd, now), &session.actor(), kind, &session.person_id, json!({})).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The person behind a session on its way in, who may try just now.
    async fn at_the_door(&self, session: &Session, visitor: &Visitor, now: DateTime<Utc>) -> Result<Person, DeskError> {
        self.count_try(visitor, now)?;
        let person = self.known(&session.person_id).await?;
        match person.locked_until.filter(|it| now < *it) {
            // The password was right, so this tells nobody anything new.
            Some(until) => refused(format!("Kontot är låst efter för många försök, till {}.", time_in_words(until))),
            None => Ok(person),
        }
    }

    /// The step of the code, when it is right; the caller uses it up.
    pub(super) async fn check_code(&self, person: &Person, typed: &str, now: DateTime<Utc>) -> Result<i64, DeskError> {
        let key = person.totp_key.as_deref().and_then(TotpKey::from_base32);
        let last = u64::try_from(person.totp_step).unwrap_or(u64::MAX);
        match key.and_then(|it| it.check(typed, now, last)).and_then(|it| i64::try_from(it).ok()) {
            Some(step) => Ok(step),
            None => {
                self.failed(person, "kod", now).await?;
                refused(WRONG_CODE)
            }
        }
    }

    /// Lets somebody in who has shown enough: as what they are, or to choose.
    pub(super) async fn enter(
        &self,
        tx: &mut Tx,
        session: &Session,
        person: &Person,
        now: DateTime<Utc>,
    ) -> Result<Entered, DeskError> {
        let memberships = self.store.memberships(&person.id).await?;
        match memberships.as_slice() {
            [] => refused(NOTHING_TO_BE),
            [only] => {
                let entered = go_on(tx, session, (Step::In, Some(&only.id)), now, now).await?;
                came_in(tx, person, only, session, now).await?;
                Ok(entered)
            }
            _ => {
                tx.came_in(&person.id, now).await?;
                go_on(tx, session, (Step::Choose, None), now, now).await
            }
        }
    }

    /// Counts a failed try, and locks the account when there have been too many. A try at a locked account counts for
    /// nothing: otherwise anybody could keep another out for good.
    pub(super) async fn failed(&self, person: &Person, step: &str, now: DateTime<Utc>) -> Result<(), DeskError> {
        let mut tx = self.store.begin().await?;
        let stranger = stranger();
        let place = (SYSTEM, now);
        if person.is_locked(now) {
            let data = json!({ "steg": step, "last": true });
            log(&mut tx, place, &stranger, EventKind::SignInFailed, &person.id, data).await?;
            return Ok(tx.commit().await?);
        }
        let tries = tx.count_failure(&person.id).await?;
        let until = locked_until(u32::try_from(tries).unwrap_or(u32::MAX), now);
        if let Some(until) = until {
            tx.lock_person(&person.id, until).await?;
        }
        let data = json!({ "steg": step, "forsok": tries });
        log(&mut tx, place, &stranger, EventKind::SignInFailed, &person.id, data).await?;
        if let Some(until) = until {
            let data = json!({ "till": until.to_rfc3339() });
            log(&mut tx, place, &Actor::system(), EventKind::LockedOut, &person.id, data).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// Somebody is in: noted with the person, and in the log of the nämnd.
pub(super) async fn came_in(
    tx: &mut Tx,
    person: &Person,
    chosen: &Membership,
    session: &Session,
    now: DateTime<Utc>,
) -> Result<(), DeskError> {
    tx.came_in(&person.id, now).await?;
    let data = json!({ "roll": chosen.role, "satt": session.method, "fran": session.agent });
    let actor = session.actor();
    Ok(log(tx, (&chosen.namnd_id, now), &actor, EventKind::SignedIn, &person.id, data).await?)
}

/// The first code of a new key, with its step.
pub(super) fn first_code(key: &str, typed: &str, now: DateTime<Utc>) -> Result<(i64, TotpKey), DeskError> {
    let Some(key) = TotpKey::from_base32(key) else {
        return refused("Sidan var för gammal. Ladda om den och läs av bilden igen.");
    };
    match key.check(typed, now, 0).and_then(|it| i64::try_from(it).ok()) {
        Some(step) => Ok((step, key)),
        None => refused(
            "Koden stämmer inte. Se efter att du läste av bilden på den här sidan, och skriv koden som visas nu.",
        ),
    }
}

pub(super) async fn keep_second_factor(
    tx: &mut Tx,
    person: &str,
    key: &TotpKey,
    step: i64,
    codes: &[RecoveryCode],
) -> Result<(), DeskError> {
    tx.set_totp(person, Some(&key.base32()), step).await?;
    let hashes: Vec<String> = codes.iter().map(RecoveryCode::hash).collect();
    Ok(tx.set_recovery_codes(person, &hashes).await?)
}
