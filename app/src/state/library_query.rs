//! Which clips of the library are listed, in which order and groups.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use ovi_engine::protocol::{ClipId, ClipRecord, ModelVariant};

/// Seconds of a day.
const DAY_SECS: i64 = 86_400;

/// What clips are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortKey {
    /// When they were made.
    #[default]
    Date,
    /// Stars.
    Rating,
    /// Length.
    Duration,
    /// Pixels of a frame.
    Resolution,
    /// Width over height.
    Aspect,
    /// How long they took to make.
    TimeTaken,
}

impl SortKey {
    /// All keys in the order they are offered.
    pub const ALL: [Self; 6] = [
        Self::Date,
        Self::Rating,
        Self::Duration,
        Self::Resolution,
        Self::Aspect,
        Self::TimeTaken,
    ];

    /// Name in the settings file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Rating => "rating",
            Self::Duration => "duration",
            Self::Resolution => "resolution",
            Self::Aspect => "aspect",
            Self::TimeTaken => "time_taken",
        }
    }

    /// The key called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    fn compare(self, a: &ClipRecord, b: &ClipRecord) -> Ordering {
        let aspect = |record: &ClipRecord| {
            f64::from(record.clip.width) / f64::from(record.clip.height.max(1))
        };
        let pixels =
            |record: &ClipRecord| u64::from(record.clip.width) * u64::from(record.clip.height);
        match self {
            Self::Date => a.created_unix.cmp(&b.created_unix),
            Self::Rating => a.rating.cmp(&b.rating),
            Self::Duration => a.clip.duration_secs.total_cmp(&b.clip.duration_secs),
            Self::Resolution => pixels(a).cmp(&pixels(b)),
            Self::Aspect => aspect(a).total_cmp(&aspect(b)),
            Self::TimeTaken => a.clip.total_secs.total_cmp(&b.clip.total_secs),
        }
    }
}

/// What clips are grouped by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupBy {
    /// The local day they were made on.
    #[default]
    Day,
    /// The model that made them.
    Model,
    /// Their prompt.
    Prompt,
    /// Not at all.
    None,
}

impl GroupBy {
    /// All groupings in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Day, Self::Model, Self::Prompt, Self::None];

    /// Name in the settings file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Model => "model",
            Self::Prompt => "prompt",
            Self::None => "none",
        }
    }

    /// The grouping called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }
}

/// How long clips are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthClass {
    /// At most six seconds: one clip of a 5 s model.
    Short,
    /// Over six, at most twelve seconds: one clip of the 10 s model.
    Middle,
    /// Over twelve seconds: continued clips.
    Long,
}

impl LengthClass {
    /// All classes, shortest first.
    pub const ALL: [Self; 3] = [Self::Short, Self::Middle, Self::Long];

    /// Where a clip of this length belongs.
    pub fn of(secs: f64) -> Self {
        match secs {
            ..=6.0 => Self::Short,
            ..=12.0 => Self::Middle,
            _ => Self::Long,
        }
    }
}

/// What the user asked to see. All filters apply together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LibraryQuery {
    /// The trash instead of the library.
    pub is_trash: bool,
    /// Words that prompt, file name or tags contain, all of them.
    pub search: String,
    /// Model; the inner `None` is an unknown one.
    pub model: Option<Option<ModelVariant>>,
    /// Length.
    pub length: Option<LengthClass>,
    /// Width and height in pixels.
    pub size: Option<[u32; 2]>,
    /// Least stars; 0 is any.
    pub min_rating: u8,
    /// Favourites only.
    pub only_favourites: bool,
    /// Clips in which someone speaks only.
    pub only_speech: bool,
    /// Clips whose latents were kept only.
    pub only_latents: bool,
    /// Seed as typed; what is no number matches nothing.
    pub seed: String,
    /// Tag.
    pub tag: Option<String>,
    /// Order.
    pub sort: SortKey,
    /// Least first.
    pub is_ascending: bool,
    /// Groups.
    pub group: GroupBy,
}

impl LibraryQuery {
    /// Whether some clips are left out.
    pub fn has_filters(&self) -> bool {
        *self != self.without_filters()
    }

    /// Number of filters besides the search.
    pub fn num_filters(&self) -> usize {
        let active = [
            self.model.is_some(),
            self.length.is_some(),
            self.size.is_some(),
            self.min_rating > 0,
            self.only_favourites,
            self.only_speech,
            self.only_latents,
            !self.seed.trim().is_empty(),
            self.tag.is_some(),
        ];
        active.into_iter().filter(|is_active| *is_active).count()
    }

    /// The same place, order and groups, with nothing left out.
    pub fn without_filters(&self) -> Self {
        Self {
            is_trash: self.is_trash,
            sort: self.sort,
            is_ascending: self.is_ascending,
            group: self.group,
            ..Self::default()
        }
    }

