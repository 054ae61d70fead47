//! A queue goes out and comes back with its pictures; a hostile file does nothing at all.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use ovi_engine::library::Library;
use ovi_engine::protocol::{
    ErrorCode, GenerateRequest, JobId, LibraryCommand, LibraryEvent, QueueEntry, QueueState,
};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{add, job, order, refused};

const NOW: i64 = 1_800_000_000;

/// A folder with an open library that has one job.
struct Place {
    folder: tempfile::TempDir,
    library: Library,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/library.sqlite");
        let (mut library, _) = Library::open(&path).unwrap();
        add(&mut library, vec![job(1)]);
        Self { folder, library }
    }

    fn import(&mut self, path: &Path) -> Vec<LibraryEvent> {
        self.library.handle(LibraryCommand::ImportQueue {
            path: path.to_owned(),
            now_unix: NOW,
        })
    }

    fn pictures(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder.path().join("data/pictures"));
        let entries = entries.into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    /// Import a file that must be refused without a trace.
    fn refuse(&mut self, path: &Path, case: &str) -> ErrorCode {
        let events = self.import(path);
        let code = refused(&events).code;
        assert_eq!(order(&self.library.snapshot().unwrap()), [1], "{case}");
        assert_eq!(self.pictures(), Vec::<PathBuf>::new(), "{case}");
        code
    }
}

fn picture(path: &Path) -> PathBuf {
    let rgb = [10, 200, 90].repeat(48 * 40);
    ovi_media::write_png(path, &rgb, 48, 40).unwrap()
}

fn exported(place: &mut Place, jobs: &[u64]) -> PathBuf {
    let path = place.folder.path().join("queue.ovi.zip");
    let jobs = jobs.iter().copied().map(JobId).collect();
    let events = place
        .library
        .handle(LibraryCommand::ExportQueue { path, jobs });
    match &events[..] {
        [LibraryEvent::Exported(Ok(path))] => path.clone(),
        other => panic!("unexpected {other:?}"),
    }
}

/// Three jobs, two of them with the same picture.
fn with_pictures(place: &mut Place) -> Vec<QueueEntry> {
    let file = picture(&place.folder.path().join("heron.png"));
    let mut jobs = [2, 3, 4].map(job);
    for job in &mut jobs[..2] {
        job.request.first_frame = Some(file.clone());
    }
    jobs[1].name = "second".into();
    jobs[2].state = QueueState::Failed;
    jobs[2].request.output = "/etc/passwd".into();
    jobs[2].request.job = Some(JobId(4));
    add(&mut place.library, jobs.to_vec());
    jobs.to_vec()
}

#[test]
fn a_queue_goes_out_and_comes_back() {
    let mut home = Place::new();
    let jobs = with_pictures(&mut home);
    let file = exported(&mut home, &[3, 4, 2]);
    let mut away = Place::new();
    let events = away.import(&file);
    let [LibraryEvent::Imported(Ok(imported))] = &events[..] else {
        panic!("{events:?}");
    };
    let snapshot = away.library.snapshot().unwrap();
    assert_eq!(snapshot.jobs[0], job(1));
    assert_eq!(&snapshot.jobs[1..], &imported[..]);
    let [second, third, first] = &imported[..] else {
        panic!("{imported:?}");
    };
    assert_eq!((second.name.as_str(), second.created_unix), ("second", NOW));
    assert!(
        imported
            .iter()
            .all(|job| job.state == QueueState::Waiting && job.id.0 < 1 << 63)
    );
    let ids: std::collections::HashSet<_> = imported.iter().map(|job| job.id).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| id.0 > 4), "new numbers");
    // Nothing says where to write.
    let expected = GenerateRequest {
        output: PathBuf::new(),
        job: None,
        ..jobs[2].request.clone()
    };
    assert_eq!(third.request, expected);
    assert_eq!(second.request.first_frame, first.request.first_frame);
    let arrived = second.request.first_frame.clone().unwrap();
    assert_eq!(away.pictures(), std::slice::from_ref(&arrived));
    let original = jobs[0].request.first_frame.clone().unwrap();
    assert_eq!(fs::read(arrived).unwrap(), fs::read(original).unwrap());
}

