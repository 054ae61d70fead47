//! The form and its request.

use std::path::Path;

use ovi_engine::protocol::{
    DecodeTiles, GenerateRequest, ModelVariant, NoiseStream, SolverKind, SoundCodec, SoundLevel,
    SoundPreview,
};

use super::*;

/// A request in which no field has its default.
pub(super) fn unusual() -> GenerateRequest {
    GenerateRequest {
        variant: Some(ModelVariant::Square960Secs10),
        video_negative: "v".into(),
        audio_negative: "a".into(),
        first_frame: Some("/p.png".into()),
        height: 1000,
        width: 640,
        video_area: Some(9_216),
        latent_frames: Some(7),
        audio_steps: Some(20),
        seed: u64::from(u32::MAX) + 5,
        noise: NoiseStream::PhiloxMatching { max_threads: 9 },
        solver: SolverKind::Euler,
        steps: 7,
        shift: 6.55,
        video_guidance: 1.25,
        audio_guidance: 2.5,
        skip_layer: None,
        quality: ClipQuality::High,
        save_wav: true,
        save_frames: true,
        omit_prompts: true,
        skip_window: [1.0 / 3.0, 0.77],
        preview_every: 5,
        sound_preview: SoundPreview::Every(9),
        decode_tiles: DecodeTiles::Pixels(384),
        keep_latents: true,
        sound_level: SoundLevel::Normalise,
        sound_codec: SoundCodec::Flac,
        save_first_frame: true,
        save_settings: true,
        continue_from: Some("/before.mp4".into()),
        continue_secs: 12.5,
        ..GenerateRequest::new("/m", "p <S>hi<E>", "/out/o.mp4")
    }
}

/// What the form asks for when its paths are as typed.
pub(super) fn asked(form: &Form, output: &Path) -> GenerateRequest {
    let first_frame = Some(form.first_frame.as_str()).filter(|path| !path.is_empty());
    form.request(
        Path::new(&form.checkpoint),
        first_frame.map(PathBuf::from),
        output.to_owned(),
    )
}

#[test]
fn defaults_are_the_engines_except_that_latents_are_kept() {
    let mut form = Form::default();
    form.set_prompt("a dog");
    let request = form.request(Path::new("/models"), None, "/out/clip.mp4".into());
    let expected = GenerateRequest {
        keep_latents: true,
        ..GenerateRequest::new("/models", "a dog", "/out/clip.mp4")
    };
    assert_eq!(request, expected);
    assert_eq!(form.num_takes, 1);
    assert!(!form.is_seed_locked);
}

#[test]
fn every_field_of_a_request_survives_the_form() {
    let plain = GenerateRequest::new("/n", "q", "/out/o.mp4");
    for request in [unusual(), plain] {
        let mut form = Form {
            output_folder: "/mine".into(),
            num_takes: 9,
            ..Form::default()
        };
        form.load(&request);
        assert_eq!(asked(&form, &request.output), request);
        assert!(form.is_seed_locked, "the same clip comes out");
        assert_eq!(form.num_takes, 1);
        assert_eq!(form.output_folder, "/mine");
        assert_eq!(form.prompt_view(), &PromptView::new(&form.prompt));
    }
}

#[test]
fn no_field_of_the_unusual_request_is_usual() {
    // Otherwise the test above could not notice a field that is lost.
    let unusual = serde_json::to_value(unusual()).unwrap();
    let usual = serde_json::to_value(GenerateRequest::default()).unwrap();
    let left_alone = ["job", "redecode"];
    for (name, value) in unusual.as_object().unwrap() {
        let is_usual = usual.get(name) == Some(value);
        assert_eq!(is_usual, left_alone.contains(&name.as_str()), "{name}");
    }
}
