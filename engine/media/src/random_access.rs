//! Reads at an offset without a shared cursor, so frames and sound can be read from one open file.

use std::fs::File;
use std::io;

/// Fills `target` from `offset`; a shorter file is an error.
pub(crate) fn read_exact_at(file: &File, target: &mut [u8], offset: u64) -> io::Result<()> {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileExt::read_exact_at(file, target, offset)
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::FileExt;
        let mut num_read = 0;
        while let Some(rest) = target.get_mut(num_read..).filter(|rest| !rest.is_empty()) {
            match file.seek_read(rest, offset + num_read as u64) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => num_read += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
