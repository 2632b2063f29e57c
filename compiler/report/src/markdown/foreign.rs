//! Text of clouds and of authors in Markdown: it is read, and does nothing. Must not know where it stands.

use crate::words;

/// Text that may not break out of a line of Markdown, nor be a link, an image, or the mention of somebody: some of it
/// is what others wrote in a cloud.
pub(crate) fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '<' => out.push_str("&lt;"),
            // an address of the web would become a link
            ':' if is_scheme(&out) => out.push_str(":\u{2060}"),
            // so would a host
            '.' if is_www(&out) => out.push_str("\u{2060}."),
            c if words::steers(c) => out.extend(c.escape_unicode()),
            '(' if before == ']' => out.push_str("\\("),
            // a mark of no width between it and the name
            _ if before == '@' && c.is_alphanumeric() => out.extend(['\u{2060}', c]),
            _ => out.push(c),
        }
        before = c;
    }
    out
}

/// Whether text ends in what makes a link of what follows a colon.
fn is_scheme(text: &str) -> bool {
    ["http", "https", "ftp", "mailto"].iter().any(|scheme| ends_in(text, scheme))
}

/// Whether text ends in what makes a link of what follows a dot.
fn is_www(text: &str) -> bool {
    ends_in(text, "www")
}

/// Whether text ends in a word, however it is written.
fn ends_in(text: &str, word: &str) -> bool {
    let ends = text.len().checked_sub(word.len()).and_then(|at| text.split_at_checked(at));
    ends.is_some_and(|(before, last)| {
        last.eq_ignore_ascii_case(word) && !before.ends_with(|c: char| c.is_alphanumeric())
    })
}

/// The same inside a fence.
pub(super) fn fence_safe(text: &str) -> String {
    words::plain(&words::cut(text, 600)).replace(['\n', '\t'], " ").replace("```", "ʼʼʼ")
}

#[cfg(test)]
mod tests {
    use super::inline;

    #[test]
    fn what_others_wrote_is_no_link_and_calls_nobody() {
        let quiet = |text: &str| assert_ne!(inline(text), text);
        for text in ["https://a.example", "HTTP://a.example", "see www.a.example", "(WWW.a.example)", "[a](b)", "@team"]
        {
            quiet(text);
        }
        for text in ["awww.a", "shttp://a", "a: b", "v1.2", "é.www", "www"] {
            assert_eq!(inline(text), text);
        }
    }
}
