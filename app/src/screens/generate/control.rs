//! Draws a setting of the table: its name, the fitting field, a button back to its default, and its
//! help for the pointer and for screen readers.

use egui::{Button, ComboBox, DragValue, Response, Slider, TextEdit, Ui, Vec2};

use super::View;
use crate::state::{Control, FirstFrame, Idle, Kind, Value};
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, field_row, icon_button};

/// Rows of a text.
const NUM_ROWS: usize = 2;
/// Pixels of the pointer per step of a number that is dragged.
const DRAG_PER_STEP: f64 = 0.25;

/// A setting in a row of its own.
pub fn row(ui: &mut Ui, view: &mut View<'_>, control: Control) {
    let name = text::control_name(control);
    match control.kind() {
        Kind::Switch => switch(ui, view, control),
        Kind::Text => long_text(ui, view, control),
        Kind::Choice(num) => with_reset(ui, view, control, |ui, view| {
            field_row(ui, name, |ui| choice(ui, view, control, num))
        }),
        Kind::Whole { .. } | Kind::Real { .. } | Kind::Share => {
            with_reset(ui, view, control, |ui, view| {
                field_row(ui, name, |ui| slide(ui, view, control))
            });
        }
    }
}

/// Two numbers of one row, each with its own name.
pub fn pair(ui: &mut Ui, view: &mut View<'_>, name: &str, controls: [Control; 2]) {
    ui.horizontal(|ui| {
        let label = theme::label(ui, name);
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        ui.allocate_ui_with_layout(Vec2::new(size::LABEL, size::TARGET), layout, |ui| {
            ui.set_min_width(size::LABEL);
            ui.add(egui::Label::new(label).truncate());
        });
        let width = (ui.available_width() - 2.0 * RESET - 2.0 * space::XS) / 2.0 - space::XS;
        for control in controls {
            drag(ui, view, control, width);
            reset(ui, view, control);
        }
    });
}

/// Room of the button back to the default.
pub const RESET: f32 = size::TARGET;

/// A number that is dragged or typed, without a row of its own.
pub fn drag(ui: &mut Ui, view: &mut View<'_>, control: Control, width: f32) {
    let idle = idle(view, control);
    let response = ui
        .add_enabled_ui(idle.is_none(), |ui| {
            let mut number = as_number(&control.value(view.form));
            let (range, step) = range(control);
            let field = DragValue::new(&mut number)
                .range(range)
                .clamp_existing_to_range(false)
                .speed(step * DRAG_PER_STEP)
                .suffix(text::control_unit(control))
                .custom_formatter(move |number, _| shown(control, number))
                .custom_parser(move |typed| parsed(control, typed));
            let field = ui.add_sized([width, size::TARGET], field);
            if field.changed() {
                control.set(view.form, to_value(control, number));
            }
            field
        })
        .inner
        .accessible_name(text::control_name(control));
    describe(ui, response, control, idle);
}

/// A button back to the default, or the room of one.
pub fn reset(ui: &mut Ui, view: &mut View<'_>, control: Control) {
    if !control.is_changed(view.form) {
        ui.add_space(RESET);
        return;
    }
    let name = text::reset_control(text::control_name(control));
    if icon_button(ui, Icon::Undo, &name).clicked() {
        control.reset(view.form);
    }
}

/// Put the help where the pointer and screen readers find it.
pub fn describe(ui: &Ui, response: Response, control: Control, idle: Option<Idle>) {
    let mut help = text::control_help(control).to_owned();
    if let Some(range) = text::control_range(control) {
        help = format!("{help}\n{range}");
    }
    if let Some(idle) = idle {
        help = format!("{}\n{help}", text::not_available(text::idle(idle)));
    }
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_description(help.replace('\n', " "));
    });
    response.on_hover_text(&help).on_disabled_hover_text(&help);
}

/// Why a setting cannot act.
pub fn idle(view: &View<'_>, control: Control) -> Option<Idle> {
    let has_picture = matches!(view.state.first_frame, FirstFrame::Ready(_));
    control.idle(view.form, has_picture)
}

fn with_reset(
    ui: &mut Ui,
    view: &mut View<'_>,
    control: Control,
    add_row: impl FnOnce(&mut Ui, &mut View<'_>),
) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let width = ui.available_width() - RESET - space::XS;
        let idle = idle(view, control);
        ui.add_enabled_ui(idle.is_none(), |ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.x = space::S;
            add_row(ui, view);
        });
        reset(ui, view, control);
    });
}

