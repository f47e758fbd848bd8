//! Roles, and the one table of who may do what.
//!
//! Goes in: a role, or an API key, and an act. Comes out: yes or no. Guaranteed: every act of the service has one row
//! in [`TABLE`], and nothing else decides. Which filings an utförare may touch (the own ones) is asked for beside this,
//! by whoever fetches the filing; see [`Reach`].

use crate::model::words::words;

words! {
    /// What a person is in a nämnd. The same person can be several things, and chooses when signing in.
    Role {
        /// Reports for one utförare.
        Utforare = "utforare", "Utförare";
        /// Reviews what came in.
        Handlaggare = "handlaggare", "Handläggare";
        /// Leads the quarter: fixes the report and manages utförare, calendar and rules.
        Samordnare = "samordnare", "Samordnare";
        /// Reads everything and changes nothing; the auditor.
        Lasare = "lasare", "Läsare";
        /// Manages people and keys, and sees the log, but no filings.
        Administrator = "administrator", "Administratör";
    }
}

/// How far a role sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The filings of one utförare.
    OwnUtforare,
    /// Every filing of the nämnd.
    Namnd,
    /// No filings at all.
    None,
}

impl Role {
    /// Which filings the role meets. The table says what may be done with them.
    pub const fn reach(self) -> Reach {
        match self {
            Role::Utforare => Reach::OwnUtforare,
            Role::Handlaggare | Role::Samordnare | Role::Lasare => Reach::Namnd,
            Role::Administrator => Reach::None,
        }
    }

    /// Whether the role belongs to the nämnd and not to an utförare.
    pub const fn is_of_namnd(self) -> bool {
        !matches!(self, Role::Utforare)
    }

    const fn column(self) -> usize {
        match self {
            Role::Utforare => 0,
            Role::Handlaggare => 1,
            Role::Samordnare => 2,
            Role::Lasare => 3,
            Role::Administrator => 4,
        }
    }
}

/// The column of the table that speaks of API keys: a machine that hands in for one utförare.
const API_KEY: usize = 5;
const COLUMNS: usize = 6;

macro_rules! mark {
    (x) => {
        true
    };
    (o) => {
        false
    };
}

