//! Small pictures of clips: asked of the library, made of the clip where it has none, and kept there.

use std::path::Path;

use egui::Context;
use ovi_engine::protocol::{ClipId, LibraryCommand};
use ovi_media::ClipReader;

use super::small;
use crate::app::OviApp;
use crate::state::{LibraryState, Thumbnail};
use crate::tasks::{LibraryDone, TaskDone};
use crate::thumbnails::ThumbSource;

/// A finished picture.
#[derive(Debug)]
pub struct ThumbDone {
    /// Clip.
    pub id: ClipId,
    /// The picture, or why not.
    pub result: Result<Thumbnail, String>,
    /// PNG bytes to keep, if the picture was made new.
    pub png: Option<Vec<u8>>,
    /// A kept picture was damaged; this is to be tried instead.
    pub is_kept_damaged: bool,
}

/// Ask for pictures that nobody has asked for yet.
pub fn want(app: &mut OviApp, ids: &[ClipId]) {
    let is_open = app.state.library.state == LibraryState::Open;
    for id in app.pictures.clips.want(ids) {
        match is_open {
            true => app.state.keep(LibraryCommand::GetThumbnail(id)),
            false => add_clip(app, id),
        }
    }
    go_on(app);
}

/// The library has answered.
pub fn answered(app: &mut OviApp, id: ClipId, png: Option<Vec<u8>>) {
    match png {
        Some(png) => app.pictures.clips.add_work(id, ThumbSource::Png(png)),
        None => add_clip(app, id),
    }
    go_on(app);
}

/// A clip is new: make its picture and keep it.
pub fn make(app: &mut OviApp, id: ClipId) {
    add_clip(app, id);
    go_on(app);
}

/// A picture was made, or could not be.
pub fn done(app: &mut OviApp, ctx: &Context, done: ThumbDone) {
    if let Err(reason) = &done.result {
        log::warn!("no small picture of clip {}: {reason}", done.id.0);
    }
    let picture = done.result.as_ref().ok();
    app.pictures.clips.done(ctx, done.id, picture);
    if done.is_kept_damaged {
        app.pictures.clips.forget(&[done.id]);
        add_clip(app, done.id);
    }
    let is_known = app.state.library.clip(done.id).is_some();
    if let Some(png) = done.png.filter(|_| is_known) {
        app.state.keep(LibraryCommand::PutThumbnail(done.id, png));
    }
    go_on(app);
}

fn add_clip(app: &mut OviApp, id: ClipId) {
    if let Some(record) = app.state.library.clip(id) {
        let source = ThumbSource::Clip(record.clip.path.clone());
        app.pictures.clips.add_work(id, source);
    }
}

fn go_on(app: &mut OviApp) {
    while let Some((id, source)) = app.pictures.clips.next_work() {
        app.services.tasks.run("clip picture", move || {
            let done = match source {
                ThumbSource::Png(png) => of_png(id, &png),
                ThumbSource::Clip(path) => of_clip(id, &path),
            };
            TaskDone::Library(LibraryDone::Thumbnail(done))
        });
    }
}

fn of_png(id: ClipId, png: &[u8]) -> ThumbDone {
    let result = ovi_media::decode_png(png).map_err(|error| error.to_string());
    let result = result.and_then(|picture| small(&picture));
    ThumbDone {
        id,
        is_kept_damaged: result.is_err(),
        result,
        png: None,
    }
}

fn of_clip(id: ClipId, path: &Path) -> ThumbDone {
    let frame = ClipReader::open(path).and_then(|mut reader| reader.read_frame(0));
    let result = frame
        .map_err(|error| error.to_string())
        .and_then(|picture| small(&picture));
    let png = result.as_ref().ok().and_then(|small| {
        let Thumbnail { width, height, rgb } = small;
        ovi_media::encode_png(rgb, *width, *height).ok()
    });
    ThumbDone {
        id,
        result,
        png,
        is_kept_damaged: false,
    }
}
