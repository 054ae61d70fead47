//! What wishes about the settings of the program do.

use std::path::{Path, PathBuf};

use egui::Context;
use ovi_engine::protocol::LibraryCommand;

use super::{diagnostics, remember};
use crate::app::OviApp;
use crate::command::SettingsWish;
use crate::keys::Chord;
use crate::settings::{OutputDefaults, Settings, TEXT_SCALE};
use crate::state::Form;
use crate::tasks::TaskDone;
use crate::text::{self, LanguageFiles, language};
use crate::theme;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, ctx: &Context, wish: SettingsWish) {
    match wish {
        SettingsWish::Change(settings) => change(app, ctx, *settings),
        SettingsWish::ShowSection(section) => app.state.settings_section = section,
        SettingsWish::SetKeys(action, chords) => {
            for chord in &chords {
                for other in app.settings.keymap.conflicts(action, *chord) {
                    let kept = app.settings.keymap.chords(other).iter();
                    let kept: Vec<Chord> = kept.copied().filter(|kept| kept != chord).collect();
                    app.settings.keymap.set(other, kept);
                }
            }
            app.settings.keymap.set(action, chords);
        }
        SettingsWish::ResetKeys(action) => app.settings.keymap.reset(action),
        SettingsWish::ResetAllKeys => app.settings.keymap = Default::default(),
        SettingsWish::ClearPrompts => {
            app.state.library.prompts.clear();
            app.state.keep(LibraryCommand::ClearPrompts);
            app.state.tell(text::prompts_cleared());
        }
        SettingsWish::ClearSession => app.state.clear_session(),
        SettingsWish::StartSelfTest => diagnostics::start_self_test(app),
        SettingsWish::CopyReport { has_prompts } => {
            diagnostics::copy_report(app, ctx, has_prompts);
        }
        SettingsWish::ShowFolder(folder) => show_folder(app, folder),
    }
    remember(app);
}

/// Take over settings, and let what changed apply.
fn change(app: &mut OviApp, ctx: &Context, settings: Settings) {
    let old = std::mem::replace(&mut app.settings, settings);
    let new = &app.settings;
    if old.theme != new.theme {
        theme::show(ctx, new.theme);
    }
    if old.language != new.language {
        speak(&new.language, app.services.system_language.as_deref());
    }
    if old.has_large_targets != new.has_large_targets {
        theme::set_large_targets(ctx, new.has_large_targets);
    }
    if old.output != new.output {
        change_form(&mut app.state.form, &old.output, &new.output);
        if old.output.latents_cap_bytes() > new.output.latents_cap_bytes() {
            prune_latents(app);
        }
    }
    if old.output_folder != app.settings.output_folder {
        app.state.form.output_folder = app.settings.output_folder.clone();
    }
    let scale = app.settings.text_scale;
    if old.text_scale != scale {
        set_text_scale(app, ctx, scale);
    }
}

/// Fields of the form that still have the old default take the new one.
fn change_form(form: &mut Form, old: &OutputDefaults, new: &OutputDefaults) {
    fn follow<T: PartialEq + Copy>(field: &mut T, old: T, new: T) {
        if *field == old {
            *field = new;
        }
    }
    follow(&mut form.quality, old.quality, new.quality);
    follow(&mut form.sound_codec, old.sound_codec, new.sound_codec);
    let switches = [
        (
            &mut form.keeps_latents,
            old.keeps_latents,
            new.keeps_latents,
        ),
        (&mut form.saves_wav, old.saves_wav, new.saves_wav),
        (&mut form.saves_frames, old.saves_frames, new.saves_frames),
        (
            &mut form.saves_first_frame,
            old.saves_first_frame,
            new.saves_first_frame,
        ),
        (
            &mut form.saves_settings,
            old.saves_settings,
            new.saves_settings,
        ),
        (
            &mut form.omits_prompts,
            old.omits_prompts,
            new.omits_prompts,
        ),
    ];
    for (field, old, new) in switches {
        follow(field, old, new);
    }
}

/// Speak the chosen language; without a choice the system's, and English where that is not there.
pub fn speak(chosen: &str, system: Option<&str>) {
    let code = match chosen {
        "" => system.unwrap_or(language::ENGLISH),
        chosen => chosen,
    };
    if !language::speak_code(code) {
        language::speak_code(language::ENGLISH);
    }
}

/// Read the languages of the user's files.
pub fn read_languages(app: &OviApp) {
    let Some(folder) = app.services.places.languages() else {
        return;
    };
    let tasks = &app.services.tasks;
    tasks.run("languages", move || {
        TaskDone::Languages(text::read_languages(&folder))
    });
}

/// Offer them, and speak the chosen one if it is among them.
pub fn offer_languages(app: &mut OviApp, files: LanguageFiles) {
    language::offer(files.languages);
    speak(
        &app.settings.language,
        app.services.system_language.as_deref(),
    );
    if !files.problems.is_empty() {
        let sentences: Vec<String> = files.problems.iter().map(text::language_problem).collect();
        app.state.complain(sentences.join(" "));
    }
}

/// Let the library remove what is above the cap on kept latents.
pub fn prune_latents(app: &mut OviApp) {
    let max_bytes = app.settings.output.latents_cap_bytes();
    app.state.keep(LibraryCommand::PruneLatents { max_bytes });
}

/// Set the size of everything.
pub fn set_text_scale(app: &mut OviApp, ctx: &Context, scale: f32) {
    let scale = scale.clamp(*TEXT_SCALE.start(), *TEXT_SCALE.end());
    app.settings.text_scale = scale;
    ctx.set_zoom_factor(scale);
    remember(app);
}

/// Ask how much space is left for `folder`.
pub fn ask_free_space(app: &OviApp, folder: PathBuf) {
    let desktop = app.services.desktop.clone();
    app.services.tasks.run("free space", move || {
        let num_bytes = desktop.free_space(&folder);
        TaskDone::FreeSpace(folder, num_bytes)
    });
}

/// Ask for every folder that the settings show.
pub fn ask_free_space_of_all(app: &OviApp) {
    let places = &app.services.places;
    let files = [places.settings_file(), places.library_file()];
    let parents = files.into_iter().flatten();
    let parents = parents.filter_map(|file| Some(file.parent()?.to_owned()));
    let form = &app.state.form;
    let typed = PathBuf::from(form.checkpoint.trim());
    let typed = (!typed.as_os_str().is_empty()).then_some(typed);
    let folders: std::collections::BTreeSet<PathBuf> = parents
        .chain(places.cache.clone())
        .chain(typed)
        .chain(form.output_folder())
        .collect();
    for folder in folders {
        ask_free_space(app, folder);
    }
}

/// The folder, or the nearest one around it that is there: it may not have been made yet.
fn nearest_existing(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.is_dir())
}

fn show_folder(app: &OviApp, folder: PathBuf) {
    let desktop = app.services.desktop.clone();
    app.services.tasks.run("show folder", move || {
        let there = nearest_existing(&folder).unwrap_or(&folder);
        TaskDone::FolderShown(desktop.show_folder(there))
    });
}
