"""What an editor asks of `tonnage lsp`, and what it must be told. `cases.py NAME` runs one of them."""

import asyncio
import subprocess
import sys
import json

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from session import PROGRAM, applied, editor, offset, slice_of

HEAD = """fleet "demo" {
  language = 1
}

cloud "aws" {
  regions = ["us-east-2"]
}
"""
CHAT = """
pool "chat" {
  purpose     = "inference"
  accelerator = "nvidia-h200"

  size {
    nodes = var.replicas
  }

  option "primary" {
    cloud  = cloud.aws
    region = "us-east-2"
  }
}
"""
REST = """
variable "replicas" {
  type    = number
  default = 2
}

locals {
  greeting = "hello ${var.replicas}"
}

resource "AWS::SSM::Parameter" "motd" {
  body = {
    Type  = "String"
    Value = local.greeting
  }
}
"""
FLEET = HEAD + CHAT + REST
MAIN = "main.fleet.hcl"


async def diagnostics_as_you_type():
    async with editor({MAIN: FLEET, "other.fleet.hcl": "image \"train\" {\n  asw = { ami = \"ami-1\" }\n}\n"}) as e:
        await e.codes("other.fleet.hcl", "T0202")  # of a file that is not open
        e.open(MAIN, FLEET)
        await e.codes(MAIN)
        e.replace(MAIN, "cloud.aws", "cloud.awz")
        await e.codes(MAIN, "T0204")
        [wrong] = e.diagnostics(MAIN)
        assert slice_of(e.texts[MAIN], wrong.range) == "awz", wrong
        assert wrong.source == "tonnage" and wrong.severity == types.DiagnosticSeverity.Error
        assert "did you mean `aws`?" in wrong.message
        # every mistake of the text, of all phases: a bracket, the table, a name
        e.replace(MAIN, "default = 2", "default = (2")
        e.replace(MAIN, "purpose", "porpose")
        await e.until(lambda: [d.code for d in e.diagnostics(MAIN)] == ["T0202", "T0204", "T0103"])
        e.replace(MAIN, "default = (2", "default = 2")
        e.replace(MAIN, "porpose", "purpose")
        e.replace(MAIN, "cloud.awz", "cloud.aws")
        await e.codes(MAIN)
        versions = [p.version for p in e.said[e.uri(MAIN)]]
        assert versions == sorted(versions) and versions[-1] == e.versions[MAIN], versions


async def places_are_utf16_and_related_places_are_told():
    text = HEAD + '\nlocals {\n  a = "😀é"\n  b = "😀é${local.nope}"\n}\n\nimage "x" {\n}\n\nimage "x" {\n}\n'
    async with editor({}) as e:
        e.open(MAIN, text)
        await e.codes(MAIN, "T0204", "T0211")
        nope, twice = e.diagnostics(MAIN)
        assert slice_of(text, nope.range) == "nope", nope
        assert nope.range.start.character == len('  b = "xxé${local.')
        [first] = twice.related_information
        assert first.message == "first declared here" and slice_of(text, first.location.range) == '"x"'
        e.open("crlf.fleet.hcl", 'locals {\r\n  c = local.nope\r\n}\r\n')
        await e.codes("crlf.fleet.hcl", "T0204")
        [wrong] = e.diagnostics("crlf.fleet.hcl")
        assert (wrong.range.start.line, wrong.range.start.character) == (1, 12)


async def what_is_said_is_taken_back():
    async with editor({MAIN: FLEET}) as e:
        e.open(MAIN, FLEET)
        await e.codes(MAIN)
        e.open("more.fleet.hcl", 'locals {\n  a = cloud.awz\n}\n')
        await e.codes("more.fleet.hcl", "T0204")
        e.close("more.fleet.hcl")  # it was never on disk
        await e.codes("more.fleet.hcl")
        # a name that goes is missed where it is used, at once, in another file
        e.write("use.fleet.hcl", "locals {\n  b = var.replicas\n}\n")
        watched = types.FileEvent(uri=e.uri("use.fleet.hcl"), type=types.FileChangeType.Created)
        e.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes=[watched]))
        e.replace(MAIN, 'variable "replicas"', 'variable "copies"')
        await e.codes("use.fleet.hcl", "T0204")
        e.replace(MAIN, 'variable "copies"', 'variable "replicas"')
        await e.codes("use.fleet.hcl")
        e.replace(MAIN, "nvidia-h200", "nvidia-h20")
        await e.codes(MAIN, "T0234")  # found by the whole analysis only
        e.close(MAIN)  # what is on disk counts again
        await e.codes(MAIN)
        assert any(r.method == "workspace/didChangeWatchedFiles" for r in e.registered)


