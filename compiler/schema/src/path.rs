//! Where a property stands in a body, and patterns of such places. Must not know what stands there.

use std::fmt;

use tonnage_base::Symbol;

/// One step from a value to a value inside it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PathStep {
    /// Under a key of a map.
    Key(Symbol),
    /// At a position of a list, from 0.
    Index(u32),
}

impl From<Symbol> for PathStep {
    fn from(key: Symbol) -> Self {
        Self::Key(key)
    }
}

impl From<&str> for PathStep {
    fn from(key: &str) -> Self {
        Self::Key(Symbol::new(key))
    }
}

/// A path as people read it: `LaunchTemplateData.NetworkInterfaces[3].DeviceIndex`, `Labels["a/b"]`.
pub fn display(path: &[PathStep]) -> String {
    use fmt::Write as _;
    let mut text = String::new();
    for step in path {
        // Writing to a string does not fail.
        let _ = match step {
            PathStep::Index(index) => write!(text, "[{index}]"),
            PathStep::Key(key) if !is_name(key.as_str()) => write!(text, "[{:?}]", key.as_str()),
            PathStep::Key(key) if text.is_empty() => write!(text, "{key}"),
            PathStep::Key(key) => write!(text, ".{key}"),
        };
    }
    text
}

/// The path that [`display`] wrote.
pub fn parse(text: &str) -> Vec<PathStep> {
    let mut path = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let key = |text: &str| PathStep::Key(Symbol::new(text));
        if let Some(inner) = rest.strip_prefix("[\"") {
            let (name, after) = inner.split_once("\"]").unwrap_or((inner, ""));
            path.push(key(&name.replace("\\\"", "\"").replace("\\\\", "\\")));
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('[') {
            let (index, after) = inner.split_once(']').unwrap_or((inner, ""));
            path.push(index.parse().map_or_else(|_| key(index), PathStep::Index));
            rest = after;
        } else {
            let inner = rest.strip_prefix('.').unwrap_or(rest);
            let end = inner.find(['.', '[']).unwrap_or(inner.len());
            let (name, after) = inner.split_at(end);
            if !name.is_empty() {
                path.push(key(name));
            } else if after.starts_with('.') {
                rest = after.strip_prefix('.').unwrap_or_default();
                continue;
            }
            rest = after;
        }
    }
    path
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Places in bodies of one type: `LaunchTemplateConfigs/*/Overrides`, where `*` is any element or key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern(Box<[Option<Symbol>]>);

impl Pattern {
    /// Reads `A/*/B`.
    pub fn parse(text: &str) -> Self {
        Self(text.split('/').map(|step| (step != "*").then(|| Symbol::new(step))).collect())
    }

    /// The keys, none for "any".
    pub fn steps(&self) -> &[Option<Symbol>] {
        &self.0
    }

    /// Whether the pattern is `path` itself.
    pub fn is(&self, path: &[PathStep]) -> bool {
        self.0.len() == path.len() && self.covers(path)
    }

    /// Whether the pattern is `path` or something that `path` lies inside of.
    pub fn covers(&self, path: &[PathStep]) -> bool {
        self.0.len() <= path.len() && self.agrees(path)
    }

    /// Whether the pattern lies strictly inside of `path`.
    pub fn is_inside(&self, path: &[PathStep]) -> bool {
        self.0.len() > path.len() && self.agrees(path)
    }

    /// Whether both say the same as far as both go.
    fn agrees(&self, path: &[PathStep]) -> bool {
        self.0.iter().zip(path).all(|(wanted, step)| match (wanted, step) {
            (None, _) => true,
            (Some(wanted), PathStep::Key(key)) => wanted == key,
            (Some(_), PathStep::Index(_)) => false,
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            let slash = if position == 0 { "" } else { "/" };
            write!(f, "{slash}{}", step.map_or("*", Symbol::as_str))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_authors_write_them() {
        assert_eq!(display(&["A".into(), PathStep::Index(3), "B".into()]), "A[3].B");
        assert_eq!(display(&["Labels".into(), "a/b".into(), "c".into()]), "Labels[\"a/b\"].c");
        assert_eq!(display(&[]), "");
        let paths: [&[PathStep]; 4] = [
            &["A".into(), PathStep::Index(3), "B".into()],
            &["Labels".into(), "a/b".into(), "c".into()],
            &["Tags".into(), "te\"am".into(), PathStep::Index(0)],
            &[],
        ];
        for path in paths {
            assert_eq!(parse(&display(path)), path);
        }
        assert_eq!(parse("..a[b").len(), 2, "what nobody wrote ends too");
    }

    #[test]
    fn patterns_cover_what_lies_inside_and_know_what_lies_outside() {
        let pattern = Pattern::parse("A/*/B");
        let inner: [PathStep; 4] = ["A".into(), PathStep::Index(0), "B".into(), "C".into()];
        assert!(pattern.covers(&inner) && !pattern.is(&inner));
        assert!(pattern.is(&inner[..3]));
        assert!(pattern.is_inside(&inner[..1]) && !pattern.covers(&inner[..1]));
        assert!(!pattern.covers(&["A".into(), PathStep::Index(0), "X".into()]));
        assert!(!Pattern::parse("A/B").covers(&["A".into(), PathStep::Index(0)]));
        assert_eq!(pattern.to_string(), "A/*/B");
    }
}
