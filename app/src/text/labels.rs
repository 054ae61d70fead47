//! Names of controls and areas, and the notes under them.

#![allow(missing_docs, reason = "each constant is the text it holds")]

pub const APP_NAME: &str = "Ovi Desktop";

pub const PROMPT: &str = "Prompt";
pub const PROMPT_HINT: &str = "Describe what is seen, then what happens. Put spoken words between \
    <S> and <E>, and what is heard after Audio: at the end.";
pub const INSERT_SPEECH: &str = "Insert speech";
pub const INSERT_SPEECH_HINT: &str = "Put <S> and <E> around the selection (Alt+S)";
pub const INSERT_SOUND: &str = "Insert sound";
pub const INSERT_SOUND_HINT: &str = "Put <AUDCAP> and <ENDAUDCAP> around the selection (Alt+A)";

pub const FIRST_FRAME: &str = "First frame";
pub const FIRST_FRAME_HINT: &str = "Path of a picture";
pub const FIRST_FRAME_EMPTY: &str = "Optional. Drop a picture here or choose one: the clip starts \
    with it and takes its shape.";
pub const DROP_HERE: &str = "Drop a picture to start the clip with it, or a model folder";
pub const FIRST_FRAME_READING: &str = "Reading the picture…";
pub const BROWSE: &str = "Browse…";
pub const BROWSE_FIRST_FRAME: &str = "Browse for a picture";
pub const REMOVE: &str = "Remove";
pub const REMOVE_FIRST_FRAME: &str = "Remove the first frame";
pub const PICTURES: &str = "Pictures";
pub const CLIPS: &str = "MP4 clips";

pub const MODEL: &str = "Model";
pub const MODEL_FOLDER: &str = "Model folder";
pub const MODEL_HINT: &str = "Folder with Ovi, Wan2.2-TI2V-5B and MMAudio";
pub const MODEL_EMPTY: &str = "Choose the folder that holds the model's files.";
pub const MODEL_CHECKING: &str = "Looking at the folder…";
pub const MODEL_COMPLETE: &str = "All parts found";
pub const MODEL_CHECK_AGAIN: &str = "Check again";
pub const BROWSE_MODEL: &str = "Browse for the model folder";
pub const TEST_PATTERN_MODEL: &str = "Test pattern model (random weights)";
pub const TEST_PATTERN_CLIP: &str = "Test pattern: made with random weights, not a real clip";
pub const TEST_PATTERN_SHORT: &str = "Test pattern";
pub const VARIANT: &str = "Published as";
pub const VARIANT_UNSET: &str = "Choose…";
pub const VARIANT_WHY: &str = "These files do not tell which published model they are. It decides \
    the length and the size.";

pub const SHAPE: &str = "Shape";
pub const SIZE: &str = "Width and height";
pub const WIDTH: &str = "Width";
pub const HEIGHT: &str = "Height";
pub const SIZE_RATIO_ONLY: &str = "Only the ratio matters, the model decides the area.";
pub const SHAPE_FROM_PICTURE: &str = "The first frame decides the shape.";
pub const SHAPE_UNKNOWN: &str = "The clip's size is known once a model is chosen.";

pub const SAMPLING: &str = "Sampling";
pub const STEPS: &str = "Steps";
pub const STEPS_HINT: &str = "30 to 40 is faster with little loss; below 20 the picture suffers";
pub const SEED: &str = "Seed";
pub const SEED_HINT: &str = "The same seed, settings and version give the same clip";
pub const NEW_SEED: &str = "New random seed (Ctrl+R)";
pub const LOCK_SEED: &str = "Lock the seed (Ctrl+L)";
pub const UNLOCK_SEED: &str = "Unlock the seed (Ctrl+L)";
pub const SEED_LOCKED: &str = "Every clip uses this seed.";
pub const SEED_RANDOM: &str = "Every clip gets a new random seed.";

pub const ADVANCED: &str = "Advanced";
pub const SOLVER: &str = "Solver";
pub const SOLVER_HINT: &str = "How noise is removed. unipc needs the fewest steps";
pub const SHIFT: &str = "Shift";
pub const SHIFT_HINT: &str = "Moves effort towards early, high-noise steps";
pub const VIDEO_GUIDANCE: &str = "Video guidance";
pub const VIDEO_GUIDANCE_HINT: &str = "Higher follows the prompt more, too high burns the picture";
pub const AUDIO_GUIDANCE: &str = "Audio guidance";
pub const AUDIO_GUIDANCE_HINT: &str = "Higher ties speech and sound to the text";
pub const SKIP_LAYER: &str = "Skip layer";
pub const SKIP_LAYER_HINT: &str = "The negative pass leaves out this one of the 30 paired blocks";
pub const NO_NEGATIVES: &str = "With both guidances 1 the negative pass cannot change anything; it \
    is left out, which halves the time.";
pub const VIDEO_NEGATIVE: &str = "Video negative";
pub const AUDIO_NEGATIVE: &str = "Audio negative";
pub const VIDEO_NEGATIVE_UNUSED: &str = "Unused while the video guidance is 1.";
pub const AUDIO_NEGATIVE_UNUSED: &str = "Unused while the audio guidance is 1.";

