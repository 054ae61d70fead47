//! The library: all clips in a grid or list, and everything about the shown one beside them.

mod actions;
mod bulk;
mod detail;
mod empty;
mod filters;
mod grid;
mod keys;
mod list;
mod marks;
mod row;
mod table;
mod tile;
mod toolbar;

use egui::{CentralPanel, Frame, Layout, Rect, Ui, UiBuilder, vec2};

use super::View;
use crate::command::{LibraryWish, UiCommand};
use crate::state::LibraryLayout;
use crate::theme::{self, size, space};

pub use keys::take as take_keys;
pub use table::text as settings_text;

/// The screen, drawn in reading order: keys move in it too.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let frame = Frame::new().fill(theme::palette(ui).window);
    CentralPanel::default().frame(frame).show(ui, |ui| {
        let all = ui.available_rect_before_wrap();
        let is_shown = view.state.clip_on_screen().is_some();
        let has_room = all.width() >= size::LIBRARY_TWO_COLUMNS;
        let detail_width =
            (all.width() * 0.36).clamp(size::LIBRARY_DETAIL, size::LIBRARY_DETAIL_MAX);
        match (is_shown, has_room) {
            (true, true) => {
                let (left, right) = all.split_left_right_at_x(all.right() - detail_width);
                part(ui, left, |ui| clips(ui, view));
                part(ui, right, |ui| detail::ui(ui, view, false));
            }
            (true, false) if view.state.library_screen.is_detail_in_front => {
                part(ui, all, |ui| detail::ui(ui, view, true));
            }
            _ => part(ui, all, |ui| clips(ui, view)),
        }
    });
}

/// A part of the screen with a place of its own.
fn part(ui: &mut Ui, rect: Rect, add_contents: impl FnOnce(&mut Ui)) {
    let layout = Layout::top_down(egui::Align::Min);
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    child.set_clip_rect(rect.intersect(ui.clip_rect()));
    add_contents(&mut child);
}

fn clips(ui: &mut Ui, view: &mut View<'_>) {
    Frame::new()
        .inner_margin(theme::margin(space::M))
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, space::S);
            let before = &view.state.library_screen.query;
            let mut query = before.clone();
            toolbar::ui(ui, view, &mut query);
            if view.state.library_screen.has_filter_bar {
                filters::ui(ui, view, &mut query);
            }
            if query != *before {
                wish(view, LibraryWish::SetQuery(Box::new(query)));
            }
            let bar_height = bulk::offer_height(ui, view);
            let area = vec2(ui.available_width(), ui.available_height() - bar_height);
            ui.allocate_ui_with_layout(area, Layout::top_down(egui::Align::Min), |ui| {
                ui.set_min_size(area);
                match view.state.library_screen.list.ids.is_empty() {
                    true => empty::ui(ui, view),
                    false => match view.state.library_screen.layout {
                        LibraryLayout::Grid => grid::ui(ui, view),
                        LibraryLayout::List => list::ui(ui, view),
                    },
                }
            });
            bulk::offer_ui(ui, view);
        });
}

fn wish(view: &mut View<'_>, wish: LibraryWish) {
    view.push(UiCommand::Library(wish));
}
