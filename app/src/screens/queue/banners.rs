//! Lines between the toolbar and the list: what waits for an answer.

use std::time::Duration;

use egui::{Color32, Frame, Id, Sense, Ui, Vec2};

use super::wish;
use crate::command::QueueWish;
use crate::keys::Action;
use crate::screens::View;
use crate::text;
use crate::theme::{self, radius, size, space};
use crate::widgets::{Icon, live_note};

/// How long the way back from a removal is offered; its key works longer.
const UNDO_SECS: f64 = 10.0;

/// All lines that apply.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let palette = theme::palette(ui);
    if view.state.queue.is_paused {
        let line = match view.state.job.is_some() {
            true => text::queue_paused_running(),
            false => text::queue_paused(),
        };
        let choices = [(text::queue_resume(), QueueWish::SetPaused(false))];
        banner(ui, view, (Icon::Pause, palette.warning), line, &choices);
    }
    let num_interrupted = view.state.interrupted().len();
    if num_interrupted > 0 {
        let line = text::queue_was_interrupted(num_interrupted as u64);
        let choices = [
            (text::queue_run_interrupted(), QueueWish::RetryInterrupted),
            (text::queue_leave(), QueueWish::LeaveInterrupted),
        ];
        banner(ui, view, (Icon::Warning, palette.warning), &line, &choices);
    }
    let num_adopted = view.state.num_adopted();
    if num_adopted > 0 {
        let line = text::queue_was_adopted(num_adopted as u64);
        let choices = [(text::dismiss(), QueueWish::DismissAdopted)];
        banner(ui, view, (Icon::Check, palette.good), &line, &choices);
    }
    removal(ui, view);
}

fn removal(ui: &mut Ui, view: &mut View<'_>) {
    let list = &view.state.job_list;
    let num_removed = list.removed.len();
    if num_removed == 0 {
        return;
    }
    let now_secs = ui.input(|input| input.time);
    let id = Id::unique("removal");
    let known = ui.data(|data| data.get_temp::<(u64, f64)>(id));
    let known = known.filter(|(serial, _)| *serial == list.num_removals);
    let begun_secs = known.map_or(now_secs, |(_, secs)| secs);
    ui.data_mut(|data| data.insert_temp(id, (list.num_removals, begun_secs)));
    let secs_left = begun_secs + UNDO_SECS - now_secs;
    if secs_left <= 0.0 {
        return;
    }
    ui.ctx()
        .request_repaint_after(Duration::from_secs_f64(secs_left));
    let line = text::queue_removed(num_removed as u64);
    let label = match view.settings.keymap.label(Action::Undo) {
        keys if keys.is_empty() => text::queue_undo().to_owned(),
        keys => format!("{} ({keys})", text::queue_undo()),
    };
    let choices = [(label.as_str(), QueueWish::UndoRemoval)];
    let icon = (Icon::Trash, theme::palette(ui).muted);
    banner(ui, view, icon, &line, &choices);
}

/// One line with an icon and its answers.
fn banner(
    ui: &mut Ui,
    view: &mut View<'_>,
    (icon, color): (Icon, Color32),
    line: &str,
    choices: &[(&str, QueueWish)],
) {
    Frame::new()
        .fill(theme::palette(ui).field)
        .corner_radius(radius::M)
        .inner_margin(theme::margin_xy(space::M, space::XS))
        .show(ui, |ui| {
            ui.horizontal_wrapped(|ui| {
                ui.set_min_width(ui.available_width());
                let (rect, _) = ui.allocate_exact_size(Vec2::splat(size::ICON), Sense::hover());
                icon.paint(ui.painter(), rect, color);
                live_note(ui, line);
                for (label, choice) in choices {
                    if ui.button(*label).clicked() {
                        wish(view, choice.clone());
                    }
                }
            });
        });
}
