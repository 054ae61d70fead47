//! Tables good and bad, and the jobs they become.

use super::*;
use crate::protocol::{GenerateRequest, ModelVariant, SolverKind};

fn csv(text: &str) -> Result<Batch, BatchError> {
    parse(
        text.as_bytes(),
        b',',
        Path::new("/nonexistent"),
        BatchMode::FirstFrame,
    )
}

#[test]
fn settings_are_typed_and_empty_cells_are_the_current_setting() {
    let batch = csv("\u{FEFF}seed,text_prompt,solver,mood,aspect,slg_layer\n7,a,euler,x,16:9,-1\n,\"b\n,\",,,\n").unwrap();
    assert_eq!(batch.unknown_columns, ["mood"]);
    let first = &batch.rows[0].settings;
    assert_eq!(
        (first.seed, first.solver),
        (Some(7), Some(SolverKind::Euler))
    );
    assert_eq!((first.aspect, first.slg_layer), (Some((16, 9)), Some(-1)));
    assert_eq!(
        (batch.rows[1].line, batch.rows[1].prompt.as_str()),
        (3, "b\n,")
    );
    assert_eq!(batch.rows[1].settings, RowSettings::default());
    assert!(batch.problems.is_empty());
}

#[test]
fn unusable_cells_are_named_by_row() {
    let batch = csv("text_prompt,image_path,shift,steps\na,nope.png,NaN,0\nb,,inf,3\n").unwrap();
    let named: Vec<_> = batch
        .problems
        .iter()
        .map(|problem| (problem.line, problem.column))
        .collect();
    assert_eq!(
        named,
        [(2, "steps"), (2, "shift"), (2, "image_path"), (3, "shift")]
    );
    assert_eq!(batch.lines_without_picture(), [3]);
}

#[test]
fn malformed_tables_are_refused() {
    assert!(matches!(csv(""), Err(BatchError::NoPromptColumn)));
    assert!(matches!(
        csv("text_prompt\na,b\n"),
        Err(BatchError::TooManyCells { line: 2 })
    ));
    assert!(matches!(
        csv("text_prompt\na\n\"b \"\"c\nd\n"),
        Err(BatchError::OpenQuote { line: 3 })
    ));
    assert!(csv("text_prompt\nsays \"\"hi\n\"quoted \"\"x\"\"\"\n\n").is_ok());
    let binary = parse(
        b"text_prompt\n\xFF\xFE\n",
        b',',
        Path::new(""),
        BatchMode::Text,
    );
    assert!(matches!(binary, Err(BatchError::Table(_))));
    let other = read_batch(Path::new("prompts.txt"), BatchMode::Text);
    assert!(matches!(other, Err(BatchError::Extension(_))));
}

const CONTEXT: &str = "A bell. No one speaks. Audio: x";

fn base() -> GenerateRequest {
    GenerateRequest {
        seed: 5,
        ..GenerateRequest::new("/checkpoint", "", "")
    }
}

#[test]
fn rows_become_requests_with_takes() {
    let batch = csv(&format!(
        "text_prompt,takes,seed,aspect,slg_layer,name,model\n{CONTEXT},2,7,16:9,-1,Bell,720x720_5s\n{CONTEXT},,,,,,\n"
    ))
    .unwrap();
    let jobs = batch.jobs(&base(), None);
    let told: Vec<_> = jobs
        .iter()
        .map(|job| (job.line, job.take, job.request.seed, job.name.as_str()))
        .collect();
    assert_eq!(told, [(2, 0, 7, "Bell"), (2, 1, 8, "Bell"), (3, 0, 5, "")]);
    let first = &jobs[0].request;
    assert_eq!([first.width, first.height], [960, 544]);
    assert_eq!(first.skip_layer, None);
    assert_eq!(first.variant, Some(ModelVariant::Square720Secs5));
    let last = &jobs[2].request;
    assert_eq!([last.width, last.height], [1280, 704]);
    assert_eq!((last.skip_layer, last.prompt.as_str()), (Some(11), CONTEXT));
}

#[test]
fn prompts_that_block_are_named_by_row() {
    let text = format!("text_prompt,image_path\n,\nHe says <S>a,\n{CONTEXT},nope.png\n");
    let batch = csv(&text).unwrap();
    let named = |mode| -> Vec<_> {
        let problems = batch.all_problems(&base(), mode);
        let told = problems
            .iter()
            .map(|problem| (problem.line, problem.column));
        told.collect()
    };
    let text = [(2, "text_prompt"), (3, "text_prompt"), (4, "image_path")];
    assert_eq!(named(BatchMode::Text), text);
    let frames = [
        (2, "image_path"),
        (2, "text_prompt"),
        (3, "image_path"),
        (3, "text_prompt"),
        (4, "image_path"),
    ];
    assert_eq!(named(BatchMode::FirstFrame), frames);
}
