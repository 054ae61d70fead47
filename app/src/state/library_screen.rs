//! What the library screen shows besides the clips themselves.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ovi_engine::protocol::{ClipId, ClipRecord, DecodeParts, DecodeTiles};

use super::library::Library;
use super::library_edit::Change;
use super::library_query::{LibraryList, LibraryQuery};
use super::library_select::Selection;

/// How clips are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LibraryLayout {
    /// Pictures side by side.
    #[default]
    Grid,
    /// A row per clip.
    List,
}

impl LibraryLayout {
    /// Name in the settings file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::List => "list",
        }
    }

    /// The layout called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Grid, Self::List]
            .into_iter()
            .find(|layout| layout.name() == name)
    }
}

/// What can be chosen in filters, taken from the clips.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Tags by name, with their numbers of clips.
    pub tags: BTreeMap<String, usize>,
    /// Sizes in pixels, smallest first, with their numbers of clips.
    pub sizes: BTreeMap<[u32; 2], usize>,
    /// Clips in the trash.
    pub num_trashed: usize,
    /// Clips whose latents were kept.
    pub num_latents: usize,
}

impl Facets {
    fn of(clips: &[ClipRecord]) -> Self {
        let mut facets = Self::default();
        for record in clips {
            for tag in &record.tags {
                *facets.tags.entry(tag.clone()).or_default() += 1;
            }
            let size = [record.clip.width, record.clip.height];
            *facets.sizes.entry(size).or_default() += 1;
            facets.num_trashed += usize::from(record.trashed_unix.is_some());
            facets.num_latents += usize::from(record.clip.latents.is_some());
        }
        facets
    }
}

/// A file that belongs to a clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFact {
    /// File or folder.
    pub path: PathBuf,
    /// Its size; `None` if it is not there.
    pub num_bytes: Option<u64>,
}

/// What the disk says about a clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipFacts {
    /// The clip's file.
    pub clip: FileFact,
    /// Kept latents.
    pub latents: Option<FileFact>,
    /// Further files.
    pub extra_files: Vec<FileFact>,
}

/// What deleting clips for good would remove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletePlan {
    /// Clips.
    pub ids: Vec<ClipId>,
    /// Files that are there.
    pub num_files: u64,
    /// Their size.
    pub num_bytes: u64,
}

/// How kept latents are to be decoded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RedecodeForm {
    /// Clip.
    pub id: ClipId,
    /// How frames are cut.
    pub tiles: DecodeTiles,
    /// Which tracks.
    pub parts: DecodeParts,
}

/// A clip that was dropped on the window.
#[derive(Clone, Debug, PartialEq)]
pub struct DroppedClip {
    /// What its file tells.
    pub record: ClipRecord,
    /// Version of this program that wrote it, if it is another one than this.
    pub other_version: Option<String>,
}

/// Dialogs of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LibraryDialog {
    /// Delete clips for good.
    Delete(DeletePlan),
    /// Decode kept latents again.
    Redecode(RedecodeForm),
    /// What to do with [`LibraryScreen::dropped`].
    Dropped,
}

/// The library screen.
#[derive(Clone, Debug, Default)]
pub struct LibraryScreen {
    /// What is listed.
    pub query: LibraryQuery,
    /// How.
    pub layout: LibraryLayout,
    /// The filters are in sight.
    pub has_filter_bar: bool,
    /// The pane about the shown clip takes the place of the list where both do not fit.
    pub is_detail_in_front: bool,
    /// Selected clips.
    pub selection: Selection,
    /// Listed clips, as of the last [`LibraryScreen::follow`].
    pub list: LibraryList,
    /// What can be chosen in filters.
    pub facets: Facets,
    /// Tag that is being typed.
    pub tag_draft: String,
    /// What the disk says about the clip that was shown last.
    pub facts: Option<(ClipId, ClipFacts)>,
    /// The clip of the dialog about a dropped one.
    pub dropped: Option<DroppedClip>,
    /// Changes that can be undone, oldest first.
    pub undo: Vec<Change>,
    /// Changes that were undone, the one to redo first last.
    pub redo: Vec<Change>,
    /// The last change, while it is offered to be undone.
    pub offer: Option<Change>,
    /// Counts moves of the cursor by keys: the list goes there.
    pub num_cursor_moves: u64,
    /// Counts requests to type into the search field.
    pub num_searches: u64,
    /// What local time is ahead of UTC.
    pub utc_offset_secs: i64,
    listed_for: Option<(u64, LibraryQuery, i64)>,
}

impl LibraryScreen {
    /// A screen that has listed nothing yet.
    pub fn new(query: LibraryQuery, layout: LibraryLayout, utc_offset_secs: i64) -> Self {
        Self {
            query,
            layout,
            utc_offset_secs,
            ..Self::default()
        }
    }

    /// List the clips again if they, the question or the day changed. Returns whether it did.
    pub fn follow(&mut self, library: &Library, utc_offset_secs: i64) -> bool {
        let is_known = self.listed_for.as_ref().is_some_and(|known| {
            known.0 == library.revision() && known.1 == self.query && known.2 == utc_offset_secs
        });
        if is_known {
            return false;
        }
        let revision = library.revision();
        if self
            .listed_for
            .as_ref()
            .is_none_or(|known| known.0 != revision)
        {
            self.facets = Facets::of(library.clips());
        }
        self.list = self.query.run(library.clips(), utc_offset_secs);
        self.selection.follow(&self.list.ids);
        self.listed_for = Some((revision, self.query.clone(), utc_offset_secs));
        true
    }

    /// Selected clips, in the order of the list.
    pub fn selected(&self) -> Vec<ClipId> {
        self.selection.ids(&self.list.ids)
    }

    /// What is known about the files of `id`.
    pub fn facts_of(&self, id: ClipId) -> Option<&ClipFacts> {
        let (known, facts) = self.facts.as_ref()?;
        (*known == id).then_some(facts)
    }
}
