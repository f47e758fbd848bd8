//! The API as a program uses it.

use axum::http::header;
use kvartal::access::key::Key;
use kvartal::access::role::Role;
use kvartal::store::api_key::NewApiKey;

use super::Service;

async fn key(service: &Service, utforare: &str) -> String {
    let all = service.desk.store.utforare(&service.namnd).await.expect("utförare");
    let of = all.iter().find(|it| it.nyckel == utforare).expect("a known utförare");
    let key = Key::for_api().expect("a key");
    let new = NewApiKey {
        namnd: &service.namnd,
        utforare: &of.id,
        name: "Journalsystemet",
        key_hash: &key.hash(),
        hint: key.hint(),
        by: "p1",
    };
    let mut tx = service.desk.store.begin().await.expect("a transaction");
    tx.add_api_key(new, service.now()).await.expect("a key");
    tx.commit().await.expect("stored");
    format!("Bearer {}", key.text())
}

const LIST: &str = "Kön;Beslutsdatum;Avbrottsdatum;Lagrum;Insats;Verkställt;Avslutat;Orsak\n\
                    Man;2023-01-10;2023-05-10;9 § 3 LSS;Ledsagarservice;;;Resursbrist, personal\n";

async fn get(service: &Service, path: &str, key: &str) -> super::Answer {
    let request = axum::http::Request::get(path).header(header::AUTHORIZATION, key);
    service.send(request.body(axum::body::Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn a_machine_hands_in_once_however_often_it_sends() {
    let service = Service::with_sample().await;
    let key = key(&service, "almvik").await;
    let filing = service.filing_of("almvik").await;
    let path = format!("/api/v1/inlamningar/{filing}/versioner");
    let headers = [("authorization", key.as_str()), ("idempotency-key", "en")];
    let first = service.upload(&path, &headers, ("almvik.csv", LIST.as_bytes())).await.is(201).json();
    assert!(first["outcome"].is_string(), "{first}");
    let again = service.upload(&path, &headers, ("almvik.csv", LIST.as_bytes())).await.is(200).json();
    assert_eq!(first["id"], again["id"]);
    let other = LIST.replace("Man;", "Kvinna;");
    service.upload(&path, &headers, ("almvik.csv", other.as_bytes())).await.is(422);
    let bare = [("authorization", key.as_str())];
    let same = service.upload(&path, &bare, ("almvik.csv", LIST.as_bytes())).await.is(200).json();
    assert_eq!((&same["id"], &same["same"]), (&first["id"], &serde_json::json!(true)));
    let answer = get(&service, &format!("/api/v1/versioner/{}/svar", first["id"].as_str().expect("id")), &key).await;
    assert_eq!(answer.is(200).json()["rows"], 1);
    let shown = get(&service, &format!("/api/v1/inlamningar/{filing}"), &key).await.is(200).json();
    assert_eq!(shown["versions"].as_array().map(Vec::len), Some(2), "{shown}");
}

#[tokio::test]
async fn a_machine_meets_nothing_of_another_utforare() {
    let service = Service::with_sample().await;
    let key = key(&service, "almvik").await;
    let other = service.filing_of("karnhuset").await;
    get(&service, &format!("/api/v1/inlamningar/{other}"), &key).await.is(404);
    let path = format!("/api/v1/inlamningar/{other}/versioner");
    service.upload(&path, &[("authorization", &key)], ("a.csv", LIST.as_bytes())).await.is(404);
    let own = get(&service, "/api/v1/inlamningar", &key).await.is(200).json();
    let own = own.as_array().expect("a list");
    assert!(!own.is_empty() && own.iter().all(|it| it["utforare"] == "almvik"), "{own:?}");
}

#[tokio::test]
async fn errors_are_problems_that_programs_can_read() {
    let service = Service::with_sample().await;
    let answer = get(&service, "/api/v1/inlamningar", "Bearer kv_fel").await.is(401);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(answer.json()["status"], 401);
    let key = key(&service, "almvik").await;
    let filing = service.filing_of("almvik").await;
    let nil = axum::http::Request::post(format!("/api/v1/inlamningar/{filing}/inget-att-rapportera"))
        .header(header::AUTHORIZATION, &key)
        .body(axum::body::Body::empty())
        .expect("a request");
    let refused = service.send(nil).await.is(422).json();
    assert!(!refused["errors"].as_array().expect("a list").is_empty(), "{refused}");
}

#[tokio::test]
async fn the_document_names_every_address_of_the_api() {
    let service = Service::with_sample().await;
    let document = service.get("/api/openapi.json", "").await.is(200).json();
    assert!(document["openapi"].as_str().is_some_and(|it| it.starts_with("3.1")), "{}", document["openapi"]);
    for route in kvartal::http::routes::all().iter().filter(|it| it.path.starts_with("/api/v1/")) {
        let method = route.method.as_str().to_lowercase();
        assert!(document["paths"][route.path][&method].is_object(), "{method} {}", route.path);
    }
    service.get("/api/v1/prova/", "").await.is(200);
}

#[tokio::test]
async fn a_person_who_is_signed_in_may_use_the_api_too() {
    let service = Service::with_sample().await;
    let cookie = service.signed_in(Role::Handlaggare, None).await;
    let all = service.get("/api/v1/inlamningar?kvartal=2023-Q4", &cookie).await.is(200).json();
    assert_eq!(
        all.as_array().map(Vec::len),
        Some(service.desk.store.filings_of_round(&service.round).await.expect("filings").len())
    );
}
