//! One window per user and data folder: a second start hands what it was asked to do to the first.
//!
//! A lock tells who is first: the system releases it whatever ends the program, so what a crash leaves
//! behind holds nobody up. The socket is for this user only.

mod message;

use std::fs::{File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, unbounded};
use interprocess::local_socket::prelude::*;
use interprocess::local_socket::{Listener, ListenerOptions, Name, Stream};

use crate::places::Places;
use crate::tasks::Wake;
pub use message::StartRequest;

/// How long the other end may take for one message.
const PATIENCE: Duration = Duration::from_secs(3);
/// Pause between attempts to reach a window that is just being opened.
const RETRY: Duration = Duration::from_millis(50);
/// Messages beyond this are not ours.
const MAX_BYTES: u64 = 1 << 20;
/// Answer to a message that was understood.
const TAKEN: u8 = b'y';

/// What this start is.
pub enum Instance {
    /// The first one; others are heard until it is dropped.
    First(FirstInstance),
    /// A running window has taken over what was asked.
    HandedOver,
    /// It cannot be told; the program runs on its own.
    Alone,
}

/// Hears of later starts.
pub struct FirstInstance {
    /// What later starts were asked to do.
    pub requests: Receiver<StartRequest>,
    socket: PathBuf,
    // Held as long as the program runs.
    _lock: File,
}

impl Drop for FirstInstance {
    fn drop(&mut self) {
        // A socket that stays is no problem for the next start.
        std::fs::remove_file(&self.socket).ok();
    }
}

/// Be the first, or hand `request` to the first. `wake` is called after every later start.
pub fn acquire(places: &Places, request: &StartRequest, wake: Wake) -> Instance {
    let Some(folder) = places.runtime.as_ref().or(places.data.as_ref()) else {
        return Instance::Alone;
    };
    match try_acquire(folder, places, request, wake) {
        Ok(instance) => instance,
        Err(error) => {
            log::warn!("a second start would open a second window: {error}");
            Instance::Alone
        }
    }
}

fn try_acquire(
    folder: &Path,
    places: &Places,
    request: &StartRequest,
    wake: Wake,
) -> io::Result<Instance> {
    std::fs::create_dir_all(folder)?;
    let stem = stem(places);
    let lock = File::create(folder.join(format!("{stem}.lock")))?;
    let socket = folder.join(format!("{stem}.sock"));
    match lock.try_lock() {
        Ok(()) => {
            let listener = listen(&socket)?;
            let (sender, requests) = unbounded();
            std::thread::Builder::new()
                .name("second starts".into())
                .spawn(move || {
                    for stream in listener.incoming().filter_map(Result::ok) {
                        match receive(stream) {
                            Ok(request) => {
                                if sender.send(request).is_err() {
                                    break;
                                }
                                wake();
                            }
                            Err(error) => log::warn!("a second start was not understood: {error}"),
                        }
                    }
                })?;
            Ok(Instance::First(FirstInstance {
                requests,
                socket,
                _lock: lock,
            }))
        }
        Err(TryLockError::WouldBlock) => {
            hand_over(&socket, request)?;
            Ok(Instance::HandedOver)
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Name that differs between data folders.
fn stem(places: &Places) -> String {
    use std::hash::{Hash, Hasher};
    // The same in every start of this version; across versions two windows may open.
    let mut hasher = std::hash::DefaultHasher::new();
    places.data.hash(&mut hasher);
    format!("ovi-desktop-{:016x}", hasher.finish())
}

#[cfg(unix)]
fn name(socket: &Path) -> io::Result<Name<'_>> {
    socket.to_fs_name::<interprocess::local_socket::GenericFilePath>()
}

#[cfg(windows)]
fn name(socket: &Path) -> io::Result<Name<'_>> {
    // A pipe; its name holds the hash of the data folder, which lies below the user's own.
    let pipe = socket.file_name().unwrap_or_default();
    pipe.to_ns_name::<interprocess::local_socket::GenericNamespaced>()
}

fn listen(socket: &Path) -> io::Result<Listener> {
    let options = ListenerOptions::new()
        .name(name(socket)?)
        .try_overwrite(true);
    #[cfg(target_os = "linux")]
    let options = {
        use interprocess::os::unix::local_socket::ListenerOptionsExt;
        options.mode(0o600)
    };
    let listener = options.create_sync()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(listener)
}

fn receive(mut stream: Stream) -> io::Result<StartRequest> {
    stream.set_recv_timeout(Some(PATIENCE))?;
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u64::from(u32::from_le_bytes(length));
    if length > MAX_BYTES {
        return Err(io::Error::other("too long"));
    }
    let mut bytes = Vec::new();
    (&mut stream).take(length).read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    let request = StartRequest::from_toml(&text).ok_or_else(|| io::Error::other("no request"))?;
    stream.write_all(&[TAKEN])?;
    Ok(request)
}

/// Tell the first window, which may be opening just now.
fn hand_over(socket: &Path, request: &StartRequest) -> io::Result<()> {
    let begun_at = Instant::now();
    let mut stream = loop {
        match Stream::connect(name(socket)?) {
            Ok(stream) => break stream,
            Err(error) if begun_at.elapsed() > PATIENCE => return Err(error),
            Err(_) => std::thread::sleep(RETRY),
        }
    };
    let text = request.to_toml();
    let length = u32::try_from(text.len()).map_err(io::Error::other)?;
    stream.set_recv_timeout(Some(PATIENCE))?;
    stream.write_all(&length.to_le_bytes())?;
    stream.write_all(text.as_bytes())?;
    let mut answer = [0];
    stream.read_exact(&mut answer)?;
    match answer {
        [TAKEN] => Ok(()),
        _ => Err(io::Error::other("it was refused")),
    }
}
