//! What the user may want to hear of while looking elsewhere.

use ovi_engine::protocol::{ClipId, JobId};

/// Something that just happened; taken once by whoever tells the desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A clip is in place.
    Finished(ClipId),
    /// A job failed; its report stands in the queue.
    Failed(JobId),
    /// The last job has ended and none waits.
    QueueEmpty,
}

#[cfg(test)]
mod tests {
    use ovi_engine::protocol::{ErrorCode, ErrorReport, Event, GenerateRequest, QueueEntry};

    use super::*;
    use crate::state::{AppState, LibraryState};

    const NOW: i64 = 0;

    fn check(state: &mut AppState, event: Event, expected: &[News]) {
        state.apply(event, NOW);
        assert_eq!(std::mem::take(&mut state.news), expected);
    }

    #[test]
    fn failures_and_the_end_of_the_queue_are_news() {
        let mut state = AppState::default();
        state.library.state = LibraryState::Open;
        state.apply(Event::Ready, NOW);
        for id in [1, 2] {
            let entry = QueueEntry::new(JobId(id), GenerateRequest::default(), NOW);
            state.enqueue(vec![entry], false);
        }
        assert!(state.start_next(NOW));
        let report = Box::new(ErrorReport {
            code: ErrorCode::Disk,
            message: String::new(),
            action: String::new(),
            details: String::new(),
        });
        let job = JobId(1);
        let failed = Event::Failed { job, report };
        check(&mut state, failed.clone(), &[News::Failed(job)]);
        check(&mut state, failed, &[]);
        assert!(state.start_next(NOW));
        let cancelled = Event::Cancelled { job: JobId(2) };
        check(&mut state, cancelled, &[News::QueueEmpty]);
    }
}
