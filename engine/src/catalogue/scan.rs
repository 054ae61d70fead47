//! Search of a folder for the parts of a checkpoint.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ovi_weights::{FileKind, WeightError, WeightSet, WrongKind, recognise};

use crate::error::EngineError;
use crate::protocol::{ModelVariant, Role};

/// Folders below the root that are searched; the official layout needs three.
const MAX_DEPTH: usize = 4;

/// Files looked at in one search; a folder with more is not a checkpoint.
const MAX_FILES: usize = 512;

/// GGUF is looked at only to say that it is not read.
const EXTENSIONS: [&str; 4] = ["safetensors", "pth", "pt", "gguf"];

/// A readable weight file.
pub(super) struct Candidate {
    pub(super) path: PathBuf,
    pub(super) set: WeightSet,
    pub(super) kind: FileKind,
}

/// Everything of interest below a folder.
pub(super) struct Found {
    root: PathBuf,
    candidates: Vec<Candidate>,
    unreadable: Vec<(PathBuf, Arc<WeightError>)>,
    tokenizers: Vec<PathBuf>,
}

/// Open every weight file below `root` and recognise it by content.
pub(super) fn scan(root: &Path) -> Found {
    let mut found = Found {
        root: root.to_path_buf(),
        candidates: Vec::new(),
        unreadable: Vec::new(),
        tokenizers: Vec::new(),
    };
    let mut files = Vec::new();
    collect(root, 0, &mut files);
    files.sort();
    for path in files {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if matches!(name, "tokenizer.json" | "spiece.model") {
            found
                .tokenizers
                .extend(path.parent().map(Path::to_path_buf));
            continue;
        }
        match WeightSet::open(std::slice::from_ref(&path)) {
            Ok(set) => {
                let kind = recognise(&set);
                found.candidates.push(Candidate { path, set, kind });
            }
            Err(error) => found.unreadable.push((path, Arc::new(error))),
        }
    }
    // A folder holds both spellings of one tokenizer.
    found.tokenizers.dedup();
    found
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if files.len() >= MAX_FILES {
            return;
        }
        if path.is_dir() {
            if depth < MAX_DEPTH {
                collect(&path, depth + 1, files);
            }
            continue;
        }
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let extension = path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default();
        let is_latents = name.ends_with(".latents.safetensors");
        if !is_latents
            && (EXTENSIONS.contains(&extension)
                || matches!(name, "tokenizer.json" | "spiece.model"))
        {
            files.push(path);
        }
    }
}

impl Found {
    /// The one file for `role`.
    pub(super) fn choose(
        &self,
        role: Role,
        variant: Option<ModelVariant>,
    ) -> Result<&Candidate, EngineError> {
        let fits: Vec<&Candidate> = self
            .candidates
            .iter()
            .filter(|c| role_of(&c.kind) == Some(role))
            .collect();
        let by_variant = || {
            fits.iter()
                .find(|c| variant.is_some() && variant_by_file_name(&c.path) == variant)
                .copied()
        };
        match fits.as_slice() {
            [] => Err(self.missing(role)),
            [only] => Ok(only),
            several => by_variant().ok_or_else(|| EngineError::AmbiguousPart {
                role,
                num_files: several.len(),
                root: self.root.clone(),
            }),
        }
    }

    /// The one tokenizer folder.
    pub(super) fn tokenizer(&self) -> Result<PathBuf, EngineError> {
        match self.tokenizers.as_slice() {
            [] => Err(self.missing(Role::Tokenizer)),
            [only] => Ok(only.clone()),
            several => Err(EngineError::AmbiguousPart {
                role: Role::Tokenizer,
                num_files: several.len(),
                root: self.root.clone(),
            }),
        }
    }

    /// Why there is no file for `role`: a wrong or damaged one explains more than "missing".
    pub(super) fn missing(&self, role: Role) -> EngineError {
        let wrong = self
            .candidates
            .iter()
            .find(|c| wrong_for(&c.kind) == Some(role));
        if let Some(Candidate { path, kind, .. }) = wrong {
            return EngineError::WrongPart {
                role,
                found: kind.describe(),
                path: path.clone(),
            };
        }
        if let Some((_, error)) = self
            .unreadable
            .iter()
            .find(|(path, _)| usual_role(path) == Some(role))
        {
            return EngineError::Unreadable {
                role,
                source: Arc::clone(error),
            };
        }
        let odd = |c: &&Candidate| role_of(&c.kind).is_none() && usual_role(&c.path) == Some(role);
        if let Some(Candidate { path, kind, .. }) = self.candidates.iter().find(odd) {
            return EngineError::WrongPart {
                role,
                found: kind.describe(),
                path: path.clone(),
            };
        }
        EngineError::MissingPart {
            role,
            root: self.root.clone(),
        }
    }
}

fn role_of(kind: &FileKind) -> Option<Role> {
    match kind {
        FileKind::FusionModel { .. } => Some(Role::Transformer),
        FileKind::TextEncoder { .. } => Some(Role::TextEncoder),
        FileKind::VideoVae { .. } => Some(Role::VideoVae),
        FileKind::AudioVae { .. } => Some(Role::AudioVae),
        FileKind::Vocoder { .. } => Some(Role::Vocoder),
        _ => None,
    }
}

/// Part that a wrongly chosen file was probably meant to be.
fn wrong_for(kind: &FileKind) -> Option<Role> {
    let FileKind::WrongFile(wrong) = kind else {
        return None;
    };
    Some(match wrong {
        WrongKind::Wan21Vae { .. } => Role::VideoVae,
        WrongKind::AudioVae44k { .. } => Role::AudioVae,
        WrongKind::Vocoder44k { .. } => Role::Vocoder,
        WrongKind::T5 { .. } | WrongKind::Mt5 { .. } | WrongKind::SharedTableT5 { .. } => {
            Role::TextEncoder
        }
        _ => Role::Transformer,
    })
}

/// Part that the official layout keeps under this name; only to explain what is missing.
fn usual_role(path: &Path) -> Option<Role> {
    let name = path.file_name()?.to_str()?.to_ascii_lowercase();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if starts(&["model", "ovi"]) && !name.starts_with("models_t5") {
        Some(Role::Transformer)
    } else if starts(&["models_t5", "umt5"]) {
        Some(Role::TextEncoder)
    } else if starts(&["wan2"]) {
        Some(Role::VideoVae)
    } else if starts(&["v1-16", "v1-44"]) {
        Some(Role::AudioVae)
    } else if starts(&["best_netg", "bigvgan"]) {
        Some(Role::Vocoder)
    } else {
        None
    }
}

/// Published model behind a file name; the tensors of the three are alike (spec: product 6.4).
pub(super) fn variant_by_file_name(path: &Path) -> Option<ModelVariant> {
    match path.file_name()?.to_str()? {
        "model.safetensors" | "Ovi-11B-bf16.safetensors" | "Ovi-11B-fp8.safetensors" => {
            Some(ModelVariant::Square720Secs5)
        }
        "model_960x960.safetensors" | "Ovi-960x960-5s.safetensors" => {
            Some(ModelVariant::Square960Secs5)
        }
        "model_960x960_10s.safetensors" | "Ovi-960x960-10s.safetensors" => {
            Some(ModelVariant::Square960Secs10)
        }
        _ => None,
    }
}
