//! The calendar, own rules, the log, and pages that are only read.

use kvartal::access::role::Role;

use super::{REPORT, done, hidden, plain};
use crate::service::Service;

// ------------------------------------------------------------------------------------------------ the calendar

#[tokio::test]
async fn days_are_changed_as_they_were_shown_and_in_order() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let page = service.get("/kalender", &who).await.is(200).text();
    assert!(page.contains("Öppen, men sista dagen har passerat") && page.contains("value=\"2024-Q1\""), "{page}");
    let seen = hidden(&page, "seen");
    let change = |last: &'static str| {
        let seen = seen.clone();
        [
            ("seen", seen),
            ("opens-2023-Q4", "2024-01-01".to_owned()),
            ("last_day-2023-Q4", last.to_owned()),
            ("report_day-2023-Q4", "2024-01-31".to_owned()),
        ]
    };
    for (last, said) in [
        ("10 januari", "är ingen dag"),
        ("2023-12-30", "ligger före dagen då insamlingen öppnar"),
        ("2024-01-05", "Svar som kom i tid skulle bli sena"),
        ("2024-02-10", "Rapportdagen ligger före sista dagen"),
    ] {
        let form = change(last);
        let form: Vec<(&str, &str)> = form.iter().map(|it| (it.0, it.1.as_str())).collect();
        let page = service.post("/kalender/2023-Q4", &who, &form).await.is(200).text();
        assert!(page.contains(said) && page.contains(&format!("value=\"{last}\"")), "{last}: {page}");
    }
    let form = change("2024-01-26");
    let form: Vec<(&str, &str)> = form.iter().map(|it| (it.0, it.1.as_str())).collect();
    let page = done(&service, "/kalender/2023-Q4", &who, &form).await.text();
    assert!(page.contains("Utförarna kan lämna in"), "{page}");
    service.post("/kalender/2023-Q4", &who, &form).await.is(409);
    let logged = service.desk.store.events(&service.namnd, None, 1).await.expect("events").remove(0);
    assert_eq!(logged.kind, "kalender_andrad");
}

#[tokio::test]
async fn days_are_counted_from_the_meeting_on_demand_and_nothing_is_saved() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let shown = |page: &str, field: &str| {
        let at = page.split(&format!("name=\"{field}\" value=\"")).nth(1).expect("the field");
        at.split('"').next().expect("a value").to_owned()
    };
    for (path, suffix) in [("/kalender", ""), ("/kalender/2023-Q4", "-2023-Q4")] {
        let before = service.get("/kalender", &who).await.is(200).text();
        let (seen, name) = (hidden(&before, "seen"), |it: &str| format!("{it}{suffix}"));
        for (meeting, wanted) in [("2024-02-15", ["2024-01-25", "2024-02-08"]), ("", ["2024-01-10", "2024-01-31"])] {
            let fields = [
                ("kvartal".to_owned(), "2023-Q4"),
                ("seen".to_owned(), seen.as_str()),
                (name("namnd"), meeting),
                (name("last_day"), "snart"),
                ("gor".to_owned(), "rakna"),
            ];
            let fields: Vec<(&str, &str)> = fields.iter().map(|it| (it.0.as_str(), it.1)).collect();
            let page = service.post(path, &who, &fields).await.is(200).text();
            assert_eq!([shown(&page, &name("last_day")), shown(&page, &name("report_day"))], wanted, "{path}");
            assert!(page.contains("De är inte sparade än.") && page.contains("data-answered"), "{page}");
            let late = "Rapportdagen ligger efter att IVO:s inrapportering har stängt den 31 januari 2024.";
            assert_eq!(page.contains(late), !meeting.is_empty(), "{path}: {page}");
        }
        let wrong = [("kvartal", "2023-Q4"), ("seen", seen.as_str()), ("namnd", "i vår"), ("gor", "rakna")];
        let page = service.post(path, &who, &wrong).await.is(200).text();
        assert!(page.contains("”i vår” är ingen dag"), "{page}");
        assert_eq!(hidden(&service.get("/kalender", &who).await.text(), "seen"), seen, "nothing is saved");
    }
}

