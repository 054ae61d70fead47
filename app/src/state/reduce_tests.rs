//! Every event, and every reason that blocks Generate.

use std::path::Path;

use ovi_engine::prompt::PairFault;
use ovi_engine::protocol::{
    CheckpointInfo, Clip, Command, ErrorCode, ErrorReport, Event, GenerateRequest, LibraryCommand,
    Preview, QueueEntry, Stage, Warning, WarningCode,
};

use super::*;
use crate::state::{Blocked, FirstFrame, FirstFramePicture, Outgoing, Thumbnail};

const NOW: i64 = 1_900_000_000;

fn report() -> Box<ErrorReport> {
    Box::new(ErrorReport {
        code: ErrorCode::Missing,
        message: "The picture decoder is missing.".into(),
        action: "Choose another folder".into(),
        details: String::new(),
    })
}

fn info(area: Option<u32>) -> Box<CheckpointInfo> {
    Box::new(CheckpointInfo {
        root: "/models".into(),
        files: Vec::new(),
        variant: None,
        video_area: area,
        latent_frames: area.map(|_| 31),
        audio_steps: area.map(|_| 157),
        is_test_pattern: false,
        num_parameters: 1,
    })
}

fn clip() -> Box<Clip> {
    Box::new(Clip {
        path: "/out/a.mp4".into(),
        extra_files: Vec::new(),
        width: 64,
        height: 32,
        num_frames: 5,
        fps: 24,
        sample_rate_hz: 16_000,
        duration_secs: 5.0 / 24.0,
        num_bytes: 1,
        seed: 1,
        is_test_pattern: false,
        stages: Vec::new(),
        total_secs: 1.0,
        peak_bytes: 1,
        peak_resident_bytes: None,
        latents: None,
        device: "cpu".into(),
        variant: None,
        warnings: Vec::new(),
    })
}

fn ready() -> AppState {
    let mut state = AppState::default();
    state.apply(Event::Ready, NOW);
    state.model = ModelState::Checking("/models".into());
    state.apply(
        Event::Checkpoint {
            root: "/models".into(),
            result: Ok(info(Some(720 * 720))),
        },
        NOW,
    );
    state.form.prompt = "a dog".into();
    state.form.prompt_changed();
    state.form.output_folder = "/out".into();
    state.library.state = LibraryState::Open;
    state
}

/// A window that has queued a job and begins it.
fn starting() -> (AppState, JobId) {
    let mut state = ready();
    let request = GenerateRequest::new("/models", "a dog", "/out/a.mp4");
    let id = JobId(7);
    state.enqueue(vec![QueueEntry::new(id, request, NOW)], false);
    assert!(state.start_next(NOW));
    state.outbox.clear();
    (state, id)
}

fn sent(state: &mut AppState) -> Vec<Outgoing> {
    std::mem::take(&mut state.outbox)
}

fn running() -> (AppState, JobId) {
    let (mut state, id) = starting();
    state.job_started(id, Ok(()), NOW);
    state.outbox.clear();
    (state, id)
}

fn progress(job: JobId, stage: Stage, done: u32) -> Arc<Progress> {
    Arc::new(Progress {
        job,
        stage,
        done,
        total: 10,
        stage_secs: f64::from(done),
        last_unit_secs: Some(2.0),
        job_secs: 1.0,
    })
}

#[test]
fn a_job_runs_through_its_stages_to_a_clip() {
    let (mut state, id) = running();
    state.apply(
        Event::Queued {
            job: id,
            position: 2,
        },
        NOW,
    );
    assert_eq!(
        state.job.as_ref().unwrap().phase,
        JobPhase::Queued { position: 2 }
    );
    state.apply(
        Event::Stage {
            job: id,
            stage: Stage::Text,
        },
        NOW,
    );
    state.take_telemetry(Some(progress(id, Stage::Text, 3)), None, None);
    state.apply(
        Event::Stage {
            job: id,
            stage: Stage::Sampling,
        },
        NOW,
    );
    let job = state.job.as_ref().unwrap();
    assert_eq!(job.phase, JobPhase::Running(Stage::Sampling));
    assert_eq!(
        job.stage_fraction(),
        None,
        "progress of the stage before does not count"
    );
    state.take_telemetry(Some(progress(id, Stage::Sampling, 4)), None, None);
    let job = state.job.as_ref().unwrap();
    assert_eq!(job.stage_fraction(), Some(0.4));
    assert_eq!(job.stage_secs_left(), Some(12.0));
    assert_eq!(
        job.stages.iter().map(|run| run.secs).collect::<Vec<_>>(),
        [3.0, 4.0]
    );

    let warning = Warning {
        code: WarningCode::Flat,
        message: "flat".into(),
    };
    state.apply(
        Event::Warning {
            job: id,
            warning: warning.clone(),
        },
        NOW,
    );
    assert_eq!(state.job.as_ref().unwrap().warnings, [warning]);

    state.outcome = Outcome::Failed(report());
    state.apply(
        Event::Finished {
            job: id,
            clip: clip(),
        },
        NOW,
    );
    assert!(state.job.is_none());
    assert!(matches!(state.outcome, Outcome::None));
    assert_eq!(state.view, ResultView::Clip(id.into()));
    assert_eq!(state.queue.get(id).unwrap().state, QueueState::Done);
    assert!(matches!(
        sent(&mut state).as_slice(),
        [Outgoing::Library(LibraryCommand::FinishJob { job, clip })]
            if job.id == id && clip.id == id.into()
    ));
    assert_eq!(
        state.shown_clip().unwrap().request.as_ref().unwrap().prompt,
        "a dog"
    );
}

