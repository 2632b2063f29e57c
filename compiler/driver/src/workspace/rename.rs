//! Another name for something, wherever it is named. What has an address in a cloud keeps it by a `moved` block:
//! renamed without one, it would be destroyed and made again.
//!
//! Must not write texts: it says what to write.

use std::ops::Range;
use std::path::{Path, PathBuf};

use tonnage_base::Symbol;
use tonnage_lang::{
    Family,
    occurrences::{Target, is_identifier},
};

use super::{Document, Entity, Item, Named, Workspace};

/// Families whose members have addresses of their own, or in front of those of what they make.
const ADDRESSED: &[Family] =
    &[Family::Pool, Family::Capacity, Family::Network, Family::Storage, Family::Resource, Family::Module];

/// A part of a text and what is to stand there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rewrite {
    /// The text.
    pub path: PathBuf,
    /// The bytes that go.
    pub range: Range<usize>,
    /// What comes.
    pub replacement: String,
    /// It keeps an address, and names nothing.
    pub moves: bool,
}

/// A rename as edits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renaming {
    /// In no particular order; none touch one another.
    pub rewrites: Vec<Rewrite>,
    /// The address before and after, where there is one to keep.
    pub moved: Option<(String, String)>,
}

impl Workspace<'_> {
    /// The name at an offset, where it can be another.
    pub fn renamable(&self, path: &Path, offset: usize) -> Result<Named, String> {
        let (entity, named) = self.named_at(path, offset).ok_or("there is no name here that can be changed")?;
        if named.former {
            return Err("this is what it was called before: `from` of `moved` stays as it is".to_owned());
        }
        if !self.places_of(&entity).iter().any(|place| place.declares) {
            return Err(format!("`{}` is not declared in this fleet", named.name));
        }
        Ok(named)
    }

    /// Gives what is named at an offset another name.
    pub fn rename(&self, path: &Path, offset: usize, new: &str) -> Result<Renaming, String> {
        self.renamable(path, offset)?;
        let (entity, named) = self.named_at(path, offset).ok_or("there is no name here that can be changed")?;
        let old = named.name;
        if !is_identifier(new) {
            return Err(format!(
                "`{new}` can't be a name: use letters, digits, `_` and `-`, starting with a letter or `_`"
            ));
        }
        if old == new {
            return Ok(Renaming { rewrites: Vec::new(), moved: None });
        }
        let renamed = Entity { folder: entity.folder.clone(), target: with_name(entity.target, Symbol::new(new)) };
        if let Some(taken) = self.places_of(&renamed).iter().find(|place| place.declares) {
            let place = self.document(&taken.path).map(|document| document.position(taken.range.start).line + 1);
            let file = taken.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            return Err(format!("`{new}` is declared already, at {file}:{}", place.unwrap_or(0)));
        }
        let places = self.places_of(&entity);
        let rewrite = |place: &Named| Rewrite {
            path: place.path.clone(),
            range: place.range.clone(),
            replacement: new.to_owned(),
            moves: false,
        };
        let mut rewrites: Vec<Rewrite> = places.iter().filter(|place| !place.former).map(rewrite).collect();
        let Target::Thing(family, _) = entity.target else { return Ok(Renaming { rewrites, moved: None }) };
        if !ADDRESSED.contains(&family) {
            return Ok(Renaming { rewrites, moved: None });
        }
        let address = |name: &str| format!("{}.{name}", family.root());
        let (from, to) = (address(old.as_str()), address(new));
        // It bore this name before: the way there becomes the way back.
        let back = self.places_of(&renamed).into_iter().filter(|place| place.former);
        let back: Vec<Named> = back.filter(|place| self.is_whole_move(place, &places)).collect();
        if back.is_empty() {
            rewrites.extend(places.iter().find(|place| place.declares).and_then(|place| self.moved(place, &from, &to)));
        }
        rewrites.extend(back.iter().map(|place| Rewrite {
            replacement: old.to_string(),
            moves: true,
            ..rewrite(place)
        }));
        Ok(Renaming { rewrites, moved: Some((from, to)) })
    }

    /// Whether the `moved` block of a former name leads to one of these places.
    fn is_whole_move(&self, former: &Named, places: &[Named]) -> bool {
        let block = |place: &Named| {
            let document = self.document(&place.path)?;
            let (item, block) = block_at(document, place.range.start)?;
            (block.kind.name == "moved").then_some((place.path.clone(), item.id, block.span))
        };
        block(former).is_some_and(|of| places.iter().filter_map(block).any(|other| other == of))
    }

    /// A `moved` block below the block that declares the thing.
    fn moved(&self, declared: &Named, from: &str, to: &str) -> Option<Rewrite> {
        let document = self.document(&declared.path)?;
        let (item, block) = block_at(document, declared.range.start)?;
        let end = item.start + block.span.hi as usize;
        let line_end = if document.text().contains("\r\n") { "\r\n" } else { "\n" };
        let lines = ["", "", "moved {", &format!("  from = {from}"), &format!("  to   = {to}"), "}"];
        let path = declared.path.clone();
        Some(Rewrite { path, range: end..end, replacement: lines.join(line_end), moves: true })
    }
}

fn block_at(document: &Document, offset: usize) -> Option<(&Item, &tonnage_syntax::tree::Block)> {
    let item = document.item_at(offset)?;
    let within = u32::try_from(offset - item.start).ok()?;
    item.file.body.blocks.iter().find(|block| block.span.contains(within)).map(|block| (item, block))
}

fn with_name(target: Target, name: Symbol) -> Target {
    match target {
        Target::Thing(family, _) => Target::Thing(family, name),
        Target::Inside(lowering, family, _) => Target::Inside(lowering, family, name),
        Target::Output(_) => Target::Output(name),
        Target::Input(module, _) => Target::Input(module, name),
        Target::Result(module, _) => Target::Result(module, name),
    }
}
