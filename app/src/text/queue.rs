//! Which words say what about jobs and batches.

use ovi_engine::protocol::QueueState;

use super::duration;
use crate::state::estimate::TimeLeft;
use crate::state::{BatchProblem, Job, JobAction};

/// Name of a state.
pub fn job_state(state: QueueState) -> &'static str {
    match state {
        QueueState::Waiting => super::queue_waiting(),
        QueueState::Running => super::queue_running(),
        QueueState::Done => super::queue_done(),
        QueueState::Failed => super::queue_failed(),
        QueueState::Cancelled => super::queue_cancelled(),
        QueueState::Interrupted => super::queue_interrupted(),
    }
}

/// Name of an action.
pub fn job_action(action: JobAction) -> &'static str {
    match action {
        JobAction::Edit => super::queue_edit(),
        JobAction::Duplicate => super::queue_duplicate(),
        JobAction::ToFront => super::queue_to_front(),
        JobAction::Cancel => super::queue_cancel(),
        JobAction::Retry => super::queue_retry(),
        JobAction::ShowError => super::queue_show_error(),
        JobAction::Reveal => super::queue_reveal(),
        JobAction::Remove => super::queue_remove(),
    }
}

/// Time until everything is done.
pub fn queue_time(left: TimeLeft) -> String {
    match (left.is_known(), left.num_unknown) {
        (false, _) => super::queue_time_unknown().to_owned(),
        (true, 0) => super::queue_time_left(duration(left.secs)),
        (true, num_unknown) => super::queue_at_least(num_unknown as u64, duration(left.secs)),
    }
}

/// Time until the running job is done: there is no other job to count.
pub fn job_time(left: TimeLeft) -> String {
    match (left.is_known(), left.num_unknown) {
        (true, 0) => super::queue_time_left(duration(left.secs)),
        _ => super::queue_estimate_unknown().to_owned(),
    }
}

/// Stage of the running job and how much of it is done.
pub fn job_progress(job: &Job) -> String {
    let phase = super::job_phase(job.phase);
    match job.stage_fraction() {
        Some(share) => super::queue_progress(phase, super::percent(share)),
        None => phase,
    }
}

/// The same in steps of 10 %, for those who listen.
pub fn job_progress_spoken(job: &Job) -> String {
    let phase = super::job_phase(job.phase);
    let share = job.stage_fraction().unwrap_or(0.0);
    let share = (share * 10.0).floor() / 10.0;
    super::queue_announce_progress(phase, super::percent(share))
}

/// What is wrong with a row of a batch.
pub fn batch_problem(row: u64, problem: &BatchProblem) -> String {
    let (column, message) = match problem {
        BatchProblem::Cell { column, message } => (*column, message.clone()),
        BatchProblem::Picture(reason) => ("image_path", reason.clone()),
        BatchProblem::NoPrompt => ("text_prompt", super::batch_no_prompt().to_owned()),
        BatchProblem::Tag(error) => ("text_prompt", super::pair_fault(*error).to_string()),
        BatchProblem::NoPicture => ("image_path", super::batch_no_picture().to_owned()),
        BatchProblem::OtherModel(wanted) => ("model", super::batch_other_model(wanted.name())),
    };
    super::batch_problem_row(row, column, message)
}
