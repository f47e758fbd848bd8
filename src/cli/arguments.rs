//! The arguments of every command, and what is said when they cannot be understood.
//!
//! Goes in: the words of the command line. Comes out: [`Arguments`], or a Swedish text to print.
//! Guaranteed: names and meanings are those of contract.md; help and complaints are Swedish.

use std::ffi::OsString;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::model::Quarter;

/// Samlar in, kontrollerar och rapporterar ej verkställda beslut enligt SoL och LSS.
#[derive(Debug, Parser)]
#[command(name = "kvartal", version, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Visar tjänsten med exempelkommunen Exempelstad och gör dess rapport
    Demo(Demo),
    /// Kör tjänsten
    Serve(Serve),
    /// Skickar de påminnelser som ska gå i dag
    Remind(super::remind::Remind),
    /// Gör nämndens rapport av en omgång
    Report(Report),
    /// Läser och kontrollerar filer
    Check(Check),
    /// Leder en siffra i rapporten tillbaka till de rader som den räknar
    Explain(Explain),
    /// Räknar om en rapport från originalen och jämför
    Verify(Verify),
    /// Prövar en text mot rapporten: dagar, kvartal, lagrum och antal
    Lint(Lint),
    /// Skriver en förifylld mall åt en utförare
    Template(Template),
    /// Visar, provar och förklarar reglerna
    Rules(Rules),
    /// Läser in en omgångs mapp i databasen, med allt som kommit in
    Import(Import),
    /// Gör om alla läsningar från originalen och jämför
    Rebuild(Rebuild),
    /// Bjuder in användare och hjälper den som inte kommer in
    User(super::user::User),
    /// Granskar händelseloggen
    Audit(super::audit::Audit),
    /// Tar en säkerhetskopia av databasen
    Backup(super::backup::Backup),
    /// Skriver ut allt som tagits emot och hela händelseloggen
    Export(super::export::Export),
}

#[derive(Debug, Args)]
pub struct Explain {
    /// Rapporten, report.json
    #[arg(value_name = "RAPPORT")]
    pub report: PathBuf,
    /// Siffran, till exempel totals.open, by_insats.ledsagarservice.open_women eller lines.12.days
    #[arg(value_name = "SIFFRA")]
    pub path: String,
    /// Skriver svaret som JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// Rapporten, report.json
    #[arg(value_name = "RAPPORT")]
    pub report: PathBuf,
    /// Omgångens mapp med originalen (annars mappen som rapporten ligger i)
    #[arg(long, value_name = "MAPP")]
    pub omgang: Option<PathBuf>,
    /// Skriver svaret som JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Lint {
    /// Rapporten, report.json
    #[arg(value_name = "RAPPORT")]
    pub report: PathBuf,
    /// Texten, en fil i UTF-8
    #[arg(value_name = "TEXT")]
    pub text: PathBuf,
    /// Skriver svaret som JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Import {
    /// Omgångens mapp med omgang.toml
    #[arg(value_name = "OMGÅNG")]
    pub round: PathBuf,
    /// Databasen: sqlite:FIL eller postgres:… (annars KVARTAL_DATABASE_URL, annars sqlite:kvartal.db)
    #[arg(long, value_name = "URL")]
    pub databas: Option<String>,
}

#[derive(Debug, Args)]
pub struct Rebuild {
    /// Databasen: sqlite:FIL eller postgres:… (annars KVARTAL_DATABASE_URL, annars sqlite:kvartal.db)
    #[arg(long, value_name = "URL")]
    pub databas: Option<String>,
    /// Ersätter läsningar som skiljer sig; utan detta jämförs de bara
    #[arg(long)]
    pub skriv: bool,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Mappen som rapporten skrivs i
    #[arg(long, value_name = "MAPP", default_value = "out")]
    pub out: PathBuf,
    /// Porten som webbplatsen svarar på; 0 väljer en ledig
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    pub port: u16,
    /// Skriver bara rapporten och slutar
    #[arg(long)]
    pub utan_webb: bool,
}

#[derive(Debug, Args)]
#[command(after_help = SETTINGS)]
pub struct Serve {
    /// Adressen som tjänsten svarar på
    #[arg(long, value_name = "ADRESS", default_value = "127.0.0.1:8080")]
    pub listen: std::net::SocketAddr,
    /// Databasen: sqlite:FIL eller postgres:… (annars KVARTAL_DATABASE_URL, annars sqlite:kvartal.db)
    #[arg(long, value_name = "URL")]
    pub databas: Option<String>,
    /// Adressen som människor når tjänsten på (annars KVARTAL_URL)
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Tjänsten står bakom en proxy som anger vem som frågar
    #[arg(long)]
    pub bakom_proxy: bool,
}

/// What a report can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Json,
    Xlsx,
    Html,
    /// Nämndens rapport, tjänsteskrivelse, revisorernas, IVO:s och återkopplingen
    Handlingar,
}

