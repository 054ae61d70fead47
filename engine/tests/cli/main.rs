//! The headless program, from the outside.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod jobs;

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

fn json_lines(output: &Output) -> Vec<serde_json::Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

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
