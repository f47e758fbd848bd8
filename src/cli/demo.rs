//! `kvartal demo`: the sample round's report, for whoever wants to see what Kvartal does.
//!
//! Goes in: the sample rounds, embedded in the program. Comes out: the report in DIR and its summary on stdout.
//! Guaranteed: needs no files but the program itself.

use include_dir::{Dir, include_dir};

use super::arguments::{Demo, Report};
use super::failure::{Failure, Outcome, io_text};
use super::{report, say, serve};

static ROUNDS: [(&str, Dir<'_>); 2] = [
    ("2023-q3", include_dir!("$CARGO_MANIFEST_DIR/samples/2023-q3")),
    ("2023-q4", include_dir!("$CARGO_MANIFEST_DIR/samples/2023-q4")),
];

pub fn run(arguments: &Demo) -> Result<Outcome, Failure> {
    let rounds = arguments.out.join("omgangar");
    for (name, files) in &ROUNDS {
        let folder = rounds.join(name);
        std::fs::create_dir_all(&folder)
            .map_err(|it| Failure::System(io_text("Det går inte att skapa mappen", &folder, &it)))?;
        files
            .extract(&folder)
            .map_err(|it| Failure::System(io_text("Det går inte att skriva exempelfilerna i", &folder, &it)))?;
    }
    let round = rounds.join("2023-q4");
    say(&format!("Exempelstad, kvartal 4 2023. Utförarnas filer ligger i {}.\n\n", round.display()))?;
    report::run(&Report { round: round.clone(), out: arguments.out.clone(), format: Vec::new(), threads: None })?;
    say(&format!(
        "\nRapporten ligger i {out}:\n  {out}/rapport.html   för webbläsaren\n  {out}/rapport.xlsx   för kalkylprogrammet\n  {out}/report.json    för andra program\n",
        out = arguments.out.display()
    ))?;
    // The sample has faults on purpose; showing them is what the demo is for.
    if arguments.utan_webb {
        return Ok(Outcome::Clean);
    }
    serve::demo(arguments, &[rounds.join("2023-q3"), round])
}
