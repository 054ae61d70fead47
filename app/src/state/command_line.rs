//! A request as a command for the shell: `ovi generate …`.

use ovi_engine::protocol::{
    ClipQuality, DecodeTiles, GenerateRequest, NoiseStream, SoundCodec, SoundLevel,
};

/// A command and what it cannot say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// The command, quoted for a POSIX shell.
    pub command: String,
    /// Fields of the request that the command line has no flag for and that differ from their defaults.
    pub unsaid: Vec<&'static str>,
}

/// The command that makes the same clip. Flags that would only repeat a default are left out, the
/// seed excepted.
pub fn command_line(request: &GenerateRequest) -> CommandLine {
    let default = GenerateRequest::default();
    let mut words = vec!["ovi".to_owned(), "generate".to_owned()];
    let mut flag = |name: &str, value: String| {
        words.push(format!("--{name}"));
        words.push(value);
    };
    flag("checkpoint", path(&request.checkpoint));
    flag("prompt", request.prompt.clone());
    flag("output", path(&request.output));
    flag("seed", request.seed.to_string());
    match (&request.continue_from, &request.first_frame) {
        (Some(before), _) => flag("continue-from", path(before)),
        (None, Some(picture)) => flag("image", path(picture)),
        (None, None) => {}
    }
    if let Some(variant) = request.variant {
        flag("model", variant.name().to_owned());
    }
    if [request.width, request.height] != [default.width, default.height] {
        flag("size", format!("{}x{}", request.width, request.height));
    }
    let numbers = [
        ("area", request.video_area),
        ("latent-frames", request.latent_frames),
        ("audio-steps", request.audio_steps),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            flag(name, number.to_string());
        }
    }
    let texts = [
        (
            "video-negative",
            &request.video_negative,
            &default.video_negative,
        ),
        (
            "audio-negative",
            &request.audio_negative,
            &default.audio_negative,
        ),
    ];
    for (name, text, default) in texts {
        if text != default {
            flag(name, text.clone());
        }
    }
    match request.noise {
        NoiseStream::Philox => {}
        NoiseStream::Host => flag("noise", "host".into()),
        NoiseStream::PhiloxMatching { max_threads } => flag("noise", max_threads.to_string()),
    }
    if request.solver != default.solver {
        flag("solver", request.solver.name().to_owned());
    }
    if request.steps != default.steps {
        flag("steps", request.steps.to_string());
    }
    let reals = [
        ("shift", request.shift, default.shift),
        (
            "video-guidance",
            request.video_guidance,
            default.video_guidance,
        ),
        (
            "audio-guidance",
            request.audio_guidance,
            default.audio_guidance,
        ),
    ];
    for (name, value, default) in reals {
        if value != default {
            flag(name, value.to_string());
        }
    }
    if request.skip_layer != default.skip_layer {
        flag("skip-layer", request.skip_layer.unwrap_or(0).to_string());
    }
    if request.skip_window != default.skip_window {
        let [from, to] = request.skip_window;
        flag("skip-window", format!("{from}:{to}"));
    }
    output_flags(request, &mut flag);
    let switches = [
        ("--keep-latents", request.keep_latents),
        ("--save-wav", request.save_wav),
        ("--save-frames", request.save_frames),
        ("--save-first-frame", request.save_first_frame),
        ("--save-settings", request.save_settings),
        ("--omit-prompts", request.omit_prompts),
    ];
    let switches = switches.into_iter().filter(|(_, is_on)| *is_on);
    words.extend(switches.map(|(name, _)| name.to_owned()));
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    CommandLine {
        command: quoted.join(" "),
        // The program has another command for it, which starts from the latents.
        unsaid: request.redecode.iter().map(|_| "redecode").collect(),
    }
}

/// Decoding and compression.
fn output_flags(request: &GenerateRequest, flag: &mut impl FnMut(&str, String)) {
    if let DecodeTiles::Pixels(side) = request.decode_tiles {
        flag("tiles", side.to_string());
    }
    match request.quality {
        ClipQuality::Good => {}
        ClipQuality::Draft => flag("quality", "draft".into()),
        ClipQuality::High => flag("quality", "high".into()),
    }
    match request.sound_level {
        SoundLevel::Leave => {}
        SoundLevel::Limit => flag("sound-level", "limit".into()),
        SoundLevel::Normalise => flag("sound-level", "normalise".into()),
    }
    match request.sound_codec {
        SoundCodec::Aac => {}
        SoundCodec::Flac => flag("sound-codec", "flac".into()),
    }
}

