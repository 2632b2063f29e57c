//! Where a resource of the fleet's own is built. Must not know any cloud.

use tonnage_base::{Diagnostic, Symbol, codes::lower as codes};
use tonnage_graph::Site;
use tonnage_lang::intent::{Cloud, ResourceDecl};
use tonnage_lang::{Scope, Value};

use crate::expand::Expander;
use crate::instance::Instance;

/// The cloud and region given, else the only ones there are.
pub fn of_resource(
    expander: &mut Expander<'_, '_>,
    decl: &ResourceDecl,
    instance: &Instance<'_>,
    scope: &dyn Scope,
) -> Option<Site> {
    let intent = expander.intent;
    let cloud = match &decl.cloud {
        Some(expr) => {
            let value = expander.builder.eval(expr, scope)?;
            let declared = match &value {
                Value::Object(thing) => thing.declared(),
                _ => None,
            };
            let named = declared.filter(|(kind, _)| *kind == "cloud").map(|(_, name)| name);
            let found = named.and_then(|name| intent.clouds.iter().find(|cloud| cloud.name.value == name));
            if found.is_none() {
                let message = format!("`cloud` takes a cloud of this fleet; this is {}", value.type_name());
                let error = Diagnostic::error(codes::T0508, expr.span, message);
                expander.report(instance, error.with_help(format!("write {}", choices(intent.clouds.iter()))));
            }
            found?
        }
        None => match intent.clouds.as_slice() {
            [only] => only,
            clouds => {
                let message = match clouds {
                    [] => format!("resource `{}` has no cloud to be built in", decl.name.name),
                    _ => format!("resource `{}` does not say in which cloud it is built", decl.name.name),
                };
                let help = match clouds {
                    [] => "declare one: `cloud \"NAME\" { … }`".to_owned(),
                    _ => format!("write {} in it", choices(clouds.iter())),
                };
                expander.report(instance, Diagnostic::error(codes::T0508, decl.span, message).with_help(help));
                return None;
            }
        },
    };
    let region = match &decl.region {
        Some(expr) => {
            let value = expander.builder.eval(expr, scope)?;
            let Ok(region) = value.as_key() else {
                let message = format!("`region` takes a region's name; this is {}", value.type_name());
                expander.report(instance, Diagnostic::error(codes::T0508, expr.span, message));
                return None;
            };
            if !cloud.regions.is_empty() && !cloud.regions.iter().any(|at| at.value == region) {
                let names: Vec<&str> = cloud.regions.iter().map(|at| at.value.as_str()).collect();
                let message = format!("cloud `{}` does not allow region `{region}`", cloud.name.value);
                let error = Diagnostic::error(codes::T0508, expr.span, message)
                    .with_label(cloud.span, "it allows only the regions it lists")
                    .with_help(format!("it allows {}", quoted(&names)))
                    .with_did_you_mean_quoted(expr.span, region.as_str(), names);
                expander.report(instance, error);
                return None;
            }
            region
        }
        None => match cloud.regions.as_slice() {
            [only] => only.value,
            regions => {
                let names: Vec<&str> = regions.iter().map(|at| at.value.as_str()).collect();
                let message = format!("resource `{}` does not say in which region it is built", decl.name.name);
                let help = match names.first() {
                    Some(first) => {
                        format!("cloud `{}` allows {}: write `region = \"{first}\"`", cloud.name.value, quoted(&names))
                    }
                    None => "write `region = \"…\"` in it".to_owned(),
                };
                expander.report(instance, Diagnostic::error(codes::T0508, decl.span, message).with_help(help));
                return None;
            }
        },
    };
    Some(Site { cloud: cloud.name.value, region })
}

fn choices<'c>(clouds: impl Iterator<Item = &'c Cloud>) -> String {
    let names: Vec<String> = clouds.map(|cloud| format!("`cloud = cloud.{}`", cloud.name.value)).collect();
    names.join(" or ")
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// `cloud/region`, as keys of addresses have it.
pub fn key(site: Site) -> Symbol {
    Symbol::new(&format!("{}/{}", site.cloud, site.region))
}