#[test]
fn an_export_replaces_no_file_and_needs_its_pictures() {
    let mut home = Place::new();
    with_pictures(&mut home);
    let first = exported(&mut home, &[2]);
    let second = exported(&mut home, &[2]);
    assert_ne!(first, second);
    fs::remove_file(home.folder.path().join("heron.png")).unwrap();
    let path = home.folder.path().join("third.zip");
    let mut export = |jobs: &[u64]| {
        let jobs = jobs.iter().copied().map(JobId).collect();
        let path = path.clone();
        let events = home
            .library
            .handle(LibraryCommand::ExportQueue { path, jobs });
        refused(&events).code
    };
    assert_eq!(export(&[2]), ErrorCode::Image);
    assert_eq!(export(&[99]), ErrorCode::Internal);
    assert!(!path.exists());
}

fn archive(path: &Path, entries: &[(&str, &[u8])]) {
    let mut writer = ZipWriter::new(File::create(path).unwrap());
    for (name, bytes) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap();
}

fn queue_of(request: Value, picture: Value) -> Value {
    json!({ "format": "ovi-queue", "version": 1,
        "jobs": [{ "name": "n", "request": request, "picture": picture }] })
}

#[test]
fn numbers_out_of_range_are_refused() {
    let mut place = Place::new();
    let path = place.folder.path().join("hostile.zip");
    let good = json!({ "prompt": "p", "steps": 10 });
    archive(
        &path,
        &[(
            "queue.json",
            queue_of(good, Value::Null).to_string().as_bytes(),
        )],
    );
    assert!(matches!(
        place.import(&path)[..],
        [LibraryEvent::Imported(Ok(_))]
    ));

    let mut place = Place::new();
    let cases = [
        json!({ "steps": 0 }),
        json!({ "steps": 161 }),
        json!({ "steps": 4_294_967_296u64 }),
        json!({ "steps": -1 }),
        json!({ "height": 0 }),
        json!({ "width": 16_385 }),
        json!({ "video_area": 1 }),
        json!({ "latent_frames": 4_000_000 }),
        json!({ "audio_steps": 0 }),
        json!({ "shift": 0.0 }),
        json!({ "shift": 1e300 }),
        json!({ "video_guidance": -0.1 }),
        json!({ "audio_guidance": 10.5 }),
        json!({ "skip_layer": 4_000_000_000u32 }),
        json!({ "skip_window": [0.9, 0.1] }),
        json!({ "skip_window": [-1.0, 0.1] }),
        json!({ "preview_every": 4_000_000_000u32 }),
        json!({ "sound_preview": { "every": 0 } }),
        json!({ "decode_tiles": { "pixels": 1 } }),
        json!({ "noise": { "philox_matching": { "max_threads": 0 } } }),
        json!({ "continue_secs": 1e9 }),
        json!({ "prompt": "x".repeat(100_001) }),
        json!({ "checkpoint": "/x".repeat(3_000) }),
        json!({ "prompt": 5 }),
    ];
    for request in cases {
        let text = queue_of(request, Value::Null).to_string();
        archive(&path, &[("queue.json", text.as_bytes())]);
        let case = &text[..text.len().min(200)];
        assert_eq!(place.refuse(&path, case), ErrorCode::Batch, "{case}");
    }
}

