//! The queue of jobs as the window knows it; the library keeps the same jobs on disk.

use ovi_engine::protocol::{JobId, QueueEntry, QueueState};

/// Jobs in the order they are kept and begun.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Queue {
    entries: Vec<QueueEntry>,
    /// No further job begins.
    pub is_paused: bool,
    /// No further job begins once the running one has ended.
    pub pauses_after_current: bool,
    /// Changes whenever a job does, for what is computed from them.
    revision: u64,
}

impl Queue {
    /// A queue as it was kept.
    pub fn new(entries: Vec<QueueEntry>) -> Self {
        Self {
            entries,
            ..Self::default()
        }
    }

    /// All jobs, in order.
    pub fn entries(&self) -> &[QueueEntry] {
        &self.entries
    }

    /// Number that changes whenever a job does.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The job `id`.
    pub fn get(&self, id: JobId) -> Option<&QueueEntry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The job `id`, to be changed.
    pub fn get_mut(&mut self, id: JobId) -> Option<&mut QueueEntry> {
        self.revision += 1;
        self.entries.iter_mut().find(|entry| entry.id == id)
    }

    /// Jobs that wait, in order.
    pub fn waiting(&self) -> impl Iterator<Item = &QueueEntry> {
        self.entries.iter().filter(|entry| waits(entry))
    }

    /// The job that runs.
    pub fn running(&self) -> Option<&QueueEntry> {
        let runs = |entry: &&QueueEntry| entry.state == QueueState::Running;
        self.entries.iter().find(runs)
    }

    /// The job that would begin next.
    pub fn next(&self) -> Option<&QueueEntry> {
        self.waiting().next()
    }

    /// Number of jobs that failed.
    pub fn num_failed(&self) -> usize {
        let has_failed = |entry: &&QueueEntry| entry.state == QueueState::Failed;
        self.entries.iter().filter(has_failed).count()
    }

    /// Put jobs at the end, or in front of the waiting ones.
    pub fn add(&mut self, jobs: Vec<QueueEntry>, at_front: bool) {
        self.revision += 1;
        let first_waiting = self.entries.iter().position(waits);
        let idx = match at_front {
            true => first_waiting.unwrap_or(self.entries.len()),
            false => self.entries.len(),
        };
        self.entries.splice(idx..idx, jobs);
    }

    /// Forget jobs. Returns them with the places they had.
    pub fn remove(&mut self, ids: &[JobId]) -> Vec<(usize, QueueEntry)> {
        self.revision += 1;
        let ids: std::collections::HashSet<JobId> = ids.iter().copied().collect();
        let entries = std::mem::take(&mut self.entries);
        let (removed, kept): (Vec<_>, Vec<_>) = entries
            .into_iter()
            .enumerate()
            .partition(|(_, entry)| ids.contains(&entry.id));
        self.entries = kept.into_iter().map(|(_, entry)| entry).collect();
        removed
    }

    /// Put removed jobs back to their places.
    pub fn restore(&mut self, removed: Vec<(usize, QueueEntry)>) {
        self.revision += 1;
        for (place, entry) in removed {
            self.entries.insert(place.min(self.entries.len()), entry);
        }
    }

    /// Let waiting jobs follow each other directly in front of the waiting job `before`, or at the
    /// end. Returns whether the order changed.
    pub fn move_before(&mut self, ids: &[JobId], before: Option<JobId>) -> bool {
        self.reorder_waiting(|order| {
            // A job of the moved ones is no place to go to; the next other one is.
            let mut behind = order
                .iter()
                .skip_while(|id| before.is_none_or(|before| **id != before));
            let before = behind.find(|id| !ids.contains(id)).copied();
            let (moved, mut rest): (Vec<_>, Vec<_>) = order.iter().partition(|id| ids.contains(id));
            let place = before.and_then(|before| rest.iter().position(|id| *id == before));
            let place = place.unwrap_or(rest.len());
            rest.splice(place..place, moved);
            rest
        })
    }

    /// Move waiting jobs one place up or down among those that wait. Returns whether the order
    /// changed.
    pub fn shift(&mut self, ids: &[JobId], is_up: bool) -> bool {
        self.reorder_waiting(|order| {
            let mut order = order.to_vec();
            if !is_up {
                order.reverse();
            }
            let mut moving = order.iter().map(|id| ids.contains(id)).collect::<Vec<_>>();
            for place in 1..order.len() {
                if moving[place] && !moving[place - 1] {
                    order.swap(place, place - 1);
                    moving.swap(place, place - 1);
                }
            }
            if !is_up {
                order.reverse();
            }
            order
        })
    }

