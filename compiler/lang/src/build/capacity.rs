//! Reserved capacity: granted by a contract, or owned.

use rust_decimal::prelude::ToPrimitive;
use rustc_hash::FxHashMap;
use tonnage_base::{At, Diagnostic, Span, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{Block, ExprKind, ObjectKey};

use super::Builder;
use crate::{
    context::Context,
    intent::{Capacity, CapacityKind, GrantedSource, Window},
    read::{Reader, element_span},
    resolve::{declared::Family, each::Instance},
    value::Value,
};

const CAPACITY_BLOCK: &str = "capacity_block";
const RESERVATION: &str = "reservation";

impl Builder<'_, '_> {
    /// Whether an option draws from whatever is reserved.
    fn draws_from_any(&self) -> bool {
        let pools = self.resolved.folder.declared.members(Family::Pool).blocks();
        let options = pools.flat_map(|(_, pool)| pool.body.blocks_of("option"));
        let mut buys = options.flat_map(|option| option.body.blocks_of("buy"));
        buys.any(|buy| buy.body.attribute("reserved").is_some() && buy.body.attribute("capacity").is_none())
    }

    pub(super) fn capacities(&mut self, cx: &mut Context) {
        let clouds = self.declared_names(Family::Cloud);
        let mut reservations: FxHashMap<Symbol, Span> = FxHashMap::default();
        for (name, block, instance) in self.instances(Family::Capacity, cx) {
            let used = self.resolved.folder.used_capacities.contains(&name.name) || self.draws_from_any();
            if !used && instance.first {
                cx.push(
                    Diagnostic::warning(
                        codes::T0251,
                        block.header,
                        format!("no pool draws from capacity `{}`", name.name),
                    )
                    .with_help(format!(
                        "write `buy {{ capacity = capacity.{} }}` in an option, or remove it",
                        name.name
                    )),
                );
            }
            let built =
                self.capacity(At::new(instance.name, name.span), block, &instance, &clouds, &mut reservations, cx);
            match built {
                Some(capacity) => {
                    let id = self.capacities.push(capacity);
                    self.capacity_ids.insert(self.key(instance.name), id);
                }
                None => cx.incomplete = true,
            }
        }
    }

    fn capacity(
        &self,
        name: At<Symbol>,
        block: &Block,
        instance: &Instance,
        clouds: &[&str],
        reservations: &mut FxHashMap<Symbol, Span>,
        cx: &mut Context,
    ) -> Option<Capacity> {
        let mut reader = self.reader(block, &instance.scope)?;
        let kind = reader.word("kind", cx);
        let cloud = reader.reference("cloud", clouds, cx);
        let region = reader.text("region", cx);
        let zone = reader.text("zone", cx);
        let shape = reader.text("shape", cx);
        let nodes = reader.whole32("nodes", cx);
        let window = window(&reader, cx);
        let fabric = reader.word("fabric", cx);
        if let (Some(fabric), Some("granted")) = (&fabric, kind.map(|kind| kind.value)) {
            let said = Diagnostic::error(codes::T0242, fabric.span, "granted capacity has no `fabric`");
            cx.push(said.with_help("remove it: where its places are was decided by whoever granted it"));
            cx.incomplete = true;
        }
        let kind = kind.and_then(|kind| capacity_kind(&mut reader, kind, nodes, window.as_ref(), reservations, cx));
        let shape = shape.and_then(|written| match self.index.shape(written.value) {
            Some((id, _)) => Some(At::new(id, written.span)),
            None => {
                self.index.unknown_shape(written, cx);
                cx.incomplete()
            }
        });
        let cloud = cloud.and_then(|at| self.cloud(at.value).map(|(id, cloud)| (At::new(id, at.span), cloud)));
        if let (Some((at, cloud)), Some(shape)) = (&cloud, shape) {
            self.check_shape_cloud(shape, cloud, at.span, cx);
        }
        let commitments = self.declared_names(Family::Commitment);
        let commitment = reader.reference("commitment", &commitments, cx);
        let commitment = commitment.and_then(|at| Some(At::new(*self.commitment_ids.get(&at.value)?, at.span)));
        if let (Some(CapacityKind::Owned), Some(At { value: 0, span })) = (&kind, nodes) {
            let said = Diagnostic::error(codes::T0218, span, "`nodes` can't be 0 where the capacity is made here");
            cx.push(said.with_help("write at least 1, or make the block with `for_each` from the day on"));
        }
        let (cloud_id, cloud) = cloud?;
        let region = zone.and_then(|zone| self.region_of_zone(cloud, region, zone, cx));
        Some(Capacity {
            commitment,
            address: self.address(Family::Capacity, name.value),
            scope: self.scope,
            name,
            kind: kind?,
            cloud: cloud_id,
            region: region?,
            zone: zone?,
            shape: shape?,
            nodes: nodes?,
            window,
            rdma: fabric.map(|at| At::new(at.value == "rdma", at.span)),
            span: block.header,
        })
    }
}

/// `window { … }`, if written; its days in order.
pub(super) fn window(reader: &Reader<'_>, cx: &mut Context) -> Option<Window> {
    let mut reader = reader.nested("window")?;
    let window = Window { start: reader.day("start", cx), end: reader.day("end", cx) };
    if let (Some(start), Some(end)) = (window.start, window.end)
        && start.value > end.value
    {
        cx.push(
            Diagnostic::error(codes::T0239, end.span, format!("the window ends on {}, before it starts", end.value))
                .with_label(start.span, format!("it starts on {}", start.value))
                .with_help("the first and the last day are both included"),
        );
        cx.incomplete = true;
    }
    Some(window)
}

fn capacity_kind(
    reader: &mut Reader<'_>,
    kind: At<&'static str>,
    nodes: Option<At<u32>>,
    window: Option<&Window>,
    reservations: &mut FxHashMap<Symbol, Span>,
    cx: &mut Context,
) -> Option<CapacityKind> {
    if kind.value == "owned" {
        for only_granted in ["ids", "group", "product"] {
            if let Some(span) = reader.span(only_granted) {
                cx.push(
                    Diagnostic::error(codes::T0242, span, format!("owned capacity has no `{only_granted}`"))
                        .with_label(kind.span, "owned: Tonnage makes it")
                        .with_help("remove it; for capacity that you were given, write `kind = \"granted\"`"),
                );
                cx.incomplete = true;
            }
        }
        return Some(CapacityKind::Owned);
    }
    let product = reader.word("product", cx);
    let product = match (product, window) {
        (Some(product), _) => product.value,
        (None, Some(_)) => CAPACITY_BLOCK,
        (None, None) => RESERVATION,
    };
    let source = match (reader.span("ids"), reader.span("group")) {
        (Some(_), None) => GrantedSource::Ids(ids(reader, nodes, reservations, cx)?),
        (None, Some(_)) => GrantedSource::Group(reader.text("group", cx)?),
        (Some(ids), Some(group)) => {
            cx.push(
                Diagnostic::error(codes::T0241, group, "granted capacity is named by `ids` or by `group`, not by both")
                    .with_label(ids, "the ids")
                    .with_help("keep one of them"),
            );
            return cx.incomplete();
        }
        (None, None) => {
            cx.push(
                Diagnostic::error(codes::T0241, reader.at, "this granted capacity has neither `ids` nor `group`")
                    .with_help("write the ids you were given, `ids = [\"cr-…\"]`, or the group that holds them"),
            );
            return cx.incomplete();
        }
    };
    Some(CapacityKind::Granted { product: Symbol::new(product), source })
}

fn ids(
    reader: &mut Reader<'_>,
    nodes: Option<At<u32>>,
    reservations: &mut FxHashMap<Symbol, Span>,
    cx: &mut Context,
) -> Option<Vec<(At<Symbol>, u32)>> {
    let read = reader.value("ids", cx)?;
    let ids = match &read.value {
        Value::List(_) => {
            let ids = reader.texts("ids", cx)?;
            shared(&ids, nodes?)
        }
        Value::Map(entries) if entries.is_empty() => {
            cx.push(Diagnostic::error(codes::T0258, read.expr.span, "`ids` is empty").with_help("write at least one"));
            return cx.incomplete();
        }
        Value::Map(entries) => {
            let mut ids = Vec::with_capacity(entries.len());
            for (id, count) in entries.iter() {
                let place = entry_span(read.expr, *id);
                let whole = match count {
                    Value::Number(n) if n.is_integer() && !n.is_zero() => n.to_u32(),
                    Value::Invalid => return cx.incomplete(),
                    _ => None,
                };
                let Some(whole) = whole else {
                    cx.push(
                        Diagnostic::error(codes::T0218, place, format!("`{id}` does not say its nodes"))
                            .with_help("each id is followed by a whole number of nodes: `ids = { \"cr-…\" = 64 }`"),
                    );
                    return cx.incomplete();
                };
                ids.push((At::new(*id, place), whole));
            }
            let sum: u64 = ids.iter().map(|(_, n)| u64::from(*n)).sum();
            let nodes = nodes?;
            if sum != u64::from(nodes.value) {
                cx.push(
                    Diagnostic::error(
                        codes::T0256,
                        nodes.span,
                        format!("`nodes` is {}, and the ids have {sum} together", nodes.value),
                    )
                    .with_label(read.expr.span, format!("{sum} nodes"))
                    .with_help(format!("write `nodes = {sum}`, or mend the numbers of the ids")),
                );
                return cx.incomplete();
            }
            ids
        }
        _ => return reader.wrong_type("ids", &read, cx),
    };
    for (id, _) in &ids {
        if let Some(first) = reservations.insert(id.value, id.span) {
            cx.push(
                Diagnostic::error(codes::T0257, id.span, format!("reservation `{}` is counted twice", id.value))
                    .with_label(first, "counted here already")
                    .with_help("each reservation belongs to one capacity; two pools may share that"),
            );
            cx.incomplete = true;
        }
    }
    Some(ids)
}

/// `nodes` shared evenly, the first ones taking the remainder.
fn shared(ids: &[At<Symbol>], nodes: At<u32>) -> Vec<(At<Symbol>, u32)> {
    let count = u32::try_from(ids.len()).unwrap_or(u32::MAX).max(1);
    let (each, more) = (nodes.value / count, nodes.value % count);
    (0u32..).zip(ids).map(|(position, id)| (*id, each + u32::from(position < more))).collect()
}

/// The key of an object that is written out.
fn entry_span(expr: &tonnage_syntax::tree::Expr, key: Symbol) -> Span {
    match &expr.kind {
        ExprKind::Object(items) => items
            .iter()
            .find_map(|item| match &item.key {
                ObjectKey::Name(name) if name.name == key => Some(name.span),
                _ => None,
            })
            .unwrap_or(expr.span),
        _ => element_span(expr, 0),
    }
}
