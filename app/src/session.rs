//! What the user's session is asked for: to stay awake, and to show a notification. The thread talks to
//! the session bus or the system; where there is none, only the log hears of it.

use crossbeam_channel::{Receiver, Sender, unbounded};
use keepawake::KeepAwake;
use notify_rust::Notification;

use crate::text;

/// Something to ask the session for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionWish {
    /// The computer must not, or may again, go to sleep by itself.
    KeepAwake(bool),
    /// Show a notification.
    Notify {
        /// Headline.
        title: String,
        /// One more line.
        body: String,
    },
}

/// Start the thread; it ends with the last sender, and sleep is allowed then.
pub fn spawn() -> std::io::Result<Sender<SessionWish>> {
    let (sender, wishes) = unbounded();
    // Texts belong to the window's thread.
    let (name, reason) = (text::app_name().to_owned(), text::awake_reason().to_owned());
    std::thread::Builder::new()
        .name("session".into())
        .spawn(move || serve(&wishes, &name, &reason))?;
    Ok(sender)
}

fn serve(wishes: &Receiver<SessionWish>, name: &str, reason: &str) {
    let mut awake: Option<KeepAwake> = None;
    while let Ok(wish) = wishes.recv() {
        match wish {
            SessionWish::KeepAwake(false) => awake = None,
            SessionWish::KeepAwake(true) => {
                let asked = keepawake::Builder::default()
                    .idle(true)
                    .sleep(true)
                    .app_name(name)
                    .reason(reason)
                    .create();
                match asked {
                    Ok(held) => awake = Some(held),
                    Err(error) => log::warn!("the computer may go to sleep: {error}"),
                }
            }
            SessionWish::Notify { title, body } => {
                let shown = Notification::new()
                    .appname(name)
                    .summary(&title)
                    .body(&body)
                    .icon("ovi-desktop")
                    .show();
                if let Err(error) = shown {
                    log::warn!("no notification: {error}");
                }
            }
        }
    }
    drop(awake);
}
