//! Plain tables: columns as wide as their content, numbers to the right. Must not know what the cells mean.

use unicode_width::UnicodeWidthStr;

use crate::words;

/// A cell is not made narrower than this.
const LEAST: usize = 16;

/// What is said in short where there is no room: part of a sum is unknown, and the header of differences.
const IN_SHORT: [(&str, &str); 2] = [(" + unknown", "+?"), ("difference", "Δ")];

/// How a column is aligned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// Rows of cells; the first row may be a header.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Alignment of each column.
    pub columns: Vec<Align>,
    /// All rows, header first where there is one.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these columns.
    pub fn new(columns: &[Align]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Each row as a line, two spaces between columns, no trailing blanks.
    pub fn lines(&self, indent: &str) -> Vec<String> {
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|c| self.rows.iter().filter_map(|row| row.get(c)).map(|cell| cell.width()).max().unwrap_or(0))
            .collect();
        self.rows
            .iter()
            .map(|row| {
                let mut line = String::from(indent);
                for (position, cell) in row.iter().enumerate() {
                    let pad = widths.get(position).copied().unwrap_or(0).saturating_sub(cell.width());
                    if position > 0 {
                        line.push_str("  ");
                    }
                    if self.columns.get(position) == Some(&Align::Right) {
                        line.push_str(&" ".repeat(pad));
                        line.push_str(cell);
                    } else {
                        line.push_str(cell);
                        line.push_str(&" ".repeat(pad));
                    }
                }
                line.truncate(line.trim_end().len());
                line
            })
            .collect()
    }

    /// The same in at most `width` columns: where a line is wider, what is unknown is said in short, and the cells of
    /// column `shrinks` lose their middles.
    pub fn within(&mut self, indent: &str, width: usize, shrinks: usize) -> Vec<String> {
        let widest = |lines: &[String]| lines.iter().map(|line| line.width()).max().unwrap_or(0);
        let mut lines = self.lines(indent);
        if widest(&lines) <= width {
            return lines;
        }
        self.say_in_short();
        lines = self.lines(indent);
        let wide = widest(&lines);
        if wide <= width {
            return lines;
        }
        let cells = self.rows.iter().filter_map(|row| row.get(shrinks));
        let most = cells.map(|cell| cell.width()).max().unwrap_or(0);
        let room = most.saturating_sub(wide - width).max(LEAST);
        for cell in self.rows.iter_mut().filter_map(|row| row.get_mut(shrinks)) {
            *cell = words::shorten(cell, room);
        }
        self.lines(indent)
    }

    fn say_in_short(&mut self) {
        for cell in self.rows.iter_mut().flatten() {
            for (said, in_short) in IN_SHORT {
                if cell.contains(said) {
                    *cell = cell.replace(said, in_short);
                }
            }
        }
    }

    /// Its first columns.
    pub fn first(&self, columns: usize) -> Self {
        let cells = |row: &Vec<String>| row.iter().take(columns).cloned().collect();
        Self {
            columns: self.columns.iter().take(columns).copied().collect(),
            rows: self.rows.iter().map(cells).collect(),
        }
    }

    /// The same in at most `width` columns: those that find no room stand in a table of their own below, beside the
    /// first one again.
    pub fn parts(&mut self, indent: &str, width: usize) -> Vec<Vec<String>> {
        let fits = |lines: &[String]| lines.iter().all(|line| line.width() <= width);
        let whole = self.lines(indent);
        if fits(&whole) {
            return vec![whole];
        }
        self.say_in_short();
        let whole = self.lines(indent);
        if fits(&whole) {
            return vec![whole];
        }
        // a name that takes more than half of a line loses its middle
        if self.rows.iter().filter_map(|row| row.first()).any(|cell| cell.width() > width / 2) {
            let whole = self.within(indent, width, 0);
            if fits(&whole) {
                return vec![whole];
            }
        }
        let of = |columns: &[usize]| {
            let pick = |row: &Vec<String>| columns.iter().filter_map(|at| row.get(*at).cloned()).collect();
            let aligned = columns.iter().filter_map(|at| self.columns.get(*at).copied()).collect();
            Self { columns: aligned, rows: self.rows.iter().map(pick).collect() }.lines(indent)
        };
        let mut parts: Vec<Vec<usize>> = Vec::new();
        for column in 1..self.columns.len() {
            let with = parts.last().map(|part| part.iter().copied().chain([column]).collect::<Vec<usize>>());
            match (parts.last_mut(), with) {
                (Some(last), Some(with)) if fits(&of(&with)) => *last = with,
                _ => parts.push(vec![0, column]),
            }
        }
        parts.iter().map(|part| of(part)).collect()
    }

    /// As a GitHub table; the first row is the header.
    pub fn markdown(&self) -> Vec<String> {
        let line = |cells: &[String]| {
            format!("| {} |", cells.iter().map(|c| c.replace('|', "\\|")).collect::<Vec<_>>().join(" | "))
        };
        let mut lines = Vec::new();
        let mut rows = self.rows.iter();
        if let Some(header) = rows.next() {
            lines.push(line(header));
            let rule: Vec<&str> = self.columns.iter().map(|a| if *a == Align::Right { "--:" } else { "---" }).collect();
            lines.push(format!("|{}|", rule.join("|")));
        }
        lines.extend(rows.map(|row| line(row)));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_nothing_trails() {
        let mut table = Table::new(&[Align::Left, Align::Right, Align::Left]);
        table.row(["", "before", "x"]);
        table.row(["GPUs", "8", ""]);
        assert_eq!(table.lines("  "), ["        before  x", "  GPUs       8"]);
        assert_eq!(table.markdown()[1], "|---|--:|---|");
    }

    #[test]
    fn columns_without_room_stand_below_beside_the_first_one() {
        let mut table = Table::new(&[Align::Left, Align::Right, Align::Right, Align::Right]);
        table.row(["", "list", "committed", "difference"]);
        table.row(["pool.a", "$1 + unknown", "$2 → $3", "$4"]);
        assert_eq!(table.clone().parts("", 80).len(), 1);
        let parts = table.parts("", 24);
        assert_eq!(
            parts,
            [vec!["        list  committed", "pool.a  $1+?    $2 → $3"], vec!["         Δ", "pool.a  $4"]]
        );
    }

    #[test]
    fn a_long_address_loses_its_middle_and_no_line_is_wider_than_the_terminal() {
        let address =
            r#"module.frontier["east"].pool.pretraining_long.granted.nodes["use1-dfw2-az1/cr-0a1b2c3d4e5f60718/001"]"#;
        for width in [80, 120, 200] {
            let mut table = Table::new(&[Align::Right, Align::Left, Align::Left]);
            table.row(["+", address, "frontier.fleet.hcl:187"]);
            table.row(["~", "pool.a", "frontier.fleet.hcl:1"]);
            let lines = table.within("  ", width, 1);
            assert!(lines.iter().all(|line| line.width() <= width), "{width}: {lines:?}");
            assert_eq!(lines[0].contains('…'), width < 130, "{lines:?}");
            assert!(lines[0].contains("module.front") && lines[0].contains("718/001\"]"), "{lines:?}");
        }
    }
}