fn path(path: &std::path::Path) -> String {
    path.display().to_string()
}

/// A word as a POSIX shell takes it literally.
pub fn quote(word: &str) -> String {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "-_./:=+,@%".contains(sign);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use ovi_engine::protocol::{ModelVariant, Redecode, SolverKind};

    use super::*;

    #[test]
    fn defaults_need_no_flags() {
        let request = GenerateRequest::new("/models/ovi", "a dog", "/out/a.mp4");
        let line = command_line(&request);
        assert_eq!(
            line.command,
            "ovi generate --checkpoint /models/ovi --prompt 'a dog' --output /out/a.mp4 --seed 103"
        );
        assert!(line.unsaid.is_empty());
    }

    #[test]
    fn every_flag_is_said_when_it_differs() {
        let request = GenerateRequest {
            variant: Some(ModelVariant::Square960Secs10),
            first_frame: Some("/p/my picture.png".into()),
            video_negative: String::new(),
            audio_negative: "hum".into(),
            width: 704,
            height: 1280,
            video_area: Some(4096),
            latent_frames: Some(3),
            audio_steps: Some(16),
            noise: NoiseStream::PhiloxMatching {
                max_threads: 221_184,
            },
            solver: SolverKind::DpmPlusPlus,
            steps: 30,
            shift: 6.5,
            video_guidance: 1.0,
            audio_guidance: 2.5,
            skip_layer: None,
            skip_window: [0.2, 1.0],
            decode_tiles: DecodeTiles::Pixels(256),
            sound_level: SoundLevel::Normalise,
            sound_codec: SoundCodec::Flac,
            save_first_frame: true,
            save_settings: true,
            quality: ClipQuality::Draft,
            save_wav: true,
            save_frames: true,
            omit_prompts: true,
            keep_latents: true,
            ..GenerateRequest::new("/m", "p", "/o.mp4")
        };
        let line = command_line(&request);
        for expected in [
            "--image '/p/my picture.png'",
            "--model 960x960_10s",
            "--size 704x1280",
            "--area 4096 --latent-frames 3 --audio-steps 16",
            "--video-negative '' --audio-negative hum",
            "--noise 221184",
            "--solver dpm++",
            "--steps 30 --shift 6.5 --video-guidance 1 --audio-guidance 2.5 --skip-layer 0",
            "--skip-window 0.2:1 --tiles 256 --quality draft",
            "--sound-level normalise --sound-codec flac",
            "--keep-latents --save-wav --save-frames --save-first-frame --save-settings",
            "--omit-prompts",
        ] {
            assert!(
                line.command.contains(expected),
                "{expected}: {}",
                line.command
            );
        }
        assert!(line.unsaid.is_empty());
    }

    #[test]
    fn a_continued_clip_names_the_clip_before_it_and_what_cannot_be_said_is_told() {
        let mut request = GenerateRequest::new("/m", "p", "/o.mp4");
        request.continue_from = Some("/out/before.mp4".into());
        request.first_frame = Some("/p.png".into());
        let line = command_line(&request);
        assert!(line.command.contains("--continue-from /out/before.mp4"));
        assert!(
            !line.command.contains("--image"),
            "the flags exclude each other"
        );
        request.redecode = Some(Redecode {
            latents: "/out/x.safetensors".into(),
            clip: None,
            parts: ovi_engine::protocol::DecodeParts::Both,
        });
        assert_eq!(command_line(&request).unsaid, ["redecode"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_takes_every_word_as_it_was() {
        for word in [
            "",
            "a b",
            "it's",
            "$HOME `id` \"q\" \\",
            "<S>Hi!<E> & | ; * ? ~ #",
            "two\nlines",
            "''",
            "'",
            "Grüße 你好",
            "-n",
            "%s",
        ] {
            let script = format!("printf '%s' {}", quote(word));
            let output = std::process::Command::new("sh")
                .args(["-c", &script])
                .output();
            let printed = output.unwrap().stdout;
            assert_eq!(String::from_utf8(printed).unwrap(), word);
        }
    }
}
