//! What keys do in the library.

use egui::{Context, Event, Key, Modifiers};

use super::{View, row, wish};
use crate::command::{LibraryWish, PlayerCommand};
use crate::keys::Action;
use crate::state::{ClipEdit, SelectHow};

/// Rows that Page Up and Page Down go.
const PAGE_ROWS: usize = 3;

/// Turn pressed keys into wishes. Called before the player and panels see them.
pub fn take(ctx: &Context, view: &mut View<'_>) {
    let keymap = &view.settings.keymap;
    let pressed = |action| keymap.pressed(ctx, action);
    if pressed(Action::Search) {
        wish(view, LibraryWish::FocusSearch);
    }
    if ctx.text_edit_focused() {
        return;
    }
    if pressed(Action::Undo) {
        wish(view, LibraryWish::Undo);
    }
    if pressed(Action::Redo) {
        wish(view, LibraryWish::Redo);
    }
    marks(ctx, view);
    let is_copied = ctx.input(|input| input.events.contains(&Event::Copy));
    if let (true, Some(record)) = (is_copied, view.state.clip_on_screen()) {
        wish(view, LibraryWish::CopySettings(record.id));
    }
    let cursor = view.state.library_screen.selection.cursor();
    let focused = ctx.memory(|memory| memory.focused());
    match (cursor, focused) {
        (Some(cursor), Some(focused)) if focused == row::clip_id(cursor) => moves(ctx, view),
        _ => {}
    }
}

fn marks(ctx: &Context, view: &mut View<'_>) {
    let ids = view.state.library_screen.selected();
    if ids.is_empty() {
        return;
    }
    let keymap = &view.settings.keymap;
    let pressed = |action| keymap.pressed(ctx, action);
    let ratings = [
        (Action::Rate0, 0),
        (Action::Rate1, 1),
        (Action::Rate2, 2),
        (Action::Rate3, 3),
        (Action::Rate4, 4),
        (Action::Rate5, 5),
    ];
    for (action, rating) in ratings {
        if pressed(action) {
            wish(view, LibraryWish::Edit(ids.clone(), ClipEdit::Rate(rating)));
        }
    }
    if pressed(Action::Favourite) {
        let shown = ids.first().and_then(|id| view.state.library.clip(*id));
        let is_favourite = shown.is_some_and(|record| record.is_favourite);
        let edit = ClipEdit::Favourite(!is_favourite);
        wish(view, LibraryWish::Edit(ids.clone(), edit));
    }
    if pressed(Action::TrashClip) {
        let action = match view.state.library_screen.query.is_trash {
            true => LibraryWish::AskDelete(ids),
            false => LibraryWish::Trash(ids),
        };
        wish(view, action);
    }
    if let (true, Some(record)) = (pressed(Action::Duplicate), view.state.clip_on_screen()) {
        wish(view, LibraryWish::LoadSettings(record.id));
    }
}

/// Arrow keys and their like, while a clip of the list has the focus.
fn moves(ctx: &Context, view: &mut View<'_>) {
    if view.settings.keymap.pressed(ctx, Action::PlayPause) {
        view.play(PlayerCommand::Toggle);
    }
    let pressed =
        |modifiers: Modifiers, key: Key| ctx.input_mut(|input| input.consume_key(modifiers, key));
    if pressed(Modifiers::COMMAND, Key::A) {
        wish(view, LibraryWish::SelectAll);
    }
    if pressed(Modifiers::NONE, Key::Enter) {
        wish(view, LibraryWish::SetDetailInFront(true));
    }
    for (modifiers, how) in [
        (Modifiers::SHIFT, SelectHow::Range),
        (Modifiers::NONE, SelectHow::Only),
    ] {
        for key in [
            Key::ArrowLeft,
            Key::ArrowRight,
            Key::ArrowUp,
            Key::ArrowDown,
            Key::Home,
            Key::End,
            Key::PageUp,
            Key::PageDown,
        ] {
            if pressed(modifiers, key) {
                let step = step_of(ctx, view, key);
                wish(view, LibraryWish::Step(step, how));
            }
        }
    }
}

/// How many places of the list a key goes.
fn step_of(ctx: &Context, view: &View<'_>, key: Key) -> i64 {
    let screen = &view.state.library_screen;
    let cursor = screen.selection.cursor();
    let place = cursor.and_then(|id| screen.list.place_of(id));
    let (Some(place), Some(shape)) = (place, row::last_shape(ctx)) else {
        return 0;
    };
    let rows = row::rows(view, shape);
    let page = |is_down| {
        let mut at = place as i64;
        for _ in 0..PAGE_ROWS {
            at += rows.vertical_step(usize::try_from(at).unwrap_or(0), is_down);
        }
        at - place as i64
    };
    match key {
        Key::ArrowLeft => -1,
        Key::ArrowRight => 1,
        Key::ArrowUp => rows.vertical_step(place, false),
        Key::ArrowDown => rows.vertical_step(place, true),
        Key::PageUp => page(false),
        Key::PageDown => page(true),
        Key::Home => i64::MIN,
        Key::End => i64::MAX,
        _ => 0,
    }
}
