//! `ovi batch`: a clip for every row and take of a CSV or TSV file.

use std::path::PathBuf;

use ovi_engine::catalogue::Checkpoint;
use ovi_engine::prompt::{Batch, BatchJob, BatchMode, RowProblem, read_batch, safe_file_stem};
use ovi_engine::protocol::{GenerateRequest, JobId};
use serde_json::json;

use crate::request::{OutputArguments, SamplingArguments, base_request};
use crate::run::{Job, run_jobs};
use crate::{Exit, fail};

#[derive(clap::Args)]
pub struct Arguments {
    /// File with a header and the column text_prompt; image_path, seed, steps, solver, shift,
    /// video_guidance, audio_guidance, slg_layer, aspect, model, takes, video_negative,
    /// audio_negative and name are optional and override the flags.
    file: PathBuf,
    /// Checkpoint folder in the official layout.
    #[arg(long)]
    checkpoint: PathBuf,
    /// Folder to write the clips to; it is made if it is not there.
    #[arg(long)]
    output: PathBuf,
    /// Use the pictures of the column image_path as first frames; every row needs one.
    #[arg(long)]
    first_frames: bool,
    #[command(flatten)]
    sampling: SamplingArguments,
    #[command(flatten)]
    result: OutputArguments,
    /// Print progress as one JSON object a line.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Exit {
    let checkpoint = match Checkpoint::open(&arguments.checkpoint, None) {
        Ok(checkpoint) => checkpoint.info,
        Err(error) => return fail(&error.report()),
    };
    let mut base = base_request(
        &arguments.checkpoint,
        &arguments.sampling,
        &arguments.result,
    );
    base.variant = base.variant.or(checkpoint.variant);
    let mode = match arguments.first_frames {
        true => BatchMode::FirstFrame,
        false => BatchMode::Text,
    };
    let batch = match read_batch(&arguments.file, mode) {
        Ok(batch) => batch,
        Err(error) => return refuse(arguments, &error.to_string()),
    };
    tell_unknown_columns(arguments, &batch);
    let problems = batch.all_problems(&base, mode);
    if !problems.is_empty() {
        problems.iter().for_each(|problem| tell(arguments, problem));
        let reason = format!("{} cells cannot be used; nothing was made", problems.len());
        return refuse(arguments, &reason);
    }
    let jobs = batch.jobs(&base, checkpoint.video_area);
    if jobs.is_empty() {
        return refuse(arguments, "there are no rows");
    }
    if let Err(error) = std::fs::create_dir_all(&arguments.output) {
        eprintln!(
            "E-WRITE: The output folder cannot be made: {error}: {}. Choose another folder.",
            arguments.output.display()
        );
        return Exit::Failed;
    }
    let jobs: Vec<Job> = jobs
        .into_iter()
        .zip(1..)
        .map(|(job, number)| numbered(arguments, job, number))
        .collect();
    run_jobs(&jobs, arguments.json, None)
}

/// A job with its file, named after the row and its seed.
fn numbered(arguments: &Arguments, job: BatchJob, number: u64) -> Job {
    let source = if job.name.is_empty() {
        &job.request.prompt
    } else {
        &job.name
    };
    let stem = safe_file_stem(source);
    let name = format!("{stem}_{}.mp4", job.request.seed);
    Job {
        id: JobId(number),
        label: Some(format!("line {}, take {}", job.line, job.take + 1)),
        request: GenerateRequest {
            output: arguments.output.join(name),
            ..job.request
        },
    }
}

fn tell_unknown_columns(arguments: &Arguments, batch: &Batch) {
    if batch.unknown_columns.is_empty() {
        return;
    }
    if arguments.json {
        let object = json!({ "event": "unknown_columns", "columns": batch.unknown_columns });
        println!("{object}");
    } else {
        eprintln!(
            "These columns are not used: {}.",
            batch.unknown_columns.join(", ")
        );
    }
}

fn tell(arguments: &Arguments, problem: &RowProblem) {
    let RowProblem {
        line,
        column,
        message,
    } = problem;
    if arguments.json {
        let object = json!({ "event": "problem", "code": "E-CSV", "line": line, "column": column,
            "message": message });
        println!("{object}");
    }
    eprintln!("E-CSV: line {line}, column {column}: {message}");
}

fn refuse(arguments: &Arguments, reason: &str) -> Exit {
    if arguments.json {
        println!(
            "{}",
            json!({ "event": "failed", "code": "E-CSV", "message": reason })
        );
    }
    eprintln!(
        "E-CSV: {reason}. Correct the file: {}.",
        arguments.file.display()
    );
    Exit::BadInput
}
