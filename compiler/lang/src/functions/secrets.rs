//! Secrets: values that came from one, and those that stay in a cloud's store. Must not know spans.

use tonnage_base::Symbol;

use super::{Arguments, Fault, Function, Kind, Parameter, Secrets};
use crate::{
    stores::{STORES, Store},
    value::Value,
};

const VALUE: Parameter = Parameter::new("value", Kind::Any);

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
        "A secret in a cloud's own store, given to that cloud by reference: tonnage never reads it. It stands in the `body` \
         of a resource. On AWS, `aws-secretsmanager://NAME#KEY`: CloudFormation puts the value in. On Azure, \
         `azure-keyvault://GROUP/VAULT/NAME#VERSION`: a secure parameter of the deployment, which Azure reads from the vault \
         of that resource group; the vault must have `enabledForTemplateDeployment`, and a subscription other than the \
         cloud's stands before the group. On Google Cloud, `google-secretmanager://PROJECT/NAME#VERSION`: no property takes a \
         secret, so the body holds its name, `projects/PROJECT/secrets/NAME/versions/VERSION`, with which a node reads it. \
         Without `#VERSION` the newest is meant.",
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
    let forms = || STORES.iter().map(|store| format!("`{}`", store.form)).collect::<Vec<_>>().join(", ");
    let Some((scheme, _)) = address.split_once("://") else {
        return refused(format!("this is not the address of a secret: write {}", forms()));
    };
    match Store::of_address(address) {
        None => refused(format!("`{scheme}` is no store of secrets that is known here: write {}", forms())),
        Some(store) if !store.fits(address) => {
            refused(format!("an address in {} is written `{}`", store.name, store.form))
        }
        Some(_) => Ok(Value::Reference { address: Symbol::new(address), attribute: None }),
    }
}
