//! The first stage of a job: files opened, settings checked, what it goes on from read.

use ovi_media::ClipWriter;

use super::files::{file_sha256, load_picture};
use super::finish::video_spec;
use super::job::Job;
use super::parent::Parent;
use super::settings::{ClipShape, Settings};
use crate::catalogue::Checkpoint;
use crate::error::EngineError;
use crate::picture::Preprocessed;
use crate::prompt::{LintContext, Severity, lint};
use crate::protocol::{GenerateRequest, ModelVariant, Stage, WarningCode};

/// What the first stage settles.
pub(super) struct Prepared {
    pub(super) checkpoint: Checkpoint,
    pub(super) settings: Settings,
    pub(super) shape: ClipShape,
    pub(super) picture: Option<Preprocessed>,
    pub(super) first_frame_sha256: Option<String>,
    /// Clip that is gone on from.
    pub(super) parent: Option<Parent>,
}

impl Job<'_> {
    pub(super) fn prepare(&mut self) -> Result<Prepared, EngineError> {
        self.enter(Some(Stage::Prepare))?;
        let request = self.request;
        let checkpoint = Checkpoint::open(&request.checkpoint, request.variant)?;
        let variant = request
            .variant
            .or(checkpoint.info.variant)
            .unwrap_or(ModelVariant::Square960Secs5);
        check_prompt(request, variant)?;
        let mut warnings = Vec::new();
        let settings = Settings::new(request, &checkpoint.info, &mut warnings)?;
        let parent = request
            .continue_from
            .as_deref()
            .map(|path| Parent::open(path, &settings))
            .transpose()?;
        // The clip that is gone on from has a first frame of its own to offer.
        let given = request.first_frame.as_deref().filter(|_| parent.is_none());
        if given.is_none() && request.first_frame.is_some() {
            let message = "The first frame has no effect: the clip goes on from another.";
            self.warn(WarningCode::NoEffect, message);
        }
        let picture = match &parent {
            Some(parent) => Some(parent.picture()?),
            None => given
                .map(|path| load_picture(path, settings.video_area))
                .transpose()?,
        };
        let first_frame_sha256 = given.map(file_sha256).transpose()?;
        let shape = match &picture {
            Some(picture) => settings.shape(picture.height, picture.width),
            None => settings.text_shape(&mut warnings),
        };
        // Find out now, not after hours of sampling, that the result could not be written.
        let spec = video_spec([shape.width, shape.height], request.quality);
        drop(ClipWriter::create(&request.output, spec)?);
        warnings
            .into_iter()
            .for_each(|warning| self.warn(warning.code, warning.message));
        Ok(Prepared {
            checkpoint,
            settings,
            shape,
            picture,
            first_frame_sha256,
            parent,
        })
    }
}

/// Refuse what the prompt's lint marks as an error.
fn check_prompt(request: &GenerateRequest, variant: ModelVariant) -> Result<(), EngineError> {
    let context = LintContext {
        variant,
        num_tokens: None,
        video_negative: &request.video_negative,
        audio_negative: &request.audio_negative,
        video_guidance: request.video_guidance,
        audio_guidance: request.audio_guidance,
    };
    let findings = lint(&request.prompt, &context);
    match findings
        .into_iter()
        .find(|finding| finding.severity == Severity::Error)
    {
        Some(finding) => Err(EngineError::Prompt(finding.message)),
        None => Ok(()),
    }
}
