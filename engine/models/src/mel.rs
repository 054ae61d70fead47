//! Log-mel front end: a mono 16 kHz waveform as the frames the audio VAE encodes
//! (spec: audio-vae-vocoder 7).
//!
//! Linear magnitudes of 1024-sample windows every 256 samples, summed in 80 Slaney bands from 0 to
//! 8 kHz, then the base-10 logarithm. Shapes: `[samples]` in, `[frames, NUM_MELS]` out.

use std::f64::consts::TAU;
use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use crate::{ModelError, Result};

/// Mel bands per frame.
pub const NUM_MELS: usize = 80;
/// Sample rate of the waveform.
pub const SAMPLE_RATE_HZ: u32 = 16_000;
/// Samples from one frame to the next.
pub const HOP: usize = 256;

const WINDOW: usize = 1024;
const NUM_BINS: usize = WINDOW / 2 + 1;
/// Mirrored samples on each side: with them a frame is centred on its hop.
const PADDING: usize = (WINDOW - HOP) / 2;
const MAX_FREQUENCY_HZ: f64 = 8_000.0;
const MAGNITUDE_EPSILON: f32 = 1e-9;
const FLOOR: f32 = 1e-5;

/// The window, the transform and the bands, computed once.
pub struct MelFrontEnd {
    fft: Arc<dyn Fft<f32>>,
    window: Vec<f32>,
    bands: Vec<Band>,
}

/// Non-zero weights of one mel band.
struct Band {
    first_bin: usize,
    weights: Vec<f32>,
}

impl Default for MelFrontEnd {
    fn default() -> Self {
        Self::new()
    }
}

impl MelFrontEnd {
    /// Tables for the one configuration of the model.
    pub fn new() -> Self {
        let window = (0..WINDOW)
            .map(|k| (0.5 - 0.5 * (TAU * k as f64 / WINDOW as f64).cos()) as f32)
            .collect();
        Self {
            fft: FftPlanner::new().plan_fft_forward(WINDOW),
            window,
            bands: bands(),
        }
    }

    /// Log-mel of mono samples in -1..1 (clamped): `[frames, NUM_MELS]` row-major, and the number
    /// of frames, `floor(samples / 256)`.
    ///
    /// # Errors
    /// If there are 384 samples or fewer (the mirrored edges need more), or one is not finite.
    pub fn log_mel(&self, wave: &[f32]) -> Result<(Vec<f32>, usize)> {
        if wave.len() <= PADDING {
            let reason = format!("{} samples, needs more than {PADDING}", wave.len());
            return Err(ModelError::parameter("waveform", reason));
        }
        if let Some(idx) = wave.iter().position(|sample| !sample.is_finite()) {
            let reason = format!("sample {idx} is not a finite number");
            return Err(ModelError::parameter("waveform", reason));
        }
        let num_frames = wave.len() / HOP;
        let mut out = Vec::with_capacity(num_frames * NUM_MELS);
        let mut buffer = vec![Complex::default(); WINDOW];
        let mut scratch = vec![Complex::default(); self.fft.get_inplace_scratch_len()];
        let mut magnitudes = [0.0; NUM_BINS];
        for frame in 0..num_frames {
            for (k, (slot, weight)) in buffer.iter_mut().zip(&self.window).enumerate() {
                let sample = mirrored(wave, frame * HOP + k).clamp(-1.0, 1.0);
                *slot = Complex::new(sample * weight, 0.0);
            }
            self.fft.process_with_scratch(&mut buffer, &mut scratch);
            for (magnitude, bin) in magnitudes.iter_mut().zip(&buffer) {
                *magnitude = (bin.norm_sqr() + MAGNITUDE_EPSILON).sqrt();
            }
            out.extend(self.bands.iter().map(|band| band.log_level(&magnitudes)));
        }
        Ok((out, num_frames))
    }
}

impl Band {
    fn log_level(&self, magnitudes: &[f32; NUM_BINS]) -> f32 {
        let bins = magnitudes.iter().skip(self.first_bin);
        let level: f32 = bins
            .zip(&self.weights)
            .map(|(bin, weight)| bin * weight)
            .sum();
        level.max(FLOOR).log10()
    }
}

