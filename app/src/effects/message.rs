//! What wishes about messages do.

use crate::app::OviApp;
use crate::command::MessageWish;
use crate::state::Dialog;

/// Do what the user wishes.
pub fn apply(app: &mut OviApp, wish: MessageWish) {
    let state = &mut app.state;
    match wish {
        MessageWish::List => {
            state.messages.mark_read();
            state.notice = None;
            state.dialog = Some(Dialog::Messages);
        }
        MessageWish::Dismiss(serial) => state.messages.dismiss(serial),
        MessageWish::Clear => state.messages.clear(),
    }
}
