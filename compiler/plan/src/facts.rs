//! What the differ asks about a property of a native type. Must not know any type: the schemas do.

use tonnage_base::Symbol;
use tonnage_schema::{PathStep, PropertyType, Replacement, ResourceType};

/// What is known of one property. Of a type without a schema nothing is known: then all are false.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Fact {
    /// Can only be set at creation.
    pub create_only: bool,
    /// A change of it may replace the resource: it depends on other properties, or on what changes inside.
    pub conditional: bool,
    /// What changes inside decides: something in it can only be set at creation.
    pub decided_inside: bool,
    /// Set by the cloud alone.
    pub read_only: bool,
    /// Never given back by a read.
    pub write_only: bool,
    /// A list whose order means nothing.
    pub set: bool,
    /// A set of tags: what its items are told apart by.
    pub key: Option<Symbol>,
    /// A map whose keys are whoever's that writes them: a key that is not ours is a stranger's, not a default.
    pub free: bool,
}

impl Fact {
    /// The fact of the property at a path of a type.
    pub fn of(kind: Option<&ResourceType>, path: &[PathStep]) -> Self {
        let Some(kind) = kind else { return Self::default() };
        let replacement = kind.replacement(path);
        let key = tag_key(kind, path);
        Self {
            create_only: replacement == Replacement::Always,
            conditional: replacement == Replacement::Conditional,
            decided_inside: replacement == Replacement::Conditional && !kind.conditional_create_only(path),
            read_only: kind.read_only(path),
            write_only: kind.write_only(path),
            set: key.is_some() || kind.is_set(path),
            key,
            free: match kind.property(path).map(|property| property.kind) {
                Some(PropertyType::Any) => true,
                Some(PropertyType::Object(object)) => object.is_open(),
                _ => false,
            },
        }
    }
}

/// Whether a service keeps tags of this key for itself: they begin with its own name (`aws:` of `AWS::EC2::VPC`).
pub fn is_reserved_tag(kind: Option<&ResourceType>, key: &str) -> bool {
    let owner = kind.and_then(|kind| kind.name().as_str().split("::").next());
    let begin = key.split_once(':').map(|(begin, _)| begin);
    matches!((owner, begin), (Some(owner), Some(begin)) if owner.eq_ignore_ascii_case(begin))
}

/// What tags are told apart by, where the list at a path holds tags: the items have the type of the items of the
/// resource's own tags. The first property that a tag must have is its key.
fn tag_key(kind: &ResourceType, path: &[PathStep]) -> Option<Symbol> {
    let item = |path: &[PathStep]| match kind.property(path)?.kind {
        PropertyType::List { item, .. } => match kind.resolve(item) {
            PropertyType::Object(object) => Some(object),
            _ => None,
        },
        _ => None,
    };
    let own: Option<Vec<PathStep>> = kind.tags()?.steps().iter().map(|step| step.map(PathStep::Key)).collect();
    let here = item(path)?;
    (item(&own?)? == here).then(|| here.required().first().copied()).flatten()
}