async def modules_and_tests_are_part_of_the_fleet():
    main = HEAD + '\nmodule "net" {\n  source = "./net"\n  size   = 4\n}\n\noutput "o" {\n  value = module.net.range\n}\n'
    net = 'variable "size" {\n  type = number\n}\n\noutput "range" {\n  value = var.sice\n}\n'
    tests = 'test "t" {\n  expect {\n    condition = true\n    mesage = "x"\n  }\n}\n'
    async with editor({MAIN: main, "net/n.fleet.hcl": net, "tests/a.fleettest.hcl": tests}) as e:
        await e.codes("net/n.fleet.hcl", "T0204")
        await e.until(lambda: "T0202" in (d.code for d in e.diagnostics("tests/a.fleettest.hcl") or []))
        net = net.replace("sice", "size")
        e.open("net/n.fleet.hcl", net)
        await e.codes("net/n.fleet.hcl")
        found = await e.text_document_definition_async(types.DefinitionParams(**e.at("net/n.fleet.hcl", "var.size", 5)))
        assert [slice_of(net, place.range) for place in found] == ["size"]
        e.open(MAIN, main)
        found = await e.text_document_definition_async(types.DefinitionParams(**e.at(MAIN, "net.range", 5)))
        assert [place.uri for place in found] == [e.uri("net/n.fleet.hcl")]
        offered = await e.offered(MAIN, "module.net.")
        assert set(offered) == {"range"}, offered
        renamed = await e.text_document_rename_async(types.RenameParams(**e.at(MAIN, "size   = 4"), new_name="width"))
        changes = {c.text_document.uri: c.edits for c in renamed.document_changes}
        assert applied(main, changes[e.uri(MAIN)]) == main.replace("size   = 4", "width   = 4")
        assert applied(net, changes[e.uri("net/n.fleet.hcl")]) == net.replace("size", "width")


async def words_are_explained():
    async with editor({MAIN: FLEET}) as e:
        e.open(MAIN, FLEET)
        await e.codes(MAIN)
        assert "An account to build in" in await e.hover(MAIN, 'cloud "aws"', 2)
        assert "a whole number" in await e.hover(MAIN, "nodes = var", 2)
        said = await e.hover(MAIN, "var.replicas", 6)
        assert 'variable "replicas"' in said, said
        # values are known once the whole was analysed
        for _ in range(100):
            said = await e.hover(MAIN, "local.greeting", 8)
            if "value" in said:
                break
            await asyncio.sleep(0.1)
        assert '`"hello 2"`' in said, said
        said = await e.hover(MAIN, "nvidia-h200", 3)
        assert "p5en.48xlarge" in said and "NVIDIA H200" in said, said
        said = await e.hover(MAIN, '"us-east-2"\n  }', 3)
        assert "of aws" in said and "country" in said, said
        said = await e.hover(MAIN, "    Type ", 5)
        assert "StringList" in said, said
        said = await e.hover(MAIN, "AWS::SSM::Parameter", 3)
        assert "`Type`" in said, said
        e.replace(MAIN, "local.greeting", "max(1, 2)")
        said = await e.hover(MAIN, "max(1", 1)
        assert "max(" in said and "gives" in said, said
        e.replace(MAIN, "max(1, 2)", "local.greetin")
        await e.codes(MAIN, "T0204")
        said = await e.hover(MAIN, "local.greetin", 8)
        assert "# T0204: unknown reference" in said, said  # the page of what is wrong
        e.replace(MAIN, '    region = "us-east-2"', '    region = "us-east-2"\n    shape = "p5en.48xlarge"')
        said = await e.hover(MAIN, "p5en.48xlarge", 3)
        assert "on demand" in said and "USD" in said and "`vcpus` 192" in said, said


async def a_secret_is_not_shown():
    text = FLEET + """
variable "token" {
  default   = "hunter2"
  sensitive = true
}

locals {
  header = "Bearer ${var.token}"
}
"""
    async with editor({MAIN: text}) as e:
        e.open(MAIN, text)
        await e.codes(MAIN)
        for _ in range(100):  # values are known once the whole was analysed
            if "value" in await e.hover(MAIN, "local.greeting", 8):
                break
            await asyncio.sleep(0.1)
        said = await e.hover(MAIN, "var.token", 5)
        assert "default   = (sensitive)" in said and "it is not shown" in said, said
        for place in ['token" {', "default   = \"hunter2", "hunter2", "sensitive", "header", "var.token"]:
            said = await e.hover(MAIN, place, 1)
            assert "hunter2" not in said, said


