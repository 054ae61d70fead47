//! What wishes about the library do.

use egui::Context;
use ovi_engine::protocol::{ClipId, ClipRecord, GenerateRequest, LibraryCommand, Redecode};

use super::{generate, library_files, remember, thumbnails};
use crate::app::OviApp;
use crate::command::{DroppedUse, LibraryWish, UiCommand};
use crate::screens::library as screen;
use crate::state::{
    AppState, Change, ClipEdit, Dialog, LibraryDialog, RedecodeForm, Screen, command_line,
};
use crate::text;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, ctx: &Context, wish: LibraryWish) {
    let now_unix = (app.services.stamp)().unix;
    let state = &mut app.state;
    match wish {
        LibraryWish::Rate(id, rating) => state.edit_clips(&[id], ClipEdit::Rate(rating)),
        LibraryWish::Edit(ids, edit) => edit_clips(state, &ids, edit),
        LibraryWish::Trash(ids) => state.edit_clips(&ids, ClipEdit::Trash(Some(now_unix))),
        LibraryWish::Undo => {
            let undone = state.undo_clips();
            tell_change(state, undone, text::library_undone);
        }
        LibraryWish::Redo => {
            let redone = state.redo_clips();
            tell_change(state, redone, text::library_redone);
        }
        LibraryWish::DismissOffer => state.library_screen.offer = None,
        LibraryWish::AskDelete(ids) => library_files::plan_deletion(app, ids),
        LibraryWish::Delete(ids) => {
            state.dialog = None;
            app.pictures.clips.forget(&ids);
            state.keep(LibraryCommand::DeleteClips(ids));
        }
        LibraryWish::AddClips => library_files::pick_clips(app),
        LibraryWish::Locate(id) => library_files::locate(app, id),
        LibraryWish::WantThumbnails(ids) => thumbnails::want(app, &ids),
        LibraryWish::LoadSettings(id) | LibraryWish::SameSeed(id) => {
            let keeps_seed = matches!(wish, LibraryWish::SameSeed(_));
            if let Some(request) = request_of(state, id) {
                load_settings(app, ctx, request, keeps_seed);
            }
        }
        LibraryWish::ContinueFrom(id) => {
            if let Some(record) = state.library.clip(id).cloned() {
                continue_from(app, ctx, &record);
            }
        }
        LibraryWish::UseFrame(id) => use_shown_frame(app, ctx, id),
        LibraryWish::AskRedecode(id) => {
            let tiles = request_of(state, id).map(|request| request.decode_tiles);
            let form = RedecodeForm {
                id,
                tiles: tiles.unwrap_or_default(),
                parts: ovi_engine::protocol::DecodeParts::Both,
            };
            state.dialog = Some(Dialog::Library(LibraryDialog::Redecode(form)));
        }
        LibraryWish::Redecode(form) => redecode(app, form),
        LibraryWish::CopySettings(id) => copy_settings(app, ctx, id),
        LibraryWish::CopyCommand(id) => copy_command(app, ctx, id),
        LibraryWish::UseDropped(use_as) => use_dropped(app, ctx, use_as),
        wish => look(app, wish),
    }
}

/// Wishes that change nothing but what is shown.
fn look(app: &mut OviApp, wish: LibraryWish) {
    let screen = &mut app.state.library_screen;
    match wish {
        LibraryWish::SetQuery(query) => {
            screen.query = *query;
            let look = &mut app.settings.library;
            look.sort = screen.query.sort;
            look.is_ascending = screen.query.is_ascending;
            look.group = screen.query.group;
            remember(app);
        }
        LibraryWish::SetLayout(layout) => {
            screen.layout = layout;
            app.settings.library.layout = layout;
            remember(app);
        }
        LibraryWish::SetFilterBar(is_shown) => screen.has_filter_bar = is_shown,
        LibraryWish::SetDetailInFront(is_in_front) => screen.is_detail_in_front = is_in_front,
        LibraryWish::Select(id, how) => {
            screen.selection.select(&screen.list.ids, id, how);
            library_files::look_at_shown(app);
        }
        LibraryWish::Step(num_places, how) => {
            screen.selection.step(&screen.list.ids, num_places, how);
            screen.num_cursor_moves += 1;
            library_files::look_at_shown(app);
        }
        LibraryWish::SelectAll => screen.selection.select_all(&screen.list.ids),
        LibraryWish::SelectShown => screen.selection.reduce(),
        LibraryWish::FocusSearch => screen.num_searches += 1,
        LibraryWish::TypeTag(typed) => screen.tag_draft = typed,
        _ => {}
    }
}

fn edit_clips(state: &mut AppState, ids: &[ClipId], edit: ClipEdit) {
    if matches!(edit, ClipEdit::AddTag(_)) {
        state.library_screen.tag_draft.clear();
    }
    state.edit_clips(ids, edit);
}

fn tell_change(state: &mut AppState, change: Option<Change>, say: fn(u64) -> String) {
    if let Some(change) = change {
        state.tell(say(change.num_clips() as u64));
    }
}

/// The request of a clip, with the seed that was used.
fn request_of(state: &AppState, id: ClipId) -> Option<GenerateRequest> {
    let record = state.library.clip(id)?;
    let mut request = record.request.clone()?;
    request.seed = record.clip.seed;
    Some(request)
}

