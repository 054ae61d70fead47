//! What the user changes on clips, undone and redone.

use ovi_engine::protocol::{ClipId, ClipRecord, LibraryCommand};

use super::AppState;

/// Most changes that can be undone.
const MAX_UNDO: usize = 100;
/// Most tags of a clip.
const MAX_TAGS: usize = 32;
/// Longest tag, in characters.
const MAX_TAG_CHARS: usize = 40;

/// A change on clips.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClipEdit {
    /// Stars, 0 to 5.
    Rate(u8),
    /// Favourite or not.
    Favourite(bool),
    /// One tag more.
    AddTag(String),
    /// One tag less.
    RemoveTag(String),
    /// To the trash at this moment, or out of it.
    Trash(Option<i64>),
}

/// The part of a record that users change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    rating: u8,
    is_favourite: bool,
    tags: Vec<String>,
    trashed_unix: Option<i64>,
}

impl Marks {
    fn of(record: &ClipRecord) -> Self {
        Self {
            rating: record.rating,
            is_favourite: record.is_favourite,
            tags: record.tags.clone(),
            trashed_unix: record.trashed_unix,
        }
    }

    fn put_on(self, record: &mut ClipRecord) {
        record.rating = self.rating;
        record.is_favourite = self.is_favourite;
        record.tags = self.tags;
        record.trashed_unix = self.trashed_unix;
    }
}

/// A change that was made, with what there was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What was done.
    pub edit: ClipEdit,
    /// Clips that changed, with their marks on the other side of the change.
    clips: Vec<(ClipId, Marks)>,
}

impl Change {
    /// Number of clips that changed.
    pub fn num_clips(&self) -> usize {
        self.clips.len()
    }
}

/// A tag as it is kept: one line without spaces around it; `None` if nothing is left.
pub fn tidy_tag(typed: &str) -> Option<String> {
    let words: Vec<&str> = typed
        .split(|sign: char| sign.is_whitespace() || sign.is_control() || sign == ',')
        .filter(|word| !word.is_empty())
        .collect();
    let tag: String = words.join(" ").chars().take(MAX_TAG_CHARS).collect();
    (!tag.is_empty()).then_some(tag)
}

impl ClipEdit {
    fn apply(&self, record: &mut ClipRecord) {
        match self {
            Self::Rate(rating) => record.rating = (*rating).min(5),
            Self::Favourite(is_favourite) => record.is_favourite = *is_favourite,
            Self::AddTag(tag) => {
                if !record.tags.contains(tag) && record.tags.len() < MAX_TAGS {
                    record.tags.push(tag.clone());
                    record.tags.sort();
                }
            }
            Self::RemoveTag(tag) => record.tags.retain(|known| known != tag),
            Self::Trash(trashed_unix) => record.trashed_unix = *trashed_unix,
        }
    }
}

impl AppState {
    /// Change clips and keep the change, so that it can be undone.
    pub fn edit_clips(&mut self, ids: &[ClipId], edit: ClipEdit) {
        let mut clips = Vec::new();
        for id in ids {
            let Some(record) = self.library.clip(*id) else {
                continue;
            };
            let mut changed = record.clone();
            edit.apply(&mut changed);
            if changed != *record {
                clips.push((*id, Marks::of(record)));
                self.put_clip(changed);
            }
        }
        if clips.is_empty() {
            return;
        }
        let change = Change { edit, clips };
        let screen = &mut self.library_screen;
        screen.offer = matches!(change.edit, ClipEdit::Trash(_)).then(|| change.clone());
        screen.redo.clear();
        screen.undo.push(change);
        if screen.undo.len() > MAX_UNDO {
            screen.undo.remove(0);
        }
    }

    /// Take back the last change on clips. Returns it.
    pub fn undo_clips(&mut self) -> Option<Change> {
        let change = self.library_screen.undo.pop()?;
        let undone = self.swap_marks(change);
        self.library_screen.redo.push(undone.clone());
        Some(undone)
    }

    /// Make the change again that was taken back last. Returns it.
    pub fn redo_clips(&mut self) -> Option<Change> {
        let change = self.library_screen.redo.pop()?;
        let redone = self.swap_marks(change);
        self.library_screen.undo.push(redone.clone());
        Some(redone)
    }

    /// Replace a clip here and where it is kept.
    pub fn put_clip(&mut self, record: ClipRecord) {
        self.library.put(record.clone());
        self.keep(LibraryCommand::PutClip(Box::new(record)));
    }

    fn swap_marks(&mut self, mut change: Change) -> Change {
        self.library_screen.offer = None;
        change.clips.retain_mut(|(id, marks)| {
            let Some(mut record) = self.library.clip(*id).cloned() else {
                return false;
            };
            let now = Marks::of(&record);
            std::mem::replace(marks, now).put_on(&mut record);
            self.put_clip(record);
            true
        });
        change
    }
}

#[cfg(test)]
#[path = "library_edit_tests.rs"]
mod tests;