async def everything_that_may_be_written_is_offered():
    async with editor({}) as e:
        text = FLEET + "\npo\n"
        e.open(MAIN, text)
        offered = await e.offered(MAIN, "\npo")
        assert {"pool", "capacity", "moved"} <= set(offered)
        assert offered["pool"].text_edit.new_text == 'pool "${1:NAME}" {\n  $0\n}'

        async def after(old, new, mark=None):
            e.replace(MAIN, old, new)
            found = await e.offered(MAIN, mark or new)
            e.change(MAIN, types.TextDocumentContentChangeWholeDocument(text=text))
            e.texts[MAIN] = text
            return found

        inside = await after("  purpose     =", "  im\n  purpose     =", "  im")
        assert {"image", "fabric", "rollout"} <= set(inside) and "purpose" not in inside
        assert inside["image"].text_edit.new_text == "image = image.$0"
        assert {"gpus", "spares"} <= set(await after("nodes = var.replicas", "g", "size {\n    g"))
        assert set(await after('"inference"', '"', 'purpose     = "')) >= {"training", "inference"}
        assert '"training"' in await after('"inference"', "tr", "purpose     = tr")
        assert "cloud.aws" in await after("cloud.aws", "c", "cloud  = c")
        assert set(await after("cloud.aws", "cloud.")) == {"aws"}
        assert set(await after("var.replicas\n", "var.\n", "nodes = var.")) == {"replicas"}
        assert set(await after("local.greeting", "local.")) == {"greeting"}
        offered = await after("local.greeting", "for", "Value = for")
        assert offered["format"].detail.startswith("format("), offered["format"]
        assert offered["format"].text_edit.new_text == "format($0)"
        assert "nvidia-b200" in await after('"nvidia-h200"', '"nvidia-', "accelerator = \"nvidia-")
        regions = await after('region = "us-east-2"\n', 'region = "us-"\n', 'region = "us-')
        assert "us-east-1" in regions and "us-central1" not in regions
        zones = await after('region = "us-east-2"\n', 'zones = ["use2"]\n', 'zones = ["use2')
        assert "use2-az1" in zones
        properties = await after("Value = local.greeting", "Ti", "    Ti")
        assert {"Tier", "Description", "Value"} <= set(properties), properties
        assert properties["Value"].sort_text == "0Value"  # it must be there
        assert {"String", "StringList"} <= set(await after('"String"', '"S', 'Type  = "S'))
        types_offered = await after('"AWS::SSM::Parameter"', '"AWS::EC2::Inst"', '"AWS::EC2::Inst')
        assert "AWS::EC2::Instance" in types_offered, types_offered
        e.open("t.fleettest.hcl", "te\n")
        assert set(await e.offered("t.fleettest.hcl", "te")) == {"test"}
    async with editor({}, snippets=False) as e:
        e.open(MAIN, "po\n")
        assert (await e.offered(MAIN, "po"))["pool"].text_edit.new_text == "pool"


async def names_are_followed():
    async with editor({MAIN: FLEET}) as e:
        e.open(MAIN, FLEET)
        found = await e.text_document_definition_async(types.DefinitionParams(**e.at(MAIN, "cloud.aws", 7)))
        assert [slice_of(FLEET, place.range) for place in found] == ["aws"] and found[0].range.start.line == 4
        asked = dict(e.at(MAIN, 'variable "replicas"', 12))
        context = types.ReferenceContext(include_declaration=True)
        found = await e.text_document_references_async(types.ReferenceParams(**asked, context=context))
        assert [slice_of(FLEET, place.range) for place in found] == ["replicas"] * 3, found
        context = types.ReferenceContext(include_declaration=False)
        found = await e.text_document_references_async(types.ReferenceParams(**asked, context=context))
        assert len(found) == 2
        symbols = await e.text_document_document_symbol_async(
            types.DocumentSymbolParams(text_document=types.TextDocumentIdentifier(uri=e.uri(MAIN)))
        )
        names = [symbol.name for symbol in symbols]
        assert names == ["fleet demo", "cloud aws", "pool chat", "variable replicas", "locals", "resource motd"], names
        assert [child.name for child in symbols[2].children] == ["size", "option primary"]
        assert symbols[5].detail == "AWS::SSM::Parameter" and symbols[4].children[0].name == "greeting"
        found = await e.workspace_symbol_async(types.WorkspaceSymbolParams(query="CHA"))
        assert [symbol.name for symbol in found] == ["pool.chat"], found


