//! The names a rule may use: every variable of every scope, with its type and what it means.
//!
//! Goes in: nothing. Comes out: [`Slot`], the closed list. `judge` fills the slots, rules read them, the catalogue page prints them.
//! Guaranteed: one name has one meaning in all scopes; a slot's place in the list is its index in [`super::facts::Facts`].

use crate::model::words::words;

words! {
    /// What a rule speaks about.
    Scope {
        /// One row of a list.
        Rad = "rad", "en rad";
        /// Something noticed while the file was read.
        Iakttagelse = "iakttagelse", "något som märktes vid läsningen";
        /// One uppdrag's answer for the quarter, sent or not.
        Inlamning = "inlamning", "ett uppdrags svar för kvartalet";
        /// A case known from the last report or the register that no row answers.
        Arende = "arende", "ett känt ärende som ingen rad svarar mot";
    }
}

/// The type of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Date,
    Number,
    Bool,
    Text,
    /// Text from a closed list; comparing with anything else is an error when the rule is loaded.
    Code(Codes),
}

/// The closed lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codes {
    Kon,
    StartTyp,
    Orsak,
    Lag,
    Alder,
    /// Keys of the catalogue of insatser.
    Insats,
    /// Keys of [`crate::model::Seen`].
    Slag,
    /// `ingen_rapport`, `saknas`, `oppen`, `avslutad`.
    Forra,
    /// `inget_register`, `saknas`, `samma`, `avviker`.
    Register,
    /// `forra_rapporten`, `registret`.
    Kalla,
}

macro_rules! slots {
    ($($slot:ident = $name:literal, $type:expr, [$($scope:ident),+], $doc:literal;)+) => {
        /// A variable of the rule language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Slot { $(#[doc = $doc] $slot,)+ }

        impl Slot {
            pub const ALL: &'static [Slot] = &[$(Slot::$slot),+];

            pub const fn name(self) -> &'static str {
                match self { $(Slot::$slot => $name),+ }
            }

            pub const fn ty(self) -> Type {
                match self { $(Slot::$slot => $type),+ }
            }

            pub const fn scopes(self) -> &'static [Scope] {
                match self { $(Slot::$slot => &[$(Scope::$scope),+]),+ }
            }

            /// What it means, in Swedish, for rule authors.
            pub const fn doc(self) -> &'static str {
                match self { $(Slot::$slot => $doc),+ }
            }
        }
    };
}

