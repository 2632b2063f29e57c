//! What exists and is in no unit of the fleet: objects that are looked up, and those that come under management. Each
//! is asked for in bulk; what a cloud can't say stays unknown, with its reason. Must not know any cloud.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tonnage_base::{
    Diagnostic, Span, Symbol, codes::cloud as codes, codes::plan as plan_codes, diagnostic::has_errors,
};
use tonnage_cloud::cloud::{Sighting, Sought, SoughtBy};
use tonnage_graph::{Live, Resource, ResourceGraph, Site, Values};
use tonnage_lang::{
    Intent, Value, functions,
    intent::{Found, Lookup},
};
use tonnage_lower::Lowered;
use tonnage_plan::renamed::Rename;

use crate::{
    live::Observed,
    plan::{Clouds, Request},
};

/// Asks each cloud for all that is sought in it, side by side; answers come in the order of what was sought.
async fn find(
    request: &Request<'_>,
    clouds: &Clouds,
    sought: Vec<(Symbol, Sought, Span)>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Sighting>> {
    let mut by_cloud: BTreeMap<Symbol, Vec<(usize, Sought)>> = BTreeMap::new();
    let mut places = Vec::with_capacity(sought.len());
    for (position, (cloud, sought, span)) in sought.into_iter().enumerate() {
        by_cloud.entry(cloud).or_default().push((position, sought));
        places.push(span);
    }
    let asks = by_cloud.iter().filter_map(|(cloud, all)| {
        let client = clouds.get(cloud)?;
        let sought: Vec<Sought> = all.iter().map(|(_, sought)| sought.clone()).collect();
        Some(async move { (all, client.find(&sought, request.cancel).await) })
    });
    let mut found = vec![Sighting::CannotKnow("its cloud was not asked".to_owned()); places.len()];
    for (all, answers) in futures::future::join_all(asks).await {
        match answers {
            Ok(answers) => {
                for ((position, _), answer) in all.iter().zip(answers) {
                    if let Some(slot) = found.get_mut(*position) {
                        *slot = answer;
                    }
                }
            }
            Err(error) => {
                let place = all.first().and_then(|(position, _)| places.get(*position));
                let error = error.diagnostic();
                diagnostics.push(match place {
                    Some(span) => error.at(*span, "asked for here"),
                    None => error,
                });
            }
        }
    }
    (!has_errors(diagnostics)).then_some(found)
}

/// Reads what is looked up. An object named by its identifier need not be read; one named by its properties must be.
pub async fn look_up(
    request: &Request<'_>,
    intent: &mut Intent,
    clouds: &Clouds,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<()> {
    if intent.lookups.is_empty() {
        return Some(());
    }
    (request.progress)("looking things up");
    let sought = intent.lookups.iter().map(|lookup| {
        let cloud = intent.clouds.get(lookup.cloud.value).map_or(lookup.address, |cloud| cloud.name.value);
        let by = match lookup.id {
            Some(id) => SoughtBy::Id(id.value),
            None => {
                let json = |value| functions::to_json(value).unwrap_or_else(|| "null".to_owned());
                SoughtBy::Where(lookup.filter.iter().map(|(name, value)| (*name, json(value))).collect())
            }
        };
        (cloud, Sought { region: lookup.region, kind: lookup.kind.value, by }, lookup.span)
    });
    let found = find(request, clouds, sought.collect(), diagnostics).await?;
    for (lookup, sighting) in intent.lookups.iter_mut().zip(found) {
        match seen(lookup, sighting) {
            Ok(found) => lookup.found = Some(found),
            Err(error) => diagnostics.push(*error),
        }
    }
    (!has_errors(diagnostics)).then_some(())
}

fn seen(lookup: &Lookup, sighting: Sighting) -> Result<Found, Box<Diagnostic>> {
    let named = lookup.id.is_some();
    let unread = |why: String| Found { id: None, properties: None, why: Symbol::new(&why) };
    let refuse = |code, message: String, help: &str| {
        let error = Diagnostic::error(code, lookup.span, message).with_help(help);
        Err(Box::new(error))
    };
    let (kind, region) = (lookup.kind.value, lookup.region);
    match sighting {
        Sighting::Found { id, properties, attributes } => {
            let mut all = match functions::from_json(&properties) {
                Some(Value::Map(map)) => (*map).clone(),
                _ => BTreeMap::new(),
            };
            for (name, value) in attributes {
                all.entry(name).or_insert_with(|| Value::string(value.as_str()));
            }
            let why = Symbol::new("the cloud says nothing of it");
            Ok(Found { id: Some(id), properties: Some(Arc::new(all)), why })
        }
        Sighting::Nothing if named => Ok(unread(format!("no {kind} of this identifier was found in {region}"))),
        Sighting::CannotKnow(why) if named => Ok(unread(why)),
        Sighting::Nothing => refuse(
            codes::T0775,
            format!("no {kind} in {region} is as `{}` says", lookup.address),
            "look at the values in `where`, or name the object by its `id`",
        ),
        Sighting::Several(ids) => {
            let shown: Vec<String> = ids.iter().take(5).map(|id| format!("`{id}`")).collect();
            let more = if ids.len() > 5 { format!(" and {} more", ids.len() - 5) } else { String::new() };
            refuse(
                codes::T0776,
                format!(
                    "{} of {kind} in {region} are as `{}` says: {}{more}",
                    ids.len(),
                    lookup.address,
                    shown.join(", ")
                ),
                "a lookup means one object: add to `where`, or write the `id` of one of them",
            )
        }
        Sighting::CannotKnow(why) => refuse(
            codes::T0777,
            format!("cannot know which {kind} `{}` means: {why}", lookup.address),
            "write its `id`, which needs no reading",
        ),
    }
}

/// What is used of looked-up objects must be known by now.
pub fn check_used(
    intent: &Intent,
    lowered: &Lowered,
    values: &Values,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<()> {
    if lowered.lookups.is_empty() {
        return Some(());
    }
    let mut stack = Vec::new();
    let mut told: Vec<(Symbol, Option<Symbol>)> = Vec::new();
    for (_, resource) in lowered.graph.iter() {
        values.each_reference(resource.body, &mut stack, |reference| {
            let key = (reference.address, reference.attribute);
            if !lowered.lookups.contains(&reference.address) || told.contains(&key) {
                return;
            }
            told.push(key);
            let Some(lookup) = intent.lookups.iter().find(|lookup| lookup.address == reference.address) else { return };
            let attribute = reference.attribute.map_or("ref".to_owned(), |name| format!("att.{name}"));
            let message = format!("cannot know `{}.{attribute}`: {}", lookup.address, lookup.unknown());
            let mut error = Diagnostic::error(codes::T0777, lookup.span, message)
                .with_help("write the value itself where it is used; the identifier, `ref`, is known without reading");
            if let Some(declared) = resource.declared {
                error = error.with_label(declared, format!("`{}` takes it", resource.address));
            }
            diagnostics.push(error);
        });
    }
    (!has_errors(diagnostics)).then_some(())
}

/// What an object in a cloud is told by: its type, where it is, its identifier.
type Object = (Symbol, Site, Symbol);

/// The object that a resource is; none where it is not there.
fn object(resource: &Resource) -> Option<Object> {
    Some((resource.kind, resource.site, resource.live.as_deref().and_then(Live::id)?))
}

/// The addresses of all objects of a graph.
fn objects(graph: &ResourceGraph) -> FxHashMap<Object, Symbol> {
    let mut found = FxHashMap::default();
    for (_, resource) in graph.iter() {
        if let Some(object) = object(resource) {
            found.entry(object).or_insert(resource.address);
        }
    }
    found
}

/// What comes under management.
pub struct Imports<'a> {
    /// Who asks.
    pub request: &'a Request<'a>,
    /// What is meant.
    pub intent: &'a Intent,
    /// The clients.
    pub clouds: &'a Clouds,
    /// What is to be there.
    pub desired: &'a ResourceGraph,
}

impl Imports<'_> {
    /// Adds what is imported to what was observed, as live and in no unit. What was imported before is left alone.
    pub async fn take_in(
        &self,
        observed: &mut Observed,
        values: &mut Values,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<()> {
        let mut wanted: Vec<(&Resource, Symbol, Span)> = Vec::new();
        let mut managed: Option<FxHashMap<Object, Symbol>> = None;
        for import in &self.intent.imports {
            let (to, id) = (import.to.value, import.id.value);
            let Some(desired) = self.desired.find(to).and_then(|at| self.desired.get(at)) else {
                let near = self.desired.iter().map(|(_, resource)| resource.address.as_str());
                let near: Vec<&str> = near.filter(|address| address.starts_with(to.as_str())).take(3).collect();
                let help = match near.as_slice() {
                    [] => "`to` names one resource: `resource.NAME`, or one that a pool or network becomes; `tonnage graph` lists them".to_owned(),
                    near => format!("`to` names one resource, such as `{}`", near.join("`, `")),
                };
                let error =
                    Diagnostic::error(plan_codes::T0624, import.to.span, format!("no resource has the address `{to}`"));
                diagnostics.push(error.with_help(help));
                continue;
            };
            let sought = (desired.kind, desired.site, id);
            let there = observed.graph.find(to).and_then(|at| observed.graph.get(at));
            if there.is_some_and(|there| object(there) == Some(sought)) {
                continue;
            }
            let other = managed.get_or_insert_with(|| objects(&observed.graph)).get(&sought);
            match (there, other) {
                (None, None) => wanted.push((desired, id, import.span)),
                (_, Some(&other)) => diagnostics.push(
                    Diagnostic::error(
                        plan_codes::T0623,
                        import.id.span,
                        format!("`{id}` is managed as `{other}` already"),
                    )
                    .with_help(format!("give it its new name:\n{}", Rename { from: other, to }.block())),
                ),
                (Some(there), None) => {
                    let live = there.live.as_deref().and_then(|live| live.physical_id.as_deref());
                    let other = live.unwrap_or("another object");
                    diagnostics.push(
                        Diagnostic::error(plan_codes::T0623, import.to.span, format!("`{to}` is `{other}` already"))
                            .with_help("import it to an address that nothing has, or remove the `import` block"),
                    );
                }
            }
        }
        if has_errors(diagnostics) || wanted.is_empty() {
            return (!has_errors(diagnostics)).then_some(());
        }
        (self.request.progress)("reading what is imported");
        let sought = wanted.iter().map(|(desired, id, span)| {
            let by = SoughtBy::Id(*id);
            (desired.site.cloud, Sought { region: desired.site.region, kind: desired.kind, by }, *span)
        });
        let found = find(self.request, self.clouds, sought.collect(), diagnostics).await?;
        for ((desired, id, span), sighting) in wanted.into_iter().zip(found) {
            let mut unread = |why: &dyn std::fmt::Display| {
                let (address, site) = (desired.address, desired.site.cloud);
                let gap = format!("{site}: cannot know what differs on {address}, which is imported: {why}");
                observed.gaps.push(gap);
                desired.body
            };
            let (body, attributes) = match sighting {
                Sighting::Found { properties, attributes, .. } => {
                    (values.from_json(&properties).unwrap_or_else(|error| unread(&error)), attributes)
                }
                Sighting::CannotKnow(why) => (unread(&why), Vec::new()),
                Sighting::Nothing | Sighting::Several(_) => {
                    let (kind, region) = (desired.kind, desired.site.region);
                    diagnostics.push(
                        Diagnostic::error(codes::T0775, span, format!("there is no {kind} `{id}` in {region}"))
                            .with_help("look at `id`, and at the region that the resource is built in"),
                    );
                    continue;
                }
            };
            let live = Live {
                unit: Symbol::new(""),
                local_name: desired.address.as_str().into(),
                physical_id: Some(id.as_str().into()),
                attributes,
                applied: Some(body),
                recorded: None,
                reported: None,
                running: None,
                older: Box::default(),
                importing: true,
            };
            let resource = Resource {
                body,
                depends_on: Vec::new(),
                lifecycle: Arc::default(),
                holds: None,
                declared: None,
                live: Some(Box::new(live)),
                ..desired.clone()
            };
            // Nothing has this address: that was looked at above.
            let _added = observed.graph.add(resource);
        }
        (!has_errors(diagnostics)).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonnage_base::{At, FileId, Span};
    use tonnage_lang::intent::{CloudId, ScopeId};

    fn lookup(id: Option<&str>) -> Lookup {
        let span = Span::new(FileId(0), 0, 1);
        let at = |text: &str| At::new(Symbol::new(text), span);
        Lookup {
            kind: at("AWS::EC2::VPC"),
            name: at("shared"),
            address: Symbol::new("lookup.shared"),
            scope: ScopeId(0),
            cloud: At::new(CloudId(0), span),
            region: Symbol::new("us-east-2"),
            id: id.map(at),
            filter: BTreeMap::new(),
            found: None,
            span,
        }
    }

    #[test]
    fn what_is_not_one_known_object_is_refused_and_what_is_named_is_only_unread() {
        let several = || Sighting::Several(vec![Symbol::new("vpc-1"), Symbol::new("vpc-2")]);
        let unknown = || Sighting::CannotKnow("nothing is read outside of the fleet's stacks".to_owned());
        for (sighting, code) in [(Sighting::Nothing, "T0775"), (several(), "T0776"), (unknown(), "T0777")] {
            let refused = seen(&lookup(None), sighting).expect_err("no one object");
            assert_eq!(refused.code.id, code);
            assert!(refused.message.contains("lookup.shared"), "{}", refused.message);
        }
        for sighting in [Sighting::Nothing, unknown()] {
            let found = seen(&lookup(Some("vpc-1")), sighting).expect("its identifier is known without reading");
            assert!(found.properties.is_none() && !found.why.as_str().is_empty());
        }
    }
}
