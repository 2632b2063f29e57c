//! Where the author decided what the names of a lowering stand for. What has the name it has in the author's block is
//! found there by that name; the rest is said here. Must not know a cloud's properties, nor what a name stands for.

use tonnage_base::{At, Span, Symbol};
use tonnage_lang::intent::{
    Amount, Capacity, CapacityKind, CloudId, GrantedSource, Intent, Network, Pool, Size, Storage, StorageId,
};
use tonnage_place::placement::Slice;

use crate::facts::network_of;
use crate::instance::Fact;
use crate::path::Segment;

/// The root under which stands what placement reads.
pub const PLACEMENT: &str = "placement";

/// Roots that stand for what was placed.
const PLACED: [&str; 4] = ["self", "shape", "region", "capacity"];

/// Where the author decided what a pool's lowering sees of a slice.
pub fn of_slice(intent: &Intent, pool: &Pool, slice: &Slice) -> Vec<Fact> {
    let option = pool.options.iter().find(|option| option.name.value == slice.option);
    let option_span = option.map_or(pool.span, |option| option.span);
    let (size_span, size_name) = size_written(&pool.size, slice.size_span);
    let mut facts = Vec::new();
    let bounds = pool
        .size
        .managed_by_autoscaler
        .then_some([("self.groups.min", pool.size.min, "size.min"), ("self.groups.max", pool.size.max, "size.max")]);
    // an autoscaler's bounds are shared out over groups as their nodes are
    let bounds = bounds.into_iter().flatten().filter_map(|(path, at, name)| Some((path, at?.span, name)));
    let bounds: Vec<_> = bounds.collect();
    facts.extend(bounds.iter().map(|&(path, span, name)| Fact::new(path, span, name)));
    let granted = slice.capacity.and_then(|id| intent.capacities.get(id));
    let reservation = granted.zip(slice.reservation);
    let reserved = |path| reservation.map(|(capacity, reservation)| of_reservation(path, capacity, reservation));
    for path in bounds.iter().map(|(path, ..)| *path).chain(["self.nodes", "self.groups"]) {
        // of a share what it is comes first, of all else how much there is of it
        let own = pool.split.iter().flat_map(|split| &split.shares).find(|share| share.name.value == slice.option);
        facts.extend(
            own.map(|share| Fact::new(path, share.target.span, format!("split.share.{}.target", slice.option))),
        );
        facts.push(Fact::new(path, size_span, size_name));
        facts.extend(reserved(path));
        facts.extend(amounts(intent, pool, slice.option, path));
    }

    let buy = option.map(|option| &option.buy);
    let buy_span = buy.and_then(|buy| buy.span).unwrap_or(option_span);
    let (market, market_name) = match slice.market {
        tonnage_base::Market::Reserved => {
            let named = buy.and_then(|buy| buy.capacity.iter().find(|at| Some(at.value) == slice.capacity));
            (named.map_or(buy_span, |at| at.span), "buy.capacity")
        }
        tonnage_base::Market::OnDemand => {
            (buy.and_then(|buy| buy.on_demand).map_or(buy_span, |at| at.span), "buy.on_demand")
        }
        tonnage_base::Market::Spot => (buy.and_then(|buy| buy.spot).map_or(buy_span, |at| at.span), "buy.spot"),
    };
    facts.extend(buy.and_then(|buy| buy.max_price).map(|at| Fact::new("self.max_price", at.span, "buy.max_price")));
    facts.extend(["self.reservation", "capacity.reservation", "capacity.group"].into_iter().filter_map(reserved));
    facts.push(Fact::new("self.market", market, market_name));
    facts.push(Fact::new("capacity", market, market_name));

    let region = option.and_then(|option| option.region);
    let place = region.map_or((option_span, "option"), |at| (at.span, "option.region"));
    match option.and_then(|option| of_list(&option.zones, slice.zone)) {
        Some((span, step)) => facts.push(Fact { inside: step, ..Fact::new("self.zone", span, "option.zones") }),
        None => facts.push(Fact::new("self.zone", place.0, place.1)),
    }
    facts.push(Fact::new("region", place.0, place.1));
    facts.push(Fact::new("self.region", place.0, place.1));
    let kind = intent.clouds.get(slice.cloud).map(|cloud| cloud.kind);
    let region = intent.catalog.regions.iter().find(|r| Some(r.cloud) == kind && r.name == slice.region);
    facts.extend(region.map(|region| Fact::block("region", region.span, format!("region {}", region.name))));

    facts.extend(labels("pool", pool.labels.keys(), pool.labels_span.unwrap_or(pool.span), "labels"));
    facts.push(Fact::new("pool.name", pool.name.span, format!("pool \"{}\"", pool.name.value)));
    facts.push(Fact::block("pool.size", pool.size.span, "size"));
    let fabric = [Segment::Key(Symbol::new("fabric")), Segment::Key(Symbol::new("kind"))];
    facts.push(Fact { inside: fabric.to_vec(), ..Fact::new("self.rdma", pool.span, "") });
    facts.push(Fact { inside: fabric.to_vec(), ..Fact::new("pool.fabric.kind", pool.span, "") });
    facts.extend(pool.step.map(|at| Fact::new("self.groups.step", at.span, "rollout.step")));
    if let Some(health) = &pool.health {
        facts.push(Fact::block("health", health.span, "health"));
    }
    for mount in &pool.mounts {
        facts.push(Fact::new("pool.mounts.path", mount.path.span, "mount.path"));
        facts.push(Fact::block("pool.mounts", mount.span, "mount"));
    }
    facts.push(Fact::new("pool.on_capacity", pool.on_capacity.span, "rollout.on_capacity"));
    if let Some(at) = pool.image {
        let image = intent.images.get(at.value);
        for ((of, word), span) in image.iter().flat_map(|image| &image.written) {
            if Some(*of) == kind {
                facts.push(Fact::new(&format!("image.{word}"), *span, format!("image.{of}")));
            }
        }
        facts.push(Fact::new("image", at.span, "image"));
        facts.push(Fact::block("image", image.map_or(at.span, |image| image.span), "image"));
    }
    let shape = intent.catalog.shapes.get(slice.shape);
    let written = option.and_then(|option| option.shape).map(|at| (at.span, "option.shape"));
    let model = pool.accelerators.iter().find(|at| shape.is_some_and(|shape| shape.accelerator == Some(at.value)));
    facts.push(Fact::new("pool.purpose", pool.span, "").at(Segment::Key(Symbol::new("purpose"))));
    let fabric = Segment::Key(Symbol::new("fabric"));
    facts.push(Fact::block("pool.fabric", pool.span, "").at(fabric));
    let (span, name) = written.or(model.map(|at| (at.span, "accelerator"))).unwrap_or((option_span, "option"));
    facts.push(Fact::new("shape", span, name));
    facts.extend(network_facts(intent, pool));
    facts.extend(of_cloud(intent, slice.cloud));
    facts.push(Fact::block("fleet", intent.fleet.name.span, "fleet"));
    facts.push(Fact::block("self", option_span, "option"));
    facts.push(Fact::block("pool", pool.span, ""));
    for fact in &mut facts {
        fact.placed = fact.path.first().is_some_and(|root| PLACED.contains(&root.as_str()));
    }
    facts.extend(placement(intent, pool, slice));
    facts
}

