//! Wishes about what is played.

use crate::player::{LoopEnd, Loudness};

/// A wish about the clip that is played, or the clips that are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PlayerCommand {
    /// Play or pause.
    Toggle,
    /// Play with the shuttle, faster on repeat.
    Shuttle {
        /// Backwards.
        is_backwards: bool,
    },
    /// Pause and go some frames further.
    Step(i64),
    /// Go some seconds further.
    Skip(f64),
    /// Go to a share of the clip, 0 to 1.
    SeekShare(f32),
    /// Start again at the end.
    SetLooping(bool),
    /// Put an end of the loop where the clip stands.
    SetLoopEnd(LoopEnd),
    /// Put an end of the loop at a share of the clip, 0 to 1.
    MoveLoopEnd(LoopEnd, f32),
    /// Move an end of the loop by some frames.
    NudgeLoopEnd(LoopEnd, i64),
    /// Loop the whole clip again.
    ClearLoop,
    /// Choose a speed.
    SetSpeed(f32),
    /// Keep the pitch at other speeds than 1, or be silent there.
    SetKeepsPitch(bool),
    /// Set the loudness.
    SetLoudness(Loudness),
    /// Hear this one of the clips that are compared, counted from 0.
    Hear(usize),
    /// Fill the screen, or leave that.
    SetFullScreen(bool),
}
