//! Rows: jobs, clips, presets and prompts as JSON in tables, and back.
//!
//! Numbers of jobs and clips are 64 bits without sign, SQLite's with; the bits are kept.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::LibraryError;
use crate::protocol::{
    ClipRecord, JobId, LibraryNote, LibrarySnapshot, Preset, PromptUse, QueueEntry, QueueState,
};

/// Most stars of a clip.
const MAX_RATING: u8 = 5;

/// The words of a state in the `state` column, where SQL looks for waiting jobs.
pub(super) fn state_name(state: QueueState) -> &'static str {
    match state {
        QueueState::Waiting => "waiting",
        QueueState::Running => "running",
        QueueState::Done => "done",
        QueueState::Failed => "failed",
        QueueState::Cancelled => "cancelled",
        QueueState::Interrupted => "interrupted",
    }
}

/// A value as the text of a row.
///
/// # Errors
/// If it could not be read again: JSON has no word for NaN, and none for a path that is not Unicode.
pub(super) fn encode<T: Serialize + DeserializeOwned>(
    what: &'static str,
    value: &T,
) -> Result<String, LibraryError> {
    let unstorable = |source| LibraryError::Unstorable { what, source };
    let text = serde_json::to_string(value).map_err(unstorable)?;
    serde_json::from_str::<T>(&text).map_err(unstorable)?;
    Ok(text)
}

/// A job of the queue by its number.
pub(super) fn job(connection: &Connection, id: JobId) -> Result<Option<QueueEntry>, LibraryError> {
    one(connection, "SELECT data FROM jobs WHERE id = ?1", id.0)
}

fn one<T: DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    id: u64,
) -> Result<Option<T>, LibraryError> {
    let failed = LibraryError::database("read a row");
    let mut statement = connection.prepare_cached(sql).map_err(&failed)?;
    let mut rows = statement.query([id.cast_signed()]).map_err(&failed)?;
    let row = rows.next().map_err(&failed)?;
    row.map(|row| decode(row, 0)).transpose().map_err(failed)
}

/// Every clip that can be read.
pub(super) fn clips(connection: &Connection) -> Result<Vec<ClipRecord>, LibraryError> {
    let read = Reader { connection };
    let (clips, _) = read.all("SELECT data FROM clips", |row| decode(row, 0))?;
    Ok(clips)
}

/// Replace a job that is in the queue. Returns whether it is.
pub(super) fn update_job(connection: &Connection, job: &QueueEntry) -> Result<bool, LibraryError> {
    let data = encode("job", job)?;
    let failed = LibraryError::database("store a job");
    connection
        .prepare_cached("UPDATE jobs SET state = ?2, data = ?3 WHERE id = ?1")
        .and_then(|mut statement| {
            statement.execute(params![job.id.0.cast_signed(), state_name(job.state), data])
        })
        .map(|num_changed| num_changed > 0)
        .map_err(failed)
}

/// Add or replace a clip.
pub(super) fn put_clip(connection: &Connection, clip: &ClipRecord) -> Result<(), LibraryError> {
    let data = encode("clip", clip)?;
    // Not REPLACE, which would take the thumbnail with the old row.
    connection
        .prepare_cached(
            "INSERT INTO clips (id, data) VALUES (?1, ?2)
             ON CONFLICT (id) DO UPDATE SET data = excluded.data",
        )
        .and_then(|mut statement| statement.execute(params![clip.id.0.cast_signed(), data]))
        .map(drop)
        .map_err(LibraryError::database("store a clip"))
}

/// Add or replace a preset.
pub(super) fn put_preset(connection: &Connection, preset: &Preset) -> Result<(), LibraryError> {
    let data = encode("preset", preset)?;
    connection
        .execute(
            "INSERT INTO presets (name, data) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET data = excluded.data",
            params![preset.name, data],
        )
        .map(drop)
        .map_err(LibraryError::database("store a preset"))
}

/// Everything that can be read, and a note on how much cannot.
pub(super) fn snapshot(connection: &Connection) -> Result<LibrarySnapshot, LibraryError> {
    let read = Reader { connection };
    let (jobs, bad_jobs) = read.all("SELECT data FROM jobs ORDER BY position, id", |row| {
        decode(row, 0)
    })?;
    let (mut clips, bad_clips) = read.all("SELECT data FROM clips", |row| {
        let mut clip: ClipRecord = decode(row, 0)?;
        // Whether the file is still there is found out after opening.
        clip.is_present = true;
        clip.rating = clip.rating.min(MAX_RATING);
        Ok(clip)
    })?;
    clips.sort_by_key(|clip| std::cmp::Reverse((clip.created_unix, clip.id)));
    let (presets, bad_presets) = read.all("SELECT data FROM presets ORDER BY name", |row| {
        decode(row, 0)
    })?;
    let (prompts, bad_prompts) = read.all(
        "SELECT prompt, used_unix FROM prompts ORDER BY used_unix DESC, prompt",
        |row| {
            Ok(PromptUse {
                prompt: row.get(0)?,
                used_unix: row.get(1)?,
            })
        },
    )?;
    let num_unreadable = bad_jobs + bad_clips + bad_presets + bad_prompts;
    let notes = match num_unreadable {
        0 => Vec::new(),
        count => vec![LibraryNote::Unreadable(count)],
    };
    Ok(LibrarySnapshot {
        jobs,
        clips,
        presets,
        prompts,
        notes,
    })
}

/// Reads all rows of a query.
struct Reader<'a> {
    connection: &'a Connection,
}

impl Reader<'_> {
    /// The rows that `decode` understands, and how many it does not.
    fn all<T>(
        &self,
        sql: &str,
        decode: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<(Vec<T>, usize), LibraryError> {
        let failed = LibraryError::database("read a table");
        let mut statement = self.connection.prepare(sql).map_err(&failed)?;
        let mut rows = statement.query([]).map_err(&failed)?;
        let (mut found, mut num_unreadable) = (Vec::new(), 0);
        while let Some(row) = rows.next().map_err(&failed)? {
            match decode(row) {
                Ok(value) => found.push(value),
                Err(error) => {
                    log::warn!("a row is left alone: {error}");
                    num_unreadable += 1;
                }
            }
        }
        Ok((found, num_unreadable))
    }
}

/// The JSON in a column, also if it is no valid text.
fn decode<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let value = row.get_ref(column)?;
    let (ValueRef::Text(bytes) | ValueRef::Blob(bytes)) = value else {
        let found = value.data_type();
        return Err(rusqlite::Error::InvalidColumnType(
            column,
            "data".into(),
            found,
        ));
    };
    serde_json::from_slice(bytes).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, value.data_type(), Box::new(error))
    })
}
