//! Plays clips: pictures follow sound, sound follows the device, and without a device both follow
//! wall time. Opening and decoding happen on threads; the window only takes what is ready.

mod aside;
mod audio;
mod clock;
mod course;
mod decode;
mod difference;
mod lane;
mod playback;
mod source;
mod stretch;
mod texture;
mod transport;
mod voice;
mod waveform;

use std::path::{Path, PathBuf};
use std::time::Duration;

use egui::Context;

use crate::tasks::Wake;
use source::{FrameSource, Opened};

pub use audio::{HandDevice, SoundOutput, SoundState};
pub use difference::Difference;
pub use lane::Lane;
pub use playback::Playback;
pub use transport::{FrameShape, LoopEnd, LoopRange, Moment, SPEEDS, Transport, time_code};
pub use waveform::{SoundOutline, Timeline, TimelineWish, timeline_id};

/// Memory for frames that wait, of all clips together.
const RING_BYTES: usize = 40 << 20;

/// How the player sounds, remembered between runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness {
    /// 0 to 1.
    pub volume: f32,
    /// Sound is off.
    pub is_muted: bool,
}

impl Loudness {
    fn gain(self) -> f32 {
        // Loudness is felt about as the square root of the amplitude.
        if self.is_muted {
            0.0
        } else {
            self.volume * self.volume
        }
    }
}

/// How clips are played, remembered between runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Habits {
    /// Loudness.
    pub loudness: Loudness,
    /// Short clips start again at their end.
    pub is_looping: bool,
    /// At other speeds than 1 the sound keeps its pitch; otherwise it is silent there.
    pub keeps_pitch: bool,
}

/// The player of the window.
pub struct Player {
    sound: SoundOutput,
    wake: Wake,
    habits: Habits,
    deck: Option<Deck>,
    aside: Option<aside::Aside>,
    difference: Option<Difference>,
}

/// The clips that were asked for.
struct Deck {
    slots: Vec<Slot>,
    /// Once none is being opened and one can be played.
    playback: Option<Playback>,
}

struct Slot {
    path: PathBuf,
    state: SlotState,
}

enum SlotState {
    Opening(FrameSource),
    Open(FrameSource, Box<Opened>),
    Playing,
    Failed(String),
}

impl Player {
    /// A player without a clip.
    pub fn new(sound: SoundOutput, wake: Wake, habits: Habits) -> Self {
        Self {
            sound,
            wake,
            habits,
            deck: None,
            aside: None,
            difference: None,
        }
    }

    /// Open these clips on one clock; they stand at their start. Sound never starts by itself
    /// (spec: product 12).
    pub fn open(&mut self, paths: &[PathBuf]) {
        if self.paths().eq(paths.iter().map(PathBuf::as_path)) {
            return;
        }
        let ring_bytes = RING_BYTES / paths.len().max(1);
        let slots = paths.iter().map(|path| {
            let source = FrameSource::open(path.clone(), ring_bytes, self.wake.clone());
            Slot {
                path: path.clone(),
                state: match source {
                    Ok(source) => SlotState::Opening(source),
                    Err(error) => SlotState::Failed(error.to_string()),
                },
            }
        });
        self.deck = Some(Deck {
            slots: slots.collect(),
            playback: None,
        });
    }

    /// Forget the clips.
    pub fn close(&mut self) {
        self.deck = None;
    }

