//! The generation engine: pipeline, worker thread, memory accounting and the headless program.
