//! The timeline: outline of the sound, playhead, ends of the loop, and a place to seek.

use egui::accesskit::Action;
use egui::{
    EventFilter, Id, Key, Modifiers, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo,
    pos2, vec2,
};
use ovi_media::WaveformPeak;

use super::transport::{LoopEnd, time_code};
use crate::theme::{self, radius, size, space, stroke};

/// Focus id of the timeline: while it is focused the player's arrow keys work.
pub fn timeline_id() -> Id {
    Id::unique("timeline")
}

/// What a timeline shows. Shares are parts of the clip, 0 to 1.
pub struct Timeline<'a> {
    /// Outline of the sound; empty for a clip without sound.
    pub peaks: &'a [WaveformPeak],
    /// Where the playhead stands.
    pub playhead: f32,
    /// Length of the clip.
    pub duration_secs: f64,
    /// Ends of the loop that were set: in, out.
    pub loop_ends: [Option<f32>; 2],
    /// Its name.
    pub label: &'a str,
    /// Where the playhead stands, in words.
    pub value_text: &'a str,
    /// The outline in words.
    pub description: &'a str,
    /// Names of the two ends.
    pub end_labels: [&'a str; 2],
}

/// What the user wants of a timeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TimelineWish {
    /// Go to a share of the clip.
    Seek(f32),
    /// Go some frames further.
    Step(i64),
    /// Put an end of the loop at a share of the clip.
    MoveEnd(LoopEnd, f32),
    /// Move an end of the loop by some frames.
    NudgeEnd(LoopEnd, i64),
}

