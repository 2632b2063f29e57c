//! How many nodes can run where, by the scenario: for groups that fill, for the planner, for evidence. Must not know how
//! a group comes about.

use tonnage_base::{Clock, Market, Symbol, Timestamp};
use tonnage_graph::Holds;
use tonnage_plan::model::{Evidence, Verdict};

use super::glob::matches;
use super::scenario::{Ceiling, Scenario};
use super::world::Held;
use crate::cloud::{Ask, KnownCapacity};

/// The code of a group that the cloud has no room for.
pub(super) const INSUFFICIENT: &str = "InsufficientInstanceCapacity";

/// Somewhere, some nodes of a kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub region: Symbol,
    pub zone: Option<Symbol>,
    pub shape: Symbol,
    pub market: Market,
}

impl Wanted {
    pub fn by(region: Symbol, holds: Holds) -> Self {
        let market = if holds.reserves_only { Market::OnDemand } else { holds.market };
        Self { region, zone: holds.zone, shape: holds.shape, market }
    }
}

/// A ceiling over some nodes.
struct Limit<'a> {
    region: Option<&'a str>,
    zone: Option<&'a str>,
    shape: &'a str,
    market: Option<&'a str>,
    nodes: u64,
    code: &'a str,
}

impl Limit<'_> {
    fn covers(&self, wanted: Wanted) -> bool {
        self.region.is_none_or(|region| wanted.region == region)
            && self.zone.is_none_or(|zone| wanted.zone.is_some_and(|z| z == zone))
            && matches(self.shape, wanted.shape.as_str())
            && self.market.is_none_or(|market| wanted.market.as_str() == market)
    }

    /// A row for all markets together does not count a reservation beside the nodes that run in it.
    fn counts(&self, region: Symbol, held: &Held) -> bool {
        let wanted = Wanted { region, zone: held.holds.zone, shape: held.holds.shape, market: held.market() };
        (self.market.is_some() || !held.holds.reserves_only) && self.covers(wanted)
    }
}

impl Scenario {
    /// Whether it says anything of how many nodes can run.
    pub(super) fn limits_nodes(&self) -> bool {
        !self.capacity.is_empty() || self.quotas.iter().any(|q| q.shape.is_some())
    }

    fn limits(&self) -> Vec<Limit<'_>> {
        let mut limits: Vec<Limit<'_>> = Vec::new();
        for row in &self.capacity {
            let limit = Limit {
                region: row.region.as_deref(),
                zone: row.zone.as_deref(),
                shape: &row.shape,
                market: row.market.as_deref().or(row.reservation.as_ref().map(|_| Market::Reserved.as_str())),
                nodes: row.nodes,
                code: INSUFFICIENT,
            };
            // A group does not say which reservation it runs in: reservations side by side are one room.
            let beside = limits.iter_mut().find(|other| {
                row.reservation.is_some()
                    && (other.region, other.zone, other.shape, other.market)
                        == (limit.region, limit.zone, limit.shape, limit.market)
            });
            match beside {
                Some(other) => other.nodes = other.nodes.saturating_add(limit.nodes),
                None => limits.push(limit),
            }
        }
        limits.extend(self.quotas.iter().filter_map(|quota| {
            Some(Limit {
                region: quota.region.as_deref(),
                zone: None,
                shape: quota.shape.as_deref()?,
                market: quota.market.as_deref(),
                nodes: quota.limit,
                code: &quota.code,
            })
        }));
        limits
    }

    /// How many nodes can still be had, beside what is held by others, and the code of the ceiling that says so.
    /// None: the scenario says nothing.
    pub(super) fn free(&self, wanted: Wanted, others: &[(Symbol, &Held)]) -> Option<(u64, String)> {
        let mut least: Option<(u64, &str)> = None;
        let limits = self.limits();
        for limit in limits.iter().filter(|limit| limit.covers(wanted)) {
            let taken: u64 =
                others.iter().filter(|(region, held)| limit.counts(*region, held)).map(|(_, held)| held.nodes).sum();
            let free = limit.nodes.saturating_sub(taken);
            if least.is_none_or(|(nodes, _)| free < nodes) {
                least = Some((free, limit.code));
            }
        }
        least.map(|(nodes, code)| (nodes, code.to_owned()))
    }

    /// What is known, for the planner.
    pub(super) fn known(&self, regions: &[Symbol]) -> Vec<KnownCapacity> {
        let mut known = Vec::new();
        let name = |text: &Option<String>| text.as_deref().map(Symbol::new);
        for row in &self.capacity {
            for &region in regions.iter().filter(|r| row.region.as_deref().is_none_or(|name| **r == name)) {
                known.push(KnownCapacity {
                    region,
                    zone: name(&row.zone),
                    shape: Symbol::new(&row.shape),
                    market: name(&row.market),
                    reservation: name(&row.reservation),
                    nodes: row.nodes,
                    source: row.source(),
                });
            }
        }
        for quota in &self.quotas {
            let Some(shape) = &quota.shape else { continue };
            for &region in regions.iter().filter(|r| quota.region.as_deref().is_none_or(|name| **r == name)) {
                known.push(KnownCapacity {
                    region,
                    zone: None,
                    shape: Symbol::new(shape),
                    market: name(&quota.market),
                    reservation: None,
                    nodes: quota.limit,
                    source: format!("quota {}", quota.code),
                });
            }
        }
        known
    }

    /// What can be said of each ask.
    pub(super) fn evidence(&self, asks: &[Ask], clock: &Clock) -> Vec<Evidence> {
        let now = clock();
        let minutes = self.evidence_minutes.unwrap_or(30);
        let until = Timestamp::from_second(now.as_second().saturating_add(minutes.saturating_mul(60))).unwrap_or(now);
        asks.iter()
            .map(|ask| {
                let (verdict, source) = self.verdict(ask);
                Evidence {
                    subject: ask.subject.clone(),
                    verdict,
                    source,
                    read_at: Some(now.to_string()),
                    good_until: Some(until.to_string()),
                }
            })
            .collect()
    }

    fn verdict(&self, ask: &Ask) -> (Verdict, String) {
        let row_covers = |row: &&Ceiling| {
            row.region.as_deref().is_none_or(|region| ask.region == region)
                && row.zone.as_deref().is_none_or(|zone| ask.zone == zone)
                && matches(&row.shape, ask.shape.as_str())
                && row.market.as_deref().is_none_or(|market| ask.market == market)
                && row.reservation.as_deref().is_none_or(|id| ask.reservation.is_some_and(|r| r == id))
        };
        let rows = self.capacity.iter().filter(row_covers).map(|row| (row.nodes, row.source()));
        let quotas = self.quotas.iter().filter(|quota| {
            quota.region.as_deref().is_none_or(|region| ask.region == region)
                && quota.shape.as_deref().is_some_and(|shape| matches(shape, ask.shape.as_str()))
                && quota.market.as_deref().is_none_or(|market| ask.market == market)
        });
        let least = rows.chain(quotas.map(|q| (q.limit, format!("quota {}", q.code)))).min_by_key(|(nodes, _)| *nodes);
        match least {
            Some((nodes, source)) if nodes >= ask.nodes => (Verdict::Ok, source),
            Some((nodes, source)) => (Verdict::ShortBy(ask.nodes - nodes), source),
            None => {
                let missing = format!("nothing is known of {} in {}", ask.shape, ask.zone);
                (Verdict::CannotKnow(missing), "scenario".to_owned())
            }
        }
    }
}

