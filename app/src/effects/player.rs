//! What wishes about the player do.

use egui::Context;

use super::remember;
use crate::app::OviApp;
use crate::command::PlayerCommand;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, ctx: &Context, command: PlayerCommand) {
    let now_secs = ctx.input(|input| input.time);
    let position = app
        .player
        .current()
        .map(|clip| (clip.moment().secs, clip.transport().duration_secs()));
    let (secs, duration_secs) = position.unwrap_or_default();
    match command {
        PlayerCommand::Toggle => app.player.toggle(now_secs),
        PlayerCommand::Step(num_frames) => app.player.step(num_frames, now_secs),
        PlayerCommand::Skip(skip_secs) => app.player.seek_secs(secs + skip_secs, now_secs),
        PlayerCommand::SeekShare(share) => {
            app.player
                .seek_secs(f64::from(share) * duration_secs, now_secs);
        }
        PlayerCommand::SetLooping(is_looping) => {
            app.player.set_looping(is_looping, now_secs);
            app.settings.is_looping = is_looping;
            remember(app);
        }
        PlayerCommand::SetLoudness(loudness) => {
            app.player.set_loudness(loudness);
            app.settings.volume = loudness.volume;
            app.settings.is_muted = loudness.is_muted;
            remember(app);
        }
    }
}
