//! `tonnage why ADDRESS.PROPERTY`: from the native property back to the author's line.

use std::path::Path;

use tonnage_base::{Diagnostic, Severity, Symbol, codes::driver as codes, suggest};
use tonnage_driver::{
    Request, Settings,
    check::check,
    compile,
    plan::{Availability, availability},
    why,
    world::World,
};
use tonnage_graph::Values;
use tonnage_lang::Intent;
use tonnage_report::values;

use super::common;
use crate::{
    arguments::{CloudArguments, Why},
    exit,
    io::Io,
};

/// Prints each step of the chain.
pub fn run(args: &Why, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    let clouds = CloudArguments { embedded: args.embedded.clone(), ..CloudArguments::default() };
    let settings = common::settings(folder, &args.fleet, Some(&clouds));
    let mut checked = check(world, &settings);
    let mut found = std::mem::take(&mut checked.diagnostics);
    let availability = match &mut checked.intent {
        Some(intent) if settings.embedded.is_some() => match look(intent, &settings, world, &mut found, io) {
            Ok(availability) => availability,
            Err(message) => return common::fail(io, &message),
        },
        _ => Some(Availability::default()),
    };
    let mut store = Values::new();
    let compiled = match (&checked.intent, checked.as_of, &availability) {
        (Some(intent), Some(as_of), Some(availability)) => {
            compile::compile(intent, availability, as_of, &[], &mut store, &mut found)
        }
        _ => None,
    };
    let (Some(intent), Some(compiled)) = (&checked.intent, &compiled) else {
        common::report(&found, &checked.sources, args.fleet.json(), io);
        return exit::ERROR;
    };
    let graph = &compiled.lowered.graph;
    let whole = why::whole(&args.property, graph);
    let asked = whole.as_deref().unwrap_or(&args.property);
    let Some((address, path)) = why::split(asked, |a| graph.find(Symbol::new(a)).is_some()) else {
        let wanted = args.property.split("\"]").next().unwrap_or_default();
        let names: Vec<&str> = graph.iter().map(|(_, r)| r.address.as_str()).collect();
        let mut unknown =
            Diagnostic::new(Severity::Error, codes::T0905, format!("nothing is known at `{}`", args.property));
        let close = suggest::closest(&args.property, names.iter().copied())
            .or_else(|| names.iter().copied().find(|name| name.starts_with(wanted)));
        unknown = unknown.with_help(close.map_or_else(
            || "`tonnage graph -instances` lists all addresses".to_owned(),
            |name| format!("did you mean `{name}`? `tonnage graph -instances` lists all addresses"),
        ));
        common::report(&[unknown], &checked.sources, args.fleet.json(), io);
        return exit::ERROR;
    };
    let steps = why::steps(&checked, intent, &compiled.lowered, Symbol::new(address), path);
    let value = graph
        .find(Symbol::new(address))
        .and_then(|id| graph.get(id))
        .and_then(|resource| why::value(&store, resource.body, path))
        .map(|id| values::show(&store, Some(id), 400));
    if args.fleet.json() {
        let list: Vec<_> =
            steps.iter().map(|s| serde_json::json!({"place": checked.sources.place(s.span), "what": s.text})).collect();
        let out = serde_json::json!({"address": address, "property": path, "value": value, "steps": list});
        io.print(&format!("{out:#}\n"));
        return exit::OK;
    }
    let title = value.map_or_else(|| asked.to_owned(), |value| format!("{asked} = {value}"));
    io.print(&format!("{title}\n"));
    let width = steps.iter().map(|s| s.text.chars().count()).max().unwrap_or(0);
    for step in &steps {
        let line = checked.sources.file(step.span.file).map_or("", |f| f.line_text(f.line_column(step.span.lo).0));
        let place = checked.sources.place(step.span);
        io.print(&format!("  {:width$}  {place}\n  {:width$}      {}\n", step.text, "", line.trim()));
    }
    exit::OK
}

/// What the embedded cloud says; none where it can't be asked.
fn look(
    intent: &mut Intent,
    settings: &Settings,
    world: &dyn World,
    found: &mut Vec<Diagnostic>,
    io: &mut Io,
) -> Result<Option<Availability>, String> {
    let clients = common::clients(settings, world);
    let cancel = io.cancel.clone();
    common::block_on(async {
        let request = Request {
            world,
            settings,
            connector: &clients,
            destroy: false,
            ahead: false,
            progress: &|_| {},
            cancel: &cancel,
        };
        availability(&request, intent, found).await
    })
}
