//! Everything that is data: rules, columns, insatser, the rating scale, limits, and a nämnd's own files on top.
//!
//! Goes in: the texts of the nämnd's own folder, if any. Comes out: [`Library`].
//! Guaranteed: built-in data is embedded in the program; a faulty own file gives all its faults, underlined, and no library.

use std::sync::Arc;

use miette::Diagnostic;

use super::fault::{Fault, Faults};
use crate::form::Columns;
use crate::model::{Insatser, Ladder};
use crate::rating::Scale;
use crate::rule::{Catalogue, RuleSource};
use crate::sheet::Limits;

/// All data the pure core needs.
pub struct Library {
    pub catalogue: Catalogue,
    pub columns: Columns,
    pub insatser: Insatser,
    pub scale: Scale,
    pub limits: Limits,
    /// Who is reminded when, and with which words.
    pub ladder: Ladder,
}

/// Why there is no library.
#[derive(Debug)]
pub enum LibraryFault {
    /// Own files are faulty; all faults, underlined.
    Faulty(Box<dyn Diagnostic + Send + Sync>),
    /// The program was built with faulty data.
    System(String),
}

const INSATSER: &str = include_str!("../../rules/insatser.toml");
const COLUMNS: &str = include_str!("../../rules/kolumner.toml");
const SCALE: &str = include_str!("../../rules/betyg.toml");
const LADDER: &str = include_str!("../../rules/paminnelser.toml");

/// Names in a nämnd's folder that are data, not rules.
const INSATSER_FILE: &str = "insatser.toml";
const SCALE_FILE: &str = "betyg.toml";
const LADDER_FILE: &str = "paminnelser.toml";

/// One text file of a nämnd's own folder: its path within the folder, and the text.
pub type OwnFile = (String, Arc<str>);

impl Library {
    /// The built-in data alone.
    ///
    /// # Errors
    ///
    /// Only when the program was built with faulty data.
    pub fn builtin() -> Result<Self, LibraryFault> {
        Self::with_own(&[])
    }

    /// Built-in data with a nämnd's own files on top.
    ///
    /// # Errors
    ///
    /// [`LibraryFault::Faulty`] with every fault of the files.
    pub fn with_own(own: &[OwnFile]) -> Result<Self, LibraryFault> {
        let named = |name: &str| own.iter().find(|it| it.0 == name);
        let (own_insatser, own_scale, own_ladder) = (named(INSATSER_FILE), named(SCALE_FILE), named(LADDER_FILE));
        let rules: Vec<RuleSource> = own
            .iter()
            .filter(|it| ![INSATSER_FILE, SCALE_FILE, LADDER_FILE].contains(&it.0.as_str()))
            .map(|(path, text)| RuleSource { path: path.clone(), text: text.clone() })
            .collect();
        let insatser = Insatser::from_toml(INSATSER, own_insatser.map(|it| &*it.1))
            .map_err(|it| data_fault(own_insatser, INSATSER, it.message, it.help, it.span))?;
        let columns =
            Columns::from_toml(COLUMNS).map_err(|it| data_fault(None, COLUMNS, it.message, it.help, it.span))?;
        let scale = Scale::from_toml(SCALE, own_scale.map(|it| &*it.1)).map_err(|it| LibraryFault::Faulty(it))?;
        let ladder = Ladder::from_toml(LADDER, own_ladder.map(|it| &*it.1))
            .map_err(|it| data_fault(own_ladder, LADDER, it.message, it.help, it.span))?;
        let limits = Limits::built_in().map_err(|it| LibraryFault::System(it.to_string()))?;
        let catalogue = Catalogue::load(&Catalogue::builtin_sources(), &rules, &insatser)
            .map_err(|it| LibraryFault::Faulty(it as Box<dyn Diagnostic + Send + Sync>))?;
        Ok(Self { catalogue, columns, insatser, scale, limits, ladder })
    }
}

fn data_fault(
    own: Option<&OwnFile>,
    builtin: &str,
    message: String,
    help: impl Into<Option<String>>,
    span: impl Into<Option<std::ops::Range<usize>>>,
) -> LibraryFault {
    let (name, text) = own.map_or(("inbyggda data", builtin), |it| (it.0.as_str(), &*it.1));
    let fault = Fault { message, label: "här".into(), help: help.into(), span: span.into().unwrap_or(0..0) };
    LibraryFault::Faulty(Box::new(Faults::new(name, text, vec![fault])))
}
