//! No output of any command, in any format, and no file that any of them writes holds a secret, in any form that it could
//! take there.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use tonnage_golden_tests::in_process;

/// Easily recognised, and with what JSON escapes.
const SECRET: &str = "Sw0rd\"fish-\\ZqXj";

const FLEET: &str = r#"
fleet "demo" {
  language = 1
}
cloud "aws" {
  account = "111111111111"
  regions = ["us-east-1"]
}
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
resource "AWS::SSM::Parameter" "token" {
  cloud  = cloud.aws
  region = "us-east-1"
  body = {
    Type        = "String"
    Value       = local.header.value
    Description = local.header.name
  }
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
resource "AWS::SSM::Parameter" "inner" {
  cloud  = cloud.aws
  region = "us-east-1"
  body = {
    Type  = "String"
    Value = var.token
  }
}
output "loud" {
  value = upper(var.token)
}
"#;

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
    "variable \"n\" {\n  default = 1\n  validation {\n    condition = var.n == 2 && var.token != \"\"\n    message = \"no ${var.token}\"\n  }\n}",
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

fn folder(more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.fleet.hcl"), format!("{FLEET}{more}\n")).expect("a file");
    std::fs::create_dir(folder.path().join("inner")).expect("a folder");
    std::fs::write(folder.path().join("inner/a.fleet.hcl"), INNER).expect("a file");
    // What is compared with: another text around the token.
    std::fs::create_dir_all(folder.path().join("before/inner")).expect("a folder");
    let before = FLEET.replace("Bearer ", "Basic ");
    std::fs::write(folder.path().join("before/a.fleet.hcl"), before).expect("a file");
    std::fs::write(folder.path().join("before/inner/a.fleet.hcl"), INNER).expect("a file");
    folder
}

/// Runs a command, with the secret given in one way and another; fails where the secret is in what it says or writes. Its exit code.
fn run(folder: &Path, words: &[&str], what: &str) -> u8 {
    let token = format!("token={SECRET}");
    let outside = tempfile::tempdir().expect("a folder");
    let file = outside.path().join("secrets.vars");
    std::fs::write(&file, format!("token = {}\n", serde_json::to_string(SECRET).expect("JSON"))).expect("a file");
    let file = format!("-var-file={}", file.display());
    let on_the_line: &[&str] = &["-var", &token];
    let mut code = 0;
    for given in [on_the_line, &[file.as_str()]] {
        code = told(folder, &[words, given].concat(), what);
    }
    code
}

fn told(folder: &Path, words: &[&str], what: &str) -> u8 {
    let said = in_process(folder, words);
    for text in [&said.out, &said.err] {
        assert_eq!(holds(text), None, "{what}: {words:?} tells it:\n{text}");
    }
    files(folder, &mut |path, text| {
        assert_eq!(holds(text), None, "{what}: {words:?} writes it to {}:\n{text}", path.display());
    });
    said.code
}

#[test]
fn no_command_tells_a_secret() {
    let folder = folder("");
    let at = folder.path();
    let mut ran = 0;
    for words in [
        &["validate"][..],
        &["validate", "-json"],
        &["plan", "--embedded"],
        &["plan", "--embedded", "-json"],
        &["plan", "--embedded", "-md"],
        &["plan", "--embedded", "-md=a.md", "-summary=a.summary", "-html=a.html", "-sarif=a.sarif"],
        &["plan", "--embedded", "-base", "before"],
        &["plan", "--embedded", "-out", "saved.tfplan"],
        &["graph"],
        &["graph", "-json"],
        &["graph", "-format", "mermaid"],
        &["graph", "-format", "svg"],
        &["graph", "-instances"],
        &["why", "resource.token.Value"],
        &["why", "-json", "resource.token.Value"],
        &["why", "module.inner.resource.inner.Value"],
        &["timeline"],
        &["test"],
        &["apply", "--embedded", "saved.tfplan"],
        &["plan", "--embedded"],
        &["show", "--embedded"],
        &["show", "--embedded", "-json"],
        &["show", "saved.tfplan"],
        &["show", "saved.tfplan", "-md=b.md", "-summary=b.summary", "-html=b.html", "-sarif=b.sarif"],
        &["graph", "-plan", "saved.tfplan"],
        &["show", "saved.tfplan", "-json"],
        &["diff", "before"],
        &["diff", "before", "-md"],
        &["diff", "before", "-json"],
        &["adopt", "--embedded", "-dry-run", "resource.token"],
        &["destroy", "--embedded", "-auto-approve"],
    ] {
        let code = run(at, words, "a whole fleet");
        ran += usize::from(code == 0 || code == 2);
        if words.contains(&"apply") || words.first() == Some(&"validate") {
            assert_eq!(code, 0, "{words:?}");
        }
    }
    assert!(ran >= 24, "only {ran} commands did what was asked");
}

#[test]
fn no_mistake_tells_a_secret() {
    for mistake in MISTAKES {
        let folder = folder(mistake);
        for words in [
            &["plan", "--embedded"][..],
            &["plan", "--embedded", "-json"],
            &["validate", "-json"],
            &["test", "-verbose"],
        ] {
            run(folder.path(), words, mistake);
        }
    }
}

/// A file of variables that does not parse is told of by its line and not by what stands there.
#[test]
fn a_variable_file_that_does_not_parse_tells_no_secret() {
    let (folder, outside) = (folder(""), tempfile::tempdir().expect("a folder"));
    let text = serde_json::to_string(SECRET).expect("JSON");
    for broken in [format!("token = {text} {text}\n"), format!("token = [{text}\n"), format!("token {text} {{\n")] {
        let file = outside.path().join("broken.vars");
        std::fs::write(&file, broken).expect("a file");
        let given = format!("-var-file={}", file.display());
        for words in [&["plan", "--embedded", &given][..], &["validate", "-json", &given]] {
            assert_eq!(told(folder.path(), words, "a broken file"), 1);
            let said = in_process(folder.path(), words);
            assert!(format!("{}{}", said.out, said.err).contains("broken.vars:1"), "{}{}", said.out, said.err);
        }
    }
}

/// A plan made with a value is not applied with the default: T0913 says what is missing.
#[test]
fn a_saved_plan_needs_the_value_once_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let fleet =
        FLEET.replace("  sensitive = true\n}\nvariable", "  sensitive = true\n  default = \"none\"\n}\nvariable");
    std::fs::write(folder.path().join("a.fleet.hcl"), fleet).expect("a file");
    std::fs::create_dir(folder.path().join("inner")).expect("a folder");
    std::fs::write(folder.path().join("inner/a.fleet.hcl"), INNER).expect("a file");
    assert_ne!(run(folder.path(), &["plan", "--embedded", "-out", "saved.tfplan"], "with a default"), 1);
    let said = in_process(folder.path(), &["apply", "--embedded", "saved.tfplan"]);
    let told = format!("{}{}", said.out, said.err);
    assert!(said.code == 1 && told.contains("T0913") && told.contains("var.token"), "{told}");
}
