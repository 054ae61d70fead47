//! Several clips that differ in one setting: which one, its values, and the exact list of jobs.

use egui::{ComboBox, DragValue, ScrollArea, Ui};

use super::{close_button, list_height, title};
use crate::command::{FormWish, UiCommand};
use crate::screens::View;
use crate::state::{Dialog, MAX_JOBS, Sweep, SweepKind};
use crate::text;
use crate::theme::{self, size};
use crate::widgets::{field_row, note};

/// The sweep and what it adds.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, sweep: Sweep) {
    title(ui, text::variations_title());
    let mut edited = sweep.clone();
    field_row(ui, text::variations_what(), |ui| {
        ComboBox::from_id_salt("sweep_kind")
            .width(ui.available_width())
            .selected_text(text::sweep_kind(edited.kind))
            .show_ui(ui, |ui| {
                for kind in SweepKind::ALL {
                    let is_chosen = edited.kind == kind;
                    if ui
                        .selectable_label(is_chosen, text::sweep_kind(kind))
                        .clicked()
                    {
                        edited = Sweep::around(kind, &view.state.form);
                    }
                }
            });
    });
    let (_, max) = edited.kind.range();
    let units = edited.kind.units();
    let fields = [
        (text::variations_from(), &mut edited.from, 0, max),
        (text::variations_to(), &mut edited.to, 0, max),
        (text::variations_step(), &mut edited.step, 1, max),
    ];
    for (name, value, least, most) in fields {
        field_row(ui, name, |ui| number(ui, value, [least, most], units));
    }
    let sweep_now = edited.clone().within_range();
    jobs(ui, &sweep_now);
    ui.horizontal(|ui| {
        let num = sweep_now.values().len() as u64;
        if ui.button(text::variations_add(num)).clicked() {
            let wish = FormWish::AddVariations(sweep_now.clone());
            view.push(UiCommand::Form(wish));
        }
        close_button(ui, view);
    });
    if sweep_now != sweep {
        view.push(UiCommand::OpenDialog(Dialog::Variations(sweep_now)));
    }
}

fn number(ui: &mut Ui, value: &mut u64, range: [u64; 2], units: f64) {
    let [least, most] = range.map(|end| end as f64 / units);
    let mut shown = *value as f64 / units;
    let field = DragValue::new(&mut shown)
        .range(least..=most)
        .speed(0.25 / units)
        .max_decimals(usize::from(units > 1.0));
    let width = ui.available_width();
    if ui.add_sized([width, size::TARGET], field).changed() {
        *value = (shown * units).round().max(0.0) as u64;
    }
}

fn jobs(ui: &mut Ui, sweep: &Sweep) {
    ui.label(theme::note(ui, text::variations_list()));
    ScrollArea::vertical()
        .max_height(list_height(ui) / 2.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            let name = text::sweep_kind(sweep.kind);
            for (idx, value) in sweep.values().into_iter().enumerate() {
                let value = text::decimal(value as f64 / sweep.kind.units());
                ui.label(format!("{}.  {name} {value}", idx + 1));
            }
        });
    if sweep.num_values() > MAX_JOBS as u64 {
        note(ui, text::variations_capped(MAX_JOBS, sweep.num_values()));
    }
}
