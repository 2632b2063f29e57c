//! Hurting a text: what editors, merges, bad copies and tired people do to one, and what only a fuzzer does. Must not
//! know what the text means.

use crate::dice::Dice;

/// A hurt text.
pub struct Hurt {
    /// It may be no UTF-8 any more.
    pub bytes: Vec<u8>,
    /// What was done, for counting.
    pub how: &'static str,
}

/// Words, numbers, strings, space and single signs: enough to take a text apart and put it together again.
fn tokens(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' || c == '-' => 0,
        ' ' => 1,
        _ => 2,
    };
    let mut found = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        if before.is_some_and(|b| b != kind(c) || b == 2) {
            found.push(&text[start..at]);
            start = at;
        }
        before = Some(kind(c));
    }
    found.push(&text[start..]);
    found
}

/// Changes a list by a deletion, a repetition, an exchange, or something from elsewhere.
fn disturb<'a>(items: &mut Vec<&'a str>, strange: &[&'a str], dice: &mut Dice) {
    if items.is_empty() {
        return;
    }
    let (a, b) = (dice.below(items.len()), dice.below(items.len()));
    match dice.below(5) {
        0 => drop(items.remove(a)),
        1 => items.insert(b, items[a]),
        2 => items.swap(a, b),
        3 => items[a] = *dice.pick(strange),
        _ => items.insert(a, *dice.pick(strange)),
    }
}

const STRANGE: &[&str] = &[
    "\"",
    "${",
    "%{ if true }",
    "}",
    "{",
    "[",
    "]",
    "(",
    ")",
    "null",
    "-1",
    "1e308",
    "99999999999999999999999999",
    "0",
    "0.1",
    "<<-EOT\n",
    "EOT\n",
    "/*",
    "*/",
    "#",
    "each.value",
    "var.nope",
    "pool",
    "local.x",
    "\u{0}",
    "é",
    "🦀",
    "\r\n",
    "=",
    "==",
    "=>",
    "...",
    ".*",
    "[*]",
    "?",
    ":",
    "\\",
    "\\u{110000}",
    "true",
    "for_each = {}\n",
    "for",
    "in",
    "range(1000000000)",
    "18446744073709551616",
    "\u{feff}",
    "\u{202e}",
    "\"2%\"",
    "\"-5 GiB\"",
    "\"9999-12-31\"",
];

/// Pieces that are written many times over.
const NESTED: &[&str] = &[
    "[",
    "(",
    "{",
    "a {\n",
    "\"${",
    "!",
    "-",
    "f(",
    "a.",
    "1 + ",
    "a ? ",
    "[for x in ",
    "%{ if a }",
    "<<E\n",
    "/*",
    "\"",
    "x[",
    "{ a = ",
    "x.*.",
    "a = [\n",
    "}",
    ")\n",
    "#\n",
    "a = 1\n",
    "var.n ? ",
    "a \"b\" ",
];

const FOREIGN: &[&str] =
    &["é", "🦀", "日本", "\u{a0}", "\u{200b}", "\u{202e}", "“", "\u{0}", "e\u{301}", "\u{fffd}", "\u{2028}"];

/// One to three edits of one kind, drawn.
pub fn hurt(original: &[u8], dice: &mut Dice) -> Hurt {
    let text = String::from_utf8_lossy(original).into_owned();
    let hurt = |how: &'static str, bytes: Vec<u8>| Hurt { bytes, how };
    match dice.below(20) {
        0 => {
            // About every 50th byte.
            let at = (dice.below(text.len() / 50 + 1) * 50 + dice.below(3)).min(original.len());
            hurt("truncated", original[..at].to_vec())
        }
        1 | 2 => {
            let mut bytes = original.to_vec();
            for _ in 0..=dice.below(3) {
                let at = dice.below(bytes.len());
                let byte = u8::try_from(dice.next() & 0xff).expect("a byte");
                match dice.below(3) {
                    _ if bytes.is_empty() => bytes.push(byte),
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    _ => drop(bytes.remove(at)),
                }
            }
            hurt("bytes", bytes)
        }
        3..=7 => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            for _ in 0..=dice.below(2) {
                disturb(&mut lines, STRANGE, dice);
            }
            hurt("lines", lines.concat().into_bytes())
        }
        8..=15 => {
            let mut words = tokens(&text);
            let strange: Vec<&str> = STRANGE.iter().copied().chain(words.iter().copied().take(40)).collect();
            for _ in 0..=dice.below(2) {
                disturb(&mut words, &strange, dice);
            }
            hurt("tokens", words.concat().into_bytes())
        }
        16 => {
            let pieces: Vec<&str> = tokens(&text);
            let at = dice.below(pieces.len());
            let piece = *dice.pick(&["x", "9", "\"a\" ", "a = 1 ", "[1],", " ", "é", "# ", "a.b", "\\n"]);
            let times = 1 << dice.between(8, 15);
            hurt("a very long line", spliced(&pieces, at, &piece.repeat(times)))
        }
        17 => {
            let pieces: Vec<&str> = tokens(&text);
            let at = dice.below(pieces.len());
            let piece = *dice.pick(NESTED);
            let times = 1 << dice.between(3, 12);
            hurt("deep nesting", spliced(&pieces, at, &piece.repeat(times)))
        }
        18 => match dice.below(3) {
            0 => hurt("line ends", text.replace('\n', "\r\n").into_bytes()),
            1 => hurt("line ends", text.replace('\n', "\r").into_bytes()),
            _ => {
                let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
                for line in &mut lines {
                    if dice.chance(30) {
                        *line = line.replace('\n', "\r\n");
                    }
                }
                hurt("line ends", lines.concat().into_bytes())
            }
        },
        _ => {
            if dice.chance(30) {
                return hurt("byte-order mark", [b"\xef\xbb\xbf", original].concat());
            }
            let pieces: Vec<&str> = tokens(&text);
            let at = dice.below(pieces.len());
            hurt("outside ASCII", spliced(&pieces, at, dice.pick::<&str>(FOREIGN)))
        }
    }
}

/// Comments and blanks between the words of a text, where people put them and where nobody does. Each comment is
/// another one, so that none can be lost for its twin.
pub fn strewn(text: &str, dice: &mut Dice) -> String {
    let mut pieces: Vec<String> = tokens(text).into_iter().map(str::to_owned).collect();
    for number in 0..=dice.below(3) {
        let at = dice.below(pieces.len() + 1);
        let piece = match dice.below(8) {
            0 => format!(" # c{number}\n"),
            1 => format!(" // c{number} é\n"),
            2 => format!(" /* c{number} */ "),
            3 => format!("/* c{number}\n   * and more\n   */"),
            4 => format!("\n\n\n# c{number}\n\n\n"),
            5 => "\n".to_owned(),
            6 => "   ".to_owned(),
            _ => "\t\r\n".to_owned(),
        };
        pieces.insert(at, piece);
    }
    pieces.concat()
}

fn spliced(pieces: &[&str], at: usize, piece: &str) -> Vec<u8> {
    let (before, after) = pieces.split_at(at.min(pieces.len()));
    [before.concat(), piece.to_owned(), after.concat()].concat().into_bytes()
}
