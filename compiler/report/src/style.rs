//! Colour and width of the output, decided by whoever owns the terminal. Must not ask the terminal itself.

/// How text is to look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Write ANSI colours.
    pub colour: bool,
    /// Columns; lines are cut to it where cutting loses nothing that matters.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 100 }
    }
}

/// What a piece of text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Something new.
    Add,
    /// Something changed.
    Change,
    /// Something that goes, or an error.
    Remove,
    /// Beside the point.
    Dim,
    /// A heading.
    Strong,
}

impl Style {
    /// `text` in the colour of `paint`, or as it is.
    pub fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.colour || text.is_empty() {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Add => "32",
            Paint::Change => "33",
            Paint::Remove => "31",
            Paint::Dim => "2",
            Paint::Strong => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
