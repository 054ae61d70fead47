//! The networks, schedulers and tokenizer of Ovi, written once against [`ovi_tensor`].
//!
//! Every network is a `Config` (detectable from a checkpoint), a constructor that walks the
//! checkpoint's names, and `forward`. Schedulers know no network; networks know no sampling.

pub mod audio_vae;
mod error;
mod loader;

pub mod mel;
mod nn;
pub mod schedulers;
pub mod text_encoder;
pub mod tokenizer;

pub mod transformer;
pub mod video_vae;
pub mod vocoder;

pub use error::ModelError;
pub use loader::Weights;

/// Result of loading and running networks.
pub type Result<T> = std::result::Result<T, ModelError>;
