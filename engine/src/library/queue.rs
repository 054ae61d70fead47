//! The queue: jobs and their order.

use std::collections::HashSet;

use rusqlite::{Connection, params};

use super::error::LibraryError;
use super::rows::{encode, put_clip, state_name, update_job};
use crate::protocol::{ClipRecord, JobId, QueueEntry, QueueState};

/// Put jobs at the end of the queue, or in front of the first waiting one.
///
/// # Errors
/// If a number is taken.
pub(super) fn add(
    connection: &Connection,
    jobs: &[QueueEntry],
    at_front: bool,
) -> Result<(), LibraryError> {
    let failed = LibraryError::database("add a job");
    let mut order = order(connection)?;
    let place = match at_front {
        true => order.iter().position(|(_, is_waiting)| *is_waiting),
        false => None,
    };
    let place = place.unwrap_or(order.len());
    let mut insert = connection
        .prepare_cached("INSERT INTO jobs (id, position, state, data) VALUES (?1, ?2, ?3, ?4)")
        .map_err(&failed)?;
    for (position, job) in (place..).zip(jobs) {
        let data = encode("job", job)?;
        let id = job.id.0.cast_signed();
        insert
            .execute(params![id, position as i64, state_name(job.state), data])
            .map_err(&failed)?;
    }
    let added = jobs.iter().map(|job| (job.id.0.cast_signed(), true));
    order.splice(place..place, added);
    number(connection, order.iter().map(|(id, _)| *id))
}

/// Replace a job. A job that was removed meanwhile stays removed.
pub(super) fn update(connection: &Connection, job: &QueueEntry) -> Result<(), LibraryError> {
    if !update_job(connection, job)? {
        log::warn!("job {} is not in the queue any more", job.id.0);
    }
    Ok(())
}

/// Write down that a job begins, after its output folder is there.
///
/// # Errors
/// If the folder cannot be made, no output is named, or the job is not in the queue.
pub(super) fn start(connection: &Connection, job: &QueueEntry) -> Result<(), LibraryError> {
    make_folder(job)?;
    match update_job(connection, job)? {
        true => Ok(()),
        false => Err(LibraryError::UnknownJob),
    }
}

/// Make the folder a job's clip goes to.
pub(super) fn make_folder(job: &QueueEntry) -> Result<(), LibraryError> {
    let output = &job.request.output;
    let folder = output.parent().unwrap_or(output);
    if output.file_name().is_none() {
        let source = std::io::Error::from(std::io::ErrorKind::InvalidFilename);
        return Err(LibraryError::io("use the output name", output)(source));
    }
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    std::fs::create_dir_all(folder).map_err(LibraryError::io("create the output folder", folder))
}

/// The job is done and its clip is in the library. The clip is kept even if the job was removed.
pub(super) fn finish(
    connection: &Connection,
    job: &QueueEntry,
    clip: &ClipRecord,
) -> Result<(), LibraryError> {
    update(connection, job)?;
    put_clip(connection, clip)
}

/// The whole queue in this order; jobs that are not named follow in the order they had.
pub(super) fn reorder(connection: &Connection, jobs: &[JobId]) -> Result<(), LibraryError> {
    let old = order(connection)?;
    let known: HashSet<i64> = old.iter().map(|(id, _)| *id).collect();
    let mut placed = HashSet::new();
    let named = jobs.iter().map(|job| job.0.cast_signed());
    let rest = old.iter().map(|(id, _)| *id);
    let new: Vec<i64> = named
        .chain(rest)
        .filter(|id| known.contains(id) && placed.insert(*id))
        .collect();
    number(connection, new.into_iter())
}

/// Forget jobs.
pub(super) fn remove(connection: &Connection, jobs: &[JobId]) -> Result<(), LibraryError> {
    let failed = LibraryError::database("remove a job");
    let mut delete = connection
        .prepare_cached("DELETE FROM jobs WHERE id = ?1")
        .map_err(&failed)?;
    for job in jobs {
        delete.execute([job.0.cast_signed()]).map_err(&failed)?;
    }
    Ok(())
}

/// Numbers of all jobs in order, also of those whose row cannot be read, and which of them wait.
fn order(connection: &Connection) -> Result<Vec<(i64, bool)>, LibraryError> {
    let failed = LibraryError::database("read the queue");
    let mut statement = connection
        .prepare_cached("SELECT id, state = ?1 FROM jobs ORDER BY position, id")
        .map_err(&failed)?;
    let rows = statement
        .query_map([state_name(QueueState::Waiting)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .map_err(&failed)?;
    rows.collect::<Result<_, _>>().map_err(failed)
}

/// Write down an order; rows that keep their position are not touched.
fn number(connection: &Connection, order: impl Iterator<Item = i64>) -> Result<(), LibraryError> {
    let failed = LibraryError::database("order the queue");
    let mut update = connection
        .prepare_cached("UPDATE jobs SET position = ?2 WHERE id = ?1 AND position <> ?2")
        .map_err(&failed)?;
    for (position, id) in (0i64..).zip(order) {
        update.execute(params![id, position]).map_err(&failed)?;
    }
    Ok(())
}
