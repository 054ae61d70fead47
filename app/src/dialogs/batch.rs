//! A batch file before it is queued: every row with its size and what is wrong with it.

use egui::{RichText, TextStyle, Ui};
use ovi_engine::prompt::BatchMode;
use ovi_engine::protocol::ErrorReport;

use super::batch_rows;
use crate::command::{BatchWish, QueueWish, UiCommand};
use crate::screens::View;
use crate::state::{Batch, BatchState, MAX_BATCH_JOBS};
use crate::text;
use crate::theme::{self, space};
use crate::widgets::{Icon, badge, live_note, note, problem, quiet_button};

/// The file's rows, and what can be done with them.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let Some(batch) = &view.state.batch else {
        return;
    };
    ui.label(RichText::new(text::batch_title()).text_style(TextStyle::Heading));
    ui.add(egui::Label::new(theme::note(ui, batch.path.display().to_string())).truncate());
    ui.add_space(space::XS);
    match &batch.state {
        BatchState::Reading => {
            let name = batch.path.file_name().unwrap_or_default();
            live_note(ui, text::batch_reading(name.display()));
            close(ui, view);
        }
        BatchState::Refused(report) => refused(ui, view, report),
        BatchState::Read {
            unknown_columns, ..
        } => read(ui, view, batch, unknown_columns),
    }
}

fn refused(ui: &mut Ui, view: &mut View<'_>, report: &ErrorReport) {
    let palette = theme::palette(ui);
    badge(ui, report.code.code(), palette.danger);
    problem(ui, Icon::Error, palette.danger, &report.message);
    ui.horizontal(|ui| {
        open_file(ui, view);
        if ui.button(text::copy_details()).clicked() {
            view.push(UiCommand::Copy(report.details.clone()));
        }
        close(ui, view);
    });
}

fn read(ui: &mut Ui, view: &mut View<'_>, batch: &Batch, unknown_columns: &[String]) {
    mode(ui, view, batch.mode);
    if !unknown_columns.is_empty() {
        let color = theme::palette(ui).warning;
        let columns = unknown_columns.join(", ");
        problem(
            ui,
            Icon::Warning,
            color,
            &text::batch_unknown_columns(columns),
        );
    }
    note(ui, text::batch_settings_note());
    ui.add_space(space::XS);
    batch_rows::ui(ui, view, batch);
    ui.add_space(space::XS);
    let num_bad = batch.num_bad_ticked();
    if num_bad > 0 {
        let palette = theme::palette(ui);
        let line = text::batch_problem_rows(num_bad as u64);
        ui.horizontal_wrapped(|ui| {
            badge(ui, "E-CSV", palette.danger);
            live_note(ui, format!("{line} {}", text::batch_resolve()));
        });
    }
    actions(ui, view, batch, num_bad);
}

fn mode(ui: &mut Ui, view: &mut View<'_>, mode: BatchMode) {
    ui.horizontal(|ui| {
        ui.label(text::batch_mode());
        let modes = [
            (BatchMode::Text, text::batch_mode_text()),
            (BatchMode::FirstFrame, text::batch_mode_picture()),
        ];
        for (choice, name) in modes {
            if ui.radio(mode == choice, name).clicked() && mode != choice {
                wish(view, BatchWish::SetMode(choice));
            }
        }
    });
}

fn actions(ui: &mut Ui, view: &mut View<'_>, batch: &Batch, num_bad: usize) {
    let num_jobs = batch.num_jobs(view.state.form.num_takes);
    let blocked = view.state.batch_blocked();
    let reason = match (blocked, num_jobs) {
        (Some(blocked), _) => Some(text::blocked(blocked).to_string()),
        (None, 0) => Some(text::batch_nothing().to_owned()),
        (None, _) if num_jobs > MAX_BATCH_JOBS => {
            Some(text::batch_too_many(MAX_BATCH_JOBS, num_jobs))
        }
        (None, _) => None,
    };
    if let Some(reason) = &reason {
        note(ui, reason.clone());
    }
    ui.horizontal_wrapped(|ui| {
        let can_add = reason.is_none() && num_bad == 0;
        let add = egui::Button::new(text::batch_add(num_jobs));
        if ui.add_enabled(can_add, add).clicked() {
            wish(view, BatchWish::Add);
        }
        if num_bad > 0 {
            if ui.button(text::batch_untick_bad()).clicked() {
                wish(view, BatchWish::UntickBad);
            }
            open_file(ui, view);
            if ui.button(text::copy_details()).clicked() {
                view.push(UiCommand::Copy(details(batch)));
            }
        }
        close(ui, view);
    });
}

/// Every problem of the ticked rows, one per line.
fn details(batch: &Batch) -> String {
    let lines = batch.ticked().flat_map(|line| {
        let problems = line.problems.iter();
        problems.map(|problem| text::batch_problem(line.row.line, problem))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn open_file(ui: &mut Ui, view: &mut View<'_>) {
    if ui.button(text::open_file()).clicked() {
        wish(view, BatchWish::OpenFile);
    }
}

fn close(ui: &mut Ui, view: &mut View<'_>) {
    if quiet_button(ui, text::close()).clicked() {
        view.push(UiCommand::CloseDialog);
    }
}

/// Cause something with the batch.
pub fn wish(view: &mut View<'_>, wish: BatchWish) {
    view.push(UiCommand::Queue(QueueWish::Batch(wish)));
}
