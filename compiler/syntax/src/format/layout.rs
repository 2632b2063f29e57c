//! Lines: their indentation, the blank lines between them, and what is aligned in a run of them. Must not know what
//! stands in a value.

use super::spacing::{Role, blank_between, roles};
use crate::lex::{Kind, Token};

/// One line of the text, or several where a token of it holds line ends.
#[derive(Default)]
struct Line {
    /// Its tokens.
    first: usize,
    end: usize,
    indent: usize,
    /// An empty line stands before it.
    gap: bool,
    /// The innermost bracket open at its beginning.
    within: Option<usize>,
    /// What stands before ` =`, when it is aligned with its neighbours.
    key: Option<String>,
    /// The rest, without the comment at its end.
    rest: String,
    comment: Option<String>,
    what: What,
    /// Opens as many brackets as it closes, and holds no line end.
    whole: bool,
}

/// What a line is to the body it stands in.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum What {
    /// The rest of an item, or something inside a value.
    #[default]
    Other,
    Comment,
    Attribute,
    OneLineBlock,
    /// The first line of a block of several.
    BlockStart,
    BlockEnd,
}

/// The text of `tokens` in its standard layout.
pub(super) fn lay_out(text: &str, tokens: &[Token]) -> String {
    let roles = roles(text, tokens);
    let mut lines = read(text, tokens, &roles);
    set_gaps(&mut lines, tokens);
    align_assignments(&mut lines);
    align_comments(&mut lines);
    write(&lines)
}

fn read(text: &str, tokens: &[Token], roles: &[Role]) -> Vec<Line> {
    let kind = |i: usize| tokens.get(i).map_or(Kind::Newline, |t| t.kind);
    let mut lines: Vec<Line> = Vec::new();
    // Open brackets, with their lines.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let (mut first, mut empty) = (0, 0);
    while first < tokens.len() {
        if kind(first) == Kind::Newline {
            (first, empty) = (first + 1, empty + 1);
            continue;
        }
        let length = tokens.iter().skip(first).position(|t| t.kind == Kind::Newline).unwrap_or(tokens.len() - first);
        let end = first + length;
        let mut line = Line { first, end, gap: empty > 0, ..Line::default() };
        let closers = (first..end).take_while(|&i| kind(i).closes()).count();
        line.within = open.last().map(|(index, _)| *index);
        let indent_of = |of: Option<&(usize, usize)>| of.and_then(|(_, line)| lines.get(*line)).map(|l| l.indent);
        line.indent = match closers {
            0 => indent_of(open.last()).map_or(0, |indent| indent + 1),
            // With the line of the bracket that the last of them closes.
            n => indent_of(open.len().checked_sub(n).and_then(|at| open.get(at))).unwrap_or(0),
        };
        let within_block = line.within.is_none_or(|i| roles.get(i).is_some_and(|role| role.block));
        let before = open.len();
        let mut least = before;
        for i in first..end {
            if kind(i).opens() {
                open.push((i, lines.len()));
            } else if kind(i).closes() {
                open.pop();
                least = least.min(open.len());
            }
        }
        let several = (first..end).any(|i| tokens.get(i).is_some_and(|t| t.text(text).contains('\n')));
        line.whole = open.len() == before && least == before && !several;
        line.what = what(first, end, closers, within_block, open.len() > before, tokens, roles);
        let in_braces = line.within.is_none_or(|i| kind(i) == Kind::OpenBrace);
        fill(&mut line, text, tokens, roles, in_braces && closers == 0);
        lines.push(line);
        (first, empty) = (end + 1, 0);
    }
    lines
}

fn what(
    first: usize,
    end: usize,
    closers: usize,
    within_block: bool,
    opens: bool,
    tokens: &[Token],
    roles: &[Role],
) -> What {
    let kind = |i: usize| tokens.get(i).map_or(Kind::Newline, |t| t.kind);
    let start = (first..end).find(|&i| !kind(i).is_comment());
    let Some(start) = start else { return What::Comment };
    if closers > 0 {
        let opener = tokens.get(first + closers - 1).and_then(|t| roles.get(t.mate as usize));
        return if opener.is_some_and(|role| role.block) { What::BlockEnd } else { What::Other };
    }
    if !within_block || kind(start) != Kind::Ident {
        return What::Other;
    }
    let next = (start + 1..end).find(|&i| !kind(i).is_comment()).map_or(Kind::Newline, kind);
    match (next, opens) {
        (Kind::Assign, _) => What::Attribute,
        (_, true) => What::BlockStart,
        _ => What::OneLineBlock,
    }
}

