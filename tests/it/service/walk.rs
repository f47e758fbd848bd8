//! Every route with every role: the table of acts is what the service does.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kvartal::access::role::{Act, Role, allows};
use kvartal::http::routes;

use super::Service;

/// An address with its parameters filled in with something that does not exist.
fn filled(path: &str) -> String {
    path.split('/').map(|it| if it.starts_with('{') { "finns-inte" } else { it }).collect::<Vec<_>>().join("/")
}

/// What a role gets at a route, without any body: only whether the guard let it through matters.
async fn status(service: &Service, route: &routes::Route, cookie: &str) -> StatusCode {
    let request = Request::builder()
        .method(route.method.clone())
        .uri(filled(route.path))
        .header(header::COOKIE, cookie)
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::empty())
        .expect("a request");
    service.send(request).await.status
}

#[tokio::test]
async fn every_route_lets_in_exactly_the_roles_of_the_table() {
    let service = Service::with_sample().await;
    let mut wrong = Vec::new();
    for role in Role::ALL {
        let own = (*role == Role::Utforare).then_some("almvik");
        for route in routes::all() {
            // A new session each time: some routes end it.
            let cookie = service.signed_in(*role, own).await;
            let got = status(&service, &route, &cookie).await;
            let refused = got == StatusCode::FORBIDDEN;
            if refused == allows(*role, route.act) {
                wrong.push(format!("{} {} as {role}: {got}, act {:?}", route.method, route.path, route.act));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn nobody_is_let_in_without_a_session_but_where_the_act_is_public() {
    let service = Service::with_sample().await;
    let mut wrong = Vec::new();
    for route in routes::all() {
        let got = status(&service, &route, "").await;
        let turned_away = got == StatusCode::SEE_OTHER || got == StatusCode::UNAUTHORIZED;
        if route.act != Act::Public && !turned_away {
            wrong.push(format!("{} {}: {got}", route.method, route.path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_refused_access_stands_in_the_log() {
    let service = Service::with_sample().await;
    let cookie = service.signed_in(Role::Utforare, Some("almvik")).await;
    let before = service.desk.store.events(&service.namnd, None, 1).await.expect("events")[0].nr;
    service.get("/readyz", &cookie).await.is(200);
    let refused = routes::all().into_iter().find(|it| it.act == Act::SeeBoard || it.act == Act::SeeReport);
    let Some(refused) = refused else { return };
    assert_eq!(status(&service, &refused, &cookie).await, StatusCode::FORBIDDEN);
    let newest = &service.desk.store.events(&service.namnd, None, 1).await.expect("events")[0];
    assert_eq!((newest.nr, newest.kind.as_str()), (before + 1, "nekad"));
}

#[tokio::test]
async fn a_post_from_another_site_is_refused() {
    let service = Service::with_sample().await;
    let cookie = service.signed_in(Role::Samordnare, None).await;
    for route in routes::all().into_iter().filter(|it| it.method == axum::http::Method::POST) {
        let request = Request::post(filled(route.path))
            .header(header::COOKIE, &cookie)
            .header("sec-fetch-site", "cross-site")
            .header(header::ORIGIN, "https://evil.example")
            .body(Body::empty())
            .expect("a request");
        assert_eq!(service.send(request).await.status, StatusCode::FORBIDDEN, "{}", route.path);
    }
}

#[tokio::test]
async fn every_page_carries_the_headers_that_protect_its_reader() {
    let service = Service::with_sample().await;
    let cookie = service.signed_in(Role::Samordnare, None).await;
    for path in ["/", "/kvartal.css", "/finns-inte"] {
        let answer = service.get(path, &cookie).await;
        let header = |name: &str| answer.headers.get(name).map(|it| it.to_str().expect("text").to_owned());
        let policy = header("content-security-policy").expect("a policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"), "{path}");
        assert_eq!(header("x-frame-options").as_deref(), Some("DENY"), "{path}");
        assert_eq!(header("referrer-policy").as_deref(), Some("same-origin"), "{path}");
    }
}
