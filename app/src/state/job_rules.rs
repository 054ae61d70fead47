//! What can be done with jobs of the queue.

use ovi_engine::protocol::{JobId, LibraryCommand, LibraryNote, QueueEntry, QueueState};

use super::job_list::Reach;
use super::{AppState, JobEdit};

/// Something that can be done with a job in one state and not in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobAction {
    /// Change its settings.
    Edit,
    /// Queue the same once more.
    Duplicate,
    /// Let it begin next.
    ToFront,
    /// Stop it.
    Cancel,
    /// Queue it again in place of the ended one.
    Retry,
    /// Show why it failed.
    ShowError,
    /// Show its clip in the file manager.
    Reveal,
    /// Forget it.
    Remove,
}

impl JobAction {
    /// All actions in the order they are listed.
    pub const ALL: [Self; 8] = [
        Self::Edit,
        Self::ShowError,
        Self::Retry,
        Self::Reveal,
        Self::ToFront,
        Self::Duplicate,
        Self::Cancel,
        Self::Remove,
    ];

    /// Whether it can be done with a job in this state.
    pub fn fits(self, state: QueueState) -> bool {
        match self {
            Self::Edit | Self::ToFront => state == QueueState::Waiting,
            Self::Duplicate => true,
            Self::Cancel => state == QueueState::Running,
            Self::Retry => matches!(
                state,
                QueueState::Failed | QueueState::Cancelled | QueueState::Interrupted
            ),
            Self::ShowError => state == QueueState::Failed,
            Self::Reveal => state == QueueState::Done,
            Self::Remove => state != QueueState::Running,
        }
    }
}

impl AppState {
    /// Jobs in the order of the list.
    pub fn shown_jobs(&self) -> Vec<JobId> {
        let entries = self.queue.entries();
        let rows = self.forecast.rows().iter();
        rows.filter_map(|place| entries.get(*place))
            .map(|entry| entry.id)
            .collect()
    }

    /// Select a job.
    pub fn select_job(&mut self, id: JobId, reach: Reach) {
        let shown = self.shown_jobs();
        self.job_list.select(&shown, id, reach);
    }

    /// Forget jobs that do not run; they can be put back. Returns how many.
    pub fn remove_jobs(&mut self, mut ids: Vec<JobId>) -> usize {
        let runs = |id: &JobId| {
            let entry = self.queue.get(*id);
            entry.is_none_or(|entry| entry.state == QueueState::Running)
        };
        ids.retain(|id| !runs(id));
        if ids.is_empty() {
            return 0;
        }
        self.job_list.leave(&self.shown_jobs(), &ids);
        self.job_list.removed = self.queue.remove(&ids);
        self.job_list.num_removals += 1;
        self.keep(LibraryCommand::RemoveJobs(ids));
        self.job_list.removed.len()
    }

    /// Put the jobs that were removed last back to their places. Returns how many.
    pub fn undo_removal(&mut self) -> usize {
        let removed = std::mem::take(&mut self.job_list.removed);
        if removed.is_empty() {
            return 0;
        }
        let jobs: Vec<QueueEntry> = removed.iter().map(|(_, entry)| entry.clone()).collect();
        let ids: Vec<JobId> = jobs.iter().map(|entry| entry.id).collect();
        self.queue.restore(removed);
        let at_front = false;
        self.keep(LibraryCommand::AddJobs { jobs, at_front });
        self.keep_order();
        self.job_list.select_all(&ids);
        ids.len()
    }

    /// Forget jobs that have ended; interrupted ones are still offered.
    pub fn clear_finished(&mut self) -> usize {
        let is_over =
            |entry: &&QueueEntry| entry.state.has_ended() && entry.state != QueueState::Interrupted;
        let entries = self.queue.entries().iter();
        let ids = entries.filter(is_over).map(|entry| entry.id).collect();
        self.remove_jobs(ids)
    }

    /// Move waiting jobs in front of another waiting one, or to the end. Returns whether the order
    /// changed.
    pub fn move_jobs(&mut self, ids: &[JobId], before: Option<JobId>) -> bool {
        let has_moved = self.queue.move_before(ids, before);
        if has_moved {
            self.keep_order();
        }
        has_moved
    }

