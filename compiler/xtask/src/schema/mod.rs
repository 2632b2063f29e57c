//! `cargo xtask schema`: the facts about native resource types that the compiler needs, out of cfn-lint's package and
//! of the SDKs of Azure and Google Cloud. Must not name a type: the lists in `stdlib/schema/` do.
//!
//! The result is one line for each type, so that it can be indexed without being parsed (see `compiler/schema`).

mod compact;
mod sdk;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The largest file that is still read at start-up in no time.
const MOST_BYTES: usize = 600_000;

/// Extracts every file. `from` is cfn-lint's `data/schemas` folder.
pub fn run(root: &Path, from: Option<&Path>) -> Result<(), String> {
    cloudformation(root, from)?;
    sdk::CLOUDS.iter().try_for_each(|cloud| sdk::run(root, cloud))
}

fn cloudformation(root: &Path, from: Option<&Path>) -> Result<(), String> {
    let from = match from {
        Some(from) => from.to_path_buf(),
        None => find(&root.join("target")).ok_or(
            "no cfn-lint under target/: make one with\n  python3 -m venv target/cfn-lint && target/cfn-lint/bin/pip install cfn-lint\nor give its data/schemas folder with --from",
        )?,
    };
    let include = root.join("stdlib/schema/include.txt");
    let Included { types, functions, moving, unbounded } = included(&read(&include)?);
    let hashes = read(&from.join("providers/us_east_1.py"))?;
    let all_attributes = quoted_list(&read(&from.join("../../schema/_getatts.py"))?, "_all_property_types");

    let mut facts = Vec::new();
    for name in &types {
        let hash = hash_of(&hashes, name).ok_or_else(|| {
            format!("{}: cfn-lint knows no type `{name}`: correct or remove the line", include.display())
        })?;
        let file = from.join("resources").join(format!("{hash}.json"));
        let mut schema: Value =
            serde_json::from_str(&read(&file)?).map_err(|error| format!("{}: {error}", file.display()))?;
        let moves: Vec<&str> =
            moving.iter().filter(|(of, _)| of == name).map(|(_, attribute)| attribute.as_str()).collect();
        for (_, property) in unbounded.iter().filter(|(of, _)| of == name) {
            let of = schema.pointer_mut(&format!("/properties/{property}")).and_then(Value::as_object_mut);
            if of.and_then(|of| of.remove("maximum")).is_none() {
                return Err(format!("{}: `{property}` of `{name}` has no maximum: remove the line", include.display()));
            }
        }
        facts.push((name.clone(), compact::resource_type(&schema, all_attributes.contains(name), &moves)));
    }
    write(root, "cloudformation", &source(&from), &functions, &facts)
}

/// Writes one file: a line for each type.
fn write(root: &Path, name: &str, source: &str, functions: &[String], facts: &[(String, Value)]) -> Result<(), String> {
    let mut text = format!("{{\"source\":{},\n", Value::from(source));
    if !functions.is_empty() {
        let _ = writeln!(text, "\"functions\":{},", Value::from(functions));
    }
    text.push_str("\"types\":{\n");
    let rows: Vec<String> =
        facts.iter().map(|(name, facts)| format!("{}:{facts}", Value::from(name.as_str()))).collect();
    text.push_str(&rows.join(",\n"));
    text.push('\n');
    text.push_str("}}\n");
    let target = root.join(format!("stdlib/schema/{name}.json"));
    if text.len() > MOST_BYTES {
        return Err(format!(
            "{}: {} bytes are more than {MOST_BYTES}: take types out of its list",
            target.display(),
            text.len()
        ));
    }
    fs::write(&target, &text).map_err(|error| format!("{}: {error}", target.display()))?;
    println!("{}: {} types, {} bytes", target.display(), facts.len(), text.len());
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// What `include.txt` names, each sorted.
struct Included {
    types: Vec<String>,
    functions: Vec<String>,
    /// Types with an attribute that moves.
    moving: Vec<(String, String)>,
    /// Types with a number that has no such greatest value as cfn-lint gives it.
    unbounded: Vec<(String, String)>,
}

fn included(text: &str) -> Included {
    let named = |word: &str| {
        let mut names: Vec<String> =
            text.lines().filter_map(|line| line.strip_prefix(word)).map(|name| name.trim().to_owned()).collect();
        names.sort();
        names.dedup();
        names
    };
    let pair = |line: String| line.split_once(' ').map(|(name, attribute)| (name.to_owned(), attribute.to_owned()));
    let pairs = |word: &str| named(word).into_iter().filter_map(pair).collect();
    Included {
        types: named("type "),
        functions: named("function "),
        moving: pairs("moving "),
        unbounded: pairs("unbounded "),
    }
}

/// The value of `"NAME": "HASH"` in cfn-lint's table of one region.
fn hash_of<'a>(table: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = table.split_once(&format!("\"{name}\": \""))?;
    rest.split('"').next()
}

/// The strings of a Python list `NAME = [ "a", … ]`.
fn quoted_list(text: &str, name: &str) -> Vec<String> {
    let Some((_, rest)) = text.split_once(&format!("{name} = [")) else { return Vec::new() };
    let list = rest.split(']').next().unwrap_or_default();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// `cfn-lint 1.51.0`, from the package's folder beside it.
fn source(from: &Path) -> String {
    let packages = from.ancestors().nth(3);
    let version = packages.and_then(|packages| fs::read_dir(packages).ok()).and_then(|entries| {
        entries.flatten().find_map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            Some(name.strip_prefix("cfn_lint-")?.strip_suffix(".dist-info")?.to_owned())
        })
    });
    format!(
        "cfn-lint {}, CloudFormation registry schemas of us-east-1",
        version.as_deref().unwrap_or("of unknown version")
    )
}

/// cfn-lint's schemas in a virtual environment under `target`.
fn find(target: &Path) -> Option<PathBuf> {
    let mut environments: Vec<PathBuf> = fs::read_dir(target).ok()?.flatten().map(|e| e.path().join("lib")).collect();
    environments.sort();
    environments.into_iter().find_map(|lib| {
        let pythons = fs::read_dir(lib).ok()?;
        pythons.flatten().map(|p| p.path().join("site-packages/cfnlint/data/schemas")).find(|p| p.is_dir())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_out_of_python_and_out_of_the_include_file() {
        let text =
            "# a comment\nfunction Ref\ntype B::C\n\nmoving A::B Version\ntype A::B\ntype B::C\nunbounded A::B Size\n";
        let Included { types, functions, moving, unbounded } = included(text);
        assert_eq!(moving, [("A::B".to_owned(), "Version".to_owned())]);
        assert_eq!(unbounded, [("A::B".to_owned(), "Size".to_owned())]);
        assert_eq!(types, ["A::B", "B::C"]);
        assert_eq!(functions, ["Ref"]);
        assert_eq!(quoted_list("x = [\n \"A\",\n \"B\",\n]\ny = [\"C\"]", "x"), ["A", "B"]);
        assert_eq!(hash_of("    \"A::B\": \"12ab\",\n    \"A::BC\": \"9\",", "A::B"), Some("12ab"));
        assert_eq!(hash_of("", "A::B"), None);
    }
}
