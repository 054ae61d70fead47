//! The index of a clip, read from a file: tracks, timing, decoder settings, description.

use std::fs::File;

use mp4_atom::{Avcc, Elst, Esds, Hdlr, Mdhd, Mvhd};

use crate::h264::SequenceInfo;
use crate::mp4::boxes::{Box4, LARGE_HEADER_BYTES, children, find, parse_header, require};
use crate::mp4::sample_table::SampleTable;
use crate::mp4::{MAX_INDEX_BYTES, MAX_METADATA_BYTES};
use crate::random_access::read_exact_at;
use crate::sound::{STREAM_INFO_BYTES, SoundCodec};
use crate::{MediaError, Result};

/// Most boxes looked at before giving up on finding the index.
const MAX_TOP_LEVEL_BOXES: usize = 4096;
/// Fixed fields of a picture and of a sound entry before their inner boxes.
const VISUAL_ENTRY_BYTES: usize = 78;
const AUDIO_ENTRY_BYTES: usize = 28;
/// Largest frame and sound packet that are read.
const MAX_FRAME_BYTES: u32 = 16 << 20;
const MAX_PACKET_BYTES: u32 = 64 << 10;
/// Longest decoder configuration; its descriptors nest, so their depth is bounded with it.
const MAX_DESCRIPTOR_BYTES: usize = 1024;
/// MPEG-4 audio in the elementary stream descriptor.
const OBJECT_TYPE_AAC: u8 = 0x40;

/// Everything needed to decode a clip.
#[derive(Debug)]
pub(crate) struct ClipIndex {
    pub(crate) video: VideoTrack,
    /// None when the clip is silent.
    pub(crate) sound: Option<SoundTrack>,
    /// The first description or comment that is JSON.
    pub(crate) metadata_json: Option<String>,
}

#[derive(Debug)]
pub(crate) struct VideoTrack {
    pub(crate) sequence: SequenceInfo,
    /// Number of sequence sets; they come first in `parameter_sets`.
    pub(crate) num_sequence_sets: usize,
    /// Sequence and picture parameter sets, without delimiters.
    pub(crate) parameter_sets: Vec<Vec<u8>>,
    /// Bytes of the length before each unit: 1, 2 or 4.
    pub(crate) length_size: usize,
    pub(crate) table: SampleTable,
    pub(crate) timescale: u32,
}

#[derive(Debug)]
pub(crate) struct SoundTrack {
    pub(crate) codec: SoundCodec,
    /// Ticks per second.
    pub(crate) timescale: u32,
    /// The decoder's configuration.
    pub(crate) config: Vec<u8>,
    pub(crate) table: SampleTable,
    pub(crate) edit: Edit,
}

/// Which part of the decoded sound is played, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Edit {
    /// Silence before the sound starts.
    pub(crate) delay_secs: f64,
    /// Decoded sound that is skipped.
    pub(crate) skip_secs: f64,
    /// Sound that is played; all of it without an edit list.
    pub(crate) play_secs: Option<f64>,
}

impl ClipIndex {
    /// Reads the index of an open file.
    pub(crate) fn read(file: &File) -> Result<Self> {
        let read_error = |error| MediaError::damaged(format!("the file ends early ({error})"));
        let file_bytes = file.metadata().map_err(read_error)?.len();
        let moov = read_movie_box(file, file_bytes)?;
        Self::parse(&moov, file_bytes)
    }

    fn parse(moov: &[u8], file_bytes: u64) -> Result<Self> {
        if find(moov, b"mvex").is_some() {
            return Err(MediaError::unsupported("a fragmented MP4"));
        }
        let movie_timescale = require(moov, b"mvhd")?.decode::<Mvhd>()?.timescale;
        let mut video = None;
        let mut sound = None;
        for trak in children(moov).filter(|child| child.name == *b"trak") {
            let mdia = require(trak.body, b"mdia")?.body;
            let handler: [u8; 4] = require(mdia, b"hdlr")?.decode::<Hdlr>()?.handler.into();
            match &handler {
                b"vide" if video.is_none() => video = Some(video_track(mdia, file_bytes)?),
                b"soun" if sound.is_none() => {
                    sound = Some(sound_track(trak.body, mdia, movie_timescale, file_bytes)?);
                }
                _ => {}
            }
        }
        Ok(Self {
            video: video.ok_or_else(|| MediaError::unsupported("an MP4 without pictures"))?,
            sound,
            metadata_json: metadata_json(moov),
        })
    }
}

