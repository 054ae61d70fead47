//! Everything a panel can cause. Panels push values of this type; one place applies them.

use std::path::PathBuf;

use ovi_engine::protocol::ModelVariant;

use crate::player::Loudness;
use crate::settings::ThemeChoice;
use crate::state::{Dialog, Form};
use crate::tasks::Pick;

/// A wish of the user.
#[derive(Clone, Debug, PartialEq)]
pub enum UiCommand {
    /// Take the edited fields.
    EditForm(Box<Form>),
    /// Make a clip.
    Generate,
    /// Stop the job.
    Cancel,
    /// Look at a model folder and use it.
    UseCheckpoint(PathBuf),
    /// Say which published model the folder holds.
    ChooseVariant(ModelVariant),
    /// Start clips from a picture.
    UseFirstFrame(PathBuf),
    /// Start clips from noise.
    RemoveFirstFrame,
    /// Use a file or folder that was dropped on the window.
    UseDropped(PathBuf),
    /// Open a file dialog.
    Browse(Pick),
    /// Draw a seed.
    NewSeed,
    /// Keep the seed, or draw one per clip.
    ToggleSeedLock,
    /// Show the running job.
    ShowLive,
    /// Show a finished clip.
    ShowClip(usize),
    /// Put away the error or the cancellation.
    DismissOutcome,
    /// Put away the line in the status bar.
    DismissNotice,
    /// Steer the player.
    Play(PlayerCommand),
    /// Open a dialog, or change what is typed in it.
    OpenDialog(Dialog),
    /// Propose a place for a copy of the shown clip and ask.
    AskClipTarget,
    /// Close the dialog.
    CloseDialog,
    /// Copy the shown clip to this file.
    SaveClip(PathBuf),
    /// Write the shown frame as a PNG file beside the clip.
    SaveFrame,
    /// Show the folder of the shown clip.
    ShowFolder,
    /// Put text on the clipboard.
    Copy(String),
    /// Light or dark.
    SetTheme(ThemeChoice),
    /// Size of everything.
    SetTextScale(f32),
    /// Previews stand still.
    SetReducedMotion(bool),
}

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
