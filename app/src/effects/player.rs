//! What wishes about the player do.

use egui::{Context, ViewportCommand};

use super::remember;
use crate::app::OviApp;
use crate::command::PlayerCommand;
use crate::player::{Habits, Playback};

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, ctx: &Context, command: PlayerCommand) {
    let now_secs = ctx.input(|input| input.time);
    let habits = app.player.habits();
    match command {
        PlayerCommand::SetLoudness(loudness) => {
            set_habits(app, Habits { loudness, ..habits }, now_secs);
        }
        PlayerCommand::SetKeepsPitch(keeps_pitch) => {
            let habits = Habits {
                keeps_pitch,
                ..habits
            };
            set_habits(app, habits, now_secs);
        }
        PlayerCommand::SetFullScreen(is_full_screen) => {
            app.state.is_full_screen = is_full_screen && app.player.current().is_some();
            let is_full_screen = app.state.is_full_screen;
            ctx.send_viewport_cmd(ViewportCommand::Fullscreen(is_full_screen));
        }
        PlayerCommand::SetLooping(is_looping) => {
            let Some(playback) = app.player.current_mut() else {
                return;
            };
            playback.set_looping(is_looping, now_secs);
            // Long clips do not loop by themselves; what is wished for one says nothing of others.
            if playback.is_short() {
                let habits = Habits {
                    is_looping,
                    ..habits
                };
                set_habits(app, habits, now_secs);
            }
        }
        _ => {
            if let Some(playback) = app.player.current_mut() {
                steer(playback, command, now_secs);
            }
        }
    }
}

/// Stand still.
pub fn pause(app: &mut OviApp, ctx: &Context) {
    let now_secs = ctx.input(|input| input.time);
    if let Some(playback) = app.player.current_mut()
        && playback.transport().is_playing
    {
        playback.set_playing(false, now_secs);
    }
}

fn set_habits(app: &mut OviApp, habits: Habits, now_secs: f64) {
    app.player.set_habits(habits, now_secs);
    app.settings.volume = habits.loudness.volume;
    app.settings.is_muted = habits.loudness.is_muted;
    app.settings.is_looping = habits.is_looping;
    app.settings.keeps_pitch = habits.keeps_pitch;
    remember(app);
}

fn steer(playback: &mut Playback, command: PlayerCommand, now_secs: f64) {
    let secs = playback.moment().secs;
    let duration_secs = playback.transport().duration_secs();
    let at_share = |share: f32| f64::from(share) * duration_secs;
    match command {
        PlayerCommand::Toggle => {
            let is_playing = playback.transport().is_playing;
            playback.set_playing(!is_playing, now_secs);
        }
        PlayerCommand::Shuttle { is_backwards } => playback.shuttle(is_backwards, now_secs),
        PlayerCommand::Step(num_frames) => playback.step(num_frames, now_secs),
        PlayerCommand::Skip(skip_secs) => playback.seek(secs + skip_secs, now_secs),
        PlayerCommand::SeekShare(share) => playback.seek(at_share(share), now_secs),
        PlayerCommand::SetLoopEnd(end) => {
            let secs = playback.loop_end_here(end);
            playback.set_loop_end(end, secs, now_secs);
        }
        PlayerCommand::MoveLoopEnd(end, share) => {
            let secs = playback.transport().nearest_frame_secs(at_share(share));
            playback.set_loop_end(end, secs, now_secs);
        }
        PlayerCommand::NudgeLoopEnd(end, num_frames) => {
            let transport = playback.transport();
            let secs = transport.loop_end_secs(end) + num_frames as f64 / transport.shape.fps;
            playback.set_loop_end(end, secs, now_secs);
        }
        PlayerCommand::ClearLoop => playback.clear_loop_range(now_secs),
        PlayerCommand::SetSpeed(speed) => playback.set_speed(speed, now_secs),
        PlayerCommand::Hear(slot) => playback.hear(slot, now_secs),
        PlayerCommand::SetLooping(_)
        | PlayerCommand::SetKeepsPitch(_)
        | PlayerCommand::SetLoudness(_)
        | PlayerCommand::SetFullScreen(_) => {}
    }
}
