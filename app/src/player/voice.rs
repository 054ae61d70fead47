//! The sound of one clip as the device pulls it. The window steers it through atomics and never
//! waits for the device's thread.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use rodio::{ChannelCount, SampleRate, Source};

/// No jump is waiting.
const NO_SEEK: u64 = u64::MAX;
/// Time in which loudness changes, so that pausing does not click.
const RAMP_SECS: f32 = 0.005;

/// The window's end of a sound.
pub struct Voice {
    control: Arc<Control>,
    samples: Arc<[f32]>,
    sample_rate_hz: NonZero<u32>,
    num_samples: u64,
}

#[derive(Default)]
struct Control {
    is_playing: AtomicBool,
    is_looping: AtomicBool,
    is_closed: AtomicBool,
    gain_bits: AtomicU32,
    seek_to: AtomicU64,
    position: AtomicU64,
}

impl Voice {
    /// A standing voice. `samples` are mono; the sound lasts `duration_secs` whatever their number,
    /// because picture and sound must loop together. `None` if there is nothing to hear.
    pub fn new(samples: Arc<[f32]>, sample_rate_hz: u32, duration_secs: f64) -> Option<Self> {
        let sample_rate_hz = NonZero::new(sample_rate_hz)?;
        // Rounded up: at the last sample the pictures have ended too.
        let num_samples = (duration_secs * f64::from(sample_rate_hz.get())).ceil() as u64;
        if samples.is_empty() || num_samples == 0 {
            return None;
        }
        let control = Control {
            seek_to: AtomicU64::new(NO_SEEK),
            ..Control::default()
        };
        Some(Self {
            control: Arc::new(control),
            samples,
            sample_rate_hz,
            num_samples,
        })
    }

    /// What the device pulls from. Only one may be in use.
    pub fn source(&self) -> VoiceSource {
        VoiceSource {
            control: Arc::clone(&self.control),
            samples: Arc::clone(&self.samples),
            sample_rate_hz: self.sample_rate_hz,
            num_samples: self.num_samples,
            position: 0,
            gain: 0.0,
        }
    }

    /// Let time run or stand.
    pub fn set_playing(&self, is_playing: bool) {
        self.control.is_playing.store(is_playing, Ordering::Release);
    }

    /// Start again at the end.
    pub fn set_looping(&self, is_looping: bool) {
        self.control.is_looping.store(is_looping, Ordering::Release);
    }

    /// Loudness, 0 to 1.
    pub fn set_gain(&self, gain: f32) {
        self.control
            .gain_bits
            .store(gain.to_bits(), Ordering::Release);
    }

    /// Jump.
    pub fn seek(&self, secs: f64) {
        let sample = (secs * f64::from(self.sample_rate_hz.get())).round() as u64;
        self.control
            .seek_to
            .store(sample.min(self.num_samples), Ordering::Release);
    }

    /// Samples the device has taken since the start of the clip, in seconds; a jump counts at once.
    pub fn position_secs(&self) -> f64 {
        let sample = match self.control.seek_to.load(Ordering::Acquire) {
            NO_SEEK => self.control.position.load(Ordering::Acquire),
            waiting => waiting,
        };
        sample as f64 / f64::from(self.sample_rate_hz.get())
    }
}

impl Drop for Voice {
    fn drop(&mut self) {
        self.control.is_closed.store(true, Ordering::Release);
    }
}

/// The device's end of a sound: silence while it stands, an end once the voice is dropped.
pub struct VoiceSource {
    control: Arc<Control>,
    samples: Arc<[f32]>,
    sample_rate_hz: NonZero<u32>,
    num_samples: u64,
    position: u64,
    gain: f32,
}

impl Iterator for VoiceSource {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        let control = &self.control;
        if control.is_closed.load(Ordering::Acquire) {
            return None;
        }
        if control.seek_to.load(Ordering::Relaxed) != NO_SEEK {
            self.position = control
                .seek_to
                .swap(NO_SEEK, Ordering::AcqRel)
                .min(self.num_samples);
            control.position.store(self.position, Ordering::Release);
        }
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
        let sample = self
            .samples
            .get(self.position as usize)
            .copied()
            .unwrap_or(0.0);
        if self.position < self.num_samples {
            self.position += 1;
        }
        if self.position >= self.num_samples && control.is_looping.load(Ordering::Acquire) {
            self.position = 0;
        }
        control.position.store(self.position, Ordering::Release);
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
        let voice = Voice::new(vec![0.5; num_samples].into(), 1000, 0.1).unwrap();
        voice.set_gain(1.0);
        voice
    }

    fn pull(source: &mut VoiceSource, num: usize) -> Vec<f32> {
        source.by_ref().take(num).collect()
    }

    #[test]
    fn a_voice_stands_plays_and_ends_with_the_pictures() {
        let voice = voice(80);
        let mut source = voice.source();
        assert_eq!(pull(&mut source, 50), vec![0.0; 50]);
        assert_eq!(voice.position_secs(), 0.0);
        voice.set_playing(true);
        let heard = pull(&mut source, 150);
        assert_eq!(heard[40], 0.5);
        assert_eq!(heard[90], 0.0, "the sound is shorter than the pictures");
        assert_eq!(voice.position_secs(), 0.1);
    }

    #[test]
    fn a_loop_is_as_long_as_the_pictures() {
        let voice = voice(80);
        voice.set_looping(true);
        voice.set_playing(true);
        let mut source = voice.source();
        let heard = pull(&mut source, 230);
        assert_eq!((heard[130], heard[190]), (0.5, 0.0));
        assert!((voice.position_secs() - 0.03).abs() < 1e-9);
    }

    #[test]
    fn jumps_count_before_the_device_took_them() {
        let voice = voice(100);
        voice.seek(0.05);
        assert_eq!(voice.position_secs(), 0.05);
        let mut source = voice.source();
        pull(&mut source, 1);
        assert_eq!(voice.position_secs(), 0.05);
        voice.seek(99.0);
        assert_eq!(voice.position_secs(), 0.1, "not past the end");
    }

    #[test]
    fn loudness_changes_without_clicks() {
        let voice = voice(100);
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
        assert!(Voice::new(Vec::new().into(), 16_000, 1.0).is_none());
        assert!(Voice::new(vec![0.0].into(), 0, 1.0).is_none());
        assert!(Voice::new(vec![0.0].into(), 16_000, 0.0).is_none());
    }
}
