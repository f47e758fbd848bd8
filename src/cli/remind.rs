//! `kvartal remind`: one run of the reminders, for a timer or for somebody who wants to see what would go.
//!
//! Goes in: a day, the database, the way out for letters. Comes out: a table (or JSON) of who gets what and why.
//! Guaranteed: safe to repeat and to run on several machines at once; a dry run writes nothing and sends nothing.

use std::fmt::Write as _;

use chrono::NaiveDate;
use clap::Args;
use serde_json::{Value, json};

use crate::mail::outbox;
use crate::remind::run::Run;
use crate::remind::{Outcome as Done, RoundPlan};
use crate::render::print::counted;

use super::failure::{Failure, Outcome};
use super::{context, note, say, serve, settings};

#[derive(Debug, Args)]
pub struct Remind {
    /// Dagen som körningen gäller, till exempel 2024-01-11 (annars i dag)
    #[arg(long, value_name = "DATUM")]
    pub as_of: Option<NaiveDate>,
    /// Visar vem som skulle få vad och varför; skickar inget
    #[arg(long)]
    pub dry_run: bool,
    /// Svarar med ett JSON-dokument
    #[arg(long)]
    pub json: bool,
    /// Databasen: sqlite:FIL eller postgres:… (annars KVARTAL_DATABASE_URL, annars sqlite:kvartal.db)
    #[arg(long, value_name = "URL")]
    pub databas: Option<String>,
    /// Adressen som människor når tjänsten på (annars KVARTAL_URL). Länkarna i breven börjar med den, så den behövs, utom med --dry-run
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
}

pub fn run(arguments: &Remind) -> Result<Outcome, Failure> {
    let today = arguments.as_of.unwrap_or_else(context::today);
    let url = reached_at(arguments)?;
    let carrier = if arguments.dry_run { None } else { settings::carrier()?.map(|it| it.reached_at(&url)) };
    let clock = context::clock();
    let database = serve::database(arguments.databas.as_deref());
    let (done, sent) = serve::runtime()?.block_on(async {
        let desk = serve::desk(&database).await?.reached_at(&url);
        let run = Run { today, now: clock(), dry: arguments.dry_run, by_the_clock: false };
        let done = crate::remind::remind(&desk, run).await?;
        let mut sent = outbox::Round::default();
        while let Some(carrier) = &carrier {
            let round = outbox::send_due(&desk.store, carrier, clock()).await?;
            sent.sent += round.sent;
            sent.put_off += round.put_off;
            sent.given_up += round.given_up;
            if !round.was_full() {
                break;
            }
        }
        desk.store.close().await;
        Ok::<_, Failure>((done, sent))
    })?;
    if arguments.json {
        say(&format!("{:#}\n", as_json(&done, today, arguments.dry_run)))?;
    } else {
        say(&as_text(&done, today, arguments.dry_run))?;
    }
    if carrier.is_some() {
        note(&format!("Skickade {}, senare {}, går inte {}.", sent.sent, sent.put_off, sent.given_up));
    } else if !arguments.dry_run && done.letters > 0 {
        note("KVARTAL_MAIL är inte satt: breven ligger i utkorgen tills tjänsten eller nästa körning skickar dem.");
    }
    match done.failed.first() {
        Some((kvartal, error)) => Err(Failure::System(format!("Påminnelserna för {kvartal} gick inte: {error}"))),
        None => Ok(Outcome::Clean),
    }
}

/// The address that links in letters begin with. Who only looks needs none.
fn reached_at(arguments: &Remind) -> Result<String, Failure> {
    let given = arguments.url.clone().or_else(|| context::setting("KVARTAL_URL")).unwrap_or_default();
    let url = given.trim().trim_end_matches('/');
    let leads = url.split_once("://").is_some_and(|it| ["http", "https"].contains(&it.0) && !it.1.is_empty());
    if leads || arguments.dry_run {
        return Ok(url.to_owned());
    }
    let help = "Skriv adressen som människor når tjänsten på, till exempel https://kvartal.kommun.example, i miljövariabeln \
                KVARTAL_URL eller efter --url. Inget brev är skrivet.";
    Err(Failure::Setting(match url {
        "" => format!("KVARTAL_URL saknas. Länkarna i breven skulle inte leda någonstans. {help}"),
        url => format!("KVARTAL_URL: ”{url}” är ingen webbadress. {help}"),
    }))
}

/// What goes today in a cell each: the rung, or `–`.
fn rows(round: &RoundPlan) -> Vec<[String; 4]> {
    let task = |at: usize| round.situation.tasks.get(at);
    let mut rows = Vec::with_capacity(round.plan.len());
    for (at, it) in round.plan.iter().enumerate() {
        let Some(task) = task(it.task) else { continue };
        let to = addresses(round, at).join(", ");
        let what = it.sends.map_or_else(|| "–".to_owned(), |it| it.to_string());
        let what = if to.is_empty() { what } else { format!("{what} → {to}") };
        rows.push([task.name.clone(), task.uppdrag.clone(), what, it.why.clone()]);
    }
    rows
}

fn addresses(round: &RoundPlan, planned: usize) -> Vec<&str> {
    let draft = round.drafts.iter().find(|it| it.planned.contains(&planned));
    draft.map(|it| it.letters.iter().map(|it| it.to.as_str()).collect()).unwrap_or_default()
}

fn as_text(done: &Done, today: NaiveDate, dry: bool) -> String {
    let mut out = String::new();
    for round in &done.rounds {
        let _ = writeln!(out, "{}, {}", round.namnd, round.kvartal);
        let rows = rows(round);
        let width = |column: usize, most: usize| {
            let widest = rows.iter().filter_map(|it| it.get(column)).map(|it| it.chars().count()).max();
            widest.unwrap_or(0).min(most)
        };
        let (name, uppdrag, what) = (width(0, 32), width(1, 32), width(2, 52));
        for [a, b, c, d] in &rows {
            let _ = writeln!(out, "  {a:name$}  {b:uppdrag$}  {c:what$}  {d}");
        }
        out.push('\n');
    }
    if done.rounds.is_empty() {
        let _ = writeln!(out, "Inget kvartal är öppet den {today}.");
    }
    let letters = counted(done.letters, "brev", "brev");
    let _ = match dry {
        true => writeln!(out, "{letters} skulle gå den {today}. Inget är skickat."),
        false => writeln!(out, "{letters} lades i utkorgen för den {today}."),
    };
    out
}

fn as_json(done: &Done, today: NaiveDate, dry: bool) -> Value {
    let rounds: Vec<Value> = done
        .rounds
        .iter()
        .map(|round| {
            let planned: Vec<Value> = round
                .plan
                .iter()
                .enumerate()
                .filter_map(|(at, it)| {
                    let task = round.situation.tasks.get(it.task)?;
                    Some(json!({
                        "inlamning": task.filing,
                        "utforare": task.name,
                        "uppdrag": task.uppdrag,
                        "komplettering": it.thread.and_then(|at| task.threads.get(at)).map(|it| &it.id),
                        "steg": it.sends.map(|it| it.key()),
                        "till": addresses(round, at),
                        "skal": it.why,
                        "nasta_steg": it.next.map(|it| it.0.key()),
                        "nasta_dag": it.next.map(|it| it.1),
                        "att_gora": it.work.map(|it| it.in_words()),
                    }))
                })
                .collect();
            json!({ "namnd": round.namnd, "kvartal": round.kvartal, "plan": planned })
        })
        .collect();
    json!({ "dag": today, "prov": dry, "brev": done.letters, "omgangar": rounds })
}
