//! Turns the tokens into the toolkit's styles, one for the dark and one for the light theme.

pub mod tokens;

use egui::style::{Selection, WidgetVisuals, Widgets};
use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Margin, RichText, Shadow, Stroke, Style,
    TextStyle, Theme, Ui, Vec2, Visuals,
};

pub use tokens::{Palette, radius, size, space, stroke, type_size};

/// Text style of the prompt editor.
pub const READING: &str = "reading";
/// Text style of captions above groups.
pub const CAPTION: &str = "caption";
/// Text style of the words on the empty stage.
pub const HERO: &str = "hero";

/// Install both themes; the preference decides which one is shown.
pub fn install(ctx: &Context) {
    ctx.set_style_of(Theme::Dark, style(&tokens::DARK, true));
    ctx.set_style_of(Theme::Light, style(&tokens::LIGHT, false));
}

/// Make everything that can be clicked large enough for fingers, or for a pointer.
pub fn set_large_targets(ctx: &Context, are_large: bool) {
    let side = match are_large {
        true => size::TOUCH_TARGET,
        false => size::TARGET,
    };
    ctx.all_styles_mut(|style| style.spacing.interact_size = Vec2::splat(side));
}

/// Colours of the theme that is shown.
pub fn palette(ui: &Ui) -> &'static Palette {
    if ui.visuals().dark_mode {
        &tokens::DARK
    } else {
        &tokens::LIGHT
    }
}

/// The same distance on all sides.
pub fn margin(points: f32) -> Margin {
    Margin::same(points as i8)
}

/// One distance left and right, another above and below.
pub fn margin_xy(x: f32, y: f32) -> Margin {
    Margin::symmetric(x as i8, y as i8)
}

/// Text in the size of notes and in the colour of labels.
pub fn note(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text)
        .text_style(TextStyle::Small)
        .color(palette(ui).muted)
}

/// The name of a control.
pub fn label(ui: &Ui, text: impl Into<String>) -> RichText {
    RichText::new(text).color(palette(ui).muted)
}

/// A caption above a group.
pub fn caption(ui: &Ui, text: &str) -> RichText {
    RichText::new(text.to_uppercase())
        .text_style(TextStyle::Name(CAPTION.into()))
        .extra_letter_spacing(0.8)
        .color(palette(ui).muted)
}

fn style(palette: &Palette, dark_mode: bool) -> Style {
    let mut style = Style {
        visuals: visuals(palette, dark_mode),
        text_styles: text_styles(),
        ..Style::default()
    };
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::splat(space::S);
    spacing.button_padding = Vec2::new(space::M, space::XS);
    spacing.menu_margin = margin(space::S);
    spacing.window_margin = margin(space::L);
    spacing.interact_size = Vec2::new(size::TARGET, size::TARGET);
    spacing.icon_width = size::ICON;
    spacing.icon_spacing = space::S;
    spacing.combo_width = 0.0;
    spacing.tooltip_width = size::LINE;
    spacing.scroll.bar_width = space::S;
    spacing.scroll.floating = true;
    spacing.scroll.active_handle_opacity = 0.35;
    spacing.scroll.interact_handle_opacity = 0.6;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    style.animation_time = 0.09;
    style
}

fn text_styles() -> std::collections::BTreeMap<TextStyle, FontId> {
    let proportional = |points| FontId::new(points, FontFamily::Proportional);
    [
        (TextStyle::Small, proportional(type_size::SMALL)),
        (TextStyle::Body, proportional(type_size::BODY)),
        (TextStyle::Button, proportional(type_size::BODY)),
        (TextStyle::Heading, proportional(type_size::TITLE)),
        (
            TextStyle::Monospace,
            FontId::new(type_size::SMALL, FontFamily::Monospace),
        ),
        (
            TextStyle::Name(READING.into()),
            proportional(type_size::READING),
        ),
        (
            TextStyle::Name(CAPTION.into()),
            proportional(type_size::CAPTION),
        ),
        (TextStyle::Name(HERO.into()), proportional(type_size::HERO)),
    ]
    .into()
}

fn visuals(palette: &Palette, dark_mode: bool) -> Visuals {
    let base = if dark_mode {
        Visuals::dark()
    } else {
        Visuals::light()
    };
    let mut visuals = Visuals {
        dark_mode,
        override_text_color: None,
        weak_text_color: Some(palette.muted),
        widgets: widgets(palette),
        selection: Selection {
            bg_fill: palette.selection,
            stroke: Stroke::new(stroke::THICK, palette.focus),
        },
        hyperlink_color: palette.focus,
        faint_bg_color: palette.field,
        extreme_bg_color: palette.field,
        text_edit_bg_color: Some(palette.field),
        code_bg_color: palette.field,
        warn_fg_color: palette.warning,
        error_fg_color: palette.danger,
        window_corner_radius: CornerRadius::same(radius::L),
        menu_corner_radius: CornerRadius::same(radius::M),
        window_fill: palette.card,
        window_stroke: Stroke::new(stroke::THIN, palette.border),
        window_shadow: shadow(palette),
        popup_shadow: shadow(palette),
        panel_fill: palette.panel,
        slider_trailing_fill: true,
        disabled_alpha: 0.45,
        ..base
    };
    // A blinking cursor would repaint an idle window twice a second.
    visuals.text_cursor.blink = false;
    visuals.text_cursor.stroke = Stroke::new(stroke::THICK, palette.focus);
    visuals
}

fn shadow(palette: &Palette) -> Shadow {
    Shadow {
        offset: [0, 6],
        blur: 24,
        spread: 0,
        color: palette.shadow,
    }
}

fn widgets(palette: &Palette) -> Widgets {
    let look = |fill: Color32, stroke_color: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(stroke::THIN, stroke_color),
        corner_radius: CornerRadius::same(radius::M),
        fg_stroke: Stroke::new(stroke::THIN, text),
        expansion: 0.0,
    };
    let mut active = look(palette.pressed, palette.focus, palette.text);
    active.bg_stroke.width = stroke::THICK;
    Widgets {
        noninteractive: look(palette.card, palette.border, palette.text),
        inactive: look(palette.raised, palette.border, palette.text),
        hovered: look(palette.hover, palette.outline, palette.text),
        active,
        open: look(palette.hover, palette.outline, palette.text),
    }
}
