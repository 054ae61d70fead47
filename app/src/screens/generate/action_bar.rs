//! Generate now, add to the queue, cancel, and why they cannot act.

use egui::Ui;

use super::View;
use crate::command::UiCommand;
use crate::state::JobPhase;
use crate::text;
use crate::theme::space;
use crate::widgets::{live_note, primary_button};

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let blocked = view.state.blocked();
    let width = (ui.available_width() - space::S) / 2.0;
    ui.horizontal(|ui| {
        ui.scope(|ui| {
            ui.set_width(width);
            if primary_button(ui, text::generate(), blocked.is_none()).clicked() {
                view.push(UiCommand::Generate { at_front: true });
            }
        });
        ui.scope(|ui| {
            ui.set_width(width);
            second_button(ui, view, blocked.is_none());
        });
    });
    match blocked {
        Some(blocked) => live_note(ui, text::blocked(blocked)),
        None => match &view.state.job {
            Some(job) => live_note(ui, text::job_phase(job.phase)),
            None => live_note(ui, text::generate_keys()),
        },
    };
}

/// Cancel while a job runs, otherwise add to the queue.
fn second_button(ui: &mut Ui, view: &mut View<'_>, can_queue: bool) {
    let size = egui::Vec2::new(ui.available_width(), crate::theme::size::PRIMARY);
    let button = |label: &str| egui::Button::new(label.to_owned()).min_size(size);
    if let Some(job) = &view.state.job {
        let is_cancelling = job.phase == JobPhase::Cancelling;
        let label = if is_cancelling {
            text::cancelling()
        } else {
            text::cancel()
        };
        if ui.add_enabled(!is_cancelling, button(label)).clicked() {
            view.push(UiCommand::Cancel);
        }
        return;
    }
    if ui
        .add_enabled(can_queue, button(text::add_to_queue()))
        .clicked()
    {
        view.push(UiCommand::Generate { at_front: false });
    }
}
