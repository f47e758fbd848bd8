//! Sessions: how long they live, and where their owner begins.

use kvartal::access::role::Role;

use super::Service;

#[tokio::test]
async fn everybody_begins_where_their_work_is() {
    let service = Service::with_sample().await;
    for (role, utforare, start) in [
        (Role::Utforare, Some("almvik"), "/uppdrag"),
        (Role::Handlaggare, None, "/kvartal/2023-Q4"),
        (Role::Samordnare, None, "/kvartal/2023-Q4"),
        (Role::Lasare, None, "/kvartal/2023-Q4"),
        (Role::Administrator, None, "/anvandare"),
    ] {
        let cookie = service.signed_in(role, utforare).await;
        assert_eq!(service.get("/", &cookie).await.is(303).leads_to(), start, "{role}");
    }
}

#[tokio::test]
async fn a_session_left_alone_ends_after_half_an_hour_for_the_namnd_and_an_hour_for_an_utforare() {
    let service = Service::with_sample().await;
    let handlaggare = service.signed_in(Role::Handlaggare, None).await;
    let utforare = service.signed_in(Role::Utforare, Some("almvik")).await;
    service.set_clock("2024-01-22T09:29:00Z");
    for cookie in [&handlaggare, &utforare] {
        assert!(!service.get("/", cookie).await.is(303).leads_to().contains("logga-in"));
    }
    service.set_clock("2024-01-22T10:00:00Z");
    assert_eq!(service.get("/", &handlaggare).await.is(303).leads_to(), "/logga-in?till=%2F");
    assert_eq!(service.get("/", &utforare).await.is(303).leads_to(), "/uppdrag");
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_however_busy() {
    let service = Service::with_sample().await;
    let cookie = service.signed_in(Role::Handlaggare, None).await;
    for minute in (0..720).step_by(20) {
        service.set_clock(&format!("2024-01-22T{:02}:{:02}:00Z", 9 + minute / 60, minute % 60));
        assert!(!service.get("/", &cookie).await.leads_to().contains("logga-in"), "{minute} minutes");
    }
    service.set_clock("2024-01-22T21:01:00Z");
    assert!(service.get("/", &cookie).await.leads_to().contains("logga-in"));
}

#[tokio::test]
async fn nobody_tries_out_roles_on_a_real_database() {
    let service = Service::with_sample().await;
    service.get("/prova", "").await.is(404);
    service.post("/prova/finns-inte", "", &[("a", "b")]).await.is(404);
}
