//! Looks and listens during sampling, and settings that must not change anything by default.

use ovi_engine::pipeline::{self, Observer};
use ovi_engine::protocol::{
    Clip, Event, GenerateRequest, SoundPreview, Stage, Warning, WarningCode,
};
use ovi_media::ClipReader;

use crate::harness::{Engine, checkpoint_copy, request};

/// Steps at which something was shown or heard.
#[derive(Default)]
struct Told {
    shown: Vec<u32>,
    heard: Vec<(u32, Vec<f32>)>,
    progress: Vec<(Stage, u32, u32)>,
    stage: Option<Stage>,
    warnings: Vec<Warning>,
}

impl Observer for Told {
    fn stage(&mut self, stage: Stage) {
        self.stage = Some(stage);
    }
    fn progress(&mut self, done: u32, total: u32) {
        self.progress
            .extend(self.stage.map(|stage| (stage, done, total)));
    }
    fn warning(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }
    fn preview(&mut self, step: u32, _size: [u32; 2], _frames: Vec<Vec<u8>>) {
        self.shown.push(step);
    }
    fn heard(&mut self, step: u32, samples: Vec<f32>) {
        self.heard.push((step, samples));
    }
}

fn run(request: &GenerateRequest) -> (Clip, Told) {
    let mut told = Told::default();
    let device = ovi_tensor::Device::cpu();
    let clip = pipeline::run(request, &device, &mut told).unwrap();
    assert_eq!(device.ledger().current_bytes(device.kind()), 0);
    (clip, told)
}

/// Bits of both latents.
fn latents(clip: &Clip) -> Vec<u32> {
    let path = clip.latents.as_ref().unwrap();
    let set = ovi_weights::WeightSet::open(std::slice::from_ref(path)).unwrap();
    let values = ["video", "audio"].map(|name| set.get(name).unwrap().to_f32().unwrap());
    values.concat().into_iter().map(f32::to_bits).collect()
}

#[test]
fn previews_come_as_asked_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let silent = GenerateRequest {
        steps: 6,
        preview_every: 0,
        keep_latents: true,
        ..request(folder.path())
    };
    let (plain, told) = run(&silent);
    assert!(told.shown.is_empty() && told.heard.is_empty());
    let (watched, told) = run(&GenerateRequest {
        preview_every: 2,
        sound_preview: SoundPreview::Every(2),
        ..silent.clone()
    });
    assert_eq!(told.shown, [2, 4, 6]);
    let steps: Vec<u32> = told.heard.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, [2, 4]);
    // Seven audio steps of 512 samples.
    let is_sound = |samples: &Vec<f32>| samples.len() == 7 * 512;
    assert!(told.heard.iter().all(|(_, samples)| is_sound(samples)));
    assert_ne!(told.heard[0].1, told.heard[1].1);
    let steps_of = |done| (Stage::Sampling, done, 6);
    let sampling: Vec<_> = told
        .progress
        .iter()
        .copied()
        .filter(|(stage, ..)| *stage == Stage::Sampling)
        .collect();
    assert_eq!(sampling, (0..=6).map(steps_of).collect::<Vec<_>>());
    assert_eq!(latents(&plain), latents(&watched));
    let (half, told) = run(&GenerateRequest {
        sound_preview: SoundPreview::Half,
        ..silent
    });
    assert_eq!(told.heard.len(), 1);
    assert_eq!(told.heard[0].0, 3);
    assert_eq!(latents(&plain), latents(&half));
}

