//! The player under a finished clip's picture, its facts and warnings, and what can be done with it.

use egui::{RichText, Slider, TextStyle, Ui};
use ovi_engine::protocol::ClipRecord;

use super::View;
use super::result::{in_the_middle, stage, stage_caption};
use crate::command::{PlayerCommand, UiCommand};
use crate::player::{Loudness, OpenClip, SoundState, time_code, timeline_ui};
use crate::text;
use crate::theme::{self, size};
use crate::widgets::{Icon, at_right, card, icon_button, note, problem, switch_button};

/// The clip's picture.
pub fn stage_ui(ui: &mut Ui, view: &View<'_>, entry: &ClipRecord) {
    let texture = view.player.current().and_then(OpenClip::texture);
    let rect = stage(ui, texture, text::player());
    if entry.clip.is_test_pattern {
        stage_caption(ui, rect, text::test_pattern_clip());
    }
    let message = match view.player.error() {
        Some(error) => format!("{}: {error}", text::clip_unplayable()),
        None if texture.is_none() => text::opening_clip().to_owned(),
        None => return,
    };
    in_the_middle(ui, rect, |ui| {
        let color = theme::palette(ui).on_stage;
        ui.label(theme::note(ui, message).color(color));
    });
}

/// Timeline, buttons and facts.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, entry: &ClipRecord) {
    card(ui, text::player(), |ui| {
        if let Some(open) = view.player.current() {
            timeline(ui, view, open);
            transport(ui, view, open);
        }
        facts(ui, view, entry);
        let color = theme::palette(ui).warning;
        for warning in &entry.clip.warnings {
            let line = format!("{} {}", warning.code.code(), warning.message);
            problem(ui, Icon::Warning, color, &line);
        }
    });
}

fn timeline(ui: &mut Ui, view: &mut View<'_>, open: &OpenClip) {
    let moment = open.moment();
    let fraction = (moment.secs / open.transport().duration_secs()) as f32;
    let spoken = time_code(moment.secs);
    let sought = timeline_ui(ui, open.peaks(), fraction, text::timeline(), &spoken);
    if let Some(share) = sought {
        view.play(PlayerCommand::SeekShare(share));
    }
}

fn transport(ui: &mut Ui, view: &mut View<'_>, open: &OpenClip) {
    ui.horizontal(|ui| {
        if icon_button(ui, Icon::StepBack, text::step_back()).clicked() {
            view.play(PlayerCommand::Step(-1));
        }
        let (icon, label) = match open.transport().is_playing {
            true => (Icon::Pause, text::pause()),
            false => (Icon::Play, text::play()),
        };
        if icon_button(ui, icon, label).clicked() {
            view.play(PlayerCommand::Toggle);
        }
        if icon_button(ui, Icon::StepForward, text::step_forward()).clicked() {
            view.play(PlayerCommand::Step(1));
        }
        let is_looping = view.player.is_looping();
        let label = if is_looping {
            text::loop_on()
        } else {
            text::loop_off()
        };
        if switch_button(ui, Icon::Loop, label, is_looping).clicked() {
            view.play(PlayerCommand::SetLooping(!is_looping));
        }
        let moment = open.moment();
        let duration = time_code(open.transport().duration_secs());
        let time = format!("{} / {duration}", time_code(moment.secs));
        ui.label(RichText::new(time).text_style(TextStyle::Monospace));
        let num_frames = open.transport().num_frames;
        ui.label(theme::note(
            ui,
            text::frame_of(moment.frame_idx, num_frames),
        ));
        at_right(ui, "volume", |ui| volume(ui, view, open));
    });
}

/// Mute and volume, or why nothing can be heard.
fn volume(ui: &mut Ui, view: &mut View<'_>, open: &OpenClip) {
    if !open.has_sound() {
        ui.label(theme::note(ui, text::no_sound_track()));
        return;
    }
    if let SoundState::Unavailable(reason) = view.player.sound_state() {
        ui.label(theme::note(ui, text::no_sound_device()))
            .on_hover_text(reason);
        return;
    }
    let loudness = view.player.loudness();
    let (icon, label) = match loudness.is_muted {
        true => (Icon::SpeakerOff, text::unmute()),
        false => (Icon::Speaker, text::mute()),
    };
    if icon_button(ui, icon, label).clicked() {
        let loudness = Loudness {
            is_muted: !loudness.is_muted,
            ..loudness
        };
        view.play(PlayerCommand::SetLoudness(loudness));
    }
    ui.visuals_mut().selection.bg_fill = theme::palette(ui).accent;
    ui.spacing_mut().slider_width = size::VOLUME;
    let mut volume = loudness.volume;
    let slider = Slider::new(&mut volume, 0.0..=1.0).show_value(false);
    if ui.add(slider).accessible_name(text::volume()).changed() {
        let loudness = Loudness {
            volume,
            is_muted: false,
        };
        view.play(PlayerCommand::SetLoudness(loudness));
    }
}

fn facts(ui: &mut Ui, view: &mut View<'_>, entry: &ClipRecord) {
    let is_narrow = ui.available_width() < size::FACTS_AND_BUTTONS;
    ui.horizontal(|ui| {
        ui.vertical(|ui| fact_lines(ui, entry));
        if !is_narrow {
            at_right(ui, "clip_buttons", |ui| buttons(ui, view));
        }
    });
    if is_narrow {
        ui.horizontal(|ui| buttons(ui, view));
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
