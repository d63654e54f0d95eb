//! Makes a hand-written script smaller without renaming anything: comments, indentation and empty lines go.

/// The script without comments, indentation and empty lines. Line breaks stay, so that a statement ends where it
/// did; strings, templates and regular expressions stay as they are.
pub fn strip(source: &str) -> String {
    let mut scanner = Scanner { rest: source, output: String::with_capacity(source.len()) };
    while scanner.advance() {}
    scanner.output.trim_end().to_owned() + "\n"
}

struct Scanner<'a> {
    rest: &'a str,
    output: String,
}

impl Scanner<'_> {
    /// Takes the next piece; false at the end.
    fn advance(&mut self) -> bool {
        let Some(next) = self.rest.chars().next() else { return false };
        match next {
            '/' if self.rest.starts_with("//") => self.skip(self.rest.find('\n').unwrap_or(self.rest.len())),
            '/' if self.rest.starts_with("/*") => self.block_comment(),
            '/' if self.regex_may_start() => self.take(regex_length(self.rest)),
            '"' | '\'' => self.take(quoted_length(self.rest, next)),
            '`' => self.take(template_length(self.rest)),
            '\n' | '\r' => self.line_break(),
            ' ' | '\t' if self.at_line_start() => self.skip(1),
            _ => self.take(next.len_utf8()),
        }
        true
    }

    fn take(&mut self, length: usize) {
        let (piece, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.output.push_str(piece);
        self.rest = rest;
    }

    fn skip(&mut self, length: usize) {
        self.rest = &self.rest[length..];
    }

    /// A block comment separates what stood around it: it leaves a line break if it had one, else a space.
    fn block_comment(&mut self) {
        let length = self.rest.find("*/").map_or(self.rest.len(), |end| end + 2);
        let had_break = self.rest[..length].contains('\n');
        self.skip(length);
        if had_break {
            self.end_line();
        } else if !self.at_line_start() && !self.output.ends_with(' ') {
            self.output.push(' ');
        }
    }

    fn line_break(&mut self) {
        self.skip(1);
        self.end_line();
    }

    fn end_line(&mut self) {
        self.output.truncate(self.output.trim_end_matches([' ', '\t']).len());
        if !self.at_line_start() {
            self.output.push('\n');
        }
    }

    fn at_line_start(&self) -> bool {
        self.output.is_empty() || self.output.ends_with('\n')
    }

    /// A slash divides after a value (a name, a number, a closing bracket) and starts a regular expression elsewhere.
    fn regex_may_start(&self) -> bool {
        let before = self.output.trim_end();
        let Some(last) = before.chars().next_back() else { return true };
        if last.is_alphanumeric() || matches!(last, '_' | '$') {
            let word = before.rsplit(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '$'))).next();
            return matches!(word, Some("return" | "typeof" | "case" | "in" | "of" | "delete" | "void" | "throw" | "new" | "else" | "do"));
        }
        !matches!(last, ')' | ']' | '}' | '"' | '\'' | '`')
    }
}

/// The length of a string from its opening quote to its closing one.
fn quoted_length(text: &str, quote: char) -> usize {
    end_of(text, 1, |letter| letter == quote)
}

/// The length of a template with whatever is nested in its `${…}`.
fn template_length(text: &str) -> usize {
    let mut at = 1;
    while let Some(letter) = text[at..].chars().next() {
        match letter {
            '`' => return at + 1,
            '\\' => at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
            '$' if text[at..].starts_with("${") => at += hole_length(&text[at..]),
            _ => at += letter.len_utf8(),
        }
    }
    text.len()
}

/// The length of a template's `${…}`.
fn hole_length(text: &str) -> usize {
    let (mut at, mut depth) = (2, 1);
    while let Some(letter) = text[at..].chars().next() {
        at += match letter {
            '"' | '\'' => quoted_length(&text[at..], letter),
            '`' => template_length(&text[at..]),
            _ => letter.len_utf8(),
        };
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => return at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a regular expression; its flags follow as a plain word.
fn regex_length(text: &str) -> usize {
    let mut in_class = false;
    end_of(text, 1, |letter| {
        match letter {
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
        letter == '/' && !in_class
    })
}

/// The length up to and with the first letter from `start` on that closes, passing over what is escaped.
fn end_of(text: &str, start: usize, mut closes: impl FnMut(char) -> bool) -> usize {
    let mut escaped = false;
    for (at, letter) in text[start..].char_indices() {
        if escaped {
            escaped = false;
        } else if letter == '\\' {
            escaped = true;
        } else if closes(letter) {
            return start + at + letter.len_utf8();
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn comments_and_indentation_go() {
        let source = "/**\n * Says hello.\n */\n(function () {\n  // first\n  var a = 1; // one\n\n  var b = a /* half */ / 2;\n})();\n";
        assert_eq!(strip(source), "(function () {\nvar a = 1;\nvar b = a  / 2;\n})();\n");
    }

    #[test]
    fn what_looks_like_a_comment_in_a_string_stays() {
        for kept in ["var u = \"https://x\";\n", "var u = '/* \\' */ //';\n", "var t = `//${a + `/*${b}*/`} // {`;\n"] {
            assert_eq!(strip(kept), kept);
        }
    }

    #[test]
    fn what_looks_like_a_comment_in_a_regular_expression_stays() {
        for kept in ["s.replace(/\\/\\*[/\"]/g, '');\n", "return /[//]/.test(s);\n", "var ok = /'/.test(s);\n"] {
            assert_eq!(strip(kept), kept);
        }
    }

    #[test]
    fn a_division_is_not_a_regular_expression() {
        let source = "var a = b / c; // d / e\nvar f = (a) / 2 / g[0] / 3; // '\n";
        assert_eq!(strip(source), "var a = b / c;\nvar f = (a) / 2 / g[0] / 3;\n");
    }

    #[test]
    fn lines_stay_apart_where_a_comment_held_the_break() {
        assert_eq!(strip("a()/*\n*/b()\n"), "a()\nb()\n");
        assert_eq!(strip("return/* */x\n"), "return x\n");
    }
}
