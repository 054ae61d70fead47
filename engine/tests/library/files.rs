//! Deleting clips and pruning latents: the right files go, and no others.

use std::fs;
use std::path::Path;

use ovi_engine::library::Library;
use ovi_engine::protocol::{ClipId, ClipRecord, ErrorCode, LibraryCommand, LibraryEvent, Redecode};

use super::{add, clip, job, quiet};

/// A clip with files of its own in `folder`.
fn on_disk(id: u64, created_unix: i64, folder: &Path) -> ClipRecord {
    let mut record = clip(id, created_unix);
    let place = |name: String, num_bytes: usize| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, vec![0; num_bytes]).unwrap();
        path
    };
    record.clip.path = place(format!("{id}.mp4"), 10);
    record.clip.extra_files = vec![
        place(format!("{id}.wav"), 10),
        folder.join(format!("{id}.frames")),
    ];
    place(format!("{id}.frames/00001.png"), 1);
    place(format!("{id}.frames/00002.png"), 1);
    record.clip.latents = Some(place(format!("{id}.latents.safetensors"), 100));
    record
}

fn put(library: &mut Library, record: &ClipRecord) {
    quiet(library, LibraryCommand::PutClip(Box::new(record.clone())));
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn ids(library: &Library) -> Vec<u64> {
    let clips = library.snapshot().unwrap().clips;
    clips.iter().map(|clip| clip.id.0).collect()
}

#[test]
fn a_deleted_clip_takes_its_files_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::in_memory().unwrap();
    let records = [1, 2].map(|id| on_disk(id, 50, folder.path()));
    records.iter().for_each(|record| put(&mut library, record));
    quiet(
        &mut library,
        LibraryCommand::PutThumbnail(ClipId(1), vec![1]),
    );
    // Already gone is fine.
    fs::remove_file(&records[0].clip.extra_files[0]).unwrap();
    let events = library.handle(LibraryCommand::DeleteClips(vec![ClipId(1), ClipId(9)]));
    let [LibraryEvent::Deleted(mut deleted)] = <[_; 1]>::try_from(events).unwrap() else {
        panic!("no answer");
    };
    deleted.sort();
    assert_eq!(deleted, [ClipId(1), ClipId(9)]);
    let left = ["2.frames", "2.latents.safetensors", "2.mp4", "2.wav"];
    assert_eq!(names(folder.path()), left);
    assert_eq!(ids(&library), [2]);
    let events = library.handle(LibraryCommand::GetThumbnail(ClipId(1)));
    assert!(matches!(events[..], [LibraryEvent::Thumbnail(_, None)]));
}

#[test]
fn a_file_that_cannot_go_keeps_its_clip() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::in_memory().unwrap();
    let records = [1, 2].map(|id| on_disk(id, 50, folder.path()));
    records.iter().for_each(|record| put(&mut library, record));
    // Somebody's own file among the frames.
    fs::write(folder.path().join("1.frames/notes.txt"), "mine").unwrap();
    let events = library.handle(LibraryCommand::DeleteClips(vec![ClipId(1), ClipId(2)]));
    let [LibraryEvent::Deleted(deleted), LibraryEvent::Failed(report)] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(deleted, &[ClipId(2)]);
    assert_eq!(report.code, ErrorCode::Write);
    assert!(report.message.contains("1.frames"), "{report}");
    assert_eq!(ids(&library), [1]);
    assert!(folder.path().join("1.frames/notes.txt").exists());
    // Once it is out of the way, deleting again finishes the work.
    fs::remove_file(folder.path().join("1.frames/notes.txt")).unwrap();
    let events = library.handle(LibraryCommand::DeleteClips(vec![ClipId(1)]));
    assert!(
        matches!(events[..], [LibraryEvent::Deleted(_)]),
        "{events:?}"
    );
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn files_that_another_clip_names_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::in_memory().unwrap();
    let first = on_disk(1, 50, folder.path());
    let mut again = clip(2, 60);
    again.clip.path = folder.path().join("2.mp4");
    again.clip.extra_files.clear();
    again.clip.latents = first.clip.latents.clone();
    fs::write(&again.clip.path, "x").unwrap();
    put(&mut library, &first);
    put(&mut library, &again);
    library.handle(LibraryCommand::DeleteClips(vec![ClipId(1)]));
    assert_eq!(names(folder.path()), ["1.latents.safetensors", "2.mp4"]);
    library.handle(LibraryCommand::DeleteClips(vec![ClipId(2)]));
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

