//! What the window knows: plain data and pure functions on it. Nothing here names the toolkit, a
//! file or a thread, so every rule of the window is tested without one.

mod advice;
mod batch;
mod comparison;
mod continuation;
mod control;
mod disk;
pub mod estimate;
mod examples;
mod forecast;
mod form;
mod job;
mod job_edit;
mod job_list;
mod job_rules;
mod library;
mod messages;
mod model;
mod news;
mod output_name;
mod place;
mod preset;
mod prompt;
mod queue;
mod readiness;
mod reduce;
mod schedule;
mod section;
mod self_test;
mod structure;
mod sweep;
mod undo;

use ovi_engine::protocol::{ClipId, ClipRecord, Command, ErrorReport, JobId, LibraryCommand};

use crate::keys::{Action, Chord};

pub use advice::{Advice, Tokens};
pub use batch::{Batch, BatchLine, BatchProblem, BatchState, MAX_BATCH_JOBS};
pub use comparison::{
    CompareLayout, Comparison, DIFFERENCE_GAIN, DifferingSetting, NUM_COMPARED, Setting,
    SettingValue, differing_settings,
};
pub use continuation::Continuation;
pub use control::{CODECS, Control, Idle, Kind, LEVELS, QUALITIES, TILES, Value};
pub use disk::FreeSpace;
pub use examples::{Example, examples, prompt_matches};
pub use forecast::Forecast;
pub use form::{
    Aspect, CONTINUE_SECS, Draft, Extras, Form, GUIDANCE, SEED, SHIFT, SIDE, SKIP_LAYER, STEPS,
    TAKES,
};
pub use job::{Job, JobPhase, Memory, Outcome, StageRun};
pub use job_edit::JobEdit;
pub use job_list::{JobList, Reach};
pub use job_rules::JobAction;
pub use library::{Library, LibraryState};
pub use messages::{Message, MessageAction, Messages};
pub use model::{FirstFrame, FirstFramePicture, ModelState, Thumbnail};
pub use news::News;
pub use output_name::{OutputName, Stamp};
pub use place::{Area, corrected};
pub use preset::{PresetRef, preset_from_json, preset_to_json};
pub use prompt::{PromptView, Span, SpanKind, spans};
pub use queue::Queue;
pub use readiness::{Blocked, ResolvedShape};
pub use section::SettingsSection;
pub use self_test::{SelfTest, SelfTestPlan};
pub use structure::{Part, PartUse, Structure};
pub use sweep::{MAX_JOBS, Sweep, SweepKind, take_seeds};
pub use undo::History;

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

/// What the window shows besides its bars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Screen {
    /// Prompt, settings, result.
    #[default]
    Generate,
    /// Jobs.
    Queue,
    /// Clips.
    Library,
    /// Model files.
    Models,
    /// Settings of the program.
    Settings,
}

impl Screen {
    /// All screens in the order of the rail.
    pub const ALL: [Self; 5] = [
        Self::Generate,
        Self::Queue,
        Self::Library,
        Self::Models,
        Self::Settings,
    ];

    /// Name in the settings file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Generate => "generate",
            Self::Queue => "queue",
            Self::Library => "library",
            Self::Models => "models",
            Self::Settings => "settings",
        }
    }

    /// The screen called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|screen| screen.name() == name)
    }
}

/// What the result area shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResultView {
    /// The running job, or the invitation to start one.
    #[default]
    Live,
    /// A finished clip.
    Clip(ClipId),
}

/// Something a rule of the window wants done outside of it.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// Ask the engine.
    Engine(Command),
    /// Ask the library.
    Library(LibraryCommand),
}

/// A short line about something that just happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// One sentence.
    pub text: String,
    /// It is about something that did not work.
    pub is_problem: bool,
    /// The next step.
    pub action: Option<MessageAction>,
}

/// Small window on top of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// List of keys.
    Shortcuts,
    /// What the window said so far.
    Messages,
    /// What shall become of the running job when the window is closed.
    CloseWithJob,
    /// Another key for an action.
    AssignKey {
        /// Action.
        action: Action,
        /// Key that was pressed and cannot simply be taken.
        pressed: Option<Chord>,
    },
    /// Where to copy the shown clip; the path as typed.
    SaveClip(String),
    /// Settings of the waiting job that is being changed.
    EditJob,
    /// Why a job failed.
    JobError(JobId),
    /// Whether the running job shall be stopped.
    ConfirmCancel,
    /// Rows of a batch file.
    Batch,
    /// Prompts to start from.
    Examples,
    /// Prompts that were used; what is searched for in them.
    PromptHistory(String),
    /// The prompt in the model's form, before it is taken.
    Convert,
    /// Clips that differ in one setting.
    Variations(Sweep),
    /// A name for a preset: a new one, or another one for the preset `renames`.
    NamePreset {
        /// Preset that gets the name.
        renames: Option<String>,
        /// Name as typed.
        name: String,
    },
}

