//! The formatter: two blanks of indentation, aligned `=` and trailing comments, single blank lines, one between blocks.
//!
//! Works on tokens and lines of the text, so that every comment and every heredoc survives as it is; the tree is only
//! asked whether the text is free of errors. Formatting twice changes nothing, and never the meaning. Must not know
//! what a block means.

mod diff;
mod edits;
mod layout;
mod spacing;

pub use diff::unified_diff;
pub use edits::{Edit, format_edits, format_range};

use tonnage_base::{Diagnostic, FileId, diagnostic::has_errors};

use crate::{brackets, lex, parse};

/// The text in its standard layout; the diagnostics where it has errors. Line ends stay as the first one is; a
/// byte-order mark goes.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    let (_, diagnostics) = parse(file, text);
    if has_errors(&diagnostics) {
        return Err(diagnostics);
    }
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let crlf = body.find('\n').is_some_and(|at| body.get(..at).is_some_and(|line| line.ends_with('\r')));
    let plain = body.replace("\r\n", "\n");
    let (mut tokens, _) = lex::lex(file, &plain);
    brackets::pair(file, &plain, &mut tokens);
    let formatted = layout::lay_out(&plain, &tokens);
    Ok(if crlf { formatted.replace('\n', "\r\n") } else { formatted })
}
