//! Conversions between types, where the language makes them by itself: numbers, bools and text. Must not know who asks.

use std::str::FromStr;
use std::sync::Arc;

use tonnage_base::{Decimal, Symbol};

use super::Value;

/// Why a value can't be had as the type wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mismatch {
    /// It is null.
    Null,
    /// It is not known before apply; the words say why.
    Unknown(Symbol),
    /// It failed before: say nothing more.
    Invalid,
    /// It is of another type, and no conversion exists.
    Type,
    /// It is a number, but not one that can be held exactly.
    OutOfRange,
}

impl Value {
    /// Why the value is not known now; none where it is (a list that is known may hold unknown elements).
    pub fn unknown_reason(&self) -> Option<Symbol> {
        match self {
            Self::Unknown(why) => Some(*why),
            Self::Reference { address, .. } if address.as_str().contains("://") => {
                Some(Symbol::new(&format!("`{address}` stays in its store, and is known to the cloud only")))
            }
            Self::Reference { address, attribute } => {
                let attribute = attribute.map_or("ref", Symbol::as_str);
                Some(Symbol::new(&format!("`{attribute}` of `{address}` is known after apply")))
            }
            Self::Join(parts) => parts.iter().find_map(Self::unknown_reason),
            _ => None,
        }
    }

    /// As a number: text that is one is converted.
    pub fn as_number(&self) -> Result<Decimal, Mismatch> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::String(text) => number_from_text(text),
            Self::Quantity(tonnage_base::quantity::Quantity::Percent(share)) => Ok(*share),
            other => Err(other.mismatch()),
        }
    }

    /// As a whole number: [`Mismatch::Type`] for a fraction.
    pub fn as_whole(&self) -> Result<i64, Mismatch> {
        let number = self.as_number()?.normalize();
        if number.scale() != 0 {
            return Err(Mismatch::Type);
        }
        i64::try_from(number).map_err(|_| Mismatch::OutOfRange)
    }

    /// As a bool: the texts `true` and `false` are converted.
    pub fn as_bool(&self) -> Result<bool, Mismatch> {
        match self {
            Self::Bool(value) => Ok(*value),
            Self::String(text) if **text == *"true" => Ok(true),
            Self::String(text) if **text == *"false" => Ok(false),
            other => Err(other.mismatch()),
        }
    }

    /// As text: numbers, bools and quantities are converted.
    pub fn as_text(&self) -> Result<Arc<str>, Mismatch> {
        match self {
            Self::String(text) => Ok(Arc::clone(text)),
            Self::Number(number) => Ok(number_to_text(*number).into()),
            Self::Bool(value) => Ok(Arc::from(if *value { "true" } else { "false" })),
            Self::Quantity(quantity) => Ok(quantity.to_string().into()),
            other => Err(other.mismatch()),
        }
    }

    /// As an object's key: what can be text, interned.
    pub fn as_key(&self) -> Result<Symbol, Mismatch> {
        match self {
            Self::String(text) => Ok(Symbol::new(text)),
            other => other.as_text().map(|text| Symbol::new(&text)),
        }
    }

    fn mismatch(&self) -> Mismatch {
        match self {
            Self::Null => Mismatch::Null,
            Self::Invalid => Mismatch::Invalid,
            other => other.unknown_reason().map_or(Mismatch::Type, Mismatch::Unknown),
        }
    }
}

/// The number that a text is: an optional sign, digits with an optional point, an optional exponent.
pub fn number_from_text(text: &str) -> Result<Decimal, Mismatch> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (text.get(..at).unwrap_or(""), text.get(at + 1..)),
        None => (text, None),
    };
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let unsigned = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let form = match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    };
    if !form {
        return Err(Mismatch::Type);
    }
    let Some(exponent) = exponent else { return Decimal::from_str_exact(mantissa).map_err(|_| Mismatch::OutOfRange) };
    if !digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)) {
        return Err(Mismatch::Type);
    }
    let exponent = i32::from_str(exponent).map_err(|_| Mismatch::OutOfRange)?;
    let mantissa = Decimal::from_str_exact(mantissa).map_err(|_| Mismatch::OutOfRange)?;
    if mantissa.is_zero() {
        return Ok(Decimal::ZERO);
    }
    shift(mantissa.normalize(), exponent).ok_or(Mismatch::OutOfRange)
}

/// `number` times ten to the power `exponent`, when that is exact.
fn shift(number: Decimal, exponent: i32) -> Option<Decimal> {
    let scale = i32::try_from(number.scale()).ok()?.checked_sub(exponent)?;
    if let Ok(scale) = u32::try_from(scale) {
        return Decimal::try_from_i128_with_scale(number.mantissa(), scale).ok();
    }
    let factor = 10_i128.checked_pow(scale.unsigned_abs())?;
    Decimal::try_from_i128_with_scale(number.mantissa().checked_mul(factor)?, 0).ok()
}

/// A number's canonical text: no exponent, no trailing zeros, no minus on zero.
pub fn number_to_text(number: Decimal) -> String {
    if number.is_zero() { "0".to_owned() } else { number.normalize().to_string() }
}
