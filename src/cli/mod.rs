//! The command line of contract.md: reads arguments, runs one command, answers with an exit code.
//!
//! Goes in: the arguments. Comes out: results on stdout, messages on stderr, an exit code.
//! Guaranteed: every text is Swedish; findings are exit 1, never an error; each command is one file.

mod arguments;
mod audit;
mod backup;
mod check;
mod context;
mod database;
mod demo;
mod documents;
mod explain;
mod export;
pub mod failure;
pub mod import;
mod library;
mod lint;
mod reading;
mod rebuild;
mod remind;
mod report;
mod round;
mod rules;
mod serve;
mod settings;
mod template;
mod trial;
mod user;
mod verify;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use failure::{Failure, Outcome};

/// Runs the program.
#[expect(clippy::print_stderr, clippy::print_stdout, reason = "the command line is where text leaves the program")]
pub fn run() -> ExitCode {
    let arguments = match arguments::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(arguments::Stop::Show(text)) => {
            print!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(arguments::Stop::Usage(text)) => {
            eprint!("{text}");
            return ExitCode::from(2);
        }
    };
    match command(arguments) {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            eprint!("{}", failure.text());
            failure.exit_code()
        }
    }
}

fn command(arguments: Arguments) -> Result<Outcome, Failure> {
    match arguments.command {
        Command::Demo(it) => demo::run(&it),
        Command::Serve(it) => serve::run(&it),
        Command::Remind(it) => remind::run(&it),
        Command::Report(it) => report::run(&it),
        Command::Check(it) => check::run(&it),
        Command::Explain(it) => explain::run(&it),
        Command::Verify(it) => verify::run(&it),
        Command::Lint(it) => lint::run(&it),
        Command::Template(it) => template::run(&it),
        Command::Rules(it) => rules::run(&it),
        Command::Import(it) => import::run(&it),
        Command::Rebuild(it) => rebuild::run(&it),
        Command::User(it) => user::run(&it),
        Command::Audit(it) => audit::run(&it),
        Command::Backup(it) => backup::run(&it),
        Command::Export(it) => export::run(&it),
    }
}

/// Writes a result to stdout. A reader that has gone away (`| head`) is no failure.
fn say(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(it) if it.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::System(format!("Resultatet kunde inte skrivas ut: {}.", it.kind())))
        }
        _ => Ok(()),
    }
}

/// Says something beside the result, on stderr.
#[expect(clippy::print_stderr, reason = "messages go to stderr (contract.md)")]
fn note(text: &str) {
    eprintln!("{text}");
}
