//! The text of "Copy report": what someone who helps needs to know, without prompts and pictures
//! unless they are asked for.

use std::fmt::Write;

use ovi_engine::protocol::GenerateRequest;
use ovi_media::prompt_slug;

use crate::hardware::Hardware;
use crate::logging::LogLine;
use crate::settings::Settings;
use crate::state::{AppState, Form};

/// Lines of the log in a report.
pub const LOG_LINES: usize = 100;
/// Texts shorter than this are left: they would be found in everything.
const LEAST_CHARS: usize = 3;

/// What a report is made of.
pub struct Report<'a> {
    /// State.
    pub state: &'a AppState,
    /// Settings.
    pub settings: &'a Settings,
    /// Machine.
    pub hardware: &'a Hardware,
    /// Newest lines of the log.
    pub log: &'a [LogLine],
    /// Leave prompts and paths of pictures in.
    pub has_prompts: bool,
}

impl Report<'_> {
    /// The text. It is for developers and in English whatever the window speaks.
    pub fn text(&self) -> String {
        let text = self.everything();
        let text = match self.has_prompts {
            true => text,
            false => without(&text, &secrets(self.state)),
        };
        match std::env::home_dir() {
            Some(home) if home.components().count() > 1 => {
                text.replace(&*home.to_string_lossy(), "~")
            }
            _ => text,
        }
    }

    fn everything(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        self.write(&mut text).ok();
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let state = self.state;
        writeln!(text, "Ovi Desktop {}", env!("CARGO_PKG_VERSION"))?;
        writeln!(text, "{} {}", std::env::consts::OS, std::env::consts::ARCH)?;
        writeln!(text, "\n[hardware]\n{}", self.hardware)?;
        writeln!(text, "\n[state]")?;
        writeln!(
            text,
            "engine {:?}, screen {}",
            state.engine,
            state.screen.name()
        )?;
        let (num_jobs, num_failed) = (state.queue.entries().len(), state.queue.num_failed());
        let num_clips = state.library.clips().len();
        writeln!(
            text,
            "{num_jobs} jobs, {num_failed} failed, {num_clips} clips"
        )?;
        match state.model.info() {
            Some(info) => {
                let variant = info.variant.map_or("unknown", |variant| variant.name());
                writeln!(text, "model {variant} in {}", info.root.display())?;
                for file in &info.files {
                    let (role, bytes) = (file.role.label(), file.num_bytes);
                    writeln!(text, "  {role}: {bytes} bytes, {}", file.description)?;
                }
            }
            None => writeln!(text, "no model")?,
        }
        if let Some(job) = &state.job {
            writeln!(text, "running: {:?}", job.phase)?;
        }
        if self.has_prompts {
            writeln!(text, "prompt: {}", state.form.prompt)?;
            writeln!(text, "first frame: {}", state.form.first_frame)?;
        }
        writeln!(text, "\n[last error]")?;
        match state.messages.last_problem() {
            Some(message) => writeln!(text, "{}", message.details)?,
            None => writeln!(text, "none")?,
        }
        writeln!(text, "\n[settings]\n{}", self.settings.to_toml())?;
        writeln!(text, "[log]")?;
        let skipped = self.log.len().saturating_sub(LOG_LINES);
        for line in self.log.iter().skip(skipped) {
            writeln!(text, "{line}")?;
        }
        Ok(())
    }
}

