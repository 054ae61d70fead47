//! Video VAE: official and diffusers names (spec: video-vae 3).

use std::sync::LazyLock;

use super::pattern::{fill, numbers_in};
use crate::set::WeightSet;

/// Spelling of the names of a video VAE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VideoVaeNaming {
    /// As in `Wan2.2_VAE.pth`.
    Official,
    /// As in the diffusers class.
    Diffusers,
}

/// Index of the resampling layer behind the residual blocks of a level, which diffusers names drop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResampleIndices {
    /// Residual blocks per encoder level (2 in the real model).
    pub encoder: usize,
    /// Residual blocks per decoder level (3 in the real model).
    pub decoder: usize,
}

impl ResampleIndices {
    /// Counts the residual blocks of a set with diffusers names.
    pub fn of(set: &WeightSet) -> Self {
        let count = |pattern: &str| {
            let blocks = set.names().filter_map(|name| numbers_in(pattern, name));
            blocks
                .filter_map(|numbers| numbers.last().map(|idx| idx + 1))
                .max()
                .unwrap_or(0)
        };
        Self {
            encoder: count("encoder.down_blocks.{}.resnets.{}.conv1.weight"),
            decoder: count("decoder.up_blocks.{}.resnets.{}.conv1.weight"),
        }
    }
}

/// Layers that stand alone, official and diffusers.
const PLAIN: [(&str, &str); 8] = [
    ("conv1", "quant_conv"),
    ("conv2", "post_quant_conv"),
    ("encoder.conv1", "encoder.conv_in"),
    ("decoder.conv1", "decoder.conv_in"),
    ("encoder.head.0", "encoder.norm_out"),
    ("decoder.head.0", "decoder.norm_out"),
    ("encoder.head.2", "encoder.conv_out"),
    ("decoder.head.2", "decoder.conv_out"),
];

/// Residual blocks.
const RESIDUAL: [(&str, &str); 6] = [
    ("encoder.middle.0", "encoder.mid_block.resnets.0"),
    ("encoder.middle.2", "encoder.mid_block.resnets.1"),
    ("decoder.middle.0", "decoder.mid_block.resnets.0"),
    ("decoder.middle.2", "decoder.mid_block.resnets.1"),
    (
        "encoder.downsamples.{}.downsamples.{}",
        "encoder.down_blocks.{}.resnets.{}",
    ),
    (
        "decoder.upsamples.{}.upsamples.{}",
        "decoder.up_blocks.{}.resnets.{}",
    ),
];

/// Layers of a residual block.
const RESIDUAL_LAYERS: [(&str, &str); 5] = [
    ("residual.0", "norm1"),
    ("residual.2", "conv1"),
    ("residual.3", "norm2"),
    ("residual.6", "conv2"),
    ("shortcut", "conv_shortcut"),
];

/// Attention blocks; their layers have the same names in both spellings.
const ATTENTION: [(&str, &str); 2] = [
    ("encoder.middle.1", "encoder.mid_block.attentions.0"),
    ("decoder.middle.1", "decoder.mid_block.attentions.0"),
];
const ATTENTION_LAYERS: [&str; 3] = ["norm", "to_qkv", "proj"];

/// Resampling layers; the diffusers name lacks the second number.
const RESAMPLE: [(&str, &str); 2] = [
    (
        "encoder.downsamples.{}.downsamples.{}",
        "encoder.down_blocks.{}.downsampler",
    ),
    (
        "decoder.upsamples.{}.upsamples.{}",
        "decoder.up_blocks.{}.upsampler",
    ),
];
const RESAMPLE_LAYERS: [&str; 2] = ["resample.1", "time_conv"];

/// Last parts of names.
const LEAVES: [&str; 3] = ["weight", "bias", "gamma"];

