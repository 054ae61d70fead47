//! One or several clips on one clock: which moment it is, and what of each clip belongs to it.

use std::time::Duration;

use egui::Context;

use super::Habits;
use super::audio::{SoundOutput, SoundState};
use super::clock::{SilentClock, SoundClock};
use super::course::Course;
use super::lane::Lane;
use super::transport::{FrameShape, LoopEnd, LoopRange, Moment, Transport};

/// How soon to look again for a frame that is not decoded yet.
const FRAME_POLL: Duration = Duration::from_millis(4);
/// Clips shorter than this start again at their end unless the user does not want that.
const SHORT_CLIP_SECS: f64 = 15.0;
/// Highest speed at which sound is heard.
const MAX_HEARD_RATE: f64 = 2.0;

/// What is being played.
pub struct Playback {
    lanes: Vec<Lane>,
    /// Index of the lane whose sound is heard.
    heard: usize,
    transport: Transport,
    moment: Moment,
    course: Course,
    /// Every how many frames one is decoded along it.
    stride: u32,
    /// Elapsed seconds of the course.
    elapsed_secs: f64,
    /// The same when the clocks were last set.
    base_secs: f64,
    silent_clock: SilentClock,
    sound_clock: SoundClock,
    keeps_pitch: bool,
    /// It stands at another moment than the course does, within the same frame.
    is_displaced: bool,
}

impl Playback {
    /// Clips that stand at their start. The longest one gives the shape.
    pub(crate) fn new(lanes: Vec<Lane>, habits: Habits) -> Self {
        let longest = lanes
            .iter()
            .map(Lane::shape)
            .max_by(|a, b| a.duration_secs().total_cmp(&b.duration_secs()))
            .unwrap_or(FrameShape::new(1, 0.0));
        let heard = lanes.iter().position(Lane::has_sound).unwrap_or(0);
        let is_short = longest.duration_secs() < SHORT_CLIP_SECS;
        let transport = Transport::new(longest, habits.is_looping && is_short);
        let mut playback = Self {
            lanes,
            heard,
            transport,
            moment: transport.moment(0.0),
            course: transport.course(0.0),
            stride: transport.stride(),
            elapsed_secs: 0.0,
            base_secs: 0.0,
            silent_clock: SilentClock::default(),
            sound_clock: SoundClock::default(),
            keeps_pitch: habits.keeps_pitch,
            is_displaced: false,
        };
        playback.jump(0.0, 0.0);
        playback
    }

    /// The clips, in the order they were asked for; those that cannot be opened are missing.
    pub fn lanes(&self) -> &[Lane] {
        &self.lanes
    }

