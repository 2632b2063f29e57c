//! The clouds' own stores of secrets: how an address in one is written, and what its cloud makes of a secret. Must not
//! know any secret, nor how a cloud is asked for one.

/// A store, and the cloud that has it.
#[derive(Clone, Copy, Debug)]
pub struct Store {
    /// What comes before `://` in its addresses.
    pub scheme: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// The kind of cloud that can read it.
    pub cloud: &'static str,
    /// What people call that cloud.
    pub cloud_name: &'static str,
    /// How an address is written.
    pub form: &'static str,
    /// Whether its cloud has parameters that it does not show: only then is it given the value of a sensitive variable.
    pub hides_values: bool,
    /// Whether its cloud reads what an address holds at every change of a unit, whatever changed.
    pub read_at_every_change: bool,
    /// What an account is called that may stand before the other names of an address, and how many others there are:
    /// without it that of the cloud is meant.
    pub account: Option<(&'static str, usize)>,
    /// What each name in an address may hold beside letters and digits, the last one first.
    names: &'static [&'static str],
    /// How many of them must be given.
    needed: usize,
    /// The same of what stands after `#`.
    after: &'static str,
}

/// All of them.
pub const STORES: &[Store] = &[
    Store {
        scheme: "aws-secretsmanager",
        name: "Secrets Manager",
        cloud: "aws",
        cloud_name: "AWS",
        form: "aws-secretsmanager://NAME#KEY",
        hides_values: true,
        read_at_every_change: false,
        account: None,
        names: &["/_+=.@:-"],
        needed: 1,
        after: "_.-",
    },
    Store {
        scheme: "azure-keyvault",
        name: "Key Vault",
        cloud: "azure",
        cloud_name: "Azure",
        form: "azure-keyvault://GROUP/VAULT/NAME#VERSION",
        hides_values: true,
        read_at_every_change: true,
        account: Some(("subscription", 3)),
        names: &["-", "-", "_-.()", "-"],
        needed: 3,
        after: "",
    },
    Store {
        scheme: "google-secretmanager",
        name: "Secret Manager",
        cloud: "google",
        cloud_name: "Google Cloud",
        form: "google-secretmanager://PROJECT/NAME#VERSION",
        hides_values: false,
        read_at_every_change: false,
        account: None,
        names: &["_-", "-.:"],
        needed: 2,
        after: "_-",
    },
];

impl Store {
    /// The store of a kind of cloud.
    pub fn of_cloud(kind: &str) -> Option<&'static Self> {
        STORES.iter().find(|store| store.cloud == kind)
    }

    /// The store that an address is in.
    pub fn of_address(address: &str) -> Option<&'static Self> {
        let (scheme, _) = address.split_once("://")?;
        STORES.iter().find(|store| store.scheme == scheme)
    }

    /// Whether an address of this store is written as one.
    pub fn fits(&self, address: &str) -> bool {
        let Some((_, rest)) = address.split_once("://") else { return false };
        let (names, after) = parts(rest);
        let names: Vec<&str> = match self.names {
            [_] => vec![names],
            _ => names.rsplit('/').collect(),
        };
        (self.needed..=self.names.len()).contains(&names.len())
            && names.iter().zip(self.names).all(|(name, more)| spelt(name, more))
            && after.is_none_or(|after| spelt(after, self.after))
    }

    /// Whether an address leaves it to the cloud's block which account it is in.
    pub fn leaves_account(&self, address: &str) -> bool {
        let names = address.split_once("://").map_or("", |(_, rest)| parts(rest).0);
        self.account.is_some_and(|(_, others)| others == names.split('/').count())
    }

    /// Whether an address says which version of a secret it means, of a store that has versions.
    pub fn says_version(&self, address: &str) -> bool {
        address.contains('#')
    }
}

/// What stands before `#` and after it.
fn parts(address: &str) -> (&str, Option<&str>) {
    address.split_once('#').map_or((address, None), |(names, after)| (names, Some(after)))
}

fn spelt(text: &str, more: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_store_knows_its_addresses() {
        for right in [
            "aws-secretsmanager://prod/db#password",
            "aws-secretsmanager://arn:aws:secretsmanager:us-east-1:111111111111:secret:prod/db",
            "azure-keyvault://secrets/prod/db",
            "azure-keyvault://my_group.(eu)/prod/db#cd91b2b7e10e492ebb870a6ee0591b68",
            "azure-keyvault://6f1d2a34-77aa-4c0e-9c1d-0b4d3c2e1f00/secrets/prod/db",
            "google-secretmanager://gemma-train/db_password",
            "google-secretmanager://example.com:gemma/db#7",
        ] {
            assert!(Store::of_address(right).is_some_and(|store| store.fits(right)), "{right}");
        }
        for wrong in [
            "aws-secretsmanager://",
            "aws-secretsmanager://a}b",
            "aws-secretsmanager://a#",
            "azure-keyvault://prod/db",
            "azure-keyvault://a/b/c/d/e",
            "azure-keyvault://secrets/prod/db_password",
            "azure-keyvault://secrets//db",
            "azure-keyvault://secrets/prod/db#latest-1",
            "google-secretmanager://db",
            "google-secretmanager://p/locations/db",
            "google-secretmanager://p/s#1/2",
        ] {
            assert!(Store::of_address(wrong).is_some_and(|store| !store.fits(wrong)), "{wrong}");
        }
        assert!(Store::of_address("vault://a").is_none() && Store::of_address("a/b").is_none());
        let vault = Store::of_cloud("azure").expect("Key Vault");
        assert!(vault.leaves_account("azure-keyvault://a/b/c#1") && !vault.leaves_account("azure-keyvault://s/a/b/c"));
    }
}
