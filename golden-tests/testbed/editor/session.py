"""An editor: starts `tonnage lsp` as a process and speaks to it through pygls, as an editor would."""

import asyncio
import contextlib
import os
import pathlib
import tempfile

from lsprotocol import types
from pygls.lsp.client import LanguageClient

PROGRAM = os.environ["TONNAGE"]
PATIENCE = 60


class Editor(LanguageClient):
    """A client that keeps what it is told."""

    def __init__(self, folder):
        super().__init__("tonnage-tests", "1")
        self.folder = pathlib.Path(folder)
        self.said = {}
        self.shown = []
        self.registered = []
        self.broken = []
        self.news = asyncio.Condition()
        self.versions = {}
        self.texts = {}

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        async def _(params):
            async with self.news:
                self.said.setdefault(params.uri, []).append(params)
                self.news.notify_all()

        @self.feature(types.WINDOW_SHOW_MESSAGE)
        async def _(params):
            async with self.news:
                self.shown.append(params.message)
                self.news.notify_all()

        @self.feature(types.CLIENT_REGISTER_CAPABILITY)
        async def _(params):
            async with self.news:
                self.registered.extend(params.registrations)
                self.news.notify_all()

    def report_server_error(self, error, source):
        self.broken.append((source, error))

    def uri(self, name):
        return (self.folder / name).as_uri()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, newline="")

    def open(self, name, text):
        self.versions[name] = 1
        self.texts[name] = text
        item = types.TextDocumentItem(uri=self.uri(name), language_id="hcl", version=1, text=text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))

    def change(self, name, *changes):
        self.versions[name] += 1
        document = types.VersionedTextDocumentIdentifier(uri=self.uri(name), version=self.versions[name])
        self.text_document_did_change(
            types.DidChangeTextDocumentParams(text_document=document, content_changes=list(changes))
        )

    def replace(self, name, old, new):
        """Types `new` in place of `old`."""
        text = self.texts[name]
        at = text.index(old)
        change = types.TextDocumentContentChangePartial(
            range=types.Range(start=position(text, at), end=position(text, at + len(old))), text=new
        )
        self.texts[name] = text.replace(old, new, 1)
        self.change(name, change)

    def close(self, name):
        self.text_document_did_close(
            types.DidCloseTextDocumentParams(text_document=types.TextDocumentIdentifier(uri=self.uri(name)))
        )

    def diagnostics(self, name):
        said = self.said.get(self.uri(name))
        return said[-1].diagnostics if said else None

    async def until(self, holds):
        """Waits until something holds; fails with what was said."""
        async with self.news:
            try:
                await asyncio.wait_for(self.news.wait_for(holds), PATIENCE)
            except asyncio.TimeoutError:
                raise AssertionError(f"never: {self.said}") from None

    async def codes(self, name, *expected):
        """Waits until just these are the codes of what is wrong with a text."""
        await self.until(lambda: codes(self.diagnostics(name)) == sorted(expected))

    def at(self, name, mark, into=0):
        """The parameters of a request at the first occurrence of a text."""
        text = self.texts[name]
        return dict(
            text_document=types.TextDocumentIdentifier(uri=self.uri(name)),
            position=position(text, text.index(mark) + into),
        )

    async def hover(self, name, mark, into=0):
        found = await self.text_document_hover_async(types.HoverParams(**self.at(name, mark, into)))
        return found.contents.value if found else ""

    async def offered(self, name, mark):
        """What may be written after a text: labels to items."""
        found = await self.text_document_completion_async(types.CompletionParams(**self.at(name, mark, len(mark))))
        return {item.label: item for item in found.items}


def codes(diagnostics):
    return None if diagnostics is None else sorted(d.code for d in diagnostics)


def position(text, at):
    """An offset as the protocol counts: lines, and UTF-16 units in the line."""
    before = text[:at]
    line = before.count("\n")
    last = before.rsplit("\n", 1)[-1]
    return types.Position(line=line, character=len(last.encode("utf-16-le")) // 2)


def offset(text, position):
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: position.line])
    units = lines[position.line].encode("utf-16-le")[: 2 * position.character]
    return start + len(units.decode("utf-16-le"))


def slice_of(text, range):
    return text[offset(text, range.start) : offset(text, range.end)]


def applied(text, edits):
    """A text after edits; of two that touch, the later one in the list stands later."""
    for edit in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
        text = text[: offset(text, edit.range.start)] + edit.new_text + text[offset(text, edit.range.end) :]
    return text


def capabilities(snippets=True, versioned=True):
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(
            completion=types.CompletionClientCapabilities(
                completion_item=types.ClientCompletionItemOptions(snippet_support=snippets)
            ),
            document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
        ),
        workspace=types.WorkspaceClientCapabilities(
            workspace_edit=types.WorkspaceEditClientCapabilities(
                document_changes=versioned,
                change_annotation_support=types.ChangeAnnotationsSupportOptions(),
            ),
            did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        ),
    )


@contextlib.asynccontextmanager
async def editor(files, **wishes):
    """An editor on a folder of files, until the end of the block; then the server must go as it should."""
    with tempfile.TemporaryDirectory() as folder:
        client = Editor(os.path.realpath(folder))
        for name, text in files.items():
            client.write(name, text)
        await client.start_io(PROGRAM, "lsp", "--stdio", "-as-of=2026-12-01", cwd=folder)
        server = client._server
        client.initialized_with = await client.initialize_async(
            types.InitializeParams(
                process_id=os.getpid(),
                root_uri=client.folder.as_uri(),
                capabilities=capabilities(**wishes),
            )
        )
        client.initialized(types.InitializedParams())
        yield client
        await client.shutdown_async(None)
        client.exit(None)
        assert await asyncio.wait_for(server.wait(), PATIENCE) == 0
        said = (await server.stderr.read()).decode()
        assert said == "", said
        assert client.broken == [], client.broken
