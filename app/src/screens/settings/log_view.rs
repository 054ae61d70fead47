//! The last lines of the log, narrowed by level and text.

use std::sync::Arc;

use egui::{ComboBox, Id, RichText, ScrollArea, TextEdit, TextStyle, Ui};
use log::Level;

use crate::command::UiCommand;
use crate::logging::{self, LogLine};
use crate::screens::View;
use crate::text;
use crate::theme::{self, size};
use crate::widgets::note;

/// Levels that are kept.
const LEVELS: [Level; 4] = [Level::Error, Level::Warn, Level::Info, Level::Debug];

/// What the list is narrowed to.
#[derive(Clone, PartialEq)]
struct Filter {
    level: Level,
    needle: String,
}

/// Lines that a filter took, with the revision of the log.
#[derive(Clone)]
struct Taken {
    filter: Filter,
    revision: u64,
    lines: Arc<Vec<LogLine>>,
}

/// The viewer.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let id = ui.scope_id().with("log");
    let filter = filter(ui, id);
    let lines = lines(ui, id.with("lines"), filter);
    ui.horizontal(|ui| {
        if ui.button(text::log_copy()).clicked() {
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            view.push(UiCommand::Copy(text));
        }
        ui.label(theme::note(ui, text::log_lines(lines.len() as u64)));
    });
    match view.places.log_file() {
        Some(path) => note(ui, text::log_file(path.display())),
        None => note(ui, text::folder_none()),
    };
    let height = ui.text_style_height(&TextStyle::Monospace);
    ScrollArea::both()
        .id_salt("log_lines")
        .max_height(size::LOG)
        .auto_shrink([false, true])
        .stick_to_bottom(true)
        .show_rows(ui, height, lines.len(), |ui, range| {
            for line in lines.iter().take(range.end).skip(range.start) {
                ui.add(egui::Label::new(rich(ui, line)).extend().selectable(true));
            }
        });
}

fn rich(ui: &Ui, line: &LogLine) -> RichText {
    let palette = theme::palette(ui);
    let color = match line.level {
        Level::Error => palette.danger,
        Level::Warn => palette.warning,
        Level::Info => palette.text,
        Level::Debug | Level::Trace => palette.muted,
    };
    // One line each: the list counts rows.
    let text = line.to_string().replace('\n', " ⏎ ");
    RichText::new(text).monospace().color(color)
}

fn filter(ui: &mut Ui, id: Id) -> Filter {
    let kept = ui.data(|data| data.get_temp(id));
    let mut filter: Filter = kept.unwrap_or(Filter {
        level: Level::Info,
        needle: String::new(),
    });
    ui.horizontal(|ui| {
        let combo = ComboBox::from_id_salt("log_level")
            .selected_text(text::log_level(filter.level))
            .show_ui(ui, |ui| {
                for level in LEVELS {
                    ui.selectable_value(&mut filter.level, level, text::log_level(level));
                }
            });
        combo.response.accessible_name(text::log_level_label());
        let edit = TextEdit::singleline(&mut filter.needle).hint_text(text::log_search());
        ui.add(edit).accessible_name(text::log_search());
    });
    ui.data_mut(|data| data.insert_temp(id, filter.clone()));
    filter
}

fn lines(ui: &Ui, id: Id, filter: Filter) -> Arc<Vec<LogLine>> {
    let revision = logging::revision();
    if let Some(taken) = ui.data(|data| data.get_temp::<Taken>(id))
        && taken.revision == revision
        && taken.filter == filter
    {
        return taken.lines;
    }
    let needle = filter.needle.trim().to_lowercase();
    let is_wanted = |line: &LogLine| {
        line.level <= filter.level
            && (needle.is_empty() || line.to_string().to_lowercase().contains(&needle))
    };
    let lines = Arc::new(logging::lines(is_wanted));
    let taken = Taken {
        filter,
        revision,
        lines: Arc::clone(&lines),
    };
    ui.data_mut(|data| data.insert_temp(id, taken));
    lines
}
