//! From a batch file to jobs.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::path::{Path, PathBuf};

use common::{Rig, Setup, info};
use egui_kittest::kittest::{NodeT, Queryable};
use ovi_engine::protocol::QueueState;

/// A window with a model, on which a batch file with this text was dropped.
fn dropped(text: &str) -> (Rig, PathBuf) {
    let mut rig = Rig::open(Setup::default());
    rig.answer_checkpoint(info());
    let path = rig.folder.path().join("batch.csv");
    std::fs::write(&path, text).unwrap();
    drop_file(&mut rig, &path);
    (rig, path)
}

fn drop_file(rig: &mut Rig, path: &Path) {
    let file = std::sync::Arc::new(Dropped(path.to_owned()));
    rig.harness.input_mut().dropped_files.push(file);
    rig.harness.run_steps(5);
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the window reads files by their path".into())
    }
}

fn is_disabled(rig: &Rig, label: &str) -> bool {
    rig.harness
        .get_by_label(label)
        .accesskit_node()
        .is_disabled()
}

#[test]
fn a_bad_row_holds_up_the_batch_until_it_is_unticked() {
    let (mut rig, _) = dropped(
        "text_prompt,steps,mood,takes,seed\n\
         a dog,20,glad,2,5\n\
         a cat,999,sad,,\n\
         says <S>hi,,,,\n",
    );
    assert!(rig.shows("Import batch"));
    assert!(rig.shows("3 rows"));
    assert!(rig.shows("Not used: mood."));
    assert!(rig.shows("Row 3: steps \"999\" is not a number in 1..=160"));
    assert!(rig.shows("Row 4: text_prompt Speech starts with <S> but never ends"));
    assert!(rig.shows("E-CSV"));
    assert!(rig.shows("2 ticked rows cannot be queued."));
    assert!(rig.shows("960 × 544"), "every row says its size");
    assert!(is_disabled(&rig, "Add 4 jobs"));
    rig.click("Queue row 3: a cat");
    assert!(is_disabled(&rig, "Add 3 jobs"), "one is still bad");
    rig.click("Untick rows with problems");
    rig.click("Add 2 jobs");
    let state = rig.harness.state().state();
    let jobs = state.queue.entries();
    let facts: Vec<_> = jobs
        .iter()
        .map(|entry| {
            (
                entry.request.prompt.as_str(),
                entry.request.seed,
                entry.request.steps,
            )
        })
        .collect();
    assert_eq!(facts, [("a dog", 5, 20), ("a dog", 6, 20)]);
    assert_eq!(
        jobs[0].state,
        QueueState::Running,
        "the first begins at once"
    );
    assert!(state.dialog.is_none());
    assert_ne!(jobs[0].request.output, jobs[1].request.output);
}

#[test]
fn missing_pictures_are_named_by_row() {
    let (mut rig, path) = dropped("text_prompt,image_path,name\na dog,nope.png,one\na cat,,two\n");
    assert!(
        !is_disabled(&rig, "Add 2 jobs"),
        "pictures do not matter for text"
    );
    rig.click("a picture in every row");
    assert!(rig.shows("Row 2: image_path not found: nope.png"));
    assert!(rig.shows("Row 3: image_path is empty; every row needs a picture"));
    assert!(is_disabled(&rig, "Add 2 jobs"));
    let folder = path.parent().unwrap();
    let rgb = vec![90; 64 * 64 * 3];
    ovi_media::write_png(&folder.join("there.png"), &rgb, 64, 64).unwrap();
    std::fs::write(&path, "text_prompt,image_path,name\na dog,there.png,one\n").unwrap();
    rig.click("text alone");
    rig.click("a picture in every row");
    assert!(rig.shows("704 × 704"), "the picture decides the size");
    rig.click("Add 1 job");
    let jobs = rig.harness.state().state().queue.entries().to_vec();
    assert_eq!(jobs[0].request.first_frame, Some(folder.join("there.png")));
    assert_eq!(jobs[0].name, "one");
    assert_eq!(jobs[0].request.output.file_name().unwrap(), "one.mp4");
}

#[test]
fn a_file_that_is_no_batch_says_why() {
    let (mut rig, path) = dropped("prompt\na dog\n");
    assert!(rig.shows("E-CSV"));
    assert!(rig.shows("the header has no column `text_prompt`"));
    rig.click("Open file");
    assert!(rig.shows("no programs in tests"));
    rig.click("Close");
    assert!(rig.harness.state().state().batch.is_none());
    assert!(path.exists());
}
