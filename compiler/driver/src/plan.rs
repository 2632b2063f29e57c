//! The whole way to a plan: check, look at the clouds, place, lower, compare. Must not know any cloud's API.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use tonnage_base::{Diagnostic, SourceMap, Symbol, Timestamp, diagnostic::has_errors};
use tonnage_cloud::{Cancel, Cloud, CloudError, cloud::ObserveRequest};
use tonnage_graph::{ResourceGraph, Standing, Values};
use tonnage_lang::{Intent, intent};
use tonnage_ledger::{Address, Bucket, Ledger, LedgerError};
use tonnage_place::{Placement, availability::Free};
use tonnage_plan::Plan;

use crate::{
    adopt::offers::Made,
    check::{self, Checked},
    compile,
    edits::Edits,
    existing, granted,
    live::Observed,
    make::Known,
    money::Payer,
    preflight,
    rest::Rest,
    secrets,
    settings::Settings,
    stands::{self, Elsewhere},
    world::World,
};

/// What is known of places, for whoever compiles beside a cloud.
pub use tonnage_place::Availability;

/// A `cloud` block, as whoever makes clients needs it.
pub use tonnage_lang::intent::Cloud as Declared;

/// Makes the clients of services.
#[async_trait]
pub trait Connector: Send + Sync {
    /// The client of a `cloud` block.
    async fn connect(&self, cloud: &Declared) -> Result<Arc<dyn Cloud>, CloudError>;
    /// The ledger in a bucket.
    async fn ledger(&self, bucket: &Bucket) -> Result<Ledger, LedgerError>;
}

/// A plan, or why there is none, and what is needed to apply it.
pub struct Planned {
    /// All texts.
    pub sources: SourceMap,
    /// Everything found.
    pub diagnostics: Vec<Diagnostic>,
    /// None where something stops it.
    pub plan: Option<Plan>,
    /// The clients, by name of `cloud` block.
    pub clouds: Clouds,
    /// The ledger.
    pub ledger: Option<Ledger>,
    /// Where everything goes; none where it is not known, or nothing is to be there.
    pub placement: Option<Placement>,
    /// What the files ask for; none where they can't be read.
    pub intent: Option<Intent>,
}

/// Clients by name of `cloud` block.
pub type Clouds = BTreeMap<Symbol, Arc<dyn Cloud>>;

/// The folder of a ledger that no fleet speaks of.
const BESIDE: &str = ".tonnage/ledger";

/// What is wanted of [`plan`].
pub struct Request<'a> {
    /// The outside.
    pub world: &'a dyn World,
    /// What the user asked for.
    pub settings: &'a Settings,
    /// Makes clients.
    pub connector: &'a dyn Connector,
    /// Plan for nothing to be there.
    pub destroy: bool,
    /// Say also what contracts get from it, for which the fleet is read as it will be on days to come.
    pub ahead: bool,
    /// Told what is being done now.
    pub progress: &'a (dyn Fn(&str) + Sync),
    /// Somebody wants to stop.
    pub cancel: &'a Cancel,
}

/// Opens the ledger of a fleet: where the fleet says, or in a folder beside it; with the embedded cloud, inside its
/// folder.
pub async fn open_ledger(
    settings: &Settings,
    intent: &Intent,
    connector: &dyn Connector,
    now: Timestamp,
) -> Result<Ledger, Diagnostic> {
    let Settings { embedded, folder, .. } = settings;
    let said = intent.fleet.ledger.as_ref().filter(|_| embedded.is_none());
    let opened = match (embedded, said) {
        (Some(embedded), _) => {
            let path = embedded.join("ledger");
            Ledger::in_folder(&path.to_string_lossy(), folder.join(&path))
        }
        (None, None) => Ledger::in_folder(BESIDE, folder.join(BESIDE)),
        (None, Some(address)) => match Address::parse(address.value.as_str()) {
            Ok(Address::Folder(path)) => Ledger::in_folder(address.value.as_str(), folder.join(path)),
            Ok(Address::Bucket(bucket)) => connector.ledger(&bucket).await,
            Err(error) => Err(error),
        },
    };
    opened.map_err(|error| {
        let error = error.diagnostic(now);
        match said {
            Some(address) => error.at(address.span, ""),
            None => error,
        }
    })
}

