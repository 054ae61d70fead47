//! vocoder
