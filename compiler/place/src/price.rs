//! Prices by shape, place and market, from dated rows. A price that is not there is unknown, never zero.
//!
//! Must not know where the rows come from, nor any shape.

use rustc_hash::FxHashMap;
use tonnage_base::{Decimal, Market, Symbol, quantity::Money};

/// The prices of one catalog date: for a whole node and hour.
///
/// Rows for parts of a node (`accelerator-part`, `USD/accelerator-hour`) are not prices of a node and are left out.
#[derive(Clone, Debug, Default)]
pub struct PriceBook {
    exact: FxHashMap<Key, Decimal>,
    /// Prices that count wherever the shape is.
    fixed: FxHashMap<Symbol, Decimal>,
    /// The lowest on-demand price of a region's zones, for where the region has no row of its own.
    lowest: FxHashMap<(Symbol, Symbol, Symbol), Decimal>,
    /// Zones with an on-demand row, in order of the rows: evidence that the shape is offered there.
    zones: FxHashMap<(Symbol, Symbol, Symbol), Vec<Symbol>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Key {
    cloud: Symbol,
    shape: Symbol,
    region: Symbol,
    zone: Option<Symbol>,
    spot: bool,
}

/// What the columns that are read are called.
const COLUMNS: [&str; 7] = ["provider", "shape", "region", "zone", "market", "price", "unit"];

impl PriceBook {
    /// Reads CSV with the columns `provider,shape,region,zone,market,price,unit,…`; lines that begin with `#` are
    /// comments. Of several rows for one thing the first counts. Errors with the line number and what is wrong there.
    pub fn from_csv(text: &str) -> Result<Self, String> {
        let mut book = Self::default();
        let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).flexible(true).from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| error.to_string())?;
        if !header.iter().take(COLUMNS.len()).eq(COLUMNS) {
            return Err(format!("the first line must name the columns {},…", COLUMNS.join(",")));
        }
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let line = record.position().map_or(0, csv::Position::line);
            let cell = |index: usize| record.get(index).unwrap_or_default();
            let market = cell(4);
            if cell(6) != "USD/instance-hour" || !matches!(market, "on-demand" | "spot") || cell(5).is_empty() {
                continue;
            }
            let price: Decimal = cell(5).parse().map_err(|_| format!("line {line}: `{}` is not a price", cell(5)))?;
            let key = Key {
                cloud: Symbol::new(cell(0)),
                shape: Symbol::new(cell(1)),
                region: Symbol::new(cell(2)),
                zone: (!cell(3).is_empty()).then(|| Symbol::new(cell(3))),
                spot: market == "spot",
            };
            if let (Some(zone), false) = (key.zone, key.spot) {
                let zones = book.zones.entry((key.cloud, key.shape, key.region)).or_default();
                if !zones.contains(&zone) {
                    zones.push(zone);
                }
            }
            book.exact.entry(key).or_insert(price);
            if key.zone.is_some() && !key.spot {
                let lowest = book.lowest.entry((key.cloud, key.shape, key.region)).or_insert(price);
                *lowest = price.min(*lowest);
            }
        }
        Ok(book)
    }

    /// The same book with another price for a shape, wherever and however it is bought.
    #[must_use]
    pub fn with(mut self, shape: Symbol, price: Decimal) -> Self {
        self.fixed.insert(shape, price);
        self
    }

    /// Price of one node and hour; none: unknown. The zone's own row, else the region's, else (on demand only) the
    /// lowest of the region's zones: spot differs from zone to zone.
    pub fn price(&self, cloud: Symbol, shape: Symbol, region: Symbol, zone: Symbol, market: Market) -> Option<Money> {
        let spot = match market {
            Market::OnDemand => false,
            Market::Spot => true,
            Market::Reserved => return None,
        };
        if let Some(price) = self.fixed.get(&shape) {
            return Some(Money { amount: *price, currency: Symbol::new("USD") });
        }
        let key = Key { cloud, shape, region, zone: Some(zone), spot };
        let of_region = || self.exact.get(&Key { zone: None, ..key });
        let of_zones = || self.lowest.get(&(cloud, shape, region)).filter(|_| !spot);
        let amount = self.exact.get(&key).or_else(of_region).or_else(of_zones)?;
        Some(Money { amount: *amount, currency: Symbol::new("USD") })
    }

    /// Zones of a region where the shape has an on-demand price, in order of their names.
    pub fn zones(&self, cloud: Symbol, shape: Symbol, region: Symbol) -> Vec<Symbol> {
        let mut zones = self.zones.get(&(cloud, shape, region)).cloned().unwrap_or_default();
        zones.sort();
        zones
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "# dated\nprovider,shape,region,zone,market,price,unit,note,source\n\
        aws,s,r,z1,on-demand,10,USD/instance-hour,,x\n\
        aws,s,r,z2,on-demand,9,USD/instance-hour,,x\n\
        aws,s,r,z1,spot,3,USD/instance-hour,,x\n\
        aws,s,r,,on-demand,1,USD/accelerator-hour,,x\n\
        aws,t,r,,on-demand,,USD/instance-hour,,x\n";

    #[test]
    fn an_absent_price_is_unknown_and_never_zero() {
        let book = PriceBook::from_csv(CSV).expect("well formed");
        let s = Symbol::new;
        let price =
            |shape, zone, market| book.price(s("aws"), s(shape), s("r"), s(zone), market).map(|m| m.amount.to_string());
        assert_eq!(price("s", "z1", Market::OnDemand).as_deref(), Some("10"));
        assert_eq!(price("s", "z9", Market::OnDemand).as_deref(), Some("9"));
        assert_eq!(price("s", "z2", Market::Spot), None);
        assert_eq!(price("t", "z1", Market::OnDemand), None);
        assert_eq!(price("s", "z1", Market::Reserved), None);
        assert_eq!(book.zones(s("aws"), s("s"), s("r")), [s("z1"), s("z2")]);
    }

    #[test]
    fn a_price_of_the_region_goes_before_those_of_other_zones() {
        let own = "aws,s,r,,on-demand,12,USD/instance-hour,,x\n";
        let s = Symbol::new;
        for text in [format!("{CSV}{own}"), CSV.replacen("aws,s", &format!("{own}aws,s"), 1)] {
            let book = PriceBook::from_csv(&text).expect("well formed");
            let price = |zone| book.price(s("aws"), s("s"), s("r"), s(zone), Market::OnDemand).map(|m| m.amount);
            assert_eq!(price("z9"), Some(Decimal::from(12)), "{text}");
            assert_eq!(price("z2"), Some(Decimal::from(9)), "{text}");
        }
    }

    #[test]
    fn columns_in_another_order_are_an_error() {
        let error = PriceBook::from_csv("provider,region,shape\n").expect_err("another order");
        assert!(error.contains("provider,shape,region"), "{error}");
    }

    #[test]
    fn a_broken_price_names_its_line() {
        let error = PriceBook::from_csv(&CSV.replace(",10,", ",ten,")).expect_err("not a number");
        assert!(error.contains("line 3") && error.contains("ten"), "{error}");
    }
}
