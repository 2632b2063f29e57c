//! Which secrets a cloud can be given, and where. What its store of secrets says of a cloud is all that is known of it
//! here.

use tonnage_base::{Code, Symbol, codes::lower as codes};
use tonnage_graph::{Reference, Secret};
use tonnage_lang::intent::Cloud;
use tonnage_lang::stores::Store;

/// What is wrong with a secret in a body.
pub struct Unfit {
    /// Its code.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// Whether a cloud can be given a secret. `fixed`: the property that holds it, where that can be set at creation only.
pub fn unfit(resource: Symbol, cloud: &Cloud, reference: Reference, fixed: Option<&str>) -> Option<Unfit> {
    let own = Store::of_cloud(cloud.kind.as_str())?;
    let its = own.cloud_name;
    let kept = || format!("keep it in {}, and write `secret(\"{}\")`", own.name, own.form);
    let unfit = |code, message, help| Some(Unfit { code, message, help });
    let address = match reference.secret()? {
        Secret::Variable(_) if own.hides_values => return None,
        Secret::Variable(_) => {
            let message = format!(
                "`{resource}` would show `{}` to everybody who can look at it: {its} has no parameter that it hides",
                reference.address
            );
            let help = format!("{}: the body then holds its name, with which a node reads it", kept());
            return unfit(codes::T0522, message, help);
        }
        Secret::Stored(address) => address,
    };
    let store = Store::of_address(address)?;
    if store.scheme != own.scheme {
        let message = format!(
            "`{resource}` is built on {its}, which can't read {}'s {}: `{address}`",
            store.cloud_name, store.name
        );
        return unfit(codes::T0521, message, kept());
    }
    if let (Some((word, _)), None, true) = (own.account, cloud.account, own.leaves_account(address)) {
        let message = format!("`{address}` does not say its {word}, and neither does `cloud.{}`", cloud.name.value);
        return unfit(codes::T0525, message, format!("write `{word} = \"…\"` in the cloud's block"));
    }
    let fixed = fixed.filter(|_| own.read_at_every_change && !own.says_version(address))?;
    let message = format!("`{fixed}` can be set at creation only, and `{address}` does not say its version");
    let help = format!(
        "write `{address}#VERSION`: {its} reads the newest at every change of the unit, and refuses one that is new by then"
    );
    unfit(codes::T0524, message, help)
}
