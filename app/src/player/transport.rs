//! Pictures and time: which frame belongs to which moment, and what happens at the end.

use std::time::Duration;

/// Moments just below a frame's start belong to it: seconds from a frame index come back as it.
const EPSILON_FRAMES: f64 = 1e-3;

/// The shape of a clip in time and how it is being played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transport {
    /// Frames, at least 1.
    pub num_frames: u32,
    /// Frames per second, above 0.
    pub fps: f64,
    /// Time runs.
    pub is_playing: bool,
    /// The clip starts again at its end.
    pub is_looping: bool,
}

/// A moment of a clip.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Seconds from the start, at most the length.
    pub secs: f64,
    /// Frame that is shown.
    pub frame_idx: u32,
    /// The end was reached and the clip does not loop.
    pub has_ended: bool,
}

impl Transport {
    /// A clip that stands at its start. Values that no clip has become the nearest that one can have.
    pub fn new(num_frames: u32, fps: f64, is_looping: bool) -> Self {
        let fps = if fps.is_finite() && fps > 0.0 {
            fps
        } else {
            24.0
        };
        Self {
            num_frames: num_frames.max(1),
            fps,
            is_playing: false,
            is_looping,
        }
    }

    /// Length in seconds.
    pub fn duration_secs(&self) -> f64 {
        f64::from(self.num_frames) / self.fps
    }

    /// Where a running clock stands in the clip.
    pub fn moment(&self, clock_secs: f64) -> Moment {
        let duration_secs = self.duration_secs();
        let clock_secs = clock_secs.max(0.0);
        if clock_secs < duration_secs {
            return Moment {
                secs: clock_secs,
                frame_idx: self.frame_at(clock_secs),
                has_ended: false,
            };
        }
        if self.is_looping && self.is_playing {
            let secs = clock_secs % duration_secs;
            return Moment {
                secs,
                frame_idx: self.frame_at(secs),
                has_ended: false,
            };
        }
        Moment {
            secs: duration_secs,
            frame_idx: self.num_frames - 1,
            has_ended: self.is_playing,
        }
    }

    /// Frame shown at `secs`.
    pub fn frame_at(&self, secs: f64) -> u32 {
        // Float to integer casts saturate.
        ((secs * self.fps + EPSILON_FRAMES).floor() as u32).min(self.num_frames - 1)
    }

    /// Start of a frame in seconds; frames past the end give the last one's.
    pub fn secs_of(&self, frame_idx: u32) -> f64 {
        f64::from(frame_idx.min(self.num_frames - 1)) / self.fps
    }

    /// Time until the frame after the one at `secs`.
    pub fn until_next_frame(&self, secs: f64) -> Duration {
        let next_secs = f64::from(self.frame_at(secs) + 1) / self.fps;
        Duration::from_secs_f64((next_secs - secs).clamp(0.001, 1.0))
    }

    /// How many frames `ahead` comes after `frame_idx`, across the end if the clip loops; `None` if
    /// it comes before.
    pub fn frames_ahead(&self, frame_idx: u32, ahead: u32) -> Option<u32> {
        if !self.is_looping {
            return ahead.checked_sub(frame_idx);
        }
        let num_ahead = (ahead + self.num_frames).checked_sub(frame_idx)? % self.num_frames;
        // On a ring everything is ahead; more than half of it away counts as behind.
        (num_ahead <= self.num_frames / 2).then_some(num_ahead)
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
            ..Transport::new(121, 24.0, is_looping)
        }
    }

    #[test]
    fn every_frame_is_found_at_its_start_and_just_before_the_next() {
        let transport = playing(false);
        for frame_idx in 0..121 {
            assert_eq!(transport.frame_at(transport.secs_of(frame_idx)), frame_idx);
            assert_eq!(
                transport.frame_at(transport.secs_of(frame_idx) + 0.041),
                frame_idx
            );
        }
    }

    #[test]
    fn the_end_stops_or_wraps() {
        let end_secs = 121.0 / 24.0;
        let stopped = playing(false).moment(end_secs + 3.0);
        assert_eq!((stopped.frame_idx, stopped.has_ended), (120, true));
        assert!((stopped.secs - end_secs).abs() < 1e-9);
        let wrapped = playing(true).moment(end_secs + 1.0);
        assert_eq!((wrapped.frame_idx, wrapped.has_ended), (24, false));
        let standing = Transport::new(121, 24.0, true).moment(end_secs);
        assert_eq!((standing.frame_idx, standing.has_ended), (120, false));
    }

    #[test]
    fn odd_clips_do_not_divide_by_zero() {
        for fps in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let transport = Transport::new(0, fps, true);
            assert_eq!(transport.moment(5.0).frame_idx, 0);
            assert!(transport.duration_secs() > 0.0);
        }
    }

    #[test]
    fn distances_wrap_only_when_looping() {
        assert_eq!(playing(false).frames_ahead(10, 13), Some(3));
        assert_eq!(playing(false).frames_ahead(119, 1), None);
        assert_eq!(playing(true).frames_ahead(119, 1), Some(3));
        assert_eq!(playing(true).frames_ahead(1, 119), None);
        assert_eq!(Transport::new(1, 24.0, true).frames_ahead(0, 0), Some(0));
    }

    #[test]
    fn time_codes_round_down() {
        assert_eq!(time_code(0.0), "0:00.00");
        assert_eq!(time_code(5.0416), "0:05.04");
        assert_eq!(time_code(61.999), "1:01.99");
        assert_eq!(time_code(-1.0), "0:00.00");
    }

    #[test]
    fn the_next_frame_is_never_further_than_one_frame() {
        let transport = playing(true);
        for step in 0..500 {
            let wait = transport
                .until_next_frame(f64::from(step) * 0.01)
                .as_secs_f64();
            assert!((0.001..=1.0 / 24.0 + 1e-9).contains(&wait), "{wait}");
        }
    }
}
