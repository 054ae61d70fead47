//! Every distance and text size of the window. Nothing else in the package names one; colours stand
//! in `palettes.rs`.

/// Distances in points.
pub mod space {
    /// Between a label and what it names.
    pub const XS: f32 = 4.0;
    /// Between controls.
    pub const S: f32 = 8.0;
    /// Between groups, and inside cards.
    pub const M: f32 = 12.0;
    /// Around areas.
    pub const L: f32 = 16.0;
    /// Around the empty stage.
    pub const XL: f32 = 28.0;
}

/// Corner radii in points.
pub mod radius {
    /// Marks and bars.
    pub const S: u8 = 4;
    /// Controls.
    pub const M: u8 = 7;
    /// Cards and pictures.
    pub const L: u8 = 11;
}

/// Text sizes in points.
pub mod type_size {
    /// Captions above groups.
    pub const CAPTION: f32 = 10.5;
    /// Notes and facts.
    pub const SMALL: f32 = 12.0;
    /// Everything else.
    pub const BODY: f32 = 13.5;
    /// The prompt.
    pub const READING: f32 = 15.0;
    /// Names of cards.
    pub const TITLE: f32 = 17.0;
    /// The empty stage.
    pub const HERO: f32 = 22.0;
}

/// Sizes of parts in points.
pub mod size {
    /// Least height of anything that can be clicked (spec: product 12).
    pub const TARGET: f32 = 28.0;
    /// Least height of anything that can be clicked with large controls (spec: product 12).
    pub const TOUCH_TARGET: f32 = 44.0;
    /// Width of the list of sections.
    pub const SECTIONS: f32 = 190.0;
    /// Most width of settings.
    pub const SETTINGS: f32 = 820.0;
    /// Width of the name of a setting.
    pub const SETTING_NAME: f32 = 260.0;
    /// Width of the pages of the first run.
    pub const FIRST_RUN: f32 = 680.0;
    /// Room for the buttons of a model folder.
    pub const MODEL_BUTTONS: f32 = 250.0;
    /// Height of the log.
    pub const LOG: f32 = 320.0;
    /// Height of the main button.
    pub const PRIMARY: f32 = 42.0;
    /// Height of the main button, the line under it and the room around them.
    pub const ACTION_BAR: f32 = 88.0;
    /// Width of the rail.
    pub const RAIL: f32 = 92.0;
    /// Height of a screen's entry in the rail.
    pub const RAIL_ENTRY: f32 = 58.0;
    /// Side of an icon in the rail.
    pub const RAIL_ICON: f32 = 20.0;
    /// Height of the bar at the bottom.
    pub const STATUS_BAR: f32 = 28.0;
    /// Width of the bar from which it holds the free space.
    pub const STATUS_SPACE: f32 = 900.0;
    /// Width of the bar from which it holds memory.
    pub const STATUS_MEMORY: f32 = 640.0;
    /// Width of the progress in the bar.
    pub const STATUS_PROGRESS: f32 = 96.0;
    /// Height of the progress in the bar.
    pub const STATUS_PROGRESS_HEIGHT: f32 = 8.0;
    /// Width of one column of inputs.
    pub const COLUMN: f32 = 372.0;
    /// Window width from which inputs take two columns.
    pub const TWO_COLUMNS: f32 = 1500.0;
    /// Window width below which everything stands in one column.
    pub const ONE_COLUMN: f32 = 860.0;
    /// Height of the result when everything stands in one column.
    pub const STACKED_RESULT: f32 = 560.0;
    /// Width that holds a clip's facts and its buttons side by side.
    pub const FACTS_AND_BUTTONS: f32 = 740.0;
    /// Width of the names of controls.
    pub const LABEL: f32 = 118.0;
    /// Width of a number beside its slider.
    pub const NUMBER: f32 = 58.0;
    /// Width of the names of a prompt's parts.
    pub const PART_NAME: f32 = 84.0;
    /// Side of an icon.
    pub const ICON: f32 = 16.0;
    /// Height of the waveform.
    pub const WAVEFORM: f32 = 52.0;
    /// Height of a bar of measured values.
    pub const BAR: f32 = 12.0;
    /// Height of a picture in the strip of clips.
    pub const STRIP: f32 = 62.0;
    /// Longest side of the first-frame picture.
    pub const THUMBNAIL: f32 = 92.0;
    /// Width of the volume slider.
    pub const VOLUME: f32 = 84.0;
    /// Width of the choice of a speed.
    pub const SPEED: f32 = 64.0;
    /// Height that holds all speeds.
    pub const SPEED_LIST: f32 = 400.0;
    /// Width that holds all controls of the player in one row.
    pub const PLAYER_ROW: f32 = 720.0;
    /// The same while a part of the clip repeats.
    pub const PLAYER_ROW_WITH_MARKS: f32 = 900.0;
    /// Width of a comparison from which the table of settings stands beside the clips.
    pub const COMPARE_WITH_TABLE: f32 = 1080.0;
    /// Width of the table of settings beside compared clips.
    pub const COMPARE_TABLE: f32 = 340.0;
    /// Width that holds three compared clips in one row.
    pub const THREE_CLIPS: f32 = 780.0;
    /// Most width of the controls over a full screen.
    pub const FULL_SCREEN_CONTROLS: f32 = 960.0;
    /// Width of dialogs.
    pub const DIALOG: f32 = 480.0;
    /// Most share of the window's height that a list in a dialog takes.
    pub const DIALOG_SHARE: f32 = 0.6;
    /// Width of dialogs with a table.
    pub const WIDE_DIALOG: f32 = 920.0;
    /// Least width of a clip in the library's grid.
    pub const TILE: f32 = 188.0;
    /// Height of a clip in the library's list.
    pub const LIST_ROW: f32 = 48.0;
    /// Side of a star.
    pub const STAR: f32 = 13.0;
    /// Width of the search field.
    pub const SEARCH: f32 = 220.0;
    /// Room for a scroll bar beside rows.
    pub const SCROLL_BAR: f32 = 12.0;
    /// Width from which the library shows clips and details side by side.
    pub const LIBRARY_TWO_COLUMNS: f32 = 900.0;
    /// Least width of the library's details.
    pub const LIBRARY_DETAIL: f32 = 380.0;
    /// Most width of the library's details.
    pub const LIBRARY_DETAIL_MAX: f32 = 620.0;
    /// Longest line of text on the stage.
    pub const LINE: f32 = 460.0;
    /// Least height of the stage.
    pub const STAGE: f32 = 140.0;
}

/// Widths of drawn lines in points.
pub mod stroke {
    /// Hairline.
    pub const THIN: f32 = 1.0;
    /// Icons at their usual size.
    pub const ICON: f32 = 1.4;
    /// The focus ring.
    pub const THICK: f32 = 1.8;
}
