//! No output of any command, in any format, and no file that any of them writes holds a secret, in any form that it
//! could take there.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use tonnage_golden_tests::{Said, in_process};

/// Easily recognised, and with what JSON escapes.
const SECRET: &str = "Sw0rd\"fish-\\ZqXj";

/// A cloud, and what of its own takes a secret.
struct Target {
    /// Its block.
    cloud: &'static str,
    /// A resource's type.
    kind: &'static str,
    /// Its body, with `VALUE` for a secret and `NAME` for what is none.
    body: &'static str,
    /// What somebody else may write into it: JSON.
    stranger: &'static str,
    /// Where in the body it writes what is no secret.
    open: &'static str,
    /// Where in the body the secret stands.
    property: &'static str,
    /// A secret in the cloud's own store.
    stored: &'static str,
    /// Whether it takes the value of a sensitive variable.
    takes_values: bool,
}

const TARGETS: &[Target] = &[
    Target {
        cloud: "cloud \"aws\" {\n  account = \"111111111111\"\n  regions = [\"us-east-1\"]\n}",
        kind: "AWS::SSM::Parameter",
        body: "{ Type = \"String\", Value = VALUE, Description = NAME }",
        stranger: r#"{ "Description": "mine", "Value": "LAID_OPEN" }"#,
        open: "Description",
        property: "Value",
        stored: "aws-secretsmanager://prod/key#token",
        takes_values: true,
    },
    Target {
        cloud: "cloud \"azure\" {\n  subscription = \"00000000-0000-0000-0000-000000000000\"\n  regions = [\"swedencentral\"]\n}",
        kind: "Microsoft.Compute/virtualMachineScaleSets",
        body: "{ location = \"swedencentral\", tags = { name = NAME }, properties = { virtualMachineProfile = { extensionProfile = { \
               extensions = [{ name = \"agent\", properties = { protectedSettings = { token = VALUE } } }] } } } }",
        stranger: r#"{ "tags": { "name": "mine" }, "properties": { "virtualMachineProfile": { "extensionProfile": { "extensions": [
            { "name": "agent", "properties": { "protectedSettings": { "token": "LAID_OPEN" } } }] } } } }"#,
        open: "tags.name",
        property: "properties.virtualMachineProfile.extensionProfile.extensions[0].properties.protectedSettings.token",
        stored: "azure-keyvault://secrets/prod/token#7",
        takes_values: true,
    },
    Target {
        cloud: "cloud \"google\" {\n  project = \"demo\"\n  regions = [\"us-central1\"]\n}",
        kind: "compute.googleapis.com/InstanceTemplate",
        body: "{ description = NAME, properties = { metadata = { items = [{ key = \"token\", value = VALUE }] } } }",
        stranger: r#"{ "description": "mine", "properties": { "metadata": { "items": [{ "key": "token", "value": "LAID_OPEN" }] } } }"#,
        open: "description",
        property: "properties.metadata.items[0].value",
        stored: "google-secretmanager://demo/token",
        takes_values: false,
    },
];

const FLEET: &str = r#"
fleet "demo" {
  language = 1
}
CLOUD
variable "token" {
  type      = string
  sensitive = true
}
variable "plain" {
  type    = string
  default = "x"
}
module "inner" {
  source = "./inner"
  token  = var.token
}
locals {
  header = { name = "h", value = "Bearer ${var.token}" }
}
resource "KIND" "token" {
  body = BODY
}
output "header" {
  value     = local.header
  sensitive = true
}
output "inner" {
  value     = module.inner.loud
  sensitive = true
}
"#;

const INNER: &str = r#"
variable "token" {
  type = string
}
resource "KIND" "inner" {
  body = BODY
}
output "loud" {
  value = upper(var.token)
}
"#;