/// A slider, and beside it its number, which can be typed.
fn slide(ui: &mut Ui, view: &mut View<'_>, control: Control) {
    ui.visuals_mut().selection.bg_fill = theme::palette(ui).accent;
    ui.spacing_mut().slider_width = ui.available_width() - size::NUMBER - space::S;
    let mut number = as_number(&control.value(view.form));
    let (range, step) = range(control);
    let slider = Slider::new(&mut number, range)
        .step_by(step)
        .clamping(egui::SliderClamping::Edits)
        .show_value(false);
    let response = ui.add(slider).accessible_name(text::control_name(control));
    if response.changed() {
        control.set(view.form, to_value(control, number));
    }
    describe(ui, response, control, idle(view, control));
    drag(ui, view, control, size::NUMBER);
}

fn choice(ui: &mut Ui, view: &mut View<'_>, control: Control, num: usize) {
    let Value::Choice(mut chosen) = control.value(view.form) else {
        return;
    };
    let before = chosen;
    let response = ComboBox::from_id_salt(control)
        .width(ui.available_width())
        .selected_text(text::choice(control, chosen))
        .show_ui(ui, |ui| {
            for idx in 0..num {
                ui.selectable_value(&mut chosen, idx, text::choice(control, idx));
            }
        })
        .response
        .accessible_name(text::control_name(control));
    if chosen != before {
        control.set(view.form, Value::Choice(chosen));
    }
    describe(ui, response, control, idle(view, control));
}

fn switch(ui: &mut Ui, view: &mut View<'_>, control: Control) {
    let idle = idle(view, control);
    let Value::Switch(mut is_on) = control.value(view.form) else {
        return;
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let width = ui.available_width() - RESET - space::XS;
        let response = ui
            .add_enabled_ui(idle.is_none(), |ui| {
                ui.set_width(width);
                ui.checkbox(&mut is_on, text::control_name(control))
            })
            .inner;
        if response.changed() {
            control.set(view.form, Value::Switch(is_on));
        }
        describe(ui, response, control, idle);
        reset(ui, view, control);
    });
}

fn long_text(ui: &mut Ui, view: &mut View<'_>, control: Control) {
    let idle = idle(view, control);
    let Value::Text(mut typed) = control.value(view.form) else {
        return;
    };
    let label = ui
        .horizontal(|ui| {
            let name = theme::label(ui, text::control_name(control));
            let label = ui.label(name);
            ui.add_space((ui.available_width() - RESET).max(0.0));
            reset(ui, view, control);
            label
        })
        .inner;
    let edit = TextEdit::multiline(&mut typed)
        .id_salt(control)
        .desired_rows(NUM_ROWS)
        .desired_width(f32::INFINITY)
        .margin(theme::margin(space::S));
    let response = ui.add_enabled(idle.is_none(), edit).labelled_by(label.id);
    if response.changed() {
        control.set(view.form, Value::Text(typed));
    }
    describe(ui, response, control, idle);
}

fn range(control: Control) -> (std::ops::RangeInclusive<f64>, f64) {
    match control.kind() {
        Kind::Whole { min, max, step } => (min as f64..=max as f64, step as f64),
        Kind::Real { min, max, step } => (min..=max, step),
        Kind::Share => (0.0..=1.0, 0.01),
        Kind::Switch | Kind::Choice(_) | Kind::Text => (0.0..=0.0, 1.0),
    }
}

fn as_number(value: &Value) -> f64 {
    match value {
        Value::Whole(number) => *number as f64,
        Value::Real(number) => *number,
        Value::Switch(_) | Value::Choice(_) | Value::Text(_) => 0.0,
    }
}

fn to_value(control: Control, number: f64) -> Value {
    match control.kind() {
        Kind::Whole { .. } => Value::Whole(number.round().max(0.0) as u64),
        // Steps of a tenth are not exact in binary; what is shown is what is meant.
        Kind::Real { .. } => Value::Real((number * 100.0).round() / 100.0),
        _ => Value::Real(number),
    }
}

/// The number without its unit, which the field adds.
fn shown(control: Control, number: f64) -> String {
    let value = text::control_value(control, &to_value(control, number));
    let unit = text::control_unit(control);
    value.strip_suffix(unit).unwrap_or(&value).to_owned()
}

fn parsed(control: Control, typed: &str) -> Option<f64> {
    let typed = typed
        .trim()
        .trim_end_matches(text::control_unit(control).trim());
    let number: f64 = typed
        .trim()
        .trim_end_matches('%')
        .trim()
        .replace(',', ".")
        .parse()
        .ok()?;
    match control.kind() {
        Kind::Share => Some(number / 100.0),
        _ => Some(number),
    }
}

/// A small button that looks like a link in a row of notes.
pub fn note_button(ui: &mut Ui, label: &str) -> Response {
    let label = theme::note(ui, label).color(theme::palette(ui).focus);
    ui.add(Button::new(label).frame_when_inactive(false))
}
