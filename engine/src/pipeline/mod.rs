//! The stages of a job and their order (spec: pipeline 2).
//!
//! Each stage loads what it needs, borrows the device under its own ledger name, and drops it all
//! before the next begins. What passes between stages is small and lives in host memory.

mod denoise;
mod files;
mod job;
mod metadata;
mod observer;
mod settings;
mod stages;

pub use denoise::{Denoiser, Guidance, LatentPair, TextPair};
pub use job::{run, to_bytes};
pub use observer::Observer;
pub use settings::{ClipShape, Settings};
pub use stages::{
    FirstFrame, Latents, Sampling, Sound, Texts, decode_picture, decode_sound, encode_first_frame,
    encode_texts, sample,
};
