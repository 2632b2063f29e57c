//! Who pays for what runs, as it was written when it was last applied: an edit of a contract changes what is to come,
//! and not what is. Must not know what a contract says.

use rustc_hash::FxHashMap;
use tonnage_base::{Date, Decimal, Market, Symbol, quantity::Money};
use tonnage_ledger::{Alike, Drawing};
use tonnage_plan::money::{Held, Paid};

/// A contract, and what it pays for a node and hour; none: no contract pays.
type Contract<'a> = Option<(&'a str, Option<Decimal>)>;

/// Rows of what runs, by who pays for it as recorded. Where the record knows several for what is alike, the files' word
/// stands.
pub fn as_recorded(rows: &mut [Held], recorded: &[Drawing], day: Date) {
    let mut by_kind: FxHashMap<Kind<'_>, Vec<Contract<'_>>> = FxHashMap::default();
    for drawing in recorded {
        let pays = drawing
            .payers
            .iter()
            .find(|payer| payer.from.is_none_or(|from| from <= day) && payer.until.is_none_or(|until| day <= until));
        let contract = pays.map(|payer| (payer.contract.as_str(), payer.rate));
        by_kind.entry(kind(&drawing.of)).or_default().push(contract);
    }
    for row in rows {
        let [region, shape] = [row.site.region, row.holds.shape];
        let key = (
            row.site.cloud.as_str(),
            region.as_str(),
            row.holds.zone.map(Symbol::as_str),
            shape.as_str(),
            row.holds.market.as_str(),
            row.holds.reserves_only && row.idle.is_none(),
        );
        let Some([first, rest @ ..]) = by_kind.get(&key).map(Vec::as_slice) else { continue };
        if rest.iter().any(|other| other != first) {
            continue;
        }
        let money = row.cost.or(row.list).map_or(Symbol::new("USD"), |money| money.currency);
        match (first, row.paid) {
            (Some((contract, rate)), _) => {
                row.paid = Paid::Contract(Some(Symbol::new(contract)));
                row.cost = rate.map(|amount| Money { amount, currency: money });
            }
            // what was granted is paid by some contract, of which the files said nothing
            (None, Paid::Contract(Some(_))) if row.holds.market == Market::Reserved && !key.5 => {
                (row.paid, row.cost) = (Paid::Contract(None), None);
            }
            (None, Paid::Contract(Some(_))) => {
                row.paid = Paid::Market;
                row.cost = row.list.filter(|_| row.holds.market != Market::Spot);
            }
            (None, _) => {}
        }
    }
}

type Kind<'a> = (&'a str, &'a str, Option<&'a str>, &'a str, &'a str, bool);

fn kind(of: &Alike) -> Kind<'_> {
    (&of.cloud, &of.region, of.zone.as_deref(), &of.shape, &of.market, of.reserves_only)
}
