//! Cancelling at every stage.

use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use ovi_engine::pipeline::{self, Observer};
use ovi_engine::protocol::{Command, Event, JobId, Stage, Warning};
use ovi_tensor::Device;

use crate::harness::{Engine, listing, request};

/// Asks for cancellation when a stage begins, and waits until the request has arrived.
struct CancelAt<'a> {
    stage: Stage,
    commands: &'a Sender<Command>,
    device: &'a Device,
    inner: &'a mut dyn Observer,
}

impl Observer for CancelAt<'_> {
    fn stage(&mut self, stage: Stage) {
        self.inner.stage(stage);
        if stage == self.stage {
            self.commands.send(Command::Cancel(JobId(1))).unwrap();
            let started = Instant::now();
            while self.device.check_cancelled().is_ok() {
                assert!(
                    started.elapsed() < Duration::from_secs(30),
                    "the request never arrived"
                );
                std::thread::yield_now();
            }
        }
    }
    fn progress(&mut self, done: u32, total: u32) {
        self.inner.progress(done, total);
    }
    fn warning(&mut self, warning: Warning) {
        self.inner.warning(warning);
    }
    fn preview(&mut self, step: u32, size: [u32; 2], frames: Vec<Vec<u8>>) {
        self.inner.preview(step, size, frames);
    }
    fn heard(&mut self, step: u32, samples: Vec<f32>) {
        self.inner.heard(step, samples);
    }
}

fn check(stage: Stage) {
    let folder = tempfile::tempdir().unwrap();
    let (late_sender, late) = crossbeam_channel::bounded::<Sender<Command>>(1);
    let mut engine = Engine::with_runner(Box::new(move |request, device, observer| {
        let commands = late.recv().unwrap();
        let mut cancelling = CancelAt {
            stage,
            commands: &commands,
            device,
            inner: observer,
        };
        pipeline::run(request, device, &mut cancelling)
    }));
    late_sender.send(engine.handle().commands.clone()).unwrap();
    let mut with_frames = request(folder.path());
    with_frames.save_frames = true;
    let events = engine.run(with_frames);
    assert!(
        matches!(events.last(), Some(Event::Cancelled { .. })),
        "{stage:?}: {events:?}"
    );
    assert_eq!(engine.counted_bytes(), 0, "{stage:?}");
    assert_eq!(
        listing(folder.path()),
        Vec::<String>::new(),
        "{stage:?} left files"
    );
}

#[test]
fn at_text() {
    check(Stage::Text);
}

#[test]
fn at_sampling() {
    check(Stage::Sampling);
}

#[test]
fn at_sound() {
    check(Stage::Sound);
}

#[test]
fn at_picture() {
    check(Stage::Picture);
}

#[test]
fn at_prepare() {
    check(Stage::Prepare);
}

#[test]
fn a_waiting_job_is_cancelled_and_the_running_one_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    let first = engine.send(request(folder.path()));
    let second = engine.send(request(folder.path()));
    engine
        .handle()
        .commands
        .send(Command::Cancel(second))
        .unwrap();
    let mut ends = engine.until_terminal();
    ends.extend(engine.until_terminal());
    let finished = |event: &Event| matches!(event, Event::Finished { job, .. } if *job == first);
    let cancelled = |event: &Event| matches!(event, Event::Cancelled { job } if *job == second);
    assert!(
        ends.iter().any(finished) && ends.iter().any(cancelled),
        "{ends:?}"
    );
}

#[test]
fn shutdown_stops_the_running_job() {
    let folder = tempfile::tempdir().unwrap();
    let mut long = request(folder.path());
    long.steps = 160;
    let mut engine = Engine::start();
    engine.send(long);
    while !matches!(
        engine.event(),
        Event::Stage {
            stage: Stage::Sampling,
            ..
        }
    ) {}
    let after = engine.stop();
    assert!(
        after
            .iter()
            .any(|event| matches!(event, Event::Cancelled { .. })),
        "{after:?}"
    );
    assert!(matches!(after.last(), Some(Event::Stopped)));
}
