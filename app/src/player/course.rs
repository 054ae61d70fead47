//! How playing goes on from a jump: where time stands after a while, and which frames are due when.
//!
//! Elapsed seconds are counted in the clip's own time since the jump, whichever way it runs and
//! however often it loops, so they only ever grow.

use super::transport::FrameShape;

/// Ends that lie this close together are the same moment.
const EPSILON_SECS: f64 = 1e-6;

/// Playing from one moment on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    start_secs: f64,
    first_secs: f64,
    end_secs: f64,
    is_looping: bool,
    is_backwards: bool,
}

/// Where time stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Seconds from the start of the clip.
    pub secs: f64,
    /// The end was reached and it does not loop.
    pub has_ended: bool,
}

impl Course {
    /// From `secs` on, between `bounds_secs`. A loop that is already behind its end begins anew.
    pub fn new(secs: f64, bounds_secs: [f64; 2], is_looping: bool, is_backwards: bool) -> Self {
        let [first_secs, end_secs] = bounds_secs;
        let end_secs = end_secs.max(first_secs + EPSILON_SECS);
        let begins_anew = is_looping
            && match is_backwards {
                false => secs >= end_secs - EPSILON_SECS,
                true => secs <= first_secs + EPSILON_SECS,
            };
        let start_secs = match (begins_anew, is_backwards) {
            (false, _) => secs,
            (true, false) => first_secs,
            (true, true) => end_secs,
        };
        Self {
            start_secs,
            first_secs,
            end_secs,
            is_looping,
            is_backwards,
        }
    }

    /// Where it begins.
    pub fn start_secs(&self) -> f64 {
        self.start_secs
    }

    /// Where it stops or turns around: first moment and end.
    pub fn bounds_secs(&self) -> [f64; 2] {
        [self.first_secs, self.end_secs]
    }

    /// Whether it begins anew at its end.
    pub fn is_looping(&self) -> bool {
        self.is_looping
    }

    /// Whether both stop and turn at the same places.
    pub fn goes_like(&self, other: &Self) -> bool {
        let at_zero = |course: &Self| Self {
            start_secs: 0.0,
            ..*course
        };
        at_zero(self) == at_zero(other)
    }

    /// Where time stands after `elapsed_secs`.
    pub fn place(&self, elapsed_secs: f64) -> Place {
        let elapsed_secs = elapsed_secs.max(0.0);
        let length_secs = self.end_secs - self.first_secs;
        let (secs, beyond_secs) = match self.is_backwards {
            true => {
                let secs = self.start_secs - elapsed_secs;
                (secs, self.first_secs - secs)
            }
            false => {
                let secs = self.start_secs + elapsed_secs;
                (secs, secs - self.end_secs)
            }
        };
        if beyond_secs < 0.0 {
            return Place {
                secs,
                has_ended: false,
            };
        }
        let secs = match (self.is_looping, self.is_backwards) {
            (true, true) => self.end_secs - beyond_secs % length_secs,
            (true, false) => self.first_secs + beyond_secs % length_secs,
            (false, true) => self.first_secs,
            (false, false) => self.end_secs,
        };
        Place {
            secs,
            has_ended: !self.is_looping,
        }
    }

    /// The frames of a clip of this shape in the order they are due, every `stride`th one.
    pub fn frames(&self, shape: FrameShape, stride: u32) -> Frames {
        Frames {
            course: *self,
            shape,
            stride: stride.max(1),
            lap_elapsed_secs: 0.0,
            lap_start_secs: self.start_secs,
            next: Some(DueFrame {
                frame_idx: self.frame_at(shape, self.start_secs),
                due_secs: 0.0,
            }),
        }
    }

    fn frame_at(&self, shape: FrameShape, secs: f64) -> u32 {
        match self.is_backwards && secs >= self.end_secs - EPSILON_SECS {
            true => shape.frame_before(secs),
            false => shape.frame_at(secs),
        }
    }
}

/// A frame and when it is due.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DueFrame {
    /// Index from 0.
    pub frame_idx: u32,
    /// Elapsed seconds of the course.
    pub due_secs: f64,
}

/// Frames of one clip along a course. A clip that is shorter than the course has none after its
/// last: it is held.
#[derive(Clone, Debug)]
pub struct Frames {
    course: Course,
    shape: FrameShape,
    stride: u32,
    lap_elapsed_secs: f64,
    lap_start_secs: f64,
    next: Option<DueFrame>,
}

impl Frames {
    /// Whether time runs backwards.
    pub fn is_backwards(&self) -> bool {
        self.course.is_backwards
    }

    /// Go on with the frame that is due at `elapsed_secs`.
    pub fn skip_to(&mut self, elapsed_secs: f64) {
        while let Some(after) = self.after_next()
            && after.due_secs <= elapsed_secs
        {
            self.step();
        }
    }

    fn step(&mut self) -> Option<DueFrame> {
        let frame = self.next?;
        let (after, lap) = self.following(frame);
        if let Some((elapsed_secs, start_secs)) = lap {
            self.lap_elapsed_secs = elapsed_secs;
            self.lap_start_secs = start_secs;
        }
        self.next = after;
        Some(frame)
    }

    fn after_next(&self) -> Option<DueFrame> {
        self.following(self.next?).0
    }

