//! What wishes about the settings of the program do.

use egui::Context;

use super::remember;
use crate::app::{OviApp, theme_preference};
use crate::command::SettingsWish;
use crate::settings::TEXT_SCALE;
use crate::text::language;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, ctx: &Context, wish: SettingsWish) {
    match wish {
        SettingsWish::SetTheme(choice) => {
            app.settings.theme = choice;
            ctx.set_theme(theme_preference(choice));
        }
        SettingsWish::SetTextScale(scale) => set_text_scale(app, ctx, scale),
        SettingsWish::SetReducedMotion(has_reduced_motion) => {
            app.settings.has_reduced_motion = has_reduced_motion;
        }
        SettingsWish::SetLanguage(code) => {
            language::speak_code(if code.is_empty() {
                language::ENGLISH
            } else {
                &code
            });
            app.settings.language = code;
        }
        SettingsWish::SetKeys(action, chords) => app.settings.keymap.set(action, chords),
        SettingsWish::ResetKeys(action) => app.settings.keymap.reset(action),
    }
    remember(app);
}

/// Set the size of everything.
pub fn set_text_scale(app: &mut OviApp, ctx: &Context, scale: f32) {
    let scale = scale.clamp(*TEXT_SCALE.start(), *TEXT_SCALE.end());
    app.settings.text_scale = scale;
    ctx.set_zoom_factor(scale);
    remember(app);
}
