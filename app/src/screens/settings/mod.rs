//! The settings of the program.

use egui::{Button, CentralPanel, Frame, ScrollArea, Ui};

use super::View;
use crate::command::{SettingsWish, UiCommand};
use crate::settings::{TEXT_SCALE, ThemeChoice};
use crate::state::Dialog;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::card;

/// Change of the text size per click.
const TEXT_STEP: f32 = 0.1;

/// The screen.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let frame = Frame::new()
        .fill(theme::palette(ui).window)
        .inner_margin(theme::margin(space::M));
    CentralPanel::default().frame(frame).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            card(ui, text::view(), |ui| view_settings(ui, view));
            if ui.button(text::shortcuts()).clicked() {
                view.push(UiCommand::OpenDialog(Dialog::Shortcuts));
            }
        });
    });
}

fn view_settings(ui: &mut Ui, view: &mut View<'_>) {
    ui.label(theme::caption(ui, text::theme_label()));
    ui.horizontal(|ui| {
        for choice in ThemeChoice::ALL {
            let is_chosen = view.settings.theme == choice;
            if ui
                .selectable_label(is_chosen, text::theme(choice))
                .clicked()
            {
                view.push(UiCommand::Settings(SettingsWish::SetTheme(choice)));
            }
        }
    });
    ui.add_space(space::XS);
    ui.label(theme::caption(ui, text::text_size()));
    text_scale(ui, view);
    ui.add_space(space::XS);
    let mut is_reduced = view.settings.has_reduced_motion;
    let response = ui.checkbox(&mut is_reduced, text::reduced_motion());
    if response
        .on_hover_text(text::reduced_motion_hint())
        .changed()
    {
        view.push(UiCommand::Settings(SettingsWish::SetReducedMotion(
            is_reduced,
        )));
    }
}

/// Steps instead of a slider: what is being set would move away from under the pointer.
fn text_scale(ui: &mut Ui, view: &mut View<'_>) {
    let scale = view.settings.text_scale;
    ui.horizontal(|ui| {
        let mut step = |ui: &mut Ui, sign: &str, label: &str, scale: f32| {
            let is_possible = TEXT_SCALE.contains(&scale);
            let button = Button::new(sign).min_size(egui::Vec2::splat(size::TARGET));
            let response = ui.add_enabled(is_possible, button).accessible_name(label);
            if response.clicked() {
                view.push(UiCommand::Settings(SettingsWish::SetTextScale(scale)));
            }
        };
        step(
            ui,
            "−",
            text::text_smaller(),
            ((scale - TEXT_STEP) * 10.0).round() / 10.0,
        );
        step(
            ui,
            "+",
            text::text_larger(),
            ((scale + TEXT_STEP) * 10.0).round() / 10.0,
        );
        ui.label(text::percent(scale));
    });
}
