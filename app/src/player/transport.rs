//! Pictures and time: which frame belongs to which moment, and how a clip is being played.

use std::time::Duration;

use super::course::Course;

/// Moments just below a frame's start belong to it: seconds from a frame index come back as it.
const EPSILON_FRAMES: f64 = 1e-3;
/// Speeds that can be chosen.
pub const SPEEDS: [f32; 7] = [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0];
/// Speeds of the shuttle, from press to press.
const SHUTTLE: [f32; 3] = [1.0, 2.0, 4.0];
/// Most frames per second that are worth decoding for a screen of 60 Hz.
const MAX_SHOWN_FPS: f64 = 60.0;

/// The shape of a clip in time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrameShape {
    /// Frames, at least 1.
    pub num_frames: u32,
    /// Frames per second, above 0.
    pub fps: f64,
}

impl FrameShape {
    /// Values that no clip has become the nearest that one can have.
    pub fn new(num_frames: u32, fps: f64) -> Self {
        let fps = if fps.is_finite() && fps > 0.0 {
            fps
        } else {
            24.0
        };
        Self {
            num_frames: num_frames.max(1),
            fps,
        }
    }

    /// Length in seconds.
    pub fn duration_secs(self) -> f64 {
        f64::from(self.num_frames) / self.fps
    }

    /// Frame shown at `secs`; the last one beyond the end.
    pub fn frame_at(self, secs: f64) -> u32 {
        // Float to integer casts saturate.
        ((secs * self.fps + EPSILON_FRAMES).floor() as u32).min(self.num_frames - 1)
    }

    /// Last frame that begins before `secs`.
    pub fn frame_before(self, secs: f64) -> u32 {
        let num_begun = (secs * self.fps - EPSILON_FRAMES).ceil().max(1.0) as u32;
        (num_begun - 1).min(self.num_frames - 1)
    }

    /// Start of a frame in seconds; frames past the end give the last one's.
    pub fn secs_of(self, frame_idx: u32) -> f64 {
        f64::from(frame_idx.min(self.num_frames - 1)) / self.fps
    }
}

/// Part of the clip that repeats; an end that was not set is the clip's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LoopRange {
    /// Where it begins, in seconds.
    pub in_secs: Option<f64>,
    /// Where it ends, in seconds.
    pub out_secs: Option<f64>,
}

impl LoopRange {
    /// Whether an end was set.
    pub fn is_set(self) -> bool {
        self.in_secs.is_some() || self.out_secs.is_some()
    }
}

/// One end of the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopEnd {
    /// Where it begins.
    In,
    /// Where it ends.
    Out,
}

/// The shape of what is played and how it is being played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transport {
    /// Shape of the longest clip.
    pub shape: FrameShape,
    /// Time runs.
    pub is_playing: bool,
    /// The clip starts again at its end.
    pub is_looping: bool,
    /// Part that repeats while it loops.
    pub loop_range: LoopRange,
    /// Speed that was chosen.
    pub speed: f32,
    /// Speed of the shuttle while it is used, negative backwards.
    pub shuttle: Option<f32>,
}

/// A moment of a clip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Seconds from the start, at most the length.
    pub secs: f64,
    /// Frame that is shown.
    pub frame_idx: u32,
}

impl Transport {
    /// A clip that stands at its start.
    pub fn new(shape: FrameShape, is_looping: bool) -> Self {
        Self {
            shape,
            is_playing: false,
            is_looping,
            loop_range: LoopRange::default(),
            speed: 1.0,
            shuttle: None,
        }
    }

    /// Length in seconds.
    pub fn duration_secs(&self) -> f64 {
        self.shape.duration_secs()
    }

    /// How fast the clip's time runs while it plays; negative backwards.
    pub fn rate(&self) -> f64 {
        f64::from(self.shuttle.unwrap_or(self.speed))
    }

