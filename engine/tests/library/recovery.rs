//! Jobs that ran when the program died: done if their clip is there, else offered again.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use ovi_engine::library::Library;
use ovi_engine::protocol::{
    ClipId, JobId, LibraryCommand, LibraryEvent, LibraryNote, LibrarySnapshot, QueueEntry,
    QueueState,
};

use super::{add, clip, job, quiet, write_clip};

/// What lies in the output folder.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Found {
    Nothing,
    Complete,
    /// Under `clip_3.mp4`, because two clips of others were there before.
    CompleteUnderOtherName,
    Partial,
    OfOtherJob,
    OfOtherProgram,
}

const JOB: u64 = 0x7fff_ffff_ffff_fff1;

fn json(job: u64) -> String {
    format!(
        r#"{{"schema":1,"app":"Ovi Desktop","created_unix":1700000500,"job":"{job}",
            "sampling":{{"seed":9}},"stages":[{{"stage":"sampling","secs":2.5,"peak_bytes":4}}]}}"#
    )
}

/// A job in this state that was to write `clip.mp4`.
fn begun(state: QueueState, folder: &Path) -> QueueEntry {
    let mut job = job(JOB);
    job.state = state;
    job.started_unix = Some(1_700_000_001);
    job.request.output = folder.join("out/clip.mp4");
    job
}

fn lay_out(found: Found, output: &Path) {
    match found {
        Found::Nothing => {}
        Found::Complete => drop(write_clip(output, &json(JOB))),
        Found::CompleteUnderOtherName => {
            for number in [1, 2, JOB] {
                write_clip(output, &json(number));
            }
        }
        Found::Partial => {
            write_clip(output, &json(JOB));
            let bytes = fs::read(output).unwrap();
            fs::write(output, &bytes[..bytes.len() - 40]).unwrap();
        }
        Found::OfOtherJob => drop(write_clip(output, &json(JOB - 1))),
        Found::OfOtherProgram => drop(write_clip(output, "")),
    }
}

/// The library after the program died with the job in `state` and `found` on the disk.
fn after_death(state: QueueState, found: Found) -> (tempfile::TempDir, Library, LibrarySnapshot) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    add(&mut library, vec![job(JOB), job(2)]);
    let entry = Box::new(begun(state, folder.path()));
    let events = library.handle(LibraryCommand::StartJob(entry.clone()));
    assert!(matches!(
        events[..],
        [LibraryEvent::Started { result: Ok(()), .. }]
    ));
    // Dropped without closing, as a killed process would.
    drop(library);
    lay_out(found, &entry.request.output);
    let (library, snapshot) = Library::open(&path).unwrap();
    (folder, library, snapshot)
}

#[test]
fn the_files_tell_what_became_of_a_job() {
    use Found::{Complete, CompleteUnderOtherName, Nothing, OfOtherJob, OfOtherProgram, Partial};
    use QueueState::{Done, Interrupted, Running, Waiting};
    let cases = [
        (Running, Nothing, Interrupted),
        (Running, Complete, Done),
        (Running, CompleteUnderOtherName, Done),
        (Running, Partial, Interrupted),
        (Running, OfOtherJob, Interrupted),
        (Running, OfOtherProgram, Interrupted),
        (Waiting, Nothing, Waiting),
        (Waiting, Complete, Done),
        (Waiting, CompleteUnderOtherName, Done),
        (Waiting, Partial, Waiting),
        (Waiting, OfOtherJob, Waiting),
        (Waiting, OfOtherProgram, Waiting),
    ];
    for (state, found, expected) in cases {
        let (folder, _library, snapshot) = after_death(state, found);
        let case = format!("{state:?}, {found:?}");
        let settled = &snapshot.jobs[0];
        assert_eq!(settled.state, expected, "{case}");
        assert_eq!(snapshot.jobs[1], job(2), "{case}");
        let note = match expected {
            Done => Some(LibraryNote::Adopted(1)),
            Interrupted => Some(LibraryNote::Interrupted(1)),
            _ => None,
        };
        assert_eq!(
            snapshot.notes,
            note.into_iter().collect::<Vec<_>>(),
            "{case}"
        );
        if expected != Done {
            assert!(snapshot.clips.is_empty(), "{case}");
            continue;
        }
        let [adopted] = &snapshot.clips[..] else {
            panic!("{case}: {:?}", snapshot.clips);
        };
        let name = match found {
            CompleteUnderOtherName => "out/clip_3.mp4",
            _ => "out/clip.mp4",
        };
        assert_eq!(adopted.id, ClipId(JOB), "{case}");
        assert_eq!(adopted.clip.path, folder.path().join(name), "{case}");
        assert_eq!(adopted.created_unix, 1_700_000_500, "{case}");
        assert_eq!(
            (adopted.clip.num_frames, adopted.clip.seed),
            (2, 9),
            "{case}"
        );
        assert_eq!(adopted.clip.total_secs, 2.5, "{case}");
        assert_eq!(adopted.request.as_ref(), Some(&settled.request), "{case}");
        assert_eq!(settled.ended_unix, Some(1_700_000_500), "{case}");
    }
}

