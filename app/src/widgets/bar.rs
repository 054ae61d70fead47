//! A horizontal bar of coloured shares.

use egui::{Color32, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::theme::{self, radius, size};

/// One share of a bar.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    /// Share of the whole bar, 0 to 1.
    pub share: f32,
    /// Colour.
    pub color: Color32,
}

/// Draws `segments` from the left over the whole width; `label` says in words what they show.
pub fn segmented_bar(ui: &mut Ui, segments: &[Segment], label: &str) -> Response {
    let desired = Vec2::new(ui.available_width(), size::BAR);
    let (rect, response) = ui.allocate_exact_size(desired, Sense::hover());
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, radius::S, theme::palette(ui).field);
    let mut left = rect.left();
    for segment in segments {
        let right = (left + segment.share.clamp(0.0, 1.0) * rect.width()).min(rect.right());
        if right - left >= 0.5 {
            let piece = Rect::from_x_y_ranges(left..=right - 1.0, rect.y_range());
            painter.rect_filled(piece, 1, segment.color);
        }
        left = right;
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, label));
    response
}
