//! Every action with its keys. Keys are changed by pressing them.

use egui::{RichText, TextEdit, Ui, Vec2};

use crate::command::{SettingsWish, UiCommand};
use crate::keys::{Action, Chord, Scope};
use crate::screens::View;
use crate::state::Dialog;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, card, icon_button, note};

/// The section.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let needle = search(ui, view);
    let mut has_match = false;
    for scope in Scope::ALL {
        let actions: Vec<Action> = Action::ALL
            .iter()
            .copied()
            .filter(|action| action.scope() == scope && matches(view, *action, &needle))
            .collect();
        if actions.is_empty() {
            continue;
        }
        has_match = true;
        card(ui, text::scope(scope), |ui| {
            for action in actions {
                action_row(ui, view, action);
            }
        });
    }
    if !has_match {
        note(ui, text::keys_no_match());
    }
}

/// What the list is narrowed to; it lives as long as the window.
fn search(ui: &mut Ui, view: &mut View<'_>) -> String {
    let id = ui.scope_id().with("key_search");
    let mut typed: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    ui.horizontal(|ui| {
        let edit = TextEdit::singleline(&mut typed).hint_text(text::keys_search());
        ui.add(edit).accessible_name(text::keys_search());
        let has_changes = view.settings.keymap.changed().next().is_some();
        let button = egui::Button::new(text::keys_reset_all());
        if ui.add_enabled(has_changes, button).clicked() {
            view.push(UiCommand::Settings(SettingsWish::ResetAllKeys));
        }
    });
    ui.data_mut(|data| data.insert_temp(id, typed.clone()));
    typed.trim().to_lowercase()
}

fn matches(view: &View<'_>, action: Action, needle: &str) -> bool {
    let keys = view.settings.keymap.chords(action).iter();
    let mut keys = keys.map(|chord| chord.label().to_lowercase());
    needle.is_empty()
        || text::action(action).to_lowercase().contains(needle)
        || keys.any(|key| key.contains(needle))
}

fn action_row(ui: &mut Ui, view: &mut View<'_>, action: Action) {
    let name = text::action(action);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(space::XS);
        let width = size::SETTING_NAME.min(ui.available_width());
        ui.allocate_ui(Vec2::new(width, size::TARGET), |ui| {
            ui.set_min_size(Vec2::new(width, size::TARGET));
            ui.horizontal_centered(|ui| {
                ui.add(egui::Label::new(name).truncate())
                    .on_hover_text(name);
            });
        });
        let chords = view.settings.keymap.chords(action).to_vec();
        for chord in &chords {
            if key(ui, action, *chord) {
                let kept = chords.iter().copied().filter(|kept| kept != chord);
                let wish = SettingsWish::SetKeys(action, kept.collect());
                view.push(UiCommand::Settings(wish));
            }
        }
        if chords.is_empty() {
            ui.label(theme::note(ui, text::keys_none()));
        }
        let add = ui.button(text::keys_add());
        if add.accessible_name(text::keys_add_to(name)).clicked() {
            let dialog = Dialog::AssignKey {
                action,
                pressed: None,
            };
            view.push(UiCommand::OpenDialog(dialog));
        }
        let is_changed = chords != action.default_chords();
        if is_changed && icon_button(ui, Icon::Undo, &text::reset_setting(name)).clicked() {
            view.push(UiCommand::Settings(SettingsWish::ResetKeys(action)));
        }
    });
}

/// One key of an action; a click takes it away.
fn key(ui: &mut Ui, action: Action, chord: Chord) -> bool {
    let label = chord.label();
    let spoken = text::keys_remove(&label, text::action(action));
    let color = theme::palette(ui).focus;
    let button = ui.button(RichText::new(format!("{label}  ×")).color(color));
    button
        .on_hover_text(&spoken)
        .accessible_name(&spoken)
        .clicked()
}
