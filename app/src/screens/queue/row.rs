//! One job: picture, prompt, facts, state, two buttons.

use egui::{EventFilter, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo};
use ovi_engine::protocol::{QueueEntry, QueueState};

use super::columns::Columns;
use super::table::{Row, row_id};
use super::{cells, drag, menu, wish};
use crate::command::QueueWish;
use crate::screens::View;
use crate::state::{JobAction, Reach};
use crate::text;
use crate::theme::{self, radius, stroke};
use crate::widgets::{Icon, icon_button};

/// Characters of the prompt that name a job where there is no room for more.
const SHORT_CHARS: usize = 48;

/// Draw a row.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, row: &Row<'_>, columns: &Columns) {
    let rect = row_rect(columns, ui);
    let id = row_id(row.entry.id);
    let response = ui.interact(rect, id, Sense::click());
    let palette = theme::palette(ui);
    let is_selected = view.state.job_list.is_selected(row.entry.id);
    let fill = match (is_selected, response.hovered()) {
        (true, _) => palette.selection,
        (false, true) => palette.field,
        (false, false) => palette.card,
    };
    ui.painter().rect_filled(rect, radius::M, fill);
    if response.has_focus() {
        let ring = Stroke::new(stroke::THICK, palette.focus);
        ui.painter()
            .rect_stroke(rect, radius::M, ring, StrokeKind::Inside);
        let filter = EventFilter {
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    }
    cells::paint(ui, view, row, columns);
    speak(ui, view, row, &response, is_selected);
    if response.clicked() || response.secondary_clicked() {
        response.request_focus();
        let keeps = response.secondary_clicked() && is_selected;
        if !keeps {
            wish(view, QueueWish::Select(row.entry.id, reach(ui)));
        }
    }
    response.context_menu(|ui| menu::ui(ui, view, row.entry));
    hints(ui, row.entry, columns);
    if row.entry.state == QueueState::Waiting {
        drag::handle(ui, row.entry.id, columns.handle, &short_title(row.entry));
    }
    buttons(ui, view, row.entry, columns.buttons);
}

/// Name of a job: its own, or the start of its prompt.
pub fn title(entry: &QueueEntry) -> String {
    let words = match entry.name.trim() {
        "" => &entry.request.prompt,
        name => name,
    };
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same, cut for names of controls.
pub fn short_title(entry: &QueueEntry) -> String {
    let title = title(entry);
    match title.char_indices().nth(SHORT_CHARS) {
        Some((end, _)) => format!("{}…", title.get(..end).unwrap_or_default().trim_end()),
        None => title,
    }
}

/// File whose picture the row shows, unless the job runs and has a preview.
pub fn picture_path<'a>(view: &'a View<'_>, entry: &'a QueueEntry) -> Option<&'a std::path::Path> {
    if entry.state == QueueState::Done {
        let record = view.state.clip_of(entry.id)?;
        return record.is_present.then_some(record.clip.path.as_path());
    }
    entry.request.first_frame.as_deref()
}

fn row_rect(columns: &Columns, ui: &Ui) -> Rect {
    Rect::from_x_y_ranges(ui.max_rect().x_range(), columns.handle.y_range())
}

fn reach(ui: &Ui) -> Reach {
    let held = ui.input(|input| input.modifiers);
    match (held.shift, held.command) {
        (true, _) => Reach::Range,
        (false, true) => Reach::Toggle,
        (false, false) => Reach::Only,
    }
}

fn speak(ui: &Ui, view: &View<'_>, row: &Row<'_>, response: &egui::Response, is_selected: bool) {
    let facts = cells::Facts::of(view, row.entry).words(row.entry);
    let state = cells::state_words(view, row.entry);
    let title = short_title(row.entry);
    let facts = facts.join(", ");
    let spoken = match row.place {
        Some(place) => text::queue_row_place(state, place, title, facts),
        None => text::queue_row(state, title, facts),
    };
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, is_selected, &spoken));
    let (idx, num_rows) = (row.idx, row.num_rows);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_position_in_set(idx + 1);
        node.set_size_of_set(num_rows);
    });
}

/// The whole prompt, and where the time comes from.
fn hints(ui: &Ui, entry: &QueueEntry, columns: &Columns) {
    let salt = |part: &str| row_id(entry.id).with(part);
    let prompt = ui.interact(columns.prompt, salt("prompt"), Sense::hover());
    prompt.on_hover_text(&entry.request.prompt);
    if let (Some(time), QueueState::Waiting) = (columns.facts.last(), entry.state) {
        let time = ui.interact(*time, salt("time"), Sense::hover());
        time.on_hover_text(text::queue_estimate_hint());
    }
}

/// What is most often wanted in this state, and the menu with everything.
fn buttons(ui: &mut Ui, view: &mut View<'_>, entry: &QueueEntry, rect: Rect) {
    let title = short_title(entry);
    let (icon, action) = match entry.state {
        QueueState::Waiting => (Icon::Edit, JobAction::Edit),
        QueueState::Running => (Icon::Cancel, JobAction::Cancel),
        QueueState::Done => (Icon::Folder, JobAction::Reveal),
        QueueState::Failed => (Icon::Info, JobAction::ShowError),
        QueueState::Cancelled | QueueState::Interrupted => (Icon::Retry, JobAction::Retry),
    };
    let room = Rect::from_center_size(
        rect.center(),
        egui::vec2(rect.width(), ui.spacing().interact_size.y),
    );
    let builder = UiBuilder::new()
        .max_rect(room)
        .id_salt(("buttons of job", entry.id.0))
        .layout(egui::Layout::left_to_right(egui::Align::Center));
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let label = text::queue_action_on(text::job_action(action), &title);
        if icon_button(ui, icon, &label).clicked() {
            wish(view, QueueWish::Do(action, vec![entry.id]));
        }
        let more = icon_button(ui, Icon::More, &text::queue_menu_of(&title));
        egui::Popup::menu(&more).show(|ui| menu::ui(ui, view, entry));
    });
}
