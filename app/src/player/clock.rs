//! What time it is in a clip. The sound leads: its clock is the number of samples the device has
//! taken. Without a device, wall time takes its place.

/// Sound and estimate may drift this far apart before the estimate jumps.
const MAX_DRIFT_SECS: f64 = 0.12;
/// Share of the drift that is corrected at each reading.
const PULL: f64 = 0.1;

/// Wall time as a clip's clock, for clips without sound and machines without a sound device.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SilentClock {
    base_secs: f64,
    started_at: Option<f64>,
}

impl SilentClock {
    /// Position in seconds, counted on past the end of the clip.
    pub fn position_secs(&self, now_secs: f64) -> f64 {
        self.base_secs
            + self
                .started_at
                .map_or(0.0, |start| (now_secs - start).max(0.0))
    }

    /// Stand at `position_secs`, running or not.
    pub fn set(&mut self, position_secs: f64, is_running: bool, now_secs: f64) {
        self.base_secs = position_secs;
        self.started_at = is_running.then_some(now_secs);
    }
}

/// Smooths the sound device's position: a device takes samples in blocks of about 50 ms, a picture
/// lasts 42 ms. Between readings the estimate runs with wall time and is pulled towards the device.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SoundClock {
    estimate: Option<(f64, f64)>,
}

impl SoundClock {
    /// Forget the past, for instance after a jump.
    pub fn reset(&mut self) {
        self.estimate = None;
    }

    /// Position in seconds, from what the device reports and how long ago the last reading was.
    pub fn position_secs(&mut self, reported_secs: f64, is_running: bool, now_secs: f64) -> f64 {
        let position_secs = match self.estimate {
            Some((estimate_secs, read_at)) if is_running => {
                let expected_secs = estimate_secs + (now_secs - read_at).max(0.0);
                let drift_secs = reported_secs - expected_secs;
                if drift_secs.abs() > MAX_DRIFT_SECS {
                    reported_secs
                } else {
                    // Never backwards: a picture that was shown is not shown again.
                    (expected_secs + PULL * drift_secs).max(estimate_secs)
                }
            }
            Some(_) | None => reported_secs,
        };
        self.estimate = Some((position_secs, now_secs));
        position_secs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_silent_clock_runs_stands_and_jumps() {
        let mut clock = SilentClock::default();
        assert_eq!(clock.position_secs(100.0), 0.0);
        clock.set(1.0, true, 100.0);
        assert_eq!(clock.position_secs(100.5), 1.5);
        clock.set(clock.position_secs(101.0), false, 101.0);
        assert_eq!(clock.position_secs(200.0), 2.0);
    }

    #[test]
    fn blocks_of_the_device_become_an_even_clock() {
        let mut clock = SoundClock::default();
        let mut last_secs = 0.0;
        for tick in 1..200 {
            let now_secs = f64::from(tick) / 60.0;
            let reported_secs = (now_secs / 0.05).floor() * 0.05;
            let position_secs = clock.position_secs(reported_secs, true, now_secs);
            let step_secs = position_secs - last_secs;
            assert!(step_secs >= 0.0, "backwards at {now_secs}");
            if tick > 30 {
                assert!(
                    (step_secs - 1.0 / 60.0).abs() < 0.006,
                    "uneven: {step_secs}"
                );
                assert!(
                    (position_secs - now_secs).abs() < 0.05,
                    "off: {position_secs} {now_secs}"
                );
            }
            last_secs = position_secs;
        }
    }

    #[test]
    fn a_device_that_stops_or_jumps_takes_the_picture_along() {
        let mut clock = SoundClock::default();
        clock.position_secs(1.0, true, 10.0);
        assert_eq!(clock.position_secs(1.0, true, 11.0), 1.0, "stalled");
        assert_eq!(clock.position_secs(0.0, true, 11.02), 0.0, "started again");
        assert_eq!(
            clock.position_secs(3.0, false, 11.04),
            3.0,
            "standing is exact"
        );
    }
}
