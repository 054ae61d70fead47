//! The rail at the left: the five screens.

use egui::{
    Align, Frame, Layout, Panel, Rect, Role, Sense, Stroke, StrokeKind, TextStyle, Ui, Vec2,
    WidgetInfo,
};

use super::View;
use crate::command::UiCommand;
use crate::keys::Action;
use crate::state::Screen;
use crate::text;
use crate::theme::{self, radius, size, space, stroke};
use crate::widgets::Icon;

/// The rail.
pub fn ui(ui: &mut Ui, view: &mut View<'_>) {
    let frame = Frame::new()
        .fill(theme::palette(ui).panel)
        .inner_margin(theme::margin_xy(space::XS, space::M));
    Panel::left("rail")
        .exact_size(size::RAIL)
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            ui.with_layout(Layout::top_down(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.y = space::XS;
                for screen in Screen::ALL {
                    if entry(ui, view, screen) {
                        view.push(UiCommand::Show(screen));
                    }
                }
            });
        });
}

fn entry(ui: &mut Ui, view: &View<'_>, screen: Screen) -> bool {
    let palette = theme::palette(ui);
    let is_shown = view.state.screen == screen;
    let side = Vec2::new(ui.available_width(), size::RAIL_ENTRY);
    let (rect, response) = ui.allocate_exact_size(side, Sense::click());
    let fill = match (is_shown, response.hovered()) {
        (true, _) => palette.selection,
        (false, true) => palette.hover,
        (false, false) => palette.panel,
    };
    ui.painter().rect_filled(rect, radius::M, fill);
    let ink = if is_shown {
        palette.text
    } else {
        palette.muted
    };
    let icon_center = rect.center() - Vec2::new(0.0, space::S);
    let icon_rect = Rect::from_center_size(icon_center, Vec2::splat(size::RAIL_ICON));
    icon(screen).paint(ui.painter(), icon_rect, ink);
    let name = text::screen(screen);
    let font = TextStyle::Small.resolve(ui.style());
    let galley = ui.painter().layout_no_wrap(name.to_owned(), font, ink);
    let at = rect.center_bottom() - Vec2::new(galley.size().x / 2.0, galley.size().y + space::XS);
    ui.painter().galley(at, galley, ink);
    let num_failed = view.state.queue.num_failed();
    if screen == Screen::Queue && num_failed > 0 {
        failures(ui, rect, num_failed);
    }
    if response.has_focus() {
        let ring = Stroke::new(stroke::THICK, palette.focus);
        ui.painter()
            .rect_stroke(rect, radius::M, ring, StrokeKind::Inside);
    }
    let spoken = match (screen, num_failed) {
        (Screen::Queue, 1..) => text::screen_with_failures(num_failed as u64, name),
        _ => name.to_owned(),
    };
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, is_shown, &spoken));
    let hint = match view.settings.keymap.label(action(screen)) {
        keys if keys.is_empty() => spoken,
        keys => format!("{spoken} ({keys})"),
    };
    response.on_hover_text(hint).clicked()
}

/// Number of failed jobs at the corner of the entry.
fn failures(ui: &Ui, entry: Rect, num_failed: usize) {
    let palette = theme::palette(ui);
    let center = entry.right_top() + Vec2::new(-space::L, space::L);
    ui.painter().circle_filled(center, space::S, palette.danger);
    let font = TextStyle::Small.resolve(ui.style());
    let figure = num_failed.min(99).to_string();
    let align = egui::Align2::CENTER_CENTER;
    ui.painter()
        .text(center, align, figure, font, palette.panel);
}

fn icon(screen: Screen) -> Icon {
    match screen {
        Screen::Generate => Icon::Generate,
        Screen::Queue => Icon::Queue,
        Screen::Library => Icon::Library,
        Screen::Models => Icon::Models,
        Screen::Settings => Icon::Settings,
    }
}

fn action(screen: Screen) -> Action {
    match screen {
        Screen::Generate => Action::ShowGenerate,
        Screen::Queue => Action::ShowQueue,
        Screen::Library => Action::ShowLibrary,
        Screen::Models => Action::ShowModels,
        Screen::Settings => Action::ShowSettings,
    }
}
