//! The sound of one clip as the device pulls it. The window steers it through atomics and never
//! waits for the device's thread.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use rodio::{ChannelCount, SampleRate, Source};

use super::course::Course;
use super::stretch::Stretcher;

/// No jump is waiting.
const NO_JUMP: u64 = u64::MAX;
/// Time in which loudness changes, so that pausing does not click.
const RAMP_SECS: f32 = 0.005;

/// The window's end of a sound.
pub struct Voice {
    control: Arc<Control>,
    samples: Arc<[f32]>,
    sample_rate_hz: NonZero<u32>,
}

/// What both ends share. Places are samples from the start of the clip.
#[derive(Default)]
struct Control {
    is_playing: AtomicBool,
    is_looping: AtomicBool,
    is_closed: AtomicBool,
    gain_bits: AtomicU32,
    speed_bits: AtomicU32,
    loop_start: AtomicU64,
    end: AtomicU64,
    jump_to: AtomicU64,
    /// Samples of the clip that went by since the jump, as an `f64`.
    elapsed_bits: AtomicU64,
}

impl Voice {
    /// A standing voice of mono `samples`. `None` if there is nothing to hear.
    pub fn new(samples: Arc<[f32]>, sample_rate_hz: u32) -> Option<Self> {
        let sample_rate_hz = NonZero::new(sample_rate_hz)?;
        if samples.is_empty() {
            return None;
        }
        let control = Control {
            jump_to: AtomicU64::new(NO_JUMP),
            speed_bits: AtomicU32::new(1.0_f32.to_bits()),
            end: AtomicU64::new(samples.len() as u64),
            ..Control::default()
        };
        Some(Self {
            control: Arc::new(control),
            samples,
            sample_rate_hz,
        })
    }

    /// What the device pulls from. Only one may be in use.
    pub fn source(&self) -> VoiceSource {
        VoiceSource {
            control: Arc::clone(&self.control),
            samples: Arc::clone(&self.samples),
            sample_rate_hz: self.sample_rate_hz,
            track: Track::default(),
            elapsed: 0.0,
            stretcher: None,
            gain: 0.0,
        }
    }

    /// Let time run or stand.
    pub fn set_playing(&self, is_playing: bool) {
        self.control.is_playing.store(is_playing, Ordering::Release);
    }

    /// Loudness, 0 to 1.
    pub fn set_gain(&self, gain: f32) {
        self.control
            .gain_bits
            .store(gain.to_bits(), Ordering::Release);
    }

    /// Jump to `secs` and go on along `course` at `speed`, above 0. Sound that is shorter than the
    /// pictures is followed by silence, because both must loop together.
    pub fn go(&self, secs: f64, course: &Course, speed: f32) {
        let sample = |secs: f64| (secs * f64::from(self.sample_rate_hz.get())).round() as u64;
        let [first_secs, end_secs] = course.bounds_secs();
        let control = &self.control;
        let relaxed = Ordering::Relaxed;
        control.is_looping.store(course.is_looping(), relaxed);
        control.loop_start.store(sample(first_secs), relaxed);
        control.end.store(sample(end_secs), relaxed);
        control.speed_bits.store(speed.to_bits(), relaxed);
        control.jump_to.store(sample(secs), Ordering::Release);
    }

    /// Seconds of the clip that the device has taken since the last [`Voice::go`]. Without a loop it
    /// counts on past the end.
    pub fn elapsed_secs(&self) -> f64 {
        if self.control.jump_to.load(Ordering::Acquire) != NO_JUMP {
            return 0.0;
        }
        let elapsed = f64::from_bits(self.control.elapsed_bits.load(Ordering::Acquire));
        elapsed / f64::from(self.sample_rate_hz.get())
    }
}

impl Drop for Voice {
    fn drop(&mut self) {
        self.control.is_closed.store(true, Ordering::Release);
    }
}

/// The way through the samples since the last jump.
#[derive(Clone, Copy, Debug, Default)]
struct Track {
    start: u64,
    loop_start: u64,
    end: u64,
    is_looping: bool,
}

