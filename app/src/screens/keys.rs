//! Keys of the window (spec: product 11). They are taken before any panel sees them; keys without a
//! modifier only while nothing is being typed.

use egui::{Context, Key, KeyboardShortcut, Modifiers};

use super::View;
use crate::command::{PlayerCommand, UiCommand};
use crate::player::{Loudness, timeline_id};
use crate::state::Dialog;
use crate::tasks::Pick;

const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
/// Change of the volume per key press.
const VOLUME_STEP: f32 = 0.05;

/// Turn pressed keys into commands.
pub fn take(ctx: &Context, view: &mut View<'_>) {
    if view.state.dialog.is_some() {
        return;
    }
    let pressed = |modifiers, key| {
        ctx.input_mut(|input| input.consume_shortcut(&KeyboardShortcut::new(modifiers, key)))
    };
    if pressed(Modifiers::COMMAND, Key::Enter) {
        view.push(UiCommand::Generate);
    }
    if pressed(Modifiers::COMMAND, Key::Period) {
        view.push(UiCommand::Cancel);
    }
    if pressed(Modifiers::COMMAND, Key::R) {
        view.push(UiCommand::NewSeed);
    }
    if pressed(Modifiers::COMMAND, Key::L) {
        view.push(UiCommand::ToggleSeedLock);
    }
    if pressed(Modifiers::COMMAND, Key::O) {
        view.push(UiCommand::Browse(Pick::Checkpoint));
    }
    if pressed(CTRL_SHIFT, Key::S) && view.state.shown_clip().is_some() {
        view.push(UiCommand::AskClipTarget);
    }
    if pressed(Modifiers::NONE, Key::F1) {
        view.push(UiCommand::OpenDialog(Dialog::Shortcuts));
    }
    player_keys(ctx, view);
}

fn player_keys(ctx: &Context, view: &mut View<'_>) {
    if view.player.current().is_none() || ctx.text_edit_focused() {
        return;
    }
    let pressed = |modifiers, key| ctx.input_mut(|input| input.consume_key(modifiers, key));
    let Loudness { volume, is_muted } = view.player.loudness();
    if pressed(Modifiers::NONE, Key::K) {
        view.play(PlayerCommand::Toggle);
    }
    if pressed(Modifiers::NONE, Key::M) {
        view.play(PlayerCommand::SetLoudness(Loudness {
            volume,
            is_muted: !is_muted,
        }));
    }
    // A focused control needs these keys itself.
    let focused = ctx.memory(|memory| memory.focused());
    if focused.is_some_and(|id| id != timeline_id()) {
        return;
    }
    if pressed(Modifiers::NONE, Key::Space) {
        view.play(PlayerCommand::Toggle);
    }
    if pressed(Modifiers::SHIFT, Key::ArrowLeft) {
        view.play(PlayerCommand::Skip(-1.0));
    }
    if pressed(Modifiers::SHIFT, Key::ArrowRight) {
        view.play(PlayerCommand::Skip(1.0));
    }
    if pressed(Modifiers::NONE, Key::ArrowLeft) {
        view.play(PlayerCommand::Step(-1));
    }
    if pressed(Modifiers::NONE, Key::ArrowRight) {
        view.play(PlayerCommand::Step(1));
    }
    if pressed(Modifiers::NONE, Key::Home) {
        view.play(PlayerCommand::SeekShare(0.0));
    }
    if pressed(Modifiers::NONE, Key::End) {
        view.play(PlayerCommand::Step(i64::from(u32::MAX)));
    }
    let louder = pressed(Modifiers::NONE, Key::ArrowUp);
    let quieter = pressed(Modifiers::NONE, Key::ArrowDown);
    if louder || quieter {
        let step = if louder { VOLUME_STEP } else { -VOLUME_STEP };
        let volume = (volume + step).clamp(0.0, 1.0);
        view.play(PlayerCommand::SetLoudness(Loudness {
            volume,
            is_muted: false,
        }));
    }
}
