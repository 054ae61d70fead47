//! The first frame, and tables of sizes.

use anyhow::{Context, Result, bail};
use ovi_engine::picture::{
    first_frame_size, floored_size, picture_model_size, resize_first_frame, resolve_size,
    size_from_aspect,
};
use serde_json::Value;

use crate::golden::case::size;
use crate::golden::{Case, Check};

pub fn image_preprocess(case: &Case, check: &mut Check<'_>) -> Result<()> {
    if let Some(rows) = case.json["rows"].as_array() {
        for (idx, row) in rows.iter().enumerate() {
            let got = table_size(row).with_context(|| format!("row {idx}"))?;
            let agrees = row["out"] == serde_json::json!([got.0, got.1]);
            check.exact("rows.out", agrees, || format!("{row}: got {got:?}"));
        }
        return Ok(());
    }
    let (pixels, shape) = case.integers("image")?;
    let [height, width, 3] = shape[..] else {
        bail!("image of shape {shape:?}")
    };
    let rgb = pixels
        .iter()
        .map(|&level| u8::try_from(level))
        .collect::<Result<Vec<_>, _>>()?;
    let area = size(&case.json["config"], "resize_total_area")?;
    let frame = resize_first_frame(&rgb, height, width, area)?;
    check.values("tensor", &frame.values, &[3, frame.height, frame.width])
}

fn table_size(row: &Value) -> Result<(usize, usize)> {
    let sides = || Ok::<_, anyhow::Error>((size(row, "h")?, size(row, "w")?));
    let area = || size(row, "area");
    Ok(match row["op"].as_str() {
        Some("image_target_hw") => {
            let (h, w) = sides()?;
            first_frame_size(h, w, area()?)
        }
        Some("image_target_hw_no_area") => {
            let (h, w) = sides()?;
            floored_size(h, w)
        }
        Some("t2v_snap_hw") => {
            let (h, w) = sides()?;
            resolve_size(h, w, area()?)
        }
        Some("scale_to_area_multiple_of_16") => {
            let (h, w) = sides()?;
            picture_model_size(h, w, area()?)
        }
        Some("dims_from_aspect") => {
            let aspect = row["aspect_h_w"].as_str().context("aspect_h_w")?;
            size_from_aspect(aspect, area()?).context("no size")?
        }
        other => bail!("unknown table {other:?}"),
    })
}
