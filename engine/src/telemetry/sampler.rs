//! A thread that watches memory while a job runs.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};
use ovi_tensor::Ledger;

use super::{ProcessMemory, snapshot};
use crate::handle::Wake;
use crate::protocol::{Latest, MemorySnapshot};

/// Time between looks at the resident memory.
const INTERVAL: Duration = Duration::from_millis(50);

/// Looks per published snapshot.
const LOOKS_PER_SNAPSHOT: u32 = 5;

/// Running watcher; ends when stopped or dropped.
pub struct Sampler {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<Option<u64>>>,
}

impl Sampler {
    /// Publish snapshots to `cell` until stopped. Without a thread the job runs unwatched.
    pub(crate) fn start(
        ledger: Arc<Ledger>,
        floor: Option<u64>,
        cell: Latest<MemorySnapshot>,
        wake: Arc<Wake>,
    ) -> Self {
        let (stop, stopped) = bounded(1);
        let watch = move || {
            let mut peak = None;
            for look in 0_u32.. {
                peak = peak.max(ProcessMemory::read().map(|memory| memory.resident_bytes));
                if look.is_multiple_of(LOOKS_PER_SNAPSHOT) {
                    cell.set(snapshot(&ledger, floor));
                    wake();
                }
                if !matches!(
                    stopped.recv_timeout(INTERVAL),
                    Err(RecvTimeoutError::Timeout)
                ) {
                    break;
                }
            }
            cell.set(snapshot(&ledger, floor));
            peak
        };
        let thread = std::thread::Builder::new()
            .name("ovi-memory".into())
            .spawn(watch);
        if let Err(error) = &thread {
            log::warn!("memory is not watched: {error}");
        }
        Self {
            stop: Some(stop),
            thread: thread.ok(),
        }
    }

    /// End the thread; returns the most resident memory it saw.
    pub(crate) fn stop(mut self) -> Option<u64> {
        self.stop.take();
        self.thread
            .take()
            .and_then(|thread| thread.join().ok())
            .flatten()
    }
}
