//! The compared pictures: beside each other, one wiped over the other, or their difference.

use egui::{
    Color32, CursorIcon, EventFilter, Key, Layout, Modifiers, Rect, Role, Sense, Stroke,
    TextureHandle, Ui, UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};

use super::{clip_bar, layout_bar};
use crate::command::{CompareWish, UiCommand};
use crate::player::{Difference, Lane};
use crate::screens::View;
use crate::state::{CompareLayout, Comparison};
use crate::text;
use crate::theme::{self, size, space, stroke};
use crate::widgets::{fit, ground, in_the_middle, stage, stage_caption};

/// Change of the wipe per key press.
const WIPE_STEP: f32 = 0.01;

/// The pictures in all of the area, each clip under its bar.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, comparison: &Comparison) {
    if comparison.layout == CompareLayout::SideBySide {
        side_by_side(ui, view, comparison);
        return;
    }
    ui.columns(comparison.clips.len(), |columns| {
        for (slot, ui) in columns.iter_mut().enumerate() {
            bar(ui, view, comparison, slot);
        }
    });
    match comparison.layout {
        CompareLayout::Wipe => wipe(ui, view, comparison),
        CompareLayout::Difference | CompareLayout::SideBySide => difference(ui, view),
    }
}

fn bar(ui: &mut Ui, view: &mut View<'_>, comparison: &Comparison, slot: usize) {
    let library = &view.state.library;
    let id = comparison.clips.get(slot);
    let record = id.and_then(|id| library.clip(*id));
    clip_bar::ui(ui, view, slot, record);
}

fn side_by_side(ui: &mut Ui, view: &mut View<'_>, comparison: &Comparison) {
    let num_clips = comparison.clips.len();
    let area = ui.available_rect_before_wrap();
    let num_columns = match num_clips {
        3 if area.width() < size::THREE_CLIPS => 2,
        4 => 2,
        _ => num_clips,
    };
    let num_rows = num_clips.div_ceil(num_columns);
    let gap = space::S;
    let cell = vec2(
        (area.width() - gap * (num_columns - 1) as f32) / num_columns as f32,
        (area.height() - gap * (num_rows - 1) as f32) / num_rows as f32,
    );
    for slot in 0..num_clips {
        let place = vec2((slot % num_columns) as f32, (slot / num_columns) as f32);
        let corner = area.min + place * (cell + Vec2::splat(gap));
        let builder = UiBuilder::new()
            .id_salt(("compared", slot))
            .max_rect(Rect::from_min_size(corner, cell))
            .layout(Layout::top_down(egui::Align::Min));
        ui.scope_builder(builder, |ui| {
            bar(ui, view, comparison, slot);
            picture(ui, view, slot);
        });
    }
    ui.allocate_rect(area, Sense::hover());
}

fn picture(ui: &mut Ui, view: &View<'_>, slot: usize) {
    let open = view.player.current();
    let lane = open.and_then(|open| open.lane(slot));
    let texture = lane.and_then(Lane::texture);
    let alt_text = text::compare_picture(slot + 1);
    let rect = stage(ui, texture, &alt_text);
    let secs = open.map_or(0.0, |open| open.moment().secs);
    if lane.is_some_and(|lane| lane.is_held(secs)) {
        stage_caption(ui, rect, text::compare_held());
    }
    match view.player.error(slot) {
        Some(error) => say(ui, rect, &format!("{}: {error}", text::clip_unplayable())),
        None if texture.is_none() => say(ui, rect, text::opening_clip()),
        None => {}
    }
}

fn say(ui: &mut Ui, rect: Rect, message: &str) {
    in_the_middle(ui, rect, |ui| {
        let color = theme::palette(ui).on_stage;
        ui.label(theme::note(ui, message).color(color));
    });
}