macro_rules! table {
    ($($(#[$doc:meta])* $act:ident : $($cell:ident)+;)+) => {
        /// A kind of thing that a route, a command or a machine does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act {
            /// Needs nobody signed in: signing in itself, static files, health.
            Public,
            /// A step between the password and being in: second factor, its set-up, choice of membership.
            SigningIn,
            $($(#[$doc])* $act,)+
        }

        impl Act {
            pub const ALL: &'static [Act] = &[Act::Public, Act::SigningIn, $(Act::$act),+];
        }

        const TABLE: &[(Act, [bool; COLUMNS])] = &[$((Act::$act, [$(mark!($cell)),+])),+];
    };
}

// x may, o may not. Columns: utförare, handläggare, samordnare, läsare, administratör, API key.
#[rustfmt::skip]
table! {
    //                     utf han sam läs adm key
    /// The own account: password, second factor, sessions, signing out, choice of membership.
    OwnAccount:            x   x   x   x   x   o;
    /// The rule catalogue and help.
    SeeRules:              x   x   x   x   x   o;

    // An utförare's work -------------------------------------------------------
    /// A filing with its attempts, findings, completions, grade and receipt.
    SeeFiling:             x   x   x   x   o   x;
    /// The bytes as they were received, the correction copy and the pre-filled template: personal data leaves.
    SeeOriginal:           x   x   x   x   o   o;
    /// Upload, nil return, mending in the browser.
    HandIn:                x   o   o   o   o   x;
    /// The same for an utförare that sent its sheet in another way.
    HandInFor:             o   x   x   o   o   o;
    /// A reason or a confirmation to a soft finding.
    AnswerQuestion:        x   o   o   o   o   o;
    /// A message in a completion thread, from the utförare's side.
    AnswerCompletion:      x   o   o   o   o   o;
    /// A comment on the grade before it is public.
    CommentGrade:          x   o   o   o   o   o;

    // Biståndsenheten ----------------------------------------------------------
    /// The quarter's board and the trend of each utförare.
    SeeBoard:              o   x   x   x   o   o;
    /// The review page of an attempt, with last quarter's rows and the register's.
    SeeReview:             o   x   x   x   o   o;
    /// Count, leave out or ask about rows; accept an attempt.
    Decide:                o   x   x   o   o   o;
    /// Open, write in and close completion threads.
    AskCompletion:         o   x   x   o   o   o;
    Grade:                 o   x   x   o   o   o;
    SendFeedback:          o   x   x   o   o   o;
    /// More time for one utförare, with the reason; a reminder out of turn.
    ExtendTime:            o   x   x   o   o   o;
    Remind:                o   x   x   o   o   o;

    // The quarter --------------------------------------------------------------
    /// The consolidated report, growing or fixed, and its exports.
    SeeReport:             o   x   x   x   o   o;
    /// Sentences of one's own in the papers, measures, and what was sent to IVO.
    WritePapers:           o   x   x   o   o   o;
    /// Diarienummer and author of the papers, the threshold of small figures, the nämnd's Word template.
    DescribePapers:        o   o   x   o   o   o;
    /// The last report, the register, ongoing decisions.
    LoadBasis:             o   o   x   o   o   o;
    FixReport:             o   o   x   o   o   o;
    UnlockReport:          o   o   x   o   o   o;
    RecordCorrection:      o   o   x   o   o   o;

    // Administration -----------------------------------------------------------
    /// Utförare with aliases, contacts and uppdrag.
    ManageUtforare:        o   o   x   o   o   o;
    /// Quarters with their days.
    ManageCalendar:        o   o   x   o   o   o;
    /// The nämnd's own rules and their trial runs.
    ManageRules:           o   o   x   o   o   o;
    /// Invite and end those who report for an utförare.
    ManageUtforareUsers:   o   o   x   o   x   o;
    /// Invite, give roles to and end everybody of the nämnd.
    ManageUsers:           o   o   o   o   x   o;
    ManageApiKeys:         o   o   o   o   x   o;
    /// The event log.
    SeeEvents:             o   o   x   x   x   o;
    /// Letters that did not go out, readings that are stuck, whether the chain holds.
    SeeHealth:             o   o   x   o   x   o;
}

fn row(act: Act) -> Option<&'static [bool; COLUMNS]> {
    TABLE.iter().find(|(it, _)| *it == act).map(|(_, row)| row)
}

/// Whether somebody signed in with this role may do this. What needs no signing in is allowed to all.
pub fn allows(role: Role, act: Act) -> bool {
    row(act).is_none_or(|it| it[role.column()])
}

/// Whether a machine with an API key may do this. It has no account, so it never passes for a person.
pub fn key_allows(act: Act) -> bool {
    row(act).map_or(act == Act::Public, |it| it[API_KEY])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_exactly_one_row_but_those_before_a_role_is_known() {
        for &act in Act::ALL {
            let rows = TABLE.iter().filter(|(it, _)| *it == act).count();
            assert_eq!(rows, usize::from(!matches!(act, Act::Public | Act::SigningIn)), "{act:?}");
        }
    }

    #[test]
    fn every_role_has_a_column_of_its_own_in_the_order_of_the_roles() {
        for (at, role) in Role::ALL.iter().enumerate() {
            assert_eq!(role.column(), at);
        }
        assert_eq!(Role::ALL.len(), API_KEY);
    }

    #[test]
    fn a_lasare_sees_the_whole_namnd_and_changes_nothing() {
        let may: Vec<Act> = Act::ALL.iter().copied().filter(|it| allows(Role::Lasare, *it)).collect();
        let reading = [
            Act::Public,
            Act::SigningIn,
            Act::OwnAccount,
            Act::SeeRules,
            Act::SeeFiling,
            Act::SeeOriginal,
            Act::SeeBoard,
            Act::SeeReview,
            Act::SeeReport,
            Act::SeeEvents,
        ];
        assert_eq!(may, reading);
    }

    #[test]
    fn a_samordnare_may_all_that_a_handlaggare_may() {
        for &act in Act::ALL {
            assert!(!allows(Role::Handlaggare, act) || allows(Role::Samordnare, act), "{act:?}");
        }
    }

    #[test]
    fn only_a_samordnare_touches_a_fixed_report() {
        for act in [Act::FixReport, Act::UnlockReport, Act::RecordCorrection, Act::LoadBasis] {
            let may: Vec<Role> = Role::ALL.iter().copied().filter(|it| allows(*it, act)).collect();
            assert_eq!(may, [Role::Samordnare], "{act:?}");
        }
    }

    #[test]
    fn an_administrator_meets_no_filing() {
        for act in [Act::SeeFiling, Act::SeeOriginal, Act::SeeBoard, Act::SeeReview, Act::Decide, Act::SeeReport] {
            assert!(!allows(Role::Administrator, act), "{act:?}");
        }
        assert_eq!(Role::Administrator.reach(), Reach::None);
    }

    #[test]
    fn an_utforare_does_nothing_of_what_the_namnd_does() {
        let own = [
            Act::OwnAccount,
            Act::SeeRules,
            Act::SeeFiling,
            Act::SeeOriginal,
            Act::HandIn,
            Act::AnswerQuestion,
            Act::AnswerCompletion,
            Act::CommentGrade,
        ];
        for &(act, _) in TABLE {
            assert_eq!(allows(Role::Utforare, act), own.contains(&act), "{act:?}");
        }
    }

    #[test]
    fn an_api_key_hands_in_and_sees_the_answer_and_no_more() {
        let may: Vec<Act> = Act::ALL.iter().copied().filter(|it| key_allows(*it)).collect();
        assert_eq!(may, [Act::Public, Act::SeeFiling, Act::HandIn]);
    }
}
