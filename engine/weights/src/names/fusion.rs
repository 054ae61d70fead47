//! Fusion model: official names, and those of files split into a video and an audio half
//! (spec: gguf-and-weights 7).

use super::find_prefix;
use super::pattern::{fill, numbers_in};
use crate::set::WeightSet;

/// Prefix of the video tower.
pub(crate) const VIDEO_PREFIX: &str = "video_model.";

/// Prefix of the audio tower.
pub(crate) const AUDIO_PREFIX: &str = "audio_model.";

/// Part of every block of the fusion model that a plain transformer lacks.
pub(crate) const FUSION_SIGNATURE: &str = "blocks.0.cross_attn.k_fusion.weight";

/// Block modulation as split files call it, and officially.
const MODULATION: (&str, &str) = ("blocks.{}.modulation", "blocks.{}.modulation.modulation");

/// Marker of FP8 files; it belongs to the file, not to a tower (spec: gguf-and-weights 8.2).
const FP8_MARKER: &str = "scaled_fp8";

/// The official spelling of a name without tool prefix. In split files the video tower has no
/// prefix of its own and the modulation of blocks a shorter name; official names stay as they are.
pub fn fusion_official_name(name: &str) -> String {
    if name == FP8_MARKER {
        return name.to_owned();
    }
    let (tower, rest) = [VIDEO_PREFIX, AUDIO_PREFIX]
        .into_iter()
        .find_map(|tower| Some((tower, name.strip_prefix(tower)?)))
        .unwrap_or((VIDEO_PREFIX, name));
    match numbers_in(MODULATION.0, rest) {
        Some(numbers) => format!("{tower}{}", fill(MODULATION.1, &numbers)),
        None => format!("{tower}{rest}"),
    }
}

/// Both towers under official names.
pub(super) fn official_view(set: &WeightSet) -> WeightSet {
    let video = format!("{VIDEO_PREFIX}{FUSION_SIGNATURE}");
    let prefix = find_prefix(set, &[&video, FUSION_SIGNATURE]).unwrap_or_default();
    set.with_names_mapped(|name| {
        Some(fusion_official_name(
            name.strip_prefix(prefix).unwrap_or(name),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: &str) {
        assert_eq!(fusion_official_name(name), expected);
        assert_eq!(
            fusion_official_name(expected),
            expected,
            "official names stay"
        );
    }

    #[test]
    fn split_names_become_official() {
        check(
            "blocks.3.modulation",
            "video_model.blocks.3.modulation.modulation",
        );
        check(
            "audio_model.blocks.0.modulation",
            "audio_model.blocks.0.modulation.modulation",
        );
        check("scaled_fp8", "scaled_fp8");
        check("head.modulation", "video_model.head.modulation");
        check(
            "audio_model.patch_embedding.0.bias",
            "audio_model.patch_embedding.0.bias",
        );
    }
}
