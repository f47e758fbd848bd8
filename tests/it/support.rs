//! What tests of the whole program share: a folder that goes away, the program run as people run it, a round to begin with.
//!
//! Guaranteed: tests never see each other's folders; the program gets a clean environment and is never attached to a terminal.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

/// A folder of its own for one test, removed when the test ends.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).expect("the target folder can be written to");
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("test names are plain text").to_owned()
    }

    /// Writes a file, with the folders above it, and gives its path.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        let parent = Path::new(&path).parent().expect("a file lies in a folder");
        std::fs::create_dir_all(parent).expect("a folder can be made");
        std::fs::write(&path, content).expect("a file can be written");
        path
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|it| panic!("{name}: {it}"))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        Path::new(&self.path(name)).exists()
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.bytes(name)).unwrap_or_else(|it| panic!("{name}: {it}"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that cannot be removed is no reason to fail a test that has passed.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What the program answered.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Fails with everything the program said when the exit code is another.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\nstdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// Fails unless the message names every one of these.
    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.err.contains(word), "stderr does not say ”{word}”:\n{}", self.err);
        }
        self
    }

    #[track_caller]
    pub(crate) fn shows(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.out.contains(word), "stdout does not show ”{word}”:\n{}", self.out);
        }
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|it| panic!("{it}; stdout:\n{}", self.out))
    }
}

/// The program with a clean environment: no colours asked for, no width, a fixed language.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kvartal"));
    command.args(arguments).env_clear().stdin(Stdio::null()).current_dir(env!("CARGO_TARGET_TMPDIR"));
    command
}

pub(crate) fn kvartal(arguments: &[&str]) -> Ran {
    ran(&mut command(arguments))
}

pub(crate) fn ran(command: &mut Command) -> Ran {
    let output = command.output().expect("the program can be started");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    let code = output.status.code().unwrap_or_else(|| panic!("the program was killed: {:?}", output.status));
    let ran = Ran { code, out: text(output.stdout), err: text(output.stderr) };
    for said in [&ran.out, &ran.err] {
        assert!(!said.contains("panicked"), "{said}");
        assert!(!said.contains('\u{1b}'), "control characters in a pipe: {said:?}");
    }
    ran
}

pub(crate) const HEADINGS: &str =
    "Löpnr;Kön;Beslutsdatum;Datum för avbrott;Lagrum;Typ av insats;Beslutet verkställt;Beslutet avslutat;Orsak\n";

/// Open since May, reportable in 2023-Q4, nothing to object to.
pub(crate) const OPEN_CASE: &str = "1;Kvinna;2023-05-10;;9 § 3;Ledsagarservice;;;Den enskilde tackat nej\n";

/// Executed within three months: should not have been sent.
pub(crate) const WRONG_CASE: &str = "2;Man;2023-08-11;;9 § 3;Ledsagarservice;2023-10-29;;\n";

/// A list in a text file.
pub(crate) fn list(rows: &[&str]) -> String {
    format!("{HEADINGS}{}", rows.concat())
}

/// The head of a round with one utförare and one uppdrag, in which nothing is wrong.
pub(crate) const ROUND: &str = r#"
kvartal    = "2023-Q4"
kommun     = "Exempelstad"
namnd      = "Nämnden för personer med funktionsnedsättning"
sista_dag  = 2024-01-10
rapportdag = 2024-01-31

[[utforare]]
id       = "solsidan"
namn     = "Solsidan Omsorg AB"
orgnr    = "556000-0000"
alias    = ["Solsidan"]
insatser = ["ledsagarservice"]
epost    = ["rapport@example.org"]
"#;

pub(crate) const FILING: &str = r#"
[[inlamning]]
utforare = "solsidan"
fil      = "solsidan.csv"
mottagen = 2024-01-08T10:12:00+01:00
"#;

/// A folder with that `omgang.toml` and one list.
pub(crate) fn round(toml: &str, rows: &[&str]) -> Folder {
    let folder = Folder::new();
    folder.write("omgang/omgang.toml", toml);
    folder.write("omgang/solsidan.csv", list(rows));
    folder
}

/// Runs `report` on the round of such a folder.
pub(crate) fn report(folder: &Folder) -> Ran {
    kvartal(&["report", &folder.path("omgang"), "--out", &folder.path("ut")])
}
