//! The prompt before and after it takes the model's form.

use egui::{Frame, Label, RichText, Ui};

use super::{close_button, title};
use crate::command::{FormWish, UiCommand};
use crate::screens::View;
use crate::text;
use crate::theme::{self, radius, space};
use crate::widgets::note;

/// What changes, and a button that does it.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    title(ui, text::convert_title());
    let Some(dialect) = view.state.dialect() else {
        note(ui, text::convert_no_model());
        close_button(ui, view);
        return;
    };
    let Some(conversion) = dialect.convert(&view.state.form.prompt) else {
        note(ui, text::convert_nothing());
        close_button(ui, view);
        return;
    };
    sample(ui, text::convert_before(), &conversion.before);
    sample(ui, text::convert_after(), &conversion.after);
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        if ui.button(text::convert_do()).clicked() {
            view.push(UiCommand::Form(FormWish::SetPrompt(conversion.text)));
        }
        close_button(ui, view);
    });
}

fn sample(ui: &mut Ui, name: &str, prompt: &str) {
    ui.label(theme::note(ui, name));
    Frame::new()
        .fill(theme::palette(ui).field)
        .corner_radius(radius::M)
        .inner_margin(theme::margin(space::S))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.add(Label::new(RichText::new(prompt)).wrap());
        });
}
