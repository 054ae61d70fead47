//! The picture a clip starts with: path, dialog, drag and drop.

use std::path::PathBuf;

use egui::{Image, Ui, Vec2};

use super::View;
use crate::command::UiCommand;
use crate::state::FirstFrame;
use crate::tasks::Pick;
use crate::text;
use crate::theme::{self, radius, size};
use crate::widgets::{Icon, PathAction, PathField, card, note, path_field, problem, quiet_button};

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    card(ui, text::first_frame(), |ui| {
        let field = PathField {
            label: text::first_frame(),
            hint: text::first_frame_hint(),
            browse_label: text::browse_first_frame(),
        };
        match path_field(ui, &field, &mut view.form.first_frame) {
            PathAction::None => {}
            PathAction::Browse => view.push(UiCommand::Browse(Pick::FirstFrame)),
            PathAction::Commit => {
                let typed = PathBuf::from(view.form.first_frame.trim());
                if typed.as_os_str().is_empty() {
                    view.push(UiCommand::RemoveFirstFrame);
                } else if view.state.first_frame.path() != Some(&typed) {
                    view.push(UiCommand::UseFirstFrame(typed));
                }
            }
        }
        chosen(ui, view);
    });
}

fn chosen(ui: &mut Ui, view: &mut View<'_>) {
    match &view.state.first_frame {
        FirstFrame::Unset => {
            note(ui, text::first_frame_empty());
        }
        FirstFrame::Reading(_) => {
            note(ui, text::first_frame_reading());
        }
        FirstFrame::Unusable { reason, .. } => {
            problem(ui, Icon::Warning, theme::palette(ui).danger, reason);
            remove_button(ui, view);
        }
        FirstFrame::Ready(picture) => {
            ui.horizontal(|ui| {
                if let Some(texture) = view.pictures.first_frame(&picture.path) {
                    let image = Image::from_texture(texture)
                        .max_size(Vec2::splat(size::THUMBNAIL))
                        .corner_radius(radius::M)
                        .alt_text(text::first_frame());
                    ui.add(image);
                }
                ui.vertical(|ui| {
                    note(ui, text::picture_size(picture.width, picture.height));
                    remove_button(ui, view);
                });
            });
        }
    }
}

fn remove_button(ui: &mut Ui, view: &mut View<'_>) {
    let button = quiet_button(ui, text::remove()).accessible_name(text::remove_first_frame());
    if button.clicked() {
        view.push(UiCommand::RemoveFirstFrame);
    }
}
