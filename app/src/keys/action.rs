//! Everything that can be done with a key, and the keys it has unless they are changed
//! (spec: product 11).

use egui::Key;

use super::Chord;

/// Where keys of an action work. Actions of different scopes may share a key unless one is global.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everywhere.
    Global,
    /// Where a clip plays and nothing is typed.
    Player,
    /// In the queue's list.
    Queue,
    /// In the library's grid or list.
    Library,
    /// While clips are compared.
    Compare,
    /// In the prompt editor.
    Prompt,
}

impl Scope {
    /// All scopes in the order they are listed.
    pub const ALL: [Self; 6] = [
        Self::Global,
        Self::Prompt,
        Self::Player,
        Self::Queue,
        Self::Library,
        Self::Compare,
    ];

    /// Name in the text catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Player => "player",
            Self::Queue => "queue",
            Self::Library => "library",
            Self::Compare => "compare",
            Self::Prompt => "prompt",
        }
    }
}

macro_rules! actions {
    ($( $(#[$doc:meta])* $action:ident $name:literal $scope:ident [$($chord:expr),*] )*) => {
        /// Something a key can do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $( $(#[$doc])* $action, )* }

        impl Action {
            /// All actions in the order they are listed.
            pub const ALL: &[Self] = &[$( Self::$action, )*];

            /// Name in the settings file.
            pub fn name(self) -> &'static str {
                match self { $( Self::$action => $name, )* }
            }

            /// Where its keys work.
            pub fn scope(self) -> Scope {
                match self { $( Self::$action => Scope::$scope, )* }
            }

            /// Its keys unless they are changed.
            pub fn default_chords(self) -> &'static [Chord] {
                match self { $( Self::$action => const { &[$($chord),*] }, )* }
            }
        }
    };
}

actions! {
    /// Add the form to the queue.
    AddToQueue "add_to_queue" Global [Chord::command(Key::Enter)]
    /// Queue the form in front.
    GenerateNow "generate_now" Global [Chord::command(Key::Enter).with_shift()]
    /// Show Generate.
    ShowGenerate "show_generate" Global [Chord::command(Key::Num1)]
    /// Show the queue.
    ShowQueue "show_queue" Global [Chord::command(Key::Num2)]
    /// Show the library.
    ShowLibrary "show_library" Global [Chord::command(Key::Num3)]
    /// Show the models.
    ShowModels "show_models" Global [Chord::command(Key::Num4)]
    /// Show the settings.
    ShowSettings "show_settings" Global [Chord::command(Key::Num5), Chord::command(Key::Comma)]
    /// All fields to their defaults.
    NewFromDefaults "new_from_defaults" Global [Chord::command(Key::N)]
    /// Open settings, a clip or a batch file.
    Open "open" Global [Chord::command(Key::O)]
    /// Keep the form as a preset.
    SavePreset "save_preset" Global [Chord::command(Key::S)]
    /// Copy the shown clip to a file.
    ExportClip "export_clip" Global [Chord::command(Key::S).with_shift()]
    /// Duplicate the job, or take the clip's settings.
    Duplicate "duplicate" Global [Chord::command(Key::D)]
    /// Draw a seed.
    NewSeed "new_seed" Global [Chord::command(Key::R)]
    /// Keep the seed.
    LockSeed "lock_seed" Global [Chord::command(Key::L)]
    /// Cancel the running job.
    CancelJob "cancel_job" Global [Chord::command(Key::Period)]
    /// Hold or continue the queue.
    PauseQueue "pause_queue" Global [Chord::command(Key::P)]
    /// Take the last step back.
    Undo "undo" Prompt [Chord::command(Key::Z)]
    /// Take the step again that was taken back.
    Redo "redo" Prompt [Chord::command(Key::Z).with_shift(), Chord::command(Key::Y)]
    /// Go to the search field.
    Search "search" Global [Chord::command(Key::F)]
    /// List the keys.
    ListKeys "list_keys" Global [Chord::plain(Key::F1), Chord::plain(Key::Questionmark).with_shift()]
    /// Mark the selection as speech.
    MarkSpeech "mark_speech" Prompt [Chord::alt(Key::S)]
    /// Mark the selection as sound description.
    MarkSound "mark_sound" Prompt [Chord::alt(Key::A)]
    /// Play or pause.
    PlayPause "play_pause" Player [Chord::plain(Key::Space), Chord::plain(Key::K)]
    /// Play backwards, faster on repeat.
    ShuttleBack "shuttle_back" Player [Chord::plain(Key::J)]
    /// Play forwards, faster on repeat.
    ShuttleForward "shuttle_forward" Player [Chord::plain(Key::L)]
    /// One frame back.
    FrameBack "frame_back" Player [Chord::plain(Key::ArrowLeft)]
    /// One frame on.
    FrameForward "frame_forward" Player [Chord::plain(Key::ArrowRight)]
    /// One second back.
    SecondBack "second_back" Player [Chord::plain(Key::ArrowLeft).with_shift()]
    /// One second on.
    SecondForward "second_forward" Player [Chord::plain(Key::ArrowRight).with_shift()]
    /// To the start.
    GoToStart "go_to_start" Player [Chord::plain(Key::Home)]
    /// To the end.
    GoToEnd "go_to_end" Player [Chord::plain(Key::End)]
    /// The loop begins here.
    LoopIn "loop_in" Player [Chord::plain(Key::I)]
    /// The loop ends here.
    LoopOut "loop_out" Player [Chord::plain(Key::O)]
    /// Mute.
    Mute "mute" Player [Chord::plain(Key::M)]
    /// Louder.
    Louder "louder" Player [Chord::plain(Key::ArrowUp)]
    /// Quieter.
    Quieter "quieter" Player [Chord::plain(Key::ArrowDown)]
    /// Fill the screen with the clip.
    FullScreen "full_screen" Player [Chord::plain(Key::F), Chord::plain(Key::F11)]
    /// Remove from the queue.
    RemoveJob "remove_job" Queue [Chord::plain(Key::Delete)]
    /// Move the job up.
    JobUp "job_up" Queue [Chord::alt(Key::ArrowUp)]
    /// Move the job down.
    JobDown "job_down" Queue [Chord::alt(Key::ArrowDown)]
    /// Select all jobs.
    SelectJobs "select_jobs" Queue [Chord::command(Key::A)]
    /// Move clips to the trash.
    TrashClip "trash_clip" Library [Chord::plain(Key::Delete)]
    /// Mark as favourite.
    Favourite "favourite" Library [Chord::plain(Key::B)]
    /// One star.
    Rate1 "rate_1" Library [Chord::plain(Key::Num1)]
    /// Two stars.
    Rate2 "rate_2" Library [Chord::plain(Key::Num2)]
    /// Three stars.
    Rate3 "rate_3" Library [Chord::plain(Key::Num3)]
    /// Four stars.
    Rate4 "rate_4" Library [Chord::plain(Key::Num4)]
    /// Five stars.
    Rate5 "rate_5" Library [Chord::plain(Key::Num5)]
    /// No stars.
    Rate0 "rate_0" Library [Chord::plain(Key::Num0)]
    /// Hear the first clip.
    Hear1 "hear_1" Compare [Chord::plain(Key::Num1)]
    /// Hear the second clip.
    Hear2 "hear_2" Compare [Chord::plain(Key::Num2)]
    /// Hear the third clip.
    Hear3 "hear_3" Compare [Chord::plain(Key::Num3)]
    /// Hear the fourth clip.
    Hear4 "hear_4" Compare [Chord::plain(Key::Num4)]
}

impl Action {
    /// The action called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|action| action.name() == name)
    }
}