/// Finds `moov` among the top-level boxes and returns its body.
fn read_movie_box(file: &File, file_bytes: u64) -> Result<Vec<u8>> {
    let mut offset = 0u64;
    for _ in 0..MAX_TOP_LEVEL_BOXES {
        let available = file_bytes.saturating_sub(offset);
        let mut header = [0u8; LARGE_HEADER_BYTES];
        let num_header = available.min(LARGE_HEADER_BYTES as u64) as usize;
        let Some(target) = header
            .get_mut(..num_header)
            .filter(|target| !target.is_empty())
        else {
            break;
        };
        read_exact_at(file, target, offset)
            .map_err(|error| MediaError::damaged(error.to_string()))?;
        let Some((name, header_bytes, total)) = parse_header(target, available) else {
            return Err(MediaError::damaged(format!(
                "no readable box at byte {offset} of {file_bytes}"
            )));
        };
        if name == *b"moov" {
            if total > MAX_INDEX_BYTES {
                return Err(MediaError::unsupported(format!(
                    "an index of {total} bytes"
                )));
            }
            let mut body = vec![0; total as usize - header_bytes];
            read_exact_at(file, &mut body, offset + header_bytes as u64)
                .map_err(|error| MediaError::damaged(error.to_string()))?;
            return Ok(body);
        }
        offset += total;
    }
    Err(MediaError::damaged(format!(
        "no index (box moov) in {file_bytes} bytes"
    )))
}

fn video_track(mdia: &[u8], file_bytes: u64) -> Result<VideoTrack> {
    let timescale = timescale(mdia)?;
    let stbl = sample_table_box(mdia)?;
    let entry = first_entry(stbl)?;
    if !matches!(&entry.name, b"avc1" | b"avc3") {
        return Err(MediaError::unsupported(format!(
            "video {}",
            entry.name.escape_ascii()
        )));
    }
    let avcc = require(
        entry.body.get(VISUAL_ENTRY_BYTES..).unwrap_or_default(),
        b"avcC",
    )?
    .decode::<Avcc>()?;
    let mut sequences = avcc
        .sequence_parameter_sets
        .iter()
        .map(|unit| SequenceInfo::parse(unit));
    let sequence = sequences
        .next()
        .ok_or_else(|| MediaError::damaged("the video has no parameters"))??;
    for other in sequences {
        let other = other?;
        if (other.width, other.height) != (sequence.width, sequence.height) {
            return Err(MediaError::unsupported("video whose size changes"));
        }
    }
    let table = SampleTable::parse(stbl, file_bytes, MAX_FRAME_BYTES)?;
    if table.samples.is_empty() || table.duration_ticks == 0 {
        return Err(MediaError::damaged("the video has no frames"));
    }
    Ok(VideoTrack {
        sequence,
        num_sequence_sets: avcc.sequence_parameter_sets.len(),
        length_size: usize::from(avcc.length_size),
        parameter_sets: avcc
            .sequence_parameter_sets
            .into_iter()
            .chain(avcc.picture_parameter_sets)
            .collect(),
        table,
        timescale,
    })
}

fn sound_track(
    trak: &[u8],
    mdia: &[u8],
    movie_timescale: u32,
    file_bytes: u64,
) -> Result<SoundTrack> {
    let timescale = timescale(mdia)?;
    let stbl = sample_table_box(mdia)?;
    let entry = first_entry(stbl)?;
    let boxes = entry.body.get(AUDIO_ENTRY_BYTES..).unwrap_or_default();
    let (codec, config) = match &entry.name {
        b"mp4a" => (SoundCodec::Aac, aac_config(boxes)?),
        b"fLaC" => (SoundCodec::Flac, flac_config(boxes)?),
        other => {
            return Err(MediaError::unsupported(format!(
                "sound {}",
                other.escape_ascii()
            )));
        }
    };
    Ok(SoundTrack {
        codec,
        timescale,
        config,
        table: SampleTable::parse(stbl, file_bytes, MAX_PACKET_BYTES)?,
        edit: edit(trak, movie_timescale, timescale)?,
    })
}

