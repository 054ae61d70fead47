//! Cards, rows with a name, and the lines of text under controls.

use egui::accesskit::Live;
use egui::{Align, CollapsingHeader, Color32, Frame, Layout, Response, RichText, Sense, Ui, Vec2};

use super::Icon;
use crate::theme::{self, radius, size, space};

/// A titled group of controls over the whole width.
pub fn card<R>(ui: &mut Ui, title: &str, add_contents: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = theme::palette(ui);
    Frame::new()
        .fill(palette.card)
        .corner_radius(radius::L)
        .inner_margin(theme::margin(space::M))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.label(theme::caption(ui, title));
            add_contents(ui)
        })
        .inner
}

/// A titled group with controls beside its title; both closures get `context`.
pub fn titled_card<C>(
    ui: &mut Ui,
    title: &str,
    context: &mut C,
    add_beside: impl FnOnce(&mut Ui, &mut C),
    add_contents: impl FnOnce(&mut Ui, &mut C),
) {
    let palette = theme::palette(ui);
    Frame::new()
        .fill(palette.card)
        .corner_radius(radius::L)
        .inner_margin(theme::margin(space::M))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            ui.horizontal(|ui| {
                ui.label(theme::caption(ui, title));
                add_beside(ui, context);
            });
            add_contents(ui, context);
        });
}

/// A titled group that is folded until it is asked for.
pub fn fold_card(ui: &mut Ui, title: &str, add_contents: impl FnOnce(&mut Ui)) {
    let palette = theme::palette(ui);
    Frame::new()
        .fill(palette.card)
        .corner_radius(radius::L)
        .inner_margin(theme::margin(space::M))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            CollapsingHeader::new(theme::caption(ui, title))
                .id_salt(title)
                .show_unindented(ui, add_contents);
        });
}

/// A row with a name of fixed width; controls in it are spoken with that name.
pub fn field_row<R>(ui: &mut Ui, name: &str, add_contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.horizontal(|ui| {
        let width = size::LABEL;
        let label = ui
            .allocate_ui_with_layout(
                Vec2::new(width, size::TARGET),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_min_width(width);
                    let text = RichText::new(name).color(theme::palette(ui).muted);
                    ui.add(egui::Label::new(text).truncate())
                },
            )
            .inner;
        ui.label_inputs_by(label.id, add_contents)
    })
    .inner
}

/// A wrapped line in the size of notes.
pub fn note(ui: &mut Ui, text: impl Into<String>) -> Response {
    let text = theme::note(ui, text);
    ui.add(egui::Label::new(text).wrap())
}

/// A line that is read out when it changes.
pub fn live_note(ui: &mut Ui, text: impl Into<String>) -> Response {
    let response = note(ui, text);
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_live(Live::Polite));
    response
}

/// Words for screen readers only, read out when they change: at the next pause, or at once.
pub fn announce(ui: &mut Ui, words: &str, is_urgent: bool) {
    let (_, response) = ui.allocate_exact_size(Vec2::ZERO, Sense::hover());
    let live = match is_urgent {
        true => Live::Assertive,
        false => Live::Polite,
    };
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(egui::accesskit::Role::Status);
        node.set_label(words);
        node.set_live(live);
    });
}

/// A wrapped line with an icon, for problems and warnings: never told by colour alone.
pub fn problem(ui: &mut Ui, icon: Icon, color: Color32, text: &str) -> Response {
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(size::ICON), Sense::hover());
        icon.paint(ui.painter(), rect, color);
        let text = RichText::new(text)
            .text_style(egui::TextStyle::Small)
            .color(color);
        ui.add(egui::Label::new(text).wrap())
    })
    .inner
}

/// A short word in a rounded frame.
pub fn badge(ui: &mut Ui, text: &str, color: Color32) -> Response {
    let font = egui::TextStyle::Small.resolve(ui.style());
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, color);
    let size = galley.size() + 2.0 * Vec2::new(space::S, space::XS / 2.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let line = egui::Stroke::new(theme::stroke::THIN, color);
    ui.painter()
        .rect_stroke(rect, radius::S, line, egui::StrokeKind::Inside);
    ui.painter().galley(
        rect.min + Vec2::new(space::S, space::XS / 2.0),
        galley,
        color,
    );
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
    response
}

/// Contents at the right end of a row, laid out and reached by keys from left to right.
pub fn at_right(ui: &mut Ui, id_salt: &str, add_contents: impl FnOnce(&mut Ui)) {
    let id = ui.scope_id().with(id_salt);
    let known = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(0.0);
    ui.add_space((ui.available_width() - known).max(0.0));
    let width = ui.horizontal(add_contents).response.rect.width();
    if (width - known).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(id, width));
        ui.ctx()
            .request_discard("right-aligned contents of unknown width");
    }
}
