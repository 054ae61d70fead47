//! The generation engine: pipeline, worker thread, memory accounting and the headless program.

mod handle;
pub mod picture;
pub mod pipeline;
pub mod prompt;
pub mod protocol;
pub mod worker;

pub use handle::{EngineHandle, Wake};
