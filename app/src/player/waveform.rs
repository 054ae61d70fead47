//! The timeline: outline of the sound, playhead, and a place to seek.

use egui::{
    EventFilter, Id, Key, Modifiers, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, pos2,
    vec2,
};
use ovi_media::WaveformPeak;

use crate::theme::{self, radius, size, space, stroke};

/// Focus id of the timeline: while it is focused the player's arrow keys work.
pub fn timeline_id() -> Id {
    Id::unique("timeline")
}

/// Draws the timeline of a clip over the whole width and returns the share of the clip the user
/// went to. `fraction` is where the playhead stands, 0 to 1; `value_text` says so in words.
pub fn timeline_ui(
    ui: &mut Ui,
    peaks: &[WaveformPeak],
    fraction: f32,
    label: &str,
    value_text: &str,
) -> Option<f32> {
    let height = if peaks.is_empty() {
        size::TARGET
    } else {
        size::WAVEFORM
    };
    let desired = vec2(ui.available_width(), height);
    let (_, rect) = ui.allocate_space(desired);
    let response = ui.interact(rect, timeline_id(), Sense::click_and_drag());
    // Arrows step through the clip instead of moving the focus.
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        ..Default::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let palette = theme::palette(ui);
    let track = rect.shrink2(vec2(space::S, 0.0));
    let x_of = |share: f32| track.left() + share * track.width();
    let playhead = x_of(fraction.clamp(0.0, 1.0));
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, radius::M, palette.field);
    if peaks.is_empty() {
        let rail = Rect::from_center_size(track.center(), vec2(track.width(), space::XS));
        painter.rect_filled(rail, radius::S, palette.outline);
        let done = rail.with_max_x(playhead);
        painter.rect_filled(done, radius::S, palette.accent);
    } else {
        let num_columns = (track.width() / 3.0).max(1.0) as usize;
        for column in 0..num_columns {
            let peak = loudest(peaks, column, num_columns);
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
    }
    if response.has_focus() {
        let ring = Stroke::new(stroke::THICK, palette.focus);
        painter.rect_stroke(rect, radius::M, ring, egui::StrokeKind::Inside);
    }
    painter.vline(
        playhead,
        rect.y_range(),
        Stroke::new(stroke::THICK, palette.text),
    );
    painter.circle_filled(
        pos2(playhead, rect.top() + space::XS),
        space::XS,
        palette.text,
    );
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Slider, ui.is_enabled(), label);
        info.value = Some(f64::from(fraction));
        info.current_text_value = Some(value_text.to_owned());
        info
    });
    sought(ui, &response, track, fraction)
}

/// Where the pointer or the keys of a focused timeline went.
fn sought(ui: &Ui, response: &Response, track: Rect, fraction: f32) -> Option<f32> {
    if let Some(pos) = response.interact_pointer_pos() {
        return Some(((pos.x - track.left()) / track.width().max(1.0)).clamp(0.0, 1.0));
    }
    if !response.has_focus() {
        return None;
    }
    let page = ui.input_mut(|input| {
        let back = input.consume_key(Modifiers::NONE, Key::PageDown);
        let forward = input.consume_key(Modifiers::NONE, Key::PageUp);
        i8::from(forward) - i8::from(back)
    });
    (page != 0).then(|| (fraction + f32::from(page) * 0.1).clamp(0.0, 1.0))
}

fn loudest(peaks: &[WaveformPeak], column: usize, num_columns: usize) -> f32 {
    let start = column * peaks.len() / num_columns;
    let end = ((column + 1) * peaks.len() / num_columns)
        .max(start + 1)
        .min(peaks.len());
    let columns = peaks.get(start..end).unwrap_or_default();
    columns
        .iter()
        .map(|peak| peak.max.abs().max(peak.min.abs()))
        .fold(0.0, f32::max)
        .min(1.0)
}
