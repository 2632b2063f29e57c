//! Fleets of any size. Must not know how they are measured.

use std::fmt::Write as _;

const HEAD: &str = "fleet \"bench\" {\n  language = 1\n}\n\ncloud \"aws\" {\n  regions = [\"us-east-2\"]\n}\n";

/// `n` resources written one by one, every tenth referring to one before it.
pub fn blocks(n: usize) -> String {
    let mut text = String::from(HEAD);
    for i in 0..n {
        let value = if i % 10 == 9 { format!("after-${{resource.p{}.ref}}", i - 1) } else { format!("value-{i}") };
        let _ = write!(
            text,
            "\nresource \"AWS::SSM::Parameter\" \"p{i}\" {{\n  body = {{\n    Type        = \"String\"\n    Value       = \
             \"{value}\"\n    Description = \"one of {n}\"\n    Tier        = \"Standard\"\n    Tags        = {{ team = \
             \"bench\", index = \"{i}\" }}\n  }}\n}}\n"
        );
    }
    text
}

/// One `for_each` of `n`.
pub fn for_each(n: usize) -> String {
    format!(
        "{HEAD}\nresource \"AWS::SSM::Parameter\" \"p\" {{\n  for_each = {{ for i in range({n}) : format(\"k%06d\", i) => i \
         }}\n\n  body = {{\n    Type        = \"String\"\n    Value       = \"value-${{each.value}}\"\n    Description = \
         \"one of {n}\"\n    Tier        = \"Standard\"\n    Tags        = {{ team = \"bench\", index = each.key }}\n  \
         }}\n}}\n"
    )
}
