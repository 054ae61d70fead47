//! Everything that can end a job; its text for people is in `report`.

mod report;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ovi_media::MediaError;
use ovi_models::ModelError;
use ovi_weights::WeightError;

use crate::picture::PictureError;
use crate::protocol::Role;

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
