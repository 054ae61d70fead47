//! Every command survives close and open.

use ovi_engine::library::Library;
use ovi_engine::protocol::{
    ClipId, ErrorCode, GenerateRequest, JobId, LibraryCommand, LibraryEvent, Preset, PromptUse,
    QueueState, Warning, WarningCode,
};

use super::{clip, done, job, order, quiet, refused, reopen};

#[test]
fn a_new_library_is_empty_and_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/er/library.sqlite");
    let (library, snapshot) = Library::open(&path).unwrap();
    assert_eq!(snapshot, Default::default());
    let (_library, snapshot) = reopen(library, &path);
    assert_eq!(snapshot, Default::default());
}

#[test]
fn jobs_keep_their_order_through_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    let add = |jobs, at_front| LibraryCommand::AddJobs { jobs, at_front };
    quiet(&mut library, add(vec![job(1), job(2)], false));
    quiet(&mut library, add(vec![job(3)], false));
    quiet(&mut library, LibraryCommand::UpdateJob(Box::new(done(1))));
    // In front of the waiting ones, behind what has ended.
    quiet(&mut library, add(vec![job(4), job(5)], true));
    let (mut library, snapshot) = reopen(library, &path);
    assert_eq!(order(&snapshot), [1, 4, 5, 2, 3]);
    assert_eq!(snapshot.jobs[0], done(1));
    assert_eq!(snapshot.jobs[3], job(2));

    // A number that is not there is passed over, one that is named twice counts once.
    let wanted = [3, 99, 5, 3].map(JobId).to_vec();
    quiet(&mut library, LibraryCommand::ReorderJobs(wanted));
    let (mut library, snapshot) = reopen(library, &path);
    assert_eq!(order(&snapshot), [3, 5, 1, 4, 2]);

    quiet(
        &mut library,
        LibraryCommand::RemoveJobs(vec![JobId(1), JobId(4), JobId(77)]),
    );
    quiet(&mut library, add(vec![job(6)], false));
    let (_library, snapshot) = reopen(library, &path);
    assert_eq!(order(&snapshot), [3, 5, 2, 6]);
}

#[test]
fn jobs_in_front_of_a_queue_without_waiting_ones_go_to_its_end() {
    let mut library = Library::in_memory().unwrap();
    let add = |jobs, at_front| LibraryCommand::AddJobs { jobs, at_front };
    quiet(&mut library, add(vec![done(1), done(2)], false));
    quiet(&mut library, add(vec![job(3)], true));
    assert_eq!(order(&library.snapshot().unwrap()), [1, 2, 3]);
}

#[test]
fn a_taken_number_refuses_the_whole_command() {
    let mut library = Library::in_memory().unwrap();
    let add = |jobs| LibraryCommand::AddJobs {
        jobs,
        at_front: false,
    };
    quiet(&mut library, add(vec![job(1)]));
    let events = library.handle(add(vec![job(2), job(1)]));
    assert_eq!(refused(&events).code, ErrorCode::Write);
    assert_eq!(order(&library.snapshot().unwrap()), [1]);
}

#[test]
fn numbers_of_all_64_bits_are_kept() {
    let mut library = Library::in_memory().unwrap();
    let ids = [u64::MAX, 1 << 63, 0, (1 << 53) + 1];
    let jobs = ids.map(job).to_vec();
    quiet(
        &mut library,
        LibraryCommand::AddJobs {
            jobs,
            at_front: false,
        },
    );
    assert_eq!(order(&library.snapshot().unwrap()), ids);
}

#[test]
fn starting_a_job_makes_its_folder_and_writes_down_the_output() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    let jobs = vec![job(1)];
    quiet(
        &mut library,
        LibraryCommand::AddJobs {
            jobs,
            at_front: false,
        },
    );
    let mut running = job(1);
    running.state = QueueState::Running;
    running.request.output = folder.path().join("new/folder/clip.mp4");
    running.started_unix = Some(1_700_000_001);
    let events = library.handle(LibraryCommand::StartJob(Box::new(running.clone())));
    assert!(
        matches!(
            events[..],
            [LibraryEvent::Started {
                job: JobId(1),
                result: Ok(())
            }]
        ),
        "{events:?}"
    );
    assert!(folder.path().join("new/folder").is_dir());
    assert_eq!(library.snapshot().unwrap().jobs, [running]);
}

#[test]
fn a_job_does_not_start_without_a_place_for_its_clip() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "x").unwrap();
    let mut library = Library::in_memory().unwrap();
    let jobs = vec![job(1)];
    quiet(
        &mut library,
        LibraryCommand::AddJobs {
            jobs,
            at_front: false,
        },
    );
    let mut running = job(1);
    running.state = QueueState::Running;
    running.request.output = folder.path().join("file/clip.mp4");
    let events = library.handle(LibraryCommand::StartJob(Box::new(running.clone())));
    assert_eq!(refused(&events).code, ErrorCode::Write);
    running.request.output = Default::default();
    let events = library.handle(LibraryCommand::StartJob(Box::new(running.clone())));
    assert_eq!(refused(&events).code, ErrorCode::Write);
    running.id = JobId(2);
    running.request.output = folder.path().join("clip.mp4");
    let events = library.handle(LibraryCommand::StartJob(Box::new(running)));
    assert_eq!(refused(&events).code, ErrorCode::Internal);
    assert_eq!(library.snapshot().unwrap().jobs, [job(1)]);
}

