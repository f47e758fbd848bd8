//! Utförare: the list, one over the quarters, and the samordnare's forms.
//!
//! Goes in: requests of the nämnd's people. Comes out: pages. Guaranteed: only utförare of the reader's own nämnd exist.

mod edit;
mod list;
mod one;
mod past;
mod uppdrag;

use super::routes::{Route, get, post};
use crate::access::role::Act;

pub fn routes() -> Vec<Route> {
    vec![
        get("/utforare", Act::SeeBoard, list::page),
        get("/utforare/ny", Act::ManageUtforare, edit::new),
        post("/utforare/ny", Act::ManageUtforare, edit::add),
        get("/utforare/{nyckel}", Act::SeeBoard, one::page),
        get("/utforare/{nyckel}/andra", Act::ManageUtforare, edit::change),
        post("/utforare/{nyckel}/andra", Act::ManageUtforare, edit::save),
        get("/utforare/{nyckel}/uppdrag", Act::ManageUtforare, uppdrag::page),
        post("/utforare/{nyckel}/uppdrag", Act::ManageUtforare, uppdrag::start),
        post("/utforare/{nyckel}/uppdrag/{uppdrag}/avtal", Act::ManageUtforare, uppdrag::contract),
        post("/utforare/{nyckel}/uppdrag/{uppdrag}/ta-bort", Act::ManageUtforare, uppdrag::remove),
        post("/utforare/{nyckel}/avsluta", Act::ManageUtforare, uppdrag::close),
        post("/utforare/{nyckel}/oppna", Act::ManageUtforare, uppdrag::reopen),
    ]
}

/// The insatser of an uppdrag as a phrase.
fn in_words(library: &crate::desk::Library, keys: &[String]) -> String {
    let insatser = &library.insatser;
    let names: Vec<&str> =
        keys.iter().map(|key| insatser.by_key(key).map_or(key.as_str(), |id| insatser.get(id).name.as_str())).collect();
    crate::render::view::insatser_in_words(&names)
}

/// ”1 januari 2024–31 mars 2025”, ”från 1 januari 2024”, ”tills vidare”.
fn contract_in_words(fran: Option<chrono::NaiveDate>, till: Option<chrono::NaiveDate>) -> String {
    match (fran, till) {
        (None, None) => "tills vidare".to_owned(),
        (Some(fran), None) => format!("från {fran}, tills vidare"),
        (None, Some(till)) => format!("till och med {till}"),
        (Some(fran), Some(till)) => format!("{fran} till och med {till}"),
    }
}
