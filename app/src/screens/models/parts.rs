//! The parts of the model that is used, and which published one it is.

use egui::{ComboBox, Label, Ui, vec2};
use ovi_engine::protocol::{CheckpointInfo, FileStatus, ModelVariant};

use crate::command::UiCommand;
use crate::screens::View;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, badge, field_row, note};

/// Facts of the whole, then part by part.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, info: &CheckpointInfo) {
    if info.is_test_pattern {
        badge(ui, text::test_pattern_model(), theme::palette(ui).warning);
    }
    let facts = [
        info.variant.map(|variant| variant.name().to_owned()),
        Some(text::parameters(info.num_parameters)),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    note(ui, facts.join(" · "));
    if view.state.model.needs_variant() {
        note(ui, text::variant_why());
        field_row(ui, text::variant(), |ui| variant_choice(ui, view));
    }
    for file in &info.files {
        part(ui, file);
    }
}

fn part(ui: &mut Ui, file: &FileStatus) {
    let palette = theme::palette(ui);
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(egui::Vec2::splat(size::ICON), egui::Sense::hover());
        Icon::Check.paint(ui.painter(), rect, palette.good);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, 2.0);
            let size = match file.num_bytes {
                0 => String::new(),
                num_bytes => format!(" · {}", text::bytes(num_bytes)),
            };
            ui.add(Label::new(format!("{}{size}", file.role.label())).wrap());
            note(ui, file.description.as_str());
            let path = theme::note(ui, file.path.display().to_string());
            ui.add(Label::new(path).wrap().selectable(true));
        });
    });
    ui.add_space(space::XS);
}

fn variant_choice(ui: &mut Ui, view: &mut View<'_>) {
    let chosen = view.form.variant;
    ComboBox::from_id_salt("variant")
        .width(ui.available_width())
        .selected_text(chosen.map_or(text::variant_unset(), ModelVariant::name))
        .show_ui(ui, |ui| {
            for variant in ModelVariant::ALL {
                let is_chosen = chosen == Some(variant);
                if ui.selectable_label(is_chosen, variant.name()).clicked() {
                    view.push(UiCommand::ChooseVariant(variant));
                }
            }
        });
}
