//! The queue's list: which jobs are selected, what was removed last, what was just said.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use ovi_engine::protocol::{JobId, QueueEntry};

/// How a click or a key selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// This job alone.
    Only,
    /// This job too, or no longer.
    Toggle,
    /// From the job that was selected first to this one.
    Range,
}

/// State of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobList {
    selected: HashSet<JobId>,
    /// Where a range begins.
    anchor: Option<JobId>,
    cursor: Option<JobId>,
    /// Jobs that were removed last, with their places, until they are put back.
    pub removed: Vec<(usize, QueueEntry)>,
    /// Counts removals, to tell one from the next.
    pub num_removals: u64,
    /// The user has seen that jobs were interrupted.
    pub hides_interrupted: bool,
    /// The user has seen that clips were taken in.
    pub hides_adopted: bool,
    /// What was done last, for those who listen.
    pub said: String,
    /// Width and height of first frames that were read.
    pub picture_sizes: HashMap<PathBuf, [u32; 2]>,
    /// Pictures that were asked for; each is read once.
    pub asked_pictures: HashSet<PathBuf>,
}

impl JobList {
    /// Whether a job is selected.
    pub fn is_selected(&self, id: JobId) -> bool {
        self.selected.contains(&id)
    }

    /// Number of selected jobs.
    pub fn num_selected(&self) -> usize {
        self.selected.len()
    }

    /// The job that keys move from.
    pub fn cursor(&self) -> Option<JobId> {
        self.cursor
    }

    /// Selected jobs in the order of `shown`.
    pub fn selected(&self, shown: &[JobId]) -> Vec<JobId> {
        let is_selected = |id: &&JobId| self.selected.contains(id);
        shown.iter().filter(is_selected).copied().collect()
    }

    /// Jobs that a wish about `id` is for: all selected ones if it is one of them.
    pub fn meant(&self, id: JobId, shown: &[JobId]) -> Vec<JobId> {
        match self.is_selected(id) {
            true => self.selected(shown),
            false => vec![id],
        }
    }

    /// Select a job of `shown`, the jobs in the order of the list.
    pub fn select(&mut self, shown: &[JobId], id: JobId, reach: Reach) {
        let place = |id: JobId| shown.iter().position(|known| *known == id);
        let anchor = self.anchor.and_then(place);
        match (reach, anchor, place(id)) {
            (Reach::Range, Some(anchor), Some(place)) => {
                let range = anchor.min(place)..=anchor.max(place);
                let range = shown.get(range).unwrap_or_default();
                self.selected = range.iter().copied().collect();
            }
            (Reach::Toggle, ..) => {
                if !self.selected.remove(&id) {
                    self.selected.insert(id);
                }
                self.anchor = Some(id);
            }
            (Reach::Only | Reach::Range, ..) => {
                self.selected = HashSet::from([id]);
                self.anchor = Some(id);
            }
        }
        self.cursor = Some(id);
    }

    /// Select these jobs and no other; the last one is where keys go on from.
    pub fn select_all(&mut self, ids: &[JobId]) {
        self.selected = ids.iter().copied().collect();
        self.anchor = ids.first().copied();
        self.cursor = self
            .cursor
            .filter(|cursor| self.selected.contains(cursor))
            .or(ids.last().copied());
    }

    /// Jobs are about to go: the cursor moves to the job that takes their place.
    pub fn leave(&mut self, shown: &[JobId], ids: &[JobId]) {
        self.selected.retain(|id| !ids.contains(id));
        let Some(cursor) = self.cursor.filter(|cursor| ids.contains(cursor)) else {
            return;
        };
        let place = shown.iter().position(|id| *id == cursor).unwrap_or(0);
        let (before, behind) = shown.split_at(place);
        let stays = |id: &&JobId| !ids.contains(id);
        let next = behind.iter().find(stays);
        self.cursor = next.or_else(|| before.iter().rev().find(stays)).copied();
        self.anchor = self.cursor;
        self.selected.extend(self.cursor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown() -> Vec<JobId> {
        (1..=5).map(JobId).collect()
    }

    fn check(list: &JobList, expected: &[u64]) {
        let selected = list.selected(&shown());
        let selected: Vec<u64> = selected.into_iter().map(|id| id.0).collect();
        assert_eq!(selected, expected);
    }

    #[test]
    fn clicks_select_one_more_or_a_range() {
        let mut list = JobList::default();
        list.select(&shown(), JobId(2), Reach::Only);
        list.select(&shown(), JobId(4), Reach::Range);
        check(&list, &[2, 3, 4]);
        list.select(&shown(), JobId(1), Reach::Range);
        check(&list, &[1, 2]);
        list.select(&shown(), JobId(5), Reach::Toggle);
        check(&list, &[1, 2, 5]);
        list.select(&shown(), JobId(2), Reach::Toggle);
        check(&list, &[1, 5]);
        assert_eq!(list.meant(JobId(5), &shown()), [JobId(1), JobId(5)]);
        assert_eq!(list.meant(JobId(3), &shown()), [JobId(3)]);
    }

    #[test]
    fn the_cursor_goes_to_what_takes_the_place() {
        let mut list = JobList::default();
        list.select(&shown(), JobId(3), Reach::Only);
        list.leave(&shown(), &[JobId(3), JobId(4)]);
        assert_eq!(list.cursor(), Some(JobId(5)));
        list.leave(&shown(), &[JobId(5)]);
        assert_eq!(list.cursor(), Some(JobId(4)), "the one before, at the end");
        check(&list, &[4]);
    }
}
