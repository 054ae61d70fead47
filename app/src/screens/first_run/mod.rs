//! Four short pages at the first start. Everything on them applies at once, so that each can be
//! skipped.

use egui::{CentralPanel, Frame, RichText, ScrollArea, TextStyle, Ui, vec2};

use super::View;
use super::models::{model_field, model_status, test_pattern};
use super::settings::{self, appearance, folders, general, hardware};
use crate::command::{FirstRunWish, UiCommand};
use crate::state::{FirstRun, FirstRunPage};
use crate::text;
use crate::theme::{self, HERO, size, space};
use crate::widgets::{Icon, card, note, problem, quiet_button};

/// Memory that the largest part of the published model takes at 16 bit, in bytes (spec: product 5.3).
const LARGEST_PART_BYTES: u64 = 23_320_000_000;

/// The page that is shown, over the whole window.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, first_run: FirstRun) {
    let ground = Frame::new()
        .fill(theme::palette(ui).window)
        .inner_margin(theme::margin(space::XL));
    CentralPanel::default().frame(ground).show(ui, |ui| {
        let width = size::FIRST_RUN.min(ui.available_width());
        let indent = (ui.available_width() - width) / 2.0;
        ui.horizontal_top(|ui| {
            ui.add_space(indent);
            ui.allocate_ui(vec2(width, ui.available_height()), |ui| {
                ui.set_width(width);
                ui.vertical(|ui| contents(ui, view, first_run));
            });
        });
    });
}

fn contents(ui: &mut Ui, view: &mut View<'_>, first_run: FirstRun) {
    let page = first_run.page;
    let (number, count) = (page.idx() + 1, FirstRunPage::ALL.len());
    note(ui, text::first_run_page(number, count));
    ui.label(RichText::new(title(page)).text_style(TextStyle::Name(HERO.into())));
    note(ui, hint(page));
    ui.add_space(space::M);
    let bar_height = ui.spacing().interact_size.y + space::L;
    let height = (ui.available_height() - bar_height).max(size::STAGE);
    ScrollArea::vertical()
        .id_salt(page)
        .max_height(height)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, space::S);
            body(ui, view, first_run);
        });
    ui.add_space(space::M);
    ui.horizontal(|ui| buttons(ui, view, page));
}

fn title(page: FirstRunPage) -> &'static str {
    match page {
        FirstRunPage::Language => text::first_run_language(),
        FirstRunPage::Folders => text::first_run_folders(),
        FirstRunPage::Hardware => text::first_run_hardware(),
        FirstRunPage::Model => text::first_run_model(),
    }
}

fn hint(page: FirstRunPage) -> &'static str {
    match page {
        FirstRunPage::Language => text::first_run_language_hint(),
        FirstRunPage::Folders => text::first_run_folders_hint(),
        FirstRunPage::Hardware => text::first_run_hardware_hint(),
        FirstRunPage::Model => text::first_run_model_hint(),
    }
}

fn body(ui: &mut Ui, view: &mut View<'_>, first_run: FirstRun) {
    match first_run.page {
        FirstRunPage::Language => {
            let mut changed = view.settings.clone();
            card(ui, text::view(), |ui| {
                general::language_row(ui, view.places, &mut changed);
                appearance::theme_row(ui, &mut changed);
                appearance::text_size_row(ui, &mut changed);
            });
            settings::take(view, changed);
        }
        FirstRunPage::Folders => {
            card(ui, text::folders_chosen(), |ui| {
                folders::output_folder(ui, view);
            });
            card(ui, text::folders_fixed(), |ui| {
                folders::fixed_folders(ui, view);
            });
        }
        FirstRunPage::Hardware => {
            card(ui, text::hw_engine(), |ui| hardware::facts(ui, view));
            card(ui, text::first_run_verdict(), |ui| verdict(ui, view));
        }
        FirstRunPage::Model => model(ui, view, first_run),
    }
}

fn verdict(ui: &mut Ui, view: &View<'_>) {
    let palette = theme::palette(ui);
    problem(ui, Icon::Warning, palette.warning, text::hw_no_gpu());
    let memory = view.state.memory.as_deref();
    let Some(total) = memory.and_then(|memory| memory.system_total_bytes) else {
        return;
    };
    let part = text::bytes(LARGEST_PART_BYTES);
    match total > LARGEST_PART_BYTES {
        true => {
            let words = text::first_run_memory_fits(text::bytes(total), part);
            problem(ui, Icon::Check, palette.good, &words)
        }
        false => {
            let words = text::first_run_memory_short(text::bytes(total), part);
            problem(ui, Icon::Warning, palette.warning, &words)
        }
    };
}

fn model(ui: &mut Ui, view: &mut View<'_>, first_run: FirstRun) {
    card(ui, text::first_run_have(), |ui| {
        model_field(ui, view);
        model_status(ui, view);
    });
    card(ui, text::first_run_pattern(), |ui| test_pattern(ui, view));
    card(ui, text::first_run_download(), |ui| {
        note(ui, text::first_run_download_hint());
    });
    let mut wants_example = first_run.wants_example;
    if ui
        .checkbox(&mut wants_example, text::first_run_example())
        .changed()
    {
        let wish = FirstRunWish::WantExample(wants_example);
        view.push(UiCommand::FirstRun(wish));
    }
}

fn buttons(ui: &mut Ui, view: &mut View<'_>, page: FirstRunPage) {
    let is_last = page.next().is_none();
    let forward = match is_last {
        true => text::first_run_finish(),
        false => text::first_run_next(),
    };
    if ui.button(RichText::new(forward).strong()).clicked() {
        view.push(UiCommand::FirstRun(FirstRunWish::Next));
    }
    if page.previous().is_some() && ui.button(text::first_run_back()).clicked() {
        view.push(UiCommand::FirstRun(FirstRunWish::Back));
    }
    if !is_last && quiet_button(ui, text::first_run_skip()).clicked() {
        view.push(UiCommand::FirstRun(FirstRunWish::Finish));
    }
}