#[test]
fn failed_and_cancelled_jobs_free_the_window() {
    let (mut state, id) = running();
    state.apply(
        Event::Failed {
            job: id,
            report: report(),
        },
        NOW,
    );
    assert!(matches!(&state.outcome, Outcome::Failed(r) if r.code == ErrorCode::Missing));
    assert_eq!(state.queue.num_failed(), 1);
    assert_eq!(state.blocked(), None);

    let (mut state, id) = running();
    state.job.as_mut().unwrap().phase = JobPhase::Cancelling;
    state.apply(
        Event::Stage {
            job: id,
            stage: Stage::Sound,
        },
        NOW,
    );
    assert_eq!(state.job.as_ref().unwrap().phase, JobPhase::Cancelling);
    state.apply(Event::Cancelled { job: id }, NOW);
    assert!(state.job.is_none() && matches!(state.outcome, Outcome::Cancelled));
}

#[test]
fn reports_about_other_jobs_change_nothing() {
    let (mut state, id) = running();
    let other = JobId(id.0 + 1);
    state.apply(
        Event::Queued {
            job: other,
            position: 0,
        },
        NOW,
    );
    state.apply(
        Event::Stage {
            job: other,
            stage: Stage::Text,
        },
        NOW,
    );
    let warning = Warning {
        code: WarningCode::Flat,
        message: String::new(),
    };
    state.apply(
        Event::Warning {
            job: other,
            warning,
        },
        NOW,
    );
    state.apply(
        Event::Failed {
            job: other,
            report: report(),
        },
        NOW,
    );
    state.apply(Event::Cancelled { job: other }, NOW);
    let preview = Preview {
        job: other,
        step: 1,
        width: 1,
        height: 1,
        frames: Vec::new(),
    };
    state.take_telemetry(
        Some(progress(other, Stage::Text, 1)),
        None,
        Some(Arc::new(preview)),
    );
    let job = state.job.as_ref().unwrap();
    assert_eq!(job.phase, JobPhase::Sent);
    assert!(job.stages.is_empty() && job.warnings.is_empty());
    assert!(job.progress.is_none() && job.preview.is_none());
    assert!(matches!(state.outcome, Outcome::None));
}

#[test]
fn a_checkpoint_answer_counts_only_for_the_chosen_folder() {
    let mut state = ready();
    state.model = ModelState::Checking("/other".into());
    state.apply(
        Event::Checkpoint {
            root: "/models".into(),
            result: Err(report()),
        },
        NOW,
    );
    assert!(
        matches!(&state.model, ModelState::Checking(root) if root.as_path() == Path::new("/other"))
    );
    state.apply(
        Event::Checkpoint {
            root: "/other".into(),
            result: Err(report()),
        },
        NOW,
    );
    assert!(matches!(&state.model, ModelState::Unusable { .. }));
    assert_eq!(state.blocked(), Some(Blocked::ModelUnusable));
}

#[test]
fn generate_is_blocked_for_one_named_reason() {
    let check = |expected: Option<Blocked>, change: &dyn Fn(&mut AppState)| {
        let mut state = ready();
        change(&mut state);
        state.form.prompt_changed();
        assert_eq!(state.blocked(), expected);
    };
    check(None, &|_| {});
    check(Some(Blocked::EngineStarting), &|s| {
        s.engine = EngineState::Starting
    });
    check(Some(Blocked::EngineStopped), &|s| {
        s.apply(Event::Stopped, NOW)
    });
    check(Some(Blocked::NoModel), &|s| s.model = ModelState::Unset);
    check(Some(Blocked::ModelChecking), &|s| {
        s.model = ModelState::Checking("/m".into())
    });
    check(Some(Blocked::VariantUnknown), &|s| {
        s.model = ModelState::Found(info(None))
    });
    check(Some(Blocked::NoPrompt), &|s| s.form.prompt = " \n".into());
    check(Some(Blocked::Tags(PairFault::NeverEnds)), &|s| {
        s.form.prompt = "<S>hi".into()
    });
    check(Some(Blocked::PictureReading), &|s| {
        s.first_frame = FirstFrame::Reading("/p".into())
    });
    check(Some(Blocked::PictureUnusable), &|s| {
        s.first_frame = FirstFrame::Unusable {
            path: "/p".into(),
            reason: String::new(),
        };
    });
    check(Some(Blocked::NoOutputFolder), &|s| {
        s.form.output_folder = "  ".into()
    });
}