    /// The clip number `slot` of those that were asked for.
    pub fn lane(&self, slot: usize) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.slot() == slot)
    }

    /// The clip whose sound is heard.
    pub fn heard(&self) -> Option<&Lane> {
        self.lanes.get(self.heard)
    }

    /// Shape in time, and how it plays.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Moment that is shown.
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// Whether it loops unless the user does not want that.
    pub fn is_short(&self) -> bool {
        self.transport.duration_secs() < SHORT_CLIP_SECS
    }

    /// Where an end of the loop is put at this moment: the loop holds the frame that is shown.
    pub fn loop_end_here(&self, end: LoopEnd) -> f64 {
        let shape = self.transport.shape;
        let frame_idx = f64::from(self.moment.frame_idx);
        match end {
            LoopEnd::In => frame_idx / shape.fps,
            LoopEnd::Out => (frame_idx + 1.0) / shape.fps,
        }
    }

    pub(crate) fn set_gain(&self, gain: f32) {
        self.lanes.iter().for_each(|lane| lane.set_gain(gain));
    }

    /// Hear the clip number `slot`.
    pub fn hear(&mut self, slot: usize, now_secs: f64) {
        if let Some(idx) = self.lanes.iter().position(|lane| lane.slot() == slot) {
            self.heard = idx;
            self.set_clocks(now_secs);
        }
    }

    /// Play or stand. At the end, playing begins again at the start, or at the end backwards.
    pub fn set_playing(&mut self, is_playing: bool, now_secs: f64) {
        self.transport.is_playing = is_playing;
        if !is_playing {
            self.transport.shuttle = None;
            self.take_course(now_secs);
            return;
        }
        let is_backwards = self.transport.rate() < 0.0;
        let duration_secs = self.transport.duration_secs();
        let last_secs = duration_secs - 1.0 / self.transport.shape.fps;
        if !is_backwards && self.moment.secs >= last_secs - 1e-9 {
            self.jump(0.0, now_secs);
        } else if is_backwards && self.moment.secs <= 0.0 {
            self.jump(duration_secs, now_secs);
        } else {
            self.take_course(now_secs);
        }
    }

    /// Play at a speed of the shuttle.
    pub fn shuttle(&mut self, is_backwards: bool, now_secs: f64) {
        let speed = self.transport.next_shuttle(is_backwards);
        self.transport.shuttle = Some(speed);
        self.set_playing(true, now_secs);
    }

    /// Choose a speed; the shuttle is over.
    pub fn set_speed(&mut self, speed: f32, now_secs: f64) {
        self.transport.speed = speed;
        self.transport.shuttle = None;
        self.take_course(now_secs);
    }

    pub(crate) fn set_keeps_pitch(&mut self, keeps_pitch: bool, now_secs: f64) {
        self.keeps_pitch = keeps_pitch;
        self.set_clocks(now_secs);
    }

    /// Start again at the end, or stand there.
    pub fn set_looping(&mut self, is_looping: bool, now_secs: f64) {
        self.transport.is_looping = is_looping;
        self.take_course(now_secs);
    }

    pub(crate) fn set_loop_end(&mut self, end: LoopEnd, secs: f64, now_secs: f64) {
        self.transport.set_loop_end(end, secs);
        self.take_course(now_secs);
    }

    pub(crate) fn clear_loop_range(&mut self, now_secs: f64) {
        self.transport.loop_range = LoopRange::default();
        self.take_course(now_secs);
    }

    /// Go to a moment, playing on or not.
    pub fn seek(&mut self, secs: f64, now_secs: f64) {
        let secs = secs.clamp(0.0, self.transport.duration_secs());
        let moment = self.transport.moment(secs);
        let is_same_frame = moment.frame_idx == self.moment.frame_idx;
        if is_same_frame && !self.transport.is_playing {
            self.is_displaced |= moment.secs != self.moment.secs;
            self.moment = moment;
            return;
        }
        self.jump(secs, now_secs);
    }

    /// Stand at the frame `num_frames` further; stays within the clip.
    pub(crate) fn step(&mut self, num_frames: i64, now_secs: f64) {
        self.transport.is_playing = false;
        self.transport.shuttle = None;
        let shape = self.transport.shape;
        let frame_idx = i64::from(self.moment.frame_idx).saturating_add(num_frames);
        let frame_idx = frame_idx.clamp(0, i64::from(shape.num_frames) - 1);
        self.jump(shape.secs_of(frame_idx as u32), now_secs);
    }

    /// Move on and show what is due. Returns when to call again; `None` if nothing moves until a
    /// thread or the user does something.
    pub(crate) fn update(
        &mut self,
        ctx: &Context,
        sound: &SoundOutput,
        now_secs: f64,
    ) -> Option<Duration> {
        let is_open = matches!(sound.state(), SoundState::Open { .. });
        let mut has_changed = false;
        for lane in &mut self.lanes {
            has_changed |= lane.follow_device(sound, is_open);
        }
        if has_changed {
            self.set_clocks(now_secs);
        }
        if self.transport.is_playing {
            self.advance(sound, now_secs);
        }
        let mut has_failed = false;
        for lane in &mut self.lanes {
            has_failed |= lane.show_due(ctx, self.elapsed_secs);
        }
        if has_failed {
            self.transport.is_playing = false;
            self.set_clocks(now_secs);
        }
        if !self.transport.is_playing {
            return None;
        }
        let (secs, stride) = (self.moment.secs, self.stride);
        let is_late = self.lanes.iter().any(|lane| lane.is_late(secs, stride));
        Some(match is_late {
            true => FRAME_POLL,
            false => self.transport.until_next_frame(self.moment.secs),
        })
    }

    fn advance(&mut self, sound: &SoundOutput, now_secs: f64) {
        let rate = self.transport.rate().abs();
        let running = match (self.audible(), sound.state()) {
            (Some(lane), SoundState::Open { latency_secs }) => lane
                .voice()
                .map(|voice| (voice.elapsed_secs(), latency_secs)),
            _ => None,
        };
        self.elapsed_secs = match running {
            Some((taken_secs, latency_secs)) => {
                // What was taken is heard one buffer later; until then the picture stands.
                let heard_secs = self.base_secs + taken_secs - latency_secs * rate;
                let estimate_secs = self.sound_clock.elapsed_secs(heard_secs, rate, now_secs);
                estimate_secs.max(self.base_secs)
            }
            None => self.silent_clock.elapsed_secs(now_secs),
        };
        let place = self.course.place(self.elapsed_secs);
        self.moment = self.transport.moment(place.secs);
        if place.has_ended {
            self.transport.is_playing = false;
            self.transport.shuttle = None;
            self.set_clocks(now_secs);
        }
    }

    /// The heard clip, if its sound leads at this speed.
    fn audible(&self) -> Option<&Lane> {
        let rate = self.transport.rate();
        let is_heard = rate == 1.0 || (self.keeps_pitch && (0.0..=MAX_HEARD_RATE).contains(&rate));
        let lane = self.heard().filter(|lane| lane.voice().is_some());
        lane.filter(|_| is_heard)
    }

    /// Go on as the transport says, with new frames only where the old ones do not fit any more.
    fn take_course(&mut self, now_secs: f64) {
        let next = self.transport.course(self.moment.secs);
        let is_same = self.course.goes_like(&next)
            && self.transport.stride() == self.stride
            && next.start_secs() == self.moment.secs
            && !self.is_displaced;
        match is_same {
            true => self.set_clocks(now_secs),
            false => self.jump(self.moment.secs, now_secs),
        }
    }

    /// Begin a new course at `secs`.
    fn jump(&mut self, secs: f64, now_secs: f64) {
        self.course = self.transport.course(secs);
        self.is_displaced = false;
        self.moment = self.transport.moment(self.course.start_secs());
        self.elapsed_secs = 0.0;
        self.stride = self.transport.stride();
        for lane in &mut self.lanes {
            lane.go(self.course, self.stride);
        }
        self.set_clocks(now_secs);
    }

    /// Bring all clocks to the elapsed time, running or standing as the transport says.
    fn set_clocks(&mut self, now_secs: f64) {
        self.base_secs = self.elapsed_secs;
        let is_playing = self.transport.is_playing;
        let rate = self.transport.rate();
        let running = is_playing.then_some(rate.abs());
        self.silent_clock.set(self.elapsed_secs, running, now_secs);
        self.sound_clock.reset();
        let audible = self.audible().map(Lane::slot);
        for lane in &self.lanes {
            let Some(voice) = lane.voice() else {
                continue;
            };
            let is_heard = is_playing && audible == Some(lane.slot());
            if is_heard {
                voice.go(self.moment.secs, &self.course, rate as f32);
            }
            voice.set_playing(is_heard);
        }
    }
}
