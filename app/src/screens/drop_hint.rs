//! What happens to a file that is dragged over the window.

use egui::{Color32, Id, LayerId, Order, TextStyle, Ui};

use crate::text;
use crate::theme::{self, radius, space, stroke};

/// Covers the window while a file is over it.
pub fn ui(ui: &Ui) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let palette = theme::palette(ui);
    let layer = LayerId::new(Order::Foreground, Id::unique("drop_hint"));
    let painter = ui.ctx().layer_painter(layer);
    let rect = ui.ctx().content_rect();
    painter.rect_filled(rect, 0, Color32::from_black_alpha(150));
    let font = TextStyle::Heading.resolve(ui.style());
    let galley = painter.layout_no_wrap(text::drop_here().to_owned(), font, palette.text);
    let card = egui::Rect::from_center_size(
        rect.center(),
        galley.size() + 2.0 * egui::vec2(space::XL, space::L),
    );
    painter.rect_filled(card, radius::L, palette.card);
    let line = egui::Stroke::new(stroke::THICK, palette.accent);
    painter.rect_stroke(card, radius::L, line, egui::StrokeKind::Inside);
    painter.galley(
        card.min + egui::vec2(space::XL, space::L),
        galley,
        palette.text,
    );
}
