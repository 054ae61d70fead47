//! How much of a clip's time has gone by. The sound leads: its clock is what the device has taken.
//! Without a device, or where the sound is silent, wall time takes its place.

/// Sound and estimate may drift this far apart before the estimate jumps.
const MAX_DRIFT_SECS: f64 = 0.12;
/// Share of the drift that is corrected in a second where the device is ahead. It is for as long as a
/// block that it has taken at once is being heard, so this is small.
const PULL_AHEAD_PER_SEC: f64 = 1.2;
/// The same where the device is behind: just before it takes its next block it tells the truth.
const PULL_BACK_PER_SEC: f64 = 30.0;

/// Wall time as a clip's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SilentClock {
    base_secs: f64,
    /// When it was started, and how fast it runs.
    running: Option<(f64, f64)>,
}

impl SilentClock {
    /// Elapsed seconds of the clip.
    pub fn elapsed_secs(&self, now_secs: f64) -> f64 {
        let run_secs = self
            .running
            .map_or(0.0, |(start, rate)| (now_secs - start).max(0.0) * rate);
        self.base_secs + run_secs
    }

    /// Stand at `elapsed_secs`, or run on from there at this rate, above 0.
    pub fn set(&mut self, elapsed_secs: f64, rate: Option<f64>, now_secs: f64) {
        self.base_secs = elapsed_secs;
        self.running = rate.map(|rate| (now_secs, rate));
    }
}

/// Smooths what the sound device reports: a device takes samples in blocks of about 50 ms, a picture
/// lasts 42 ms. Between readings the estimate runs with wall time and is pulled towards the device.
/// What it reports jumps ahead by a block whenever it takes one; the estimate follows its lower edge.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SoundClock {
    estimate: Option<(f64, f64)>,
}

impl SoundClock {
    /// Forget the past, for instance after a jump.
    pub fn reset(&mut self) {
        self.estimate = None;
    }

    /// Elapsed seconds of a running clip, from what the device reports and how long ago the last
    /// reading was. `rate` is how fast the clip's time runs.
    pub fn elapsed_secs(&mut self, reported_secs: f64, rate: f64, now_secs: f64) -> f64 {
        let elapsed_secs = match self.estimate {
            Some((estimate_secs, read_at)) => {
                let run_secs = (now_secs - read_at).max(0.0);
                let expected_secs = estimate_secs + run_secs * rate;
                let drift_secs = reported_secs - expected_secs;
                if drift_secs.abs() > MAX_DRIFT_SECS * rate.max(1.0) {
                    reported_secs
                } else {
                    let pull_per_sec = match drift_secs < 0.0 {
                        true => PULL_BACK_PER_SEC,
                        false => PULL_AHEAD_PER_SEC,
                    };
                    let pull = (pull_per_sec * run_secs).min(1.0);
                    // Never backwards: a picture that was shown is not shown again.
                    (expected_secs + pull * drift_secs).max(estimate_secs)
                }
            }
            None => reported_secs,
        };
        self.estimate = Some((elapsed_secs, now_secs));
        elapsed_secs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_silent_clock_runs_stands_and_changes_its_rate() {
        let mut clock = SilentClock::default();
        assert_eq!(clock.elapsed_secs(100.0), 0.0);
        clock.set(1.0, Some(1.0), 100.0);
        assert_eq!(clock.elapsed_secs(100.5), 1.5);
        clock.set(clock.elapsed_secs(100.5), Some(4.0), 100.5);
        assert_eq!(clock.elapsed_secs(101.0), 3.5);
        clock.set(clock.elapsed_secs(101.0), None, 101.0);
        assert_eq!(clock.elapsed_secs(200.0), 3.5);
    }

    #[test]
    fn blocks_of_the_device_become_an_even_clock() {
        for rate in [0.5, 1.0, 2.0] {
            let mut clock = SoundClock::default();
            let mut last_secs = 0.0;
            for tick in 1..200 {
                let now_secs = f64::from(tick) / 60.0;
                let reported_secs = (now_secs / 0.05).floor() * 0.05 * rate;
                let elapsed_secs = clock.elapsed_secs(reported_secs, rate, now_secs);
                let step_secs = (elapsed_secs - last_secs) / rate;
                assert!(step_secs >= 0.0, "backwards at {now_secs}");
                if tick > 30 {
                    let uneven_secs = (step_secs - 1.0 / 60.0).abs();
                    assert!(uneven_secs < 0.006, "uneven: {step_secs}");
                    let off_secs = (elapsed_secs / rate - now_secs).abs();
                    assert!(off_secs < 0.05, "off: {elapsed_secs} {now_secs}");
                }
                last_secs = elapsed_secs;
            }
        }
    }

    #[test]
    fn a_device_that_stops_or_jumps_takes_the_picture_along() {
        let mut clock = SoundClock::default();
        clock.elapsed_secs(1.0, 1.0, 10.0);
        assert_eq!(clock.elapsed_secs(1.0, 1.0, 11.0), 1.0, "stalled");
        assert_eq!(clock.elapsed_secs(3.0, 1.0, 11.02), 3.0, "jumped");
    }
}