#[test]
fn a_clip_on_a_volume_that_was_away_is_taken_in_when_it_is_back() {
    let (folder, library, _) = after_death(QueueState::Running, Found::Complete);
    drop(library);
    let folder = folder.path();
    // The same death with the volume away.
    fs::rename(folder.join("out"), folder.join("away")).unwrap();
    fs::remove_file(folder.join("library.sqlite")).unwrap();
    let path = folder.join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    add(&mut library, vec![begun(QueueState::Running, folder)]);
    drop(library);
    for _ in 0..2 {
        let (_library, snapshot) = Library::open(&path).unwrap();
        assert_eq!(snapshot.jobs[0].state, QueueState::Interrupted);
    }
    fs::rename(folder.join("away"), folder.join("out")).unwrap();
    let (_library, snapshot) = Library::open(&path).unwrap();
    assert_eq!(snapshot.notes, [LibraryNote::Adopted(1)]);
    assert_eq!(snapshot.jobs[0].state, QueueState::Done);
    assert_eq!(snapshot.clips.len(), 1);
}

#[test]
fn a_second_start_changes_nothing_more() {
    let (folder, library, first) = after_death(QueueState::Running, Found::Complete);
    drop(library);
    let path = folder.path().join("library.sqlite");
    let (_library, second) = Library::open(&path).unwrap();
    assert_eq!(second.notes, []);
    assert_eq!((second.jobs, second.clips), (first.jobs, first.clips));
}

#[test]
fn a_clip_that_is_in_the_library_is_not_taken_in_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    let jobs = [1, 2].map(|id| {
        let mut job = job(id);
        job.state = QueueState::Running;
        job.request.output = folder.path().join(format!("{id}.mp4"));
        job
    });
    add(&mut library, jobs.to_vec());
    // The first under its own number, the second one added by hand under another.
    let mut known = [clip(1, 50), clip(77, 60)];
    for (record, job) in known.iter_mut().zip(&jobs) {
        record.clip.path = job.request.output.clone();
        record.rating = 5;
        write_clip(&job.request.output, &json(job.id.0));
        quiet(
            &mut library,
            LibraryCommand::PutClip(Box::new(record.clone())),
        );
    }
    drop(library);
    let (_library, snapshot) = Library::open(&path).unwrap();
    assert!(
        snapshot
            .jobs
            .iter()
            .all(|job| job.state == QueueState::Done)
    );
    let [first, second] = known;
    assert_eq!(snapshot.clips, [second, first]);
}

