//! The library on its thread.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ovi_engine::library::{LibraryHandle, service};
use ovi_engine::protocol::{
    ClipId, ErrorCode, JobId, LibraryCommand, LibraryEvent, LibrarySnapshot, QueueEntry, QueueState,
};

use super::{clip, job};

const PATIENCE: Duration = Duration::from_secs(60);

fn spawn(path: &Path) -> (LibraryHandle, Arc<AtomicUsize>) {
    let num_wakes = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&num_wakes);
    let wake = Box::new(move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    (service::spawn(path.to_owned(), wake).unwrap(), num_wakes)
}

fn next(handle: &LibraryHandle) -> LibraryEvent {
    handle.events.recv_timeout(PATIENCE).unwrap()
}

fn opened(handle: &LibraryHandle) -> LibrarySnapshot {
    match next(handle) {
        LibraryEvent::Opened(snapshot) => *snapshot,
        other => panic!("unexpected {other:?}"),
    }
}

fn send(handle: &LibraryHandle, command: LibraryCommand) {
    handle.commands.send(command).unwrap();
}

/// Close, and return what was told before `Closed`.
fn close(handle: LibraryHandle) -> Vec<LibraryEvent> {
    send(&handle, LibraryCommand::Close);
    let mut events = Vec::new();
    loop {
        match next(&handle) {
            LibraryEvent::Closed => break,
            event => events.push(event),
        }
    }
    handle.join();
    events
}

fn running(output: PathBuf) -> Box<QueueEntry> {
    let mut job = job(1);
    job.state = QueueState::Running;
    job.request.output = output;
    Box::new(job)
}

#[test]
fn commands_are_carried_out_in_order_and_closing_ends_the_thread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (handle, num_wakes) = spawn(&path);
    assert_eq!(opened(&handle), LibrarySnapshot::default());
    let jobs = vec![job(1), job(2)];
    let at_front = false;
    send(&handle, LibraryCommand::AddJobs { jobs, at_front });
    send(
        &handle,
        LibraryCommand::StartJob(running(folder.path().join("out/c.mp4"))),
    );
    send(&handle, LibraryCommand::RemoveJobs(vec![JobId(2)]));
    send(&handle, LibraryCommand::GetThumbnail(ClipId(4)));
    assert!(matches!(
        next(&handle),
        LibraryEvent::Started {
            job: JobId(1),
            result: Ok(())
        }
    ));
    assert!(matches!(
        next(&handle),
        LibraryEvent::Thumbnail(ClipId(4), None)
    ));
    assert!(close(handle).is_empty());
    assert_eq!(num_wakes.load(Ordering::SeqCst), 4);
    assert!(folder.path().join("library.sqlite.bak").exists());
    assert!(!folder.path().join("library.sqlite-wal").exists());

    let (handle, _) = spawn(&path);
    let snapshot = opened(&handle);
    assert_eq!(snapshot.jobs.len(), 1);
    assert_eq!(snapshot.jobs[0].state, QueueState::Interrupted);
    assert!(close(handle).is_empty());
}

#[test]
fn absent_clips_are_told_after_opening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (handle, _) = spawn(&path);
    opened(&handle);
    for id in 1..=200u64 {
        let mut record = clip(id, 50);
        record.clip.path = folder.path().join(format!("{id}.mp4"));
        if id % 2 == 0 {
            std::fs::write(&record.clip.path, "x").unwrap();
        }
        send(&handle, LibraryCommand::PutClip(Box::new(record)));
    }
    assert!(close(handle).is_empty());
    let (handle, _) = spawn(&path);
    assert!(opened(&handle).clips.iter().all(|clip| clip.is_present));
    let mut absent = Vec::new();
    while absent.len() < 100 {
        match next(&handle) {
            LibraryEvent::Absent(ids) => absent.extend(ids),
            other => panic!("unexpected {other:?}"),
        }
    }
    absent.sort();
    let odd: Vec<ClipId> = (1..200).step_by(2).map(ClipId).collect();
    assert_eq!(absent, odd);
    close(handle);
}

#[test]
fn without_a_library_jobs_still_start() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "x").unwrap();
    let (handle, _) = spawn(&blocked.join("library.sqlite"));
    let LibraryEvent::Unavailable(report) = next(&handle) else {
        panic!("opened");
    };
    assert_eq!(report.code, ErrorCode::Write);
    let output = folder.path().join("out/c.mp4");
    send(&handle, LibraryCommand::StartJob(running(output)));
    send(&handle, LibraryCommand::PutClip(Box::new(clip(1, 2))));
    send(&handle, LibraryCommand::GetThumbnail(ClipId(1)));
    let path = folder.path().join("queue.zip");
    let jobs = Vec::new();
    send(&handle, LibraryCommand::ExportQueue { path, jobs });
    assert!(matches!(
        next(&handle),
        LibraryEvent::Started { result: Ok(()), .. }
    ));
    assert!(matches!(next(&handle), LibraryEvent::Thumbnail(_, None)));
    assert!(matches!(next(&handle), LibraryEvent::Exported(Err(_))));
    assert!(close(handle).is_empty());
    assert!(folder.path().join("out").is_dir());
}

#[test]
fn a_second_window_is_told_that_it_is_the_second() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (first, _) = spawn(&path);
    opened(&first);
    let (second, _) = spawn(&path);
    let LibraryEvent::Unavailable(report) = next(&second) else {
        panic!("opened twice");
    };
    assert_eq!(report.code, ErrorCode::Busy);
    close(second);
    close(first);
}

#[test]
fn dropping_the_handle_closes_the_library() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (handle, _) = spawn(&path);
    opened(&handle);
    let events = handle.events.clone();
    drop(handle);
    let last = events.recv_timeout(PATIENCE);
    assert!(matches!(last, Ok(LibraryEvent::Closed)), "{last:?}");
}