#[tokio::test]
async fn a_namnd_counts_its_days_as_its_own_file_says() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let mut tx = service.desk.store.begin().await.expect("a transaction");
    let own = "[kalender]\nsvar = 3\ngranskning = 2\nutskick = 1\n";
    tx.save_own_rule(&service.namnd, ("paminnelser.toml", own), "p1", service.now()).await.expect("saved");
    tx.commit().await.expect("stored");
    let page = service.get("/kalender", &who).await.is(200).text();
    assert!(page.contains("name=\"last_day\" value=\"2024-04-04\""), "three working days after the quarter: {page}");
    let count = [("kvartal", "2023-Q4"), ("namnd", "2024-02-15"), ("gor", "rakna")];
    let page = service.post("/kalender", &who, &count).await.is(200).text();
    assert!(page.contains("name=\"last_day\" value=\"2024-02-12\""), "{page}");
}

#[tokio::test]
async fn a_quarter_is_added_once() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let add =
        [("kvartal", "2023-Q4"), ("opens", "2024-01-01"), ("last_day", "2024-01-10"), ("report_day", "2024-01-31")];
    let page = service.post("/kalender", &who, &add).await.is(200).text();
    assert!(page.contains("2023-Q4 finns redan"), "{page}");
    let wrong = [("kvartal", "nästa"), ("opens", ""), ("last_day", "x"), ("report_day", "2024-01-31")];
    let page = service.post("/kalender", &who, &wrong).await.is(200).text();
    assert!(
        page.contains("är inget kvartal") && page.contains("Skriv en dag") && page.contains("”x” är ingen dag"),
        "{page}"
    );
}

// ---------------------------------------------------------------------------------------------------- own rules

/// The form of a rule file, as the page sends it.
fn rule<'a>(path: &'a str, text: &'a str, what: &'a str, version: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("fil", path), ("text", text), ("version", version), ("gor", what), ("kvartal", "2023-Q4")]
}

const CHANGE: &str = "andringar/SI001.toml";

#[tokio::test]
async fn a_faulty_rule_is_underlined_and_never_saved() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let faulty = "andrar = \"SI001\"\nallvar = \"vanlig\"\nskal = \"Prov\"\n";
    for what in ["kontrollera", "prova", "spara"] {
        let page = service.post("/regler/egna/fil", &who, &rule(CHANGE, faulty, what, "0")).await.is(200).text();
        let page = plain(&page);
        assert!(page.contains("Regeln har fel") && page.contains("vanlig") && page.contains('─'), "{what}: {page}");
    }
    assert!(service.desk.store.own_rules(&service.namnd).await.expect("store").is_empty());
    let page = service.post("/regler/egna/fil", &who, &rule("../x.toml", "", "spara", "0")).await.is(200).text();
    assert!(page.contains("Filens plats ska skrivas"), "{page}");
}

#[tokio::test]
async fn a_rule_is_tried_on_real_quarters_then_saved_and_removed() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let form = [("regel", "SI001"), ("andring", "av"), ("skal", "Nämnden beslutade i maj.")];
    let page = plain(&service.post("/regler/egna/inbyggd", &who, &form).await.is(200).text());
    assert!(page.contains("avstangd = true") && page.contains("Nämnden beslutade i maj."), "{page}");
    let text = "andrar = \"SI001\"\r\navstangd = true\r\nskal = \"Nämnden beslutade i maj.\"\r\n";
    let before = service.get(&format!("{REPORT}/report.json?visa=mottaget"), &who).await.json();
    let page = service.post("/regler/egna/fil", &who, &rule(CHANGE, text, "prova", "0")).await.is(200).text();
    assert!(page.contains("Prov på kvartal 4 2023") && page.contains("utförare skulle märka ändringen"), "{page}");
    assert!(page.contains("Antal rapporterade: 88 →"), "the figures move: {page}");
    assert_eq!(service.get(&format!("{REPORT}/report.json?visa=mottaget"), &who).await.json(), before, "only a trial");

    done(&service, "/regler/egna/fil", &who, &rule(CHANGE, text, "spara", "0")).await;
    let after = service.get(&format!("{REPORT}/report.json?visa=mottaget"), &who).await.json();
    assert_ne!(after["totals"]["reported"], before["totals"]["reported"]);
    let page = service.get("/regler?familj=ska-inte-rapporteras", &who).await.is(200).text();
    assert!(page.contains("id=\"SI001\"") && page.contains("Avstängd av nämnden: Nämnden beslutade i maj."), "{page}");
    assert!(!page.contains("id=\"EO001\""), "filtered");

    let page = service.post("/regler/egna/fil", &who, &rule(CHANGE, text, "spara", "0")).await.is(200).text();
    assert!(page.contains("Någon annan har ändrat reglerna"), "seen too long ago: {page}");
    done(&service, "/regler/egna/ta-bort", &who, &[("fil", CHANGE), ("version", "1")]).await;
    let again = service.get(&format!("{REPORT}/report.json?visa=mottaget"), &who).await.json();
    assert_eq!(again["totals"], before["totals"]);
}

