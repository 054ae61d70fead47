//! What can be wrong with weight files, one variant per cause, with the numbers.
//!
//! Parsers know bytes, not paths: the path is added once, by [`WeightError::InFile`], and stands
//! last in the message. The words that users read are made at the edge of the program from
//! [`WeightError::cause`] and [`WeightError::path`].

use std::path::{Path, PathBuf};

use crate::sniff::ForeignFile;
use crate::stored_type::StoredType;

/// An error of this package.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightError {
    /// Another error, in this file.
    #[error("{cause}: {}", path.display())]
    InFile {
        /// What went wrong.
        #[source]
        cause: Box<WeightError>,
        /// The file it went wrong in.
        path: PathBuf,
    },
    /// The operating system refused something.
    #[error("could not {action} the file ({source})")]
    Io {
        /// What was tried, as a verb: `open`, `map`, `write`.
        action: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The name says that the download is not finished.
    #[error("the file is still being downloaded")]
    PartialDownload,
    /// Another process holds the file for writing.
    #[error("another program is writing the file")]
    Locked,
    /// The path names a folder.
    #[error("this is a folder, not a file")]
    Directory,
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The file changed after it was mapped.
    #[error("the file changed while in use ({mapped_bytes} bytes when opened, now {found_bytes})")]
    Changed {
        /// Size when it was opened.
        mapped_bytes: u64,
        /// Size now (equal when only the modification time differs).
        found_bytes: u64,
    },
    /// The file is something else than a weight file.
    #[error("not a weight file: {0}")]
    NotWeights(ForeignFile),
    /// Something ends before it should.
    #[error("{part} needs {expected_bytes} bytes, {found_bytes} are there")]
    Truncated {
        /// What is cut off.
        part: &'static str,
        /// Bytes that it needs.
        expected_bytes: u64,
        /// Bytes that remain.
        found_bytes: u64,
    },
    /// A header is larger than any real one.
    #[error("the header claims {found_bytes} bytes, at most {limit_bytes} are allowed")]
    HeaderTooLarge {
        /// Size the file claims.
        found_bytes: u64,
        /// Largest size that is read.
        limit_bytes: u64,
    },
    /// A header is not UTF-8.
    #[error("the header is not UTF-8 text (byte {at})")]
    HeaderNotUtf8 {
        /// Offset of the first bad byte inside the header.
        at: u64,
    },
    /// A header cannot be read.
    #[error("the header is malformed: {reason}")]
    HeaderSyntax {
        /// What the parser said.
        reason: String,
    },
    /// A name occurs twice.
    #[error("`{name}` occurs twice")]
    DuplicateName {
        /// The name of a tensor, a metadata key or an archive member.
        name: String,
    },
    /// Two files of one set hold a tensor of the same name.
    #[error("`{name}` is in two files, {} and {}", first.display(), second.display())]
    DuplicateAcrossFiles {
        /// Name of the tensor.
        name: String,
        /// The file opened first.
        first: PathBuf,
        /// The file opened later.
        second: PathBuf,
    },
    /// An element type that is not supported.
    #[error("`{tensor}` has the element type `{found}`, which is not supported")]
    UnsupportedType {
        /// Name of the tensor.
        tensor: String,
        /// Spelling of the type in the file.
        found: String,
    },
    /// Shape or byte counts do not fit in an address.
    #[error("`{tensor}` claims more elements than an address can count")]
    TooManyElements {
        /// Name of the tensor.
        tensor: String,
    },
    /// Shape and type need another number of bytes than the file gives.
    #[error(
        "`{tensor}` needs {expected_bytes} bytes for its shape and type, the file gives {found_bytes}"
    )]
    ByteCount {
        /// Name of the tensor.
        tensor: String,
        /// Bytes that shape and type need.
        expected_bytes: u64,
        /// Bytes that are there.
        found_bytes: u64,
    },
    /// A tensor lies beyond the end of the data.
    #[error("`{tensor}` ends at byte {end} of the data, which has {limit}")]
    OutOfRange {
        /// Name of the tensor.
        tensor: String,
        /// End of the range.
        end: u64,
        /// Bytes that are there.
        limit: u64,
    },
    /// A byte range ends before it starts.
    #[error("`{tensor}` starts at byte {start} and ends at byte {end}")]
    ReversedRange {
        /// Name of the tensor.
        tensor: String,
        /// Start of the range.
        start: u64,
        /// End of the range.
        end: u64,
    },
    /// Two tensors or archive members share bytes although they must not.
    #[error("`{first}` and `{second}` overlap")]
    Overlap {
        /// The one that starts first.
        first: String,
        /// The other one.
        second: String,
    },
    /// The file wants to call something that is not on the list of harmless names.
    #[error("this file wants to run `{module}.{name}`; it is refused")]
    ForbiddenGlobal {
        /// Module as written in the file.
        module: String,
        /// Name inside the module.
        name: String,
    },
    /// A pickle instruction that data does not need.
    #[error("unsupported pickle instruction 0x{opcode:02x} at byte {at}")]
    UnsupportedOpcode {
        /// The instruction.
        opcode: u8,
        /// Its offset in the pickle.
        at: u64,
    },
    /// A pickle that no pickler writes.
    #[error("damaged pickle at byte {at}: {reason}")]
    Pickle {
        /// What is wrong, as a clause.
        reason: &'static str,
        /// Offset in the pickle.
        at: u64,
    },
    /// A pickle that would cost too much memory or time.
    #[error("the pickle exceeds the limit of {limit} {resource}")]
    PickleLimit {
        /// What is limited, in the plural.
        resource: &'static str,
        /// How many are allowed.
        limit: u64,
    },
    /// The archive has no directory.
    #[error("the archive has no directory at its end, so the file is cut off")]
    NoDirectory,
    /// An archive that no archiver writes.
    #[error("damaged archive at byte {at}: {reason}")]
    Archive {
        /// What is wrong, as a clause.
        reason: &'static str,
        /// Offset in the file.
        at: u64,
    },
    /// An archive member that cannot be mapped.
    #[error("the archive member `{member}` is compressed (method {method})")]
    CompressedMember {
        /// Name of the member.
        member: String,
        /// Compression method.
        method: u16,
    },
    /// The archive must hold exactly one index.
    #[error("the archive holds {found} members called data.pkl instead of one")]
    IndexCount {
        /// How many there are.
        found: usize,
    },
    /// A storage whose name could point elsewhere.
    #[error("`{key}` is not a plain storage name")]
    StorageKey {
        /// The name.
        key: String,
    },
    /// A storage that is not in the file.
    #[error("the storage `{key}` is not in the file")]
    MissingStorage {
        /// Its name.
        key: String,
    },
    /// A storage whose element type nothing tells.
    #[error("the storage `{key}` belongs to no tensor")]
    UnknownStorage {
        /// Its name.
        key: String,
    },
    /// A storage that is smaller than declared.
    #[error("the storage `{key}` claims {expected_bytes} bytes, the file holds {found_bytes}")]
    StorageSize {
        /// Its name.
        key: String,
        /// Bytes it claims.
        expected_bytes: u64,
        /// Bytes that are there.
        found_bytes: u64,
    },
    /// The data was written on a big-endian machine.
    #[error("the data is big-endian")]
    BigEndian,
    /// Sizes and strides differ in number.
    #[error("`{tensor}` has {num_sizes} sizes and {num_strides} strides")]
    RankMismatch {
        /// Name of the tensor.
        tensor: String,
        /// Number of sizes.
        num_sizes: usize,
        /// Number of strides.
        num_strides: usize,
    },
    /// A size, stride or offset that is negative or no number.
    #[error("`{tensor}` has a {field} that is not a non-negative number")]
    BadNumber {
        /// Name of the tensor.
        tensor: String,
        /// Which one: `size`, `stride`, `offset`.
        field: &'static str,
    },
    /// A view that repeats its elements until they fill the memory.
    #[error("`{tensor}` repeats {stored} stored elements to {claimed}")]
    Expanded {
        /// Name of the tensor.
        tensor: String,
        /// Elements in the storage.
        stored: u64,
        /// Elements of the view.
        claimed: u64,
    },
    /// A torch file whose object holds no tensors by name.
    #[error("the file holds no named tensors")]
    NoTensors,
    /// No file of the set has the tensor.
    #[error("the tensor `{tensor}` is missing from {}", list(files))]
    Missing {
        /// Name of the tensor.
        tensor: String,
        /// Files that were looked in (empty for tensors in memory).
        files: Vec<PathBuf>,
    },
    /// The elements cannot be converted without loss.
    #[error("`{tensor}` is stored as {stored}, which does not convert to {wanted}")]
    Conversion {
        /// Name of the tensor.
        tensor: String,
        /// Its stored type.
        stored: StoredType,
        /// The type asked for.
        wanted: &'static str,
    },
    /// A writer got another number of tensors than its header lists.
    #[error("{} tensors than the header lists were written ({missing} missing)", if *missing == 0 { "more" } else { "fewer" })]
    TensorCount {
        /// Tensors that are still missing; 0 when there is one too many.
        missing: usize,
    },
    /// A shard index names a file in another folder.
    #[error("the index names `{name}`, which is not a plain file name")]
    ShardName {
        /// The name in the index.
        name: String,
    },
}

impl WeightError {
    /// Wraps a system error; for `map_err`.
    pub(crate) fn io(action: &'static str) -> impl Fn(std::io::Error) -> Self {
        move |source| Self::Io { action, source }
    }

    /// Adds the path, once.
    pub(crate) fn in_file(self, path: &Path) -> Self {
        match self {
            located @ Self::InFile { .. } => located,
            cause => Self::InFile {
                cause: Box::new(cause),
                path: path.to_owned(),
            },
        }
    }

    /// The error without its path.
    pub fn cause(&self) -> &Self {
        match self {
            Self::InFile { cause, .. } => cause.cause(),
            other => other,
        }
    }

    /// The file the error is about, if it is about one file.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::InFile { path, .. } => Some(path),
            _ => None,
        }
    }
}

fn list(files: &[PathBuf]) -> String {
    if files.is_empty() {
        return "memory".to_owned();
    }
    files
        .iter()
        .map(|path| path.display().to_string())
        .collect::<Vec<_>>()
        .join(", ")
}
