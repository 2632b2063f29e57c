//! What the language has for the place of a cursor: the row of the table, the native type and how deep in its body.
//!
//! Must not know what is done with it.

use tonnage_base::Symbol;
use tonnage_driver::{compile, workspace::Document};
use tonnage_lang::check::{AttributeSpec, BlockSpec, find_block};
use tonnage_schema::{Object, PropertyType, ResourceType};
use tonnage_syntax::cursor::{Cursor, Frame, Place, cursor};

/// A cursor in a text.
pub struct Site {
    /// What stands around it.
    pub cursor: Cursor,
    /// Where the item's text begins in the whole.
    pub start: usize,
    /// The rows of the blocks around it, outermost first; shorter than the blocks where one is not known.
    pub blocks: Vec<&'static BlockSpec>,
    /// The labels of those.
    pub labels: Vec<Vec<String>>,
    /// Keys from the innermost block's attribute downwards: `body`, `LaunchTemplateData`.
    pub keys: Vec<String>,
    /// It stands in no block that is not known.
    pub known: bool,
}

impl Site {
    /// Looks around an offset.
    pub fn new(document: &Document, offset: usize) -> Option<Self> {
        let item = document.item_at(offset)?;
        let cursor = cursor(document.text_of(item), offset - item.start);
        let (mut blocks, mut labels, mut keys) = (Vec::<&'static BlockSpec>::new(), Vec::new(), Vec::new());
        let mut known = true;
        for frame in &cursor.around {
            match frame {
                Frame::Block { kind, labels: own } => {
                    let found = match blocks.last() {
                        None => find_block(kind),
                        Some(outer) => outer.block(kind),
                    };
                    known &= found.is_some();
                    blocks.extend(found);
                    labels.push(own.clone());
                }
                Frame::Object(key) | Frame::List(key) => keys.extend(key.clone()),
                Frame::Call(..) | Frame::Group => {}
            }
        }
        keys.extend(cursor.key.clone());
        Some(Self { cursor, start: item.start, blocks, labels, keys, known })
    }

    /// The row of the innermost block.
    pub fn block(&self) -> Option<&'static BlockSpec> {
        self.blocks.last().copied().filter(|_| self.known)
    }

    /// The row of the attribute whose value the cursor stands in.
    pub fn attribute(&self) -> Option<&'static AttributeSpec> {
        self.block()?.attribute(self.keys.first()?)
    }

    /// Whether it stands outside of every block.
    pub fn is_top(&self) -> bool {
        self.cursor.around.is_empty()
    }

    /// The native type whose body it stands in.
    pub fn native(&self) -> Option<Native> {
        let kind = self.block().filter(|block| block.kind == "resource")?;
        let body = self.keys.first().is_some_and(|key| key == "body");
        let name = self.labels.last().filter(|_| !kind.kind.is_empty() && body)?.first()?;
        Some(Native { kind: Symbol::new(name), keys: self.keys.get(1..)?.to_vec() })
    }

    /// The bytes of the word under the cursor, in the whole text.
    pub fn word(&self) -> Option<std::ops::Range<usize>> {
        match &self.cursor.place {
            Place::Name(range) | Place::Label(_, range) | Place::Value(range) | Place::Text(range) => {
                Some(self.start + range.start..self.start + range.end)
            }
            Place::Nothing => None,
        }
    }
}

/// A place in the body of a native type.
pub struct Native {
    /// `AWS::EC2::Instance`.
    pub kind: Symbol,
    /// Names of properties on the way, lists passed through.
    pub keys: Vec<String>,
}

impl Native {
    /// Asks about the object at the place.
    pub fn object<T>(&self, ask: impl FnOnce(&ResourceType, &Object) -> T) -> Option<T> {
        let schemas = compile::schemas();
        let facts = schemas.get(self.kind)?;
        let mut object = facts.body();
        for key in &self.keys {
            object = match element(facts, object.get(Symbol::new(key))?) {
                PropertyType::Object(inner) => inner,
                _ => return None,
            };
        }
        Some(ask(facts, object))
    }

    /// The place one level up, and the name of the last property.
    pub fn outer(mut self) -> Option<(Self, String)> {
        let last = self.keys.pop()?;
        Some((self, last))
    }
}

/// What a type holds, lists and definitions looked through.
pub fn element<'a>(facts: &'a ResourceType, mut kind: &'a PropertyType) -> &'a PropertyType {
    loop {
        kind = facts.resolve(kind);
        match kind {
            PropertyType::List { item, .. } => kind = item,
            _ => return kind,
        }
    }
}

/// A type in words.
pub fn in_words(facts: &ResourceType, kind: &PropertyType) -> String {
    match facts.resolve(kind) {
        PropertyType::Any => "any value".to_owned(),
        PropertyType::String { choices, .. } if choices.is_empty() => "text".to_owned(),
        PropertyType::String { choices, .. } => {
            const MOST: usize = 12;
            let mut words: Vec<String> = choices.iter().take(MOST).map(|choice| format!("`\"{choice}\"`")).collect();
            if choices.len() > MOST {
                words.push(format!("{} more", choices.len() - MOST));
            }
            format!("one of {}", words.join(", "))
        }
        PropertyType::Number(_) => "a number".to_owned(),
        PropertyType::Integer(_) => "a whole number".to_owned(),
        PropertyType::Boolean => "true or false".to_owned(),
        PropertyType::Object(_) => "an object".to_owned(),
        PropertyType::List { .. } => "a list".to_owned(),
        PropertyType::Definition(_) => "an object".to_owned(),
    }
}

/// What a catalog name in an attribute of this name is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CatalogName {
    /// `nvidia-b200`.
    Accelerator,
    /// `p5en.48xlarge`.
    Shape,
    /// `us-east-2`.
    Region,
    /// `use2-az1`.
    Zone,
}

impl CatalogName {
    /// By the name of the attribute.
    pub fn of(attribute: &str) -> Option<Self> {
        match attribute {
            "accelerator" | "accelerators" => Some(Self::Accelerator),
            "shape" | "shapes" => Some(Self::Shape),
            "region" | "regions" => Some(Self::Region),
            "zone" | "zones" => Some(Self::Zone),
            _ => None,
        }
    }
}
