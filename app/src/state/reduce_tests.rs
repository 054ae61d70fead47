//! Every event, and every reason that blocks Generate.

use std::path::Path;

use ovi_engine::protocol::{
    CheckpointInfo, Clip, ErrorCode, ErrorReport, Event, GenerateRequest, Preview, Stage, Warning,
    WarningCode,
};

use super::*;
use crate::state::{Blocked, FirstFrame, FirstFramePicture, TagError, Thumbnail};

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
    state.apply(Event::Ready);
    state.model = ModelState::Checking("/models".into());
    state.apply(Event::Checkpoint {
        root: "/models".into(),
        result: Ok(info(Some(720 * 720))),
    });
    state.form.prompt = "a dog".into();
    state.form.prompt_changed();
    state.form.output_folder = "/out".into();
    state
}

fn running() -> (AppState, JobId) {
    let mut state = ready();
    let id = state.next_job_id();
    let request = GenerateRequest::new("/models", "a dog", "/out/a.mp4");
    state.job = Some(Job::new(id, Box::new(request)));
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
    state.apply(Event::Queued {
        job: id,
        position: 2,
    });
    assert_eq!(
        state.job.as_ref().unwrap().phase,
        JobPhase::Queued { position: 2 }
    );
    state.apply(Event::Stage {
        job: id,
        stage: Stage::Text,
    });
    state.take_telemetry(Some(progress(id, Stage::Text, 3)), None, None);
    state.apply(Event::Stage {
        job: id,
        stage: Stage::Sampling,
    });
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
    state.apply(Event::Warning {
        job: id,
        warning: warning.clone(),
    });
    assert_eq!(state.job.as_ref().unwrap().warnings, [warning]);

    state.outcome = Outcome::Failed(report());
    state.apply(Event::Finished {
        job: id,
        clip: clip(),
    });
    assert!(state.job.is_none());
    assert!(matches!(state.outcome, Outcome::None));
    assert_eq!(state.view, ResultView::Clip(0));
    assert_eq!(
        state.shown_clip().unwrap().request.as_ref().unwrap().prompt,
        "a dog"
    );
}

#[test]
fn failed_and_cancelled_jobs_free_the_window() {
    let (mut state, id) = running();
    state.apply(Event::Failed {
        job: id,
        report: report(),
    });
    assert!(matches!(&state.outcome, Outcome::Failed(r) if r.code == ErrorCode::Missing));
    assert_eq!(state.blocked(), None);

    let (mut state, id) = running();
    state.job.as_mut().unwrap().phase = JobPhase::Cancelling;
    state.apply(Event::Stage {
        job: id,
        stage: Stage::Sound,
    });
    assert_eq!(state.job.as_ref().unwrap().phase, JobPhase::Cancelling);
    state.apply(Event::Cancelled { job: id });
    assert!(state.job.is_none() && matches!(state.outcome, Outcome::Cancelled));
}

#[test]
fn reports_about_other_jobs_change_nothing() {
    let (mut state, id) = running();
    let other = JobId(id.0 + 1);
    state.apply(Event::Queued {
        job: other,
        position: 0,
    });
    state.apply(Event::Stage {
        job: other,
        stage: Stage::Text,
    });
    let warning = Warning {
        code: WarningCode::Flat,
        message: String::new(),
    };
    state.apply(Event::Warning {
        job: other,
        warning,
    });
    state.apply(Event::Failed {
        job: other,
        report: report(),
    });
    state.apply(Event::Cancelled { job: other });
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
    assert_eq!(job.phase, JobPhase::Sending);
    assert!(job.stages.is_empty() && job.warnings.is_empty());
    assert!(job.progress.is_none() && job.preview.is_none());
    assert!(matches!(state.outcome, Outcome::None));
}

#[test]
fn a_checkpoint_answer_counts_only_for_the_chosen_folder() {
    let mut state = ready();
    state.model = ModelState::Checking("/other".into());
    state.apply(Event::Checkpoint {
        root: "/models".into(),
        result: Err(report()),
    });
    assert!(
        matches!(&state.model, ModelState::Checking(root) if root.as_path() == Path::new("/other"))
    );
    state.apply(Event::Checkpoint {
        root: "/other".into(),
        result: Err(report()),
    });
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
    check(Some(Blocked::EngineStopped), &|s| s.apply(Event::Stopped));
    check(Some(Blocked::JobRunning), &|s| s.job = running().0.job);
    check(Some(Blocked::NoModel), &|s| s.model = ModelState::Unset);
    check(Some(Blocked::ModelChecking), &|s| {
        s.model = ModelState::Checking("/m".into())
    });
    check(Some(Blocked::VariantUnknown), &|s| {
        s.model = ModelState::Found(info(None))
    });
    check(Some(Blocked::NoPrompt), &|s| s.form.prompt = " \n".into());
    check(Some(Blocked::Tag(TagError::SpeechOpen)), &|s| {
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
    let mut state = ready();
    let id = state.start_job("/out/a.mp4".into()).unwrap();
    assert!(state.cancel().is_none(), "there is nothing to send yet");
    assert!(state.output_ready(id, Ok(())).is_none());
    assert!(state.job.is_none() && matches!(state.outcome, Outcome::Cancelled));
}

#[test]
fn a_job_is_sent_once_its_folder_is_there() {
    let mut state = ready();
    state.outcome = Outcome::Cancelled;
    let id = state.start_job("/out/a.mp4".into()).unwrap();
    assert!(matches!(state.outcome, Outcome::None));
    let sent = state.output_ready(id, Ok(()));
    assert!(matches!(sent, Some(Command::Generate { job, .. }) if job == id));
    state.apply(Event::Queued {
        job: id,
        position: 0,
    });
    assert!(matches!(state.cancel(), Some(Command::Cancel(job)) if job == id));
    assert!(state.cancel().is_none(), "once is enough");
}

#[test]
fn a_job_without_a_folder_fails_before_it_was_sent() {
    let mut state = ready();
    let id = state.start_job("/out/a.mp4".into()).unwrap();
    assert!(state.output_ready(id, Err(report())).is_none());
    assert!(matches!(state.outcome, Outcome::Failed(_)) && state.job.is_none());
    assert!(state.output_ready(id, Ok(())).is_none(), "it is over");
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

#[test]
fn cancel_reaches_the_engine_before_it_has_answered() {
    let mut state = ready();
    let id = state.start_job("/out/a.mp4".into()).unwrap();
    assert!(matches!(
        state.output_ready(id, Ok(())),
        Some(Command::Generate { .. })
    ));
    assert!(matches!(state.cancel(), Some(Command::Cancel(job)) if job == id));
    state.apply(Event::Cancelled { job: id });
    assert!(state.job.is_none());
}
