//! Takes side by side: one clock, one sound at a time, wipe, difference, differing settings.

#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::{Rig, Setup, brightness};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use ovi_app::player::{HandDevice, Lane, Playback, SoundOutput};
use ovi_app::state::Comparison;
use ovi_engine::protocol::{Event, JobId};
use ovi_media::{AudioSpec, ClipWriter, Quality, VideoSpec};

/// Threads get this long before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);
/// How much brighter the second take is.
const BRIGHTER: u8 = 30;
/// Latency of the device.
const LATENCY_SECS: f64 = 0.05;

/// What differs between takes.
#[derive(Clone, Copy)]
struct Take {
    num_frames: u32,
    brighter: u8,
    /// Constant sample of its sound.
    level: f32,
    width: u32,
}

const FIRST: Take = Take {
    num_frames: 60,
    brighter: 0,
    level: 0.25,
    width: 64,
};
const SECOND: Take = Take {
    brighter: BRIGHTER,
    level: -0.5,
    ..FIRST
};

fn write_take(folder: &Path, take: Take) -> PathBuf {
    let spec = VideoSpec {
        width: take.width,
        height: 32,
        fps: 24,
        quality: Quality::High,
    };
    let mut writer = ClipWriter::create(&folder.join("take.mp4"), spec).unwrap();
    for frame_idx in 0..take.num_frames {
        let value = brightness(frame_idx).saturating_add(take.brighter);
        let pixels = vec![value; (take.width * 32 * 3) as usize];
        writer.push_rgb(&pixels).unwrap();
    }
    let samples: Vec<f32> = (0..take.num_frames as usize * 16_000 / 24)
        .map(|idx| take.level * (idx as f32 * 0.3).cos().signum())
        .collect();
    let spec = AudioSpec {
        sample_rate_hz: 16_000,
    };
    writer.finish(&samples, spec, "").unwrap().path
}

struct Bench {
    rig: Rig,
    device: HandDevice,
}

impl Bench {
    /// A window in which these takes were made, comparing the last two.
    fn with(takes: &[Take]) -> Self {
        let (sound, device) = SoundOutput::by_hand(LATENCY_SECS);
        let mut rig = Rig::open(Setup {
            sound,
            ..Setup::default()
        });
        rig.answer_checkpoint(common::info());
        rig.type_prompt(common::PROMPT);
        rig.harness.key_press(Key::Escape);
        rig.harness.run_steps(2);
        for take in takes {
            rig.click("Generate now");
            let (job, _) = rig.take_generate().unwrap();
            rig.report(Event::Queued { job, position: 0 });
            let path = write_take(rig.folder.path(), *take);
            let mut clip = common::clip(path, take.num_frames);
            clip.width = take.width;
            clip.seed = 1000 + job.0;
            finish(&mut rig, job, clip);
        }
        let mut bench = Self { rig, device };
        // Its buttons move once the clip is open.
        bench.wait("the newest take", |open| {
            open.lanes()[0].shown_frame() == Some(0)
        });
        bench.rig.harness.run_steps(3);
        bench.rig.click("Compare");
        bench.wait("both takes", |open| {
            open.lanes().len() == 2 && open.lanes().iter().all(|l| l.shown_frame() == Some(0))
        });
        bench
    }

    fn wait(&mut self, what: &str, is_so: impl Fn(&Playback) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let player = self.rig.harness.state().player();
            if player.current().is_some_and(&is_so) {
                return;
            }
            if Instant::now() > deadline {
                let player = self.rig.harness.state().player();
                let shown = player.current().map(|open| {
                    let lanes = open.lanes().iter();
                    lanes.map(Lane::shown_frame).collect::<Vec<_>>()
                });
                let error = [player.error(0), player.error(1)];
                panic!("not in time: {what}; shown {shown:?}, {error:?}");
            }
            std::thread::yield_now();
            self.rig.harness.step();
        }
    }

    fn open(&self) -> &Playback {
        self.rig.harness.state().player().current().unwrap()
    }

    fn comparison(&self) -> &Comparison {
        let state = self.rig.harness.state().state();
        state.comparison.as_ref().unwrap()
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.rig.harness.key_press_modifiers(modifiers, key);
        self.rig.harness.run_steps(2);
    }

    /// Go on until both takes show their frame of the moment.
    fn settle(&mut self) {
        self.wait("the frames of the moment", |open| {
            let secs = open.moment().secs;
            let is_shown = |lane: &Lane| lane.shown_frame() == Some(lane.shape().frame_at(secs));
            open.lanes().iter().all(is_shown)
        });
    }
}

