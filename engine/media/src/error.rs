//! The error of this package: one variant per cause, numbers first, paths last.

use std::io;
use std::path::PathBuf;

/// Why a picture, a sound or a clip could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// The folder of an output file does not exist.
    #[error("the output folder does not exist: {}", folder.display())]
    FolderMissing {
        /// The folder that was asked for.
        folder: PathBuf,
    },
    /// The folder of an output file refuses new files.
    #[error("the output folder cannot be written ({source}): {}", folder.display())]
    FolderNotWritable {
        /// The folder that was asked for.
        folder: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The output path ends in no file name.
    #[error("not a file name: {}", path.display())]
    NoFileName {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The volume is full.
    #[error("no space left after {num_written_bytes} bytes: {}", path.display())]
    NoSpace {
        /// Bytes that were already in the file.
        num_written_bytes: u64,
        /// The file or folder that was written.
        path: PathBuf,
    },
    /// Reading or writing a file failed.
    #[error("could not {action} ({source}): {}", path.display())]
    Io {
        /// What was tried, such as "read".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A picture size H.264 4:2:0 or the encoder cannot take.
    #[error(
        "{width}x{height} cannot be encoded: sides must be even, from 16 to 3840, the shorter at most 2160"
    )]
    VideoSize {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// A frame rate outside 1 to 120 per second.
    #[error("{fps} frames per second cannot be encoded (1 to 120)")]
    FrameRate {
        /// The rate that was asked for.
        fps: u32,
    },
    /// A frame that is not `[height, width, 3]` bytes.
    #[error("the frame has {found} bytes instead of {expected}")]
    FrameLength {
        /// Bytes of a frame of this clip.
        expected: usize,
        /// Bytes that were given.
        found: usize,
    },
    /// A clip was finished without a frame.
    #[error("the clip has no frames")]
    NoFrames,
    /// The clip does not fit 32-bit MP4 offsets and counts.
    #[error("the clip is too long for one MP4 file ({num_bytes} bytes)")]
    ClipTooLarge {
        /// Bytes of pictures and sound.
        num_bytes: u64,
    },
    /// A sample rate AAC-LC in MP4 cannot carry.
    #[error("sound at {sample_rate_hz} Hz cannot be encoded")]
    SampleRate {
        /// The rate that was asked for.
        sample_rate_hz: u32,
    },
    /// A sample is NaN or infinite.
    #[error("sound sample {sample_idx} is not a finite number")]
    NonFiniteSound {
        /// Index of the first such sample.
        sample_idx: usize,
    },
    /// The metadata is not JSON.
    #[error("the metadata is not JSON: {source}")]
    Metadata {
        /// What the parser says.
        source: serde_json::Error,
    },
    /// The metadata is too large to be read back.
    #[error("the metadata has {num_bytes} bytes, more than {limit}")]
    MetadataTooLarge {
        /// Bytes that were given.
        num_bytes: usize,
        /// Bytes that are accepted.
        limit: usize,
    },
    /// The video encoder failed.
    #[error("frame {frame_idx} could not be encoded: {reason}")]
    VideoEncode {
        /// Frame counted from 0.
        frame_idx: u32,
        /// What the encoder says.
        reason: String,
    },
    /// The video decoder failed.
    #[error("frame {frame_idx} could not be decoded: {reason}")]
    VideoDecode {
        /// Frame counted from 0.
        frame_idx: u32,
        /// What the decoder says.
        reason: String,
    },
    /// The sound encoder failed.
    #[error("the sound could not be encoded: {reason}")]
    SoundEncode {
        /// What the encoder says.
        reason: String,
    },
    /// The sound decoder failed.
    #[error("sound packet {packet_idx} could not be decoded: {reason}")]
    SoundDecode {
        /// Packet counted from 0.
        packet_idx: usize,
        /// What the decoder says.
        reason: String,
    },
    /// The MP4 boxes could not be built.
    #[error("the MP4 index could not be built: {reason}")]
    Mux {
        /// What is wrong.
        reason: String,
    },
    /// A clip whose boxes contradict themselves or the file.
    #[error("the clip is damaged: {what}")]
    Damaged {
        /// What is wrong, with numbers.
        what: String,
    },
    /// A clip that is well formed but not of a kind this package decodes.
    #[error("this kind of clip is not supported: {what}")]
    Unsupported {
        /// What was found.
        what: String,
    },
    /// A frame index beyond the last frame.
    #[error("frame {frame_idx} does not exist, the clip has {num_frames}")]
    FrameOutOfRange {
        /// Frame counted from 0.
        frame_idx: u32,
        /// Frames of the clip.
        num_frames: u32,
    },
    /// A picture file of no known format.
    #[error("not a PNG, JPEG, WebP or BMP picture: {}", path.display())]
    PictureFormat {
        /// The file.
        path: PathBuf,
    },
    /// A picture that cannot be decoded.
    #[error("the picture could not be read ({format}, damaged near byte {byte} of {num_bytes}: {reason}): {}", path.display())]
    PictureDamaged {
        /// Name of the format.
        format: &'static str,
        /// How far the decoder had read.
        byte: u64,
        /// Bytes of the file.
        num_bytes: u64,
        /// What the decoder says.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// A picture with a side outside the accepted range.
    #[error("the picture is {width}x{height}; sides from {min} to {max} are accepted: {}", path.display())]
    PictureSize {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Shortest accepted side.
        min: u32,
        /// Longest accepted side.
        max: u32,
        /// The file.
        path: PathBuf,
    },
    /// Pixels do not match the stated size.
    #[error("a {width}x{height} picture does not have {num_bytes} bytes")]
    PixelCount {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Bytes that were given.
        num_bytes: usize,
    },
    /// The PNG encoder failed.
    #[error("the picture could not be encoded: {reason}")]
    PictureEncode {
        /// What the encoder says.
        reason: String,
    },
    /// A codec library panicked; the panic was contained.
    #[error("the {library} failed unexpectedly: {reason}")]
    LibraryPanic {
        /// Which library.
        library: &'static str,
        /// The panic message.
        reason: String,
    },
}

impl MediaError {
    /// An I/O failure, told apart from a full volume.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace {
                num_written_bytes: 0,
                path,
            },
            _ => Self::Io {
                action,
                path,
                source,
            },
        }
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }
}
