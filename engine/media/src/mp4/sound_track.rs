//! The sound track of our clips: AAC or FLAC.

use mp4_atom::{
    Audio, Codec, Decode, Dfla, Edts, Elst, ElstEntry, Esds, Flac, Mdia, Minf, Mp4a, Smhd, Tkhd,
    Trak, esds,
};

use super::track::{
    SOUND_TRACK_ID, SampleRun, Timing, bit_rate, count, handler, media_header, mux_error,
    sample_table, this_file,
};
use crate::Result;
use crate::sound::{EncodedSound, SoundCodec};

/// Length of sound in one chunk: about a second at 16 kHz, like the frames.
const SAMPLES_PER_CHUNK: u32 = 16 * 1024;
/// MPEG-4 audio, and an audio stream, in the numbers of the elementary stream descriptor.
const OBJECT_TYPE_AAC: u8 = 0x40;
const STREAM_TYPE_AUDIO: u8 = 5;
/// Size, name, version and flags of the box around it.
const FLAC_BOX_HEADER: [u8; 12] = [0, 0, 0, 50, b'd', b'f', b'L', b'a', 0, 0, 0, 0];
/// The stream header as a last metadata block of FLAC: type 0, last, 34 bytes.
const STREAM_INFO_HEADER: [u8; 4] = [0x80, 0, 0, 34];

fn aac_entry(sound: &EncodedSound, audio: Audio, packet_bytes: &[u32]) -> Codec {
    let packets_per_sec = sound.sample_rate_hz / sound.packet_ticks.max(1);
    let rate = bit_rate(packet_bytes, packets_per_sec.max(1));
    let decoder = esds::DecoderConfig {
        object_type_indication: OBJECT_TYPE_AAC,
        stream_type: STREAM_TYPE_AUDIO,
        buffer_size_db: mp4_atom::u24::try_from(rate.buffer_size_db).unwrap_or_default(),
        max_bitrate: rate.max_bitrate,
        avg_bitrate: rate.avg_bitrate,
        dec_specific: Some(esds::DecoderSpecific {
            raw: sound.config.clone(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let entry = Mp4a {
        audio,
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
    entry.into()
}

fn flac_entry(sound: &EncodedSound, audio: Audio) -> Result<Codec> {
    // The library builds this box from its numbers, so it reads them from one we make by hand.
    let block = [&FLAC_BOX_HEADER[..], &STREAM_INFO_HEADER[..], &sound.config].concat();
    let dfla = Dfla::decode(&mut block.as_slice()).map_err(mux_error)?;
    Ok(Flac { audio, dfla }.into())
}

/// The track of the sound, whose packets start at byte `start`.
pub(crate) fn sound_track(
    sound: &EncodedSound,
    packet_bytes: &[u32],
    timing: &Timing,
    start: u64,
) -> Result<Trak> {
    let audio = Audio {
        data_reference_index: 1,
        channel_count: 1,
        sample_size: 16,
        sample_rate: (sound.sample_rate_hz as u16).into(),
    };
    let entry = match sound.codec {
        SoundCodec::Aac => aac_entry(sound, audio, packet_bytes),
        SoundCodec::Flac => flac_entry(sound, audio)?,
    };
    let skip_priming = ElstEntry {
        segment_duration: timing.sound_duration,
        media_time: Some(u64::from(sound.priming)),
        media_rate: 1.into(),
    };
    let num_full = u64::from(count(packet_bytes)?.saturating_sub(1));
    let duration = num_full * u64::from(sound.packet_ticks) + u64::from(sound.last_ticks);
    let stbl = sample_table(
        entry,
        &SampleRun {
            sizes: packet_bytes,
            ticks: sound.packet_ticks,
            last_ticks: sound.last_ticks,
            per_chunk: (SAMPLES_PER_CHUNK / sound.packet_ticks.max(1)).max(1),
            start,
        },
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
            mdhd: media_header(sound.sample_rate_hz, duration),
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