    /// The clips to list. `utc_offset_secs` is what local time is ahead of UTC: it decides where days
    /// begin.
    pub fn run(&self, clips: &[ClipRecord], utc_offset_secs: i64) -> LibraryList {
        let here = |record: &&ClipRecord| record.trashed_unix.is_some() == self.is_trash;
        let words: Vec<String> = self
            .search
            .split_whitespace()
            .map(str::to_lowercase)
            .collect();
        let mut num_all = 0;
        let mut listed: Vec<&ClipRecord> = Vec::new();
        for record in clips.iter().filter(here) {
            num_all += 1;
            if self.matches(record) && matches_words(record, &words) {
                listed.push(record);
            }
        }
        listed.sort_by(|a, b| {
            let ordering = self.sort.compare(a, b);
            let ordering = match self.is_ascending {
                true => ordering,
                false => ordering.reverse(),
            };
            ordering
                .then_with(|| b.created_unix.cmp(&a.created_unix))
                .then_with(|| b.id.cmp(&a.id))
        });
        let mut list = grouped(&listed, self, utc_offset_secs);
        list.num_all = num_all;
        list
    }

    fn matches(&self, record: &ClipRecord) -> bool {
        let clip = &record.clip;
        let seed = self.seed.trim();
        self.model.is_none_or(|model| model == model_of(record))
            && self
                .length
                .is_none_or(|length| length == LengthClass::of(clip.duration_secs))
            && self
                .size
                .is_none_or(|size| size == [clip.width, clip.height])
            && record.rating >= self.min_rating
            && (!self.only_favourites || record.is_favourite)
            && (!self.only_speech || has_speech(record))
            && (!self.only_latents || clip.latents.is_some())
            && (seed.is_empty() || seed.parse() == Ok(clip.seed))
            && self
                .tag
                .as_ref()
                .is_none_or(|tag| record.tags.contains(tag))
    }
}

fn matches_words(record: &ClipRecord, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let name = record.clip.path.file_stem().unwrap_or_default();
    let mut haystack = name.to_string_lossy().to_lowercase();
    for text in record.tags.iter().map(String::as_str).chain(prompt(record)) {
        haystack.push('\n');
        haystack.push_str(&text.to_lowercase());
    }
    words.iter().all(|word| haystack.contains(word.as_str()))
}

/// The model that made a clip, if known.
pub fn model_of(record: &ClipRecord) -> Option<ModelVariant> {
    let asked = record.request.as_ref().and_then(|request| request.variant);
    record.clip.variant.or(asked)
}

/// The prompt of a clip, if known.
pub fn prompt(record: &ClipRecord) -> Option<&str> {
    let prompt = record.request.as_ref()?.prompt.trim();
    (!prompt.is_empty()).then_some(prompt)
}

/// Whether the prompt has words that are spoken.
pub fn has_speech(record: &ClipRecord) -> bool {
    prompt(record).is_some_and(|prompt| prompt.contains("<S>") && prompt.contains("<E>"))
}

/// What the clips of a group share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GroupKey {
    /// Days since 1970, in local time.
    Day(i64),
    /// Model; `None` is unknown.
    Model(Option<ModelVariant>),
    /// Prompt; empty is unknown.
    Prompt(String),
    /// They are not grouped.
    All,
}

/// A group of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What its clips share.
    pub key: GroupKey,
    /// Which clips of the list it holds.
    pub range: Range<usize>,
}

/// Clips in the order they are listed, in groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LibraryList {
    /// Clips.
    pub ids: Vec<ClipId>,
    /// Groups, in order; they hold every clip once. None for an empty list.
    pub groups: Vec<Group>,
    /// Clips that would be listed without filters.
    pub num_all: usize,
}

impl LibraryList {
    /// Where a clip stands.
    pub fn place_of(&self, id: ClipId) -> Option<usize> {
        self.ids.iter().position(|known| *known == id)
    }
}

fn grouped(listed: &[&ClipRecord], query: &LibraryQuery, utc_offset_secs: i64) -> LibraryList {
    let key = |record: &ClipRecord| match query.group {
        GroupBy::Day => GroupKey::Day(
            (record.created_unix.saturating_add(utc_offset_secs)).div_euclid(DAY_SECS),
        ),
        GroupBy::Model => GroupKey::Model(model_of(record)),
        GroupBy::Prompt => GroupKey::Prompt(prompt(record).unwrap_or_default().to_owned()),
        GroupBy::None => GroupKey::All,
    };
    // In the order in which the sorted clips come to them.
    let mut places: HashMap<GroupKey, usize> = HashMap::new();
    let mut members: Vec<(GroupKey, Vec<ClipId>)> = Vec::new();
    for record in listed {
        let key = key(record);
        let place = *places.entry(key.clone()).or_insert_with(|| {
            members.push((key, Vec::new()));
            members.len() - 1
        });
        if let Some((_, ids)) = members.get_mut(place) {
            ids.push(record.id);
        }
    }
    // Days are a calendar, whatever the clips of a day are sorted by.
    if query.group == GroupBy::Day {
        let is_oldest_first = query.sort == SortKey::Date && query.is_ascending;
        members.sort_by_key(|(key, _)| match (key, is_oldest_first) {
            (GroupKey::Day(day), true) => *day,
            (GroupKey::Day(day), false) => -day,
            _ => 0,
        });
    }
    let mut list = LibraryList::default();
    for (key, ids) in members {
        let start = list.ids.len();
        list.ids.extend(ids);
        let range = start..list.ids.len();
        list.groups.push(Group { key, range });
    }
    list
}

#[cfg(test)]
#[path = "library_query_tests.rs"]
mod tests;
