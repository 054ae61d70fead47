//! The prompt taken apart: scene, lines with who and how, sound. Every field edits the one text.

use egui::{Id, TextEdit, TextStyle, Ui};
use ovi_engine::prompt::Dialect;

use super::View;
use crate::state::{Part, PartUse, Structure};
use crate::text;
use crate::theme::{self, READING, space};
use crate::widgets::{Icon, at_right, icon_button, quiet_button};

/// What a field changed.
enum Change {
    Text(usize, String),
    Sound(String),
    AddLine,
    RemoveLine(usize),
    MoveLine(usize, bool),
}

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let structure = Structure::read(&view.form.prompt);
    let mut change = None;
    let mut num_of = [0; 4];
    let num_lines = count(&structure, PartUse::Speech);
    for (idx, part) in structure.parts().iter().enumerate() {
        let place = &mut num_of[part.usage as usize];
        *place += 1;
        let number = *place;
        // The sound has one field whether it is there or not, so that typing goes on in it.
        if part.usage == PartUse::Sound && number == 1 {
            add_line_button(ui, &mut change);
        }
        if part.usage == PartUse::Speaker {
            line_title(ui, &mut change, idx + 1, number, num_lines);
        }
        if let Some(text) = field(ui, part, number) {
            change = Some(Change::Text(idx, text));
        }
    }
    if !structure.has_sound() {
        add_line_button(ui, &mut change);
        let mut typed = String::new();
        let shown = Shown {
            label: text::part_sound(),
            name: text::part_sound().to_owned(),
            hint: text::part_sound_hint(),
            id: field_id(PartUse::Sound, 1),
            color: theme::palette(ui).sound,
        };
        if edit(ui, &shown, &mut typed) {
            change = Some(Change::Sound(typed));
        }
    }
    if let Some(change) = change {
        let dialect = view.state.dialect().unwrap_or(Dialect::Tagged);
        view.form.set_prompt(changed(structure, change, dialect));
    }
}

fn changed(mut structure: Structure, change: Change, dialect: Dialect) -> String {
    match change {
        Change::Text(idx, text) => structure.set_text(idx, text),
        Change::Sound(text) => structure.add_sound(dialect, &text),
        Change::AddLine => structure.add_line(),
        Change::RemoveLine(idx) => structure.remove_line(idx),
        Change::MoveLine(idx, is_up) => structure.move_line(idx, is_up),
    }
    structure.write()
}

fn count(structure: &Structure, usage: PartUse) -> usize {
    let parts = structure.parts().iter();
    parts.filter(|part| part.usage == usage).count()
}

fn add_line_button(ui: &mut Ui, change: &mut Option<Change>) {
    if quiet_button(ui, text::add_line()).clicked() {
        *change = Some(Change::AddLine);
    }
}

fn line_title(
    ui: &mut Ui,
    change: &mut Option<Change>,
    speech_idx: usize,
    number: usize,
    num_lines: usize,
) {
    ui.horizontal(|ui| {
        ui.label(theme::note(ui, text::line_number(number)));
        at_right(ui, &format!("line_{number}"), |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            let moves = [
                (Icon::Up, text::line_up(number), true, number > 1),
                (
                    Icon::Down,
                    text::line_down(number),
                    false,
                    number < num_lines,
                ),
            ];
            for (icon, label, is_up, is_enabled) in moves {
                let button = ui.add_enabled_ui(is_enabled, |ui| icon_button(ui, icon, &label));
                if button.inner.clicked() {
                    *change = Some(Change::MoveLine(speech_idx, is_up));
                }
            }
            if icon_button(ui, Icon::Trash, &text::remove_line(number)).clicked() {
                *change = Some(Change::RemoveLine(speech_idx));
            }
        });
    });
}

struct Shown<'a> {
    label: &'a str,
    name: String,
    hint: &'a str,
    id: Id,
    color: egui::Color32,
}

fn field_id(usage: PartUse, number: usize) -> Id {
    Id::unique("prompt_part").with((usage as usize, number))
}

/// The field of a part; returns its text if that was changed.
fn field(ui: &mut Ui, part: &Part, number: usize) -> Option<String> {
    let palette = theme::palette(ui);
    let (name, hint, color) = match part.usage {
        PartUse::Scene => (text::part_scene(), text::part_scene_hint(), palette.text),
        PartUse::Speaker => (
            text::part_speaker(),
            text::part_speaker_hint(),
            palette.text,
        ),
        PartUse::Speech => (
            text::part_speech(),
            text::part_speech_hint(),
            palette.speech,
        ),
        PartUse::Sound => (text::part_sound(), text::part_sound_hint(), palette.sound),
    };
    let label = name;
    let is_first_of_few = number == 1 && matches!(part.usage, PartUse::Scene | PartUse::Sound);
    let name = match is_first_of_few {
        true => name.to_owned(),
        false => text::numbered(name, number),
    };
    let shown = Shown {
        label,
        name,
        hint,
        id: field_id(part.usage, number),
        color,
    };
    let mut typed = part.text.clone();
    edit(ui, &shown, &mut typed).then_some(typed)
}

fn edit(ui: &mut Ui, shown: &Shown<'_>, typed: &mut String) -> bool {
    ui.horizontal_top(|ui| {
        let width = theme::size::PART_NAME;
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        ui.allocate_ui_with_layout(egui::vec2(width, theme::size::TARGET), layout, |ui| {
            ui.set_min_width(width);
            let name = theme::note(ui, shown.label);
            ui.add(egui::Label::new(name).truncate());
        });
        let font = TextStyle::Name(READING.into()).resolve(ui.style());
        let edit = TextEdit::multiline(typed)
            .id(shown.id)
            .hint_text(shown.hint)
            .font(font)
            .text_color(shown.color)
            .desired_rows(1)
            .desired_width(f32::INFINITY)
            .margin(theme::margin(space::XS));
        ui.add(edit).accessible_name(&shown.name).changed()
    })
    .inner
}
