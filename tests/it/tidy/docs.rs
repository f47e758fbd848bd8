//! House rules for documents and data files: what they name exists, they stay short, and Swedish stays Swedish.
//!
//! Goes in: a [`Tree`]. Comes out: complaints with path and, where there is one, line.

use std::collections::BTreeSet;

use regex::Regex;

use super::tree::Tree;

/// Everything the top level may hold. A new entry is a decision, not an accident.
const TOP: &[&str] = &[
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "askama.toml",
    "benches",
    "build.rs",
    "clippy.toml",
    "rules",
    "rustfmt.toml",
    "samples",
    "src",
    "tests",
    "web",
];

/// Documents that may not grow: whoever adds a line finds one to take away.
const LONGEST: &[(&str, usize)] = &[("README.md", 80), ("ARCHITECTURE.md", 250), ("CONTRIBUTING.md", 150)];

/// Documents whose back-quoted paths must exist.
const MAPS: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

/// Bare file names are checked when they end like this; other names are mostly output.
const NAMED_FILES: &[&str] = &[".rs", ".md", ".toml"];

fn back_quoted(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().flat_map(move |(at, line)| {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let quoted: Vec<&str> = if fenced { Vec::new() } else { line.split('`').skip(1).step_by(2).collect() };
        quoted.into_iter().map(move |it| (at + 1, it))
    })
}

pub(crate) fn named_paths_exist(tree: &Tree) -> Vec<String> {
    let path_like = Regex::new(r"^\.?[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)*/?$").unwrap();
    let link = Regex::new(r"\]\(([^)#:]+)\)").unwrap();
    let mut complaints = Vec::new();
    for document in MAPS {
        for (line, named) in back_quoted(tree.text(document)).filter(|(_, it)| path_like.is_match(it)) {
            let exists = if named.contains('/') {
                tree.has(named)
            } else {
                !NAMED_FILES.iter().any(|it| named.ends_with(it)) || tree.has_name(named)
            };
            if !exists {
                complaints.push(format!("{document}:{line}: `{named}` does not exist"));
            }
        }
        for (at, line) in tree.text(document).lines().enumerate() {
            for found in link.captures_iter(line).filter(|it| !tree.has(&it[1])) {
                complaints.push(format!("{document}:{}: the link to {} leads nowhere", at + 1, &found[1]));
            }
        }
    }
    complaints
}

pub(crate) fn every_module_is_on_the_map(tree: &Tree) -> Vec<String> {
    let map = tree.text("ARCHITECTURE.md");
    let modules: BTreeSet<&str> = tree
        .texts("src/", ".rs")
        .filter_map(|(path, _)| path.strip_prefix("src/")?.split_once('/'))
        .map(|(module, _)| module)
        .collect();
    let missing = modules.iter().filter(|it| !map.contains(&format!("`src/{it}/`")));
    missing.map(|it| format!("ARCHITECTURE.md: name `src/{it}/` and say what it does")).collect()
}

/// Comments cite counting rules as D11; whoever meets one must be able to look it up.
pub(crate) fn cited_rules_are_explained(tree: &Tree) -> Vec<String> {
    // `B2:D9` and `Blad1!D14` are cells.
    let citation = Regex::new(r"(?:^|[^:!`\w])D[1-9][0-9]?(?:–D?[1-9][0-9]?)?\b").unwrap();
    let map: BTreeSet<u32> =
        citation.find_iter(tree.text("ARCHITECTURE.md")).flat_map(|it| numbers(it.as_str())).collect();
    let mut complaints = Vec::new();
    let places = tree.texts("src/", ".rs").chain(tree.texts("tests/it/", ".rs"));
    for (path, text) in places.filter(|(path, _)| !path.starts_with("tests/it/tidy/")) {
        let comments = text.lines().enumerate().filter_map(|(at, line)| Some((at, line.split_once("//")?.1)));
        for (at, comment) in comments {
            let cited = citation.find_iter(comment).flat_map(|it| numbers(it.as_str()));
            for unknown in cited.filter(|it| !map.contains(it)) {
                complaints.push(format!("{path}:{}: D{unknown} is not explained in ARCHITECTURE.md", at + 1));
            }
        }
    }
    complaints
}

/// `D13` → 13; `D43–D46` → 43, 44, 45, 46.
fn numbers(citation: &str) -> Vec<u32> {
    let ends: Vec<u32> =
        citation.split('–').filter_map(|it| it.trim_matches(|it: char| !it.is_ascii_digit()).parse().ok()).collect();
    match ends.as_slice() {
        [first, last] => (*first..=*last).collect(),
        other => other.to_vec(),
    }
}

pub(crate) fn documents_are_short(tree: &Tree) -> Vec<String> {
    let lengths = LONGEST.iter().map(|(path, limit)| (path, limit, tree.text(path).lines().count()));
    let wrong = lengths.filter(|(_, limit, lines)| lines > limit || *lines == 0);
    wrong.map(|(path, limit, lines)| format!("{path}: {lines} lines; it has between 1 and {limit}")).collect()
}

