//! Parameter-free rearrangements of frames `[height, width, channels]` (spec: video-vae 4).

use ovi_tensor::Tensor;

use crate::{ModelError, Result};

/// `[h, w, c]` to `[h/2, w/2, 4c]`; the column offset is the slower of the two.
///
/// # Errors
/// If a side is odd.
pub fn patchify(frame: &Tensor) -> Result<Tensor> {
    let [h, w, c] = frame.dims::<3>("patchify")?;
    if h % 2 != 0 || w % 2 != 0 {
        return Err(ModelError::parameter(
            "picture",
            format!("{w}x{h} has an odd side"),
        ));
    }
    let split = frame.reshape(&[h / 2, 2, w / 2, 2, c])?;
    Ok(split
        .permute(&[0, 2, 4, 3, 1])?
        .reshape(&[h / 2, w / 2, 4 * c])?)
}

/// `[h, w, 4c]` to `[2h, 2w, c]`, the inverse of [`patchify`].
///
/// # Errors
/// If the channels are not a multiple of 4.
pub fn unpatchify(frame: &Tensor) -> Result<Tensor> {
    let [h, w, channels] = frame.dims::<3>("unpatchify")?;
    let c = channels / 4;
    let split = frame.reshape(&[h, w, c, 2, 2])?;
    Ok(split
        .permute(&[0, 4, 1, 3, 2])?
        .reshape(&[2 * h, 2 * w, c])?)
}

/// Mean over groups of sub-samples of `frames` (as many as the time factor), down by `factor`.
///
/// # Errors
/// If sides or channels do not divide evenly.
pub fn average_down(frames: &[&Tensor], factor: usize, out_channels: usize) -> Result<Tensor> {
    let first = frames
        .first()
        .ok_or_else(|| ModelError::parameter("average_down", "no frames"))?;
    let [h, w, channels] = first.dims::<3>("average_down")?;
    let samples = channels * frames.len() * factor * factor;
    let whole = [h, w].iter().all(|side| side.is_multiple_of(factor));
    if !whole || !samples.is_multiple_of(out_channels) {
        let reason = format!("{h}x{w}x{channels} by {factor} to {out_channels} channels");
        return Err(ModelError::parameter("average_down", reason));
    }
    let columns: Vec<Tensor> = frames
        .iter()
        .map(|frame| frame.reshape(&[h, w, channels, 1]))
        .collect::<std::result::Result<_, _>>()?;
    let stacked = Tensor::cat(&columns.iter().collect::<Vec<_>>(), 3)?;
    let split = stacked.reshape(&[
        h / factor,
        factor,
        w / factor,
        factor,
        channels * frames.len(),
    ])?;
    let ordered = split.permute(&[0, 2, 4, 1, 3])?;
    let pixels = (h / factor) * (w / factor);
    let groups = ordered.reshape(&[pixels, out_channels, samples / out_channels])?;
    Ok(groups
        .mean_last()?
        .reshape(&[h / factor, w / factor, out_channels])?)
}
