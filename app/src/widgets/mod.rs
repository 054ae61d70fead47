//! Small parts that several panels share.

mod bar;
mod button;
mod group;
mod icon;
mod path_field;
mod stage;

pub use bar::{Segment, segmented_bar};
pub use button::{count_button, icon_button, primary_button, quiet_button, switch_button, tab};
pub use group::{
    announce, at_right, badge, card, field_row, fold_card, live_note, note, problem, titled_card,
};
pub use icon::Icon;
pub use path_field::{PathAction, PathField, path_field};
pub use stage::{above_below, fit, ground, in_the_middle, stage, stage_caption};
