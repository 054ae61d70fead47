//! Every colour of the window. Nothing else in the package names one.
//!
//! The colours stand in `ui-assets/theme/themes.toml`; the build script makes the palettes of them. Text on
//! its background has a contrast of at least 4.5:1 and graphics 3:1, text of the high contrast themes 7:1
//! (spec: product 12); the tests of this file measure it.

use egui::Color32;

/// Colours of one theme.
#[derive(Debug, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything, between the panels.
    pub window: Color32,
    /// Bars at the edges of the window.
    pub panel: Color32,
    /// Groups of controls.
    pub card: Color32,
    /// Text fields and rails.
    pub field: Color32,
    /// Buttons at rest.
    pub raised: Color32,
    /// Buttons under the pointer.
    pub hover: Color32,
    /// Buttons held down, selected rows.
    pub pressed: Color32,
    /// Hairlines between areas.
    pub border: Color32,
    /// Outlines that must be seen.
    pub outline: Color32,
    /// Reading text.
    pub text: Color32,
    /// Labels and secondary text.
    pub muted: Color32,
    /// The one action of a screen, progress, the playhead.
    pub accent: Color32,
    /// Accent under the pointer.
    pub accent_hover: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Focus ring and links.
    pub focus: Color32,
    /// Selected text and switched-on buttons, behind `text`.
    pub selection: Color32,
    /// Spoken words in the prompt.
    pub speech: Color32,
    /// Sound description in the prompt.
    pub sound: Color32,
    /// Errors.
    pub danger: Color32,
    /// Warnings.
    pub warning: Color32,
    /// Things in place.
    pub good: Color32,
    /// Behind pictures.
    pub stage: Color32,
    /// Text drawn over `stage`.
    pub on_stage: Color32,
    /// Accounts of the memory bar, told apart by order and name as well.
    pub series: [Color32; 8],
    /// Shadow of menus and dialogs.
    pub shadow: Color32,
}

include!(concat!(env!("OUT_DIR"), "/palettes.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, palette, and the least contrast of text.
    const THEMES: [(&str, &Palette, f64); 4] = [
        ("dark", &DARK, 4.5),
        ("light", &LIGHT, 4.5),
        ("contrast dark", &CONTRAST_DARK, 7.0),
        ("contrast light", &CONTRAST_LIGHT, 7.0),
    ];

    fn luminance(color: Color32) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(color.r()) + 0.7152 * channel(color.g()) + 0.0722 * channel(color.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        if a > b { a / b } else { b / a }
    }

    #[test]
    fn text_reaches_4_5_to_1_and_7_to_1_with_high_contrast() {
        for (name, p, least) in THEMES {
            for ground in [p.window, p.panel, p.card, p.field] {
                let inks = [
                    p.text, p.muted, p.speech, p.sound, p.danger, p.warning, p.good, p.focus,
                ];
                for (idx, ink) in inks.into_iter().enumerate() {
                    let ratio = contrast(ink, ground);
                    assert!(
                        ratio >= least,
                        "{name}: ink {idx} on {ground:?} is {ratio:.2}"
                    );
                }
            }
            for ground in [p.raised, p.hover, p.pressed, p.selection] {
                let ratio = contrast(p.text, ground);
                assert!(ratio >= least, "{name}: text on {ground:?} is {ratio:.2}");
            }
            assert!(
                contrast(p.focus, p.selection) >= least,
                "{name}: selected text"
            );
            for accent in [p.accent, p.accent_hover] {
                assert!(
                    contrast(p.on_accent, accent) >= least,
                    "{name}: text on the accent"
                );
            }
            assert!(
                contrast(p.on_stage, p.stage) >= least,
                "{name}: text on the stage"
            );
        }
    }

    #[test]
    fn graphics_reach_3_to_1() {
        for (name, p, _) in THEMES {
            for ground in [p.panel, p.card, p.field] {
                let inks = [&p.series[..], &[p.accent, p.outline, p.focus]].concat();
                for (idx, ink) in inks.into_iter().enumerate() {
                    let ratio = contrast(ink, ground);
                    assert!(
                        ratio >= 3.0,
                        "{name}: graphic {idx} on {ground:?} is {ratio:.2}"
                    );
                }
            }
        }
    }

    #[test]
    fn borders_are_seen_with_high_contrast() {
        for (name, p, _) in &THEMES[2..] {
            for ground in [p.window, p.panel, p.card, p.field] {
                let ratio = contrast(p.border, ground);
                assert!(ratio >= 3.0, "{name}: border on {ground:?} is {ratio:.2}");
            }
        }
    }
}