#[test]
fn a_finished_job_and_its_clip_are_written_both_or_neither() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    let jobs = vec![job(1), job(2)];
    quiet(
        &mut library,
        LibraryCommand::AddJobs {
            jobs,
            at_front: false,
        },
    );
    let finish = |job, clip| LibraryCommand::FinishJob {
        job: Box::new(job),
        clip: Box::new(clip),
    };
    quiet(&mut library, finish(done(1), clip(1, 50)));
    let mut unstorable = clip(2, 60);
    unstorable.clip.total_secs = f64::NAN;
    let events = library.handle(finish(done(2), unstorable));
    assert_eq!(refused(&events).code, ErrorCode::Write);
    let (_library, snapshot) = reopen(library, &path);
    assert_eq!(snapshot.jobs, [done(1), job(2)]);
    assert_eq!(snapshot.clips, [clip(1, 50)]);
}

#[test]
fn the_clip_of_a_removed_job_is_kept() {
    let mut library = Library::in_memory().unwrap();
    quiet(
        &mut library,
        LibraryCommand::FinishJob {
            job: Box::new(done(1)),
            clip: Box::new(clip(1, 50)),
        },
    );
    let snapshot = library.snapshot().unwrap();
    assert_eq!((snapshot.jobs.len(), snapshot.clips.len()), (0, 1));
}

#[test]
fn clips_come_newest_first_and_keep_every_field() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    for (id, created) in [(1, 30), (2, 10), (3, 20)] {
        quiet(
            &mut library,
            LibraryCommand::PutClip(Box::new(clip(id, created))),
        );
    }
    let mut changed = clip(2, 10);
    changed.trashed_unix = Some(40);
    changed.rating = 5;
    changed.clip.warnings.push(Warning {
        code: WarningCode::Flat,
        message: "flat".into(),
    });
    quiet(
        &mut library,
        LibraryCommand::PutClip(Box::new(changed.clone())),
    );
    let (_library, snapshot) = reopen(library, &path);
    assert_eq!(snapshot.clips, [clip(1, 30), clip(3, 20), changed]);
}

#[test]
fn a_clip_that_is_changed_keeps_its_thumbnail() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    let put = |id, png: &[u8]| LibraryCommand::PutThumbnail(ClipId(id), png.to_vec());
    quiet(&mut library, LibraryCommand::PutClip(Box::new(clip(1, 30))));
    quiet(&mut library, put(1, b"old"));
    quiet(&mut library, put(1, b"picture"));
    // Of a clip that is not there: nothing to keep, nothing to complain about.
    quiet(&mut library, put(2, b"picture"));
    quiet(&mut library, LibraryCommand::PutClip(Box::new(clip(1, 31))));
    let (mut library, _) = reopen(library, &path);
    let mut ask = |id| match &library.handle(LibraryCommand::GetThumbnail(ClipId(id)))[..] {
        [LibraryEvent::Thumbnail(ClipId(answered), png)] if *answered == id => png.clone(),
        other => panic!("unexpected {other:?}"),
    };
    assert_eq!(ask(1).as_deref(), Some(&b"picture"[..]));
    assert_eq!(ask(2), None);
}

#[test]
fn presets_are_unique_by_name_and_sorted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    let preset = |name: &str, steps| {
        let name = name.to_owned();
        let request = GenerateRequest {
            steps,
            ..Default::default()
        };
        Preset { name, request }
    };
    for (name, steps) in [("b", 1), ("a", 2), ("c", 3), ("b", 4)] {
        quiet(
            &mut library,
            LibraryCommand::PutPreset(Box::new(preset(name, steps))),
        );
    }
    quiet(&mut library, LibraryCommand::RemovePreset("c".into()));
    quiet(&mut library, LibraryCommand::RemovePreset("never".into()));
    let (_library, snapshot) = reopen(library, &path);
    assert_eq!(snapshot.presets, [preset("a", 2), preset("b", 4)]);
}

#[test]
fn prompts_come_newest_first_and_the_oldest_make_room() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    let used = |prompt: &str, used_unix| {
        let prompt = prompt.to_owned();
        PromptUse { prompt, used_unix }
    };
    for (prompt, when) in [("a", 1), ("b", 2), ("a", 3)] {
        quiet(&mut library, LibraryCommand::UsePrompt(used(prompt, when)));
    }
    let (mut library, snapshot) = reopen(library, &path);
    assert_eq!(snapshot.prompts, [used("a", 3), used("b", 2)]);
    let mut crowd = Library::in_memory().unwrap();
    for when in 0..1_003 {
        quiet(
            &mut crowd,
            LibraryCommand::UsePrompt(used(&format!("p{when}"), when)),
        );
    }
    let kept = crowd.snapshot().unwrap().prompts;
    assert_eq!(kept.len(), 1_000);
    assert_eq!(kept.last(), Some(&used("p3", 3)));

    quiet(&mut library, LibraryCommand::ClearPrompts);
    let (_library, snapshot) = reopen(library, &path);
    assert_eq!(snapshot.prompts, []);
}

#[test]
fn a_second_process_is_told_that_the_library_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (library, _) = Library::open(&path).unwrap();
    let Err(error) = Library::open(&path) else {
        panic!("opened twice");
    };
    assert_eq!(error.report().code, ErrorCode::Busy);
    drop(library);
    Library::open(&path).unwrap();
}
