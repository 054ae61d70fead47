//! Icons drawn as strokes, so that they are sharp at every size and follow the text colour.

mod drawings;
mod pen;

use egui::{Color32, Painter, Rect};

use pen::Pen;

/// A drawing within a square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Triangle to the right.
    Play,
    /// Two bars.
    Pause,
    /// One frame back: bar and triangle to the left.
    StepBack,
    /// One frame on: triangle to the right and bar.
    StepForward,
    /// Bar and two arrow heads to the left: the start.
    ToStart,
    /// Two arrow heads to the right and a bar: the end.
    ToEnd,
    /// Two triangles to the left: faster on repeat.
    ShuttleBack,
    /// Two triangles to the right: faster on repeat.
    ShuttleForward,
    /// Ring arrow to the left: jump back.
    SecondBack,
    /// Ring arrow to the right: jump on.
    SecondForward,
    /// Two arrows in a ring.
    Loop,
    /// A with a bracket: the loop begins here.
    LoopStart,
    /// B with a bracket: the loop ends here.
    LoopEnd,
    /// Loudspeaker with two waves: loud.
    Speaker,
    /// Loudspeaker with one wave: soft.
    SpeakerLow,
    /// Loudspeaker without waves: volume zero.
    SpeakerNone,
    /// Loudspeaker, crossed out: muted.
    SpeakerOff,
    /// Four corners outwards.
    FullScreen,
    /// Four corners inwards.
    LeaveFullScreen,
    /// Camera: save a frame.
    Camera,
    /// Picture with a hill and a sun.
    Picture,
    /// Strip of film.
    Film,
    /// Two panes side by side.
    Compare,
    /// Picture with a line and two arrows: drag across.
    Wipe,
    /// Two rings that overlap.
    Difference,
    /// A die.
    Dice,
    /// Closed padlock.
    Locked,
    /// Open padlock.
    Unlocked,
    /// Tick.
    Check,
    /// X: close, clear.
    Cross,
    /// Ring with an X: cancel a job.
    Cancel,
    /// Ring arrow: again.
    Retry,
    /// Triangle with a bar and a dot.
    Warning,
    /// Octagon with a bar and a dot.
    Error,
    /// Ring with an i.
    Info,
    /// Ring with a question mark.
    Help,
    /// Empty ring.
    Ring,
    /// Clock: waiting, time.
    Clock,
    /// Clapperboard: make clips.
    Generate,
    /// Lines one below the other.
    Queue,
    /// Four pictures.
    Library,
    /// A cube.
    Models,
    /// Sliders.
    Settings,
    /// Plus.
    Add,
    /// Minus.
    Remove,
    /// Arrow head up.
    Up,
    /// Arrow head down.
    Down,
    /// Arrow head to the left.
    Left,
    /// Arrow head to the right.
    Right,
    /// Arrow up to a bar: move to the front.
    ToTop,
    /// Arrow down to a bar: move to the end.
    ToBottom,
    /// Six dots: take hold here.
    DragHandle,
    /// Two sheets: duplicate, copy.
    Duplicate,
    /// Pencil.
    Edit,
    /// Star: rating.
    Star,
    /// Filled star: given rating.
    StarFilled,
    /// Heart: favourite.
    Heart,
    /// Filled heart: is a favourite.
    HeartFilled,
    /// Label with a hole.
    Tag,
    /// Bin.
    Trash,
    /// Bin with an arrow up: take out of the trash.
    Restore,
    /// Magnifying glass.
    Search,
    /// Funnel.
    Filter,
    /// Arrows down and up.
    Sort,
    /// Nine squares.
    Grid,
    /// Rows with a square each.
    List,
    /// Folder.
    Folder,
    /// Disk: save.
    Save,
    /// Arrow into a tray.
    Import,
    /// Arrow out of a tray.
    Export,
    /// Arrow down to a line.
    Download,
    /// Arrow out of a square: opens elsewhere.
    External,
    /// Arrow back to the left.
    Undo,
    /// Arrow on to the right.
    Redo,
    /// Clock with an arrow backwards.
    History,
    /// Open book.
    Examples,
    /// Three dots.
    More,
    /// Speech bubble.
    Speech,
    /// Waves of different height.
    Sound,
    /// Keyboard.
    Keyboard,
    /// Globe.
    Language,
    /// Half filled ring: light and dark.
    Theme,
    /// Eye: show, preview.
    Eye,
    /// Screen on a foot: hardware.
    Computer,
    /// Bell: messages.
    Bell,
}

impl Icon {
    /// Every icon.
    #[rustfmt::skip]
    pub const ALL: [Self; 85] = [
        Self::Play,
        Self::Pause,
        Self::StepBack,
        Self::StepForward,
        Self::ToStart,
        Self::ToEnd,
        Self::ShuttleBack,
        Self::ShuttleForward,
        Self::SecondBack,
        Self::SecondForward,
        Self::Loop,
        Self::LoopStart,
        Self::LoopEnd,
        Self::Speaker,
        Self::SpeakerLow,
        Self::SpeakerNone,
        Self::SpeakerOff,
        Self::FullScreen,
        Self::LeaveFullScreen,
        Self::Camera,
        Self::Picture,
        Self::Film,
        Self::Compare,
        Self::Wipe,
        Self::Difference,
        Self::Dice,
        Self::Locked,
        Self::Unlocked,
        Self::Check,
        Self::Cross,
        Self::Cancel,
        Self::Retry,
        Self::Warning,
        Self::Error,
        Self::Info,
        Self::Help,
        Self::Ring,
        Self::Clock,
        Self::Generate,
        Self::Queue,
        Self::Library,
        Self::Models,
        Self::Settings,
        Self::Add,
        Self::Remove,
        Self::Up,
        Self::Down,
        Self::Left,
        Self::Right,
        Self::ToTop,
        Self::ToBottom,
        Self::DragHandle,
        Self::Duplicate,
        Self::Edit,
        Self::Star,
        Self::StarFilled,
        Self::Heart,
        Self::HeartFilled,
        Self::Tag,
        Self::Trash,
        Self::Restore,
        Self::Search,
        Self::Filter,
        Self::Sort,
        Self::Grid,
        Self::List,
        Self::Folder,
        Self::Save,
        Self::Import,
        Self::Export,
        Self::Download,
        Self::External,
        Self::Undo,
        Self::Redo,
        Self::History,
        Self::Examples,
        Self::More,
        Self::Speech,
        Self::Sound,
        Self::Keyboard,
        Self::Language,
        Self::Theme,
        Self::Eye,
        Self::Computer,
        Self::Bell,
    ];

    /// Draw within `rect`. The strokes get wider with the square.
    pub fn paint(self, painter: &Painter, rect: Rect, color: Color32) {
        let pen = Pen {
            painter,
            rect,
            color,
        };
        pen.draw(drawings::drawing(self));
    }
}
