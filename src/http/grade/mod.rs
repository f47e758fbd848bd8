//! Placeholder.
use super::routes::Route;
pub fn routes() -> Vec<Route> {
    Vec::new()
}
