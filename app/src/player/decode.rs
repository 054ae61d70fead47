//! The thread that decodes a clip's frames: forwards one by one, backwards a handful at a time.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Select, Sender, bounded};
use egui::{Color32, ColorImage};
use ovi_media::{ClipReader, FrameDecoder, PixelFormat, waveform_peaks};

use super::course::{DueFrame, Frames};
use super::source::{Decoded, Opened, Request, VideoFrame};
use super::transport::FrameShape;
use crate::tasks::Wake;

/// Columns of the waveform, more than a window is wide.
const NUM_PEAKS: usize = 1200;
/// Fewest and most frames that wait, whatever their size.
const RING_FRAMES: std::ops::RangeInclusive<usize> = 2..=8;
/// Frames that are decoded at once when time runs backwards: each handful starts at a key frame.
const MIN_BACKWARD_FRAMES: usize = 4;

/// The thread's side of a [`super::source::FrameSource`].
pub(super) struct Worker {
    decoder: FrameDecoder,
    frames: Sender<Decoded>,
    shape: FrameShape,
    size: [usize; 2],
    generation: u64,
    course: Option<Frames>,
    /// Decoded, in the order they are due.
    decoded: VecDeque<Result<VideoFrame, String>>,
    /// How many are decoded at once when time runs backwards.
    num_backward: usize,
    /// Memory of frames that are shown no more.
    spare: Vec<Vec<Color32>>,
    is_first: bool,
}

/// Open a clip whose waiting frames take at most `ring_bytes`.
pub(super) fn open_clip(path: &Path, ring_bytes: usize) -> Result<(Opened, Worker), String> {
    let reader = ClipReader::open(path).map_err(|error| error.to_string())?;
    let info = reader.info().clone();
    let samples: Arc<[f32]> = match reader.read_audio() {
        Ok(samples) => samples.into(),
        Err(error) => {
            log::warn!("the clip plays without sound: {error}");
            Vec::new().into()
        }
    };
    let peaks = match samples.is_empty() {
        true => Vec::new(),
        false => waveform_peaks(&samples, NUM_PEAKS),
    };
    let size = [info.width as usize, info.height as usize];
    let frame_bytes = (size[0] * size[1] * 4).max(1);
    let num_ring = (ring_bytes / frame_bytes).clamp(*RING_FRAMES.start(), *RING_FRAMES.end());
    let (sender, frames) = bounded(num_ring);
    let worker = Worker {
        decoder: reader.into_frames(),
        frames: sender,
        shape: FrameShape::new(info.num_frames, info.fps),
        size,
        generation: 0,
        course: None,
        decoded: VecDeque::new(),
        num_backward: num_ring.max(MIN_BACKWARD_FRAMES),
        spare: Vec::new(),
        is_first: true,
    };
    let opened = Opened {
        info,
        samples,
        peaks,
        frames,
    };
    Ok((opened, worker))
}

impl Worker {
    /// Runs until the window drops its end.
    pub(super) fn run(&mut self, requests: &Receiver<Request>, wake: &Wake) {
        loop {
            while let Ok(request) = requests.try_recv() {
                self.take(request);
            }
            if self.decoded.is_empty() {
                self.decode_some();
            }
            let Some(frame) = self.decoded.pop_front() else {
                match requests.recv() {
                    Ok(request) => self.take(request),
                    Err(_) => return,
                }
                continue;
            };
            if !self.deliver(frame, requests, wake) {
                return;
            }
        }
    }

    fn take(&mut self, request: Request) {
        match request {
            Request::Go {
                generation,
                course,
                stride,
            } => {
                self.generation = generation;
                self.is_first = true;
                self.decoded.clear();
                self.course = Some(course.frames(self.shape, stride));
            }
            Request::SkipTo(elapsed_secs) => {
                if let Some(course) = &mut self.course {
                    course.skip_to(elapsed_secs);
                }
            }
            Request::Reuse(pixels) => {
                if self.spare.len() < 2 {
                    self.spare.push(pixels);
                }
            }
        }
    }

    /// Decode the next frame of the course, or the next few where time runs backwards.
    fn decode_some(&mut self) {
        let Some(course) = &mut self.course else {
            return;
        };
        let mut wanted: Vec<DueFrame> = course.next().into_iter().collect();
        // Key frames lie ahead of what follows backwards: go there once, decode up to here.
        while let Some(last) = wanted.last().copied()
            && wanted.len() < self.num_backward
            && let Some(next) = course.clone().next()
            && next.frame_idx < last.frame_idx
            && course.is_backwards()
        {
            course.next();
            wanted.push(next);
        }
        wanted.reverse();
        for due in wanted {
            let frame = self.decode(due);
            let has_failed = frame.is_err();
            self.decoded.push_front(frame);
            if has_failed {
                // The window stops at an error; a jump starts anew.
                self.course = None;
                return;
            }
        }
    }

    fn decode(&mut self, due: DueFrame) -> Result<VideoFrame, String> {
        let mut pixels = self.spare.pop().unwrap_or_default();
        pixels.resize(self.size[0] * self.size[1], Color32::BLACK);
        if self.decoder.position() != due.frame_idx {
            self.decoder
                .seek_frame(due.frame_idx)
                .map_err(|error| error.to_string())?;
        }
        // The decoder's pixels are opaque: premultiplied and not are the same.
        let bytes = bytemuck::cast_slice_mut(pixels.as_mut_slice());
        let decoded = self.decoder.next_frame_into(PixelFormat::Rgba, bytes);
        match decoded.map_err(|error| error.to_string())? {
            Some(frame_idx) => Ok(VideoFrame {
                frame_idx,
                due_secs: due.due_secs,
                image: Arc::new(ColorImage::new(self.size, pixels)),
            }),
            None => Err(format!("frame {} is missing", due.frame_idx)),
        }
    }

    /// Wait for room in the ring, or drop the frame for a jump. `false` if the window is gone.
    fn deliver(
        &mut self,
        frame: Result<VideoFrame, String>,
        requests: &Receiver<Request>,
        wake: &Wake,
    ) -> bool {
        let generation = self.generation;
        let decoded = Decoded { generation, frame };
        loop {
            let mut select = Select::new();
            let send = select.send(&self.frames);
            select.recv(requests);
            let ready = select.select();
            if ready.index() == send {
                let is_sent = ready.send(&self.frames, decoded).is_ok();
                // While playing the window comes by itself; after a jump it waits for this frame.
                if is_sent && std::mem::replace(&mut self.is_first, false) {
                    wake();
                }
                return is_sent;
            }
            let Ok(request) = ready.recv(requests) else {
                return false;
            };
            self.take(request);
            if self.generation != generation {
                return true;
            }
        }
    }
}