/// Plans.
pub async fn plan(request: &Request<'_>) -> Planned {
    let mut checked = check::check(request.world, request.settings);
    let (intent, mut diagnostics) = (checked.intent.take(), std::mem::take(&mut checked.diagnostics));
    let mut planned = Planned {
        sources: std::mem::take(&mut checked.sources),
        diagnostics: Vec::new(),
        plan: None,
        clouds: Clouds::new(),
        ledger: None,
        placement: None,
        intent: None,
    };
    if let (Some(mut intent), Some(as_of)) = (intent, checked.as_of) {
        let found = diagnostics.clone();
        planned.plan = make(request, &checked, &mut intent, (as_of, &[]), &mut planned, &mut diagnostics).await;
        // a quota that is short is known only when it is asked: who wants to fall back on that is placed once more,
        // knowing it
        let known = planned
            .plan
            .as_ref()
            .zip(planned.placement.as_ref())
            .map(|(plan, placement)| preflight::fallback::known(&intent, placement, &plan.preflight));
        if let Some(known) = known.filter(|known| !known.is_empty()) {
            let mut again = found;
            let plan = make(request, &checked, &mut intent, (as_of, &known), &mut planned, &mut again).await;
            if plan.is_some() {
                (planned.plan, diagnostics) = (plan, again);
            }
        }
        planned.intent = Some(intent);
    }
    check::sort(&mut diagnostics);
    planned.diagnostics = diagnostics;
    planned
}

/// Clients and ledger of a fleet, to apply a saved plan with.
pub struct Ready {
    /// All texts.
    pub sources: SourceMap,
    /// Everything found.
    pub diagnostics: Vec<Diagnostic>,
    /// None where something stops it.
    pub ready: Option<(Clouds, Ledger)>,
}

/// Makes the clients for a saved plan and opens the ledger it goes into, without looking at anything. Another fleet's
/// plan is refused.
pub async fn ready(request: &Request<'_>, plan: &Plan) -> Ready {
    let Checked { sources, intent, mut diagnostics, .. } = check::check(request.world, request.settings);
    let mut out = Ready { sources, diagnostics: Vec::new(), ready: None };
    if let Some(intent) = intent {
        diagnostics.extend(stands::is_of_another(plan, &intent));
        match open_ledger(request.settings, &intent, request.connector, request.world.now()).await {
            Ok(ledger) => {
                diagnostics.extend(secrets::not_taken(request.settings, &intent, request.world));
                if !has_errors(&diagnostics)
                    && let Some(clouds) = connect(request, &intent, &mut diagnostics).await
                {
                    let callers = callers(request, &intent, &clouds, &mut diagnostics).await;
                    let by_another =
                        |cloud| stands::is_by_another(plan, cloud, callers.get(&cloud.name.value).copied());
                    diagnostics.extend(intent.clouds.iter().filter_map(by_another));
                    out.ready = (!has_errors(&diagnostics)).then_some((clouds, ledger));
                }
            }
            Err(error) => diagnostics.push(error),
        }
    }
    out.diagnostics = diagnostics;
    out
}

/// What is live, or why it can't be seen.
pub struct Seen {
    /// All texts.
    pub sources: SourceMap,
    /// Everything found.
    pub diagnostics: Vec<Diagnostic>,
    /// The fleet's name and what was observed; none where something stops it.
    pub observed: Option<(Symbol, Observed)>,
}

/// Looks at what is live, without planning.
pub async fn look(request: &Request<'_>) -> Seen {
    let Checked { sources, intent, mut diagnostics, .. } = check::check(request.world, request.settings);
    let mut seen = Seen { sources, diagnostics: Vec::new(), observed: None };
    if let Some(intent) = intent
        && let Some(clouds) = connect(request, &intent, &mut diagnostics).await
    {
        let mut observed = observe_all(request, &intent, &clouds, &mut diagnostics).await;
        if let Some(observed) = &mut observed {
            observed.settle(&ResourceGraph::new(), &mut Values::new(), &mut diagnostics);
        }
        seen.observed = observed.filter(|_| !has_errors(&diagnostics)).map(|o| (intent.fleet.name.value, o));
    }
    seen.diagnostics = diagnostics;
    seen
}

