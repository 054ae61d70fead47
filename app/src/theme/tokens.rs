//! Every colour, distance and text size of the window. Nothing else in the package names one.
//!
//! Text on its background has a contrast of at least 4.5:1 and graphics 3:1 (spec: product 12); the
//! tests of this file measure it.

use egui::Color32;

/// Colours of one theme.
#[derive(Debug)]
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

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// The dark theme.
pub const DARK: Palette = Palette {
    window: rgb(0x0f1013),
    panel: rgb(0x16171b),
    card: rgb(0x1c1e23),
    field: rgb(0x121317),
    raised: rgb(0x2a2d35),
    hover: rgb(0x343842),
    pressed: rgb(0x3d424e),
    border: rgb(0x2a2d34),
    outline: rgb(0x6c7384),
    text: rgb(0xeceef2),
    muted: rgb(0xa4aab8),
    accent: rgb(0x6f5ff0),
    accent_hover: rgb(0x6252e4),
    on_accent: rgb(0xffffff),
    focus: rgb(0xb3a9ff),
    selection: rgb(0x3c3685),
    speech: rgb(0xffb865),
    sound: rgb(0x5fd3c4),
    danger: rgb(0xff7b7b),
    warning: rgb(0xf2c14e),
    good: rgb(0x63d39b),
    stage: rgb(0x08090b),
    on_stage: rgb(0xc9cdd6),
    series: [
        rgb(0x8478ff),
        rgb(0x45b7c9),
        rgb(0xf2a65a),
        rgb(0xe0699f),
        rgb(0x7cc96b),
        rgb(0xd9c84f),
        rgb(0x6aa0f0),
        rgb(0xb38be0),
    ],
    shadow: Color32::from_black_alpha(120),
};

/// The light theme.
pub const LIGHT: Palette = Palette {
    window: rgb(0xe9ebf0),
    panel: rgb(0xf7f8fa),
    card: rgb(0xffffff),
    field: rgb(0xf2f3f7),
    raised: rgb(0xe8eaf0),
    hover: rgb(0xdde0e8),
    pressed: rgb(0xd0d4df),
    border: rgb(0xdcdfe6),
    outline: rgb(0x858c9c),
    text: rgb(0x181a20),
    muted: rgb(0x555c6b),
    accent: rgb(0x5b4be0),
    accent_hover: rgb(0x4c3cd0),
    on_accent: rgb(0xffffff),
    focus: rgb(0x4536cc),
    selection: rgb(0xd5d0ff),
    speech: rgb(0x9a5200),
    sound: rgb(0x08716a),
    danger: rgb(0xbf2a2a),
    warning: rgb(0x855700),
    good: rgb(0x13744a),
    stage: rgb(0x1a1c22),
    on_stage: rgb(0xc9cdd6),
    series: [
        rgb(0x5b4be0),
        rgb(0x0f7f93),
        rgb(0xb35f00),
        rgb(0xb8326f),
        rgb(0x3c7f2d),
        rgb(0x857100),
        rgb(0x2a65c4),
        rgb(0x7a4bb0),
    ],
    shadow: Color32::from_black_alpha(40),
};

/// Distances in points.
pub mod space {
    /// Between a label and what it names.
    pub const XS: f32 = 4.0;
    /// Between controls.
    pub const S: f32 = 8.0;
    /// Between groups, and inside cards.
    pub const M: f32 = 12.0;
    /// Around areas.
    pub const L: f32 = 16.0;
    /// Around the empty stage.
    pub const XL: f32 = 28.0;
}

/// Corner radii in points.
pub mod radius {
    /// Marks and bars.
    pub const S: u8 = 4;
    /// Controls.
    pub const M: u8 = 7;
    /// Cards and pictures.
    pub const L: u8 = 11;
}

/// Text sizes in points.
pub mod type_size {
    /// Captions above groups.
    pub const CAPTION: f32 = 11.0;
    /// Notes and facts.
    pub const SMALL: f32 = 12.5;
    /// Everything else.
    pub const BODY: f32 = 14.0;
    /// The prompt.
    pub const READING: f32 = 15.0;
    /// Names of cards.
    pub const TITLE: f32 = 17.0;
    /// The empty stage.
    pub const HERO: f32 = 22.0;
}

