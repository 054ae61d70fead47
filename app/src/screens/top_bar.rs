//! Name, model, and how the window looks.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Button, Frame, Panel, PopupCloseBehavior, RichText, Ui};

use super::View;
use crate::command::UiCommand;
use crate::settings::{TEXT_SCALE, ThemeChoice};
use crate::state::Dialog;
use crate::text;
use crate::theme::{self, radius, size, space, stroke};
use crate::widgets::{at_right, badge, quiet_button};

/// Change of the text size per click.
const TEXT_STEP: f32 = 0.1;

/// The bar at the top.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let palette = theme::palette(ui);
    Panel::top("top_bar")
        .exact_size(size::TOP_BAR)
        .frame(
            Frame::new()
                .fill(palette.panel)
                .inner_margin(theme::margin_xy(space::L, 0.0)),
        )
        .show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                logo(ui);
                ui.label(RichText::new(text::APP_NAME).text_style(egui::TextStyle::Heading));
                if view
                    .state
                    .model
                    .info()
                    .is_some_and(|info| info.is_test_pattern)
                {
                    badge(ui, text::TEST_PATTERN_SHORT, palette.warning)
                        .on_hover_text(text::TEST_PATTERN_MODEL);
                }
                at_right(ui, "top_bar_right", |ui| {
                    let close = PopupCloseBehavior::CloseOnClickOutside;
                    MenuButton::from_button(Button::new(text::VIEW).frame_when_inactive(false))
                        .config(MenuConfig::new().close_behavior(close))
                        .ui(ui, |ui| view_menu(ui, view));
                    if quiet_button(ui, text::SHORTCUTS).clicked() {
                        view.push(UiCommand::OpenDialog(Dialog::Shortcuts));
                    }
                });
            });
        });
}

/// An egg-shaped door, slightly open: the mark of the program.
fn logo(ui: &mut Ui) {
    let palette = theme::palette(ui);
    let side = size::TARGET - space::XS;
    let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(side), egui::Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, radius::M, palette.accent);
    let ring = egui::Stroke::new(stroke::THICK, palette.on_accent);
    painter.circle_stroke(rect.center(), side * 0.28, ring);
    let play = rect
        .shrink(side * 0.36)
        .translate(egui::vec2(side * 0.02, 0.0));
    crate::widgets::Icon::Play.paint(painter, play, palette.on_accent);
}

fn view_menu(ui: &mut Ui, view: &mut View<'_>) {
    ui.set_min_width(size::COLUMN * 0.72);
    ui.label(theme::caption(ui, text::THEME));
    ui.horizontal(|ui| {
        for choice in ThemeChoice::ALL {
            let is_chosen = view.settings.theme == choice;
            if ui
                .selectable_label(is_chosen, text::theme(choice))
                .clicked()
            {
                view.push(UiCommand::SetTheme(choice));
            }
        }
    });
    ui.add_space(space::XS);
    ui.label(theme::caption(ui, text::TEXT_SIZE));
    text_scale(ui, view);
    ui.add_space(space::XS);
    let mut is_reduced = view.settings.has_reduced_motion;
    let response = ui.checkbox(&mut is_reduced, text::REDUCED_MOTION);
    if response.on_hover_text(text::REDUCED_MOTION_HINT).changed() {
        view.push(UiCommand::SetReducedMotion(is_reduced));
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
                view.push(UiCommand::SetTextScale(scale));
            }
        };
        step(
            ui,
            "−",
            text::TEXT_SMALLER,
            ((scale - TEXT_STEP) * 10.0).round() / 10.0,
        );
        step(
            ui,
            "+",
            text::TEXT_LARGER,
            ((scale + TEXT_STEP) * 10.0).round() / 10.0,
        );
        ui.label(text::percent(scale));
    });
}