#[test]
fn a_record_that_names_files_of_others_removes_none_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut library = Library::in_memory().unwrap();
    let mut record = on_disk(1, 50, folder.path());
    let weights = elsewhere.path().join("model.safetensors");
    let same_stem = elsewhere.path().join("1.txt");
    let neighbour = folder.path().join("letter.txt");
    for path in [&weights, &same_stem, &neighbour] {
        fs::write(path, "precious").unwrap();
    }
    record.clip.latents = Some(weights.clone());
    record.clip.extra_files = vec![
        same_stem.clone(),
        neighbour.clone(),
        elsewhere.path().to_owned(),
        folder.path().to_owned(),
    ];
    put(&mut library, &record);
    let events = library.handle(LibraryCommand::PruneLatents { max_bytes: 0 });
    assert!(matches!(&events[..], [LibraryEvent::Pruned(none)] if none.is_empty()));
    let events = library.handle(LibraryCommand::DeleteClips(vec![ClipId(1)]));
    assert!(
        matches!(events[..], [LibraryEvent::Deleted(_)]),
        "{events:?}"
    );
    assert!(
        [&weights, &same_stem, &neighbour]
            .iter()
            .all(|path| path.exists())
    );
    assert!(!record.clip.path.exists());
}

#[test]
fn the_oldest_latents_go_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::in_memory().unwrap();
    let records = [(1, 40), (2, 10), (3, 30), (4, 20)];
    let records = records.map(|(id, created)| on_disk(id, created, folder.path()));
    records.iter().for_each(|record| put(&mut library, record));
    let mut prune = |max_bytes| {
        let events = library.handle(LibraryCommand::PruneLatents { max_bytes });
        match &events[..] {
            [LibraryEvent::Pruned(ids)] => ids.iter().map(|id| id.0).collect::<Vec<_>>(),
            other => panic!("unexpected {other:?}"),
        }
    };
    assert_eq!(prune(400), [0; 0]);
    assert_eq!(prune(250), [2, 4]);
    assert_eq!(prune(199), [3]);
    assert_eq!(prune(199), [0; 0]);
    let latents: Vec<_> = names(folder.path())
        .into_iter()
        .filter(|name| name.contains("latents"))
        .collect();
    assert_eq!(latents, ["1.latents.safetensors"]);
    let clips = library.snapshot().unwrap().clips;
    let kept = clips.iter().filter(|clip| clip.clip.latents.is_some());
    assert_eq!(kept.map(|clip| clip.id.0).collect::<Vec<_>>(), [1]);
}

#[test]
fn latents_that_a_job_waits_for_and_latents_that_are_away_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut library = Library::in_memory().unwrap();
    let needed = on_disk(1, 10, folder.path());
    let mut away = on_disk(2, 20, folder.path());
    away.clip.latents = Some("/no/such/volume/2.latents.safetensors".into());
    let plain = on_disk(3, 30, folder.path());
    for record in [&needed, &away, &plain] {
        put(&mut library, record);
    }
    let mut waiting = job(7);
    waiting.request.redecode = Some(Redecode {
        latents: needed.clip.latents.clone().unwrap(),
        clip: None,
        parts: Default::default(),
    });
    add(&mut library, vec![waiting]);
    let events = library.handle(LibraryCommand::PruneLatents { max_bytes: 0 });
    assert!(
        matches!(&events[..], [LibraryEvent::Pruned(ids)] if *ids == [ClipId(3)]),
        "{events:?}"
    );
    assert!(needed.clip.latents.unwrap().exists());
}
