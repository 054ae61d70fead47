//! What wishes about the queue do.

use std::path::PathBuf;

use ovi_engine::protocol::{JobId, LibraryCommand, QueueEntry};

use super::{batch, generate};
use crate::app::OviApp;
use crate::command::QueueWish;
use crate::job_pictures;
use crate::state::{Dialog, JobAction, JobEdit, JobPhase, OutputName};
use crate::tasks::TaskDone;
use crate::text;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, wish: QueueWish) {
    let state = &mut app.state;
    match wish {
        QueueWish::SetPaused(is_paused) => state.queue.is_paused = is_paused,
        QueueWish::SetPausesAfterCurrent(pauses) => state.queue.pauses_after_current = pauses,
        QueueWish::Select(id, reach) => state.select_job(id, reach),
        QueueWish::SelectAll => {
            let shown = state.shown_jobs();
            state.job_list.select_all(&shown);
        }
        QueueWish::Do(action, ids) => act(app, action, ids),
        QueueWish::Move { jobs, before } => {
            if state.move_jobs(&jobs, before) {
                say_place(app, &jobs);
            }
        }
        QueueWish::Shift { jobs, is_up } => match state.shift_jobs(&jobs, is_up) {
            true => say_place(app, &jobs),
            false => state.job_list.said = text::queue_cannot_move().to_owned(),
        },
        QueueWish::UndoRemoval => {
            let num_jobs = state.undo_removal();
            if num_jobs > 0 {
                state.job_list.said = text::queue_restored(num_jobs as u64);
            }
        }
        QueueWish::ClearFinished => {
            state.clear_finished();
            state.job_list.said.clear();
        }
        QueueWish::AskCancel => {
            let job = state.job.as_ref();
            if job.is_some_and(|job| job.phase != JobPhase::Cancelling) {
                state.dialog = Some(Dialog::ConfirmCancel);
            }
        }
        QueueWish::RetryInterrupted => {
            let ids = state.interrupted();
            act(app, JobAction::Retry, ids);
        }
        QueueWish::LeaveInterrupted => state.job_list.hides_interrupted = true,
        QueueWish::DismissAdopted => state.job_list.hides_adopted = true,
        QueueWish::ChangeEdit(edit) => state.job_edit = Some(*edit),
        QueueWish::SaveEdit => save_edit(app),
        QueueWish::ReadPictures(paths) => read_pictures(app, paths),
        QueueWish::Export(path) => {
            let waiting = state.queue.waiting().map(|entry| entry.id);
            let jobs = waiting.collect();
            state.keep(LibraryCommand::ExportQueue { path, jobs });
        }
        QueueWish::Import(path) => {
            let now_unix = (app.services.stamp)().unix;
            state.keep(LibraryCommand::ImportQueue { path, now_unix });
        }
        QueueWish::Batch(wish) => batch::apply(app, wish),
    }
}

/// Queue the next parts of long clips in front.
pub fn continue_clips(app: &mut OviApp) {
    for continuation in std::mem::take(&mut app.state.continuations) {
        let entry = QueueEntry {
            name: continuation.name,
            ..generate::new_entry(app, continuation.request)
        };
        app.state.enqueue_all(vec![entry], true);
    }
}