/// What placement reads of a pool, nearest to the slice first: each may change where it is, of what, and how much of
/// it.
fn placement(intent: &Intent, pool: &Pool, slice: &Slice) -> Vec<Fact> {
    let block = |span, name: String| Fact::block(PLACEMENT, span, name);
    let mut facts = vec![block(pool.size.span, "size".to_owned())];
    let (own, others): (Vec<_>, Vec<_>) = pool.options.iter().partition(|option| option.name.value == slice.option);
    let options = own.into_iter().chain(others);
    facts.extend(
        options
            .flat_map(|option| {
                let kind = if pool.split.is_some() { "share" } else { "option" };
                let name = format!("{kind}.{}", option.name.value);
                let buy = option.buy.span.filter(|span| *span != option.span);
                [Some(block(option.span, name.clone())), buy.map(|span| block(span, format!("{name}.buy")))]
            })
            .flatten(),
    );
    facts.extend(pool.split.iter().map(|split| block(split.span, "split".to_owned())));
    facts.extend(pool.fabric.span.map(|span| block(span, "fabric".to_owned())));
    for attribute in ["accelerator", "purpose", "network"] {
        facts.push(block(pool.span, String::new()).at(Segment::Key(Symbol::new(attribute))));
    }
    let window = pool.window.iter().flat_map(|window| [(window.start, "start"), (window.end, "end")]);
    facts.extend(window.filter_map(|(day, name)| Some(block(day?.span, format!("window.{name}")))));
    facts.extend(capacities(intent, pool));
    let network = pool.network.and_then(|at| intent.networks.get(at.value));
    facts.extend(network.map(|of| block(of.span, "network".to_owned()).of(of.address)));
    let storages = pool.mounts.iter().filter_map(|mount| intent.storages.get(mount.storage.value));
    facts.extend(storages.map(|of| block(of.span, format!("storage.{}", of.name.value)).of(of.address)));
    facts.extend(intent.clouds.get(slice.cloud).map(|cloud| block(cloud.span, format!("cloud.{}", cloud.name.value))));
    facts.extend(intent.catalog.shapes.get(slice.shape).map(|of| block(of.span, format!("shape {}", of.name))));
    facts
}