fn aac_config(boxes: &[u8]) -> Result<Vec<u8>> {
    let descriptor = require(boxes, b"esds")?;
    if descriptor.body.len() > MAX_DESCRIPTOR_BYTES {
        return Err(MediaError::damaged(format!(
            "a sound header of {} bytes",
            descriptor.body.len()
        )));
    }
    let decoder = descriptor.decode::<Esds>()?.es_desc.dec_config;
    if decoder.object_type_indication != OBJECT_TYPE_AAC {
        return Err(MediaError::unsupported(format!(
            "sound of type {:#x}",
            decoder.object_type_indication
        )));
    }
    let config = decoder.dec_specific.map(|specific| specific.raw);
    config.ok_or_else(|| MediaError::damaged("the sound has no decoder settings"))
}

/// The stream header, which is always the first block behind version and flags.
fn flac_config(boxes: &[u8]) -> Result<Vec<u8>> {
    let body = require(boxes, b"dfLa")?.body;
    let header = body.get(4..8);
    let is_stream_info =
        header.is_some_and(|header| header.first().is_some_and(|kind| kind & 0x7f == 0));
    body.get(8..8 + STREAM_INFO_BYTES)
        .filter(|_| is_stream_info)
        .map(<[u8]>::to_vec)
        .ok_or_else(|| MediaError::damaged("the sound has no stream header"))
}

fn timescale(mdia: &[u8]) -> Result<u32> {
    match require(mdia, b"mdhd")?.decode::<Mdhd>()?.timescale {
        0 => Err(MediaError::damaged("a timescale of 0")),
        timescale => Ok(timescale),
    }
}

fn sample_table_box(mdia: &[u8]) -> Result<&[u8]> {
    Ok(require(require(mdia, b"minf")?.body, b"stbl")?.body)
}

/// The first sample entry; behind version, flags and count.
fn first_entry(stbl: &[u8]) -> Result<Box4<'_>> {
    let stsd = require(stbl, b"stsd")?;
    children(stsd.body.get(8..).unwrap_or_default())
        .next()
        .ok_or_else(|| MediaError::damaged("a track without sample entry"))
}

/// Empty edits delay the sound; the first other edit says what is played. Later edits are not supported by
/// players either.
fn edit(trak: &[u8], movie_timescale: u32, media_timescale: u32) -> Result<Edit> {
    let mut edit = Edit::default();
    let Some(list) = find(trak, b"edts").and_then(|edts| find(edts.body, b"elst")) else {
        return Ok(edit);
    };
    if movie_timescale == 0 {
        return Err(MediaError::damaged("a movie timescale of 0"));
    }
    for entry in list.decode::<Elst>()?.entries {
        let secs = entry.segment_duration as f64 / f64::from(movie_timescale);
        match entry.media_time {
            None => edit.delay_secs += secs,
            Some(media_time) => {
                edit.skip_secs = media_time as f64 / f64::from(media_timescale);
                edit.play_secs = (entry.segment_duration > 0).then_some(secs);
                break;
            }
        }
    }
    Ok(edit)
}

/// The description (ours) or comment (other programs) that parses as JSON.
fn metadata_json(moov: &[u8]) -> Option<String> {
    let meta = find(find(moov, b"udta")?.body, b"meta")?;
    // `meta` starts with version and flags in MP4, and without in QuickTime files.
    let body = match meta.body.get(4..8) {
        Some(b"hdlr") => meta.body,
        _ => meta.body.get(4..)?,
    };
    let list = find(body, b"ilst")?;
    [b"desc", b"\xa9cmt", b"ldes"].iter().find_map(|name| {
        let data = find(find(list.body, name)?.body, b"data")?;
        // Behind type and locale.
        let text = std::str::from_utf8(data.body.get(8..)?).ok()?;
        let is_json = text.len() <= MAX_METADATA_BYTES
            && serde_json::from_str::<serde_json::Value>(text).is_ok();
        is_json.then(|| text.to_owned())
    })
}