/// Fill in the form and show it.
fn load_settings(app: &mut OviApp, ctx: &Context, request: GenerateRequest, keeps_seed: bool) {
    let request = GenerateRequest {
        // A clip's own file, its number and what it was decoded from are not settings.
        output: std::path::PathBuf::new(),
        job: None,
        redecode: None,
        ..request
    };
    app.state.dialog = None;
    super::apply(app, ctx, UiCommand::LoadSettings(Box::new(request)));
    app.state.form.is_seed_locked = keeps_seed;
    super::apply(app, ctx, UiCommand::Show(Screen::Generate));
}

fn continue_from(app: &mut OviApp, ctx: &Context, record: &ClipRecord) {
    let request = GenerateRequest {
        first_frame: None,
        continue_from: Some(record.clip.path.clone()),
        ..record.request.clone().unwrap_or_default()
    };
    load_settings(app, ctx, request, false);
}

/// The frame the player shows, or the first one if it shows another clip.
fn use_shown_frame(app: &mut OviApp, ctx: &Context, id: ClipId) {
    let Some(record) = app.state.library.clip(id) else {
        return;
    };
    let path = record.clip.path.clone();
    let is_open = app.player.paths().any(|open| open == path);
    let shown = app.player.current().filter(|_| is_open);
    let frame_idx = shown.map_or(0, |clip| clip.moment().frame_idx);
    super::apply(app, ctx, UiCommand::UseFrameOfClip(path, frame_idx));
    super::apply(app, ctx, UiCommand::Show(Screen::Generate));
}

fn redecode(app: &mut OviApp, form: RedecodeForm) {
    app.state.dialog = None;
    let Some(record) = app.state.library.clip(form.id) else {
        return;
    };
    let Some(latents) = record.clip.latents.clone() else {
        return;
    };
    let clip = record.clip.clone();
    let mut request = GenerateRequest {
        decode_tiles: form.tiles,
        // The latents are kept already.
        keep_latents: false,
        job: None,
        continue_from: None,
        continue_secs: 0.0,
        seed: clip.seed,
        redecode: Some(Redecode {
            latents,
            clip: Some(clip.path.clone()),
            parts: form.parts,
        }),
        ..record.request.clone().unwrap_or_default()
    };
    if let Some(root) = app.state.model.root() {
        request.checkpoint = root.to_owned();
    }
    // Beside the clip and under its name; the writer finds a free one.
    request.output = clip.path;
    let entry = generate::new_entry(app, request);
    app.state.enqueue_all(vec![entry], false);
    app.state.tell(text::redecode_queued());
}

fn copy_settings(app: &mut OviApp, ctx: &Context, id: ClipId) {
    let screen = &app.state.library_screen;
    if let Some(record) = app.state.library.clip(id) {
        let facts = screen.facts_of(id);
        ctx.copy_text(screen::settings_text(record, facts, screen.utc_offset_secs));
        app.state.tell(text::copied());
    }
}

fn copy_command(app: &mut OviApp, ctx: &Context, id: ClipId) {
    let Some(request) = request_of(&app.state, id) else {
        return;
    };
    let line = command_line(&request);
    ctx.copy_text(line.command);
    app.state.tell(match line.unsaid.is_empty() {
        true => text::copied().to_owned(),
        false => text::copied_without(line.unsaid.join(", ")),
    });
}

fn use_dropped(app: &mut OviApp, ctx: &Context, use_as: DroppedUse) {
    app.state.dialog = None;
    let Some(dropped) = app.state.library_screen.dropped.take() else {
        return;
    };
    let record = dropped.record;
    match use_as {
        DroppedUse::LoadSettings => {
            if let Some(request) = record.request {
                load_settings(app, ctx, request, true);
            }
        }
        DroppedUse::Add => {
            let id = library_files::take_in(app, record);
            show_in_library(app, ctx, id);
        }
        DroppedUse::Show => {
            let known = app.state.library.clip_of_file(&record.clip.path);
            let id = known.map_or(record.id, |known| known.id);
            show_in_library(app, ctx, id);
        }
        DroppedUse::Continue => continue_from(app, ctx, &record),
        DroppedUse::FirstFrame | DroppedUse::LastFrame => {
            let last = record.clip.num_frames.saturating_sub(1);
            let is_last = use_as == DroppedUse::LastFrame;
            let frame_idx = if is_last { last } else { 0 };
            let command = UiCommand::UseFrameOfClip(record.clip.path, frame_idx);
            super::apply(app, ctx, command);
            super::apply(app, ctx, UiCommand::Show(Screen::Generate));
        }
    }
}

/// Show the library with this clip, whatever was filtered out before.
pub fn show_in_library(app: &mut OviApp, ctx: &Context, id: ClipId) {
    let is_trashed = app
        .state
        .library
        .clip(id)
        .is_some_and(|record| record.trashed_unix.is_some());
    let screen = &mut app.state.library_screen;
    screen.query = screen.query.without_filters();
    screen.query.is_trash = is_trashed;
    let offset = screen.utc_offset_secs;
    screen.follow(&app.state.library, offset);
    screen
        .selection
        .select(&screen.list.ids, id, crate::state::SelectHow::Only);
    screen.num_cursor_moves += 1;
    super::apply(app, ctx, UiCommand::Show(Screen::Library));
    library_files::look_at_shown(app);
}