/// All patterns, official and diffusers.
static TABLE: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let mut layers: Vec<(String, String)> = Vec::new();
    layers.extend(PLAIN.map(|(official, diffusers)| (official.to_owned(), diffusers.to_owned())));
    for (official, diffusers) in RESIDUAL {
        layers.extend(RESIDUAL_LAYERS.map(|(official_layer, diffusers_layer)| {
            (
                format!("{official}.{official_layer}"),
                format!("{diffusers}.{diffusers_layer}"),
            )
        }));
    }
    for (official, diffusers) in ATTENTION {
        layers.extend(ATTENTION_LAYERS.map(|layer| {
            (
                format!("{official}.{layer}"),
                format!("{diffusers}.{layer}"),
            )
        }));
    }
    for (official, diffusers) in RESAMPLE {
        layers.extend(RESAMPLE_LAYERS.map(|layer| {
            (
                format!("{official}.{layer}"),
                format!("{diffusers}.{layer}"),
            )
        }));
    }
    let with_leaf = |(official, diffusers): &(String, String)| {
        LEAVES.map(|leaf| (format!("{official}.{leaf}"), format!("{diffusers}.{leaf}")))
    };
    layers.iter().flat_map(with_leaf).collect()
});

/// The official spelling of a diffusers name; `None` for names of no tensor of the VAE.
pub fn video_vae_official_name(diffusers: &str, indices: ResampleIndices) -> Option<String> {
    TABLE.iter().find_map(|(official, pattern)| {
        let mut numbers = numbers_in(pattern, diffusers)?;
        // Only needed, and only looked at, by patterns of resampling layers.
        let dropped = if official.starts_with("encoder") {
            indices.encoder
        } else {
            indices.decoder
        };
        numbers.push(dropped);
        Some(fill(official, &numbers))
    })
}

/// The diffusers spelling of an official name; `None` for names of no tensor of the VAE.
pub fn video_vae_diffusers_name(official: &str) -> Option<String> {
    TABLE.iter().find_map(|(pattern, diffusers)| {
        numbers_in(pattern, official).map(|numbers| fill(diffusers, &numbers))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDICES: ResampleIndices = ResampleIndices {
        encoder: 2,
        decoder: 3,
    };

    #[track_caller]
    fn check(official: &str, diffusers: &str) {
        assert_eq!(
            video_vae_diffusers_name(official).as_deref(),
            Some(diffusers)
        );
        assert_eq!(
            video_vae_official_name(diffusers, INDICES).as_deref(),
            Some(official)
        );
    }

    #[test]
    fn both_ways() {
        check("conv1.weight", "quant_conv.weight");
        check("conv2.bias", "post_quant_conv.bias");
        check("decoder.conv1.weight", "decoder.conv_in.weight");
        check("encoder.head.0.gamma", "encoder.norm_out.gamma");
        check("decoder.head.2.bias", "decoder.conv_out.bias");
        check(
            "decoder.middle.0.residual.3.gamma",
            "decoder.mid_block.resnets.0.norm2.gamma",
        );
        check(
            "encoder.middle.2.residual.6.weight",
            "encoder.mid_block.resnets.1.conv2.weight",
        );
        check(
            "decoder.middle.1.to_qkv.bias",
            "decoder.mid_block.attentions.0.to_qkv.bias",
        );
        check(
            "encoder.downsamples.1.downsamples.0.shortcut.weight",
            "encoder.down_blocks.1.resnets.0.conv_shortcut.weight",
        );
        check(
            "encoder.downsamples.1.downsamples.2.time_conv.weight",
            "encoder.down_blocks.1.downsampler.time_conv.weight",
        );
        check(
            "decoder.upsamples.0.upsamples.3.resample.1.bias",
            "decoder.up_blocks.0.upsampler.resample.1.bias",
        );
        check(
            "decoder.upsamples.3.upsamples.2.residual.2.weight",
            "decoder.up_blocks.3.resnets.2.conv1.weight",
        );
    }

    #[test]
    fn names_of_no_tensor_have_no_spelling() {
        assert_eq!(video_vae_official_name("decoder.conv_in", INDICES), None);
        assert_eq!(
            video_vae_official_name("decoder.up_blocks.0.upsamplers.0.conv", INDICES),
            None
        );
        assert_eq!(
            video_vae_diffusers_name("decoder.middle.3.residual.0.gamma"),
            None
        );
    }
}
