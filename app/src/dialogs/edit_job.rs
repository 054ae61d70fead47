//! Settings of a job that waits. It keeps the old ones until they are saved.

use egui::{ComboBox, DragValue, RichText, ScrollArea, TextEdit, TextStyle, Ui};
use ovi_engine::protocol::{GenerateRequest, QueueState, SolverKind};

use crate::command::{QueueWish, UiCommand};
use crate::screens::View;
use crate::state::{GUIDANCE, JobEdit, SHIFT, SIDE, STEPS};
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{Icon, field_row, note, problem, quiet_button};

/// Step of values with a fraction.
const FINE_STEP: f64 = 0.1;
/// Height of everything in the dialog but the fields.
const AROUND: f32 = 200.0;

/// Fields, save and discard.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    ui.label(RichText::new(text::edit_job()).text_style(TextStyle::Heading));
    ui.add_space(space::S);
    let Some(edit) = &view.state.job_edit else {
        return;
    };
    let entry = view.state.queue.get(edit.id);
    if entry.is_none_or(|entry| entry.state != QueueState::Waiting) {
        note(ui, text::edit_job_gone());
        if ui.button(text::close()).clicked() {
            view.push(UiCommand::CloseDialog);
        }
        return;
    }
    let mut changed = edit.clone();
    let height = (ui.ctx().content_rect().height() - AROUND).max(size::STAGE);
    ScrollArea::vertical().max_height(height).show(ui, |ui| {
        fields(ui, view, &mut changed.request);
    });
    ui.add_space(space::S);
    buttons(ui, view, &changed);
    if changed != *edit {
        let edit = Box::new(changed);
        view.push(UiCommand::Queue(QueueWish::ChangeEdit(edit)));
    }
}

fn fields(ui: &mut Ui, view: &View<'_>, request: &mut GenerateRequest) {
    ui.set_width(ui.available_width());
    text_field(ui, text::prompt(), &mut request.prompt, 5);
    field_row(ui, text::steps(), |ui| {
        ui.add(DragValue::new(&mut request.steps).range(STEPS));
    });
    field_row(ui, text::seed(), |ui| {
        let seeds = 0..=u64::from(u32::MAX);
        ui.add(DragValue::new(&mut request.seed).range(seeds));
    });
    if request.first_frame.is_none() && request.continue_from.is_none() {
        field_row(ui, text::width(), |ui| {
            ui.add(DragValue::new(&mut request.width).range(SIDE).speed(32.0));
        });
        field_row(ui, text::height(), |ui| {
            ui.add(DragValue::new(&mut request.height).range(SIDE).speed(32.0));
        });
    }
    if let Some(shape) = view.state.shape_of(request) {
        note(ui, text::size_px(shape.width, shape.height));
    }
    field_row(ui, text::solver_label(), |ui| {
        ComboBox::from_id_salt("solver of the job")
            .selected_text(text::solver(request.solver))
            .show_ui(ui, |ui| {
                for solver in SolverKind::ALL {
                    ui.selectable_value(&mut request.solver, solver, text::solver(solver));
                }
            });
    });
    fine(ui, text::shift(), &mut request.shift, SHIFT);
    fine(
        ui,
        text::video_guidance(),
        &mut request.video_guidance,
        GUIDANCE,
    );
    fine(
        ui,
        text::audio_guidance(),
        &mut request.audio_guidance,
        GUIDANCE,
    );
    let (video, audio) = (request.video_guidance != 1.0, request.audio_guidance != 1.0);
    ui.add_enabled_ui(video, |ui| {
        text_field(ui, text::video_negative(), &mut request.video_negative, 1);
    });
    ui.add_enabled_ui(audio, |ui| {
        text_field(ui, text::audio_negative(), &mut request.audio_negative, 1);
    });
}

fn fine(ui: &mut Ui, name: &str, value: &mut f64, range: std::ops::RangeInclusive<f64>) {
    field_row(ui, name, |ui| {
        let field = DragValue::new(value).range(range).speed(FINE_STEP);
        ui.add(field.max_decimals(2));
    });
}

fn text_field(ui: &mut Ui, name: &str, typed: &mut String, num_rows: usize) {
    let label = ui.label(RichText::new(name).color(theme::palette(ui).muted));
    let edit = match num_rows {
        1 => TextEdit::singleline(typed),
        _ => TextEdit::multiline(typed).desired_rows(num_rows),
    };
    ui.add(edit.desired_width(f32::INFINITY))
        .labelled_by(label.id)
        .accessible_name(name);
}

fn buttons(ui: &mut Ui, view: &mut View<'_>, edit: &JobEdit) {
    let blocked = edit.blocked();
    if let Some(blocked) = blocked {
        let color = theme::palette(ui).danger;
        problem(ui, Icon::Error, color, text::blocked(blocked));
    }
    ui.horizontal(|ui| {
        let can_save = blocked.is_none() && edit.is_changed();
        let save = ui.add_enabled(can_save, egui::Button::new(text::edit_job_save()));
        if save.clicked() {
            view.push(UiCommand::Queue(QueueWish::SaveEdit));
        }
        if quiet_button(ui, text::edit_job_discard()).clicked() {
            view.push(UiCommand::CloseDialog);
        }
    });
}
