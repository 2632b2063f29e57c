//! The image of a pool, as the lowering of its cloud needs it. Must not know what an image says for any cloud: which
//! words are needed is read from the lowering.

use tonnage_base::{Diagnostic, codes::lower as codes};
use tonnage_lang::Value;
use tonnage_lang::intent::{Cloud, Lowering, Pool};

use crate::expand::Expander;
use crate::phases::attributes_read;

/// The image's words for the kind of cloud; null where there are none and the lowering asks for none. None where the
/// lowering asks for a word that is not there, and a diagnostic was given.
pub fn of_pool(expander: &mut Expander<'_, '_>, pool: &Pool, cloud: &Cloud, lowering: &Lowering) -> Option<Value> {
    let needed = attributes_read(lowering, "image");
    let words: Vec<String> = needed.iter().map(|word| format!("{word} = …")).collect();
    let example = format!("{} = {{ {} }}", cloud.kind, words.join(", "));
    let image = pool.image.and_then(|at| expander.intent.images.get(at.value));
    let Some(image) = image else {
        if needed.is_empty() {
            return Some(Value::Null);
        }
        let message =
            format!("pool `{}` has no image, and nodes on {} can't boot without one", pool.title(), cloud.kind);
        let help = format!("declare `image \"NAME\" {{ {example} }}` and write `image = image.NAME` in the pool");
        expander.incomplete = true;
        expander.diagnostics.push(Diagnostic::error(codes::T0502, pool.span, message).with_help(help));
        return None;
    };
    let used = pool.image.map_or(pool.span, |at| at.span);
    let own = image.by_cloud.get(&cloud.kind);
    let has = |word: &&tonnage_base::Symbol| match own {
        Some(Value::Map(map)) => !matches!(map.get(*word), None | Some(Value::Null)),
        Some(Value::Invalid) => true,
        _ => false,
    };
    let Some(missing) = needed.iter().find(|word| !has(word)) else { return Some(own.cloned().unwrap_or(Value::Null)) };
    let message = match own {
        None => format!("image `{}` says nothing for {}", image.name.value, cloud.kind),
        Some(_) => format!("image `{}` has no `{missing}` for {}", image.name.value, cloud.kind),
    };
    expander.incomplete = true;
    expander.diagnostics.push(
        Diagnostic::error(codes::T0502, image.span, message)
            .with_label(used, format!("pool `{}` boots it on {}", pool.title(), cloud.kind))
            .with_help(format!("write `{example}` in the image")),
    );
    None
}
