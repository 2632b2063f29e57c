//! Lines no wider than the terminal: what is wider goes on below, further in. Must not know what lines say.

use unicode_width::UnicodeWidthChar as _;

/// Lines of at most `width` columns. They are broken between words, but not within a command that is to be copied; a
/// single word may be wider. What goes on stands two columns further in than the line began.
pub fn fold(text: &str, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let end = line.len() - line.trim_end_matches('\n').len();
        let (line, end) = line.split_at(line.len() - end);
        if line.len() <= width || columns(line) <= width {
            out.push_str(line);
        } else {
            broken(line, width, &mut out);
        }
        out.push_str(end);
    }
    out
}

fn broken(line: &str, width: usize, out: &mut String) {
    let indent = seen(line).take_while(|c| *c == ' ').count();
    let inner = (indent + 2).min(width / 2);
    let mut at = 0;
    let mut rest = line;
    let mut introduced = false;
    while !rest.is_empty() {
        let gap = rest.len() - rest.trim_start_matches(' ').len();
        let (blank, words) = rest.split_at(gap);
        let command = introduced && words.starts_with("tonnage ");
        let (word, after) = match words.find(' ').filter(|_| !command) {
            Some(end) => words.split_at(end),
            None => (words, ""),
        };
        let wide = columns(word);
        if at > indent.max(inner) && wide > 0 && at + gap + wide > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', inner));
            at = inner;
        } else {
            out.push_str(blank);
            at += gap;
        }
        out.push_str(word);
        at += wide;
        introduced = word.ends_with(':');
        rest = after;
    }
}

/// Columns that a text takes: sequences that colour it take none.
pub fn columns(text: &str) -> usize {
    seen(text).filter_map(|c| c.width()).sum()
}

/// What is seen of a text: not the sequences that colour it.
fn seen(text: &str) -> impl Iterator<Item = char> {
    let mut in_sequence = false;
    text.chars().filter(move |&c| {
        let hidden = in_sequence || c == '\u{1b}';
        in_sequence = hidden && !c.is_ascii_alphabetic();
        !hidden
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_on_below_and_further_in() {
        let said = fold("short\n  one two three four\n    averyveryverylongword\n", 12);
        assert_eq!(said, "short\n  one two\n    three\n    four\n    averyveryverylongword\n");
    }

    #[test]
    fn columns_of_a_row_are_kept_up_to_where_it_breaks_and_colours_count_for_nothing() {
        let said = fold("\u{1b}[32m  +  pool.a   AWS::T   file.hcl:1\u{1b}[0m", 20);
        assert_eq!(said, "\u{1b}[32m  +  pool.a   AWS::T\n    file.hcl:1\u{1b}[0m");
        assert_eq!(columns("\u{1b}[1mäb→\u{1b}[0m"), 3);
    }

    #[test]
    fn a_command_is_not_broken() {
        let said = fold("  to keep it: tonnage adopt 'resource.vpc.Tags[\"a b\"]'", 20);
        assert_eq!(said, "  to keep it:\n    tonnage adopt 'resource.vpc.Tags[\"a b\"]'");
    }
}
