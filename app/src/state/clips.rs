//! Finished clips of this run of the program.

use ovi_engine::protocol::{Clip, GenerateRequest};

/// A finished clip and what it was made from.
#[derive(Clone, Debug)]
pub struct ClipEntry {
    /// What the engine reported.
    pub clip: Box<Clip>,
    /// What was asked for; `None` if the clip is not from this window.
    pub request: Option<Box<GenerateRequest>>,
}

/// What the result area shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResultView {
    /// The running job, or the invitation to start one.
    #[default]
    Live,
    /// Clip number `0` of [`crate::state::AppState::clips`].
    Clip(usize),
}
