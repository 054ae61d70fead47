//! Plays one clip: picture follows sound, sound follows the device, and without a device both
//! follow wall time. Opening and decoding happen on threads; the window only takes what is ready.

mod audio;
mod clock;
mod source;
mod texture;
mod transport;
mod voice;
mod waveform;

use std::path::{Path, PathBuf};
use std::time::Duration;

use egui::{Context, TextureHandle};
use ovi_media::{ClipInfo, WaveformPeak};

use crate::tasks::Wake;
use clock::{SilentClock, SoundClock};
use source::{FrameSource, Opened};
use texture::VideoTexture;
use voice::Voice;

pub use audio::{SoundOutput, SoundState};
pub use transport::{Moment, Transport, time_code};
pub use waveform::{timeline_id, timeline_ui};

/// How soon to look again for a frame that is not decoded yet.
const FRAME_POLL: Duration = Duration::from_millis(4);

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

/// The player of the window.
pub struct Player {
    sound: SoundOutput,
    wake: Wake,
    loudness: Loudness,
    is_looping: bool,
    clip: Option<ClipState>,
}

struct ClipState {
    path: PathBuf,
    source: Option<FrameSource>,
    open: Option<OpenClip>,
    error: Option<String>,
}

/// A clip that can be played.
pub struct OpenClip {
    info: ClipInfo,
    peaks: Vec<WaveformPeak>,
    transport: Transport,
    moment: Moment,
    silent_clock: SilentClock,
    sound_clock: SoundClock,
    /// Clip with sound: its voice, and whether the device has it.
    voice: Option<(Voice, bool)>,
    texture: VideoTexture,
    shown_frame: Option<u32>,
}

impl Player {
    /// A player without a clip.
    pub fn new(sound: SoundOutput, wake: Wake, loudness: Loudness, is_looping: bool) -> Self {
        Self {
            sound,
            wake,
            loudness,
            is_looping,
            clip: None,
        }
    }

    /// Open `path`; it stands at its start. Sound never starts by itself (spec: product 12).
    pub fn open(&mut self, path: &Path) {
        if self.path() == Some(path) {
            return;
        }
        let source = FrameSource::open(path.to_owned(), self.is_looping, self.wake.clone());
        let (source, error) = match source {
            Ok(source) => (Some(source), None),
            Err(error) => (None, Some(error.to_string())),
        };
        self.clip = Some(ClipState {
            path: path.to_owned(),
            source,
            open: None,
            error,
        });
    }

    /// Forget the clip.
    pub fn close(&mut self) {
        self.clip = None;
    }

    /// Clip that was asked for.
    pub fn path(&self) -> Option<&Path> {
        self.clip.as_ref().map(|clip| clip.path.as_path())
    }

    /// Clip that can be played.
    pub fn current(&self) -> Option<&OpenClip> {
        self.clip.as_ref()?.open.as_ref()
    }

    /// Why the clip cannot be played.
    pub fn error(&self) -> Option<&str> {
        self.clip.as_ref()?.error.as_deref()
    }

    /// Whether something can be heard.
    pub fn sound_state(&self) -> SoundState {
        self.sound.state()
    }

    /// Loudness.
    pub fn loudness(&self) -> Loudness {
        self.loudness
    }

    /// Whether clips start again at their end.
    pub fn is_looping(&self) -> bool {
        self.is_looping
    }

    /// Set the loudness.
    pub fn set_loudness(&mut self, loudness: Loudness) {
        self.loudness = loudness;
        if let Some((voice, _)) = self.open_mut().and_then(|open| open.voice.as_ref()) {
            voice.set_gain(loudness.gain());
        }
    }

    /// Start again at the end, or stand there.
    pub fn set_looping(&mut self, is_looping: bool, now_secs: f64) {
        self.is_looping = is_looping;
        let Some(clip) = &mut self.clip else {
            return;
        };
        if let Some(source) = &mut clip.source {
            source.set_looping(is_looping);
        }
        if let Some(open) = &mut clip.open {
            open.transport.is_looping = is_looping;
            if let Some((voice, _)) = &open.voice {
                voice.set_looping(is_looping);
            }
            // Wall time counts on past the end; only a looping clip may do that.
            open.set_clock(open.moment.secs, now_secs);
        }
    }

    /// Play or pause; at the end, play again from the start.
    pub fn toggle(&mut self, now_secs: f64) {
        let Some(open) = self.open_mut() else {
            return;
        };
        open.transport.is_playing = !open.transport.is_playing;
        let is_at_end = open.moment.secs >= open.transport.duration_secs();
        if open.transport.is_playing && is_at_end {
            self.seek_secs(0.0, now_secs);
        } else if let Some(open) = self.open_mut() {
            open.set_clock(open.moment.secs, now_secs);
        }
    }

    /// Jump to a moment, playing on or not.
    pub fn seek_secs(&mut self, secs: f64, now_secs: f64) {
        let Some(clip) = &mut self.clip else {
            return;
        };
        let (Some(source), Some(open)) = (&mut clip.source, &mut clip.open) else {
            return;
        };
        let secs = secs.clamp(0.0, open.transport.duration_secs());
        open.set_clock(secs, now_secs);
        open.moment = Moment {
            secs,
            frame_idx: open.transport.frame_at(secs),
            has_ended: false,
        };
        if open.shown_frame != Some(open.moment.frame_idx) || open.transport.is_playing {
            source.seek(open.moment.frame_idx);
        }
    }