#[test]
fn only_what_a_dead_job_left_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    let entry = begun(QueueState::Running, folder.path());
    add(&mut library, vec![entry.clone()]);
    drop(library);
    let out = folder.path().join("out");
    let frames = format!(".ovi-frames-{JOB}-aB3xY9");
    let gone = [
        ".ovi-aB3xY9.tmp",
        "clip.latents.safetensors.part",
        "clip.latents_2.safetensors.part",
        &format!("{frames}/00001.png"),
    ];
    let kept = [
        ".ovi-locked.tmp",
        ".ovi-aB3xY9z.tmp",
        ".ovi-aB3-Y9.tmp",
        ".ovi-aB3xY8",
        "aB3xY9.tmp",
        "clip.latents.safetensors",
        "other.latents.safetensors.part",
        "clip.part",
        ".ovi-frames-1-aB3xY9/00001.png",
        ".ovi-frames-aB3xY9/00001.png",
    ];
    let place = |name: &str| -> PathBuf {
        let path = out.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x").unwrap();
        path
    };
    let gone = gone.map(place);
    let kept = kept.map(place);
    // Begun this moment by another process: nothing in it yet.
    let empty = out.join(".ovi-eMpTy1.tmp");
    File::create(&empty).unwrap();
    let locked = File::open(&kept[0]).unwrap();
    locked.try_lock().unwrap();
    // From before the job began: not its own.
    let old = place(".ovi-oLdOn3.tmp");
    let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
    File::options()
        .write(true)
        .open(&old)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();

    let (_library, snapshot) = Library::open(&path).unwrap();
    assert_eq!(snapshot.jobs[0].state, QueueState::Interrupted);
    for path in gone {
        assert!(!path.exists(), "{} is left", path.display());
    }
    assert!(!out.join(frames).exists());
    for path in kept.iter().chain([&empty, &old]) {
        assert!(path.exists(), "{} was removed", path.display());
    }
    assert_eq!(JobId(JOB), snapshot.jobs[0].id);
}

/// A file of latents that tells which job made it, as the pipeline writes it.
fn write_latents(path: &Path, job: u64) {
    let told = format!(r#"{{"request":{{"job":{job}}}}}"#);
    let metadata = [("ovi.kind", "latents".to_owned()), ("ovi.clip", told)];
    let metadata = metadata.map(|(key, value)| (key.to_owned(), value)).into();
    let tensor = ovi_weights::StoredTensor::from_f32("audio", &[1], vec![1.0]);
    ovi_weights::write_safetensors(path, &metadata, &[tensor]).unwrap();
}

#[test]
fn what_was_saved_beside_the_clip_is_found_again() {
    for keep_latents in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.sqlite");
        let out = folder.path().join("out");
        let (mut library, _) = Library::open(&path).unwrap();
        let mut entry = begun(QueueState::Running, folder.path());
        let request = &mut entry.request;
        (
            request.save_wav,
            request.save_frames,
            request.save_first_frame,
        ) = (true, true, true);
        request.save_settings = true;
        request.keep_latents = keep_latents;
        request.continue_from = Some("/clips/50.mp4".into());
        add(&mut library, vec![entry]);
        quiet(&mut library, LibraryCommand::PutClip(Box::new(clip(50, 1))));
        drop(library);

        fs::create_dir(&out).unwrap();
        // Another clip had the name; its sound is older than the job's clip and belongs to it.
        write_clip(&out.join("clip.mp4"), "");
        write_latents(&out.join("clip.latents.safetensors"), JOB);
        write_latents(&out.join("clip.latents_2.safetensors"), 4);
        fs::write(out.join("clip_2.json"), "from before").unwrap();
        let before = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
        let old = File::options()
            .write(true)
            .open(out.join("clip_2.json"))
            .unwrap();
        old.set_modified(before).unwrap();
        fs::create_dir(out.join(format!(".ovi-frames-{JOB}-aB3xY9"))).unwrap();
        fs::write(out.join(format!(".ovi-frames-{JOB}-aB3xY9/00001.png")), "x").unwrap();
        let made = write_clip(&out.join("clip.mp4"), &json(JOB));
        assert_eq!(made, out.join("clip_2.mp4"));
        fs::write(out.join("clip_2.wav"), "x").unwrap();

        let (_library, snapshot) = Library::open(&path).unwrap();
        assert_eq!(snapshot.notes, [LibraryNote::Adopted(1)]);
        let adopted = &snapshot.clips[0];
        assert_eq!(adopted.clip.path, made);
        assert_eq!(adopted.parent, Some(ClipId(50)));
        let extras = [out.join("clip_2.wav"), out.join("clip_2.frames")];
        assert_eq!(adopted.clip.extra_files, extras);
        assert!(out.join("clip_2.frames/00001.png").exists());
        let latents = out.join("clip.latents.safetensors");
        assert_eq!(adopted.clip.latents, keep_latents.then(|| latents.clone()));
        assert_eq!(latents.exists(), keep_latents);
        assert!(
            out.join("clip.latents_2.safetensors").exists(),
            "of another job"
        );
    }
}
