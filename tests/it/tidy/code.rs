//! House rules for Rust files: order of modules, where I/O may be, length, headers, loose ends.
//!
//! Goes in: a [`Tree`]. Comes out: complaints, one sentence each, with path and line; none when all is well.

use std::collections::BTreeSet;

use regex::Regex;

use super::tree::Tree;

/// Left to right. A module may name itself and whatever stands to its left.
const FLOW: &[&str] = &[
    "model", "sheet", "form", "rule", "judge", "rating", "merge", "render", "cage", "access", "store", "mail", "desk",
    "remind", "http", "cli",
];

/// The first module that may do I/O.
const FIRST_EDGE: &str = "cage";

/// Crates that only some modules, or folders in them, may know, so that each can be replaced in one place.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("argon2", &["access"]),
    ("askama", &["render", "mail", "http"]),
    ("axum", &["http"]),
    ("axum_extra", &["http"]),
    ("calamine", &["sheet"]),
    ("cfb", &["sheet"]),
    ("clap", &["cli"]),
    ("comemo", &["render/document/pdf"]),
    ("encoding_rs", &["sheet"]),
    ("getrandom", &["access"]),
    ("governor", &["access"]),
    ("html5ever", &["sheet"]),
    ("indicatif", &["cli"]),
    ("lettre", &["mail"]),
    ("openidconnect", &["access"]),
    ("qrcode", &["access"]),
    ("rust_xlsxwriter", &["render"]),
    ("rustix", &["cage"]),
    ("sqlx", &["store"]),
    ("subtle", &["access"]),
    ("totp_rs", &["access"]),
    ("tower_http", &["http"]),
    ("typst", &["render/document/pdf"]),
    ("typst_kit", &["render/document/pdf"]),
    ("typst_layout", &["render/document/pdf"]),
    ("typst_pdf", &["render/document/pdf"]),
    ("utoipa", &["http"]),
    ("zip", &["sheet", "render"]),
];

const LONGEST_FILE: usize = 450;

/// The module a source file belongs to: `src/form/header.rs` → `form`.
fn module(path: &str) -> &str {
    path.split(['/', '.']).nth(1).unwrap_or_default()
}

fn rank(name: &str) -> Option<usize> {
    FLOW.iter().position(|it| *it == name)
}

/// Lines with their numbers, comments cut off. A `//` inside a text is cut too, which only makes the rules milder.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default()))
}

