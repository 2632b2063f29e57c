//! Storage, and its mounts in pools. Must not know how it becomes native.

use tonnage_base::{At, Diagnostic, Symbol, codes::lang as codes};
use tonnage_syntax::tree::Block;

use super::{Builder, guards, pool::Declared};
use crate::{
    context::Context,
    intent::{Mount, Moves, Storage},
    read::Reader,
    resolve::{declared::Family, each::Instance},
};

/// What only file systems have.
const FILE_SYSTEMS_ONLY: &[&str] = &["zone", "size", "throughput", "network"];

impl Builder<'_, '_> {
    pub(super) fn storages(&mut self, cx: &mut Context) {
        let (clouds, networks) = (self.declared_names(Family::Cloud), self.declared_names(Family::Network));
        for (name, block, instance) in self.instances(Family::Storage, cx) {
            let label = At::new(instance.name, name.span);
            match self.storage(label, block, &instance, &clouds, &networks, cx) {
                Some(storage) => {
                    let id = self.storages.push(storage);
                    self.storage_ids.insert(self.key(instance.name), id);
                }
                None => cx.incomplete = true,
            }
        }
    }

    fn storage(
        &self,
        name: At<Symbol>,
        block: &Block,
        instance: &Instance,
        clouds: &[&str],
        networks: &[&str],
        cx: &mut Context,
    ) -> Option<Storage> {
        let mut reader = self.reader(block, &instance.scope)?;
        let kind = reader.word("kind", cx);
        let cloud = reader.reference("cloud", clouds, cx);
        let cloud = cloud.and_then(|at| self.cloud(at.value).map(|(id, cloud)| (At::new(id, at.span), cloud)));
        let region = reader.text("region", cx);
        let zone = reader.text("zone", cx);
        if let (Some((_, cloud)), Some(region)) = (&cloud, region)
            && self.check_region(cloud, region, cx)
            && let Some(zone) = zone
        {
            self.check_zone(cloud, region.value, zone, cx);
        }
        let bytes = reader.size_in_bytes("size", cx);
        let throughput_gbps = reader.bandwidth("throughput", cx);
        let network = reader.reference("network", networks, cx);
        let network = network.and_then(|at| self.network_ids.get(&at.value).map(|id| At::new(*id, at.span)));
        match kind.map(|kind| kind.value) {
            Some("lustre") if reader.span("size").is_none() => {
                cx.push(
                    Diagnostic::error(codes::T0277, block.header, "a file system needs a size")
                        .with_help("write `size = \"1.2 TiB\"`; it is rounded up to what the cloud sells"),
                );
                return cx.incomplete();
            }
            Some("object") => {
                for word in FILE_SYSTEMS_ONLY {
                    if let Some(span) = reader.span(word) {
                        cx.push(
                            Diagnostic::error(codes::T0277, span, format!("a bucket has no `{word}`"))
                                .with_help("remove it, or write `kind = \"lustre\"` for a file system"),
                        );
                        cx.incomplete = true;
                    }
                }
            }
            _ => {}
        }
        let labels = reader.labels("labels", cx);
        let kind = kind?;
        Some(Storage {
            address: self.address(Family::Storage, name.value),
            scope: self.scope,
            name,
            kind: At::new(Symbol::new(kind.value), kind.span),
            cloud: cloud?.0,
            region: region?,
            zone,
            bytes,
            throughput_gbps,
            data_class: reader.text("data_class", cx),
            network,
            protect: guards::protect(&reader, cx),
            labels,
            labels_span: reader.span("labels"),
            span: block.header,
        })
    }

    /// `mount { … }`, any number of them.
    pub(super) fn mounts(&self, pool: &Reader<'_>, declared: &Declared, cx: &mut Context) -> Vec<Mount> {
        let mut mounts: Vec<Mount> = Vec::new();
        for mut reader in pool.all_nested("mount") {
            let storage = reader.reference("storage", &declared.storages, cx);
            let storage = storage.and_then(|at| self.storage_ids.get(&at.value).map(|id| At::new(*id, at.span)));
            let path = reader.text("path", cx);
            let read_only = reader.word("mode", cx).is_some_and(|mode| mode.value == "read_only");
            let (Some(storage), Some(path)) = (storage, path) else {
                cx.incomplete = true;
                continue;
            };
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
            if !path.value.as_str().starts_with('/') || !path.value.as_str().chars().all(plain) {
                cx.push(
                    Diagnostic::error(codes::T0278, path.span, format!("`{}` is not a path to mount at", path.value))
                        .with_help("it begins with `/` and holds letters, digits, `/`, `-`, `_` and `.`"),
                );
                cx.incomplete = true;
                continue;
            }
            if let Some(before) = mounts.iter().find(|mount| mount.path.value == path.value) {
                cx.push(
                    Diagnostic::error(codes::T0278, path.span, format!("two things are mounted at `{}`", path.value))
                        .with_label(before.path.span, "mounted here already")
                        .with_help("give one of them another path"),
                );
                cx.incomplete = true;
                continue;
            }
            mounts.push(Mount { storage, path, read_only, span: reader.at });
        }
        mounts
    }

    /// `moves { … }` of an option.
    pub(super) fn moves(&self, option: &Reader<'_>, declared: &Declared, cx: &mut Context) -> Option<Moves> {
        let mut reader = option.nested("moves")?;
        let data = reader.references("data", &declared.storages, cx).unwrap_or_default();
        let data = data.into_iter().filter_map(|at| self.storage_ids.get(&at.value).map(|id| At::new(*id, at.span)));
        Some(Moves {
            data: data.collect(),
            lead_time: reader.duration("lead_time", cx),
            cost: reader.money("cost", cx),
            span: reader.at,
        })
    }
}
