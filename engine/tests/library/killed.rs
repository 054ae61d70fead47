//! A process that is killed in the middle of a stream of commands has lost nothing it was told is
//! written.
//!
//! The child is this test program again, running [`child`] alone; it prints a line after each command,
//! and the parent kills it at random moments.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ovi_engine::library::Library;
use ovi_engine::protocol::{JobId, LibraryCommand, LibraryEvent, LibraryNote, QueueState};

use super::{clip, done, job, quiet};

/// Names the database to the child.
const PATH_VARIABLE: &str = "OVI_TEST_LIBRARY";
const NUM_ROUNDS: u64 = 20;

/// A small generator with a fixed seed.
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

/// The stream of commands: for each number a job is added, moved, started, finished.
#[test]
#[ignore = "the other process of the test below"]
fn child() {
    let Ok(path) = std::env::var(PATH_VARIABLE) else {
        return;
    };
    let path = Path::new(&path);
    let (mut library, snapshot) = Library::open(path).unwrap();
    let first = snapshot.jobs.iter().map(|job| job.id.0).max().unwrap_or(0) + 1;
    let told = |what: &str, id: u64| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{what} {id}").unwrap();
        out.flush().unwrap();
    };
    for id in first.. {
        let jobs = vec![job(id)];
        let at_front = id % 3 == 0;
        quiet(&mut library, LibraryCommand::AddJobs { jobs, at_front });
        told("waiting", id);
        let last = [id].map(JobId).to_vec();
        quiet(&mut library, LibraryCommand::ReorderJobs(last));
        let mut running = job(id);
        running.state = QueueState::Running;
        running.request.output = path.with_file_name(format!("{id}.mp4"));
        let events = library.handle(LibraryCommand::StartJob(Box::new(running)));
        assert!(matches!(
            events[..],
            [LibraryEvent::Started { result: Ok(()), .. }]
        ));
        told("running", id);
        let (job, clip) = (Box::new(done(id)), Box::new(clip(id, id as i64)));
        quiet(&mut library, LibraryCommand::FinishJob { job, clip });
        told("done", id);
    }
}

#[test]
fn a_killed_process_keeps_every_acknowledged_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("library.sqlite");
    let mut random = Random(0x0b5e_55ed_5eed_0001);
    let mut known: HashMap<u64, String> = HashMap::new();
    let mut num_interrupted = 0;
    for round in 0..NUM_ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["killed::child", "--exact", "--ignored", "--nocapture"])
            .env(PATH_VARIABLE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // After so many answers and a little more, so that the end falls into any part of a command.
        let num_answers = 1 + random.next(40);
        let delay = Duration::from_micros(random.next(4_000));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut answers = Vec::new();
        let answer = |line: String| {
            let (state, id) = line.split_once(' ')?;
            let id: u64 = id.parse().ok()?;
            Some((id, state.to_owned()))
        };
        while answers.len() < num_answers as usize {
            let line = lines.next().expect("the child ended").unwrap();
            answers.extend(answer(line));
        }
        let begun = Instant::now();
        while begun.elapsed() < delay {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What was still in the pipe was acknowledged, too; the last line may be cut.
        answers.extend(lines.map_while(Result::ok).filter_map(answer));
        known.extend(answers);

        let (library, snapshot) = Library::open(&path).unwrap();
        let damage = |note: &&LibraryNote| !matches!(note, LibraryNote::Interrupted(1));
        assert_eq!(snapshot.notes.iter().find(damage), None, "round {round}");
        num_interrupted += snapshot.notes.len();
        for (id, state) in &known {
            let found = snapshot.jobs.iter().find(|job| job.id.0 == *id).unwrap();
            let has_clip = snapshot.clips.iter().any(|clip| clip.id.0 == *id);
            let case = format!("round {round}, job {id}: {state}, found {:?}", found.state);
            // One more command than was acknowledged may have been written.
            let fits: &[QueueState] = match state.as_str() {
                "waiting" => &[
                    QueueState::Waiting,
                    QueueState::Interrupted,
                    QueueState::Done,
                ],
                "running" => &[QueueState::Interrupted, QueueState::Done],
                _ => &[QueueState::Done],
            };
            assert!(fits.contains(&found.state), "{case}");
            assert_eq!(has_clip, found.state == QueueState::Done, "{case}");
        }
        drop(library);
    }
    println!(
        "{} jobs, {num_interrupted} interrupted in {NUM_ROUNDS} rounds",
        known.len()
    );
    assert!(known.len() > 20 && num_interrupted > 0);
}