/// The capacities that a pool draws from.
fn capacities(intent: &Intent, pool: &Pool) -> impl Iterator<Item = Fact> {
    let named = pool.options.iter().flat_map(|option| &option.buy.capacity);
    let named = named.filter_map(|at| intent.capacities.get(at.value));
    named.map(|of| Fact::block(PLACEMENT, of.span, format!("capacity.{}", of.name.value)).of(of.address))
}

/// Where the author decided what a network's lowering sees. `needed_by` is the pool that needs it first.
pub fn of_network(intent: &Intent, network: Option<&Network>, cloud: CloudId, needed_by: Option<&Pool>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let needed_by = needed_by.map_or((intent.fleet.name.span, Symbol::new("")), |pool| (pool.span, pool.address));
    for root in ["self", "network"] {
        for attribute in ["zones", "rdma"] {
            let path = format!("{root}.{attribute}");
            facts.push(Fact { placed: true, ..Fact::new(&path, needed_by.0, "pool").of(needed_by.1) });
        }
        if let Some(network) = network {
            facts.extend(labels(
                root,
                network.labels.keys(),
                network.labels_span.unwrap_or(network.span),
                "network.labels",
            ));
        }
        let mut add = |attribute: &str, span: Option<Span>| {
            let (path, name) = (format!("{root}.{attribute}"), format!("network.{attribute}"));
            facts.extend(span.map(|span| Fact { leads: true, ..Fact::new(&path, span, name) }));
        };
        add("cidr", network.and_then(|network| Some(network.cidr?.span)));
        let existing = network.and_then(|network| network.existing.as_ref());
        add("id", existing.map(|existing| existing.id.span));
        add("subnets", existing.map(|existing| existing.subnets.span));
        let (span, of) = network.map_or(needed_by, |at| (at.span, at.address));
        // labels have facts of their own: a tag that is none of them must not be taken for one
        for attribute in ["cidr", "name"] {
            facts.push(Fact::block(&format!("{root}.{attribute}"), span, "network").of(of));
        }
    }
    facts.extend(of_cloud(intent, cloud));
    facts.push(Fact::block("fleet", intent.fleet.name.span, "fleet"));
    facts
}

/// Where the author decided what a capacity's lowering sees.
pub fn of_capacity(intent: &Intent, capacity: &Capacity) -> Vec<Fact> {
    let mut facts = Vec::new();
    for root in ["self", "capacity"] {
        facts.push(Fact::new(&format!("{root}.nodes"), capacity.nodes.span, "capacity.nodes"));
        facts.push(Fact::new(&format!("{root}.zone"), capacity.zone.span, "capacity.zone"));
        for name in ["name", "slug"] {
            facts.push(Fact::new(&format!("{root}.{name}"), capacity.name.span, "capacity"));
        }
        let window = capacity.window.and_then(|window| window.end);
        facts.extend(window.map(|at| Fact::new(&format!("{root}.end"), at.span, "capacity.window.end")));
        facts.extend(capacity.rdma.map(|at| Fact::new(&format!("{root}.rdma"), at.span, "capacity.fabric")));
        facts.push(Fact::block(root, capacity.span, "capacity"));
    }
    facts.push(Fact::new("shape", capacity.shape.span, "capacity.shape"));
    facts.push(Fact::new("region", capacity.zone.span, "capacity.zone"));
    facts.push(Fact::block("fleet", intent.fleet.name.span, "fleet"));
    facts.extend(of_cloud(intent, capacity.cloud.value));
    facts
}

