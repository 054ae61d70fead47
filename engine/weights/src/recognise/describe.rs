//! One sentence per kind, with the numbers that identify it.

use super::{FileKind, FusionHalf, WrongKind};
use crate::names::{TextEncoderNaming, VideoVaeNaming};

impl FileKind {
    /// One English sentence that says what the file is.
    pub fn describe(&self) -> String {
        match self {
            Self::FusionModel {
                video,
                audio,
                num_parameters,
            } => format!(
                "A fusion model with {} video and {} audio layers of width {} ({} parameters).",
                video.num_layers,
                audio.num_layers,
                video.dim,
                grouped(*num_parameters)
            ),
            Self::TextEncoder {
                naming,
                has_decoder,
                vocab,
                dim,
                num_layers,
            } => format!(
                "A UMT5 text encoder with {num_layers} layers of width {dim} and a vocabulary of \
                 {} ({}){}.",
                grouped(*vocab as u64),
                match naming {
                    TextEncoderNaming::Official => "official names",
                    TextEncoderNaming::HuggingFace => "Hugging Face names",
                    TextEncoderNaming::LlamaCpp => "llama.cpp names",
                },
                if *has_decoder {
                    "; the file also holds a decoder, which is not needed"
                } else {
                    ""
                }
            ),
            Self::VideoVae {
                z_dim,
                naming,
                has_encoder,
                has_decoder,
            } => format!(
                "{} with {z_dim} latent channels{}.",
                halves("a video VAE", *has_encoder, *has_decoder),
                if *naming == VideoVaeNaming::Diffusers {
                    " (diffusers names)"
                } else {
                    ""
                }
            ),
            Self::AudioVae {
                data_dim,
                embed_dim,
                hidden_dim,
                has_encoder,
                has_decoder,
            } => format!(
                "{} with {data_dim} mel bins, {embed_dim} latent channels and width {hidden_dim}.",
                halves("an audio VAE", *has_encoder, *has_decoder)
            ),
            Self::Vocoder {
                num_mels,
                initial_channels,
                num_stages,
            } => format!(
                "A vocoder for {num_mels} mel bins with {num_stages} stages from width \
                 {initial_channels}."
            ),
            Self::AudioPair {
                num_mels,
                embed_dim,
            } => format!(
                "An audio VAE and a vocoder in one file, with {num_mels} mel bins and {embed_dim} \
                 latent channels."
            ),
            Self::WrongFile(wrong) => wrong.describe(),
            Self::Unknown { num_tensors } => {
                format!(
                    "An unknown file (tensors: {}).",
                    grouped(*num_tensors as u64)
                )
            }
        }
    }
}

impl WrongKind {
    /// One English sentence that says what the file is and what is needed instead.
    pub fn describe(&self) -> String {
        match self {
            Self::Wan21Vae { z_dim } => format!(
                "This is the Wan 2.1 VAE ({z_dim} channels); the Wan 2.2 VAE (48 channels) is needed."
            ),
            Self::PlainWan { dim, num_layers } => format!(
                "This is a plain Wan transformer ({num_layers} layers of width {dim}) without the \
                 links between picture and sound; an Ovi model is needed."
            ),
            Self::T5 { vocab } => format!(
                "This is T5 v1.1 (vocabulary {}); UMT5-XXL (256,384) is needed.",
                grouped(*vocab as u64)
            ),
            Self::Mt5 { vocab } => format!(
                "This is mT5 (vocabulary {}); UMT5-XXL (256,384) is needed.",
                grouped(*vocab as u64)
            ),
            Self::SharedTableT5 { vocab, num_layers } => format!(
                "This is a T5 with one position table for its {num_layers} layers (vocabulary {}); \
                 UMT5 has one table per layer.",
                grouped(*vocab as u64)
            ),
            Self::AudioVae44k { data_dim } => format!(
                "This is the 44.1 kHz audio VAE ({data_dim} mel bins); the 16 kHz one (80) is needed."
            ),
            Self::Vocoder44k { num_mels } => format!(
                "This is a 44.1 kHz vocoder ({num_mels} mel bins); the 16 kHz one (80) is needed."
            ),
            Self::HalfFusion {
                half: FusionHalf::Video,
            } => "This is the video half of a split fusion model; open it with its audio half."
                .to_owned(),
            Self::HalfFusion {
                half: FusionHalf::Audio,
            } => "This is the audio half of a split fusion model; open it with its video half."
                .to_owned(),
        }
    }
}

/// The whole, or the half that is there. `whole` starts with a small article.
fn halves(whole: &str, has_encoder: bool, has_decoder: bool) -> String {
    match (has_encoder, has_decoder) {
        (true, false) => format!("The encoder of {whole}"),
        (false, true) => format!("The decoder of {whole}"),
        _ => whole.replacen('a', "A", 1),
    }
}

/// A number with commas between groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(2073), "2,073");
        assert_eq!(grouped(11_660_753_108), "11,660,753,108");
    }
}