slots! {
    // The quarter and the round: known everywhere.
    Kvartal = "kvartal", Type::Text, [Rad, Iakttagelse, Inlamning, Arende], "kvartalet som rapporteras, till exempel 2023-Q4";
    KvartaletsForstaDag = "kvartalets_forsta_dag", Type::Date, [Rad, Iakttagelse, Inlamning, Arende], "kvartalets första dag";
    KvartaletsSistaDag = "kvartalets_sista_dag", Type::Date, [Rad, Iakttagelse, Inlamning, Arende], "kvartalets sista dag";
    Rapportdag = "rapportdag", Type::Date, [Rad, Iakttagelse, Inlamning, Arende], "dagen då rapporten görs; det som är känt den dagen får visas";
    UtforareNamn = "utforare_namn", Type::Text, [Rad, Iakttagelse, Inlamning, Arende], "utförarens namn";
    // A row or a known case.
    Kon = "kon", Type::Code(Codes::Kon), [Rad, Arende], "flicka, pojke, kvinna eller man";
    Insats = "insats", Type::Code(Codes::Insats), [Rad, Arende], "insatsens nyckel";
    InsatsNamn = "insats_namn", Type::Text, [Rad, Arende], "insatsens namn";
    StartTyp = "start_typ", Type::Code(Codes::StartTyp), [Rad, Arende], "om perioden börjar med ett beslut eller ett avbrott; oklart när bladet inte säger det";
    Startdatum = "startdatum", Type::Date, [Rad, Arende], "dagen perioden börjar: avbrottet om det finns ett, annars beslutet";
    Slutdag = "slutdag", Type::Date, [Rad, Arende], "sista dagen att verkställa i tid: tre månader efter startdatum";
    Slutdatum = "slutdatum", Type::Date, [Rad, Arende], "dagen ärendet verkställdes helt eller avslutades";
    Beslutsdatum = "beslutsdatum", Type::Date, [Rad, Arende], "dagen för beslutet";
    Avbrottsdatum = "avbrottsdatum", Type::Date, [Rad, Arende], "dagen då verkställigheten avbröts";
    // A row.
    Verkstalld = "verkstalld", Type::Date, [Rad], "dagen beslutet verkställdes helt";
    Avslutad = "avslutad", Type::Date, [Rad], "dagen beslutet avslutades utan att verkställas";
    Delvis = "delvis", Type::Bool, [Rad], "beslutet är bara delvis verkställt";
    DelvisDatum = "delvis_datum", Type::Date, [Rad], "dagen beslutet verkställdes delvis";
    Beviljat = "beviljat", Type::Text, [Rad], "beviljad omfattning";
    Utfort = "utfort", Type::Text, [Rad], "utförd omfattning";
    Avslutsorsak = "avslutsorsak", Type::Text, [Rad], "varför beslutet avslutades";
    Orsak = "orsak", Type::Code(Codes::Orsak), [Rad], "den enda valda orsaken";
    AntalOrsaker = "antal_orsaker", Type::Number, [Rad], "hur många orsaker som är valda";
    OrsakForslag = "orsak_forslag", Type::Text, [Rad], "den orsak fritexten verkar beskriva";
    OrsakMojlig = "orsak_mojlig", Type::Bool, [Rad], "om den valda orsaken kan gälla insatsen";
    OrsakNamn = "orsak_namn", Type::Text, [Rad], "den valda orsaken i ord";
    Fritext = "fritext", Type::Text, [Rad], "all fri text på raden";
    InsatsText = "insats_text", Type::Text, [Rad], "insatsen som den är skriven, när den inte känns igen";
    InsatsLagrum = "insats_lagrum", Type::Text, [Rad], "det lagrum insatsen hör till";
    InsatsAlder = "insats_alder", Type::Code(Codes::Alder), [Rad], "vem insatsen är till för";
    Lag = "lag", Type::Code(Codes::Lag), [Rad], "lagen som raden anger";
    Lagrum = "lagrum", Type::Text, [Rad], "lagrummet som raden anger";
    LagrumStammer = "lagrum_stammer", Type::Bool, [Rad], "om lagrummet hör till insatsen";
    LagrumIPlikten = "lagrum_i_plikten", Type::Bool, [Rad], "om rapporteringsskyldigheten omfattar lagrummet";
    InsatsIUppdraget = "insats_i_uppdraget", Type::Bool, [Rad], "om utföraren har uppdraget";
    Alder = "alder", Type::Number, [Rad], "personens ålder i år";
    Dagar = "dagar", Type::Number, [Rad], "dagar från start till slut eller kvartalets slut, startdagen oräknad";
    AngivnaDagar = "angivna_dagar", Type::Number, [Rad], "antal dagar som utföraren har skrivit";
    DubblettRad = "dubblett_rad", Type::Number, [Rad], "radnumret för en tidigare likadan rad i filen";
    DubblettHos = "dubblett_hos", Type::Text, [Rad], "en annan utförare som har rapporterat samma ärende";
    Forra = "forra", Type::Code(Codes::Forra), [Rad], "hur ärendet stod i förra rapporten";
    ForraSlutdatum = "forra_slutdatum", Type::Date, [Rad], "slutdatum i förra rapporten";
    ForraKon = "forra_kon", Type::Text, [Rad], "kön i förra rapporten när det skiljer sig";
    Register = "register", Type::Code(Codes::Register), [Rad], "hur raden förhåller sig till nämndens register";
    RegisterSkillnad = "register_skillnad", Type::Text, [Rad], "vad registret säger i stället";
    // An observation.
    Slag = "slag", Type::Code(Codes::Slag), [Iakttagelse], "vad som märktes";
    Falt = "falt", Type::Text, [Iakttagelse], "uppgiften eller rubriken det gäller";
    Visat = "visat", Type::Text, [Iakttagelse], "det som står i cellen";
    Tolkat = "tolkat", Type::Text, [Iakttagelse], "det som cellen lästes som";
    Forslag = "forslag", Type::Text, [Iakttagelse], "vad vi föreslår, eller den andra läsningen";
    Antal = "antal", Type::Number, [Iakttagelse, Inlamning], "hur många celler, rader eller ärenden det gäller";
    // An uppdrag's answer.
    Insatser = "insatser", Type::Text, [Inlamning, Arende], "uppdragets insatser i ord";
    Inkommen = "inkommen", Type::Bool, [Inlamning, Arende], "om ett giltigt svar har kommit";
    Noll = "noll", Type::Bool, [Inlamning, Arende], "om svaret är Inget att rapportera";
    Mottagen = "mottagen", Type::Date, [Inlamning], "dagen för det första giltiga svaret";
    SistaDag = "sista_dag", Type::Date, [Inlamning], "utförarens sista dag att rapportera";
    DagarSen = "dagar_sen", Type::Number, [Inlamning], "dagar efter sista dagen";
    Paminnelser = "paminnelser", Type::Number, [Inlamning], "påminnelser som skickades före svaret";
    OppnaIForra = "oppna_i_forra", Type::Number, [Inlamning], "ärenden som var öppna i förra rapporten eller i registret";
    OppnaLista = "oppna_lista", Type::Text, [Inlamning], "de öppna ärendena i ord";
    Kompletteringar = "kompletteringar", Type::Number, [Inlamning], "hur många kompletteringar som har begärts";
    Obesvarade = "obesvarade", Type::Number, [Inlamning], "hur många kompletteringar som inte har besvarats";
    // A known case.
    Kalla = "kalla", Type::Code(Codes::Kalla), [Arende], "var ärendet är känt från";
}

impl Slot {
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.name() == name)
    }
}
