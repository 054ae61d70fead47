//! Timeline, play, steps, loop, time, speed and volume.

use egui::{Checkbox, ComboBox, Label, RichText, Slider, TextStyle, Ui};

use crate::command::PlayerCommand;
use crate::keys::Action;
use crate::player::{
    LoopEnd, LoopRange, Loudness, Playback, SPEEDS, SoundOutline, SoundState, Timeline,
    TimelineWish, time_code,
};
use crate::screens::View;
use crate::text;
use crate::theme::{self, size};
use crate::widgets::{Icon, at_right, icon_button, switch_button};

/// Everything that moves the clip.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, open: &Playback) {
    timeline(ui, view, open);
    let has_marks = open.transport().loop_range.is_set();
    let needed = match has_marks {
        true => size::PLAYER_ROW_WITH_MARKS,
        false => size::PLAYER_ROW,
    };
    if ui.available_width() >= needed {
        ui.horizontal(|ui| {
            buttons(ui, view, open);
            at_right(ui, "sound", |ui| sound(ui, view, open));
        });
    } else {
        ui.horizontal_wrapped(|ui| buttons(ui, view, open));
        ui.horizontal_wrapped(|ui| sound(ui, view, open));
    }
}

fn timeline(ui: &mut Ui, view: &mut View<'_>, open: &Playback) {
    let duration_secs = open.transport().duration_secs();
    let share = |secs: f64| (secs / duration_secs) as f32;
    let moment = open.moment();
    let LoopRange { in_secs, out_secs } = open.transport().loop_range;
    let peaks = open.heard().map(|lane| lane.peaks()).unwrap_or_default();
    let position = text::frame_of(moment.frame_idx, open.transport().shape.num_frames);
    let value_text = text::moment_spoken(time_code(moment.secs), position);
    let description = match SoundOutline::of(peaks) {
        None => text::no_sound_track().to_owned(),
        Some(outline) => {
            let loudest_secs = f64::from(outline.loudest_share) * duration_secs;
            text::sound_outline(
                time_code(loudest_secs),
                format_args!("{:.0}", outline.loudest_db),
                text::percent(outline.silent_share),
            )
        }
    };
    let timeline = Timeline {
        peaks,
        playhead: share(moment.secs),
        duration_secs,
        loop_ends: [in_secs.map(share), out_secs.map(share)],
        label: text::timeline(),
        value_text: &value_text,
        description: &description,
        end_labels: [text::loop_start(), text::loop_end()],
    };
    if let Some(wish) = timeline.ui(ui) {
        view.play(match wish {
            TimelineWish::Seek(share) => PlayerCommand::SeekShare(share),
            TimelineWish::Step(num_frames) => PlayerCommand::Step(num_frames),
            TimelineWish::MoveEnd(end, share) => PlayerCommand::MoveLoopEnd(end, share),
            TimelineWish::NudgeEnd(end, frames) => PlayerCommand::NudgeLoopEnd(end, frames),
        });
    }
}

fn buttons(ui: &mut Ui, view: &mut View<'_>, open: &Playback) {
    let back = view.keyed(text::step_back(), Action::FrameBack);
    let forward = view.keyed(text::step_forward(), Action::FrameForward);
    let (icon, label) = match open.transport().is_playing {
        true => (Icon::Pause, view.keyed(text::pause(), Action::PlayPause)),
        false => (Icon::Play, view.keyed(text::play(), Action::PlayPause)),
    };
    if icon_button(ui, Icon::StepBack, &back).clicked() {
        view.play(PlayerCommand::Step(-1));
    }
    if icon_button(ui, icon, &label).clicked() {
        view.play(PlayerCommand::Toggle);
    }
    if icon_button(ui, Icon::StepForward, &forward).clicked() {
        view.play(PlayerCommand::Step(1));
    }
    looping(ui, view, open);
    let moment = open.moment();
    let duration = time_code(open.transport().duration_secs());
    let time = format!("{} / {duration}", time_code(moment.secs));
    let time = RichText::new(time).text_style(TextStyle::Monospace);
    let num_frames = open.transport().shape.num_frames;
    let frame = theme::note(ui, text::frame_of(moment.frame_idx, num_frames));
    // Where the row is narrow they go to the next one as a whole.
    ui.add(Label::new(time).extend());
    ui.add(Label::new(frame).extend());
}

