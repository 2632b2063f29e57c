//! What services report of resources beside what a stack set: CloudFormation compares only what a template says, Cloud
//! Control reads all of it. A call for each resource, a few at a time and bounded in time; what was not read is not
//! known. Must not change anything, and must not fail.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::time::Instant;
use tonnage_base::Symbol;
use tonnage_cloud::cloud::{Cancel, CloudError, LiveUnit};

use super::query::{QueryError, Service};
use super::region::{CONCURRENT, Region, stop_if};
use crate::read::reported;

/// Of Cloud Control's API.
pub static CONTROL: Service = Service { id: "CloudControl", host: "cloudcontrolapi", version: "2021-09-30" };
const GET: &str = "CloudApiService.GetResource";
const ACTION: &str = "cloudformation:GetResource";
/// Codes that speak of one resource or its type; any other speaks of the service or of whoever calls it.
const OF_ONE: [&str; 9] = [
    "UnsupportedActionException",
    "TypeNotFoundException",
    "ResourceNotFoundException",
    "InvalidRequestException",
    "GeneralServiceException",
    "HandlerFailureException",
    "HandlerInternalFailureException",
    "NotStabilizedException",
    "ServiceInternalErrorException",
];

/// Writes beside each resource what its service reports of what was never set. Gives what could not be known.
pub async fn look(region: &Region, units: &mut [LiveUnit], cancel: &Cancel) -> Result<Vec<String>, CloudError> {
    let all = units.iter().enumerate().flat_map(|(number, unit)| {
        let there = unit.resources.iter().enumerate();
        there.filter_map(move |(at, live)| Some(((number, at), live.kind, live.physical_id.clone()?)))
    });
    let mut wanted: Vec<((usize, usize), Symbol, Box<str>)> = all.collect();
    let count = wanted.len();
    let Some((place, kind, id)) = wanted.pop() else { return Ok(Vec::new()) };
    let deadline = Instant::now() + region.config.drift_wait;
    // whoever is not answered once, or may not ask, need not ask a thousand times
    let first = read(region, kind, &id, deadline, cancel).await?;
    if let Err(Why { of_one: false, words }) = &first {
        return Ok(vec![gap(count, region, words)]);
    }
    let mut told = vec![(place, first)];
    let calls = wanted.into_iter().map(|(place, kind, id)| async move {
        read(region, kind, &id, deadline, cancel).await.map(|read| (place, read))
    });
    let mut calls = futures::stream::iter(calls).buffer_unordered(CONCURRENT);
    while let Some(read) = calls.next().await {
        told.push(read?);
    }
    drop(calls);
    let mut unknown: BTreeMap<String, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for ((unit, at), read) in told {
        let Some(live) = units.get_mut(unit).and_then(|unit| unit.resources.get_mut(at)) else { continue };
        match read {
            Ok(properties) => live.reported = reported::beside(&live.applied, &properties),
            Err(Why { words, .. }) => {
                let (count, kinds) = unknown.entry(words).or_default();
                *count += 1;
                kinds.insert(live.kind.as_str());
            }
        }
    }
    let gap = |(words, (count, kinds)): (String, (usize, BTreeSet<&str>))| {
        let more = if kinds.len() > 1 { format!(" and {} more types", kinds.len() - 1) } else { String::new() };
        gap(count, region, &format!("{words}: {}{more}", kinds.first().unwrap_or(&"")))
    };
    Ok(unknown.into_iter().map(gap).collect())
}

fn gap(count: usize, region: &Region, words: &str) -> String {
    let resources = if count == 1 { "1 resource".to_owned() } else { format!("{count} resources") };
    format!("cannot know what others changed of what no file sets in {resources} in {} ({words})", region.name)
}

/// Why something was not read.
struct Why {
    of_one: bool,
    words: String,
}

/// The properties of a resource: a JSON object.
async fn read(
    region: &Region,
    kind: Symbol,
    id: &str,
    deadline: Instant,
    cancel: &Cancel,
) -> Result<Result<String, Why>, CloudError> {
    stop_if(cancel)?;
    let asked = json!({ "TypeName": kind.as_str(), "Identifier": id }).to_string();
    let Ok(answer) = tokio::time::timeout_at(deadline, region.control.ask(GET, asked)).await else {
        let words = format!("not read in {} s", region.config.drift_wait.as_secs());
        return Ok(Err(Why { of_one: true, words }));
    };
    Ok(answer.map_err(|error| why(region, error)).and_then(|answer| {
        properties(&answer).ok_or_else(|| Why { of_one: true, words: "the answer can't be read".to_owned() })
    }))
}

fn why(region: &Region, error: QueryError) -> Why {
    let code = error.code().unwrap_or_default().to_owned();
    if OF_ONE.contains(&code.as_str()) {
        return Why { of_one: true, words: code };
    }
    let denied = super::errors::lacks_permission(&error);
    let words = region.error("GetResource", error).to_string();
    let more = if denied {
        format!("; it takes the permission `{ACTION}`, and those to read each type")
    } else {
        String::new()
    };
    Why { of_one: false, words: format!("{words}{more}") }
}

fn properties(answer: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(answer).ok()?;
    answer.get("ResourceDescription")?.get("Properties")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_properties_are_a_text_in_the_answer() {
        let answer = r#"{"TypeName":"T","ResourceDescription":{"Identifier":"i","Properties":"{\"A\":1}"}}"#;
        assert_eq!(properties(answer).as_deref(), Some(r#"{"A":1}"#));
        assert!(properties("{}").is_none() && properties("<html>").is_none());
    }
}
