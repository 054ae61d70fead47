//! Pictures, sound and MP4 files: encode, mux, decode, metadata. Knows no tensor and no window.
//!
//! - [`ClipWriter`] takes frames one by one, encodes each at once, and muxes them with the sound.
//! - [`ClipReader`] opens an MP4 for a player: information, frames in order or by index, sound; it hands over its
//!   tracks undecoded as [`EncodedSound`] and [`CopiedPictures`], from which a writer makes another clip.
//! - [`read_picture`], [`write_png`], [`thumbnail`], [`write_wav`], [`waveform_peaks`], [`absolute_difference`] serve the files around a clip.
//! - [`prompt_slug`], [`NameFields`] and [`unique_path`] name them.
//!
//! Every file is written under a temporary name in its own folder, synced, and renamed without overwriting.
//! Every number read from a file is a claim and is checked before use. Spec: product 4.5, 13; pipeline 9.

mod clip_reader;
mod clip_writer;
mod color;
mod copy;
mod difference;
mod error;
mod file_name;
mod frame_decoder;
mod guard;
mod h264;
mod mp4;
mod new_file;
mod picture;
mod random_access;
mod sound;
mod wav;
mod waveform;

pub use clip_reader::{ClipInfo, ClipReader};
pub use clip_writer::{AudioSpec, ClipWriter, Quality, VideoSpec, WrittenClip};
pub use copy::CopiedPictures;
pub use difference::absolute_difference;
pub use error::MediaError;
pub use file_name::{DEFAULT_NAME_TEMPLATE, NameFields, prompt_slug};
pub use frame_decoder::{FrameDecoder, PixelFormat};
pub use new_file::{unique_path, write_new_file};
pub use picture::{
    MAX_PICTURE_SIDE, MIN_PICTURE_SIDE, Picture, decode_png, encode_png, read_picture, thumbnail,
    write_png,
};
pub use sound::{EncodedSound, SoundCodec};
pub use wav::write_wav;
pub use waveform::{WaveformPeak, waveform_peaks};

/// Result of this package.
pub type Result<T, E = MediaError> = std::result::Result<T, E>;
