//! Everything that can be done with a job, or with all selected ones.

use egui::{Button, Ui};
use ovi_engine::protocol::QueueEntry;

use super::wish;
use crate::command::QueueWish;
use crate::keys::Action;
use crate::screens::View;
use crate::state::JobAction;
use crate::text;

/// The menu of a row.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, entry: &QueueEntry) {
    let shown = view.state.shown_jobs();
    let meant = view.state.job_list.meant(entry.id, &shown);
    let keymap = &view.settings.keymap;
    let mut wishes = Vec::new();
    for action in JobAction::ALL {
        if !action.fits(entry.state) {
            continue;
        }
        let keys = keys(action).map_or(String::new(), |keys| keymap.label(keys));
        let button = Button::new(text::job_action(action)).shortcut_text(keys);
        if ui.add(button).clicked() {
            let is_for_one = matches!(action, JobAction::Edit | JobAction::ShowError);
            let jobs = if is_for_one {
                vec![entry.id]
            } else {
                meant.clone()
            };
            wishes.push(QueueWish::Do(action, jobs));
        }
    }
    if JobAction::ToFront.fits(entry.state) {
        let moves = [
            (text::queue_move_up(), Action::JobUp, true),
            (text::queue_move_down(), Action::JobDown, false),
        ];
        for (label, action, is_up) in moves {
            let button = Button::new(label).shortcut_text(keymap.label(action));
            if ui.add(button).clicked() {
                let jobs = meant.clone();
                wishes.push(QueueWish::Shift { jobs, is_up });
            }
        }
    }
    if !wishes.is_empty() {
        ui.close();
    }
    for chosen in wishes {
        wish(view, chosen);
    }
}

/// Key of an action, where it has one.
fn keys(action: JobAction) -> Option<Action> {
    match action {
        JobAction::Duplicate => Some(Action::Duplicate),
        JobAction::Cancel => Some(Action::CancelJob),
        JobAction::Remove => Some(Action::RemoveJob),
        JobAction::Edit
        | JobAction::ToFront
        | JobAction::Retry
        | JobAction::ShowError
        | JobAction::Reveal => None,
    }
}