async def a_rename_keeps_what_runs():
    text = FLEET + '\noutput "g" {\n  value = pool.chat\n}\n'
    async with editor({MAIN: text, "use.fleet.hcl": 'output "h" {\n  value = pool.chat\n}\n'}) as e:
        e.open(MAIN, text)
        await e.codes(MAIN)
        asked = e.at(MAIN, 'pool "chat"', 7)
        ready = await e.text_document_prepare_rename_async(types.PrepareRenameParams(**asked))
        assert ready.placeholder == "chat" and slice_of(text, ready.range) == "chat"
        renamed = await e.text_document_rename_async(types.RenameParams(**asked, new_name="talk"))
        changes = {c.text_document.uri: c for c in renamed.document_changes}
        assert changes[e.uri(MAIN)].text_document.version == 1
        moved = "\n\nmoved {\n  from = pool.chat\n  to   = pool.talk\n}"
        expected = FLEET.replace(CHAT, CHAT.replace('"chat"', '"talk"')[:-1] + moved + "\n")
        after = applied(text, changes[e.uri(MAIN)].edits)
        assert after == expected + '\noutput "g" {\n  value = pool.talk\n}\n', after
        assert len(changes[e.uri("use.fleet.hcl")].edits) == 1
        await e.until(lambda: any("nothing is destroyed" in said for said in e.shown))
        [annotated] = [edit for edit in changes[e.uri(MAIN)].edits if hasattr(edit, "annotation_id")]
        assert "nothing is destroyed" in renamed.change_annotations[annotated.annotation_id].description
        # what has no address needs no `moved`
        asked = e.at(MAIN, "local.greeting", 8)
        renamed = await e.text_document_rename_async(types.RenameParams(**asked, new_name="words"))
        [change] = renamed.document_changes
        assert applied(text, change.edits) == text.replace("greeting", "words")
        for name, why in [("no name", "can't be a name"), ("1", "can't be a name"), ("", "can't be a name")]:
            try:
                await e.text_document_rename_async(types.RenameParams(**asked, new_name=name))
                raise AssertionError(f"{name} was taken")
            except JsonRpcException as refused:
                assert why in str(refused), refused
        try:
            await e.text_document_prepare_rename_async(types.PrepareRenameParams(**e.at(MAIN, "language", 2)))
            raise AssertionError("it was taken")
        except JsonRpcException as refused:
            assert "no name here" in str(refused), refused
    async with editor({MAIN: text}, versioned=False) as e:
        e.open(MAIN, text)
        renamed = await e.text_document_rename_async(types.RenameParams(**e.at(MAIN, "pool.chat", 6), new_name="talk"))
        assert "from = pool.chat" in applied(text, renamed.changes[e.uri(MAIN)])


async def mends_are_offered_and_texts_are_laid_out():
    text = FLEET.replace("cloud.aws", "cloud.awz")
    async with editor({}) as e:
        e.open(MAIN, text)
        await e.codes(MAIN, "T0204")
        [wrong] = e.diagnostics(MAIN)
        actions = await e.text_document_code_action_async(
            types.CodeActionParams(
                text_document=types.TextDocumentIdentifier(uri=e.uri(MAIN)),
                range=wrong.range,
                context=types.CodeActionContext(diagnostics=[wrong]),
            )
        )
        [action] = actions
        assert action.title == "Write `aws` instead of `awz`" and action.is_preferred
        assert applied(text, action.edit.changes[e.uri(MAIN)]) == FLEET
        rough = 'image "a" {\n      aws   =   { ami = "ami-1" }\n}\n\n\n\nlocals {\n  a = 1\n    bb = 2\n}\n'
        e.open("rough.fleet.hcl", rough)
        options = types.FormattingOptions(tab_size=8, insert_spaces=False)
        document = types.TextDocumentIdentifier(uri=e.uri("rough.fleet.hcl"))
        edits = await e.text_document_formatting_async(
            types.DocumentFormattingParams(text_document=document, options=options)
        )
        smooth = 'image "a" {\n  aws = { ami = "ami-1" }\n}\n\nlocals {\n  a  = 1\n  bb = 2\n}\n'
        assert applied(rough, edits) == smooth, applied(rough, edits)
        part = types.Range(start=types.Position(line=0, character=0), end=types.Position(line=2, character=0))
        edits = await e.text_document_range_formatting_async(
            types.DocumentRangeFormattingParams(text_document=document, range=part, options=options)
        )
        assert "    bb" in applied(rough, edits) and '  aws = {' in applied(rough, edits)


