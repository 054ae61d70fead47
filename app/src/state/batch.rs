//! A batch file that is being looked at: what each row would make, and what stands in its way.

use std::collections::HashMap;
use std::path::PathBuf;

use ovi_engine::picture::{first_frame_size, resolve_size};
use ovi_engine::prompt::{BatchMode, BatchRow, PairFault, RowSettings};
use ovi_engine::protocol::{ErrorReport, GenerateRequest, ModelVariant};

use super::{AppState, Blocked, EngineState, Form, ModelState, PromptView};

/// Most jobs that are added at once.
pub const MAX_BATCH_JOBS: u64 = 10_000;
/// Longest side of a size that states an aspect ratio.
const LONG_SIDE: u32 = 1280;

/// A batch file.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// File.
    pub path: PathBuf,
    /// Whether its pictures matter.
    pub mode: BatchMode,
    /// How far it is.
    pub state: BatchState,
}

/// How far the reading of a batch file is.
#[derive(Clone, Debug, PartialEq)]
pub enum BatchState {
    /// It is being read.
    Reading,
    /// It is no batch file.
    Refused(Box<ErrorReport>),
    /// Its rows.
    Read {
        /// In the order of the file.
        lines: Vec<BatchLine>,
        /// Columns that mean nothing here.
        unknown_columns: Vec<String>,
    },
}

/// A row of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchLine {
    /// As read.
    pub row: BatchRow,
    /// What is wrong with it.
    pub problems: Vec<BatchProblem>,
    /// It shall be queued.
    pub is_ticked: bool,
    /// Width and height of its picture, if that was read.
    pub picture_size: Option<[u32; 2]>,
}

/// Why a row cannot be queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchProblem {
    /// A cell that the reader did not take.
    Cell {
        /// Column.
        column: &'static str,
        /// One clause.
        message: String,
    },
    /// The picture is there and cannot be read.
    Picture(String),
    /// The prompt is empty.
    NoPrompt,
    /// A tag of the prompt does not close.
    Tag(PairFault),
    /// Clips start from pictures, and the row names none.
    NoPicture,
    /// The chosen folder holds another model.
    OtherModel(ModelVariant),
}

impl Batch {
    /// A file that is about to be read.
    pub fn new(path: PathBuf, mode: BatchMode) -> Self {
        let state = BatchState::Reading;
        Self { path, mode, state }
    }

    /// Rows, as far as read.
    pub fn lines(&self) -> &[BatchLine] {
        match &self.state {
            BatchState::Read { lines, .. } => lines,
            BatchState::Reading | BatchState::Refused(_) => &[],
        }
    }

    /// Rows that shall be queued.
    pub fn ticked(&self) -> impl Iterator<Item = &BatchLine> {
        self.lines().iter().filter(|line| line.is_ticked)
    }

    /// Ticked rows with something wrong: nothing is queued while there are any.
    pub fn num_bad_ticked(&self) -> usize {
        self.ticked().filter(|line| line.is_bad()).count()
    }

    /// Jobs that would be queued.
    pub fn num_jobs(&self, num_takes: u32) -> u64 {
        self.ticked()
            .map(|line| u64::from(line.num_takes(num_takes)))
            .sum()
    }

    /// Tick a row, or not.
    pub fn tick(&mut self, place: usize, is_ticked: bool) {
        if let BatchState::Read { lines, .. } = &mut self.state
            && let Some(line) = lines.get_mut(place)
        {
            line.is_ticked = is_ticked;
        }
    }

    /// Untick all rows with something wrong.
    pub fn untick_bad(&mut self) {
        if let BatchState::Read { lines, .. } = &mut self.state {
            for line in lines.iter_mut().filter(|line| line.is_bad()) {
                line.is_ticked = false;
            }
        }
    }
}

impl BatchLine {
    /// A row as read, with what its prompt and the pictures' sizes tell.
    pub fn new(
        row: BatchRow,
        mode: BatchMode,
        mut problems: Vec<BatchProblem>,
        pictures: &HashMap<PathBuf, Result<[u32; 2], String>>,
    ) -> Self {
        if row.prompt.trim().is_empty() {
            problems.push(BatchProblem::NoPrompt);
        }
        let tag_error = PromptView::new(&row.prompt).fault;
        problems.extend(tag_error.map(BatchProblem::Tag));
        let mut picture_size = None;
        match row.picture.as_ref().map(|path| pictures.get(path)) {
            Some(Some(Ok(size))) => picture_size = Some(*size),
            Some(Some(Err(reason))) => problems.push(BatchProblem::Picture(reason.clone())),
            Some(None) => {}
            None if mode == BatchMode::FirstFrame => problems.push(BatchProblem::NoPicture),
            None => {}
        }
        Self {
            row,
            problems,
            is_ticked: true,
            picture_size,
        }
    }

