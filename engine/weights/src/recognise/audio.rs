//! Audio VAEs and vocoders, alone or in one file.

use super::{FileKind, NUM_MELS_44K, WrongKind, count, first_known, rank, size};
use crate::set::WeightSet;

/// Dimensions of a kernel over time.
const KERNEL_RANK: usize = 3;

/// The first convolution of a vocoder, by spelling of its weight norm
/// (spec: audio-vae-vocoder 2.2).
const VOCODER_KERNELS: [&str; 3] = ["weight_v", "parametrizations.weight.original1", "weight"];

pub(super) fn recognise(set: &WeightSet) -> Option<FileKind> {
    match (vae(set, "vae."), vocoder(set, "vocoder.")) {
        (
            Some(FileKind::AudioVae {
                data_dim,
                embed_dim,
                ..
            }),
            Some(FileKind::Vocoder { num_mels, .. }),
        ) if data_dim == num_mels => Some(FileKind::AudioPair {
            num_mels,
            embed_dim,
        }),
        (Some(wrong @ FileKind::WrongFile(_)), _) | (_, Some(wrong @ FileKind::WrongFile(_))) => {
            Some(wrong)
        }
        _ => vae(set, "").or_else(|| vocoder(set, "")),
    }
}

fn vae(set: &WeightSet, prefix: &str) -> Option<FileKind> {
    let named = |name: &str| format!("{prefix}{name}");
    let has_half = |half: &str| {
        rank(set, &named(&format!("{half}.conv_in.weight"))) == Some(KERNEL_RANK)
            && set.contains(&named(&format!("{half}.mid.attn_1.qkv.weight")))
    };
    let (has_encoder, has_decoder) = (has_half("encoder"), has_half("decoder"));
    if !has_encoder && !has_decoder {
        return None;
    }
    let of = |name: &str, axis| size(set, &named(name), axis);
    let data_dim = first_known([
        of("data_mean", 1),
        of("decoder.conv_out.weight", 0),
        of("encoder.conv_in.weight", 1),
    ]);
    if data_dim == NUM_MELS_44K {
        return Some(FileKind::WrongFile(WrongKind::AudioVae44k { data_dim }));
    }
    Some(FileKind::AudioVae {
        data_dim,
        // The encoder gives mean and variance.
        embed_dim: first_known([
            of("decoder.conv_in.weight", 1),
            of("encoder.conv_out.weight", 0) / 2,
        ]),
        hidden_dim: first_known([
            of("decoder.conv_out.weight", 1),
            of("encoder.conv_in.weight", 0),
        ]),
        has_encoder,
        has_decoder,
    })
}

fn vocoder(set: &WeightSet, prefix: &str) -> Option<FileKind> {
    let (spelling, first) = VOCODER_KERNELS.into_iter().find_map(|spelling| {
        let name = format!("{prefix}conv_pre.{spelling}");
        (rank(set, &name) == Some(KERNEL_RANK)).then_some((spelling, name))
    })?;
    let num_stages = count(set, |idx| format!("{prefix}ups.{idx}.0.{spelling}"));
    if num_stages == 0 {
        return None;
    }
    let num_mels = size(set, &first, 1);
    if num_mels == NUM_MELS_44K {
        return Some(FileKind::WrongFile(WrongKind::Vocoder44k { num_mels }));
    }
    let initial_channels = size(set, &first, 0);
    Some(FileKind::Vocoder {
        num_mels,
        initial_channels,
        num_stages,
    })
}
