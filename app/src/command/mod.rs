//! Everything a panel can cause. Panels push values of this type; one place applies them.

mod compare;
mod form;
mod library;
mod message;
mod player;
mod queue;
mod settings;

use std::path::PathBuf;

use ovi_engine::protocol::{ClipId, GenerateRequest, ModelVariant};

use crate::state::{Dialog, Form, Screen};
use crate::tasks::Pick;

pub use compare::CompareWish;
pub use form::FormWish;
pub use library::LibraryWish;
pub use message::MessageWish;
pub use player::PlayerCommand;
pub use queue::{BatchWish, QueueWish};
pub use settings::SettingsWish;

/// What to do with the running job when the window is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseChoice {
    /// Cancel it and close.
    CancelAndClose,
    /// Hide the window until everything is done.
    KeepRunning,
}

/// A wish of the user.
#[derive(Clone, Debug, PartialEq)]
pub enum UiCommand {
    /// Show a screen.
    Show(Screen),
    /// Take the edited fields.
    EditForm(Box<Form>),
    /// Make a clip of the form: in front of the queue, or at its end.
    Generate {
        /// In front.
        at_front: bool,
    },
    /// All fields of the form to their defaults, the prompt and the model excepted.
    ResetForm,
    /// Fill in the form so that it asks for this: settings of a clip, a job or a file.
    LoadSettings(Box<GenerateRequest>),
    /// Show the prompt taken apart, or as one text.
    ShowPromptParts(bool),
    /// Change what is filled in on the main screen.
    Form(FormWish),
    /// Do something with the queue.
    Queue(QueueWish),
    /// Compare two to four clips.
    Compare(Vec<ClipId>),
    /// Do something with the comparison.
    CompareWish(CompareWish),
    /// Do something with the library.
    Library(LibraryWish),
    /// Change a setting of the program.
    Settings(SettingsWish),
    /// Do something with what the window said.
    Message(MessageWish),
    /// Stop the running job.
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
    ShowClip(ClipId),
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
    /// Close the window although a job runs.
    CloseWindow(CloseChoice),
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
}
