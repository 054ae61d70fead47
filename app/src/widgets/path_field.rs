//! A path that can be typed, browsed for, and is used when it is committed.

use egui::{Button, Key, TextEdit, Ui, Widget};

use crate::text;
use crate::theme::{size, space};

/// Names of a path field.
pub struct PathField<'a> {
    /// Spoken name.
    pub label: &'a str,
    /// Shown while the field is empty.
    pub hint: &'a str,
    /// Spoken name of the browse button.
    pub browse_label: &'a str,
}

/// What the user did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathAction {
    /// Nothing final.
    None,
    /// The typed path shall be used.
    Commit,
    /// A dialog is wanted.
    Browse,
}

/// A text field with a browse button at its right.
pub fn path_field(ui: &mut Ui, field: &PathField<'_>, path: &mut String) -> PathAction {
    let mut action = PathAction::None;
    ui.horizontal(|ui| {
        let browse_width = size::LABEL * 0.72;
        let width = (ui.available_width() - browse_width - space::S).max(size::TARGET);
        let before = path.clone();
        let edit = ui.add_sized(
            [width, size::TARGET],
            TextEdit::singleline(path)
                .hint_text(field.hint)
                .align(egui::Align2::LEFT_CENTER),
        );
        let edit = edit.accessible_name(field.label);
        if edit.lost_focus() {
            let is_escape = ui.input(|input| input.key_pressed(Key::Escape));
            if is_escape {
                *path = before;
            } else {
                action = PathAction::Commit;
            }
        }
        let browse = Button::new(text::browse())
            .min_size(egui::vec2(ui.available_width(), size::TARGET))
            .ui(ui)
            .accessible_name(field.browse_label);
        if browse.clicked() {
            action = PathAction::Browse;
        }
    });
    action
}