fn finish(rig: &mut Rig, job: JobId, clip: ovi_engine::protocol::Clip) {
    let clip = Box::new(clip);
    rig.report(Event::Finished { job, clip });
}

/// Brightness of the picture that a take shows.
fn shown_brightness(lane: &Lane) -> u8 {
    lane.pixels().unwrap().pixels[0].r()
}

#[test]
fn two_takes_show_the_same_moment_at_every_step() {
    let mut bench = Bench::with(&[FIRST, SECOND]);
    assert!(bench.rig.shows("Side by side") && bench.rig.shows("SETTINGS THAT DIFFER"));
    for _ in 0..5 {
        bench.press(Modifiers::NONE, Key::ArrowRight);
        bench.settle();
        let frame_idx = bench.open().moment().frame_idx;
        let [first, second] = bench.open().lanes() else {
            panic!("two takes")
        };
        for (lane, brighter) in [(first, 0), (second, BRIGHTER)] {
            let expected = brightness(frame_idx) + brighter;
            assert!(shown_brightness(lane).abs_diff(expected) <= 4);
        }
    }
    bench.press(Modifiers::SHIFT, Key::ArrowRight);
    bench.settle();
    assert_eq!(bench.open().moment().frame_idx, 29);
}

#[test]
fn one_take_is_heard_and_keys_change_which() {
    let mut bench = Bench::with(&[FIRST, SECOND]);
    bench.press(Modifiers::NONE, Key::K);
    assert!(bench.open().transport().is_playing);
    let loudest = |samples: &[f32]| samples.iter().fold(0.0_f32, |most, s| most.max(s.abs()));
    let gain = 0.8 * 0.8;
    bench.device.pull(400);
    let heard = loudest(&bench.device.pull(400)) / gain;
    assert!((heard - 0.25).abs() < 0.06, "the first take: {heard}");
    bench.press(Modifiers::NONE, Key::Num2);
    bench.device.pull(400);
    let heard = loudest(&bench.device.pull(400)) / gain;
    assert!((heard - 0.5).abs() < 0.08, "the second take: {heard}");
    assert!(bench.rig.shows("Clip 2 is heard"));
    bench.press(Modifiers::NONE, Key::K);
    bench.device.pull(400);
    assert_eq!(loudest(&bench.device.pull(400)), 0.0, "paused is silent");
}

#[test]
fn nothing_is_heard_before_it_is_played() {
    let mut bench = Bench::with(&[FIRST, SECOND]);
    bench.rig.harness.run_steps(4);
    assert!(bench.device.pull(1000).iter().all(|sample| *sample == 0.0));
    assert_eq!(bench.open().moment().frame_idx, 0);
}

#[test]
fn the_difference_is_the_amplified_distance_of_the_pixels() {
    let mut bench = Bench::with(&[FIRST, SECOND]);
    bench.rig.click("Difference");
    let difference = |bench: &Bench| {
        let player = bench.rig.harness.state().player();
        let pixels = player.difference()?.pixels()?;
        Some(pixels.pixels[5].g())
    };
    let deadline = Instant::now() + PATIENCE;
    while difference(&bench).is_none() {
        assert!(Instant::now() < deadline, "no difference in time");
        std::thread::yield_now();
        bench.rig.harness.step();
    }
    let shown = difference(&bench).unwrap();
    // Four times the distance, which compression changes by a step or two.
    assert!(shown.abs_diff(4 * BRIGHTER) <= 16, "{shown}");
    bench.rig.click("Side by side");
    assert!(bench.rig.harness.state().player().difference().is_none());
}

