//! Settings, continuations, kept latents and batches.

use std::path::Path;

use super::{TINY, demo, generate, json_lines, ovi};

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