impl Timeline<'_> {
    /// Draws it over the whole width.
    pub fn ui(&self, ui: &mut Ui) -> Option<TimelineWish> {
        let height = if self.peaks.is_empty() {
            size::TARGET
        } else {
            size::WAVEFORM
        };
        let (_, rect) = ui.allocate_space(vec2(ui.available_width(), height));
        let response = ui.interact(rect, timeline_id(), Sense::click_and_drag());
        hold_arrows(ui, &response);
        let track = rect.shrink2(vec2(space::S, 0.0));
        self.paint(ui, rect, track, &response);
        self.tell(ui, &response);
        let hovered = response.hover_pos().filter(|_| !response.dragged());
        if let Some(pos) = hovered {
            let secs = f64::from(share_at(track, pos.x)) * self.duration_secs;
            response.clone().on_hover_text_at_pointer(time_code(secs));
        }
        let sought = self.sought(ui, &response, track);
        let ends = [LoopEnd::In, LoopEnd::Out];
        let moved = ends
            .into_iter()
            .zip(self.loop_ends)
            .zip(self.end_labels)
            .filter_map(|((end, share), label)| self.end_ui(ui, rect, track, end, share?, label))
            .last();
        moved.or(sought)
    }

    fn paint(&self, ui: &Ui, rect: Rect, track: Rect, response: &Response) {
        let palette = theme::palette(ui);
        let painter = ui.painter_at(rect);
        let x_of = |share: f32| track.left() + share * track.width();
        let playhead = x_of(self.playhead.clamp(0.0, 1.0));
        painter.rect_filled(rect, radius::M, palette.field);
        if self.loop_ends.iter().any(Option::is_some) {
            let [start, end] = self.loop_ends;
            let span = x_of(start.unwrap_or(0.0))..=x_of(end.unwrap_or(1.0));
            let looped = Rect::from_x_y_ranges(span, rect.y_range());
            painter.rect_filled(looped, 0, palette.selection);
        }
        if self.peaks.is_empty() {
            let rail = Rect::from_center_size(track.center(), vec2(track.width(), space::XS));
            painter.rect_filled(rail, radius::S, palette.outline);
            painter.rect_filled(rail.with_max_x(playhead), radius::S, palette.accent);
        }
        let num_columns = match self.peaks.is_empty() {
            true => 0,
            false => (track.width() / 3.0).max(1.0) as usize,
        };
        for column in 0..num_columns {
            let peak = loudest(self.peaks, column, num_columns);
            let x = x_of((column as f32 + 0.5) / num_columns as f32);
            let half = (peak.sqrt() * (track.height() * 0.42)).max(1.0);
            let color = if x <= playhead {
                palette.accent
            } else {
                palette.outline
            };
            let y = track.center().y;
            painter.vline(x, y - half..=y + half, Stroke::new(stroke::THICK, color));
        }
        if let Some(pos) = response.hover_pos() {
            let line = Stroke::new(stroke::THIN, palette.muted);
            painter.vline(pos.x, rect.y_range(), line);
        }
        if response.has_focus() {
            let ring = Stroke::new(stroke::THICK, palette.focus);
            painter.rect_stroke(rect, radius::M, ring, egui::StrokeKind::Inside);
        }
        let line = Stroke::new(stroke::THICK, palette.text);
        painter.vline(playhead, rect.y_range(), line);
        let knob = pos2(playhead, rect.top() + space::XS);
        painter.circle_filled(knob, space::XS, palette.text);
    }

    fn tell(&self, ui: &Ui, response: &Response) {
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Slider, ui.is_enabled(), self.label);
            info.value = Some(f64::from(self.playhead));
            info.current_text_value = Some(self.value_text.to_owned());
            info
        });
        let description = self.description.to_owned();
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_description(description);
            node.add_action(Action::Increment);
            node.add_action(Action::Decrement);
        });
    }

    /// Where the pointer or the keys of a focused timeline went.
    fn sought(&self, ui: &Ui, response: &Response, track: Rect) -> Option<TimelineWish> {
        if let Some(pos) = response.interact_pointer_pos() {
            return Some(TimelineWish::Seek(share_at(track, pos.x)));
        }
        let spoken = spoken_steps(ui, response.id);
        if spoken != 0 {
            return Some(TimelineWish::Step(spoken));
        }
        if !response.has_focus() {
            return None;
        }
        let page = ui.input_mut(|input| {
            let back = input.consume_key(Modifiers::NONE, Key::PageDown);
            let forward = input.consume_key(Modifiers::NONE, Key::PageUp);
            i8::from(forward) - i8::from(back)
        });
        let share = (self.playhead + f32::from(page) * 0.1).clamp(0.0, 1.0);
        (page != 0).then_some(TimelineWish::Seek(share))
    }

    /// A mark that can be dragged and moved by keys.
    fn end_ui(
        &self,
        ui: &mut Ui,
        rect: Rect,
        track: Rect,
        end: LoopEnd,
        share: f32,
        label: &str,
    ) -> Option<TimelineWish> {
        let x = track.left() + share.clamp(0.0, 1.0) * track.width();
        // Outside of the looped part, so that both marks of a short loop can be taken.
        let side = match end {
            LoopEnd::In => -1.0,
            LoopEnd::Out => 1.0,
        };
        let center = pos2(
            x + side * size::TARGET / 2.0,
            rect.bottom() - size::TARGET / 2.0,
        );
        let area = Rect::from_center_size(center, Vec2::splat(size::TARGET)).intersect(rect);
        let response = ui.interact(area, timeline_id().with(end as u8), Sense::click_and_drag());
        hold_arrows(ui, &response);
        self.paint_end(ui, rect, x, side, &response);
        let secs = f64::from(share) * self.duration_secs;
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Slider, ui.is_enabled(), label);
            info.value = Some(f64::from(share));
            info.current_text_value = Some(time_code(secs));
            info
        });
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.add_action(Action::Increment);
            node.add_action(Action::Decrement);
        });
        if let Some(pos) = response
            .interact_pointer_pos()
            .filter(|_| response.dragged())
        {
            return Some(TimelineWish::MoveEnd(end, share_at(track, pos.x)));
        }
        let mut num_frames = spoken_steps(ui, response.id);
        if response.has_focus() {
            num_frames += ui.input_mut(|input| {
                let back = input.consume_key(Modifiers::NONE, Key::ArrowLeft);
                let forward = input.consume_key(Modifiers::NONE, Key::ArrowRight);
                i64::from(forward) - i64::from(back)
            });
        }
        (num_frames != 0).then_some(TimelineWish::NudgeEnd(end, num_frames))
    }

    fn paint_end(&self, ui: &Ui, rect: Rect, x: f32, side: f32, response: &Response) {
        let palette = theme::palette(ui);
        let color = match response.has_focus() || response.hovered() || response.dragged() {
            true => palette.focus,
            false => palette.accent,
        };
        let painter = ui.painter_at(rect);
        painter.vline(x, rect.y_range(), Stroke::new(stroke::THICK, color));
        let flag = vec![
            pos2(x, rect.bottom() - space::M),
            pos2(x + side * space::S, rect.bottom()),
            pos2(x, rect.bottom()),
        ];
        painter.add(egui::Shape::convex_polygon(flag, color, Stroke::NONE));
        if response.has_focus() {
            let ring = Stroke::new(stroke::THICK, palette.focus);
            let area = response.rect;
            painter.rect_stroke(area, radius::S, ring, egui::StrokeKind::Inside);
        }
    }
}

