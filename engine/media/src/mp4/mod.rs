//! MP4: the index of a clip, written with mp4-atom and read box by box.
//!
//! Layout of our files: `ftyp`, `mdat` (frames, then sound packets), `moov`. Reading does not use the
//! library's recursive container decoder, which nested boxes of a hostile file could drive as deep as they like.

mod boxes;
mod read;
mod sample_table;
mod sound_track;
mod track;
mod write;

pub(crate) use read::{ClipIndex, SoundTrack, VideoTrack};
pub(crate) use sample_table::{SampleTable, read_range};
pub(crate) use track::VideoPlan;
pub(crate) use write::{FILE_HEADER_BYTES, MoviePlan, encode_movie, file_header, media_data_size};

/// Most bytes of an index (`moov`) that is read.
pub(crate) const MAX_INDEX_BYTES: u64 = 64 << 20;
/// Most bytes of metadata that are written or read.
pub(crate) const MAX_METADATA_BYTES: usize = 16 << 20;
