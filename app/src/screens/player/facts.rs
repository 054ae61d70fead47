//! What a clip is, what was odd about it, and what can be done with its file.

use egui::Ui;
use ovi_engine::protocol::ClipRecord;

use crate::command::UiCommand;
use crate::screens::View;
use crate::text;
use crate::theme::{self, size};
use crate::widgets::{Icon, at_right, note, problem};

/// Facts, buttons and warnings.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, entry: &ClipRecord) {
    lines_and_buttons(ui, view, entry);
    let color = theme::palette(ui).warning;
    for warning in &entry.clip.warnings {
        let line = format!("{} {}", warning.code.code(), warning.message);
        problem(ui, Icon::Warning, color, &line);
    }
}

fn lines_and_buttons(ui: &mut Ui, view: &mut View<'_>, entry: &ClipRecord) {
    let is_narrow = ui.available_width() < size::FACTS_AND_BUTTONS;
    ui.horizontal(|ui| {
        ui.vertical(|ui| fact_lines(ui, entry));
        if !is_narrow {
            at_right(ui, "clip_buttons", |ui| buttons(ui, view));
        }
    });
    if is_narrow {
        ui.horizontal_wrapped(|ui| buttons(ui, view));
    }
}

fn fact_lines(ui: &mut Ui, entry: &ClipRecord) {
    let clip = &entry.clip;
    let shape = text::size_px(clip.width, clip.height);
    let length = text::frames_and_length(clip.num_frames, clip.duration_secs);
    ui.label(format!("{shape} · {length}"));
    let made = text::clip_facts(clip.seed, clip.total_secs, clip.peak_bytes, clip.num_bytes);
    note(ui, made).on_hover_ui(|ui| stage_times(ui, entry));
}

fn buttons(ui: &mut Ui, view: &mut View<'_>) {
    compare(ui, view);
    if ui.button(text::save_as()).clicked() {
        view.push(UiCommand::AskClipTarget);
    }
    let can_save_frame = view.player.current().is_some();
    if ui
        .add_enabled(can_save_frame, egui::Button::new(text::save_frame()))
        .clicked()
    {
        view.push(UiCommand::SaveFrame);
    }
    if ui.button(text::open_folder()).clicked() {
        view.push(UiCommand::ShowFolder);
    }
}

/// Looks at the clip beside the one made before it in this session, or after it if it was the first.
fn compare(ui: &mut Ui, view: &mut View<'_>) {
    let session = &view.state.session;
    let shown = view.state.clip_on_screen().map(|record| record.id);
    let place = session.iter().position(|id| Some(*id) == shown);
    let other = place.and_then(|place| session.get(place.checked_sub(1).unwrap_or(place + 1)));
    let pair = shown.zip(other.copied());
    let button = ui.add_enabled(pair.is_some(), egui::Button::new(text::compare()));
    let button = button
        .on_hover_text(text::compare_with_previous())
        .on_disabled_hover_text(text::compare_with_previous_none());
    if button.clicked()
        && let Some((shown, other)) = pair
    {
        view.push(UiCommand::Compare(vec![other, shown]));
    }
}

/// Time and peak of every stage.
fn stage_times(ui: &mut Ui, entry: &ClipRecord) {
    egui::Grid::new("stage_times")
        .num_columns(3)
        .show(ui, |ui| {
            for time in &entry.clip.stages {
                ui.label(text::stage(time.stage));
                ui.label(text::duration(time.secs));
                ui.label(text::memory_peak(time.peak_bytes));
                ui.end_row();
            }
        });
}
