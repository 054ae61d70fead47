//! The queue of jobs as the window knows it; the library keeps the same jobs on disk.

use ovi_engine::protocol::{JobId, QueueEntry, QueueState};

/// Jobs in the order they are listed and begun.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Queue {
    entries: Vec<QueueEntry>,
    /// No further job begins.
    pub is_paused: bool,
    /// No further job begins once the running one has ended.
    pub pauses_after_current: bool,
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

    /// The job `id`.
    pub fn get(&self, id: JobId) -> Option<&QueueEntry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The job `id`, to be changed.
    pub fn get_mut(&mut self, id: JobId) -> Option<&mut QueueEntry> {
        self.entries.iter_mut().find(|entry| entry.id == id)
    }

    /// Jobs that wait, in order.
    pub fn waiting(&self) -> impl Iterator<Item = &QueueEntry> {
        let waits = |entry: &&QueueEntry| entry.state == QueueState::Waiting;
        self.entries.iter().filter(waits)
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
        let waits = |entry: &QueueEntry| entry.state == QueueState::Waiting;
        let first_waiting = self.entries.iter().position(waits);
        let idx = match at_front {
            true => first_waiting.unwrap_or(self.entries.len()),
            false => self.entries.len(),
        };
        self.entries.splice(idx..idx, jobs);
    }

    /// Forget jobs.
    pub fn remove(&mut self, ids: &[JobId]) {
        self.entries.retain(|entry| !ids.contains(&entry.id));
    }

    /// Move a waiting job so that it stands at `idx` of the whole list. Returns whether the order
    /// changed.
    pub fn move_to(&mut self, id: JobId, idx: usize) -> bool {
        let waits = |entry: &QueueEntry| entry.id == id && entry.state == QueueState::Waiting;
        let Some(from) = self.entries.iter().position(waits) else {
            return false;
        };
        let to = idx.min(self.entries.len() - 1);
        let entry = self.entries.remove(from);
        self.entries.insert(to, entry);
        from != to
    }

    /// Numbers of all jobs in order.
    pub fn order(&self) -> Vec<JobId> {
        self.entries.iter().map(|entry| entry.id).collect()
    }
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
        ])
    }

    fn check(queue: &Queue, expected: &[u64]) {
        let order: Vec<u64> = queue.order().into_iter().map(|id| id.0).collect();
        assert_eq!(order, expected);
    }

    #[test]
    fn jobs_are_added_at_either_end_of_those_that_wait() {
        let mut queue = queue();
        queue.add(vec![entry(5, QueueState::Waiting)], false);
        queue.add(vec![entry(6, QueueState::Waiting)], true);
        check(&queue, &[1, 2, 6, 3, 4, 5]);
        assert_eq!(queue.next().map(|entry| entry.id), Some(JobId(6)));
    }

    #[test]
    fn only_waiting_jobs_move() {
        let mut queue = queue();
        assert!(!queue.move_to(JobId(2), 3));
        assert!(queue.move_to(JobId(4), 2));
        check(&queue, &[1, 2, 4, 3]);
        assert!(!queue.move_to(JobId(4), 2));
        assert!(queue.move_to(JobId(4), 99));
        check(&queue, &[1, 2, 3, 4]);
    }
}