/// Loop on or off, and the part of the clip that repeats.
fn looping(ui: &mut Ui, view: &mut View<'_>, open: &Playback) {
    let is_looping = open.transport().is_looping;
    let label = if is_looping {
        text::loop_on()
    } else {
        text::loop_off()
    };
    if switch_button(ui, Icon::Loop, label, is_looping).clicked() {
        view.play(PlayerCommand::SetLooping(!is_looping));
    }
    let ends = [
        (
            LoopEnd::In,
            Icon::LoopStart,
            text::loop_in(),
            Action::LoopIn,
        ),
        (
            LoopEnd::Out,
            Icon::LoopEnd,
            text::loop_out(),
            Action::LoopOut,
        ),
    ];
    for (end, icon, name, action) in ends {
        let hint = view.keyed(name, action);
        if icon_button(ui, icon, &hint).clicked() {
            view.play(PlayerCommand::SetLoopEnd(end));
        }
    }
    let transport = open.transport();
    if transport.loop_range.is_set() {
        let [in_secs, out_secs] =
            [LoopEnd::In, LoopEnd::Out].map(|end| time_code(transport.loop_end_secs(end)));
        ui.label(theme::note(ui, text::loop_range(in_secs, out_secs)));
        if icon_button(ui, Icon::Cross, text::clear_loop()).clicked() {
            view.play(PlayerCommand::ClearLoop);
        }
    }
}

/// Speed, mute, volume and full screen.
fn sound(ui: &mut Ui, view: &mut View<'_>, open: &Playback) {
    speed(ui, view, open);
    volume(ui, view, open);
    let is_full_screen = view.state.is_full_screen;
    let name = match is_full_screen {
        true => text::leave_full_screen(),
        false => text::full_screen(),
    };
    let label = view.keyed(name, Action::FullScreen);
    if switch_button(ui, Icon::FullScreen, &label, is_full_screen).clicked() {
        view.play(PlayerCommand::SetFullScreen(!is_full_screen));
    }
}

fn speed(ui: &mut Ui, view: &mut View<'_>, open: &Playback) {
    let rate = open.transport().shuttle.unwrap_or(open.transport().speed);
    let response = ComboBox::from_id_salt("speed")
        .selected_text(text::speed_factor(text::decimal(f64::from(rate))))
        .width(size::SPEED)
        .height(size::SPEED_LIST)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .show_ui(ui, |ui| {
            for speed in SPEEDS {
                let label = text::speed_factor(text::decimal(f64::from(speed)));
                if ui.selectable_label(rate == speed, label).clicked() {
                    view.play(PlayerCommand::SetSpeed(speed));
                    ui.close();
                }
            }
            ui.separator();
            let mut keeps_pitch = view.player.habits().keeps_pitch;
            let switch = Checkbox::new(&mut keeps_pitch, text::keep_pitch());
            if ui
                .add(switch)
                .on_hover_text(text::keep_pitch_hint())
                .changed()
            {
                view.play(PlayerCommand::SetKeepsPitch(keeps_pitch));
            }
        })
        .response
        .on_hover_text(text::speed_hint());
    let value = text::speed_factor(text::decimal(f64::from(rate)));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_label(text::speed());
        node.set_value(value);
    });
}

/// Mute and volume, or why nothing can be heard.
fn volume(ui: &mut Ui, view: &mut View<'_>, open: &Playback) {
    if !open.lanes().iter().any(|lane| lane.has_sound()) {
        ui.label(theme::note(ui, text::no_sound_track()));
        return;
    }
    if let SoundState::Unavailable(reason) = view.player.sound_state() {
        ui.label(theme::note(ui, text::no_sound_device()))
            .on_hover_text(reason);
        return;
    }
    let loudness = view.player.loudness();
    let (icon, name) = match loudness.is_muted {
        true => (Icon::SpeakerOff, text::unmute()),
        false => (Icon::Speaker, text::mute()),
    };
    let label = view.keyed(name, Action::Mute);
    if icon_button(ui, icon, &label).clicked() {
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
