//! The settings in which clips differ, one column per clip.

use egui::{Align, Label, Layout, Ui, vec2};
use ovi_engine::protocol::{ClipRecord, SoundCodec, SoundLevel};

use crate::state::{DifferingSetting, Setting, SettingValue, differing_settings};
use crate::text;
use crate::theme::{self, space};
use crate::widgets::note;

/// Share of the width that the names take.
const NAME_SHARE: f32 = 0.3;

/// The table, or that there is nothing to list.
pub fn ui(ui: &mut Ui, clips: &[&ClipRecord]) {
    let rows = differing_settings(clips);
    if rows.is_empty() {
        note(ui, text::compare_no_difference());
    } else {
        grid(ui, clips.len(), &rows);
    }
    let num_silent = clips.iter().filter(|clip| clip.request.is_none()).count();
    if num_silent > 0 {
        note(ui, text::compare_unknown_settings(num_silent as u64));
    }
}

fn grid(ui: &mut Ui, num_clips: usize, rows: &[DifferingSetting]) {
    let width = ui.available_width() - num_clips as f32 * space::S;
    let name_width = width * NAME_SHARE;
    let value_width = (width - name_width) / num_clips.max(1) as f32;
    let cell = |ui: &mut Ui, width: f32, text: egui::RichText| {
        let layout = Layout::top_down(Align::Min);
        ui.allocate_ui_with_layout(vec2(width, 0.0), layout, |ui| {
            ui.set_width(width);
            ui.add(Label::new(text).wrap());
        });
    };
    egui::Grid::new("compare_settings")
        .num_columns(num_clips + 1)
        .spacing(vec2(space::S, space::XS))
        .striped(true)
        .show(ui, |ui| {
            cell(ui, name_width, theme::note(ui, ""));
            for slot in 1..=num_clips {
                cell(ui, value_width, theme::note(ui, text::compare_number(slot)));
            }
            ui.end_row();
            for row in rows {
                cell(ui, name_width, theme::note(ui, name(row.setting)));
                for value in &row.values {
                    let text = egui::RichText::new(words(value)).small();
                    cell(ui, value_width, text);
                }
                ui.end_row();
            }
        });
}

fn name(setting: Setting) -> &'static str {
    match setting {
        Setting::Prompt => text::differs_prompt(),
        Setting::VideoNegative => text::differs_video_negative(),
        Setting::AudioNegative => text::differs_audio_negative(),
        Setting::FirstFrame => text::differs_first_frame(),
        Setting::Model => text::differs_model(),
        Setting::Size => text::differs_size(),
        Setting::Length => text::differs_length(),
        Setting::Seed => text::differs_seed(),
        Setting::Solver => text::differs_solver(),
        Setting::Steps => text::differs_steps(),
        Setting::Shift => text::differs_shift(),
        Setting::VideoGuidance => text::differs_video_guidance(),
        Setting::AudioGuidance => text::differs_audio_guidance(),
        Setting::SkipLayer => text::differs_skip_layer(),
        Setting::SkipWindow => text::differs_skip_window(),
        Setting::Tiles => text::differs_tiles(),
        Setting::Quality => text::differs_quality(),
        Setting::SoundLevel => text::differs_sound_level(),
        Setting::SoundCodec => text::differs_sound_codec(),
        Setting::Device => text::differs_device(),
    }
}

fn words(value: &SettingValue) -> String {
    match value {
        SettingValue::Unknown => text::differs_unknown().to_owned(),
        SettingValue::Unset => text::differs_unset().to_owned(),
        SettingValue::Text(text) => text.clone(),
        SettingValue::Whole(number) => number.to_string(),
        SettingValue::Number(number) => text::decimal(*number),
        SettingValue::Size(width, height) => text::size_px(*width, *height),
        SettingValue::Shares([from, to]) => {
            let percent = |share: &f64| text::percent(*share as f32);
            text::loop_range(percent(from), percent(to))
        }
        SettingValue::Quality(quality) => text::quality(*quality).to_owned(),
        SettingValue::Level(SoundLevel::Leave) => text::differs_level_leave().to_owned(),
        SettingValue::Level(SoundLevel::Limit) => text::differs_level_limit().to_owned(),
        SettingValue::Level(SoundLevel::Normalise) => text::differs_level_normalise().to_owned(),
        SettingValue::Codec(SoundCodec::Aac) => text::differs_codec_aac().to_owned(),
        SettingValue::Codec(SoundCodec::Flac) => text::differs_codec_flac().to_owned(),
    }
}
