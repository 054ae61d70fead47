//! The generation engine: pipeline, worker thread, memory accounting and the headless program.

pub mod catalogue;
pub mod demo;
mod error;
mod handle;
pub mod library;
pub mod picture;
pub mod pipeline;
pub mod prompt;
pub mod protocol;
pub mod telemetry;
pub mod worker;

pub use error::EngineError;
pub use handle::{EngineHandle, Wake};
