//! The files of a run and their lines. Must not read files: text is handed in.

use crate::{FileId, Span};

/// One file: its name as the user would type it, and its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path as shown to people: relative to the fleet's folder, or `std:…` for the standard library.
    pub name: String,
    /// The whole text.
    pub text: String,
    lines: Vec<u32>,
}

impl SourceFile {
    /// 1-based line and 1-based column (in characters) of a byte offset. Offsets past the end count as the end.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let offset = (offset as usize).min(self.text.len());
        let line = self.lines.partition_point(|&start| start as usize <= offset).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0) as usize;
        let column = self.text.get(start..offset).map_or(offset - start, |t| t.chars().count());
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column + 1).unwrap_or(u32::MAX))
    }

    /// The text of 1-based `line`, without its line end.
    pub fn line_text(&self, line: u32) -> &str {
        let index = (line as usize).saturating_sub(1);
        let start = self.lines.get(index).map_or(self.text.len(), |&s| s as usize);
        let end = self.lines.get(index + 1).map_or(self.text.len(), |&s| s as usize);
        self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }
}

/// All files of a run.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a file. A leading byte-order mark is kept in the text; the splitter skips it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let mut lines = vec![0];
        lines.extend(
            text.bytes()
                .enumerate()
                .filter(|(_, b)| *b == b'\n')
                .map(|(i, _)| u32::try_from(i + 1).unwrap_or(u32::MAX)),
        );
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile { name: name.into(), text, lines });
        id
    }

    /// The file of an id.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// All files in the order they were added.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(u32::try_from(i).unwrap_or(u32::MAX)), f))
    }

    /// The text of a span, empty where the span does not fit its file.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).and_then(|f| f.text.get(span.lo as usize..span.hi as usize)).unwrap_or("")
    }

    /// `name:line` of a span's start, as reviewers read it.
    pub fn place(&self, span: Span) -> String {
        self.file(span.file).map_or_else(String::new, |f| format!("{}:{}", f.name, f.line_column(span.lo).0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_characters_and_survive_crlf() {
        let mut map = SourceMap::default();
        let id = map.add("a", "é = 1\r\nb\n");
        let file = map.file(id).expect("just added");
        assert_eq!(file.line_column(0), (1, 1));
        assert_eq!(file.line_column(2), (1, 2));
        assert_eq!(file.line_column(8), (2, 1));
        assert_eq!(file.line_text(1), "é = 1");
        assert_eq!(file.line_column(900), (3, 1));
    }
}