impl Target {
    /// The fleet, and the module in it.
    fn files(&self) -> [(&'static str, String); 2] {
        let text = |value: &str| format!("\"${{{value}}}, ${{secret(\"{}\")}}\"", self.stored);
        let body = |value: &str, name: &str| {
            match self.takes_values {
                true => self.body.replace("VALUE", &text(value)),
                false => self.body.replace("VALUE", &format!("secret(\"{}\")", self.stored)),
            }
            .replace("NAME", name)
        };
        let fleet =
            FLEET.replace("CLOUD", self.cloud).replace("BODY", &body("local.header.value", "local.header.name"));
        let inner = INNER.replace("BODY", &body("var.token", "\"inner\""));
        [("a.fleet.hcl", fleet), ("inner/a.fleet.hcl", inner)]
            .map(|(name, text)| (name, text.replace("KIND", self.kind)))
    }
}

/// What is written into the fleet in place of nothing: each is refused, or shows nothing.
const MISTAKES: &[&str] = &[
    "output \"shown\" {\n  value = var.token\n}",
    "output \"shown\" {\n  value = { a = [base64encode(var.token)] }\n}",
    "locals {\n  n = tonumber(var.token)\n}",
    "locals {\n  n = var.token + 1\n}",
    "locals {\n  n = { a = 1 }[var.token]\n}",
    "locals {\n  n = regex(\"^$\", var.token)\n}",
    "locals {\n  n = jsondecode(var.token)\n}",
    "resource \"AWS::SSM::Parameter\" \"each\" {\n  for_each = toset([var.token])\n  cloud = cloud.aws\n  region = \"us-east-1\"\n  body = { Type = \"String\", Value = \"x\" }\n}",
    "resource \"AWS::SSM::Parameter\" \"when\" {\n  when = var.token == \"a\"\n  cloud = cloud.aws\n  region = \"us-east-1\"\n  body = { Type = \"String\", Value = \"x\" }\n}",
    "resource \"AWS::SSM::Parameter\" \"made\" {\n  cloud = cloud.aws\n  region = \"us-east-1\"\n  body = { Type = \"String\", Value = base64encode(var.token) }\n}",
    "resource \"AWS::SSM::Parameter\" \"there\" {\n  cloud = cloud.aws\n  region = var.token\n  body = { Type = \"String\", Value = \"x\" }\n}",
    "network \"n\" {\n  cidr = var.token\n}",
    "network \"n\" {\n  cidr = \"10.0.0.0/16\"\n  labels = { a = var.token }\n}",
    "variable \"n\" {\n  default = 1\n  validation {\n    condition = var.n == 2 && nonsensitive(var.token != \"\")\n    message = \"no ${var.token}\"\n  }\n}",
    "policy \"p\" {\n  assert {\n    condition = var.token == \"a\"\n    message = \"is ${var.token}\"\n  }\n}",
    "test \"t\" {\n  expect {\n    condition = var.token == \"a\"\n    message = \"is ${var.token}\"\n  }\n}",
    "module \"again\" {\n  source = \"./inner\"\n  token = [var.token]\n}",
];

fn forms() -> Vec<String> {
    let json = serde_json::to_string(SECRET).expect("JSON");
    let json = json.trim_matches('"').to_owned();
    let mut forms =
        vec![SECRET.to_owned(), json, STANDARD.encode(SECRET), SECRET.to_uppercase(), SECRET.to_lowercase()];
    // A part is enough to know it by.
    forms.extend(["ZqXj", "Sw0rd"].map(str::to_owned));
    forms.extend(["zqxj", "ZQXJ"].map(str::to_owned));
    forms
}

fn holds(text: &str) -> Option<String> {
    forms().into_iter().find(|form| text.contains(form))
}

fn files(folder: &Path, see: &mut dyn FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, see);
        } else {
            see(&path, &String::from_utf8_lossy(&std::fs::read(&path).expect("a file")));
        }
    }
}

fn folder(target: &Target, more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("inner")).expect("a folder");
    // What is compared with: another text around the token.
    std::fs::create_dir_all(folder.path().join("before/inner")).expect("a folder");
    for (name, text) in target.files() {
        let before = text.replace("Bearer ", "Basic ").replace("name = \"h\"", "name = \"g\"");
        std::fs::write(folder.path().join("before").join(name), before).expect("a file");
        let more = if name.contains('/') { "" } else { more };
        std::fs::write(folder.path().join(name), format!("{text}{more}\n")).expect("a file");
    }
    folder
}

/// The ways of giving a secret: each is written after a command.
fn ways(outside: &Path) -> [String; 2] {
    let file = outside.join("secrets.vars");
    std::fs::write(&file, format!("token = {}\n", serde_json::to_string(SECRET).expect("JSON"))).expect("a file");
    [format!("-var=token={SECRET}"), format!("-var-file={}", file.display())]
}

/// What a command says to whoever gives it the secret. Fails where the secret is in it, or in a file that was written.
fn told(folder: &Path, words: &[&str], what: &str) -> Said {
    let said = in_process(folder, words);
    for text in [&said.out, &said.err] {
        assert_eq!(holds(text), None, "{what}: {words:?} tells it:\n{text}");
        assert!(!text.contains(LAID_OPEN), "{what}: {words:?} tells what the cloud shows:\n{text}");
    }
    files(folder, &mut |path, text| {
        let of_the_cloud = path.components().any(|part| part.as_os_str() == "embedded");
        assert!(
            of_the_cloud || !text.contains(LAID_OPEN),
            "{what}: {words:?} writes what the cloud shows to {}",
            path.display()
        );
        assert_eq!(holds(text), None, "{what}: {words:?} writes it to {}:\n{text}", path.display());
    });
    said
}

