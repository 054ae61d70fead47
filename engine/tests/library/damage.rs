//! Whatever the bytes of the database are, the library opens, or says why not and touches nothing.

use std::fs;
use std::path::{Path, PathBuf};

use ovi_engine::library::Library;
use ovi_engine::protocol::{ErrorCode, LibraryCommand, LibraryNote, LibrarySnapshot};
use rusqlite::Connection;

use super::{add, clip, job, order, quiet};

/// A library with a few pages, closed. Returns the folder, the database and what is in it.
fn filled() -> (tempfile::TempDir, PathBuf, LibrarySnapshot) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let (mut library, _) = Library::open(&path).unwrap();
    add(&mut library, (1..=8).map(job).collect());
    for id in 1..=8 {
        quiet(
            &mut library,
            LibraryCommand::PutClip(Box::new(clip(id, 50))),
        );
    }
    let png = vec![9; 10_000];
    quiet(
        &mut library,
        LibraryCommand::PutThumbnail(clip(1, 50).id, png),
    );
    let snapshot = library.snapshot().unwrap();
    library.close().unwrap();
    (folder, path, snapshot)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", path.display()))
}

/// A folder with this database, and the backup of another one.
fn with_database(bytes: &[u8], backup: Option<&Path>) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    fs::write(&path, bytes).unwrap();
    if let Some(backup) = backup {
        fs::copy(beside(backup, ".bak"), beside(&path, ".bak")).unwrap();
    }
    (folder, path)
}

fn replaced(path: &Path, from_backup: bool) -> LibraryNote {
    LibraryNote::Replaced {
        damaged: beside(path, ".damaged-1"),
        from_backup,
    }
}

#[test]
fn a_cut_database_is_set_aside_at_every_length() {
    let (_folder, original, known) = filled();
    let bytes = fs::read(&original).unwrap();
    let pages = (0..bytes.len()).step_by(4096);
    let cuts = pages.flat_map(|page| [page, page + 1, page + 100, page + 2048, page + 4095]);
    let mut num_cuts = 0;
    for cut in cuts.filter(|cut| *cut < bytes.len()) {
        let (_folder, path) = with_database(&bytes[..cut], Some(&original));
        let (mut library, mut snapshot) = Library::open(&path).unwrap();
        let notes = std::mem::take(&mut snapshot.notes);
        assert_eq!(notes, [replaced(&path, true)], "cut at {cut}");
        assert_eq!(snapshot, known, "cut at {cut}");
        let kept = fs::read(beside(&path, ".damaged-1")).unwrap();
        assert_eq!(kept, &bytes[..cut], "cut at {cut}");
        add(&mut library, vec![job(100)]);
        num_cuts += 1;
    }
    assert!(num_cuts > 30, "{num_cuts}");
}

#[test]
fn a_changed_byte_never_stops_the_library_nor_loses_the_file() {
    let (_folder, original, known) = filled();
    let bytes = fs::read(&original).unwrap();
    let header = (0..100).flat_map(|at| [(at, 0x01), (at, 0x80)]);
    // Every 131st byte of the rest: all kinds of pages, fixed.
    let rest = (100..bytes.len()).step_by(131).map(|at| (at, 0x55));
    let (mut num_set_aside, mut num_opened, mut num_newer) = (0, 0, 0);
    for (at, mask) in header.chain(rest) {
        let mut changed = bytes.clone();
        changed[at] ^= mask;
        let (_folder, path) = with_database(&changed, Some(&original));
        match Library::open(&path) {
            Ok((mut library, snapshot)) => {
                if snapshot.notes == [replaced(&path, true)] {
                    assert_eq!(snapshot.clips, known.clips, "byte {at}");
                    let kept = fs::read(beside(&path, ".damaged-1")).unwrap();
                    assert_eq!(kept, changed, "byte {at}");
                    num_set_aside += 1;
                } else {
                    num_opened += 1;
                }
                add(&mut library, vec![job(100)]);
                library.close().unwrap();
            }
            Err(error) => {
                // One bit makes the number of the layout that of a version to come.
                assert_eq!(error.report().code, ErrorCode::Kind, "byte {at}: {error}");
                assert!((60..64).contains(&at), "byte {at}: {error}");
                assert_eq!(fs::read(&path).unwrap(), changed);
                num_newer += 1;
            }
        }
    }
    println!("{num_set_aside} set aside, {num_opened} opened, {num_newer} taken for newer");
    assert!(num_set_aside > 50 && num_opened > 50 && num_newer <= 4);
}

#[test]
fn without_a_sound_backup_the_library_begins_anew() {
    let (_folder, original, _) = filled();
    for backup in [None, Some(&b"neither is this"[..])] {
        let (_folder, path) = with_database(b"this is no database", None);
        if let Some(bytes) = backup {
            fs::write(beside(&path, ".bak"), bytes).unwrap();
        }
        let (_library, snapshot) = Library::open(&path).unwrap();
        assert_eq!(snapshot.notes, [replaced(&path, false)]);
        assert!(snapshot.jobs.is_empty());
    }
    // An older sound one is taken where the newest is not.
    let (_folder, path) = with_database(b"", Some(&original));
    fs::rename(beside(&path, ".bak"), beside(&path, ".bak-v1")).unwrap();
    fs::write(beside(&path, ".bak"), "cut").unwrap();
    let (_library, snapshot) = Library::open(&path).unwrap();
    assert_eq!(snapshot.notes, [replaced(&path, true)]);
    assert_eq!(snapshot.jobs.len(), 8);
}

