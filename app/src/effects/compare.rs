//! What wishes about a comparison do.

use egui::Context;
use ovi_engine::protocol::ClipId;

use crate::app::OviApp;
use crate::command::{CompareWish, PlayerCommand};
use crate::state::{Comparison, NUM_COMPARED};
use crate::text;

/// Compare these clips of the library.
pub fn begin(app: &mut OviApp, ctx: &Context, ids: &[ClipId]) {
    let library = &app.state.library;
    let known: Vec<ClipId> = ids
        .iter()
        .copied()
        .filter(|id| library.clip(*id).is_some())
        .collect();
    match Comparison::new(&known) {
        Some(comparison) => {
            super::player::pause(app, ctx);
            app.state.comparison = Some(comparison);
        }
        None => {
            let (least, most) = (NUM_COMPARED.start(), NUM_COMPARED.end());
            app.state.complain(text::compare_too_few(least, most));
        }
    }
}

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, ctx: &Context, wish: CompareWish) {
    if wish == CompareWish::Close {
        close(app, ctx);
        return;
    }
    let Some(comparison) = &mut app.state.comparison else {
        return;
    };
    match wish {
        CompareWish::Close => {}
        CompareWish::SetLayout(layout) => comparison.set_layout(layout),
        CompareWish::SetWipe(share) => comparison.set_wipe(share),
        CompareWish::SetGain(gain) => comparison.set_gain(gain),
    }
}

/// End the comparison, if there is one.
pub fn close(app: &mut OviApp, ctx: &Context) {
    if app.state.comparison.take().is_some() && app.state.is_full_screen {
        super::player::apply(app, ctx, PlayerCommand::SetFullScreen(false));
    }
}
