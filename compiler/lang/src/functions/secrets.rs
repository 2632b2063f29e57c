//! Secrets: values that came from one, and those that stay in a cloud's store. Must not know spans.

use tonnage_base::Symbol;

use super::{Arguments, Fault, Function, Kind, Parameter, Secrets};
use crate::value::Value;

const VALUE: Parameter = Parameter::new("value", Kind::Any);

/// Stores, by the scheme of the addresses in them; with how such an address is written.
const STORES: &[(&str, &str)] = &[
    ("aws-secretsmanager", "aws-secretsmanager://NAME#KEY"),
    ("azure-keyvault", "azure-keyvault://VAULT/NAME"),
    ("google-secretmanager", "google-secretmanager://PROJECT/NAME"),
];

pub(super) const TABLE: &[Function] = &[
    untouched(
        "issensitive",
        "Whether the value, or anything in it, came from a secret.",
        "issensitive(sensitive(1))",
        "true",
        |a| Ok(Value::Bool(a.value(0).holds_sensitive())),
    ),
    untouched(
        "nonsensitive",
        "The value as one that may be shown. The author vouches that it gives no secret away.",
        "nonsensitive(length(sensitive(\"abc\")))",
        "3",
        |a| Ok(a.value(0).opened()),
    ),
    Function::new(
        "secret",
        &[Parameter::new("address", Kind::Text)],
        "A secret in a cloud's own store, given to the cloud by reference: tonnage never reads it. \
         `aws-secretsmanager://NAME#KEY`, `azure-keyvault://VAULT/NAME`, `google-secretmanager://PROJECT/NAME`.",
        "can(secret(\"aws-secretsmanager://prod/db#password\"))",
        "true",
        secret,
    ),
    untouched(
        "sensitive",
        "The value as one that came from a secret: never shown, nor what is made of it.",
        "issensitive(upper(sensitive(\"a\")))",
        "true",
        |a| Ok(a.value(0).clone().into_sensitive()),
    ),
];

/// A function that is given sensitive values as they are.
const fn untouched(
    name: &'static str,
    doc: &'static str,
    example: &'static str,
    result: &'static str,
    run: fn(&mut Arguments<'_>) -> Result<Value, Fault>,
) -> Function {
    let function = Function::new(name, &[VALUE], doc, example, result, run);
    Function { secrets: Secrets::Untouched, ..function }
}

/// A reference to it. What stands at the address nobody asks before apply.
fn secret(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let address = a.text(0);
    let refused = |why: String| Err(Fault::Refused(0, why));
    let forms = || STORES.iter().map(|(_, form)| format!("`{form}`")).collect::<Vec<_>>().join(", ");
    let Some((scheme, name)) = address.split_once("://") else {
        return refused(format!("this is not the address of a secret: write {}", forms()));
    };
    if !STORES.iter().any(|(store, _)| *store == scheme) {
        return refused(format!("`{scheme}` is no store of secrets that is known here: write {}", forms()));
    }
    let (name, key) = name.split_once('#').map_or((name, None), |(name, key)| (name, Some(key)));
    let fits = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    if !fits(name, "/_+=.@:-") || !key.is_none_or(|key| fits(key, "_.-")) {
        return refused(
            "the name of a secret has letters, digits and `/_+=.@-`, its key letters, digits and `_.-`".into(),
        );
    }
    Ok(Value::Reference { address: Symbol::new(address), attribute: None })
}
