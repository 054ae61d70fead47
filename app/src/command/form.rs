//! Wishes about what is filled in on the main screen.

use std::path::PathBuf;
use std::sync::Arc;

use egui::ColorImage;
use ovi_engine::prompt::Fix;
use ovi_engine::protocol::ClipId;

use crate::state::{PresetRef, Sweep};

/// A wish about the form.
#[derive(Clone, Debug, PartialEq)]
pub enum FormWish {
    /// Take the last step back.
    Undo,
    /// Take the step again that was taken back last.
    Redo,
    /// Mend the prompt or a negative prompt.
    Fix(Fix),
    /// Another prompt: an example, one that was used before, one in another form.
    SetPrompt(String),
    /// Forget a prompt that was used.
    ForgetPrompt(String),
    /// Forget all prompts that were used.
    ForgetPrompts,
    /// Take the settings of a preset.
    UsePreset(PresetRef),
    /// Keep the settings under this name.
    SavePreset(String),
    /// Give a preset another name.
    RenamePreset {
        /// Name.
        from: String,
        /// New name.
        to: String,
    },
    /// Forget a preset.
    RemovePreset(String),
    /// Write a preset to a file that can be shared.
    WritePreset(String, PathBuf),
    /// Read a preset from this file.
    ReadPreset(PathBuf),
    /// Queue one clip for each value.
    AddVariations(Sweep),
    /// Put the settings on the clipboard.
    CopySettings,
    /// Take settings, a preset or the path of a picture from the clipboard.
    Paste(String),
    /// Start clips from a picture on the clipboard.
    PastePicture(Arc<ColorImage>),
    /// Start clips from a frame of a clip.
    UseFrameOfClip(PathBuf, u32),
    /// Go on from the end of a clip.
    ContinueFrom(ClipId),
    /// Do not go on from a clip.
    StopContinuing,
    /// Take the settings of a clip with its seed.
    UseSettingsOf(ClipId),
    /// Let the newest sound preview be heard, or stop it.
    HearPreview(bool),
    /// Forget what loaded settings hold beyond the controls.
    DropExtras,
}
