//! Clips as rows with their facts.

use egui::{Color32, Rect, Stroke, StrokeKind, TextStyle, Ui, pos2, vec2};
use ovi_engine::protocol::ClipRecord;

use super::{View, marks, row, tile};
use crate::state::{RowShape, clip_title, model_of};
use crate::text;
use crate::theme::{self, radius, size, space, stroke};

/// Width of the columns behind the name, in points.
const COLUMNS: [f32; 6] = [104.0, 92.0, 64.0, 92.0, 88.0, 116.0];
/// Least width of the name.
const MIN_NAME: f32 = 160.0;

/// The list.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let shape = RowShape {
        num_columns: 1,
        row_height: size::LIST_ROW,
        header_height: size::TARGET,
        gap: space::XS / 2.0,
    };
    head(ui);
    row::scrolled(ui, view, shape, |ui, view, places, rect| {
        let state = view.state;
        let ids = state
            .library_screen
            .list
            .ids
            .get(places)
            .unwrap_or_default();
        for record in ids.iter().filter_map(|id| state.library.clip(*id)) {
            line(ui, view, record, rect);
        }
    });
}

/// Left edges of name and columns, and how many columns fit.
fn columns(rect: Rect) -> (f32, Vec<Rect>) {
    let picture_width = size::LIST_ROW * 16.0 / 9.0;
    let name_left = rect.left() + picture_width + 2.0 * space::S;
    let mut num_columns = COLUMNS.len();
    let width = |num: usize| COLUMNS.iter().take(num).sum::<f32>();
    while num_columns > 0 && rect.right() - name_left - width(num_columns) < MIN_NAME {
        num_columns -= 1;
    }
    let mut left = rect.right() - width(num_columns);
    let cells = COLUMNS.iter().take(num_columns).map(|width| {
        let cell = Rect::from_min_size(pos2(left, rect.top()), vec2(*width, rect.height()));
        left += width;
        cell
    });
    (name_left, cells.collect())
}

fn head(ui: &mut Ui) {
    let height = ui.text_style_height(&TextStyle::Small);
    let width = ui.available_width() - size::SCROLL_BAR;
    let (rect, _) = ui.allocate_exact_size(vec2(width, height), egui::Sense::hover());
    let (name_left, cells) = columns(rect);
    let muted = theme::palette(ui).muted;
    let names = [
        text::model(),
        text::length_short(),
        text::seed(),
        text::time_taken(),
        text::rating(),
        text::made_on(),
    ];
    cell(
        ui,
        text::clip(),
        pos2(name_left, rect.top()),
        MIN_NAME,
        muted,
    );
    for (place, name) in cells.iter().zip(names) {
        cell(ui, name, place.min, place.width() - space::S, muted);
    }
}

fn cell(ui: &Ui, words: &str, at: egui::Pos2, width: f32, color: Color32) {
    let galley = row::elided(ui, words, TextStyle::Small, color, width);
    ui.painter().galley(at, galley, color);
}

fn line(ui: &mut Ui, view: &mut View<'_>, record: &ClipRecord, rect: Rect) {
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
    ui.painter().rect_filled(rect, radius::M, fill);
    let picture_size = vec2(rect.height() * 16.0 / 9.0, rect.height());
    let picture = Rect::from_min_size(rect.min, picture_size).shrink(space::XS / 2.0);
    tile::picture(ui, view, record, picture);
    let (name_left, cells) = columns(rect);
    names(
        ui,
        record,
        name_left,
        cells.first().map_or(rect.right(), |cell| cell.left()),
        rect,
    );
    let facts = [
        model_of(record)
            .map_or(text::unknown(), |model| model.name())
            .to_owned(),
        text::duration(record.clip.duration_secs),
        record.clip.seed.to_string(),
        text::duration(record.clip.total_secs),
        String::new(),
        text::day_and_time(
            record.created_unix,
            view.state.library_screen.utc_offset_secs,
        ),
    ];
    let line_height = ui.text_style_height(&TextStyle::Small);
    let ink = if is_selected {
        palette.text
    } else {
        palette.muted
    };
    for (idx, (place, fact)) in cells.iter().zip(&facts).enumerate() {
        let top = place.center().y - line_height / 2.0;
        cell(
            ui,
            fact,
            pos2(place.left(), top),
            place.width() - space::S,
            ink,
        );
        if idx == 4 {
            let stars = f32::from(record.rating) * size::STAR;
            let right = pos2(place.left() + stars, place.center().y);
            marks::paint_rating(ui.painter(), right, record.rating, palette.warning);
        }
    }
    if is_selected {
        let ring = Stroke::new(stroke::THICK, palette.accent);
        ui.painter()
            .rect_stroke(rect, radius::M, ring, StrokeKind::Inside);
    }
    if response.has_focus() {
        let ring = Stroke::new(stroke::THICK, palette.focus);
        ui.painter()
            .rect_stroke(rect, radius::M, ring, StrokeKind::Inside);
    }
}

/// Name above, size and marks below.
fn names(ui: &Ui, record: &ClipRecord, left: f32, right: f32, rect: Rect) {
    let palette = theme::palette(ui);
    let width = right - left - space::M;
    let title = clip_title(record);
    let galley = row::elided(ui, &title, TextStyle::Body, palette.text, width);
    let mut parts = vec![text::size_px(record.clip.width, record.clip.height)];
    if record.is_favourite {
        parts.push(text::favourite().to_owned());
    }
    if !record.is_present {
        parts.push(text::file_missing().to_owned());
    }
    parts.extend(record.tags.iter().cloned());
    let facts = parts.join(" · ");
    let facts = row::elided(ui, &facts, TextStyle::Small, palette.text, width);
    let height = galley.size().y + facts.size().y;
    let top = rect.center().y - height / 2.0;
    let second = pos2(left, top + galley.size().y);
    ui.painter().galley(pos2(left, top), galley, palette.text);
    ui.painter().galley(second, facts, palette.text);
}