    /// Move waiting jobs one place up or down. Returns whether the order changed.
    pub fn shift_jobs(&mut self, ids: &[JobId], is_up: bool) -> bool {
        let has_moved = self.queue.shift(ids, is_up);
        if has_moved {
            self.keep_order();
        }
        has_moved
    }

    /// Queue jobs again that ended without a clip, in front and in place of the ended ones. `fresh`
    /// gives each its new number. Returns how many.
    pub fn retry_jobs(
        &mut self,
        ids: &[JobId],
        fresh: &mut dyn FnMut(&QueueEntry) -> QueueEntry,
    ) -> usize {
        let can_retry =
            |entry: &&QueueEntry| ids.contains(&entry.id) && JobAction::Retry.fits(entry.state);
        let entries = self.queue.entries().iter();
        let ended: Vec<QueueEntry> = entries.filter(can_retry).cloned().collect();
        if ended.is_empty() {
            return 0;
        }
        let jobs: Vec<QueueEntry> = ended.iter().map(fresh).collect();
        let old: Vec<JobId> = ended.iter().map(|entry| entry.id).collect();
        let new: Vec<JobId> = jobs.iter().map(|entry| entry.id).collect();
        self.queue.remove(&old);
        self.queue.add(jobs.clone(), true);
        self.keep(LibraryCommand::ReplaceJobs { old, jobs });
        self.notice = None;
        self.job_list.select_all(&new);
        new.len()
    }

    /// Queue the same jobs once more, each waiting one directly behind the original. `fresh` gives
    /// each its new number. Returns how many.
    pub fn duplicate_jobs(
        &mut self,
        ids: &[JobId],
        fresh: &mut dyn FnMut(&QueueEntry) -> QueueEntry,
    ) -> usize {
        let entries = self.queue.entries().iter();
        let originals: Vec<QueueEntry> = entries
            .filter(|entry| ids.contains(&entry.id))
            .cloned()
            .collect();
        let mut new = Vec::new();
        for original in &originals {
            let copy = fresh(original);
            let id = copy.id;
            new.push(id);
            self.enqueue_all(vec![copy], false);
            if original.state == QueueState::Waiting {
                let waiting: Vec<JobId> = self.queue.waiting().map(|entry| entry.id).collect();
                let place = waiting.iter().position(|known| *known == original.id);
                let next = place.and_then(|place| waiting.get(place + 1)).copied();
                self.move_jobs(&[id], next);
            }
        }
        self.job_list.select_all(&new);
        new.len()
    }

    /// Take over the edited settings of a waiting job. Returns whether it still waited.
    pub fn save_edit(&mut self, edit: JobEdit) -> bool {
        let entry = self.queue.get_mut(edit.id);
        let Some(entry) = entry.filter(|entry| entry.state == QueueState::Waiting) else {
            return false;
        };
        entry.request = *edit.request;
        let entry = Box::new(entry.clone());
        self.keep(LibraryCommand::UpdateJob(entry));
        true
    }

    /// Jobs that were cut off when the program ended and are offered again.
    pub fn interrupted(&self) -> Vec<JobId> {
        let is_interrupted = |entry: &&QueueEntry| entry.state == QueueState::Interrupted;
        let entries = self.queue.entries().iter();
        let jobs = entries.filter(is_interrupted).map(|entry| entry.id);
        match self.job_list.hides_interrupted {
            true => Vec::new(),
            false => jobs.collect(),
        }
    }

    /// Clips of interrupted jobs that were complete and taken in at the start.
    pub fn num_adopted(&self) -> usize {
        if self.job_list.hides_adopted {
            return 0;
        }
        let notes = self.library.notes.iter();
        notes
            .map(|note| match note {
                LibraryNote::Adopted(num) => *num,
                _ => 0,
            })
            .sum()
    }

    fn keep_order(&mut self) {
        let order = self.queue.order();
        self.keep(LibraryCommand::ReorderJobs(order));
    }
}

#[cfg(test)]
#[path = "job_rules_tests.rs"]
mod tests;
