//! One function per stage, each loading its network and dropping it before it returns.

mod picture;
mod sampling;
mod sound;
mod text;

pub use picture::{
    FirstFrame, decode_picture, decode_picture_in_tiles, encode_first_frame, to_byte,
};
pub use sampling::{Latents, Previews, Sampling, sample};
pub use sound::{Sound, decode_sound};
pub use text::{Texts, encode_texts};
