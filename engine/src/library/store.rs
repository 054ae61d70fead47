//! The store: opens the database in whatever state it is, and carries out commands, each in one
//! transaction.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::error::LibraryError;
use super::{clips, disk, exchange, queue, recovery, rows, schema};
use crate::protocol::{
    ClipId, ErrorReport, JobId, LibraryCommand, LibraryEvent, LibraryNote, LibrarySnapshot,
    PromptUse,
};

/// Prompts that are remembered; the oldest make room.
const MAX_PROMPTS: u32 = 1_000;
/// Largest picture of a clip.
const MAX_THUMBNAIL_BYTES: usize = 16 << 20;

/// Backups are refreshed at opening when they are older.
const MAX_BACKUP_AGE: Duration = Duration::from_secs(24 * 3600);

/// An open library. It is the only one with this database: a second process is told
/// [`LibraryError::Busy`].
pub struct Library {
    connection: Connection,
    /// `None` for a library in memory.
    place: Option<Place>,
}

struct Place {
    path: PathBuf,
    /// Held for its lock.
    _lock: File,
    /// Rows that were changed since the last backup count from here.
    changes_backed_up: u64,
}

impl Library {
    /// Open or create the database at `path`, and read it.
    ///
    /// A damaged one is set aside and the newest sound backup, or else an empty database, takes its
    /// place. Jobs that ran when the program died are settled, see [`LibraryNote`].
    ///
    /// # Errors
    /// [`LibraryError::Busy`], [`LibraryError::Newer`], or the folder cannot be used.
    pub fn open(path: &Path) -> Result<(Self, LibrarySnapshot), LibraryError> {
        let folder = path.parent().unwrap_or(path);
        std::fs::create_dir_all(folder)
            .map_err(LibraryError::io("create the library's folder", folder))?;
        let lock = disk::lock(path)?;
        let Opened {
            connection,
            snapshot,
            changes_backed_up,
        } = read_or_replace(path)?;
        let place = Place {
            path: path.to_owned(),
            _lock: lock,
            changes_backed_up,
        };
        let place = Some(place);
        Ok((Self { connection, place }, snapshot))
    }

    /// An empty library that is gone when it is dropped.
    ///
    /// # Errors
    /// If SQLite has no memory.
    pub fn in_memory() -> Result<Self, LibraryError> {
        let failed = LibraryError::database("open in memory");
        let mut connection = Connection::open_in_memory().map_err(&failed)?;
        connection
            .pragma_update(None, "foreign_keys", true)
            .map_err(failed)?;
        schema::migrate(&mut connection)?;
        let place = None;
        Ok(Self { connection, place })
    }

