//! Fusion transformers, their halves, and plain Wan transformers.

use super::{FileKind, FusionHalf, TowerSizes, WrongKind, count, first_known, size};
use crate::names::{AUDIO_PREFIX, FUSION_SIGNATURE, VIDEO_PREFIX, find_prefix};
use crate::set::WeightSet;

/// Layers of every Wan transformer, with or without fusion.
const WAN_SIGNATURES: [&str; 2] = [
    "blocks.0.self_attn.q.weight",
    "blocks.0.cross_attn.q.weight",
];

pub(super) fn recognise(set: &WeightSet) -> Option<FileKind> {
    let video_name = format!("{VIDEO_PREFIX}{FUSION_SIGNATURE}");
    let audio_name = format!("{AUDIO_PREFIX}{FUSION_SIGNATURE}");
    let Some(prefix) = find_prefix(set, &[&video_name, &audio_name, FUSION_SIGNATURE]) else {
        return plain_wan(set);
    };
    let has = |name: &str| set.contains(&format!("{prefix}{name}"));
    let bare_is_audio = has("patch_embedding.0.weight");
    let video = if has(&video_name) {
        Some(format!("{prefix}{VIDEO_PREFIX}"))
    } else {
        (has(FUSION_SIGNATURE) && !bare_is_audio).then(|| prefix.to_owned())
    };
    let audio = has(&audio_name).then(|| format!("{prefix}{AUDIO_PREFIX}"));
    let half = match (video, audio) {
        (Some(video), Some(audio)) => {
            return Some(FileKind::FusionModel {
                video: tower_sizes(set, &video),
                audio: tower_sizes(set, &audio),
                num_parameters: set.num_parameters(),
            });
        }
        (Some(_), None) => FusionHalf::Video,
        (None, _) => FusionHalf::Audio,
    };
    Some(FileKind::WrongFile(WrongKind::HalfFusion { half }))
}

fn plain_wan(set: &WeightSet) -> Option<FileKind> {
    let prefix = find_prefix(set, &WAN_SIGNATURES)?;
    let is_wan = WAN_SIGNATURES
        .iter()
        .all(|name| set.contains(&format!("{prefix}{name}")));
    let sizes = tower_sizes(set, prefix);
    let wrong = WrongKind::PlainWan {
        dim: sizes.dim,
        num_layers: sizes.num_layers,
    };
    is_wan.then_some(FileKind::WrongFile(wrong))
}

fn tower_sizes(set: &WeightSet, prefix: &str) -> TowerSizes {
    let of = |name: &str, axis| size(set, &format!("{prefix}{name}"), axis);
    TowerSizes {
        dim: of("blocks.0.self_attn.q.weight", 0),
        ffn_dim: of("blocks.0.ffn.0.weight", 0),
        num_layers: count(set, |idx| {
            format!("{prefix}blocks.{idx}.self_attn.q.weight")
        }),
        in_channels: first_known([
            of("patch_embedding.weight", 1),
            of("patch_embedding.0.weight", 1),
        ]),
        text_dim: of("text_embedding.0.weight", 1),
    }
}
