//! Functions of text. Positions and lengths count characters (Unicode scalar values), not bytes. Must not know spans.

use crate::evaluate::{MAX_ITEMS, MAX_TEXT};
use crate::value::{TextBuilder, Value};

use super::{Arguments, Fault, Function, Kind, Parameter, patterns};

const TEXT: Parameter = Parameter::new("text", Kind::Text);

const fn text(name: &'static str) -> Parameter {
    Parameter::new(name, Kind::Text)
}

pub(super) const TABLE: &[Function] = &[
    Function::new("chomp", &[TEXT], "The text without line ends at its end.", "chomp(\"a\\r\\n\\n\")", "\"a\"", |a| {
        Ok(Value::string(a.text(0).trim_end_matches(['\r', '\n'])))
    }),
    Function::new("endswith", &[TEXT, text("suffix")], "Whether it ends so.", "endswith(\"ab\", \"b\")", "true", |a| {
        Ok(Value::Bool(a.text(0).ends_with(a.text(1))))
    }),
    Function::new(
        "indent",
        &[Parameter::new("spaces", Kind::Whole), TEXT],
        "Adds spaces before each line but the first.",
        "indent(2, \"a\\nb\")",
        "\"a\\n  b\"",
        indent,
    ),
    Function::new(
        "join",
        &[text("separator"), Parameter::new("list", Kind::Any)],
        "The elements of lists as one text, with a separator between them.",
        "join(\"-\", [\"a\", \"b\", 3])",
        "\"a-b-3\"",
        join,
    )
    .variadic(Parameter::new("lists", Kind::Any)),
    Function::new("lower", &[TEXT], "In small letters.", "lower(\"P5EN\")", "\"p5en\"", |a| {
        Ok(Value::string(&a.text(0).to_lowercase()))
    }),
    Function::new(
        "replace",
        &[TEXT, text("search"), text("replacement")],
        "Each occurrence of a text replaced by another; a text between slashes is a regular expression, `$1` its groups.",
        "replace(\"1 + 2 + 3\", \"+\", \"-\")",
        "\"1 - 2 - 3\"",
        replace,
    ),
    Function::new(
        "split",
        &[text("separator"), TEXT],
        "The parts of a text between separators.",
        "split(\",\", \"a,b,\")",
        "[\"a\", \"b\", \"\"]",
        split,
    ),
    Function::new(
        "startswith",
        &[TEXT, text("prefix")],
        "Whether it starts so.",
        "startswith(\"ab\", \"b\")",
        "false",
        |a| Ok(Value::Bool(a.text(0).starts_with(a.text(1)))),
    ),
    Function::new("strrev", &[TEXT], "The characters in reverse order.", "strrev(\"abc\")", "\"cba\"", |a| {
        Ok(Value::string(&a.text(0).chars().rev().collect::<String>()))
    }),
    Function::new(
        "strcontains",
        &[TEXT, text("search")],
        "Whether a text occurs in another.",
        "strcontains(\"training-4096\", \"40\")",
        "true",
        |a| Ok(Value::Bool(a.text(0).contains(a.text(1)))),
    ),
    Function::new(
        "substr",
        &[TEXT, Parameter::new("offset", Kind::Whole), Parameter::new("length", Kind::Whole)],
        "A part of the text: a negative offset counts from its end, length -1 goes to its end.",
        "substr(\"hello world\", 1, 4)",
        "\"ello\"",
        substr,
    ),
    Function::new(
        "title",
        &[TEXT],
        "Each word with a capital first letter.",
        "title(\"hello world\")",
        "\"Hello World\"",
        title,
    ),
    Function::new(
        "trim",
        &[TEXT, text("characters")],
        "Without these characters at its start and end.",
        "trim(\"?!hello?!\", \"!?\")",
        "\"hello\"",
        |a| {
            let set: Vec<char> = a.text(1).chars().collect();
            Ok(Value::string(a.text(0).trim_matches(set.as_slice())))
        },
    ),
    Function::new(
        "trimprefix",
        &[TEXT, text("prefix")],
        "Without this prefix.",
        "trimprefix(\"hello\", \"he\")",
        "\"llo\"",
        |a| Ok(Value::string(a.text(0).strip_prefix(a.text(1)).unwrap_or(a.text(0)))),
    ),
    Function::new(
        "trimspace",
        &[TEXT],
        "Without white space at its start and end.",
        "trimspace(\"  a \\n\")",
        "\"a\"",
        |a| Ok(Value::string(a.text(0).trim())),
    ),
    Function::new(
        "trimsuffix",
        &[TEXT, text("suffix")],
        "Without this suffix.",
        "trimsuffix(\"hello\", \"lo\")",
        "\"hel\"",
        |a| Ok(Value::string(a.text(0).strip_suffix(a.text(1)).unwrap_or(a.text(0)))),
    ),
    Function::new("upper", &[TEXT], "In capital letters.", "upper(\"abc\")", "\"ABC\"", |a| {
        Ok(Value::string(&a.text(0).to_uppercase()))
    }),
];

