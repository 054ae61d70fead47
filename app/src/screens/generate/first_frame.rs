//! What a clip starts with: a picture by path, dialog, drag and drop or clipboard, or the end of
//! another clip.

use std::path::{Path, PathBuf};

use egui::{Image, Ui, Vec2, ViewportCommand};

use super::View;
use crate::command::{FormWish, UiCommand};
use crate::state::{FirstFrame, FirstFramePicture};
use crate::tasks::Pick;
use crate::text;
use crate::theme::{self, radius, size, space};
use crate::widgets::{Icon, PathAction, PathField, card, note, path_field, problem, quiet_button};

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    card(ui, text::first_frame(), |ui| {
        if let Some(clip) = view.form.continue_from.clone() {
            continues(ui, view, &clip);
            return;
        }
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

fn continues(ui: &mut Ui, view: &mut View<'_>, clip: &Path) {
    let name = clip.file_stem().unwrap_or_default().to_string_lossy();
    ui.add(egui::Label::new(text::continues_from(name)).wrap());
    if quiet_button(ui, text::stop_continuing()).clicked() {
        view.push(UiCommand::Form(FormWish::StopContinuing));
    }
}

fn chosen(ui: &mut Ui, view: &mut View<'_>) {
    match &view.state.first_frame {
        FirstFrame::Unset => {
            note(ui, text::first_frame_empty());
            let paste = quiet_button(ui, text::paste_picture());
            if paste.accessible_name(text::paste_picture_name()).clicked() {
                // What the clipboard holds comes back as a paste.
                ui.ctx().memory_mut(|memory| memory.stop_text_input());
                ui.send_viewport_cmd(ViewportCommand::RequestPaste);
            }
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
                resized(ui, view, picture);
                ui.vertical(|ui| facts(ui, view, picture));
            });
        }
    }
}

/// The picture in the shape the clip will have.
fn resized(ui: &mut Ui, view: &View<'_>, picture: &FirstFramePicture) {
    let Some(texture) = view.pictures.first_frame(&picture.path) else {
        return;
    };
    let (width, height) = match view.state.resolved_shape() {
        Some(shape) => (shape.width, shape.height),
        None => (picture.width, picture.height),
    };
    let longest = width.max(height).max(1) as f32;
    let shown = Vec2::new(width as f32, height as f32) * (size::THUMBNAIL / longest);
    let image = Image::from_texture((texture.id(), shown))
        .corner_radius(radius::M)
        .alt_text(text::first_frame());
    ui.add(image);
}

fn facts(ui: &mut Ui, view: &mut View<'_>, picture: &FirstFramePicture) {
    ui.spacing_mut().item_spacing.y = space::XS;
    note(ui, text::picture_size(picture.width, picture.height));
    if let Some(shape) = view.state.resolved_shape() {
        let made = text::size_px(shape.width, shape.height);
        note(ui, text::first_frame_made(made));
    }
    remove_button(ui, view);
}

fn remove_button(ui: &mut Ui, view: &mut View<'_>) {
    let button = quiet_button(ui, text::remove()).accessible_name(text::remove_first_frame());
    if button.clicked() {
        view.push(UiCommand::RemoveFirstFrame);
    }
}
