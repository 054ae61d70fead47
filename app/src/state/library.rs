//! The clips of the library as the window knows them.

use std::collections::HashMap;

use ovi_engine::protocol::{ClipId, ClipRecord, ErrorReport, LibraryNote, Preset, PromptUse};

/// Whether what is kept on disk is there.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum LibraryState {
    /// It is being opened.
    #[default]
    Opening,
    /// It is open.
    Open,
    /// It cannot be opened; nothing is kept after this run.
    Unavailable(Box<ErrorReport>),
}

/// Clips, presets and prompts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Library {
    /// Whether it is there.
    pub state: LibraryState,
    clips: Vec<ClipRecord>,
    /// Where each clip stands in `clips`.
    places: HashMap<ClipId, usize>,
    /// Presets of the user, by name.
    pub presets: Vec<Preset>,
    /// Prompts that were used, newest first.
    pub prompts: Vec<PromptUse>,
    /// What happened while it was opened.
    pub notes: Vec<LibraryNote>,
    /// Changes whenever a clip does, for what is computed from them.
    revision: u64,
}

impl Library {
    /// All clips, newest first, those in the trash included.
    pub fn clips(&self) -> &[ClipRecord] {
        &self.clips
    }

    /// The clip `id`.
    pub fn clip(&self, id: ClipId) -> Option<&ClipRecord> {
        self.clips.get(*self.places.get(&id)?)
    }

    /// The clip whose file is `path`.
    pub fn clip_of_file(&self, path: &std::path::Path) -> Option<&ClipRecord> {
        self.clips.iter().find(|record| record.clip.path == path)
    }

    /// Number that changes whenever a clip does.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Take over the clips that were kept.
    pub fn set_clips(&mut self, clips: Vec<ClipRecord>) {
        self.clips = clips;
        self.changed();
    }

    /// Add a clip in front, or replace it where it stands.
    pub fn put(&mut self, record: ClipRecord) {
        let known = self.places.get(&record.id);
        match known.and_then(|idx| self.clips.get_mut(*idx)) {
            Some(known) => {
                *known = record;
                self.revision += 1;
            }
            None => {
                self.clips.insert(0, record);
                self.changed();
            }
        }
    }

    /// Forget clips.
    pub fn remove(&mut self, ids: &[ClipId]) {
        self.clips.retain(|record| !ids.contains(&record.id));
        self.changed();
    }

    fn changed(&mut self) {
        let places = self.clips.iter().enumerate();
        self.places = places.map(|(idx, record)| (record.id, idx)).collect();
        self.revision += 1;
    }
}
