//! Video VAEs of Wan 2.2, and the one of Wan 2.1.

use super::{FileKind, WrongKind, first_known, rank, size};
use crate::names::VideoVaeNaming;
use crate::set::WeightSet;

/// Latent channels of the VAE of Wan 2.1.
const WAN21_Z_DIM: usize = 16;

/// Dimensions of a kernel over time, height and width.
const KERNEL_RANK: usize = 5;

/// Blocks directly below a level list: in Wan 2.2 they are one list deeper.
const WAN21_SIGNATURES: [&str; 2] = [
    "decoder.upsamples.0.residual.0.gamma",
    "encoder.downsamples.0.residual.0.gamma",
];

pub(super) fn recognise(set: &WeightSet) -> Option<FileKind> {
    let is_kernel = |name: &str| rank(set, name) == Some(KERNEL_RANK);
    let (naming, encoder, decoder) = [
        (
            VideoVaeNaming::Official,
            "encoder.conv1.weight",
            "decoder.conv1.weight",
        ),
        (
            VideoVaeNaming::Diffusers,
            "encoder.conv_in.weight",
            "decoder.conv_in.weight",
        ),
    ]
    .into_iter()
    .find(|(_, encoder, decoder)| is_kernel(encoder) || is_kernel(decoder))?;
    let (to_moments, head) = match naming {
        VideoVaeNaming::Official => ("conv1.weight", "encoder.head.2.weight"),
        VideoVaeNaming::Diffusers => ("quant_conv.weight", "encoder.conv_out.weight"),
    };
    // The encoder gives mean and variance, hence twice as many channels.
    let z_dim = first_known([
        size(set, decoder, 1),
        size(set, to_moments, 0) / 2,
        size(set, head, 0) / 2,
    ]);
    if z_dim == WAN21_Z_DIM || WAN21_SIGNATURES.iter().any(|name| set.contains(name)) {
        return Some(FileKind::WrongFile(WrongKind::Wan21Vae { z_dim }));
    }
    Some(FileKind::VideoVae {
        z_dim,
        naming,
        has_encoder: is_kernel(encoder),
        has_decoder: is_kernel(decoder),
    })
}
