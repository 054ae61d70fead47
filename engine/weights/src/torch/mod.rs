//! Reading torch files (`.pth`, `.pt`): tensors and plain containers only, nothing is executed
//! (spec: gguf-and-weights 9).
//!
//! Two containers hold the same pickled object: a zip archive whose members are the storages, and
//! the old form, in which five pickles are followed by the storages. The pickle is interpreted by
//! [`pickle`], the tensors in its object are named by [`state_dict`] and located by [`placement`].

#[cfg(test)]
mod attacks;
#[cfg(test)]
pub(crate) mod fixtures;
mod legacy;
mod pickle;
mod placement;
#[cfg(test)]
mod reading;
mod state_dict;
mod zip;
mod zip_file;
mod zip_record;
mod zip_writer;

pub(crate) use legacy::read_index as read_legacy_index;
pub(crate) use zip_file::read_index as read_zip_index;
pub(crate) use zip_writer::ZipWriter;
