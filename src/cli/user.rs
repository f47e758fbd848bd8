//! `kvartal user`: lets the first administratör in, and helps whoever is locked out.
//!
//! Goes in: an address, a name, a role. Comes out: a one-time link on stdout, to be handed over.
//! Guaranteed: no password passes the command line; everything is an event, as when it is done on the pages.

use clap::{Args, Subcommand};

use crate::access::role::Role;
use crate::desk::people::People;
use crate::desk::people::users::Guest;
use crate::store::Store;
use crate::store::namnd::Namnd;
use crate::store::person::Person;

use super::failure::{Failure, Outcome};
use super::{context, note, say, serve};

#[derive(Debug, Args)]
pub struct User {
    /// Databasen: sqlite:FIL eller postgres:… (annars KVARTAL_DATABASE_URL, annars sqlite:kvartal.db)
    #[arg(long, value_name = "URL", global = true)]
    pub databas: Option<String>,
    /// Adressen som människor når tjänsten på (annars KVARTAL_URL)
    #[arg(long, value_name = "URL", global = true)]
    pub url: Option<String>,
    #[command(subcommand)]
    pub command: UserCommand,
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Bjuder in någon och skriver länken som personen väljer lösenord med
    Add(AddUser),
    /// Skriver en ny länk till någon som redan är inbjuden eller har glömt sitt lösenord
    Invite {
        /// Personens e-postadress
        #[arg(value_name = "EPOST")]
        epost: String,
    },
    /// Tar bort tvåstegsinloggningen, loggar ut personen överallt och skriver en ny länk
    Reset {
        /// Personens e-postadress
        #[arg(value_name = "EPOST")]
        epost: String,
    },
}

#[derive(Debug, Args)]
pub struct AddUser {
    /// Personens e-postadress
    #[arg(value_name = "EPOST")]
    pub epost: String,
    /// Personens namn
    #[arg(long, value_name = "NAMN")]
    pub namn: String,
    /// utforare, handlaggare, samordnare, lasare eller administrator (annars administrator)
    #[arg(long, value_name = "ROLL", default_value = "administrator")]
    pub roll: String,
    /// Kommunens namn; behövs när nämnden ska läggas upp
    #[arg(long, value_name = "NAMN")]
    pub kommun: Option<String>,
    /// Nämndens namn; behövs när det finns flera, eller när nämnden ska läggas upp
    #[arg(long, value_name = "NAMN")]
    pub namnd: Option<String>,
    /// Utförarens nyckel, när rollen är utforare
    #[arg(long, value_name = "NYCKEL")]
    pub utforare: Option<String>,
}

/// Runs one of the commands.
pub fn run(arguments: &User) -> Result<Outcome, Failure> {
    let database = serve::database(arguments.databas.as_deref());
    let url = serve::public_url(arguments.url.as_deref(), "127.0.0.1:8080");
    serve::runtime()?.block_on(async {
        let store = Store::open(&database).await?;
        let people = People::new(store, &url, None);
        let done = command(&people, &arguments.command).await;
        people.store.close().await;
        done.map(|()| Outcome::Clean)
    })
}

async fn command(people: &People, command: &UserCommand) -> Result<(), Failure> {
    let now = context::clock()();
    match command {
        UserCommand::Add(it) => {
            let namnd = namnd(people, it).await?;
            let utforare = utforare(people, &namnd, it).await?;
            let role = Role::from_key(&it.roll).ok_or_else(|| {
                let all: Vec<&str> = Role::ALL.iter().map(|it| it.key()).collect();
                Failure::Usage(format!("”{}” är ingen roll. Välj en av {}.", it.roll, all.join(", ")))
            })?;
            let guest = Guest { mail: &it.epost, name: &it.namn, role, utforare: utforare.as_deref() };
            let link = people.add_from_outside(&namnd, guest, now).await?;
            note(&format!("{} är inbjuden som {} för {}.", it.epost, role.swedish().to_lowercase(), namnd.namn));
            say(&format!("{link}\n"))
        }
        UserCommand::Invite { epost } => {
            let person = person(people, epost).await?;
            say(&format!("{}\n", people.fresh_link(&person.id, now).await?))
        }
        UserCommand::Reset { epost } => {
            let person = person(people, epost).await?;
            people.reset_from_outside(&person.id, now).await?;
            note("Tvåstegsinloggningen är borttagen och alla inloggningar är avslutade.");
            say(&format!("{}\n", people.fresh_link(&person.id, now).await?))
        }
    }
}

async fn person(people: &People, mail: &str) -> Result<Person, Failure> {
    let found = people.store.person_with_mail(mail).await?;
    found.ok_or_else(|| Failure::Usage(format!("Det finns inget konto med adressen {mail}.")))
}

/// The nämnd that is named, or the only one. A nämnd that does not exist is made when its kommun is named too.
async fn namnd(people: &People, it: &AddUser) -> Result<Namnd, Failure> {
    let all = people.store.namnder().await?;
    let same = |own: &&Namnd| {
        it.namnd.as_deref().is_none_or(|name| own.namn == name || own.id == name)
            && it.kommun.as_deref().is_none_or(|name| own.kommun == name)
    };
    let mut fitting = all.iter().filter(same);
    match (fitting.next(), fitting.next(), &it.kommun, &it.namnd) {
        (Some(one), None, _, _) => Ok(one.clone()),
        (Some(_), Some(_), _, _) => {
            let names: Vec<String> = all.iter().map(|it| format!("{} ({})", it.namn, it.kommun)).collect();
            Err(Failure::Usage(format!("Ange vilken nämnd med --kommun och --namnd: {}.", names.join(", "))))
        }
        (None, _, Some(kommun), Some(name)) => Ok(people.found_namnd(kommun, name, context::clock()()).await?),
        (None, _, _, _) => {
            Err(Failure::Usage("Nämnden finns inte. Ange både --kommun och --namnd för att lägga upp den.".to_owned()))
        }
    }
}

async fn utforare(people: &People, namnd: &Namnd, it: &AddUser) -> Result<Option<String>, Failure> {
    let Some(key) = &it.utforare else { return Ok(None) };
    let all = people.store.utforare(&namnd.id).await?;
    let found = all.into_iter().find(|own| own.nyckel == *key);
    let missing = || Failure::Usage(format!("Det finns ingen utförare med nyckeln {key} i {}.", namnd.namn));
    found.map(|it| Some(it.id)).ok_or_else(missing)
}