/// Everything that must not be in a report, longest first: a part of it must not break the whole.
fn secrets(state: &AppState) -> Vec<String> {
    let mut found = Vec::new();
    let default = Form::default();
    let mut add_prompt = |prompt: &str, default: &str| {
        if prompt != default {
            found.push(prompt.to_owned());
            found.push(prompt_slug(prompt));
            found.extend(prompt.lines().map(str::to_owned));
        }
    };
    let form = &state.form;
    add_prompt(&form.prompt, "");
    add_prompt(&form.video_negative, &default.video_negative);
    add_prompt(&form.audio_negative, &default.audio_negative);
    for used in &state.library.prompts {
        add_prompt(&used.prompt, "");
    }
    let requests: Vec<&GenerateRequest> = state
        .queue
        .entries()
        .iter()
        .map(|entry| &entry.request)
        .chain(state.job.iter().map(|job| &*job.request))
        .chain(
            state
                .library
                .clips()
                .iter()
                .filter_map(|clip| clip.request.as_ref()),
        )
        .collect();
    for request in &requests {
        add_prompt(&request.prompt, "");
        add_prompt(&request.video_negative, &default.video_negative);
        add_prompt(&request.audio_negative, &default.audio_negative);
    }
    let pictures = requests
        .iter()
        .filter_map(|request| request.first_frame.as_ref())
        .map(|path| path.display().to_string());
    found.extend(pictures);
    found.push(form.first_frame.clone());
    // Logs quote text in the way of the language.
    let escaped: Vec<String> = found
        .iter()
        .map(|text| text.escape_debug().to_string())
        .collect();
    found.extend(escaped);
    found.retain(|text| text.trim().chars().count() >= LEAST_CHARS);
    found.sort_by_key(|text| std::cmp::Reverse(text.len()));
    found.dedup();
    found
}

fn without(text: &str, secrets: &[String]) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        text = text.replace(secret.trim(), "[removed]");
    }
    text
}

#[cfg(test)]
mod tests {
    use log::Level;
    use ovi_engine::protocol::{ErrorCode, ErrorReport, JobId, PromptUse, QueueEntry};

    use super::*;

    const PROMPT: &str = "A secret \"garden\"\nwith <S>whispered words<E>";

    fn state() -> AppState {
        let mut state = AppState::default();
        state.form.prompt = PROMPT.into();
        state.form.first_frame = "/home/me/aunt.png".into();
        state.library.prompts.push(PromptUse {
            prompt: "An older hidden wish".into(),
            used_unix: 0,
        });
        let request = GenerateRequest {
            first_frame: Some("/pictures/uncle.jpg".into()),
            ..GenerateRequest::new("", "Queued private scene", "")
        };
        let job = QueueEntry::new(JobId(1), request, 0);
        state.queue.add(vec![job], false);
        state.complain_of(&ErrorReport {
            code: ErrorCode::Write,
            message: format!("cannot write {}.mp4", prompt_slug(PROMPT)),
            action: String::new(),
            details: format!("request {:?} with /pictures/uncle.jpg", PROMPT),
        });
        state
    }

    fn report(state: &AppState, has_prompts: bool) -> String {
        let line = |text: String| LogLine {
            secs: 0.0,
            level: Level::Warn,
            target: "ovi".into(),
            text,
        };
        let log = [
            line(format!("reading {PROMPT}")),
            line("An older hidden wish, Queued private scene, /home/me/aunt.png".into()),
        ];
        Report {
            state,
            settings: &Settings::default(),
            hardware: &Hardware::default(),
            log: &log,
            has_prompts,
        }
        .text()
    }

    #[test]
    fn no_prompt_and_no_picture_is_in_a_report() {
        let text = report(&state(), false).to_lowercase();
        for secret in [
            "secret", "garden", "whisper", "hidden", "private", "aunt", "uncle",
        ] {
            assert!(!text.contains(secret), "{secret} in\n{text}");
        }
        assert!(text.contains("e-write") && text.contains("[settings]"));
    }

    #[test]
    fn they_are_in_it_when_asked_for() {
        let text = report(&state(), true);
        for wanted in ["secret", "aunt.png", "older hidden wish"] {
            assert!(text.contains(wanted), "{wanted}");
        }
    }

    #[test]
    fn only_the_last_lines_of_the_log_are_in_it() {
        let log: Vec<LogLine> = (0..LOG_LINES + 7)
            .map(|number| LogLine {
                secs: 0.0,
                level: Level::Info,
                target: "ovi".into(),
                text: format!("line number {number}."),
            })
            .collect();
        let state = AppState::default();
        let report = Report {
            state: &state,
            settings: &Settings::default(),
            hardware: &Hardware::default(),
            log: &log,
            has_prompts: false,
        };
        let text = report.text();
        assert!(!text.contains("number 6.") && text.contains("number 7."));
    }
}
