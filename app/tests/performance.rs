//! How fast a large clip is decoded, uploaded and shown. The figures are printed; the assertions leave
//! a wide margin, because machines that run tests are busy.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Color32, ColorImage, TextureHandle, TextureOptions};
use ovi_app::player::{Habits, Loudness, Player, SoundOutput};
use ovi_media::{AudioSpec, ClipReader, ClipWriter, PixelFormat, Quality, VideoSpec};

/// Largest square of the models.
const SIDE: u32 = 960;
const FPS: u32 = 24;
const NUM_FRAMES: u32 = 72;
const WINDOW_HZ: f64 = 60.0;

/// Shapes that move over a rough ground: neither trivial nor noise.
fn picture(frame_idx: u32) -> Vec<u8> {
    let mut rgb = Vec::with_capacity((SIDE * SIDE * 3) as usize);
    let center = 200 + frame_idx * 7;
    for y in 0..SIDE {
        for x in 0..SIDE {
            let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 28;
            let distance = x.abs_diff(center) + y.abs_diff(480);
            let value = match distance < 180 {
                true => 200,
                false => 40 + (x + y + frame_idx * 2) / 16 % 90,
            };
            let value = (value + grain) as u8;
            rgb.extend([value, value.saturating_add(20), 255 - value]);
        }
    }
    rgb
}

fn write_clip(folder: &Path) -> PathBuf {
    let spec = VideoSpec {
        width: SIDE,
        height: SIDE,
        fps: FPS,
        quality: Quality::Good,
    };
    let mut writer = ClipWriter::create(&folder.join("large.mp4"), spec).unwrap();
    for frame_idx in 0..NUM_FRAMES {
        writer.push_rgb(&picture(frame_idx)).unwrap();
    }
    let samples = vec![0.1; (NUM_FRAMES * 16_000 / FPS) as usize];
    let spec = AudioSpec {
        sample_rate_hz: 16_000,
    };
    writer.finish(&samples, spec, "").unwrap().path
}

fn millis(times: &mut [Duration]) -> (f64, f64) {
    times.sort();
    let sum: Duration = times.iter().sum();
    let mean = sum.as_secs_f64() * 1000.0 / times.len() as f64;
    let p95 = times[times.len() * 95 / 100].as_secs_f64() * 1000.0;
    (mean, p95)
}

#[test]
fn a_large_clip_is_decoded_faster_than_it_plays() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_clip(folder.path());
    let mut decoder = ClipReader::open(&path).unwrap().into_frames();
    let mut pixels = vec![Color32::BLACK; (SIDE * SIDE) as usize];
    let mut both = Vec::new();
    for _ in 0..NUM_FRAMES {
        let begun_at = Instant::now();
        let bytes = bytemuck::cast_slice_mut(&mut pixels);
        decoder.next_frame_into(PixelFormat::Rgba, bytes).unwrap();
        both.push(begun_at.elapsed());
    }
    // A jump to a frame decodes all frames from the key frame on, but converts only the last.
    let (mut whole_seconds, mut seeks) = (Vec::new(), Vec::new());
    for second in 1..NUM_FRAMES / FPS {
        let bytes = bytemuck::cast_slice_mut(&mut pixels);
        let begun_at = Instant::now();
        decoder.seek_frame(second * FPS).unwrap();
        decoder.seek_frame(second * FPS + FPS - 1).unwrap();
        whole_seconds.push(begun_at.elapsed() / (FPS - 1));
        decoder.next_frame_into(PixelFormat::Rgba, bytes).unwrap();
        seeks.push(begun_at.elapsed());
    }
    let (decode_and_convert, p95) = millis(&mut both);
    let (decode, _) = millis(&mut whole_seconds);
    let (_, longest_seek) = millis(&mut seeks);
    println!(
        "960x960: decode {decode:.2} ms, convert {:.2} ms, both {decode_and_convert:.2} ms a frame \
         (95th percentile {p95:.2}), longest jump {longest_seek:.0} ms",
        decode_and_convert - decode
    );
    let frame_millis = 1000.0 / f64::from(FPS);
    assert!(decode_and_convert < frame_millis / 1.5);
}

