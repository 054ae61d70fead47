//! A setting: its name, what it means, its control, and a button that brings back the default.

use egui::{Align, Label, Layout, Response, RichText, Ui, vec2};

use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, icon_button};

/// Words of a setting.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    /// Name; controls without words of their own are spoken with it.
    pub name: &'a str,
    /// What it means; may be empty.
    pub hint: &'a str,
}

/// Draws a setting. Where `value` differs from `default` a button brings it back.
pub fn setting<T: Clone + PartialEq>(
    ui: &mut Ui,
    row: Row<'_>,
    value: &mut T,
    default: &T,
    add_control: impl FnOnce(&mut Ui, &mut T),
) {
    let width = ui.available_width();
    let is_stacked = width < size::SETTING_NAME * 2.0;
    let reset_width = size::TARGET + space::S;
    let contents = |ui: &mut Ui| {
        let name_width = match is_stacked {
            true => width,
            false => size::SETTING_NAME,
        };
        let name = ui
            .allocate_ui_with_layout(vec2(name_width, 0.0), Layout::top_down(Align::Min), |ui| {
                ui.set_width(name_width);
                ui.spacing_mut().item_spacing.y = 2.0;
                words(ui, row)
            })
            .inner;
        let control_width = match is_stacked {
            true => width - reset_width,
            false => width - name_width - reset_width - 2.0 * space::M,
        };
        ui.horizontal_top(|ui| {
            ui.allocate_ui_with_layout(
                vec2(control_width, size::TARGET),
                Layout::top_down(Align::Min),
                |ui| {
                    ui.set_width(control_width);
                    ui.label_inputs_by(name.id, |ui| add_control(ui, value));
                },
            );
            reset_button(ui, row.name, value, default);
        });
    };
    match is_stacked {
        true => ui.vertical(contents),
        false => ui.horizontal_top(contents),
    };
    ui.add_space(space::S);
}

/// Draws a setting that is on or off.
pub fn switch(ui: &mut Ui, row: Row<'_>, value: &mut bool, default: bool) {
    let width = ui.available_width() - size::TARGET - 2.0 * space::S;
    ui.horizontal_top(|ui| {
        ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.checkbox(value, row.name);
            if !row.hint.is_empty() {
                // No row, whose height would be that of a control.
                let indent = size::ICON + space::S;
                let mut rect = ui.available_rect_before_wrap();
                rect.min.x += indent;
                ui.scope_builder(egui::UiBuilder::new().max_rect(rect), |ui| {
                    ui.add(Label::new(theme::note(ui, row.hint)).wrap());
                });
            }
        });
        reset_button(ui, row.name, value, &default);
    });
}

fn words(ui: &mut Ui, row: Row<'_>) -> Response {
    let name = ui.add(Label::new(RichText::new(row.name)).wrap());
    if !row.hint.is_empty() {
        ui.add(Label::new(theme::note(ui, row.hint)).wrap());
    }
    name
}

fn reset_button<T: Clone + PartialEq>(ui: &mut Ui, name: &str, value: &mut T, default: &T) {
    if *value == *default {
        ui.add_space(size::TARGET);
        return;
    }
    if icon_button(ui, Icon::Undo, &text::reset_setting(name)).clicked() {
        *value = default.clone();
    }
}

/// One of several values, as buttons side by side.
pub fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    value: &mut T,
    choices: &[T],
    name: impl Fn(T) -> &'static str,
) {
    ui.horizontal_wrapped(|ui| {
        for choice in choices {
            if ui
                .selectable_label(*value == *choice, name(*choice))
                .clicked()
            {
                *value = *choice;
            }
        }
    });
}
