//! The row above the clips: search, order, groups, layout, filters, trash, adding clips.

use egui::{ComboBox, Id, RichText, TextEdit, TextStyle, Ui};
use ovi_engine::protocol::ClipId;

use super::{View, wish};
use crate::command::LibraryWish;
use crate::keys::Action;
use crate::state::{GroupBy, LibraryLayout, LibraryQuery, SortKey};
use crate::text;
use crate::theme::size;
use crate::widgets::{Icon, live_note, switch_button};

/// The row; changes the copy of what is asked for.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, query: &mut LibraryQuery) {
    ui.horizontal_wrapped(|ui| {
        let title = match query.is_trash {
            true => text::trash(),
            false => text::library(),
        };
        ui.label(RichText::new(title).text_style(TextStyle::Heading));
        live_note(ui, count(view));
    });
    ui.horizontal_wrapped(|ui| {
        search(ui, view, query);
        choice(
            ui,
            text::sort_by(),
            &mut query.sort,
            &options(&SortKey::ALL, text::sort_key),
        );
        let direction = match query.is_ascending {
            true => text::sort_ascending(),
            false => text::sort_descending(),
        };
        if ui
            .button(direction)
            .on_hover_text(text::sort_turn())
            .clicked()
        {
            query.is_ascending = !query.is_ascending;
        }
        choice(
            ui,
            text::group_by(),
            &mut query.group,
            &options(&GroupBy::ALL, text::group_choice),
        );
        layouts(ui, view);
        filter_switch(ui, view, query);
        places(ui, view, query);
    });
}

fn count(view: &View<'_>) -> String {
    let list = &view.state.library_screen.list;
    let (num, num_all) = (list.ids.len() as u64, list.num_all as u64);
    let counted = match num == num_all {
        true => text::clip_count(num),
        false => text::clip_count_of(num_all, text::number(num)),
    };
    match view.state.library_screen.selection.len() {
        0 | 1 => counted,
        selected => format!("{counted} · {}", text::selected_count(selected as u64)),
    }
}

fn search(ui: &mut Ui, view: &View<'_>, query: &mut LibraryQuery) {
    let id = Id::unique("library_search");
    let edit = TextEdit::singleline(&mut query.search)
        .id(id)
        .hint_text(text::search_hint())
        .desired_width(size::SEARCH)
        .align(egui::Align2::LEFT_CENTER)
        .min_size(egui::vec2(0.0, size::TARGET));
    let keys = view.settings.keymap.label(Action::Search);
    let hint = format!("{} ({keys})", text::search_clips());
    ui.add(edit)
        .on_hover_text(hint)
        .accessible_name(text::search_clips());
    let asked = view.state.library_screen.num_searches;
    let seen_id = id.with("seen");
    let seen = ui.data(|data| data.get_temp::<u64>(seen_id)).unwrap_or(0);
    if seen != asked {
        ui.data_mut(|data| data.insert_temp(seen_id, asked));
        ui.memory_mut(|memory| memory.request_focus(id));
    }
}

fn layouts(ui: &mut Ui, view: &mut View<'_>) {
    let layouts = [
        (LibraryLayout::Grid, Icon::Library, text::layout_grid()),
        (LibraryLayout::List, Icon::Queue, text::layout_list()),
    ];
    for (layout, icon, label) in layouts {
        let is_on = view.state.library_screen.layout == layout;
        if switch_button(ui, icon, label, is_on).clicked() {
            wish(view, LibraryWish::SetLayout(layout));
        }
    }
}

fn filter_switch(ui: &mut Ui, view: &mut View<'_>, query: &LibraryQuery) {
    let is_shown = view.state.library_screen.has_filter_bar;
    let label = match query.num_filters() {
        0 => text::filters().to_owned(),
        num => text::filters_active(text::number(num as u64)),
    };
    if ui.selectable_label(is_shown, label).clicked() {
        wish(view, LibraryWish::SetFilterBar(!is_shown));
    }
}

fn places(ui: &mut Ui, view: &mut View<'_>, query: &mut LibraryQuery) {
    let num_trashed = view.state.library_screen.facets.num_trashed as u64;
    let is_trash = query.is_trash;
    let label = match (is_trash, num_trashed) {
        (true, _) => text::back_to_clips().to_owned(),
        (false, 0) => text::trash().to_owned(),
        (false, num) => text::trash_with_count(text::number(num)),
    };
    if ui.button(label).clicked() {
        query.is_trash = !query.is_trash;
    }
    if !is_trash {
        if ui.button(text::add_clips()).clicked() {
            wish(view, LibraryWish::AddClips);
        }
        return;
    }
    let can_empty = num_trashed > 0;
    let button = egui::Button::new(text::empty_trash());
    if ui.add_enabled(can_empty, button).clicked() {
        let trashed = view.state.library.clips().iter();
        let trashed = trashed.filter(|record| record.trashed_unix.is_some());
        let ids: Vec<ClipId> = trashed.map(|record| record.id).collect();
        wish(view, LibraryWish::AskDelete(ids));
    }
}

/// Choices with their names.
pub fn options<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Vec<(T, String)> {
    all.iter()
        .map(|choice| (*choice, name(*choice).to_owned()))
        .collect()
}

/// A list to choose from; `name` is said before the choice.
pub fn choice<T: PartialEq + Clone>(
    ui: &mut Ui,
    name: &str,
    chosen: &mut T,
    options: &[(T, String)],
) {
    let shown = options.iter().find(|(option, _)| option == chosen);
    let shown = shown.map_or("", |(_, label)| label.as_str());
    let text = RichText::new(format!("{name}: {shown}"));
    let combo = ComboBox::from_id_salt(name)
        .selected_text(text)
        .show_ui(ui, |ui| {
            for (option, label) in options {
                ui.selectable_value(chosen, option.clone(), label);
            }
        });
    combo.response.accessible_name(format!("{name}: {shown}"));
}
