//! Tests of changes on clips.

use ovi_engine::protocol::{Clip, LibraryCommand};

use super::*;
use crate::state::Outgoing;

fn state(num_clips: u64) -> AppState {
    let clips = (1..=num_clips).map(|id| ClipRecord {
        id: ClipId(id),
        created_unix: id as i64,
        clip: Clip {
            path: format!("/out/{id}.mp4").into(),
            extra_files: Vec::new(),
            width: 64,
            height: 32,
            num_frames: 5,
            fps: 24,
            sample_rate_hz: 16_000,
            duration_secs: 0.2,
            num_bytes: 10,
            seed: 1,
            is_test_pattern: false,
            stages: Vec::new(),
            total_secs: 1.0,
            peak_bytes: 0,
            peak_resident_bytes: None,
            latents: None,
            device: "cpu".into(),
            variant: None,
            warnings: Vec::new(),
        },
        request: None,
        rating: 0,
        is_favourite: false,
        tags: Vec::new(),
        trashed_unix: None,
        parent: None,
        is_present: true,
    });
    let mut state = AppState::default();
    state.library.set_clips(clips.collect());
    state
}

fn num_kept(state: &mut AppState) -> usize {
    let kept = std::mem::take(&mut state.outbox);
    kept.iter()
        .filter(|outgoing| matches!(outgoing, Outgoing::Library(LibraryCommand::PutClip(_))))
        .count()
}

#[test]
fn edits_are_kept_undone_and_redone() {
    let mut state = state(3);
    let ids = [ClipId(1), ClipId(2)];
    state.edit_clips(&ids, ClipEdit::Rate(9));
    assert_eq!(num_kept(&mut state), 2);
    state.edit_clips(&ids[..1], ClipEdit::Trash(Some(77)));
    assert_eq!(
        state.library_screen.offer.as_ref().map(Change::num_clips),
        Some(1)
    );
    let marks = |state: &AppState| {
        let record = state.library.clip(ClipId(1)).unwrap();
        (record.rating, record.trashed_unix)
    };
    assert_eq!(marks(&state), (5, Some(77)));
    state.undo_clips().unwrap();
    assert_eq!(marks(&state), (5, None));
    state.undo_clips().unwrap();
    assert_eq!(marks(&state), (0, None));
    assert_eq!(state.undo_clips(), None);
    state.redo_clips().unwrap();
    state.redo_clips().unwrap();
    assert_eq!(marks(&state), (5, Some(77)));
    assert_eq!(
        num_kept(&mut state),
        1 + 1 + 2 + 2 + 1,
        "every step is kept on disk too"
    );
    state.undo_clips().unwrap();
    state.edit_clips(&ids, ClipEdit::Favourite(true));
    assert_eq!(
        state.redo_clips(),
        None,
        "a new change ends what could be redone"
    );
}

#[test]
fn what_changes_nothing_is_no_change() {
    let mut state = state(1);
    state.edit_clips(&[ClipId(1), ClipId(99)], ClipEdit::Rate(0));
    assert_eq!(num_kept(&mut state), 0);
    assert_eq!(state.undo_clips(), None);
}

#[test]
fn a_clip_that_was_deleted_is_passed_over_by_undo() {
    let mut state = state(2);
    state.edit_clips(&[ClipId(1), ClipId(2)], ClipEdit::Trash(Some(5)));
    state.library.remove(&[ClipId(1)]);
    assert_eq!(state.undo_clips().map(|change| change.num_clips()), Some(1));
}

#[test]
fn tags_are_tidy_sorted_and_few() {
    assert_eq!(tidy_tag("  night \n scene, "), Some("night scene".into()));
    assert_eq!(tidy_tag(" ,\t"), None);
    assert_eq!(
        tidy_tag(&"x".repeat(99)).map(|tag| tag.len()),
        Some(MAX_TAG_CHARS)
    );
    let mut state = state(1);
    for tag in ["b", "a", "b"] {
        state.edit_clips(&[ClipId(1)], ClipEdit::AddTag(tag.into()));
    }
    assert_eq!(state.library.clip(ClipId(1)).unwrap().tags, ["a", "b"]);
    for number in 0..40 {
        state.edit_clips(&[ClipId(1)], ClipEdit::AddTag(format!("t{number}")));
    }
    assert_eq!(state.library.clip(ClipId(1)).unwrap().tags.len(), MAX_TAGS);
}
