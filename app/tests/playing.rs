//! Loops between marks, the shuttle, speeds and the full screen, by keys and by name.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::{Duration, Instant};

use common::{Rig, Setup};
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use ovi_app::player::{HandDevice, LoopRange, Playback, SoundOutput, SoundState};

/// Frames of the clips of these tests: two and a half seconds.
const NUM_FRAMES: u32 = 60;
/// Threads get this long before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

struct Bench {
    rig: Rig,
    device: HandDevice,
}

impl Bench {
    fn with_clip() -> Self {
        let (sound, device) = SoundOutput::by_hand(0.0);
        let mut rig = Rig::open(Setup {
            sound,
            ..Setup::default()
        });
        rig.answer_checkpoint(common::info());
        rig.type_prompt(common::PROMPT);
        rig.harness.key_press(Key::Escape);
        rig.harness.run_steps(2);
        rig.click("Generate now");
        let (job, _) = rig.take_generate().unwrap();
        rig.finish(job, NUM_FRAMES);
        let mut bench = Self { rig, device };
        bench.wait("the clip", |open| open.lanes()[0].shown_frame() == Some(0));
        bench.rig.harness.run_steps(3);
        bench
    }

    /// The same without a device: time is the harness's, a quarter of a second per step.
    fn silent() -> Self {
        let mut bench = Self::with_clip();
        bench.device.lose();
        bench.rig.harness.run_steps(2);
        bench
    }

    fn wait(&mut self, what: &str, is_so: impl Fn(&Playback) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !self
            .rig
            .harness
            .state()
            .player()
            .current()
            .is_some_and(&is_so)
        {
            assert!(Instant::now() < deadline, "not in time: {what}");
            std::thread::yield_now();
            self.rig.harness.step();
        }
    }

    fn open(&self) -> &Playback {
        self.rig.harness.state().player().current().unwrap()
    }

    fn secs(&self) -> f64 {
        self.open().moment().secs
    }