async def nonsense_is_survived():
    async with editor({MAIN: FLEET}) as e:
        e.open(MAIN, FLEET)
        await e.codes(MAIN)
        try:
            await e.protocol.send_request_async("no/such", {})
            raise AssertionError("it was answered")
        except JsonRpcException as refused:
            assert refused.code == -32601, refused
        e.protocol.notify("no/such", {})
        e.protocol.notify("$/cancelRequest", types.CancelParams(id=99))
        # ranges that are nowhere: past the end, backwards, in the middle of a character
        huge = types.Position(line=2**31 - 1, character=2**31 - 1)
        nothing = types.Range(start=huge, end=huge)
        backwards = types.Range(start=types.Position(line=3, character=9), end=types.Position(line=1, character=0))
        e.change(MAIN, types.TextDocumentContentChangePartial(range=nothing, text="\n# 😀é\n"))
        e.change(MAIN, types.TextDocumentContentChangePartial(range=backwards, text="  language = 1\n}\n"))
        lines = FLEET.count("\n") + 1
        middle = types.Position(line=lines, character=3)
        e.change(MAIN, types.TextDocumentContentChangePartial(range=types.Range(start=middle, end=middle), text="x"))
        e.change(MAIN, types.TextDocumentContentChangeWholeDocument(text=FLEET))
        await e.codes(MAIN)
        # texts that are no files, texts that are not open, texts of other languages
        item = types.TextDocumentItem(uri="untitled:Untitled-1", language_id="hcl", version=1, text="pool {\n")
        e.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
        await e.until(lambda: "untitled:Untitled-1" in e.said)
        e.open("readme.md", "# pool {\n")
        e.versions["never"] = 1
        e.change("never", types.TextDocumentContentChangeWholeDocument(text="x"))
        e.close("never.fleet.hcl")
        assert await e.hover(MAIN, "pool", 1) != ""


def raw(*frames):
    """Bytes to a server of our own; its exit code, answers and words on the error stream."""
    ran = subprocess.run([PROGRAM, "lsp"], input=b"".join(frames), capture_output=True, timeout=60)
    answers, rest = [], ran.stdout
    while rest:
        head, _, rest = rest.partition(b"\r\n\r\n")
        length = int(head.removeprefix(b"Content-Length: "))
        answers.append(json.loads(rest[:length]))
        rest = rest[length:]
    return ran.returncode, answers, ran.stderr.decode()


def frame(message):
    text = message if isinstance(message, bytes) else json.dumps({"jsonrpc": "2.0", **message}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(text), text)


async def it_ends_as_it_should():
    begin = frame({"id": 1, "method": "initialize", "params": {"capabilities": {}}})
    shutdown, leave = frame({"id": 2, "method": "shutdown"}), frame({"method": "exit"})
    assert raw(begin, shutdown, leave)[0] == 0
    assert raw(begin, leave)[0] == 1
    assert raw(leave)[0] == 1
    assert raw(begin)[0] == 1  # the editor died
    assert raw()[0] == 1
    assert raw(begin, shutdown)[0] == 0
    code, answers, _ = raw(frame({"id": 7, "method": "textDocument/hover", "params": {}}), begin, begin, shutdown, begin, leave)
    assert code == 0
    said = [(answer["id"], answer.get("error", {}).get("code")) for answer in answers]
    assert said == [(7, -32002), (1, None), (1, -32600), (2, None), (1, -32600)], said
    # what is no JSON is refused, and what follows is answered
    code, answers, words = raw(begin, frame(b"{nope"), frame(b"\xff\xfe"), frame(b"[]"), shutdown, leave)
    assert code == 0 and "not understood" in words
    assert [answer["id"] for answer in answers] == [1, None, None, None, 2], answers
    assert all(answer["error"]["code"] == -32700 for answer in answers[1:4])
    # what is asked in a way that means nothing is refused
    asked = [("textDocument/hover", {"nonsense": 1}), ("textDocument/rename", None), ("textDocument/completion", [])]
    asked = [frame({"id": at, "method": method, "params": params}) for at, (method, params) in enumerate(asked, 10)]
    told = frame({"method": "textDocument/didChange", "params": {"textDocument": 3}})
    code, answers, words = raw(begin, told, *asked, shutdown, leave)
    assert code == 0 and "textDocument/didChange" in words, words
    assert [answer["error"]["code"] for answer in answers[1:4]] == [-32602] * 3, answers
    # what is no frame can't be followed
    for end in [b"hello\r\n\r\n", b"Content-Length: x\r\n\r\n{}", b"Content-Length: 99999999999999\r\n\r\n", b"Content-Length: 9\r\n\r\n{"]:
        code, answers, words = raw(begin, end)
        assert code == 1 and len(answers) == 1 and words, (end, code, answers, words)


if __name__ == "__main__":
    asyncio.run(globals()[sys.argv[1]]())
