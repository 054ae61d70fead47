//! What pressed keys do. They are taken before any panel sees them.

use egui::Context;

use super::View;
use crate::command::{PlayerCommand, QueueWish, UiCommand};
use crate::keys::Action;
use crate::player::{LoopEnd, Loudness, timeline_id};
use crate::state::{Dialog, Screen};

/// Change of the volume per key press.
const VOLUME_STEP: f32 = 0.05;

/// Turn pressed keys into commands.
pub fn take(ctx: &Context, view: &mut View<'_>) {
    if view.state.dialog.is_some() || view.state.first_run.is_some() {
        return;
    }
    let keymap = &view.settings.keymap;
    let pressed = |action| keymap.pressed(ctx, action);
    let screens = [
        (Action::ShowGenerate, Screen::Generate),
        (Action::ShowQueue, Screen::Queue),
        (Action::ShowLibrary, Screen::Library),
        (Action::ShowModels, Screen::Models),
        (Action::ShowSettings, Screen::Settings),
    ];
    let mut wishes: Vec<UiCommand> = screens
        .into_iter()
        .filter(|(action, _)| pressed(*action))
        .map(|(_, screen)| UiCommand::Show(screen))
        .collect();
    let is_paused = view.state.queue.is_paused;
    let actions = [
        (Action::AddToQueue, UiCommand::Generate { at_front: false }),
        (Action::GenerateNow, UiCommand::Generate { at_front: true }),
        (Action::CancelJob, UiCommand::Cancel),
        (Action::NewFromDefaults, UiCommand::ResetForm),
        (Action::NewSeed, UiCommand::NewSeed),
        (Action::LockSeed, UiCommand::ToggleSeedLock),
        (
            Action::Open,
            UiCommand::OpenDialog(Dialog::Open(String::new())),
        ),
        (
            Action::PauseQueue,
            UiCommand::Queue(QueueWish::SetPaused(!is_paused)),
        ),
        (Action::ListKeys, UiCommand::OpenDialog(Dialog::Shortcuts)),
    ];
    let pressed_actions = actions.into_iter().filter(|(action, _)| pressed(*action));
    wishes.extend(pressed_actions.map(|(_, wish)| wish));
    if view.state.clip_on_screen().is_some() && pressed(Action::ExportClip) {
        wishes.push(UiCommand::AskClipTarget);
    }
    view.commands.extend(wishes);
    player_keys(ctx, view);
}

fn player_keys(ctx: &Context, view: &mut View<'_>) {
    if view.player.current().is_none() {
        return;
    }
    // A focused control needs keys like arrows and Space itself.
    let focused = ctx.memory(|memory| memory.focused());
    if focused.is_some_and(|id| id != timeline_id()) {
        return;
    }
    let keymap = &view.settings.keymap;
    let Loudness { volume, is_muted } = view.player.loudness();
    let louder = |step: f32| {
        PlayerCommand::SetLoudness(Loudness {
            volume: (volume + step).clamp(0.0, 1.0),
            is_muted: false,
        })
    };
    let actions = [
        (Action::PlayPause, PlayerCommand::Toggle),
        (
            Action::ShuttleBack,
            PlayerCommand::Shuttle { is_backwards: true },
        ),
        (
            Action::ShuttleForward,
            PlayerCommand::Shuttle {
                is_backwards: false,
            },
        ),
        (Action::LoopIn, PlayerCommand::SetLoopEnd(LoopEnd::In)),
        (Action::LoopOut, PlayerCommand::SetLoopEnd(LoopEnd::Out)),
        (
            Action::FullScreen,
            PlayerCommand::SetFullScreen(!view.state.is_full_screen),
        ),
        (Action::SecondBack, PlayerCommand::Skip(-1.0)),
        (Action::SecondForward, PlayerCommand::Skip(1.0)),
        (Action::FrameBack, PlayerCommand::Step(-1)),
        (Action::FrameForward, PlayerCommand::Step(1)),
        (Action::GoToStart, PlayerCommand::SeekShare(0.0)),
        (Action::GoToEnd, PlayerCommand::Step(i64::from(u32::MAX))),
        (Action::Louder, louder(VOLUME_STEP)),
        (Action::Quieter, louder(-VOLUME_STEP)),
        (
            Action::Mute,
            PlayerCommand::SetLoudness(Loudness {
                volume,
                is_muted: !is_muted,
            }),
        ),
    ];
    let pressed = actions
        .into_iter()
        .filter(|(action, _)| keymap.pressed(ctx, *action))
        .map(|(_, command)| UiCommand::Play(command));
    view.commands.extend(pressed);
}