/// Arrows move something here instead of the focus.
fn hold_arrows(ui: &Ui, response: &Response) {
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..Default::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
}

/// How often a screen reader asked for more, less how often for less.
fn spoken_steps(ui: &Ui, id: Id) -> i64 {
    ui.input(|input| {
        let more = input.num_accesskit_action_requests(id, Action::Increment);
        let less = input.num_accesskit_action_requests(id, Action::Decrement);
        more as i64 - less as i64
    })
}

fn share_at(track: Rect, x: f32) -> f32 {
    ((x - track.left()) / track.width().max(1.0)).clamp(0.0, 1.0)
}

fn loudest(peaks: &[WaveformPeak], column: usize, num_columns: usize) -> f32 {
    let start = column * peaks.len() / num_columns;
    let end = ((column + 1) * peaks.len() / num_columns)
        .max(start + 1)
        .min(peaks.len());
    let columns = peaks.get(start..end).unwrap_or_default();
    columns.iter().map(level).fold(0.0, f32::max).min(1.0)
}

fn level(peak: &WaveformPeak) -> f32 {
    peak.max.abs().max(peak.min.abs())
}

/// What can be said about a waveform without seeing it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoundOutline {
    /// Share of the clip at which it is loudest.
    pub loudest_share: f32,
    /// How loud it is there, in decibels of full scale.
    pub loudest_db: f32,
    /// Share of the clip that is silent.
    pub silent_share: f32,
}

impl SoundOutline {
    /// Below this sound counts as silence: -50 dB.
    const SILENCE: f32 = 0.003;

    /// Of the whole waveform; `None` without sound.
    pub fn of(peaks: &[WaveformPeak]) -> Option<Self> {
        let levels = peaks.iter().map(level);
        let (idx, loudest) = levels
            .clone()
            .enumerate()
            .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        let num_silent = levels.filter(|level| *level < Self::SILENCE).count();
        Some(Self {
            loudest_share: idx as f32 / peaks.len() as f32,
            loudest_db: 20.0 * loudest.max(1e-5).log10(),
            silent_share: num_silent as f32 / peaks.len() as f32,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline_in_words_knows_the_loudest_place_and_the_silence() {
        let mut peaks = vec![WaveformPeak::default(); 100];
        peaks[75] = WaveformPeak {
            min: -0.5,
            max: 0.25,
        };
        let outline = SoundOutline::of(&peaks).unwrap();
        assert_eq!((outline.loudest_share, outline.silent_share), (0.75, 0.99));
        assert!((outline.loudest_db + 6.02).abs() < 0.01);
        assert_eq!(SoundOutline::of(&[]), None);
    }
}
