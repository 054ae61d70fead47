//! What wishes about the queue do.

use ovi_engine::protocol::LibraryCommand;

use crate::app::OviApp;
use crate::command::QueueWish;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, wish: QueueWish) {
    let state = &mut app.state;
    match wish {
        QueueWish::SetPaused(is_paused) => state.queue.is_paused = is_paused,
        QueueWish::SetPausesAfterCurrent(pauses) => state.queue.pauses_after_current = pauses,
        QueueWish::Remove(mut ids) => {
            ids.retain(|id| state.job.as_ref().is_none_or(|job| job.id != *id));
            state.queue.remove(&ids);
            state.keep(LibraryCommand::RemoveJobs(ids));
        }
        QueueWish::MoveTo(id, idx) => {
            if state.queue.move_to(id, idx) {
                let order = state.queue.order();
                state.keep(LibraryCommand::ReorderJobs(order));
            }
        }
    }
}
