//! Named settings: choose, save, rename, remove, share.

use egui::{Button, ComboBox, Ui};

use super::View;
use crate::command::{FormWish, UiCommand};
use crate::keys::Action;
use crate::state::{Dialog, PresetRef};
use crate::tasks::Pick;
use crate::text;
use crate::theme::{size, space};
use crate::widgets::{Icon, card, icon_button};

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    card(ui, text::preset(), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let preset = view.form.preset.clone();
            let is_changed = is_changed(view, &preset);
            let width = ui.available_width() - 2.0 * (size::TARGET + space::XS);
            choice(ui, view, &preset, is_changed, width);
            let again = ui.add_enabled_ui(is_changed, |ui| {
                icon_button(ui, Icon::Undo, text::preset_use_again())
            });
            if again.inner.clicked() {
                view.push(UiCommand::Form(FormWish::UsePreset(preset.clone())));
            }
            menu(ui, view, preset);
        });
    });
}

/// Whether the form differs from what the preset holds.
fn is_changed(view: &View<'_>, preset: &PresetRef) -> bool {
    let settings = preset.settings(&view.state.library, &view.settings.output);
    settings.is_some_and(|settings| settings != view.form.settings())
}

fn choice(ui: &mut Ui, view: &mut View<'_>, chosen: &PresetRef, is_changed: bool, width: f32) {
    let own = view.state.library.presets.iter();
    let own = own.map(|preset| PresetRef::Own(preset.name.clone()));
    let presets: Vec<PresetRef> = PresetRef::BUILT_IN.into_iter().chain(own).collect();
    let mut shown = text::preset_name(chosen);
    if is_changed {
        shown = format!("{shown} · {}", text::preset_changed());
    }
    let response = ComboBox::from_id_salt("preset")
        .width(width - space::S)
        .selected_text(shown)
        .truncate()
        .show_ui(ui, |ui| {
            for preset in presets {
                let name = text::preset_name(&preset);
                if ui.selectable_label(preset == *chosen, name).clicked() {
                    view.push(UiCommand::Form(FormWish::UsePreset(preset)));
                }
            }
        });
    response.response.accessible_name(text::preset());
}

fn menu(ui: &mut Ui, view: &mut View<'_>, preset: PresetRef) {
    let button = icon_button(ui, Icon::More, text::preset_menu());
    egui::Popup::menu(&button).show(|ui| {
        let key = view.settings.keymap.label(Action::SavePreset);
        if ui
            .add(Button::new(text::save_preset()).shortcut_text(key))
            .clicked()
        {
            view.push(UiCommand::OpenDialog(name_dialog(&preset)));
        }
        if let PresetRef::Own(name) = preset {
            if ui.button(text::rename_preset()).clicked() {
                view.push(UiCommand::OpenDialog(Dialog::NamePreset {
                    renames: Some(name.clone()),
                    name: name.clone(),
                }));
            }
            if ui.button(text::export_preset()).clicked() {
                view.push(UiCommand::Browse(Pick::PresetTarget(name.clone())));
            }
            if ui.button(text::remove_preset()).clicked() {
                view.push(UiCommand::Form(FormWish::RemovePreset(name)));
            }
        }
        if ui.button(text::import_preset()).clicked() {
            view.push(UiCommand::Browse(Pick::Preset));
        }
    });
}

/// The dialog that asks for a name, with that of the user's own preset proposed.
pub fn name_dialog(preset: &PresetRef) -> Dialog {
    Dialog::NamePreset {
        renames: None,
        name: match preset {
            PresetRef::Own(name) => name.clone(),
            PresetRef::Standard | PresetRef::Draft => String::new(),
        },
    }
}
