//! What a weight file is, from names, shapes and counts inside it; never from its file name.
//!
//! Widths and depths are free: tiny models are recognised like real ones. Files that are often
//! offered by mistake are named (spec: product 6.4, gguf-and-weights 7, text-encoder 2,
//! video-vae 2, audio-vae-vocoder 2.4).

mod audio;
mod describe;
mod fusion;
mod text_encoder;
mod video_vae;

use crate::names::{TextEncoderNaming, VideoVaeNaming};
use crate::set::WeightSet;

/// What a set of tensors is. Sizes whose tensors are absent are 0.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// Both towers of the fusion transformer, in one file or as a pair.
    FusionModel {
        /// The video tower.
        video: TowerSizes,
        /// The audio tower.
        audio: TowerSizes,
        /// Elements of all tensors.
        num_parameters: u64,
    },
    /// A UMT5 text encoder.
    TextEncoder {
        /// Spelling of its names.
        naming: TextEncoderNaming,
        /// Whether the file also holds a decoder, which is not needed.
        has_decoder: bool,
        /// Rows of the embedding.
        vocab: usize,
        /// Width.
        dim: usize,
        /// Number of layers.
        num_layers: usize,
    },
    /// The video VAE or one half of it.
    VideoVae {
        /// Latent channels (48 in the real model).
        z_dim: usize,
        /// Spelling of its names.
        naming: VideoVaeNaming,
        /// Whether the encoder is there.
        has_encoder: bool,
        /// Whether the decoder is there.
        has_decoder: bool,
    },
    /// The 16 kHz audio VAE or one half of it.
    AudioVae {
        /// Mel bins.
        data_dim: usize,
        /// Latent channels.
        embed_dim: usize,
        /// Base width.
        hidden_dim: usize,
        /// Whether the encoder is there.
        has_encoder: bool,
        /// Whether the decoder is there.
        has_decoder: bool,
    },
    /// The 16 kHz vocoder.
    Vocoder {
        /// Mel bins.
        num_mels: usize,
        /// Width of the first stage.
        initial_channels: usize,
        /// Number of upsampling stages.
        num_stages: usize,
    },
    /// Audio VAE and vocoder in one file, under `vae.` and `vocoder.`.
    AudioPair {
        /// Mel bins of both.
        num_mels: usize,
        /// Latent channels.
        embed_dim: usize,
    },
    /// A known file that does not belong here.
    WrongFile(WrongKind),
    /// None of these.
    Unknown {
        /// Number of tensors.
        num_tensors: usize,
    },
}

/// A known file that this program cannot use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WrongKind {
    /// The VAE of Wan 2.1.
    Wan21Vae {
        /// Its latent channels.
        z_dim: usize,
    },
    /// A Wan transformer without the links between picture and sound.
    PlainWan {
        /// Its width.
        dim: usize,
        /// Its layers.
        num_layers: usize,
    },
    /// T5 v1.1 (English vocabulary).
    T5 {
        /// Rows of its embedding.
        vocab: usize,
    },
    /// mT5 (vocabulary of another size).
    Mt5 {
        /// Rows of its embedding.
        vocab: usize,
    },
    /// Some T5 that keeps one position table for all layers.
    SharedTableT5 {
        /// Rows of its embedding.
        vocab: usize,
        /// Its layers.
        num_layers: usize,
    },
    /// The audio VAE for 44.1 kHz.
    AudioVae44k {
        /// Its mel bins.
        data_dim: usize,
    },
    /// The vocoder for 44.1 kHz.
    Vocoder44k {
        /// Its mel bins.
        num_mels: usize,
    },
    /// One half of a fusion model that was split into two files.
    HalfFusion {
        /// Which half it is.
        half: FusionHalf,
    },
}

/// Half of a split fusion model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FusionHalf {
    /// The video tower.
    Video,
    /// The audio tower.
    Audio,
}

/// Sizes of one tower of the fusion model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TowerSizes {
    /// Width.
    pub dim: usize,
    /// Width of the feed-forward layers.
    pub ffn_dim: usize,
    /// Number of blocks.
    pub num_layers: usize,
    /// Latent channels.
    pub in_channels: usize,
    /// Width of the text embedding.
    pub text_dim: usize,
}

/// Mel bins of the 44.1 kHz audio networks; the 16 kHz ones have 80.
const NUM_MELS_44K: usize = 128;

/// Decides what a set is.
pub fn recognise(set: &WeightSet) -> FileKind {
    fusion::recognise(set)
        .or_else(|| text_encoder::recognise(set))
        .or_else(|| video_vae::recognise(set))
        .or_else(|| audio::recognise(set))
        .unwrap_or(FileKind::Unknown {
            num_tensors: set.len(),
        })
}

/// A size of a tensor; 0 when it is absent.
fn size(set: &WeightSet, name: &str, axis: usize) -> usize {
    set.shape(name)
        .and_then(|shape| shape.get(axis))
        .copied()
        .unwrap_or(0)
}

/// The first of several sizes that is not 0.
fn first_known(sizes: impl IntoIterator<Item = usize>) -> usize {
    sizes.into_iter().find(|size| *size != 0).unwrap_or(0)
}

/// Number of dimensions of a tensor.
fn rank(set: &WeightSet, name: &str) -> Option<usize> {
    set.shape(name).map(<[usize]>::len)
}

/// How many of `name(0)`, `name(1)`, … are present without a gap.
fn count(set: &WeightSet, name: impl Fn(usize) -> String) -> usize {
    (0..set.len())
        .take_while(|idx| set.contains(&name(*idx)))
        .count()
}