fn join(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let mut text = TextBuilder::new();
    let mut first = true;
    for at in 1..a.len() {
        let value = a.value(at).clone();
        let items = match &value {
            Value::List(items) => items,
            Value::Null => return Err(Fault::Null(at, "a list")),
            other => match other.unknown_reason() {
                Some(why) => return Err(Fault::Unknown(why)),
                None => return Err(Fault::Type(at, format!("it joins lists, and this is {}", other.describe()))),
            },
        };
        a.spend(items.len())?;
        for item in items.iter() {
            if !std::mem::take(&mut first) {
                text.push_str(a.text(0));
            }
            if !text.push(item) {
                return Err(match item {
                    Value::Null => Fault::Null(at, "an element"),
                    other => Fault::Type(at, format!("each element is text, and one is {}", other.describe())),
                });
            }
            if text.len() > MAX_TEXT {
                return Err(Fault::TooLarge(MAX_TEXT));
            }
        }
    }
    Ok(text.finish())
}

fn indent(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let spaces = a.whole(0);
    let spaces = usize::try_from(spaces)
        .ok()
        .filter(|n| *n <= 1000)
        .ok_or_else(|| Fault::Refused(0, format!("it indents by 0 to 1000 spaces, not {spaces}")))?;
    let lines = a.text(1).matches('\n').count();
    if lines.saturating_mul(spaces).saturating_add(a.text(1).len()) > MAX_TEXT {
        return Err(Fault::TooLarge(MAX_TEXT));
    }
    Ok(Value::string(&a.text(1).replace('\n', &format!("\n{}", " ".repeat(spaces)))))
}

fn replace(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let (text, search, with) = (a.text(0), a.text(1), a.text(2));
    let pattern = search.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    if let Some(pattern) = pattern.filter(|pattern| !pattern.is_empty()).map(str::to_owned) {
        return patterns::replace_all(a, &pattern);
    }
    let times = text.matches(search).count();
    if times.saturating_mul(with.len()).saturating_add(text.len()) > MAX_TEXT {
        return Err(Fault::TooLarge(MAX_TEXT));
    }
    Ok(Value::string(&text.replace(search, with)))
}

fn split(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let steps = a.text(1).len();
    a.spend(steps)?;
    let (separator, text) = (a.text(0), a.text(1));
    let parts: Vec<Value> = if separator.is_empty() {
        text.chars().map(|c| Value::string(c.encode_utf8(&mut [0; 4]))).collect()
    } else {
        text.split(separator).map(Value::string).collect()
    };
    if parts.len() > MAX_ITEMS {
        return Err(Fault::TooLarge(MAX_ITEMS));
    }
    Ok(Value::list(parts))
}

fn substr(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let (text, offset, length) = (a.text(0), a.whole(1), a.whole(2));
    let count = text.chars().count();
    let start = match usize::try_from(offset) {
        Ok(offset) => offset.min(count),
        Err(_) => count.saturating_sub(usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX)),
    };
    let length = match (length, usize::try_from(length)) {
        (-1, _) => count,
        (_, Ok(length)) => length,
        (_, Err(_)) => return Err(Fault::Refused(2, format!("a length is -1 or more, not {length}"))),
    };
    Ok(Value::string(&text.chars().skip(start).take(length).collect::<String>()))
}

fn title(a: &mut Arguments<'_>) -> Result<Value, Fault> {
    let mut result = String::with_capacity(a.text(0).len());
    let mut in_word = false;
    for c in a.text(0).chars() {
        if in_word {
            result.push(c);
        } else {
            result.extend(c.to_uppercase());
        }
        in_word = c.is_alphanumeric() || c == '_' || c == '\'';
    }
    Ok(Value::string(&result))
}