fn act(app: &mut OviApp, action: JobAction, mut ids: Vec<JobId>) {
    let state = &mut app.state;
    ids.retain(|id| {
        let entry = state.queue.get(*id);
        entry.is_some_and(|entry| action.fits(entry.state))
    });
    let Some(first) = ids.first().copied() else {
        return;
    };
    match action {
        JobAction::Edit => {
            state.job_edit = state.queue.get(first).map(JobEdit::of);
            state.dialog = Some(Dialog::EditJob);
        }
        JobAction::Duplicate => {
            let mut fresh = fresh_entries(app, ids.len());
            let num_jobs = app.state.duplicate_jobs(&ids, &mut fresh);
            app.state.job_list.said = text::queue_duplicated(num_jobs as u64);
        }
        JobAction::ToFront => {
            let front = state.queue.next().map(|entry| entry.id);
            if state.move_jobs(&ids, front) {
                say_place(app, &ids);
            }
        }
        JobAction::Cancel => state.dialog = Some(Dialog::ConfirmCancel),
        JobAction::Retry => {
            let mut fresh = fresh_entries(app, ids.len());
            let num_jobs = app.state.retry_jobs(&ids, &mut fresh);
            app.state.job_list.said = text::queue_retried(num_jobs as u64);
        }
        JobAction::ShowError => state.dialog = Some(Dialog::JobError(first)),
        JobAction::Reveal => reveal(app, first),
        JobAction::Remove => {
            state.remove_jobs(ids);
            // The line with the way back says it.
            state.job_list.said.clear();
        }
    }
}

/// Gives entries new numbers and makes them wait.
fn fresh_entries(
    app: &mut OviApp,
    num_jobs: usize,
) -> impl FnMut(&QueueEntry) -> QueueEntry + use<> {
    let now_unix = (app.services.stamp)().unix;
    let ids: Vec<JobId> = (0..num_jobs).map(|_| generate::new_id(app)).collect();
    let mut ids = ids.into_iter();
    move |entry| QueueEntry {
        name: entry.name.clone(),
        // There are as many numbers as jobs.
        ..QueueEntry::new(
            ids.next().unwrap_or(entry.id),
            entry.request.clone(),
            now_unix,
        )
    }
}

fn say_place(app: &mut OviApp, ids: &[JobId]) {
    let state = &mut app.state;
    let place = ids.first().and_then(|id| state.queue.place(*id));
    if let Some(place) = place {
        let num_waiting = state.queue.waiting().count();
        state.job_list.said = text::queue_moved(place, num_waiting);
    }
}

fn save_edit(app: &mut OviApp) {
    let Some(mut edit) = app.state.job_edit.take() else {
        return;
    };
    app.state.dialog = None;
    if edit.changes_name() {
        edit.request.output = renamed(app, &edit);
    }
    match app.state.save_edit(edit) {
        true => app.state.job_list.said = text::queue_saved().to_owned(),
        false => app.state.complain(text::queue_no_longer_waits()),
    }
}

/// The clip is called after its settings; a job of a batch keeps the name it was given.
fn renamed(app: &OviApp, edit: &JobEdit) -> PathBuf {
    let old = &edit.request.output;
    let entry = app.state.queue.get(edit.id);
    let has_own_name = entry.is_some_and(|entry| !entry.name.is_empty());
    let Some(folder) = old.parent().filter(|_| !has_own_name) else {
        return old.clone();
    };
    let output = OutputName {
        folder: folder.to_owned(),
        template: app.settings.output.template().to_owned(),
    };
    let request = &edit.request;
    let shape = app.state.shape_of(request);
    let size = shape.map_or([request.width, request.height], |shape| {
        [shape.width, shape.height]
    });
    output.path(request, size, &(app.services.stamp)())
}

fn reveal(app: &mut OviApp, id: JobId) {
    let clip = app.state.clip_of(id);
    let Some(path) = clip.map(|record| record.clip.path.clone()) else {
        app.state.complain(text::queue_clip_gone());
        return;
    };
    let desktop = app.services.desktop.clone();
    let folder = path.parent().unwrap_or(&path).to_owned();
    app.services.tasks.run("show folder", move || {
        TaskDone::FolderShown(desktop.show_folder(&folder))
    });
}

/// First frames and first frames of finished clips, each once.
fn read_pictures(app: &mut OviApp, paths: Vec<PathBuf>) {
    for path in paths {
        if !app.state.job_list.asked_pictures.insert(path.clone()) {
            continue;
        }
        app.services.tasks.run("picture of a job", move || {
            let result = job_pictures::read(&path);
            TaskDone::JobPicture { path, result }
        });
    }
}
