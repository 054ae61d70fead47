//! The library from the outside: what is written is there after any end of the program.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod damage;
mod describe;
mod exchange;
mod files;
mod killed;
mod migration;
mod recovery;
mod round_trip;
mod service;
mod size;

use std::path::{Path, PathBuf};

use ovi_engine::library::Library;
use ovi_engine::protocol::{
    Clip, ClipId, ClipRecord, GenerateRequest, JobId, LibraryCommand, LibraryEvent,
    LibrarySnapshot, QueueEntry, QueueState,
};
use ovi_media::{AudioSpec, ClipWriter, Quality, VideoSpec};

/// A job with this number.
fn job(id: u64) -> QueueEntry {
    let request = GenerateRequest::new("/models", format!("prompt {id}"), "");
    QueueEntry::new(JobId(id), request, 1_700_000_000)
}

/// A clip with this number, made so many seconds after another one.
fn clip(id: u64, created_unix: i64) -> ClipRecord {
    ClipRecord {
        id: ClipId(id),
        created_unix,
        clip: Clip {
            path: PathBuf::from(format!("/clips/{id}.mp4")),
            extra_files: vec![PathBuf::from(format!("/clips/{id}.wav"))],
            width: 960,
            height: 544,
            num_frames: 121,
            fps: 24,
            sample_rate_hz: 16_000,
            duration_secs: 5.041,
            num_bytes: 1_234_567,
            seed: id,
            is_test_pattern: true,
            stages: Vec::new(),
            total_secs: 12.5,
            peak_bytes: 99,
            peak_resident_bytes: Some(100),
            latents: None,
            device: "processor".into(),
            variant: None,
            warnings: Vec::new(),
        },
        request: Some(GenerateRequest::new("/models", "p", "/clips/x.mp4")),
        rating: 3,
        is_favourite: true,
        tags: vec!["rain".into(), "street".into()],
        trashed_unix: None,
        parent: Some(ClipId(7)),
        is_present: true,
    }
}

/// The state a job is in after it ended well.
fn done(id: u64) -> QueueEntry {
    let mut job = job(id);
    job.state = QueueState::Done;
    job.ended_unix = Some(1_700_000_100);
    job
}

/// Put jobs at the end of the queue.
fn add(library: &mut Library, jobs: Vec<QueueEntry>) {
    let at_front = false;
    quiet(library, LibraryCommand::AddJobs { jobs, at_front });
}

/// Write a clip of two small frames with this JSON inside. Returns its path.
fn write_clip(path: &Path, json: &str) -> PathBuf {
    let spec = VideoSpec {
        width: 64,
        height: 32,
        fps: 24,
        quality: Quality::Draft,
    };
    let mut writer = ClipWriter::create(path, spec).unwrap();
    for level in [40, 200] {
        writer.push_rgb(&vec![level; spec.frame_bytes()]).unwrap();
    }
    let audio = AudioSpec {
        sample_rate_hz: 16_000,
    };
    writer.finish(&[0.0; 1_333], audio, json).unwrap().path
}

/// Carry out a command that has no answer.
fn quiet(library: &mut Library, command: LibraryCommand) {
    let events = library.handle(command.clone());
    assert!(events.is_empty(), "{command:?}: {events:?}");
}

/// Close and open again.
fn reopen(library: Library, path: &Path) -> (Library, LibrarySnapshot) {
    library.close().unwrap();
    Library::open(path).unwrap()
}

/// The numbers of the jobs in the order of the queue.
fn order(snapshot: &LibrarySnapshot) -> Vec<u64> {
    snapshot.jobs.iter().map(|job| job.id.0).collect()
}

/// The report of a single refusal.
fn refused(events: &[LibraryEvent]) -> &ovi_engine::protocol::ErrorReport {
    match events {
        [LibraryEvent::Failed(report)]
        | [LibraryEvent::Exported(Err(report)) | LibraryEvent::Imported(Err(report))] => report,
        [
            LibraryEvent::Started {
                result: Err(report),
                ..
            },
        ] => report,
        other => panic!("unexpected {other:?}"),
    }
}
