//! A guard for what people read: Swedish words with å, ä and ö, and Swedish typography.
//!
//! Goes in: a [`Tree`]. Comes out: complaints. It knows no grammar; it catches what slips in when code is written in English.

use std::sync::LazyLock;

use regex::Regex;

use super::tree::Tree;

/// Keys of rule files whose values people read.
const READ_BY_PEOPLE: &[&str] = &[
    "rubrik",
    "meddelande",
    "vantat",
    "atgard",
    "fras",
    "fraser",
    "beskrivning",
    "text",
    "mening",
    "forklaring",
    "etikett",
];

/// What must not stand in a text for people, and what to do instead.
static FAULTS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    [
        (
            r"(?i)\b(the|and|or|is|are|was|not|missing|invalid|unknown|error|errors|warning|must|should|please|column|columns|row|rows|sheet|date|value|required|expected|found|deadline|upload|submit|feedback)\b",
            "an English word",
        ),
        (
            r"(?i)\b(arenden?|arendet|arendena|utforare|utforaren|utforarens|utforarna|atgard|atgarda|fran|aven|ocksa|maste|datumfalt|manad|manader|manaderna|ar inte|kon|orsakskod saknas ar|ratt|ratta|lagg|andra till|oppna|oppet|oppen|forsta|forra|fore|efterat|bestallare|avbrott ar|verkstallt|verkstalld|verkstallda|verkstallighet|namnd|namnden|paminnelse|paminnelser|kvartalet ar|harifran|darfor|nasta)\b",
            "å, ä or ö is missing",
        ),
        ("\"", "use ”…” for quotation marks"),
        (r"\s-\s", "use – for a dash"),
        (r"\.\.\.", "use … for three dots"),
        (r"\S  +\S", "one space is enough"),
        (r"\s[,;!?]|\s\.(?:\s|$)", "no space before a mark"),
        (r"[åäö]\u{0308}|a\u{030A}|[ao]\u{0308}|Ã[¥¤¶]", "the letter is in pieces"),
    ]
    .into_iter()
    .map(|(pattern, advice)| (Regex::new(pattern).unwrap(), advice))
    .collect()
});

/// Every text for people in a TOML file, with the key it stands under.
fn texts(value: &toml::Value, key: &str, found: &mut Vec<(String, String)>) {
    match value {
        toml::Value::String(text) if READ_BY_PEOPLE.contains(&key) => found.push((key.to_owned(), text.clone())),
        toml::Value::Array(items) => items.iter().for_each(|it| texts(it, key, found)),
        toml::Value::Table(table) => {
            // A table of phrases has a key of its own for each phrase.
            let phrases = READ_BY_PEOPLE.contains(&key) && key.starts_with("fras");
            table.iter().for_each(|(name, it)| texts(it, if phrases { key } else { name }, found));
        }
        _ => {}
    }
}

/// A page as it is read: template marks, tags, styles and scripts taken away, and the attributes that are read aloud kept.
fn visible(page: &str) -> String {
    static HIDDEN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<!.*?>|<style.*?</style>|<script.*?</script>")
            .unwrap()
    });
    static SPOKEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"\b(?:aria-label|title|alt|placeholder)="([^"]*)""#).unwrap());
    static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)<[^>]*>").unwrap());
    let shown = HIDDEN.replace_all(page, "¤");
    let mut lines: Vec<String> = SPOKEN.captures_iter(&shown).map(|it| it[1].to_owned()).collect();
    lines.extend(TAG.replace_all(&shown, "\n").lines().map(|it| it.trim().to_owned()));
    lines.join("\n")
}

fn faults(text: &str) -> impl Iterator<Item = (String, &'static str)> {
    // Placeholders are names of values; what comes in their place is not known here.
    static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\{[^}|]*(\||\})").unwrap());
    let text = PLACEHOLDER.replace_all(text, "¤").into_owned();
    FAULTS.iter().filter_map(move |(pattern, advice)| Some((pattern.find(&text)?.as_str().to_owned(), *advice)))
}

pub(crate) fn rules_and_pages_speak_swedish(tree: &Tree) -> Vec<String> {
    let mut complaints = Vec::new();
    for (path, text) in tree.texts("rules/", ".toml") {
        let Ok(table) = text.parse::<toml::Table>() else { continue };
        let mut found = Vec::new();
        texts(&toml::Value::Table(table), "", &mut found);
        for (key, text) in found {
            complaints.extend(faults(&text).map(|(what, advice)| format!("{path}: {key}: ”{what}”: {advice}")));
        }
    }
    for (path, page) in tree.texts("web/", ".html") {
        for line in visible(page).lines() {
            complaints.extend(faults(line).map(|(what, advice)| format!("{path}: ”{what}” in ”{line}”: {advice}")));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Vec<String> {
        rules_and_pages_speak_swedish(&Tree::of(&[("rules/a/b.toml", &format!("[text]\nmeddelande = '{text}'\n"))]))
    }

    #[test]
    fn each_kind_of_slip_is_found_in_a_rule() {
        for text in [
            "Kolumnen {falt} is tom.",
            "Arendet är öppet.",
            "Kvartalet \"2023-Q4\".",
            "Raden - den sista.",
            "Vänta...",
            "Två  mellanslag.",
            "Punkt .",
            "a\u{030A} i delar",
        ] {
            assert_eq!(rule(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn good_swedish_passes() {
        let text = "Ärendet började {startdatum} – {antal:plural|ett ärende|{} ärenden} står i ”Blad 1”. Ta bort raden, 1–3 … Spara som .xlsx eller .ods.";
        assert_eq!(rule(text), Vec::<String>::new());
    }

    #[test]
    fn names_and_conditions_are_not_texts_for_people() {
        let file = "id = 'SI001'\nnamn = 'the-row'\n[villkor]\nkrav = 'utforare == \"x\"'\n";
        assert!(rules_and_pages_speak_swedish(&Tree::of(&[("rules/a/b.toml", file)])).is_empty());
    }

    #[test]
    fn a_page_is_read_as_people_read_it() {
        let page = |text: &str| rules_and_pages_speak_swedish(&Tree::of(&[("web/a.html", text)]));
        let good = "<!doctype html><style>.row { color: red }</style><p class=\"row error\">{{ row.value }} ärenden {% if a %}öppna{% endif %}</p>";
        assert_eq!(page(&good.replace("öppna", "ännu")), Vec::<String>::new());
        assert_eq!(page("<p>Missing value</p>").len(), 1);
        assert_eq!(page("<img alt=\"The report\">").len(), 1);
    }
}
