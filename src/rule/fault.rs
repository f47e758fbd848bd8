//! The closed list of faults a rule file can have, each with its Swedish sentence, label and way out.
//!
//! Goes in: the words that were wrong and the nearest right ones. Comes out: one sentence, what to write under the
//! marked characters, and what to do.
//! Guaranteed: a sentence says what is wrong, never who; the code of a fault never changes.

/// Beyond this many, listing every right word helps nobody.
const LIST_AT_MOST: usize = 14;

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident $({ $($field:ident: $ty:ty),+ })? = $code:literal, $sentence:literal;)+) => {
        /// One kind of fault.
        #[derive(Debug, Clone, PartialEq, thiserror::Error)]
        pub enum FaultKind {
            $($(#[$doc])* #[error($sentence)] $name $({ $($field: $ty),+ })?,)+
        }

        impl FaultKind {
            /// The stable name of the kind of fault.
            pub const fn code(&self) -> &'static str {
                match self { $(FaultKind::$name { .. } => $code),+ }
            }
        }
    };
}

faults! {
    // The file.
    Toml { what: &'static str } = "toml", "Filen är inte giltig TOML: {what}.";
    UnknownKey { key: String, place: &'static str, hint: Hint } = "nyckel", "Nyckeln ”{key}” finns inte i {place}.";
    MissingKey { key: &'static str, place: &'static str } = "saknas", "”{key}” saknas i {place}.";
    WrongShape { key: String, wanted: &'static str } = "form", "”{key}” ska vara {wanted}.";
    UnknownWord { what: &'static str, word: String, hint: Hint } = "ord", "”{word}” är inte {what}.";
    BadQuarter { text: String } = "kvartal", "”{text}” är inget kvartal.";
    BackwardsPeriod = "period", "Perioden slutar innan den börjar.";
    EmptyText { key: &'static str } = "tom", "”{key}” är tom.";
    // Identity.
    BadId { id: String } = "nummer", "”{id}” är inget regelnummer.";
    BadName { name: String } = "namn", "”{name}” är inget regelnamn.";
    WrongFolder { id: String, family: &'static str, folder: String } = "mapp",
        "Regeln {id} hör till familjen {family} men ligger i mappen {folder}.";
    WrongFileName { wanted: String } = "filnamn", "Filen heter inte som regeln.";
    DuplicateId { id: String, other: String } = "dubbelt-nummer", "Regelnumret {id} används redan i {other}.";
    TooManyRules = "for-manga", "Det finns fler regler än 65 535.";
    // A nämnd's change of a built-in rule.
    UnknownRule { id: String, hint: Hint } = "okand-regel", "Det finns ingen inbyggd regel {id} att ändra.";
    EmptyChange = "tom-andring", "Ändringen säger inte vad som ska ändras.";
    ChangedTwice { id: String, other: String } = "dubbel-andring", "Regeln {id} ändras också i {other}.";
    // A condition.
    BadCharacter { found: char } = "tecken", "Tecknet {found} hör inte hemma i ett villkor.";
    OpenText = "oppen-text", "Texten avslutas inte.";
    BadNumber { text: String } = "tal", "”{text}” är inget tal.";
    BadDate { text: String } = "datum", "”{text}” är inget datum som finns.";
    EmptyCondition = "tomt-villkor", "Villkoret är tomt.";
    TooLong = "for-langt", "Villkoret är för långt.";
    TooDeep = "for-djupt", "Villkoret har för många led.";
    Unexpected { wanted: &'static str, found: String } = "ovantat", "Här ska {wanted} stå, men här står {found}.";
    WordOperator { word: String, write: &'static str } = "operator", "”{word}” är ingen operator.";
    Chained = "kedja", "Jämförelser kan inte kedjas.";
    UnknownName { name: String, scope: &'static str, hint: Hint } = "okant-namn",
        "Namnet ”{name}” finns inte för regler som gäller {scope}.";
    OtherScope { name: String, scope: &'static str, has: String } = "annan-rackvidd",
        "Namnet ”{name}” finns inte för regler som gäller {scope}.";
    UnknownFunction { name: String, hint: Hint } = "okand-funktion", "Funktionen ”{name}” finns inte.";
    ArgumentCount { signature: &'static str, wanted: usize, got: usize } = "antal-argument",
        "Funktionen ska ha {wanted} värden men har fått {got}.";
    WrongType { wanted: &'static str, got: &'static str, help: Option<&'static str> } = "typ",
        "Här ska {wanted} stå, men det här är {got}.";
    Incomparable { left: &'static str, right: &'static str, help: Option<&'static str> } = "jamforelse",
        "Det går inte att jämföra {left} med {right}.";
    NoOrder { what: &'static str } = "ordning", "Det går inte att ordna {what} efter storlek.";
    UnknownCode { word: String, hint: Hint } = "kod", "”{word}” finns inte bland värdena.";
    CodeAgainstText = "kod-mot-text", "Ett värde ur en lista jämförs bara med ord ur samma lista.";
    NeedsSlot { function: &'static str } = "uppgift", "Funktionen {function} frågar om en uppgift, inte om ett uttryck.";
    BadPattern = "monster", "Mönstret går inte att tolka.";
    NeedsPattern = "monster-text", "Mönstret ska vara en text inom enkla citattecken.";
    LatTaken { name: String } = "lat-upptaget", "Namnet ”{name}” är redan en uppgift eller en funktion.";
    LatName { name: String } = "lat-namn", "”{name}” kan inte vara ett namn i [lat].";
    LatUnused { name: String } = "lat-oanvant", "”{name}” används inte.";
    // A text.
    OpenPlaceholder = "oppen-klammer", "Klammern avslutas inte.";
    StrayBrace = "los-klammer", "Klammern står ensam.";
    BadPlural = "plural", "Böjningen ska ha två former.";
    PluralOfWhat { name: String } = "plural-tal", "”{name}” är inget antal och kan inte böjas.";
    // An example.
    FewExamples { count: usize } = "fa-exempel", "Regeln har {count} exempel men ska ha minst tre.";
    NoFindingExample = "inget-fynd", "Inget exempel visar ett fynd.";
    OnlyFindingExamples = "bara-fynd", "Inget exempel visar när regeln inte har något att säga.";
    FactType { name: String, wanted: &'static str } = "fakta-typ", "”{name}” ska vara {wanted}.";
    TwiceGiven { name: String } = "fakta-dubbelt", "”{name}” är både given och oläslig.";
    SameExample { name: String } = "samma-exempel", "Två exempel heter ”{name}”.";
}

/// What to suggest when a word is not one of those known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hint(Option<String>);

impl Hint {
    /// The nearest of the words known, or all of them when they are few.
    pub fn of<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        if let Some(near) = crate::model::spelling::nearest(word, known.iter().copied()) {
            Self(Some(format!("Menade du ”{near}”?")))
        } else if !known.is_empty() && known.len() <= LIST_AT_MOST {
            Self(Some(format!("Det här finns: {}.", known.join(", "))))
        } else {
            Self(None)
        }
    }
}

impl FaultKind {
    /// What stands under the marked characters.
    pub fn label(&self) -> String {
        match self {
            FaultKind::UnknownKey { .. } => "okänd nyckel",
            FaultKind::MissingKey { .. } => "hör hemma här",
            FaultKind::WrongShape { .. } | FaultKind::FactType { .. } => "är något annat",
            FaultKind::UnknownName { .. } => "okänt namn",
            FaultKind::OtherScope { .. } => "finns bara för andra regler",
            FaultKind::UnknownFunction { .. } => "okänd funktion",
            FaultKind::UnknownWord { .. } | FaultKind::UnknownCode { .. } => "okänt ord",
            FaultKind::WrongType { got, .. } => return (*got).to_owned(),
            FaultKind::Incomparable { left, right, .. } => return format!("{left} mot {right}"),
            FaultKind::DuplicateId { .. } | FaultKind::ChangedTwice { .. } => "andra gången",
            FaultKind::OpenText | FaultKind::OpenPlaceholder => "börjar här",
            FaultKind::FewExamples { .. } | FaultKind::NoFindingExample | FaultKind::OnlyFindingExamples => "regeln",
            FaultKind::WrongFileName { .. } => "filen heter något annat",
            FaultKind::LatUnused { .. } => "kan tas bort",
            _ => "här",
        }
        .to_owned()
    }

    /// The way out.
    pub fn help(&self) -> Option<String> {
        let text = match self {
            FaultKind::UnknownKey { hint, .. }
            | FaultKind::UnknownWord { hint, .. }
            | FaultKind::UnknownRule { hint, .. }
            | FaultKind::UnknownName { hint, .. }
            | FaultKind::UnknownFunction { hint, .. }
            | FaultKind::UnknownCode { hint, .. } => return hint.0.clone(),
            FaultKind::Toml { .. } => {
                "Rätta tecknen på det markerade stället. Text skrivs inom citattecken, datum utan."
            }
            FaultKind::MissingKey { key, .. } => return Some(format!("Lägg till en rad som börjar med ”{key} = ”.")),
            FaultKind::WrongShape { wanted, .. } | FaultKind::FactType { wanted, .. } => {
                return Some(format!("Skriv {wanted}{}.", example_of(wanted)));
            }
            FaultKind::BadQuarter { .. } => "Skriv år och kvartal, till exempel 2023-Q4.",
            FaultKind::BackwardsPeriod => "”fran” och ”till” är första och sista kvartalet som regeln gäller.",
            FaultKind::BadId { .. } => {
                "Skriv familjens två versaler (SR, SI, FS, EO, UP, LA eller IN) och tre siffror, till exempel SI002."
            }
            FaultKind::BadName { .. } => "Namnge problemet med små bokstäver a–z, siffror och bindestreck.",
            FaultKind::WrongFolder { .. } => "Flytta filen, eller ge regeln ett nummer ur mappens familj.",
            FaultKind::WrongFileName { wanted } => return Some(format!("Döp filen till ”{wanted}”.")),
            FaultKind::DuplicateId { id, .. } => {
                return Some(format!(
                    "Ett nummer får aldrig en ny betydelse. Ta ett ledigt nummer. En inbyggd regel ändras med andrar = \"{id}\"."
                ));
            }
            FaultKind::EmptyChange => "Skriv allvar = \"notis\" (eller fraga, fel), avstangd = true eller båda.",
            FaultKind::ChangedTwice { .. } => "Skriv allt som ska ändras i en fil.",
            FaultKind::BadCharacter { found: '"' } => "Text i ett villkor skrivs inom enkla citattecken: 'kvinna'.",
            FaultKind::BadCharacter { found: '=' } => "Skriv == för att jämföra.",
            FaultKind::BadCharacter { found: '&' } => "Skriv && för ”och”.",
            FaultKind::BadCharacter { found: '|' } => "Skriv || för ”eller”.",
            FaultKind::BadCharacter { found: '*' | '/' } => "Det finns bara + och − för tal.",
            FaultKind::OpenText => "Sätt ' efter texten. Ett ' inuti en text skrivs två gånger: ''.",
            FaultKind::BadNumber { .. } => "Skriv tal med siffror och decimalpunkt: 12 eller 3.5.",
            FaultKind::BadDate { .. } => "Skriv datum som 2023-10-01.",
            FaultKind::EmptyCondition => "Ta bort raden, eller skriv vad som ska gälla.",
            FaultKind::TooLong | FaultKind::TooDeep => "Dela upp villkoret med namn under [lat].",
            FaultKind::WordOperator { write, .. } => return Some(format!("Skriv {write}.")),
            FaultKind::Chained => "Skriv två jämförelser med && emellan: a < b && b < c.",
            FaultKind::OtherScope { has, .. } => return Some(format!("Det finns för regler som gäller {has}.")),
            FaultKind::ArgumentCount { signature, .. } => return Some(format!("Så här skrivs den: {signature}.")),
            FaultKind::WrongType { help, .. } | FaultKind::Incomparable { help, .. } => return help.map(str::to_owned),
            FaultKind::NoOrder { .. } => "Använd == eller !=. Bara datum och tal har en ordning.",
            FaultKind::CodeAgainstText => "Skriv ordet inom enkla citattecken, till exempel kon == 'kvinna'.",
            FaultKind::NeedsSlot { .. } => "Skriv namnet på en uppgift, till exempel finns(slutdatum).",
            FaultKind::BadPattern => {
                "Mönster skrivs som reguljära uttryck, till exempel 'sjuk|bortrest'. Se efter om en parentes eller klammer saknas."
            }
            FaultKind::NeedsPattern => "Skriv till exempel liknar(fritext, 'sjuk|bortrest').",
            FaultKind::LatTaken { .. } => "Välj ett annat namn.",
            FaultKind::LatName { .. } => "Använd små bokstäver a–z, siffror och understreck, och börja med en bokstav.",
            FaultKind::LatUnused { .. } => "Ta bort raden, eller använd namnet i ”nar” eller ”krav”.",
            FaultKind::OpenPlaceholder | FaultKind::StrayBrace => {
                "En uppgift skrivs {startdatum}. En klammer som ska synas skrivs två gånger: {{ eller }}."
            }
            FaultKind::BadPlural => "Skriv till exempel {antal:plural|ett ärende|{} ärenden}.",
            FaultKind::PluralOfWhat { .. } => "Bara tal kan böjas.",
            FaultKind::FewExamples { .. } => "Visa ett fynd, ett som går bra och ett precis på gränsen.",
            FaultKind::NoFindingExample => "Lägg till ett exempel med svar = \"fynd\".",
            FaultKind::OnlyFindingExamples => "Lägg till ett exempel med svar = \"godkand\" eller \"ej_tillamplig\".",
            FaultKind::TwiceGiven { .. } => "Ta bort den ur ”fakta” eller ur ”olasliga”.",
            FaultKind::SameExample { .. } => "Ge exemplen namn som skiljer dem åt.",
            FaultKind::EmptyText { .. } => "Skriv en mening.",
            FaultKind::BadCharacter { .. } | FaultKind::Unexpected { .. } | FaultKind::TooManyRules => return None,
        };
        Some(text.to_owned())
    }
}

fn example_of(wanted: &str) -> &'static str {
    match wanted {
        "ett datum" => " utan citattecken, till exempel 2023-10-01",
        "en text" => " inom citattecken",
        "true eller false" => " utan citattecken",
        _ => "",
    }
}
