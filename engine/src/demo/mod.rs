//! Random checkpoints in the official layout: the program's test pattern, and files for tests.
//!
//! Names, containers and topology are those of the published files; widths and depths are free.
//! Values depend on the tensor's name alone, so the same layout always gives the same bytes.

mod audio;
mod text;
mod tokenizer_files;
mod transformer;
mod values;
mod video;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ovi_weights::{StoredType, WeightError, write_safetensors, write_torch};

use crate::catalogue::{AREA_KEY, AUDIO_KEY, DEMO_VARIANT, FRAMES_KEY, VARIANT_KEY};
use crate::error::EngineError;
pub use audio::{AudioVaeSizes, VocoderSizes};
pub use text::TextEncoderSizes;
pub use transformer::TransformerSizes;
pub use values::{Init, TensorPlan};
pub use video::VideoVaeSizes;

/// Sizes of a random checkpoint.
#[derive(Clone, Debug)]
pub struct DemoSizes {
    /// Twin transformer.
    pub transformer: TransformerSizes,
    /// Text encoder.
    pub text_encoder: TextEncoderSizes,
    /// Video VAE.
    pub video_vae: VideoVaeSizes,
    /// Audio VAE.
    pub audio_vae: AudioVaeSizes,
    /// Vocoder.
    pub vocoder: VocoderSizes,
    /// Pixels a clip is scaled to.
    pub video_area: u32,
    /// Latent frames of a clip.
    pub latent_frames: u32,
    /// Audio latent steps of a clip.
    pub audio_steps: u32,
}

impl Default for DemoSizes {
    /// About 14 MB; a clip of 1.4 s takes seconds on two processor cores.
    fn default() -> Self {
        Self {
            transformer: TransformerSizes {
                dim: 128,
                ffn_dim: 288,
                num_layers: 3,
                freq_dim: 256,
                text_dim: 64,
            },
            text_encoder: TextEncoderSizes {
                dim: 64,
                ffn_dim: 160,
                num_heads: 2,
                num_layers: 3,
            },
            video_vae: VideoVaeSizes {
                dim: 8,
                dec_dim: 8,
                num_res_blocks: 2,
            },
            audio_vae: AudioVaeSizes { hidden_dim: 16 },
            vocoder: VocoderSizes {
                initial_channels: 64,
            },
            video_area: 160 * 256,
            latent_frames: 9,
            audio_steps: 43,
        }
    }
}

/// Write a checkpoint below `root`, which is created. Returns the files written.
///
/// # Errors
/// If a file cannot be written, or one is already there: it could be a real model.
pub fn write_checkpoint(root: &Path, sizes: &DemoSizes) -> Result<Vec<PathBuf>, WeightError> {
    let wan = root.join("Wan2.2-TI2V-5B");
    let sound = root.join("MMAudio/ext_weights");
    let tokenizer = wan.join("google/umt5-xxl");
    for folder in [&root.join("Ovi"), &tokenizer, &sound] {
        std::fs::create_dir_all(folder)
            .map_err(|source| io("create the folder", folder, source))?;
    }
    let transformer = root.join("Ovi/model.safetensors");
    for folder in [&root.join("Ovi"), &wan, &sound] {
        expect_no_weights(folder)?;
    }
    let number = |value: u32| value.to_string();
    let metadata = BTreeMap::from([
        (VARIANT_KEY.to_owned(), DEMO_VARIANT.to_owned()),
        (AREA_KEY.to_owned(), number(sizes.video_area)),
        (FRAMES_KEY.to_owned(), number(sizes.latent_frames)),
        (AUDIO_KEY.to_owned(), number(sizes.audio_steps)),
    ]);
    let filled = |plans: Vec<TensorPlan>, stored| values::fill_all(&plans, stored);
    write_safetensors(
        &transformer,
        &metadata,
        &filled(sizes.transformer.tensors(), StoredType::Bf16)?,
    )?;
    let (vocab, files) = tokenizer_files::files();
    let mut written = vec![transformer];
    for (name, contents) in files {
        let path = tokenizer.join(name);
        std::fs::write(&path, contents).map_err(|source| io("write", &path, source))?;
        written.push(path);
    }
    let torch = [
        (
            wan.join("models_t5_umt5-xxl-enc-bf16.pth"),
            None,
            sizes.text_encoder.tensors(vocab),
            StoredType::Bf16,
        ),
        (
            wan.join("Wan2.2_VAE.pth"),
            None,
            sizes.video_vae.tensors(),
            StoredType::F32,
        ),
        (
            sound.join("v1-16.pth"),
            None,
            sizes.audio_vae.tensors(),
            StoredType::F32,
        ),
        (
            sound.join("best_netG.pt"),
            Some("generator"),
            sizes.vocoder.tensors(),
            StoredType::F32,
        ),
    ];
    for (path, wrapper, plans, stored) in torch {
        write_torch(&path, wrapper, &filled(plans, stored)?)?;
        written.push(path);
    }
    Ok(written)
}

/// Make the test-pattern checkpoint in `root` unless a complete one is there.
///
/// # Errors
/// If it cannot be written.
pub fn ensure_checkpoint(root: &Path) -> Result<(), EngineError> {
    if root.join("MMAudio/ext_weights/best_netG.pt").is_file() {
        return Ok(());
    }
    let failed = |path: &Path, source: std::io::Error| EngineError::Demo(io("write", path, source));
    let parent = root.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(|source| failed(parent, source))?;
    // Made aside, so that a half-written checkpoint is never found.
    let aside = tempfile::tempdir_in(parent).map_err(|source| failed(parent, source))?;
    write_checkpoint(aside.path(), &DemoSizes::default()).map_err(EngineError::Demo)?;
    let aside = aside.keep();
    std::fs::rename(&aside, root).map_err(|source| {
        std::fs::remove_dir_all(&aside).ok();
        failed(root, source)
    })
}

/// Refuse a folder that holds weight files.
fn expect_no_weights(folder: &Path) -> Result<(), WeightError> {
    let entries = std::fs::read_dir(folder).map_err(|source| io("look into", folder, source))?;
    let is_weights = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("safetensors" | "pth" | "pt"))
    };
    match entries.flatten().map(|entry| entry.path()).find(is_weights) {
        Some(path) => Err(io(
            "write over",
            &path,
            std::io::ErrorKind::AlreadyExists.into(),
        )),
        None => Ok(()),
    }
}

fn io(action: &'static str, path: &Path, source: std::io::Error) -> WeightError {
    WeightError::InFile {
        cause: Box::new(WeightError::Io { action, source }),
        path: path.to_path_buf(),
    }
}
