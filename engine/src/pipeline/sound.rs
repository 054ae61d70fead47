//! The level of a clip's sound, and sound that goes on from another clip's.

use ebur128::{EbuR128, Mode};

use super::settings::{FPS, SAMPLE_RATE_HZ};
use crate::error::EngineError;
use crate::protocol::SoundLevel;

/// Loudness that `Normalise` aims at, in LUFS of one channel.
const TARGET_LUFS: f64 = -16.0;
/// -1 dB of full scale.
const CEILING: f32 = 0.891_250_9;
/// Most that quiet sound is turned up; beyond it there is mostly noise.
const MAX_GAIN_DB: f64 = 30.0;
/// A difference nobody hears, at which the search for the gain ends.
const TOLERANCE_LU: f64 = 0.1;
/// Limiting lowers the loudness a little, so the gain is corrected at most this often.
const MAX_ROUNDS: usize = 4;
/// How long before a peak the limiter turns down, and after it up again: 5 ms.
const LIMITER_RADIUS: usize = 80;
/// Length of the crossfade between a clip and its continuation: 40 ms. They share the sound of one
/// frame, 41.7 ms.
pub(super) const CROSSFADE_SAMPLES: usize = 640;

/// Sound at the level that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Levelled {
    pub samples: Vec<f32>,
    /// Why the level is another, if it is.
    pub remark: Option<String>,
}

/// Bring `samples` to `level`.
///
/// `Limit` turns the whole sound down until its highest peak is at -1 dB, if it is above. `Normalise`
/// brings the integrated loudness (EBU R 128, one channel) to -16 LUFS and holds peaks at -1 dB for
/// the moments they last.
pub(super) fn levelled(samples: Vec<f32>, level: SoundLevel) -> Result<Levelled, EngineError> {
    match level {
        SoundLevel::Leave => Ok(Levelled {
            samples,
            remark: None,
        }),
        SoundLevel::Limit => {
            let peak = peak(&samples);
            let gain = if peak > CEILING { CEILING / peak } else { 1.0 };
            let samples = samples.into_iter().map(|sample| sample * gain);
            Ok(Levelled {
                // The product may round up.
                samples: samples.map(|x| x.clamp(-CEILING, CEILING)).collect(),
                remark: None,
            })
        }
        SoundLevel::Normalise => normalised(&samples),
    }
}

fn normalised(samples: &[f32]) -> Result<Levelled, EngineError> {
    let limited = |gain_db: f64| {
        let gain = 10_f64.powf(gain_db / 20.0) as f32;
        limited(samples.iter().map(|sample| sample * gain).collect())
    };
    let Some(loudness) = loudness(samples)? else {
        let remark =
            "The sound is too short or too quiet to measure its loudness; its level was left.";
        return Ok(Levelled {
            samples: limited(0.0),
            remark: Some(remark.into()),
        });
    };
    let wanted_db = TARGET_LUFS - loudness;
    let mut gain_db = wanted_db.min(MAX_GAIN_DB);
    let mut out = limited(gain_db);
    for _ in 1..MAX_ROUNDS {
        let missing = loudness_of(&out)? - TARGET_LUFS;
        if missing.abs() <= TOLERANCE_LU || gain_db >= MAX_GAIN_DB {
            break;
        }
        gain_db = (gain_db - missing).min(MAX_GAIN_DB);
        out = limited(gain_db);
    }
    let remark = (wanted_db > MAX_GAIN_DB).then(|| {
        format!(
            "The sound is at {loudness:.1} LUFS; it was turned up by {MAX_GAIN_DB} dB and not to {TARGET_LUFS} LUFS."
        )
    });
    Ok(Levelled {
        samples: out,
        remark,
    })
}

fn loudness_of(samples: &[f32]) -> Result<f64, EngineError> {
    Ok(loudness(samples)?.unwrap_or(TARGET_LUFS))
}

/// Integrated loudness in LUFS; `None` below the gate or for less than 0.4 s.
pub(super) fn loudness(samples: &[f32]) -> Result<Option<f64>, EngineError> {
    let measure = || {
        let mut meter = EbuR128::new(1, SAMPLE_RATE_HZ, Mode::I)?;
        meter.add_frames_f32(samples)?;
        meter.loudness_global()
    };
    let measured = measure().map_err(|error: ebur128::Error| {
        EngineError::Setting(format!("the loudness cannot be measured: {error}"))
    })?;
    Ok(measured.is_finite().then_some(measured))
}

fn peak(samples: &[f32]) -> f32 {
    samples
        .iter()
        .fold(0.0, |peak, sample| peak.max(sample.abs()))
}

