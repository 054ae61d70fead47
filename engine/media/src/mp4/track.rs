//! The two tracks of our clips: sample entries, timing, and where each frame and packet lies.
//!
//! Timing is exact: a frame lasts `TICKS_PER_FRAME` of a timescale of `fps x TICKS_PER_FRAME`, sound counts
//! samples, and the movie timescale is a common multiple of both rates. An edit list skips the priming samples
//! (spec: crates 8).

use mp4_atom::{
    Avc1, Avcc, AvccExt, Btrt, Codec, Colr, Dinf, Dref, DrefEntry, Edts, Elst, ElstEntry, Esds,
    FourCC, Hdlr, Mdhd, Mdia, Minf, Mp4a, Smhd, Stbl, Stco, Stsc, StscEntry, Stsd, Stss, Stsz,
    StszSamples, Stts, SttsEntry, Tkhd, Trak, Url, Visual, Vmhd, esds,
};

use crate::aac::{PRIMING_SAMPLES, SAMPLES_PER_PACKET};
use crate::{MediaError, Result};

/// Media ticks of one frame; a power of two leaves room for programs that retime a clip.
const TICKS_PER_FRAME: u32 = 512;
/// Sound packets in one chunk: about a second at 16 kHz, like the frames.
const PACKETS_PER_CHUNK: u32 = 16;
pub(crate) const VIDEO_TRACK_ID: u32 = 1;
pub(crate) const SOUND_TRACK_ID: u32 = 2;
/// MPEG-4 audio, and an audio stream, in the numbers of the elementary stream descriptor.
const OBJECT_TYPE_AAC: u8 = 0x40;
const STREAM_TYPE_AUDIO: u8 = 5;
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

/// What the index needs to know of the sound.
pub(crate) struct SoundPlan<'a> {
    pub(crate) sample_rate_hz: u16,
    /// Samples a player shall hear, without priming and padding.
    pub(crate) num_samples: u32,
    pub(crate) decoder_config: &'a [u8],
    /// Bytes of each packet, in order.
    pub(crate) packet_bytes: &'a [u32],
}

/// Durations in the movie timescale.
pub(crate) struct Timing {
    pub(crate) movie_timescale: u32,
    pub(crate) video_duration: u64,
    pub(crate) sound_duration: u64,
}

impl Timing {
    pub(crate) fn of(video: &VideoPlan<'_>, sound: &SoundPlan<'_>) -> Result<Self> {
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
            plan.frame_bytes,
            TICKS_PER_FRAME,
            plan.fps,
            start,
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
            mdhd: media_header(plan.fps * TICKS_PER_FRAME, num_frames, TICKS_PER_FRAME),
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

/// The track of the sound, whose packets start at byte `start`.
pub(crate) fn sound_track(plan: &SoundPlan<'_>, timing: &Timing, start: u64) -> Result<Trak> {
    let packets_per_sec = u32::from(plan.sample_rate_hz) / SAMPLES_PER_PACKET;
    let rate = bit_rate(plan.packet_bytes, packets_per_sec.max(1));
    let decoder = esds::DecoderConfig {
        object_type_indication: OBJECT_TYPE_AAC,
        stream_type: STREAM_TYPE_AUDIO,
        buffer_size_db: mp4_atom::u24::try_from(rate.buffer_size_db).unwrap_or_default(),
        max_bitrate: rate.max_bitrate,
        avg_bitrate: rate.avg_bitrate,
        dec_specific: Some(esds::DecoderSpecific {
            raw: plan.decoder_config.to_vec(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let entry = Mp4a {
        audio: mp4_atom::Audio {
            data_reference_index: 1,
            channel_count: 1,
            sample_size: 16,
            sample_rate: plan.sample_rate_hz.into(),
        },
        esds: Esds {
            es_desc: esds::EsDescriptor {
                es_id: 2,
                dec_config: decoder,
                ..Default::default()
            },
        },
        btrt: None,
        taic: None,
    };
    let skip_priming = ElstEntry {
        segment_duration: timing.sound_duration,
        media_time: Some(u64::from(PRIMING_SAMPLES)),
        media_rate: 1.into(),
    };
    let num_packets = count(plan.packet_bytes)?;
    let stbl = sample_table(
        entry.into(),
        plan.packet_bytes,
        SAMPLES_PER_PACKET,
        PACKETS_PER_CHUNK,
        start,
    )?;
    Ok(Trak {
        tkhd: Tkhd {
            track_id: SOUND_TRACK_ID,
            duration: timing.sound_duration,
            enabled: true,
            in_movie: true,
            volume: 1.into(),
            alternate_group: 1,
            ..Tkhd::default()
        },
        edts: Some(Edts {
            elst: Some(Elst {
                entries: vec![skip_priming],
            }),
        }),
        mdia: Mdia {
            mdhd: media_header(
                u32::from(plan.sample_rate_hz),
                num_packets,
                SAMPLES_PER_PACKET,
            ),
            hdlr: handler(b"soun", "Sound"),
            minf: Minf {
                smhd: Some(Smhd::default()),
                dinf: this_file(),
                stbl,
                ..Minf::default()
            },
        },
        ..Trak::default()
    })
}

/// Sizes, times and places of samples that lie one behind the other from `start`.
fn sample_table(
    entry: Codec,
    sizes: &[u32],
    ticks: u32,
    per_chunk: u32,
    start: u64,
) -> Result<Stbl> {
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
            entries: vec![SttsEntry {
                sample_count: num_samples,
                sample_delta: ticks,
            }],
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

fn media_header(timescale: u32, num_samples: u32, ticks: u32) -> Mdhd {
    Mdhd {
        timescale,
        duration: u64::from(num_samples) * u64::from(ticks),
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
fn this_file() -> Dinf {
    Dinf {
        dref: Dref {
            entries: vec![DrefEntry::Url(Url::default())],
        },
    }
}

/// Average over all samples, and the largest sample as if every one had its size.
fn bit_rate(sizes: &[u32], samples_per_sec: u32) -> Btrt {
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

fn count(sizes: &[u32]) -> Result<u32> {
    u32::try_from(sizes.len()).map_err(|_| MediaError::ClipTooLarge {
        num_bytes: total(sizes),
    })
}

pub(crate) fn mux_error(error: mp4_atom::Error) -> MediaError {
    MediaError::Mux {
        reason: error.to_string(),
    }
}
