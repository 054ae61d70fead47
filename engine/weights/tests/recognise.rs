//! What tiny files of every kind are taken for.
#![allow(clippy::unwrap_used, reason = "a failure here is a failed test")]

use ovi_weights::names::{
    TextEncoderNaming, VideoVaeNaming, text_encoder_name, video_vae_diffusers_name,
    with_official_names,
};
use ovi_weights::recognise::{FusionHalf, TowerSizes};
use ovi_weights::{FileKind, StoredTensor, StoredType, WeightSet, WrongKind, recognise};

/// A set of these names and shapes.
fn set_of(tensors: Vec<(String, Vec<usize>)>) -> WeightSet {
    let tensor = |(name, shape): (String, Vec<usize>)| {
        let bytes = vec![0; shape.iter().product()];
        StoredTensor::new(name, StoredType::U8, &shape, bytes).unwrap()
    };
    WeightSet::from_tensors(tensors.into_iter().map(tensor).collect())
}

fn named(prefix: &str, tensors: &[(&str, &[usize])]) -> Vec<(String, Vec<usize>)> {
    tensors
        .iter()
        .map(|(name, shape)| (format!("{prefix}{name}"), shape.to_vec()))
        .collect()
}

#[track_caller]
fn check(tensors: Vec<(String, Vec<usize>)>, expected: FileKind, sentence: &str) {
    let found = recognise(&set_of(tensors));
    assert_eq!(found, expected);
    assert_eq!(found.describe(), sentence);
}

/// One tower of width 8 with two blocks.
fn tower(prefix: &str, patch: (&str, &[usize]), with_fusion: bool) -> Vec<(String, Vec<usize>)> {
    let mut tensors = named(prefix, &[patch, ("text_embedding.0.weight", &[8, 6])]);
    for block in 0..2 {
        let prefix = format!("{prefix}blocks.{block}.");
        tensors.extend(named(
            &prefix,
            &[
                ("self_attn.q.weight", &[8, 8]),
                ("cross_attn.q.weight", &[8, 8]),
                ("ffn.0.weight", &[12, 8]),
                ("modulation", &[1, 6, 8]),
            ],
        ));
        if with_fusion {
            tensors.extend(named(&prefix, &[("cross_attn.k_fusion.weight", &[8, 8])]));
        }
    }
    tensors
}

fn video_tower(prefix: &str) -> Vec<(String, Vec<usize>)> {
    tower(prefix, ("patch_embedding.weight", &[8, 4, 1, 2, 2]), true)
}

fn audio_tower(prefix: &str) -> Vec<(String, Vec<usize>)> {
    tower(prefix, ("patch_embedding.0.weight", &[8, 5, 7]), true)
}

#[test]
fn fusion_models_whole_or_as_a_pair() {
    let sizes = |in_channels| TowerSizes {
        dim: 8,
        ffn_dim: 12,
        num_layers: 2,
        in_channels,
        text_dim: 6,
    };
    for (video, audio) in [
        ("video_model.", "audio_model."),
        (
            "model.diffusion_model.video_model.",
            "model.diffusion_model.audio_model.",
        ),
        ("", "audio_model."),
    ] {
        let tensors = [video_tower(video), audio_tower(audio)].concat();
        let expected = FileKind::FusionModel {
            video: sizes(4),
            audio: sizes(5),
            num_parameters: 128 + 280 + 2 * (48 + 2 * (3 * 64 + 96 + 48)),
        };
        check(
            tensors,
            expected,
            "A fusion model with 2 video and 2 audio layers of width 8 (1,848 parameters).",
        );
    }
}

#[test]
fn a_split_pair_gets_official_names() {
    let set = set_of([video_tower(""), audio_tower("audio_model.")].concat());
    let official = with_official_names(&set);
    for name in [
        "video_model.blocks.1.modulation.modulation",
        "video_model.patch_embedding.weight",
        "audio_model.blocks.0.modulation.modulation",
        "audio_model.patch_embedding.0.weight",
    ] {
        assert!(official.contains(name), "{name}");
    }
    assert_eq!(official.len(), set.len());
}

#[test]
fn half_a_pair_is_named() {
    let half = |half| FileKind::WrongFile(WrongKind::HalfFusion { half });
    let video = "This is the video half of a split fusion model; open it with its audio half.";
    let audio = "This is the audio half of a split fusion model; open it with its video half.";
    check(video_tower(""), half(FusionHalf::Video), video);
    check(video_tower("video_model."), half(FusionHalf::Video), video);
    check(audio_tower("audio_model."), half(FusionHalf::Audio), audio);
    check(audio_tower(""), half(FusionHalf::Audio), audio);
}

#[test]
fn a_plain_wan_transformer_is_named() {
    check(
        tower(
            "model.diffusion_model.",
            ("patch_embedding.weight", &[8, 4, 1, 2, 2]),
            false,
        ),
        FileKind::WrongFile(WrongKind::PlainWan {
            dim: 8,
            num_layers: 2,
        }),
        "This is a plain Wan transformer (2 layers of width 8) without the links between picture \
         and sound; an Ovi model is needed.",
    );
}

