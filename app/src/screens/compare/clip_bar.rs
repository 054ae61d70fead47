//! Above each compared clip: its number and name, whether it is heard, its stars, its settings.

use egui::Ui;
use ovi_engine::protocol::{ClipId, ClipRecord};

use crate::command::{LibraryWish, PlayerCommand, UiCommand};
use crate::keys::Action;
use crate::screens::View;
use crate::text;
use crate::theme;
use crate::widgets::{Icon, at_right, icon_button, switch_button};

/// Stars a clip can have.
const MAX_STARS: u8 = 5;
/// Keys that switch the sound, by the place of the clip.
const HEAR: [Action; 4] = [Action::Hear1, Action::Hear2, Action::Hear3, Action::Hear4];

/// The bar of the clip in place `slot`; `record` is missing if it was removed meanwhile.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, slot: usize, record: Option<&ClipRecord>) {
    ui.horizontal(|ui| {
        hear(ui, view, slot);
        ui.label(text::compare_number(slot + 1));
        let Some(record) = record else {
            ui.label(theme::note(ui, text::compare_removed()));
            return;
        };
        let buttons = |ui: &mut Ui| {
            stars(ui, view, slot, record.id, record.rating);
            load(ui, view, slot, record);
        };
        let width = ui.available_width();
        let name = record.clip.path.file_stem().unwrap_or_default();
        let name = name.to_string_lossy();
        let num_buttons = f32::from(MAX_STARS) + 1.0;
        let room = width - num_buttons * (theme::size::TARGET + ui.spacing().item_spacing.x);
        if room > theme::size::TARGET {
            ui.scope(|ui| {
                ui.set_max_width(room);
                let label = egui::Label::new(theme::note(ui, name.as_ref())).truncate();
                ui.add(label).on_hover_text(name.as_ref());
            });
        }
        at_right(ui, "clip_buttons", buttons);
    });
}

fn hear(ui: &mut Ui, view: &mut View<'_>, slot: usize) {
    let Some(open) = view.player.current() else {
        return;
    };
    let has_sound = open.lane(slot).is_some_and(|lane| lane.has_sound());
    let is_heard = has_sound && open.heard().is_some_and(|lane| lane.slot() == slot);
    let name = match (has_sound, is_heard) {
        (false, _) => text::compare_silent(slot + 1),
        (true, true) => text::compare_heard(slot + 1),
        (true, false) => text::compare_hear(slot + 1),
    };
    let label = match HEAR.get(slot) {
        Some(action) => view.keyed(&name, *action),
        None => name,
    };
    let icon = if is_heard {
        Icon::Speaker
    } else {
        Icon::SpeakerOff
    };
    ui.add_enabled_ui(has_sound, |ui| {
        if switch_button(ui, icon, &label, is_heard).clicked() {
            view.play(PlayerCommand::Hear(slot));
        }
    });
}

fn stars(ui: &mut Ui, view: &mut View<'_>, slot: usize, id: ClipId, rating: u8) {
    for stars in 1..=MAX_STARS {
        let is_on = rating >= stars;
        let icon = if is_on { Icon::StarFilled } else { Icon::Star };
        let label = text::compare_rate(u64::from(stars), slot + 1);
        if switch_button(ui, icon, &label, is_on).clicked() {
            // The star that is the rating takes it away.
            let wanted = if rating == stars { 0 } else { stars };
            view.push(UiCommand::Library(LibraryWish::Rate(id, wanted)));
        }
    }
}

fn load(ui: &mut Ui, view: &mut View<'_>, slot: usize, record: &ClipRecord) {
    ui.add_enabled_ui(record.request.is_some(), |ui| {
        let label = match record.request {
            Some(_) => text::compare_load(slot + 1),
            None => text::compare_no_settings(slot + 1),
        };
        if icon_button(ui, Icon::Settings, &label).clicked()
            && let Some(request) = &record.request
        {
            view.push(UiCommand::LoadSettings(Box::new(request.clone())));
        }
    });
}