pub const OUTPUT: &str = "Output";
pub const OUTPUT_FOLDER: &str = "Output folder";
pub const OUTPUT_HINT: &str = "Folder for finished clips";
pub const BROWSE_OUTPUT: &str = "Browse for the output folder";
pub const QUALITY: &str = "Quality";
pub const QUALITY_DRAFT: &str = "Draft";
pub const QUALITY_GOOD: &str = "Good";
pub const QUALITY_HIGH: &str = "High";
pub const SAVE_WAV: &str = "Also write the sound as WAV";
pub const SAVE_FRAMES: &str = "Also write every frame as PNG";
pub const OMIT_PROMPTS: &str = "Leave the prompts out of the file";

pub const GENERATE: &str = "Generate";
pub const GENERATE_KEYS: &str = "Ctrl+Enter";
pub const CANCEL: &str = "Cancel";
pub const CANCELLING: &str = "Cancelling…";
pub const READY: &str = "Ready";

pub const STAGE_EMPTY: &str = "Your clip appears here";
pub const STEP_MODEL: &str = "Choose a model folder";
pub const STEP_PROMPT: &str = "Write a prompt";
pub const STEP_GENERATE: &str = "Press Generate";
pub const DONE: &str = "done";
pub const PREVIEW: &str = "Preview";
pub const PREVIEW_PENDING: &str = "A rough preview appears after the second step";
pub const MEMORY: &str = "Memory";
pub const MEMORY_COUNTED: &str = "Counted";
pub const MEMORY_RESIDENT: &str = "Resident";
pub const MEMORY_FLOOR: &str = "before the job";
pub const MEMORY_MAPPED: &str = "mapped files";
pub const MEMORY_OTHER: &str = "everything else";
pub const MEMORY_EMPTY: &str = "Nothing is held.";

pub const CANCELLED: &str = "Cancelled. Its memory is released.";
pub const COPY_DETAILS: &str = "Copy details";
pub const DISMISS: &str = "Dismiss";
pub const DISMISS_MESSAGE: &str = "Dismiss the message";
pub const COPIED: &str = "Copied.";
pub const ERROR: &str = "Error";

pub const PLAYER: &str = "Player";
pub const PLAY: &str = "Play (Space)";
pub const PAUSE: &str = "Pause (Space)";
pub const STEP_BACK: &str = "Previous frame (Left)";
pub const STEP_FORWARD: &str = "Next frame (Right)";
pub const LOOP_ON: &str = "Loop: on";
pub const LOOP_OFF: &str = "Loop: off";
pub const MUTE: &str = "Mute (M)";
pub const UNMUTE: &str = "Unmute (M)";
pub const VOLUME: &str = "Volume";
pub const TIMELINE: &str = "Timeline";
pub const OPENING_CLIP: &str = "Opening the clip…";
pub const CLIP_UNPLAYABLE: &str = "The clip cannot be played";
pub const NO_SOUND_TRACK: &str = "no sound in this clip";
pub const NO_SOUND_DEVICE: &str = "no sound device: playing silently";
pub const SOUND_DEVICE_LOST: &str = "the sound device is gone";
pub const SAVE_AS: &str = "Save as…";
pub const SAVE_FRAME: &str = "Save frame as PNG";
pub const OPEN_FOLDER: &str = "Open folder";
pub const HISTORY: &str = "This session";
pub const RUNNING_CLIP: &str = "Running job";

pub const VIEW: &str = "View";
pub const THEME: &str = "Theme";
pub const THEME_SYSTEM: &str = "System";
pub const THEME_LIGHT: &str = "Light";
pub const THEME_DARK: &str = "Dark";
pub const TEXT_SIZE: &str = "Text size";
pub const TEXT_SMALLER: &str = "Smaller text";
pub const TEXT_LARGER: &str = "Larger text";
pub const REDUCED_MOTION: &str = "Reduce motion";
pub const REDUCED_MOTION_HINT: &str = "Previews stand still";
pub const SHORTCUTS: &str = "Keyboard";
pub const CLOSE: &str = "Close";

pub const SAVE_CLIP: &str = "Save a copy of the clip";
pub const SAVE_CLIP_PATH: &str = "File";
pub const SAVE_CLIP_NOTE: &str =
    "An existing file is never replaced: the copy then gets _2, _3 and so on.";
pub const SAVE: &str = "Save";
pub const BROWSE_CLIP_TARGET: &str = "Browse for a place";

pub const SETTINGS_TOO_LARGE: &str = "the file is too large";

/// Keys and what they do, in the order they are listed (spec: product 11).
pub const SHORTCUT_LIST: [(&str, &str); 17] = [
    ("Ctrl+Enter", "Generate"),
    ("Ctrl+.", "Cancel the running job"),
    ("Ctrl+R", "New random seed"),
    ("Ctrl+L", "Lock or unlock the seed"),
    ("Ctrl+O", "Choose the model folder"),
    ("Alt+S", "Mark the selection as speech"),
    ("Alt+A", "Mark the selection as sound description"),
    ("Space, K", "Play or pause"),
    ("Left, Right", "Previous, next frame"),
    ("Shift+Left, Right", "Back, forward one second"),
    ("Home, End", "Start, end of the clip"),
    ("Up, Down", "Volume"),
    ("M", "Mute"),
    ("Ctrl+Shift+S", "Save a copy of the clip"),
    ("Ctrl++, Ctrl+−, Ctrl+0", "Text size"),
    ("Esc", "Close the dialog, leave a text field"),
    ("F1", "This list"),
];
