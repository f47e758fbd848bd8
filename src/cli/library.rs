//! Loads everything that is data: rules, columns, insatser, the rating scale, limits, and a nämnd's own folder on top.
//!
//! Goes in: nothing, or the path of the nämnd's folder. Comes out: [`Library`].
//! Guaranteed: built-in data is embedded in the program; a faulty own file stops the command with all faults underlined.

use std::path::Path;
use std::sync::Arc;

use crate::form::Columns;
use crate::model::Insatser;
use crate::rating::Scale;
use crate::rule::{Catalogue, RuleSource};
use crate::sheet::Limits;

use super::failure::{Failure, io_text};
use super::round::{Fault, Faults};

/// All data the pure core needs.
pub struct Library {
    pub catalogue: Catalogue,
    pub columns: Columns,
    pub insatser: Insatser,
    pub scale: Scale,
    pub limits: Limits,
}

const INSATSER: &str = include_str!("../../rules/insatser.toml");
const COLUMNS: &str = include_str!("../../rules/kolumner.toml");
const SCALE: &str = include_str!("../../rules/betyg.toml");

/// Names in a nämnd's folder that are data, not rules.
const INSATSER_FILE: &str = "insatser.toml";
const SCALE_FILE: &str = "betyg.toml";

/// The text files of a nämnd's own folder: path as people know it, and text.
struct Own {
    rules: Vec<RuleSource>,
    insatser: Option<(String, String)>,
    scale: Option<(String, String)>,
}

impl Library {
    /// The built-in data alone.
    ///
    /// # Errors
    ///
    /// Only when the program was built with faulty data.
    pub fn builtin() -> Result<Self, Failure> {
        Self::with_own(None)
    }

    /// Built-in data with a nämnd's own folder on top.
    ///
    /// # Errors
    ///
    /// [`Failure::Faulty`] with every fault of the folder, or [`Failure::File`] when it cannot be read.
    pub fn with_own(folder: Option<&Path>) -> Result<Self, Failure> {
        let own = match folder {
            Some(folder) => read_own(folder)?,
            None => Own { rules: Vec::new(), insatser: None, scale: None },
        };
        let insatser = Insatser::from_toml(INSATSER, own.insatser.as_ref().map(|it| it.1.as_str()))
            .map_err(|it| data_fault(own.insatser.as_ref(), INSATSER, it.message, it.help, it.span))?;
        let columns =
            Columns::from_toml(COLUMNS).map_err(|it| data_fault(None, COLUMNS, it.message, it.help, it.span))?;
        let scale =
            Scale::from_toml(SCALE, own.scale.as_ref().map(|it| it.1.as_str())).map_err(|it| Failure::Faulty(it))?;
        let limits = Limits::built_in().map_err(|it| Failure::System(it.to_string()))?;
        let catalogue = Catalogue::load(&Catalogue::builtin_sources(), &own.rules, &insatser)
            .map_err(|it| Failure::Faulty(it as Box<dyn miette::Diagnostic + Send + Sync>))?;
        Ok(Self { catalogue, columns, insatser, scale, limits })
    }
}

fn data_fault(
    own: Option<&(String, String)>,
    builtin: &str,
    message: String,
    help: impl Into<Option<String>>,
    span: impl Into<Option<std::ops::Range<usize>>>,
) -> Failure {
    let (name, text) = own.map_or(("inbyggda data", builtin), |it| (it.0.as_str(), it.1.as_str()));
    let fault = Fault { message, label: "här".into(), help: help.into(), span: span.into().unwrap_or(0..0) };
    Failure::Faulty(Box::new(Faults::new(name, text, vec![fault])))
}

fn read_own(folder: &Path) -> Result<Own, Failure> {
    let mut own = Own { rules: Vec::new(), insatser: None, scale: None };
    let mut folders = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .map_err(|it| Failure::File(io_text("Det går inte att läsa regelmappen", &folder, &it)))?;
        for entry in entries {
            let path =
                entry.map_err(|it| Failure::File(io_text("Det går inte att läsa regelmappen", &folder, &it)))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "toml") {
                files.push(path);
            }
        }
    }
    files.sort();
    for path in files {
        let text = std::fs::read_to_string(&path)
            .map_err(|it| Failure::File(io_text("Det går inte att läsa regelfilen", &path, &it)))?;
        let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        match name.as_str() {
            INSATSER_FILE => own.insatser = Some((name, text)),
            SCALE_FILE => own.scale = Some((name, text)),
            _ => own.rules.push(RuleSource { path: name, text: Arc::from(text) }),
        }
    }
    Ok(own)
}
