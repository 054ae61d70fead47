//! A sound without pictures, heard once when it is asked for: the preview of a clip that is being made.

use std::time::Duration;

use super::course::Course;
use super::voice::Voice;
use super::{Player, SoundState};

/// How often the end of the sound is looked for once it is due but the device lags behind.
const LAG: Duration = Duration::from_millis(50);

/// The sound that is heard.
pub(super) struct Aside {
    voice: Voice,
    duration_secs: f64,
}

impl Player {
    /// Let mono `samples` be heard from their start, in place of an earlier sound of this kind.
    pub fn hear(&mut self, samples: &[f32], sample_rate_hz: u32) {
        self.aside = None;
        self.sound.open();
        let Some(voice) = Voice::new(samples.into(), sample_rate_hz) else {
            return;
        };
        let duration_secs = samples.len() as f64 / f64::from(sample_rate_hz);
        let course = Course::new(0.0, [0.0, duration_secs], false, false);
        voice.set_gain(self.habits.loudness.gain());
        voice.go(0.0, &course, 1.0);
        voice.set_playing(true);
        self.sound.add(voice.source());
        self.aside = Some(Aside {
            voice,
            duration_secs,
        });
    }

    /// Stop the sound that [`Player::hear`] began.
    pub fn stop_hearing(&mut self) {
        self.aside = None;
    }

    /// Whether such a sound is heard.
    pub fn is_hearing(&self) -> bool {
        self.aside.is_some()
    }

    /// Forget the sound at its end. Returns when to look again.
    pub(super) fn update_aside(&mut self) -> Option<Duration> {
        let aside = self.aside.as_ref()?;
        let left = aside.duration_secs - aside.voice.elapsed_secs();
        let is_lost = matches!(self.sound.state(), SoundState::Unavailable(_));
        if left <= 0.0 || is_lost {
            self.aside = None;
            return None;
        }
        Some(Duration::from_secs_f64(left).max(LAG))
    }
}