#[test]
fn the_shape_follows_the_model_and_the_picture() {
    let mut state = ready();
    let shape = state.resolved_shape().unwrap();
    assert_eq!(
        (shape.width, shape.height, shape.num_frames),
        (960, 544, Some(121))
    );
    let thumbnail = Thumbnail {
        width: 1,
        height: 1,
        rgb: vec![0; 3],
    };
    let picture = FirstFramePicture {
        path: "/p.png".into(),
        width: 300,
        height: 300,
        thumbnail,
    };
    state.first_frame = FirstFrame::Ready(picture);
    let shape = state.resolved_shape().unwrap();
    assert_eq!(
        (shape.width, shape.height, shape.is_from_picture),
        (704, 704, true)
    );
    state.model = ModelState::Found(info(None));
    assert_eq!(state.resolved_shape(), None);
}

#[test]
fn a_job_cancelled_before_it_was_sent_never_reaches_the_engine() {
    let (mut state, id) = starting();
    state.cancel();
    assert!(sent(&mut state).is_empty(), "there is nothing to send yet");
    state.job_started(id, Ok(()), NOW);
    assert!(state.job.is_none() && matches!(state.outcome, Outcome::Cancelled));
    assert_eq!(state.queue.get(id).unwrap().state, QueueState::Cancelled);
    let sent = sent(&mut state);
    assert!(
        sent.iter()
            .all(|outgoing| matches!(outgoing, Outgoing::Library(_)))
    );
}

#[test]
fn a_job_is_written_down_before_the_engine_hears_of_it() {
    let mut state = ready();
    state.outcome = Outcome::Cancelled;
    let request = GenerateRequest::new("/models", "a dog", "/out/a.mp4");
    let id = JobId(9);
    state.enqueue(vec![QueueEntry::new(id, request, NOW)], false);
    assert!(state.start_next(NOW) && !state.start_next(NOW));
    assert!(matches!(state.outcome, Outcome::None));
    let kept = sent(&mut state);
    assert!(matches!(
        kept.last(),
        Some(Outgoing::Library(LibraryCommand::StartJob(entry)))
            if entry.id == id && entry.state == QueueState::Running
    ));
    state.job_started(id, Ok(()), NOW);
    assert!(matches!(
        sent(&mut state).as_slice(),
        [Outgoing::Engine(Command::Generate { job, request })]
            if *job == id && request.job == Some(id)
    ));
    state.cancel();
    assert!(matches!(
        sent(&mut state).as_slice(),
        [Outgoing::Engine(Command::Cancel(job))] if *job == id
    ));
    state.cancel();
    assert!(sent(&mut state).is_empty(), "once is enough");
}

#[test]
fn a_job_that_cannot_be_written_down_fails() {
    let (mut state, id) = starting();
    state.job_started(id, Err(report()), NOW);
    assert!(matches!(state.outcome, Outcome::Failed(_)) && state.job.is_none());
    assert_eq!(state.queue.get(id).unwrap().report, Some(*report()));
    state.job_started(id, Ok(()), NOW);
    assert!(state.job.is_none(), "it is over");
}

#[test]
fn the_next_job_begins_unless_something_holds_it_up() {
    let check = |expected: bool, change: &dyn Fn(&mut AppState)| {
        let mut state = ready();
        let request = GenerateRequest::new("/models", "a dog", "/out/a.mp4");
        state.enqueue(vec![QueueEntry::new(JobId(9), request, NOW)], false);
        change(&mut state);
        assert_eq!(state.start_next(NOW), expected);
    };
    check(true, &|_| {});
    check(false, &|s| s.queue.is_paused = true);
    check(false, &|s| s.engine = EngineState::Starting);
    check(false, &|s| s.library.state = LibraryState::Opening);
    check(true, &|s| {
        s.library.state = LibraryState::Unavailable(report());
    });
    check(false, &|s| s.job = running().0.job);
    check(false, &|s| drop(s.queue.remove(&[JobId(9)])));
}

#[test]
fn the_queue_pauses_after_the_running_job_if_that_was_wanted() {
    let (mut state, id) = running();
    state.queue.pauses_after_current = true;
    state.apply(Event::Cancelled { job: id }, NOW);
    assert!(state.queue.is_paused && !state.queue.pauses_after_current);
}

#[test]
fn a_picture_that_comes_late_is_not_used() {
    let mut state = ready();
    state.first_frame = FirstFrame::Reading("/b.png".into());
    state.set_first_frame("/a.png".into(), Err("damaged".into()));
    assert!(matches!(&state.first_frame, FirstFrame::Reading(_)));
    state.set_first_frame("/b.png".into(), Err("damaged".into()));
    assert!(matches!(&state.first_frame, FirstFrame::Unusable { .. }));
}
