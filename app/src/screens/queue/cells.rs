//! What the parts of a row show.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontId, Rect, TextStyle, Ui, Vec2, pos2};
use ovi_engine::protocol::{QueueEntry, QueueState};

use super::columns::{Columns, Density};
use super::row::{picture_path, title};
use super::table::Row;
use crate::screens::View;
use crate::state::estimate::{Estimate, running_time_left};
use crate::text;
use crate::theme::{self, radius, size, space};
use crate::widgets::Icon;

/// Draw everything that is only looked at.
pub fn paint(ui: &Ui, view: &View<'_>, row: &Row<'_>, columns: &Columns) {
    let palette = theme::palette(ui);
    let entry = row.entry;
    if let Some(place) = row.place {
        let cell = Cell::small(ui, palette.muted);
        cell.line(ui, columns.place, &text::queue_position(place));
    }
    picture(ui, view, entry, columns.picture);
    let prompt = Cell {
        font: TextStyle::Body.resolve(ui.style()),
        color: palette.text,
        num_lines: if columns.density == Density::Columns {
            2
        } else {
            1
        },
    };
    prompt.line(ui, columns.prompt, &title(entry));
    let facts = Facts::of(view, entry);
    for (rect, fact) in columns.facts.iter().zip(facts.figures(entry)) {
        let cell = Cell {
            num_lines: 2,
            ..Cell::small(ui, palette.text)
        };
        cell.line(ui, *rect, &fact);
    }
    if let Some(rect) = columns.second_line {
        let cell = Cell {
            num_lines: 3,
            ..Cell::small(ui, palette.muted)
        };
        cell.line(ui, rect, &facts.words(entry).join(" · "));
    }
    state(ui, view, entry, columns.state);
}

/// What is known about a job; what is not known is said so.
pub struct Facts {
    model: String,
    /// What is unusual about the job.
    kind: Option<&'static str>,
    size: String,
    length: String,
    time: String,
}

impl Facts {
    /// Facts of a job.
    pub fn of(view: &View<'_>, entry: &QueueEntry) -> Self {
        let (size, length) = shape(view, entry);
        Self {
            model: model(view, entry),
            kind: kind(entry),
            size,
            length,
            time: time(view, entry),
        }
    }

    /// Under the headings of the columns.
    fn figures(&self, entry: &QueueEntry) -> [String; 6] {
        let (steps, seed) = (entry.request.steps, entry.request.seed);
        self.with("\n", steps.to_string(), seed.to_string())
    }

    /// Without headings.
    pub fn words(&self, entry: &QueueEntry) -> [String; 6] {
        let (steps, seed) = (entry.request.steps, entry.request.seed);
        self.with(", ", text::queue_steps(steps), text::queue_seed(seed))
    }

    fn with(&self, gap: &str, steps: String, seed: String) -> [String; 6] {
        let [size, length, time] = [&self.size, &self.length, &self.time].map(String::clone);
        let model = match self.kind {
            Some(kind) => format!("{}{gap}{kind}", self.model),
            None => self.model.clone(),
        };
        [model, size, length, steps, seed, time]
    }
}

/// Size and length.
fn shape(view: &View<'_>, entry: &QueueEntry) -> (String, String) {
    let unknown = || text::queue_unknown().to_owned();
    let clip = match entry.state {
        QueueState::Done => view.state.clip_of(entry.id),
        _ => None,
    };
    let shape = view.state.forecast.shape(entry.id);
    let size = match (clip, shape) {
        (Some(record), _) => text::queue_size(record.clip.width, record.clip.height),
        (None, Some(shape)) => text::queue_size(shape.width, shape.height),
        (None, None) => unknown(),
    };
    let secs = match clip {
        Some(record) => Some(record.clip.duration_secs),
        None => shape.and_then(|shape| shape.duration_secs()),
    };
    (size, secs.map_or_else(unknown, text::duration))
}

fn model(view: &View<'_>, entry: &QueueEntry) -> String {
    let request = &entry.request;
    match view.state.variant_of(request) {
        Some(variant) => variant.name().to_owned(),
        None => request
            .checkpoint
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
    }
}

fn kind(entry: &QueueEntry) -> Option<&'static str> {
    let request = &entry.request;
    match (&request.redecode, &request.continue_from) {
        (Some(_), _) => Some(text::queue_redecode()),
        (None, Some(_)) => Some(text::queue_continues()),
        (None, None) => None,
    }
}

