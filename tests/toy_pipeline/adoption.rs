//! A clip whose job never reported back: the library knows it as well as the engine did.

use ovi_engine::library::{Library, describe_clip};
use ovi_engine::protocol::{
    Clip, ClipId, Event, GenerateRequest, JobId, LibraryCommand, LibraryNote, QueueEntry,
    QueueState, SolverKind, SoundLevel, StageTime,
};

use crate::harness::{Engine, listing, request};

const JOB: JobId = JobId(u64::MAX - 5);

/// A request that leaves few fields at their defaults.
fn unusual(folder: &std::path::Path) -> GenerateRequest {
    GenerateRequest {
        job: Some(JOB),
        solver: SolverKind::Euler,
        shift: 4.25,
        skip_layer: None,
        seed: u64::MAX,
        sound_level: SoundLevel::Limit,
        save_frames: true,
        save_first_frame: true,
        save_settings: true,
        keep_latents: true,
        ..request(folder)
    }
}

fn made(request: GenerateRequest) -> Clip {
    let events = Engine::start().run(request);
    match events.into_iter().last() {
        Some(Event::Finished { clip, .. }) => *clip,
        other => panic!("unexpected {other:?}"),
    }
}

#[test]
fn a_clip_is_taken_in_as_if_the_engine_had_reported_it() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let request = unusual(&out);
    let clip = made(request.clone());

    let path = folder.path().join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    let mut job = QueueEntry::new(JOB, request.clone(), 1);
    (job.state, job.started_unix) = (QueueState::Running, Some(2));
    let jobs = vec![job];
    let at_front = false;
    let events = library.handle(LibraryCommand::AddJobs { jobs, at_front });
    assert!(events.is_empty(), "{events:?}");
    drop(library);

    let before = listing(&out);
    let (_library, snapshot) = Library::open(&path).unwrap();
    assert_eq!(snapshot.notes, [LibraryNote::Adopted(1)]);
    assert_eq!(snapshot.jobs[0].state, QueueState::Done);
    let record = &snapshot.clips[0];
    assert_eq!(record.id, ClipId::from(JOB));
    assert_eq!(record.request, Some(request));
    let found = record.clip.clone();
    let mut extras = [found.extra_files.clone(), clip.extra_files.clone()];
    extras.iter_mut().for_each(|files| files.sort());
    assert_eq!(extras[0], extras[1]);
    // The last stage ends after the file is written, and only the process knows its memory.
    assert_eq!(found.stages.len(), clip.stages.len() - 1);
    for (found, measured) in found.stages.iter().zip(&clip.stages) {
        let whole = |time: &StageTime| (time.stage, time.peak_bytes);
        assert_eq!(whole(found), whole(measured));
        assert!((found.secs - measured.secs).abs() < 1e-6);
    }
    let expected = Clip {
        extra_files: found.extra_files.clone(),
        stages: found.stages.clone(),
        total_secs: found.total_secs,
        peak_bytes: found.peak_bytes,
        peak_resident_bytes: None,
        duration_secs: found.duration_secs,
        ..clip.clone()
    };
    assert_eq!(found, expected);
    assert!((found.duration_secs - clip.duration_secs).abs() < 1e-6);
    assert!(found.peak_bytes > 0 && found.peak_bytes <= clip.peak_bytes);
    assert_eq!(listing(&out), before);
}

#[test]
fn a_described_clip_brings_its_settings_along() {
    let folder = tempfile::tempdir().unwrap();
    let request = unusual(folder.path());
    let clip = made(request.clone());
    let record = describe_clip(&clip.path).unwrap();
    let expected = GenerateRequest {
        output: Default::default(),
        job: None,
        ..request.clone()
    };
    assert_eq!(record.request, Some(expected));
    assert_eq!(record.clip.latents, clip.latents);

    let secret = GenerateRequest {
        omit_prompts: true,
        ..request
    };
    let record = describe_clip(&made(secret).path).unwrap();
    let told = record.request.unwrap();
    assert_eq!(told.prompt, "");
    assert_eq!((told.seed, told.omit_prompts), (u64::MAX, true));
}
