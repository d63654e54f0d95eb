//! What people write: the text of a message, parsed once at the edge.

use crate::ids::AgentId;
use serde::{Deserialize, Serialize};

/// The longest message, in characters.
pub const MAX_CHARACTERS: usize = 8_000;

/// The text of a message: trimmed at the ends, not empty, at most [`MAX_CHARACTERS`], without control characters
/// other than line breaks and tabs. Text is text: nothing in it is markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum BodyProblem {
    #[error("a message needs some text")]
    Empty,
    #[error("a message may have at most {MAX_CHARACTERS} characters")]
    TooLong,
}

impl Body {
    pub fn parse(text: &str) -> Result<Self, BodyProblem> {
        let clean = plain_text(text);
        if clean.is_empty() {
            return Err(BodyProblem::Empty);
        }
        if clean.chars().count() > MAX_CHARACTERS {
            return Err(BodyProblem::TooLong);
        }
        Ok(Self(clean))
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Trimmed, without control characters other than line breaks and tabs.
pub fn plain_text(text: &str) -> String {
    let clean: String = text.replace("\r\n", "\n").chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    clean.trim().to_owned()
}

/// Text of one line, for names and subjects: white space joined, without control characters and the invisible marks that
/// hide or reorder what stands beside them.
pub fn one_line(text: &str) -> String {
    let hides = |c: char| matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let clean: String = text.chars().filter(|c| c.is_whitespace() || !(c.is_control() || hides(*c))).collect();
    let words = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    // Joiners belong between letters.
    words.trim_matches(['\u{200c}', '\u{200d}', ' ']).to_owned()
}

/// An agent as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRef {
    pub id: AgentId,
    pub name: String,
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    Customer,
    Agent(AgentRef),
}

/// The two sides of a conversation, for marks and pulses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Customer,
    Agent,
}

impl Author {
    pub fn side(&self) -> Side {
        match self {
            Author::Customer => Side::Customer,
            Author::Agent(_) => Side::Agent,
        }
    }
}

/// A piece of message text: words, or a link that the reader may follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Link(&'a str),
}

/// Splits text into words and `http(s)` links, so that screens build text nodes and anchors, never HTML.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(start) = find_link(rest) {
        let end = rest[start..].find(|c: char| c.is_whitespace() || "<>\"'`".contains(c)).map_or(rest.len(), |n| start + n);
        let link = rest[start..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}']);
        let end = start + link.len();
        if start > 0 {
            out.push(Piece::Text(&rest[..start]));
        }
        out.push(Piece::Link(link));
        rest = &rest[end..];
    }
    if !rest.is_empty() {
        out.push(Piece::Text(rest));
    }
    out
}

fn find_link(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find("http").map(|n| from + n) {
        let after = text[at..].strip_prefix("https://").or_else(|| text[at..].strip_prefix("http://"));
        let fresh = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        if fresh && after.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || c == '[')) {
            return Some(at);
        }
        from = at + 4;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_trimmed_and_bounded() {
        assert_eq!(Body::parse(" hi\r\nthere\u{0} ").unwrap().as_str(), "hi\nthere");
        assert_eq!(Body::parse(" \n\t"), Err(BodyProblem::Empty));
        assert!(Body::parse(&"ä".repeat(MAX_CHARACTERS)).is_ok());
        assert_eq!(Body::parse(&"a".repeat(MAX_CHARACTERS + 1)), Err(BodyProblem::TooLong));
    }

    #[test]
    fn a_name_is_one_line_that_hides_nothing() {
        for (text, line) in [
            (" Priya \r\n Raman\u{0}", "Priya Raman"),
            ("\u{202e}naraM\u{202c} \u{2066}x\u{2069}", "naraM x"),
            ("\u{200b}\u{feff} \u{200d}", ""),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("a\u{85}b", "a b"),
        ] {
            assert_eq!(one_line(text), line);
        }
    }

    #[test]
    fn links_are_found_and_nothing_is_lost() {
        assert_eq!(
            pieces("see https://a.example/x?y=1. (or http://b.example), javascript:alert(1) xhttp://no"),
            vec![
                Piece::Text("see "),
                Piece::Link("https://a.example/x?y=1"),
                Piece::Text(". (or "),
                Piece::Link("http://b.example"),
                Piece::Text("), javascript:alert(1) xhttp://no"),
            ]
        );
        assert_eq!(pieces("http:// nothing"), vec![Piece::Text("http:// nothing")]);
    }

    proptest::proptest! {
        #[test]
        fn pieces_put_together_are_the_text(text in "(\\PC|https://|\\.| ){0,40}") {
            let joined: String = pieces(&text).iter().map(|p| match p { Piece::Text(t) | Piece::Link(t) => *t }).collect();
            proptest::prop_assert_eq!(joined, text);
        }
    }
}
