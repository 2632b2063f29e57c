//! Pools and their options.

use rustc_hash::FxHashMap;
use tonnage_base::{At, Diagnostic, Severity, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::Block;

use super::{Builder, capacity::window, guards, rollout, size};
use crate::{
    context::Context,
    intent::{
        Amount, Buy, Capacity, CapacityId, Cloud, CloudId, ImageId, Pool, PoolOption, Purpose, ShapeId, Size, Split,
    },
    read::Reader,
    resolve::{declared::Family, each::Instance},
};

/// A split shares GPUs out: nodes of different shapes hold different numbers of them, and a gang is in one place.
fn check_split(split: &Split, size: &Size, cx: &mut Context) {
    if size.units().is_none() && size.replicas.is_none() {
        cx.push(
            Diagnostic::error(codes::T0274, size.span, "a pool with a split is sized in GPUs")
                .with_label(split.span, "shared out here")
                .with_help("write `gpus = …`: nodes of different clouds hold different numbers of GPUs"),
        );
        cx.incomplete = true;
    }
    if size.gang {
        cx.push(
            Diagnostic::error(codes::T0274, split.span, "a gang can't be shared out")
                .with_label(size.span, "the pool is a gang: one job, in one place")
                .with_help("write `gang = false`, or `option` blocks instead of the split"),
        );
        cx.incomplete = true;
    }
}

/// The models a pool accepts. A pool of CPUs has none: GPUs that nobody asked for would be paid for.
fn accelerators_for(
    purpose: Option<Purpose>,
    accelerators: Option<Vec<At<Symbol>>>,
    pool: &mut Reader<'_>,
    cx: &mut Context,
) -> Option<Vec<At<Symbol>>> {
    let null = pool.null("accelerator", cx);
    let written = pool.span("accelerator").filter(|_| null.is_none());
    let wrong = match (purpose, written) {
        (Some(Purpose::Cpu), None) => return Some(Vec::new()),
        (None, None) if pool.span("purpose").is_some() => return cx.incomplete(),
        (Some(Purpose::Cpu), Some(at)) => Diagnostic::error(codes::T0289, at, "a pool of CPUs takes no accelerator")
            .with_help("remove it, or say what the GPUs are for: `purpose = \"inference\"`"),
        (_, Some(_)) => return accelerators,
        (_, None) => Diagnostic::error(codes::T0205, null.unwrap_or(pool.at), "this `pool` block has no `accelerator`")
            .with_help(
                "write which GPU models will do, such as `[\"nvidia-b200\"]`; a pool of CPUs says `purpose = \"cpu\"`",
            ),
    };
    cx.push(wrong);
    cx.incomplete()
}

/// What the author of a pool may refer to.
pub(super) struct Declared {
    pub clouds: Vec<&'static str>,
    pub commitments: Vec<&'static str>,
    pub storages: Vec<&'static str>,
    capacities: Vec<&'static str>,
    images: Vec<&'static str>,
    networks: Vec<&'static str>,
}

impl Builder<'_, '_> {
    pub(super) fn pools(&mut self, cx: &mut Context) {
        let declared = Declared {
            clouds: self.declared_names(Family::Cloud),
            commitments: self.declared_names(Family::Commitment),
            storages: self.declared_names(Family::Storage),
            capacities: self.declared_names(Family::Capacity),
            images: self.declared_names(Family::Image),
            networks: self.declared_names(Family::Network),
        };
        for (name, block, instance) in self.instances(Family::Pool, cx) {
            match self.pool(At::new(instance.name, name.span), block, &instance, &declared, cx) {
                Some(pool) => {
                    self.pools.push(pool);
                }
                None => cx.incomplete = true,
            }
        }
    }

    fn pool(
        &self,
        name: At<Symbol>,
        block: &Block,
        instance: &Instance,
        declared: &Declared,
        cx: &mut Context,
    ) -> Option<Pool> {
        let mut reader = self.reader(block, &instance.scope)?;
        let purpose = reader.word("purpose", cx).map(|word| match word.value {
            "training" => Purpose::Training,
            "cpu" => Purpose::Cpu,
            _ => Purpose::Inference,
        });
        let accelerators = reader.texts("accelerator", cx);
        for &accelerator in accelerators.iter().flatten() {
            if !self.index.has_accelerator(accelerator.value) {
                self.index.unknown_accelerator(accelerator, cx);
            }
        }
        let accelerators = accelerators_for(purpose, accelerators, &mut reader, cx);
        let size = size::size(&reader, purpose, cx);
        let fabric = size::fabric(&reader, cx);
        let image = reader.reference("image", &declared.images, cx);
        let image = image.and_then(|at| self.image_ids.get(&at.value).map(|id| At::new(*id, at.span)));
        let network = reader.reference("network", &declared.networks, cx);
        let network = network.and_then(|at| self.network_ids.get(&at.value).map(|id| At::new(*id, at.span)));
        let window = window(&reader, cx);
        let labels = reader.labels("labels", cx);
        let mut options = self.options(&reader, accelerators.as_deref(), declared, cx);
        let split = match (reader.nested("split"), options.first()) {
            (Some(split), None) => {
                let split = self.split(split, declared, cx);
                split.map(|(split, shares)| {
                    options = shares;
                    split
                })
            }
            (Some(split), Some(option)) => {
                cx.push(
                    Diagnostic::error(codes::T0273, split.at, "this pool has options and a split")
                        .with_label(option.span, "the first option")
                        .with_help(
                            "an option holds the pool, or what is left of it; a split shares it out: keep one of them",
                        ),
                );
                cx.incomplete()
            }
            (None, None) => {
                if !block.body.blocks.iter().any(|b| b.kind.name == "option") {
                    cx.push(
                        Diagnostic::error(codes::T0273, block.header, "this pool says nowhere to get it from")
                            .with_help("write `option \"NAME\" { … }`, one for each way to get it, or `split { … }` over clouds"),
                    );
                }
                cx.incomplete()
            }
            (None, Some(_)) => None,
        };
        if let (Some(split), Some(size)) = (&split, &size) {
            check_split(split, size, cx);
        }
        if let Some(image) = image {
            self.check_image(image, &options, cx);
        }
        let rollout = rollout::rollout(&reader, block.header, cx);
        let fallback = rollout::fallback(&reader, &options, split.as_ref(), rollout.on_capacity, cx);
        Some(Pool {
            split,
            fallback,
            mounts: self.mounts(&reader, declared, cx),
            health: rollout::health(&reader, cx),
            step: rollout.step,
            protect: guards::protect(&reader, cx),
            budget: guards::budget(&reader, cx),
            address: self.address(Family::Pool, name.value),
            scope: self.scope,
            name,
            purpose: purpose?,
            accelerators: accelerators?,
            size: size?,
            fabric,
            options,
            image,
            network,
            window,
            on_capacity: rollout.on_capacity,
            labels,
            labels_span: reader.span("labels"),
            span: block.header,
        })
    }

    fn options(
        &self,
        pool: &Reader<'_>,
        accelerators: Option<&[At<Symbol>]>,
        declared: &Declared,
        cx: &mut Context,
    ) -> Vec<PoolOption> {
        let mut first: FxHashMap<Symbol, Span> = FxHashMap::default();
        let mut options = Vec::new();
        for mut reader in pool.all_nested("option") {
            let Some(label) = reader.label() else { continue };
            let name = At::new(label.name, label.span);
            if let Some(before) = first.get(&name.value) {
                cx.push(
                    Diagnostic::error(
                        codes::T0211,
                        name.span,
                        format!("option `{}` is declared twice in this pool", name.value),
                    )
                    .with_label(*before, "first declared here")
                    .with_help("give one of them another name"),
                );
                continue;
            }
            first.insert(name.value, name.span);
            options.push(self.option(name, &mut reader, accelerators, declared, cx));
        }
        options
    }

    fn option(
        &self,
        name: At<Symbol>,
        reader: &mut Reader<'_>,
        accelerators: Option<&[At<Symbol>]>,
        declared: &Declared,
        cx: &mut Context,
    ) -> PoolOption {
        let cloud = reader.reference("cloud", &declared.clouds, cx);
        let cloud = cloud.and_then(|at| self.cloud(at.value).map(|(id, cloud)| (At::new(id, at.span), cloud)));
        let region = reader.text("region", cx);
        let zones = reader.texts("zones", cx).unwrap_or_default();
        self.check_site(cloud.map(|(_, cloud)| cloud), region, &zones, cx);
        let shape = reader.text("shape", cx).and_then(|written| match self.index.shape(written.value) {
            Some((id, _)) => Some(At::new(id, written.span)),
            None => {
                self.index.unknown_shape(written, cx);
                cx.incomplete()
            }
        });
        if let Some(shape) = shape {
            if let Some((at, cloud)) = &cloud {
                self.check_shape_cloud(shape, cloud, at.span, cx);
            }
            self.check_shape_accelerator(shape, None, accelerators, cx);
        }
        let cloud = cloud.map(|(at, _)| at);
        let draw = self.draw(reader, declared, cx);
        let moves = self.moves(reader, declared, cx);
        let buy = self.buy(reader, cloud, region, accelerators, declared, cx);
        PoolOption { name, cloud, region, zones, shape, buy, draw, moves, span: reader.at }
    }

    pub(super) fn check_site(
        &self,
        cloud: Option<&Cloud>,
        region: Option<At<Symbol>>,
        zones: &[At<Symbol>],
        cx: &mut Context,
    ) {
        match (cloud, region) {
            (Some(cloud), Some(region)) => {
                if self.check_region(cloud, region, cx) {
                    for &zone in zones {
                        self.check_zone(cloud, region.value, zone, cx);
                    }
                }
            }
            (Some(cloud), None) => {
                for &zone in zones {
                    self.check_zone_anywhere(cloud, zone, cx);
                }
            }
            (None, Some(region)) => self.check_region_anywhere(region, cx),
            (None, None) => {}
        }
    }

    /// A shape belongs to one kind of cloud.
    pub(super) fn check_shape_cloud(&self, shape: At<ShapeId>, cloud: &Cloud, at: Span, cx: &mut Context) {
        let Some(known) = self.index.catalog.shapes.get(shape.value) else { return };
        if known.cloud != cloud.kind {
            cx.push(
                Diagnostic::error(
                    codes::T0236,
                    shape.span,
                    format!("shape `{}` is a shape of {}, not of {}", known.name, known.cloud, cloud.kind),
                )
                .with_label(at, format!("a cloud of kind {}", cloud.kind))
                .with_help("choose a shape of this cloud"),
            );
            cx.incomplete = true;
        }
    }

    /// A shape must carry one of the accelerators that the pool accepts.
    fn check_shape_accelerator(
        &self,
        shape: At<ShapeId>,
        through: Option<Symbol>,
        accelerators: Option<&[At<Symbol>]>,
        cx: &mut Context,
    ) {
        let (Some(known), Some(accelerators)) = (self.index.catalog.shapes.get(shape.value), accelerators) else {
            return;
        };
        let fits = match known.accelerator {
            Some(carried) => accelerators.iter().any(|accepted| accepted.value == carried),
            None => accelerators.is_empty(),
        };
        if fits {
            return;
        }
        let what = match through {
            Some(capacity) => format!("capacity `{capacity}` is of shape `{}`, which", known.name),
            None => format!("shape `{}`", known.name),
        };
        let accepted: Vec<Symbol> = accelerators.iter().map(|at| at.value).collect();
        let carries = match known.accelerator {
            Some(carried) => format!("{what} carries {carried}, which this pool does not accept"),
            None => format!("{what} has CPUs only"),
        };
        let help = match accepted.is_empty() {
            false => format!("the pool accepts {}", crate::context::listed(&accepted)),
            true => "the pool is of CPUs: choose a shape without GPUs".to_owned(),
        };
        let mut wrong = Diagnostic::error(codes::T0235, shape.span, carries).with_help(help);
        if let Some(first) = accelerators.first() {
            wrong = wrong.with_label(first.span, "accepted here");
        }
        cx.push(wrong);
        cx.incomplete = true;
    }

    fn buy(
        &self,
        option: &Reader<'_>,
        cloud: Option<At<CloudId>>,
        region: Option<At<Symbol>>,
        accelerators: Option<&[At<Symbol>]>,
        declared: &Declared,
        cx: &mut Context,
    ) -> Buy {
        let Some(mut reader) = option.nested("buy") else { return Buy::default() };
        let capacity = reader.references("capacity", &declared.capacities, cx).unwrap_or_default();
        let mut drawn: Vec<At<CapacityId>> = Vec::with_capacity(capacity.len());
        for at in capacity {
            let Some(&id) = self.capacity_ids.get(&at.value) else {
                cx.incomplete = true;
                continue;
            };
            if let Some(first) = drawn.iter().find(|before| before.value == id) {
                cx.push(
                    Diagnostic::error(codes::T0257, at.span, format!("capacity `{}` is drawn from twice", at.value))
                        .with_label(first.span, "drawn from here already")
                        .with_help("name it once"),
                );
                cx.incomplete = true;
                continue;
            }
            self.check_capacity(At::new(id, at.span), cloud, region, accelerators, cx);
            drawn.push(At::new(id, at.span));
        }
        let amount = |at: At<Option<u64>>| at.map(|nodes| nodes.map_or(Amount::Rest, Amount::Nodes));
        let reserved = reader.amount("reserved", cx).map(amount);
        let on_demand = reader.amount("on_demand", cx).map(amount);
        let spot = reader.amount("spot", cx).map(amount);
        if reserved.is_some() && drawn.is_empty() && reader.span("capacity").is_none() {
            drawn = self.any_capacity(reader.span("reserved").unwrap_or(reader.at), cloud, region, accelerators, cx);
        }
        let rests = [reserved, on_demand, spot].into_iter().flatten().filter(|at| at.value == Amount::Rest);
        let rests: Vec<Span> = rests.map(|at| at.span).collect();
        if let [first, span, ..] = rests.as_slice() {
            let (first, span) = (*first, *span);
            cx.push(
                Diagnostic::error(codes::T0238, span, "the rest is bought twice")
                    .with_label(first, "the rest goes here already")
                    .with_help("give one of them a number of nodes"),
            );
            cx.incomplete = true;
        }
        let max_price = reader.rate("max_price", cx);
        if let Some(price) = max_price {
            if reader.span("spot").is_none() {
                cx.push(
                    Diagnostic::error(codes::T0254, price.span, "`max_price` is for spot, and no spot is bought")
                        .with_help("write `spot = …` as well, or remove it"),
                );
                cx.incomplete = true;
            }
            if price.value.per.is_none_or(|per| per != "node") {
                let per = price.value.per.map_or_else(|| "the whole".to_owned(), |per| format!("a {per}"));
                cx.push(
                    Diagnostic::error(codes::T0255, price.span, format!("`max_price` is for {per}, not for a node"))
                        .with_help("spot is bought by the node: write `\"… USD/node-hour\"`"),
                );
                cx.incomplete = true;
            }
        }
        if ["capacity", "reserved", "on_demand", "spot"].iter().all(|name| reader.span(name).is_none()) {
            cx.push(Diagnostic::error(codes::T0253, reader.at, "this `buy` block buys nothing").with_help(
                "write `capacity`, `reserved`, `on_demand` or `spot`; without the block everything is on demand",
            ));
            cx.incomplete = true;
        }
        Buy { capacity: drawn, reserved, on_demand, spot, max_price, span: Some(reader.at) }
    }

    /// Every capacity of the fleet that the option may draw from, in order of their names.
    fn any_capacity(
        &self,
        at: Span,
        cloud: Option<At<CloudId>>,
        region: Option<At<Symbol>>,
        accelerators: Option<&[At<Symbol>]>,
        cx: &mut Context,
    ) -> Vec<At<CapacityId>> {
        let fits = |capacity: &Capacity| {
            let shape = self.index.catalog.shapes.get(capacity.shape.value);
            // A pool of CPUs accepts no accelerator.
            let accepts = |of: Option<Symbol>| {
                accelerators.is_none_or(|all| match of {
                    Some(carried) => all.iter().any(|accepted| accepted.value == carried),
                    None => all.is_empty(),
                })
            };
            cloud.is_none_or(|at| at.value == capacity.cloud.value)
                && region.is_none_or(|at| at.value == capacity.region)
                && shape.is_some_and(|shape| accepts(shape.accelerator))
        };
        let mut found: Vec<_> = self.capacities.iter_enumerated().filter(|(_, capacity)| fits(capacity)).collect();
        found.sort_by_key(|(_, capacity)| capacity.address);
        if found.is_empty() {
            cx.push(
                Diagnostic::error(
                    codes::T0283,
                    at,
                    "the fleet has no reserved capacity that this option could draw from",
                )
                .with_help("declare a `capacity` block of its cloud and region, with a shape the pool accepts"),
            );
            cx.incomplete = true;
        }
        found.into_iter().map(|(id, _)| At::new(id, at)).collect()
    }

    /// A capacity must lie where the option does, and be of a shape that the pool accepts.
    fn check_capacity(
        &self,
        at: At<CapacityId>,
        cloud: Option<At<CloudId>>,
        region: Option<At<Symbol>>,
        accelerators: Option<&[At<Symbol>]>,
        cx: &mut Context,
    ) {
        let Some(capacity) = self.capacities.get(at.value) else { return };
        let elsewhere = |place: String, other: Span, word: &str| {
            Diagnostic::error(
                codes::T0237,
                at.span,
                format!("capacity `{}` lies in {place}, and this option elsewhere", capacity.name.value),
            )
            .with_label(other, format!("the option's {word}"))
            .with_help("an option draws from capacity of its own cloud and region")
        };
        let of_cloud = self.clouds.get(capacity.cloud.value).map(|cloud| cloud.name.value);
        if let (Some(cloud), Some(name)) = (cloud, of_cloud)
            && cloud.value != capacity.cloud.value
        {
            cx.push(elsewhere(format!("cloud `{name}`"), cloud.span, "cloud"));
            cx.incomplete = true;
        } else if let Some(region) = region.filter(|region| region.value != capacity.region) {
            cx.push(elsewhere(format!("region `{}`", capacity.region), region.span, "region"));
            cx.incomplete = true;
        }
        let shape = At::new(capacity.shape.value, at.span);
        self.check_shape_accelerator(shape, Some(capacity.name.value), accelerators, cx);
    }

    /// The image must have words for each cloud that an option names: an error. For the other clouds of the fleet, that
    /// an option without `cloud` may come to, a warning.
    fn check_image(&self, image: At<ImageId>, options: &[PoolOption], cx: &mut Context) {
        let Some(known) = self.images.get(image.value) else { return };
        let anywhere = options.iter().any(|option| option.cloud.is_none());
        for (id, cloud) in self.clouds.iter_enumerated() {
            if known.by_cloud.contains_key(&cloud.kind) {
                continue;
            }
            let named = options.iter().filter_map(|option| option.cloud).find(|at| at.value == id);
            let severity = match (named, anywhere) {
                (Some(_), _) => Severity::Error,
                (None, true) => Severity::Warning,
                (None, false) => continue,
            };
            let place = named.map_or(cloud.span, |at| at.span);
            let words = if named.is_some() { "named here" } else { "an option without `cloud` may come here" };
            cx.push(
                Diagnostic::new(
                    severity,
                    codes::T0243,
                    format!("image `{}` has nothing for {}", known.name.value, cloud.kind),
                )
                .at(image.span, "")
                .with_label(place, words)
                .with_help(format!("write `{} = {{ … }}` in the image", cloud.kind)),
            );
        }
    }
}
