//! What the window knows: plain data and pure functions on it. Nothing here names the toolkit, a
//! file or a thread, so every rule of the window is tested without one.

mod clips;
mod form;
mod job;
mod model;
mod prompt;
mod readiness;
mod reduce;

use ovi_engine::protocol::JobId;

pub use clips::{ClipEntry, ResultView};
pub use form::{Aspect, Form, GUIDANCE, SHIFT, SIDE, SKIP_LAYER, STEPS};
pub use job::{Job, JobPhase, Memory, Outcome, StageRun};
pub use model::{FirstFrame, FirstFramePicture, ModelState, Thumbnail};
pub use prompt::{PromptView, Span, SpanKind, TagError};
pub use readiness::{Blocked, ResolvedShape};

/// Frames per second of every clip the model makes (spec: product 4.5).
pub const FPS: u32 = 24;

/// Whether the engine thread answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineState {
    /// It has not said that it is ready.
    #[default]
    Starting,
    /// It takes commands.
    Ready,
    /// It has ended; only a restart helps.
    Stopped,
}

/// A short line about something that just happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// One sentence.
    pub text: String,
    /// It is about something that did not work.
    pub is_problem: bool,
}

/// Small window on top of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// List of keys.
    Shortcuts,
    /// Where to copy the shown clip; the path as typed.
    SaveClip(String),
}

/// All state of the window except texture, sound and settings handles.
#[derive(Debug, Default)]
pub struct AppState {
    /// Engine thread.
    pub engine: EngineState,
    /// Fields of the main screen.
    pub form: Form,
    /// Model folder.
    pub model: ModelState,
    /// Picture to start from.
    pub first_frame: FirstFrame,
    /// Job that has not ended.
    pub job: Option<Job>,
    /// How the last job ended, if not with a clip.
    pub outcome: Outcome,
    /// Newest memory figures.
    pub memory: Memory,
    /// Clips of this run, oldest first.
    pub clips: Vec<ClipEntry>,
    /// What the result area shows.
    pub view: ResultView,
    /// Line in the status bar.
    pub notice: Option<Notice>,
    /// Open dialog.
    pub dialog: Option<Dialog>,
    last_job: u64,
}

impl AppState {
    /// A job number that was never used.
    pub fn next_job_id(&mut self) -> JobId {
        self.last_job += 1;
        JobId(self.last_job)
    }

    /// The clip that is shown.
    pub fn shown_clip(&self) -> Option<&ClipEntry> {
        match self.view {
            ResultView::Live => None,
            ResultView::Clip(idx) => self.clips.get(idx),
        }
    }

    /// Say something in the status bar.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            is_problem: false,
        });
    }

    /// Say in the status bar that something did not work.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice {
            text: text.into(),
            is_problem: true,
        });
    }
}
