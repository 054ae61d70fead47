//! The picture over the whole screen. The controls go away while nobody moves anything.

use egui::{CentralPanel, CursorIcon, Frame, Id, Layout, Rect, Ui, UiBuilder, Vec2};
use std::time::Duration;

use super::{View, compare, player};
use crate::player::Lane;
use crate::text;
use crate::theme::{self, size, space};
use crate::widgets::{card, stage};

/// How long the controls stay after the last movement.
const STAY_SECS: f64 = 2.5;

/// Picture, and the controls over it while they are needed.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let ground = Frame::new().fill(theme::palette(ui).stage);
    let comparison = view.state.comparison.clone();
    CentralPanel::default().frame(ground).show(ui, |ui| {
        let area = ui.max_rect();
        match &comparison {
            Some(comparison) => compare::pictures_ui(ui, view, comparison),
            None => {
                let lane = view.player.current().and_then(|open| open.lane(0));
                stage(ui, lane.and_then(Lane::texture), text::player());
            }
        }
        if are_controls_shown(ui, view) {
            controls(ui, view, area);
        } else {
            ui.ctx().set_cursor_icon(CursorIcon::None);
        }
    });
}

/// They are while the clip stands and for a while after each movement.
fn are_controls_shown(ui: &Ui, view: &View<'_>) -> bool {
    let is_playing = view
        .player
        .current()
        .is_some_and(|open| open.transport().is_playing);
    let id = Id::unique("full_screen_moved_at");
    let (now_secs, has_moved) = ui.input(|input| {
        let pointer = &input.pointer;
        let has_moved = pointer.is_moving() || pointer.any_down() || !input.events.is_empty();
        (input.time, has_moved)
    });
    if has_moved || !is_playing {
        ui.data_mut(|data| data.insert_temp(id, now_secs));
        return true;
    }
    let moved_at = ui.data(|data| data.get_temp::<f64>(id)).unwrap_or(0.0);
    let left_secs = moved_at + STAY_SECS - now_secs;
    if left_secs > 0.0 {
        let wait = Duration::from_secs_f64(left_secs);
        ui.ctx().request_repaint_after(wait);
    }
    left_secs > 0.0
}

fn controls(ui: &mut Ui, view: &mut View<'_>, area: Rect) {
    let id = Id::unique("full_screen_controls_height");
    let height = ui.data(|data| data.get_temp::<f32>(id));
    let height = height.unwrap_or(size::WAVEFORM + 2.0 * size::TARGET);
    let width = (area.width() - 2.0 * space::L).min(size::FULL_SCREEN_CONTROLS);
    let center = area.center_bottom() - Vec2::new(0.0, space::L + height / 2.0);
    let rect = Rect::from_center_size(center, Vec2::new(width, height));
    let builder = UiBuilder::new()
        .max_rect(rect)
        .layout(Layout::top_down(egui::Align::Min));
    let shown = ui.scope_builder(builder, |ui| {
        card(ui, text::player(), |ui| player::controls_ui(ui, view));
    });
    let measured = shown.response.rect.height();
    if (measured - height).abs() > 0.5 {
        ui.data_mut(|data| data.insert_temp(id, measured));
        ui.ctx().request_discard("controls of unknown height");
    }
}
