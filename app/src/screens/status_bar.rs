//! The bar at the bottom of every screen: the job, the queue, memory, free space, messages.

use egui::{Align, Color32, Frame, Label, Layout, Panel, ProgressBar, Sense, Ui, Vec2};

use super::View;
use crate::command::{MessageWish, UiCommand};
use crate::state::{EngineState, MessageAction, Notice};
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, announce, badge, count_button, icon_button};

/// Steps of the progress that are read out, per cent.
const SPOKEN_STEP: f32 = 10.0;

/// The bar.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let palette = theme::palette(ui);
    let height = size::STATUS_BAR.max(ui.spacing().interact_size.y);
    Panel::bottom("status_bar")
        .exact_size(height)
        .frame(
            Frame::new()
                .fill(palette.panel)
                .inner_margin(theme::margin_xy(space::M, 0.0)),
        )
        .show(ui, |ui| {
            let width = ui.available_width();
            ui.horizontal_centered(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    ui.spacing_mut().item_spacing.x = space::M;
                    bell(ui, view);
                    if width > size::STATUS_SPACE {
                        free_space(ui, view);
                    }
                    if width > size::STATUS_MEMORY {
                        memory(ui, view);
                    }
                    queue(ui, view);
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| left(ui, view));
                });
            });
        });
}

fn left(ui: &mut Ui, view: &mut View<'_>) {
    if view
        .state
        .model
        .info()
        .is_some_and(|info| info.is_test_pattern)
    {
        let color = theme::palette(ui).warning;
        badge(ui, text::test_pattern_short(), color).on_hover_text(text::test_pattern_model());
    }
    activity(ui, view);
    if let Some(notice) = view.state.notice.clone() {
        ui.separator();
        notice_line(ui, view, &notice);
    }
}

/// Phase and progress. Screen readers hear every tenth of it, not every step.
fn activity(ui: &mut Ui, view: &View<'_>) {
    let blocked = |blocked| (text::blocked(blocked).to_owned(), None);
    let (words, fraction) = match (&view.state.job, view.state.engine) {
        (_, EngineState::Stopped) => blocked(crate::state::Blocked::EngineStopped),
        (_, EngineState::Starting) => blocked(crate::state::Blocked::EngineStarting),
        (Some(job), EngineState::Ready) => (text::job_phase(job.phase), job.stage_fraction()),
        (None, EngineState::Ready) => (text::ready().to_owned(), None),
    };
    let Some(fraction) = fraction else {
        ui.label(theme::note(ui, words.as_str()));
        announce(ui, &words, false);
        return;
    };
    let figure = format!("{words} {}", text::percent(fraction));
    let bar = ProgressBar::new(fraction)
        .desired_width(size::STATUS_PROGRESS)
        .desired_height(size::STATUS_PROGRESS_HEIGHT)
        .fill(theme::palette(ui).accent);
    ui.add(bar);
    ui.label(theme::note(ui, figure));
    let spoken = (fraction * 100.0 / SPOKEN_STEP).floor() * SPOKEN_STEP / 100.0;
    announce(ui, &format!("{words}, {}", text::percent(spoken)), false);
}

fn notice_line(ui: &mut Ui, view: &mut View<'_>, notice: &Notice) {
    let palette = theme::palette(ui);
    let color = match notice.is_problem {
        true => palette.warning,
        false => palette.text,
    };
    if notice.is_problem {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(size::ICON), Sense::hover());
        Icon::Warning.paint(ui.painter(), rect, color);
    }
    let action_width = notice.action.map_or(0.0, |action| width_of(ui, action));
    let width = ui.available_width() - ui.spacing().interact_size.x - space::L - action_width;
    let label = Label::new(theme::note(ui, notice.text.clone()).color(color)).truncate();
    ui.scope(|ui| {
        ui.set_max_width(width.max(0.0));
        ui.add(label).on_hover_text(notice.text.clone());
    });
    announce(ui, &notice.text, notice.is_problem);
    if let Some(action) = notice.action
        && ui.button(text::message_action(action)).clicked()
    {
        view.push(UiCommand::DismissNotice);
        crate::dialogs::take_action(view, action);
    }
    if icon_button(ui, Icon::Cross, text::dismiss_message()).clicked() {
        view.push(UiCommand::DismissNotice);
    }
}

fn width_of(ui: &Ui, action: MessageAction) -> f32 {
    let font = egui::TextStyle::Button.resolve(ui.style());
    let words = text::message_action(action).to_owned();
    let galley = ui.painter().layout_no_wrap(words, font, Color32::WHITE);
    galley.size().x + 2.0 * ui.spacing().button_padding.x + space::M
}

fn bell(ui: &mut Ui, view: &mut View<'_>) {
    let num_unread = view.state.messages.num_unread();
    let label = match num_unread {
        0 => text::messages().to_owned(),
        unread => text::messages_unread(unread as u64),
    };
    if count_button(ui, Icon::Bell, &label, num_unread).clicked() {
        view.push(UiCommand::Message(MessageWish::List));
    }
}

fn queue(ui: &mut Ui, view: &View<'_>) {
    let num_waiting = view.state.queue.waiting().count();
    if num_waiting > 0 {
        ui.label(theme::note(ui, text::jobs_waiting(num_waiting as u64)));
    }
}

fn free_space(ui: &mut Ui, view: &View<'_>) {
    let Some(folder) = view.state.form.output_folder() else {
        return;
    };
    if let Some(num_bytes) = view.state.free_space.of(&folder) {
        let words = text::disk_free(text::bytes(num_bytes));
        let hint = text::disk_free_hint(folder.display());
        ui.label(theme::note(ui, words)).on_hover_text(hint);
    }
}

/// What the program holds and what the machine has left.
fn memory(ui: &mut Ui, view: &View<'_>) {
    let Some(memory) = &view.state.memory else {
        return;
    };
    if let (Some(available), Some(total)) =
        (memory.system_available_bytes, memory.system_total_bytes)
    {
        let used = total.saturating_sub(available);
        let words = text::memory_system(text::bytes(used), text::bytes(total));
        ui.label(theme::note(ui, words))
            .on_hover_text(text::memory_free(available, total));
    }
    if let Some(resident) = memory.resident_bytes {
        let words = text::memory_program(text::bytes(resident));
        let hint = text::memory_status(memory.counted_bytes, memory.resident_bytes);
        ui.label(theme::note(ui, words)).on_hover_text(hint);
    }
}
