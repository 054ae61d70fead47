//! The sample table (`stbl`): where each frame or packet lies in the file, and when it is due.

use std::fs::File;

use mp4_atom::{Co64, Stco, Stsc, Stss, Stsz, StszSamples, Stts};

use crate::mp4::boxes::{find, require};
use crate::random_access::read_exact_at;
use crate::{MediaError, Result};

/// Most samples of one track; at 24 frames per second this is half a day.
const MAX_SAMPLES: u32 = 1 << 20;

/// Bytes of one frame or packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SampleRange {
    pub(crate) offset: u64,
    pub(crate) num_bytes: u32,
}

/// Reads one frame or packet into `target`, which is replaced.
pub(crate) fn read_range(file: &File, range: SampleRange, target: &mut Vec<u8>) -> Result<()> {
    target.clear();
    target.resize(range.num_bytes as usize, 0);
    read_exact_at(file, target, range.offset).map_err(|error| {
        MediaError::damaged(format!(
            "{} bytes at {} could not be read: {error}",
            range.num_bytes, range.offset
        ))
    })
}

/// One track's samples in decoding order. All ranges lie inside the file.
#[derive(Debug)]
pub(crate) struct SampleTable {
    pub(crate) samples: Vec<SampleRange>,
    /// Indices of samples a player can start from, ascending, the first is 0.
    pub(crate) sync_samples: Vec<u32>,
    /// Sum of all sample durations, in ticks of the media timescale.
    pub(crate) duration_ticks: u64,
    /// Display order differs from decoding order.
    pub(crate) has_reordering: bool,
}

impl SampleTable {
    /// Reads the body of `stbl`. A sample may have up to `max_sample_bytes`.
    pub(crate) fn parse(stbl: &[u8], file_bytes: u64, max_sample_bytes: u32) -> Result<Self> {
        let sizes = Sizes::parse(stbl)?;
        let chunk_offsets = chunk_offsets(stbl)?;
        let samples = place_samples(stbl, &sizes, &chunk_offsets)?;
        for (sample_idx, sample) in samples.iter().enumerate() {
            let end = sample.offset.checked_add(u64::from(sample.num_bytes));
            if sample.num_bytes > max_sample_bytes || end.is_none_or(|end| end > file_bytes) {
                let SampleRange { offset, num_bytes } = sample;
                let what = format!(
                    "sample {sample_idx} claims {num_bytes} bytes at {offset} of {file_bytes}"
                );
                return Err(MediaError::damaged(what));
            }
        }
        let sync_samples = sync_samples(stbl, sizes.count)?;
        let has_reordering = find(stbl, b"ctts").is_some() && sync_samples.len() < samples.len();
        Ok(Self {
            duration_ticks: duration_ticks(stbl, sizes.count)?,
            samples,
            sync_samples,
            has_reordering,
        })
    }
}

/// Sizes of all samples, `count` of them.
struct Sizes {
    count: u32,
    samples: StszSamples,
}

impl Sizes {
    fn parse(stbl: &[u8]) -> Result<Self> {
        let samples = require(stbl, b"stsz")?.decode::<Stsz>()?.samples;
        let count = match &samples {
            StszSamples::Identical { count, .. } => *count,
            StszSamples::Different { sizes } => u32::try_from(sizes.len()).unwrap_or(u32::MAX),
        };
        if count > MAX_SAMPLES {
            return Err(MediaError::damaged(format!("{count} samples in one track")));
        }
        Ok(Self { count, samples })
    }

    fn get(&self, sample_idx: u32) -> Option<u32> {
        match &self.samples {
            StszSamples::Identical { count, size } => (sample_idx < *count).then_some(*size),
            StszSamples::Different { sizes } => sizes.get(sample_idx as usize).copied(),
        }
    }
}

fn chunk_offsets(stbl: &[u8]) -> Result<Vec<u64>> {
    if let Some(large) = find(stbl, b"co64") {
        return Ok(large.decode::<Co64>()?.entries);
    }
    let small = require(stbl, b"stco")?.decode::<Stco>()?;
    Ok(small.entries.into_iter().map(u64::from).collect())
}

/// Walks the chunks; every sample must be covered.
fn place_samples(stbl: &[u8], sizes: &Sizes, chunk_offsets: &[u64]) -> Result<Vec<SampleRange>> {
    let runs = require(stbl, b"stsc")?.decode::<Stsc>()?.entries;
    let mut samples = Vec::with_capacity(sizes.count as usize);
    let mut run_idx = 0;
    for (chunk_idx, chunk_offset) in chunk_offsets.iter().enumerate() {
        while runs
            .get(run_idx + 1)
            .is_some_and(|next| next.first_chunk as usize <= chunk_idx + 1)
        {
            run_idx += 1;
        }
        let num_in_chunk = runs.get(run_idx).map_or(0, |run| run.samples_per_chunk);
        let mut offset = *chunk_offset;
        for _ in 0..num_in_chunk {
            let Some(num_bytes) = sizes.get(samples.len() as u32) else {
                break;
            };
            samples.push(SampleRange { offset, num_bytes });
            offset = offset.checked_add(u64::from(num_bytes)).ok_or_else(|| {
                MediaError::damaged(format!("chunk {chunk_idx} lies beyond any file"))
            })?;
        }
        if samples.len() == sizes.count as usize {
            break;
        }
    }
    if samples.len() != sizes.count as usize {
        let what = format!("chunks hold {} of {} samples", samples.len(), sizes.count);
        return Err(MediaError::damaged(what));
    }
    Ok(samples)
}

fn sync_samples(stbl: &[u8], num_samples: u32) -> Result<Vec<u32>> {
    let Some(stss) = find(stbl, b"stss") else {
        return Ok((0..num_samples).collect());
    };
    let mut indices = vec![0];
    for number in stss.decode::<Stss>()?.entries {
        let idx = number.checked_sub(1).filter(|idx| *idx < num_samples);
        let idx = idx
            .ok_or_else(|| MediaError::damaged(format!("sync sample {number} of {num_samples}")))?;
        if indices.last().is_some_and(|last| *last < idx) {
            indices.push(idx);
        }
    }
    Ok(indices)
}

fn duration_ticks(stbl: &[u8], num_samples: u32) -> Result<u64> {
    let runs = require(stbl, b"stts")?.decode::<Stts>()?.entries;
    let mut num_timed = 0u64;
    let mut ticks = 0u64;
    for run in &runs {
        num_timed += u64::from(run.sample_count);
        let run_ticks = u64::from(run.sample_count) * u64::from(run.sample_delta);
        ticks = ticks
            .checked_add(run_ticks)
            .ok_or_else(|| MediaError::damaged("the sample durations overflow"))?;
    }
    if num_timed != u64::from(num_samples) {
        return Err(MediaError::damaged(format!(
            "times for {num_timed} of {num_samples} samples"
        )));
    }
    Ok(ticks)
}
