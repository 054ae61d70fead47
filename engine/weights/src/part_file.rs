//! Writing a file so that it is either complete or not there (spec: gguf-and-weights 6).

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use crate::error::WeightError;

/// Lets `write` fill `<path>.part`, flushes it to disk and renames it. On an error the part file
/// is deleted and `path` stays as it was.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), WeightError>,
) -> Result<(), WeightError> {
    let mut part_name = path.file_name().unwrap_or_default().to_owned();
    part_name.push(".part");
    let part_path = path.with_file_name(part_name);
    let filled = fill(&part_path, write)
        .and_then(|()| fs::rename(&part_path, path).map_err(WeightError::io("rename")));
    if filled.is_err() {
        // The first error is the one to report.
        let _ = fs::remove_file(&part_path);
    }
    filled.map_err(|error| error.in_file(path))
}

fn fill(
    part_path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), WeightError>,
) -> Result<(), WeightError> {
    let mut out = BufWriter::new(File::create(part_path).map_err(WeightError::io("create"))?);
    write(&mut out)?;
    let file = out
        .into_inner()
        .map_err(|error| WeightError::io("write")(error.into_error()))?;
    file.sync_all().map_err(WeightError::io("write"))
}
