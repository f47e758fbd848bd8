//! The closed vocabularies: kön, cause, severity, family, grade, kind of start, and the fields of a row.
//!
//! Goes in: the stable key of a word. Comes out: a value with its key (files, JSON, rules) and its Swedish name (people).
//! Guaranteed: keys never change meaning; `key` and `from_key` are each other's inverse.

/// Declares an enum whose variants have a stable key and a Swedish name.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $key:literal, $swedish:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $key)] $variant,)+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The stable key used in files, JSON and rules.
            pub const fn key(self) -> &'static str {
                match self { $($name::$variant => $key),+ }
            }

            /// What people read.
            pub const fn swedish(self) -> &'static str {
                match self { $($name::$variant => $swedish),+ }
            }

            pub fn from_key(key: &str) -> Option<Self> {
                match key { $($key => Some($name::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.key()) }
        }
    };
}
pub(crate) use words;

words! {
    /// Kön with age class: flicka and pojke are under 18 (both Acts).
    Kon {
        Flicka = "flicka", "Flicka";
        Pojke = "pojke", "Pojke";
        Kvinna = "kvinna", "Kvinna";
        Man = "man", "Man";
    }
}

impl Kon {
    /// Totals "män" include pojkar (D7).
    pub const fn is_male(self) -> bool {
        matches!(self, Kon::Pojke | Kon::Man)
    }

    pub const fn is_child(self) -> bool {
        matches!(self, Kon::Flicka | Kon::Pojke)
    }
}

words! {
    /// Why an open case has not been carried out. Exactly one per open case (D27).
    Orsak {
        ResursbristBostad = "resursbrist_bostad", "Resursbrist, ledig bostad";
        ResursbristPersonal = "resursbrist_personal", "Resursbrist, personal";
        TackatNej = "tackat_nej", "Den enskilde tackat nej";
        AnnatSkal = "annat_skal", "Annat skäl";
    }
}

/// Why a decision was closed without being carried out (D24): what is offered first, not the whole world.
pub const CLOSING_REASONS: [&str; 6] = [
    "Ansökan återtagen",
    "Behovet har upphört",
    "Ersatt av ett nytt beslut",
    "Den enskilde har avlidit",
    "Den enskilde har flyttat",
    "Annan anledning",
];

words! {
    /// How much a finding weighs. `Fel` blocks the row, `Fraga` may be right so we ask, `Notis` is worth knowing.
    Severity {
        Notis = "notis", "Notis";
        Fraga = "fraga", "Fråga";
        Fel = "fel", "Fel";
    }
}

words! {
    /// The family a rule belongs to; also its folder in `rules/`.
    Family {
        SkaRapporteras = "ska-rapporteras", "Ska rapporteras";
        SkaInteRapporteras = "ska-inte-rapporteras", "Ska inte rapporteras";
        ForSent = "for-sent", "För sent";
        EnOrsak = "en-orsak", "En orsak";
        Uppgifter = "uppgifter", "Uppgifter";
        Lasbarhet = "lasbarhet", "Läsbarhet";
        Integritet = "integritet", "Integritet";
    }
}

words! {
    /// The label of the quality table (D44). `IngetAttRapportera` is a statement, not a grade (D45).
    Grade {
        TydligOchBra = "tydlig_och_bra", "Tydlig och bra rapportering";
        Bra = "bra", "Bra rapportering";
        Ok = "ok", "OK rapportering";
        Bristande = "bristande", "Bristande rapportering";
        IngetAttRapportera = "inget_att_rapportera", "Inget att rapportera";
        EjInkommen = "ej_inkommen", "Har inte inkommit";
    }
}

words! {
    /// What a period starts with: the decision, or an interruption of its carrying-out. `Oklart`: one column holds both.
    StartKind {
        Beslut = "beslut", "Beslut";
        Avbrott = "avbrott", "Avbrott";
        Oklart = "oklart", "Beslut eller avbrott";
    }
}

words! {
    /// The end point elapsed days were counted to (D16).
    DaysTo {
        QuarterEnd = "quarter_end", "kvartalets slut";
        Execution = "execution", "verkställigheten";
        Closing = "closing", "avslutet";
        PartialExecution = "partial_execution", "den delvisa verkställigheten";
    }
}

words! {
    /// The fields a row can have. Headings and aliases of each are data in `rules/kolumner.toml`.
    Field {
        Lopnr = "lopnr", "Löpnr";
        /// Hidden row key of our own template, returned quarter after quarter (D3).
        Nyckel = "nyckel", "Radnyckel";
        /// Hidden row key of a correction copy: which row of the version before this row is.
        Kopia = "kopia", "Rad i Kvartal";
        Utforare = "utforare", "Utförare";
        Kon = "kon", "Kön";
        Alder = "alder", "Ålder";
        Beslutsdatum = "beslutsdatum", "Beslutsdatum";
        Avbrottsdatum = "avbrottsdatum", "Datum för avbrott";
        /// One date column that does not say which kind of start it holds ("Beslut/Avbrott").
        Startdatum = "startdatum", "Beslut/Avbrott";
        /// A column that says which kind of start the row has.
        StartTyp = "start_typ", "Beslut eller avbrott";
        Lagrum = "lagrum", "Lagrum";
        Insats = "insats", "Typ av insats";
        Verkstalld = "verkstalld", "Beslutet verkställt";
        Delvis = "delvis", "Delvis verkställt";
        Beviljat = "beviljat", "Beviljad omfattning";
        Utfort = "utfort", "Utförd omfattning";
        Avslutad = "avslutad", "Beslutet avslutat";
        Avslutsorsak = "avslutsorsak", "Orsak till avslut";
        Orsak = "orsak", "Orsak till ej verkställt beslut";
        OrsakBostad = "orsak_bostad", "Resursbrist, ledig bostad";
        OrsakPersonal = "orsak_personal", "Resursbrist, personal";
        OrsakTackatNej = "orsak_tackat_nej", "Den enskilde tackat nej";
        OrsakAnnat = "orsak_annat", "Annat skäl";
        /// Free text: the reason in words.
        Skal = "skal", "Skäl";
        /// Free text: measures, meanwhile, other.
        Atgarder = "atgarder", "Vidtagna åtgärder";
        Kommentar = "kommentar", "Kommentar";
        /// Elapsed days as the utförare counted them; a control value.
        Dagar = "dagar", "Tid från beslut/avbrott";
        /// Ongoing decisions (only in `pagaende`).
        Antal = "antal", "Antal";
        AntalMan = "antal_man", "Antal män";
        AntalKvinnor = "antal_kvinnor", "Antal kvinnor";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_their_own_inverse() {
        for &it in Kon::ALL {
            assert_eq!(Kon::from_key(it.key()), Some(it));
        }
        for &it in Field::ALL {
            assert_eq!(Field::from_key(it.key()), Some(it));
        }
        for &it in Grade::ALL {
            assert_eq!(Grade::from_key(it.key()), Some(it));
        }
    }
}