    fn marks(&self) -> LoopRange {
        self.open().transport().loop_range
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.rig.harness.key_press_modifiers(modifiers, key);
        self.rig.harness.run_steps(1);
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

#[test]
fn a_part_between_marks_repeats_until_it_is_cleared() {
    let mut bench = Bench::silent();
    bench.press(Modifiers::SHIFT, Key::ArrowRight);
    bench.press(Modifiers::NONE, Key::I);
    bench.press(Modifiers::SHIFT, Key::ArrowRight);
    bench.press(Modifiers::NONE, Key::O);
    let LoopRange { in_secs, out_secs } = bench.marks();
    assert!(near(in_secs.unwrap(), 1.0) && near(out_secs.unwrap(), 49.0 / 24.0));
    assert!(bench.rig.shows("0:01.00 to 0:02.04"));
    bench.press(Modifiers::NONE, Key::Space);
    let mut num_laps = 0;
    for _ in 0..12 {
        let before_secs = bench.secs();
        bench.rig.harness.step();
        let secs = bench.secs();
        assert!((1.0..49.0 / 24.0 + 1e-6).contains(&secs), "{secs}");
        num_laps += u32::from(secs < before_secs);
    }
    assert!(num_laps >= 2, "{num_laps} laps in three seconds");
    bench.rig.click("Loop the whole clip again");
    assert!(!bench.marks().is_set());
}

#[test]
fn marks_are_moved_by_keys_and_dragged() {
    let mut bench = Bench::silent();
    bench.press(Modifiers::SHIFT, Key::ArrowRight);
    bench.press(Modifiers::NONE, Key::I);
    bench.rig.harness.run_steps(2);
    bench.rig.harness.get_by_label("Start of the loop").focus();
    bench.rig.harness.run_steps(2);
    bench.press(Modifiers::NONE, Key::ArrowRight);
    assert!(near(bench.marks().in_secs.unwrap(), 25.0 / 24.0));
    assert_eq!(bench.open().moment().frame_idx, 24, "the playhead stands");
    let from = bench
        .rig
        .harness
        .get_by_label("Start of the loop")
        .rect()
        .center();
    let timeline = bench.rig.harness.get_by_label("Timeline").rect();
    let to = egui::pos2(timeline.center().x, from.y);
    bench.rig.harness.drag_at(from);
    bench.rig.harness.run_steps(2);
    bench.rig.harness.hover_at(to);
    bench.rig.harness.run_steps(2);
    bench.rig.harness.drop_at(to);
    bench.rig.harness.run_steps(2);
    assert!(near(bench.marks().in_secs.unwrap(), 1.25));
}

#[test]
fn the_shuttle_runs_both_ways_and_faster() {
    let mut bench = Bench::silent();
    bench.press(Modifiers::NONE, Key::L);
    bench.press(Modifiers::NONE, Key::L);
    assert_eq!(bench.open().transport().rate(), 2.0);
    let before_secs = bench.secs();
    bench.rig.harness.step();
    let moved_secs = (bench.secs() - before_secs).rem_euclid(2.5);
    assert!(near(moved_secs, 0.5), "twice as fast: {moved_secs}");
    bench.press(Modifiers::NONE, Key::J);
    assert_eq!(bench.open().transport().rate(), -1.0);
    let before_secs = bench.secs();
    bench.rig.harness.step();
    let moved_secs = (before_secs - bench.secs()).rem_euclid(2.5);
    assert!(near(moved_secs, 0.25), "backwards: {moved_secs}");
    bench.press(Modifiers::NONE, Key::K);
    assert!(!bench.open().transport().is_playing);
    let frame_idx = bench.open().moment().frame_idx;
    bench.wait("the frame it stopped at", |open| {
        open.lanes()[0].shown_frame() == Some(frame_idx)
    });
    assert_eq!(bench.open().transport().rate(), 1.0, "the shuttle is over");
}

#[test]
fn a_speed_is_chosen_by_name_and_the_sound_keeps_up() {
    let mut bench = Bench::with_clip();
    bench.rig.click("Speed");
    bench.rig.click("2×");
    assert_eq!(bench.open().transport().speed, 2.0);
    bench.press(Modifiers::NONE, Key::Space);
    let heard = bench.device.pull(8_000);
    bench.rig.harness.step();
    assert!((bench.secs() - 1.0).abs() < 0.05, "half a second at 2×");
    // The clip's tone has 254.6 Hz at its own speed.
    let crossings = heard
        .windows(2)
        .filter(|w| w[0] < 0.0 && w[1] >= 0.0)
        .count();
    let found_hz = crossings as f64 / 0.5;
    assert!((found_hz - 254.6).abs() < 6.0, "{found_hz} Hz");
}

#[test]
fn without_keeping_the_pitch_other_speeds_are_silent() {
    let mut bench = Bench::with_clip();
    bench.rig.click("Speed");
    bench.rig.click("Keep the pitch");
    assert!(!bench.rig.harness.state().settings().keeps_pitch);
    bench.rig.click("0.5×");
    bench.press(Modifiers::NONE, Key::Space);
    let before_secs = bench.secs();
    bench.rig.harness.step();
    assert!(near(bench.secs() - before_secs, 0.125), "wall time leads");
    assert!(bench.device.pull(4_000).iter().all(|sample| *sample == 0.0));
}

#[test]
fn a_lost_device_is_said_and_the_clip_plays_on() {
    let mut bench = Bench::with_clip();
    bench.press(Modifiers::NONE, Key::Space);
    bench.device.pull(8_000);
    bench.rig.harness.step();
    bench.device.lose();
    bench.rig.harness.step();
    let state = bench.rig.harness.state().player().sound_state();
    assert!(matches!(state, SoundState::Unavailable(_)));
    let before_secs = bench.secs();
    bench.rig.harness.step();
    assert!(near(bench.secs() - before_secs, 0.25));
    assert!(bench.rig.shows("no sound device: playing silently"));
}

#[test]
fn the_full_screen_comes_and_goes_by_keys_and_hides_its_controls() {
    let mut bench = Bench::silent();
    bench.press(Modifiers::NONE, Key::F);
    bench.rig.harness.run_steps(3);
    assert!(bench.rig.harness.state().state().is_full_screen);
    assert!(!bench.rig.shows("Generate now") && bench.rig.shows("Timeline"));
    bench.press(Modifiers::NONE, Key::Space);
    // Three seconds without a movement.
    bench.rig.harness.run_steps(12);
    assert!(
        !bench.rig.shows("Timeline"),
        "out of the way while it plays"
    );
    bench.rig.harness.hover_at(egui::pos2(300.0, 300.0));
    bench.rig.harness.run_steps(2);
    assert!(bench.rig.shows("Timeline"), "back with the pointer");
    bench.press(Modifiers::NONE, Key::Escape);
    bench.rig.harness.run_steps(2);
    assert!(!bench.rig.harness.state().state().is_full_screen);
    assert!(bench.rig.shows("Generate now"));
}

#[test]
fn what_cannot_be_seen_does_not_play() {
    let mut bench = Bench::silent();
    bench.press(Modifiers::NONE, Key::Space);
    assert!(bench.open().transport().is_playing);
    bench.press(Modifiers::COMMAND, Key::Num2);
    bench.rig.harness.run_steps(2);
    assert!(!bench.open().transport().is_playing);
    bench.press(Modifiers::NONE, Key::F);
    assert!(!bench.rig.harness.state().state().is_full_screen);
}

#[test]
fn the_timeline_is_told_in_words() {
    let mut bench = Bench::silent();
    bench.press(Modifiers::SHIFT, Key::ArrowRight);
    let timeline = bench.rig.harness.get_by_label("Timeline");
    let node = timeline.accesskit_node();
    assert_eq!(node.value().as_deref(), Some("0:01.00, frame 25 of 60"));
    let description = node.description().unwrap();
    assert!(description.contains("loudest at"), "{description}");
}
