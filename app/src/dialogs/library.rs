//! Dialogs about clips: delete for good, decode again, a clip that was dropped.

use egui::{RichText, TextStyle, Ui};
use ovi_engine::protocol::{DecodeParts, DecodeTiles};

use crate::command::{DroppedUse, LibraryWish, UiCommand};
use crate::screens::View;
use crate::state::{DeletePlan, Dialog, LibraryDialog, RedecodeForm, clip_title};
use crate::text;
use crate::theme::{self, space};
use crate::widgets::{Icon, note, problem, quiet_button};

/// Sides of tiles in pixels (spec: product 4.4).
const TILES: [DecodeTiles; 4] = [
    DecodeTiles::Off,
    DecodeTiles::Pixels(512),
    DecodeTiles::Pixels(256),
    DecodeTiles::Pixels(128),
];

/// The dialog.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, dialog: LibraryDialog) {
    match dialog {
        LibraryDialog::Delete(plan) => delete(ui, view, plan),
        LibraryDialog::Redecode(form) => redecode(ui, view, form),
        LibraryDialog::Dropped => dropped(ui, view),
    }
}

fn title(ui: &mut Ui, words: &str) {
    ui.label(RichText::new(words).text_style(TextStyle::Heading));
    ui.add_space(space::S);
}

fn cancel(ui: &mut Ui, view: &mut View<'_>) {
    if quiet_button(ui, text::keep_as_is()).clicked() {
        view.push(UiCommand::CloseDialog);
    }
}

fn delete(ui: &mut Ui, view: &mut View<'_>, plan: DeletePlan) {
    let num_clips = plan.ids.len() as u64;
    title(ui, &text::delete_clips(num_clips));
    let files = text::file_count(plan.num_files);
    let danger = theme::palette(ui).danger;
    let warning = text::delete_warning(files, text::bytes(plan.num_bytes));
    problem(ui, Icon::Warning, danger, &warning);
    ui.add_space(space::S);
    ui.horizontal_wrapped(|ui| {
        let label = text::delete_now(num_clips, text::bytes(plan.num_bytes));
        if ui.button(label).clicked() {
            view.push(UiCommand::Library(LibraryWish::Delete(plan.ids)));
        }
        cancel(ui, view);
    });
}

fn redecode(ui: &mut Ui, view: &mut View<'_>, form: RedecodeForm) {
    title(ui, text::redecode_title());
    note(ui, text::redecode_note());
    let mut edited = form;
    ui.label(theme::caption(ui, text::redecode_parts()));
    ui.horizontal_wrapped(|ui| {
        for (parts, label) in [
            (DecodeParts::Both, text::parts_both()),
            (DecodeParts::Picture, text::parts_picture()),
            (DecodeParts::Sound, text::parts_sound()),
        ] {
            ui.selectable_value(&mut edited.parts, parts, label);
        }
    });
    ui.label(theme::caption(ui, text::tiles()));
    ui.add_enabled_ui(edited.parts != DecodeParts::Sound, |ui| {
        ui.horizontal_wrapped(|ui| {
            for tiles in TILES {
                ui.selectable_value(&mut edited.tiles, tiles, text::tiles_name(tiles));
            }
        });
        note(ui, text::tiles_note());
    });
    ui.add_space(space::S);
    let has_model = view.state.model.info().is_some();
    ui.horizontal_wrapped(|ui| {
        let button = egui::Button::new(text::add_to_queue());
        let add = ui.add_enabled(has_model, button);
        if add
            .on_disabled_hover_text(text::redecode_no_model())
            .clicked()
        {
            view.push(UiCommand::Library(LibraryWish::Redecode(form)));
        }
        cancel(ui, view);
    });
    if !has_model {
        note(ui, text::redecode_no_model());
    }
    if edited != form {
        let dialog = Dialog::Library(LibraryDialog::Redecode(edited));
        view.push(UiCommand::OpenDialog(dialog));
    }
}

fn dropped(ui: &mut Ui, view: &mut View<'_>) {
    let state = view.state;
    let Some(dropped) = &state.library_screen.dropped else {
        return;
    };
    let record = &dropped.record;
    let path = &record.clip.path;
    title(ui, text::dropped_title());
    ui.add(egui::Label::new(clip_title(record)).wrap());
    let size = text::size_px(record.clip.width, record.clip.height);
    let length = text::frames_and_length(record.clip.num_frames, record.clip.duration_secs);
    note(ui, format!("{size} · {length}"));
    note(ui, path.display().to_string());
    let palette = theme::palette(ui);
    if let Some(version) = &dropped.other_version {
        let line = text::made_by_other_version(version);
        problem(ui, Icon::Warning, palette.warning, &line);
    }
    let has_request = record.request.is_some();
    if !has_request {
        note(ui, text::dropped_foreign());
    }
    ui.add_space(space::S);
    let is_known = state.library.clip_of_file(path).is_some();
    let mut actions = Vec::new();
    if has_request {
        let label = match dropped.other_version {
            Some(_) => text::load_anyway(),
            None => text::load_settings(),
        };
        actions.push((label, DroppedUse::LoadSettings));
    }
    match is_known {
        true => actions.push((text::show_in_library(), DroppedUse::Show)),
        false => actions.push((text::add_to_library(), DroppedUse::Add)),
    }
    actions.push((text::continue_from(), DroppedUse::Continue));
    actions.push((text::use_first_frame(), DroppedUse::FirstFrame));
    actions.push((text::use_last_frame(), DroppedUse::LastFrame));
    ui.horizontal_wrapped(|ui| {
        for (label, use_as) in actions {
            if ui.button(label).clicked() {
                let wish = LibraryWish::UseDropped(use_as);
                view.push(UiCommand::Library(wish));
            }
        }
        if quiet_button(ui, text::close()).clicked() {
            view.push(UiCommand::CloseDialog);
        }
    });
}
