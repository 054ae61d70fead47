//! The filters.

use egui::{TextEdit, Ui};
use ovi_engine::protocol::ModelVariant;

use super::View;
use super::toolbar::choice;
use crate::state::{LengthClass, LibraryQuery};
use crate::text;
use crate::theme::size;
use crate::widgets::quiet_button;

/// The filters; changes the copy of what is asked for.
pub fn ui(ui: &mut Ui, view: &View<'_>, query: &mut LibraryQuery) {
    let any = || text::filter_any().to_owned();
    ui.horizontal_wrapped(|ui| {
        let mut models = vec![(None, any())];
        models.extend(ModelVariant::ALL.map(|model| (Some(Some(model)), model.name().to_owned())));
        models.push((Some(None), text::model_unknown().to_owned()));
        choice(ui, text::model(), &mut query.model, &models);

        let mut lengths = vec![(None, any())];
        lengths.extend(LengthClass::ALL.map(|length| {
            let label = text::length_class(length).to_owned();
            (Some(length), label)
        }));
        choice(ui, text::length(), &mut query.length, &lengths);

        let facets = &view.state.library_screen.facets;
        let mut sizes = vec![(None, any())];
        let known = facets.sizes.keys().copied();
        sizes.extend(known.map(|size| (Some(size), text::size_px(size[0], size[1]))));
        choice(ui, text::filter_size(), &mut query.size, &sizes);

        let mut ratings = vec![(0, any())];
        ratings.extend((1..=5).map(|stars| (stars, text::stars_at_least(u64::from(stars)))));
        choice(ui, text::rating(), &mut query.min_rating, &ratings);

        let mut tags = vec![(None, any())];
        let known = facets.tags.iter();
        tags.extend(known.map(|(tag, num)| (Some(tag.clone()), format!("{tag} ({num})"))));
        choice(ui, text::tag(), &mut query.tag, &tags);

        let seed = TextEdit::singleline(&mut query.seed)
            .hint_text(text::seed())
            .desired_width(size::LABEL)
            .align(egui::Align2::LEFT_CENTER)
            .min_size(egui::vec2(0.0, size::TARGET));
        ui.add(seed).accessible_name(text::filter_seed());

        ui.checkbox(&mut query.only_favourites, text::filter_favourites());
        ui.checkbox(&mut query.only_speech, text::filter_speech());
        ui.checkbox(&mut query.only_latents, text::filter_latents());
        if query.has_filters() && quiet_button(ui, text::clear_filters()).clicked() {
            *query = query.without_filters();
        }
    });
}
