//! The tracks of our clips: timing, where each frame and packet lies, and the entry of the pictures.
//!
//! Timing is exact: a frame lasts `TICKS_PER_FRAME` of a timescale of `fps x TICKS_PER_FRAME`, sound counts
//! samples, and the movie timescale is a common multiple of both rates. An edit list skips the priming samples
//! (spec: crates 8).

use mp4_atom::{
    Avc1, Avcc, AvccExt, Btrt, Codec, Colr, Dinf, Dref, DrefEntry, FourCC, Hdlr, Mdhd, Mdia, Minf,
    Stbl, Stco, Stsc, StscEntry, Stsd, Stss, Stsz, StszSamples, Stts, SttsEntry, Tkhd, Trak, Url,
    Visual, Vmhd,
};

use crate::sound::EncodedSound;
use crate::{MediaError, Result};

/// Media ticks of one frame; a power of two leaves room for programs that retime a clip.
const TICKS_PER_FRAME: u32 = 512;
pub(crate) const VIDEO_TRACK_ID: u32 = 1;
pub(crate) const SOUND_TRACK_ID: u32 = 2;
/// BT.709 in the numbers of the colour box.
const BT709: u16 = 1;

/// What the index needs to know of the pictures.
pub(crate) struct VideoPlan<'a> {
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) fps: u32,
    pub(crate) sequence_set: &'a [u8],
    pub(crate) picture_set: &'a [u8],
    /// Bytes of each frame, in order.
    pub(crate) frame_bytes: &'a [u32],
    /// Frames a player can start from, counted from 1.
    pub(crate) sync_frames: &'a [u32],
}

/// Durations in the movie timescale.
pub(crate) struct Timing {
    pub(crate) movie_timescale: u32,
    pub(crate) video_duration: u64,
    pub(crate) sound_duration: u64,
}

impl Timing {
    pub(crate) fn of(video: &VideoPlan<'_>, sound: &EncodedSound) -> Result<Self> {
        let (fps, rate) = (u64::from(video.fps), u64::from(sound.sample_rate_hz));
        if fps == 0 || rate == 0 {
            return Err(MediaError::Mux {
                reason: format!("{fps} frames and {rate} samples per second"),
            });
        }
        let timescale = fps / greatest_common_divisor(fps, rate) * rate;
        Ok(Self {
            movie_timescale: u32::try_from(timescale).map_err(|_| MediaError::Mux {
                reason: format!("a timescale of {timescale}"),
            })?,
            video_duration: video.frame_bytes.len() as u64 * (timescale / fps),
            sound_duration: u64::from(sound.num_samples) * (timescale / rate),
        })
    }
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The track of the pictures, whose frames start at byte `start`.
pub(crate) fn video_track(plan: &VideoPlan<'_>, timing: &Timing, start: u64) -> Result<Trak> {
    let avcc = Avcc::new(plan.sequence_set, plan.picture_set).map_err(mux_error)?;
    let entry = Avc1 {
        visual: Visual {
            data_reference_index: 1,
            width: plan.width,
            height: plan.height,
            ..Visual::default()
        },
        // Profile High requires the extension fields: 4:2:0, 8 bits.
        avcc: Avcc {
            ext: Some(AvccExt::default()),
            ..avcc
        },
        btrt: Some(bit_rate(plan.frame_bytes, plan.fps)),
        colr: Some(Colr::Nclx {
            colour_primaries: BT709,
            transfer_characteristics: BT709,
            matrix_coefficients: BT709,
            full_range_flag: false,
        }),
        ..Avc1::default()
    };
    let num_frames = count(plan.frame_bytes)?;
    let stbl = Stbl {
        stss: Some(Stss {
            entries: plan.sync_frames.to_vec(),
        }),
        ..sample_table(
            entry.into(),
            &SampleRun {
                sizes: plan.frame_bytes,
                ticks: TICKS_PER_FRAME,
                last_ticks: TICKS_PER_FRAME,
                per_chunk: plan.fps,
                start,
            },
        )?
    };
    Ok(Trak {
        tkhd: Tkhd {
            track_id: VIDEO_TRACK_ID,
            duration: timing.video_duration,
            enabled: true,
            in_movie: true,
            width: plan.width.into(),
            height: plan.height.into(),
            ..Tkhd::default()
        },
        mdia: Mdia {
            mdhd: media_header(
                plan.fps * TICKS_PER_FRAME,
                u64::from(num_frames) * u64::from(TICKS_PER_FRAME),
            ),
            hdlr: handler(b"vide", "Picture"),
            minf: Minf {
                vmhd: Some(Vmhd::default()),
                dinf: this_file(),
                stbl,
                ..Minf::default()
            },
        },
        ..Trak::default()
    })
}

/// Samples that lie one behind the other.
pub(super) struct SampleRun<'a> {
    /// Bytes of each.
    pub(super) sizes: &'a [u32],
    /// Ticks of every sample but the last, and of the last.
    pub(super) ticks: u32,
    pub(super) last_ticks: u32,
    pub(super) per_chunk: u32,
    /// Byte of the first.
    pub(super) start: u64,
}