impl Track {
    /// Which sample is `elapsed` after the jump; `None` past the end.
    fn sample_at(&self, elapsed: i64) -> Option<usize> {
        let place = self.start.checked_add_signed(elapsed)?;
        if place < self.end {
            return Some(place as usize);
        }
        let length = self.end.checked_sub(self.loop_start).filter(|n| *n > 0)?;
        let is_looping = self.is_looping;
        is_looping.then(|| (self.loop_start + (place - self.end) % length) as usize)
    }
}

/// The device's end of a sound: silence while it stands, an end once the voice is dropped.
pub struct VoiceSource {
    control: Arc<Control>,
    samples: Arc<[f32]>,
    sample_rate_hz: NonZero<u32>,
    track: Track,
    elapsed: f64,
    /// Takes the sound apart while it does not play at single speed.
    stretcher: Option<Stretcher>,
    gain: f32,
}

impl VoiceSource {
    fn take_jump(&mut self) {
        let control = &self.control;
        let place = control.jump_to.load(Ordering::Acquire);
        if place == NO_JUMP {
            return;
        }
        self.track = Track {
            start: place,
            loop_start: control.loop_start.load(Ordering::Relaxed),
            end: control.end.load(Ordering::Relaxed),
            is_looping: control.is_looping.load(Ordering::Relaxed),
        };
        self.elapsed = 0.0;
        self.stretcher = None;
        // Before the jump counts as taken: the window must not see the time before it.
        control.elapsed_bits.store(0, Ordering::Release);
        // Another jump may have come meanwhile; then it is taken with the next sample.
        let (taken, relaxed) = (Ordering::AcqRel, Ordering::Relaxed);
        control
            .jump_to
            .compare_exchange(place, NO_JUMP, taken, relaxed)
            .ok();
    }

    fn pull(&mut self) -> f32 {
        let speed = f32::from_bits(self.control.speed_bits.load(Ordering::Relaxed));
        let (track, samples) = (self.track, &self.samples);
        let sample_at = |elapsed: i64| {
            let sample = track.sample_at(elapsed).and_then(|idx| samples.get(idx));
            sample.copied().unwrap_or(0.0)
        };
        if speed == 1.0 {
            self.stretcher = None;
            let sample = sample_at(self.elapsed as i64);
            self.elapsed += 1.0;
            return sample;
        }
        let rate = self.sample_rate_hz.get();
        let elapsed = self.elapsed;
        let stretcher = self
            .stretcher
            .get_or_insert_with(|| Stretcher::new(rate, elapsed));
        let sample = stretcher.next(f64::from(speed), sample_at);
        self.elapsed = stretcher.position();
        sample
    }
}

impl Iterator for VoiceSource {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.control.is_closed.load(Ordering::Acquire) {
            return None;
        }
        self.take_jump();
        let control = &self.control;
        let is_playing = control.is_playing.load(Ordering::Acquire);
        let wanted = match is_playing {
            true => f32::from_bits(control.gain_bits.load(Ordering::Acquire)),
            false => 0.0,
        };
        let step = 1.0 / (RAMP_SECS * self.sample_rate_hz.get() as f32);
        self.gain += (wanted - self.gain).clamp(-step, step);
        if !is_playing && self.gain == 0.0 {
            return Some(0.0);
        }
        let sample = self.pull();
        self.control
            .elapsed_bits
            .store(self.elapsed.to_bits(), Ordering::Release);
        Some(sample * self.gain)
    }
}

impl Source for VoiceSource {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> ChannelCount {
        NonZero::<u16>::MIN
    }

