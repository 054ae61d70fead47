//! The stages of a job and their order (spec: pipeline 2).

mod denoise;

pub use denoise::{Denoiser, Guidance, LatentPair, TextPair};
