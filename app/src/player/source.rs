//! Decodes a clip's frames ahead of time on a thread of its own, into a ring of bounded size.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Select, Sender, bounded, unbounded};
use egui::ColorImage;
use ovi_media::{ClipInfo, ClipReader, FrameDecoder, PixelFormat, WaveformPeak, waveform_peaks};

use super::transport::Transport;
use crate::tasks::Wake;

/// Columns of the waveform, more than a window is wide.
const NUM_PEAKS: usize = 1200;
/// Memory for frames that wait.
const RING_BYTES: usize = 40 << 20;
/// Most frames that wait, whatever their size.
const MAX_RING_FRAMES: usize = 8;

/// What a clip is, known before its first frame.
pub struct Opened {
    /// Size, length, rates.
    pub info: ClipInfo,
    /// The whole sound, mono.
    pub samples: Arc<[f32]>,
    /// The sound's outline.
    pub peaks: Vec<WaveformPeak>,
    frames: Receiver<Decoded>,
}

/// A frame, ready for the screen.
pub struct VideoFrame {
    /// Index from 0.
    pub frame_idx: u32,
    /// Pixels.
    pub image: ColorImage,
}

struct Decoded {
    generation: u64,
    frame: Result<VideoFrame, String>,
}

enum Request {
    Seek { generation: u64, frame_idx: u32 },
    SetLooping(bool),
}

/// Frames of one clip. Dropping it ends its thread.
pub struct FrameSource {
    requests: Sender<Request>,
    opened: Receiver<Result<Opened, String>>,
    frames: Option<Receiver<Decoded>>,
    waiting: VecDeque<VideoFrame>,
    generation: u64,
    /// A jump whose first frame has not come yet.
    is_seeking: bool,
}

impl FrameSource {
    /// Start opening `path`; `wake` is called when it is open and after each jump.
    pub fn open(path: PathBuf, is_looping: bool, wake: Wake) -> std::io::Result<Self> {
        let (requests, request_receiver) = unbounded();
        let (opened_sender, opened) = bounded(1);
        std::thread::Builder::new()
            .name("frames".into())
            .spawn(move || {
                let opened = open_clip(&path);
                let (opened, worker) = match opened {
                    Ok((opened, worker)) => (Ok(opened), Some(worker)),
                    Err(error) => (Err(error), None),
                };
                if opened_sender.send(opened).is_ok() {
                    wake();
                    if let Some(mut worker) = worker {
                        worker.is_looping = is_looping;
                        worker.run(&request_receiver, &wake);
                    }
                }
            })?;
        Ok(Self {
            requests,
            opened,
            frames: None,
            waiting: VecDeque::new(),
            generation: 0,
            is_seeking: true,
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

    /// Continue with `frame_idx`; frames that wait are dropped.
    pub fn seek(&mut self, frame_idx: u32) {
        self.generation += 1;
        self.is_seeking = true;
        self.waiting.clear();
        let request = Request::Seek {
            generation: self.generation,
            frame_idx,
        };
        self.requests.send(request).ok();
    }

    /// Decode the start after the end.
    pub fn set_looping(&mut self, is_looping: bool) {
        self.requests.send(Request::SetLooping(is_looping)).ok();
    }

    /// The newest waiting frame that is due when `frame_idx` is to be shown.
    ///
    /// Jumps by itself when decoding has fallen half a second behind. Fails with the decoder's words.
    pub fn take_due(
        &mut self,
        frame_idx: u32,
        transport: &Transport,
    ) -> Result<Option<VideoFrame>, String> {
        let mut due = None;
        loop {
            while let Some(frame) = self.waiting.front() {
                if transport.frames_ahead(frame.frame_idx, frame_idx).is_none() {
                    return Ok(due);
                }
                due = self.waiting.pop_front();
            }
            let Some(decoded) = self
                .frames
                .as_ref()
                .and_then(|frames| frames.try_recv().ok())
            else {
                break;
            };
            if decoded.generation == self.generation {
                self.is_seeking = false;
                self.waiting.push_back(decoded.frame?);
            }
        }
        if let Some(frame) = &due
            && !self.is_seeking
            && let Some(num_behind) = transport.frames_ahead(frame.frame_idx, frame_idx)
            && f64::from(num_behind) > transport.fps / 2.0
        {
            self.seek(frame_idx);
        }
        Ok(due)
    }
}

/// The thread's side.
struct Worker {
    decoder: FrameDecoder,
    frames: Sender<Decoded>,
    size: [usize; 2],
    pixels: Vec<u8>,
    generation: u64,
    is_first: bool,
    is_looping: bool,
    /// Nothing to decode until the next request.
    is_idle: bool,
}

fn open_clip(path: &Path) -> Result<(Opened, Worker), String> {
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
    let frame_bytes = (info.width as usize * info.height as usize * 4).max(1);
    let num_ring = (RING_BYTES / frame_bytes).clamp(2, MAX_RING_FRAMES);
    let (sender, frames) = bounded(num_ring);
    let worker = Worker {
        decoder: reader.into_frames(),
        frames: sender,
        size: [info.width as usize, info.height as usize],
        pixels: Vec::new(),
        generation: 0,
        is_first: true,
        is_looping: false,
        is_idle: false,
    };
    Ok((
        Opened {
            info,
            samples,
            peaks,
            frames,
        },
        worker,
    ))
}

impl Worker {
    /// Runs until the window drops its end.
    fn run(&mut self, requests: &Receiver<Request>, wake: &Wake) {
        loop {
            while let Ok(request) = requests.try_recv() {
                self.take(request);
            }
            if self.is_idle {
                match requests.recv() {
                    Ok(request) => self.take(request),
                    Err(_) => return,
                }
                continue;
            }
            let Some(frame) = self.decode() else {
                self.is_idle = true;
                continue;
            };
            if !self.deliver(frame, requests, wake) {
                return;
            }
        }
    }

    fn take(&mut self, request: Request) {
        match request {
            Request::Seek {
                generation,
                frame_idx,
            } => {
                self.generation = generation;
                self.is_first = true;
                self.is_idle = false;
                if let Err(error) = self.decoder.seek_frame(frame_idx) {
                    // The next frame reports what is wrong, if it still is.
                    log::debug!("seek to frame {frame_idx}: {error}");
                }
            }
            Request::SetLooping(is_looping) => {
                self.is_looping = is_looping;
                self.is_idle &= !is_looping;
            }
        }
    }

    /// The next frame; `None` behind the last.
    fn decode(&mut self) -> Option<Result<VideoFrame, String>> {
        if self.is_looping && self.decoder.position() >= self.decoder.num_frames() {
            self.decoder.seek_frame(0).ok();
        }
        match self.decoder.next_frame(PixelFormat::Rgba, &mut self.pixels) {
            Ok(frame_idx) => {
                // The decoder's pixels are opaque: premultiplied and not are the same.
                let image = ColorImage::from_rgba_premultiplied(self.size, &self.pixels);
                Some(Ok(VideoFrame {
                    frame_idx: frame_idx?,
                    image,
                }))
            }
            Err(error) => {
                self.is_idle = true;
                Some(Err(error.to_string()))
            }
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
