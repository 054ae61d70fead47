//! Everything about the shown clip: player, marks, actions, settings, times, memory, files.

use egui::{Frame, RichText, ScrollArea, TextStyle, Ui, vec2};
use ovi_engine::protocol::ClipRecord;

use super::{View, actions, bulk, marks, table, wish};
use crate::command::LibraryWish;
use crate::screens::player;
use crate::state::clip_title;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, Segment, card, note, problem, quiet_button, segmented_bar};

/// The pane. With `is_alone` it has taken the place of the list and leads back to it.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, is_alone: bool) {
    let state = view.state;
    let Some(record) = state.clip_on_screen() else {
        return;
    };
    let selected = state.library_screen.selected();
    ScrollArea::vertical()
        .id_salt("library_detail")
        .auto_shrink(false)
        .show(ui, |ui| {
            let left = if is_alone { space::M } else { 0.0 };
            let margin = egui::Margin {
                left: left as i8,
                ..theme::margin(space::M)
            };
            Frame::new().inner_margin(margin).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing = vec2(space::S, space::S);
                if is_alone && quiet_button(ui, text::back_to_clips()).clicked() {
                    wish(view, LibraryWish::SetDetailInFront(false));
                }
                if selected.len() > 1 {
                    bulk::ui(ui, view, &selected);
                }
                clip(ui, view, record, selected.len() > 1);
            });
        });
}

fn clip(ui: &mut Ui, view: &mut View<'_>, record: &ClipRecord, has_bulk: bool) {
    match record.is_present {
        true => stage(ui, view, record),
        false => missing(ui, view, record),
    }
    if !has_bulk {
        card(ui, text::clip(), |ui| {
            let title = RichText::new(clip_title(record)).text_style(TextStyle::Body);
            ui.add(egui::Label::new(title).wrap());
            let offset = view.state.library_screen.utc_offset_secs;
            note(ui, text::day_and_time(record.created_unix, offset));
            if record.trashed_unix.is_none() {
                marks::rating_row(ui, view, &[record.id]);
                marks::tags(ui, view, &[record.id]);
            }
        });
    }
    actions::ui(ui, view, record);
    let screen = &view.state.library_screen;
    let facts = screen.facts_of(record.id);
    for section in table::sections(record, facts, screen.utc_offset_secs) {
        card(ui, section.title, |ui| {
            rows(ui, section.title, &section.rows)
        });
    }
    times(ui, record);
}

fn stage(ui: &mut Ui, view: &mut View<'_>, record: &ClipRecord) {
    let width = ui.available_width();
    let ratio = record.clip.height as f32 / record.clip.width.max(1) as f32;
    let height = (width * ratio.clamp(0.4, 0.75)).max(size::STAGE);
    let layout = egui::Layout::top_down(egui::Align::Min);
    ui.allocate_ui_with_layout(vec2(width, height), layout, |ui| {
        player::stage_ui(ui, view, record);
    });
    player::card_ui(ui, view, record);
}

/// The file is gone: where it was, and what can be done.
fn missing(ui: &mut Ui, view: &mut View<'_>, record: &ClipRecord) {
    let warning = theme::palette(ui).warning;
    card(ui, text::file_missing(), |ui| {
        let path = record.clip.path.display();
        problem(ui, Icon::Warning, warning, &text::file_missing_at(path));
        ui.horizontal_wrapped(|ui| {
            if ui.button(text::locate()).clicked() {
                wish(view, LibraryWish::Locate(record.id));
            }
            if ui.button(text::remove_from_library()).clicked() {
                wish(view, LibraryWish::AskDelete(vec![record.id]));
            }
        });
    });
}

/// Names and values, the values wrapped.
fn rows(ui: &mut Ui, id: &str, rows: &[(String, String)]) {
    let name_width = size::LABEL;
    ui.push_id(id, |ui| {
        for (name, value) in rows {
            ui.horizontal_top(|ui| {
                let layout = egui::Layout::left_to_right(egui::Align::Min);
                ui.allocate_ui_with_layout(vec2(name_width, 0.0), layout, |ui| {
                    ui.set_min_width(name_width);
                    ui.add(egui::Label::new(theme::note(ui, name.clone())).wrap());
                });
                let value = RichText::new(value).text_style(TextStyle::Small);
                ui.add(egui::Label::new(value).wrap().selectable(true));
            });
        }
    });
}

/// Time and memory of every stage, as bars and words.
fn times(ui: &mut Ui, record: &ClipRecord) {
    let clip = &record.clip;
    if clip.stages.is_empty() {
        return;
    }
    card(ui, text::times_and_memory(), |ui| {
        let palette = theme::palette(ui);
        let longest = clip.stages.iter().map(|time| time.secs).fold(0.0, f64::max);
        let most = clip.stages.iter().map(|time| time.peak_bytes).max();
        let most = most.unwrap_or(0);
        for (idx, time) in clip.stages.iter().enumerate() {
            let name = text::stage(time.stage);
            let (secs, peak) = (text::duration(time.secs), text::bytes(time.peak_bytes));
            let line = format!("{name} · {secs} · {peak}");
            note(ui, &line);
            let color = palette.series.get(idx % palette.series.len());
            let color = color.copied().unwrap_or(palette.accent);
            let bars = [
                (
                    text::bar_time(name, &secs),
                    share(time.secs, longest),
                    color,
                ),
                (
                    text::bar_memory(name, &peak),
                    share(time.peak_bytes as f64, most as f64),
                    palette.outline,
                ),
            ];
            ui.spacing_mut().item_spacing.y = space::XS / 2.0;
            for (label, share, color) in bars {
                segmented_bar(ui, &[Segment { share, color }], &label);
            }
            ui.spacing_mut().item_spacing.y = space::S;
        }
        note(
            ui,
            text::bars_are(
                text::duration(clip.total_secs),
                text::bytes(clip.peak_bytes),
            ),
        );
        if let Some(resident) = clip.peak_resident_bytes {
            note(ui, text::resident_peak(text::bytes(resident)));
        }
    });
}

fn share(value: f64, most: f64) -> f32 {
    if most > 0.0 {
        (value / most) as f32
    } else {
        0.0
    }
}
