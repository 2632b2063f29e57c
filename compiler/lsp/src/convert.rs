//! Paths, places and diagnostics in the protocol's words and back. Must not know any request.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use lsp_types::{DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, TextEdit, Uri};
use tonnage_base::{Diagnostic, Label, Severity};
use tonnage_driver::workspace::{Document, Library, Position, Rewrite, Workspace};

/// The path of a file; of anything else (`untitled:1`), its address as it stands, which is no path of a file.
pub fn path_of(uri: &Uri) -> PathBuf {
    let file = url::Url::parse(uri.as_str()).ok().filter(|url| url.scheme() == "file");
    file.and_then(|url| url.to_file_path().ok()).unwrap_or_else(|| PathBuf::from(uri.as_str()))
}

/// The address of a path.
pub fn uri_of(path: &Path) -> Option<Uri> {
    let text = match url::Url::from_file_path(path) {
        Ok(url) => url.to_string(),
        Err(()) => path.to_string_lossy().into_owned(),
    };
    Uri::from_str(&text).ok()
}

/// A place of the protocol.
pub fn position(position: Position) -> lsp_types::Position {
    lsp_types::Position { line: position.line, character: position.character }
}

/// A place as the workspace has it.
pub fn place(position: lsp_types::Position) -> Position {
    Position { line: position.line, character: position.character }
}

/// Bytes of a text as a range.
pub fn range(document: &Document, bytes: &Range<usize>) -> lsp_types::Range {
    lsp_types::Range { start: position(document.position(bytes.start)), end: position(document.position(bytes.end)) }
}

/// A range as bytes of a text.
pub fn bytes(document: &Document, range: lsp_types::Range) -> Range<usize> {
    let (a, b) = (document.offset(place(range.start)), document.offset(place(range.end)));
    a.min(b)..a.max(b)
}

/// Bytes of a text of the workspace as a location.
pub fn location(workspace: &Workspace<'_>, path: &Path, bytes: &Range<usize>) -> Option<Location> {
    Some(Location { uri: uri_of(path)?, range: range(workspace.document(path)?, bytes) })
}

/// What is wrong with a text, as the protocol says it.
pub fn diagnostics(workspace: &Workspace<'_>, path: &Path) -> Vec<lsp_types::Diagnostic> {
    let Some(document) = workspace.document(path) else { return Vec::new() };
    workspace.diagnostics(path).iter().map(|found| diagnostic(workspace, document, found)).collect()
}

fn diagnostic(workspace: &Workspace<'_>, document: &Document, found: &Diagnostic) -> lsp_types::Diagnostic {
    let mut message = found.message.clone();
    if let Some(label) = found.primary.as_ref().filter(|label| !label.text.is_empty()) {
        message.push_str(&format!(": {}", label.text));
    }
    let mut related = Vec::new();
    for label in &found.secondary {
        match workspace.locate(label.span) {
            Some((path, bytes)) => related.extend(
                location(workspace, path, &bytes)
                    .map(|location| DiagnosticRelatedInformation { location, message: words_of(label).to_owned() }),
            ),
            // the standard library is no file that an editor could open
            None => {
                let place = Library::get().sources.place(label.span);
                if !place.is_empty() {
                    message.push_str(&format!("\n{place}: {}", words_of(label)));
                }
            }
        }
    }
    if let Some(help) = &found.help {
        message.push_str(&format!("\n{help}"));
    }
    let span = found.primary.as_ref().and_then(|label| {
        let start = document.item(label.span.file)?.start;
        Some(start + label.span.lo as usize..start + label.span.hi as usize)
    });
    lsp_types::Diagnostic {
        range: span.map_or_else(lsp_types::Range::default, |bytes| range(document, &bytes)),
        severity: Some(match found.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(found.code.id.to_owned())),
        source: Some("tonnage".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        ..lsp_types::Diagnostic::default()
    }
}

fn words_of(label: &Label) -> &str {
    if label.text.is_empty() { "here" } else { &label.text }
}

/// Edits by text.
#[expect(clippy::mutable_key_type, reason = "the protocol's own type for it; an address is never changed in place")]
pub fn edits(workspace: &Workspace<'_>, rewrites: &[Rewrite]) -> HashMap<Uri, Vec<TextEdit>> {
    let mut all: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for rewrite in rewrites {
        let (Some(uri), Some(document)) = (uri_of(&rewrite.path), workspace.document(&rewrite.path)) else { continue };
        let edit = TextEdit { range: range(document, &rewrite.range), new_text: rewrite.replacement.clone() };
        all.entry(uri).or_default().push(edit);
    }
    all
}
