//! Sentences with numbers or names in them.

use std::path::Path;

use log::Level;
use ovi_engine::prompt::PairFault;
use ovi_engine::protocol::{ClipQuality, JobId, SolverKind, SoundCodec, Stage};

use super::figures::{bytes, duration, fixed, signed_bytes, whole};
use super::language::{self, Language};
use super::language_files::{LanguageFlaw, LanguageProblem};
use crate::keys::{Action, Scope};
use crate::settings::ThemeChoice;
use crate::state::{Blocked, JobPhase, MessageAction, Screen, SettingsSection};

/// Why Generate is disabled.
pub fn blocked(blocked: Blocked) -> &'static str {
    match blocked {
        Blocked::EngineStarting => super::blocked_engine_starting(),
        Blocked::EngineStopped => super::blocked_engine_stopped(),
        Blocked::NoModel => super::blocked_no_model(),
        Blocked::ModelChecking => super::blocked_model_checking(),
        Blocked::ModelUnusable => super::blocked_model_unusable(),
        Blocked::VariantUnknown => super::blocked_variant_unknown(),
        Blocked::NoPrompt => super::blocked_no_prompt(),
        Blocked::Tags(fault) => pair_fault(fault),
        Blocked::PictureReading => super::blocked_picture_reading(),
        Blocked::PictureUnusable => super::blocked_picture_unusable(),
        Blocked::NoOutputFolder => super::blocked_no_output_folder(),
    }
}

/// How speech tags fail to pair up.
pub fn pair_fault(fault: PairFault) -> &'static str {
    match fault {
        PairFault::NeverEnds => super::speech_never_ends(),
        PairFault::NeverStarts => super::speech_never_starts(),
        PairFault::Nested => super::speech_nested(),
    }
}

/// Name of a screen.
pub fn screen(screen: Screen) -> &'static str {
    match screen {
        Screen::Generate => super::screen_generate(),
        Screen::Queue => super::screen_queue(),
        Screen::Library => super::screen_library(),
        Screen::Models => super::screen_models(),
        Screen::Settings => super::screen_settings(),
    }
}

/// Words of the prompt.
pub fn word_count(num_words: usize, num_spoken_words: usize) -> String {
    let words = super::words(num_words as u64);
    match num_spoken_words {
        0 => words,
        spoken => super::words_spoken(words, whole(spoken as u64)),
    }
}

/// Name of a stage.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Prepare => super::stage_prepare(),
        Stage::Text => super::stage_text(),
        Stage::FirstFrame => super::stage_first_frame(),
        Stage::Sampling => super::stage_sampling(),
        Stage::Sound => super::stage_sound(),
        Stage::Picture => super::stage_picture(),
        Stage::Writing => super::stage_writing(),
    }
}

/// What the running stage counts.
pub fn stage_unit(stage: Stage, done: u32, total: u32) -> Option<String> {
    if total == 0 {
        return None;
    }
    Some(match stage {
        Stage::Sampling => super::step_of(done, total),
        Stage::Text => super::text_of(done, total),
        Stage::Picture | Stage::Prepare | Stage::FirstFrame | Stage::Sound | Stage::Writing => {
            super::part_of(done, total)
        }
    })
}

/// Time of one unit of the running stage.
pub fn unit_time(stage: Stage, secs: f64) -> String {
    match stage {
        Stage::Sampling => super::time_per_step(duration(secs)),
        _ => super::time_per_part(duration(secs)),
    }
}

/// Time left in the running stage.
pub fn time_left(secs: f64) -> String {
    super::time_left_in(duration(secs))
}

/// One line about a job.
pub fn job_phase(phase: JobPhase) -> String {
    match phase {
        JobPhase::Sending => super::phase_sending().into(),
        JobPhase::Sent | JobPhase::Queued { position: 0 } => super::phase_starting().into(),
        JobPhase::Queued { position } => super::phase_queued(position as u64),
        JobPhase::Running(running) => stage(running).into(),
        JobPhase::Cancelling => super::cancelling().into(),
    }
}

/// Name of a job whose clip has no name yet.
pub fn job_name(job: JobId) -> String {
    super::clip_number(job.0)
}

/// Counted memory beside what the system sees.
pub fn memory_gap(num_bytes: i64) -> String {
    super::memory_gap_of(signed_bytes(num_bytes))
}

/// One way to look at memory, how much it is, and what goes with it.
pub fn memory_title(name: &str, num_bytes: u64, more: &str) -> String {
    match more {
        "" => format!("{name} {}", bytes(num_bytes)),
        more => format!("{name} {} · {more}", bytes(num_bytes)),
    }
}

/// Peak of the counted memory.
pub fn memory_peak(num_bytes: u64) -> String {
    super::memory_peak_of(bytes(num_bytes))
}

/// Memory in the status bar.
pub fn memory_status(counted: u64, resident: Option<u64>) -> String {
    match resident {
        Some(resident) => super::memory_both(bytes(counted), bytes(resident)),
        None => super::memory_counted_of(bytes(counted)),
    }
}

/// Share of the machine's memory.
pub fn memory_free(available: u64, total: u64) -> String {
    super::memory_free_of(bytes(available), bytes(total))
}

/// Facts of a finished clip.
pub fn clip_facts(seed: u64, total_secs: f64, peak_bytes: u64, num_bytes: u64) -> String {
    super::facts_line(
        seed,
        duration(total_secs),
        bytes(peak_bytes),
        bytes(num_bytes),
    )
}