impl Ceiling {
    fn source(&self) -> String {
        match (&self.source, &self.reservation) {
            (Some(source), _) => source.clone(),
            (None, Some(reservation)) => format!("reservation {reservation}"),
            (None, None) => "scenario".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario() -> Scenario {
        Scenario::parse(
            r#"{
            "capacity": [
                {"zone": "z1", "shape": "big", "market": "on_demand", "nodes": 10},
                {"zone": "z1", "shape": "big", "reservation": "cr-1", "nodes": 4},
                {"zone": "z1", "shape": "big", "reservation": "cr-2", "nodes": 2}],
            "quotas": [{"region": "r", "shape": "b*", "market": "on_demand", "limit": 12, "code": "VcpuLimitExceeded"}]
        }"#,
        )
        .expect("reads")
    }

    fn held(zone: &str, market: Market, nodes: u64, reserves_only: bool) -> Held {
        let holds =
            Holds { shape: Symbol::new("big"), nodes: 99, market, zone: Some(Symbol::new(zone)), reserves_only };
        Held { holds, nodes }
    }

    #[test]
    fn the_tightest_ceiling_counts_with_what_others_hold() {
        let (scenario, region) = (scenario(), Symbol::new("r"));
        let free = |zone: &str, market: Market, others: &[Held]| {
            let others: Vec<(Symbol, &Held)> = others.iter().map(|h| (region, h)).collect();
            let wanted = Wanted { region, zone: Some(Symbol::new(zone)), shape: Symbol::new("big"), market };
            scenario.free(wanted, &others)
        };
        let room = |n: u64, code: &str| Some((n, code.to_owned()));
        assert_eq!(free("z1", Market::OnDemand, &[]), room(10, INSUFFICIENT));
        assert_eq!(free("z1", Market::OnDemand, &[held("z1", Market::OnDemand, 3, false)]), room(7, INSUFFICIENT));
        let elsewhere = [held("z2", Market::OnDemand, 5, false)];
        assert_eq!(free("z1", Market::OnDemand, &elsewhere), room(7, "VcpuLimitExceeded"));
        assert_eq!(free("z1", Market::Reserved, &[held("z1", Market::Reserved, 1, false)]), room(5, INSUFFICIENT));
        // A reservation takes from what anybody could buy.
        assert_eq!(free("z1", Market::OnDemand, &[held("z1", Market::Reserved, 8, true)]), room(2, INSUFFICIENT));
        assert_eq!(free("z9", Market::Spot, &[]), None);
    }

    #[test]
    fn evidence_is_three_valued_and_dated() {
        let clock = tonnage_base::clock::fixed("2026-01-02T14:02:00Z".parse().expect("a time"));
        let ask = |zone: &str, market: &str, reservation: Option<&str>, nodes: u64| Ask {
            subject: "pool.a".to_owned(),
            region: Symbol::new("r"),
            zone: Symbol::new(zone),
            shape: Symbol::new("big"),
            market: Symbol::new(market),
            reservation: reservation.map(Symbol::new),
            nodes,
        };
        let asks = [
            ask("z1", "on_demand", None, 10),
            ask("z1", "on_demand", None, 11),
            ask("z1", "reserved", Some("cr-2"), 3),
            ask("z7", "spot", None, 1),
        ];
        let evidence = scenario().evidence(&asks, &clock);
        let verdicts: Vec<&Verdict> = evidence.iter().map(|e| &e.verdict).collect();
        assert_eq!(verdicts[..3], [&Verdict::Ok, &Verdict::ShortBy(1), &Verdict::ShortBy(1)]);
        assert!(matches!(verdicts[3], Verdict::CannotKnow(_)));
        assert_eq!(evidence[0].read_at.as_deref(), Some("2026-01-02T14:02:00Z"));
        assert_eq!(evidence[0].good_until.as_deref(), Some("2026-01-02T14:32:00Z"));
    }
}
