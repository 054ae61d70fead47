//! Advice on the prompt: what, and one click that mends it. A click on a finding selects its words.

use egui::accesskit::Live;
use egui::{Button, Id, Sense, Ui, Vec2};
use ovi_engine::prompt::{Fix, Lint, Severity};

use super::{View, editor};
use crate::command::{FormWish, UiCommand};
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::Icon;

pub fn ui(ui: &mut Ui, view: &mut View<'_>, id: Id) {
    let lints = view.state.advice.on(&view.state.form.prompt);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        for lint in lints {
            finding(ui, view, id, lint);
        }
    });
}

fn finding(ui: &mut Ui, view: &mut View<'_>, id: Id, lint: &Lint) {
    let palette = theme::palette(ui);
    let (icon, color, severity) = match lint.severity {
        Severity::Error => (Icon::Error, palette.danger, text::severity_error()),
        Severity::Warning => (Icon::Warning, palette.warning, text::severity_warning()),
    };
    let sentence = text::finding(&lint.detail);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let (rect, _) = ui.allocate_exact_size(Vec2::new(size::ICON, size::TARGET), Sense::hover());
        let side = Vec2::splat(size::ICON);
        let place = egui::Rect::from_center_size(rect.center(), side);
        icon.paint(ui.painter(), place, color);
        ui.vertical(|ui| {
            ui.spacing_mut().button_padding = Vec2::splat(space::XS);
            let code = lint.code.code();
            let spoken = format!("{severity} {code}: {sentence}");
            let can_select = !view.state.is_prompt_structured && !lint.span.is_empty();
            let words = theme::note(ui, format!("{code}  {sentence}")).color(palette.text);
            let response = match can_select {
                true => ui.add(Button::new(words).frame_when_inactive(false).wrap()),
                false => ui.add(egui::Label::new(words).wrap()),
            };
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.set_label(spoken.as_str());
                if lint.severity == Severity::Error {
                    node.set_live(Live::Polite);
                }
            });
            if can_select && response.clicked() {
                editor::select(ui, &view.form.prompt, id, &lint.span);
            }
            ui.horizontal_wrapped(|ui| remedies(ui, view, lint));
        });
    });
}

/// Buttons that mend what the finding is about.
fn remedies(ui: &mut Ui, view: &mut View<'_>, lint: &Lint) {
    let color = theme::palette(ui).text;
    let fixes: [(&Option<Fix>, &str); 2] = [
        (&lint.fix, text::remedy(lint.code, &lint.detail)),
        (&lint.suggestion, text::fix_avoid_voices()),
    ];
    for (fix, label) in fixes {
        if let Some(fix) = fix
            && ui.button(theme::note(ui, label).color(color)).clicked()
        {
            view.push(UiCommand::Form(FormWish::Fix(fix.clone())));
        }
    }
}
