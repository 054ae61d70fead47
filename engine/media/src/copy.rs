//! Tracks taken from one clip into another without decoding them.

use std::fs::File;

use crate::color::{ColorMatrix, ColorSpace};
use crate::mp4::{SampleTable, SoundTrack, VideoTrack, read_range};
use crate::sound::{EncodedSound, SoundCodec};
use crate::{MediaError, Result};

/// Profile High, the only one our encoder writes and our index describes.
const PROFILE_HIGH: u8 = 100;
const LENGTH_SIZE: usize = 4;
const AAC_TICKS: u64 = 1024;
/// Relative difference from a whole number at which a frame rate counts as one.
const FPS_TOLERANCE: f64 = 1e-6;
/// Frames are kept in memory until they are written.
const MAX_COPIED_BYTES: u64 = 1 << 30;

/// Frames of a clip as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedPictures {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) fps: u32,
    pub(crate) sequence_set: Vec<u8>,
    pub(crate) picture_set: Vec<u8>,
    pub(crate) frames: Vec<Vec<u8>>,
    /// Frames a player can start from, counted from 1.
    pub(crate) sync_frames: Vec<u32>,
}

impl CopiedPictures {
    /// Frames.
    pub fn num_frames(&self) -> u32 {
        self.frames.len() as u32
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }
}

pub(crate) fn pictures(file: &File, track: &VideoTrack, fps: f64) -> Result<CopiedPictures> {
    let foreign = |what: &str| MediaError::unsupported(format!("copying {what}"));
    let [sequence_set, picture_set] = track.parameter_sets.as_slice() else {
        return Err(foreign("video with several parameter sets"));
    };
    let is_high = sequence_set.get(1) == Some(&PROFILE_HIGH);
    let color = ColorSpace {
        matrix: ColorMatrix::Bt709,
        is_full_range: false,
    };
    if track.num_sequence_sets != 1 || !is_high || track.length_size != LENGTH_SIZE {
        return Err(foreign("video of another profile"));
    }
    if track.table.has_reordering || track.sequence.color_space != color {
        return Err(foreign("video with reordered frames or other colours"));
    }
    let whole = fps.round();
    let is_whole = (fps - whole).abs() <= FPS_TOLERANCE * whole;
    if !is_whole || !(1.0..=120.0).contains(&whole) {
        return Err(foreign(&format!("video at {fps} frames per second")));
    }
    let sync = track.table.sync_samples.iter();
    Ok(CopiedPictures {
        width: track.sequence.width,
        height: track.sequence.height,
        fps: whole as u32,
        sequence_set: sequence_set.clone(),
        picture_set: picture_set.clone(),
        frames: read_all(file, &track.table)?,
        sync_frames: sync.map(|idx| idx + 1).collect(),
    })
}

pub(crate) fn sound(file: &File, track: &SoundTrack) -> Result<EncodedSound> {
    let foreign = |what: &str| MediaError::unsupported(format!("copying {what}"));
    let rate = f64::from(track.timescale);
    let num_packets = track.table.samples.len() as u64;
    let packet_ticks = match track.codec {
        SoundCodec::Aac => AAC_TICKS,
        // The smallest and the largest block of the stream header.
        SoundCodec::Flac => match track.config.as_slice() {
            [a, b, c, d, ..] if [a, b] == [c, d] => u64::from(u16::from_be_bytes([*a, *b])),
            _ => return Err(foreign("sound in blocks of different length")),
        },
    };
    let before_last = num_packets.saturating_sub(1) * packet_ticks;
    let last_ticks = track
        .table
        .duration_ticks
        .checked_sub(before_last)
        .filter(|ticks| (1..=packet_ticks).contains(ticks))
        .ok_or_else(|| foreign("sound whose packets differ in length"))?;
    let priming = track.edit.skip_secs * rate;
    let decoded = track.table.duration_ticks as f64 - priming;
    let heard = track.edit.play_secs.map_or(decoded, |secs| secs * rate);
    if track.edit.delay_secs != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(&heard) {
        return Err(foreign("sound that starts late"));
    }
    Ok(EncodedSound {
        codec: track.codec,
        packets: read_all(file, &track.table)?,
        config: track.config.clone(),
        packet_ticks: packet_ticks as u32,
        last_ticks: last_ticks as u32,
        priming: priming.round() as u32,
        sample_rate_hz: track.timescale,
        num_samples: heard.round() as u32,
    })
}

fn read_all(file: &File, table: &SampleTable) -> Result<Vec<Vec<u8>>> {
    let num_bytes: u64 = table.samples.iter().map(|r| u64::from(r.num_bytes)).sum();
    if num_bytes > MAX_COPIED_BYTES {
        return Err(MediaError::unsupported(format!(
            "copying {num_bytes} bytes"
        )));
    }
    let read = |range| {
        let mut bytes = Vec::new();
        read_range(file, range, &mut bytes)?;
        Ok(bytes)
    };
    table.samples.iter().copied().map(read).collect()
}
