//! Self-test, report, log.

use egui::Ui;

use super::log_view;
use crate::command::{SettingsWish, UiCommand};
use crate::screens::View;
use crate::state::SelfTest;
use crate::text;
use crate::theme;
use crate::widgets::{Icon, card, live_note, note, problem};

/// The section.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    card(ui, text::self_test(), |ui| self_test(ui, view));
    card(ui, text::report(), |ui| report(ui, view));
    card(ui, text::log(), |ui| log_view::ui(ui, view));
}

fn self_test(ui: &mut Ui, view: &mut View<'_>) {
    note(ui, text::self_test_hint());
    let is_possible = view.state.can_self_test() && view.places.cache.is_some();
    let button = egui::Button::new(text::self_test_start());
    let button = ui.add_enabled(is_possible, button);
    if button.clicked() {
        view.push(UiCommand::Settings(SettingsWish::StartSelfTest));
    }
    let palette = theme::palette(ui);
    match &view.state.self_test {
        SelfTest::Idle if view.state.job.is_some() => {
            note(ui, text::self_test_busy());
        }
        SelfTest::Idle => {}
        SelfTest::MakingModel(_) => {
            live_note(ui, text::self_test_model());
        }
        SelfTest::Running(_) => {
            live_note(ui, text::self_test_running());
        }
        SelfTest::Passed { stages, total_secs } => {
            let words = text::self_test_passed(text::duration(*total_secs));
            problem(ui, Icon::Check, palette.good, &words);
            let stages: Vec<String> = stages
                .iter()
                .map(|(stage, secs)| format!("{} {}", text::stage(*stage), text::duration(*secs)))
                .collect();
            note(ui, stages.join(" · "));
        }
        SelfTest::Failed(report) => {
            let words = text::self_test_failed(report.to_string());
            problem(ui, Icon::Warning, palette.danger, &words);
            if ui.button(text::copy_details()).clicked() {
                let details = format!("{report}\n{}", report.details);
                view.commands.push(UiCommand::Copy(details));
            }
        }
    }
}

fn report(ui: &mut Ui, view: &mut View<'_>) {
    note(ui, text::report_hint());
    let id = ui.scope_id().with("has_prompts");
    let mut has_prompts = ui.data(|data| data.get_temp(id)).unwrap_or(false);
    ui.checkbox(&mut has_prompts, text::report_prompts());
    ui.data_mut(|data| data.insert_temp(id, has_prompts));
    if ui.button(text::report_copy()).clicked() {
        view.push(UiCommand::Settings(SettingsWish::CopyReport {
            has_prompts,
        }));
    }
}
