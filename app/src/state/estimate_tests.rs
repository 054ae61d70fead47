//! Estimates with numbers.

use std::sync::Arc;

use ovi_engine::protocol::{Clip, ClipId, JobId, Progress, StageTime};

use super::*;

const STAGES: [(Stage, f64); 4] = [
    (Stage::Text, 10.0),
    (Stage::Sampling, 100.0),
    (Stage::Sound, 2.0),
    (Stage::Picture, 8.0),
];

fn request() -> GenerateRequest {
    GenerateRequest::new("/m", "a dog", "/out/a.mp4")
}

fn record(id: u64, request: GenerateRequest, stages: &[(Stage, f64)]) -> ClipRecord {
    let stages = stages.iter().map(|(stage, secs)| StageTime {
        stage: *stage,
        secs: *secs,
        peak_bytes: 1,
    });
    ClipRecord {
        id: ClipId(id),
        created_unix: 0,
        clip: Clip {
            path: "/out/a.mp4".into(),
            extra_files: Vec::new(),
            width: 960,
            height: 544,
            num_frames: 121,
            fps: 24,
            sample_rate_hz: 16_000,
            duration_secs: 121.0 / 24.0,
            num_bytes: 1,
            seed: 1,
            is_test_pattern: false,
            stages: stages.collect(),
            total_secs: 120.0,
            peak_bytes: 1,
            peak_resident_bytes: None,
            latents: None,
            device: "cpu".into(),
            variant: None,
            warnings: Vec::new(),
        },
        request: Some(request),
        rating: 0,
        is_favourite: false,
        tags: Vec::new(),
        trashed_unix: None,
        parent: None,
        is_present: true,
    }
}

fn workload() -> Workload {
    Workload {
        checkpoint: "/m".into(),
        width: 960,
        height: 544,
        num_frames: 121,
        has_negative_pass: true,
    }
}

fn secs(clips: &[ClipRecord], request: &GenerateRequest) -> Option<f64> {
    let estimate = Measurements::new(clips).estimate(&workload(), None, request)?;
    Some(estimate.secs())
}

#[test]
fn steps_scale_and_other_stages_do_not() {
    let clips = [record(1, request(), &STAGES)];
    assert_eq!(secs(&clips, &request()), Some(120.0));
    let short = GenerateRequest {
        steps: 20,
        ..request()
    };
    assert_eq!(secs(&clips, &short), Some(20.0 + 20.0 * 2.0));
}

#[test]
fn the_three_newest_runs_on_the_newest_device_count() {
    let times = |sampling| [(Stage::Sampling, sampling), (Stage::Picture, 10.0)];
    let mut clips: Vec<ClipRecord> = [100.0, 200.0, 150.0, 9000.0]
        .into_iter()
        .zip(1..)
        .map(|(sampling, id)| record(id, request(), &times(sampling)))
        .collect();
    assert_eq!(secs(&clips, &request()), Some(160.0));
    let mut other = record(9, request(), &times(25.0));
    other.clip.device = "cuda:0".into();
    clips.insert(0, other);
    assert_eq!(secs(&clips, &request()), Some(35.0), "devices never mix");
}

#[test]
fn what_differs_tells_nothing() {
    let clips = [record(1, request(), &STAGES)];
    let known = Measurements::new(&clips);
    let check = |workload: Workload, variant, expected: bool| {
        let estimate = known.estimate(&workload, variant, &request());
        assert_eq!(estimate.is_some(), expected, "{workload:?}");
    };
    check(workload(), Some(ModelVariant::Square720Secs5), true);
    let others = [
        Workload {
            checkpoint: "/other".into(),
            ..workload()
        },
        Workload {
            width: 704,
            ..workload()
        },
        Workload {
            num_frames: 241,
            ..workload()
        },
        Workload {
            has_negative_pass: false,
            ..workload()
        },
    ];
    for other in others {
        check(other, None, false);
    }
    let mut named = record(1, request(), &STAGES);
    named.clip.variant = Some(ModelVariant::Square960Secs5);
    let known = Measurements::new(&[named]);
    let wanted = Some(ModelVariant::Square720Secs5);
    assert_eq!(known.estimate(&workload(), wanted, &request()), None);
}

#[test]
fn a_first_frame_needs_a_measured_first_frame() {
    let with_picture = GenerateRequest {
        first_frame: Some("/p.png".into()),
        ..request()
    };
    let plain = record(2, request(), &STAGES);
    assert_eq!(secs(std::slice::from_ref(&plain), &with_picture), None);
    let mut stages = STAGES.to_vec();
    stages.push((Stage::FirstFrame, 4.0));
    let clips = [plain, record(1, with_picture.clone(), &stages)];
    assert_eq!(secs(&clips, &with_picture), Some(124.0));
    assert_eq!(secs(&clips, &request()), Some(120.0));
}

#[test]
fn decoded_again_continued_or_damaged_clips_are_no_evidence() {
    let continued = GenerateRequest {
        continue_from: Some("/out/b.mp4".into()),
        ..request()
    };
    let clips = [
        record(1, continued, &STAGES),
        record(2, request(), &[(Stage::Picture, 8.0)]),
        record(3, request(), &[(Stage::Sampling, f64::NAN)]),
    ];
    assert_eq!(secs(&clips, &request()), None);
}

fn job_at(stage: Stage, done: u32) -> Job {
    let mut job = Job::new(JobId(1), Box::new(request()));
    job.begin(Stage::Text);
    job.begin(stage);
    job.set_progress(Arc::new(Progress {
        job: JobId(1),
        stage,
        done,
        total: 50,
        stage_secs: 33.0,
        last_unit_secs: Some(3.0),
        job_secs: 60.0,
    }));
    job
}

#[test]
fn a_running_job_goes_by_its_own_pace() {
    let known = Measurements::new(&[record(1, request(), &STAGES)]);
    let estimate = known.estimate(&workload(), None, &request());
    let left = running_time_left(&job_at(Stage::Sampling, 10), estimate.as_ref());
    assert_eq!((left.secs, left.num_unknown), (40.0 * 3.0 + 10.0, 0));
    let left = running_time_left(&job_at(Stage::Sampling, 10), None);
    assert_eq!((left.secs, left.num_unknown), (120.0, 1), "at least");
    let fresh = Job::new(JobId(1), Box::new(request()));
    let left = running_time_left(&fresh, estimate.as_ref());
    assert_eq!((left.secs, left.num_unknown), (120.0, 0));
    assert!(!running_time_left(&fresh, None).is_known());
}

#[test]
fn totals_say_how_much_is_not_known() {
    let mut total = TimeLeft::default();
    total.add(Some(90.0));
    total.add(None);
    total.add(Some(30.0));
    assert_eq!(
        total,
        TimeLeft {
            secs: 120.0,
            num_unknown: 1,
            num_jobs: 3
        }
    );
}
