//! From the rows of a batch to jobs, and what keeps them from being queued.

use super::{Batch, BatchMode, BatchRow, PICTURE, PROMPT, RowProblem};
use crate::picture::resolve_size;
use crate::prompt::{LintContext, Severity, lint};
use crate::protocol::{GenerateRequest, ModelVariant};

/// One clip of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchJob {
    /// Line of the file, from 1.
    pub line: u64,
    /// Take of the row, from 0; it is added to the seed.
    pub take: u32,
    /// Name the row gives; empty if it gives none.
    pub name: String,
    /// What to make. The caller chooses `output`.
    pub request: GenerateRequest,
}

impl Batch {
    /// The clips of all rows, in order: `base` with the settings of each row. `area` is the pixel area
    /// of the checkpoint, for rows that give an aspect but no model.
    pub fn jobs(&self, base: &GenerateRequest, area: Option<u32>) -> Vec<BatchJob> {
        let rows = self.rows.iter();
        rows.flat_map(|row| takes(row, request(row, base, area)))
            .collect()
    }

    /// Everything that keeps the batch from being queued, by line: cells that cannot be used, prompts
    /// that are empty or have an error, and in first-frame mode rows without a picture.
    pub fn all_problems(&self, base: &GenerateRequest, mode: BatchMode) -> Vec<RowProblem> {
        let mut problems = self.problems.clone();
        let mut report = |line, column, message: String| {
            problems.push(RowProblem {
                line,
                column,
                message,
            });
        };
        if mode == BatchMode::FirstFrame {
            for line in self.lines_without_picture() {
                report(line, PICTURE, "there is no picture".into());
            }
        }
        for row in &self.rows {
            if let Some(message) = prompt_error(&request(row, base, None)) {
                report(row.line, PROMPT, message);
            }
        }
        problems.sort_by_key(|problem| (problem.line, problem.column));
        problems
    }
}

fn prompt_error(request: &GenerateRequest) -> Option<String> {
    if request.prompt.trim().is_empty() {
        return Some("the prompt is empty".into());
    }
    let context = LintContext {
        variant: request.variant.unwrap_or(ModelVariant::Square960Secs5),
        num_tokens: None,
        video_negative: &request.video_negative,
        audio_negative: &request.audio_negative,
        video_guidance: request.video_guidance,
        audio_guidance: request.audio_guidance,
    };
    let mut found = lint(&request.prompt, &context).into_iter();
    let error = found.find(|finding| finding.severity == Severity::Error);
    error.map(|finding| format!("{}: {}", finding.code.code(), finding.message))
}

fn takes(row: &BatchRow, request: GenerateRequest) -> impl Iterator<Item = BatchJob> {
    let line = row.line;
    let name = row.settings.name.clone().unwrap_or_default();
    (0..row.settings.takes.unwrap_or(1)).map(move |take| BatchJob {
        line,
        take,
        name: name.clone(),
        request: GenerateRequest {
            seed: request.seed.saturating_add(u64::from(take)),
            ..request.clone()
        },
    })
}

fn request(row: &BatchRow, base: &GenerateRequest, area: Option<u32>) -> GenerateRequest {
    let settings = row.settings.clone();
    let mut request = GenerateRequest {
        prompt: row.prompt.clone(),
        ..base.clone()
    };
    if row.picture.is_some() {
        request.first_frame = row.picture.clone();
    }
    request.seed = settings.seed.unwrap_or(base.seed);
    request.steps = settings.steps.unwrap_or(base.steps);
    request.solver = settings.solver.unwrap_or(base.solver);
    request.shift = settings.shift.unwrap_or(base.shift);
    request.video_guidance = settings.video_guidance.unwrap_or(base.video_guidance);
    request.audio_guidance = settings.audio_guidance.unwrap_or(base.audio_guidance);
    request.variant = settings.model.or(base.variant);
    request.video_negative = settings.video_negative.unwrap_or(request.video_negative);
    request.audio_negative = settings.audio_negative.unwrap_or(request.audio_negative);
    if let Some(layer) = settings.slg_layer {
        request.skip_layer = u32::try_from(layer)
            .ok()
            .filter(|layer| (1..30).contains(layer));
    }
    if let Some((width, height)) = settings.aspect {
        let of_model = request.variant.map(ModelVariant::video_area);
        // Only the ratio matters, but the size that is made is the one to state.
        let area = base.video_area.or(of_model).or(area).unwrap_or(960 * 960);
        let (height, width) = resolve_size(height as usize, width as usize, area as usize);
        (request.height, request.width) = (height as u32, width as u32);
    }
    request
}