    fn sample_rate(&self) -> SampleRate {
        self.sample_rate_hz
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(num_samples: usize) -> Voice {
        let voice = Voice::new(vec![0.5; num_samples].into(), 1000).unwrap();
        voice.set_gain(1.0);
        voice
    }

    fn pull(source: &mut VoiceSource, num: usize) -> Vec<f32> {
        source.by_ref().take(num).collect()
    }

    fn once(end_secs: f64) -> Course {
        Course::new(0.0, [0.0, end_secs], false, false)
    }

    fn forever(bounds_secs: [f64; 2]) -> Course {
        Course::new(0.0, bounds_secs, true, false)
    }

    #[test]
    fn a_voice_stands_plays_and_counts_on_past_its_end() {
        let voice = voice(80);
        let mut source = voice.source();
        voice.go(0.0, &once(0.1), 1.0);
        assert_eq!(pull(&mut source, 50), vec![0.0; 50]);
        assert_eq!(voice.elapsed_secs(), 0.0);
        voice.set_playing(true);
        let heard = pull(&mut source, 150);
        assert_eq!(heard[40], 0.5);
        assert_eq!(heard[90], 0.0, "the sound is shorter than the pictures");
        assert_eq!(heard[140], 0.0, "and ends with them");
        assert!((voice.elapsed_secs() - 0.15).abs() < 1e-9);
    }

    #[test]
    fn a_loop_is_as_long_as_the_pictures() {
        let voice = voice(80);
        voice.go(0.0, &forever([0.0, 0.1]), 1.0);
        voice.set_playing(true);
        let mut source = voice.source();
        let heard = pull(&mut source, 230);
        assert_eq!((heard[130], heard[190]), (0.5, 0.0));
        assert!((voice.elapsed_secs() - 0.23).abs() < 1e-9);
    }

    #[test]
    fn a_part_that_repeats_is_heard_again_and_again() {
        let samples: Vec<f32> = (0..100).map(|idx| idx as f32 / 100.0).collect();
        let voice = Voice::new(samples.into(), 1000).unwrap();
        voice.set_gain(1.0);
        voice.set_playing(true);
        voice.go(0.01, &forever([0.03, 0.05]), 1.0);
        let mut source = voice.source();
        let heard = pull(&mut source, 100);
        for (idx, place) in [(30, 40), (39, 49), (40, 30), (59, 49), (60, 30), (85, 35)] {
            assert_eq!(heard[idx], place as f32 / 100.0, "sample {idx}");
        }
    }

    #[test]
    fn jumps_count_before_the_device_took_them() {
        let voice = voice(100);
        voice.set_playing(true);
        let mut source = voice.source();
        pull(&mut source, 30);
        assert!(voice.elapsed_secs() > 0.0);
        voice.go(0.05, &once(0.1), 1.0);
        assert_eq!(voice.elapsed_secs(), 0.0);
        pull(&mut source, 1);
        assert!((voice.elapsed_secs() - 0.001).abs() < 1e-9);
    }

    #[test]
    fn at_other_speeds_the_clip_goes_by_faster_and_loops() {
        let voice = voice(100);
        voice.set_playing(true);
        voice.go(0.0, &forever([0.0, 0.1]), 2.0);
        let mut source = voice.source();
        let heard = pull(&mut source, 400);
        assert!((voice.elapsed_secs() - 0.8).abs() < 0.002);
        assert!(heard[20..].iter().all(|sample| *sample > 0.45), "no gaps");
    }

    #[test]
    fn loudness_changes_without_clicks() {
        let voice = voice(100);
        voice.go(0.0, &once(0.1), 1.0);
        voice.set_playing(true);
        let mut source = voice.source();
        let mut heard = pull(&mut source, 20);
        voice.set_playing(false);
        heard.extend(pull(&mut source, 20));
        let largest = heard
            .windows(2)
            .map(|w| (w[1] - w[0]).abs())
            .fold(0.0, f32::max);
        assert!(largest <= 0.11, "a step of {largest}");
        assert_eq!(heard.last(), Some(&0.0));
    }

    #[test]
    fn a_dropped_voice_ends() {
        let voice = voice(100);
        let mut source = voice.source();
        drop(voice);
        assert_eq!(source.next(), None);
    }

    #[test]
    fn nothing_to_hear_is_no_voice() {
        assert!(Voice::new(Vec::new().into(), 16_000).is_none());
        assert!(Voice::new(vec![0.0].into(), 0).is_none());
    }
}
