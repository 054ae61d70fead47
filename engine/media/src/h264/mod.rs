//! H.264: one encoder setting for our clips, a decoder for clips of any common encoder.

mod decoder;
mod encoder;
mod nal;
mod sps;

pub(crate) use decoder::{Decoded, SampleDecoder};
pub(crate) use encoder::{EncoderSettings, FrameEncoder, MAX_LONG_SIDE, MAX_SHORT_SIDE, MIN_SIDE};
pub(crate) use sps::SequenceInfo;
