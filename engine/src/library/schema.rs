//! The layout of the database: numbered steps from an empty file to the newest layout, and the check
//! that a file has exactly the layout its number says.

use std::path::Path;

use rusqlite::{Connection, Row, TransactionBehavior};

use super::error::LibraryError;

/// Marks a file as this program's library, in the place SQLite keeps for it ("OviL").
pub(super) const APPLICATION_ID: i32 = 0x4f76_694c;

/// Each step leads from the layout with its index to the next one. A step that was published is
/// never changed; a new layout is a new step.
///
/// Rows are JSON, so a new field of a job or clip needs no step. Columns exist for what SQL itself
/// asks for: keys, the order of the queue, which jobs wait.
const STEPS: [&str; 2] = [
    // 1: jobs, clips, presets, prompts.
    "CREATE TABLE jobs (
        id INTEGER PRIMARY KEY,
        position INTEGER NOT NULL,
        state TEXT NOT NULL,
        data TEXT NOT NULL
    ) STRICT;
    CREATE INDEX jobs_by_position ON jobs (position);
    CREATE TABLE clips (
        id INTEGER PRIMARY KEY,
        data TEXT NOT NULL
    ) STRICT;
    CREATE TABLE presets (
        name TEXT PRIMARY KEY NOT NULL,
        data TEXT NOT NULL
    ) STRICT;
    CREATE TABLE prompts (
        prompt TEXT PRIMARY KEY NOT NULL,
        used_unix INTEGER NOT NULL
    ) STRICT;",
    // 2: pictures of clips, apart from the rows that every start reads.
    "CREATE TABLE thumbnails (
        clip INTEGER PRIMARY KEY REFERENCES clips (id) ON DELETE CASCADE,
        png BLOB NOT NULL
    ) STRICT;",
];

/// Newest layout.
pub(super) const VERSION: i64 = STEPS.len() as i64;

/// Numbers above this are damage, not the future.
const MAX_PLAUSIBLE_VERSION: i64 = 9_999;

/// What a number in the place of the layout means.
///
/// # Errors
/// [`LibraryError::Newer`], or [`LibraryError::Damaged`] for a number no version will ever write.
pub(super) fn check_version(found: i64, path: &Path) -> Result<(), LibraryError> {
    if (1..=VERSION).contains(&found) {
        Ok(())
    } else if (1..=MAX_PLAUSIBLE_VERSION).contains(&found) {
        Err(LibraryError::Newer {
            found,
            known: VERSION,
            path: path.to_owned(),
        })
    } else {
        Err(LibraryError::Damaged {
            reason: format!("layout {found}"),
            path: path.to_owned(),
        })
    }
}

/// Layout of an open database.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Take an open database from its layout to the newest, one transaction a step.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), LibraryError> {
    migrate_to(connection, VERSION).map_err(LibraryError::database("bring its layout up to date"))
}

/// As [`migrate`], to an older layout.
pub(super) fn migrate_to(connection: &mut Connection, target: i64) -> rusqlite::Result<()> {
    let from = version(connection)?;
    for (step, number) in STEPS.iter().zip(1..=target) {
        if number <= from {
            continue;
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Whether an open database is sound: pages, indexes, and the tables its number promises.
///
/// # Errors
/// [`LibraryError::Damaged`] with the first finding.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), LibraryError> {
    let damaged = |reason: String| LibraryError::Damaged {
        reason,
        path: path.to_owned(),
    };
    let failed = LibraryError::database("check itself");
    let found = version(connection).map_err(&failed)?;
    check_version(found, path)?;
    let application: i32 = connection
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(&failed)?;
    if application != APPLICATION_ID {
        return Err(damaged("it is another program's".into()));
    }
    // Unlike integrity_check it does not compare indexes with rows: a tenth of the time, and every
    // page is still visited. The one index of the layout only orders the queue.
    let finding = connection
        .query_row("PRAGMA quick_check(1)", [], text)
        .map_err(&failed)?;
    if finding != "ok" {
        return Err(damaged(finding));
    }
    let expected = Connection::open_in_memory()
        .and_then(|mut model| {
            migrate_to(&mut model, found)?;
            tables(&model)
        })
        .map_err(&failed)?;
    if tables(connection).map_err(&failed)? != expected {
        return Err(damaged(format!("it lacks the tables of layout {found}")));
    }
    Ok(())
}

/// Every table and index as the database describes it, line breaks aside.
fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_schema ORDER BY 1",
    )?;
    let rows = statement.query_map([], |row| {
        let words = text(row)?;
        Ok(words.split_whitespace().collect::<Vec<_>>().join(" "))
    })?;
    rows.collect()
}

/// The first column, also where damage left no valid text.
fn text(row: &Row<'_>) -> rusqlite::Result<String> {
    let bytes = row.get_ref(0)?.as_bytes_or_null()?;
    Ok(String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned())
}
