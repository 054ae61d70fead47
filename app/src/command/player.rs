//! Wishes about the clip that is played.

use crate::player::Loudness;

/// A wish about the shown clip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PlayerCommand {
    /// Play or pause.
    Toggle,
    /// Pause and go some frames further.
    Step(i64),
    /// Go some seconds further.
    Skip(f64),
    /// Go to a share of the clip, 0 to 1.
    SeekShare(f32),
    /// Start again at the end.
    SetLooping(bool),
    /// Set the loudness.
    SetLoudness(Loudness),
}
