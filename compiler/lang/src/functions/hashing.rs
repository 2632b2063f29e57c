//! Hashes and names made from hashes. Must not know spans.
//!
//! `md5` and `sha1` are there because services ask for them, not because they protect anything.

use base64::{Engine, engine::general_purpose::STANDARD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use uuid::Uuid;

use super::{Arguments, Fault, Function, Kind, Parameter};
use crate::value::Value;

const TEXT: Parameter = Parameter::new("text", Kind::Text);

pub(super) const TABLE: &[Function] = &[
    Function::new(
        "base64sha256",
        &[TEXT],
        "The SHA-256 of a text, in base64.",
        "base64sha256(\"hello world\")",
        "\"uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=\"",
        |a| Ok(base64::<Sha256>(a)),
    ),
    Function::new(
        "base64sha512",
        &[TEXT],
        "The SHA-512 of a text, in base64.",
        "length(base64sha512(\"hello world\"))",
        "88",
        |a| Ok(base64::<Sha512>(a)),
    ),
    Function::new(
        "md5",
        &[TEXT],
        "The MD5 of a text, in hexadecimal.",
        "md5(\"hello world\")",
        "\"5eb63bbbe01eeed093cb22bb8f5acdc3\"",
        |a| Ok(hex::<Md5>(a)),
    ),
    Function::new(
        "sha1",
        &[TEXT],
        "The SHA-1 of a text, in hexadecimal.",
        "sha1(\"hello world\")",
        "\"2aae6c35c94fcfb415dbe95f408b9ce91ee846ed\"",
        |a| Ok(hex::<Sha1>(a)),
    ),
    Function::new(
        "sha512",
        &[TEXT],
        "The SHA-512 of a text, in hexadecimal.",
        "length(sha512(\"hello world\"))",
        "128",
        |a| Ok(hex::<Sha512>(a)),
    ),
    Function::new(
        "uuidv5",
        &[Parameter::new("namespace", Kind::Text), Parameter::new("name", Kind::Text)],
        "The UUID of a name in a namespace: \"dns\", \"url\", \"oid\", \"x500\", or a UUID. The same each time.",
        "uuidv5(\"dns\", \"www.terraform.io\")",
        "\"a5008fae-b28c-5ba5-96cd-82b4c53552d6\"",
        uuidv5,
    ),
];

fn hex<D: Digest>(a: &Arguments<'_>) -> Value {
    Value::string(&hex::encode(D::digest(a.text(0).as_bytes())))
}

fn base64<D: Digest>(a: &Arguments<'_>) -> Value {
    Value::string(&STANDARD.encode(D::digest(a.text(0).as_bytes())))
}

fn uuidv5(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let namespace = match a.text(0) {
        "dns" => Uuid::NAMESPACE_DNS,
        "url" => Uuid::NAMESPACE_URL,
        "oid" => Uuid::NAMESPACE_OID,
        "x500" => Uuid::NAMESPACE_X500,
        other => Uuid::parse_str(other).map_err(|_| {
            Fault::Refused(
                0,
                format!("`{other}` is not a namespace: write \"dns\", \"url\", \"oid\", \"x500\" or a UUID"),
            )
        })?,
    };
    Ok(Value::string(&Uuid::new_v5(&namespace, a.text(1).as_bytes()).to_string()))
}
