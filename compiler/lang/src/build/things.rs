//! Clouds, networks and images.

use tonnage_base::{At, Diagnostic, Symbol, codes::lang as codes};
use tonnage_syntax::tree::{ExprKind, ObjectKey};

use super::Builder;
use crate::{
    check::blocks::CLOUD_KINDS,
    context::Context,
    intent::{Cloud, Credentials, Existing, Image, Network},
    read::Reader,
    resolve::{cidr, declared::Family},
};

/// The word for an account, by kind of cloud.
const ACCOUNT_WORDS: &[(&str, &str)] = &[("aws", "account"), ("azure", "subscription"), ("google", "project")];

impl Builder<'_, '_> {
    pub(super) fn clouds(&mut self, cx: &mut Context) {
        for (name, block, instance) in self.instances(Family::Cloud, cx) {
            let Some(mut reader) = self.reader(block, &instance.scope) else { continue };
            let label = At::new(instance.name, name.span);
            let kind = cloud_kind(&mut reader, At::new(name.name, name.span), cx);
            let account = kind.and_then(|kind| account(&mut reader, kind, cx));
            let regions = reader.texts("regions", cx);
            let endpoint = reader.text("endpoint", cx);
            let credentials = credentials(&reader, cx);
            let (Some(kind), Some(regions)) = (kind, regions) else {
                cx.incomplete = true;
                continue;
            };
            let kind = Symbol::new(kind);
            for region in &regions {
                if self.index.region(kind, region.value).is_none() {
                    self.index.unknown_region(kind, *region, cx);
                }
            }
            let cloud = Cloud { name: label, kind, account, regions, endpoint, credentials, span: block.header };
            let id = self.clouds.push(cloud);
            self.cloud_ids.insert(instance.name, id);
        }
    }

    pub(super) fn networks(&mut self, cx: &mut Context) {
        for (name, block, instance) in self.instances(Family::Network, cx) {
            let Some(mut reader) = self.reader(block, &instance.scope) else { continue };
            let cidr = reader.text("cidr", cx).and_then(|cidr| cidr::range(cidr, cx).map(|_| cidr));
            let labels = reader.labels("labels", cx);
            let existing = existing(&mut reader, cx);
            if cidr.is_none() && existing.is_none() {
                cx.incomplete = true;
                continue;
            }
            let network = Network {
                name: At::new(instance.name, name.span),
                address: self.address(Family::Network, instance.name),
                scope: self.scope,
                cidr,
                existing,
                labels,
                labels_span: reader.span("labels"),
                span: block.header,
            };
            let id = self.networks.push(network);
            self.network_ids.insert(self.key(instance.name), id);
        }
    }

    pub(super) fn images(&mut self, cx: &mut Context) {
        for (name, block, instance) in self.instances(Family::Image, cx) {
            let Some(mut reader) = self.reader(block, &instance.scope) else { continue };
            let mut image = Image {
                name: At::new(instance.name, name.span),
                by_cloud: Default::default(),
                written: Default::default(),
                span: block.header,
            };
            for kind in CLOUD_KINDS {
                if let Some(words) = reader.object(kind, cx) {
                    image.by_cloud.insert(Symbol::new(kind), crate::Value::Map(words));
                }
                let Some(ExprKind::Object(items)) = block.body.attribute(kind).map(|a| &a.value.kind) else { continue };
                for item in items {
                    if let ObjectKey::Name(key) = &item.key {
                        image.written.insert((Symbol::new(kind), key.name), item.value.span);
                    }
                }
            }
            let id = self.images.push(image);
            self.image_ids.insert(self.key(instance.name), id);
        }
    }
}

