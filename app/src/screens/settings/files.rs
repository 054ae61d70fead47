//! Names, compression and contents of clips.

use egui::{DragValue, TextEdit, Ui};
use ovi_engine::protocol::{ClipQuality, GenerateRequest, SoundCodec};

use super::row::{Row, choice, setting, switch};
use crate::screens::View;
use crate::settings::{LATENTS_CAP_GB, OutputDefaults, Settings};
use crate::state::{OutputName, Stamp};
use crate::text;
use crate::theme::{self, space};
use crate::widgets::{card, note};

/// Fields of the name template.
const FIELDS: [&str; 7] = ["date", "time", "slug", "width", "height", "seed", "index"];

/// The section.
pub fn ui(ui: &mut Ui, view: &mut View<'_>, settings: &mut Settings) {
    let output = &mut settings.output;
    let default = OutputDefaults::default();
    card(ui, text::set_clip_names(), |ui| {
        name(ui, view, output, &default)
    });
    card(ui, text::set_clip_contents(), |ui| {
        let row = Row {
            name: text::set_quality(),
            hint: text::set_default_hint(),
        };
        let all = [ClipQuality::Draft, ClipQuality::Good, ClipQuality::High];
        setting(
            ui,
            row,
            &mut output.quality,
            &default.quality,
            |ui, value| {
                choice(ui, value, &all, text::quality_name);
            },
        );
        let row = Row {
            name: text::set_sound(),
            hint: text::set_sound_hint(),
        };
        let all = [SoundCodec::Aac, SoundCodec::Flac];
        let (codec, default_codec) = (&mut output.sound_codec, &default.sound_codec);
        setting(ui, row, codec, default_codec, |ui, value| {
            choice(ui, value, &all, text::sound_codec_name);
        });
    });
    card(ui, text::set_also_save(), |ui| beside(ui, output, &default));
    card(ui, text::set_latents_card(), |ui| {
        latents(ui, output, &default)
    });
}

fn name(ui: &mut Ui, view: &View<'_>, output: &mut OutputDefaults, default: &OutputDefaults) {
    let row = Row {
        name: text::set_name(),
        hint: text::set_name_hint(),
    };
    let (template, default) = (&mut output.name_template, &default.name_template);
    setting(ui, row, template, default, |ui, template| {
        let edit = TextEdit::singleline(template).desired_width(f32::INFINITY);
        ui.add(edit);
        let example = example(view, template);
        note(ui, text::set_name_example(example));
        ui.horizontal_wrapped(|ui| {
            for field in FIELDS {
                let placeholder = format!("{{{field}}}");
                let button = ui.button(&placeholder);
                let button = button.accessible_name(text::set_insert_field(field));
                if button.on_hover_text(text::name_field(field)).clicked() {
                    template.push_str(&placeholder);
                }
            }
        });
    });
}

/// Name of the clip that the form would make now.
fn example(view: &View<'_>, template: &str) -> String {
    let form = &view.state.form;
    let prompt = match form.prompt.trim() {
        "" => text::set_example_prompt(),
        prompt => prompt,
    };
    let request = GenerateRequest {
        seed: form.seed,
        ..GenerateRequest::new("", prompt, "")
    };
    let template = OutputDefaults {
        name_template: template.to_owned(),
        ..OutputDefaults::default()
    };
    let size = view.state.resolved_shape();
    let size = size.map_or([form.width, form.height], |shape| {
        [shape.width, shape.height]
    });
    let stamp = Stamp {
        date: "2031-05-06".into(),
        time: "070809".into(),
        unix: 0,
    };
    let name = OutputName {
        folder: Default::default(),
        template: template.template().to_owned(),
    };
    let path = name.path(&request, size, &stamp);
    path.display().to_string()
}

fn beside(ui: &mut Ui, output: &mut OutputDefaults, default: &OutputDefaults) {
    let mut one = |name, hint, value: &mut bool, default| {
        switch(ui, Row { name, hint }, value, default);
    };
    one(
        text::set_wav(),
        "",
        &mut output.saves_wav,
        default.saves_wav,
    );
    one(
        text::set_frames(),
        text::set_frames_hint(),
        &mut output.saves_frames,
        default.saves_frames,
    );
    one(
        text::set_first_frame(),
        "",
        &mut output.saves_first_frame,
        default.saves_first_frame,
    );
    one(
        text::set_json(),
        text::set_json_hint(),
        &mut output.saves_settings,
        default.saves_settings,
    );
}

fn latents(ui: &mut Ui, output: &mut OutputDefaults, default: &OutputDefaults) {
    let row = Row {
        name: text::set_latents(),
        hint: text::set_latents_hint(),
    };
    switch(ui, row, &mut output.keeps_latents, default.keeps_latents);
    let row = Row {
        name: text::set_latents_cap(),
        hint: text::set_latents_cap_hint(),
    };
    let keeps = output.keeps_latents;
    let (cap, default) = (&mut output.latents_cap_gb, &default.latents_cap_gb);
    setting(ui, row, cap, default, |ui, cap| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let drag = DragValue::new(cap).range(LATENTS_CAP_GB).suffix(" GB");
            ui.add_enabled(keeps, drag);
            if !keeps {
                ui.label(theme::note(ui, text::set_latents_cap_off()));
            }
        });
    });
}
