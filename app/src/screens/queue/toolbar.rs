//! What concerns the whole queue, and how long it will take.

use egui::{Button, Checkbox, Role, Sense, Ui, Vec2, WidgetInfo, accesskit::Live};

use super::wish;
use crate::command::{QueueWish, UiCommand};
use crate::keys::Action;
use crate::screens::View;
use crate::tasks::Pick;
use crate::text;
use crate::theme::space;
use crate::widgets::{live_note, note};

/// Width below which what concerns files is in a menu.
const WIDE: f32 = 760.0;

/// The row above the list.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let is_wide = ui.available_width() >= WIDE;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        pause(ui, view);
        if is_wide {
            ui.separator();
            files(ui, view);
            return;
        }
        ui.menu_button(text::queue_more(), |ui| files(ui, view));
    });
    ui.horizontal_wrapped(|ui| {
        summary(ui, view);
    });
}

fn pause(ui: &mut Ui, view: &mut View<'_>) {
    let is_paused = view.state.queue.is_paused;
    let label = match is_paused {
        true => text::queue_resume(),
        false => text::queue_pause(),
    };
    let keys = view.settings.keymap.label(Action::PauseQueue);
    if ui.button(label).on_hover_text(keys).clicked() {
        wish(view, QueueWish::SetPaused(!is_paused));
    }
    if view.state.job.is_some() && !is_paused {
        let mut pauses = view.state.queue.pauses_after_current;
        let after = Checkbox::new(&mut pauses, text::queue_pause_after());
        let after = ui.add(after).on_hover_text(text::queue_pause_after_hint());
        if after.changed() {
            wish(view, QueueWish::SetPausesAfterCurrent(pauses));
        }
    }
}

fn files(ui: &mut Ui, view: &mut View<'_>) {
    let import = ui.button(text::queue_import_batch());
    if import
        .on_hover_text(text::queue_import_batch_hint())
        .clicked()
    {
        view.push(UiCommand::Browse(Pick::Batch));
    }
    let entries = view.state.queue.entries();
    let can_clear = entries.iter().any(|entry| entry.state.has_ended());
    let clear = ui.add_enabled(can_clear, Button::new(text::queue_clear()));
    if clear.on_hover_text(text::queue_clear_hint()).clicked() {
        wish(view, QueueWish::ClearFinished);
    }
    let has_waiting = view.state.queue.next().is_some();
    let export = ui
        .add_enabled(has_waiting, Button::new(text::queue_export()))
        .on_hover_text(text::queue_export_hint())
        .on_disabled_hover_text(text::queue_export_empty());
    if export.clicked() {
        view.push(UiCommand::Browse(Pick::QueueTarget));
    }
    if ui.button(text::queue_import_file()).clicked() {
        view.push(UiCommand::Browse(Pick::QueueFile));
    }
}

fn summary(ui: &mut Ui, view: &mut View<'_>) {
    let queue = &view.state.queue;
    let num_waiting = queue.waiting().count();
    let has_job = view.state.job.is_some();
    let mut parts = vec![text::queue_count_waiting(num_waiting as u64)];
    if num_waiting > 0 || has_job {
        parts.push(text::queue_time(view.state.time_left()));
    }
    let num_selected = view.state.job_list.num_selected();
    if num_selected > 1 {
        parts.push(text::queue_count_selected(num_selected as u64));
    }
    note(ui, parts.join(" · "));
    if !view.state.job_list.said.is_empty() {
        live_note(ui, view.state.job_list.said.clone());
    }
    if let Some(job) = &view.state.job {
        speak(ui, &text::job_progress_spoken(job));
    }
}

/// A line that is heard and not seen: the list shows the same in finer steps.
fn speak(ui: &mut Ui, spoken: &str) {
    let (_, response) = ui.allocate_exact_size(Vec2::ZERO, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, spoken));
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_live(Live::Polite));
}
