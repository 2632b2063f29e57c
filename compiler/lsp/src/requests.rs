//! Each request an editor may make of the texts as they are: one function for each. Must not change anything.

use std::path::Path;

use lsp_types::{
    AnnotatedTextEdit, ChangeAnnotation, CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams,
    CompletionList, CompletionParams, CompletionResponse, DocumentChanges, DocumentFormattingParams,
    DocumentRangeFormattingParams, DocumentSymbolParams, DocumentSymbolResponse, GotoDefinitionParams,
    GotoDefinitionResponse, Hover, HoverContents, HoverParams, Location, MarkupContent, MarkupKind, OneOf,
    OptionalVersionedTextDocumentIdentifier, PrepareRenameResponse, ReferenceParams, RenameParams, SymbolInformation,
    TextDocumentEdit, TextDocumentPositionParams, TextEdit, WorkspaceEdit, WorkspaceSymbolParams,
};
use tonnage_base::FileId;
use tonnage_driver::workspace::{Document, Entity, Rewrite, Workspace};

use crate::convert;
use crate::{complete, hover as about, outline};

/// What the editor can do, as far as it matters here.
#[derive(Clone, Copy, Default, Debug)]
pub struct Client {
    /// Fills in places of what is completed.
    pub snippets: bool,
    /// Takes edits with the version they are meant for.
    pub versioned_edits: bool,
    /// Shows why an edit is made.
    pub annotations: bool,
    /// Watches files for us.
    pub watches: bool,
    /// Takes the blocks of a text as a tree.
    pub nested_symbols: bool,
}

/// The answer, or in words why there is none.
pub type Answer<T> = Result<T, String>;

fn at<'a>(
    workspace: &'a Workspace<'_>,
    params: &TextDocumentPositionParams,
) -> Option<(std::path::PathBuf, &'a Document, usize)> {
    let path = convert::path_of(&params.text_document.uri);
    let document = workspace.document(&path)?;
    Some((path, document, document.offset(convert::place(params.position))))
}

/// `textDocument/hover`.
pub fn hover(workspace: &Workspace<'_>, params: &HoverParams) -> Option<Hover> {
    let (path, document, offset) = at(workspace, &params.text_document_position_params)?;
    let (value, bytes) = about::hover(workspace, &path, offset)?;
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
    Some(Hover { contents, range: Some(convert::range(document, &bytes)) })
}

/// `textDocument/completion`.
pub fn completion(workspace: &Workspace<'_>, client: Client, params: &CompletionParams) -> Option<CompletionResponse> {
    let (path, _, offset) = at(workspace, &params.text_document_position)?;
    let (items, all) = complete::complete(workspace, &path, offset, client.snippets);
    Some(CompletionResponse::List(CompletionList { is_incomplete: !all, items }))
}

fn places(workspace: &Workspace<'_>, entity: &Entity, fits: impl Fn(bool) -> bool) -> Vec<Location> {
    let places = workspace.places_of(entity).into_iter().filter(|place| fits(place.declares));
    places.filter_map(|place| convert::location(workspace, &place.path, &place.range)).collect()
}

/// `textDocument/definition`.
pub fn definition(workspace: &Workspace<'_>, params: &GotoDefinitionParams) -> Option<GotoDefinitionResponse> {
    let (path, document, offset) = at(workspace, &params.text_document_position_params)?;
    if let Some((entity, _)) = workspace.named_at(&path, offset) {
        return Some(GotoDefinitionResponse::Array(places(workspace, &entity, |declares| declares)));
    }
    // the source of a module is its folder's first file
    let item = document.item_at(offset)?;
    let within = u32::try_from(offset - item.start).ok()?;
    let block = item.file.body.blocks_of("module").find(|block| block.span.contains(within))?;
    let source = block.body.attribute("source").filter(|source| source.span.contains(within))?;
    let folder = source.value.span.contains(within).then(|| workspace.module_folder(&path, block.labels.first()?.name));
    let folder = folder.flatten()?;
    let (first, _) = workspace.documents_of(&folder).next()?;
    convert::location(workspace, first, &(0..0)).map(GotoDefinitionResponse::Scalar)
}

