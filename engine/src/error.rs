//! Everything that can end a job, and its text for people.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ovi_media::MediaError;
use ovi_models::ModelError;
use ovi_tensor::TensorError;
use ovi_weights::WeightError;

use crate::picture::PictureError;
use crate::protocol::{ErrorCode, ErrorReport, Role};

/// Error of a job or a question to the engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A part of the checkpoint is not there.
    #[error("the {} is missing", .role.label())]
    MissingPart {
        /// Part.
        role: Role,
        /// Folder that was searched.
        root: PathBuf,
    },
    /// A file that looks like the part is something else.
    #[error("{found}")]
    WrongPart {
        /// Part that was looked for.
        role: Role,
        /// What the file is, one sentence.
        found: String,
        /// File.
        path: PathBuf,
    },
    /// Several files could be the part.
    #[error("{num_files} files could be the {}", .role.label())]
    AmbiguousPart {
        /// Part.
        role: Role,
        /// How many.
        num_files: usize,
        /// Folder.
        root: PathBuf,
    },
    /// A part is stored in a way this version does not compute with.
    #[error("the {} is stored as {what}", .role.label())]
    Unsupported {
        /// Part.
        role: Role,
        /// How it is stored.
        what: String,
        /// File.
        path: PathBuf,
    },
    /// The files do not tell which published model they are.
    #[error("the files do not tell which of the three models they are")]
    UnknownVariant {
        /// Transformer file.
        path: PathBuf,
    },
    /// A part could not be read.
    #[error("the {} cannot be read", .role.label())]
    Unreadable {
        /// Part.
        role: Role,
        /// Cause.
        source: Arc<WeightError>,
    },
    /// A part could not be loaded or run.
    #[error("the {} failed", .role.label())]
    Part {
        /// Part.
        role: Role,
        /// Cause.
        source: ModelError,
    },
    /// A setting is outside its range.
    #[error("{0}")]
    Setting(String),
    /// The prompt cannot be used.
    #[error("{0}")]
    Prompt(String),
    /// The given picture cannot be used.
    #[error("the picture cannot be used")]
    Picture(#[source] MediaError),
    /// The given picture cannot be scaled to the model's area.
    #[error("the picture cannot be scaled")]
    PictureSize(#[source] PictureError),
    /// A clip that is gone on from, or whose track is taken, cannot be used.
    #[error("the given clip cannot be used")]
    SourceClip {
        /// Clip.
        path: PathBuf,
        /// Cause.
        source: MediaError,
    },
    /// Kept latents are not there.
    #[error("the latents are not there: {}", .0.display())]
    NoLatents(PathBuf),
    /// Kept latents cannot be decoded.
    #[error("the latents cannot be used ({reason})")]
    KeptLatents {
        /// File.
        path: PathBuf,
        /// Why, one clause.
        reason: String,
    },
    /// Numbers overflowed.
    #[error("the numbers overflowed in {place}")]
    NotFinite {
        /// Stage and step.
        place: String,
    },
    /// A clip or side file could not be written.
    #[error("the clip cannot be written")]
    Output(#[from] MediaError),
    /// The latents could not be kept on disk.
    #[error("the latents cannot be written")]
    Latents(#[source] WeightError),
    /// Decoding failed after sampling; the latents are kept.
    #[error("decoding failed; the latents are kept")]
    AfterSampling {
        /// Cause.
        source: Box<EngineError>,
        /// File with the latents.
        latents: PathBuf,
    },
    /// The test-pattern checkpoint could not be written.
    #[error("the test-pattern checkpoint cannot be written")]
    Demo(#[source] WeightError),
    /// Another instance is generating.
    #[error("another instance is generating")]
    Busy,
    /// The job was stopped on request.
    #[error("cancelled")]
    Cancelled,
    /// A bug: a panic that was caught.
    #[error("internal error: {0}")]
    Panic(String),
}

impl EngineError {
    /// Wrap a failure of `role`, keeping cancellation apart.
    pub(crate) fn part(role: Role) -> impl Fn(ModelError) -> Self {
        move |source| {
            if source.is_cancelled() {
                Self::Cancelled
            } else {
                Self::Part { role, source }
            }
        }
    }

    /// Wrap a failure of the clip at `path`.
    pub(crate) fn source_clip(path: &Path) -> impl Fn(MediaError) -> Self + use<> {
        let path = path.to_path_buf();
        move |source| Self::SourceClip {
            path: path.clone(),
            source,
        }
    }

    /// Whether the job was stopped rather than failed.
    pub fn is_cancelled(&self) -> bool {
        match self {
            Self::Cancelled => true,
            Self::AfterSampling { source, .. } => source.is_cancelled(),
            _ => false,
        }
    }

    /// Code, sentence and next step for people.
    pub fn report(&self) -> ErrorReport {
        let (code, message, action) = self.parts();
        ErrorReport {
            code,
            message,
            action,
            details: self.chain(),
        }
    }

    fn parts(&self) -> (ErrorCode, String, String) {
        let text = |code, message: String, action: &str| (code, message, action.to_owned());
        match self {
            Self::MissingPart { role, root } => text(
                ErrorCode::Missing,
                format!(
                    "The {} is not installed. Looked in {}.",
                    role.label(),
                    root.display()
                ),
                "Choose the folder that holds it, or put the file there.",
            ),
            Self::WrongPart { role, found, path } => text(
                ErrorCode::Kind,
                format!(
                    "{found} It cannot be the {}: {}.",
                    role.label(),
                    path.display()
                ),
                "Choose another file.",
            ),
            Self::AmbiguousPart {
                role,
                num_files,
                root,
            } => text(
                ErrorCode::Kind,
                format!(
                    "{num_files} files in {} could be the {}.",
                    root.display(),
                    role.label()
                ),
                "Name the model to use.",
            ),
            Self::Unsupported { role, what, path } => text(
                ErrorCode::Kind,
                format!(
                    "The {} is stored as {what}, which this version cannot compute with: {}.",
                    role.label(),
                    path.display()
                ),
                "Choose the BF16, F16 or F32 file.",
            ),
            Self::UnknownVariant { path } => text(
                ErrorCode::Length,
                format!(
                    "The three Ovi models hold the same tensors; {} does not tell which it is.",
                    path.display()
                ),
                "Name the model: 720x720_5s, 960x960_5s or 960x960_10s.",
            ),
            Self::Unreadable { role, source } => weight_parts(*role, source),
            Self::Part { role, source } => model_parts(*role, source),
            Self::Setting(reason) => {
                text(ErrorCode::Prompt, sentence(reason), "Change the setting.")
            }
            Self::Prompt(reason) => text(ErrorCode::Prompt, sentence(reason), "Change the prompt."),
            Self::Picture(source) => text(
                ErrorCode::Image,
                sentence(&source.to_string()),
                "Choose another picture.",
            ),
            Self::PictureSize(source) => text(
                ErrorCode::Image,
                sentence(&source.to_string()),
                "Choose another picture.",
            ),
            Self::SourceClip { path, source } => text(
                ErrorCode::Image,
                format!("The clip cannot be used: {source}: {}.", path.display()),
                "Choose another clip.",
            ),
            Self::NoLatents(path) => text(
                ErrorCode::Missing,
                format!("The latents are not there: {}.", path.display()),
                "Choose another file, or make the clip again.",
            ),
            Self::KeptLatents { path, reason } => text(
                ErrorCode::Damaged,
                format!("The latents cannot be used: {reason}: {}.", path.display()),
                "Choose another file, or make the clip again.",
            ),
            Self::NotFinite { place } => text(
                ErrorCode::NotFinite,
                format!("The numbers overflowed in {place}."),
                "Check the model files, or try another seed.",
            ),
            Self::Output(source) => output_parts(source),
            Self::Latents(source) => text(
                ErrorCode::Write,
                format!("The sampled latents cannot be kept: {source}."),
                "Choose another output folder or free some space.",
            ),
            Self::Demo(source) => text(
                ErrorCode::Write,
                format!("The test-pattern model cannot be written: {source}."),
                "Choose another folder or free some space.",
            ),
            Self::AfterSampling { source, latents } => {
                let (code, message, action) = source.parts();
                (
                    code,
                    format!(
                        "{message} The clip's latents are saved in {}.",
                        latents.display()
                    ),
                    action,
                )
            }
            Self::Busy => text(
                ErrorCode::Busy,
                "Another window is generating.".into(),
                "Wait until it has finished, or use that window.",
            ),
            Self::Cancelled => text(
                ErrorCode::Internal,
                "The job was stopped.".into(),
                "Start it again.",
            ),
            Self::Panic(_) => text(
                ErrorCode::Internal,
                "Something went wrong inside the program; the other jobs go on.".into(),
                "Copy the details and report them.",
            ),
        }
    }

    fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            text.push_str("\ncaused by: ");
            text.push_str(&error.to_string());
            source = error.source();
        }
        text
    }
}

fn weight_parts(role: Role, source: &WeightError) -> (ErrorCode, String, String) {
    let code = match source.cause() {
        WeightError::Missing { .. } => ErrorCode::Shape,
        _ => ErrorCode::Damaged,
    };
    let message = format!("The {} cannot be read: {source}.", role.label());
    (
        code,
        message,
        "Download the file again or choose another.".into(),
    )
}

fn model_parts(role: Role, source: &ModelError) -> (ErrorCode, String, String) {
    let action = |text: &str| text.to_owned();
    match source {
        ModelError::Weight(source) => weight_parts(role, source),
        ModelError::Tensor(TensorError::OutOfMemory {
            device,
            requested_bytes,
        }) => (
            ErrorCode::Memory,
            format!(
                "Memory ran out on {device} in the {} ({:.1} MB were asked for).",
                role.label(),
                *requested_bytes as f64 / 1e6
            ),
            action("Make the clip smaller or close other programs."),
        ),
        ModelError::Tensor(TensorError::DeviceUnavailable { .. }) => (
            ErrorCode::Device,
            sentence(&source.to_string()),
            action("Choose another device."),
        ),
        ModelError::WeightShape { .. } => {
            let message = format!("The {} does not fit: {source}.", role.label());
            (ErrorCode::Shape, message, action("Choose another file."))
        }
        ModelError::WrongModel { .. } => (
            ErrorCode::Kind,
            sentence(&source.to_string()),
            action("Choose another file."),
        ),
        ModelError::Parameter { .. } => (
            ErrorCode::Prompt,
            sentence(&source.to_string()),
            action("Change the setting."),
        ),
        ModelError::Tokenizer(_) => (
            ErrorCode::Damaged,
            sentence(&source.to_string()),
            action("Download the tokenizer again."),
        ),
        ModelError::Tensor(_) => (
            ErrorCode::Internal,
            format!("The {} failed: {source}.", role.label()),
            action("Copy the details and report them."),
        ),
    }
}

fn output_parts(source: &MediaError) -> (ErrorCode, String, String) {
    if matches!(source, MediaError::NoSpace { .. }) {
        return (
            ErrorCode::Disk,
            sentence(&source.to_string()),
            "Free some space or choose another folder.".into(),
        );
    }
    match source {
        MediaError::VideoSize { .. } => {
            return (
                ErrorCode::Prompt,
                sentence(&source.to_string()),
                "Choose another size.".into(),
            );
        }
        MediaError::NoFileName { .. } => {
            return (
                ErrorCode::Write,
                sentence(&source.to_string()),
                "Choose another file name.".into(),
            );
        }
        _ => {}
    }
    (
        ErrorCode::Write,
        sentence(&source.to_string()),
        "Choose another output folder.".into(),
    )
}

/// First letter capital, full stop at the end.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars
        .next()
        .map(|c| c.to_uppercase().collect::<String>())
        .unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{stop}", chars.as_str())
}

/// Run `work`; a panic in it becomes an error.
pub(crate) fn catch<T>(work: impl FnOnce() -> Result<T, EngineError>) -> Result<T, EngineError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(EngineError::Panic(
            text.unwrap_or_else(|| "unknown panic".into()),
        ))
    })
}
