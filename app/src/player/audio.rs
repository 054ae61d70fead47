//! The sound device, owned by a thread of its own. No device is an ordinary state.

use std::sync::{Arc, Mutex, PoisonError};

use crossbeam_channel::{Receiver, Sender, unbounded};
use rodio::cpal::BufferSize;
use rodio::{CpalErrorKind, DeviceSinkBuilder, MixerDeviceSink};

use super::voice::VoiceSource;
use crate::tasks::Wake;
use crate::text;

/// Whether something can be heard.
#[derive(Clone, Debug, PartialEq)]
pub enum SoundState {
    /// Nothing was to be heard so far.
    Closed,
    /// The device is being opened.
    Opening,
    /// Sound comes out `latency_secs` after it was taken.
    Open {
        /// Length of the device's buffer.
        latency_secs: f64,
    },
    /// There is no device, or it was lost.
    Unavailable(String),
}

/// Opens the device when the first clip needs it and keeps it.
pub struct SoundOutput {
    state: Arc<Mutex<SoundState>>,
    voices: Option<Sender<VoiceSource>>,
    wake: Option<Wake>,
}

impl SoundOutput {
    /// The system's default device; `wake` is called when its state changes.
    pub fn default_device(wake: Wake) -> Self {
        Self {
            state: Arc::new(Mutex::new(SoundState::Closed)),
            voices: None,
            wake: Some(wake),
        }
    }

    /// No device, for machines without one and for tests.
    pub fn unavailable(reason: impl Into<String>) -> Self {
        let state = SoundState::Unavailable(reason.into());
        Self {
            state: Arc::new(Mutex::new(state)),
            voices: None,
            wake: None,
        }
    }

    /// A device whose sound is pulled by hand, for tests: it has no thread and no clock.
    pub fn by_hand(latency_secs: f64) -> (Self, HandDevice) {
        let state = Arc::new(Mutex::new(SoundState::Open { latency_secs }));
        let (sender, receiver) = unbounded();
        let device = HandDevice {
            state: Arc::clone(&state),
            incoming: receiver,
            voices: Vec::new(),
        };
        let output = Self {
            state,
            voices: Some(sender),
            wake: None,
        };
        (output, device)
    }

    /// State now.
    pub fn state(&self) -> SoundState {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Start opening the device, once.
    pub fn open(&mut self) {
        if self.voices.is_some() || self.state() != SoundState::Closed {
            return;
        }
        let Some(wake) = self.wake.clone() else {
            return;
        };
        set(&self.state, SoundState::Opening);
        let state = Arc::clone(&self.state);
        let (sender, receiver) = unbounded();
        let spawned = std::thread::Builder::new()
            .name("sound".into())
            .spawn(move || run_device(&state, &wake, &receiver));
        match spawned {
            Ok(_) => self.voices = Some(sender),
            Err(error) => set(&self.state, SoundState::Unavailable(error.to_string())),
        }
    }

    /// Mix a voice in; it is heard until its `Voice` is dropped.
    pub fn add(&self, voice: VoiceSource) {
        if let Some(voices) = &self.voices {
            // A thread that is gone has said so in the state.
            voices.send(voice).ok();
        }
    }
}

/// A device that takes samples when it is told to.
pub struct HandDevice {
    state: Arc<Mutex<SoundState>>,
    incoming: Receiver<VoiceSource>,
    voices: Vec<VoiceSource>,
}

impl HandDevice {
    /// The next samples, all voices mixed; their rates must be the same.
    pub fn pull(&mut self, num_samples: usize) -> Vec<f32> {
        self.voices.extend(self.incoming.try_iter());
        let mut mixed = vec![0.0; num_samples];
        for voice in &mut self.voices {
            for (sum, sample) in mixed.iter_mut().zip(voice) {
                *sum += sample;
            }
        }
        mixed
    }

    /// Unplug it.
    pub fn lose(&mut self) {
        let reason = text::sound_device_lost().to_owned();
        set(&self.state, SoundState::Unavailable(reason));
        self.voices.clear();
    }
}

fn set(state: &Mutex<SoundState>, value: SoundState) {
    *state.lock().unwrap_or_else(PoisonError::into_inner) = value;
}

fn run_device(state: &Arc<Mutex<SoundState>>, wake: &Wake, voices: &Receiver<VoiceSource>) {
    let device = match open_device(state, wake) {
        Ok(device) => device,
        Err(reason) => {
            log::info!("no sound device: {reason}");
            set(state, SoundState::Unavailable(reason));
            wake();
            return;
        }
    };
    let latency_secs = match device.config().buffer_size() {
        BufferSize::Fixed(num_frames) => {
            f64::from(*num_frames) / f64::from(device.config().sample_rate().get())
        }
        BufferSize::Default => 0.0,
    };
    set(state, SoundState::Open { latency_secs });
    wake();
    while let Ok(voice) = voices.recv() {
        device.mixer().add(voice);
    }
}

fn open_device(state: &Arc<Mutex<SoundState>>, wake: &Wake) -> Result<MixerDeviceSink, String> {
    let (state, wake) = (Arc::clone(state), Arc::clone(wake));
    let on_error = move |error: rodio::CpalError| {
        log::warn!("sound device: {error}");
        let is_lost = matches!(
            error.kind(),
            CpalErrorKind::DeviceNotAvailable
                | CpalErrorKind::HostUnavailable
                | CpalErrorKind::StreamInvalidated
        );
        if is_lost {
            set(
                &state,
                SoundState::Unavailable(text::sound_device_lost().into()),
            );
            wake();
        }
    };
    let mut device = DeviceSinkBuilder::from_default_device()
        .and_then(|builder| builder.with_error_callback(on_error.clone()).open_stream())
        .map_err(|error| error.to_string())?;
    device.log_on_drop(false);
    Ok(device)
}
