//! Turns a panic of a codec library into an error: files of strangers must not end the program.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{MediaError, Result};

/// Runs `work`; a panic inside becomes [`MediaError::LibraryPanic`].
///
/// The caller drops whatever state `work` touched, so no half-changed state is seen afterwards.
pub(crate) fn contain<T>(library: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let reason = payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "no message".to_owned());
        Err(MediaError::LibraryPanic { library, reason })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error_with_its_message() {
        let result: Result<()> = contain("test library", || panic!("broken {}", 7));
        match result {
            Err(MediaError::LibraryPanic { library, reason }) => {
                assert_eq!((library, reason.as_str()), ("test library", "broken 7"));
            }
            other => panic!("unexpected {other:?}"),
        }
    }
}
