//! Why a job failed: code, sentence, next step, and the chain of causes to copy.

use egui::{Label, RichText, ScrollArea, TextStyle, Ui};
use ovi_engine::protocol::{ErrorReport, JobId};

use crate::command::{QueueWish, UiCommand};
use crate::screens::View;
use crate::state::JobAction;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, badge, note, quiet_button};

/// The report of a job.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, job: JobId) {
    let palette = theme::palette(ui);
    ui.label(RichText::new(text::job_error()).text_style(TextStyle::Heading));
    ui.add_space(space::S);
    let entry = view.state.queue.get(job);
    let Some((entry, report)) = entry.and_then(|entry| Some((entry, entry.report.as_ref()?)))
    else {
        note(ui, text::job_error_gone());
        if ui.button(text::close()).clicked() {
            view.push(UiCommand::CloseDialog);
        }
        return;
    };
    ui.horizontal(|ui| {
        let side = egui::Vec2::splat(size::ICON);
        let (rect, _) = ui.allocate_exact_size(side, egui::Sense::hover());
        Icon::Error.paint(ui.painter(), rect, palette.danger);
        badge(ui, report.code.code(), palette.danger);
    });
    ui.add(Label::new(&report.message).wrap());
    ui.add(Label::new(RichText::new(&report.action).color(palette.muted)).wrap());
    let prompt = entry.request.prompt.clone();
    ui.add(Label::new(theme::note(ui, prompt)).truncate());
    if !report.details.is_empty() {
        ScrollArea::vertical()
            .max_height(size::STAGE)
            .show(ui, |ui| {
                let details = RichText::new(&report.details).text_style(TextStyle::Monospace);
                ui.add(Label::new(details).wrap());
            });
    }
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        if ui.button(text::queue_retry()).clicked() {
            let retry = QueueWish::Do(JobAction::Retry, vec![job]);
            view.commands.push(UiCommand::CloseDialog);
            view.commands.push(UiCommand::Queue(retry));
        }
        if ui.button(text::copy_details()).clicked() {
            view.commands.push(UiCommand::Copy(details(report)));
        }
        if quiet_button(ui, text::close()).clicked() {
            view.commands.push(UiCommand::CloseDialog);
        }
    });
}

/// Version, code, sentence and causes; never a prompt.
fn details(report: &ErrorReport) -> String {
    let version = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    format!("{version}\n{report}\n{}", report.details)
}
