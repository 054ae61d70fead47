//! The headless program, from the outside.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::Path;
use std::process::{Command, Output};

fn ovi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ovi"))
        .args(arguments)
        .output()
        .unwrap()
}

fn demo(folder: &Path) -> String {
    let path = folder.join("demo").display().to_string();
    let output = ovi(&["demo-checkpoint", &path]);
    assert!(output.status.success(), "{output:?}");
    path
}

const TINY: [&str; 10] = [
    "--size",
    "64x64",
    "--area",
    "4096",
    "--latent-frames",
    "2",
    "--audio-steps",
    "7",
    "--steps",
    "2",
];

fn generate(checkpoint: &str, output: &Path, more: &[&str]) -> Output {
    let output = output.display().to_string();
    let mut arguments = vec!["generate", "--checkpoint", checkpoint, "--output", &output];
    arguments.extend(TINY);
    arguments.extend(more);
    ovi(&arguments)
}

#[test]
fn a_clip_is_made_and_told_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = demo(folder.path());
    let clip = folder.path().join("clip.mp4");
    let output = generate(
        &checkpoint,
        &clip,
        &["--prompt", "A bell. Audio: one bell.", "--json"],
    );
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = lines.last().unwrap();
    assert_eq!(last["event"], "finished");
    assert_eq!(last["frames"], 5);
    assert_eq!(last["test_pattern"], true);
    assert!(
        lines
            .iter()
            .any(|line| line["event"] == "warning" && line["code"] == "W-TEST")
    );
    assert_eq!(Path::new(last["path"].as_str().unwrap()), clip);
    assert!(clip.metadata().unwrap().len() > 1000);
}

#[test]
fn ffprobe_finds_nothing_wrong() {
    let available = Command::new("ffprobe")
        .arg("-version")
        .output()
        .is_ok_and(|output| output.status.success());
    if !available {
        println!("skipped: no ffprobe");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = demo(folder.path());
    let clip = folder.path().join("clip.mp4");
    assert!(
        generate(&checkpoint, &clip, &["--prompt", "A bell."])
            .status
            .success()
    );
    let probe = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-show_entries",
            "stream=codec_name,r_frame_rate,nb_frames,sample_rate:format_tags",
            "-of",
            "json",
        ])
        .arg(&clip)
        .output()
        .unwrap();
    assert!(
        probe.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&probe.stderr)
    );
    let json: serde_json::Value = serde_json::from_slice(&probe.stdout).unwrap();
    assert_eq!(json["streams"][0]["codec_name"], "h264");
    assert_eq!(json["streams"][0]["r_frame_rate"], "24/1");
    assert_eq!(json["streams"][0]["nb_frames"], "5");
    assert_eq!(json["streams"][1]["codec_name"], "aac");
    assert_eq!(json["streams"][1]["sample_rate"], "16000");
    let description = json["format"]["tags"]["description"].as_str().unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(description).unwrap()["schema"],
        1
    );
    let decode = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&clip)
        .args(["-f", "null", "-"])
        .output()
        .unwrap();
    assert!(
        decode.status.success() && decode.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&decode.stderr)
    );
}

