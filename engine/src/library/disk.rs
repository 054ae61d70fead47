//! The files of the library: the database, the lock that keeps other processes out, backups, and
//! damaged files that were set aside.
//!
//! | name | what |
//! |---|---|
//! | `library.sqlite` (`-wal`, `-shm`) | the database |
//! | `….lock` | held while the library is open |
//! | `….bak` | copy made when the library was last closed, at most a day before it was last opened |
//! | `….bak-v1` | copy made before the layout 1 was brought up to date |
//! | `….damaged-1` (`-wal`) | damaged files, kept for people |
//! | `pictures/` | first frames of imported jobs |

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::LibraryError;
use super::schema;

/// How long a statement waits for programs that look into the database.
const BUSY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);

/// `path` with `suffix` behind its file name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

/// Keep other processes out for as long as the result lives; the system lets go of it if the process
/// dies. Where there is no locking the library works, and is not protected.
///
/// # Errors
/// [`LibraryError::Busy`], or the folder cannot be written.
pub(super) fn lock(path: &Path) -> Result<File, LibraryError> {
    let lock_path = beside(path, ".lock");
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&lock_path)
        .map_err(LibraryError::io("write the library's folder", &lock_path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LibraryError::Busy),
        Err(TryLockError::Error(error)) => {
            log::warn!(
                "other windows are not noticed ({error}): {}",
                lock_path.display()
            );
            Ok(file)
        }
    }
}

/// Look at the first 100 bytes before SQLite does, which writes to a file by opening it.
///
/// # Errors
/// [`LibraryError::Newer`]; [`LibraryError::Damaged`] if they are not those of a library.
pub(super) fn check_header(path: &Path) -> Result<(), LibraryError> {
    let mut header = [0; 100];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    let damaged = |reason: &str| LibraryError::Damaged {
        reason: reason.into(),
        path: path.to_owned(),
    };
    match read {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            return Err(damaged("shorter than a header"));
        }
        Err(error) => return Err(LibraryError::io("read the library", path)(error)),
    }
    let word = |at: usize| {
        let bytes = header.get(at..at + 4).and_then(|word| word.try_into().ok());
        bytes.map_or(0, u32::from_be_bytes)
    };
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(damaged("no database"));
    }
    schema::check_version(i64::from(word(60).cast_signed()), path)?;
    // The versions of the file format, fixed bytes, no vacuum mode, UTF-8: as this program writes it.
    let fixed = header.get(18..24) == Some(&[2, 2, 0, 64, 32, 32])
        || header.get(18..24) == Some(&[1, 1, 0, 64, 32, 32]);
    if !fixed || word(44) != 4 || word(52) != 0 || word(56) != 1 || word(64) != 0 {
        return Err(damaged("header of another program"));
    }
    // SQLite reads a cut last page as if zeros followed. With a log beside it the page may have been
    // cut by the end of the power, and is whole in the log.
    let length = |path: &Path| path.metadata().map_or(0, |facts| facts.len());
    let page_bytes = u64::from(word(16) >> 16);
    if length(&beside(path, "-wal")) == 0 && !length(path).is_multiple_of(page_bytes.max(1)) {
        return Err(damaged("the last page is cut"));
    }
    Ok(())
}

/// Open or create the database, check it, and bring it up to date after a backup.
///
/// # Errors
/// An error of which [`LibraryError::is_damage`] tells whether another file has to take its place.
pub(super) fn connect(path: &Path) -> Result<Connection, LibraryError> {
    let is_new = match path.symlink_metadata() {
        Ok(_) => false,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(LibraryError::io("read the library", path)(error)),
    };
    if is_new {
        create(path)?;
    }
    check_header(path)?;
    let failed = LibraryError::database("open its database");
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(&failed)?;
    // A newer version may have died with its number still in the log: nothing of it may be moved
    // before the number is known.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)
        .map_err(&failed)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(&failed)?;
    let found = schema::version(&connection).map_err(&failed)?;
    schema::check_version(found, path)?;
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
        .map_err(&failed)?;
    configure(&connection).map_err(&failed)?;
    schema::check(&connection, path)?;
    if found != schema::VERSION {
        back_up(&connection, &beside(path, &format!(".bak-v{found}")))?;
        schema::migrate(&mut connection)?;
        // So that the number of the layout is in the file itself, where older versions look for it.
        checkpoint(&connection).map_err(&failed)?;
    }
    Ok(connection)
}

/// An empty database, which appears only when it is complete: a file without tables is then always
/// damage.
fn create(path: &Path) -> Result<(), LibraryError> {
    let part = beside(path, ".new.part");
    remove_if_there(&part).map_err(LibraryError::io("write the library's folder", &part))?;
    let failed = LibraryError::database("create its database");
    let mut connection = Connection::open(&part).map_err(&failed)?;
    schema::migrate(&mut connection)?;
    connection.close().map_err(|(_, error)| failed(error))?;
    put_in_place(&part, path)
}

/// How this program uses SQLite.
///
/// `synchronous = FULL`: in write-ahead mode only that makes each commit wait for the disk. A commit
/// takes some milliseconds more, on a thread nobody waits for, and a clip that took hours is in the
/// library even if the power goes the moment after.
pub(super) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)
}

