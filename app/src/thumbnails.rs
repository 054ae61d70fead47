//! Small pictures of clips: textures of those that were seen last, bounded in bytes, and the work
//! that is still to be done for others.

use std::cell::Cell;
use std::collections::HashMap;
use std::path::PathBuf;

use egui::{Context, TextureHandle};
use ovi_engine::protocol::ClipId;

use crate::pictures::load;
use crate::state::Thumbnail;

/// Memory for textures: some four hundred pictures of 256 pixels.
const MAX_BYTES: usize = 64 << 20;
/// Pictures that are made at the same time; more would only share the same disk and cores.
const MAX_RUNNING: usize = 2;

/// Where a clip's picture is.
#[derive(Clone, Copy)]
pub enum Thumb<'a> {
    /// Nobody has asked for it.
    Unknown,
    /// It is being made.
    Pending,
    /// There is none: the clip cannot be read.
    Missing,
    /// Here.
    Ready(&'a TextureHandle),
}

/// What a picture is made from.
#[derive(Debug, PartialEq, Eq)]
pub enum ThumbSource {
    /// A kept one: PNG bytes.
    Png(Vec<u8>),
    /// The first frame of this file.
    Clip(PathBuf),
}

enum Slot {
    Pending,
    Missing,
    Ready {
        texture: TextureHandle,
        num_bytes: usize,
        used: Cell<u64>,
    },
}

/// The pictures.
#[derive(Default)]
pub struct Thumbnails {
    slots: HashMap<ClipId, Slot>,
    num_bytes: usize,
    /// Counts looks at pictures: the one with the least number was seen longest ago.
    num_looks: Cell<u64>,
    work: Vec<(ClipId, ThumbSource)>,
    num_running: usize,
}

impl Thumbnails {
    /// The picture of a clip, which counts as seen.
    pub fn get(&self, id: ClipId) -> Thumb<'_> {
        match self.slots.get(&id) {
            None => Thumb::Unknown,
            Some(Slot::Pending) => Thumb::Pending,
            Some(Slot::Missing) => Thumb::Missing,
            Some(Slot::Ready { texture, used, .. }) => {
                used.set(self.num_looks.get());
                self.num_looks.set(self.num_looks.get() + 1);
                Thumb::Ready(texture)
            }
        }
    }

    /// Take note that these are wanted. Returns those that nobody has asked for yet.
    pub fn want(&mut self, ids: &[ClipId]) -> Vec<ClipId> {
        let mut unknown = Vec::new();
        for id in ids {
            if !self.slots.contains_key(id) {
                self.slots.insert(*id, Slot::Pending);
                unknown.push(*id);
            }
        }
        unknown
    }

    /// A picture can be made now.
    pub fn add_work(&mut self, id: ClipId, source: ThumbSource) {
        self.slots.entry(id).or_insert(Slot::Pending);
        self.work.push((id, source));
    }

    /// What to make next, if not enough is being made already. The newest wish comes first: it is
    /// what the user looks at.
    pub fn next_work(&mut self) -> Option<(ClipId, ThumbSource)> {
        if self.num_running >= MAX_RUNNING {
            return None;
        }
        let work = self.work.pop()?;
        self.num_running += 1;
        Some(work)
    }

    /// A picture was made, or could not be.
    pub fn done(&mut self, ctx: &Context, id: ClipId, picture: Option<&Thumbnail>) {
        self.num_running = self.num_running.saturating_sub(1);
        self.forget(&[id]);
        let texture = picture.and_then(|picture| load(ctx, picture));
        let Some(texture) = texture else {
            self.slots.insert(id, Slot::Missing);
            return;
        };
        let num_bytes = texture.byte_size();
        self.num_bytes += num_bytes;
        let used = Cell::new(self.num_looks.get());
        self.num_looks.set(self.num_looks.get() + 1);
        let ready = Slot::Ready {
            texture,
            num_bytes,
            used,
        };
        self.slots.insert(id, ready);
        self.shrink_to(MAX_BYTES);
    }

    /// Drop the pictures of clips that are gone, or whose file has changed.
    pub fn forget(&mut self, ids: &[ClipId]) {
        for id in ids {
            if let Some(Slot::Ready { num_bytes, .. }) = self.slots.remove(id) {
                self.num_bytes -= num_bytes;
            }
        }
    }

    /// Memory of the textures.
    #[cfg(test)]
    fn num_bytes(&self) -> usize {
        self.num_bytes
    }

    fn shrink_to(&mut self, max_bytes: usize) {
        while self.num_bytes > max_bytes {
            let ready = self.slots.iter().filter_map(|(id, slot)| match slot {
                Slot::Ready { used, .. } => Some((used.get(), *id)),
                _ => None,
            });
            let Some((_, oldest)) = ready.min() else {
                return;
            };
            self.forget(&[oldest]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Thumbnail {
        Thumbnail {
            width: 2,
            height: 2,
            rgb: vec![9; 12],
        }
    }

    fn is_ready(thumbnails: &Thumbnails, id: u64) -> bool {
        matches!(thumbnails.get(ClipId(id)), Thumb::Ready(_))
    }

    #[test]
    fn the_pictures_seen_longest_ago_make_room() {
        let ctx = Context::default();
        let mut thumbnails = Thumbnails::default();
        for id in 1..=3 {
            thumbnails.done(&ctx, ClipId(id), Some(&picture()));
        }
        let each = thumbnails.num_bytes() / 3;
        assert!(each > 0);
        assert!(is_ready(&thumbnails, 1), "and is seen now");
        thumbnails.shrink_to(2 * each);
        assert_eq!(thumbnails.num_bytes(), 2 * each);
        assert!(is_ready(&thumbnails, 1) && is_ready(&thumbnails, 3));
        assert_eq!(thumbnails.want(&[ClipId(2), ClipId(3)]), [ClipId(2)]);
        thumbnails.forget(&[ClipId(1), ClipId(3)]);
        assert_eq!(thumbnails.num_bytes(), 0);
    }

    #[test]
    fn each_picture_is_asked_for_once_and_few_are_made_at_a_time() {
        let mut thumbnails = Thumbnails::default();
        let ids: Vec<ClipId> = (1..=4).map(ClipId).collect();
        assert_eq!(thumbnails.want(&ids), ids);
        assert!(thumbnails.want(&ids).is_empty());
        for id in &ids {
            thumbnails.add_work(*id, ThumbSource::Png(Vec::new()));
        }
        let first = thumbnails.next_work().map(|(id, _)| id);
        assert_eq!(first, Some(ClipId(4)), "the newest wish");
        assert!(thumbnails.next_work().is_some());
        assert!(thumbnails.next_work().is_none(), "two are being made");
        thumbnails.done(&Context::default(), ClipId(4), None);
        assert!(matches!(thumbnails.get(ClipId(4)), Thumb::Missing));
        assert!(thumbnails.next_work().is_some());
    }
}
