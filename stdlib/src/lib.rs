//! The standard library, embedded: catalog, lowerings and policies as fleet files, prices and limits as CSV, facts
//! about native resource types as JSON, what is checked before apply as CSV. Adding a file under `catalog/`,
//! `lowering/` or `policy/` needs no Rust.
//!
//! Must not know what the files mean: nothing here parses them.

/// One fleet file of the standard library.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Source {
    /// As diagnostics show it: `std:catalog/shapes-aws.fleet.hcl`.
    pub name: &'static str,
    /// The whole text.
    pub text: &'static str,
}

/// Every fleet file of catalog, lowerings and policies, in order of its name.
pub fn fleet_sources() -> &'static [Source] {
    const SOURCES: &[Source] = include!(concat!(env!("OUT_DIR"), "/fleet_sources.rs"));
    SOURCES
}

/// Prices. The first line is `# catalog YYYY-MM-DD`, other lines that start with `#` are comments, then a header:
/// `provider,shape,region,zone,market,price,unit,note,source`. An empty zone is the whole region; the price is a
/// decimal in the unit (`USD/instance-hour`, `USD/accelerator-hour`, `USD/chip-hour`). What has no row is not known,
/// never zero.
pub fn prices_csv() -> &'static str {
    include_str!("../catalog/prices.csv")
}

/// Service limits, with comments as in [`prices_csv`]: `provider,service,limit,value,kind,source`.
pub fn limits_csv() -> &'static str {
    include_str!("../catalog/limits.csv")
}

/// What is known before apply, with comments as in [`prices_csv`], each table saying what its columns mean: which quota
/// counts a shape.
pub fn quotas_csv() -> Source {
    Source { name: "std:preflight/quotas.csv", text: include_str!("../preflight/quotas.csv") }
}

/// The same: what of a plan is counted against which limit.
pub fn counted_csv() -> Source {
    Source { name: "std:preflight/counted.csv", text: include_str!("../preflight/counted.csv") }
}

/// The same: how many addresses a subnet has.
pub fn subnets_csv() -> Source {
    Source { name: "std:preflight/subnets.csv", text: include_str!("../preflight/subnets.csv") }
}

/// The same: what takes an address on each node of a group.
pub fn interfaces_csv() -> Source {
    Source { name: "std:preflight/interfaces.csv", text: include_str!("../preflight/interfaces.csv") }
}

/// The same: what bounds a unit of a plan on each kind of cloud.
pub fn units_csv() -> Source {
    Source { name: "std:preflight/units.csv", text: include_str!("../preflight/units.csv") }
}

/// The same: how spot nodes are taken away.
pub fn spot_csv() -> Source {
    Source { name: "std:preflight/spot.csv", text: include_str!("../preflight/spot.csv") }
}

/// The same: what happens on the last day of granted capacity.
pub fn ends_csv() -> Source {
    Source { name: "std:preflight/ends.csv", text: include_str!("../preflight/ends.csv") }
}

/// Whose law reaches a country or an operator: `kind,name,jurisdiction,source`, with comments as in [`prices_csv`].
pub fn jurisdictions_csv() -> &'static str {
    include_str!("../catalog/jurisdictions.csv")
}

/// Names and continents of countries: `country,name,continent,source`, with comments as in [`prices_csv`].
pub fn countries_csv() -> &'static str {
    include_str!("../catalog/countries.csv")
}

/// Facts about native resource types, compact: one line a type, as `tonnage-schema` reads them; each with the kind of
/// cloud whose types they are.
pub fn schemas_json() -> [(&'static str, &'static str); 3] {
    [
        ("aws", include_str!("../schema/cloudformation.json")),
        ("azure", include_str!("../schema/azure.json")),
        ("google", include_str!("../schema/google.json")),
    ]
}

/// What native reservations hold and which nodes run in them, with comments as in [`prices_csv`]; the table says what
/// its columns mean.
pub fn reserved_csv() -> Source {
    Source { name: "std:schema/reserved.csv", text: include_str!("../schema/reserved.csv") }
}

/// Properties that decide who gets in, with comments as in [`prices_csv`]: `type,property,wider,source`.
pub fn access_csv() -> Source {
    Source { name: "std:schema/access.csv", text: include_str!("../schema/access.csv") }
}

/// What lets everybody in, or allows everything, with comments as in [`prices_csv`]: `type,entry,if,opens,source`.
pub fn open_csv() -> Source {
    Source { name: "std:schema/open.csv", text: include_str!("../schema/open.csv") }
}

/// Properties that change though nobody changed them, with comments as in [`prices_csv`]:
/// `type,property,by,target,entry,source`.
pub fn volatile_csv() -> Source {
    Source { name: "std:schema/volatile.csv", text: include_str!("../schema/volatile.csv") }
}

/// What changes do to running nodes, paid capacity and data, with comments as in [`prices_csv`]:
/// `type,change,property,condition,nodes,holdings,words,source`.
pub fn effects_csv() -> &'static [Source] {
    const AWS: Source = Source { name: "std:effects/aws.csv", text: include_str!("../effects/aws.csv") };
    const AZURE: Source = Source { name: "std:effects/azure.csv", text: include_str!("../effects/azure.csv") };
    const GOOGLE: Source = Source { name: "std:effects/google.csv", text: include_str!("../effects/google.csv") };
    &[AWS, AZURE, GOOGLE]
}

#[cfg(test)]
mod tests;
