//! The difference of two clips as a third picture, computed on a thread of its own: the newest pair
//! of frames counts, pairs in between are left out.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, TryRecvError, unbounded};
use egui::{Color32, ColorImage, Context, TextureHandle};

use super::lane::Lane;
use super::texture::VideoTexture;
use crate::tasks::Wake;

/// Two frames and how much their difference is amplified.
struct Pair {
    frames: [Arc<ColorImage>; 2],
    gain: u8,
}

/// Difference of the two clips of a playback.
pub struct Difference {
    gain: u8,
    pairs: Sender<Pair>,
    results: Receiver<ColorImage>,
    /// What was sent last; frames in memory tell whether there is something new.
    asked: Option<Pair>,
    shown: Option<Arc<ColorImage>>,
    texture: VideoTexture,
}

impl Difference {
    /// Starts the thread; `wake` is called after each picture.
    pub(super) fn new(gain: u8, wake: Wake) -> std::io::Result<Self> {
        let (pairs, pair_receiver) = unbounded();
        let (result_sender, results) = unbounded();
        std::thread::Builder::new()
            .name("difference".into())
            .spawn(move || run(&pair_receiver, &result_sender, &wake))?;
        Ok(Self {
            gain,
            pairs,
            results,
            asked: None,
            shown: None,
            texture: VideoTexture::default(),
        })
    }

    /// The picture, once one was computed.
    pub fn texture(&self) -> Option<&TextureHandle> {
        self.texture.handle()
    }

    /// Its pixels.
    pub fn pixels(&self) -> Option<&Arc<ColorImage>> {
        self.shown.as_ref()
    }

    /// Whether two clips can be compared pixel by pixel.
    pub fn fits(lanes: &[Lane]) -> bool {
        match lanes {
            [a, b] => {
                let size = |lane: &Lane| (lane.info().width, lane.info().height);
                size(a) == size(b)
            }
            _ => false,
        }
    }

    pub(super) fn set_gain(&mut self, gain: u8) {
        self.gain = gain;
    }

    /// Ask for the difference of the shown frames, and show what has been computed.
    pub(super) fn update(&mut self, ctx: &Context, lanes: &[Lane]) {
        if let [a, b] = lanes
            && Self::fits(lanes)
            && let (Some(a), Some(b)) = (a.pixels(), b.pixels())
        {
            let is_known = self.asked.as_ref().is_some_and(|asked| {
                let [known_a, known_b] = &asked.frames;
                Arc::ptr_eq(known_a, a) && Arc::ptr_eq(known_b, b) && asked.gain == self.gain
            });
            if !is_known {
                let pair = || Pair {
                    frames: [Arc::clone(a), Arc::clone(b)],
                    gain: self.gain,
                };
                self.asked = Some(pair());
                self.pairs.send(pair()).ok();
            }
        }
        if let Some(newest) = self.results.try_iter().last() {
            let image = Arc::new(newest);
            self.texture.set(ctx, Arc::clone(&image));
            self.shown = Some(image);
        }
    }
}

fn run(pairs: &Receiver<Pair>, results: &Sender<ColorImage>, wake: &Wake) {
    while let Ok(mut pair) = pairs.recv() {
        loop {
            match pairs.try_recv() {
                Ok(newer) => pair = newer,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return,
            }
        }
        let [a, b] = &pair.frames;
        let mut pixels = vec![Color32::BLACK; a.pixels.len()];
        ovi_media::absolute_difference(
            bytemuck::cast_slice(&a.pixels),
            bytemuck::cast_slice(&b.pixels),
            pair.gain,
            bytemuck::cast_slice_mut(&mut pixels),
        );
        let image = ColorImage::new(a.size, pixels);
        if results.send(image).is_err() {
            return;
        }
        wake();
    }
}
