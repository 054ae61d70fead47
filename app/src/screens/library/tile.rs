//! One clip of the grid: its picture, what it is, and how it stands.

use egui::{
    Color32, Image, Painter, Pos2, Rect, Stroke, StrokeKind, TextStyle, Ui, Vec2, pos2, vec2,
};
use ovi_engine::protocol::ClipRecord;

use super::{View, marks, row};
use crate::state::clip_title;
use crate::text;
use crate::theme::{self, radius, size, space, stroke};
use crate::thumbnails::Thumb;
use crate::widgets::{Icon, fit};

/// Height of a tile of this width.
pub fn height(ui: &Ui, width: f32) -> f32 {
    let lines = ui.text_style_height(&TextStyle::Body) + ui.text_style_height(&TextStyle::Small);
    picture_height(width) + lines + 2.0 * space::S + space::XS / 2.0
}

fn picture_height(width: f32) -> f32 {
    width * 9.0 / 16.0
}

/// The tile.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, record: &ClipRecord, rect: Rect) {
    let response = row::interact(ui, view, record, rect);
    if !ui.is_rect_visible(rect) {
        return;
    }
    let palette = theme::palette(ui);
    let is_selected = view.state.library_screen.selection.contains(record.id);
    let fill = match (is_selected, response.hovered()) {
        (true, _) => palette.selection,
        (false, true) => palette.hover,
        (false, false) => palette.card,
    };
    ui.painter().rect_filled(rect, radius::L, fill);
    let picture_size = vec2(rect.width(), picture_height(rect.width()));
    let picture_rect = Rect::from_min_size(rect.min, picture_size).shrink(space::XS);
    picture(ui, view, record, picture_rect);
    badges(ui, record, picture_rect, is_selected);
    if response.hovered() && record.is_present {
        play_hint(ui.painter(), picture_rect.center());
    }
    caption(ui, record, rect, picture_rect.bottom() + space::XS);
    if is_selected {
        let ring = Stroke::new(stroke::THICK, palette.accent);
        ui.painter()
            .rect_stroke(rect, radius::L, ring, StrokeKind::Inside);
    }
    if response.has_focus() {
        let ring = Stroke::new(stroke::THICK, palette.focus);
        ui.painter()
            .rect_stroke(rect.expand(2.0), radius::L, ring, StrokeKind::Outside);
    }
}

/// The clip's picture on the dark ground, or why there is none.
pub fn picture(ui: &Ui, view: &View<'_>, record: &ClipRecord, rect: Rect) {
    let palette = theme::palette(ui);
    ui.painter().rect_filled(rect, radius::M, palette.stage);
    match view.pictures.clips.get(record.id) {
        Thumb::Ready(texture) => {
            let place = fit(texture.size_vec2(), rect);
            let tint = match record.is_present {
                true => Color32::WHITE,
                false => Color32::from_white_alpha(90),
            };
            Image::from_texture((texture.id(), place.size()))
                .corner_radius(radius::M)
                .tint(tint)
                .paint_at(ui, place);
        }
        Thumb::Missing => {
            let icon = Rect::from_center_size(rect.center(), Vec2::splat(size::ICON));
            Icon::Warning.paint(ui.painter(), icon, palette.on_stage);
        }
        Thumb::Unknown | Thumb::Pending => {}
    }
}

fn badges(ui: &Ui, record: &ClipRecord, rect: Rect, is_selected: bool) {
    let palette = theme::palette(ui);
    let length = text::duration(record.clip.duration_secs);
    pill(ui, rect.right_bottom() - Vec2::splat(space::XS), &length);
    if !record.is_present {
        let below = rect.right_top() + vec2(-space::XS, space::XS);
        let height = ui.text_style_height(&TextStyle::Small) + space::XS;
        pill(ui, below + vec2(0.0, height), text::file_missing());
    }
    if is_selected {
        let center = rect.left_top() + Vec2::splat(space::L);
        ui.painter().circle_filled(center, space::M, palette.accent);
        let icon = Rect::from_center_size(center, Vec2::splat(size::STAR));
        Icon::Check.paint(ui.painter(), icon, palette.on_accent);
    }
    if record.is_favourite {
        let center = rect.left_bottom() + vec2(space::L, -space::L);
        let ground = Color32::from_black_alpha(150);
        ui.painter().circle_filled(center, space::M, ground);
        let icon = Rect::from_center_size(center, Vec2::splat(size::STAR));
        marks::paint_heart(ui.painter(), icon, palette.on_stage, true);
    }
}

/// Words on a dark ground that ends at `corner`, its lower right one.
fn pill(ui: &Ui, corner: Pos2, words: &str) {
    let palette = theme::palette(ui);
    let font = TextStyle::Small.resolve(ui.style());
    let galley = ui
        .painter()
        .layout_no_wrap(words.to_owned(), font, palette.on_stage);
    let size = galley.size() + vec2(2.0 * space::XS + 2.0, space::XS / 2.0);
    let ground = Rect::from_min_size(corner - size, size);
    ui.painter()
        .rect_filled(ground, radius::S, Color32::from_black_alpha(170));
    let at = ground.min + vec2(space::XS + 1.0, space::XS / 4.0);
    ui.painter().galley(at, galley, palette.on_stage);
}

fn play_hint(painter: &Painter, center: Pos2) {
    painter.circle_filled(center, size::TARGET * 0.75, Color32::from_black_alpha(150));
    let icon = Rect::from_center_size(center, Vec2::splat(size::ICON));
    Icon::Play.paint(painter, icon.translate(vec2(1.0, 0.0)), Color32::WHITE);
}

fn caption(ui: &Ui, record: &ClipRecord, rect: Rect, top: f32) {
    let palette = theme::palette(ui);
    let left = rect.left() + space::S;
    let width = rect.width() - 2.0 * space::S;
    let title = clip_title(record);
    let galley = row::elided(ui, &title, TextStyle::Body, palette.text, width);
    let second_top = top + galley.size().y + space::XS / 2.0;
    ui.painter().galley(pos2(left, top), galley, palette.text);
    let stars_width = f32::from(record.rating) * size::STAR;
    let facts = text::size_px(record.clip.width, record.clip.height);
    let facts = row::elided(
        ui,
        &facts,
        TextStyle::Small,
        palette.muted,
        width - stars_width - space::S,
    );
    let middle = second_top + facts.size().y / 2.0;
    ui.painter()
        .galley(pos2(left, second_top), facts, palette.muted);
    let right = pos2(rect.right() - space::S, middle);
    marks::paint_rating(ui.painter(), right, record.rating, palette.warning);
}
