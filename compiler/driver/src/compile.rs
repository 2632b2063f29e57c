//! Intent to desired graph: placement and lowering. Availability is handed in; without a cloud there is none.

use std::sync::{Arc, OnceLock};

use tonnage_base::{Date, Decimal, Diagnostic, Severity, Symbol, codes::driver as codes, diagnostic::has_errors};
use tonnage_cloud::embedded::Facts;
use tonnage_graph::{Standing, Values};
use tonnage_lang::Intent;
use tonnage_lower::Lowered;
use tonnage_place::{Availability, Placement, PriceBook};
use tonnage_schema::{Access, Effects, Open, Schemas, Volatile};

/// The schemas of the standard library.
pub fn schemas() -> Arc<Schemas> {
    static SCHEMAS: OnceLock<Arc<Schemas>> = OnceLock::new();
    Arc::clone(SCHEMAS.get_or_init(|| Arc::new(Schemas::load_all(&tonnage_stdlib::schemas_json()))))
}

/// What changes do to running nodes, paid capacity and data, as the standard library has it. Errors in words.
pub fn effects() -> Result<&'static Arc<Effects>, String> {
    static EFFECTS: OnceLock<Result<Arc<Effects>, String>> = OnceLock::new();
    let load = || Effects::load(tonnage_stdlib::effects_csv().iter().map(|table| table.text)).map(Arc::new);
    EFFECTS.get_or_init(load).as_ref().map_err(|why| format!("std:effects: {why}"))
}

/// Properties that change though nobody changed them. Errors in words.
pub fn volatile() -> Result<&'static Volatile, String> {
    static VOLATILE: OnceLock<Result<Volatile, String>> = OnceLock::new();
    let table = tonnage_stdlib::volatile_csv();
    VOLATILE.get_or_init(|| Volatile::load(table.text)).as_ref().map_err(|why| format!("{}: {why}", table.name))
}

/// Properties that decide who gets in. Errors in words.
pub fn access() -> Result<&'static Access, String> {
    static ACCESS: OnceLock<Result<Access, String>> = OnceLock::new();
    let table = tonnage_stdlib::access_csv();
    ACCESS.get_or_init(|| Access::load(table.text)).as_ref().map_err(|why| format!("{}: {why}", table.name))
}

/// What lets everybody in, or allows everything. Errors in words.
pub fn open() -> Result<&'static Open, String> {
    static OPEN: OnceLock<Result<Open, String>> = OnceLock::new();
    let table = tonnage_stdlib::open_csv();
    OPEN.get_or_init(|| Open::load(table.text)).as_ref().map_err(|why| format!("{}: {why}", table.name))
}

/// What an embedded cloud knows of native types. Errors in words.
pub fn facts() -> Result<Facts, String> {
    Ok(Facts { schemas: schemas(), effects: Arc::clone(effects()?) })
}

/// The prices of the standard library.
pub fn prices() -> Result<&'static PriceBook, Diagnostic> {
    static PRICES: OnceLock<Result<PriceBook, String>> = OnceLock::new();
    PRICES
        .get_or_init(|| PriceBook::from_csv(tonnage_stdlib::prices_csv()))
        .as_ref()
        .map_err(|reason| Diagnostic::new(Severity::Error, codes::T0901, format!("std:catalog/prices.csv: {reason}")))
}

/// A fleet placed and lowered.
pub struct Compiled {
    /// Where everything goes.
    pub placement: Placement,
    /// What should be there.
    pub lowered: Lowered,
    /// The prices that were used.
    pub prices: PriceBook,
}

/// Places and lowers. None where something stops it; the diagnostics say what.
pub fn compile(
    intent: &Intent,
    availability: &Availability,
    as_of: Date,
    own_prices: &[(Symbol, Decimal)],
    values: &mut Values,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Compiled> {
    compile_beside(intent, (availability, None), as_of, own_prices, values, diagnostics)
}

/// The same beside what stands: what rests is not in the graph.
pub fn compile_beside(
    intent: &Intent,
    (availability, standing): (&Availability, Option<&mut dyn Standing>),
    as_of: Date,
    own_prices: &[(Symbol, Decimal)],
    values: &mut Values,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Compiled> {
    let prices = match prices() {
        Ok(prices) => prices.clone(),
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            return None;
        }
    };
    let prices = own_prices.iter().fold(prices, |book, (shape, price)| book.with(*shape, *price));
    let inputs = tonnage_place::Inputs { intent, prices: &prices, availability, as_of };
    let (placement, found) = tonnage_place::place(&inputs);
    let stop = has_errors(&found);
    diagnostics.extend(found);
    if stop {
        return None;
    }
    let schemas = schemas();
    let effects = match effects() {
        Ok(effects) => effects,
        Err(reason) => {
            diagnostics.push(Diagnostic::new(Severity::Error, codes::T0901, reason));
            return None;
        }
    };
    let inputs = tonnage_lower::Inputs { intent, placement: &placement, schemas: &schemas, effects };
    let standing = standing.map(|standing| -> &mut dyn Standing { standing });
    let (lowered, found) = tonnage_lower::lower_beside(&inputs, &mut *values, standing);
    let mut stop = has_errors(&found);
    diagnostics.extend(found);
    if let Err(circles) = tonnage_plan::walk(&lowered.graph, values) {
        diagnostics.extend(circles);
        stop = true;
    }
    (!stop).then_some(Compiled { placement, lowered, prices })
}
