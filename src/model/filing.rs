//! The states of a filing and the outcomes of an attempt: words that database, pages and rules share.
//!
//! Goes in: – . Comes out: closed lists with key and Swedish name, and whose turn it is.
//! Guaranteed: the state of the work and the outcome of the content are two things; which state follows which is
//! decided in one place (`src/desk/transitions.rs`), not here.

use super::words::words;

words! {
    /// Where the work with one filing (utförare × uppdrag × quarter) stands.
    FilingState {
        Waiting = "vantar", "Väntar på svar";
        Reading = "lases", "Läses";
        ToMend = "att_ratta", "Ska rättas";
        ToReview = "att_granska", "Ska granskas";
        Asked = "fragad", "Komplettering begärd";
        Accepted = "godkand", "Godkänd";
    }
}

words! {
    /// What one attempt (version) came to.
    Outcome {
        Nil = "noll", "Inget att rapportera";
        Clean = "utan_anmarkning", "Utan anmärkning";
        Questions = "fragor", "Frågor att svara på";
        Faults = "fel", "Fel att rätta";
        Unreadable = "olasbar", "Går inte att läsa";
        WrongPlace = "fel_mottagare", "Verkar gälla något annat";
    }
}

words! {
    /// How far the reading of one attempt has come.
    AttemptState {
        Received = "mottagen", "Mottagen";
        Reading = "lases", "Läses";
        Stopped = "stoppad", "Stoppad";
        Read = "last", "Läst";
        Withdrawn = "atertagen", "Återtagen";
    }
}

words! {
    /// Whose turn it is.
    Turn {
        Utforare = "utforare", "utföraren";
        Namnd = "namnd", "biståndsenheten";
        Kvartal = "kvartal", "Kvartal";
        Nobody = "ingen", "ingen";
    }
}

words! {
    /// The four states of the window in which a quarter is reported.
    Window {
        NotOpen = "inte_oppen", "Har inte öppnat";
        Open = "oppen", "Öppen";
        Late = "oppen_sent", "Öppen, men sista dagen har passerat";
        Closed = "stangd", "Stängd";
    }
}

impl FilingState {
    /// Who must act next.
    pub const fn turn(self) -> Turn {
        match self {
            Self::Waiting | Self::ToMend | Self::Asked => Turn::Utforare,
            Self::Reading => Turn::Kvartal,
            Self::ToReview => Turn::Namnd,
            Self::Accepted => Turn::Nobody,
        }
    }
}

impl Outcome {
    /// A valid answer: it was read, and it counts as having answered (rules decide how well).
    pub const fn is_valid(self) -> bool {
        matches!(self, Self::Nil | Self::Clean | Self::Questions | Self::Faults)
    }
}
