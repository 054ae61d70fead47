//! A request as a command for the shell: `ovi generate …`.

use ovi_engine::protocol::{ClipQuality, GenerateRequest, NoiseStream};

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
    if let Some(picture) = &request.first_frame {
        flag("image", path(picture));
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
    match request.quality {
        ClipQuality::Good => {}
        ClipQuality::Draft => flag("quality", "draft".into()),
        ClipQuality::High => flag("quality", "high".into()),
    }
    let switches = [
        ("--save-wav", request.save_wav),
        ("--save-frames", request.save_frames),
        ("--omit-prompts", request.omit_prompts),
    ];
    let switches = switches.into_iter().filter(|(_, is_on)| *is_on);
    words.extend(switches.map(|(name, _)| name.to_owned()));
    let quoted: Vec<String> = words.iter().map(|word| quote(word)).collect();
    CommandLine {
        command: quoted.join(" "),
        unsaid: unsaid(request, &default),
    }
}

fn unsaid(request: &GenerateRequest, default: &GenerateRequest) -> Vec<&'static str> {
    let fields = [
        ("skip_window", request.skip_window != default.skip_window),
        ("decode_tiles", request.decode_tiles != default.decode_tiles),
        ("keep_latents", request.keep_latents != default.keep_latents),
        ("sound_level", request.sound_level != default.sound_level),
        ("sound_codec", request.sound_codec != default.sound_codec),
        ("save_first_frame", request.save_first_frame),
        ("save_settings", request.save_settings),
        ("continue_from", request.continue_from.is_some()),
        ("redecode", request.redecode.is_some()),
    ];
    let unsaid = fields.into_iter().filter(|(_, differs)| *differs);
    unsaid.map(|(name, _)| name).collect()
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
    use ovi_engine::protocol::{ModelVariant, SolverKind};

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
            "--quality draft --save-wav --save-frames --omit-prompts",
        ] {
            assert!(
                line.command.contains(expected),
                "{expected}: {}",
                line.command
            );
        }
        assert_eq!(
            line.unsaid,
            ["keep_latents"],
            "said to be left out, not left out silently"
        );
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