pub(crate) fn the_top_level_is_closed(tree: &Tree) -> Vec<String> {
    let entries: BTreeSet<&str> = tree.files().iter().filter_map(|it| it.path.split('/').next()).collect();
    let strange = entries.iter().filter(|it| !TOP.contains(it));
    strange.map(|it| format!("{it}: does not belong on the top level (TOP in tests/it/tidy/docs.rs)")).collect()
}

pub(crate) fn the_changelog_is_current(tree: &Tree) -> Vec<String> {
    let manifest: toml::Table = tree.text("Cargo.toml").parse().unwrap_or_default();
    let version = manifest.get("package").and_then(|it| it.get("version")).and_then(|it| it.as_str()).unwrap_or("");
    let top = tree.text("CHANGELOG.md").lines().find_map(|it| it.strip_prefix("## ")).unwrap_or("");
    if !version.is_empty() && top.split_whitespace().next() == Some(version) {
        Vec::new()
    } else {
        vec![format!("CHANGELOG.md: the first heading is ”{top}”, but Cargo.toml says {version}")]
    }
}

pub(crate) fn every_dependency_says_why(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    let (mut listing, mut before) = (false, "");
    for (at, line) in tree.text("Cargo.toml").lines().enumerate() {
        if line.starts_with('[') {
            listing = line.contains("dependencies");
        } else if listing && line.contains('=') {
            let reason = before.strip_prefix("# ").or_else(|| line.split_once("# ").map(|it| it.1));
            if reason.is_none_or(|it| it.trim().len() < 8) {
                complaints.push(format!("Cargo.toml:{}: say in a comment above what it is for", at + 1));
            }
        }
        before = line;
    }
    complaints
}

pub(crate) fn lock_files_name_no_host(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, lock) in tree.texts("tests/", "/package-lock.json") {
        let lines = lock.lines().enumerate().filter(|(_, line)| line.contains("\"resolved\""));
        complaints.extend(lines.map(|(at, _)| {
            format!("{path}:{}: run npm install --omit-lockfile-registry-resolved in that folder", at + 1)
        }));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_finds_its_planted_fault_and_passes_its_repair() {
        type Rule = fn(&Tree) -> Vec<String>;
        let map = ("src/form/header.rs", "//! D3\n");
        let manifest = ("Cargo.toml", "[package]\nversion = \"0.2.0\"\n");
        let long = "x\n".repeat(300);
        let documents: &[(&str, &str)] = &[("README.md", "x\n"), ("CONTRIBUTING.md", "x\n")];
        let rules: &[(Rule, &str, &str, &str)] = &[
            (named_paths_exist, "ARCHITECTURE.md", "in `src/form/gone.rs`\n", "in `src/form/header.rs`\n"),
            (named_paths_exist, "ARCHITECTURE.md", "in `gone.rs`\n", "in `header.rs` or `report.json`\n"),
            (named_paths_exist, "README.md", "[here](gone.md)\n", "[here](src/form/header.rs)\n"),
            (every_module_is_on_the_map, "ARCHITECTURE.md", "form\n", "`src/form/` reads rows\n"),
            (cited_rules_are_explained, "ARCHITECTURE.md", "D4 is this\n", "D2–D4 are this\n"),
            (the_top_level_is_closed, "utils/a.rs", "", ""),
            (
                the_changelog_is_current,
                "CHANGELOG.md",
                "# Ändringar\n\n## 0.1.0\n",
                "# Ändringar\n\n## 0.2.0 – 2026\n\n## 0.1.0\n",
            ),
            (documents_are_short, "ARCHITECTURE.md", &long, "x\n"),
            (lock_files_name_no_host, "tests/browser/package-lock.json", "\"resolved\": \"x\"\n", "{}\n"),
        ];
        for (rule, path, fault, repair) in rules {
            let tree = |text| {
                let mut files = vec![map, manifest, (*path, text)];
                files.extend(documents.iter().filter(|(it, _)| it != path));
                Tree::of(&files)
            };
            assert_ne!(rule(&tree(fault)), Vec::<String>::new(), "{path}: {fault}");
            if !repair.is_empty() {
                assert_eq!(rule(&tree(repair)), Vec::<String>::new(), "{path}: {repair}");
            }
        }
    }

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        let with = |listing: &str| every_dependency_says_why(&Tree::of(&[("Cargo.toml", listing)]));
        assert_eq!(with("[dependencies]\na = \"1\"\n").len(), 1);
        assert_eq!(with("[dev-dependencies]\n# reads workbooks\na = \"1\"\nb = \"2\"\n").len(), 1);
        assert!(with("[package]\nversion = \"1\"\n[dependencies]\n# reads workbooks\na = \"1\"\nb = \"2\" # writes workbooks\n").is_empty());
    }

    #[test]
    fn code_blocks_are_not_read_as_paths() {
        assert!(named_paths_exist(&Tree::of(&[("README.md", "```\nls `src/gone.rs`\n```\n")])).is_empty());
    }
}
