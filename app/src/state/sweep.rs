//! Variations: the same clip with one setting taken through several values.

use ovi_engine::protocol::GenerateRequest;

use super::{Form, GUIDANCE, STEPS};

/// Most clips that are added at once.
pub const MAX_JOBS: usize = 100;
/// Steps of a guidance in units of a whole number.
const TENTHS: f64 = 10.0;

/// Which setting varies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SweepKind {
    /// Seed.
    Seed,
    /// Guidance of the picture, in tenths.
    VideoGuidance,
    /// Guidance of the sound, in tenths.
    AudioGuidance,
    /// Sampling steps.
    Steps,
}

impl SweepKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::Seed,
        Self::VideoGuidance,
        Self::AudioGuidance,
        Self::Steps,
    ];

    /// Least and most value.
    pub fn range(self) -> (u64, u64) {
        match self {
            Self::Seed => (0, u64::from(u32::MAX)),
            Self::Steps => (u64::from(*STEPS.start()), u64::from(*STEPS.end())),
            Self::VideoGuidance | Self::AudioGuidance => (0, (GUIDANCE.end() * TENTHS) as u64),
        }
    }

    /// Units in which people read a value: 10 for tenths.
    pub fn units(self) -> f64 {
        match self {
            Self::Seed | Self::Steps => 1.0,
            Self::VideoGuidance | Self::AudioGuidance => TENTHS,
        }
    }
}

/// A range of values of one setting, in units of [`SweepKind::units`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// What varies.
    pub kind: SweepKind,
    /// First value.
    pub from: u64,
    /// Last value, if the step meets it.
    pub to: u64,
    /// Distance of the values, at least 1.
    pub step: u64,
}

impl Sweep {
    /// A few values around what `form` holds.
    pub fn around(kind: SweepKind, form: &Form) -> Self {
        let tenths = |guidance: f64| (guidance * TENTHS).round().max(0.0) as u64;
        let (from, to, step) = match kind {
            SweepKind::Seed => (form.seed, form.seed.saturating_add(3), 1),
            SweepKind::Steps => (20, 50, 10),
            SweepKind::VideoGuidance | SweepKind::AudioGuidance => {
                let middle = tenths(match kind {
                    SweepKind::VideoGuidance => form.video_guidance,
                    _ => form.audio_guidance,
                });
                (middle.saturating_sub(10), middle + 10, 5)
            }
        };
        Self {
            kind,
            from,
            to,
            step,
        }
        .within_range()
    }

    /// The same with every number where it can be.
    pub fn within_range(mut self) -> Self {
        let (min, max) = self.kind.range();
        self.from = self.from.clamp(min, max);
        self.to = self.to.clamp(self.from, max);
        self.step = self.step.clamp(1, max.max(1));
        self
    }

    /// Number of values, those beyond the limit included.
    pub fn num_values(&self) -> u64 {
        self.to.saturating_sub(self.from) / self.step.max(1) + 1
    }

    /// The values, at most [`MAX_JOBS`].
    pub fn values(&self) -> Vec<u64> {
        let num = self.num_values().min(MAX_JOBS as u64);
        (0..num).map(|k| self.from + k * self.step).collect()
    }

    /// `request` with `value`.
    pub fn request(&self, request: &GenerateRequest, value: u64) -> GenerateRequest {
        let mut request = request.clone();
        let real = value as f64 / self.kind.units();
        match self.kind {
            SweepKind::Seed => request.seed = value,
            SweepKind::Steps => request.steps = value as u32,
            SweepKind::VideoGuidance => request.video_guidance = real,
            SweepKind::AudioGuidance => request.audio_guidance = real,
        }
        request
    }
}

/// The seeds of `num_takes` clips: take k, counted from 0, uses the seed plus k.
pub fn take_seeds(seed: u64, num_takes: u32) -> Vec<u64> {
    let last = u64::from(u32::MAX);
    let seed_at = |k: u32| match seed.checked_add(u64::from(k)) {
        // The range starts again at 0; a larger seed from elsewhere counts on.
        Some(next) if seed <= last && next > last => next - last - 1,
        Some(next) => next,
        None => seed,
    };
    (0..num_takes).map(seed_at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_lists_its_jobs() {
        let form = Form::default();
        let sweep = Sweep::around(SweepKind::VideoGuidance, &form);
        assert_eq!(sweep.values(), [30, 35, 40, 45, 50]);
        let base = GenerateRequest::default();
        let guidances: Vec<f64> = sweep
            .values()
            .into_iter()
            .map(|value| sweep.request(&base, value).video_guidance)
            .collect();
        assert_eq!(guidances, [3.0, 3.5, 4.0, 4.5, 5.0]);
        let steps = Sweep::around(SweepKind::Steps, &form);
        assert_eq!(steps.values(), [20, 30, 40, 50]);
        assert_eq!(steps.request(&base, 20).steps, 20);
        let seeds = Sweep::around(SweepKind::Seed, &Form { seed: 7, ..form });
        assert_eq!(seeds.values(), [7, 8, 9, 10]);
        assert_eq!(seeds.request(&base, 9).seed, 9);
    }

    #[test]
    fn numbers_out_of_range_and_too_many_jobs_are_held_back() {
        let sweep = Sweep {
            kind: SweepKind::Seed,
            from: 5,
            to: 3,
            step: 0,
        };
        assert_eq!(sweep.within_range().values(), [5]);
        let sweep = Sweep {
            kind: SweepKind::Seed,
            from: 0,
            to: u64::MAX,
            step: 1,
        }
        .within_range();
        assert_eq!(sweep.values().len(), MAX_JOBS);
        assert!(sweep.num_values() > MAX_JOBS as u64);
        let sweep = Sweep {
            kind: SweepKind::AudioGuidance,
            from: 90,
            to: 900,
            step: 5,
        };
        assert_eq!(sweep.within_range().values(), [90, 95, 100]);
    }

    #[test]
    fn takes_count_on_from_the_seed_and_start_again() {
        assert_eq!(take_seeds(5, 3), [5, 6, 7]);
        assert_eq!(take_seeds(u64::from(u32::MAX), 2), [u64::from(u32::MAX), 0]);
        assert_eq!(take_seeds(1 << 40, 2), [1 << 40, (1 << 40) + 1]);
    }
}
