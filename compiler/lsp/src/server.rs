//! The conversation: begins, goes on message by message, ends. One thread reads, one analyses, this one answers.
//!
//! Must not know what any answer holds.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWatchedFilesRegistrationOptions, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, FileSystemWatcher, GlobPattern, HoverProviderCapability,
    InitializeParams, MessageType, OneOf, PublishDiagnosticsParams, Registration, RegistrationParams, RenameOptions,
    ServerCapabilities, ShowMessageParams, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    notification as notes, notification::Notification as _, request as asks, request::Request as _,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tonnage_driver::{
    Settings, World,
    workspace::{Analysis, Edit, Workspace},
};

use crate::{BROKEN_OFF, DONE, convert, requests, requests::Client, transport, worker::Queue};

/// As the main thread of a program has it: the evaluator is made for that.
const STACK: usize = 16 << 20;

enum Event {
    Read(transport::Read),
    Analysed(Analysis),
    AnalysisFailed,
}

/// See [`crate::serve`].
pub fn serve(
    world: &dyn World,
    settings: &Settings,
    input: &mut (dyn BufRead + Send),
    output: &mut (dyn Write + Send),
    log: &mut (dyn Write + Send),
) -> u8 {
    let queue = Queue::default();
    let (sender, events) = mpsc::channel();
    std::thread::scope(|scope| {
        let (read, analysed) = (sender.clone(), sender);
        let reader = std::thread::Builder::new().name("reader".to_owned()).spawn_scoped(scope, move || {
            loop {
                let message = transport::read(input);
                let exit = |m: &Message| matches!(m, Message::Notification(n) if n.method == notes::Exit::METHOD);
                let last = match &message {
                    transport::Read::End(_) => true,
                    transport::Read::Message(message) => exit(message),
                    transport::Read::Malformed(_) => false,
                };
                if read.send(Event::Read(message)).is_err() || last {
                    return;
                }
            }
        });
        let queue = &queue;
        let worker =
            std::thread::Builder::new().name("analysis".to_owned()).stack_size(STACK).spawn_scoped(scope, move || {
                let done = |analysis| drop(analysed.send(Event::Analysed(analysis)));
                queue.work(&done, &|| drop(analysed.send(Event::AnalysisFailed)));
            });
        let code = match (reader, worker) {
            (Ok(_), Ok(_)) => Conversation::new(world, settings, queue, output, log).run(&events),
            _ => BROKEN_OFF,
        };
        queue.close();
        code
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Unborn,
    Serving,
    Leaving,
}

struct Conversation<'a> {
    world: &'a dyn World,
    settings: &'a Settings,
    queue: &'a Queue,
    output: &'a mut (dyn Write + Send),
    log: &'a mut (dyn Write + Send),
    phase: Phase,
    client: Client,
    workspace: Option<Workspace<'a>>,
    /// What each text was last said to hold, where that is anything.
    published: BTreeMap<PathBuf, Vec<lsp_types::Diagnostic>>,
    /// The addresses that the editor gave its open texts.
    addresses: BTreeMap<PathBuf, lsp_types::Uri>,
    asked: i32,
}

/// The conversation ends, with this exit code.
struct Ended(u8);

impl<'a> Conversation<'a> {
    fn new(
        world: &'a dyn World,
        settings: &'a Settings,
        queue: &'a Queue,
        output: &'a mut (dyn Write + Send),
        log: &'a mut (dyn Write + Send),
    ) -> Self {
        Self {
            world,
            settings,
            queue,
            output,
            log,
            phase: Phase::Unborn,
            client: Client::default(),
            workspace: None,
            published: BTreeMap::new(),
            addresses: BTreeMap::new(),
            asked: 0,
        }
    }

    fn run(&mut self, events: &mpsc::Receiver<Event>) -> u8 {
        for event in events {
            let went_on = match event {
                Event::Read(transport::Read::Message(message)) => self.message(message),
                Event::Read(transport::Read::Malformed(reason)) => {
                    self.log(&format!("a message is not understood: {reason}"));
                    transport::refuse(self.output, &reason).map_err(|error| self.lost(&error))
                }
                Event::Read(transport::Read::End(reason)) => {
                    if let Some(reason) = reason {
                        self.log(&reason);
                    }
                    Err(self.left())
                }
                Event::Analysed(analysis) => {
                    let told = self.workspace.as_mut().map(|workspace| workspace.settle(analysis)).unwrap_or_default();
                    self.publish(&told, None)
                }
                Event::AnalysisFailed => {
                    self.log("the analysis of the fleet broke; this is a mistake of tonnage");
                    Ok(())
                }
            };
            if let Err(Ended(code)) = went_on {
                return code;
            }
        }
        BROKEN_OFF
    }

    fn log(&mut self, text: &str) {
        let _ = writeln!(self.log, "tonnage lsp: {text}");
    }

    fn left(&self) -> Ended {
        Ended(if self.phase == Phase::Leaving { DONE } else { BROKEN_OFF })
    }

    fn lost(&mut self, error: &std::io::Error) -> Ended {
        self.log(&format!("the client can't be written to: {error}"));
        Ended(BROKEN_OFF)
    }

    fn send(&mut self, message: impl Into<Message>) -> Result<(), Ended> {
        transport::write(self.output, &message.into()).map_err(|error| self.lost(&error))
    }

    fn refuse(&mut self, id: RequestId, code: ErrorCode, message: impl Into<String>) -> Result<(), Ended> {
        self.send(Response::new_err(id, code as i32, message.into()))
    }

    fn message(&mut self, message: Message) -> Result<(), Ended> {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(note) => self.notification(note),
            // answers to what we asked: nothing depends on them
            Message::Response(_) => Ok(()),
        }
    }

    fn request(&mut self, request: Request) -> Result<(), Ended> {
        let Request { id, method, params } = request;
        match (self.phase, method.as_str()) {
            (Phase::Unborn, asks::Initialize::METHOD) => return self.initialize(id, params),
            (Phase::Unborn, _) => {
                return self.refuse(id, ErrorCode::ServerNotInitialized, "`initialize` comes first");
            }
            (_, asks::Initialize::METHOD) => {
                return self.refuse(id, ErrorCode::InvalidRequest, "`initialize` came already");
            }
            (Phase::Leaving, _) => {
                return self.refuse(id, ErrorCode::InvalidRequest, "nothing but `exit` follows `shutdown`");
            }
            (Phase::Serving, asks::Shutdown::METHOD) => {
                self.phase = Phase::Leaving;
                return self.send(Response::new_ok(id, Value::Null));
            }
            (Phase::Serving, _) => {}
        }
        let answered = catch_unwind(AssertUnwindSafe(|| self.answer(&method, params)));
        match answered {
            Ok(Ok((result, told))) => {
                self.send(Response::new_ok(id, result))?;
                told.map_or(Ok(()), |message| self.show(MessageType::INFO, message))
            }
            Ok(Err((code, message))) => self.refuse(id, code, message),
            Err(_) => {
                self.log(&format!("{method} broke; this is a mistake of tonnage"));
                self.refuse(id, ErrorCode::InternalError, format!("{method} broke; this is a mistake of tonnage"))
            }
        }
    }

    /// The answer to a request about texts, and what to tell the author beside it.
    fn answer(&self, method: &str, params: Value) -> Result<(Value, Option<String>), (ErrorCode, String)> {
        let Some(workspace) = &self.workspace else {
            return Err((ErrorCode::ServerNotInitialized, "`initialize` comes first".to_owned()));
        };
        let client = self.client;
        let failed = |message: String| (ErrorCode::RequestFailed, message);
        let result = match method {
            asks::HoverRequest::METHOD => ok(requests::hover(workspace, &given(params)?)),
            asks::Completion::METHOD => ok(requests::completion(workspace, client, &given(params)?)),
            asks::GotoDefinition::METHOD => ok(requests::definition(workspace, &given(params)?)),
            asks::References::METHOD => ok(requests::references(workspace, &given(params)?)),
            asks::PrepareRenameRequest::METHOD => {
                ok(requests::prepare_rename(workspace, &given(params)?).map_err(failed)?)
            }
            asks::Rename::METHOD => {
                let (edit, told) = requests::rename(workspace, client, &given(params)?).map_err(failed)?;
                return ok(edit).map(|edit| (edit, told));
            }
            asks::DocumentSymbolRequest::METHOD => ok(requests::document_symbols(workspace, client, &given(params)?)),
            asks::WorkspaceSymbolRequest::METHOD => ok(requests::workspace_symbols(workspace, &given(params)?)),
            asks::Formatting::METHOD => ok(requests::formatting(workspace, &given(params)?)),
            asks::RangeFormatting::METHOD => ok(requests::range_formatting(workspace, &given(params)?)),
            asks::CodeActionRequest::METHOD => ok(requests::code_actions(workspace, &given(params)?)),
            _ => Err((ErrorCode::MethodNotFound, format!("`{method}` is not known here"))),
        };
        result.map(|value| (value, None))
    }

    fn initialize(&mut self, id: RequestId, params: Value) -> Result<(), Ended> {
        let params: InitializeParams = match given(params) {
            Ok(params) => params,
            Err((code, message)) => return self.refuse(id, code, message),
        };
        self.client = client(&params);
        let workspace = Workspace::new(self.world, self.settings, roots(&params));
        let workspace = match workspace {
            Ok(workspace) => workspace,
            Err(wrong) => return self.refuse(id, ErrorCode::RequestFailed, wrong.message),
        };
        self.workspace = Some(workspace);
        self.phase = Phase::Serving;
        let info = json!({ "name": "tonnage", "version": env!("CARGO_PKG_VERSION") });
        self.send(Response::new_ok(id, json!({ "capabilities": capabilities(), "serverInfo": info })))?;
        for root in roots(&params) {
            let told = self.workspace.as_mut().map(|workspace| workspace.load(&root)).unwrap_or_default();
            self.publish(&told, None)?;
            self.analyse(&told);
        }
        Ok(())
    }

    fn notification(&mut self, note: Notification) -> Result<(), Ended> {
        if note.method == notes::Exit::METHOD {
            return Err(self.left());
        }
        if self.phase != Phase::Serving {
            return Ok(());
        }
        if note.method == notes::Initialized::METHOD {
            return self.watch();
        }
        let method = note.method.clone();
        match catch_unwind(AssertUnwindSafe(|| self.take(note))) {
            Ok(Ok((told, changed))) => {
                self.publish(&told, changed.as_ref())?;
                self.analyse(&told);
                Ok(())
            }
            Ok(Err((_, message))) => {
                self.log(&format!("{method}: {message}"));
                Ok(())
            }
            Err(_) => {
                self.log(&format!("{method} broke; this is a mistake of tonnage"));
                Ok(())
            }
        }
    }

    /// Takes what the editor says about texts: those about which there may be news, and the one that it is typing in.
    fn take(&mut self, note: Notification) -> Result<(BTreeSet<PathBuf>, Option<PathBuf>), (ErrorCode, String)> {
        let Some(workspace) = self.workspace.as_mut() else { return Ok(Default::default()) };
        match note.method.as_str() {
            notes::DidOpenTextDocument::METHOD => {
                let text = given::<DidOpenTextDocumentParams>(note.params)?.text_document;
                let path = convert::path_of(&text.uri);
                self.addresses.insert(path.clone(), text.uri);
                Ok((workspace.open(&path, text.version, text.text), Some(path)))
            }
            notes::DidChangeTextDocument::METHOD => {
                let params: DidChangeTextDocumentParams = given(note.params)?;
                let path = convert::path_of(&params.text_document.uri);
                let edits = params.content_changes.into_iter().map(|change| -> Edit {
                    let range = change.range.map(|range| convert::place(range.start)..convert::place(range.end));
                    (range, change.text)
                });
                Ok((workspace.change(&path, params.text_document.version, edits.collect()), Some(path)))
            }
            notes::DidCloseTextDocument::METHOD => {
                let params: DidCloseTextDocumentParams = given(note.params)?;
                let path = convert::path_of(&params.text_document.uri);
                self.addresses.remove(&path);
                Ok((workspace.close(&path), None))
            }
            notes::DidSaveTextDocument::METHOD => {
                let params: DidSaveTextDocumentParams = given(note.params)?;
                Ok((workspace.refresh(&[convert::path_of(&params.text_document.uri)]), None))
            }
            notes::DidChangeWatchedFiles::METHOD => {
                let params: DidChangeWatchedFilesParams = given(note.params)?;
                let paths: Vec<PathBuf> = params.changes.iter().map(|change| convert::path_of(&change.uri)).collect();
                Ok((workspace.refresh(&paths), None))
            }
            _ => Ok(Default::default()),
        }
    }

    /// Asks the editor to tell when files change.
    fn watch(&mut self) -> Result<(), Ended> {
        if !self.client.watches {
            return Ok(());
        }
        let watcher =
            |pattern: &str| FileSystemWatcher { glob_pattern: GlobPattern::String(pattern.to_owned()), kind: None };
        let watchers = vec![watcher("**/*.fleet.hcl"), watcher("**/*.fleettest.hcl")];
        let options = DidChangeWatchedFilesRegistrationOptions { watchers };
        let registration = Registration {
            id: "files".to_owned(),
            method: notes::DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: serde_json::to_value(options).ok(),
        };
        self.asked += 1;
        let params = json!(RegistrationParams { registrations: vec![registration] });
        let (id, method) = (RequestId::from(self.asked), asks::RegisterCapability::METHOD.to_owned());
        self.send(Request { id, method, params })
    }

    fn show(&mut self, typ: MessageType, message: String) -> Result<(), Ended> {
        let params = json!(ShowMessageParams { typ, message });
        self.send(Notification { method: notes::ShowMessage::METHOD.to_owned(), params })
    }

    /// Says what is wrong with texts, where it is something else than was said before; of the one that changed in any
    /// case.
    fn publish(&mut self, told: &BTreeSet<PathBuf>, changed: Option<&PathBuf>) -> Result<(), Ended> {
        for path in changed.into_iter().chain(told.iter().filter(|path| Some(*path) != changed)) {
            let Some(workspace) = &self.workspace else { return Ok(()) };
            let found = convert::diagnostics(workspace, path);
            let before = self.published.get(path).map(Vec::as_slice).unwrap_or_default();
            if found == before && changed != Some(path) {
                continue;
            }
            let version = workspace.document(path).and_then(|document| document.version);
            let uri = self.addresses.get(path).cloned().or_else(|| convert::uri_of(path));
            match found.is_empty() {
                true => self.published.remove(path),
                false => self.published.insert(path.clone(), found.clone()),
            };
            let Some(uri) = uri else { continue };
            let params = json!(PublishDiagnosticsParams { uri, diagnostics: found, version });
            self.send(Notification { method: notes::PublishDiagnostics::METHOD.to_owned(), params })?;
        }
        Ok(())
    }

    /// Asks for the whole analysis of the fleets of texts.
    fn analyse(&mut self, told: &BTreeSet<PathBuf>) {
        let Some(workspace) = &self.workspace else { return };
        let fleets: BTreeSet<PathBuf> = told.iter().flat_map(|path| workspace.fleets_of(path)).collect();
        for root in fleets {
            if let Some(snapshot) = workspace.snapshot(&root) {
                self.queue.ask(snapshot);
            }
        }
    }
}

