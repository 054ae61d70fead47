//! The stages of a job and their order (spec: pipeline 2).
//!
//! Each stage loads what it needs, borrows the device under its own ledger name, and drops it all
//! before the next begins. What passes between stages is small and lives in host memory.

mod denoise;
mod files;
mod finish;
mod job;
mod latents_file;
mod metadata;
mod observer;
mod parent;
mod picture;
mod prepare;
mod redecode;
mod settings;
mod sound;
mod stages;

pub use denoise::{Denoiser, Guidance, LatentPair, TextPair, WHOLE_RUN};
pub use job::run;
pub use latents_file::kept_request;
pub use observer::Observer;
pub use picture::to_bytes;
pub use settings::{ClipShape, FPS, SAMPLE_RATE_HZ, Settings};
pub use stages::{
    FirstFrame, Latents, Previews, Sampling, Sound, Texts, decode_picture, decode_picture_in_tiles,
    decode_sound, encode_first_frame, encode_texts, sample,
};
