//! Tensor names of the same network in different spellings, by exact patterns.
//!
//! A pattern is a name in which `{}` stands for a number. One table per network lists the spellings
//! side by side; a name that matches no row has no other spelling. No tensor is transposed between
//! spellings (spec: text-encoder 2, video-vae 3, gguf-and-weights 7).

mod fusion;
mod pattern;
mod text_encoder;
mod video_vae;

pub use fusion::fusion_official_name;
pub(crate) use fusion::{AUDIO_PREFIX, FUSION_SIGNATURE, VIDEO_PREFIX};
pub use text_encoder::{TextEncoderNaming, text_encoder_name, text_encoder_official_name};
pub use video_vae::{
    ResampleIndices, VideoVaeNaming, video_vae_diffusers_name, video_vae_official_name,
};

use crate::recognise::{self, FileKind};
use crate::set::WeightSet;

/// Prefixes that tools put before all names of a transformer or text encoder.
pub(crate) const TOOL_PREFIXES: [&str; 6] = [
    "",
    "model.diffusion_model.",
    "model.",
    "text_encoders.",
    "t5xxl.transformer.",
    "text_model.",
];

/// The first known prefix under which one of the signature names is present.
pub(crate) fn find_prefix(set: &WeightSet, signatures: &[&str]) -> Option<&'static str> {
    TOOL_PREFIXES.into_iter().find(|prefix| {
        signatures
            .iter()
            .any(|signature| set.contains(&format!("{prefix}{signature}")))
    })
}

/// The set under the official names, so that networks need to know one spelling only.
///
/// Text encoders, video VAEs and fusion models are renamed and lose the names that belong to
/// nothing in the network (decoder halves, embedded tokenizers, markers). Scales of FP8 weights
/// follow their weight. Sets of any other kind come back as they are.
pub fn with_official_names(set: &WeightSet) -> WeightSet {
    match recognise::recognise(set) {
        FileKind::TextEncoder { naming, .. } => text_encoder::official_view(set, naming),
        FileKind::VideoVae {
            naming: VideoVaeNaming::Diffusers,
            ..
        } => {
            let indices = ResampleIndices::of(set);
            set.with_names_mapped(|name| video_vae_official_name(name, indices))
        }
        FileKind::FusionModel { .. } => fusion::official_view(set),
        _ => set.clone(),
    }
}