/// Sizes of parts in points.
pub mod size {
    /// Least height of anything that can be clicked (spec: product 12).
    pub const TARGET: f32 = 28.0;
    /// Least height of anything that can be clicked with large controls (spec: product 12).
    pub const TOUCH_TARGET: f32 = 44.0;
    /// Width of the list of sections.
    pub const SECTIONS: f32 = 190.0;
    /// Most width of settings.
    pub const SETTINGS: f32 = 820.0;
    /// Width of the name of a setting.
    pub const SETTING_NAME: f32 = 260.0;
    /// Height of the log.
    pub const LOG: f32 = 320.0;
    /// Height of the main button.
    pub const PRIMARY: f32 = 42.0;
    /// Height of the main button, the line under it and the room around them.
    pub const ACTION_BAR: f32 = 88.0;
    /// Width of the rail.
    pub const RAIL: f32 = 92.0;
    /// Height of a screen's entry in the rail.
    pub const RAIL_ENTRY: f32 = 58.0;
    /// Side of an icon in the rail.
    pub const RAIL_ICON: f32 = 20.0;
    /// Height of the bar at the bottom.
    pub const STATUS_BAR: f32 = 28.0;
    /// Width of the bar from which it holds the free space.
    pub const STATUS_SPACE: f32 = 900.0;
    /// Width of the bar from which it holds memory.
    pub const STATUS_MEMORY: f32 = 640.0;
    /// Width of the progress in the bar.
    pub const STATUS_PROGRESS: f32 = 96.0;
    /// Height of the progress in the bar.
    pub const STATUS_PROGRESS_HEIGHT: f32 = 8.0;
    /// Width of one column of inputs.
    pub const COLUMN: f32 = 372.0;
    /// Window width from which inputs take two columns.
    pub const TWO_COLUMNS: f32 = 1500.0;
    /// Window width below which everything stands in one column.
    pub const ONE_COLUMN: f32 = 860.0;
    /// Height of the result when everything stands in one column.
    pub const STACKED_RESULT: f32 = 560.0;
    /// Width that holds a clip's facts and its buttons side by side.
    pub const FACTS_AND_BUTTONS: f32 = 740.0;
    /// Width of the names of controls.
    pub const LABEL: f32 = 118.0;
    /// Width of a number beside its slider.
    pub const NUMBER: f32 = 58.0;
    /// Width of the names of a prompt's parts.
    pub const PART_NAME: f32 = 84.0;
    /// Side of an icon.
    pub const ICON: f32 = 16.0;
    /// Height of the waveform.
    pub const WAVEFORM: f32 = 52.0;
    /// Height of a bar of measured values.
    pub const BAR: f32 = 12.0;
    /// Height of a picture in the strip of clips.
    pub const STRIP: f32 = 62.0;
    /// Longest side of the first-frame picture.
    pub const THUMBNAIL: f32 = 92.0;
    /// Width of the volume slider.
    pub const VOLUME: f32 = 84.0;
    /// Width of the choice of a speed.
    pub const SPEED: f32 = 64.0;
    /// Height that holds all speeds.
    pub const SPEED_LIST: f32 = 400.0;
    /// Width that holds all controls of the player in one row.
    pub const PLAYER_ROW: f32 = 720.0;
    /// The same while a part of the clip repeats.
    pub const PLAYER_ROW_WITH_MARKS: f32 = 900.0;
    /// Width of a comparison from which the table of settings stands beside the clips.
    pub const COMPARE_WITH_TABLE: f32 = 1080.0;
    /// Width of the table of settings beside compared clips.
    pub const COMPARE_TABLE: f32 = 340.0;
    /// Width that holds three compared clips in one row.
    pub const THREE_CLIPS: f32 = 780.0;
    /// Most width of the controls over a full screen.
    pub const FULL_SCREEN_CONTROLS: f32 = 960.0;
    /// Width of dialogs.
    pub const DIALOG: f32 = 480.0;
    /// Most share of the window's height that a list in a dialog takes.
    pub const DIALOG_SHARE: f32 = 0.6;
    /// Width of dialogs with a table.
    pub const WIDE_DIALOG: f32 = 920.0;
    /// Longest line of text on the stage.
    pub const LINE: f32 = 460.0;
    /// Least height of the stage.
    pub const STAGE: f32 = 140.0;
}

/// Widths of drawn lines in points.
pub mod stroke {
    /// Hairline.
    pub const THIN: f32 = 1.0;
    /// Icons at their usual size.
    pub const ICON: f32 = 1.4;
    /// The focus ring.
    pub const THICK: f32 = 1.8;
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn text_reaches_4_5_to_1() {
        for (name, p) in [("dark", &DARK), ("light", &LIGHT)] {
            for ground in [p.window, p.panel, p.card, p.field] {
                let inks = [
                    p.text, p.muted, p.speech, p.sound, p.danger, p.warning, p.good, p.focus,
                ];
                for (idx, ink) in inks.into_iter().enumerate() {
                    let ratio = contrast(ink, ground);
                    assert!(
                        ratio >= 4.5,
                        "{name}: ink {idx} on {ground:?} is {ratio:.2}"
                    );
                }
            }
            for ground in [p.raised, p.hover, p.pressed, p.selection] {
                let ratio = contrast(p.text, ground);
                assert!(ratio >= 4.5, "{name}: text on {ground:?} is {ratio:.2}");
            }
            assert!(
                contrast(p.focus, p.selection) >= 4.5,
                "{name}: selected text"
            );
            for accent in [p.accent, p.accent_hover] {
                assert!(
                    contrast(p.on_accent, accent) >= 4.5,
                    "{name}: text on the accent"
                );
            }
            assert!(
                contrast(p.on_stage, p.stage) >= 4.5,
                "{name}: text on the stage"
            );
        }
    }

    #[test]
    fn graphics_reach_3_to_1() {
        for (name, p) in [("dark", &DARK), ("light", &LIGHT)] {
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
}
