//! Who is told how a job goes.

use crate::protocol::{Stage, Warning};

/// Listener of a job. Called on the engine thread; must not block.
pub trait Observer {
    /// A stage begins.
    fn stage(&mut self, stage: Stage);
    /// `done` of `total` units of the current stage are finished.
    fn progress(&mut self, done: u32, total: u32);
    /// Something was changed or looks wrong.
    fn warning(&mut self, warning: Warning);
    /// A new preview: steps done, `[width, height]`, RGB pictures.
    fn preview(&mut self, step: u32, size: [u32; 2], frames: Vec<Vec<u8>>);
    /// A new sound preview: steps done, mono samples at [`crate::pipeline::SAMPLE_RATE_HZ`] within +-1.
    fn heard(&mut self, step: u32, samples: Vec<f32>);
}

/// A listener that hears nothing.
impl Observer for () {
    fn stage(&mut self, _stage: Stage) {}
    fn progress(&mut self, _done: u32, _total: u32) {}
    fn warning(&mut self, _warning: Warning) {}
    fn preview(&mut self, _step: u32, _size: [u32; 2], _frames: Vec<Vec<u8>>) {}
    fn heard(&mut self, _step: u32, _samples: Vec<f32>) {}
}
