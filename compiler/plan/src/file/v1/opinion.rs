//! The second opinion in version 1, both ways. Must not lose anything.

use serde::{Deserialize, Serialize};
use tonnage_base::Symbol;

use super::{Site, read, write};
use crate::opinion::{self, Answer, Deed, SaidBy};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SecondOpinion {
    units: u64,
    changes: u64,
    open: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    disagreements: Vec<Disagreement>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unasked: Vec<Unasked>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unasked {
    site: Site,
    unit: String,
    why: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Disagreement {
    site: Site,
    unit: String,
    address: String,
    ours: String,
    theirs: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Property {
    path: String,
    said_by: String,
    recreates: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    planned: Option<String>,
}

impl SecondOpinion {
    pub(super) fn of(said: &opinion::SecondOpinion) -> Self {
        let property = |property: &opinion::Property| Property {
            path: property.path.clone(),
            said_by: property.said_by.as_str().to_owned(),
            recreates: property.recreates.as_str().to_owned(),
            before: property.before.clone(),
            after: property.after.clone(),
            planned: property.planned.clone(),
        };
        let disagreement = |found: &opinion::Disagreement| Disagreement {
            site: write::site(found.site),
            unit: found.unit.to_string(),
            address: found.address.to_string(),
            ours: found.ours.as_str().to_owned(),
            theirs: found.theirs.as_str().to_owned(),
            properties: found.properties.iter().map(property).collect(),
        };
        let unasked = |unit: &opinion::Unasked| Unasked {
            site: write::site(unit.site),
            unit: unit.unit.to_string(),
            why: unit.why.clone(),
        };
        Self {
            units: said.units,
            changes: said.changes,
            open: said.open,
            disagreements: said.disagreements.iter().map(disagreement).collect(),
            unasked: said.unasked.iter().map(unasked).collect(),
        }
    }

    pub(super) fn read(self) -> Result<opinion::SecondOpinion, String> {
        let unasked = |unit: Unasked| opinion::Unasked {
            site: read::site(&unit.site),
            unit: Symbol::new(&unit.unit),
            why: unit.why,
        };
        Ok(opinion::SecondOpinion {
            units: self.units,
            changes: self.changes,
            open: self.open,
            disagreements: self.disagreements.into_iter().map(disagreement).collect::<Result<_, _>>()?,
            unasked: self.unasked.into_iter().map(unasked).collect(),
        })
    }
}

fn disagreement(found: Disagreement) -> Result<opinion::Disagreement, String> {
    let deed = |word: &str| Deed::parse(word).ok_or_else(|| format!("`{word}` is nothing that happens to a resource"));
    Ok(opinion::Disagreement {
        site: read::site(&found.site),
        unit: Symbol::new(&found.unit),
        address: Symbol::new(&found.address),
        ours: deed(&found.ours)?,
        theirs: deed(&found.theirs)?,
        properties: found.properties.into_iter().map(property).collect::<Result<_, _>>()?,
    })
}

fn property(property: Property) -> Result<opinion::Property, String> {
    let wrong = |word: &str| format!("`{word}` is not said of a property");
    Ok(opinion::Property {
        said_by: SaidBy::parse(&property.said_by).ok_or_else(|| wrong(&property.said_by))?,
        recreates: Answer::parse(&property.recreates).ok_or_else(|| wrong(&property.recreates))?,
        path: property.path,
        before: property.before,
        after: property.after,
        planned: property.planned,
    })
}