#[test]
fn a_difference_is_computed_within_a_frame() {
    let (a, b) = (vec![10_u8; 960 * 960 * 4], vec![200_u8; 960 * 960 * 4]);
    let mut target = vec![0; a.len()];
    let mut times = Vec::new();
    for _ in 0..20 {
        let begun_at = Instant::now();
        assert!(ovi_media::absolute_difference(&a, &b, 3, &mut target));
        times.push(begun_at.elapsed());
    }
    let (mean, p95) = millis(&mut times);
    println!("960x960: difference {mean:.2} ms (95th percentile {p95:.2})");
    assert!(mean < 1000.0 / f64::from(FPS));
}

/// Textures of the window below: one upload alone drowns in the rest of a picture.
const NUM_TEXTURES: usize = 8;

/// A window that draws textures, replaced before every picture or left alone.
struct Canvas {
    textures: Vec<TextureHandle>,
    image: Arc<ColorImage>,
    replaces: bool,
}

fn draw(ui: &mut egui::Ui, canvas: &mut Canvas) {
    let options = TextureOptions::LINEAR;
    let picture = Arc::clone(&canvas.image);
    let image = || Arc::clone(&picture);
    while canvas.textures.len() < NUM_TEXTURES {
        let texture = ui.ctx().load_texture("clip", image(), options);
        canvas.textures.push(texture);
    }
    for texture in &mut canvas.textures {
        if canvas.replaces {
            texture.set(image(), options);
        }
        ui.image((texture.id(), egui::vec2(8.0, 8.0)));
    }
}

#[test]
#[ignore = "measures; the software renderer is slower than any graphics card"]
fn how_long_a_texture_takes_to_upload() {
    let size = [SIDE as usize; 2];
    let canvas = Canvas {
        textures: Vec::new(),
        image: Arc::new(ColorImage::filled(size, Color32::GRAY)),
        replaces: false,
    };
    let mut harness = egui_kittest::Harness::builder()
        .with_size([80.0, 80.0])
        .build_ui_state(draw, canvas);
    let mut means = [0.0; 2];
    for (replaces, mean) in [false, true].into_iter().zip(&mut means) {
        harness.state_mut().replaces = replaces;
        let mut times = Vec::new();
        for _ in 0..40 {
            let begun_at = Instant::now();
            harness.step();
            harness.render().unwrap();
            times.push(begun_at.elapsed());
        }
        *mean = millis(&mut times).0;
    }
    let upload = (means[1] - means[0]) / NUM_TEXTURES as f64;
    println!("960x960: upload {upload:.2} ms");
}

fn player(path: PathBuf, sound: SoundOutput) -> Player {
    let habits = Habits {
        loudness: Loudness {
            volume: 1.0,
            is_muted: false,
        },
        is_looping: false,
        keeps_pitch: true,
    };
    let mut player = Player::new(sound, Arc::new(|| ()), habits);
    player.open(&[path]);
    player
}

/// Draw at `now_secs` until the frame of that moment is there.
fn settle(player: &mut Player, ctx: &egui::Context, now_secs: f64) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        player.update(ctx, now_secs);
        ctx.tex_manager().write().take_delta().clear();
        let is_shown = player.current().is_some_and(|open| {
            let lane = &open.lanes()[0];
            lane.shown_frame() == Some(lane.shape().frame_at(open.moment().secs))
        });
        if is_shown {
            return;
        }
        assert!(Instant::now() < deadline, "no frame at {now_secs}");
        std::thread::yield_now();
    }
}

