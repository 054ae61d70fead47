//! The chosen model folder and first frame, as far as they are known.

use std::path::{Path, PathBuf};

use ovi_engine::protocol::{CheckpointInfo, ErrorReport, ModelVariant};

/// The model folder.
#[derive(Clone, Debug, Default)]
pub enum ModelState {
    /// None chosen.
    #[default]
    Unset,
    /// The engine is looking.
    Checking(PathBuf),
    /// Every part is in place.
    Found(Box<CheckpointInfo>),
    /// Something is missing or of the wrong kind.
    Unusable {
        /// Folder.
        root: PathBuf,
        /// What is wrong.
        report: Box<ErrorReport>,
    },
}

impl ModelState {
    /// Folder that was chosen.
    pub fn root(&self) -> Option<&Path> {
        match self {
            Self::Unset => None,
            Self::Checking(root) | Self::Unusable { root, .. } => Some(root),
            Self::Found(info) => Some(&info.root),
        }
    }

    /// What was found.
    pub fn info(&self) -> Option<&CheckpointInfo> {
        match self {
            Self::Found(info) => Some(info),
            _ => None,
        }
    }

    /// Whether the files leave open which published model they are.
    pub fn needs_variant(&self) -> bool {
        self.info().is_some_and(|info| {
            info.variant.is_none()
                && (info.video_area.is_none()
                    || info.latent_frames.is_none()
                    || info.audio_steps.is_none())
        })
    }

    /// Pixels the clip is scaled to; `chosen` answers for files that do not tell.
    pub fn video_area(&self, chosen: Option<ModelVariant>) -> Option<u32> {
        let info = self.info()?;
        info.video_area
            .or_else(|| Some(info.variant.or(chosen)?.video_area()))
    }

    /// Frames of the clip at 24 per second; `chosen` answers for files that do not tell.
    pub fn num_frames(&self, chosen: Option<ModelVariant>) -> Option<u32> {
        let info = self.info()?;
        let latent_frames = info
            .latent_frames
            .or_else(|| Some(info.variant.or(chosen)?.latent_frames()))?;
        Some(latent_frames.checked_sub(1)? * 4 + 1)
    }
}

/// The picture a clip starts from.
#[derive(Clone, Debug, Default)]
pub enum FirstFrame {
    /// None.
    #[default]
    Unset,
    /// It is being read.
    Reading(PathBuf),
    /// It can be used.
    Ready(FirstFramePicture),
    /// It cannot be read.
    Unusable {
        /// File.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// A readable picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstFramePicture {
    /// File.
    pub path: PathBuf,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Small version for the window.
    pub thumbnail: Thumbnail,
}

/// A small picture, `[height, width, 3]` bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// RGB bytes.
    pub rgb: Vec<u8>,
}

impl FirstFrame {
    /// File that was chosen.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Unset => None,
            Self::Reading(path) | Self::Unusable { path, .. } => Some(path),
            Self::Ready(picture) => Some(&picture.path),
        }
    }

    /// The picture, once it was read.
    pub fn picture(&self) -> Option<&FirstFramePicture> {
        match self {
            Self::Ready(picture) => Some(picture),
            _ => None,
        }
    }
}
