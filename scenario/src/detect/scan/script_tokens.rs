//! JavaScript and TypeScript as tokens, as far as imports need them: words, strings, single punctuators.
//!
//! This is not a parser. The token before a `/` decides whether it divides or begins a regular expression, and JSX text is
//! read as code. If that guess is wrong, a string or a regular expression ends at the end of its line at the latest, so
//! the lines after it are read correctly.

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name, a keyword or a number.
    Word(&'t str),
    /// A string without its quotes, escapes as they are written.
    Text(&'t str),
    /// The start of a template up to its first substitution; `true` if it has none, and so is a text.
    Template(&'t str, bool),
    /// One byte of anything else; `…` stands for three dots.
    Mark(u8),
    /// Three dots.
    Spread,
}

/// The tokens of a text.
pub(super) struct Tokens<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Where the latest token begins.
    start: usize,
    /// Whether a `/` here would divide.
    after_value: bool,
    /// How many braces are open in the substitution of each open template, the innermost last.
    templates: Vec<usize>,
}

/// Words after which an expression begins, so that `/` begins a regular expression.
const BEFORE_EXPRESSIONS: [&str; 15] = [
    "return",
    "typeof",
    "instanceof",
    "in",
    "of",
    "new",
    "delete",
    "void",
    "throw",
    "case",
    "do",
    "else",
    "yield",
    "await",
    "default",
];

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let mut tokens =
            Self { text, bytes, at: 0, start: 0, after_value: false, templates: Vec::new() };
        if bytes.starts_with(b"#!") {
            tokens.skip_line();
        }
        tokens
    }

    /// Where the latest token begins.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        self.at += length;
    }

    fn skip_comment(&mut self) {
        let rest = &self.text[self.at + 2..];
        self.at = rest.find("*/").map_or(self.bytes.len(), |length| self.at + 2 + length + 2);
    }

    fn word(&mut self) -> Token<'t> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| !is_word(byte)).unwrap_or(rest.len());
        let word = &self.text[self.at..self.at + length];
        self.at += length;
        self.after_value = !BEFORE_EXPRESSIONS.contains(&word);
        Token::Word(word)
    }

    /// A string in `quote`; `None` if its line ends first.
    fn string(&mut self, quote: u8) -> Option<Token<'t>> {
        let from = self.at + 1;
        self.at = from;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
                b'\n' => return None,
                _ if byte == quote => {
                    let text = self.text.get(from..self.at)?;
                    self.at += 1;
                    self.after_value = true;
                    return Some(Token::Text(text));
                }
                _ => self.at += 1,
            }
        }
        None
    }

    /// The part of a template from here to its end or its next substitution.
    fn template(&mut self) -> Token<'t> {
        let from = self.at;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
                b'`' => {
                    let text = self.text.get(from..self.at).unwrap_or_default();
                    self.at += 1;
                    self.after_value = true;
                    return Token::Template(text, true);
                }
                b'$' if self.peek(1) == Some(b'{') => {
                    let text = self.text.get(from..self.at).unwrap_or_default();
                    self.at += 2;
                    self.after_value = false;
                    self.templates.push(0);
                    return Token::Template(text, false);
                }
                _ => self.at += 1,
            }
        }
        Token::Template(self.text.get(from..).unwrap_or_default(), false)
    }

    /// Skips a regular expression, if the line holds its end.
    fn skip_regex(&mut self) -> bool {
        let mut in_class = false;
        let mut at = self.at + 1;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' => return false,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    self.at = at + 1;
                    self.after_value = true;
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        false
    }

    fn mark(&mut self, byte: u8) -> Token<'t> {
        self.at += 1;
        self.after_value = matches!(byte, b')' | b']' | b'}');
        Token::Mark(byte)
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        while let Some(byte) = self.peek(0) {
            self.start = self.at;
            match byte {
                _ if byte.is_ascii_whitespace() => self.at += 1,
                b'/' if self.peek(1) == Some(b'/') => self.skip_line(),
                b'/' if self.peek(1) == Some(b'*') => self.skip_comment(),
                b'/' if !self.after_value && self.skip_regex() => {}
                b'"' | b'\'' => {
                    if let Some(token) = self.string(byte) {
                        return Some(token);
                    }
                }
                b'`' => {
                    self.at += 1;
                    return Some(self.template());
                }
                b'}' if self.templates.last() == Some(&0) => {
                    self.templates.pop();
                    self.at += 1;
                    // The part after a substitution is never a whole text, whatever its end.
                    if let Token::Template(text, _) = self.template() {
                        return Some(Token::Template(text, false));
                    }
                }
                b'{' | b'}' => {
                    if let Some(open) = self.templates.last_mut() {
                        *open = if byte == b'{' { *open + 1 } else { *open - 1 };
                    }
                    return Some(self.mark(byte));
                }
                b'.' if self.bytes[self.at..].starts_with(b"...") => {
                    self.at += 3;
                    self.after_value = false;
                    return Some(Token::Spread);
                }
                _ if is_word(byte) => return Some(self.word()),
                _ => return Some(self.mark(byte)),
            }
        }
        None
    }
}

/// Whether a byte belongs to a word. Letters outside ASCII do, and so does every other character there: it is no
/// punctuator.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#') || !byte.is_ascii()
}
