//! The Ovi Desktop window.