fn given<T: DeserializeOwned>(params: Value) -> Result<T, (ErrorCode, String)> {
    serde_json::from_value(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}

fn ok(result: impl Serialize) -> Result<Value, (ErrorCode, String)> {
    serde_json::to_value(result).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}

fn roots(params: &InitializeParams) -> Vec<PathBuf> {
    let folders = params.workspace_folders.iter().flatten().map(|folder| convert::path_of(&folder.uri));
    let mut roots: Vec<PathBuf> = folders.collect();
    #[expect(deprecated, reason = "what editors without workspace folders send")]
    if let (true, Some(uri)) = (roots.is_empty(), &params.root_uri) {
        roots.push(convert::path_of(uri));
    }
    roots.retain(|root| root.is_absolute());
    roots
}

fn client(params: &InitializeParams) -> Client {
    let text = params.capabilities.text_document.as_ref();
    let workspace = params.capabilities.workspace.as_ref();
    let item = text.and_then(|text| text.completion.as_ref()).and_then(|c| c.completion_item.as_ref());
    let edit = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
    let watched = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
    let symbols = text.and_then(|text| text.document_symbol.as_ref());
    Client {
        snippets: item.and_then(|item| item.snippet_support).unwrap_or(false),
        versioned_edits: edit.and_then(|edit| edit.document_changes).unwrap_or(false),
        annotations: edit.is_some_and(|edit| edit.change_annotation_support.is_some()),
        watches: watched.and_then(|watched| watched.dynamic_registration).unwrap_or(false),
        nested_symbols: symbols.and_then(|s| s.hierarchical_document_symbol_support).unwrap_or(false),
    }
}

fn capabilities() -> ServerCapabilities {
    let letters = [".", "\"", "/", ":"];
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(true.into()),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(letters.map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: Default::default(),
        })),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        document_range_formatting_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        ..ServerCapabilities::default()
    }
}
