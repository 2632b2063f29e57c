//! Messages on a stream: headers, a length, JSON. What is not a message is told apart from what ends the stream, so
//! that one bad message ends nothing.
//!
//! `lsp_server` reads messages too, and takes the first bad one for the end of the stream. Must not know any method.

use std::io::{self, BufRead, Read as _, Write};

use lsp_server::Message;
use serde_json::json;

/// A message longer than this is not one.
const LONGEST: usize = 256 << 20;
/// Headers longer than this are none.
const LONGEST_HEADER: u64 = 8 << 10;

/// What came.
#[derive(Debug)]
pub enum Read {
    /// A message.
    Message(Message),
    /// Something of the right length that is none; why.
    Malformed(String),
    /// The stream ended, or can't be followed any further; why.
    End(Option<String>),
}

/// Reads one message.
pub fn read(input: &mut dyn BufRead) -> Read {
    match frame(input) {
        Ok(None) => Read::End(None),
        Err(error) => Read::End(Some(error.to_string())),
        Ok(Some(bytes)) => match serde_json::from_slice::<Message>(&bytes) {
            Ok(message) => Read::Message(message),
            Err(error) => Read::Malformed(error.to_string()),
        },
    }
}

fn frame(input: &mut dyn BufRead) -> io::Result<Option<Vec<u8>>> {
    let wrong = |text: String| io::Error::new(io::ErrorKind::InvalidData, text);
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if (&mut *input).take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| wrong(format!("`{line}` is not a header")))?;
        if name.eq_ignore_ascii_case("Content-Length") {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let length = length.ok_or_else(|| wrong("a message has no `Content-Length`".to_owned()))?;
    if length > LONGEST {
        return Err(wrong(format!("a message of {length} bytes is too long")));
    }
    // grows as bytes come: a length is only somebody's word
    let mut bytes = Vec::new();
    if (&mut *input).take(length as u64).read_to_end(&mut bytes)? < length {
        return Err(wrong("the stream ends in the middle of a message".to_owned()));
    }
    Ok(Some(bytes))
}

/// Writes one message.
pub fn write(output: &mut dyn Write, message: &Message) -> io::Result<()> {
    message.write(&mut { output })
}

/// Answers what could not be read: there is no telling what it asked.
pub fn refuse(output: &mut dyn Write, reason: &str) -> io::Result<()> {
    let code = lsp_server::ErrorCode::ParseError as i32;
    let text = json!({ "jsonrpc": "2.0", "id": null, "error": { "code": code, "message": reason } }).to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_message_ends_nothing_and_a_bad_frame_does() {
        let good = "Content-Length: 38\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"initialize\"}";
        assert_eq!(good.len() - 22, 39);
        let good = good.replace("38", "39");
        let mut input = format!("Content-Length: 5\r\n\r\n{{nope{good}").into_bytes();
        input.extend(b"Content-Length: 2\r\n\r\n\xff\xfe");
        input.extend(b"Content-Length: 99999999999\r\n\r\n");
        let mut input = io::Cursor::new(input);
        assert!(matches!(read(&mut input), Read::Malformed(_)));
        assert!(matches!(read(&mut input), Read::Message(_)));
        assert!(matches!(read(&mut input), Read::Malformed(_)));
        assert!(matches!(read(&mut input), Read::End(Some(_))));
        assert!(matches!(read(&mut io::Cursor::new(b"hello\r\n".to_vec())), Read::End(Some(_))));
        assert!(matches!(read(&mut io::Cursor::new(b"Content-Length: 9\r\n\r\n{".to_vec())), Read::End(Some(_))));
        assert!(matches!(read(&mut io::Cursor::new(Vec::new())), Read::End(None)));
    }
}
