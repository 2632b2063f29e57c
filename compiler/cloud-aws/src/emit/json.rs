//! JSON text: written compactly, and measured without being written. Must not know templates.

use tonnage_graph::json::write_text;

/// Bytes that [`write_text`] writes.
pub fn text_len(text: &str) -> usize {
    let extra = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 1,
        0..0x20 => 5,
        _ => 0,
    };
    2 + text.len() + text.bytes().map(extra).sum::<usize>()
}

/// Writes `"key":`, with a comma before it unless it is the first of its map.
pub fn push_key(out: &mut String, first: &mut bool, key: &str) {
    push_comma(out, first);
    write_text(key, out);
    out.push(':');
}

/// Writes a comma unless something is the first of its kind.
pub fn push_comma(out: &mut String, first: &mut bool) {
    if !std::mem::take(first) {
        out.push(',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_measured_as_it_is_written() {
        for text in ["", "a\"b\\c", "line\nline\r\t", "\u{1}\u{8}\u{c}é𝄞/"] {
            let mut out = String::new();
            write_text(text, &mut out);
            assert_eq!(out.len(), text_len(text));
        }
    }
}
