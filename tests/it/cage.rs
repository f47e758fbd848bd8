//! The cage: files through the real child, and children that are not what they should be.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kvartal::cage::{CHILD_ARGUMENT, Cage};
use kvartal::model::Seen;
use kvartal::sheet::{self, Limits, Opened};

use crate::make;

pub(crate) fn now() -> Instant {
    Instant::now()
}

pub(crate) fn limits() -> Limits {
    Limits::built_in().unwrap()
}

/// The limits with some lines of the file changed.
pub(crate) fn limits_with(changes: &[(&str, &str)]) -> Limits {
    let text: String = sheet::limits::BUILT_IN
        .lines()
        .map(|line| {
            let key = line.split('=').next().unwrap_or_default().trim();
            match changes.iter().find(|it| it.0 == key) {
                Some((key, value)) => format!("{key} = {value}\n"),
                None => format!("{line}\n"),
            }
        })
        .collect();
    toml::from_str(&text).unwrap()
}

pub(crate) fn cage(limits: Limits) -> Cage {
    Cage::new(PathBuf::from(env!("CARGO_BIN_EXE_kvartal")), 2, limits)
}

pub(crate) fn seen(opened: &Opened) -> Vec<&'static str> {
    opened.observations.iter().map(|it| it.seen.key()).collect()
}

#[test]
fn the_child_answers_exactly_what_reading_here_gives() {
    let cage = cage(limits());
    for (name, bytes) in [
        ("a.xlsx", make::sound_xlsx()),
        ("a.ods", make::sound_ods()),
        ("a.xls", make::sound_xls()),
        ("fel.pdf", b"%PDF-1.7".to_vec()),
        ("tom.xlsx", Vec::new()),
        ("fel namn.csv", make::sound_xlsx()),
    ] {
        let here = sheet::open(name, &bytes, &limits());
        assert_eq!(cage.open(name, &bytes).unwrap(), here, "{name}");
    }
}

#[test]
fn several_threads_share_few_children() {
    let cage = cage(limits());
    let bytes = make::sound_xlsx();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert!(cage.open("a.xlsx", &bytes).unwrap().workbook.is_some());
                }
            });
        }
    });
}

#[test]
fn a_file_over_the_limit_is_not_even_sent() {
    let cage = Cage::new(PathBuf::from("/finns/inte"), 1, limits_with(&[("storlek_mb", "1")]));
    let opened = cage.open("stor.xlsx", &vec![b'x'; 1_000_001]).unwrap();
    assert_eq!(seen(&opened), [Seen::FilForStor.key()]);
    assert!(cage.open("liten.xlsx", b"x").is_err(), "a program that is not there is a broken system");
}

#[test]
fn a_program_that_is_no_child_of_ours_is_a_broken_system() {
    for program in ["/bin/true", "/usr/bin/yes", "/finns/inte"] {
        let cage = Cage::new(PathBuf::from(program), 1, limits());
        for _ in 0..2 {
            assert!(cage.open("a.csv", b"1").is_err(), "{program}");
        }
    }
}

fn script(name: &str, body: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("kvartal-{}-{name}", std::process::id()));
    std::fs::write(&path, format!("#!/bin/sh\nprintf '\\0\\0\\0\\0'\n{body}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    path
}

#[test]
fn a_child_that_misbehaves_is_one_refused_file_and_in_time() {
    // A large file does not fit in the pipe, so a child that does not read holds the sending up.
    for (name, body, small, large) in [
        ("tyst", "exec sleep 60", Seen::FilTidsgrans, Seen::FilTidsgrans),
        ("laser-bara", "cat > /dev/null; exec sleep 60", Seen::FilTidsgrans, Seen::FilTidsgrans),
        ("dor", "exit 1", Seen::FilOsaker, Seen::FilOsaker),
        ("skraper", "exec yes", Seen::FilOsaker, Seen::FilTidsgrans),
        ("ekar", "exec cat", Seen::FilOsaker, Seen::FilTidsgrans),
    ] {
        let program = script(name, body);
        let cage = Cage::new(program.clone(), 1, limits_with(&[("vanta_s", "1.0")]));
        for (size, expected) in [(10, small), (1_000_000, large)] {
            let start = now();
            let opened = cage.open("a.csv", &vec![b'1'; size]).unwrap();
            assert_eq!(seen(&opened), [expected.key()], "{name}, {size} bytes");
            assert!(start.elapsed() < Duration::from_secs(6), "{name}, {size} bytes");
        }
        std::fs::remove_file(program).unwrap();
    }
}

fn limits_of(pid: u32) -> String {
    std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("limits")).unwrap_or_default()
}

#[test]
fn the_child_can_open_nothing_and_write_nothing() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kvartal"))
        .arg(CHILD_ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let wanted = [("Max open files", "3"), ("Max file size", "0"), ("Max processes", "0"), ("Max core file size", "0")];
    let confined = |all: &str| {
        wanted.iter().all(|(name, value)| {
            let line = all.lines().find_map(|line| line.strip_prefix(name));
            line.is_some_and(|it| it.split_whitespace().take(2).all(|it| it == *value))
        })
    };
    let start = now();
    while !confined(&limits_of(child.id())) && start.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let all = limits_of(child.id());
    // The end of its input is the end of the child.
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert!(confined(&all), "{all}");
}
