//! What grid and list share: a scrolled area that draws only rows in sight, and clips that can be
//! selected by pointer and keys.

use egui::{
    Context, EventFilter, Id, Pos2, Rect, Response, ScrollArea, Sense, TextStyle, Ui, Vec2,
};
use ovi_engine::protocol::{ClipId, ClipRecord};

use super::{View, wish};
use crate::command::{LibraryWish, PlayerCommand};
use crate::state::{GroupBy, RowKind, RowShape, Rows, SelectHow};
use crate::text;
use crate::theme::{self, size, space};
use crate::thumbnails::Thumb;

/// Name of the widget of a clip.
pub fn clip_id(id: ClipId) -> Id {
    Id::unique(("library_clip", id.0))
}

/// The shape the rows were last drawn in.
pub fn last_shape(ctx: &Context) -> Option<RowShape> {
    ctx.data(|data| data.get_temp(Id::unique("library_shape")))
}

/// Rows of the list as it is grouped.
pub fn rows(view: &View<'_>, shape: RowShape) -> Rows {
    let screen = &view.state.library_screen;
    Rows::new(&screen.list, shape, screen.query.group != GroupBy::None)
}

/// Draw the rows in sight. `draw` gets the places of a row's clips in the list and the row's rectangle.
pub fn scrolled(
    ui: &mut Ui,
    view: &mut View<'_>,
    shape: RowShape,
    mut draw: impl FnMut(&mut Ui, &mut View<'_>, std::ops::Range<usize>, Rect),
) {
    ui.data_mut(|data| data.insert_temp(Id::unique("library_shape"), shape));
    let state = view.state;
    let screen = &state.library_screen;
    let rows = rows(view, shape);
    let cursor = screen.selection.cursor();
    let cursor_place = cursor.and_then(|id| screen.list.place_of(id));
    let is_moved = is_cursor_moved(ui, screen.num_cursor_moves);
    let area = ScrollArea::vertical()
        .id_salt("library_rows")
        .auto_shrink(false)
        .animated(false);
    area.show_viewport(ui, |ui, viewport| {
        ui.set_min_size(Vec2::new(ui.available_width(), rows.height));
        let origin = ui.min_rect().min;
        let width = ui.available_width() - size::SCROLL_BAR;
        let place = |top: f32, height: f32| {
            let min = Pos2::new(origin.x, origin.y + top);
            Rect::from_min_size(min, Vec2::new(width, height))
        };
        let cursor_row = cursor_place.and_then(|place| rows.of(place));
        if let (true, Some(row)) = (is_moved, cursor_row) {
            let rect = place(row.top, row.height).expand(space::S);
            ui.scroll_to_rect(rect, None);
        }
        let in_sight = rows.between(viewport.top(), viewport.bottom());
        // A focused clip out of sight is drawn too: keys go on from it.
        let hidden = cursor_row.filter(|row| !in_sight.contains(row));
        for row in in_sight.iter().chain(hidden) {
            let rect = place(row.top, row.height);
            match &row.kind {
                RowKind::Header(group_idx) => header(ui, view, *group_idx, rect),
                RowKind::Clips(range) => draw(ui, view, range.clone(), rect),
            }
        }
        let margin = viewport.height();
        let near = rows.between(viewport.top() - margin, viewport.bottom() + margin);
        want_pictures(view, near.iter().map(|row| &row.kind));
    });
    if let (true, Some(id)) = (is_moved, cursor) {
        ui.memory_mut(|memory| memory.request_focus(clip_id(id)));
    }
}

/// Whether keys have moved the cursor since the last frame.
fn is_cursor_moved(ui: &Ui, num_moves: u64) -> bool {
    let id = Id::unique("library_moves");
    let seen = ui.data(|data| data.get_temp::<u64>(id)).unwrap_or(0);
    if seen != num_moves {
        ui.data_mut(|data| data.insert_temp(id, num_moves));
    }
    seen != num_moves
}

fn want_pictures<'a>(view: &mut View<'_>, kinds: impl Iterator<Item = &'a RowKind>) {
    let ids = &view.state.library_screen.list.ids;
    let mut wanted = Vec::new();
    for kind in kinds {
        if let RowKind::Clips(range) = kind {
            let clips = ids.get(range.clone()).unwrap_or_default();
            let unknown = |id: &&ClipId| matches!(view.pictures.clips.get(**id), Thumb::Unknown);
            wanted.extend(clips.iter().filter(unknown).copied());
        }
    }
    if !wanted.is_empty() {
        // The first of them is made first.
        wanted.reverse();
        wish(view, LibraryWish::WantThumbnails(wanted));
    }
}

fn header(ui: &mut Ui, view: &View<'_>, group_idx: usize, rect: Rect) {
    let screen = &view.state.library_screen;
    let Some(group) = screen.list.groups.get(group_idx) else {
        return;
    };
    let palette = theme::palette(ui);
    let num = text::clip_count(group.range.len() as u64);
    let small = TextStyle::Small.resolve(ui.style());
    let count = ui
        .painter()
        .layout_no_wrap(num.clone(), small, palette.muted);
    let name = text::group_name(&group.key);
    let spoken = format!("{name}, {num}");
    let width = rect.width() - count.size().x - space::M;
    let galley = elided(ui, &name, TextStyle::Body, palette.text, width);
    let bottom = rect.bottom() - space::XS;
    let at = Pos2::new(rect.left(), bottom - galley.size().y);
    let count_at = Pos2::new(
        rect.left() + galley.size().x + space::S,
        bottom - count.size().y - 1.0,
    );
    ui.painter().galley(at, galley, palette.text);
    ui.painter().galley(count_at, count, palette.muted);
    let id = Id::unique(("library_group", group_idx));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
}

/// One line that ends with an ellipsis where it does not fit.
pub fn elided(
    ui: &Ui,
    line: &str,
    style: TextStyle,
    color: egui::Color32,
    width: f32,
) -> std::sync::Arc<egui::Galley> {
    let font = style.resolve(ui.style());
    let mut job = egui::text::LayoutJob::simple_singleline(line.to_owned(), font, color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(1.0));
    ui.painter().layout_job(job)
}

/// Let a clip be selected, moved over and played. Only one clip of the list is reached by Tab; arrow
/// keys go on from it.
pub fn interact(ui: &mut Ui, view: &mut View<'_>, record: &ClipRecord, rect: Rect) -> Response {
    let selection = &view.state.library_screen.selection;
    let is_stop = selection.cursor() == Some(record.id);
    let sense = if is_stop {
        Sense::click()
    } else {
        Sense::CLICK
    };
    let id = clip_id(record.id);
    let response = ui.interact(rect, id, sense);
    let is_selected = selection.contains(record.id);
    let spoken = text::clip_spoken(record);
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::ListBoxOption, true, is_selected, &spoken)
    });
    if response.has_focus() {
        let arrows = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
    }
    if response.clicked() {
        let held = ui.input(|input| input.modifiers);
        let how = match (held.shift, held.command) {
            (true, _) => SelectHow::Range,
            (false, true) => SelectHow::Toggle,
            (false, false) => SelectHow::Only,
        };
        wish(view, LibraryWish::Select(record.id, how));
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    if response.double_clicked() {
        wish(view, LibraryWish::SetDetailInFront(true));
        view.play(PlayerCommand::Toggle);
    }
    response
}
