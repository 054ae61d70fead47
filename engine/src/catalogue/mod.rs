//! Checkpoint folders: which file is which part, decided by contents.

mod scan;

use std::path::{Path, PathBuf};

use ovi_weights::names::with_official_names;
use ovi_weights::{StoredType, WeightSet};

use crate::error::EngineError;
use crate::protocol::{CheckpointInfo, FileStatus, ModelVariant, Role};
use scan::{Candidate, scan};

/// Metadata key of the transformer file that names the published model, or [`DEMO_VARIANT`].
pub const VARIANT_KEY: &str = "ovi.variant";
/// Metadata key: pixels the clip is scaled to.
pub const AREA_KEY: &str = "ovi.video_area";
/// Metadata key: latent frames.
pub const FRAMES_KEY: &str = "ovi.video_latent_length";
/// Metadata key: audio latent steps.
pub const AUDIO_KEY: &str = "ovi.audio_latent_length";
/// Variant of a checkpoint with random weights.
pub const DEMO_VARIANT: &str = "test_pattern";

/// A complete checkpoint: mapped files and what they are. Opening copies no weight.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    /// Facts for people.
    pub info: CheckpointInfo,
    transformer: WeightSet,
    text_encoder: WeightSet,
    video_vae: WeightSet,
    audio_vae: WeightSet,
    vocoder: WeightSet,
    tokenizer: PathBuf,
}

impl Checkpoint {
    /// Find every part below `root`. `variant` chooses between several transformers.
    ///
    /// # Errors
    /// If a part is missing, of another kind, or ambiguous.
    pub fn open(root: &Path, variant: Option<ModelVariant>) -> Result<Self, EngineError> {
        let found = scan(root);
        let mut files = Vec::new();
        let mut part = |role: Role| -> Result<WeightSet, EngineError> {
            let candidate = found.choose(role, variant)?;
            refuse_unsupported(role, candidate)?;
            files.push(status(role, candidate));
            Ok(with_official_names(&candidate.set))
        };
        let transformer = part(Role::Transformer)?;
        let text_encoder = part(Role::TextEncoder)?;
        let tokenizer = found.tokenizer()?;
        let video_vae = part(Role::VideoVae)?;
        let audio_vae = part(Role::AudioVae)?;
        let vocoder = part(Role::Vocoder)?;
        let description = "tokenizer of the text encoder".to_owned();
        files.push(FileStatus {
            role: Role::Tokenizer,
            path: tokenizer.clone(),
            num_bytes: 0,
            description,
        });
        files.sort_by_key(|file| file.role);
        let info = describe(root, files, &transformer, variant);
        Ok(Self {
            info,
            transformer,
            text_encoder,
            video_vae,
            audio_vae,
            vocoder,
            tokenizer,
        })
    }

    /// Tensors of a network, under the official names.
    pub fn weights(&self, role: Role) -> &WeightSet {
        match role {
            Role::TextEncoder => &self.text_encoder,
            Role::VideoVae => &self.video_vae,
            Role::AudioVae => &self.audio_vae,
            Role::Vocoder => &self.vocoder,
            Role::Transformer | Role::Tokenizer => &self.transformer,
        }
    }

    /// Folder of the tokenizer.
    pub fn tokenizer(&self) -> &Path {
        &self.tokenizer
    }
}

/// FP8 and integer weights come with scales that are not applied yet; computing without them would
/// give garbage without an error.
fn refuse_unsupported(role: Role, candidate: &Candidate) -> Result<(), EngineError> {
    let computed = |stored: StoredType| {
        matches!(
            stored,
            StoredType::F64 | StoredType::F32 | StoredType::F16 | StoredType::Bf16
        )
    };
    let stored = |name: &str| {
        candidate
            .set
            .stored_type(name)
            .filter(|stored| !computed(*stored))
    };
    let odd = candidate
        .set
        .names()
        .filter(|name| name.ends_with("weight"))
        .find_map(stored);
    match odd {
        Some(stored) => Err(EngineError::Unsupported {
            role,
            what: stored.to_string(),
            path: candidate.path.clone(),
        }),
        None => Ok(()),
    }
}

fn status(role: Role, candidate: &Candidate) -> FileStatus {
    let num_bytes = std::fs::metadata(&candidate.path).map_or(0, |metadata| metadata.len());
    FileStatus {
        role,
        path: candidate.path.clone(),
        num_bytes,
        description: candidate.kind.describe(),
    }
}

fn describe(
    root: &Path,
    files: Vec<FileStatus>,
    transformer: &WeightSet,
    asked: Option<ModelVariant>,
) -> CheckpointInfo {
    let metadata = |key: &str| {
        transformer
            .files()
            .iter()
            .find_map(|file| file.metadata().get(key))
    };
    let number = |key: &str| metadata(key).and_then(|text| text.parse::<u32>().ok());
    let named = metadata(VARIANT_KEY);
    let by_metadata = named.and_then(|name| ModelVariant::from_name(name));
    let path = files
        .iter()
        .find(|file| file.role == Role::Transformer)
        .map(|file| &file.path);
    // A file that names its model, even an unpublished one, is believed before its file name.
    let by_name = || {
        path.filter(|_| named.is_none())
            .and_then(|path| scan::variant_by_file_name(path))
    };
    let variant = asked.or(by_metadata).or_else(by_name);
    CheckpointInfo {
        root: root.to_path_buf(),
        files,
        variant,
        video_area: number(AREA_KEY).or(variant.map(ModelVariant::video_area)),
        latent_frames: number(FRAMES_KEY).or(variant.map(ModelVariant::latent_frames)),
        audio_steps: number(AUDIO_KEY).or(variant.map(ModelVariant::audio_steps)),
        is_test_pattern: named.is_some_and(|name| name == DEMO_VARIANT),
        num_parameters: transformer.num_parameters(),
    }
}
