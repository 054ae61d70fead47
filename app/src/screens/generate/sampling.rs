//! Steps, seed and takes.

use egui::Ui;

use super::View;
use super::control::{self, drag};
use crate::command::UiCommand;
use crate::keys::Action;
use crate::state::{Control, take_seeds};
use crate::text;
use crate::theme::{size, space};
use crate::widgets::{Icon, card, field_row, icon_button, note, switch_button};

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    card(ui, text::sampling(), |ui| {
        control::row(ui, view, Control::Steps);
        field_row(ui, text::seed(), |ui| seed(ui, view));
        control::row(ui, view, Control::Takes);
        note(ui, seeds(view));
    });
}

fn seed(ui: &mut Ui, view: &mut View<'_>) {
    ui.spacing_mut().item_spacing.x = space::XS;
    let width = ui.available_width() - 2.0 * (size::TARGET + space::XS);
    drag(ui, view, Control::Seed, width);
    let keymap = &view.settings.keymap;
    let with_key = |name: &str, action| format!("{name} ({})", keymap.label(action));
    let draw = with_key(text::new_seed(), Action::NewSeed);
    let (icon, lock) = match view.form.is_seed_locked {
        true => (
            Icon::Locked,
            with_key(text::unlock_seed(), Action::LockSeed),
        ),
        false => (
            Icon::Unlocked,
            with_key(text::lock_seed(), Action::LockSeed),
        ),
    };
    if icon_button(ui, Icon::Dice, &draw).clicked() {
        view.push(UiCommand::NewSeed);
    }
    let is_locked = view.form.is_seed_locked;
    let button = switch_button(ui, icon, &lock, is_locked);
    if button.clicked() {
        view.push(UiCommand::ToggleSeedLock);
    }
    control::describe(ui, button, Control::SeedLock, None);
}

/// Which seeds the next clips use.
fn seeds(view: &View<'_>) -> String {
    let form = &view.form;
    let seeds = take_seeds(form.seed, form.num_takes);
    match (form.is_seed_locked, seeds.as_slice()) {
        (true, [first, .., last]) => text::take_seeds(form.num_takes, first, last),
        (true, _) => text::seed_locked().into(),
        (false, _) => text::seed_random().into(),
    }
}
