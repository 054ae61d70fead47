//! Sizes of the twin transformer, given or read from a checkpoint.

use ovi_weights::WeightSet;

use crate::loader::count;
use crate::{ModelError, Result};

/// Head size of every published checkpoint; the tensors cannot tell it.
const HEAD_DIM: usize = 128;

/// Scaling of audio positions to video-frame coordinates in every published checkpoint.
const AUDIO_ROPE_SCALING: f64 = 0.19676;

/// Sizes of one tower (spec: fusion-dit 2).
#[derive(Clone, Debug, PartialEq)]
pub struct TowerConfig {
    /// Latent channels in and out.
    pub in_dim: usize,
    /// Model width.
    pub dim: usize,
    /// Feed-forward width.
    pub ffn_dim: usize,
    /// Timestep features.
    pub freq_dim: usize,
    /// Attention heads.
    pub num_heads: usize,
    /// Blocks.
    pub num_layers: usize,
    /// Width of the text embedding.
    pub text_dim: usize,
    /// Rows the text embedding is padded to.
    pub text_len: usize,
    /// Epsilon of all norms.
    pub eps: f32,
    /// Factor on positions along time; video 1.
    pub rope_scaling: f64,
}

/// Sizes of both towers.
#[derive(Clone, Debug, PartialEq)]
pub struct FusionConfig {
    /// Video tower, patches of 1x2x2.
    pub video: TowerConfig,
    /// Audio tower, no patches.
    pub audio: TowerConfig,
}

impl FusionConfig {
    /// Read the sizes from the tensors; what they cannot tell has its official value.
    ///
    /// # Errors
    /// [`ModelError::WrongModel`] if the tensors are not an Ovi fusion model.
    pub fn detect(set: &WeightSet) -> Result<Self> {
        Ok(Self {
            video: detect_tower(set, Tower::Video)?,
            audio: detect_tower(set, Tower::Audio)?,
        })
    }
}

/// Which of the two towers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tower {
    Video,
    Audio,
}

impl Tower {
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Video => "video_model",
            Self::Audio => "audio_model",
        }
    }
}

fn detect_tower(set: &WeightSet, tower: Tower) -> Result<TowerConfig> {
    let prefix = tower.prefix();
    let extents = |name: &str| -> Result<Vec<usize>> {
        let name = format!("{prefix}.{name}");
        let missing = || ModelError::wrong("fusion model", format!("tensor {name} is missing"));
        set.shape(&name).map(<[usize]>::to_vec).ok_or_else(missing)
    };
    let matrix = |name: &str| -> Result<[usize; 2]> {
        let shape = extents(name)?;
        let wrong = |shape: Vec<usize>| ModelError::WeightShape {
            name: format!("{prefix}.{name}"),
            expected: vec![0, 0],
            found: shape,
        };
        <[usize; 2]>::try_from(shape).map_err(wrong)
    };
    let [dim, freq_dim] = matrix("time_embedding.0.weight")?;
    let [_, text_dim] = matrix("text_embedding.0.weight")?;
    let [ffn_dim, _] = matrix("blocks.0.ffn.0.weight")?;
    let [out, _] = matrix("head.head.weight")?;
    if dim == 0 || !dim.is_multiple_of(HEAD_DIM) {
        return Err(ModelError::wrong(
            "fusion model",
            format!("width {dim} is not a multiple of {HEAD_DIM}"),
        ));
    }
    let patch = if tower == Tower::Video { 4 } else { 1 };
    Ok(TowerConfig {
        in_dim: out / patch,
        dim,
        ffn_dim,
        freq_dim,
        num_heads: dim / HEAD_DIM,
        num_layers: count(|n| set.contains(&format!("{prefix}.blocks.{n}.self_attn.q.weight"))),
        text_dim,
        text_len: 512,
        eps: 1e-6,
        rope_scaling: if tower == Tower::Video {
            1.0
        } else {
            AUDIO_ROPE_SCALING
        },
    })
}

/// Hidden width of the audio input block: `2/3 * 4 * dim` rounded up to a multiple of 256.
pub(crate) fn conv_mlp_hidden(dim: usize) -> usize {
    (2 * 4 * dim / 3).next_multiple_of(256)
}
