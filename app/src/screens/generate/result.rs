//! The right side: picture above, what belongs to it below, clips of the session at the bottom.

use egui::{Frame, Ui, Vec2};

use super::{View, history, invitation, memory, next_steps, outcome, progress};
use crate::screens::player;
use crate::state::ResultView;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{in_the_middle, stage, stage_caption};

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let margin = egui::Margin {
        left: space::XS as i8,
        right: space::M as i8,
        top: space::M as i8,
        bottom: space::M as i8,
    };
    Frame::new().inner_margin(margin).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::M;
        outcome::ui(ui, view);
        // What is below the picture is as high as its contents, known from the pass before; the
        // picture takes the rest. Drawn from top to bottom, keys reach everything in that order.
        let id = ui.scope_id().with("height_below");
        let known = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(0.0);
        let height = (ui.available_height() - known).max(size::STAGE);
        let size = Vec2::new(ui.available_width(), height);
        let layout = egui::Layout::top_down(egui::Align::Min);
        let picture = ui
            .allocate_ui_with_layout(size, layout, |ui| picture(ui, view))
            .response
            .rect;
        let has_parts_below = view.state.job.is_some() || !view.state.session.is_empty();
        if has_parts_below {
            ui.scope(|ui| below(ui, view));
        }
        let measured = ui.min_rect().bottom() - picture.bottom();
        if (measured - known).abs() > 0.5 {
            ui.data_mut(|data| data.insert_temp(id, measured));
            ui.ctx()
                .request_discard("parts below the picture of unknown height");
        }
    });
}

fn picture(ui: &mut Ui, view: &mut View<'_>) {
    match view.state.shown_clip() {
        Some(entry) => player::stage_ui(ui, view, entry),
        None => live(ui, view),
    }
}

fn below(ui: &mut Ui, view: &mut View<'_>) {
    if let Some(job) = &view.state.job {
        inner_spacing(ui, |ui| progress::ui(ui, view, job));
        if view.state.view == ResultView::Live {
            inner_spacing(ui, |ui| memory::ui(ui, view));
        }
    }
    if let Some(entry) = view.state.shown_clip() {
        inner_spacing(ui, |ui| player::card_ui(ui, view, entry));
        next_steps::ui(ui, view, entry);
    }
    if !view.state.session.is_empty() {
        inner_spacing(ui, |ui| history::ui(ui, view));
    }
}

/// Cards stand further apart than the controls in them.
fn inner_spacing(ui: &mut Ui, add_contents: impl FnOnce(&mut Ui)) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        add_contents(ui);
    });
}

fn live(ui: &mut Ui, view: &mut View<'_>) {
    let Some(job) = &view.state.job else {
        invitation::ui(ui, view);
        return;
    };
    let step = job.preview.as_ref().map(|preview| preview.step);
    match (view.pictures.preview(), step) {
        (Some(texture), Some(step)) => {
            let rect = stage(ui, Some(texture), text::preview());
            stage_caption(ui, rect, &text::preview_step(step));
        }
        _ => {
            let rect = stage(ui, None, text::preview());
            let color = theme::palette(ui).on_stage;
            in_the_middle(ui, rect, |ui| {
                ui.label(theme::note(ui, text::preview_pending()).color(color));
            });
        }
    }
}
