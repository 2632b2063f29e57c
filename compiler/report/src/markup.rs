//! Text made safe for XML, HTML and scripts inside HTML. Must not know what the text says.

/// Text between tags or in a quoted attribute.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// JSON inside a `<script>`: no `</script>`, no comment and no line separator of JavaScript can stand in it.
pub fn json_in_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_a_picture_or_a_page() {
        assert_eq!(escape("<a & \"b\">"), "&lt;a &amp; &quot;b&quot;&gt;");
        let json = json_in_script("\"</script><!-- \u{2028}\"");
        assert_eq!(json, "\"\\u003c/script>\\u003c!-- \\u2028\"");
    }
}