/// The clock is simulated: a window that draws 60 times a second, a device that takes its samples in
/// blocks of 50 ms and lets them be heard 50 ms later.
#[test]
fn picture_and_sound_stay_within_40_ms() {
    const BLOCK_SECS: f64 = 0.05;
    let folder = tempfile::tempdir().unwrap();
    let path = write_clip(folder.path());
    let mut worst = 0.0_f64;
    for speed in [1.0_f32, 0.5, 2.0] {
        let (sound, mut device) = SoundOutput::by_hand(BLOCK_SECS);
        let mut player = player(path.clone(), sound);
        let ctx = egui::Context::default();
        settle(&mut player, &ctx, 0.0);
        let playback = player.current_mut().unwrap();
        playback.set_speed(speed, 0.0);
        playback.set_playing(true, 0.0);
        let clip_secs = f64::from(NUM_FRAMES) / f64::from(FPS);
        let num_ticks = (clip_secs / f64::from(speed) * WINDOW_HZ) as u32;
        let mut num_blocks = 0;
        for tick in 0..num_ticks {
            let now_secs = f64::from(tick) / WINDOW_HZ;
            while f64::from(num_blocks) * BLOCK_SECS <= now_secs {
                device.pull((16_000.0 * BLOCK_SECS) as usize);
                num_blocks += 1;
            }
            settle(&mut player, &ctx, now_secs);
            let heard_secs = (now_secs - BLOCK_SECS).max(0.0) * f64::from(speed);
            let shown_secs = player.current().unwrap().moment().secs;
            let apart_secs = (shown_secs - heard_secs).abs() / f64::from(speed);
            worst = worst.max(apart_secs);
            assert!(
                apart_secs < 0.04,
                "{apart_secs} s apart at {now_secs}, speed {speed}"
            );
        }
    }
    println!("picture and sound: at most {:.1} ms apart", worst * 1000.0);
}

/// Plays a clip in a window that draws 60 times a second, by the clock of the wall.
#[test]
#[ignore = "measures for as long as the clip plays"]
fn how_many_frames_a_window_of_60_hz_shows() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_clip(folder.path());
    for speed in [1.0, 2.0, -1.0] {
        let mut player = player(path.clone(), SoundOutput::unavailable("measured silently"));
        let ctx = egui::Context::default();
        settle(&mut player, &ctx, 0.0);
        let playback = player.current_mut().unwrap();
        match speed < 0.0 {
            true => {
                playback.seek(f64::from(NUM_FRAMES) / f64::from(FPS), 0.0);
                playback.shuttle(true, 0.0);
            }
            false => {
                playback.set_speed(speed, 0.0);
                playback.set_playing(true, 0.0);
            }
        }
        let (mut shown, mut num_late_ticks, mut num_ticks) = (Vec::new(), 0, 0);
        let mut slowest = Duration::ZERO;
        let begun_at = Instant::now();
        while player.current().unwrap().transport().is_playing {
            let due = begun_at + Duration::from_secs_f64(f64::from(num_ticks) / WINDOW_HZ);
            while Instant::now() < due {
                std::thread::yield_now();
            }
            let tick_at = Instant::now();
            player.update(&ctx, begun_at.elapsed().as_secs_f64());
            ctx.tex_manager().write().take_delta().clear();
            slowest = slowest.max(tick_at.elapsed());
            let open = player.current().unwrap();
            let frame_idx = open.lanes()[0].shown_frame().unwrap();
            let due_idx = open.moment().frame_idx;
            let is_late = match speed < 0.0 {
                true => frame_idx > due_idx,
                false => frame_idx < due_idx,
            };
            num_late_ticks += u32::from(is_late);
            shown.push(frame_idx);
            num_ticks += 1;
        }
        shown.sort_unstable();
        shown.dedup();
        println!(
            "960x960 at {speed}x: {} of {NUM_FRAMES} frames shown in {num_ticks} draws, {num_late_ticks} \
             draws late, slowest update {:.2} ms",
            shown.len(),
            slowest.as_secs_f64() * 1000.0
        );
    }
}