    /// Whether it cannot be queued.
    pub fn is_bad(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Clips of this row, where `num_takes` is the form's number.
    pub fn num_takes(&self, num_takes: u32) -> u32 {
        self.row.settings.takes.unwrap_or(num_takes).max(1)
    }
}

impl AppState {
    /// Take what was read of the batch file, unless another one or another mode was chosen since.
    pub fn set_batch(&mut self, mut batch: Batch) {
        let wanted = self.batch.as_ref();
        if wanted.is_none_or(|wanted| wanted.path != batch.path || wanted.mode != batch.mode) {
            return;
        }
        let held = self.model.info().and_then(|info| info.variant);
        if let BatchState::Read { lines, .. } = &mut batch.state {
            for line in lines {
                let other = line.row.settings.model.filter(|model| Some(*model) != held);
                if let Some(other) = other.filter(|_| held.is_some()) {
                    line.problems.push(BatchProblem::OtherModel(other));
                }
            }
        }
        self.batch = Some(batch);
    }

    /// Why no batch can be queued, whatever its rows say.
    pub fn batch_blocked(&self) -> Option<Blocked> {
        match (&self.model, self.engine) {
            (_, EngineState::Starting) => Some(Blocked::EngineStarting),
            (_, EngineState::Stopped) => Some(Blocked::EngineStopped),
            (ModelState::Unset, _) => Some(Blocked::NoModel),
            (ModelState::Checking(_), _) => Some(Blocked::ModelChecking),
            (ModelState::Unusable { .. }, _) => Some(Blocked::ModelUnusable),
            (ModelState::Found(_), _) => {
                let folder = self.form.output_folder();
                folder.is_none().then_some(Blocked::NoOutputFolder)
            }
        }
    }

    /// Width and height of the clip a row makes, if known.
    pub fn batch_size(&self, line: &BatchLine) -> Option<[u32; 2]> {
        let variant = line.row.settings.model.or(self.form.variant);
        let area = self.model.video_area(variant)? as usize;
        let (height, width) = match (line.picture_size, &line.row.picture) {
            (Some([width, height]), _) => first_frame_size(height as usize, width as usize, area),
            (None, Some(_)) => return None,
            (None, None) => {
                let [width, height] = row_size(&self.form, &line.row.settings);
                resolve_size(height as usize, width as usize, area)
            }
        };
        Some([width as u32, height as u32])
    }

    /// Requests of a row, one per take, without output names. `seed` is that of the first take where
    /// the row names none.
    pub fn batch_requests(&self, line: &BatchLine, seed: u64) -> Vec<GenerateRequest> {
        let Some(root) = self.model.root() else {
            return Vec::new();
        };
        let picture = line.row.picture.clone();
        let mut form = self.form.clone();
        form.continue_from = None;
        form.set_prompt(line.row.prompt.clone());
        let base = form.request(root, picture, PathBuf::new());
        let request = with_settings(base, &self.form, &line.row.settings);
        let first = line.row.settings.seed.unwrap_or(seed);
        let takes = 0..u64::from(line.num_takes(self.form.num_takes));
        takes
            .map(|take| GenerateRequest {
                seed: (first + take) & u64::from(u32::MAX),
                ..request.clone()
            })
            .collect()
    }
}

/// Requested size of a row: its aspect ratio, or the form's size.
fn row_size(form: &Form, settings: &RowSettings) -> [u32; 2] {
    let Some((width, height)) = settings.aspect else {
        return [form.width, form.height];
    };
    // Whole multiples state the ratio exactly.
    let factor = LONG_SIDE / width.max(height).max(1);
    [width, height].map(|side| side * factor.max(1))
}

fn with_settings(base: GenerateRequest, form: &Form, row: &RowSettings) -> GenerateRequest {
    let [width, height] = row_size(form, row);
    let skip_layer = match row.slg_layer {
        None => base.skip_layer,
        Some(layer) => u32::try_from(layer)
            .ok()
            .filter(|layer| (1..=29).contains(layer)),
    };
    GenerateRequest {
        steps: row.steps.unwrap_or(base.steps),
        solver: row.solver.unwrap_or(base.solver),
        shift: row.shift.unwrap_or(base.shift),
        video_guidance: row.video_guidance.unwrap_or(base.video_guidance),
        audio_guidance: row.audio_guidance.unwrap_or(base.audio_guidance),
        skip_layer,
        width,
        height,
        variant: row.model.or(base.variant),
        video_negative: row.video_negative.clone().unwrap_or(base.video_negative),
        audio_negative: row.audio_negative.clone().unwrap_or(base.audio_negative),
        ..base
    }
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