/// As whom to call. A key in the file would be read by everybody who reads the file.
fn credentials(cloud: &Reader<'_>, cx: &mut Context) -> Credentials {
    let Some(mut reader) = cloud.nested("credentials") else { return Credentials::default() };
    for key in reader.others() {
        let name = key.name.as_str();
        let known = ["profile", "role", "external_id"];
        let secret = ["key", "secret", "token", "password"].iter().any(|word| name.contains(word));
        let wrong = match secret {
            true => Diagnostic::error(codes::T0288, key.span, format!("`{name}` would be a secret in this file"))
                .with_help("name a `profile` or a `role` to assume; or leave the block out: the environment decides"),
            false => {
                let message = format!("`{name}` is not an attribute of `credentials` blocks");
                Diagnostic::error(codes::T0202, key.span, message).with_did_you_mean(key.span, name, known)
            }
        };
        cx.push(wrong);
        cx.incomplete = true;
    }
    let credentials = Credentials {
        profile: reader.text("profile", cx),
        role: reader.text("role", cx),
        external_id: reader.text("external_id", cx),
    };
    if let (Some(id), None) = (credentials.external_id, credentials.role) {
        cx.push(
            Diagnostic::error(codes::T0288, id.span, "`external_id` belongs to a role, and there is none")
                .with_help("write `role = \"arn:aws:iam::…:role/…\"`"),
        );
        cx.incomplete = true;
    }
    credentials
}

/// The network that is there already, where the block names one: then it has no range of its own.
fn existing(reader: &mut Reader<'_>, cx: &mut Context) -> Option<Existing> {
    let (id, subnets) = (reader.identifier("id", cx), reader.identifiers("subnets", cx));
    let problem = match (reader.span("cidr"), reader.span("id"), reader.span("subnets")) {
        (Some(_), None, None) => None,
        (Some(cidr), Some(_), _) => Some((cidr, "a network that is there already has its range already")),
        (Some(_), None, Some(subnets)) => Some((subnets, "subnets belong to a network that is there already")),
        (None, Some(_), Some(_)) => None,
        (None, Some(id), None) => Some((id, "which subnets of this network pools sit in is not said")),
        (None, None, _) => Some((reader.at, "this `network` block has neither `cidr` nor `id`")),
    };
    if let Some((at, problem)) = problem {
        cx.push(Diagnostic::error(codes::T0343, at, problem).with_help(
            "write `cidr` for a network to be made; or `id` and `subnets = { ZONE = … }` for one that is there",
        ));
        return cx.incomplete();
    }
    id.zip(subnets).map(|(id, subnets)| Existing { id, subnets })
}

fn cloud_kind(reader: &mut Reader<'_>, label: At<Symbol>, cx: &mut Context) -> Option<&'static str> {
    if reader.span("kind").is_some() {
        return reader.word("kind", cx).map(|kind| kind.value);
    }
    let known = CLOUD_KINDS.iter().find(|kind| label.value == ***kind).copied();
    if known.is_none() {
        let wrong = Diagnostic::error(
            codes::T0225,
            label.span,
            format!("what kind of cloud `{}` is can't be told from its name", label.value),
        );
        let written = label.value.as_str();
        let help = match tonnage_base::suggest::closest(written, CLOUD_KINDS.iter().copied()) {
            Some(close) => format!("write `kind = \"{close}\"` in the block, or name it `{close}`"),
            None => "write `kind = \"aws\"`, `\"azure\"` or `\"google\"` in the block".to_owned(),
        };
        cx.push(wrong.with_help(help));
        cx.incomplete = true;
    }
    known
}

fn account(reader: &mut Reader<'_>, kind: &str, cx: &mut Context) -> Option<At<Symbol>> {
    let right = ACCOUNT_WORDS.iter().find(|(of, _)| *of == kind).map_or("account", |(_, word)| word);
    let mut found = None;
    for (of, word) in ACCOUNT_WORDS {
        let Some(span) = reader.span(word) else { continue };
        if *word == right {
            found = reader.text(word, cx);
        } else {
            cx.push(
                Diagnostic::error(codes::T0226, span, format!("`{word}` is a word of {of}, and this cloud is {kind}"))
                    .with_help(format!("write `{right} = …`")),
            );
            cx.incomplete = true;
        }
    }
    found
}
