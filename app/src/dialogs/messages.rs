//! What the window said so far, newest first, each with its next step.

use egui::{RichText, ScrollArea, TextStyle, Ui};

use crate::command::{MessageWish, SettingsWish, UiCommand};
use crate::screens::View;
use crate::state::{Message, MessageAction, Screen, SettingsSection};
use crate::tasks::Pick;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, at_right, icon_button, note, quiet_button};

/// The list.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    ui.label(RichText::new(text::messages()).text_style(TextStyle::Heading));
    ui.add_space(space::S);
    if view.state.messages.is_empty() {
        note(ui, text::messages_none());
    }
    let height = ui.ctx().content_rect().height() * size::DIALOG_SHARE;
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        let messages: Vec<Message> = view.state.messages.iter().cloned().collect();
        for entry in &messages {
            message(ui, view, entry);
            ui.separator();
        }
    });
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        if ui.button(text::close()).clicked() {
            view.push(UiCommand::CloseDialog);
        }
        let has_some = !view.state.messages.is_empty();
        if has_some && quiet_button(ui, text::messages_clear()).clicked() {
            view.push(UiCommand::Message(MessageWish::Clear));
        }
    });
}

fn message(ui: &mut Ui, view: &mut View<'_>, message: &Message) {
    let palette = theme::palette(ui);
    let (icon, color) = match (message.is_problem, message.code) {
        (true, _) => (Icon::Warning, palette.danger),
        (false, Some(_)) => (Icon::Warning, palette.warning),
        (false, None) => (Icon::Check, palette.good),
    };
    ui.horizontal(|ui| {
        let side = egui::Vec2::splat(size::ICON);
        let (rect, _) = ui.allocate_exact_size(side, egui::Sense::hover());
        icon.paint(ui.painter(), rect, color);
        if let Some(code) = message.code {
            ui.label(RichText::new(code).strong().color(color));
        }
        ui.label(theme::note(ui, clock(view, message.unix)));
        let id = format!("dismiss_{}", message.serial);
        at_right(ui, &id, |ui| {
            if icon_button(ui, Icon::Cross, text::dismiss_message()).clicked() {
                let wish = MessageWish::Dismiss(message.serial);
                view.push(UiCommand::Message(wish));
            }
        });
    });
    ui.add(egui::Label::new(&message.text).wrap().selectable(true));
    ui.horizontal_wrapped(|ui| {
        if let Some(action) = message.action
            && ui.button(text::message_action(action)).clicked()
        {
            view.push(UiCommand::CloseDialog);
            take_action(view, action);
        }
        if quiet_button(ui, text::copy_details()).clicked() {
            view.push(UiCommand::Copy(message.details.clone()));
        }
    });
}

/// Do what a message proposes.
pub fn take_action(view: &mut View<'_>, action: MessageAction) {
    match action {
        MessageAction::ShowModels => view.push(UiCommand::Show(Screen::Models)),
        MessageAction::ShowGenerate => view.push(UiCommand::Show(Screen::Generate)),
        MessageAction::ShowQueue => view.push(UiCommand::Show(Screen::Queue)),
        MessageAction::ChoosePicture => view.push(UiCommand::Browse(Pick::FirstFrame)),
        MessageAction::ChooseOutput => {
            show_section(view, SettingsSection::Folders);
            view.push(UiCommand::Browse(Pick::OutputFolder));
        }
        MessageAction::NewSeed => {
            view.push(UiCommand::NewSeed);
            view.push(UiCommand::Show(Screen::Generate));
        }
        MessageAction::ShowDiagnostics => show_section(view, SettingsSection::Diagnostics),
    }
}

fn show_section(view: &mut View<'_>, section: SettingsSection) {
    view.push(UiCommand::Show(Screen::Settings));
    view.push(UiCommand::Settings(SettingsWish::ShowSection(section)));
}

/// Time of day of a moment, in the zone of the machine.
fn clock(view: &View<'_>, unix: i64) -> String {
    let secs = (unix + view.state.utc_offset_secs).rem_euclid(86_400);
    format!("{:02}:{:02}", secs / 3600, secs / 60 % 60)
}