/// What the clouds say that decides where pools go, and what lookups find: for compiling a fleet as a plan does. None
/// where something stops it; the diagnostics say what.
pub async fn availability(
    request: &Request<'_>,
    intent: &mut Intent,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Availability> {
    let clouds = connect(request, intent, diagnostics).await?;
    let mut observed = observe_all(request, intent, &clouds, diagnostics).await?;
    existing::look_up(request, intent, &clouds, diagnostics).await?;
    observed.availability.standing = observed.standing(intent);
    Some(observed.availability)
}

async fn make(
    request: &Request<'_>,
    checked: &Checked,
    intent: &mut Intent,
    (as_of, known): (tonnage_base::Date, &[Free]),
    planned: &mut Planned,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Plan> {
    let now = request.world.now();
    (request.progress)("reading the ledger");
    let opened = open_ledger(request.settings, intent, request.connector, now).await;
    let ledger = opened.map_err(|error| diagnostics.push(error)).ok()?;
    let elsewhere = stands::elsewhere(&ledger, intent, now, diagnostics).await;
    if has_errors(diagnostics) {
        return None;
    }
    planned.ledger = Some(ledger);
    let mut values = Values::new();
    planned.clouds = connect(request, intent, diagnostics).await?;
    let callers = callers(request, intent, &planned.clouds, diagnostics).await;
    let by = |cloud: &intent::Cloud| elsewhere.of_another(cloud, *callers.get(&cloud.name.value)?);
    diagnostics.extend(intent.clouds.iter().filter_map(by));
    if has_errors(diagnostics) {
        return None;
    }
    let mut observed = observe(request, intent, &planned.clouds, &elsewhere, diagnostics).await?;
    observed.availability.standing = observed.standing(intent);
    observed.availability.free.extend_from_slice(known);
    observed.availability.may_be_short.clone_from(&request.settings.may_be_short);
    if !request.destroy {
        existing::look_up(request, intent, &planned.clouds, diagnostics).await?;
    }
    let intent = &*intent;
    let compiled = if request.destroy {
        None
    } else {
        let mut rest = Rest::of(&observed, intent, request.settings);
        let compiled = compile::compile_beside(
            intent,
            (&observed.availability, rest.as_mut().map(|rest| rest as &mut dyn Standing)),
            as_of,
            &request.settings.prices,
            &mut values,
            diagnostics,
        )?;
        let resting = rest.map(Rest::resting).unwrap_or_default();
        observed.rest(&resting);
        Some(compiled)
    };
    let nothing = ResourceGraph::new();
    let desired = compiled.as_ref().map_or(&nothing, |c| &c.lowered.graph);
    observed.settle(desired, &mut values, diagnostics);
    if has_errors(diagnostics) {
        return None;
    }
    if let Some(compiled) = &compiled {
        existing::check_used(intent, &compiled.lowered, &values, diagnostics)?;
        let imports = existing::Imports { request, intent, clouds: &planned.clouds, desired };
        imports.take_in(&mut observed, &mut values, diagnostics).await?;
    }
    let catalog;
    let prices = match &compiled {
        Some(compiled) => &compiled.prices,
        None => {
            catalog = compile::prices().map_err(|problem| diagnostics.push(problem)).ok()?;
            catalog
        }
    };
    let moved = if request.destroy { &[][..] } else { &intent.moved };
    // where everything is destroyed, what was granted is owed all the same
    let then = |day| Some(granted::named(check::analyze(checked, day).0.as_ref()?));
    let live = || observed.graph.iter().filter_map(|(_, there)| there.live.as_ref()?.id());
    let owed = granted::owed(&elsewhere.granted, intent, |id| live().any(|there| there == id), then);
    let known = Known {
        request,
        checked,
        intent,
        as_of,
        sources: &planned.sources,
        clouds: &planned.clouds,
        serial: elsewhere.serial,
        ledger: planned.ledger.as_ref()?,
        elsewhere: &elsewhere,
        callers: &callers,
        observed: &observed,
        compiled: compiled.as_ref(),
        desired,
        moved,
        prices,
        payer: Payer::new(intent, prices).stepping(granted::steps(checked, intent, &owed)),
        owed: granted::settle(owed, &planned.clouds, request).await,
        edits: Edits::since(&elsewhere.written, checked, &planned.sources, intent, moved),
    };
    let mut plan = known.plan(values, diagnostics).await?;
    if let Some(compiled) = &compiled {
        let Request { world, settings, .. } = *request;
        let made = Made { world, settings, checked, intent, lowered: &compiled.lowered, observed: &observed };
        plan.adoptable = made.offers(&plan);
    }
    planned.placement = compiled.map(|compiled| compiled.placement);
    Some(plan)
}

pub(crate) async fn connect(
    request: &Request<'_>,
    intent: &Intent,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Clouds> {
    let mut clouds = Clouds::new();
    for cloud in &intent.clouds {
        match request.connector.connect(cloud).await {
            Ok(client) => {
                clouds.insert(cloud.name.value, client);
            }
            Err(error) => diagnostics.push(failed(request, cloud, &error)),
        }
    }
    (!has_errors(diagnostics)).then_some(clouds)
}

/// Whose the credentials are, by name of `cloud` block, where the files do not say whose they must be.
async fn callers(
    request: &Request<'_>,
    intent: &Intent,
    clouds: &Clouds,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<Symbol, Symbol> {
    let mut callers = BTreeMap::new();
    for cloud in intent.clouds.iter().filter(|cloud| cloud.account.is_none()) {
        let Some(client) = clouds.get(&cloud.name.value) else { continue };
        match client.account(request.cancel).await {
            Ok(account) => callers.extend(account.map(|account| (cloud.name.value, account))),
            Err(error) => diagnostics.push(failed(request, cloud, &error)),
        }
    }
    callers
}

fn failed(request: &Request<'_>, cloud: &intent::Cloud, error: &CloudError) -> Diagnostic {
    let mut diagnostic = error.diagnostic().at(cloud.name.span, "");
    diagnostic.message = format!("cloud `{}`: {}", cloud.name.value, diagnostic.message);
    match diagnostic.help.take_if(|_| request.settings.embedded.is_none()) {
        Some(help) => diagnostic.with_help(format!("{help}; `--embedded` plans without an account")),
        None => diagnostic,
    }
}

/// Looks at all clouds side by side, without planning: opens the ledger to know where.
pub(crate) async fn observe_all(
    request: &Request<'_>,
    intent: &Intent,
    clouds: &Clouds,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Observed> {
    let now = request.world.now();
    let opened = open_ledger(request.settings, intent, request.connector, now).await;
    let ledger = opened.map_err(|error| diagnostics.push(error)).ok()?;
    let mut found = Vec::new();
    let elsewhere = stands::elsewhere(&ledger, intent, now, &mut found).await;
    let mut observed = observe(request, intent, clouds, &elsewhere, diagnostics).await?;
    // what can be looked at is looked at
    observed.gaps.extend(found.into_iter().map(|found| found.message));
    observed.gaps.extend(elsewhere.notes);
    Some(observed)
}

/// Looks at all clouds side by side, wherever the fleet is or was to be.
async fn observe(
    request: &Request<'_>,
    intent: &Intent,
    clouds: &Clouds,
    elsewhere: &Elsewhere,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Observed> {
    (request.progress)("reading live state");
    let reads = intent.clouds.iter().filter_map(|cloud| {
        let client = clouds.get(&cloud.name.value)?;
        let wanted = ObserveRequest {
            fleet: intent.fleet.name.value,
            regions: cloud
                .regions
                .iter()
                .map(|r| r.value)
                .chain(elsewhere.regions(cloud.name.value).iter().copied())
                .collect(),
            drift: request.settings.drift,
        };
        Some(async move { (cloud, client.observe(&wanted, request.cancel).await) })
    });
    let mut observed = Observed::default();
    for (cloud, result) in futures::future::join_all(reads).await {
        match result {
            Ok(observation) => observed.add(cloud.name.value, observation),
            Err(error) => diagnostics.push(failed(request, cloud, &error)),
        }
    }
    observed.unrecorded = observed.recall(&elsewhere.reported);
    observed.short.clone_from(&elsewhere.short);
    (!has_errors(diagnostics)).then_some(observed)
}
