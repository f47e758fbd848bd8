//! Who may sign in, and as what.
//!
//! Goes in: what an administratör or a samordnare decides. Comes out: the list, one person, the invitation.
//! Guaranteed: a samordnare sees only those who report; nobody is named whom the reader may not manage.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{day_in_words, refused, with_faults};
use crate::access::role::{Act, Role};
use crate::desk::people::users::{By, Guest, User};
use crate::http::App;
use crate::http::error::PageError;
use crate::http::frame::{Frame, Layout};
use crate::http::routes::{Route, get, post};
use crate::http::who::Who;

pub fn routes() -> Vec<Route> {
    vec![
        get("/anvandare", Act::ManageUtforareUsers, list),
        get("/anvandare/ny", Act::ManageUtforareUsers, new),
        post("/anvandare/ny", Act::ManageUtforareUsers, invite),
        get("/anvandare/{id}", Act::ManageUtforareUsers, show),
        post("/anvandare/{id}/bjud", Act::ManageUtforareUsers, invite_again),
        post("/anvandare/{id}/tvasteg", Act::ManageUtforareUsers, reset_second_factor),
        post("/behorighet/{id}/avsluta", Act::ManageUtforareUsers, end_membership),
    ]
}

#[derive(Template)]
#[template(path = "pages/people/users.html")]
struct UsersPage {
    layout: Layout,
    users: Vec<Row>,
    query: String,
}

#[derive(Template)]
#[template(path = "pages/people/user.html")]
struct UserPage {
    layout: Layout,
    user: Row,
    own: bool,
    invite_href: String,
    reset_href: String,
}

