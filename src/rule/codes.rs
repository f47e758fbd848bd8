//! The words of the closed lists that codes are compared with.
//!
//! Goes in: which list, and the catalogue of insatser. Comes out: its keys.
//! Guaranteed: the same words `judge` fills the slots with, since both read the key of the same enum.

use super::vocabulary::Codes;
use crate::model::Insatser;
use crate::model::Kon;
use crate::model::Lag;
use crate::model::Orsak;
use crate::model::Seen;
use crate::model::StartKind;
use crate::model::insats::Alder;

/// Every word a code of this list can be.
pub(super) fn words_of(codes: Codes, insatser: &Insatser) -> Vec<&str> {
    match codes {
        Codes::Kon => Kon::ALL.iter().map(|it| it.key()).collect(),
        Codes::StartTyp => StartKind::ALL.iter().map(|it| it.key()).collect(),
        Codes::Orsak => Orsak::ALL.iter().map(|it| it.key()).collect(),
        Codes::Lag => Lag::ALL.iter().map(|it| it.key()).collect(),
        Codes::Alder => Alder::ALL.iter().map(|it| it.key()).collect(),
        Codes::Slag => Seen::ALL.iter().map(|it| it.key()).collect(),
        Codes::Insats => insatser.all().map(|it| it.1.key.as_str()).collect(),
        Codes::Forra => vec!["ingen_rapport", "saknas", "oppen", "avslutad"],
        Codes::Register => vec!["inget_register", "saknas", "samma", "avviker"],
        Codes::Kalla => vec!["forra_rapporten", "registret"],
    }
}