    /// Everything the library holds now.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn snapshot(&self) -> Result<LibrarySnapshot, LibraryError> {
        rows::snapshot(&self.connection)
    }

    /// Carry out a command: wholly, or not at all with an event that says why. What it wrote is on the
    /// disk when this returns.
    ///
    /// [`LibraryCommand::Close`] is answered by [`Library::close`] and does nothing here.
    pub fn handle(&mut self, command: LibraryCommand) -> Vec<LibraryEvent> {
        let refusal = Refusal::of(&command);
        self.carry_out(command)
            .unwrap_or_else(|error| vec![refusal.event(error.report())])
    }

    /// Make a backup if there is none or the last one is older than a day: programs that are always
    /// ended by force never close. The database was found sound when it was opened.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn refresh_backup(&mut self) -> Result<(), LibraryError> {
        let Some(place) = &self.place else {
            return Ok(());
        };
        let target = disk::beside(&place.path, ".bak");
        let written = target.metadata().and_then(|facts| facts.modified());
        let is_fresh = written.is_ok_and(|written| {
            // A time in the future tells nothing.
            written.elapsed().is_ok_and(|age| age < MAX_BACKUP_AGE)
        });
        if is_fresh {
            return Ok(());
        }
        disk::back_up(&self.connection, &target)?;
        if let Some(place) = &mut self.place {
            place.changes_backed_up = self.connection.total_changes();
        }
        Ok(())
    }

    /// Close the database after a backup.
    ///
    /// # Errors
    /// If the backup cannot be written; the database is closed all the same.
    pub fn close(self) -> Result<(), LibraryError> {
        let backed_up = match &self.place {
            Some(place) => self.back_up(place),
            None => Ok(()),
        };
        let closed = disk::checkpoint(&self.connection)
            .and_then(|()| self.connection.close().map_err(|(_, error)| error));
        backed_up.and(closed.map_err(LibraryError::database("close")))
    }

    /// Refresh the backup if something was written since it was made.
    fn back_up(&self, place: &Place) -> Result<(), LibraryError> {
        let target = disk::beside(&place.path, ".bak");
        let is_current = self.connection.total_changes() == place.changes_backed_up;
        if is_current && target.exists() {
            return Ok(());
        }
        disk::back_up(&self.connection, &target)
    }

    fn carry_out(&mut self, command: LibraryCommand) -> Result<Vec<LibraryEvent>, LibraryError> {
        let pictures = self.pictures();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(LibraryError::database("begin to write"))?;
        let mut imported = None;
        let events = match command {
            LibraryCommand::AddJobs { jobs, at_front } => {
                queue::add(&transaction, &jobs, at_front)?;
                Vec::new()
            }
            LibraryCommand::ReplaceJobs { old, jobs } => {
                queue::remove(&transaction, &old)?;
                queue::add(&transaction, &jobs, true)?;
                Vec::new()
            }
            LibraryCommand::UpdateJob(job) => {
                queue::update(&transaction, &job)?;
                Vec::new()
            }
            LibraryCommand::StartJob(job) => {
                queue::start(&transaction, &job)?;
                let (job, result) = (job.id, Ok(()));
                vec![LibraryEvent::Started { job, result }]
            }
            LibraryCommand::ReorderJobs(jobs) => {
                queue::reorder(&transaction, &jobs)?;
                Vec::new()
            }
            LibraryCommand::RemoveJobs(jobs) => {
                queue::remove(&transaction, &jobs)?;
                Vec::new()
            }
            LibraryCommand::FinishJob { job, clip } => {
                queue::finish(&transaction, &job, &clip)?;
                Vec::new()
            }
            LibraryCommand::PutClip(clip) => {
                rows::put_clip(&transaction, &clip)?;
                Vec::new()
            }
            LibraryCommand::DeleteClips(ids) => {
                told(clips::delete(&transaction, &ids)?, LibraryEvent::Deleted)
            }
            LibraryCommand::PutThumbnail(id, png) => {
                put_thumbnail(&transaction, id, &png)?;
                Vec::new()
            }
            LibraryCommand::GetThumbnail(id) => {
                let png = thumbnail(&transaction, id)?;
                vec![LibraryEvent::Thumbnail(id, png)]
            }
            LibraryCommand::PutPreset(preset) => {
                rows::put_preset(&transaction, &preset)?;
                Vec::new()
            }
            LibraryCommand::RemovePreset(name) => {
                execute(&transaction, "DELETE FROM presets WHERE name = ?1", [name])?;
                Vec::new()
            }
            LibraryCommand::UsePrompt(used) => {
                use_prompt(&transaction, &used)?;
                Vec::new()
            }
            LibraryCommand::ForgetPrompt(prompt) => {
                execute(
                    &transaction,
                    "DELETE FROM prompts WHERE prompt = ?1",
                    [prompt],
                )?;
                Vec::new()
            }
            LibraryCommand::ClearPrompts => {
                execute(&transaction, "DELETE FROM prompts", [])?;
                Vec::new()
            }
            LibraryCommand::ExportQueue { path, jobs } => {
                let written = exchange::export(&transaction, &path, &jobs)?;
                vec![LibraryEvent::Exported(Ok(written))]
            }
            LibraryCommand::ImportQueue { path, now_unix } => {
                let import = exchange::import(&path, pictures.as_deref(), now_unix)?;
                queue::add(&transaction, import.jobs(), false)?;
                imported = Some(import);
                Vec::new()
            }
            LibraryCommand::PruneLatents { max_bytes } => {
                told(clips::prune(&transaction, max_bytes)?, LibraryEvent::Pruned)
            }
            LibraryCommand::Close => Vec::new(),
        };
        transaction
            .commit()
            .map_err(LibraryError::database("write"))?;
        match imported {
            Some(import) => Ok(vec![LibraryEvent::Imported(Ok(import.keep()))]),
            None => Ok(events),
        }
    }

    /// Folder of first frames that came with imported jobs.
    fn pictures(&self) -> Option<PathBuf> {
        let place = self.place.as_ref()?;
        Some(place.path.with_file_name("pictures"))
    }
}

/// A database that was opened and read without finding damage.
struct Opened {
    connection: Connection,
    snapshot: LibrarySnapshot,
    changes_backed_up: u64,
}

