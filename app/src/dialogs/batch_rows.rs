//! The rows of a batch file. Only those in sight are laid out.

use egui::text::LayoutJob;
use egui::{Align, Checkbox, Label, Layout, Rect, ScrollArea, Ui, UiBuilder, vec2};

use super::batch::wish;
use crate::command::BatchWish;
use crate::screens::View;
use crate::state::{Batch, BatchLine};
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, note};

/// Widths of columns in points.
const TICK: f32 = 76.0;
const TAKES: f32 = 48.0;
const SIZE: f32 = 92.0;
/// Characters of a prompt in the name of its box.
const SHORT_CHARS: usize = 40;
/// Height of everything in the dialog but the rows.
const AROUND: f32 = 330.0;

/// The list.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, batch: &Batch) {
    let lines = batch.lines();
    note(ui, text::batch_rows(lines.len() as u64));
    if lines.is_empty() {
        note(ui, text::batch_empty());
        return;
    }
    let small = ui.text_style_height(&egui::TextStyle::Small);
    let row_height = (2.0 * small + space::XS).max(size::TARGET);
    let height = (ui.ctx().content_rect().height() - AROUND).max(4.0 * row_height);
    header(ui);
    ScrollArea::vertical()
        .id_salt("rows of the batch")
        .max_height(height)
        .auto_shrink([false, true])
        .show_rows(ui, row_height, lines.len(), |ui, range| {
            for place in range {
                if let Some(line) = lines.get(place) {
                    row(ui, view, place, line, row_height);
                }
            }
        });
}

/// Widths of the columns: tick, prompt, takes, size, check.
fn widths(room: f32) -> [f32; 5] {
    let rest = room - TICK - TAKES - SIZE - 4.0 * space::S;
    let check = rest * 0.5;
    [TICK, rest - check, TAKES, SIZE, check]
}

fn header(ui: &mut Ui) {
    let names = [
        text::batch_row(),
        text::batch_prompt(),
        text::batch_takes(),
        text::batch_size(),
        text::batch_check(),
    ];
    let height = ui.text_style_height(&egui::TextStyle::Small);
    cells(ui, height, |ui, idx, _| {
        let name = names.get(idx).copied().unwrap_or_default();
        ui.add(Label::new(theme::note(ui, name)).truncate());
    });
}

fn row(ui: &mut Ui, view: &mut View<'_>, place: usize, line: &BatchLine, height: f32) {
    let palette = theme::palette(ui);
    let prompt = line
        .row
        .prompt
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let takes = line.num_takes(view.state.form.num_takes).to_string();
    let size = match view.state.batch_size(line) {
        Some([width, height]) => text::queue_size(width, height),
        None if line.row.picture.is_some() => text::batch_size_later().to_owned(),
        None => text::queue_unknown().to_owned(),
    };
    let number = line.row.line;
    cells(ui, height, |ui, idx, _| match idx {
        0 => {
            let mut is_ticked = line.is_ticked;
            let short: String = prompt.chars().take(SHORT_CHARS).collect();
            let tick = ui.add(Checkbox::new(&mut is_ticked, number.to_string()));
            let tick = tick.accessible_name(text::batch_row_ticked(number, short));
            if tick.changed() {
                wish(view, BatchWish::Tick(place, is_ticked));
            }
        }
        1 => {
            let words = Label::new(theme::note(ui, prompt.clone()).color(palette.text));
            ui.add(words.truncate()).on_hover_text(&line.row.prompt);
        }
        2 => drop(note(ui, takes.clone())),
        3 => drop(note(ui, size.clone())),
        _ => check(ui, line),
    });
}

/// Everything that is wrong, by row and column.
fn check(ui: &mut Ui, line: &BatchLine) {
    let palette = theme::palette(ui);
    let (icon, color) = match line.is_bad() {
        true => (Icon::Error, palette.danger),
        false => (Icon::Check, palette.good),
    };
    let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(size::ICON), egui::Sense::hover());
    icon.paint(ui.painter(), rect, color);
    let found = line.problems.iter();
    let found: Vec<String> = found
        .map(|problem| text::batch_problem(line.row.line, problem))
        .collect();
    let words = match found.is_empty() {
        true => text::batch_ok().to_owned(),
        false => found.join(" · "),
    };
    let font = egui::TextStyle::Small.resolve(ui.style());
    let mut job = LayoutJob::simple(words.clone(), font, color, ui.available_width());
    job.wrap.max_rows = 2;
    ui.add(Label::new(job).wrap()).on_hover_text(words);
}

/// Lay out one line of cells.
fn cells(ui: &mut Ui, height: f32, mut add_cell: impl FnMut(&mut Ui, usize, f32)) {
    let (rect, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::hover());
    let mut left = rect.left();
    for (idx, width) in widths(rect.width()).into_iter().enumerate() {
        let cell = Rect::from_min_size(egui::pos2(left, rect.top()), vec2(width, height));
        let builder = UiBuilder::new()
            .max_rect(cell)
            .layout(Layout::left_to_right(Align::Center));
        ui.scope_builder(builder, |ui| {
            ui.set_clip_rect(ui.clip_rect().intersect(cell));
            add_cell(ui, idx, width);
        });
        left += width + space::S;
    }
}