#[derive(Debug, Args)]
pub struct Report {
    /// Omgångens mapp med omgang.toml och utförarnas filer
    #[arg(value_name = "OMGÅNG")]
    pub round: PathBuf,
    /// Mappen som rapporten skrivs i
    #[arg(long, value_name = "MAPP")]
    pub out: PathBuf,
    /// Bara dessa format: json, xlsx, html, handlingar (annars alla)
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    pub format: Vec<Format>,
    /// Hur många filer som läses samtidigt
    #[arg(long, value_name = "ANTAL")]
    pub threads: Option<usize>,
}

#[derive(Debug, Args)]
pub struct Check {
    /// Filerna som ska kontrolleras
    #[arg(value_name = "FIL", required = true)]
    pub files: Vec<PathBuf>,
    /// Kvartalet som rapporteras, till exempel 2023-Q4 (annars det som filen anger)
    #[arg(long, value_name = "KVARTAL")]
    pub quarter: Option<Quarter>,
    /// Dagen då filen kom in, till exempel 2024-01-08 (annars i dag)
    #[arg(long, value_name = "DATUM")]
    pub received: Option<NaiveDate>,
    /// Utförarens insatser, till exempel ledsagarservice,avlosarservice
    #[arg(long, value_name = "INSATSER", value_delimiter = ',')]
    pub insats: Vec<String>,
    /// Mappen med nämndens egna regler
    #[arg(long, value_name = "MAPP")]
    pub regler: Option<PathBuf>,
    /// Svarar med ett JSON-dokument
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Template {
    /// Omgångens mapp med omgang.toml
    #[arg(value_name = "OMGÅNG")]
    pub round: PathBuf,
    /// Utförarens id i omgang.toml
    #[arg(long, value_name = "ID")]
    pub utforare: String,
    /// Filen som mallen skrivs till
    #[arg(long, value_name = "FIL")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct Rules {
    #[command(subcommand)]
    pub command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Listar alla regler
    List {
        /// Mappen med nämndens egna regler
        #[arg(long, value_name = "MAPP")]
        regler: Option<PathBuf>,
    },
    /// Visar en regel
    Show {
        /// Regelns id, till exempel SI002
        #[arg(value_name = "ID")]
        id: String,
        /// Mappen med nämndens egna regler
        #[arg(long, value_name = "MAPP")]
        regler: Option<PathBuf>,
    },
    /// Kör varje regels exempel
    Test {
        /// Mappen med nämndens egna regler
        #[arg(value_name = "MAPP")]
        folder: Option<PathBuf>,
        /// Prova också att exemplen märker om ett villkor tas bort eller vänds
        #[arg(long)]
        mutera: bool,
    },
    /// Skriver regelkatalogen som en sida i Markdown
    Docs {
        /// Mappen med nämndens egna regler
        #[arg(long, value_name = "MAPP")]
        regler: Option<PathBuf>,
    },
    /// Prövar ändrade regler på tidigare omgångar och visar vilka utförare som berörs
    Trial {
        /// Omgångarnas mappar
        #[arg(value_name = "OMGÅNG", required = true)]
        rounds: Vec<PathBuf>,
        /// Mappen med de ändrade reglerna
        #[arg(long, value_name = "MAPP")]
        regler: PathBuf,
    },
}

/// What the service reads in the environment; secrets may lie in files.
const SETTINGS: &str = "\
Inställningar i miljön (en hemlighet kan ligga i en fil som NAMN_FILE pekar ut):
  KVARTAL_DATABASE_URL       databasen, sqlite:FIL eller postgres:…
  KVARTAL_URL                adressen som människor når tjänsten på
  KVARTAL_MAIL               smtp://användare:lösenord@server:587, smtps://… eller mapp:MAPP
  KVARTAL_MAIL_FROM          avsändaren, till exempel Kvartal <kvartal@exempel.se>
  KVARTAL_OIDC_ISSUER        inloggningstjänsten (OpenID Connect); svaret går till /logga-in/oidc/svar
  KVARTAL_OIDC_CLIENT_ID     det klient-id som ni har fått där
  KVARTAL_OIDC_CLIENT_SECRET klientens hemlighet
  KVARTAL_OIDC_SCOPES        vad som begärs utöver openid (annars email profile)
  KVARTAL_OIDC_ACR           tillitsnivåer som godtas, med blanksteg emellan
  KVARTAL_OIDC_MAIL_CLAIM    uppgiften som innehåller e-postadressen (annars email)
  KVARTAL_OIDC_TRUST_MAIL    ja om tjänsten bara lämnar ut adresser som den själv har gett
  KVARTAL_OIDC_ROLE_CLAIM    uppgiften som innehåller grupperna, till exempel groups
  KVARTAL_OIDC_ROLES         grupp=roll eller grupp=roll@nämndens id, med komma emellan
  KVARTAL_OIDC_CERTIFICATES  egna rotcertifikat i PEM
  KVARTAL_OIDC_PROXY         vägen ut ur ett slutet nät
  KVARTAL_LOG                hur mycket som loggas (annars warn,kvartal=info)";

/// Why there are no arguments to run with.
pub enum Stop {
    /// Help or version was asked for.
    Show(String),
    Usage(String),
}

const TEMPLATE: &str = "{about}\n\nAnvändning: {usage}\n\n{all-args}{after-help}\n";

/// Reads the command line.
///
/// # Errors
///
/// [`Stop`] with the text to print.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Arguments, Stop> {
    let command = swedish(Arguments::command());
    let matches = command.try_get_matches_from(words).map_err(|it| stop(&it))?;
    Arguments::from_arg_matches(&matches).map_err(|it| stop(&it))
}

