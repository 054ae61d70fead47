//! The dark ground pictures are shown on, and what is drawn over it.

use egui::{Color32, Image, Rect, Sense, TextureHandle, Ui, Vec2};

use crate::theme::{self, radius, size, space};

/// Fill the rest of the area with a ground. Returns its rectangle.
pub fn ground(ui: &mut Ui, color: Color32) -> Rect {
    let available = ui.available_size().max(Vec2::splat(size::STAGE));
    let (rect, _) = ui.allocate_exact_size(available, Sense::hover());
    ui.painter().rect_filled(rect, radius::L, color);
    rect
}

/// Fill the rest of the area with the dark ground pictures are shown on, and the picture as large
/// as it fits. Returns the ground's rectangle.
pub fn stage(ui: &mut Ui, texture: Option<&TextureHandle>, alt_text: &str) -> Rect {
    let rect = ground(ui, theme::palette(ui).stage);
    let Some(texture) = texture else {
        return rect;
    };
    let picture = fit(texture.size_vec2(), rect.shrink(space::S));
    let image = Image::from_texture((texture.id(), picture.size()))
        .corner_radius(radius::S)
        .alt_text(alt_text);
    ui.put(picture, image);
    rect
}

/// Words at the lower left corner of the stage.
pub fn stage_caption(ui: &mut Ui, stage: Rect, caption: &str) {
    let palette = theme::palette(ui);
    let font = egui::TextStyle::Small.resolve(ui.style());
    let galley = ui
        .painter()
        .layout_no_wrap(caption.to_owned(), font, palette.on_stage);
    let anchor = stage.left_bottom() + Vec2::new(space::M, -space::M - galley.size().y);
    let ground = Rect::from_min_size(anchor, galley.size()).expand2(Vec2::new(space::S, space::XS));
    ui.painter()
        .rect_filled(ground, radius::S, Color32::from_black_alpha(150));
    ui.painter().galley(anchor, galley, palette.on_stage);
    // The words are painted over the picture; screen readers get them from an own node.
    let response = ui.interact(ground, ui.scope_id().with("stage_caption"), Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, caption));
}

/// Contents in the middle of `rect`, with lines that are not too long.
pub fn in_the_middle(ui: &mut Ui, rect: Rect, add_contents: impl FnOnce(&mut Ui)) {
    let width = size::LINE.min(rect.width() - 2.0 * space::L);
    let area = Rect::from_center_size(rect.center(), Vec2::new(width, rect.height()));
    let layout = egui::Layout::top_down(egui::Align::Center);
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(area).layout(layout));
    // The height is known only after the first pass; egui remembers it.
    let id = child.scope_id().with("height");
    let height = child
        .ctx()
        .data(|data| data.get_temp::<f32>(id))
        .unwrap_or(0.0);
    child.add_space(((area.height() - height) / 2.0).max(0.0));
    let top = child.cursor().top();
    add_contents(&mut child);
    let measured = child.min_rect().bottom() - top;
    if (measured - height).abs() > 0.5 {
        child.ctx().data_mut(|data| data.insert_temp(id, measured));
        child
            .ctx()
            .request_discard("centre contents of unknown height");
    }
}

/// `picture` as large as it fits in the middle of `area`.
pub fn fit(picture: Vec2, area: Rect) -> Rect {
    let scale = (area.width() / picture.x).min(area.height() / picture.y);
    Rect::from_center_size(area.center(), picture * scale.max(0.0))
}

/// One part above another: the lower one is as high as its contents, known from the pass before, the
/// upper one takes the rest, but at least `least_height`. Drawn from top to bottom, keys reach
/// everything in that order.
pub fn above_below<T>(
    ui: &mut Ui,
    least_height: f32,
    subject: &mut T,
    above: impl FnOnce(&mut Ui, &mut T),
    below: impl FnOnce(&mut Ui, &mut T),
) {
    let id = ui.scope_id().with("height_below");
    let known = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(0.0);
    let height = (ui.available_height() - known).max(least_height);
    let size = Vec2::new(ui.available_width(), height);
    let layout = egui::Layout::top_down(egui::Align::Min);
    let upper = ui
        .allocate_ui_with_layout(size, layout, |ui| above(ui, subject))
        .response
        .rect;
    ui.scope(|ui| below(ui, subject));
    let measured = ui.min_rect().bottom() - upper.bottom();
    if (measured - known).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(id, measured));
        ui.ctx()
            .request_discard("parts below the picture of unknown height");
    }
}
