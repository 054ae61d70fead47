//! Keys of the list: moving about, selecting, and what is done with the selected jobs.

use egui::{FocusDirection, Key, Modifiers, Ui};
use ovi_engine::protocol::JobId;

use super::table::{num_visible, row_id};
use super::wish;
use crate::command::QueueWish;
use crate::keys::Action;
use crate::screens::View;
use crate::state::{JobAction, Reach};

/// Turn pressed keys into wishes. Returns the row that the keys have gone to.
pub fn take(ui: &Ui, view: &mut View<'_>) -> Option<usize> {
    let is_elsewhere = view.state.dialog.is_some() || ui.ctx().text_edit_focused();
    if is_elsewhere || egui::Popup::is_any_open(ui.ctx()) {
        return None;
    }
    let keymap = &view.settings.keymap;
    let pressed = |action| keymap.pressed(ui.ctx(), action);
    if pressed(Action::Undo) {
        wish(view, QueueWish::UndoRemoval);
    }
    let has_pressed = ui.input(|input| {
        let is_press =
            |event: &egui::Event| matches!(event, egui::Event::Key { pressed: true, .. });
        input.events.iter().any(is_press)
    });
    let shown = if has_pressed {
        view.state.shown_jobs()
    } else {
        return None;
    };
    if pressed(Action::SelectJobs) {
        wish(view, QueueWish::SelectAll);
    }
    let selected = view.state.job_list.selected(&shown);
    if !selected.is_empty() {
        on_selected(ui, view, &shown, &selected);
    }
    move_about(ui, view, &shown)
}

fn on_selected(ui: &Ui, view: &mut View<'_>, shown: &[JobId], selected: &[JobId]) {
    let keymap = &view.settings.keymap;
    let pressed = |action| keymap.pressed(ui.ctx(), action);
    let jobs = selected.to_vec();
    let mut wishes = Vec::new();
    if pressed(Action::RemoveJob) {
        wishes.push(QueueWish::Do(JobAction::Remove, jobs.clone()));
    }
    if pressed(Action::Duplicate) {
        wishes.push(QueueWish::Do(JobAction::Duplicate, jobs.clone()));
    }
    for (action, is_up) in [(Action::JobUp, true), (Action::JobDown, false)] {
        if pressed(action) {
            let jobs = jobs.clone();
            wishes.push(QueueWish::Shift { jobs, is_up });
        }
    }
    let cursor = view.state.job_list.cursor().filter(|id| shown.contains(id));
    let focused = ui.memory(|memory| memory.focused());
    if let Some(cursor) = cursor.filter(|id| focused == Some(row_id(*id)))
        && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter))
    {
        let entry = view.state.queue.get(cursor);
        let main = [
            JobAction::Edit,
            JobAction::ShowError,
            JobAction::Retry,
            JobAction::Reveal,
        ];
        let fitting = main
            .into_iter()
            .find(|action| entry.is_some_and(|entry| action.fits(entry.state)));
        wishes.extend(fitting.map(|action| QueueWish::Do(action, vec![cursor])));
    }
    for chosen in wishes {
        wish(view, chosen);
    }
}

/// Arrows, pages and ends, while the list or nothing has the focus.
fn move_about(ui: &Ui, view: &mut View<'_>, shown: &[JobId]) -> Option<usize> {
    let focused = ui.memory(|memory| memory.focused());
    let is_row = focused.is_none_or(|focused| shown.iter().any(|id| row_id(*id) == focused));
    let last = shown.len().checked_sub(1).filter(|_| is_row)?;
    let page = num_visible(ui);
    let cursor = view.state.job_list.cursor();
    let from = cursor.and_then(|cursor| shown.iter().position(|id| *id == cursor));
    let targets = from.map_or([0, 0, 0, 0, 0, last], |from| {
        let down = |num_rows: usize| from.saturating_add(num_rows);
        let up = |num_rows: usize| from.saturating_sub(num_rows);
        [down(1), up(1), down(page), up(page), 0, last]
    });
    let keys = [
        Key::ArrowDown,
        Key::ArrowUp,
        Key::PageDown,
        Key::PageUp,
        Key::Home,
        Key::End,
    ];
    for (key, target) in keys.into_iter().zip(targets) {
        let reach = ui.input_mut(|input| {
            let is_alone = !input.modifiers.alt && !input.modifiers.command;
            let reach = match input.modifiers.shift {
                true => Reach::Range,
                false => Reach::Only,
            };
            let modifiers = input.modifiers;
            (is_alone && input.consume_key(modifiers, key)).then_some(reach)
        });
        let Some(reach) = reach else { continue };
        let place = target.min(last);
        let id = *shown.get(place)?;
        wish(view, QueueWish::Select(id, reach));
        ui.memory_mut(|memory| {
            memory.request_focus(row_id(id));
            // The toolkit would go on to the next control in this direction.
            memory.move_focus(FocusDirection::None);
        });
        return Some(place);
    }
    None
}