#[test]
fn a_heard_preview_reaches_the_cell_and_is_gone_after_the_job() {
    let folder = tempfile::tempdir().unwrap();
    let (sender, seen) = crossbeam_channel::unbounded();
    let slot: std::sync::Arc<std::sync::OnceLock<_>> = std::sync::Arc::default();
    let read = std::sync::Arc::clone(&slot);
    let wake = Box::new(move || {
        if let Some(cell) = read.get() {
            let cell: &ovi_engine::protocol::Latest<ovi_engine::protocol::HeardPreview> = cell;
            let heard = cell.get().map(|heard| (heard.step, heard.samples.len()));
            sender.send(heard).unwrap_or_default();
        }
    });
    let handle = ovi_engine::worker::spawn(wake).unwrap();
    slot.set(handle.heard.clone()).unwrap();
    let mut engine = Engine::around(handle);
    let events = engine.run(GenerateRequest {
        sound_preview: SoundPreview::Half,
        ..request(folder.path())
    });
    assert!(matches!(events.last(), Some(Event::Finished { .. })));
    assert!(seen.try_iter().any(|heard| heard == Some((1, 7 * 512))));
    assert!(engine.handle().heard.get().is_none());
}

#[test]
fn a_sound_preview_that_fails_is_told_and_the_latents_are_kept() {
    let (folder, copy) = (tempfile::tempdir().unwrap(), checkpoint_copy());
    let path = copy.path().join("MMAudio/ext_weights/best_netG.pt");
    let set = ovi_weights::WeightSet::open(std::slice::from_ref(&path)).unwrap();
    let tensors: Vec<_> = set
        .names()
        .filter(|name| *name != "conv_post.bias")
        .map(|name| set.get(name).unwrap())
        .collect();
    drop(set);
    ovi_weights::write_torch(&path, Some("generator"), &tensors).unwrap();
    let broken = GenerateRequest {
        checkpoint: copy.path().to_path_buf(),
        steps: 5,
        sound_preview: SoundPreview::Every(1),
        ..request(folder.path())
    };
    let mut told = Told::default();
    let device = ovi_tensor::Device::cpu();
    let error = pipeline::run(&broken, &device, &mut told).unwrap_err();
    assert!(error.report().message.contains("latents are saved in"));
    let told: Vec<_> = told
        .warnings
        .iter()
        .filter(|warning| warning.code == WarningCode::NoEffect)
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].message.contains("step 1"), "{told:?}");
}

#[test]
fn the_skip_window_decides_in_which_steps_a_block_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let run_with = |skip_layer, skip_window| {
        let (clip, _) = run(&GenerateRequest {
            steps: 4,
            skip_layer,
            skip_window,
            keep_latents: true,
            ..request(folder.path())
        });
        latents(&clip)
    };
    let (whole, off) = (run_with(Some(1), [0.0, 1.0]), run_with(None, [0.0, 1.0]));
    assert_ne!(whole, off, "the demo model has a block 1 to leave out");
    assert_eq!(run_with(Some(1), [0.5, 0.5]), off);
    let first_half = run_with(Some(1), [0.0, 0.5]);
    assert!(first_half != whole && first_half != off);
}

/// What a preview costs, in the words of the report; run with `--nocapture --ignored`.
#[test]
#[ignore = "a measurement"]
fn the_cost_of_sound_previews() {
    let folder = tempfile::tempdir().unwrap();
    let asked = GenerateRequest {
        audio_steps: Some(157),
        steps: 10,
        ..request(folder.path())
    };
    let secs = |sound_preview| {
        let (clip, told) = run(&GenerateRequest {
            sound_preview,
            ..asked.clone()
        });
        let sampling = clip
            .stages
            .iter()
            .find(|time| time.stage == Stage::Sampling);
        (sampling.unwrap().secs, told.heard.len(), clip.peak_bytes)
    };
    let (off, _, off_peak) = secs(SoundPreview::Off);
    let (on, num_heard, on_peak) = secs(SoundPreview::Every(1));
    println!(
        "sampling {off:.2} s without, {on:.2} s with {num_heard} previews: {:.3} s each; peak {off_peak} and {on_peak} bytes",
        (on - off) / num_heard as f64
    );
    let path = ClipReader::open(&folder.path().join("clip.mp4")).unwrap();
    assert_eq!(path.info().num_frames, 5);
}