/// Where the author decided what a storage is. It sits where the pools do that mount it.
pub fn of_storage(intent: &Intent, id: StorageId, storage: &Storage) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mounts = |pool: &&Pool| pool.mounts.iter().any(|mount| mount.storage.value == id);
    let pools: Vec<&Pool> = intent.pools.iter().filter(mounts).collect();
    let network = storage.network.or_else(|| pools.iter().find_map(|pool| pool.network));
    let network = network_of(intent, network.and_then(|at| intent.networks.get(at.value)));
    let cidr = network.and_then(|network| Some((network.address, network.cidr?.span)));
    facts.extend(cidr.map(|(of, span)| Fact::new("network.cidr", span, "network.cidr").of(of)));
    let head = Fact::block("network", storage.span, storage.address.as_str()).at(Segment::Any);
    facts.push(Fact { placed: true, ..head });
    for pool in pools {
        let options = pool.options.iter().map(|option| (option.span, format!("option.{}", option.name.value)));
        facts.extend(options.map(|(span, name)| Fact::block(PLACEMENT, span, name).of(pool.address)));
        facts.extend(capacities(intent, pool));
    }
    for root in ["self", "storage"] {
        let mut add = |path: &str, span: Option<Span>, name: &str| {
            facts.extend(span.map(|span| Fact::new(&format!("{root}.{path}"), span, name)));
        };
        add("kind", Some(storage.kind.span), "kind");
        add("zone", storage.zone.map(|at| at.span), "zone");
        add("data_class", storage.data_class.map(|at| at.span), "data_class");
        add("region", Some(storage.region.span), "region");
        add("gib", storage.bytes.as_ref().map(|at| at.span), "size");
        add("throughput_gbps", storage.throughput_gbps.as_ref().map(|at| at.span), "throughput");
        add("name", Some(storage.name.span), "storage");
        add("slug", Some(storage.name.span), "storage");
        facts.extend(labels(root, storage.labels.keys(), storage.labels_span.unwrap_or(storage.span), "labels"));
        facts.extend(
            ["zone", "data_class"]
                .map(|name| Fact::block(&format!("{root}.{name}"), storage.span, storage.address.as_str())),
        );
    }
    facts
}

/// Each label by itself: a tag that is none of them must not be taken for one.
fn labels<'a>(root: &str, keys: impl Iterator<Item = &'a Symbol>, span: Span, name: &str) -> Vec<Fact> {
    let of = |key: &Symbol| Fact {
        path: vec![Symbol::new(root), Symbol::new("labels"), *key],
        ..Fact::new(root, span, name).at(Segment::Key(*key))
    };
    keys.map(of).collect()
}

fn of_cloud(intent: &Intent, cloud: CloudId) -> Vec<Fact> {
    let Some(cloud) = intent.clouds.get(cloud) else { return Vec::new() };
    let account = cloud.account.map(|at| Fact::new("cloud.account", at.span, "cloud.account"));
    account.into_iter().chain([Fact::block("cloud", cloud.span, "cloud")]).collect()
}

fn network_facts(intent: &Intent, pool: &Pool) -> Vec<Fact> {
    let Some(at) = pool.network else { return Vec::new() };
    let Some(network) = intent.networks.get(at.value) else { return Vec::new() };
    vec![Fact::new("network", at.span, "network"), Fact::block("network", network.span, "network").of(network.address)]
}

