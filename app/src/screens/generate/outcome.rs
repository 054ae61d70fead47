//! The card about a job that ended without a clip.

use egui::accesskit::Live;
use egui::{Frame, RichText, Stroke, TextStyle, Ui};
use ovi_engine::protocol::ErrorReport;

use super::View;
use crate::command::UiCommand;
use crate::state::Outcome;
use crate::text;
use crate::theme::{self, radius, space, stroke};
use crate::widgets::{Icon, badge, quiet_button};

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let palette = theme::palette(ui);
    let color = match &view.state.outcome {
        Outcome::None => return,
        Outcome::Failed(_) => palette.danger,
        Outcome::Cancelled => palette.muted,
    };
    Frame::new()
        .fill(palette.card)
        .stroke(Stroke::new(stroke::THIN, color))
        .corner_radius(radius::L)
        .inner_margin(theme::margin(space::M))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = space::S;
            match &view.state.outcome {
                Outcome::None => {}
                Outcome::Failed(report) => failed(ui, view.commands, report),
                Outcome::Cancelled => cancelled(ui, view.commands),
            }
        });
}

fn failed(ui: &mut Ui, commands: &mut Vec<UiCommand>, report: &ErrorReport) {
    let palette = theme::palette(ui);
    ui.horizontal(|ui| {
        let side = egui::Vec2::splat(theme::size::ICON);
        let (rect, _) = ui.allocate_exact_size(side, egui::Sense::hover());
        Icon::Warning.paint(ui.painter(), rect, palette.danger);
        badge(ui, report.code.code(), palette.danger);
        ui.label(RichText::new(text::error()).text_style(TextStyle::Heading));
    });
    let message = ui.add(egui::Label::new(&report.message).wrap());
    ui.ctx()
        .accesskit_node_builder(message.id, |node| node.set_live(Live::Assertive));
    if !report.action.is_empty() {
        ui.add(egui::Label::new(RichText::new(&report.action).color(palette.muted)).wrap());
    }
    ui.horizontal(|ui| {
        if ui.button(text::copy_details()).clicked() {
            commands.push(UiCommand::Copy(details(report)));
        }
        if quiet_button(ui, text::dismiss()).clicked() {
            commands.push(UiCommand::DismissOutcome);
        }
    });
}

fn cancelled(ui: &mut Ui, commands: &mut Vec<UiCommand>) {
    ui.horizontal(|ui| {
        ui.label(text::cancelled());
        if quiet_button(ui, text::dismiss()).clicked() {
            commands.push(UiCommand::DismissOutcome);
        }
    });
}

/// What "Copy details" copies: code, sentence, chain of causes; never a prompt.
fn details(report: &ErrorReport) -> String {
    let version = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
    format!("{version}\n{report}\n{}", report.details)
}
