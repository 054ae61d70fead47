//! The player: a clip's picture, its timeline and buttons. Generate shows it beside the form, the
//! library in its details.

mod facts;
mod transport;

use egui::Ui;
use ovi_engine::protocol::ClipRecord;

use super::View;
use crate::player::Lane;
use crate::text;
use crate::theme;
use crate::widgets::{card, in_the_middle, stage, stage_caption};

/// The picture of the clip, which the player has been asked to open.
pub fn stage_ui(ui: &mut Ui, view: &View<'_>, entry: &ClipRecord) {
    let lane = view.player.current().and_then(|open| open.lane(0));
    let texture = lane.and_then(Lane::texture);
    let rect = stage(ui, texture, text::player());
    if entry.clip.is_test_pattern {
        stage_caption(ui, rect, text::test_pattern_clip());
    }
    let message = match view.player.error(0) {
        Some(error) => format!("{}: {error}", text::clip_unplayable()),
        None if texture.is_none() => text::opening_clip().to_owned(),
        None => return,
    };
    in_the_middle(ui, rect, |ui| {
        let color = theme::palette(ui).on_stage;
        ui.label(theme::note(ui, message).color(color));
    });
}

/// Timeline, buttons and facts in a card.
pub fn card_ui(ui: &mut Ui, view: &mut View<'_>, entry: &ClipRecord) {
    card(ui, text::player(), |ui| {
        controls_ui(ui, view);
        facts::ui(ui, view, entry);
    });
}

/// Timeline and buttons of the open clip; nothing while it is being opened.
pub fn controls_ui(ui: &mut Ui, view: &mut View<'_>) {
    if let Some(open) = view.player.current() {
        transport::ui(ui, view, open);
    }
}