/// What somebody else writes where the secret belongs, and whoever looks at the cloud can read: it may be the secret.
const LAID_OPEN: &str = "LAID_OPEN";

/// In place of a command: somebody else changes a resource.
const STRANGER: &str = "(a stranger)";

/// A test of the fleet's own.
const TEST: &str = "test \"t\" {\n  expect {\n    condition = nonsensitive(var.token != \"\")\n    message = \"no ${var.token}\"\n  }\n}\n";

/// Commands in their order; the exit code of each, and something that it says.
const COMMANDS: &[(&str, u8, &str)] = &[
    ("validate", 0, ""),
    ("validate -json", 0, ""),
    ("plan --embedded", 0, ""),
    ("plan --embedded -json", 0, ""),
    ("plan --embedded -md", 0, ""),
    ("plan --embedded -md=a.md -summary=a.summary -html=a.html -sarif=a.sarif", 0, ""),
    ("plan --embedded -base before", 0, ""),
    ("plan --embedded -out saved.tfplan", 0, ""),
    ("graph", 0, ""),
    ("graph -json", 0, ""),
    ("graph -format mermaid", 0, ""),
    ("graph -format svg", 0, ""),
    ("graph -instances", 0, ""),
    ("why resource.token.PROPERTY", 0, ""),
    ("why -json resource.token.PROPERTY", 0, ""),
    ("why module.inner.resource.inner.PROPERTY", 0, ""),
    ("timeline", 0, ""),
    ("timeline -json", 0, ""),
    ("timeline -csv", 0, ""),
    ("timeline -svg", 0, ""),
    ("test", 0, ""),
    ("test -json", 0, ""),
    ("test -verbose -junit-xml=t.xml", 0, ""),
    ("apply --embedded saved.tfplan", 0, ""),
    ("plan --embedded", 0, "No changes."),
    ("show --embedded", 0, ""),
    ("show --embedded -json", 0, ""),
    ("show saved.tfplan", 0, ""),
    ("show saved.tfplan -md=b.md -summary=b.summary -html=b.html -sarif=b.sarif", 0, ""),
    ("graph -plan saved.tfplan", 0, ""),
    ("show saved.tfplan -json", 0, ""),
    ("diff before", 0, ""),
    ("diff before -md", 0, ""),
    ("diff before -json", 0, ""),
    (STRANGER, 0, ""),
    ("plan --embedded", 0, "changed outside the fleet file"),
    ("plan --embedded -json", 0, ""),
    ("plan --embedded -out drift.tfplan -md=c.md -summary=c.summary -html=c.html -sarif=c.sarif", 0, ""),
    ("show drift.tfplan", 0, "(sensitive)"),
    ("show drift.tfplan -json", 0, "(sensitive)"),
    ("adopt --embedded -dry-run resource.token.OPEN", 0, "mine"),
    ("adopt --embedded -dry-run resource.token.PROPERTY", 1, "may be a secret"),
    ("adopt --embedded -dry-run module.inner.resource.inner.OPEN", 0, "mine"),
    ("destroy --embedded -auto-approve", 0, ""),
];

