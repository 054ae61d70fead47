//! Wan 2.2 video VAE: 16x16 pixels and 4 frames per latent, 48 channels (spec: video-vae).
//!
//! Both networks are pipelines of single frames `[height, width, channels]`: every temporal
//! convolution keeps its last two inputs, and a frame is pushed depth first through all levels
//! before its sibling, so memory does not grow with the length of the clip.

mod blocks;
mod decoder;
mod encoder;
mod exact;
mod frames;
mod latent;
mod level;
mod resample;
mod tiling;

pub use blocks::{AttentionBlock, CausalConv3d, ConvState, ResidualBlock, ResidualState, RmsNorm};
pub use decoder::{DecoderStream, VideoDecoder};
pub use encoder::{EncoderStream, VideoEncoder};
pub use exact::{TilePart, decode_exact};
pub use frames::{average_down, patchify, unpatchify};
pub use latent::{LatentStats, preview_rgb};
pub use level::{DownLevel, DownLevelState, UpLevel, UpLevelState};
pub use resample::{Downsample, DownsampleState, Upsample, UpsampleState};
pub use tiling::{AverageTiling, RampTiling, decode_average, decode_ramp};

/// Pixels along one side of a latent pixel.
pub const SPATIAL_FACTOR: usize = 16;

/// Frames that every latent frame but the first becomes.
pub const TEMPORAL_FACTOR: usize = 4;

/// Frames of a clip of `latent_frames`.
pub fn num_frames(latent_frames: usize) -> usize {
    TEMPORAL_FACTOR * latent_frames.saturating_sub(1) + 1
}