/// A text encoder with official names; `tables` says which of its two layers have a bias table.
fn text_encoder(vocab: usize, tables: &[usize]) -> Vec<(String, Vec<usize>)> {
    let mut tensors = named(
        "",
        &[
            ("token_embedding.weight", &[vocab, 4]),
            ("norm.weight", &[4]),
        ],
    );
    for layer in 0..2 {
        let prefix = format!("blocks.{layer}.");
        tensors.extend(named(
            &prefix,
            &[("attn.q.weight", &[4, 4]), ("norm1.weight", &[4])],
        ));
        if tables.contains(&layer) {
            tensors.extend(named(
                &prefix,
                &[("pos_embedding.embedding.weight", &[32, 2])],
            ));
        }
    }
    tensors
}

#[test]
fn text_encoders_in_every_naming() {
    for (naming, label) in [
        (TextEncoderNaming::Official, "official names"),
        (TextEncoderNaming::HuggingFace, "Hugging Face names"),
        (TextEncoderNaming::LlamaCpp, "llama.cpp names"),
    ] {
        let tensors: Vec<_> = text_encoder(300, &[0, 1])
            .into_iter()
            .map(|(name, shape)| (text_encoder_name(&name, naming).unwrap(), shape))
            .collect();
        let expected = FileKind::TextEncoder {
            naming,
            has_decoder: false,
            vocab: 300,
            dim: 4,
            num_layers: 2,
        };
        let sentence = format!(
            "A UMT5 text encoder with 2 layers of width 4 and a vocabulary of 300 ({label})."
        );
        check(tensors.clone(), expected, &sentence);

        let mut official: Vec<String> = with_official_names(&set_of(tensors))
            .names()
            .map(str::to_owned)
            .collect();
        let mut wanted: Vec<String> = text_encoder(300, &[0, 1])
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        official.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(official, wanted);
    }
}

#[test]
fn a_decoder_beside_the_encoder_is_noticed() {
    let mut tensors: Vec<_> = text_encoder(300, &[0, 1])
        .into_iter()
        .map(|(name, shape)| {
            (
                text_encoder_name(&name, TextEncoderNaming::HuggingFace).unwrap(),
                shape,
            )
        })
        .collect();
    tensors.extend(named("", &[("decoder.final_layer_norm.weight", &[4])]));
    let kind = recognise(&set_of(tensors));
    assert!(
        matches!(
            kind,
            FileKind::TextEncoder {
                has_decoder: true,
                ..
            }
        ),
        "{kind:?}"
    );
    assert!(
        kind.describe().contains("holds a decoder"),
        "{}",
        kind.describe()
    );
}

#[test]
fn relatives_of_the_text_encoder_are_named() {
    check(
        text_encoder(32_128, &[0, 1]),
        FileKind::WrongFile(WrongKind::T5 { vocab: 32_128 }),
        "This is T5 v1.1 (vocabulary 32,128); UMT5-XXL (256,384) is needed.",
    );
    check(
        text_encoder(250_112, &[0]),
        FileKind::WrongFile(WrongKind::Mt5 { vocab: 250_112 }),
        "This is mT5 (vocabulary 250,112); UMT5-XXL (256,384) is needed.",
    );
    check(
        text_encoder(300, &[0]),
        FileKind::WrongFile(WrongKind::SharedTableT5 {
            vocab: 300,
            num_layers: 2,
        }),
        "This is a T5 with one position table for its 2 layers (vocabulary 300); UMT5 has one \
         table per layer.",
    );
}

/// A video VAE with official names and one residual block at each level.
fn video_vae(z_dim: usize) -> Vec<(String, Vec<usize>)> {
    named(
        "",
        &[
            ("conv1.weight", &[2 * z_dim, 2 * z_dim, 1, 1, 1]),
            ("conv2.weight", &[z_dim, z_dim, 1, 1, 1]),
            ("encoder.conv1.weight", &[2, 3, 3, 3, 3]),
            (
                "encoder.downsamples.0.downsamples.0.residual.2.weight",
                &[2, 2, 3, 3, 3],
            ),
            (
                "encoder.downsamples.0.downsamples.1.resample.1.weight",
                &[2, 2, 3, 3],
            ),
            ("decoder.conv1.weight", &[2, z_dim, 3, 3, 3]),
            (
                "decoder.upsamples.0.upsamples.0.residual.2.weight",
                &[2, 2, 3, 3, 3],
            ),
            (
                "decoder.upsamples.0.upsamples.1.residual.2.weight",
                &[2, 2, 3, 3, 3],
            ),
            (
                "decoder.upsamples.0.upsamples.2.resample.1.weight",
                &[2, 2, 3, 3],
            ),
        ],
    )
}

