//! Secrets of key vaults, as ARM refers to them. Must not know what one holds.

use serde_json::{Value, json};
use tonnage_base::Symbol;
use tonnage_graph::{Reference, Secret};

const SCHEME: &str = "azure-keyvault://";

/// The reference that a deployment is given in place of a parameter's value: the vault by its resource id, which can't
/// be an expression, the secret by its name and perhaps its version. None: it is not of a key vault, or the vault's
/// subscription is not known.
pub fn reference(subscription: Option<Symbol>, reference: Reference) -> Option<Value> {
    let Some(Secret::Stored(address)) = reference.secret() else { return None };
    let address = address.strip_prefix(SCHEME)?;
    let (names, version) = address.split_once('#').map_or((address, None), |(names, version)| (names, Some(version)));
    let mut names = names.rsplit('/');
    let (secret, vault, group) = (names.next()?, names.next()?, names.next()?);
    let subscription = names.next().or(subscription.map(Symbol::as_str))?;
    let id =
        format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{vault}");
    let mut told = json!({"keyVault": {"id": id}, "secretName": secret});
    if let (Some(told), Some(version)) = (told.as_object_mut(), version) {
        told.insert("secretVersion".to_owned(), version.into());
    }
    Some(json!({"reference": told}))
}