#[test]
fn a_wipe_shows_the_first_take_at_the_left_and_the_second_at_the_right() {
    let mut bench = Bench::with(&[FIRST, SECOND]);
    bench.rig.click("Wipe");
    let line = bench.rig.harness.get_by_label("Line between the clips");
    let rect = line.rect();
    line.focus();
    bench.rig.harness.run_steps(2);
    let image = bench.rig.harness.render().unwrap();
    let at = |dx: f32| {
        let x = (rect.center().x + dx) as u32;
        image.get_pixel(x, (rect.center().y - 60.0) as u32)[0]
    };
    let (left, right) = (at(-40.0), at(40.0));
    assert!(left.abs_diff(brightness(0)) <= 6, "{left}");
    assert!(right.abs_diff(brightness(0) + BRIGHTER) <= 6, "{right}");
    bench.press(Modifiers::NONE, Key::ArrowLeft);
    let share = bench.comparison().wipe_share;
    assert!((share - 0.49).abs() < 1e-6, "{share}");
    assert_eq!(bench.open().moment().frame_idx, 0, "the clip stands");
    let to = rect.center() + egui::vec2(-100.0, 0.0);
    bench.rig.harness.drag_at(rect.center());
    bench.rig.harness.run_steps(2);
    bench.rig.harness.hover_at(to);
    bench.rig.harness.run_steps(2);
    bench.rig.harness.drop_at(to);
    bench.rig.harness.run_steps(2);
    assert!(bench.comparison().wipe_share < 0.45);
}

#[test]
fn a_shorter_take_holds_its_last_frame_and_says_so() {
    let short = Take {
        num_frames: 30,
        ..SECOND
    };
    let mut bench = Bench::with(&[FIRST, short]);
    assert_eq!(bench.open().transport().shape.num_frames, 60);
    bench.press(Modifiers::NONE, Key::End);
    bench.settle();
    let frames: Vec<Option<u32>> = bench.open().lanes().iter().map(Lane::shown_frame).collect();
    assert_eq!(frames, [Some(59), Some(29)]);
    assert!(bench.rig.shows("Ended: its last frame is held"));
    bench.press(Modifiers::NONE, Key::Home);
    bench.settle();
    assert!(!bench.rig.shows("Ended: its last frame is held"));
}

#[test]
fn takes_of_other_sizes_have_no_difference_and_say_why() {
    let wide = Take {
        width: 128,
        ..SECOND
    };
    let mut bench = Bench::with(&[FIRST, wide]);
    bench.rig.click("Difference");
    assert_eq!(
        bench.comparison().layout,
        ovi_app::state::CompareLayout::SideBySide
    );
}

#[test]
fn settings_that_differ_are_listed_stars_are_given_and_escape_goes_back() {
    let mut bench = Bench::with(&[FIRST, SECOND]);
    assert!(bench.rig.shows("Seed") && bench.rig.shows("1001") && bench.rig.shows("1002"));
    assert!(!bench.rig.shows("Shift"), "the takes do not differ in it");
    bench.rig.click("Rate clip 2 with 4 stars");
    let state = bench.rig.harness.state().state();
    let id = bench.comparison().clips[1];
    assert_eq!(state.library.clip(id).unwrap().rating, 4);
    bench.rig.click("Rate clip 2 with 4 stars");
    let state = bench.rig.harness.state().state();
    assert_eq!(state.library.clip(id).unwrap().rating, 0);
    bench.press(Modifiers::NONE, Key::Escape);
    assert!(bench.rig.harness.state().state().comparison.is_none());
    bench.wait("the one clip again", |open| open.lanes().len() == 1);
}

#[test]
fn the_settings_of_the_better_take_are_loaded() {
    let mut bench = Bench::with(&[FIRST, SECOND]);
    bench.rig.click("Load the settings of clip 1");
    let state = bench.rig.harness.state().state();
    assert!(state.comparison.is_none());
    let expected = state.library.clips().last().unwrap();
    let request = expected.request.as_ref().unwrap();
    assert_eq!(state.form.seed, request.seed);
}
