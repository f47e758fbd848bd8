//! Lagrum: the paragraph a decision was taken under.
//!
//! Goes in: text as typed ("9 § 3 LSS", "4 kap. 1 § SoL", "LSS 9:3", "11:1"). Comes out: law, chapter, paragraph, point.
//! Guaranteed: what cannot be read is `None`, never a guess; printing gives the form used in reports ("9 § 3").

use std::fmt;

use super::words::words;

words! {
    /// The laws that turn up in reports. Only `Sol` and `Lss` carry the reporting duty (domain 1.2).
    Lag {
        Sol = "SoL", "Socialtjänstlagen";
        Lss = "LSS", "Lagen om stöd och service till vissa funktionshindrade";
        Hsl = "HSL", "Hälso- och sjukvårdslagen";
        Lvu = "LVU", "Lagen med särskilda bestämmelser om vård av unga";
        Lvm = "LVM", "Lagen om vård av missbrukare i vissa fall";
        Annan = "annan", "Annan lag";
    }
}

/// A paragraph; each part only when the text said it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Lagrum {
    pub lag: Option<Lag>,
    pub kap: Option<u8>,
    pub paragraf: Option<u8>,
    pub punkt: Option<u8>,
}

impl fmt::Display for Lagrum {
    /// `9 § 3`, `4 kap. 1 §`, or nothing; the law is printed beside it, not here.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kap) = self.kap {
            write!(f, "{kap} kap. ")?;
        }
        if let Some(paragraf) = self.paragraf {
            write!(f, "{paragraf} §")?;
        }
        if let Some(punkt) = self.punkt {
            write!(f, " {punkt}")?;
        }
        Ok(())
    }
}
