//! Plays sound faster or slower without changing its pitch.
//!
//! Overlapping pieces of the sound are laid one over the other, each taken from near the place the
//! speed asks for, shifted by a few milliseconds to where it fits best to the piece before it
//! (waveform-similarity overlap-add). One output sample at a time, because devices pull samples.

/// Length of a piece.
const PIECE_SECS: f32 = 0.04;
/// How far a piece may be shifted to fit.
const SEARCH_SECS: f32 = 0.01;
/// The search first looks at about this many places per second of sound, then closer.
const COARSE_HZ: u32 = 8000;

/// Lays pieces of a sound over each other.
pub struct Stretcher {
    /// Samples from one piece to the next; a piece is twice as long.
    hop: usize,
    search: i64,
    coarse: usize,
    /// Rising half of the window; the falling half is its mirror image.
    fade_in: Vec<f32>,
    /// Samples that are ready, and which of them is next.
    ready: Vec<f32>,
    ready_at: usize,
    /// Second half of the piece before, faded out.
    tail: Vec<f32>,
    /// What would follow the piece before if it were played on.
    wanted: Vec<f32>,
    candidate: Vec<f32>,
    /// Where the next piece is taken from, unless a shift fits better.
    piece_at: f64,
    /// Place in the sound of the next ready sample.
    position: f64,
    speed: f64,
}

impl Stretcher {
    /// For sound of this rate, from `position` on, in samples.
    pub fn new(sample_rate_hz: u32, position: f64) -> Self {
        let rate = sample_rate_hz as f32;
        let hop = ((PIECE_SECS * rate / 2.0) as usize).max(8);
        let fade_in: Vec<f32> = (0..hop)
            .map(|idx| {
                let phase = (idx as f32 + 0.5) / hop as f32 * std::f32::consts::FRAC_PI_2;
                phase.sin().powi(2)
            })
            .collect();
        Self {
            hop,
            search: (SEARCH_SECS * rate) as i64,
            coarse: (sample_rate_hz / COARSE_HZ).max(1) as usize,
            fade_in,
            ready: Vec::new(),
            ready_at: 0,
            tail: Vec::new(),
            wanted: Vec::new(),
            candidate: Vec::new(),
            piece_at: position,
            position,
            speed: 1.0,
        }
    }

    /// Place in the sound that is heard next, in samples.
    pub fn position(&self) -> f64 {
        self.position
    }

    /// The next sample at this speed. `sample_at` gives the sound; places before it are silence.
    pub fn next(&mut self, speed: f64, sample_at: impl Fn(i64) -> f32) -> f32 {
        if self.ready_at >= self.ready.len() {
            self.speed = speed;
            self.lay_piece(sample_at);
        }
        let sample = self.ready.get(self.ready_at).copied().unwrap_or(0.0);
        self.ready_at += 1;
        self.position += self.speed;
        sample
    }

    fn lay_piece(&mut self, sample_at: impl Fn(i64) -> f32) {
        let hop = self.hop;
        let from = match self.tail.is_empty() {
            true => self.piece_at.round() as i64,
            false => {
                // Two pieces overlap; their middle, not their start, shall be heard at its time.
                let ahead = hop as f64 * (1.0 - self.speed);
                let target = (self.piece_at - ahead).round() as i64;
                target + self.best_shift(target, &sample_at)
            }
        };
        self.position = self.piece_at;
        self.ready.clear();
        self.ready_at = 0;
        for idx in 0..hop {
            let sample = sample_at(from + idx as i64);
            let rise = self.fade_in.get(idx).copied().unwrap_or(1.0);
            // The very first piece has nothing to fade over from.
            let laid = match self.tail.get(idx) {
                Some(tail) => sample * rise + tail,
                None => sample,
            };
            self.ready.push(laid);
        }
        self.tail.clear();
        self.wanted.clear();
        for idx in 0..hop {
            let sample = sample_at(from + (hop + idx) as i64);
            let fall = self.fade_in.get(hop - 1 - idx).copied().unwrap_or(0.0);
            self.tail.push(sample * fall);
            self.wanted.push(sample);
        }
        self.piece_at += hop as f64 * self.speed;
    }

    /// The shift at which the sound from `target` on is most like the wanted continuation.
    fn best_shift(&mut self, target: i64, sample_at: &impl Fn(i64) -> f32) -> i64 {
        let search = self.search;
        self.candidate.clear();
        let span = (2 * search) as usize + self.hop;
        self.candidate
            .extend((0..span).map(|idx| sample_at(target - search + idx as i64)));
        let coarse = self.coarse;
        let num_shifts = (2 * search) as usize;
        let middle = search as usize;
        let best = self.best_of((0..=num_shifts).step_by(coarse), coarse, middle);
        let near = best.saturating_sub(coarse)..=(best + coarse).min(num_shifts);
        self.best_of(near, 1, best) as i64 - search
    }

