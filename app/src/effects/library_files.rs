//! Files of clips: what is on disk, what deleting would remove, taking in clips from elsewhere.

use std::path::{Path, PathBuf};

use ovi_engine::protocol::{ClipId, ClipRecord};

use super::thumbnails;
use crate::app::OviApp;
use crate::clip_file::{self, Measured};
use crate::state::{
    ClipFacts, DeletePlan, Dialog, DroppedClip, FileFact, LibraryDialog, LibraryState,
};
use crate::tasks::{LibraryDone, TaskDone};
use crate::text;

/// What a clip that was read is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadFor {
    /// It was dropped: ask what to do.
    Drop,
    /// Take it in.
    Add,
    /// It is where the file of this clip is now.
    Locate(ClipId),
}

/// Find out what is on disk of the shown clip, off the window thread.
pub fn look_at_shown(app: &mut OviApp) {
    let Some(record) = app.state.clip_on_screen() else {
        return;
    };
    let clip = record.clip.clone();
    let id = record.id;
    app.services.tasks.run("clip files", move || {
        let facts = ClipFacts {
            latents: clip.latents.map(file_fact),
            extra_files: clip.extra_files.into_iter().map(file_fact).collect(),
            clip: file_fact(clip.path),
        };
        TaskDone::Library(LibraryDone::Facts(id, facts))
    });
}

/// The disk has told. A clip whose file went or came back is marked so.
pub fn facts_known(app: &mut OviApp, id: ClipId, facts: ClipFacts) {
    let is_present = facts.clip.num_bytes.is_some();
    app.state.library_screen.facts = Some((id, facts));
    let record = app.state.library.clip(id);
    if let Some(mut record) = record.filter(|r| r.is_present != is_present).cloned() {
        record.is_present = is_present;
        app.state.put_clip(record);
        app.pictures.clips.forget(&[id]);
    }
}

fn file_fact(path: PathBuf) -> FileFact {
    let Measured { num_bytes, .. } = clip_file::measure(&path);
    FileFact { path, num_bytes }
}

/// Count what deleting these clips would remove, then ask.
pub fn plan_deletion(app: &mut OviApp, ids: Vec<ClipId>) {
    let files: Vec<PathBuf> = ids
        .iter()
        .filter_map(|id| app.state.library.clip(*id))
        .flat_map(|record| clip_file::all_files(&record.clip))
        .collect();
    app.services.tasks.run("count files", move || {
        let measured = files.iter().map(|path| clip_file::measure(path));
        let mut plan = DeletePlan {
            ids,
            num_files: 0,
            num_bytes: 0,
        };
        for found in measured {
            plan.num_files += found.num_files;
            plan.num_bytes += found.num_bytes.unwrap_or(0);
        }
        TaskDone::Library(LibraryDone::DeletePlan(plan))
    });
}

/// Ask for clips to take in.
pub fn pick_clips(app: &mut OviApp) {
    let desktop = app.services.desktop.clone();
    let folder = app.state.form.output_folder();
    app.services.tasks.run("file dialog", move || {
        let picked = desktop.pick_clips(text::add_clips(), folder.as_deref());
        TaskDone::Library(LibraryDone::Picked(ReadFor::Add, picked))
    });
}

/// Ask where the file of a clip is now.
pub fn locate(app: &mut OviApp, id: ClipId) {
    let desktop = app.services.desktop.clone();
    let record = app.state.library.clip(id);
    let folder = record.and_then(|record| record.clip.path.parent().map(Path::to_owned));
    app.services.tasks.run("file dialog", move || {
        let picked = desktop.pick_clips(text::locate_clip(), folder.as_deref());
        TaskDone::Library(LibraryDone::Picked(ReadFor::Locate(id), picked))
    });
}

/// Read clips, one after the other.
pub fn read_clips(app: &mut OviApp, read_for: ReadFor, paths: Vec<PathBuf>) {
    for path in paths {
        app.services.tasks.run("read clip", move || {
            let result = clip_file::describe(&path);
            TaskDone::Library(LibraryDone::Read {
                read_for,
                path,
                result: result.map(Box::new),
            })
        });
    }
}

/// A clip was read, or could not be.
pub fn clip_read(
    app: &mut OviApp,
    read_for: ReadFor,
    path: &Path,
    result: Result<Box<DroppedClip>, String>,
) {
    let dropped = match result {
        Ok(dropped) => *dropped,
        Err(reason) => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            app.state.complain(text::clip_unreadable(name, reason));
            return;
        }
    };
    match read_for {
        ReadFor::Drop => {
            app.state.library_screen.dropped = Some(dropped);
            app.state.dialog = Some(Dialog::Library(LibraryDialog::Dropped));
        }
        ReadFor::Add => {
            take_in(app, dropped.record);
        }
        ReadFor::Locate(id) => relocate(app, id, dropped.record),
    }
}

/// Take a clip into the library. One that is there already stays as it is; returns its number.
pub fn take_in(app: &mut OviApp, mut record: ClipRecord) -> ClipId {
    let library = &app.state.library;
    let known = library.clip_of_file(&record.clip.path);
    if let Some(known) = known {
        let id = known.id;
        app.state.tell(text::clip_known());
        return id;
    }
    // Another clip may carry the number already: the original of a copy.
    if library.clip(record.id).is_some() {
        record.id = ClipId((app.services.random_id)() >> 1);
    }
    let id = record.id;
    let is_kept = library.state == LibraryState::Open;
    app.state.put_clip(record);
    thumbnails::make(app, id);
    app.state.tell(match is_kept {
        true => text::clip_added(),
        false => text::clip_added_unkept(),
    });
    id
}

fn relocate(app: &mut OviApp, id: ClipId, found: ClipRecord) {
    let Some(mut record) = app.state.library.clip(id).cloned() else {
        return;
    };
    let is_same = (
        record.clip.num_frames,
        record.clip.width,
        record.clip.height,
    ) == (found.clip.num_frames, found.clip.width, found.clip.height);
    if !is_same {
        app.state.complain(text::located_other());
        return;
    }
    record.clip.path = found.clip.path;
    record.clip.num_bytes = found.clip.num_bytes;
    record.is_present = true;
    app.state.put_clip(record);
    app.pictures.clips.forget(&[id]);
    app.state.tell(text::located());
    look_at_shown(app);
}

/// Write a frame beside its clip, to start another clip with it.
pub fn write_frame(app: &mut OviApp, clip: PathBuf, frame_idx: u32) {
    app.services.tasks.run("frame of a clip", move || {
        let written = clip_file::write_frame(&clip, frame_idx);
        TaskDone::Library(LibraryDone::Frame(written))
    });
}

/// Take what a task about clips has found.
pub fn take(app: &mut OviApp, ctx: &egui::Context, done: LibraryDone) {
    match done {
        LibraryDone::Thumbnail(done) => thumbnails::done(app, ctx, done),
        LibraryDone::Facts(id, facts) => facts_known(app, id, facts),
        LibraryDone::DeletePlan(plan) => {
            app.state.dialog = Some(Dialog::Library(LibraryDialog::Delete(plan)));
        }
        LibraryDone::Frame(Ok(picture)) => super::use_first_frame(app, picture),
        LibraryDone::Frame(Err(reason)) => app.state.complain(reason),
        LibraryDone::Picked(read_for, paths) => read_clips(app, read_for, paths),
        LibraryDone::Read {
            read_for,
            path,
            result,
        } => clip_read(app, read_for, &path, result),
    }
}