#[derive(Template)]
#[template(path = "pages/people/invite.html")]
struct InvitePage {
    layout: Layout,
    errors: Vec<(&'static str, String)>,
    mail: String,
    name: String,
    roles: Vec<(&'static str, &'static str, &'static str, bool)>,
    utforare: Vec<(String, String, bool)>,
}

struct Row {
    id: String,
    name: String,
    mail: String,
    roles: Vec<RoleRow>,
    come: bool,
    outside: bool,
    second_factor: bool,
    locked: bool,
    invited: String,
    last_in: String,
    last_in_iso: String,
    /// Does not match what was searched for.
    hidden: bool,
}

struct RoleRow {
    id: String,
    words: String,
    since: String,
    by_group: bool,
}

fn row(user: User, now: DateTime<Utc>) -> Row {
    let User { person, memberships } = user;
    let roles = memberships.into_iter().map(|it| RoleRow {
        words: it.in_words(),
        since: day_in_words(it.created_at),
        by_group: it.is_from_provider(),
        id: it.id,
    });
    Row {
        come: person.has_come(),
        outside: person.oidc_subject.is_some() && person.password_hash.is_none(),
        second_factor: person.totp_key.is_some(),
        locked: person.is_locked(now),
        invited: day_in_words(person.created_at),
        last_in: person.last_in_at.map(day_in_words).unwrap_or_default(),
        last_in_iso: person.last_in_at.map(|it| it.to_rfc3339()).unwrap_or_default(),
        roles: roles.collect(),
        id: person.id,
        name: person.name,
        mail: person.mail,
        hidden: false,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
}

async fn list(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let users = app.people.users(&By::from(&who)).await?;
    let wanted = asked.q.trim().to_lowercase();
    let users = users.into_iter().map(|it| {
        let mut row = row(it, app.now());
        let roles: Vec<&str> = row.roles.iter().map(|it| it.words.as_str()).collect();
        let text = format!("{} {} {}", row.name, row.mail, roles.join(" ")).to_lowercase();
        row.hidden = !text.contains(&wanted);
        row
    });
    Ok(frame.show(&UsersPage { layout: frame.layout("Användare"), users: users.collect(), query: asked.q }))
}

async fn show(State(app): State<App>, frame: Frame, who: Who, Path(id): Path<String>) -> Result<Response, PageError> {
    let user = app.people.user(&By::from(&who), &id).await?;
    let own = user.person.id == who.person;
    let user = row(user, app.now());
    Ok(frame.show(&UserPage {
        layout: frame.layout(user.name.clone()),
        invite_href: format!("/anvandare/{}/bjud", user.id),
        reset_href: format!("/anvandare/{}/tvasteg", user.id),
        own,
        user,
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    epost: String,
    namn: String,
    roll: String,
    utforare: String,
}

/// What each role does, for whoever gives it.
const fn tip(role: Role) -> &'static str {
    match role {
        Role::Utforare => "Lämnar in för en utförare och ser bara den utförarens inlämningar.",
        Role::Handlaggare => "Granskar, begär kompletteringar, betygsätter och skickar återkoppling.",
        Role::Samordnare => "Som handläggare, och fastställer rapporten, sköter utförare, kalender och regler.",
        Role::Lasare => "Läser allt men ändrar inget, till exempel en revisor.",
        Role::Administrator => "Sköter användare och API-nycklar och ser händelseloggen, men inga inlämningar.",
    }
}

async fn invite_page(
    app: &App,
    frame: &Frame,
    who: &Who,
    typed: Typed,
    errors: Vec<(&'static str, String)>,
) -> Result<InvitePage, PageError> {
    let by = By::from(who);
    let given: Vec<Role> = Role::ALL.iter().copied().filter(|it| by.manages(*it)).collect();
    let chosen = Role::from_key(&typed.roll).or(given.first().copied());
    let roles = given.into_iter().map(|it| (it.key(), it.swedish(), tip(it), Some(it) == chosen)).collect();
    let mut utforare = vec![(String::new(), "Välj utförare".to_owned(), typed.utforare.is_empty())];
    for it in app.people.store.utforare(&who.namnd_id).await?.into_iter().filter(|it| it.closed_at.is_none()) {
        let chosen = it.id == typed.utforare;
        utforare.push((it.id, it.namn, chosen));
    }
    Ok(InvitePage { layout: frame.layout("Bjud in"), errors, mail: typed.epost, name: typed.namn, roles, utforare })
}

async fn new(State(app): State<App>, frame: Frame, who: Who) -> Result<Response, PageError> {
    Ok(frame.show(&invite_page(&app, &frame, &who, Typed::default(), Vec::new()).await?))
}

async fn invite(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let Some(role) = Role::from_key(&typed.roll) else {
        let errors = vec![("roll", "Välj en behörighet.".to_owned())];
        return Ok(with_faults(frame.show(&invite_page(&app, &frame, &who, typed, errors).await?)));
    };
    // A chosen utförare means nothing for the other roles.
    let utforare = Some(typed.utforare.as_str()).filter(|it| role == Role::Utforare && !it.is_empty());
    let guest = Guest { mail: &typed.epost, name: &typed.namn, role, utforare };
    match refused(app.people.add_user(&By::from(&who), guest, app.now()).await)? {
        Ok(_) => Ok(frame.go("/anvandare", "ok", format!("Inbjudan till {} är på väg.", typed.epost.trim()))),
        Err(refusal) => {
            let field = match refusal.message.as_str() {
                it if it.starts_with("Skriv personens namn") => "namn",
                it if it.contains("tförare") => "utforare",
                _ => "epost",
            };
            let errors = vec![(field, refusal.message)];
            Ok(with_faults(frame.show(&invite_page(&app, &frame, &who, typed, errors).await?)))
        }
    }
}

async fn invite_again(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    app.people.invite_again(&By::from(&who), &id, app.now()).await?;
    Ok(frame.go(&format!("/anvandare/{id}"), "ok", "En ny inbjudan är på väg. Den gamla länken fungerar inte längre."))
}

async fn reset_second_factor(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    app.people.reset_second_factor(&By::from(&who), &id, app.now()).await?;
    let said = "Tvåstegsinloggningen är borttagen. Personen sätter upp den på nytt vid nästa inloggning.";
    Ok(frame.go(&format!("/anvandare/{id}"), "ok", said))
}

async fn end_membership(
    State(app): State<App>,
    frame: Frame,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    app.people.end_membership(&By::from(&who), &id, app.now()).await?;
    Ok(frame.go("/anvandare", "ok", "Behörigheten är borttagen."))
}
