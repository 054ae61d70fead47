//! What the library keeps: jobs, clips, presets, prompts. Times are seconds since 1970 (UTC).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::clip::Clip;
use super::job::{GenerateRequest, JobId};
use super::report::ErrorReport;

/// Number of a clip: that of the job that made it, or a random one for a clip from elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClipId(pub u64);

impl From<JobId> for ClipId {
    fn from(job: JobId) -> Self {
        Self(job.0)
    }
}

/// Where a job of the queue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueState {
    /// It has not begun.
    Waiting,
    /// The engine has it.
    Running,
    /// Its clip is in the library.
    Done,
    /// It failed, see the report.
    Failed,
    /// The user stopped it.
    Cancelled,
    /// The program ended while it ran; it is offered again.
    Interrupted,
}

impl QueueState {
    /// Whether nothing more will happen to the job by itself.
    pub fn has_ended(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// A job of the durable queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueueEntry {
    /// Number, random and never used before; the engine gets the same one.
    pub id: JobId,
    /// Where it is.
    pub state: QueueState,
    /// What to make, and where its clip goes.
    pub request: GenerateRequest,
    /// Name for people, e.g. from a batch file; empty is the start of the prompt.
    #[serde(default)]
    pub name: String,
    /// When it was queued.
    pub created_unix: i64,
    /// When it began.
    #[serde(default)]
    pub started_unix: Option<i64>,
    /// When it ended.
    #[serde(default)]
    pub ended_unix: Option<i64>,
    /// Why it failed.
    #[serde(default)]
    pub report: Option<ErrorReport>,
}

impl QueueEntry {
    /// A waiting job.
    pub fn new(id: JobId, request: GenerateRequest, created_unix: i64) -> Self {
        Self {
            id,
            state: QueueState::Waiting,
            request,
            name: String::new(),
            created_unix,
            started_unix: None,
            ended_unix: None,
            report: None,
        }
    }
}

/// A clip of the library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClipRecord {
    /// Number.
    pub id: ClipId,
    /// When it was finished or added.
    pub created_unix: i64,
    /// What the engine reported, or what the file tells.
    pub clip: Clip,
    /// What it was made from, if known.
    #[serde(default)]
    pub request: Option<GenerateRequest>,
    /// Stars, 0 to 5; 0 is unrated.
    #[serde(default)]
    pub rating: u8,
    /// Marked by the user.
    #[serde(default)]
    pub is_favourite: bool,
    /// Words of the user, sorted, without repetition.
    #[serde(default)]
    pub tags: Vec<String>,
    /// When it was moved to the trash; the file stays until the trash is emptied.
    #[serde(default)]
    pub trashed_unix: Option<i64>,
    /// Clip it goes on from.
    #[serde(default)]
    pub parent: Option<ClipId>,
    /// The file was there when the library was last checked.
    #[serde(default = "yes")]
    pub is_present: bool,
}

fn yes() -> bool {
    true
}

/// Named settings; the prompt and the paths of the request are not part of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preset {
    /// Name, unique.
    pub name: String,
    /// Settings.
    pub request: GenerateRequest,
}

/// A prompt that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptUse {
    /// Text as typed, unique.
    pub prompt: String,
    /// When it was last used.
    pub used_unix: i64,
}

/// Everything the library holds, as read at start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LibrarySnapshot {
    /// Jobs in the order of the queue.
    pub jobs: Vec<QueueEntry>,
    /// Clips, newest first, those in the trash included.
    pub clips: Vec<ClipRecord>,
    /// Presets by name.
    pub presets: Vec<Preset>,
    /// Prompts, newest first.
    pub prompts: Vec<PromptUse>,
    /// What happened while opening: jobs that were interrupted, a damaged file that was set aside,
    /// clips that were found on disk and taken in.
    pub notes: Vec<LibraryNote>,
}

/// Something that happened while the library was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LibraryNote {
    /// Jobs ran when the program ended.
    Interrupted(usize),
    /// Clips of such jobs were already complete on disk and were taken in.
    Adopted(usize),
    /// The database was damaged; it was set aside at this path and replaced by the backup, or by an
    /// empty one.
    Replaced {
        /// Where the damaged file is now.
        damaged: PathBuf,
        /// Whether a backup took its place.
        from_backup: bool,
    },
    /// The database was missing and the newest backup took its place.
    Restored,
    /// Rows that could not be read and were left alone.
    Unreadable(usize),
}

