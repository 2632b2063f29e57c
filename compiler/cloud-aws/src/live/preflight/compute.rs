//! What EC2 says: which reservations there are, and which shapes are sold in which zone. Must not judge.

use std::collections::{BTreeMap, BTreeSet};

use tonnage_base::{Date, Symbol, Timestamp, clock::utc};
use tonnage_cloud::{Answer, Fact};

use super::{Asking, Services};
use crate::live::query::{Entry, Parameters};

/// Entries of a page: as many as the service gives.
const ENTRIES: &str = "1000";
/// Values of a filter in one call.
const VALUES: usize = 200;

/// A reservation, as it is listed.
#[derive(Debug)]
pub struct Reservation(Entry);

/// States in which nothing can run in it, now or later.
const GONE: [&str; 5] = ["expired", "cancelled", "failed", "payment-failed", "unsupported"];
/// States in which it is granted: it is there, or will be on its first day.
const GRANTED: [&str; 2] = ["active", "scheduled"];

/// All reservations that the account can use in a region, by identifier: its own and those that others share with it.
/// All are listed, because a list by identifiers fails as a whole where one of them is not there.
pub async fn reservations(services: &Services, asking: Asking<'_>) -> Result<BTreeMap<String, Reservation>, Answer> {
    const FIELDS: [&str; 8] = [
        "capacityReservationId",
        "state",
        "instanceType",
        "availabilityZoneId",
        "totalInstanceCount",
        "availableInstanceCount",
        "startDate",
        "endDate",
    ];
    let (compute, action) = (&services.compute, "ec2:DescribeCapacityReservations");
    let parameters = vec![("MaxResults".to_owned(), ENTRIES.to_owned())];
    let list = ("capacityReservationSet", &FIELDS[..]);
    let entries = asking.pages(&services.region, (compute, action), &parameters, list).await?;
    Ok(entries
        .into_iter()
        .filter_map(|entry| Some((entry.get("capacityReservationId")?.clone(), Reservation(entry))))
        .collect())
}

impl Reservation {
    fn text(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    fn time(&self, field: &str) -> Option<Timestamp> {
        self.text(field).parse().ok()
    }

    /// What there is of it.
    pub fn fact(&self) -> Fact {
        let state = self.text("state");
        if GONE.contains(&state) {
            return Fact::NoReservation(format!("it is in state `{state}`"));
        }
        let total = self.text("totalInstanceCount").parse().ok();
        let Some(total) = total.filter(|_| GRANTED.contains(&state)) else {
            return Fact::Unknown(format!("it is in state `{state}`"));
        };
        let symbol = |field: &str| Some(self.text(field)).filter(|text| !text.is_empty()).map(Symbol::new);
        // What ends at midnight is not there on the day that begins then.
        let last = self.time("endDate").and_then(|end| Timestamp::from_second(end.as_second() - 1).ok());
        Fact::Reservation {
            total,
            free: self.text("availableInstanceCount").parse().ok(),
            shape: symbol("instanceType"),
            zone: symbol("availabilityZoneId"),
            from: self.time("startDate").map(day),
            until: last.map(day),
        }
    }

    /// What says so. The hour at which it ends is no part of the days.
    pub fn source(&self, id: Symbol) -> String {
        let end = self.time("endDate").map_or_else(String::new, |end| format!(", ends {end}"));
        format!("reservation {id}{end}")
    }
}

fn day(time: Timestamp) -> Date {
    time.to_zoned(utc()).date()
}

/// Which of these shapes are sold in which zones of a region: zone and shape.
pub async fn offerings(
    services: &Services,
    shapes: &BTreeSet<Symbol>,
    asking: Asking<'_>,
) -> Result<BTreeSet<(String, String)>, Answer> {
    const FIELDS: [&str; 2] = ["location", "instanceType"];
    let (compute, action) = (&services.compute, "ec2:DescribeInstanceTypeOfferings");
    let mut sold = BTreeSet::new();
    for shapes in shapes.iter().collect::<Vec<_>>().chunks(VALUES) {
        let mut parameters: Parameters =
            [("LocationType", "availability-zone-id"), ("MaxResults", ENTRIES), ("Filter.1.Name", "instance-type")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec();
        let values = (1..).zip(shapes).map(|(at, shape)| (format!("Filter.1.Value.{at}"), shape.as_str().to_owned()));
        parameters.extend(values);
        let list = ("instanceTypeOfferingSet", &FIELDS[..]);
        for mut entry in asking.pages(&services.region, (compute, action), &parameters, list).await? {
            sold.extend(entry.remove("location").zip(entry.remove("instanceType")));
        }
    }
    Ok(sold)
}
