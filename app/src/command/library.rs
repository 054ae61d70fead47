//! Wishes about the library.

use ovi_engine::protocol::ClipId;

use crate::state::{ClipEdit, LibraryLayout, LibraryQuery, RedecodeForm, SelectHow};

/// A wish about the library.
#[derive(Clone, Debug, PartialEq)]
pub enum LibraryWish {
    /// Rate a clip, 0 to 5.
    Rate(ClipId, u8),
    /// Change clips.
    Edit(Vec<ClipId>, ClipEdit),
    /// Move clips to the trash.
    Trash(Vec<ClipId>),
    /// Take back the last change on clips.
    Undo,
    /// Make the change again that was taken back.
    Redo,
    /// No longer offer to take back the last change.
    DismissOffer,
    /// Say how many files deleting clips would remove, and ask.
    AskDelete(Vec<ClipId>),
    /// Delete clips and their files for good.
    Delete(Vec<ClipId>),
    /// List other clips, or in another order.
    SetQuery(Box<LibraryQuery>),
    /// Lay clips out.
    SetLayout(LibraryLayout),
    /// Show the filters.
    SetFilterBar(bool),
    /// Show the pane about the clip where it and the list do not both fit.
    SetDetailInFront(bool),
    /// Select a clip.
    Select(ClipId, SelectHow),
    /// Go so many places further in the list.
    Step(i64, SelectHow),
    /// Select all listed clips.
    SelectAll,
    /// Select only the shown clip.
    SelectShown,
    /// Go to the search field.
    FocusSearch,
    /// Tag that is being typed.
    TypeTag(String),
    /// These pictures are in sight.
    WantThumbnails(Vec<ClipId>),
    /// Ask for clips and take them in.
    AddClips,
    /// Ask where the file of a clip is now.
    Locate(ClipId),
    /// Fill in the form with the clip's settings.
    LoadSettings(ClipId),
    /// The same, with its seed kept.
    SameSeed(ClipId),
    /// Fill in the form so that it goes on from the clip's end.
    ContinueFrom(ClipId),
    /// Start the next clip with the frame that is shown.
    UseFrame(ClipId),
    /// Ask how kept latents shall be decoded again.
    AskRedecode(ClipId),
    /// Queue it.
    Redecode(RedecodeForm),
    /// Copy the settings as text.
    CopySettings(ClipId),
    /// Copy the command that makes the clip.
    CopyCommand(ClipId),
    /// Do something with the clip that was dropped on the window.
    UseDropped(DroppedUse),
}

/// What a dropped clip can be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DroppedUse {
    /// Fill in the form with its settings.
    LoadSettings,
    /// Take it into the library.
    Add,
    /// Show it in the library, where it is already.
    Show,
    /// Go on from its end.
    Continue,
    /// Start the next clip with its first frame.
    FirstFrame,
    /// Start the next clip with its last frame.
    LastFrame,
}