/// `textDocument/references`.
pub fn references(workspace: &Workspace<'_>, params: &ReferenceParams) -> Option<Vec<Location>> {
    let (path, _, offset) = at(workspace, &params.text_document_position)?;
    let (entity, _) = workspace.named_at(&path, offset)?;
    Some(places(workspace, &entity, |declares| params.context.include_declaration || !declares))
}

/// `textDocument/prepareRename`.
pub fn prepare_rename(
    workspace: &Workspace<'_>,
    params: &TextDocumentPositionParams,
) -> Answer<Option<PrepareRenameResponse>> {
    let Some((path, document, offset)) = at(workspace, params) else { return Ok(None) };
    let named = workspace.renamable(&path, offset)?;
    let range = convert::range(document, &named.range);
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: named.name.to_string() }))
}

/// `textDocument/rename`; the second is what to tell the author about it.
pub fn rename(
    workspace: &Workspace<'_>,
    client: Client,
    params: &RenameParams,
) -> Answer<(Option<WorkspaceEdit>, Option<String>)> {
    let Some((path, _, offset)) = at(workspace, &params.text_document_position) else { return Ok((None, None)) };
    let renaming = workspace.rename(&path, offset, &params.new_name)?;
    let told = renaming.moved.as_ref().map(|(from, to)| {
        format!("{from} is now {to}; a `moved` block says so, so that nothing is destroyed and made again")
    });
    let edit = match client.versioned_edits {
        true => versioned(workspace, client, &renaming.rewrites, told.as_deref()),
        false => {
            WorkspaceEdit { changes: Some(convert::edits(workspace, &renaming.rewrites)), ..WorkspaceEdit::default() }
        }
    };
    Ok((Some(edit), told))
}

const MOVED: &str = "moved";

fn versioned(workspace: &Workspace<'_>, client: Client, rewrites: &[Rewrite], told: Option<&str>) -> WorkspaceEdit {
    let mut paths: Vec<&Path> = rewrites.iter().map(|rewrite| rewrite.path.as_path()).collect();
    paths.sort();
    paths.dedup();
    let annotated = client.annotations && told.is_some();
    let documents = paths.into_iter().filter_map(|path| {
        let document = workspace.document(path)?;
        let own = rewrites.iter().filter(|rewrite| rewrite.path == path);
        let edits = own.map(|rewrite| {
            let range = convert::range(document, &rewrite.range);
            let text_edit = TextEdit { range, new_text: rewrite.replacement.clone() };
            match annotated && rewrite.moves {
                true => OneOf::Right(AnnotatedTextEdit { text_edit, annotation_id: MOVED.to_owned() }),
                false => OneOf::Left(text_edit),
            }
        });
        let text_document =
            OptionalVersionedTextDocumentIdentifier { uri: convert::uri_of(path)?, version: document.version };
        Some(TextDocumentEdit { text_document, edits: edits.collect() })
    });
    let annotation = |told: &str| ChangeAnnotation {
        label: "`moved` keeps what runs".to_owned(),
        needs_confirmation: Some(false),
        description: Some(told.to_owned()),
    };
    WorkspaceEdit {
        changes: None,
        document_changes: Some(DocumentChanges::Edits(documents.collect())),
        change_annotations: told.filter(|_| annotated).map(|told| [(MOVED.to_owned(), annotation(told))].into()),
    }
}

/// `textDocument/documentSymbol`.
pub fn document_symbols(
    workspace: &Workspace<'_>,
    client: Client,
    params: &DocumentSymbolParams,
) -> Option<DocumentSymbolResponse> {
    let path = convert::path_of(&params.text_document.uri);
    let document = workspace.document(&path)?;
    let symbols = outline::document(document);
    if client.nested_symbols {
        return Some(DocumentSymbolResponse::Nested(symbols));
    }
    let flat = symbols.into_iter().map(|symbol| {
        #[expect(deprecated, reason = "the protocol's type has a field that is not to be used")]
        SymbolInformation {
            name: symbol.name,
            kind: symbol.kind,
            tags: None,
            deprecated: None,
            location: Location { uri: params.text_document.uri.clone(), range: symbol.range },
            container_name: None,
        }
    });
    Some(DocumentSymbolResponse::Flat(flat.collect()))
}

