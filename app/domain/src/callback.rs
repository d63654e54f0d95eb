//! Callbacks: the customer leaves a phone number and goes; a work item until somebody has called.

use crate::{
    message::{one_line, plain_text},
    settings::Wrong,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

pub const LONGEST_MESSAGE: usize = 2_000;
pub const LONGEST_TIME: usize = 200;
/// How much of a number is shown to whoever left it.
const SHOWN_DIGITS: usize = 3;

/// What a customer leaves for being called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// As it was typed, made tidy: digits, spaces, `+ - ( ) . /`.
    pub phone: String,
    pub message: Option<String>,
    /// When they would like to be called, in their words.
    pub when: Option<String>,
    pub at: Timestamp,
}

impl Callback {
    /// `tel:` address of the number: digits and a leading plus.
    pub fn link(&self) -> String {
        let digits: String = self.phone.chars().filter(char::is_ascii_digit).collect();
        format!("tel:{}{digits}", if self.phone.starts_with('+') { "+" } else { "" })
    }

    /// The number as its owner knows it again: all but the last three digits are dots.
    pub fn masked(&self) -> String {
        let digits = self.phone.chars().filter(char::is_ascii_digit).count();
        let mut seen = 0;
        let mask = |c: char| {
            if !c.is_ascii_digit() {
                return c;
            }
            seen += 1;
            if seen + SHOWN_DIGITS > digits { c } else { '•' }
        };
        self.phone.chars().map(mask).collect()
    }
}

/// The parsed request, or the fields that are wrong.
pub fn parse(phone: &str, message: &str, when: &str, at: Timestamp) -> Result<Callback, Vec<Wrong>> {
    let (phone, message, when) = (one_line(phone), plain_text(message), one_line(when));
    let mut wrong = Vec::new();
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let is_number = phone.chars().enumerate().all(|(n, c)| c.is_ascii_digit() || " -()./".contains(c) || (c == '+' && n == 0));
    if phone.is_empty() {
        wrong.push(Wrong::new("phone", "problem.required"));
    } else if !is_number || !(5..=15).contains(&digits) || phone.chars().count() > 40 {
        wrong.push(Wrong::new("phone", "problem.phone"));
    }
    if message.chars().count() > LONGEST_MESSAGE {
        wrong.push(Wrong::new("message", "problem.too_long"));
    }
    if when.chars().count() > LONGEST_TIME {
        wrong.push(Wrong::new("when", "problem.too_long"));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let some = |text: String| (!text.is_empty()).then_some(text);
    Ok(Callback { phone, message: some(message), when: some(when), at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_shown_by_its_end() {
        for (phone, masked) in [("+49 (30) 123-456", "+•• (••) •••-456"), ("12345", "••345")] {
            assert_eq!(parse(phone, "", "", Timestamp(0)).unwrap().masked(), masked);
        }
    }

    #[test]
    fn a_number_is_what_a_telephone_can_dial() {
        for (phone, link) in [("+49 (30) 123-456", "tel:+4930123456"), (" 030/123.45 ", "tel:03012345")] {
            let parsed = parse(phone, "", "", Timestamp(5)).unwrap();
            assert_eq!((parsed.link().as_str(), parsed.message), (link, None));
        }
        for (phone, why) in
            [("", "problem.required"), ("call me", "problem.phone"), ("12", "problem.phone"), ("1+2345678", "problem.phone")]
        {
            assert_eq!(parse(phone, "", "", Timestamp(0)), Err(vec![Wrong::new("phone", why)]), "{phone}");
        }
        let long = "x".repeat(LONGEST_MESSAGE + 1);
        assert_eq!(parse("030 1234567", &long, "", Timestamp(0)).unwrap_err()[0].field, "message");
    }
}