#[test]
fn video_vaes_in_both_namings() {
    let kind = |naming| FileKind::VideoVae {
        z_dim: 5,
        naming,
        has_encoder: true,
        has_decoder: true,
    };
    let official = VideoVaeNaming::Official;
    check(
        video_vae(5),
        kind(official),
        "A video VAE with 5 latent channels.",
    );

    let diffusers: Vec<_> = video_vae(5)
        .into_iter()
        .map(|(name, shape)| (video_vae_diffusers_name(&name).unwrap(), shape))
        .collect();
    let sentence = "A video VAE with 5 latent channels (diffusers names).";
    check(diffusers.clone(), kind(VideoVaeNaming::Diffusers), sentence);

    let renamed = with_official_names(&set_of(diffusers));
    let wanted: Vec<String> = video_vae(5).into_iter().map(|(name, _)| name).collect();
    assert_eq!(renamed.names().collect::<Vec<_>>(), wanted);
}

#[test]
fn half_a_video_vae_is_still_one() {
    let encoder: Vec<_> = video_vae(6)
        .into_iter()
        .filter(|(name, _)| name.starts_with("encoder") || name.starts_with("conv1"))
        .collect();
    let kind = FileKind::VideoVae {
        z_dim: 6,
        naming: VideoVaeNaming::Official,
        has_encoder: true,
        has_decoder: false,
    };
    check(
        encoder,
        kind,
        "The encoder of a video VAE with 6 latent channels.",
    );
}

#[test]
fn the_vae_of_wan_21_is_named() {
    let wrong = |z_dim| FileKind::WrongFile(WrongKind::Wan21Vae { z_dim });
    check(
        named("", &[("decoder.conv1.weight", &[2, 16, 3, 3, 3])]),
        wrong(16),
        "This is the Wan 2.1 VAE (16 channels); the Wan 2.2 VAE (48 channels) is needed.",
    );
    let flat = named(
        "",
        &[
            ("decoder.conv1.weight", &[2, 4, 3, 3, 3]),
            ("decoder.upsamples.0.residual.0.gamma", &[2, 1, 1, 1]),
        ],
    );
    assert_eq!(recognise(&set_of(flat)), wrong(4));
}

fn audio_vae(prefix: &str, data_dim: usize) -> Vec<(String, Vec<usize>)> {
    named(
        prefix,
        &[
            ("data_mean", &[1, data_dim, 1]),
            ("decoder.conv_in.weight", &[12, 20, 3]),
            ("decoder.mid.attn_1.qkv.weight", &[36, 12, 1]),
            ("decoder.conv_out.weight", &[data_dim, 8, 3]),
        ],
    )
}

fn vocoder(prefix: &str, spelling: &str, num_mels: usize) -> Vec<(String, Vec<usize>)> {
    let first = (
        format!("{prefix}conv_pre.{spelling}"),
        vec![16, num_mels, 7],
    );
    let stage = |idx| (format!("{prefix}ups.{idx}.0.{spelling}"), vec![16, 8, 4]);
    vec![first, stage(0), stage(1)]
}

#[test]
fn audio_networks_and_their_44_khz_relatives() {
    let vae = FileKind::AudioVae {
        data_dim: 80,
        embed_dim: 20,
        hidden_dim: 8,
        has_encoder: false,
        has_decoder: true,
    };
    check(
        audio_vae("", 80),
        vae,
        "The decoder of an audio VAE with 80 mel bins, 20 latent channels and width 8.",
    );
    check(
        audio_vae("", 128),
        FileKind::WrongFile(WrongKind::AudioVae44k { data_dim: 128 }),
        "This is the 44.1 kHz audio VAE (128 mel bins); the 16 kHz one (80) is needed.",
    );
    for spelling in ["weight_v", "parametrizations.weight.original1", "weight"] {
        check(
            vocoder("", spelling, 80),
            FileKind::Vocoder {
                num_mels: 80,
                initial_channels: 16,
                num_stages: 2,
            },
            "A vocoder for 80 mel bins with 2 stages from width 16.",
        );
    }
    check(
        vocoder("", "weight_v", 128),
        FileKind::WrongFile(WrongKind::Vocoder44k { num_mels: 128 }),
        "This is a 44.1 kHz vocoder (128 mel bins); the 16 kHz one (80) is needed.",
    );
}

#[test]
fn both_audio_networks_in_one_file() {
    let both = |num_mels| {
        [
            audio_vae("vae.", num_mels),
            vocoder("vocoder.", "weight", num_mels),
        ]
        .concat()
    };
    check(
        both(80),
        FileKind::AudioPair {
            num_mels: 80,
            embed_dim: 20,
        },
        "An audio VAE and a vocoder in one file, with 80 mel bins and 20 latent channels.",
    );
    let wrong = recognise(&set_of(both(128)));
    assert_eq!(
        wrong,
        FileKind::WrongFile(WrongKind::AudioVae44k { data_dim: 128 })
    );
}

#[test]
fn other_files_are_unknown() {
    check(
        named("", &[("weight", &[1])]),
        FileKind::Unknown { num_tensors: 1 },
        "An unknown file (tensors: 1).",
    );
}