/// What limits a slice beside the size: purchases by number, the capacities bought from, shares, and the zones over
/// which nodes are spread. What one purchase, share or zone takes another does not.
fn amounts(intent: &Intent, pool: &Pool, option: Symbol, path: &str) -> Vec<Fact> {
    let mut found = Vec::new();
    let fact = |span, name: String| Fact::new(path, span, name);
    let size = &pool.size;
    let replicas = [(size.replicas, "size.replicas"), (size.gpus_per_replica, "size.gpus_per_replica")];
    found.extend(replicas.into_iter().filter_map(|(at, name)| Some(fact(at?.span, name.to_owned()))));
    found.extend(size.spares.map(|at| fact(at.span, "size.spares".to_owned())));
    found.extend(size.group_nodes.map(|at| fact(at.span, "size.group_nodes".to_owned())));
    let (own, others): (Vec<_>, Vec<_>) = pool.options.iter().partition(|of| of.name.value == option);
    for (buy, beside) in own.iter().map(|of| (&of.buy, false)).chain(others.iter().map(|of| (&of.buy, true))) {
        let fact = |span, name: String| Fact { beside, ..fact(span, name) };
        for (amount, name) in [(buy.reserved, "reserved"), (buy.on_demand, "on_demand"), (buy.spot, "spot")] {
            let number = amount.filter(|at| matches!(at.value, Amount::Nodes(_)));
            found.extend(number.map(|at| fact(at.span, format!("buy.{name}"))));
        }
        let named = buy.capacity.iter().filter_map(|at| intent.capacities.get(at.value));
        let nodes =
            |from: &Capacity| fact(from.nodes.span, format!("capacity.{}.nodes", from.name.value)).of(from.address);
        found.extend(named.map(nodes));
    }
    let mut shares: Vec<_> = pool.split.iter().flat_map(|split| &split.shares).collect();
    // its own first
    shares.sort_by_key(|share| share.name.value != option);
    for share in shares {
        let beside = share.name.value != option;
        let fact = |span, name: String| Fact { beside, ..fact(span, name) };
        let name = |attribute: &str| format!("split.share.{}.{attribute}", share.name.value);
        if beside {
            found.push(fact(share.target.span, name("target")));
        }
        let (least, largest) = share.bounds.unzip();
        found.extend(least.into_iter().chain(largest).map(|at| fact(at.span, name("bounds"))));
        found.extend(share.zones.iter().map(|at| fact(at.span, name("zones"))));
    }
    for (of, beside) in own.iter().map(|of| (of, false)).chain(others.iter().map(|of| (of, true))) {
        let zones = of.zones.iter().filter(|_| of.zones.len() > 1);
        found.extend(zones.map(|at| Fact { beside, ..fact(at.span, "option.zones".to_owned()) }));
    }
    found
}

fn size_written(size: &Size, fallback: Span) -> (Span, &'static str) {
    if let Some(at) = size.gpus {
        (at.span, "size.gpus")
    } else if let Some(at) = size.vcpus {
        (at.span, "size.vcpus")
    } else if let Some(at) = size.nodes {
        (at.span, "size.nodes")
    } else {
        (fallback, "size")
    }
}

/// Where a word of a list is written, and the way to it where the list is not written out there.
fn of_list(list: &[At<Symbol>], word: Symbol) -> Option<(Span, Vec<Segment>)> {
    let at = list.iter().position(|at| at.value == word)?;
    let span = list.get(at)?.span;
    // several words at one place come from somewhere else
    let shared = list.iter().filter(|at| at.span == span).count() > 1;
    Some((span, if shared { vec![Segment::Index(at)] } else { Vec::new() }))
}

/// Where the reservation of a slice is written, with its nodes where these are written beside it.
fn of_reservation(path: &str, capacity: &Capacity, reservation: Symbol) -> Fact {
    let fact = |span, name: &str| {
        Fact::new(path, span, format!("capacity.{}{name}", capacity.name.value)).of(capacity.address)
    };
    match &capacity.kind {
        CapacityKind::Granted { source: GrantedSource::Ids(ids), .. } => {
            let written = ids.iter().find(|(id, _)| id.value == reservation);
            let written = written.map(|(id, _)| fact(id.span, ".ids").at(Segment::Key(id.value)));
            written.unwrap_or_else(|| fact(capacity.span, ""))
        }
        CapacityKind::Granted { source: GrantedSource::Group(group), .. } => fact(group.span, ".group"),
        CapacityKind::Owned => fact(capacity.span, ""),
    }
}
