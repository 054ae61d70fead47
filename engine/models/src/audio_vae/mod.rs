//! audio_vae