    /// Of these offsets into the candidate the most similar one; `otherwise` if there is only silence.
    fn best_of(
        &self,
        offsets: impl Iterator<Item = usize>,
        stride: usize,
        otherwise: usize,
    ) -> usize {
        let mut best = (otherwise, 0.0_f32);
        for offset in offsets {
            let heard = self.candidate.get(offset..).unwrap_or_default();
            let (mut product, mut energy) = (0.0_f32, 1e-9_f32);
            let pairs = heard.iter().zip(&self.wanted).step_by(stride);
            for (a, b) in pairs {
                product += a * b;
                energy += a * a;
            }
            let likeness = product / energy.sqrt();
            if likeness > best.1 {
                best = (offset, likeness);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: u32 = 16_000;
    const SPEEDS: [f64; 6] = [0.25, 0.5, 0.75, 1.25, 1.5, 2.0];

    fn stretched(speed: f64, num_samples: usize, sound: impl Fn(i64) -> f32) -> Vec<f32> {
        let mut stretcher = Stretcher::new(RATE_HZ, 0.0);
        (0..num_samples)
            .map(|_| stretcher.next(speed, &sound))
            .collect()
    }

    fn sine(frequency_hz: f32) -> impl Fn(i64) -> f32 {
        move |idx| {
            let phase = f64::from(frequency_hz) * idx as f64 / f64::from(RATE_HZ);
            (phase.fract() * std::f64::consts::TAU).sin() as f32 * 0.5
        }
    }

    /// From the first to the last upward zero crossing.
    fn frequency_hz(samples: &[f32]) -> f64 {
        let crossings: Vec<f64> = samples
            .windows(2)
            .enumerate()
            .filter(|(_, pair)| pair[0] < 0.0 && pair[1] >= 0.0)
            .map(|(idx, pair)| idx as f64 + f64::from(pair[0] / (pair[0] - pair[1])))
            .collect();
        let span = crossings.last().unwrap() - crossings.first().unwrap();
        (crossings.len() - 1) as f64 * f64::from(RATE_HZ) / span
    }

    #[test]
    fn a_tone_keeps_its_pitch_at_every_speed() {
        for speed in SPEEDS {
            for tone_hz in [110.0, 440.0, 1234.5] {
                let heard = stretched(speed, 32_000, sine(tone_hz));
                let found_hz = frequency_hz(&heard);
                let off = (found_hz / f64::from(tone_hz) - 1.0).abs();
                assert!(off < 0.01, "{tone_hz} Hz at {speed}: {found_hz:.2} Hz");
            }
        }
    }

    #[test]
    fn a_tone_has_no_gaps_and_no_clicks() {
        for speed in SPEEDS {
            let heard = stretched(speed, 32_000, sine(440.0));
            for window in heard.chunks(320) {
                let power: f32 = window.iter().map(|s| s * s).sum::<f32>() / window.len() as f32;
                let level = power.sqrt();
                assert!((0.30..0.40).contains(&level), "{level} at {speed}");
            }
            let step = heard
                .windows(2)
                .map(|pair| (pair[1] - pair[0]).abs())
                .fold(0.0, f32::max);
            assert!(step < 0.13, "a step of {step} at {speed}");
        }
    }

    #[test]
    fn the_sound_goes_by_at_the_speed_that_was_asked_for() {
        // Two seconds of silence, then noise: it is heard after 2 s / speed.
        let onset = 32_000;
        let noise = |idx: i64| match idx < onset {
            true => 0.0,
            false => ((idx * 7919 % 1009) as f32 / 504.5 - 1.0) * 0.5,
        };
        for speed in SPEEDS {
            let num_samples = (40_000.0 / speed) as usize;
            let heard = stretched(speed, num_samples, noise);
            let first = heard.iter().position(|sample| sample.abs() > 0.05).unwrap();
            let off_secs = (first as f64 * speed - onset as f64).abs() / f64::from(RATE_HZ);
            assert!(off_secs < 0.03, "{off_secs} s of the clip off at {speed}");
        }
    }

    #[test]
    fn positions_follow_the_speed() {
        let mut stretcher = Stretcher::new(RATE_HZ, 100.0);
        for _ in 0..5000 {
            stretcher.next(1.5, sine(300.0));
        }
        assert!((stretcher.position() - (100.0 + 7500.0)).abs() < 2.0);
    }
}