/// Peaks held at the ceiling by a gain that moves smoothly: the least gain of the neighbourhood,
/// averaged over the same width, is never above what the sample itself needs.
fn limited(samples: Vec<f32>) -> Vec<f32> {
    if peak(&samples) <= CEILING {
        return samples;
    }
    let needed: Vec<f32> = samples
        .iter()
        .map(|sample| (CEILING / sample.abs().max(CEILING)).min(1.0))
        .collect();
    let around = |idx: usize| {
        let end = (idx + LIMITER_RADIUS + 1).min(needed.len());
        idx.saturating_sub(LIMITER_RADIUS)..end
    };
    let least: Vec<f32> = (0..needed.len())
        .map(|idx| {
            let window = needed.get(around(idx)).unwrap_or_default();
            window.iter().copied().fold(1.0, f32::min)
        })
        .collect();
    let held = samples.iter().enumerate().map(|(idx, sample)| {
        let window = least.get(around(idx)).unwrap_or_default();
        let gain = window.iter().sum::<f32>() / window.len().max(1) as f32;
        (sample * gain).clamp(-CEILING, CEILING)
    });
    held.collect()
}

/// Sample at which frame `frame_idx` begins.
pub(super) fn sample_of_frame(frame_idx: usize) -> usize {
    let (rate, fps) = (SAMPLE_RATE_HZ as usize, FPS as usize);
    (frame_idx * rate + fps / 2) / fps
}

/// The sound of a clip of `num_frames` frames, and then that of its continuation, whose first frame is
/// the clip's last one. Over the start of that frame one fades into the other with equal power.
pub(super) fn joined(mut before: Vec<f32>, num_frames: usize, after: &[f32]) -> Vec<f32> {
    before.resize(sample_of_frame(num_frames), 0.0);
    let seam = sample_of_frame(num_frames.saturating_sub(1));
    let tail = before.split_off(seam.min(before.len()));
    let faded = after.iter().enumerate().map(|(idx, new)| {
        let old = tail.get(idx).copied().unwrap_or_default();
        if idx >= CROSSFADE_SAMPLES {
            return *new;
        }
        let share = (idx as f32 + 0.5) / CROSSFADE_SAMPLES as f32;
        let angle = share * std::f32::consts::FRAC_PI_2;
        old * angle.cos() + new * angle.sin()
    });
    before.extend(faded);
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(level: f32, secs: f32) -> Vec<f32> {
        let rate = SAMPLE_RATE_HZ as f32;
        (0..(secs * rate) as usize)
            .map(|idx| level * (idx as f32 * 440.0 * std::f32::consts::TAU / rate).sin())
            .collect()
    }

    #[test]
    fn limiting_turns_down_only_what_is_too_loud() {
        let quiet = tone(0.5, 0.1);
        let level = |samples| levelled(samples, SoundLevel::Limit).unwrap().samples;
        assert_eq!(level(quiet.clone()), quiet);
        let loud = level(tone(3.0, 0.1));
        assert!((peak(&loud) - CEILING).abs() < 1e-6);
        // The shape stays: a fixed factor, not a clipped wave.
        let factor = loud[7] / tone(3.0, 0.1)[7];
        assert!((loud[11] / tone(3.0, 0.1)[11] - factor).abs() < 1e-5);
    }

    #[test]
    fn normalising_reaches_the_loudness_and_stays_below_the_ceiling() {
        let mut spiky = tone(0.02, 3.0);
        for idx in (0..spiky.len()).step_by(4000) {
            spiky[idx] = 1.4;
        }
        for samples in [tone(0.9, 2.0), tone(0.01, 2.0), spiky] {
            let out = levelled(samples, SoundLevel::Normalise).unwrap();
            let measured = loudness(&out.samples).unwrap().unwrap();
            assert!((measured - TARGET_LUFS).abs() < 0.2, "{measured} LUFS");
            assert!(peak(&out.samples) <= CEILING);
            assert_eq!(out.remark, None);
        }
    }

    #[test]
    fn what_cannot_be_measured_is_left_and_told() {
        for samples in [vec![0.0; 16_000], tone(0.3, 0.2)] {
            let out = levelled(samples.clone(), SoundLevel::Normalise).unwrap();
            assert_eq!(out.samples, samples);
            assert!(out.remark.is_some());
        }
        let faint = levelled(tone(2e-3, 2.0), SoundLevel::Normalise).unwrap();
        assert!(faint.remark.unwrap().contains("30 dB"));
    }

    #[test]
    fn a_continuation_starts_with_the_shared_frame() {
        let (before, after) = (tone(0.4, 1.0), vec![0.0; 8000]);
        let out = joined(before.clone(), 24, &after);
        let seam = sample_of_frame(23);
        assert_eq!(out.len(), seam + after.len());
        assert_eq!(out[..seam], before[..seam]);
        assert!(out[seam + CROSSFADE_SAMPLES..].iter().all(|x| *x == 0.0));
        let steepest = |samples: &[f32]| {
            let steps = samples.windows(2).map(|pair| (pair[1] - pair[0]).abs());
            steps.fold(0.0, f32::max)
        };
        assert!(steepest(&out) <= 1.1 * steepest(&before));
    }
}
