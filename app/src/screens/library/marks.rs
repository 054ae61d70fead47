//! Stars, favourites and tags: what users put on clips.

use egui::{
    Color32, Id, Key, Painter, Pos2, Rect, Role, Sense, Stroke, StrokeKind, TextEdit, Ui, Vec2,
    WidgetInfo,
};
use ovi_engine::protocol::ClipId;

use super::{View, wish};
use crate::command::LibraryWish;
use crate::state::{ClipEdit, tidy_tag};
use crate::text;
use crate::theme::{self, radius, size, space, stroke};
use crate::widgets::{Icon, note};

/// Most tags that are proposed.
const MAX_PROPOSALS: usize = 6;

/// A star within `rect`.
pub fn paint_star(painter: &Painter, rect: Rect, color: Color32, is_filled: bool) {
    let icon = if is_filled {
        Icon::StarFilled
    } else {
        Icon::Star
    };
    icon.paint(painter, rect, color);
}

/// A heart within `rect`.
pub fn paint_heart(painter: &Painter, rect: Rect, color: Color32, is_filled: bool) {
    let icon = if is_filled {
        Icon::HeartFilled
    } else {
        Icon::Heart
    };
    icon.paint(painter, rect, color);
}

/// Stars of a rated clip, right-aligned at `right_center`.
pub fn paint_rating(painter: &Painter, right_center: Pos2, rating: u8, color: Color32) {
    for idx in 0..rating.min(5) {
        let x = right_center.x - size::STAR * (f32::from(rating.min(5) - idx) - 0.5);
        let rect = Rect::from_center_size(Pos2::new(x, right_center.y), Vec2::splat(size::STAR));
        paint_star(painter, rect.shrink(1.0), color, true);
    }
}

/// Five stars to click; the one that is set already takes all away.
pub fn stars(ui: &mut Ui, rating: u8) -> Option<u8> {
    let mut chosen = None;
    ui.spacing_mut().item_spacing.x = 0.0;
    for number in 1..=5 {
        let is_on = number <= rating;
        let label = text::rate_with(u64::from(number));
        let response = mark(ui, &label, number == rating, |painter, rect, palette| {
            let color = if is_on {
                palette.warning
            } else {
                palette.muted
            };
            paint_star(painter, rect, color, is_on);
        });
        if response {
            chosen = Some(if number == rating { 0 } else { number });
        }
    }
    chosen
}

fn mark(
    ui: &mut Ui,
    label: &str,
    is_on: bool,
    paint: impl FnOnce(&Painter, Rect, &theme::Palette),
) -> bool {
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size::TARGET), Sense::click());
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, is_enabled, is_on, label));
    let palette = theme::palette(ui);
    if response.hovered() {
        ui.painter().rect_filled(rect, radius::M, palette.hover);
    }
    if response.has_focus() {
        let ring = Stroke::new(stroke::THICK, palette.focus);
        ui.painter()
            .rect_stroke(rect, radius::M, ring, StrokeKind::Inside);
    }
    paint(ui.painter(), rect.shrink(space::XS + 1.0), palette);
    response.on_hover_text(label).clicked()
}

/// Stars and favourite of `ids`, of which the first one is shown.
pub fn rating_row(ui: &mut Ui, view: &mut View<'_>, ids: &[ClipId]) {
    let Some(record) = ids.first().and_then(|id| view.state.library.clip(*id)) else {
        return;
    };
    ui.horizontal(|ui| {
        if let Some(rating) = stars(ui, record.rating) {
            wish(
                view,
                LibraryWish::Edit(ids.to_vec(), ClipEdit::Rate(rating)),
            );
        }
        ui.add_space(space::S);
        let is_on = record.is_favourite;
        let label = match is_on {
            true => text::favourite_off(),
            false => text::favourite_on(),
        };
        let is_clicked = mark(ui, label, is_on, |painter, rect, palette| {
            let color = if is_on { palette.danger } else { palette.muted };
            paint_heart(painter, rect, color, is_on);
        });
        if is_clicked {
            let edit = ClipEdit::Favourite(!is_on);
            wish(view, LibraryWish::Edit(ids.to_vec(), edit));
        }
    });
}

/// Tags that some of `ids` have, and a field for one more.
pub fn tags(ui: &mut Ui, view: &mut View<'_>, ids: &[ClipId]) {
    let state = view.state;
    let records = ids.iter().filter_map(|id| state.library.clip(*id));
    let mut known: Vec<&str> = records
        .flat_map(|record| record.tags.iter().map(String::as_str))
        .collect();
    known.sort_unstable();
    known.dedup();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(space::XS);
        for tag in &known {
            let chip = egui::Button::new(format!("{tag} ×")).corner_radius(size::TARGET / 2.0);
            let label = text::remove_tag(tag);
            let response = ui.add(chip).on_hover_text(&label).accessible_name(&label);
            if response.clicked() {
                let edit = ClipEdit::RemoveTag((*tag).to_owned());
                wish(view, LibraryWish::Edit(ids.to_vec(), edit));
            }
        }
        field(ui, view, ids);
    });
    proposals(ui, view, ids, &known);
}

fn field(ui: &mut Ui, view: &mut View<'_>, ids: &[ClipId]) {
    let before = &view.state.library_screen.tag_draft;
    let mut draft = before.clone();
    let id = Id::unique("library_tag");
    let edit = TextEdit::singleline(&mut draft)
        .id(id)
        .hint_text(text::add_tag())
        .desired_width(size::LABEL)
        .align(egui::Align2::LEFT_CENTER)
        .min_size(egui::vec2(0.0, size::TARGET));
    let response = ui.add(edit).accessible_name(text::add_tag());
    let is_entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if draft != *before {
        wish(view, LibraryWish::TypeTag(draft.clone()));
    }
    if let Some(tag) = tidy_tag(&draft).filter(|_| is_entered) {
        wish(view, LibraryWish::Edit(ids.to_vec(), ClipEdit::AddTag(tag)));
        // The next tag is typed without going back to the field.
        ui.memory_mut(|memory| memory.request_focus(id));
    }
}

/// Known tags that continue what is typed.
fn proposals(ui: &mut Ui, view: &mut View<'_>, ids: &[ClipId], known: &[&str]) {
    let state = view.state;
    let typed = state.library_screen.tag_draft.trim().to_lowercase();
    if typed.is_empty() {
        return;
    }
    let all = state.library_screen.facets.tags.keys();
    let fitting: Vec<&String> = all
        .filter(|tag| tag.to_lowercase().contains(&typed) && !known.contains(&tag.as_str()))
        .take(MAX_PROPOSALS)
        .collect();
    if fitting.is_empty() {
        return;
    }
    note(ui, text::tags_used_before());
    ui.horizontal_wrapped(|ui| {
        for tag in fitting {
            let button = ui.button(tag).accessible_name(text::add_this_tag(tag));
            if button.clicked() {
                let edit = ClipEdit::AddTag(tag.clone());
                wish(view, LibraryWish::Edit(ids.to_vec(), edit));
            }
        }
    });
}
