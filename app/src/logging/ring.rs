//! The last lines of the log.

use std::collections::VecDeque;

use log::Level;

/// Lines that are kept.
const MAX_LINES: usize = 5_000;
/// Most bytes of one line that are kept: a library may log a whole file.
const MAX_LINE_BYTES: usize = 4_096;

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    /// Seconds since the program began.
    pub secs: f64,
    /// How bad it is.
    pub level: Level,
    /// Module that said it.
    pub target: String,
    /// What was said.
    pub text: String,
}

impl std::fmt::Display for LogLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            secs,
            level,
            target,
            text,
        } = self;
        write!(f, "{secs:9.3} {level:5} {target}: {text}")
    }
}

/// The last lines, oldest first.
#[derive(Debug, Default)]
pub struct LogRing {
    lines: VecDeque<LogLine>,
    revision: u64,
}

impl LogRing {
    /// An empty log.
    pub const fn new() -> Self {
        Self {
            lines: VecDeque::new(),
            revision: 0,
        }
    }

    /// Add a line; the oldest makes room.
    pub fn push(&mut self, mut line: LogLine) {
        if line.text.len() > MAX_LINE_BYTES {
            let end = line.text.floor_char_boundary(MAX_LINE_BYTES);
            line.text.truncate(end);
            line.text.push('…');
        }
        if self.lines.len() == MAX_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
        self.revision += 1;
    }

    /// Lines, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &LogLine> {
        self.lines.iter()
    }

    /// Number that changes with every line.
    pub fn revision(&self) -> u64 {
        self.revision
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: String) -> LogLine {
        LogLine {
            secs: 1.5,
            level: Level::Info,
            target: "ovi".into(),
            text,
        }
    }

    #[test]
    fn the_last_lines_stay() {
        let mut ring = LogRing::new();
        for number in 0..MAX_LINES + 3 {
            ring.push(line(number.to_string()));
        }
        assert_eq!(ring.iter().count(), MAX_LINES);
        assert_eq!(ring.iter().next().unwrap().text, "3");
        assert_eq!(ring.revision(), MAX_LINES as u64 + 3);
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let mut ring = LogRing::new();
        ring.push(line("é".repeat(MAX_LINE_BYTES)));
        let kept = &ring.iter().next().unwrap().text;
        assert!(kept.len() <= MAX_LINE_BYTES + '…'.len_utf8() && kept.ends_with('…'));
    }
}