/// Move the log into the database file.
pub(super) fn checkpoint(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// Copy an open database to `target`, which appears or is replaced only when the copy is complete,
/// checked and on the disk.
pub(super) fn back_up(connection: &Connection, target: &Path) -> Result<(), LibraryError> {
    let part = beside(target, ".part");
    remove_if_there(&part).map_err(LibraryError::io("remove an old part of a backup", &part))?;
    let failed = LibraryError::database("write its backup");
    let copy = || {
        let mut copy = Connection::open(&part)?;
        copy.pragma_update(None, "synchronous", "OFF")?;
        Backup::new(connection, &mut copy)?.step(-1)?;
        // One file that needs no log beside it.
        copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        Ok(copy)
    };
    let copy: Connection = copy().map_err(&failed)?;
    schema::check(&copy, &part)?;
    copy.close().map_err(|(_, error)| failed(error))?;
    put_in_place(&part, target)
}

/// Replace `target` by `part` once `part` is on the disk.
fn put_in_place(part: &Path, target: &Path) -> Result<(), LibraryError> {
    File::options()
        .write(true)
        .open(part)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(part, target))
        .map_err(LibraryError::io("write the library's folder", target))?;
    sync_folder(target);
    Ok(())
}

/// Set a damaged database aside and put the newest sound backup in its place. Returns the new name of
/// the damaged file and whether there was such a backup.
pub(super) fn replace(path: &Path) -> Result<(PathBuf, bool), LibraryError> {
    let replacement = prepare_backup(path)?;
    let damaged = (1u32..)
        .map(|number| beside(path, &format!(".damaged-{number}")))
        .find(|name| name.symlink_metadata().is_err())
        .unwrap_or_else(|| beside(path, ".damaged"));
    // The log first: left behind, it would be applied to the file that takes the place.
    for (suffix, keep) in [("-wal", true), ("-shm", false)] {
        let log = beside(path, suffix);
        let moved = match keep {
            true => ignore_absence(fs::rename(&log, beside(&damaged, suffix))),
            false => remove_if_there(&log),
        };
        moved.map_err(LibraryError::io("set the damaged library aside", &log))?;
    }
    fs::rename(path, &damaged).map_err(LibraryError::io("set the damaged library aside", path))?;
    sync_folder(path);
    if let Some(part) = &replacement {
        put_in_place(part, path)?;
    }
    Ok((damaged, replacement.is_some()))
}

/// Put the newest sound backup where a database is missing. Returns whether there was one.
pub(super) fn restore(path: &Path) -> Result<bool, LibraryError> {
    for suffix in ["-wal", "-shm"] {
        let log = beside(path, suffix);
        remove_if_there(&log).map_err(LibraryError::io("remove a left log", &log))?;
    }
    match prepare_backup(path)? {
        Some(part) => put_in_place(&part, path).map(|()| true),
        None => Ok(false),
    }
}

/// A copy of the newest sound backup, beside the database.
fn prepare_backup(path: &Path) -> Result<Option<PathBuf>, LibraryError> {
    let Some(backup) = backups(path).into_iter().find(|backup| is_sound(backup)) else {
        return Ok(None);
    };
    let part = beside(path, ".restored.part");
    fs::copy(&backup, &part).map_err(LibraryError::io("copy the backup", &backup))?;
    Ok(Some(part))
}

/// Backups of the database, newest first.
pub(super) fn backups(path: &Path) -> Vec<PathBuf> {
    let names = (1..=schema::VERSION).map(|number| beside(path, &format!(".bak-v{number}")));
    let dated = names.chain([beside(path, ".bak")]).filter_map(|name| {
        let written = fs::metadata(&name).and_then(|facts| facts.modified());
        Some((written.ok()?, name))
    });
    let mut dated: Vec<(SystemTime, PathBuf)> = dated.collect();
    dated.sort_by(|a, b| b.cmp(a));
    dated.into_iter().map(|(_, name)| name).collect()
}

/// The newest damaged file that was set aside.
pub(super) fn newest_damaged(path: &Path) -> Option<PathBuf> {
    (1u32..)
        .map(|number| beside(path, &format!(".damaged-{number}")))
        .take_while(|name| name.symlink_metadata().is_ok())
        .last()
}

fn is_sound(backup: &Path) -> bool {
    let check = || {
        check_header(backup)?;
        let connection = Connection::open_with_flags(
            backup,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
        .map_err(LibraryError::database("open a backup"))?;
        schema::check(&connection, backup)
    };
    match check() {
        Ok(()) => true,
        Err(error) => {
            log::warn!("backup is not used ({error}): {}", backup.display());
            false
        }
    }
}

/// Remove a file; that there is none is fine.
pub(super) fn remove_if_there(path: &Path) -> std::io::Result<()> {
    ignore_absence(fs::remove_file(path))
}

fn ignore_absence(result: std::io::Result<()>) -> std::io::Result<()> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Make a rename in the folder of `path` durable where the system allows it.
fn sync_folder(path: &Path) {
    #[cfg(unix)]
    if let Some(folder) = path.parent()
        && let Err(error) = File::open(folder).and_then(|folder| folder.sync_all())
    {
        log::warn!("could not sync {}: {error}", folder.display());
    }
    #[cfg(not(unix))]
    let _ = path;
}
