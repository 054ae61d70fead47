//! What can follow a finished clip: go on from its end, make it again differently, start from one of
//! its frames.

use egui::Ui;
use ovi_engine::protocol::ClipRecord;

use super::View;
use crate::command::{FormWish, UiCommand};
use crate::text;
use crate::theme::space;

pub fn ui(ui: &mut Ui, view: &mut View<'_>, record: &ClipRecord) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        if ui.button(text::continue_here()).clicked() {
            view.push(UiCommand::Form(FormWish::ContinueFrom(record.id)));
        }
        let knows_settings = record.request.is_some();
        let again = ui.add_enabled(knows_settings, egui::Button::new(text::same_seed()));
        if again
            .on_disabled_hover_text(text::no_settings_known())
            .clicked()
        {
            view.push(UiCommand::Form(FormWish::UseSettingsOf(record.id)));
        }
        let frame_idx = view.player.current().map(|open| open.moment().frame_idx);
        let frame = ui.add_enabled(frame_idx.is_some(), egui::Button::new(text::use_frame()));
        if let Some(frame_idx) = frame_idx.filter(|_| frame.clicked()) {
            let wish = FormWish::UseFrameOfClip(record.clip.path.clone(), frame_idx);
            view.push(UiCommand::Form(wish));
        }
    });
}
