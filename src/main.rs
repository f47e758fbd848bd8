//! The binary. Started as `kvartal __bur` it is a caged child; everything else is still to come.

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|it| it == kvartal::cage::CHILD_ARGUMENT) {
        return kvartal::cage::child_main();
    }
    ExitCode::SUCCESS
}