#[test]
fn every_damaged_file_is_kept() {
    let (_folder, path) = with_database(b"first", None);
    drop(Library::open(&path).unwrap());
    fs::write(&path, "second").unwrap();
    drop(Library::open(&path).unwrap());
    assert_eq!(fs::read(beside(&path, ".damaged-1")).unwrap(), b"first");
    assert_eq!(fs::read(beside(&path, ".damaged-2")).unwrap(), b"second");
}

#[test]
fn a_missing_database_comes_back_from_its_backup() {
    let (_folder, path, known) = filled();
    fs::remove_file(&path).unwrap();
    let (_library, snapshot) = Library::open(&path).unwrap();
    assert_eq!(snapshot.notes, [LibraryNote::Restored]);
    assert_eq!(snapshot.clips, known.clips);
}

#[test]
fn a_program_that_is_never_closed_has_a_backup_of_the_day() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let backup = beside(&path, ".bak");
    let num_jobs_after = |age_days: u64, id| {
        if age_days > 0 {
            let age = std::time::Duration::from_secs(age_days * 86_400);
            let file = fs::File::options().write(true).open(&backup).unwrap();
            file.set_modified(std::time::SystemTime::now() - age)
                .unwrap();
        }
        let (mut library, _) = Library::open(&path).unwrap();
        library.refresh_backup().unwrap();
        add(&mut library, vec![job(id)]);
        drop(library);
        let raw = Connection::open(&backup).unwrap();
        raw.query_row("SELECT count(*) FROM jobs", [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(num_jobs_after(0, 1), 0);
    assert_eq!(num_jobs_after(0, 2), 0);
    assert_eq!(num_jobs_after(2, 3), 2);
}

#[test]
fn an_end_between_setting_aside_and_replacing_loses_nothing() {
    let (_folder, path, known) = filled();
    fs::rename(&path, beside(&path, ".damaged-1")).unwrap();
    let (_library, snapshot) = Library::open(&path).unwrap();
    assert_eq!(snapshot.notes, [replaced(&path, true)]);
    assert_eq!(snapshot.clips, known.clips);
}

#[test]
fn a_log_of_noise_is_passed_over() {
    let (_folder, path, known) = filled();
    let noise: Vec<u8> = (0..20_000u32).map(|n| (n * n / 7) as u8).collect();
    fs::write(beside(&path, "-wal"), noise).unwrap();
    let (_library, snapshot) = Library::open(&path).unwrap();
    assert_eq!(snapshot, known);
}

#[test]
fn rows_that_cannot_be_read_are_counted_and_stay() {
    let (_folder, path, known) = filled();
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch(
        "UPDATE clips SET data = '{\"id\": 3' WHERE id = 3;
         UPDATE jobs SET data = CAST(x'ff00fe' AS TEXT) WHERE id = 2;",
    )
    .unwrap();
    drop(raw);
    for _ in 0..2 {
        let (mut library, snapshot) = Library::open(&path).unwrap();
        assert_eq!(snapshot.notes, [LibraryNote::Unreadable(2)]);
        assert_eq!(order(&snapshot), [1, 3, 4, 5, 6, 7, 8]);
        assert_eq!(snapshot.clips.len(), known.clips.len() - 1);
        let wanted = snapshot.jobs.iter().map(|job| job.id).collect();
        quiet(&mut library, LibraryCommand::ReorderJobs(wanted));
        library.close().unwrap();
    }
    let raw = Connection::open(&path).unwrap();
    let left: String = raw
        .query_row("SELECT data FROM clips WHERE id = 3", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, "{\"id\": 3");
}

#[test]
fn a_database_of_a_newer_version_is_not_touched() {
    let (folder, path, _) = filled();
    let raw = Connection::open(&path).unwrap();
    raw.pragma_update(None, "user_version", 3).unwrap();
    raw.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    drop(raw);
    let before = contents(folder.path());
    let Err(error) = Library::open(&path) else {
        panic!("opened a newer database");
    };
    let report = error.report();
    assert_eq!(report.code, ErrorCode::Kind);
    assert!(report.message.contains("layout 3"), "{report}");
    assert_eq!(contents(folder.path()), before);
}

#[test]
fn a_newer_number_in_the_log_alone_is_seen_too() {
    let (folder, path, _) = filled();
    let raw = Connection::open(&path).unwrap();
    raw.set_db_config(
        rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
        true,
    )
    .unwrap();
    raw.pragma_update(None, "user_version", 77).unwrap();
    drop(raw);
    // The index of the log is rebuilt by any reader; it says nothing.
    let durable = |folder: &Path| {
        let mut files = contents(folder);
        files.retain(|(name, _)| !name.to_string_lossy().ends_with("-shm"));
        files
    };
    let before = durable(folder.path());
    assert!(
        before
            .iter()
            .any(|(name, bytes)| { name.to_string_lossy().ends_with("-wal") && !bytes.is_empty() })
    );
    let Err(error) = Library::open(&path) else {
        panic!("opened a newer database");
    };
    assert_eq!(error.report().code, ErrorCode::Kind);
    assert_eq!(durable(folder.path()), before);
}

/// Names and bytes of the files of a folder.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .map(|path| {
            let bytes = fs::read(&path).unwrap();
            (path, bytes)
        })
        .collect();
    files.sort();
    files
}
