//! A database of the first layout, made by hand, becomes one of today's.

use ovi_engine::library::Library;
use ovi_engine::protocol::{ClipId, GenerateRequest, LibraryCommand, LibraryEvent, QueueState};
use rusqlite::Connection;

use super::{add, job, quiet, reopen};

const FIRST_LAYOUT: &str = r#"
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY, position INTEGER NOT NULL, state TEXT NOT NULL, data TEXT NOT NULL
    ) STRICT;
    CREATE INDEX jobs_by_position ON jobs (position);
    CREATE TABLE clips ( id INTEGER PRIMARY KEY, data TEXT NOT NULL ) STRICT;
    CREATE TABLE presets ( name TEXT PRIMARY KEY NOT NULL, data TEXT NOT NULL ) STRICT;
    CREATE TABLE prompts ( prompt TEXT PRIMARY KEY NOT NULL, used_unix INTEGER NOT NULL ) STRICT;
    INSERT INTO jobs VALUES (5, 1, 'waiting', '{"id":5,"state":"waiting","created_unix":9,"request":{
        "prompt":"a heron","steps":30,"a_field_of_another_version":true}}');
    INSERT INTO jobs VALUES (6, 0, 'done', '{"id":6,"state":"done","created_unix":8,"request":{}}');
    INSERT INTO clips VALUES (6, '{"id":6,"created_unix":10,"clip":{"path":"/c/6.mp4","extra_files":[],
        "width":64,"height":32,"num_frames":5,"fps":24,"sample_rate_hz":16000,"duration_secs":0.2,
        "num_bytes":7,"seed":1,"is_test_pattern":false,"stages":[],"total_secs":1.5,"peak_bytes":3,
        "peak_resident_bytes":null,"warnings":[]}}');
    INSERT INTO presets VALUES ('mine', '{"name":"mine","request":{"steps":12}}');
    INSERT INTO prompts VALUES ('a heron', 9);
    PRAGMA application_id = 0x4f76694c;
    PRAGMA user_version = 1;
"#;

fn version(path: &std::path::Path) -> i64 {
    let raw = Connection::open(path).unwrap();
    raw.pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap()
}

#[test]
fn the_first_layout_is_brought_up_to_date_after_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch(FIRST_LAYOUT).unwrap();
    drop(raw);

    let (mut library, snapshot) = Library::open(&path).unwrap();
    assert_eq!(snapshot.notes, []);
    let [done, waiting] = &snapshot.jobs[..] else {
        panic!("{:?}", snapshot.jobs);
    };
    assert_eq!((done.id.0, done.state), (6, QueueState::Done));
    // What an older version did not write takes its default.
    let expected = GenerateRequest {
        prompt: "a heron".into(),
        steps: 30,
        ..Default::default()
    };
    assert_eq!(waiting.request, expected);
    assert_eq!(snapshot.clips[0].id, ClipId(6));
    assert!(snapshot.clips[0].is_present && snapshot.clips[0].clip.latents.is_none());
    assert_eq!(snapshot.presets[0].request.steps, 12);
    assert_eq!(snapshot.prompts[0].used_unix, 9);

    let backup = folder.path().join("library.sqlite.bak-v1");
    assert_eq!(version(&backup), 1);
    let raw = Connection::open(&backup).unwrap();
    let num_jobs: i64 = raw
        .query_row("SELECT count(*) FROM jobs", [], |row| row.get(0))
        .unwrap();
    assert_eq!(num_jobs, 2);

    // The new table is there and used.
    let png = vec![1, 2, 3];
    quiet(
        &mut library,
        LibraryCommand::PutThumbnail(ClipId(6), png.clone()),
    );
    add(&mut library, vec![job(7)]);
    let (mut library, snapshot) = reopen(library, &path);
    assert_eq!(snapshot.jobs.len(), 3);
    let events = library.handle(LibraryCommand::GetThumbnail(ClipId(6)));
    assert!(
        matches!(&events[..], [LibraryEvent::Thumbnail(_, Some(found))] if *found == png),
        "{events:?}"
    );
    library.close().unwrap();
    assert_eq!(version(&path), 2);
}

#[test]
fn a_backup_of_the_first_layout_can_take_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let raw = Connection::open(folder.path().join("library.sqlite.bak-v1")).unwrap();
    raw.execute_batch(FIRST_LAYOUT).unwrap();
    drop(raw);
    std::fs::write(&path, "damaged").unwrap();
    let (_library, snapshot) = Library::open(&path).unwrap();
    assert_eq!(snapshot.jobs.len(), 2);
    assert_eq!(snapshot.notes.len(), 1);
}
