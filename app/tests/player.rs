//! The player on real clips, without a sound device. Time is the harness's: it moves by steps.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::{Duration, Instant};

use common::{Rig, Setup, brightness};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use ovi_app::player::{Playback, SoundState};

/// Frames of the clips of these tests: two and a half seconds.
const NUM_FRAMES: u32 = 60;
/// Threads get this long before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

impl Rig {
    /// Draw without moving on by more than a hair until `is_so`, while threads work.
    fn wait_until(&mut self, what: &str, is_so: impl Fn(&Playback) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if self.harness.state().player().current().is_some_and(&is_so) {
                return;
            }
            assert!(Instant::now() < deadline, "not in time: {what}");
            std::thread::yield_now();
            self.harness.step();
        }
    }

    fn clip(&self) -> &Playback {
        self.harness.state().player().current().unwrap()
    }

    fn frame(&self) -> u32 {
        self.clip().moment().frame_idx
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(2);
    }

    fn shows_frame(&mut self, frame_idx: u32) {
        self.wait_until("the frame", |clip| {
            clip.lanes()[0].shown_frame() == Some(frame_idx)
        });
        assert_eq!(self.frame(), frame_idx);
    }
}

/// A window that shows a real clip, standing at its start.
fn with_clip() -> Rig {
    let (mut rig, job, _) = Rig::running();
    rig.finish(job, NUM_FRAMES);
    rig.wait_until("the first frame", |clip| {
        clip.lanes()[0].shown_frame() == Some(0)
    });
    rig.press(Modifiers::NONE, Key::Escape);
    rig
}

#[test]
fn a_clip_stands_at_its_start_until_it_is_played() {
    let mut rig = with_clip();
    assert_eq!((rig.frame(), rig.clip().transport().is_playing), (0, false));
    assert_eq!(rig.clip().lanes()[0].info().num_frames, NUM_FRAMES);
    assert!(rig.clip().lanes()[0].has_sound() && !rig.clip().lanes()[0].peaks().is_empty());
    assert!(matches!(
        rig.harness.state().player().sound_state(),
        SoundState::Unavailable(_)
    ));
    assert!(rig.shows("no sound device: playing silently"));
    assert!(
        rig.harness.try_run().is_ok(),
        "a standing clip does not repaint"
    );
}

#[test]
fn time_moves_the_picture_and_the_clip_loops() {
    let mut rig = with_clip();
    rig.harness.get_by_label("Play (Space)").click();
    rig.harness.run_steps(2);
    assert!(rig.clip().transport().is_playing);
    let before_secs = rig.clip().moment().secs;
    // A step of the harness is a quarter of a second.
    rig.harness.run_steps(2);
    let moved_secs = rig.clip().moment().secs - before_secs;
    assert!((moved_secs - 0.5).abs() < 1e-6, "{moved_secs}");
    let mut was_back = false;
    for _ in 0..12 {
        let before_secs = rig.clip().moment().secs;
        rig.harness.step();
        was_back |= rig.clip().moment().secs < before_secs;
    }
    assert!(
        was_back && rig.clip().transport().is_playing,
        "it started again"
    );
}

#[test]
fn without_loop_a_clip_stops_at_its_last_frame_and_plays_again_from_the_start() {
    let mut rig = with_clip();
    rig.click("Loop: on");
    rig.press(Modifiers::NONE, Key::K);
    rig.harness.run_steps(14);
    assert!(!rig.clip().transport().is_playing);
    assert_eq!(rig.frame(), NUM_FRAMES - 1);
    rig.press(Modifiers::NONE, Key::K);
    assert!(rig.clip().transport().is_playing);
    assert!(rig.frame() < NUM_FRAMES - 1);
}

#[test]
fn keys_step_skip_and_jump() {
    let mut rig = with_clip();
    rig.press(Modifiers::NONE, Key::ArrowRight);
    rig.shows_frame(1);
    rig.press(Modifiers::SHIFT, Key::ArrowRight);
    rig.shows_frame(25);
    rig.press(Modifiers::NONE, Key::ArrowLeft);
    rig.shows_frame(24);
    rig.press(Modifiers::NONE, Key::End);
    rig.shows_frame(NUM_FRAMES - 1);
    rig.press(Modifiers::NONE, Key::ArrowRight);
    rig.shows_frame(NUM_FRAMES - 1);
    rig.press(Modifiers::NONE, Key::Home);
    rig.shows_frame(0);
    assert!(rig.shows("frame 1 of 60"));
}

#[test]
fn the_timeline_seeks_where_it_is_clicked() {
    let mut rig = with_clip();
    let rect = rig.harness.get_by_label("Timeline").rect();
    rig.harness.drag_at(rect.center());
    rig.harness.run_steps(2);
    rig.harness.drop_at(rect.center());
    rig.harness.run_steps(2);
    rig.shows_frame(NUM_FRAMES / 2);
}

#[test]
fn the_saved_frame_is_the_one_that_is_shown() {
    let mut rig = with_clip();
    rig.press(Modifiers::SHIFT, Key::ArrowRight);
    rig.shows_frame(24);
    rig.click("Save frame as PNG");
    let path = rig.folder.path().join("clip_frame_0025.png");
    let picture = ovi_media::read_picture(&path).unwrap();
    assert_eq!((picture.width, picture.height), (64, 32));
    let difference = picture.rgb[0].abs_diff(brightness(24));
    assert!(
        difference <= 4,
        "{} is not {}",
        picture.rgb[0],
        brightness(24)
    );
    assert!(rig.shows("Saved "));
}

#[test]
fn a_copy_never_replaces_a_file() {
    let mut rig = with_clip();
    let original = std::fs::read(rig.folder.path().join("clip.mp4")).unwrap();
    rig.click("Save as…");
    assert!(rig.shows("Save a copy of the clip"));
    rig.click("Save");
    let copy = std::fs::read(rig.folder.path().join("clip_2.mp4")).unwrap();
    assert_eq!(copy, original);
    assert_eq!(
        std::fs::read(rig.folder.path().join("clip.mp4")).unwrap(),
        original
    );
    assert!(rig.harness.state().state().dialog.is_none());
}

#[test]
fn a_damaged_clip_says_so_and_harms_nothing() {
    let (mut rig, job, _) = Rig::running();
    let path = rig.folder.path().join("broken.mp4");
    std::fs::write(&path, b"not a clip").unwrap();
    let clip = Box::new(common::clip(path, 5));
    rig.report(ovi_engine::protocol::Event::Finished { job, clip });
    let deadline = Instant::now() + PATIENCE;
    while rig.harness.state().player().error(0).is_none() {
        assert!(Instant::now() < deadline);
        std::thread::yield_now();
        rig.harness.step();
    }
    rig.harness.run_steps(3);
    assert!(rig.shows("The clip cannot be played"));
    rig.press(Modifiers::NONE, Key::Space);
}

#[test]
fn an_empty_player_ignores_keys() {
    let mut rig = Rig::open(Setup::default());
    for key in [
        Key::Space,
        Key::K,
        Key::M,
        Key::Home,
        Key::End,
        Key::ArrowLeft,
    ] {
        rig.press(Modifiers::NONE, key);
    }
    assert!(rig.harness.state().player().current().is_none());
}