/// The files that are declared under `#[cfg(test)]` in the file above them.
fn test_files(tree: &Tree) -> BTreeSet<String> {
    let declared =
        Regex::new(r#"#\[cfg\(test\)\]\s*(?:#\[path = "([^"]+)"\]\s*)?(?:pub(?:\([a-z]+\))? )?mod (\w+);"#).unwrap();
    let mut found = BTreeSet::new();
    for (path, text) in tree.texts("src/", ".rs") {
        let (folder, name) = path.rsplit_once('/').unwrap_or_default();
        // Below `form/mod.rs` is `form/`; below `form/header.rs` is `form/header/`. A given path starts at the folder.
        let below = if ["mod.rs", "lib.rs"].contains(&name) {
            folder.to_owned()
        } else {
            format!("{folder}/{}", name.trim_end_matches(".rs"))
        };
        for it in declared.captures_iter(text) {
            found.insert(match it.get(1) {
                Some(given) => format!("{folder}/{}", given.as_str()),
                None => format!("{below}/{}.rs", &it[2]),
            });
        }
    }
    found
}

/// The sources that are not tests, each with its tests blanked out, so that lines keep their numbers.
fn production(tree: &Tree) -> impl Iterator<Item = (&str, String)> {
    let tests = test_files(tree);
    // What a test file declares lies in the folder of its name and is for tests too.
    let below = move |path: &str| tests.iter().any(|it| path == it || path.starts_with(&it.replace(".rs", "/")));
    let files = tree.texts("src/", ".rs").filter(move |(path, _)| !below(path));
    files.map(|(path, text)| (path, without_tests(text)))
}

/// Blanks out every item under `#[cfg(test)]`: to the brace that closes it at the left margin, or to its semicolon.
fn without_tests(text: &str) -> String {
    let (mut kept, mut in_tests) = (String::new(), false);
    for line in text.lines() {
        let begins = line == "#[cfg(test)]";
        in_tests |= begins;
        if !in_tests {
            kept.push_str(line);
        } else if line == "}" || (line.ends_with(';') && !line.starts_with(' ')) || line.ends_with("{}") {
            in_tests = false;
        }
        kept.push('\n');
    }
    kept
}

/// `src` without the two roots, which declare everything.
fn sources(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.texts("src/", ".rs").filter(|(path, _)| !["src/lib.rs", "src/main.rs"].contains(path))
}

/// Every Rust file of the repository.
fn rust_files(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    tree.texts("src/", ".rs").chain(tree.texts("tests/", ".rs")).chain(tree.texts("benches/", ".rs"))
}

pub(crate) fn modules_look_left(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in sources(tree) {
        let module = module(path);
        let Some(own) = rank(module) else {
            complaints.push(format!("{path}: give `{module}` a place in FLOW (tests/it/tidy/code.rs)"));
            continue;
        };
        for (number, line) in code(text) {
            for named in line.split("crate::").skip(1) {
                let named: String = named.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
                if named.is_empty() {
                    complaints.push(format!("{path}:{number}: one `use crate::…` line per module, no groups"));
                } else if rank(&named).is_none_or(|it| it > own) {
                    complaints.push(format!(
                        "{path}:{number}: `{module}` must not know `{named}`; move the shared part to the left"
                    ));
                }
            }
        }
    }
    complaints
}

/// The modules are declared in `lib.rs` in the order of the flow, so that it reads as a table of contents.
pub(crate) fn library_declares_the_flow(tree: &Tree) -> Vec<String> {
    let declared: Vec<&str> = code(tree.text("src/lib.rs"))
        .filter_map(|(_, line)| line.trim().trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    let mut sorted = declared.clone();
    sorted.sort_by_key(|it| rank(it));
    if declared == sorted { Vec::new() } else { vec![format!("src/lib.rs: the order of the flow is {sorted:?}")] }
}

pub(crate) fn the_core_is_pure(tree: &Tree) -> Vec<String> {
    let edge = rank(FIRST_EDGE).unwrap_or(FLOW.len());
    let outside = Regex::new(
        r"\bstd::(fs|net|env|process)\b|\b(SystemTime|Instant|Utc|Local)::now\b|\bstd::io::(stdin|stdout|stderr)\b|\be?print(ln)?!",
    )
    .unwrap();
    let mut complaints = Vec::new();
    for (path, text) in production(tree).filter(|(path, _)| rank(module(path)).is_some_and(|it| it < edge)) {
        for (number, line) in code(&text) {
            if let Some(call) = outside.find(line) {
                complaints.push(format!(
                    "{path}:{number}: `{}` left of `{FIRST_EDGE}`; take it as an argument instead",
                    call.as_str()
                ));
            }
        }
    }
    complaints
}

pub(crate) fn crates_stay_where_they_belong(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (name, homes) in ONLY_IN {
        let used = Regex::new(&format!(r"(^|[^:\w]){name}::")).unwrap();
        let at_home = |path: &str| {
            homes.iter().any(|it| path.starts_with(&format!("src/{it}/")) || path == format!("src/{it}.rs"))
        };
        for (path, text) in production(tree).filter(|(path, _)| !at_home(path)) {
            for (number, _) in code(&text).filter(|(_, line)| used.is_match(line)) {
                complaints.push(format!("{path}:{number}: `{name}` belongs to {}", homes.join(", ")));
            }
        }
    }
    complaints
}

pub(crate) fn files_open_with_their_purpose(tree: &Tree) -> Vec<String> {
    let bare = rust_files(tree).filter(|(_, text)| !text.starts_with("//! "));
    bare.map(|(path, _)| format!("{path}:1: say what goes in, what comes out and what is guaranteed (//!)")).collect()
}

pub(crate) fn files_are_short(tree: &Tree) -> Vec<String> {
    let lengths = rust_files(tree).map(|(path, text)| (path, text.lines().count()));
    let long = lengths.filter(|(_, lines)| *lines > LONGEST_FILE);
    long.map(|(path, lines)| format!("{path}: {lines} lines, at most {LONGEST_FILE}; split it by what it is about"))
        .collect()
}

pub(crate) fn nothing_is_left_loose(tree: &Tree) -> Vec<String> {
    // Put together from halves, so that this file does not complain of itself.
    let loose: Vec<(Regex, &str)> = [
        (concat!(r"#\[igno", r"re\b"), "a test that is not run is no test"),
        (concat!(r"\b(TO", r"DO|FIX", r"ME|XX", r"X)\b"), "do it, or write an issue"),
        (concat!(r"\b(to", r"do|unimple", r"mented)!\("), "do it, or leave it out"),
        (concat!(r"#!?\[al", r"low\("), "use #[expect(lint, reason = \"…\")]"),
    ]
    .into_iter()
    .map(|(pattern, advice)| (Regex::new(pattern).unwrap(), advice))
    .collect();
    let mut complaints = Vec::new();
    for (path, text) in rust_files(tree) {
        for (at, line) in text.lines().enumerate() {
            for (_, advice) in loose.iter().filter(|(pattern, _)| pattern.is_match(line)) {
                complaints.push(format!("{path}:{}: `{}`: {advice}", at + 1, line.trim()));
            }
        }
    }
    for (path, text) in production(tree) {
        for (number, _) in code(&text).filter(|(_, line)| line.contains(".unwrap()")) {
            complaints.push(format!("{path}:{number}: unwrap outside tests; say what happens instead"));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One planted fault per rule, and the sound version beside it.
    #[test]
    fn each_rule_finds_its_planted_fault_and_passes_its_repair() {
        type Rule = fn(&Tree) -> Vec<String>;
        let long = format!("//! Long.\n{}", "\n".repeat(LONGEST_FILE));
        let ignored = concat!("#[igno", "re]\nfn a() {}\n");
        let later = concat!("// TO", "DO later\n");
        let allowed = concat!("#[al", "low(dead_code)]\n");
        let rules: &[(Rule, &str, &str, &str)] = &[
            (modules_look_left, "src/form/a.rs", "use crate::judge::B;\n", "use crate::sheet::B;\n"),
            (modules_look_left, "src/form/a.rs", "fn b() { crate::http::c() }\n", "fn b() { crate::form::c() }\n"),
            (modules_look_left, "src/form/a.rs", "use crate::{model, sheet};\n", "use crate::model;\n"),
            (modules_look_left, "src/stray/mod.rs", "fn b() {}\n", ""),
            (
                library_declares_the_flow,
                "src/lib.rs",
                "pub mod form;\npub mod sheet;\n",
                "pub mod sheet;\npub mod form;\n",
            ),
            (the_core_is_pure, "src/merge/a.rs", "let t = std::fs::read(p);\n", "// std::fs::read\n"),
            (the_core_is_pure, "src/merge/a.rs", "let t = Utc::now();\n", "let t = given;\n"),
            (the_core_is_pure, "src/merge/a.rs", "println!();\n", "#[cfg(test)]\n"),
            (
                crates_stay_where_they_belong,
                "src/form/a.rs",
                "use calamine::Data;\n",
                "use crate::sheet::calamine_note;\n",
            ),
            (
                crates_stay_where_they_belong,
                "src/render/document/a.rs",
                "use typst::World;\n",
                "use super::pdf::write;\n",
            ),
            (files_open_with_their_purpose, "src/form/a.rs", "use a;\n", "//! Reads a.\n"),
            (files_are_short, "tests/it/a.rs", &long, "//! Short.\n"),
            (nothing_is_left_loose, "tests/it/a.rs", ignored, "#[test]\nfn a() {}\n"),
            (nothing_is_left_loose, "benches/a.rs", later, "// later\n"),
            (nothing_is_left_loose, "src/form/a.rs", allowed, "#[expect(dead_code, reason = \"\")]\n"),
            (nothing_is_left_loose, "src/form/a.rs", "a.unwrap()\n", "a.unwrap_or(1)\n"),
        ];
        for (rule, path, fault, repair) in rules {
            assert_ne!(rule(&Tree::of(&[(path, fault)])), Vec::<String>::new(), "{path}: {fault}");
            if !repair.is_empty() {
                assert_eq!(rule(&Tree::of(&[(path, repair)])), Vec::<String>::new(), "{path}: {repair}");
            }
        }
    }

    #[test]
    fn tests_may_unwrap_and_read_files_but_the_code_before_them_may_not() {
        let tests = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { std::fs::read(c).unwrap(); }\n}\n";
        assert!(the_core_is_pure(&Tree::of(&[("src/sheet/a.rs", tests)])).is_empty());
        assert!(nothing_is_left_loose(&Tree::of(&[("src/sheet/a.rs", tests)])).is_empty());
        let before = format!("fn c() {{ d.unwrap(); }}\n{tests}");
        assert_eq!(nothing_is_left_loose(&Tree::of(&[("src/sheet/a.rs", &before)])).len(), 1);
        let scattered = "#[cfg(test)]\nimpl A {\n    fn b() { c.unwrap(); }\n}\nfn c() { d.unwrap(); }\n";
        assert_eq!(nothing_is_left_loose(&Tree::of(&[("src/sheet/a.rs", scattered)])).len(), 1);
        let apart = "#[cfg(test)]\nmod tests;\nfn c() { d.unwrap(); }\n";
        assert_eq!(nothing_is_left_loose(&Tree::of(&[("src/sheet/a.rs", apart)])).len(), 1);
    }

    #[test]
    fn a_file_that_is_only_for_tests_may_unwrap() {
        for (parent, declaration, child) in [
            ("src/rule/mod.rs", "#[cfg(test)]\nmod fixtures;\n", "src/rule/fixtures.rs"),
            ("src/sheet/csv.rs", "#[cfg(test)]\n#[path = \"csv_tests.rs\"]\nmod tests;\n", "src/sheet/csv_tests.rs"),
            ("src/sheet/csv.rs", "#[cfg(test)]\nmod tests;\n", "src/sheet/csv/tests.rs"),
        ] {
            let tree = |parent_text| Tree::of(&[(parent, parent_text), (child, "fn a() { b.unwrap(); }\n")]);
            assert_eq!(nothing_is_left_loose(&tree(declaration)), Vec::<String>::new(), "{child}");
            assert_eq!(nothing_is_left_loose(&tree("mod tests;\n")).len(), 1, "{child}");
        }
    }

    #[test]
    fn what_lies_below_a_test_file_is_for_tests_too() {
        let parent = ("src/form/mod.rs", "#[cfg(test)]\nmod tests;\n");
        let of = |child| nothing_is_left_loose(&Tree::of(&[parent, (child, "fn a() { b.unwrap(); }\n")])).len();
        assert_eq!(of("src/form/tests/rows.rs"), 0);
        assert_eq!(of("src/form/tests_of_time.rs"), 1);
    }

    #[test]
    fn edges_may_touch_the_world() {
        assert!(the_core_is_pure(&Tree::of(&[("src/cli/a.rs", "std::fs::read(p); Utc::now();\n")])).is_empty());
    }
}
