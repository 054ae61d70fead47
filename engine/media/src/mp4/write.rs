//! The index of a clip: `moov` with one H.264 track, one track of sound and a description.

use mp4_atom::{Desc, Encode, FourCC, Ftyp, Ilst, Meta, Moov, Mvhd, Tool, Udta};

use crate::mp4::sound_track::sound_track;
use crate::mp4::track::{
    SOUND_TRACK_ID, Timing, VideoPlan, handler, mux_error, total, video_track,
};
use crate::sound::EncodedSound;
use crate::{MediaError, Result};

/// Bytes of `ftyp` and the header of `mdat`.
pub(crate) const FILE_HEADER_BYTES: u64 = 36 + 16;

/// A whole clip: frames start behind the file header, sound follows at once.
pub(crate) struct MoviePlan<'a> {
    pub(crate) video: VideoPlan<'a>,
    pub(crate) sound: &'a EncodedSound,
    /// Bytes of each packet of it, in order.
    pub(crate) packet_bytes: &'a [u32],
    /// JSON; empty for none.
    pub(crate) metadata: &'a str,
}

/// `ftyp` and the header of an `mdat` whose size is filled in later, see [`media_data_size`].
pub(crate) fn file_header() -> Result<Vec<u8>> {
    let brand = |name: &[u8; 4]| FourCC::new(name);
    let ftyp = Ftyp {
        major_brand: brand(b"isom"),
        minor_version: 512,
        compatible_brands: [b"isom", b"iso2", b"avc1", b"mp41", b"mp42"]
            .map(brand)
            .to_vec(),
    };
    let mut bytes = encode(&ftyp)?;
    // Size 1 announces a 64-bit size, which is known at the end.
    bytes.extend_from_slice(&1u32.to_be_bytes());
    bytes.extend_from_slice(b"mdat");
    bytes.extend_from_slice(&[0; 8]);
    if bytes.len() as u64 != FILE_HEADER_BYTES {
        return Err(MediaError::Mux {
            reason: format!("a file header of {} bytes", bytes.len()),
        });
    }
    Ok(bytes)
}

/// Where the size of `mdat` belongs, and its bytes for a file of `file_bytes` without index.
pub(crate) fn media_data_size(file_bytes: u64) -> (u64, [u8; 8]) {
    let header_start = FILE_HEADER_BYTES - 16;
    (
        FILE_HEADER_BYTES - 8,
        (file_bytes - header_start).to_be_bytes(),
    )
}

/// The `moov` box.
pub(crate) fn encode_movie(plan: &MoviePlan<'_>) -> Result<Vec<u8>> {
    let (video, sound) = (&plan.video, plan.sound);
    let video_bytes = total(video.frame_bytes);
    let timing = Timing::of(video, sound)?;
    let end = FILE_HEADER_BYTES + video_bytes + total(plan.packet_bytes);
    if u32::try_from(end).is_err() {
        return Err(MediaError::ClipTooLarge { num_bytes: end });
    }
    let moov = Moov {
        mvhd: Mvhd {
            timescale: timing.movie_timescale,
            duration: timing.video_duration.max(timing.sound_duration),
            rate: 1.into(),
            volume: 1.into(),
            next_track_id: SOUND_TRACK_ID + 1,
            ..Mvhd::default()
        },
        trak: vec![
            video_track(video, &timing, FILE_HEADER_BYTES)?,
            sound_track(
                sound,
                plan.packet_bytes,
                &timing,
                FILE_HEADER_BYTES + video_bytes,
            )?,
        ],
        udta: Some(user_data(plan.metadata)),
        ..Moov::default()
    };
    encode(&moov)
}

fn user_data(metadata: &str) -> Udta {
    let description = (!metadata.is_empty()).then(|| Desc {
        country_indicator: 0,
        language_indicator: 0,
        text: metadata.to_owned(),
    });
    let tool = Tool {
        country_indicator: 0,
        language_indicator: 0,
        text: concat!("Ovi Desktop ", env!("CARGO_PKG_VERSION")).to_owned(),
    };
    let mut meta = Meta {
        hdlr: handler(b"mdir", ""),
        items: Vec::new(),
    };
    meta.push(Ilst {
        desc: description,
        ctoo: Some(tool),
        ..Ilst::default()
    });
    Udta {
        meta: Some(meta),
        ..Udta::default()
    }
}

fn encode(item: &impl Encode) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    item.encode(&mut bytes).map_err(mux_error)?;
    Ok(bytes)
}
