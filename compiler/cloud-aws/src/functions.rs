//! CloudFormation's own language: the names of its functions, its pseudo parameters, `${…}` in text. What `emit` writes
//! and `read` reads is spelt here once. Must not know units or resources.

use tonnage_graph::{Reference, Secret};

/// `{"Ref": "Name"}`.
pub const REF: &str = "Ref";
/// `{"Fn::GetAtt": ["Name", "Attribute"]}`.
pub const GET_ATT: &str = "Fn::GetAtt";
/// `{"Fn::Sub": "text ${Name} ${Name.Attribute}"}`.
pub const SUB: &str = "Fn::Sub";
/// `{"Fn::Join": ["", [ … ]]}`.
pub const JOIN: &str = "Fn::Join";
/// `{"Fn::ImportValue": "name"}`: never written, because an export locks the stack that makes it.
pub const IMPORT_VALUE: &str = "Fn::ImportValue";
/// Every pseudo parameter begins with this.
pub const PSEUDO: &str = "AWS::";

/// The functions that name things inside a template: what references become, and so nothing an author may write.
pub const RESERVED: [&str; 5] = [REF, GET_ATT, SUB, JOIN, IMPORT_VALUE];

/// The text that CloudFormation replaces by a secret of its store; none where the reference is to anything else.
pub fn resolve(reference: Reference) -> Option<String> {
    let Some(Secret::Stored(address)) = reference.secret() else { return None };
    let name = address.strip_prefix("aws-secretsmanager://")?;
    Some(match name.split_once('#') {
        Some((name, key)) => format!("{{{{resolve:secretsmanager:{name}:SecretString:{key}}}}}"),
        None => format!("{{{{resolve:secretsmanager:{name}}}}}"),
    })
}

/// A piece of text that may hold `${…}`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    /// Text without `${`.
    Plain(&'a str),
    /// `${inside}`, closed, with what is between the braces.
    Braced(&'a str),
    /// `${` that is not closed or holds what `Fn::Sub` can't quote; the text from there up to the next `${`.
    Wild(&'a str),
}

/// Whether this is the name of a pseudo parameter: `AWS::Region`.
pub fn is_pseudo(name: &str) -> bool {
    name.strip_prefix(PSEUDO).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Whether text holds a pseudo parameter, and so has to be a function.
pub fn has_pseudo(text: &str) -> bool {
    text.contains("${AWS::") && pieces(text).any(|piece| matches!(piece, Piece::Braced(name) if is_pseudo(name)))
}

/// Cuts text at every `${`. The pieces written one after the other, `Braced` with its braces, are the text.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(inside) = rest.strip_prefix("${") else {
            let end = rest.find("${").unwrap_or(rest.len());
            let (piece, after) = rest.split_at(end);
            rest = after;
            return Some(Piece::Plain(piece));
        };
        let quotable = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':');
        let end = inside.bytes().position(|b| !quotable(b)).unwrap_or(inside.len());
        if end > 0 && inside.as_bytes().get(end) == Some(&b'}') {
            let (name, after) = inside.split_at(end);
            rest = after.get(1..).unwrap_or("");
            return Some(Piece::Braced(name));
        }
        let end = inside.find("${").map_or(rest.len(), |at| at + 2);
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Wild(piece))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_put_together_are_the_text() {
        for text in ["", "a", "${", "${}", "a${b}c", "${AWS::Region}", "x${y${z}}", "${!a}", "$${a}", "${a:-${b}}é"] {
            let again: String = pieces(text)
                .map(|piece| match piece {
                    Piece::Plain(t) | Piece::Wild(t) => t.to_owned(),
                    Piece::Braced(name) => format!("${{{name}}}"),
                })
                .collect();
            assert_eq!(again, text);
        }
    }

    #[test]
    fn only_a_closed_name_of_aws_is_a_pseudo_parameter() {
        assert!(has_pseudo("com.amazonaws.${AWS::Region}.s3"));
        assert!(!has_pseudo("${AWS::Region"));
        assert!(!has_pseudo("${AWS::}"));
        assert!(!has_pseudo("${HOME} ${aws::Region}"));
    }
}
