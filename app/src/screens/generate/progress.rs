//! The running job: a bar with one segment per stage, each with its own time.

use egui::{Align2, Rect, RichText, Role, Sense, TextStyle, Ui, Vec2, WidgetInfo, pos2};
use ovi_engine::protocol::Stage;

use super::View;
use crate::command::{FormWish, UiCommand};
use crate::player::SoundState;
use crate::state::{Job, JobPhase, StageRun};
use crate::text;
use crate::theme::{self, radius, size, space};
use crate::widgets::{Icon, at_right, card, icon_button, problem};

pub fn ui(ui: &mut Ui, view: &mut View<'_>, job: &Job) {
    card(ui, &text::job_name(job.id), |ui| {
        ui.horizontal(|ui| {
            let phase = RichText::new(text::job_phase(job.phase)).text_style(TextStyle::Heading);
            ui.label(phase);
            ui.label(theme::note(ui, details(job)));
            at_right(ui, "cancel_job", |ui| cancel_button(ui, view, job));
        });
        bar(ui, job);
        sound_preview(ui, view, job);
        let color = theme::palette(ui).warning;
        for warning in &job.warnings {
            let line = format!("{} {}", warning.code.code(), warning.message);
            problem(ui, Icon::Warning, color, &line);
        }
    });
}

/// The newest sound of the latents, to be heard on a click.
fn sound_preview(ui: &mut Ui, view: &mut View<'_>, job: &Job) {
    let Some(heard) = &job.heard else {
        return;
    };
    ui.horizontal(|ui| {
        if let SoundState::Unavailable(reason) = view.player.sound_state() {
            ui.label(theme::note(ui, text::no_sound_device()))
                .on_hover_text(reason);
            return;
        }
        let is_heard = view.player.is_hearing();
        let (icon, label) = match is_heard {
            true => (Icon::Pause, text::stop_preview()),
            false => (Icon::Play, text::hear_preview()),
        };
        if icon_button(ui, icon, label).clicked() {
            view.push(UiCommand::Form(FormWish::HearPreview(!is_heard)));
        }
        ui.label(theme::note(ui, text::heard_step(heard.step)));
    });
}

fn cancel_button(ui: &mut Ui, view: &mut View<'_>, job: &Job) {
    let is_cancelling = job.phase == JobPhase::Cancelling;
    let label = match is_cancelling {
        true => text::cancelling(),
        false => text::cancel(),
    };
    let button = ui.add_enabled(!is_cancelling, egui::Button::new(label));
    if button.clicked() {
        view.push(UiCommand::Cancel);
    }
}

/// Step, time per step, time left.
fn details(job: &Job) -> String {
    let Some(progress) = job.stage_progress() else {
        return String::new();
    };
    let unit = text::stage_unit(progress.stage, progress.done, progress.total);
    let unit_time = progress
        .last_unit_secs
        .map(|secs| text::unit_time(progress.stage, secs));
    let left = job.stage_secs_left().map(text::time_left);
    [unit, unit_time, left]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

fn bar(ui: &mut Ui, job: &Job) {
    let label_height = ui.text_style_height(&TextStyle::Small);
    let height = size::BAR + 2.0 * (label_height + space::XS);
    let desired = Vec2::new(ui.available_width(), height);
    let (rect, response) = ui.allocate_exact_size(desired, Sense::hover());
    let stages: Vec<Stage> = job.planned_stages().collect();
    let weights: f32 = stages.iter().map(|stage| weight(*stage)).sum();
    let room = rect.width() - space::XS * (stages.len().saturating_sub(1)) as f32;
    let mut left = rect.left();
    for stage in stages {
        let width = room * weight(stage) / weights;
        let piece = Rect::from_min_size(pos2(left, rect.top()), Vec2::new(width, height));
        segment(ui, piece, job, stage);
        left += width + space::XS;
    }
    let overall = text::job_phase(job.phase);
    let fraction = job.stage_fraction();
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ProgressIndicator, true, &overall);
        info.value = fraction.map(f64::from);
        info
    });
}

fn segment(ui: &Ui, piece: Rect, job: &Job, stage: Stage) {
    let palette = theme::palette(ui);
    let run = job.stages.iter().find(|run| run.stage == stage);
    let is_current = job.stage() == Some(stage);
    let rail = piece.with_max_y(piece.top() + size::BAR);
    let painter = ui.painter().with_clip_rect(piece.intersect(ui.clip_rect()));
    painter.rect_filled(rail, radius::S, palette.raised);
    let share = match (run, is_current) {
        (None, _) => 0.0,
        (Some(_), false) => 1.0,
        (Some(_), true) => job.stage_fraction().unwrap_or(0.0),
    };
    if share > 0.0 {
        let done = rail.with_max_x(rail.left() + share * rail.width());
        painter.rect_filled(done, radius::S, palette.accent);
    }
    let font = TextStyle::Small.resolve(ui.style());
    let ink = |is_strong: bool| {
        if is_strong {
            palette.text
        } else {
            palette.muted
        }
    };
    let name_at = pos2(rail.left(), rail.bottom() + space::XS);
    let name = text::stage(stage);
    let line = painter.text(
        name_at,
        Align2::LEFT_TOP,
        name,
        font.clone(),
        ink(is_current),
    );
    let time_at = pos2(rail.left(), line.bottom());
    painter.text(time_at, Align2::LEFT_TOP, stage_time(run), font, ink(false));
}

fn stage_time(run: Option<&StageRun>) -> String {
    run.map(|run| text::duration(run.secs)).unwrap_or_default()
}

/// Width of a stage's segment; wide enough for its name, wider where most time goes.
fn weight(stage: Stage) -> f32 {
    match stage {
        Stage::Sampling => 4.0,
        Stage::Picture => 1.8,
        Stage::FirstFrame => 1.2,
        Stage::Prepare | Stage::Text | Stage::Sound | Stage::Writing => 1.0,
    }
}
