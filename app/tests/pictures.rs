//! Two strict pictures of the window: the way in, and a running job.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{PROMPT, Rig, Setup, info};
use ovi_app::settings::{Settings, ThemeChoice};
use ovi_engine::protocol::{
    Event, HolderMemory, MemorySnapshot, Preview, Progress, Stage, Warning, WarningCode,
};

const SIZE: [f32; 2] = [1280.0, 720.0];

fn open(theme: ThemeChoice) -> Rig {
    let settings = Settings {
        theme,
        has_reduced_motion: true,
        ..Settings::default()
    };
    let mut rig = Rig::open(Setup {
        settings,
        size: SIZE,
        ..Setup::default()
    });
    rig.answer_checkpoint(info());
    rig
}

fn finish(mut rig: Rig, name: &str) {
    rig.harness.remove_cursor();
    rig.harness.run();
    rig.harness.snapshot(name);
}

#[test]
fn the_way_in() {
    finish(open(ThemeChoice::Light), "way_in_light");
}

#[test]
fn a_running_job() {
    let mut rig = open(ThemeChoice::Dark);
    rig.type_prompt(PROMPT);
    rig.click("Generate now");
    let (job, _) = rig.take_generate().unwrap();
    rig.report(Event::Stage {
        job,
        stage: Stage::Text,
    });
    rig.report(Event::Stage {
        job,
        stage: Stage::Sampling,
    });
    rig.engine.progress.set(Progress {
        job,
        stage: Stage::Sampling,
        done: 12,
        total: 50,
        stage_secs: 38.4,
        last_unit_secs: Some(3.2),
        job_secs: 51.0,
    });
    let frame: Vec<u8> = (0..60 * 34)
        .flat_map(|idx| [(idx % 60) as u8 * 4, 90, 140])
        .collect();
    rig.engine.preview.set(Preview {
        job,
        step: 12,
        width: 60,
        height: 34,
        frames: vec![frame],
    });
    let holder = |holder: &str, current_bytes| HolderMemory {
        device: "cpu".into(),
        holder: holder.into(),
        kind: "weights".into(),
        current_bytes,
        peak_bytes: current_bytes,
    };
    rig.engine.memory.set(MemorySnapshot {
        holders: vec![
            holder("transformer", 5_000_000_000),
            holder("latents", 300_000_000),
        ],
        counted_bytes: 5_300_000_000,
        counted_peak_bytes: 9_000_000_000,
        resident_bytes: Some(9_700_000_000),
        resident_file_bytes: Some(4_000_000_000),
        resident_floor_bytes: Some(150_000_000),
        ..MemorySnapshot::default()
    });
    let message = "This model works on about 518,400 pixels: 1280x704 becomes 960x544.";
    let warning = Warning {
        code: WarningCode::Size,
        message: message.into(),
    };
    rig.report(Event::Warning { job, warning });
    finish(rig, "running_dark");
}