/// `workspace/symbol`.
pub fn workspace_symbols(workspace: &Workspace<'_>, params: &WorkspaceSymbolParams) -> Vec<SymbolInformation> {
    outline::workspace(workspace, &params.query)
}

/// `textDocument/formatting`. A text with errors stays as it is: they are told already.
pub fn formatting(workspace: &Workspace<'_>, params: &DocumentFormattingParams) -> Option<Vec<TextEdit>> {
    let document = workspace.document(&convert::path_of(&params.text_document.uri))?;
    let edits = tonnage_syntax::format_edits(FileId(0), document.text()).ok()?;
    Some(edits.into_iter().map(|edit| text_edit(document, edit)).collect())
}

/// `textDocument/rangeFormatting`.
pub fn range_formatting(workspace: &Workspace<'_>, params: &DocumentRangeFormattingParams) -> Option<Vec<TextEdit>> {
    let document = workspace.document(&convert::path_of(&params.text_document.uri))?;
    let bytes = convert::bytes(document, params.range);
    let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let range = small(bytes.start)..small(bytes.end);
    let edits = tonnage_syntax::format_range(FileId(0), document.text(), range).ok()?;
    Some(edits.into_iter().map(|edit| text_edit(document, edit)).collect())
}

fn text_edit(document: &Document, edit: tonnage_syntax::Edit) -> TextEdit {
    let bytes = edit.span.lo as usize..edit.span.hi as usize;
    TextEdit { range: convert::range(document, &bytes), new_text: edit.replacement }
}

/// `textDocument/codeAction`: the mends of what is wrong in a range, best first.
pub fn code_actions(workspace: &Workspace<'_>, params: &CodeActionParams) -> Option<Vec<CodeActionOrCommand>> {
    let wanted = |kind: &CodeActionKind| CodeActionKind::QUICKFIX.as_str().starts_with(kind.as_str());
    if params.context.only.as_ref().is_some_and(|only| !only.iter().any(wanted)) {
        return Some(Vec::new());
    }
    let path = convert::path_of(&params.text_document.uri);
    let document = workspace.document(&path)?;
    let asked = convert::bytes(document, params.range);
    let shown = convert::diagnostics(workspace, &path);
    let mut actions = Vec::new();
    for (found, shown) in workspace.diagnostics(&path).iter().zip(shown) {
        let bytes = convert::bytes(document, shown.range);
        if bytes.start > asked.end || bytes.end < asked.start {
            continue;
        }
        for (at, mend) in found.suggestions.iter().enumerate() {
            let Some((file, bytes)) = workspace.locate(mend.span) else { continue };
            let before = workspace.document(file).and_then(|d| d.text().get(bytes.clone())).unwrap_or("").trim();
            let after = mend.replacement.trim();
            let title = match (before.is_empty(), after.is_empty()) {
                (_, true) if !before.is_empty() => format!("Remove `{}`", one_line(before)),
                (true, false) => format!("Write `{}`", one_line(after)),
                (false, false) => format!("Write `{}` instead of `{}`", one_line(after), one_line(before)),
                _ => "Begin a line of its own".to_owned(),
            };
            let rewrite =
                Rewrite { path: file.to_path_buf(), range: bytes, replacement: mend.replacement.clone(), moves: false };
            actions.push(CodeActionOrCommand::CodeAction(CodeAction {
                title,
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![shown.clone()]),
                edit: Some(WorkspaceEdit {
                    changes: Some(convert::edits(workspace, &[rewrite])),
                    ..WorkspaceEdit::default()
                }),
                is_preferred: Some(at == 0),
                ..CodeAction::default()
            }));
        }
    }
    Some(actions)
}

fn one_line(text: &str) -> String {
    const MOST: usize = 40;
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or("")),
        None => line,
    }
}