    /// Clips that were asked for.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        let slots = self.deck.iter().flat_map(|deck| &deck.slots);
        slots.map(|slot| slot.path.as_path())
    }

    /// What can be played.
    pub fn current(&self) -> Option<&Playback> {
        self.deck.as_ref()?.playback.as_ref()
    }

    /// What can be played, to steer it.
    pub fn current_mut(&mut self) -> Option<&mut Playback> {
        self.deck.as_mut()?.playback.as_mut()
    }

    /// Why the clip number `slot` cannot be played.
    pub fn error(&self, slot: usize) -> Option<&str> {
        let deck = self.deck.as_ref()?;
        match &deck.slots.get(slot)?.state {
            SlotState::Failed(error) => Some(error),
            _ => deck.playback.as_ref()?.lane(slot)?.error(),
        }
    }

    /// Whether something can be heard.
    pub fn sound_state(&self) -> SoundState {
        self.sound.state()
    }

    /// How clips are played.
    pub fn habits(&self) -> Habits {
        self.habits
    }

    /// Loudness.
    pub fn loudness(&self) -> Loudness {
        self.habits.loudness
    }

    /// Change how clips are played, from now on.
    pub fn set_habits(&mut self, habits: Habits, now_secs: f64) {
        let was = std::mem::replace(&mut self.habits, habits);
        let Some(playback) = self.current_mut() else {
            return;
        };
        playback.set_gain(habits.loudness.gain());
        if was.keeps_pitch != habits.keeps_pitch {
            playback.set_keeps_pitch(habits.keeps_pitch, now_secs);
        }
    }

    /// Show the difference of two clips, amplified so much, or none.
    pub fn show_difference(&mut self, gain: Option<u8>) {
        match (gain, &mut self.difference) {
            (None, shown) => *shown = None,
            (Some(gain), Some(shown)) => shown.set_gain(gain),
            (Some(gain), shown) => match Difference::new(gain, self.wake.clone()) {
                Ok(difference) => *shown = Some(difference),
                Err(error) => log::error!("no thread for differences: {error}"),
            },
        }
    }

    /// The difference of two clips.
    pub fn difference(&self) -> Option<&Difference> {
        self.difference.as_ref()
    }

    /// Take what threads have finished and show the frames that are due. Returns when to call again;
    /// `None` if nothing moves until a thread or the user does something.
    pub fn update(&mut self, ctx: &Context, now_secs: f64) -> Option<Duration> {
        let next = [self.update_aside(), self.update_deck(ctx, now_secs)];
        next.into_iter().flatten().min()
    }

    fn update_deck(&mut self, ctx: &Context, now_secs: f64) -> Option<Duration> {
        let deck = self.deck.as_mut()?;
        if deck.playback.is_none() {
            deck.take_opened(self.habits);
            if deck.playback.is_some() {
                self.sound.open();
            }
        }
        let playback = deck.playback.as_mut()?;
        let next = playback.update(ctx, &self.sound, now_secs);
        if let Some(difference) = &mut self.difference {
            difference.update(ctx, playback.lanes());
        }
        next
    }
}

impl Deck {
    /// Make a playback of the clips once all are open or have failed.
    fn take_opened(&mut self, habits: Habits) {
        for slot in &mut self.slots {
            slot.take_opened();
        }
        let is_opening = |slot: &Slot| matches!(slot.state, SlotState::Opening(_));
        if self.slots.iter().any(is_opening) {
            return;
        }
        let gain = habits.loudness.gain();
        let lanes: Vec<Lane> = self
            .slots
            .iter_mut()
            .enumerate()
            .filter_map(|(idx, slot)| {
                let (source, opened) = slot.take_out()?;
                Some(Lane::new(idx, source, opened, gain))
            })
            .collect();
        if !lanes.is_empty() {
            self.playback = Some(Playback::new(lanes, habits));
        }
    }
}

impl Slot {
    fn take_opened(&mut self) {
        let SlotState::Opening(source) = &mut self.state else {
            return;
        };
        match source.take_opened() {
            None => {}
            Some(Err(error)) => self.state = SlotState::Failed(error),
            Some(Ok(opened)) => {
                let state = std::mem::replace(&mut self.state, SlotState::Playing);
                if let SlotState::Opening(source) = state {
                    self.state = SlotState::Open(source, Box::new(opened));
                }
            }
        }
    }

    /// What was opened, for a lane.
    fn take_out(&mut self) -> Option<(FrameSource, Opened)> {
        match std::mem::replace(&mut self.state, SlotState::Playing) {
            SlotState::Open(source, opened) => Some((source, *opened)),
            other => {
                self.state = other;
                None
            }
        }
    }
}
