//! What wishes about batch files do.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ovi_engine::prompt::{BatchError, BatchMode, RowProblem, read_batch};
use ovi_engine::protocol::{ErrorCode, ErrorReport, GenerateRequest, QueueEntry};

use super::generate;
use crate::app::OviApp;
use crate::command::BatchWish;
use crate::state::{
    Batch, BatchLine, BatchProblem, BatchState, Dialog, MAX_BATCH_JOBS, OutputName, Screen,
};
use crate::tasks::TaskDone;
use crate::text;

/// Most pictures whose size is read ahead; the others are looked at when their job begins.
const MAX_PICTURES: usize = 256;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, wish: BatchWish) {
    match wish {
        BatchWish::Open(path) => {
            let mode = match app.state.first_frame.path() {
                Some(_) => BatchMode::FirstFrame,
                None => BatchMode::Text,
            };
            app.state.screen = Screen::Queue;
            app.state.dialog = Some(Dialog::Batch);
            read(app, path, mode);
        }
        BatchWish::SetMode(mode) => {
            if let Some(batch) = &app.state.batch {
                let path = batch.path.clone();
                read(app, path, mode);
            }
        }
        BatchWish::Tick(place, is_ticked) => {
            if let Some(batch) = &mut app.state.batch {
                batch.tick(place, is_ticked);
            }
        }
        BatchWish::UntickBad => {
            if let Some(batch) = &mut app.state.batch {
                batch.untick_bad();
            }
        }
        BatchWish::OpenFile => open_file(app),
        BatchWish::Add => add(app),
    }
}

fn read(app: &mut OviApp, path: PathBuf, mode: BatchMode) {
    app.state.batch = Some(Batch::new(path.clone(), mode));
    app.services.tasks.run("batch", move || {
        let state = match read_batch(&path, mode) {
            Ok(batch) => lines(batch, mode),
            Err(error) => BatchState::Refused(Box::new(report(&path, &error))),
        };
        TaskDone::Batch(Box::new(Batch { path, mode, state }))
    });
}

fn lines(batch: ovi_engine::prompt::Batch, mode: BatchMode) -> BatchState {
    let mut problems: HashMap<u64, Vec<BatchProblem>> = HashMap::new();
    for RowProblem {
        line,
        column,
        message,
    } in batch.problems
    {
        let problem = BatchProblem::Cell { column, message };
        problems.entry(line).or_default().push(problem);
    }
    let mut pictures = HashMap::new();
    for row in &batch.rows {
        let Some(path) = &row.picture else { continue };
        if problems.contains_key(&row.line) || pictures.len() == MAX_PICTURES {
            continue;
        }
        pictures.entry(path.clone()).or_insert_with(|| {
            let picture = ovi_media::read_picture(path).map_err(|error| error.to_string())?;
            Ok([picture.width, picture.height])
        });
    }
    let lines = batch.rows.into_iter().map(|row| {
        let found = problems.remove(&row.line).unwrap_or_default();
        let has_cell_problem = |column| {
            let of_column = |problem: &BatchProblem| {
                matches!(problem, BatchProblem::Cell { column: known, .. } if *known == column)
            };
            found.iter().any(of_column)
        };
        // A picture that was not found is one problem, not two.
        let mode = match has_cell_problem("image_path") {
            true => BatchMode::Text,
            false => mode,
        };
        BatchLine::new(row, mode, found.clone(), &pictures)
    });
    BatchState::Read {
        lines: lines.collect(),
        unknown_columns: batch.unknown_columns,
    }
}

fn report(path: &Path, error: &BatchError) -> ErrorReport {
    ErrorReport {
        code: ErrorCode::Batch,
        message: format!("{error}"),
        action: text::open_file().to_owned(),
        details: format!("{}\n{error:?}", path.display()),
    }
}

fn open_file(app: &mut OviApp) {
    let Some(batch) = &app.state.batch else {
        return;
    };
    let path = batch.path.clone();
    let desktop = app.services.desktop.clone();
    app.services.tasks.run("open file", move || {
        TaskDone::FolderShown(desktop.open_file(&path))
    });
}

fn add(app: &mut OviApp) {
    let Some(batch) = app.state.batch.take() else {
        return;
    };
    let num_jobs = batch.num_jobs(app.state.form.num_takes);
    let is_refused = batch.num_bad_ticked() > 0 || num_jobs == 0 || num_jobs > MAX_BATCH_JOBS;
    if is_refused || app.state.batch_blocked().is_some() {
        app.state.batch = Some(batch);
        return;
    }
    let mut jobs: Vec<QueueEntry> = Vec::new();
    for line in batch.ticked() {
        let seed = match app.state.form.is_seed_locked {
            true => app.state.form.seed,
            false => u64::from((app.services.random_seed)()),
        };
        for mut request in app.state.batch_requests(line, seed) {
            request.output = output(app, line, &request);
            let name = line.row.settings.name.clone().unwrap_or_default();
            let entry = generate::new_entry(app, request);
            jobs.push(QueueEntry { name, ..entry });
        }
    }
    let ids: Vec<_> = jobs.iter().map(|entry| entry.id).collect();
    app.state.enqueue_all(jobs, false);
    app.state.job_list.select_all(&ids);
    app.state.job_list.said = text::queue_added(ids.len() as u64);
    app.state.dialog = None;
}

/// Named by the row, or after its settings like any other clip.
fn output(app: &OviApp, line: &BatchLine, request: &GenerateRequest) -> PathBuf {
    let template = match &line.row.settings.name {
        Some(name) => name.clone(),
        None => app.settings.output.template().to_owned(),
    };
    let folder = app.state.form.output_folder().unwrap_or_default();
    let size = app.state.batch_size(line);
    let size = size.unwrap_or([request.width, request.height]);
    OutputName { folder, template }.path(request, size, &(app.services.stamp)())
}
