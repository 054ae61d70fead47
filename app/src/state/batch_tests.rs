//! What rows of a batch become, and what stands in their way.

use ovi_engine::protocol::{CheckpointInfo, SolverKind};

use super::*;

fn row(prompt: &str) -> BatchRow {
    BatchRow {
        line: 2,
        prompt: prompt.into(),
        ..BatchRow::default()
    }
}

fn line(row: BatchRow) -> BatchLine {
    BatchLine::new(row, BatchMode::Text, Vec::new(), &HashMap::new())
}

fn state() -> AppState {
    let mut state = AppState {
        engine: EngineState::Ready,
        model: ModelState::Found(Box::new(CheckpointInfo {
            root: "/m".into(),
            files: Vec::new(),
            variant: Some(ModelVariant::Square720Secs5),
            video_area: Some(720 * 720),
            latent_frames: Some(31),
            audio_steps: Some(157),
            is_test_pattern: false,
            num_parameters: 1,
        })),
        ..AppState::default()
    };
    state.form.output_folder = "/out".into();
    state
}

fn read(lines: Vec<BatchLine>) -> Batch {
    let state = BatchState::Read {
        lines,
        unknown_columns: Vec::new(),
    };
    Batch {
        state,
        ..Batch::new("/b.csv".into(), BatchMode::Text)
    }
}

#[test]
fn empty_cells_are_the_forms_settings_and_others_the_rows() {
    let mut state = state();
    state.form.steps = 30;
    let plain = state.batch_requests(&line(row("a")), 500);
    assert_eq!(plain.len(), 1);
    assert_eq!((plain[0].steps, plain[0].seed), (30, 500));
    let settings = RowSettings {
        seed: Some(u64::from(u32::MAX)),
        solver: Some(SolverKind::Euler),
        slg_layer: Some(30),
        aspect: Some((21, 9)),
        takes: Some(2),
        video_negative: Some("blur".into()),
        ..RowSettings::default()
    };
    let own = state.batch_requests(
        &line(BatchRow {
            settings,
            ..row("a")
        }),
        500,
    );
    let seeds: Vec<u64> = own.iter().map(|request| request.seed).collect();
    assert_eq!(seeds, [u64::from(u32::MAX), 0], "seeds go round");
    assert_eq!(
        (own[0].solver, own[0].skip_layer),
        (SolverKind::Euler, None)
    );
    assert_eq!((own[0].width, own[0].height), (1260, 540));
    assert_eq!((own[0].steps, own[0].video_negative.as_str()), (30, "blur"));
}

#[test]
fn every_row_says_its_size() {
    let state = state();
    assert_eq!(state.batch_size(&line(row("a"))), Some([960, 544]));
    let settings = RowSettings {
        aspect: Some((21, 9)),
        ..RowSettings::default()
    };
    let wide = line(BatchRow {
        settings,
        ..row("a")
    });
    assert_eq!(state.batch_size(&wide), Some([1088, 480]));
    let with_picture = BatchRow {
        picture: Some("/p.png".into()),
        ..row("a")
    };
    let unread = line(with_picture.clone());
    assert_eq!(state.batch_size(&unread), None);
    let sizes = HashMap::from([("/p.png".into(), Ok([100, 100]))]);
    let square = BatchLine::new(with_picture, BatchMode::FirstFrame, Vec::new(), &sizes);
    assert_eq!(state.batch_size(&square), Some([704, 704]));
}

#[test]
fn rows_are_checked_beyond_their_cells() {
    let check = |prompt: &str, mode, expected: &[BatchProblem]| {
        let line = BatchLine::new(row(prompt), mode, Vec::new(), &HashMap::new());
        assert_eq!(line.problems, expected, "{prompt:?}");
    };
    check("a dog", BatchMode::Text, &[]);
    check("  ", BatchMode::Text, &[BatchProblem::NoPrompt]);
    check("a dog", BatchMode::FirstFrame, &[BatchProblem::NoPicture]);
    let open = BatchProblem::Tag(PairFault::NeverEnds);
    check("says <S>hi", BatchMode::Text, &[open]);
}

#[test]
fn the_chosen_folder_holds_one_model() {
    let mut state = state();
    let with = |model| {
        let settings = RowSettings {
            model: Some(model),
            ..RowSettings::default()
        };
        line(BatchRow {
            settings,
            ..row("a")
        })
    };
    let other = ModelVariant::Square960Secs10;
    let batch = read(vec![with(ModelVariant::Square720Secs5), with(other)]);
    state.batch = Some(Batch::new(batch.path.clone(), batch.mode));
    state.set_batch(batch);
    let batch = state.batch.as_ref().unwrap();
    assert!(!batch.lines()[0].is_bad());
    assert_eq!(batch.lines()[1].problems, [BatchProblem::OtherModel(other)]);
}

#[test]
fn nothing_is_queued_while_a_ticked_row_is_bad() {
    let mut batch = read(vec![line(row("a")), line(row("")), line(row("b"))]);
    assert_eq!((batch.num_bad_ticked(), batch.num_jobs(2)), (1, 6));
    batch.untick_bad();
    assert_eq!((batch.num_bad_ticked(), batch.num_jobs(2)), (0, 4));
    batch.tick(1, true);
    assert_eq!(batch.num_bad_ticked(), 1);
}

#[test]
fn late_answers_about_another_file_change_nothing() {
    let mut state = state();
    state.batch = Some(Batch::new("/other.csv".into(), BatchMode::Text));
    state.set_batch(read(vec![line(row("a"))]));
    assert!(state.batch.as_ref().unwrap().lines().is_empty());
}
