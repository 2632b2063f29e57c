//! Regions and zones as authors write them, against the catalog and the clouds' allowed regions.

use tonnage_base::{At, Diagnostic, Symbol, codes::lang as codes};

use super::Builder;
use crate::{
    context::{Context, listed},
    intent::{Cloud, CloudId},
};

impl Builder<'_, '_> {
    /// A region that the cloud may use. Says what is wrong with it.
    pub(super) fn check_region(&self, cloud: &Cloud, region: At<Symbol>, cx: &mut Context) -> bool {
        if cloud.regions.iter().any(|allowed| allowed.value == region.value) {
            return true;
        }
        if self.index.region(cloud.kind, region.value).is_none() {
            self.index.unknown_region(cloud.kind, region, cx);
            return false;
        }
        let allowed: Vec<Symbol> = cloud.regions.iter().map(|at| at.value).collect();
        let first = cloud.regions.first().map_or(cloud.span, |at| at.span);
        let last = cloud.regions.last().map_or(cloud.span, |at| at.span);
        cx.push(
            Diagnostic::error(
                codes::T0231,
                region.span,
                format!("cloud `{}` may not use region `{}`", cloud.name.value, region.value),
            )
            .with_label(first.to(last), format!("it may use {}", listed(&allowed)))
            .with_help("add it to the `regions` of the cloud, or choose one of them"),
        );
        false
    }

    /// A region that no cloud was named with: some cloud of the fleet must be allowed to use it.
    pub(super) fn check_region_anywhere(&self, region: At<Symbol>, cx: &mut Context) {
        let allows = |cloud: &Cloud| cloud.regions.iter().any(|allowed| allowed.value == region.value);
        if self.clouds.is_empty() || self.clouds.iter().any(allows) {
            return;
        }
        match self.clouds.iter().find(|cloud| self.index.region(cloud.kind, region.value).is_some()) {
            Some(cloud) => {
                self.check_region(cloud, region, cx);
            }
            None => {
                if let Some(cloud) = self.clouds.iter().next() {
                    self.index.unknown_region(cloud.kind, region, cx);
                }
            }
        }
    }

    /// The region of a zone: the one written, or the one that the catalog knows the zone in.
    pub(super) fn region_of_zone(
        &self,
        cloud: &Cloud,
        region: Option<At<Symbol>>,
        zone: At<Symbol>,
        cx: &mut Context,
    ) -> Option<Symbol> {
        if let Some(region) = region {
            let (allowed, fits) =
                (self.check_region(cloud, region, cx), self.check_zone(cloud, region.value, zone, cx));
            return if allowed && fits { Some(region.value) } else { cx.incomplete() };
        }
        let found = self.index.zone(cloud.kind, zone.value);
        let names: Vec<Symbol> =
            found.iter().filter_map(|&id| self.index.catalog.regions.get(id)).map(|region| region.name).collect();
        match names.as_slice() {
            [] => self.unknown_zone(cloud, zone, cx),
            [only] => {
                self.check_region(cloud, At::new(*only, zone.span), cx).then_some(*only).or_else(|| cx.incomplete())
            }
            many => {
                cx.push(
                    Diagnostic::error(
                        codes::T0259,
                        zone.span,
                        format!("zone `{}` is in {} regions of {}", zone.value, many.len(), cloud.kind),
                    )
                    .with_help("say which one: write `region = \"…\"`"),
                );
                cx.incomplete()
            }
        }
    }

    /// A zone of a region. Where the catalog does not know the region's zones, any will do.
    pub(super) fn check_zone(&self, cloud: &Cloud, region: Symbol, zone: At<Symbol>, cx: &mut Context) -> bool {
        let Some((id, known)) = self.index.region(cloud.kind, region) else { return true };
        if known.zones.is_empty() || self.index.zone(cloud.kind, zone.value).contains(&id) {
            return true;
        }
        let wrong =
            Diagnostic::error(codes::T0232, zone.span, format!("zone `{}` is not in region `{region}`", zone.value));
        let names = self.index.zones_of(cloud.kind, id);
        let wrong = cx.did_you_mean_quoted(wrong, zone, names, &format!("its zones are {}", listed(&known.zones)));
        cx.push(wrong);
        cx.incomplete = true;
        false
    }

    /// A zone that no region was named with: it must be in one that the cloud may use.
    pub(super) fn check_zone_anywhere(&self, cloud: &Cloud, zone: At<Symbol>, cx: &mut Context) {
        let zones_known = cloud
            .regions
            .iter()
            .all(|r| self.index.region(cloud.kind, r.value).is_some_and(|(_, region)| !region.zones.is_empty()));
        let found = self.index.zone(cloud.kind, zone.value);
        let allowed = found
            .iter()
            .filter_map(|&id| self.index.catalog.regions.get(id))
            .any(|region| cloud.regions.iter().any(|at| at.value == region.name));
        if !allowed && zones_known {
            self.unknown_zone::<()>(cloud, zone, cx);
        }
    }

    fn unknown_zone<T>(&self, cloud: &Cloud, zone: At<Symbol>, cx: &mut Context) -> Option<T> {
        let wrong = Diagnostic::error(
            codes::T0232,
            zone.span,
            format!("no region of cloud `{}` is known to have zone `{}`", cloud.name.value, zone.value),
        );
        let regions = cloud.regions.iter().filter_map(|at| self.index.region(cloud.kind, at.value));
        let names: Vec<&str> = regions.flat_map(|(id, _)| self.index.zones_of(cloud.kind, id)).collect();
        let help = "zones are named by id; for a zone that the catalog does not know, write `region = \"…\"` as well";
        let wrong = cx.did_you_mean_quoted(wrong, zone, names, help);
        cx.push(wrong);
        cx.incomplete()
    }

    pub(super) fn cloud(&self, name: Symbol) -> Option<(CloudId, &Cloud)> {
        let id = *self.cloud_ids.get(&name)?;
        self.clouds.get(id).map(|cloud| (id, cloud))
    }
}
