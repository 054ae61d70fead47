//! Buttons: the one main action, icons with a spoken name, and quiet ones.

use egui::{
    Button, Color32, Response, RichText, Role, Sense, Stroke, StrokeKind, Ui, Vec2, Widget,
    WidgetInfo,
};

use super::Icon;
use crate::theme::{self, radius, size, space, stroke, type_size};

/// The main action, over the whole width.
pub fn primary_button(ui: &mut Ui, label: &str, is_enabled: bool) -> Response {
    let palette = theme::palette(ui);
    ui.add_enabled_ui(is_enabled, |ui| {
        let visuals = &mut ui.style_mut().visuals.widgets;
        visuals.inactive.weak_bg_fill = palette.accent;
        visuals.hovered.weak_bg_fill = palette.accent_hover;
        visuals.active.weak_bg_fill = palette.accent_hover;
        for look in [
            &mut visuals.inactive,
            &mut visuals.hovered,
            &mut visuals.active,
        ] {
            look.fg_stroke.color = palette.on_accent;
        }
        visuals.inactive.bg_stroke = Stroke::NONE;
        visuals.hovered.bg_stroke = Stroke::NONE;
        visuals.active.bg_stroke = Stroke::new(stroke::THICK, palette.text);
        large_button(ui, label)
    })
    .inner
}

/// A button as high as the main action, over the whole width.
fn large_button(ui: &mut Ui, label: &str) -> Response {
    let text = RichText::new(label).text_style(egui::TextStyle::Heading);
    let size = Vec2::new(ui.available_width(), size::PRIMARY);
    ui.add_sized(size, Button::new(text))
}

/// A button without a frame until the pointer is over it.
pub fn quiet_button(ui: &mut Ui, label: &str) -> Response {
    Button::new(label).frame_when_inactive(false).ui(ui)
}

/// An entry of a list of pages, at least `width` wide.
pub fn tab(ui: &mut Ui, label: &str, is_shown: bool, width: f32) -> Response {
    let size = Vec2::new(width, ui.spacing().interact_size.y);
    let button = Button::selectable(is_shown, label).min_size(size).ui(ui);
    button.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_shown, label));
    button
}

/// A square button with an icon; `label` is its name and tooltip.
pub fn icon_button(ui: &mut Ui, icon: Icon, label: &str) -> Response {
    painted_button(ui, icon, label, None)
}

/// A square button with an icon and, unless it is zero, a count at its corner.
pub fn count_button(ui: &mut Ui, icon: Icon, label: &str, count: usize) -> Response {
    let response = painted_button(ui, icon, label, None);
    if count > 0 {
        let palette = theme::palette(ui);
        let center = response.rect.right_top() + Vec2::new(-space::S, space::S);
        let font = egui::FontId::proportional(type_size::CAPTION);
        let figure = count.min(99).to_string();
        ui.painter().circle_filled(center, space::S, palette.danger);
        let align = egui::Align2::CENTER_CENTER;
        ui.painter()
            .text(center, align, figure, font, palette.panel);
    }
    response
}

/// An icon that is switched on or off.
pub fn switch_button(ui: &mut Ui, icon: Icon, label: &str, is_on: bool) -> Response {
    painted_button(ui, icon, label, Some(is_on))
}

fn painted_button(ui: &mut Ui, icon: Icon, label: &str, is_on: Option<bool>) -> Response {
    let side = ui.spacing().interact_size.y;
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::click());
    response.widget_info(|| match is_on {
        Some(is_on) => WidgetInfo::selected(Role::Button, ui.is_enabled(), is_on, label),
        None => WidgetInfo::labeled(Role::Button, ui.is_enabled(), label),
    });
    if ui.is_rect_visible(rect) {
        let palette = theme::palette(ui);
        let visuals = ui.style().interact(&response);
        let is_touched = response.hovered() || response.has_focus();
        let fill = match is_on {
            Some(true) => palette.selection,
            _ if is_touched => visuals.weak_bg_fill,
            _ => Color32::TRANSPARENT,
        };
        ui.painter().rect_filled(rect, radius::M, fill);
        if response.has_focus() {
            let ring = Stroke::new(stroke::THICK, palette.focus);
            ui.painter()
                .rect_stroke(rect, radius::M, ring, StrokeKind::Inside);
        }
        let color = match (ui.is_enabled(), is_on) {
            (true, Some(false)) => palette.muted,
            _ => visuals.text_color(),
        };
        icon.paint(ui.painter(), rect.shrink((side - size::ICON) / 2.0), color);
    }
    response.on_hover_text(label)
}
