//! Pictures of every screen for the documentation. Not a check: run it, then look at what it wrote.
//!
//! `cargo test -p ovi-app --test gallery -- --ignored` writes `docs/pictures/`.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::path::{Path, PathBuf};

use common::{Rig, Setup, info};
use egui_kittest::kittest::Queryable;
use ovi_app::settings::{Settings, ThemeChoice};
use ovi_app::state::Screen;
use ovi_engine::protocol::{
    ClipId, ClipRecord, ErrorCode, ErrorReport, GenerateRequest, JobId, LibrarySnapshot,
    ModelVariant, QueueEntry, QueueState,
};
use ovi_media::{AudioSpec, ClipWriter, Quality, VideoSpec};

const NOW: i64 = 1_927_857_906;
const PROMPTS: [&str; 6] = [
    "A lighthouse keeper turns from the window and says <S>The storm is late again.<E> Audio: rain",
    "A fox crosses a frozen lake at sunrise. Audio: groaning ice, light wind",
    "A street singer under a railway arch sings <S>Carry me over tonight.<E> Audio: guitar",
    "A cook tosses a pan of flames and laughs. Audio: sizzling oil",
    "Paper lanterns rise over a village square. Audio: cheering crowd",
    "An astronaut lifts her visor and says <S>The coffee machine works.<E> Audio: low hum",
];

/// A clip whose picture is a gradient of its own colours.
fn write_clip(folder: &Path, idx: usize) -> PathBuf {
    let spec = VideoSpec {
        width: 480,
        height: 272,
        fps: 24,
        quality: Quality::Good,
    };
    let path = folder.join(format!("clip_{idx}.mp4"));
    let mut writer = ClipWriter::create(&path, spec).unwrap();
    for frame in 0..24_usize {
        let pixel = |at: usize| {
            let (x, y) = (at % 480, at / 480);
            let wave = ((x + 4 * frame + 60 * idx) % 480) * 255 / 480;
            [
                wave as u8,
                (y * 200 / 272) as u8,
                (60 + 35 * idx) as u8 ^ (wave / 3) as u8,
            ]
        };
        let rgb: Vec<u8> = (0..480 * 272).flat_map(pixel).collect();
        writer.push_rgb(&rgb).unwrap();
    }
    let samples: Vec<f32> = (0..16_000)
        .map(|at| (at as f32 * 0.05).sin() * (at as f32 / 16_000.0) * 0.6)
        .collect();
    let audio = AudioSpec {
        sample_rate_hz: 16_000,
    };
    writer.finish(&samples, audio, "").unwrap().path
}

fn request(idx: usize) -> GenerateRequest {
    GenerateRequest {
        seed: 4711 + idx as u64,
        variant: Some(ModelVariant::Square720Secs5),
        ..GenerateRequest::new("/models", PROMPTS[idx % PROMPTS.len()], "/out/clip.mp4")
    }
}

fn snapshot(folder: &Path) -> LibrarySnapshot {
    let clips = (0..6).map(|idx| {
        let mut clip = common::clip(write_clip(folder, idx), 24);
        (clip.width, clip.height) = (480, 272);
        clip.seed = 4711 + idx as u64;
        clip.variant = Some(ModelVariant::Square720Secs5);
        ClipRecord {
            id: ClipId(100 + idx as u64),
            created_unix: NOW - 20_000 * idx as i64,
            clip,
            request: Some(request(idx)),
            rating: [5, 0, 4, 0, 3, 0][idx],
            is_favourite: idx == 0,
            tags: vec![["night", "nature"][idx % 2].to_owned()],
            trashed_unix: None,
            parent: None,
            is_present: true,
        }
    });
    let job = |idx: usize, state| QueueEntry {
        state,
        ..QueueEntry::new(JobId(idx as u64 + 1), request(idx), NOW)
    };
    let mut failed = job(1, QueueState::Failed);
    failed.report = Some(ErrorReport {
        code: ErrorCode::Disk,
        message: "Needs 24.5 GB, 9.8 GB are free.".into(),
        action: "Choose another folder.".into(),
        details: String::new(),
    });
    LibrarySnapshot {
        clips: clips.collect(),
        jobs: vec![
            job(0, QueueState::Done),
            failed,
            job(2, QueueState::Interrupted),
            job(3, QueueState::Waiting),
            job(4, QueueState::Waiting),
            job(5, QueueState::Waiting),
        ],
        ..LibrarySnapshot::default()
    }
}

#[test]
#[ignore = "writes the pictures of the documentation"]
fn pictures_of_every_screen() {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    std::fs::create_dir_all(&out).unwrap();
    for (theme, shade) in [(ThemeChoice::Dark, "dark"), (ThemeChoice::Light, "light")] {
        for screen in Screen::ALL {
            let clips = tempfile::tempdir().unwrap();
            let mut rig = Rig::open(Setup {
                settings: Settings {
                    theme,
                    screen,
                    has_reduced_motion: true,
                    is_queue_paused: true,
                    ..Settings::default()
                },
                snapshot: snapshot(clips.path()),
                size: [1440.0, 860.0],
                ..Setup::default()
            });
            rig.answer_checkpoint(info());
            if screen == Screen::Generate {
                rig.type_prompt(&PROMPTS[0].replace("Audio: rain", "<AUDCAP>Rain.<ENDAUDCAP>"));
            }
            if screen == Screen::Library
                && let Some(tile) = rig.harness.query_all_by_label_contains("lighthouse").next()
            {
                tile.click();
            }
            rig.harness.remove_cursor();
            // Thumbnails and the player come from threads.
            for _ in 0..40 {
                std::thread::sleep(std::time::Duration::from_millis(10));
                rig.harness.step();
            }
            let image = rig.harness.render().unwrap();
            let path = out.join(format!("{}_{shade}.png", screen.name()));
            image.save(path).unwrap();
        }
    }
}
