//! The plan as a file, and its digest. Must not know what the parts of a plan mean.
//!
//! The digest is of what will be done and why, without times (when evidence was read) and without places (on which line
//! something is written): a plan made twice has the same one, and so has one of the same blocks in another order or in
//! other files. The checksum is of the content's exact bytes, times and places included. Both are checked on reading:
//! what was reviewed is what is applied.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use tonnage_base::{Diagnostic, Severity, codes::plan as codes};

use crate::model::Plan;

pub mod v1;

const FORMAT: &str = "tonnage-plan";
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Written<'a> {
    format: &'a str,
    version: u32,
    digest: &'a str,
    checksum: &'a str,
    plan: &'a RawValue,
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

#[derive(Deserialize)]
struct Read<'a> {
    digest: String,
    checksum: String,
    #[serde(borrow)]
    plan: &'a RawValue,
}

impl Plan {
    /// `sha256:…` over the canonical content without times and places: the same for the same inputs, in the comment,
    /// the file and the apply log.
    pub fn digest(&self) -> String {
        sha256(&content(&v1::Plan::for_digest(self)))
    }
}

/// The plan as JSON text.
pub fn write(plan: &Plan) -> String {
    let content = content(&v1::Plan::whole(plan));
    let (digest, checksum) = (plan.digest(), sha256(&content));
    let raw = RawValue::from_string(content);
    let written = raw.and_then(|raw| {
        let file = Written { format: FORMAT, version: VERSION, digest: &digest, checksum: &checksum, plan: &raw };
        serde_json::to_string(&file)
    });
    // A plan holds text and numbers only: nothing in it can fail to be written.
    let mut text = written.unwrap_or_default();
    text.push('\n');
    text
}

/// Reads what [`write`] wrote. Everything else is refused: see the codes.
pub fn read(text: &str) -> Result<Plan, Diagnostic> {
    let no_plan = |why: String| {
        Diagnostic::new(Severity::Error, codes::T0620, format!("this is not a plan file: {why}"))
            .with_help("`tonnage plan -out FILE` writes one")
    };
    let head: Head = serde_json::from_str(text).map_err(|error| no_plan(error.to_string()))?;
    if head.format != FORMAT {
        return Err(no_plan(format!("its format is `{}`, not `{FORMAT}`", head.format)));
    }
    if head.version != VERSION {
        let message = format!("the plan file has version {}, this is written for version {VERSION}", head.version);
        let problem = Diagnostic::new(Severity::Error, codes::T0621, message);
        return Err(problem.with_help("plan again with this version, or apply it with the one that wrote it"));
    }
    let file: Read<'_> = serde_json::from_str(text).map_err(|error| no_plan(error.to_string()))?;
    let changed = |what: &str, written: &str, found: &str| {
        let short = |sum: &str| sum.trim_start_matches("sha256:").chars().take(12).collect::<String>();
        let (found, written) = (short(found), short(written));
        let message =
            format!("the plan file was changed after it was written: its {what} is {found}…, and says {written}…");
        Diagnostic::new(Severity::Error, codes::T0622, message)
            .with_help("plan again; what is applied is what was reviewed")
    };
    let checksum = sha256(file.plan.get());
    if checksum != file.checksum {
        return Err(changed("checksum", &file.checksum, &checksum));
    }
    let plan = read_content(file.plan.get()).map_err(no_plan)?;
    let digest = plan.digest();
    if digest != file.digest {
        return Err(changed("digest", &file.digest, &digest));
    }
    Ok(plan)
}

/// Reads the content of a plan file (its `plan`) without the seals around it, or says in words what is wrong with it.
/// Such a plan was reviewed by nobody: for tools that look into plans, never for applying.
pub fn read_content(json: &str) -> Result<Plan, String> {
    let content: v1::Plan = serde_json::from_str(json).map_err(|error| error.to_string())?;
    content.into_plan()
}

fn content(plan: &v1::Plan) -> String {
    // Cannot fail, see `write`.
    serde_json::to_string(plan).unwrap_or_default()
}

fn sha256(text: &str) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests;