    /// Where the loop begins and ends, in seconds.
    pub fn bounds_secs(&self) -> [f64; 2] {
        let duration_secs = self.duration_secs();
        if !self.is_looping {
            return [0.0, duration_secs];
        }
        let LoopRange { in_secs, out_secs } = self.loop_range;
        [in_secs.unwrap_or(0.0), out_secs.unwrap_or(duration_secs)]
    }

    /// How playing goes on from `secs`, or would if it played.
    pub fn course(&self, secs: f64) -> Course {
        let is_backwards = self.rate() < 0.0;
        let bounds_secs = self.bounds_secs();
        let is_outside = secs < bounds_secs[0] || secs >= bounds_secs[1];
        if is_outside && !self.is_playing {
            // Playing would go into the loop; what stands is shown where it stands.
            return Course::new(secs, [0.0, self.duration_secs()], false, is_backwards);
        }
        Course::new(secs, bounds_secs, self.is_looping, is_backwards)
    }

    /// Every how many frames one is decoded: a screen cannot show more than its refresh rate.
    pub fn stride(&self) -> u32 {
        (self.rate().abs() * self.shape.fps / MAX_SHOWN_FPS)
            .ceil()
            .max(1.0) as u32
    }

    /// The moment `secs`.
    pub fn moment(&self, secs: f64) -> Moment {
        Moment {
            secs,
            frame_idx: self.shape.frame_at(secs),
        }
    }

    /// Time until another frame is due, while it plays.
    pub fn until_next_frame(&self, secs: f64) -> Duration {
        let frame_idx = f64::from(self.shape.frame_at(secs));
        let media_secs = match self.rate() < 0.0 {
            true => secs - frame_idx / self.shape.fps,
            false => (frame_idx + 1.0) / self.shape.fps - secs,
        };
        Duration::from_secs_f64((media_secs / self.rate().abs().max(0.01)).clamp(0.001, 1.0))
    }

    /// The start of a frame that is nearest to `secs`, the end of the clip included.
    pub fn nearest_frame_secs(&self, secs: f64) -> f64 {
        ((secs * self.shape.fps).round() / self.shape.fps).clamp(0.0, self.duration_secs())
    }

    /// Where an end of the loop is: where it was put, or the clip's.
    pub fn loop_end_secs(&self, end: LoopEnd) -> f64 {
        match end {
            LoopEnd::In => self.loop_range.in_secs.unwrap_or(0.0),
            LoopEnd::Out => {
                let out_secs = self.loop_range.out_secs;
                out_secs.unwrap_or(self.duration_secs())
            }
        }
    }

    /// Put an end of the loop at `secs`. An end beyond the other one takes the other one away. The
    /// loop holds at least one frame.
    pub fn set_loop_end(&mut self, end: LoopEnd, secs: f64) {
        let frame_secs = 1.0 / self.shape.fps;
        let duration_secs = self.duration_secs();
        let LoopRange { in_secs, out_secs } = &mut self.loop_range;
        match end {
            LoopEnd::In => {
                let secs = secs.clamp(0.0, (duration_secs - frame_secs).max(0.0));
                *in_secs = Some(secs);
                *out_secs = out_secs.filter(|out| *out >= secs + frame_secs - 1e-9);
            }
            LoopEnd::Out => {
                let secs = secs.clamp(frame_secs.min(duration_secs), duration_secs);
                *out_secs = Some(secs);
                *in_secs = in_secs.filter(|start| *start <= secs - frame_secs + 1e-9);
            }
        }
        self.is_looping = true;
    }

    /// The next speed of the shuttle in this direction; the first press after something else plays
    /// at single speed.
    pub fn next_shuttle(&self, is_backwards: bool) -> f32 {
        let sign = if is_backwards { -1.0 } else { 1.0 };
        let running = self.shuttle.filter(|_| self.is_playing).unwrap_or(0.0) * sign;
        let faster = SHUTTLE.into_iter().find(|speed| *speed > running);
        sign * faster.unwrap_or(4.0)
    }
}