/// Sizes, times and places of a run.
pub(super) fn sample_table(entry: Codec, run: &SampleRun<'_>) -> Result<Stbl> {
    let &SampleRun {
        sizes,
        ticks,
        last_ticks,
        per_chunk,
        start,
    } = run;
    let num_samples = count(sizes)?;
    let mut offset = start;
    let mut chunk_offsets = Vec::new();
    for chunk in sizes.chunks(per_chunk.max(1) as usize) {
        chunk_offsets.push(
            u32::try_from(offset).map_err(|_| MediaError::ClipTooLarge { num_bytes: offset })?,
        );
        offset += total(chunk);
    }
    let num_full_chunks = num_samples / per_chunk.max(1);
    let remainder = num_samples % per_chunk.max(1);
    let chunks = |first_chunk: u32, samples_per_chunk: u32| StscEntry {
        first_chunk,
        samples_per_chunk,
        sample_description_index: 1,
    };
    let mut runs = Vec::new();
    if num_full_chunks > 0 {
        runs.push(chunks(1, per_chunk));
    }
    if remainder > 0 {
        runs.push(chunks(num_full_chunks + 1, remainder));
    }
    Ok(Stbl {
        stsd: Stsd {
            codecs: vec![entry],
        },
        stts: Stts {
            entries: times(num_samples, ticks, last_ticks),
        },
        stsc: Stsc { entries: runs },
        stsz: Stsz {
            samples: StszSamples::Different {
                sizes: sizes.to_vec(),
            },
        },
        stco: Some(Stco {
            entries: chunk_offsets,
        }),
        ..Stbl::default()
    })
}

fn times(num_samples: u32, ticks: u32, last_ticks: u32) -> Vec<SttsEntry> {
    let run = |sample_count, sample_delta| SttsEntry {
        sample_count,
        sample_delta,
    };
    if ticks == last_ticks {
        return vec![run(num_samples, ticks)];
    }
    let before = num_samples.saturating_sub(1);
    let runs = [run(before, ticks), run(num_samples - before, last_ticks)];
    runs.into_iter()
        .filter(|run| run.sample_count > 0)
        .collect()
}

pub(super) fn media_header(timescale: u32, duration: u64) -> Mdhd {
    Mdhd {
        timescale,
        duration,
        language: "und".into(),
        ..Mdhd::default()
    }
}

pub(crate) fn handler(kind: &[u8; 4], name: &str) -> Hdlr {
    Hdlr {
        handler: FourCC::new(kind),
        name: name.into(),
    }
}

/// The data reference of media in the same file.
pub(super) fn this_file() -> Dinf {
    Dinf {
        dref: Dref {
            entries: vec![DrefEntry::Url(Url::default())],
        },
    }
}

/// Average over all samples, and the largest sample as if every one had its size.
pub(super) fn bit_rate(sizes: &[u32], samples_per_sec: u32) -> Btrt {
    let bits_per_sec =
        |bytes: u64| u32::try_from(bytes * 8 * u64::from(samples_per_sec)).unwrap_or(u32::MAX);
    let largest = sizes.iter().copied().max().unwrap_or(0);
    Btrt {
        buffer_size_db: largest,
        max_bitrate: bits_per_sec(u64::from(largest)),
        avg_bitrate: bits_per_sec(total(sizes) / (sizes.len() as u64).max(1)),
    }
}

pub(crate) fn total(sizes: &[u32]) -> u64 {
    sizes.iter().copied().map(u64::from).sum()
}

pub(super) fn count(sizes: &[u32]) -> Result<u32> {
    u32::try_from(sizes.len()).map_err(|_| MediaError::ClipTooLarge {
        num_bytes: total(sizes),
    })
}

pub(crate) fn mux_error(error: mp4_atom::Error) -> MediaError {
    MediaError::Mux {
        reason: error.to_string(),
    }
}
