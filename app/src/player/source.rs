//! Frames of a clip, decoded ahead of time on a thread of their own into a ring of bounded size.

use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use egui::ColorImage;
use ovi_media::{ClipInfo, WaveformPeak};

use super::course::Course;
use super::decode;
use crate::tasks::Wake;

/// Fallen further behind than this, frames are left out.
const MAX_LAG_SECS: f64 = 0.5;
/// A frame that is due within this is shown.
const EARLY_SECS: f64 = 1e-4;

/// What a clip is, known before its first frame.
pub struct Opened {
    /// Size, length, rates.
    pub info: ClipInfo,
    /// The whole sound, mono.
    pub samples: Arc<[f32]>,
    /// The sound's outline.
    pub peaks: Vec<WaveformPeak>,
    pub(super) frames: Receiver<Decoded>,
}

/// A frame, ready for the screen.
#[derive(Clone)]
pub struct VideoFrame {
    /// Index from 0.
    pub frame_idx: u32,
    /// When it is due, in elapsed seconds of the course.
    pub due_secs: f64,
    /// Pixels.
    pub image: Arc<ColorImage>,
}

/// What the thread hands over.
pub(super) struct Decoded {
    pub(super) generation: u64,
    pub(super) frame: Result<VideoFrame, String>,
}

/// What the thread is asked for.
pub(super) enum Request {
    /// Frames along a course.
    Go {
        generation: u64,
        course: Course,
        stride: u32,
    },
    /// Leave out what was due before these elapsed seconds.
    SkipTo(f64),
    /// Memory of a frame that is no longer shown.
    Reuse(Vec<egui::Color32>),
}

/// Frames of one clip. Dropping it ends its thread.
pub struct FrameSource {
    requests: Sender<Request>,
    opened: Receiver<Result<Opened, String>>,
    frames: Option<Receiver<Decoded>>,
    /// Decoded, but not due yet.
    early: Option<VideoFrame>,
    generation: u64,
    /// A frame from after the last jump or skip has come.
    has_arrived: bool,
}

impl FrameSource {
    /// Start opening `path`; `wake` is called when it is open and after each jump. Frames that wait
    /// take at most `ring_bytes`, but two of them always fit.
    pub fn open(path: PathBuf, ring_bytes: usize, wake: Wake) -> std::io::Result<Self> {
        let (requests, request_receiver) = unbounded();
        let (opened_sender, opened) = bounded(1);
        std::thread::Builder::new()
            .name("frames".into())
            .spawn(move || {
                let (opened, worker) = match decode::open_clip(&path, ring_bytes) {
                    Ok((opened, worker)) => (Ok(opened), Some(worker)),
                    Err(error) => (Err(error), None),
                };
                if opened_sender.send(opened).is_ok() {
                    wake();
                    if let Some(mut worker) = worker {
                        worker.run(&request_receiver, &wake);
                    }
                }
            })?;
        Ok(Self {
            requests,
            opened,
            frames: None,
            early: None,
            generation: 0,
            has_arrived: false,
        })
    }

    /// What the clip is, once; `None` while it is being opened and ever after.
    pub fn take_opened(&mut self) -> Option<Result<Opened, String>> {
        let opened = self.opened.try_recv().ok()?;
        if let Ok(opened) = &opened {
            self.frames = Some(opened.frames.clone());
        }
        Some(opened)
    }

    /// Give every `stride`th frame along `course`; frames that wait are dropped.
    pub fn go(&mut self, course: Course, stride: u32) {
        self.generation += 1;
        self.has_arrived = false;
        self.early = None;
        let request = Request::Go {
            generation: self.generation,
            course,
            stride,
        };
        self.requests.send(request).ok();
    }

    /// The newest waiting frame that is due after `elapsed_secs` of the course.
    ///
    /// Leaves frames out when decoding has fallen behind. Fails with the decoder's words.
    pub fn take_due(&mut self, elapsed_secs: f64) -> Result<Option<VideoFrame>, String> {
        let mut due: Option<VideoFrame> = None;
        while let Some(frame) = self.next_frame()? {
            if frame.due_secs > elapsed_secs + EARLY_SECS {
                self.early = Some(frame);
                return Ok(due);
            }
            if let Some(missed) = due.replace(frame) {
                self.reuse(missed.image);
            }
        }
        if let Some(frame) = &due
            && elapsed_secs - frame.due_secs > MAX_LAG_SECS
        {
            self.requests.send(Request::SkipTo(elapsed_secs)).ok();
        }
        Ok(due)
    }

    /// Whether a frame has come since the last jump.
    pub fn has_arrived(&self) -> bool {
        self.has_arrived
    }

    /// Hand back the memory of a frame that is shown no more, if nobody else looks at it.
    pub fn reuse(&self, image: Arc<ColorImage>) {
        if let Ok(image) = Arc::try_unwrap(image) {
            self.requests.send(Request::Reuse(image.pixels)).ok();
        }
    }

    fn next_frame(&mut self) -> Result<Option<VideoFrame>, String> {
        if let Some(frame) = self.early.take() {
            return Ok(Some(frame));
        }
        let Some(frames) = &self.frames else {
            return Ok(None);
        };
        while let Ok(decoded) = frames.try_recv() {
            if decoded.generation == self.generation {
                self.has_arrived = true;
                return decoded.frame.map(Some);
            }
        }
        Ok(None)
    }
}