#[test]
fn files_that_are_no_queue_are_refused() {
    let mut place = Place::new();
    let path = place.folder.path().join("hostile.zip");
    let good = queue_of(json!({ "prompt": "p" }), Value::Null);
    let mut other_kind = good.clone();
    other_kind["format"] = json!("other");
    let mut newer = good.clone();
    newer["version"] = json!(2);
    let mut crowd = good.clone();
    crowd["jobs"] = Value::Array(vec![good["jobs"][0].clone(); 10_001]);
    let mut texts = [other_kind, newer, crowd, json!([])]
        .map(|value| value.to_string())
        .to_vec();
    texts.push("{".into());
    texts.push("[".repeat(100_000));
    for text in texts {
        archive(&path, &[("queue.json", text.as_bytes())]);
        let case = text[..text.len().min(80)].to_owned();
        assert_eq!(place.refuse(&path, &case), ErrorCode::Batch, "{case}");
    }
    archive(&path, &[("other.json", b"{}")]);
    assert_eq!(place.refuse(&path, "no jobs"), ErrorCode::Batch);
    fs::write(&path, "no archive").unwrap();
    assert_eq!(place.refuse(&path, "no archive"), ErrorCode::Batch);
    let absent = place.folder.path().join("absent.zip");
    assert_eq!(place.refuse(&absent, "absent"), ErrorCode::Write);
    let folder = place.folder.path().to_owned();
    place.refuse(&folder, "a folder");
}

#[test]
fn pictures_go_nowhere_but_the_folder_of_pictures() {
    let mut place = Place::new();
    let path = place.folder.path().join("hostile.zip");
    let png = fs::read(picture(&place.folder.path().join("p.png"))).unwrap();
    let text = |picture: &str| queue_of(json!({ "prompt": "p" }), json!(picture)).to_string();

    // Missing, no picture, and of two pictures the second one is bad.
    archive(&path, &[("queue.json", text("pictures/1.png").as_bytes())]);
    assert_eq!(place.refuse(&path, "missing"), ErrorCode::Batch);
    archive(
        &path,
        &[
            ("queue.json", text("x").as_bytes()),
            ("x", b"no picture at all"),
        ],
    );
    assert_eq!(place.refuse(&path, "no picture"), ErrorCode::Image);
    let mut two = queue_of(json!({}), json!("good"));
    two["jobs"] = json!([two["jobs"][0], { "request": {}, "picture": "bad" }]);
    let cut = &png[..png.len() / 2];
    let entries = [
        ("queue.json", two.to_string().into_bytes()),
        ("good", png.clone()),
        ("bad", cut.to_vec()),
    ];
    let entries = entries.each_ref().map(|(name, bytes)| (*name, &bytes[..]));
    archive(&path, &entries);
    assert_eq!(place.refuse(&path, "second is cut"), ErrorCode::Image);

    // A name that climbs is only a name.
    let evil = "../../../evil.png";
    archive(
        &path,
        &[("queue.json", text(evil).as_bytes()), (evil, &png)],
    );
    let events = place.import(&path);
    let [LibraryEvent::Imported(Ok(imported))] = &events[..] else {
        panic!("{events:?}");
    };
    let written = imported[0].request.first_frame.clone().unwrap();
    assert_eq!(place.pictures(), std::slice::from_ref(&written));
    assert!(!written.to_string_lossy().contains("evil"));
}

#[test]
fn a_cut_or_changed_file_is_taken_whole_or_not_at_all() {
    let mut home = Place::new();
    with_pictures(&mut home);
    let file = exported(&mut home, &[2, 3, 4]);
    let bytes = fs::read(&file).unwrap();
    let path = home.folder.path().join("changed.zip");
    let mut away = Place::new();
    for cut in (0..bytes.len()).step_by(97) {
        fs::write(&path, &bytes[..cut]).unwrap();
        away.refuse(&path, &format!("cut at {cut}"));
    }
    let (mut num_refused, mut num_taken) = (0, 0);
    for at in (0..bytes.len()).step_by(41) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x41;
        fs::write(&path, &changed).unwrap();
        let mut place = Place::new();
        match &place.import(&path)[..] {
            [LibraryEvent::Imported(Ok(jobs))] => {
                assert_eq!(jobs.len(), 3, "byte {at}");
                num_taken += 1;
            }
            [LibraryEvent::Imported(Err(_))] => {
                assert_eq!(order(&place.library.snapshot().unwrap()), [1], "byte {at}");
                assert_eq!(place.pictures(), Vec::<PathBuf>::new(), "byte {at}");
                num_refused += 1;
            }
            other => panic!("byte {at}: {other:?}"),
        }
    }
    println!("{num_refused} refused, {num_taken} taken whole");
    assert!(num_refused > 20);
}
