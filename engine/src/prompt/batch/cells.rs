//! Cells of a batch file: typed, checked, and named where they cannot be used.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use csv::StringRecord;

use super::{BatchMode, BatchRow, PICTURE, PROMPT, RowProblem, RowSettings};
use crate::protocol::{ModelVariant, SolverKind};

/// Cells of one row by column.
pub(super) struct Cells<'a> {
    pub(super) header: &'a StringRecord,
    pub(super) record: &'a StringRecord,
    pub(super) line: u64,
    pub(super) problems: &'a mut Vec<RowProblem>,
}

impl Cells<'_> {
    pub(super) fn row(&mut self, folder: &Path, mode: BatchMode) -> BatchRow {
        let settings = RowSettings {
            seed: self.number("seed", 0..=u64::from(u32::MAX)),
            steps: self.number("steps", 1..=160),
            solver: self.named("solver", SolverKind::from_name),
            shift: self.number("shift", f64::MIN_POSITIVE..=20.0),
            video_guidance: self.number("video_guidance", 0.0..=10.0),
            audio_guidance: self.number("audio_guidance", 0.0..=10.0),
            slg_layer: self.number("slg_layer", -1..=30),
            aspect: self.named("aspect", aspect),
            model: self.named("model", ModelVariant::from_name),
            takes: self.number("takes", 1..=100),
            video_negative: self.text("video_negative"),
            audio_negative: self.text("audio_negative"),
            name: self.text("name"),
        };
        let picture = match mode {
            BatchMode::Text => None,
            BatchMode::FirstFrame => self.picture(folder),
        };
        BatchRow {
            line: self.line,
            prompt: self.cell(PROMPT).to_owned(),
            picture,
            settings,
        }
    }

    /// The cell as written; empty if the row is short or the column is missing.
    fn cell(&self, column: &str) -> &str {
        let idx = self.header.iter().position(|name| name == column);
        idx.and_then(|idx| self.record.get(idx)).unwrap_or_default()
    }

    fn text(&self, column: &'static str) -> Option<String> {
        Some(self.cell(column))
            .filter(|cell| !cell.trim().is_empty())
            .map(str::to_owned)
    }

    fn named<T>(&mut self, column: &'static str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let cell = self.text(column)?;
        let value = parse(cell.trim());
        if value.is_none() {
            self.problem(column, format!("{cell:?} is not known"));
        }
        value
    }

    fn number<T>(&mut self, column: &'static str, range: std::ops::RangeInclusive<T>) -> Option<T>
    where
        T: FromStr + PartialOrd + std::fmt::Debug,
    {
        let cell = self.text(column)?;
        let value = cell
            .trim()
            .parse()
            .ok()
            .filter(|value| range.contains(value));
        if value.is_none() {
            self.problem(column, format!("{cell:?} is not a number in {range:?}"));
        }
        value
    }

    fn picture(&mut self, folder: &Path) -> Option<PathBuf> {
        let written = self.text(PICTURE)?;
        let path = folder.join(&written);
        if !path.is_file() {
            self.problem(PICTURE, format!("not found: {written}"));
        }
        Some(path)
    }

    fn problem(&mut self, column: &'static str, message: String) {
        self.problems.push(RowProblem {
            line: self.line,
            column,
            message,
        });
    }
}

/// `width:height`.
fn aspect(text: &str) -> Option<(u32, u32)> {
    let (width, height) = text.split_once(':')?;
    let side = |text: &str| {
        text.trim()
            .parse()
            .ok()
            .filter(|&side: &u32| (1..=10_000).contains(&side))
    };
    Some((side(width)?, side(height)?))
}