/// Expected, remaining or measured time.
fn time(view: &View<'_>, entry: &QueueEntry) -> String {
    let state = view.state;
    let estimate = state.forecast.estimate(entry.id);
    match entry.state {
        QueueState::Waiting => match estimate {
            Some(estimate) => text::queue_estimate(text::duration(Estimate::secs(estimate))),
            None => text::queue_estimate_unknown().to_owned(),
        },
        QueueState::Running => match &state.job {
            Some(job) => text::job_time(running_time_left(job, estimate)),
            None => text::queue_estimate_unknown().to_owned(),
        },
        QueueState::Done => match state.clip_of(entry.id) {
            Some(record) => text::queue_took(text::duration(record.clip.total_secs)),
            None => text::queue_unknown().to_owned(),
        },
        QueueState::Failed | QueueState::Cancelled | QueueState::Interrupted => {
            text::queue_unknown().to_owned()
        }
    }
}

/// State in words, with the stage of the running job.
pub fn state_words(view: &View<'_>, entry: &QueueEntry) -> String {
    match (&view.state.job, entry.state) {
        (Some(job), QueueState::Running) => text::job_progress(job),
        (_, state) => text::job_state(state).to_owned(),
    }
}

fn state(ui: &Ui, view: &View<'_>, entry: &QueueEntry, rect: Rect) {
    let palette = theme::palette(ui);
    let (icon, color) = match entry.state {
        QueueState::Waiting => (Icon::Clock, palette.muted),
        QueueState::Running => (Icon::Play, palette.focus),
        QueueState::Done => (Icon::Check, palette.good),
        QueueState::Failed => (Icon::Error, palette.danger),
        QueueState::Cancelled => (Icon::Cancel, palette.muted),
        QueueState::Interrupted => (Icon::Warning, palette.warning),
    };
    let at = pos2(rect.left() + size::ICON / 2.0, rect.center().y);
    let icon_rect = Rect::from_center_size(at, Vec2::splat(size::ICON));
    icon.paint(ui.painter(), icon_rect, color);
    let words = rect.with_min_x(icon_rect.right() + space::S);
    let ink = match entry.state {
        QueueState::Failed | QueueState::Interrupted => color,
        _ => palette.text,
    };
    let cell = Cell {
        num_lines: 2,
        ..Cell::small(ui, ink)
    };
    let drawn = cell.line(ui, words, &state_words(view, entry));
    let job = view.state.job.as_ref();
    let Some(share) = job
        .filter(|job| job.id == entry.id)
        .map(|job| job.stage_fraction())
    else {
        return;
    };
    let top = (drawn.bottom() + space::XS / 2.0).min(rect.bottom() - space::XS);
    let rail = Rect::from_x_y_ranges(words.x_range(), top..=top + space::XS);
    ui.painter().rect_filled(rail, radius::S, palette.raised);
    let done = rail.with_max_x(rail.left() + share.unwrap_or(0.0) * rail.width());
    ui.painter().rect_filled(done, radius::S, palette.accent);
}

/// First frame, preview of the running job, or first frame of the finished clip.
fn picture(ui: &Ui, view: &View<'_>, entry: &QueueEntry, rect: Rect) {
    let palette = theme::palette(ui);
    let frame = rect.shrink2(Vec2::new(0.0, space::XS));
    ui.painter().rect_filled(frame, radius::S, palette.stage);
    let preview = match entry.state {
        QueueState::Running => view.pictures.preview(),
        _ => None,
    };
    let file = || view.pictures.jobs.get(picture_path(view, entry)?);
    let Some(texture) = preview.or_else(file) else {
        let at = Rect::from_center_size(frame.center(), Vec2::splat(size::ICON));
        Icon::Picture.paint(ui.painter(), at, palette.on_stage.gamma_multiply(0.5));
        return;
    };
    let size = texture.size_vec2();
    let scale = (frame.width() / size.x).min(frame.height() / size.y);
    let at = Rect::from_center_size(frame.center(), size * scale);
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(texture.id(), at, whole, Color32::WHITE);
}

/// How a text is set.
struct Cell {
    font: FontId,
    color: Color32,
    num_lines: usize,
}

impl Cell {
    fn small(ui: &Ui, color: Color32) -> Self {
        Self {
            font: TextStyle::Small.resolve(ui.style()),
            color,
            num_lines: 1,
        }
    }

    /// Write within `rect`, in the middle of its height, and cut what is too long with an ellipsis.
    fn line(&self, ui: &Ui, rect: Rect, words: &str) -> Rect {
        let mut job = LayoutJob::simple(
            words.to_owned(),
            self.font.clone(),
            self.color,
            rect.width(),
        );
        job.wrap = TextWrapping {
            max_width: rect.width(),
            max_rows: self.num_lines,
            ..TextWrapping::default()
        };
        let galley = ui.painter().layout_job(job);
        let at = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), rect);
        ui.painter().galley(at.min, galley, self.color);
        at
    }
}
