//! What can be done with several clips at once, and the offer to take back what was just done.

use egui::{Frame, Ui};
use ovi_engine::protocol::ClipId;

use super::{View, marks, wish};
use crate::command::LibraryWish;
use crate::keys::Action;
use crate::state::ClipEdit;
use crate::text;
use crate::theme::{self, radius, size, space};
use crate::widgets::{Icon, card, icon_button, live_note, quiet_button};

/// Actions on all selected clips.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, ids: &[ClipId]) {
    let title = text::selected_count(ids.len() as u64);
    card(ui, &title, |ui| {
        let is_trash = view.state.library_screen.query.is_trash;
        if !is_trash {
            marks::rating_row(ui, view, ids);
            marks::tags(ui, view, ids);
        }
        ui.horizontal_wrapped(|ui| {
            match is_trash {
                true => trashed(ui, view, ids),
                false => listed(ui, view, ids),
            }
            if quiet_button(ui, text::select_shown()).clicked() {
                wish(view, LibraryWish::SelectShown);
            }
        });
    });
}

fn listed(ui: &mut Ui, view: &mut View<'_>, ids: &[ClipId]) {
    super::actions::compare(ui, view, ids);
    let keys = view.settings.keymap.label(Action::TrashClip);
    let trash = ui.button(text::move_to_trash());
    if trash.on_hover_text(keys).clicked() {
        wish(view, LibraryWish::Trash(ids.to_vec()));
    }
}

/// What can be done with clips of the trash.
pub fn trashed(ui: &mut Ui, view: &mut View<'_>, ids: &[ClipId]) {
    if ui.button(text::restore()).clicked() {
        wish(view, LibraryWish::Edit(ids.to_vec(), ClipEdit::Trash(None)));
    }
    if ui.button(text::delete_for_good()).clicked() {
        wish(view, LibraryWish::AskDelete(ids.to_vec()));
    }
}

/// Height of the offer; 0 while there is none.
pub fn offer_height(ui: &Ui, view: &View<'_>) -> f32 {
    match view.state.library_screen.offer {
        Some(_) => size::TARGET + 2.0 * space::XS + ui.spacing().item_spacing.y,
        None => 0.0,
    }
}

/// What was just done, and a button that takes it back.
pub fn offer_ui(ui: &mut Ui, view: &mut View<'_>) {
    let Some(change) = &view.state.library_screen.offer else {
        return;
    };
    let num_clips = change.num_clips() as u64;
    let words = match change.edit {
        ClipEdit::Trash(Some(_)) => text::moved_to_trash(num_clips),
        _ => text::restored(num_clips),
    };
    let palette = theme::palette(ui);
    let keys = view.settings.keymap.label(Action::Undo);
    Frame::new()
        .fill(palette.panel)
        .corner_radius(radius::M)
        .inner_margin(theme::margin_xy(space::M, space::XS))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.horizontal(|ui| {
                live_note(ui, words);
                if ui.button(text::undo()).on_hover_text(keys).clicked() {
                    wish(view, LibraryWish::Undo);
                }
                if icon_button(ui, Icon::Cross, text::dismiss_message()).clicked() {
                    wish(view, LibraryWish::DismissOffer);
                }
            });
        });
}