/// Sample at `position` of the padded waveform; the edge sample itself is not repeated.
fn mirrored(wave: &[f32], position: usize) -> f32 {
    let last = wave.len() - 1;
    let idx = if position < PADDING {
        PADDING - position
    } else if position - PADDING <= last {
        position - PADDING
    } else {
        2 * last - (position - PADDING)
    };
    wave.get(idx).copied().unwrap_or_default()
}

/// Triangles of equal area, equally spaced on the Slaney scale.
fn bands() -> Vec<Band> {
    let top = hz_to_mel(MAX_FREQUENCY_HZ);
    let edge = |idx: usize| mel_to_hz(top * idx as f64 / (NUM_MELS + 1) as f64);
    let bin_hz = f64::from(SAMPLE_RATE_HZ) / WINDOW as f64;
    (0..NUM_MELS)
        .map(|mel| {
            let [low, centre, high] = [edge(mel), edge(mel + 1), edge(mel + 2)];
            let weight = |bin: usize| {
                let hz = bin_hz * bin as f64;
                let height = ((hz - low) / (centre - low)).min((high - hz) / (high - centre));
                (height.max(0.0) * 2.0 / (high - low)) as f32
            };
            let first_bin = (0..NUM_BINS).find(|&bin| weight(bin) > 0.0);
            let first_bin = first_bin.unwrap_or(NUM_BINS);
            let weights = (first_bin..NUM_BINS).map(weight).take_while(|&w| w > 0.0);
            Band {
                first_bin,
                weights: weights.collect(),
            }
        })
        .collect()
}

const LINEAR_HZ_PER_MEL: f64 = 200.0 / 3.0;
const LOG_START_HZ: f64 = 1_000.0;
const LOG_START_MEL: f64 = LOG_START_HZ / LINEAR_HZ_PER_MEL;

fn log_step() -> f64 {
    6.4_f64.ln() / 27.0
}

fn hz_to_mel(hz: f64) -> f64 {
    if hz < LOG_START_HZ {
        hz / LINEAR_HZ_PER_MEL
    } else {
        LOG_START_MEL + (hz / LOG_START_HZ).ln() / log_step()
    }
}

fn mel_to_hz(mel: f64) -> f64 {
    if mel < LOG_START_MEL {
        mel * LINEAR_HZ_PER_MEL
    } else {
        LOG_START_HZ * ((mel - LOG_START_MEL) * log_step()).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_the_floor() {
        let (mel, frames) = MelFrontEnd::new().log_mel(&[0.0; 1000]).unwrap();
        assert_eq!(frames, 3);
        assert_eq!(mel, vec![-5.0; 3 * NUM_MELS]);
    }

    #[test]
    fn a_tone_peaks_in_the_band_around_it() {
        let tone: Vec<f32> = (0..4096)
            .map(|i| (TAU * 1000.0 * f64::from(i) / 16_000.0).sin() as f32)
            .collect();
        let (mel, _) = MelFrontEnd::new().log_mel(&tone).unwrap();
        let row = &mel[8 * NUM_MELS..9 * NUM_MELS];
        let loudest = (0..NUM_MELS).max_by(|&a, &b| row[a].total_cmp(&row[b]));
        let nearest = (hz_to_mel(1000.0) * 81.0 / hz_to_mel(8000.0)).round() as usize - 1;
        assert_eq!(loudest, Some(nearest));
    }

    #[test]
    fn the_scale_ends_where_the_specification_says() {
        assert!((hz_to_mel(8000.0) - 45.2456).abs() < 1e-4);
        assert!((mel_to_hz(hz_to_mel(3210.0)) - 3210.0).abs() < 1e-9);
    }

    #[test]
    fn short_and_infinite_waves_are_refused() {
        let mel = MelFrontEnd::new();
        assert!(mel.log_mel(&[]).is_err());
        assert!(mel.log_mel(&[0.1; 384]).is_err());
        assert_eq!(mel.log_mel(&[0.1; 385]).unwrap().1, 1);
        assert!(mel.log_mel(&[f32::NAN; 2000]).is_err());
    }
}