    /// Pause and show the frame `num_frames` further; stays within the clip.
    pub fn step(&mut self, num_frames: i64, now_secs: f64) {
        let Some(open) = self.open_mut() else {
            return;
        };
        open.transport.is_playing = false;
        let last_idx = i64::from(open.transport.num_frames) - 1;
        let frame_idx = (i64::from(open.moment.frame_idx) + num_frames).clamp(0, last_idx);
        let secs = open.transport.secs_of(frame_idx as u32);
        self.seek_secs(secs, now_secs);
    }

    /// Take what threads have finished and show the frame that is due. Returns when to call again;
    /// `None` if nothing moves until a thread or the user does something.
    pub fn update(&mut self, ctx: &Context, now_secs: f64) -> Option<Duration> {
        let clip = self.clip.as_mut()?;
        let source = clip.source.as_mut()?;
        match source.take_opened() {
            Some(Ok(opened)) => {
                clip.open = Some(OpenClip::new(opened, self.is_looping, self.loudness));
                self.sound.open();
            }
            Some(Err(error)) => clip.error = Some(error),
            None => {}
        }
        let open = clip.open.as_mut()?;
        open.follow_device(&self.sound, now_secs);
        open.advance(&self.sound, now_secs);
        match source.take_due(open.moment.frame_idx, &open.transport) {
            Ok(Some(frame)) => {
                open.shown_frame = Some(frame.frame_idx);
                open.texture.set(ctx, frame.image);
            }
            Ok(None) => {}
            Err(error) => {
                clip.error = Some(error);
                open.transport.is_playing = false;
                open.set_clock(open.moment.secs, now_secs);
            }
        }
        if !open.transport.is_playing {
            return None;
        }
        let is_late = open.shown_frame != Some(open.moment.frame_idx);
        Some(if is_late {
            FRAME_POLL
        } else {
            open.transport.until_next_frame(open.moment.secs)
        })
    }

    fn open_mut(&mut self) -> Option<&mut OpenClip> {
        self.clip.as_mut()?.open.as_mut()
    }
}

impl OpenClip {
    fn new(opened: Opened, is_looping: bool, loudness: Loudness) -> Self {
        let transport = Transport::new(opened.info.num_frames, opened.info.fps, is_looping);
        let rate = opened.info.sample_rate_hz;
        let voice = Voice::new(opened.samples, rate, transport.duration_secs());
        if let Some(voice) = &voice {
            voice.set_gain(loudness.gain());
            voice.set_looping(is_looping);
        }
        Self {
            info: opened.info,
            peaks: opened.peaks,
            transport,
            moment: Moment {
                secs: 0.0,
                frame_idx: 0,
                has_ended: false,
            },
            silent_clock: SilentClock::default(),
            sound_clock: SoundClock::default(),
            voice: voice.map(|voice| (voice, false)),
            texture: VideoTexture::default(),
            shown_frame: None,
        }
    }

    /// What the clip is.
    pub fn info(&self) -> &ClipInfo {
        &self.info
    }

    /// Outline of the sound; empty for a clip without sound.
    pub fn peaks(&self) -> &[WaveformPeak] {
        &self.peaks
    }

    /// Shape in time, and whether it plays.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Moment that is shown.
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// The picture, once one was decoded.
    pub fn texture(&self) -> Option<&TextureHandle> {
        self.texture.handle()
    }

    /// Frame in the texture; differs from the moment's while a frame is being decoded.
    pub fn shown_frame(&self) -> Option<u32> {
        self.shown_frame
    }

    /// Whether the clip has a sound track.
    pub fn has_sound(&self) -> bool {
        self.voice.is_some()
    }

    /// Hand the voice to a device that has just opened, or take leave of one that was lost.
    fn follow_device(&mut self, sound: &SoundOutput, now_secs: f64) {
        let is_open = matches!(sound.state(), SoundState::Open { .. });
        let Some((voice, has_device)) = &mut self.voice else {
            return;
        };
        if is_open != *has_device {
            if is_open {
                sound.add(voice.source());
            }
            *has_device = is_open;
            self.set_clock(self.moment.secs, now_secs);
        }
    }

    fn advance(&mut self, sound: &SoundOutput, now_secs: f64) {
        let clock_secs = match (&self.voice, sound.state()) {
            (Some((voice, true)), SoundState::Open { latency_secs }) => {
                let is_playing = self.transport.is_playing;
                let taken_secs =
                    self.sound_clock
                        .position_secs(voice.position_secs(), is_playing, now_secs);
                // What was taken is heard one buffer later; a standing clip shows where it stands.
                let is_before_end = taken_secs < self.transport.duration_secs();
                let delay_secs = if is_playing && is_before_end {
                    latency_secs
                } else {
                    0.0
                };
                (taken_secs - delay_secs).max(0.0)
            }
            _ => self.silent_clock.position_secs(now_secs),
        };
        self.moment = self.transport.moment(clock_secs);
        if self.moment.has_ended {
            self.transport.is_playing = false;
            self.set_clock(self.moment.secs, now_secs);
        }
    }

    /// Bring both clocks to `secs`, running or standing as the transport says.
    fn set_clock(&mut self, secs: f64, now_secs: f64) {
        let is_playing = self.transport.is_playing;
        self.silent_clock.set(secs, is_playing, now_secs);
        self.sound_clock.reset();
        if let Some((voice, _)) = &self.voice {
            voice.seek(secs);
            voice.set_playing(is_playing);
        }
    }
}
