//! What can be done with the shown clip.

use egui::{Button, Response, Ui};
use ovi_engine::protocol::{ClipId, ClipRecord};

use super::{View, bulk, wish};
use crate::command::{LibraryWish, UiCommand};
use crate::keys::Action;
use crate::state::NUM_COMPARED;
use crate::text;
use crate::widgets::{card, note};

/// Buttons.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, record: &ClipRecord) {
    card(ui, text::actions(), |ui| {
        ui.horizontal_wrapped(|ui| {
            if record.trashed_unix.is_some() {
                bulk::trashed(ui, view, &[record.id]);
                return;
            }
            settings_actions(ui, view, record);
            file_actions(ui, view, record);
            copy_actions(ui, view, record);
            let keys = view.settings.keymap.label(Action::TrashClip);
            let trash = ui.button(text::move_to_trash());
            if trash.on_hover_text(keys).clicked() {
                wish(view, LibraryWish::Trash(vec![record.id]));
            }
        });
        if record.request.is_none() {
            note(ui, text::no_request());
        }
    });
}

/// A button that says why it cannot act.
fn button(ui: &mut Ui, label: &str, hint: &str, missing: Option<&str>) -> Response {
    let response = ui.add_enabled(missing.is_none(), Button::new(label));
    response
        .on_hover_text(hint)
        .on_disabled_hover_text(missing.unwrap_or_default())
}

fn settings_actions(ui: &mut Ui, view: &mut View<'_>, record: &ClipRecord) {
    let missing = record.request.is_none().then(text::no_request);
    let actions = [
        (
            text::load_settings(),
            text::load_settings_hint(),
            LibraryWish::LoadSettings(record.id),
        ),
        (
            text::same_seed(),
            text::same_seed_hint(),
            LibraryWish::SameSeed(record.id),
        ),
    ];
    for (label, hint, action) in actions {
        if button(ui, label, hint, missing).clicked() {
            wish(view, action);
        }
    }
}

fn file_actions(ui: &mut Ui, view: &mut View<'_>, record: &ClipRecord) {
    let is_gone = (!record.is_present).then(text::file_missing);
    let actions = [
        (
            text::continue_from(),
            text::continue_from_hint(),
            LibraryWish::ContinueFrom(record.id),
        ),
        (
            text::use_frame(),
            text::use_frame_hint(),
            LibraryWish::UseFrame(record.id),
        ),
    ];
    for (label, hint, action) in actions {
        if button(ui, label, hint, is_gone).clicked() {
            wish(view, action);
        }
    }
    let no_latents = record.clip.latents.is_none().then(text::no_latents);
    let redecode = button(ui, text::redecode(), text::redecode_hint(), no_latents);
    if redecode.clicked() {
        wish(view, LibraryWish::AskRedecode(record.id));
    }
}

fn copy_actions(ui: &mut Ui, view: &mut View<'_>, record: &ClipRecord) {
    let copy = button(ui, text::copy_settings(), text::copy_settings_hint(), None);
    if copy.clicked() {
        wish(view, LibraryWish::CopySettings(record.id));
    }
    let missing = record.request.is_none().then(text::no_request);
    let command = button(ui, text::copy_command(), text::copy_command_hint(), missing);
    if command.clicked() {
        wish(view, LibraryWish::CopyCommand(record.id));
    }
}

/// Compare two to four clips.
pub fn compare(ui: &mut Ui, view: &mut View<'_>, ids: &[ClipId]) {
    let can_compare = NUM_COMPARED.contains(&ids.len());
    let missing = (!can_compare).then(text::compare_hint);
    let compare = button(ui, text::compare_clips(), text::compare_hint(), missing);
    if compare.clicked() {
        view.push(UiCommand::Compare(ids.to_vec()));
    }
}
