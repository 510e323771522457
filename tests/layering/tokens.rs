//! Rust source as tokens: without comments, doc examples and the insides of strings.

/// A token and the line it stands on, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

/// What a token is, as far as paths need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a keyword; a raw name without its `r#`.
    Word(String),
    /// A sign, one character each, but `::` as one.
    Sign(&'static str),
    /// A string, a character or a number.
    Literal,
}

impl Token {
    pub(crate) fn is(&self, text: &str) -> bool {
        match &self.kind {
            Kind::Word(word) => word == text,
            Kind::Sign(sign) => *sign == text,
            Kind::Literal => false,
        }
    }

    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }
}

const SIGNS: [&str; 13] = ["::", "{", "}", "(", ")", "[", "]", ",", ";", "*", "#", ".", "$"];

/// The tokens of a source file that compiles.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut reader = Reader { rest: source, line: 1 };
    let mut tokens = Vec::new();
    while let Some(first) = reader.rest.chars().next() {
        let line = reader.line;
        if first.is_whitespace() {
            reader.skip(first.len_utf8());
        } else if reader.rest.starts_with("//") {
            reader.skip(reader.rest.find('\n').unwrap_or(reader.rest.len()));
        } else if reader.rest.starts_with("/*") {
            reader.skip_block_comment();
        } else if let Some(hashes) = raw_string(reader.rest) {
            let open = reader.rest.find('"').unwrap() + 1;
            reader.skip(open);
            let close = format!("\"{}", "#".repeat(hashes));
            reader.skip(reader.rest.find(&close).expect("a raw string ends") + close.len());
            tokens.push(Token { line, kind: Kind::Literal });
        } else if let Some(prefix) = ["\"", "b\"", "c\""].iter().find(|open| reader.rest.starts_with(**open))
        {
            reader.skip(prefix.len());
            reader.skip_quoted('"');
            tokens.push(Token { line, kind: Kind::Literal });
        } else if let Some(prefix) = ["'", "b'"].iter().find(|open| reader.rest.starts_with(**open)) {
            reader.skip(prefix.len());
            let mut ahead = reader.rest.chars();
            let (first, second) = (ahead.next(), ahead.next());
            if first == Some('\\') || second == Some('\'') {
                reader.skip_quoted('\'');
                tokens.push(Token { line, kind: Kind::Literal });
            } else {
                // A lifetime, which says nothing of paths.
                reader.skip(name(reader.rest));
            }
        } else if first.is_ascii_digit() {
            reader.skip(name(reader.rest));
            tokens.push(Token { line, kind: Kind::Literal });
        } else if first.is_alphabetic() || first == '_' {
            if reader.rest.starts_with("r#") {
                reader.skip(2);
            }
            let end = name(reader.rest);
            tokens.push(Token { line, kind: Kind::Word(reader.rest[..end].to_owned()) });
            reader.skip(end);
        } else {
            let sign = SIGNS.into_iter().find(|sign| reader.rest.starts_with(sign));
            tokens.push(Token { line, kind: Kind::Sign(sign.unwrap_or("other")) });
            reader.skip(sign.map_or(first.len_utf8(), str::len));
        }
    }
    tokens
}

/// The number of `#` around the raw string that the text begins with.
fn raw_string(text: &str) -> Option<usize> {
    let after = ["br", "cr", "r"].iter().find_map(|prefix| text.strip_prefix(prefix))?;
    let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
    after[hashes..].starts_with('"').then_some(hashes)
}

/// The length of the name or number that the text begins with.
fn name(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    fn skip(&mut self, bytes: usize) {
        let (skipped, rest) = self.rest.split_at(bytes);
        self.line += skipped.matches('\n').count();
        self.rest = rest;
    }

    /// Skips the rest of a quoted text, with its end.
    fn skip_quoted(&mut self, quote: char) {
        let mut escaped = false;
        let end = self.rest.find(|c: char| {
            let ends = c == quote && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        self.skip(end.expect("a quoted text ends") + quote.len_utf8());
    }

    /// Skips a block comment and those inside of it.
    fn skip_block_comment(&mut self) {
        let mut depth = 0;
        loop {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.skip(2);
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.skip(2);
                if depth == 0 {
                    return;
                }
            } else {
                self.skip(self.rest.chars().next().expect("a block comment ends").len_utf8());
            }
        }
    }
}

#[test]
fn comments_strings_and_lifetimes_are_not_names() {
    let source = r####"
        // crate::a
        /* crate::b /* crate::c */ crate::d */
        /// ```
        /// use crate::e;
        /// ```
        #[doc = "crate::f"]
        fn g<'life>(h: &'life str) -> char {
            let _ = (r#"crate::i " "#, b"crate\"::j", br##"k"# crate"##, '"', '\'', 'x', '/', b'\\', 1_000u64, 0.5e3);
            r#type::l
        }
    "####;
    let words: Vec<String> =
        tokens(source).iter().filter_map(|token| token.word().map(str::to_owned)).collect();
    let expected = ["doc", "fn", "g", "h", "str", "char", "let", "_", "type", "l"];
    assert_eq!(words, expected.map(str::to_owned));
}

#[test]
fn tokens_know_their_line() {
    let found = tokens("/* 1\n2 */ a\n\"3\n4\" b // c\n::d");
    let lines: Vec<(usize, Option<&str>)> = found.iter().map(|token| (token.line, token.word())).collect();
    assert_eq!(lines, [(2, Some("a")), (3, None), (4, Some("b")), (5, None), (5, Some("d"))]);
}
