//! Reordering with the pointer: a handle per waiting job, and a line where it would go.

use egui::{CursorIcon, Id, Key, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2};
use ovi_engine::protocol::{JobId, QueueState};

use super::wish;
use crate::command::QueueWish;
use crate::screens::View;
use crate::text;
use crate::theme::{self, size, space, stroke};
use crate::widgets::Icon;

/// Height at either end of the list in which dragging scrolls it, in points.
const SCROLL_ZONE: f32 = 36.0;
/// Points per frame it scrolls there.
const SCROLL_STEP: f32 = 9.0;

/// Where a waiting job is taken hold of.
pub fn handle(ui: &Ui, job: JobId, rect: Rect, title: &str) {
    let id = Id::unique(("handle of job", job.0));
    // Keys reorder too, so the handle is no stop for Tab.
    let response = ui.interact(rect, id, Sense::DRAG);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, text::queue_drag(title)));
    let palette = theme::palette(ui);
    let ink = match response.hovered() || response.dragged() {
        true => palette.text,
        false => palette.outline,
    };
    let at = Rect::from_center_size(rect.center(), Vec2::splat(size::ICON));
    Icon::DragHandle.paint(ui.painter(), at, ink);
    if response.hovered() {
        ui.ctx().set_cursor_icon(CursorIcon::Grab);
    }
    if response.drag_started() {
        ui.data_mut(|data| data.insert_temp(drag_id(), Some(job)));
    }
}

/// The line where the dragged job would go, and the move once it is let go. `top` is the upper edge
/// of the first row, `pitch` the distance between rows.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, top: f32, pitch: f32) {
    let dragged = ui.data(|data| data.get_temp::<Option<JobId>>(drag_id()));
    let Some(job) = dragged.flatten() else {
        return;
    };
    let (pointer, is_down, is_escaped) = ui.input(|input| {
        let pointer = &input.pointer;
        let is_escaped = input.key_pressed(Key::Escape);
        (pointer.latest_pos(), pointer.any_down(), is_escaped)
    });
    let place = pointer.map(|pointer| insertion(view, (pointer.y - top) / pitch));
    if is_escaped || !is_down {
        ui.data_mut(|data| data.insert_temp(drag_id(), None::<JobId>));
        if let Some((_, before)) = place.filter(|_| !is_escaped) {
            let shown = view.state.shown_jobs();
            let jobs = view.state.job_list.meant(job, &shown);
            wish(view, QueueWish::Move { jobs, before });
        }
        return;
    }
    ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    if let Some((idx, _)) = place {
        let y = top + pitch * idx as f32 - stroke::THICK / 2.0;
        let line = Stroke::new(2.0 * stroke::THICK, theme::palette(ui).focus);
        let (left, right) = (ui.max_rect().left(), ui.max_rect().right());
        ui.painter().hline(left..=right, y, line);
        let end = pos2(left + space::XS, y);
        ui.painter().circle_filled(end, space::XS, line.color);
    }
    scroll(ui, pointer.map(|pointer| pointer.y));
}

/// Row in front of which a job let go at `rows` rows from the top would stand, and the job there.
fn insertion(view: &View<'_>, rows: f32) -> (usize, Option<JobId>) {
    let entries = view.state.queue.entries();
    let waiting: Vec<(usize, JobId)> = view
        .state
        .forecast
        .rows()
        .iter()
        .enumerate()
        .filter_map(|(idx, place)| Some((idx, entries.get(*place)?)))
        .filter(|(_, entry)| entry.state == QueueState::Waiting)
        .map(|(idx, entry)| (idx, entry.id))
        .collect();
    let idx = rows.round().max(0.0) as usize;
    let end = waiting.last().map_or(0, |(last, _)| last + 1);
    match waiting.iter().find(|(known, _)| *known >= idx) {
        Some((known, id)) => (*known, Some(*id)),
        None => (end, None),
    }
}

fn scroll(ui: &mut Ui, pointer_y: Option<f32>) {
    let seen = ui.clip_rect();
    let step = match pointer_y {
        Some(y) if y < seen.top() + SCROLL_ZONE => SCROLL_STEP,
        Some(y) if y > seen.bottom() - SCROLL_ZONE => -SCROLL_STEP,
        _ => return,
    };
    ui.scroll_with_delta(Vec2::new(0.0, step));
    ui.ctx().request_repaint();
}

fn drag_id() -> Id {
    Id::unique("dragged job")
}