/// `m:ss.cc`, rounded down.
pub fn time_code(secs: f64) -> String {
    let centis = (secs.max(0.0) * 100.0 + 1e-6).floor() as u64;
    format!(
        "{}:{:02}.{:02}",
        centis / 6000,
        centis / 100 % 60,
        centis % 100
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playing(is_looping: bool) -> Transport {
        Transport {
            is_playing: true,
            ..Transport::new(FrameShape::new(121, 24.0), is_looping)
        }
    }

    #[test]
    fn every_frame_is_found_at_its_start_and_just_before_the_next() {
        let shape = playing(false).shape;
        for frame_idx in 0..121 {
            assert_eq!(shape.frame_at(shape.secs_of(frame_idx)), frame_idx);
            assert_eq!(shape.frame_at(shape.secs_of(frame_idx) + 0.041), frame_idx);
        }
        assert_eq!(shape.frame_before(1.0), 23);
        assert_eq!(shape.frame_before(0.0), 0);
        assert_eq!(shape.frame_before(1e9), 120);
    }

    #[test]
    fn odd_clips_do_not_divide_by_zero() {
        for fps in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let shape = FrameShape::new(0, fps);
            assert_eq!(shape.frame_at(5.0), 0);
            assert!(shape.duration_secs() > 0.0);
        }
    }

    #[test]
    fn time_codes_round_down() {
        assert_eq!(time_code(0.0), "0:00.00");
        assert_eq!(time_code(5.0416), "0:05.04");
        assert_eq!(time_code(61.999), "1:01.99");
        assert_eq!(time_code(-1.0), "0:00.00");
    }

    #[test]
    fn the_next_frame_is_never_further_than_one_frame_at_its_speed() {
        for rate in [0.25_f32, 1.0, 2.0, -1.0, -4.0] {
            let transport = Transport {
                shuttle: Some(rate),
                ..playing(true)
            };
            let most_secs = 1.0 / 24.0 / f64::from(rate.abs()) + 1e-9;
            for step in 0..500 {
                let wait = transport.until_next_frame(f64::from(step) * 0.01);
                let wait_secs = wait.as_secs_f64();
                assert!((0.001..=most_secs.max(0.001)).contains(&wait_secs));
            }
        }
    }

    #[test]
    fn the_ends_of_a_loop_stay_in_order_and_switch_looping_on() {
        let mut transport = playing(false);
        transport.set_loop_end(LoopEnd::In, 2.0);
        assert!(transport.is_looping);
        transport.set_loop_end(LoopEnd::Out, 3.0);
        assert_eq!(transport.bounds_secs(), [2.0, 3.0]);
        transport.set_loop_end(LoopEnd::Out, 1.0);
        assert_eq!(transport.bounds_secs(), [0.0, 1.0], "in was behind out");
        transport.set_loop_end(LoopEnd::In, 99.0);
        let [in_secs, out_secs] = transport.bounds_secs();
        assert!(out_secs - in_secs >= 1.0 / 24.0 - 1e-9, "one frame is left");
        transport.is_looping = false;
        assert_eq!(transport.bounds_secs(), [0.0, 121.0 / 24.0]);
    }

    #[test]
    fn the_shuttle_gets_faster_and_turns_at_single_speed() {
        let mut transport = playing(true);
        let mut speeds = Vec::new();
        for is_backwards in [false, false, false, false, true, true, false] {
            let speed = transport.next_shuttle(is_backwards);
            transport.shuttle = Some(speed);
            speeds.push(speed);
        }
        assert_eq!(speeds, [1.0, 2.0, 4.0, 4.0, -1.0, -2.0, 1.0]);
        assert_eq!(transport.stride(), 1);
        transport.shuttle = Some(-4.0);
        assert_eq!(transport.stride(), 2);
    }
}
