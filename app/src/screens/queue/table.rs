//! The list of jobs. Only rows in sight are laid out, so that a thousand jobs scroll like ten.

use egui::accesskit::Role as NodeRole;
use egui::{Id, Rect, ScrollArea, TextStyle, Ui, Vec2};
use ovi_engine::protocol::{JobId, QueueEntry, QueueState};

use super::columns::{Columns, Density};
use super::{drag, row, wish};
use crate::command::QueueWish;
use crate::screens::View;
use crate::text;
use crate::theme::{self, space};

/// Gap between rows in points.
pub const GAP: f32 = 2.0;

/// One row that is drawn.
pub struct Row<'a> {
    /// Job.
    pub entry: &'a QueueEntry,
    /// Place in the list, from 0.
    pub idx: usize,
    /// Number in line of those that wait, from 1.
    pub place: Option<usize>,
    /// Rows altogether.
    pub num_rows: usize,
}

/// The rows; `moved_to` is the place that the keys have just gone to.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, moved_to: Option<usize>) {
    let target = ui.spacing().interact_size.y;
    let density = Density::of(ui.available_width(), target);
    if density == Density::Columns {
        header(ui, density);
    }
    let row_height = density.row_height(ui);
    let pitch = row_height + GAP;
    let rows = view.state.forecast.rows();
    let mut area = ScrollArea::vertical().id_salt("jobs").auto_shrink(false);
    let list_id = Id::unique("list of jobs");
    if let Some(offset) = moved_to.and_then(|place| reached(ui, list_id, place, pitch)) {
        area = area.vertical_scroll_offset(offset);
    }
    let num_running = usize::from(view.state.queue.running().is_some());
    let mut wanted = Vec::new();
    let shown = area.show_viewport(ui, |ui, viewport| {
        let num_rows = rows.len();
        ui.set_height((pitch * num_rows as f32 - GAP).max(0.0));
        let top = ui.max_rect().top();
        let first = (viewport.min.y / pitch).floor().max(0.0) as usize;
        let last = ((viewport.max.y / pitch).ceil() as usize).min(num_rows);
        for idx in first..last {
            let entry = rows
                .get(idx)
                .and_then(|at| view.state.queue.entries().get(*at));
            let Some(entry) = entry else {
                continue;
            };
            let y = top + pitch * idx as f32;
            let rect = Rect::from_x_y_ranges(ui.max_rect().x_range(), y..=y + row_height);
            let row = Row {
                entry,
                idx,
                place: (entry.state == QueueState::Waiting).then(|| idx + 1 - num_running),
                num_rows,
            };
            wanted.extend(picture_of(view, entry));
            row::ui(ui, view, &row, &Columns::of(rect, density, target));
        }
        drag::ui(ui, view, top, pitch);
    });
    let inner = shown.inner_rect;
    ui.data_mut(|data| data.insert_temp(list_id, [shown.state.clamped_offset().y, inner.height()]));
    ui.ctx().accesskit_node_builder(shown.id, |node| {
        node.set_role(NodeRole::List);
        node.set_label(text::queue_jobs());
    });
    let asked = &view.state.job_list.asked_pictures;
    wanted.retain(|path| !asked.contains(path));
    if !wanted.is_empty() {
        wish(view, QueueWish::ReadPictures(wanted));
    }
}

/// Identity of a job's row.
pub fn row_id(job: JobId) -> Id {
    Id::unique(("row of job", job.0))
}

/// Rows that fit into the list, as of the last frame.
pub fn num_visible(ui: &Ui) -> usize {
    let known = ui.data(|data| data.get_temp::<[f32; 2]>(Id::unique("list of jobs")));
    let height = known.map_or(0.0, |[_, height]| height);
    let density = Density::of(ui.available_width(), ui.spacing().interact_size.y);
    let pitch = density.row_height(ui) + GAP;
    (height / pitch).floor().max(1.0) as usize
}

/// How far the list must be scrolled to show a row; `None` if it is in sight.
fn reached(ui: &Ui, list_id: Id, place: usize, pitch: f32) -> Option<f32> {
    let [offset, height] = ui.data(|data| data.get_temp::<[f32; 2]>(list_id))?;
    let top = pitch * place as f32;
    if top < offset {
        return Some(top);
    }
    let lowest = top + pitch - height;
    (lowest > offset).then_some(lowest)
}

/// File whose picture a row shows.
fn picture_of(view: &View<'_>, entry: &QueueEntry) -> Option<std::path::PathBuf> {
    row::picture_path(view, entry).map(std::path::Path::to_owned)
}

fn header(ui: &mut Ui, density: Density) {
    let height = ui.text_style_height(&TextStyle::Small) + space::XS;
    let size = Vec2::new(ui.available_width(), height);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    let columns = Columns::of(rect, density, ui.spacing().interact_size.y);
    let facts = [
        text::queue_column_model(),
        text::queue_column_size(),
        text::queue_column_length(),
        text::queue_column_steps(),
        text::queue_column_seed(),
        text::queue_column_time(),
    ];
    let named = [
        (columns.place, text::queue_column_position()),
        (columns.prompt, text::queue_column_prompt()),
        (columns.state, text::queue_column_state()),
    ];
    let all = columns.facts.iter().copied().zip(facts).chain(named);
    for (rect, name) in all {
        let text = theme::note(ui, name);
        ui.put(rect, |ui: &mut Ui| {
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.add(egui::Label::new(text).truncate())
            })
            .inner
        });
    }
}