fn read_or_replace(path: &Path) -> Result<Opened, LibraryError> {
    let mut notes = Vec::new();
    let is_missing = path
        .symlink_metadata()
        .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
    if is_missing && disk::restore(path)? {
        // Also where the program died between setting a damaged file aside and replacing it.
        notes.push(match disk::newest_damaged(path) {
            Some(damaged) => LibraryNote::Replaced {
                damaged,
                from_backup: true,
            },
            None => LibraryNote::Restored,
        });
    }
    let mut opened = match read(path) {
        Err(error) if error.is_damage() => {
            log::error!("{error}: {}", path.display());
            let (damaged, from_backup) = disk::replace(path)?;
            notes.push(LibraryNote::Replaced {
                damaged,
                from_backup,
            });
            read(path)
        }
        other => other,
    }?;
    opened.snapshot.notes.splice(0..0, notes);
    Ok(opened)
}

/// Open a database and read all of it: only then is it known to be sound.
fn read(path: &Path) -> Result<Opened, LibraryError> {
    let mut connection = disk::connect(path)?;
    let changes_backed_up = connection.total_changes();
    let mut snapshot = rows::snapshot(&connection)?;
    let settled = recovery::settle(&mut connection, &snapshot)?;
    if !settled.is_empty() {
        snapshot = rows::snapshot(&connection)?;
        snapshot.notes.splice(0..0, settled);
    }
    Ok(Opened {
        connection,
        snapshot,
        changes_backed_up,
    })
}

/// What was removed, and what was not.
fn told(
    removal: clips::Removal,
    event: impl FnOnce(Vec<ClipId>) -> LibraryEvent,
) -> Vec<LibraryEvent> {
    let done = removal.done.clone();
    let failed = removal.error().map(|error| {
        let report = Box::new(error.report());
        LibraryEvent::Failed(report)
    });
    [event(done)].into_iter().chain(failed).collect()
}

fn put_thumbnail(connection: &Connection, id: ClipId, png: &[u8]) -> Result<(), LibraryError> {
    if png.len() > MAX_THUMBNAIL_BYTES {
        log::warn!("a thumbnail of {} bytes is not kept", png.len());
        return Ok(());
    }
    // A clip that was deleted meanwhile needs no picture.
    execute(
        connection,
        "INSERT INTO thumbnails (clip, png) SELECT id, ?2 FROM clips WHERE id = ?1
         ON CONFLICT (clip) DO UPDATE SET png = excluded.png",
        params![id.0.cast_signed(), png],
    )
}

fn thumbnail(connection: &Connection, id: ClipId) -> Result<Option<Vec<u8>>, LibraryError> {
    connection
        .prepare_cached("SELECT png FROM thumbnails WHERE clip = ?1")
        .and_then(|mut statement| {
            statement
                .query_row([id.0.cast_signed()], |row| row.get(0))
                .optional()
        })
        .map_err(LibraryError::database("read a thumbnail"))
}

fn use_prompt(connection: &Connection, used: &PromptUse) -> Result<(), LibraryError> {
    execute(
        connection,
        "INSERT INTO prompts (prompt, used_unix) VALUES (?1, ?2)
         ON CONFLICT (prompt) DO UPDATE SET used_unix = excluded.used_unix",
        params![used.prompt, used.used_unix],
    )?;
    execute(
        connection,
        "DELETE FROM prompts WHERE prompt IN
         (SELECT prompt FROM prompts ORDER BY used_unix DESC, prompt LIMIT -1 OFFSET ?1)",
        [MAX_PROMPTS],
    )
}

fn execute(
    connection: &Connection,
    sql: &str,
    params: impl rusqlite::Params,
) -> Result<(), LibraryError> {
    connection
        .execute(sql, params)
        .map(drop)
        .map_err(LibraryError::database("write"))
}

/// The event that says that a command was not carried out: its answer, if it has one.
pub(super) enum Refusal {
    Start(JobId),
    Export,
    Import,
    Thumbnail(ClipId),
    Other,
}

impl Refusal {
    /// That of `command`.
    pub fn of(command: &LibraryCommand) -> Self {
        match command {
            LibraryCommand::StartJob(job) => Self::Start(job.id),
            LibraryCommand::ExportQueue { .. } => Self::Export,
            LibraryCommand::ImportQueue { .. } => Self::Import,
            LibraryCommand::GetThumbnail(id) => Self::Thumbnail(*id),
            _ => Self::Other,
        }
    }

    /// With the reason.
    pub fn event(self, report: ErrorReport) -> LibraryEvent {
        let report = Box::new(report);
        match self {
            Self::Start(job) => LibraryEvent::Started {
                job,
                result: Err(report),
            },
            Self::Export => LibraryEvent::Exported(Err(report)),
            Self::Import => LibraryEvent::Imported(Err(report)),
            Self::Thumbnail(id) => {
                log::error!("{report}\n{}", report.details);
                LibraryEvent::Thumbnail(id, None)
            }
            Self::Other => LibraryEvent::Failed(report),
        }
    }
}