/// All state of the window except texture, sound and settings handles.
#[derive(Debug, Default)]
pub struct AppState {
    /// What the window shows.
    pub screen: Screen,
    /// Engine thread.
    pub engine: EngineState,
    /// Fields of the main screen.
    pub form: Form,
    /// Model folder.
    pub model: ModelState,
    /// Picture to start from.
    pub first_frame: FirstFrame,
    /// The prompt is shown taken apart.
    pub is_prompt_structured: bool,
    /// Steps back through the form.
    pub history: History,
    /// Findings on the prompt, and its tokens.
    pub advice: Advice,
    /// Jobs, those that have ended included.
    pub queue: Queue,
    /// Clips, presets, prompts.
    pub library: Library,
    /// Clips that were finished since the program began, oldest first.
    pub session: Vec<ClipId>,
    /// The job of the queue that runs, with all that is known while it does.
    pub job: Option<Job>,
    /// How the last job ended, if not with a clip.
    pub outcome: Outcome,
    /// Newest memory figures.
    pub memory: Memory,
    /// What the result area shows.
    pub view: ResultView,
    /// Clip whose details the library shows.
    pub library_clip: Option<ClipId>,
    /// Clips that are compared, in front of the screen.
    pub comparison: Option<Comparison>,
    /// The picture of the player fills the screen.
    pub is_full_screen: bool,
    /// What the window said so far.
    pub messages: Messages,
    /// Seconds that local time is ahead of UTC.
    pub utc_offset_secs: i64,
    /// Line in the status bar.
    pub notice: Option<Notice>,
    /// Free space of folders.
    pub free_space: FreeSpace,
    /// Section of the settings that is shown.
    pub settings_section: SettingsSection,
    /// Self-test.
    pub self_test: SelfTest,
    /// The window can be hidden and brought back by a second start.
    pub can_hide: bool,
    /// The window is hidden until its jobs are done.
    pub is_hidden: bool,
    /// The window closes as soon as its job has ended.
    pub is_closing: bool,
    /// Open dialog.
    pub dialog: Option<Dialog>,
    /// What is to be sent, in order.
    pub outbox: Vec<Outgoing>,
    /// What the desktop shall hear of, oldest first.
    pub news: Vec<News>,
    /// Parts of long clips that are to be queued in front.
    pub continuations: Vec<Continuation>,
    /// The queue's list.
    pub job_list: JobList,
    /// Sizes and times of the queue's jobs.
    pub forecast: Forecast,
    /// The batch file that is being looked at.
    pub batch: Option<Batch>,
    /// The waiting job that is being changed.
    pub job_edit: Option<JobEdit>,
}

impl AppState {
    /// The clip that is shown beside the form.
    pub fn shown_clip(&self) -> Option<&ClipRecord> {
        match self.view {
            ResultView::Live => None,
            ResultView::Clip(id) => self.library.clip(id),
        }
    }

    /// The clip that the player shows: beside the form, or in the details of the library.
    pub fn clip_on_screen(&self) -> Option<&ClipRecord> {
        match self.screen {
            Screen::Library => self.library.clip(self.library_clip?),
            Screen::Generate | Screen::Queue | Screen::Models | Screen::Settings => {
                self.shown_clip()
            }
        }
    }

    /// Have something kept.
    pub fn keep(&mut self, command: LibraryCommand) {
        self.outbox.push(Outgoing::Library(command));
    }

    /// Have the engine do something.
    pub fn ask_engine(&mut self, command: Command) {
        self.outbox.push(Outgoing::Engine(command));
    }

    /// Forget which clips were made since the start. A clip that is shown stays.
    pub fn clear_session(&mut self) {
        self.session.clear();
    }

    /// Say something in the status bar.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.say(text.into(), false);
    }

    /// Say in the status bar that something did not work.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.say(text.into(), true);
    }

    /// Say in the status bar what failed, and what can be done.
    pub fn complain_of(&mut self, report: &ErrorReport) {
        self.messages.report(report);
        self.notice = Some(Notice {
            text: report.to_string(),
            is_problem: true,
            action: Some(MessageAction::of_error(report.code)),
        });
    }

    fn say(&mut self, text: String, is_problem: bool) {
        self.messages.note(text.clone(), is_problem);
        self.notice = Some(Notice {
            text,
            is_problem,
            action: None,
        });
    }
}
