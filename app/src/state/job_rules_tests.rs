//! What wishes about jobs leave behind, in the window and in the library.

use ovi_engine::protocol::GenerateRequest;

use super::*;
use crate::state::{Outgoing, Queue};

fn entry(id: u64, state: QueueState) -> QueueEntry {
    let request = GenerateRequest::new("/m", format!("prompt {id}"), "/out/a.mp4");
    QueueEntry {
        state,
        ..QueueEntry::new(JobId(id), request, 0)
    }
}

fn state() -> AppState {
    use QueueState::{Cancelled, Done, Failed, Interrupted, Running, Waiting};
    let states = [
        Running,
        Waiting,
        Waiting,
        Done,
        Failed,
        Cancelled,
        Interrupted,
    ];
    let jobs = states.into_iter().zip(1..);
    let mut state = AppState {
        queue: Queue::new(jobs.map(|(state, id)| entry(id, state)).collect()),
        ..AppState::default()
    };
    state.refresh_forecast();
    state
}

fn ids(numbers: &[u64]) -> Vec<JobId> {
    numbers.iter().copied().map(JobId).collect()
}

fn sent(state: &mut AppState) -> Vec<LibraryCommand> {
    let outbox = std::mem::take(&mut state.outbox).into_iter();
    outbox
        .filter_map(|outgoing| match outgoing {
            Outgoing::Library(command) => Some(command),
            Outgoing::Engine(_) => None,
        })
        .collect()
}

fn fresh() -> impl FnMut(&QueueEntry) -> QueueEntry {
    let mut next = 100;
    move |entry| {
        next += 1;
        QueueEntry::new(JobId(next), entry.request.clone(), 0)
    }
}

#[test]
fn removing_spares_what_runs_and_can_be_undone() {
    let mut state = state();
    let before = state.queue.order();
    assert_eq!(state.remove_jobs(ids(&[1, 2, 5])), 2);
    assert_eq!(state.queue.order(), ids(&[1, 3, 4, 6, 7]));
    assert_eq!(sent(&mut state), [LibraryCommand::RemoveJobs(ids(&[2, 5]))]);
    assert_eq!(state.undo_removal(), 2);
    assert_eq!(state.queue.order(), before);
    let commands = sent(&mut state);
    assert!(matches!(&commands[0], LibraryCommand::AddJobs { jobs, .. } if jobs.len() == 2));
    assert_eq!(commands[1], LibraryCommand::ReorderJobs(before));
    assert_eq!(state.undo_removal(), 0, "only once");
}

#[test]
fn clearing_leaves_what_waits_runs_or_is_offered_again() {
    let mut state = state();
    assert_eq!(state.clear_finished(), 3);
    assert_eq!(state.queue.order(), ids(&[1, 2, 3, 7]));
}

#[test]
fn a_retried_job_takes_the_place_of_the_ended_one_in_front() {
    let mut state = state();
    assert_eq!(
        state.retry_jobs(&ids(&[4, 5, 7]), &mut fresh()),
        2,
        "4 is done"
    );
    assert_eq!(state.queue.order(), ids(&[1, 101, 102, 2, 3, 4, 6]));
    let again = state.queue.get(JobId(101)).unwrap();
    assert_eq!(again.request.prompt, "prompt 5");
    assert_eq!(again.state, QueueState::Waiting);
    let commands = sent(&mut state);
    assert!(
        matches!(
            commands.as_slice(),
            [LibraryCommand::ReplaceJobs { old, jobs }] if *old == ids(&[5, 7]) && jobs.len() == 2
        ),
        "{commands:?}: one transaction"
    );
    assert!(state.interrupted().is_empty());
}

#[test]
fn a_copy_stands_behind_its_original() {
    let mut state = state();
    assert_eq!(state.duplicate_jobs(&ids(&[2]), &mut fresh()), 1);
    let waiting: Vec<JobId> = state.queue.waiting().map(|entry| entry.id).collect();
    assert_eq!(waiting, ids(&[2, 101, 3]));
    assert_eq!(state.duplicate_jobs(&ids(&[4]), &mut fresh()), 1);
    assert_eq!(
        state.queue.waiting().last().unwrap().request.prompt,
        "prompt 4"
    );
}

#[test]
fn only_waiting_jobs_are_edited() {
    let mut state = state();
    for (id, expected) in [(2, true), (1, false), (4, false)] {
        let entry = state.queue.get(JobId(id)).unwrap();
        let mut edit = JobEdit::of(entry);
        edit.request.steps = 33;
        assert_eq!(state.save_edit(edit), expected, "{id}");
        let steps = state.queue.get(JobId(id)).unwrap().request.steps;
        assert_eq!(steps == 33, expected, "{id}");
    }
    assert_eq!(sent(&mut state).len(), 1);
}

#[test]
fn interrupted_jobs_are_offered_until_they_are_left() {
    let mut state = state();
    assert_eq!(state.interrupted(), ids(&[7]));
    state.job_list.hides_interrupted = true;
    assert!(state.interrupted().is_empty());
    state.library.notes = vec![LibraryNote::Adopted(2), LibraryNote::Interrupted(1)];
    assert_eq!(state.num_adopted(), 2);
}
