//! Where the parts of a row stand: eleven columns in wide windows, lines below each other in
//! narrow ones.

use egui::{Rect, Ui, pos2};

use crate::theme::space;

/// Widths of columns in points.
const PLACE: f32 = 26.0;
const PICTURE: f32 = 68.0;
const MODEL: f32 = 92.0;
const PIXELS: f32 = 92.0;
const LENGTH: f32 = 50.0;
const STEPS: f32 = 56.0;
const SEED: f32 = 86.0;
const TIME: f32 = 128.0;
const STATE: f32 = 138.0;
/// Least width of the prompt beside all columns.
const PROMPT: f32 = 150.0;
/// Least width at which the state has a column of its own.
const TWO_LINES: f32 = 560.0;

/// How much room a row has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Density {
    /// Everything in one line.
    Columns,
    /// Prompt and facts below each other, the state beside them.
    TwoLines,
    /// Prompt, state and facts below each other.
    Stacked,
}

/// Parts of a row within it.
#[derive(Clone, Debug)]
pub struct Columns {
    /// Density they are for.
    pub density: Density,
    /// Where a waiting job is taken hold of.
    pub handle: Rect,
    /// Number in line.
    pub place: Rect,
    /// Picture.
    pub picture: Rect,
    /// Prompt.
    pub prompt: Rect,
    /// Model, size, length, steps, seed, time; empty where the facts are one text.
    pub facts: Vec<Rect>,
    /// Facts as one text below the prompt.
    pub second_line: Option<Rect>,
    /// State and progress.
    pub state: Rect,
    /// Two buttons.
    pub buttons: Rect,
}

impl Density {
    /// What fits into `width` points, where buttons have sides of `target`.
    pub fn of(width: f32, target: f32) -> Self {
        match width {
            _ if width >= fixed_width(target) + PROMPT => Self::Columns,
            _ if width >= TWO_LINES => Self::TwoLines,
            _ => Self::Stacked,
        }
    }

    /// Height of a row.
    pub fn row_height(self, ui: &Ui) -> f32 {
        let line = ui.text_style_height(&egui::TextStyle::Body);
        let small = ui.text_style_height(&egui::TextStyle::Small);
        let texts = match self {
            Self::Columns => 2.0 * line + space::S,
            Self::TwoLines => line + 2.0 * small + space::M,
            Self::Stacked => line + 4.0 * small + space::L,
        };
        texts.max(ui.spacing().interact_size.y + space::S)
    }
}

/// Everything but the prompt, with the gaps between.
fn fixed_width(target: f32) -> f32 {
    let facts = MODEL + PIXELS + LENGTH + STEPS + SEED + TIME;
    PLACE + PICTURE + facts + STATE + 3.0 * target + 12.0 * space::S
}

impl Columns {
    /// Parts of a row at `row`, whose buttons have sides of `target`.
    pub fn of(row: Rect, density: Density, target: f32) -> Self {
        let mut left = row.left() + space::XS;
        let mut take = |width: f32| {
            let rect = Rect::from_x_y_ranges(left..=left + width, row.y_range());
            left += width + space::S;
            rect
        };
        let (handle, place, picture) = (take(target), take(PLACE), take(PICTURE));
        let rest = row.right() - space::XS - picture.right() - space::S;
        let buttons = 2.0 * target + space::S;
        let facts = [MODEL, PIXELS, LENGTH, STEPS, SEED, TIME];
        let columns = Self {
            density,
            handle,
            place,
            picture,
            prompt: Rect::NOTHING,
            facts: Vec::new(),
            second_line: None,
            state: Rect::NOTHING,
            buttons: Rect::NOTHING,
        };
        match density {
            Density::Columns => {
                let gaps = space::S * (facts.len() + 1) as f32;
                let fixed = facts.iter().sum::<f32>() + STATE + buttons + gaps;
                Self {
                    prompt: take(rest - fixed),
                    facts: facts.into_iter().map(&mut take).collect(),
                    state: take(STATE),
                    buttons: take(2.0 * target),
                    ..columns
                }
            }
            Density::TwoLines => {
                let texts = take(rest - STATE - buttons - space::S);
                let (prompt, second) = split(texts, 0.36);
                Self {
                    prompt,
                    second_line: Some(second),
                    state: take(STATE),
                    buttons: take(2.0 * target),
                    ..columns
                }
            }
            Density::Stacked => {
                let texts = take(rest - buttons);
                let (prompt, lower) = split(texts, 0.24);
                let (state, second) = split(lower, 0.36);
                Self {
                    prompt,
                    second_line: Some(second),
                    state,
                    buttons: take(2.0 * target),
                    ..columns
                }
            }
        }
    }
}

/// An upper part of this share, and the rest.
fn split(rect: Rect, share: f32) -> (Rect, Rect) {
    let y = rect.top() + share * rect.height();
    let upper = Rect::from_min_max(rect.min, pos2(rect.right(), y));
    (upper, Rect::from_min_max(pos2(rect.left(), y), rect.max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_overlaps_or_leaves_the_row() {
        for width in [300.0, 420.0, 560.0, 700.0, 1050.0, 1148.0, 1800.0] {
            let density = Density::of(width, 28.0);
            let row = Rect::from_min_size(pos2(10.0, 20.0), egui::vec2(width, 60.0));
            let columns = Columns::of(row, density, 28.0);
            let mut parts = vec![columns.handle, columns.place, columns.picture];
            parts.extend([columns.prompt, columns.state, columns.buttons]);
            parts.extend(columns.facts);
            parts.extend(columns.second_line);
            for (idx, part) in parts.iter().enumerate() {
                assert!(row.contains_rect(*part), "{width} {density:?} part {idx}");
                assert!(part.width() > 15.0, "{width} {density:?} part {idx}");
                for other in &parts[..idx] {
                    let shared = part.intersect(*other);
                    let is_apart = shared.width() < 0.1 || shared.height() < 0.1;
                    assert!(is_apart, "{width} {density:?} part {idx}");
                }
            }
        }
    }
}
