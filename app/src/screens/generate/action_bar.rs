//! Generate now, add to the queue, add variations, and why they cannot act.

use egui::{Button, Ui, Vec2};

use super::View;
use crate::command::UiCommand;
use crate::keys::Action;
use crate::state::{Dialog, Sweep, SweepKind};
use crate::text;
use crate::theme::{size, space};
use crate::widgets::{live_note, primary_button};

/// Shares of the width that the actions take.
const SHARES: [f32; 3] = [0.4, 0.35, 0.25];

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let blocked = view.state.blocked();
    let is_enabled = blocked.is_none();
    let room = ui.available_width() - 2.0 * space::S;
    ui.horizontal(|ui| {
        let [primary, queue, variations] = SHARES.map(|share| room * share);
        ui.spacing_mut().button_padding.x = space::S;
        ui.scope(|ui| {
            ui.set_width(primary);
            if primary_button(ui, text::generate(), is_enabled).clicked() {
                view.push(UiCommand::Generate { at_front: true });
            }
        });
        if second_button(ui, text::add_to_queue(), queue, is_enabled) {
            view.push(UiCommand::Generate { at_front: false });
        }
        if second_button(ui, text::variations(), variations, is_enabled) {
            let sweep = Sweep::around(SweepKind::Seed, view.form);
            view.push(UiCommand::OpenDialog(Dialog::Variations(sweep)));
        }
    });
    let keymap = &view.settings.keymap;
    match (blocked, &view.state.job) {
        (Some(blocked), _) => live_note(ui, text::blocked(blocked)),
        (None, Some(job)) => live_note(ui, text::job_phase(job.phase)),
        (None, None) => live_note(
            ui,
            text::generate_keys(
                keymap.label(Action::GenerateNow),
                keymap.label(Action::AddToQueue),
            ),
        ),
    };
}

fn second_button(ui: &mut Ui, label: &str, width: f32, is_enabled: bool) -> bool {
    let size = Vec2::new(width, size::PRIMARY);
    let button = Button::new(label).min_size(size).truncate();
    ui.add_enabled_ui(is_enabled, |ui| ui.add_sized(size, button))
        .inner
        .clicked()
}
