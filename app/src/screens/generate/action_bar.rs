//! Generate or Cancel, and why it cannot act.

use egui::Ui;

use super::View;
use crate::command::UiCommand;
use crate::state::{Blocked, JobPhase};
use crate::text;
use crate::widgets::{large_button, live_note, primary_button};

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    if let Some(job) = &view.state.job {
        let is_cancelling = job.phase == JobPhase::Cancelling;
        let label = if is_cancelling {
            text::CANCELLING
        } else {
            text::CANCEL
        };
        let response = ui
            .add_enabled_ui(!is_cancelling, |ui| large_button(ui, label))
            .inner;
        if response.clicked() {
            view.push(UiCommand::Cancel);
        }
        live_note(ui, text::job_phase(job.phase));
        return;
    }
    let blocked = view.state.blocked();
    if primary_button(ui, text::GENERATE, blocked.is_none()).clicked() {
        view.push(UiCommand::Generate);
    }
    let reason = match blocked {
        Some(Blocked::JobRunning) | None => text::GENERATE_KEYS,
        Some(blocked) => text::blocked(blocked),
    };
    live_note(ui, reason);
}
