//! Sentences with numbers or names in them.

use std::path::Path;

use log::Level;
use ovi_engine::prompt::PairFault;
use ovi_engine::protocol::{ClipQuality, JobId, SolverKind, SoundCodec, Stage};

use super::figures::{bytes, count, duration, signed_bytes};
use super::language;
use crate::keys::{Action, Scope};
use crate::settings::ThemeChoice;
use crate::state::{Blocked, JobPhase, MessageAction, Screen, SettingsSection};

/// Why Generate is disabled.
pub fn blocked(blocked: Blocked) -> &'static str {
    match blocked {
        Blocked::EngineStarting => "The engine is starting.",
        Blocked::EngineStopped => "The engine has ended. Restart the program.",
        Blocked::NoModel => "Choose a model folder first.",
        Blocked::ModelChecking => "The model folder is being looked at.",
        Blocked::ModelUnusable => "The model folder cannot be used, see Model.",
        Blocked::VariantUnknown => "Say which published model this is, see Model.",
        Blocked::NoPrompt => "Write a prompt first.",
        Blocked::Tags(fault) => pair_fault(fault),
        Blocked::PictureReading => "The first frame is being read.",
        Blocked::PictureUnusable => "The first frame cannot be used.",
        Blocked::NoOutputFolder => "Choose an output folder.",
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
    let words = count(num_words, "word", "words");
    match num_spoken_words {
        0 => words,
        _ => format!("{words}, {num_spoken_words} spoken"),
    }
}

/// Name of a stage.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Prepare => "Prepare",
        Stage::Text => "Text",
        Stage::FirstFrame => "First frame",
        Stage::Sampling => "Sampling",
        Stage::Sound => "Sound",
        Stage::Picture => "Picture",
        Stage::Writing => "Writing",
    }
}

/// What the running stage counts.
pub fn stage_unit(stage: Stage, done: u32, total: u32) -> Option<String> {
    if total == 0 {
        return None;
    }
    let unit = match stage {
        Stage::Sampling => "step",
        Stage::Text => "text",
        Stage::Picture => "part",
        Stage::Prepare | Stage::FirstFrame | Stage::Sound | Stage::Writing => "part",
    };
    Some(format!("{unit} {done} of {total}"))
}

/// Time of one unit of the running stage.
pub fn unit_time(stage: Stage, secs: f64) -> String {
    let unit = if stage == Stage::Sampling {
        "step"
    } else {
        "part"
    };
    format!("{} per {unit}", duration(secs))
}

/// Time left in the running stage.
pub fn time_left(stage_name: &str, secs: f64) -> String {
    format!("{} left in {}", duration(secs), stage_name.to_lowercase())
}

/// One line about a job.
pub fn job_phase(phase: JobPhase) -> String {
    match phase {
        JobPhase::Sending => "Preparing the output folder".into(),
        JobPhase::Sent | JobPhase::Queued { position: 0 } => "Starting".into(),
        JobPhase::Queued { position } => format!("Waiting, {position} before it"),
        JobPhase::Running(running) => stage(running).into(),
        JobPhase::Cancelling => super::cancelling().into(),
    }
}

/// Name of a job whose clip has no name yet.
pub fn job_name(job: JobId) -> String {
    format!("Clip {}", job.0)
}

/// The preview's step.
pub fn preview_step(step: u32) -> String {
    format!("Preview after step {step}")
}

/// Counted memory beside what the system sees.
pub fn memory_gap(num_bytes: i64) -> String {
    format!("gap {}", signed_bytes(num_bytes))
}

/// One way to look at memory, how much it is, and what goes with it.
pub fn memory_title(name: &str, num_bytes: u64, more: &str) -> String {
    match more {
        "" => format!("{name} {}", bytes(num_bytes)),
        more => format!("{name} {} · {more}", bytes(num_bytes)),
    }
}

/// Explains the gap.
pub const MEMORY_GAP_HINT: &str = "Resident memory above the level before the job that no account \
    explains, mapped files left out. Below zero: counted, but not touched yet.";

/// Peak of the counted memory.
pub fn memory_peak(num_bytes: u64) -> String {
    format!("peak {}", bytes(num_bytes))
}

/// Memory in the status bar.
pub fn memory_status(counted: u64, resident: Option<u64>) -> String {
    match resident {
        Some(resident) => format!("{} counted · {} resident", bytes(counted), bytes(resident)),
        None => format!("{} counted", bytes(counted)),
    }
}

/// Share of the machine's memory.
pub fn memory_free(available: u64, total: u64) -> String {
    format!("{} of {} free", bytes(available), bytes(total))
}

/// Facts of a finished clip.
pub fn clip_facts(seed: u64, total_secs: f64, peak_bytes: u64, num_bytes: u64) -> String {
    format!(
        "Seed {seed} · made in {} · peak {} · file {}",
        duration(total_secs),
        bytes(peak_bytes),
        bytes(num_bytes)
    )
}

/// Frame counter; frames are counted from 1 for people.
pub fn frame_of(frame_idx: u32, num_frames: u32) -> String {
    format!("frame {} of {num_frames}", u64::from(frame_idx) + 1)
}

/// Parameters of a model.
pub fn parameters(num: u64) -> String {
    match num {
        0..1_000_000 => format!("{num} parameters"),
        1_000_000..1_000_000_000 => format!("{:.1} M parameters", num as f64 / 1e6),
        _ => format!("{:.2} B parameters", num as f64 / 1e9),
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
    }
}

/// A folder could not be shown.
pub fn cannot_show_folder(folder: &Path) -> String {
    format!(
        "No file manager could be started. The folder is {}",
        folder.display()
    )
}

/// The output folder could not be made.
pub fn output_folder_failed(folder: &Path, error: &str) -> String {
    format!(
        "The output folder cannot be made ({error}): {}",
        folder.display()
    )
}

/// Next step after [`output_folder_failed`].
pub const CHOOSE_FOLDER: &str = "Choose another folder.";

/// The settings file is no settings file.
pub fn settings_unreadable(error: &str) -> String {
    format!("The settings could not be read ({error}); the defaults are used.")
}

/// One setting has no usable value.
pub fn setting_ignored(key: &str, value: &str) -> String {
    format!("Setting {key} = {value} was not understood; its default is used.")
}

/// No window can be shown, and what works instead.
pub const NO_WINDOW: &str = "no window can be opened here, because there is no display or no \
    graphics driver; use: ovi generate --checkpoint FOLDER --prompt TEXT --output FILE.mp4";

/// The engine thread could not be started.
pub fn no_engine(error: &str) -> String {
    format!("The engine could not be started: {error}.")
}

/// A file dropped on the window has no use.
pub fn cannot_use_file(path: &Path) -> String {
    format!(
        "Only pictures and model folders can be dropped here, not {}",
        path.display()
    )
}

/// Dimensions of the chosen picture.
pub fn picture_size(width: u32, height: u32) -> String {
    format!("{width} × {height} px picture")
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