    /// Place of a waiting job among those that wait, from 1.
    pub fn place(&self, id: JobId) -> Option<usize> {
        let place = self.waiting().position(|entry| entry.id == id)?;
        Some(place + 1)
    }

    /// Numbers of all jobs in order.
    pub fn order(&self) -> Vec<JobId> {
        self.entries.iter().map(|entry| entry.id).collect()
    }

    /// Waiting jobs change places with each other; all others stay where they are.
    fn reorder_waiting(&mut self, change: impl FnOnce(&[JobId]) -> Vec<JobId>) -> bool {
        let before: Vec<JobId> = self.waiting().map(|entry| entry.id).collect();
        let after = change(&before);
        if after == before {
            return false;
        }
        self.revision += 1;
        let mut waiting: std::collections::HashMap<JobId, QueueEntry> = self
            .waiting()
            .map(|entry| (entry.id, entry.clone()))
            .collect();
        let slots = self.entries.iter_mut().filter(|entry| waits(entry));
        for (slot, id) in slots.zip(after) {
            if let Some(entry) = waiting.remove(&id) {
                *slot = entry;
            }
        }
        true
    }
}

fn waits(entry: &QueueEntry) -> bool {
    entry.state == QueueState::Waiting
}

#[cfg(test)]
mod tests {
    use ovi_engine::protocol::GenerateRequest;

    use super::*;

    fn entry(id: u64, state: QueueState) -> QueueEntry {
        let request = GenerateRequest::default();
        QueueEntry {
            state,
            ..QueueEntry::new(JobId(id), request, 0)
        }
    }

    fn queue() -> Queue {
        Queue::new(vec![
            entry(1, QueueState::Done),
            entry(2, QueueState::Running),
            entry(3, QueueState::Waiting),
            entry(4, QueueState::Waiting),
            entry(5, QueueState::Failed),
            entry(6, QueueState::Waiting),
        ])
    }

    fn ids(numbers: &[u64]) -> Vec<JobId> {
        numbers.iter().copied().map(JobId).collect()
    }

    fn check(queue: &Queue, expected: &[u64]) {
        assert_eq!(queue.order(), ids(expected));
    }

    #[test]
    fn jobs_are_added_at_either_end_of_those_that_wait() {
        let mut queue = queue();
        queue.add(vec![entry(7, QueueState::Waiting)], false);
        queue.add(vec![entry(8, QueueState::Waiting)], true);
        check(&queue, &[1, 2, 8, 3, 4, 5, 6, 7]);
        assert_eq!(queue.next().map(|entry| entry.id), Some(JobId(8)));
    }

    #[test]
    fn only_waiting_jobs_move_and_only_among_themselves() {
        let mut queue = queue();
        assert!(!queue.move_before(&ids(&[2]), None));
        assert!(queue.move_before(&ids(&[6]), Some(JobId(3))));
        check(&queue, &[1, 2, 6, 3, 5, 4]);
        assert!(!queue.move_before(&ids(&[6]), Some(JobId(3))));
        assert!(queue.move_before(&ids(&[6, 3]), None));
        check(&queue, &[1, 2, 4, 6, 5, 3]);
        assert!(
            !queue.move_before(&ids(&[4]), Some(JobId(4))),
            "in front of itself"
        );
        assert_eq!(queue.place(JobId(3)), Some(3));
        assert_eq!(queue.place(JobId(5)), None);
    }

    #[test]
    fn jobs_go_one_place_further_until_they_meet_the_end() {
        let mut queue = queue();
        assert!(queue.shift(&ids(&[4, 6]), true));
        check(&queue, &[1, 2, 4, 6, 5, 3]);
        assert!(!queue.shift(&ids(&[4, 6]), true));
        assert!(queue.shift(&ids(&[4]), false));
        check(&queue, &[1, 2, 6, 4, 5, 3]);
        assert!(!queue.shift(&ids(&[3]), false));
    }

    #[test]
    fn removed_jobs_come_back_to_their_places() {
        let mut queue = queue();
        let before = queue.revision();
        let removed = queue.remove(&ids(&[6, 1, 4]));
        check(&queue, &[2, 3, 5]);
        queue.restore(removed);
        check(&queue, &[1, 2, 3, 4, 5, 6]);
        assert!(queue.revision() > before);
    }
}