/// Sets the texts of a line.
fn fill(line: &mut Line, text: &str, tokens: &[Token], roles: &[Role], assigns: bool) {
    let token = |i: usize| tokens.get(i).copied().zip(roles.get(i).copied());
    let (mut out, mut depth) = (String::new(), 0_usize);
    let mut previous = None;
    for i in line.first..line.end {
        let Some(this) = token(i) else { break };
        let piece = this.0.text(text);
        if this.0.kind == Kind::Comment {
            let comment = piece.trim_end();
            if previous.is_some() {
                line.comment = Some(comment.to_owned());
            } else {
                out.push_str(comment);
            }
            break;
        }
        if this.0.kind == Kind::Assign && depth == 0 && assigns && line.whole && line.key.is_none() {
            line.key = Some(std::mem::take(&mut out));
        } else if previous.is_some_and(|previous| blank_between(previous, this)) {
            out.push(' ');
        }
        if this.0.kind.opens() {
            depth += 1;
        } else if this.0.kind.closes() {
            depth = depth.saturating_sub(1);
        }
        out.push_str(piece);
        previous = Some(this);
    }
    line.rest = out;
}

/// One empty line where there was any, none at the edges of a bracket, one between blocks.
fn set_gaps(lines: &mut [Line], tokens: &[Token]) {
    let mut before: Option<What> = None;
    // What came last in each open block; blocks only.
    let mut outer: Vec<Option<What>> = Vec::new();
    for i in 0..lines.len() {
        let Some(line) = lines.get(i) else { break };
        let what = line.what;
        let closes = tokens.get(line.first).is_some_and(|t| t.kind.closes());
        let opened = i == 0 || lines.get(i - 1).is_some_and(|above| opens_at_end(above, tokens));
        if closes || opened {
            set_gap(lines, i, false);
        }
        if matches!(what, What::Attribute | What::OneLineBlock | What::BlockStart) {
            let wanted = before.is_some() && (what == What::BlockStart || before == Some(What::BlockEnd));
            if wanted {
                let top = above_comments(lines, i, tokens);
                set_gap(lines, top, true);
            }
            before = Some(what);
        }
        if what == What::BlockStart {
            outer.push(before);
            before = None;
        } else if what == What::BlockEnd {
            outer.pop();
            before = Some(What::BlockEnd);
        }
    }
}

fn set_gap(lines: &mut [Line], i: usize, gap: bool) {
    if let Some(line) = lines.get_mut(i) {
        line.gap = gap;
    }
}

fn opens_at_end(line: &Line, tokens: &[Token]) -> bool {
    let inside = tokens.get(line.first..line.end).unwrap_or(&[]);
    inside.iter().rev().find(|t| !t.kind.is_comment()).is_some_and(|t| t.kind.opens())
}

/// The first of the comment lines right above line `i` that belong to it.
fn above_comments(lines: &[Line], i: usize, tokens: &[Token]) -> usize {
    let mut top = i;
    while top > 0
        && lines.get(top).is_some_and(|line| !line.gap)
        && lines.get(top - 1).is_some_and(|above| above.what == What::Comment && !opens_at_end(above, tokens))
    {
        top -= 1;
    }
    top
}

/// Runs of neighbouring lines for which `belongs` holds, in the same bracket and without an empty line between them.
fn runs(lines: &[Line], belongs: impl Fn(&Line) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for i in 0..=lines.len() {
        let joins = i > start
            && lines.get(i).zip(lines.get(i - 1)).is_some_and(|(line, above)| {
                belongs(line) && belongs(above) && !line.gap && line.within == above.within
            });
        if !joins && i > start {
            runs.push(start..i);
            start = i;
        }
    }
    runs
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn align_assignments(lines: &mut [Line]) {
    for run in runs(lines, |line| line.key.is_some()) {
        let Some(run) = lines.get_mut(run) else { continue };
        let widest = run.iter().filter_map(|line| line.key.as_deref()).map(width).max().unwrap_or(0);
        for line in run {
            if let Some(key) = line.key.take() {
                let pad = " ".repeat(widest - width(&key));
                line.rest = format!("{key}{pad} {}", line.rest);
            }
        }
    }
}

fn align_comments(lines: &mut [Line]) {
    for run in runs(lines, |line| line.comment.is_some() && line.whole) {
        let Some(run) = lines.get_mut(run) else { continue };
        let widest = run.iter().map(|line| width(&line.rest)).max().unwrap_or(0);
        let alone = run.len() == 1;
        for line in run {
            if let Some(comment) = line.comment.take() {
                let pad = if alone { 0 } else { widest - width(&line.rest) };
                line.rest.push_str(&" ".repeat(pad + 1));
                line.rest.push_str(&comment);
            }
        }
    }
}

fn write(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        if line.gap {
            out.push('\n');
        }
        for _ in 0..line.indent {
            out.push_str("  ");
        }
        out.push_str(&line.rest);
        out.push('\n');
    }
    out
}
