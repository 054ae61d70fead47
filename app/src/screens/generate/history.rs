//! The clips of this session, newest first; a click shows one.

use egui::{Image, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use super::View;
use crate::command::{LibraryWish, UiCommand};
use crate::state::ResultView;
use crate::text;
use crate::theme::{self, radius, size, space, stroke};
use crate::thumbnails::Thumb;
use crate::widgets::Icon;
use ovi_engine::protocol::ClipRecord;

pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    ui.label(theme::caption(ui, text::history()));
    ScrollArea::horizontal()
        .id_salt("history_scroll")
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                if view.state.job.is_some() {
                    live_tile(ui, view);
                }
                for id in view.state.session.iter().rev() {
                    if let Some(record) = view.state.library.clip(*id) {
                        clip_tile(ui, view, record);
                    }
                }
            });
            ui.add_space(space::XS);
        });
}

fn live_tile(ui: &mut Ui, view: &mut View<'_>) {
    let is_shown = view.state.view == ResultView::Live;
    let texture = view.pictures.preview();
    if tile(ui, texture, 16.0 / 9.0, text::running_clip(), is_shown) {
        view.push(UiCommand::ShowLive);
    }
}

fn clip_tile(ui: &mut Ui, view: &mut View<'_>, entry: &ClipRecord) {
    let is_shown = view.state.view == ResultView::Clip(entry.id);
    let name = entry
        .clip
        .path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    let ratio = entry.clip.width as f32 / entry.clip.height.max(1) as f32;
    let texture = match view.pictures.clips.get(entry.id) {
        Thumb::Ready(texture) => Some(texture),
        Thumb::Unknown => {
            let wanted = LibraryWish::WantThumbnails(vec![entry.id]);
            view.commands.push(UiCommand::Library(wanted));
            None
        }
        Thumb::Pending | Thumb::Missing => None,
    };
    if tile(ui, texture, ratio, &name, is_shown) {
        view.push(UiCommand::ShowClip(entry.id));
    }
}

fn tile(
    ui: &mut Ui,
    texture: Option<&egui::TextureHandle>,
    ratio: f32,
    name: &str,
    is_shown: bool,
) -> bool {
    let palette = theme::palette(ui);
    let desired = Vec2::new(size::STRIP * ratio.clamp(0.4, 2.4), size::STRIP);
    let (rect, response) = ui.allocate_exact_size(desired, Sense::click());
    ui.painter().rect_filled(rect, radius::M, palette.stage);
    match texture {
        Some(texture) => {
            let image = Image::from_texture((texture.id(), desired)).corner_radius(radius::M);
            image.paint_at(ui, rect);
        }
        None => {
            let icon = Rect::from_center_size(rect.center(), Vec2::splat(size::ICON));
            Icon::Play.paint(ui.painter(), icon, palette.on_stage);
        }
    }
    let ring = match (is_shown, response.has_focus() || response.hovered()) {
        (true, _) => Stroke::new(2.0 * stroke::THIN + 0.5, palette.accent),
        (false, true) => Stroke::new(stroke::THICK, palette.outline),
        (false, false) => Stroke::new(stroke::THIN, palette.border),
    };
    ui.painter()
        .rect_stroke(rect, radius::M, ring, StrokeKind::Inside);
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, is_enabled, is_shown, name));
    response.on_hover_text(name).clicked()
}