/// Frame counter; frames are counted from 1 for people.
pub fn frame_of(frame_idx: u32, num_frames: u32) -> String {
    super::frame_counter(u64::from(frame_idx) + 1, num_frames)
}

/// Parameters of a model.
pub fn parameters(num: u64) -> String {
    match num {
        0..1_000_000 => super::parameters_few(num),
        1_000_000..1_000_000_000 => super::parameters_millions(fixed(num as f64 / 1e6, 1)),
        _ => super::parameters_billions(fixed(num as f64 / 1e9, 2)),
    }
}

/// Name of a compression.
pub fn quality(quality: ClipQuality) -> &'static str {
    match quality {
        ClipQuality::Draft => super::quality_draft(),
        ClipQuality::Good => super::quality_good(),
        ClipQuality::High => super::quality_high(),
    }
}

/// Name of a solver.
pub fn solver(solver: SolverKind) -> &'static str {
    solver.name()
}

/// What an action does.
pub fn action(action: Action) -> &'static str {
    language::by_key(&format!("action_{}", action.name()))
}

/// Where keys work.
pub fn scope(scope: Scope) -> &'static str {
    language::by_key(&format!("scope_{}", scope.name()))
}

/// The next step of a message.
pub fn message_action(action: MessageAction) -> &'static str {
    match action {
        MessageAction::ShowModels => super::act_models(),
        MessageAction::ShowGenerate => super::act_generate(),
        MessageAction::ShowQueue => super::act_queue(),
        MessageAction::ChoosePicture => super::act_picture(),
        MessageAction::ChooseOutput => super::act_output(),
        MessageAction::NewSeed => super::act_seed(),
        MessageAction::ShowDiagnostics => super::act_diagnostics(),
    }
}

/// Name of a level of the log, which shows the worse ones as well.
pub fn log_level(level: Level) -> &'static str {
    match level {
        Level::Error => super::log_errors(),
        Level::Warn => super::log_warnings(),
        Level::Info => super::log_infos(),
        Level::Debug | Level::Trace => super::log_all(),
    }
}

/// Name of a section of the settings.
pub fn settings_section(section: SettingsSection) -> &'static str {
    match section {
        SettingsSection::General => super::section_general(),
        SettingsSection::Folders => super::section_folders(),
        SettingsSection::Files => super::section_files(),
        SettingsSection::Appearance => super::section_appearance(),
        SettingsSection::Keyboard => super::section_keyboard(),
        SettingsSection::Privacy => super::section_privacy(),
        SettingsSection::Hardware => super::section_hardware(),
        SettingsSection::Diagnostics => super::section_diagnostics(),
    }
}

/// Name of a picture compression among the settings.
pub fn quality_name(quality: ClipQuality) -> &'static str {
    match quality {
        ClipQuality::Draft => super::set_quality_draft(),
        ClipQuality::Good => super::set_quality_good(),
        ClipQuality::High => super::set_quality_high(),
    }
}

/// Name of a sound compression.
pub fn sound_codec_name(codec: SoundCodec) -> &'static str {
    match codec {
        SoundCodec::Aac => super::set_sound_aac(),
        SoundCodec::Flac => super::set_sound_flac(),
    }
}

/// What a field of the name template stands for.
pub fn name_field(field: &str) -> &'static str {
    match field {
        "date" => super::set_field_date(),
        "time" => super::set_field_time(),
        "width" => super::set_field_width(),
        "height" => super::set_field_height(),
        "seed" => super::set_field_seed(),
        "index" => super::set_field_index(),
        _ => super::set_field_slug(),
    }
}

/// Name of a theme.
pub fn theme(theme: ThemeChoice) -> &'static str {
    match theme {
        ThemeChoice::System => super::theme_system(),
        ThemeChoice::Light => super::theme_light(),
        ThemeChoice::Dark => super::theme_dark(),
        ThemeChoice::ContrastLight => super::theme_contrast_light(),
        ThemeChoice::ContrastDark => super::theme_contrast_dark(),
    }
}

/// Why a file is no language.
pub fn language_problem(problem: &LanguageProblem) -> String {
    let file = &problem.file;
    match &problem.flaw {
        LanguageFlaw::Name => super::language_file_name(file),
        LanguageFlaw::BuiltIn => super::language_file_built_in(file),
        LanguageFlaw::TooLarge => super::language_file_large(file),
        LanguageFlaw::Unreadable(error) => super::language_file_unreadable(file, error),
        LanguageFlaw::Control(key) => super::language_file_control(file, key),
        LanguageFlaw::Empty => super::language_file_empty(file),
    }
}

/// A language in the list of languages.
pub fn language_name(language: &Language) -> String {
    match language.percent() {
        100 => language.name.clone(),
        percent => super::language_incomplete(&language.name, super::unit_percent(percent)),
    }
}

/// A folder could not be shown.
pub fn cannot_show_folder(folder: &Path) -> String {
    super::no_file_manager(folder.display())
}

/// The output folder could not be made.
pub fn output_folder_failed(folder: &Path, error: &str) -> String {
    super::no_output_folder(error, folder.display())
}

/// A file dropped on the window has no use.
pub fn cannot_use_file(path: &Path) -> String {
    super::file_unusable(path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_and_scope_has_a_name() {
        for action in Action::ALL {
            assert!(!super::action(*action).is_empty(), "{action:?}");
        }
        for scope in Scope::ALL {
            assert!(!super::scope(scope).is_empty(), "{scope:?}");
        }
    }
}
