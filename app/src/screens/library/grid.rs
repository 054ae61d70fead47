//! Clips as pictures side by side.

use egui::{Rect, Ui, Vec2, pos2};

use super::{View, row, tile};
use crate::state::RowShape;
use crate::theme::{size, space};

/// The grid.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let width = ui.available_width() - size::SCROLL_BAR;
    let fitting = ((width + space::M) / (size::TILE + space::M)).floor();
    let num_columns = fitting.max(1.0);
    let tile_width = (width - space::M * (num_columns - 1.0)) / num_columns;
    let tile = Vec2::new(tile_width, tile::height(ui, tile_width));
    let shape = RowShape {
        num_columns: num_columns as usize,
        row_height: tile.y,
        header_height: size::TARGET,
        gap: space::M,
    };
    row::scrolled(ui, view, shape, |ui, view, places, rect| {
        let state = view.state;
        let ids = state
            .library_screen
            .list
            .ids
            .get(places)
            .unwrap_or_default();
        let records = ids.iter().filter_map(|id| state.library.clip(*id));
        for (column, record) in records.enumerate() {
            let left = rect.left() + column as f32 * (tile.x + space::M);
            let place = Rect::from_min_size(pos2(left, rect.top()), tile);
            tile::ui(ui, view, record, place);
        }
    });
}