#[test]
fn exit_codes_tell_what_went_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = demo(folder.path());
    let clip = folder.path().join("clip.mp4");
    let code = |output: Output| {
        (
            output.status.code(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (empty, text) = code(generate(&checkpoint, &clip, &["--prompt", " "]));
    assert_eq!(empty, Some(2), "{text}");
    assert!(text.starts_with("E-PROMPT: "), "{text}");
    let (missing, text) = code(generate("/nowhere", &clip, &["--prompt", "A bell."]));
    assert_eq!(missing, Some(4), "{text}");
    assert!(text.contains("/nowhere"), "{text}");
    let (folderless, text) = code(generate(
        &checkpoint,
        &folder.path().join("no/clip.mp4"),
        &["--prompt", "A bell."],
    ));
    assert_eq!(folderless, Some(1), "{text}");
    assert_eq!(ovi(&["generate"]).status.code(), Some(2));
    let (inspected, text) = code(ovi(&["inspect", "/nowhere.safetensors"]));
    assert_eq!(inspected, Some(4), "{text}");
    assert!(
        text.starts_with("E-MISS: ") && text.contains("/nowhere"),
        "{text}"
    );
}

#[test]
fn the_demo_checkpoint_is_small_complete_and_always_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("a"), folder.path().join("b"));
    std::fs::create_dir_all(&first).unwrap();
    std::fs::create_dir_all(&second).unwrap();
    let (a, b) = (demo(&first), demo(&second));
    let info = ovi(&["info", "--json", "--checkpoint", &a]);
    let info: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
    let files = info["checkpoint"]["files"].as_array().unwrap();
    assert_eq!(files.len(), 6);
    let total: u64 = files
        .iter()
        .map(|file| file["bytes"].as_u64().unwrap())
        .sum();
    assert!(total < 15_000_000, "{total}");
    for file in files {
        let path = Path::new(file["path"].as_str().unwrap());
        if path.is_file() {
            let other = Path::new(&b).join(path.strip_prefix(&a).unwrap());
            assert!(
                std::fs::read(path).unwrap() == std::fs::read(&other).unwrap(),
                "{}",
                other.display()
            );
        }
    }
}

#[test]
fn inspect_names_what_a_file_is() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = demo(folder.path());
    let vae = Path::new(&checkpoint)
        .join("Wan2.2-TI2V-5B/Wan2.2_VAE.pth")
        .display()
        .to_string();
    let output = ovi(&["inspect", "--json", &vae]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["num_tensors"], 196);
    assert!(
        json["is"].as_str().unwrap().contains("48 latent channels"),
        "{}",
        json["is"]
    );
}

#[test]
fn a_folder_with_weights_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("Ovi/model.safetensors");
    std::fs::create_dir_all(model.parent().unwrap()).unwrap();
    std::fs::write(&model, b"precious").unwrap();
    let output = ovi(&["demo-checkpoint", &folder.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(std::fs::read(&model).unwrap(), b"precious");
}

#[test]
fn a_size_that_cannot_be_encoded_is_bad_input() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = demo(folder.path());
    let clip = folder.path().join("clip.mp4").display().to_string();
    let output = ovi(&[
        "generate",
        "--checkpoint",
        &checkpoint,
        "--output",
        &clip,
        "--prompt",
        "A bell.",
        "--size",
        "16384x1",
    ]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

fn json_lines(output: &Output) -> Vec<serde_json::Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_setting_has_a_flag_and_reaches_the_clip() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = demo(folder.path());
    let clip = folder.path().join("clip.mp4");
    let flags = [
        "--prompt",
        "A bell.",
        "--skip-window",
        "0.2:0.8",
        "--tiles",
        "32",
        "--sound-level",
        "limit",
        "--sound-codec",
        "flac",
        "--keep-latents",
        "--save-first-frame",
        "--save-settings",
        "--json",
    ];
    let output = generate(&checkpoint, &clip, &flags);
    assert!(output.status.success(), "{output:?}");
    let lines = json_lines(&output);
    let last = lines.last().unwrap();
    let latents = folder.path().join("clip.latents.safetensors");
    assert_eq!(Path::new(last["latents"].as_str().unwrap()), latents);
    assert_eq!(last["extra_files"].as_array().unwrap().len(), 2);
    let settings = std::fs::read(folder.path().join("clip.json")).unwrap();
    let settings: serde_json::Value = serde_json::from_slice(&settings).unwrap();
    assert_eq!(settings["sampling"]["skip_window"][1], 0.8);
    assert_eq!(settings["decoder"]["tile_pixels"], 32);
    assert_eq!(settings["sound"]["codec"], "flac");
    let wrong = generate(
        &checkpoint,
        &clip,
        &["--prompt", "A bell.", "--skip-window", "0.8:0.2"],
    );
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
    let wrong = generate(
        &checkpoint,
        &clip,
        &["--prompt", "A bell.", "--tiles", "50"],
    );
    assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
}

#[test]
fn a_clip_goes_on_from_another() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = demo(folder.path());
    let clip = folder.path().join("clip.mp4");
    let first = generate(&checkpoint, &clip, &["--prompt", "A bell."]);
    assert!(first.status.success(), "{first:?}");
    let from = clip.display().to_string();
    let longer = folder.path().join("longer.mp4");
    let flags = ["--prompt", "It rings.", "--continue-from", &from, "--json"];
    let output = generate(&checkpoint, &longer, &flags);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(json_lines(&output).last().unwrap()["frames"], 9);
    let image = [&flags[..], &["--image", "x.png"]].concat();
    let both = generate(&checkpoint, &longer, &image);
    assert_eq!(both.status.code(), Some(2), "{both:?}");
}