/// Both clips of a pair, if both have a picture.
fn pair<'a>(view: &View<'a>) -> Option<[&'a TextureHandle; 2]> {
    let open = view.player.current()?;
    Some([open.lane(0)?.texture()?, open.lane(1)?.texture()?])
}

fn wipe(ui: &mut Ui, view: &mut View<'_>, comparison: &Comparison) {
    let rect = ground(ui, theme::palette(ui).stage);
    let lanes = view.player.current().map(|open| open.lanes());
    if !lanes.is_some_and(layout_bar::have_like_shapes) {
        say(ui, rect, text::compare_needs_shape());
        return;
    }
    let Some([left, right]) = pair(view) else {
        say(ui, rect, text::opening_clip());
        return;
    };
    let picture = fit(left.size_vec2(), rect.shrink(space::S));
    let share = comparison.wipe_share;
    let x = picture.left() + share * picture.width();
    let (before, after) = (0.0..=share, share..=1.0);
    let painter = ui.painter_at(picture);
    for (texture, uv, span) in [
        (left, before, picture.left()..=x),
        (right, after, x..=picture.right()),
    ] {
        let uv = Rect::from_x_y_ranges(uv, 0.0..=1.0);
        let part = Rect::from_x_y_ranges(span, picture.y_range());
        painter.image(texture.id(), part, uv, Color32::WHITE);
    }
    if let Some(share) = divider(ui, picture, share) {
        view.push(UiCommand::CompareWish(CompareWish::SetWipe(share)));
    }
}

/// The line between the pictures; dragged, or moved by arrow keys. Returns where it went.
fn divider(ui: &mut Ui, picture: Rect, share: f32) -> Option<f32> {
    let x = picture.left() + share * picture.width();
    let area = Rect::from_center_size(
        pos2(x, picture.center().y),
        vec2(size::TARGET, picture.height()),
    );
    let id = ui.scope_id().with("divider");
    let response = ui.interact(area, id, Sense::click_and_drag());
    let response = response.on_hover_cursor(CursorIcon::ResizeHorizontal);
    let filter = EventFilter {
        horizontal_arrows: true,
        ..Default::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    let palette = theme::palette(ui);
    let color = match response.has_focus() || response.hovered() {
        true => palette.focus,
        false => palette.on_stage,
    };
    let line = Stroke::new(stroke::THICK, color);
    ui.painter().vline(x, picture.y_range(), line);
    let knob = pos2(x, picture.center().y);
    ui.painter().circle_filled(knob, space::S, palette.stage);
    ui.painter().circle_stroke(knob, space::S, line);
    response.widget_info(|| {
        let label = text::compare_wipe_line();
        let mut info = WidgetInfo::labeled(Role::Slider, ui.is_enabled(), label);
        info.value = Some(f64::from(share));
        info.current_text_value = Some(text::percent(share));
        info
    });
    if let Some(pos) = response
        .interact_pointer_pos()
        .filter(|_| response.dragged())
    {
        return Some((pos.x - picture.left()) / picture.width().max(1.0));
    }
    if !response.has_focus() {
        return None;
    }
    let steps = ui.input_mut(|input| {
        let back = input.consume_key(Modifiers::NONE, Key::ArrowLeft);
        let forward = input.consume_key(Modifiers::NONE, Key::ArrowRight);
        i8::from(forward) - i8::from(back)
    });
    (steps != 0).then_some(share + f32::from(steps) * WIPE_STEP)
}

fn difference(ui: &mut Ui, view: &View<'_>) {
    let texture = view.player.difference().and_then(Difference::texture);
    let fits = view
        .player
        .current()
        .is_some_and(|open| Difference::fits(open.lanes()));
    let rect = stage(
        ui,
        texture.filter(|_| fits),
        text::compare_difference_picture(),
    );
    match (fits, texture) {
        (false, _) => say(ui, rect, text::compare_needs_size()),
        (true, None) => say(ui, rect, text::opening_clip()),
        (true, Some(_)) => {}
    }
}
