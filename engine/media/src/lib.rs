//! Pictures, sound and MP4 files: encode, mux, decode, metadata.
