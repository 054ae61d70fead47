//! The settings of the program: a list of sections, and the rows of the one that is shown. Everything
//! applies at once.

pub mod appearance;
mod diagnostics;
mod files;
pub mod folders;
pub mod general;
pub mod hardware;
mod keyboard;
mod log_view;
mod privacy;
mod row;

use egui::{CentralPanel, Frame, Panel, ScrollArea, Ui, vec2};

use super::View;
use crate::command::{SettingsWish, UiCommand};
use crate::settings::Settings;
use crate::state::SettingsSection;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::tab;

/// The screen.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let ground = Frame::new()
        .fill(theme::palette(ui).window)
        .inner_margin(theme::margin(space::M));
    let is_narrow = ui.available_width() < size::ONE_COLUMN;
    if !is_narrow {
        Panel::left("settings_sections")
            .exact_size(size::SECTIONS)
            .resizable(false)
            .show_separator_line(false)
            .frame(ground)
            .show(ui, |ui| {
                ScrollArea::vertical().show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = space::XS;
                    for section in SettingsSection::ALL {
                        let width = ui.available_width();
                        section_tab(ui, view, section, width);
                    }
                });
            });
    }
    CentralPanel::default().frame(ground).show(ui, |ui| {
        if is_narrow {
            ui.horizontal_wrapped(|ui| {
                for section in SettingsSection::ALL {
                    section_tab(ui, view, section, 0.0);
                }
            });
            ui.add_space(space::S);
        }
        let shown = view.state.settings_section;
        ScrollArea::vertical()
            .id_salt(shown)
            .auto_shrink(false)
            .show(ui, |ui| {
                ui.set_max_width(size::SETTINGS.min(ui.available_width()));
                ui.spacing_mut().item_spacing = vec2(space::S, space::S);
                section(ui, view, shown);
            });
    });
}

fn section_tab(ui: &mut Ui, view: &mut View<'_>, section: SettingsSection, width: f32) {
    let is_shown = view.state.settings_section == section;
    if tab(ui, text::settings_section(section), is_shown, width).clicked() {
        view.push(UiCommand::Settings(SettingsWish::ShowSection(section)));
    }
}

/// Rows edit a copy; what they changed is taken over after the frame.
fn section(ui: &mut Ui, view: &mut View<'_>, section: SettingsSection) {
    let mut settings = view.settings.clone();
    match section {
        SettingsSection::General => general::ui(ui, view, &mut settings),
        SettingsSection::Folders => folders::ui(ui, view, &mut settings),
        SettingsSection::Files => files::ui(ui, view, &mut settings),
        SettingsSection::Appearance => appearance::ui(ui, view, &mut settings),
        SettingsSection::Keyboard => keyboard::ui(ui, view),
        SettingsSection::Hardware => hardware::ui(ui, view),
        SettingsSection::Diagnostics => diagnostics::ui(ui, view),
        SettingsSection::Privacy => privacy::ui(ui, view, &mut settings),
    }
    take(view, settings);
}

/// Take over edited settings.
pub fn take(view: &mut View<'_>, settings: Settings) {
    if settings != *view.settings {
        let wish = SettingsWish::Change(Box::new(settings));
        view.push(UiCommand::Settings(wish));
    }
}
