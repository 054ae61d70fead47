//! Timeline, play, steps, loop, time and volume.

use egui::{RichText, Slider, TextStyle, Ui};

use crate::command::PlayerCommand;
use crate::player::{Loudness, OpenClip, SoundState, time_code, timeline_ui};
use crate::screens::View;
use crate::text;
use crate::theme::{self, size};
use crate::widgets::{Icon, at_right, icon_button, switch_button};

/// Everything that moves the clip.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, open: &OpenClip) {
    timeline(ui, view, open);
    buttons(ui, view, open);
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

fn buttons(ui: &mut Ui, view: &mut View<'_>, open: &OpenClip) {
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
