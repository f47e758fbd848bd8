//! The program. Everything is in the library; here is only the choice between the command line and the cage's child.

use std::process::ExitCode;

fn main() -> ExitCode {
    // The child must not read arguments, files or the environment: it is decided before anything else happens.
    if std::env::args_os().nth(1).is_some_and(|it| it == "__bur") {
        return kvartal::cage::child_main();
    }
    kvartal::cli::run()
}