#[test]
fn no_command_tells_a_secret() {
    let outside = tempfile::tempdir().expect("a folder");
    for target in TARGETS {
        for way in &ways(outside.path()) {
            let folder = folder(target, "");
            std::fs::write(folder.path().join("a.fleettest.hcl"), TEST).expect("a file");
            for (command, code, says) in COMMANDS {
                if *command == STRANGER {
                    let change = |address: &str| format!(r#"{{ "address": "{address}", "set": {} }}"#, target.stranger);
                    let changes = ["resource.token", "module.inner.resource.inner"].map(change).join(", ");
                    let scenario = format!(r#"{{ "strangers": [{changes}] }}"#);
                    std::fs::write(folder.path().join(".tonnage/embedded/scenario.json"), scenario).expect("a file");
                    continue;
                }
                let command = command.replace("PROPERTY", target.property).replace("OPEN", target.open);
                let words: Vec<&str> = command.split(' ').chain([way.as_str()]).collect();
                let said = told(folder.path(), &words, target.kind);
                let both = format!("{}{}", said.out, said.err);
                assert_eq!(said.code, *code, "{}: {command}:\n{both}", target.kind);
                assert!(both.contains(says), "{}: {command} does not say `{says}`:\n{both}", target.kind);
            }
        }
    }
}

/// Services say back what they were given when they refuse it. It comes neither to whoever applies nor into the ledger.
#[test]
fn no_words_of_a_service_tell_a_secret() {
    let rule =
        r#"{ "code": "ValidationError", "message": "Value '$VALUES' at 'value' failed to satisfy a constraint" }"#;
    for target in TARGETS.iter().filter(|target| target.takes_values) {
        let (folder, way) = (folder(target, ""), format!("-var=token={SECRET}"));
        let at = folder.path().join(".tonnage/embedded");
        std::fs::create_dir_all(&at).expect("a folder");
        std::fs::write(at.join("scenario.json"), format!(r#"{{ "failures": [{rule}] }}"#)).expect("a file");
        for (command, code, says) in [
            ("apply --embedded -auto-approve", 1, "Value '(sensitive)"),
            ("apply --embedded -auto-approve -json", 1, "Value '(sensitive)"),
            ("plan --embedded", 0, ""),
            ("show --embedded -json", 0, ""),
        ] {
            let words: Vec<&str> = command.split(' ').chain([way.as_str()]).collect();
            let said = told(folder.path(), &words, target.kind);
            let both = format!("{}{}", said.out, said.err);
            assert_eq!(said.code, code, "{}: {command}:\n{both}", target.kind);
            assert!(both.contains(says), "{}: {command} does not say `{says}`:\n{both}", target.kind);
        }
    }
}

#[test]
fn no_mistake_tells_a_secret() {
    let outside = tempfile::tempdir().expect("a folder");
    let ways = ways(outside.path());
    for mistake in MISTAKES {
        let folder = folder(&TARGETS[0], mistake);
        for command in ["plan --embedded", "plan --embedded -json", "validate -json", "test -verbose"] {
            for way in &ways {
                let words: Vec<&str> = command.split(' ').chain([way.as_str()]).collect();
                told(folder.path(), &words, mistake);
            }
        }
    }
}

/// A file of variables that does not parse is told of by its line and not by what stands there.
#[test]
fn a_variable_file_that_does_not_parse_tells_no_secret() {
    let (folder, outside) = (folder(&TARGETS[0], ""), tempfile::tempdir().expect("a folder"));
    let text = serde_json::to_string(SECRET).expect("JSON");
    for broken in [format!("token = {text} {text}\n"), format!("token = [{text}\n"), format!("token {text} {{\n")] {
        let file = outside.path().join("broken.vars");
        std::fs::write(&file, broken).expect("a file");
        let given = format!("-var-file={}", file.display());
        for words in [&["plan", "--embedded", &given][..], &["validate", "-json", &given]] {
            let said = told(folder.path(), words, "a broken file");
            assert_eq!(said.code, 1);
            assert!(format!("{}{}", said.out, said.err).contains("broken.vars:1"), "{}{}", said.out, said.err);
        }
    }
}

/// A plan made with a value is not applied with the default: T0913 says what is missing, before anything is done. A
/// cloud that keeps the value asks for it once, one that keeps none at every change of the unit.
#[test]
fn a_saved_plan_needs_the_value_once_more() {
    for target in TARGETS.iter().filter(|target| target.takes_values) {
        let folder = folder(target, "");
        let (at, way) = (folder.path(), format!("-var=token={SECRET}"));
        let edit = |from: &str, to: &str| {
            let file = at.join("a.fleet.hcl");
            let text = std::fs::read_to_string(&file).expect("a file");
            assert!(text.contains(from), "{from}");
            std::fs::write(file, text.replacen(from, to, 1)).expect("a file");
        };
        let without = || told(at, &["apply", "--embedded", "saved.tfplan"], target.kind);
        let refused = |said: &Said| {
            let told = format!("{}{}", said.out, said.err);
            said.code == 1 && told.contains("T0913") && told.contains("var.token") && !told.contains("Applying")
        };
        edit("  sensitive = true\n", "  sensitive = true\n  default = \"none\"\n");
        let plan = ["plan", "--embedded", "-out", "saved.tfplan", &way];
        assert_eq!(told(at, &plan, target.kind).code, 0);
        let said = without();
        assert!(refused(&said), "{}{}", said.out, said.err);
        assert_eq!(told(at, &["apply", "--embedded", "saved.tfplan", &way], target.kind).code, 0);

        edit("name = \"h\"", "name = \"another\"");
        assert_eq!(told(at, &plan, target.kind).code, 0);
        let said = without();
        let kept = target.kind.starts_with("AWS");
        assert!(if kept { said.code == 0 } else { refused(&said) }, "{}: {}{}", target.kind, said.out, said.err);
    }
}