/// Something for the library to do. Each is one transaction.
#[derive(Clone, Debug, PartialEq)]
pub enum LibraryCommand {
    /// Put jobs at the end of the queue, or in front of the waiting ones.
    AddJobs {
        /// Jobs, in order.
        jobs: Vec<QueueEntry>,
        /// In front of the waiting jobs.
        at_front: bool,
    },
    /// Forget jobs and put others in front of the waiting ones, both or neither: a job that runs
    /// again is there once.
    ReplaceJobs {
        /// Jobs to forget.
        old: Vec<JobId>,
        /// Jobs that take their place, in order.
        jobs: Vec<QueueEntry>,
    },
    /// Replace a job: other settings, another state.
    UpdateJob(Box<QueueEntry>),
    /// The job begins: make its output folder and write down where its clip goes before the engine
    /// hears of it. Answered by `Started`.
    StartJob(Box<QueueEntry>),
    /// The whole queue in this order; jobs that are not named keep their place behind them.
    ReorderJobs(Vec<JobId>),
    /// Forget jobs.
    RemoveJobs(Vec<JobId>),
    /// The job is done and its clip is in the library, both or neither.
    FinishJob {
        /// Job in its final state.
        job: Box<QueueEntry>,
        /// Its clip.
        clip: Box<ClipRecord>,
    },
    /// Add or replace a clip.
    PutClip(Box<ClipRecord>),
    /// Forget clips and remove their files and thumbnails.
    DeleteClips(Vec<ClipId>),
    /// Keep the picture of a clip: PNG bytes.
    PutThumbnail(ClipId, Vec<u8>),
    /// Read the picture of a clip. Answered by `Thumbnail`.
    GetThumbnail(ClipId),
    /// Add or replace a preset.
    PutPreset(Box<Preset>),
    /// Forget a preset.
    RemovePreset(String),
    /// Remember a prompt.
    UsePrompt(PromptUse),
    /// Forget a prompt.
    ForgetPrompt(String),
    /// Forget all prompts.
    ClearPrompts,
    /// Write jobs with their pictures into one file. Answered by `Exported`.
    ExportQueue {
        /// File to write; never replaced.
        path: PathBuf,
        /// Jobs.
        jobs: Vec<JobId>,
    },
    /// Read jobs from such a file and put them at the end of the queue. Answered by `Imported`.
    ImportQueue {
        /// File.
        path: PathBuf,
        /// When.
        now_unix: i64,
    },
    /// Remove kept latents, oldest first, until the rest is at most this many bytes.
    PruneLatents {
        /// Most bytes that stay.
        max_bytes: u64,
    },
    /// Ends the thread after everything before it is written.
    Close,
}

/// What the library tells.
#[derive(Clone, Debug)]
pub enum LibraryEvent {
    /// It is open.
    Opened(Box<LibrarySnapshot>),
    /// It cannot be opened; nothing will be remembered.
    Unavailable(Box<ErrorReport>),
    /// Answer to `StartJob`.
    Started {
        /// Job.
        job: JobId,
        /// Whether it may begin.
        result: Result<(), Box<ErrorReport>>,
    },
    /// A command could not be carried out.
    Failed(Box<ErrorReport>),
    /// Answer to `GetThumbnail`; `None` if there is none.
    Thumbnail(ClipId, Option<Vec<u8>>),
    /// Answer to `ExportQueue`: the file, or why not.
    Exported(Result<PathBuf, Box<ErrorReport>>),
    /// Answer to `ImportQueue`: the new jobs, or why not.
    Imported(Result<Vec<QueueEntry>, Box<ErrorReport>>),
    /// Clips whose kept latents were removed.
    Pruned(Vec<ClipId>),
    /// Clips that were deleted for good.
    Deleted(Vec<ClipId>),
    /// Clips whose files are gone; found by a check after opening.
    Absent(Vec<ClipId>),
    /// The thread has ended.
    Closed,
}
