//! Batch files: one prompt per row of a CSV or TSV file (spec: pipeline 10, product 9).

mod cells;
mod jobs;

use std::io::Read;
use std::path::{Path, PathBuf};

use cells::Cells;
pub use jobs::BatchJob;

use crate::protocol::{ModelVariant, SolverKind};

const MAX_FILE_BYTES: u64 = 32 << 20;
const MAX_ROWS: usize = 100_000;
const PROMPT: &str = "text_prompt";
const PICTURE: &str = "image_path";
const SETTINGS: [&str; 13] = [
    "seed",
    "steps",
    "solver",
    "shift",
    "video_guidance",
    "audio_guidance",
    "slg_layer",
    "aspect",
    "model",
    "takes",
    "video_negative",
    "audio_negative",
    "name",
];

/// Whether the pictures of a batch matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchMode {
    /// Text to clip: pictures are ignored.
    Text,
    /// First frame to clip: pictures must exist.
    FirstFrame,
}

/// What a file asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// Rows in order.
    pub rows: Vec<BatchRow>,
    /// Columns this program does not know.
    pub unknown_columns: Vec<String>,
    /// Cells that cannot be used; nothing may be queued while there are any.
    pub problems: Vec<RowProblem>,
}

/// One prompt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// Prompt as written.
    pub prompt: String,
    /// First frame, resolved against the file's folder.
    pub picture: Option<PathBuf>,
    /// Settings that differ from the current ones.
    pub settings: RowSettings,
}

/// Settings of one row; `None` is the current setting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowSettings {
    /// Seed.
    pub seed: Option<u64>,
    /// Sampling steps.
    pub steps: Option<u32>,
    /// Solver.
    pub solver: Option<SolverKind>,
    /// Schedule shift.
    pub shift: Option<f64>,
    /// Guidance of the picture.
    pub video_guidance: Option<f64>,
    /// Guidance of the sound.
    pub audio_guidance: Option<f64>,
    /// Block the negative pass leaves out; -1, 0 and 30 are off.
    pub slg_layer: Option<i32>,
    /// Width and height of the aspect ratio.
    pub aspect: Option<(u32, u32)>,
    /// Model.
    pub model: Option<ModelVariant>,
    /// Clips from this prompt.
    pub takes: Option<u32>,
    /// What the picture should avoid.
    pub video_negative: Option<String>,
    /// What the sound should avoid.
    pub audio_negative: Option<String>,
    /// File-name stem.
    pub name: Option<String>,
}

/// A cell that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    /// Line of the file, from 1.
    pub line: u64,
    /// Column.
    pub column: &'static str,
    /// What is wrong, one clause.
    pub message: String,
}

/// Why a whole file is refused.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// Neither `.csv` nor `.tsv`.
    #[error("{}: batches are .csv or .tsv files", .0.display())]
    Extension(PathBuf),
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// More than 32 MiB or 100,000 rows.
    #[error("the batch file is too large")]
    TooLarge,
    /// The header lacks the prompts.
    #[error("the header has no column `{PROMPT}`")]
    NoPromptColumn,
    /// A quoted cell never ends.
    #[error("line {line}: a quote is never closed")]
    OpenQuote {
        /// Line of its last quote.
        line: u64,
    },
    /// A row has more cells than the header.
    #[error("line {line}: more cells than the header has")]
    TooManyCells {
        /// Line.
        line: u64,
    },
    /// The file is not UTF-8 or not a table.
    #[error(transparent)]
    Table(#[from] csv::Error),
}

impl Batch {
    /// Lines of the rows without a picture; in first-frame mode there must be none.
    pub fn lines_without_picture(&self) -> Vec<u64> {
        self.rows
            .iter()
            .filter(|row| row.picture.is_none())
            .map(|row| row.line)
            .collect()
    }
}

/// Read the batch in `path`. Pictures are looked up relative to its folder.
///
/// # Errors
/// If the file is not a readable CSV or TSV table with a column `text_prompt`. Cells that cannot be
/// used do not fail the file; they are listed in [`Batch::problems`].
pub fn read_batch(path: &Path, mode: BatchMode) -> Result<Batch, BatchError> {
    let extension = path
        .extension()
        .and_then(|ext| ext.to_str())
        .unwrap_or_default();
    let delimiter = match extension.to_ascii_lowercase().as_str() {
        "csv" => b',',
        "tsv" => b'\t',
        _ => return Err(BatchError::Extension(path.to_path_buf())),
    };
    let failed = |source| BatchError::Io {
        path: path.to_path_buf(),
        source,
    };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(BatchError::TooLarge);
    }
    parse(
        &bytes,
        delimiter,
        path.parent().unwrap_or(Path::new("")),
        mode,
    )
}

fn parse(bytes: &[u8], delimiter: u8, folder: &Path, mode: BatchMode) -> Result<Batch, BatchError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    check_quotes(bytes, delimiter)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(bytes);
    let header = reader.headers()?.clone();
    if !header.iter().any(|column| column == PROMPT) {
        return Err(BatchError::NoPromptColumn);
    }
    let is_known = |column: &&str| [PROMPT, PICTURE].contains(column) || SETTINGS.contains(column);
    let unknown = header
        .iter()
        .filter(|column| !is_known(column))
        .map(str::to_owned);
    let mut batch = Batch {
        unknown_columns: unknown.collect(),
        ..Batch::default()
    };
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() > header.len() {
            return Err(BatchError::TooManyCells { line });
        }
        let is_blank_line = record.len() == 1
            && record
                .iter()
                .all(|cell| !cell.is_empty() && cell.trim().is_empty());
        if is_blank_line {
            continue;
        }
        if batch.rows.len() == MAX_ROWS {
            return Err(BatchError::TooLarge);
        }
        let mut cells = Cells {
            header: &header,
            record: &record,
            line,
            problems: &mut batch.problems,
        };
        let row = cells.row(folder, mode);
        batch.rows.push(row);
    }
    Ok(batch)
}

/// The reader takes an unclosed quote for the end of the file; here it is an error.
fn check_quotes(bytes: &[u8], delimiter: u8) -> Result<(), BatchError> {
    let (mut line, mut opened_on) = (1, None);
    let mut can_open = true;
    for &byte in bytes {
        let is_quote = byte == b'"';
        let is_closing = is_quote && opened_on.is_some();
        if is_closing {
            opened_on = None;
        } else if is_quote && can_open {
            opened_on = Some(line);
        }
        // A quote right after a closing one is an escaped quote and the cell goes on.
        can_open = is_closing || byte == delimiter || matches!(byte, b'\n' | b'\r');
        line += u64::from(byte == b'\n');
    }
    opened_on.map_or(Ok(()), |line| Err(BatchError::OpenQuote { line }))
}

#[cfg(test)]
mod tests;