/// Swedish headings on the command and everything below it.
fn swedish(command: clap::Command) -> clap::Command {
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("Kommandon")
        .subcommand_value_name("KOMMANDO")
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(
            clap::Arg::new("hjalp")
                .short('h')
                .long("help")
                .action(clap::ArgAction::Help)
                .help("Visar hjälpen")
                .help_heading("Flaggor"),
        );
    if command.get_name() == "kvartal" {
        command = command.arg(
            clap::Arg::new("version")
                .short('V')
                .long("version")
                .action(clap::ArgAction::Version)
                .help("Visar versionen")
                .help_heading("Flaggor"),
        );
    }
    let names: Vec<String> = command.get_subcommands().map(|it| it.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(name, swedish);
    }
    command.mut_args(|arg| {
        let heading = if arg.is_positional() { "Argument" } else { "Flaggor" };
        let arg = arg.help_heading(heading);
        if arg.get_action().takes_values() { arg.hide_default_value(true).hide_possible_values(true) } else { arg }
    })
}

fn stop(error: &clap::Error) -> Stop {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Stop::Show(in_swedish(error));
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return Stop::Usage(in_swedish(error));
    }
    let context = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(list)) => Some(list.join(", ")),
        _ => None,
    };
    let argument = context(ContextKind::InvalidArg).unwrap_or_default();
    let value = context(ContextKind::InvalidValue).unwrap_or_default();
    let mut text = match error.kind() {
        ErrorKind::UnknownArgument => format!("Flaggan eller argumentet {argument} finns inte."),
        ErrorKind::InvalidSubcommand => {
            format!("Kommandot {} finns inte.", context(ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        ErrorKind::MissingRequiredArgument => format!("Det saknas: {argument}."),
        ErrorKind::MissingSubcommand => "Skriv vilket kommando som ska köras.".to_owned(),
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} behöver ett värde."),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("”{value}” går inte att använda för {argument}.{}", expected(&argument))
        }
        ErrorKind::ArgumentConflict => {
            format!("{argument} har angetts mer än en gång eller går inte ihop med något annat.")
        }
        _ => "Kommandot kunde inte förstås.".to_owned(),
    };
    for kind in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue] {
        if let Some(near) = context(kind) {
            text.push_str(&format!(" Menade du {near}?"));
        }
    }
    text.push_str("\nSkriv kvartal --help för hjälp.\n");
    Stop::Usage(text)
}

/// clap has no setting for the words it puts into the usage line.
fn in_swedish(error: &clap::Error) -> String {
    error.to_string().replace("[OPTIONS]", "[FLAGGOR]").replace("[COMMAND]", "[KOMMANDO]")
}

fn expected(argument: &str) -> &'static str {
    if argument.contains("quarter") {
        " Skriv till exempel 2023-Q4."
    } else if argument.contains("received") || argument.contains("as-of") {
        " Skriv till exempel 2024-01-08."
    } else if argument.contains("format") {
        " Välj bland json, xlsx och html."
    } else if argument.contains("threads") {
        " Skriv ett heltal."
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(words: &[&str]) -> String {
        match parse(words.iter().map(OsString::from)) {
            Err(Stop::Usage(text) | Stop::Show(text)) => text,
            Ok(it) => format!("{it:?}"),
        }
    }

    #[test]
    fn complaints_are_swedish_and_suggest() {
        assert!(
            complaint(&["kvartal", "chek", "a.csv"]).contains("Menade du check?"),
            "{}",
            complaint(&["kvartal", "chek", "a.csv"])
        );
        assert!(complaint(&["kvartal", "check"]).contains("Det saknas"));
        assert!(complaint(&["kvartal", "check", "a.csv", "--quarter", "2023"]).contains("2023-Q4"));
        assert!(complaint(&["kvartal", "report", "x"]).contains("--out"));
    }

    #[test]
    fn help_has_no_english() {
        for words in [
            "kvartal",
            "kvartal check",
            "kvartal rules trial",
            "kvartal audit verify",
            "kvartal backup",
            "kvartal export",
        ] {
            let help = complaint(&words.split(' ').chain(["--help"]).collect::<Vec<_>>());
            for english in ["Usage", "Options", "Commands", "Print", "Arguments", "[default", "possible"] {
                assert!(!help.contains(english), "{english} in:\n{help}");
            }
        }
    }
}
