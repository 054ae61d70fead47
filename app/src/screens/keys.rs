//! What pressed keys do. They are taken before any panel sees them.

use egui::{Context, Key, Modifiers};

use super::View;
use crate::command::{CompareWish, FormWish, PlayerCommand, QueueWish, UiCommand};
use crate::keys::Action;
use crate::player::{LoopEnd, Loudness, timeline_id};
use crate::state::{Dialog, ResultView, Screen};
use crate::tasks::Pick;

/// Change of the volume per key press.
const VOLUME_STEP: f32 = 0.05;

/// Turn pressed keys into commands.
pub fn take(ctx: &Context, view: &mut View<'_>) {
    if view.state.dialog.is_some() {
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
        (Action::CancelJob, UiCommand::Queue(QueueWish::AskCancel)),
        (Action::NewFromDefaults, UiCommand::ResetForm),
        (Action::NewSeed, UiCommand::NewSeed),
        (Action::LockSeed, UiCommand::ToggleSeedLock),
        (Action::Open, UiCommand::Browse(Pick::Checkpoint)),
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
    if view.state.screen == Screen::Generate && view.state.comparison.is_none() {
        form_keys(ctx, view);
    }
    escape(ctx, view);
    compare_keys(ctx, view);
    player_keys(ctx, view);
}

/// Leaves the full screen first, then the comparison.
fn escape(ctx: &Context, view: &mut View<'_>) {
    let is_full_screen = view.state.is_full_screen;
    let is_free = !ctx.text_edit_focused() && !egui::Popup::is_any_open(ctx);
    if !is_free || !(is_full_screen || view.state.comparison.is_some()) {
        return;
    }
    if ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        view.push(match is_full_screen {
            true => UiCommand::Play(PlayerCommand::SetFullScreen(false)),
            false => UiCommand::CompareWish(CompareWish::Close),
        });
    }
}

fn compare_keys(ctx: &Context, view: &mut View<'_>) {
    let Some(comparison) = &view.state.comparison else {
        return;
    };
    let actions = [Action::Hear1, Action::Hear2, Action::Hear3, Action::Hear4];
    for (slot, action) in actions.into_iter().enumerate() {
        if slot < comparison.clips.len() && view.settings.keymap.pressed(ctx, action) {
            view.push(UiCommand::Play(PlayerCommand::Hear(slot)));
        }
    }
}

/// Keys of the main screen: steps back and forward, presets, and the clipboard where no text is typed.
fn form_keys(ctx: &Context, view: &mut View<'_>) {
    let keymap = &view.settings.keymap;
    let mut wishes = Vec::new();
    for (action, wish) in [
        (Action::Redo, FormWish::Redo),
        (Action::Undo, FormWish::Undo),
    ] {
        if keymap.pressed(ctx, action) {
            wishes.push(UiCommand::Form(wish));
        }
    }
    if keymap.pressed(ctx, Action::SavePreset) {
        let dialog = super::generate::name_dialog(&view.form.preset);
        wishes.push(UiCommand::OpenDialog(dialog));
    }
    if let ResultView::Clip(id) = view.state.view
        && keymap.pressed(ctx, Action::Duplicate)
    {
        wishes.push(UiCommand::Form(FormWish::UseSettingsOf(id)));
    }
    let is_typing = ctx.text_edit_focused();
    let clipboard = ctx.input(|input| {
        let wishes = input.events.iter().filter_map(|event| match event {
            // A text field has no use for a picture.
            egui::Event::PasteImage(image) => Some(FormWish::PastePicture(image.clone())),
            egui::Event::Paste(pasted) if !is_typing => Some(FormWish::Paste(pasted.clone())),
            egui::Event::Copy if !is_typing => Some(FormWish::CopySettings),
            _ => None,
        });
        wishes.collect::<Vec<_>>()
    });
    wishes.extend(clipboard.into_iter().map(UiCommand::Form));
    view.commands.extend(wishes);
}

fn player_keys(ctx: &Context, view: &mut View<'_>) {
    let state = view.state;
    let is_player_shown = match state.screen {
        _ if state.comparison.is_some() => true,
        Screen::Generate | Screen::Library => state.clip_on_screen().is_some(),
        Screen::Queue | Screen::Models | Screen::Settings => false,
    };
    if !is_player_shown || view.player.current().is_none() {
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
