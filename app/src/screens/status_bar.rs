//! What is going on, memory, and the last notice.

use egui::{Align, Frame, Layout, Panel, Ui};

use super::View;
use crate::command::UiCommand;
use crate::state::EngineState;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, icon_button, live_note};

/// The bar at the bottom.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let palette = theme::palette(ui);
    Panel::bottom("status_bar")
        .exact_size(size::STATUS_BAR)
        .frame(
            Frame::new()
                .fill(palette.panel)
                .inner_margin(theme::margin_xy(space::L, 0.0)),
        )
        .show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    memory(ui, view);
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| left(ui, view));
                });
            });
        });
}

fn left(ui: &mut Ui, view: &mut View<'_>) {
    live_note(ui, activity(view));
    let Some(notice) = &view.state.notice else {
        return;
    };
    ui.separator();
    let palette = theme::palette(ui);
    let color = if notice.is_problem {
        palette.warning
    } else {
        palette.text
    };
    if notice.is_problem {
        let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(size::ICON), egui::Sense::hover());
        Icon::Warning.paint(ui.painter(), rect, color);
    }
    let width = ui.available_width() - size::TARGET - space::M;
    let label = egui::Label::new(theme::note(ui, notice.text.clone()).color(color)).truncate();
    ui.scope(|ui| {
        ui.set_max_width(width);
        ui.add(label).on_hover_text(notice.text.clone());
    });
    if icon_button(ui, Icon::Cross, text::dismiss_message()).clicked() {
        view.push(UiCommand::DismissNotice);
    }
}

fn activity(view: &View<'_>) -> String {
    match (&view.state.job, view.state.engine) {
        (_, EngineState::Stopped) => text::blocked(crate::state::Blocked::EngineStopped).into(),
        (_, EngineState::Starting) => text::blocked(crate::state::Blocked::EngineStarting).into(),
        (Some(job), EngineState::Ready) => {
            let phase = text::job_phase(job.phase);
            match job.stage_fraction() {
                Some(fraction) => format!("{phase} {}", text::percent(fraction)),
                None => phase,
            }
        }
        (None, EngineState::Ready) => text::ready().into(),
    }
}

fn memory(ui: &mut Ui, view: &View<'_>) {
    let Some(memory) = &view.state.memory else {
        return;
    };
    let figures = text::memory_status(memory.counted_bytes, memory.resident_bytes);
    let response = ui.label(theme::note(ui, figures));
    if let (Some(available), Some(total)) =
        (memory.system_available_bytes, memory.system_total_bytes)
    {
        response.on_hover_text(text::memory_free(available, total));
    }
}
