//! What wishes about the library do.

use ovi_engine::protocol::LibraryCommand;

use crate::app::OviApp;
use crate::command::LibraryWish;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, wish: LibraryWish) {
    let state = &mut app.state;
    match wish {
        LibraryWish::Rate(id, rating) => {
            if let Some(mut record) = state.library.clip(id).cloned() {
                record.rating = rating.min(5);
                state.library.put(record.clone());
                state.keep(LibraryCommand::PutClip(Box::new(record)));
            }
        }
    }
}