    /// The frame after `frame`, and when and where the lap begins that it is in, if it is another.
    fn following(&self, frame: DueFrame) -> (Option<DueFrame>, Option<(f64, f64)>) {
        let Course {
            first_secs,
            end_secs,
            is_backwards,
            ..
        } = self.course;
        let within = match is_backwards {
            false => {
                let frame_idx = frame.frame_idx.saturating_add(self.stride);
                let secs = f64::from(frame_idx) / self.shape.fps;
                let is_within = frame_idx < self.shape.num_frames && secs < end_secs - EPSILON_SECS;
                is_within.then_some((frame_idx, secs - self.lap_start_secs))
            }
            true => frame.frame_idx.checked_sub(self.stride).and_then(|idx| {
                let secs = f64::from(idx + 1) / self.shape.fps;
                (secs > first_secs + EPSILON_SECS).then_some((idx, self.lap_start_secs - secs))
            }),
        };
        if let Some((frame_idx, lap_secs)) = within {
            let due_secs = self.lap_elapsed_secs + lap_secs;
            let after = DueFrame {
                frame_idx,
                due_secs,
            };
            return (Some(after), None);
        }
        if !self.course.is_looping {
            return (None, None);
        }
        let (lap_secs, start_secs) = match is_backwards {
            false => (end_secs - self.lap_start_secs, first_secs),
            true => (self.lap_start_secs - first_secs, end_secs),
        };
        let due_secs = self.lap_elapsed_secs + lap_secs;
        let after = DueFrame {
            frame_idx: self.course.frame_at(self.shape, start_secs),
            due_secs,
        };
        (Some(after), Some((due_secs, start_secs)))
    }
}

impl Iterator for Frames {
    type Item = DueFrame;

    fn next(&mut self) -> Option<DueFrame> {
        self.step()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: FrameShape = FrameShape {
        num_frames: 48,
        fps: 24.0,
    };

    /// What is decoded for a moment is what is shown at it, along three laps.
    fn check(course: Course, shape: FrameShape, num_frames: usize) {
        let frames: Vec<DueFrame> = course.frames(shape, 1).take(num_frames).collect();
        for pair in frames.windows(2) {
            assert!(pair[1].due_secs >= pair[0].due_secs, "{pair:?}");
            if pair[1].due_secs == pair[0].due_secs {
                // Backwards from the very start of a frame, that frame takes no time.
                continue;
            }
            let middle_secs = (pair[0].due_secs + pair[1].due_secs) / 2.0;
            let place = course.place(middle_secs);
            assert_eq!(
                shape.frame_at(place.secs),
                pair[0].frame_idx,
                "{course:?} at {place:?}"
            );
        }
    }

    #[test]
    fn frames_follow_time_in_every_direction_and_loop() {
        for is_backwards in [false, true] {
            for is_looping in [false, true] {
                for start_secs in [0.0, 0.51, 1.0, 1.9, 2.0] {
                    check(
                        Course::new(start_secs, [0.0, 2.0], is_looping, is_backwards),
                        SHAPE,
                        140,
                    );
                    check(
                        Course::new(start_secs, [0.5, 1.25], is_looping, is_backwards),
                        SHAPE,
                        60,
                    );
                }
            }
        }
    }

    #[test]
    fn a_shorter_clip_holds_its_last_frame_and_starts_again_with_the_others() {
        let course = Course::new(0.0, [0.0, 2.0], true, false);
        let short = FrameShape {
            num_frames: 10,
            fps: 24.0,
        };
        let frames: Vec<DueFrame> = course.frames(short, 1).take(12).collect();
        assert_eq!(frames[9].frame_idx, 9);
        let again = DueFrame {
            frame_idx: 0,
            due_secs: 2.0,
        };
        assert_eq!(frames[10], again);
        check(course, short, 40);
        check(Course::new(1.9, [0.0, 2.0], true, true), short, 40);
    }

    #[test]
    fn without_a_loop_both_ends_end() {
        let forward = Course::new(1.5, [0.0, 2.0], false, false);
        assert_eq!(forward.frames(SHAPE, 1).count(), 12);
        assert_eq!(
            forward.place(9.0),
            Place {
                secs: 2.0,
                has_ended: true
            }
        );
        let back = Course::new(0.5, [0.0, 2.0], false, true);
        assert_eq!(back.frames(SHAPE, 1).last().unwrap().frame_idx, 0);
        assert_eq!(
            back.place(9.0),
            Place {
                secs: 0.0,
                has_ended: true
            }
        );
    }

    #[test]
    fn a_stride_leaves_frames_out() {
        let course = Course::new(0.0, [0.0, 2.0], true, false);
        let indexes: Vec<u32> = course
            .frames(SHAPE, 4)
            .take(14)
            .map(|frame| frame.frame_idx)
            .collect();
        assert_eq!(indexes[..3], [0, 4, 8]);
        assert_eq!(indexes[11..], [44, 0, 4]);
    }

    #[test]
    fn skipping_lands_on_the_frame_that_is_shown() {
        let course = Course::new(1.0, [0.0, 2.0], true, false);
        let mut frames = course.frames(SHAPE, 1);
        frames.skip_to(1.51);
        assert_eq!(
            frames.next().map(|frame| frame.frame_idx),
            Some(12),
            "one and a half seconds on, in the second lap"
        );
    }

    #[test]
    fn a_loop_that_is_past_its_end_begins_anew() {
        let course = Course::new(1.9, [0.5, 1.0], true, false);
        assert_eq!(course.place(0.0).secs, 0.5);
        let course = Course::new(0.1, [0.5, 1.0], true, true);
        assert_eq!(course.place(0.0).secs, 1.0);
    }
}
