//! Steps and seed.

use egui::{DragValue, Slider, Ui};

use super::View;
use crate::command::UiCommand;
use crate::state::STEPS;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, card, field_row, icon_button, note, switch_button};

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    card(ui, text::sampling(), |ui| {
        field_row(ui, text::steps(), |ui| {
            slider_width(ui);
            ui.add(Slider::new(&mut view.form.steps, STEPS))
                .on_hover_text(text::steps_hint());
        });
        field_row(ui, text::seed(), |ui| {
            let before = view.form.seed;
            let width = ui.available_width() - 2.0 * (size::TARGET + space::S);
            let field = DragValue::new(&mut view.form.seed)
                .speed(1.0)
                .min_size(egui::vec2(width, size::TARGET));
            ui.add(field).on_hover_text(text::seed_hint());
            if view.form.seed != before {
                // A seed that was typed is meant to be used.
                view.form.is_seed_locked = true;
            }
            if icon_button(ui, Icon::Dice, text::new_seed()).clicked() {
                view.push(UiCommand::NewSeed);
            }
            let (icon, label) = match view.form.is_seed_locked {
                true => (Icon::Locked, text::unlock_seed()),
                false => (Icon::Unlocked, text::lock_seed()),
            };
            if switch_button(ui, icon, label, view.form.is_seed_locked).clicked() {
                view.push(UiCommand::ToggleSeedLock);
            }
        });
        let is_locked = view.form.is_seed_locked;
        note(
            ui,
            if is_locked {
                text::seed_locked()
            } else {
                text::seed_random()
            },
        );
    });
}

/// Colour the part of a slider below its value, and let it take the rest of the row beside its number.
pub fn slider_width(ui: &mut Ui) {
    ui.visuals_mut().selection.bg_fill = theme::palette(ui).accent;
    ui.spacing_mut().slider_width = ui.available_width() - size::LABEL / 2.0 - space::S;
}
