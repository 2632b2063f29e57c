//! No knowledge of a machine shape, a region or a resource type in Rust: it is in the standard library, so that a new
//! one is added without touching a crate. Names in comments and tests are examples and stay.

use std::collections::BTreeMap;

use super::Finding;
use super::tree::{self, Tree};

/// Crates that are no part of the compiler: they make and check inputs.
const EXEMPT: [&str; 2] = ["compiler/bench/", "compiler/xtask/"];

/// See the module.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let catalog = catalog_names(tree);
    let mut findings = Vec::new();
    let compiler = |path: &str| path.starts_with("compiler/") && !EXEMPT.iter().any(|exempt| path.starts_with(exempt));
    for file in tree.product().filter(|file| compiler(&file.path)) {
        for line in tree::code(file) {
            if line.allows("native") {
                continue;
            }
            for word in words(line.code).chain(types_of_google(line.code)) {
                let what = match catalog.get(word) {
                    Some(what) => what,
                    None if is_native_type(word) || word.contains(GOOGLE) => "resource type",
                    None => continue,
                };
                findings.push(Finding::new(&file.path, line.number, format!("`{word}` is a {what}: what is known of it belongs in stdlib/, where it is added without touching a crate")));
            }
        }
    }
    findings
}

/// Names of shapes and regions in the catalog.
fn catalog_names(tree: &Tree) -> BTreeMap<&str, &'static str> {
    let mut names = BTreeMap::new();
    let catalog = tree.files().iter().filter(|file| file.path.starts_with("stdlib/catalog/"));
    for line in catalog.flat_map(|file| file.text.lines()) {
        let label = |kind: &str| line.strip_prefix(kind)?.strip_prefix(" \"")?.split('"').next();
        if let Some(shape) = label("shape") {
            names.insert(shape, "machine shape");
        } else if let Some(region) = label("region").and_then(|label| label.split('/').nth(1)) {
            names.insert(region, "region");
        }
    }
    names
}

/// Maximal runs of what names are made of.
fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.' | ':')).filter(|word| word.len() > 3)
}

/// What stands between a service of Google Cloud and a type of it: `compute.googleapis.com/Network`.
const GOOGLE: &str = ".googleapis.com/";

/// Types, but not addresses of services, of which a path follows.
fn types_of_google(code: &str) -> impl Iterator<Item = &str> {
    code.split(['"', ' ', '`']).filter(|word| {
        word.split_once(GOOGLE).is_some_and(|(_, name)| name.starts_with(|c: char| c.is_ascii_uppercase()))
    })
}

/// `AWS::EC2::VPC`, but not `AWS::Region`, which is a word of the template language. Of other clouds:
/// `Microsoft.Compute` and what follows it, but not `Microsoft.KeyVault`: ARM's language has one reference from a
/// parameter, to a vault.
fn is_native_type(word: &str) -> bool {
    word.strip_prefix("AWS::").is_some_and(|rest| rest.contains("::"))
        || word.starts_with("Microsoft.") && word != "Microsoft.KeyVault"
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::found;

    const CATALOG: (&str, &str) =
        ("stdlib/catalog/x.fleet.hcl", "shape \"p5.48xlarge\" {\n}\nregion \"aws/us-east-1\" {\n}\n");

    #[test]
    fn native_names_are_found_in_code_only() {
        let text = "//! head\n/// Such as `AWS::EC2::VPC` in `us-east-1`.\nconst A: &str = \"AWS::EC2::VPC\";\nconst B: &str = \"us-east-1\";\nif name == \"p5.48xlarge\" {}\nlet c = \"AWS::Region us-east-12 Microsoft.KeyVault\";\nlet d = [\"compute.googleapis.com/Network\", \"Microsoft.Compute/disks\", \"https://www.googleapis.com/auth\"];\n";
        let findings = found(check, &[CATALOG, ("compiler/plan/src/a.rs", text), ("compiler/bench/src/a.rs", text)]);
        assert_eq!(findings.len(), 5, "{findings:?}");
        assert!(findings[0].starts_with("compiler/plan/src/a.rs:3: `AWS::EC2::VPC` is a resource type"));
        assert!(findings[1].starts_with("compiler/plan/src/a.rs:4: `us-east-1` is a region"));
        assert!(findings[2].starts_with("compiler/plan/src/a.rs:5: `p5.48xlarge` is a machine shape"));
        assert!(
            findings[4].starts_with("compiler/plan/src/a.rs:7: `compute.googleapis.com/Network` is a resource type")
        );
        assert!(findings[3].starts_with("compiler/plan/src/a.rs:7: `Microsoft.Compute` is a resource type"));
    }

    #[test]
    fn a_line_may_say_why_it_names_one() {
        let text =
            "//! head\n// tidy: allow(native): the tool's own unit\nconst A: &str = \"AWS::CloudFormation::Stack\";\n";
        assert!(found(check, &[CATALOG, ("compiler/cloud-aws/src/a.rs", text)]).is_empty());
    }
}
