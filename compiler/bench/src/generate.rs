//! Fleets of any size. Must not know how they are measured.

use std::fmt::Write as _;

const HEAD: &str = "fleet \"bench\" {\n  language = 1\n}\n\ncloud \"aws\" {\n  regions = [\"us-east-2\"]\n}\n";

/// How many resources an edition words otherwise than the first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// None: the first edition.
    None,
    /// The one in the middle.
    One,
    /// The first of each hundred.
    Percent,
}

impl Other {
    fn has(self, i: usize, n: usize) -> bool {
        match self {
            Self::None => false,
            Self::One => i == n / 2,
            Self::Percent => i.is_multiple_of(100),
        }
    }

    /// The same as a condition of the fleet language, over members numbered by `each.value`.
    fn condition(self, n: usize) -> String {
        match self {
            Self::None => "false".to_owned(),
            Self::One => format!("each.value == {}", n / 2),
            Self::Percent => "each.value % 100 == 0".to_owned(),
        }
    }
}

/// Files of a fleet, by their paths.
pub type Files = Vec<(&'static str, String)>;

/// The one file of most fleets.
pub const FLEET: &str = "fleet.fleet.hcl";

/// `n` resources written one by one, every tenth referring to one before it.
pub fn blocks(n: usize, other: Other) -> Files {
    let mut text = String::from(HEAD);
    for i in 0..n {
        let one = if other.has(i, n) { "another" } else { "one" };
        let value = if i % 10 == 9 { format!("after-${{resource.p{}.ref}}", i - 1) } else { format!("value-{i}") };
        let _ = write!(
            text,
            "\nresource \"AWS::SSM::Parameter\" \"p{i}\" {{\n  body = {{\n    Type        = \"String\"\n    Value       = \
             \"{value}\"\n    Description = \"{one} of {n}\"\n    Tier        = \"Standard\"\n    Tags        = {{ team = \
             \"bench\", index = \"{i}\" }}\n  }}\n}}\n"
        );
    }
    vec![(FLEET, text)]
}

/// One `for_each` of `n`.
pub fn for_each(n: usize, other: Other) -> Files {
    vec![(FLEET, format!("{HEAD}{}", each(n, other)))]
}

/// A module for each of ten sites, with a tenth of `n` in each; an edition words the same members of each otherwise.
pub fn modules(n: usize, other: Other) -> Files {
    let sites =
        "\nmodule \"site\" {\n  for_each = toset([for i in range(10) : \"s${i}\"])\n  source   = \"./site\"\n}\n";
    vec![(FLEET, format!("{HEAD}{sites}")), ("site/site.fleet.hcl", each(n / 10, other))]
}

fn each(n: usize, other: Other) -> String {
    let other = other.condition(n);
    format!(
        "\nresource \"AWS::SSM::Parameter\" \"p\" {{\n  for_each = {{ for i in range({n}) : format(\"k%06d\", i) => i \
         }}\n\n  body = {{\n    Type        = \"String\"\n    Value       = \"value-${{each.value}}\"\n    Description = \
         {other} ? \"another of {n}\" : \"one of {n}\"\n    Tier        = \"Standard\"\n    Tags        = {{ \
         team = \"bench\", index = each.key }}\n  }}\n}}\n"
    )
}

/// `n` pools, each with all that a pool usually says.
pub fn pools(n: usize) -> String {
    let mut text = format!(
        "{HEAD}\nimage \"serving\" {{\n  aws = {{ ami = \"ami-0f3c8e2d41b7a9650\" }}\n}}\n\nlocals {{\n  team = \"serving\"\n}}\n"
    );
    for i in 0..n {
        let _ = write!(
            text,
            "\n# cell {i} of the serving fleet\npool \"cell_{i}\" {{\n  purpose     = \"inference\"\n  accelerator = \
             \"nvidia-h200\"\n  image       = image.serving\n  labels      = {{ team = local.team, cell = \"c${{{i} + 1}}\" }}\n\n  \
             size {{\n    gpus   = 8 * ({i} % 7 + 1)\n    spares = \"2%\"\n  }}\n\n  option \"primary\" {{\n    cloud  = \
             cloud.aws\n    region = \"us-east-2\"\n    zones  = [\"use2-az1\", \"use2-az2\"]\n\n    buy {{\n      spot      = \
             \"rest\"\n      max_price = \"31.00 USD/node-hour\"\n    }}\n  }}\n\n  budget {{\n    monthly = \"1.9M USD\"\n  \
             }}\n}}\n"
        );
    }
    text
}
