//! The code under test, by component.

mod audio;
mod clip;
mod fusion;
mod ggml;
mod image_preprocess;
mod noise_rng;
mod pickle;
mod pipeline_math;
mod prompt_format;
mod sampler;
mod text_encoder;
mod tokenizer;
mod video_blocks;
mod video_vae;

use anyhow::Result;

use super::{Case, Check};

/// Computes a case's outputs and hands them to the check.
pub type Run = fn(&Case, &mut Check<'_>) -> Result<()>;

/// What this version can do with a component.
pub enum Component {
    /// Run it.
    Runs(Run),
    /// A format that is not read yet; named, never silent.
    NotRead(&'static str),
    /// No such component.
    Unknown,
}

/// The component of `case`.
pub fn find(case: &Case) -> Component {
    let run: Run = match case.component.as_str() {
        "antialias_activation" => audio::antialias_activation,
        "audio_chain" => audio::audio_chain,
        "audio_vae_decode" => audio::audio_vae_decode,
        "audio_vae_encode" => audio::audio_vae_encode,
        "clip" => clip::clip,
        "fusion_dit" => fusion::fusion_dit,
        "image_preprocess" => image_preprocess::image_preprocess,
        "mel" => audio::mel,
        "noise_rng" => noise_rng::noise_rng,
        "pickle" => pickle::pickle,
        "pipeline_math" => pipeline_math::pipeline_math,
        "prompt_format" => prompt_format::prompt_format,
        "sampler" => sampler::sampler,
        "text_encoder" if case.json["model_file"].is_string() => {
            return Component::NotRead("GGUF files are not read by this version");
        }
        "text_encoder" => text_encoder::text_encoder,
        "tokenizer" => return tokenizer::component(case),
        "video_vae_blocks" => video_blocks::video_vae_blocks,
        "video_vae_decode" => video_vae::decode,
        "video_vae_encode" => video_vae::encode,
        "vocoder" => audio::vocoder,
        "fp8" => return Component::NotRead("FP8 weights are not read by this version"),
        "ggml_dequant" => ggml::dequant,
        "ggml_quant" => ggml::quant,
        "gguf_file" => {
            return Component::NotRead("GGUF files are not read by this version");
        }
        _ => return Component::Unknown,
    };
    Component::Runs(run)
}