#[tokio::test]
async fn the_rule_to_begin_with_is_a_rule() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Samordnare, None).await;
    let page = service.get("/regler/egna/fil", &who).await.is(200).text();
    let text = page.split("<textarea").nth(1).and_then(|it| it.split_once(">\n")).expect("a text").1;
    let text = plain(text.split("</textarea>").next().expect("an end"));
    let path = plain(page.split("name=\"fil\" value=\"").nth(1).and_then(|it| it.split('"').next()).expect("a path"));
    let page = service.post("/regler/egna/fil", &who, &rule(&path, &text, "kontrollera", "0")).await.is(200).text();
    assert!(page.contains("Inget fel"), "{}", plain(&page));
}

// ------------------------------------------------------------------------------------------- the log and the rest

#[tokio::test]
async fn the_log_is_paged_and_filtered_and_its_chain_is_checked() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Administrator, None).await;
    let page = service.get("/handelser", &who).await.is(200).text();
    let all = service.desk.store.events(&service.namnd, None, 10_000).await.expect("events").len();
    assert_eq!(page.matches("<tr data-row").count(), all.min(50));
    let mut older = Some("/handelser".to_owned());
    let mut seen = 0;
    while let Some(address) = older {
        let page = service.get(&address, &who).await.is(200).text();
        seen += page.matches("<tr data-row").count();
        older = page
            .split("<a href=\"")
            .find(|it| it.contains("Äldre händelser"))
            .map(|it| plain(it.split('"').next().expect("href")));
        assert!(seen < 2000, "the pages come to an end");
    }
    assert_eq!(seen, all, "every entry once");
    let page = service.get("/handelser?sort=omgang_skapad", &who).await.is(200).text();
    assert_eq!(page.matches("<tr data-row").count(), 1);
    let page = service.get("/handelser?dag=1999-01-01", &who).await.is(200).text();
    assert!(page.contains("Inga händelser"), "{page}");
    let page = service.get("/handelser?dag=nyss", &who).await.is(200).text();
    assert!(page.contains("”nyss” är ingen dag") && page.contains("value=\"nyss\""), "{page}");
    let page = done(&service, "/handelser/kontrollera", &who, &[]).await.text();
    assert!(page.contains("Loggen är hel"), "{page}");
}

#[tokio::test]
async fn pages_for_everybody_need_nobody_signed_in() {
    let service = Service::with_sample().await;
    for path in ["/tillganglighet", "/hjalp"] {
        service.get(path, "").await.is(200);
    }
    let who = service.signed_in(Role::Administrator, None).await;
    let page = service.get("/drift", &who).await.is(200).text();
    assert!(page.contains("SQLite") && page.contains("Allt går"), "{page}");
    let own = service.signed_in(Role::Utforare, Some("almvik")).await;
    service.get("/regler", &own).await.is(200);
    for path in ["/drift", "/handelser", "/utforare", "/kalender", "/regler/egna", REPORT] {
        service.get(path, &own).await.is(403);
    }
}

#[tokio::test]
async fn an_utforare_is_shown_over_the_quarters() {
    let service = Service::with_sample().await;
    let who = service.signed_in(Role::Handlaggare, None).await;
    let page = service.get("/utforare/almvik", &who).await.is(200).text();
    for part in ["Kvartal för kvartal", "Riktighet", "Inlämningar och återkoppling", "Kontaktpersoner", "<svg"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("Ändra uppgifter"), "a handläggare only reads");
    let list = service.get("/utforare", &who).await.is(200).text();
    assert!(list.contains("Almvik Omvårdnad AB") && list.contains("färre än två kontaktpersoner"), "{list}");
}