#[test]
fn latents_are_decoded_again() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = demo(folder.path());
    let clip = folder.path().join("clip.mp4");
    let made = generate(
        &checkpoint,
        &clip,
        &["--prompt", "A bell.", "--keep-latents"],
    );
    assert!(made.status.success(), "{made:?}");
    let text = |name: &str| folder.path().join(name).display().to_string();
    let (latents, again) = (text("clip.latents.safetensors"), text("again.mp4"));
    let decode = |latents: &str, more: &[&str]| {
        let fixed = [
            "decode",
            latents,
            "--checkpoint",
            &checkpoint,
            "--output",
            &again,
            "--json",
        ];
        ovi(&[&fixed[..], more].concat())
    };
    let output = decode(&latents, &["--tiles", "32"]);
    assert!(output.status.success(), "{output:?}");
    let lines = json_lines(&output);
    assert_eq!(lines.last().unwrap()["frames"], 5);
    assert!(lines.iter().all(|line| line["stage"] != "sampling"));
    let output = decode(
        &latents,
        &["--only", "picture", "--clip", &text("clip.mp4")],
    );
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        decode(&latents, &["--only", "sound"]).status.code(),
        Some(2)
    );
    let missing = decode("/nowhere.safetensors", &[]);
    assert_eq!(missing.status.code(), Some(4), "{missing:?}");
}

#[test]
fn a_batch_is_checked_as_a_whole_and_then_made() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = demo(folder.path());
    let file = folder.path().join("batch.csv");
    let clips = folder.path().join("clips");
    let batch = |text: &str, more: &[&str]| {
        std::fs::write(&file, text).unwrap();
        let (file, clips) = (file.display().to_string(), clips.display().to_string());
        let mut arguments = vec![
            "batch",
            &file,
            "--checkpoint",
            &checkpoint,
            "--output",
            &clips,
            "--json",
        ];
        arguments.extend(TINY);
        arguments.extend(more);
        ovi(&arguments)
    };
    let bad = batch(
        "text_prompt,steps,mood\nA bell.,0,x\nHe says <S>no,2,y\n,2,z\n",
        &[],
    );
    assert_eq!(bad.status.code(), Some(2), "{bad:?}");
    let problems: Vec<_> = json_lines(&bad)
        .into_iter()
        .filter(|line| line["event"] == "problem")
        .map(|line| (line["line"].as_u64().unwrap(), line["column"].clone()))
        .collect();
    assert_eq!(
        problems,
        [
            (2, "steps".into()),
            (3, "text_prompt".into()),
            (4, "text_prompt".into())
        ]
    );
    assert!(!clips.exists(), "nothing is made of a bad batch");
    let pictureless = batch("text_prompt,image_path\nA bell.,\n", &["--first-frames"]);
    assert_eq!(pictureless.status.code(), Some(2), "{pictureless:?}");

    let good = batch(
        "text_prompt,takes,seed,name\nA bell.,2,7,Bell\nA dog.,,,\n",
        &["--seed", "3"],
    );
    assert!(good.status.success(), "{good:?}");
    let lines = json_lines(&good);
    let finished: Vec<_> = lines
        .iter()
        .filter(|line| line["event"] == "finished")
        .map(|line| line["job"].as_str().unwrap())
        .collect();
    assert_eq!(
        finished,
        ["line 2, take 1", "line 2, take 2", "line 3, take 1"]
    );
    let mut names: Vec<_> = std::fs::read_dir(&clips)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["A_dog_3.mp4", "Bell_7.mp4", "Bell_8.mp4"]);
}
