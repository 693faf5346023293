//! Names and passwords for hosts, as netrc files have them. Knows no file; no message holds a word of the text but a host.
//!
//! Own code: the crates that read such files name the words that they do not understand, which may be passwords. `default`
//! is passed over, since it would give a password to whatever host a redirect leads to.

use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

use probe_loader::Credential;

/// What a text says, up to where it is not understood.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) credentials: Vec<Credential>,
    pub(crate) problem: Option<Problem>,
}

/// What is not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The 1-based line.
    line: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A word that is none of the known ones.
    Unknown,
    /// A key without what it should say.
    NoValue(&'static str),
    /// A key before any `machine`.
    NoMachine(&'static str),
    /// A quotation mark without its other one.
    Unclosed,
}

/// Reads all of `text`, or up to the first problem.
pub(crate) fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    let mut entry = None;
    let mut words = Words { letters: text.chars().peekable(), line: 1 };
    if let Err(problem) = entries(&mut words, &mut entry, &mut reading.credentials) {
        reading.problem = Some(problem);
    }
    reading.credentials.extend(entry.and_then(Entry::credential));
    reading
}

/// A `machine`, or `default`, which has no host.
#[derive(Default)]
struct Entry {
    host: Option<String>,
    login: Option<String>,
    password: Option<String>,
}

impl Entry {
    fn credential(self) -> Option<Credential> {
        let Self { host, login, password } = self;
        Some(Credential { host: host?, user: login?, password: password.unwrap_or_default() })
    }
}

fn entries(
    words: &mut Words<'_>,
    entry: &mut Option<Entry>,
    credentials: &mut Vec<Credential>,
) -> Result<(), Problem> {
    while let Some(word) = words.key()? {
        match word.as_str() {
            "machine" => {
                let host = Some(words.value("machine")?);
                let before = entry.replace(Entry { host, ..Entry::default() });
                credentials.extend(before.and_then(Entry::credential));
            }
            "default" => {
                let before = entry.replace(Entry::default());
                credentials.extend(before.and_then(Entry::credential));
            }
            "login" | "user" => words.entry("login", entry)?.login = Some(words.value("login")?),
            "password" => {
                words.entry("password", entry)?.password = Some(words.value("password")?);
            }
            "account" => drop(words.value("account")?),
            "macdef" => words.skip_macro(),
            _ => return Err(words.problem(Kind::Unknown)),
        }
    }
    Ok(())
}

struct Words<'t> {
    letters: Peekable<Chars<'t>>,
    line: usize,
}

impl Words<'_> {
    fn problem(&self, kind: Kind) -> Problem {
        Problem { line: self.line, kind }
    }

    fn entry<'e>(
        &self,
        key: &'static str,
        entry: &'e mut Option<Entry>,
    ) -> Result<&'e mut Entry, Problem> {
        entry.as_mut().ok_or_else(|| self.problem(Kind::NoMachine(key)))
    }

    /// The next word, where a `#` begins a comment.
    fn key(&mut self) -> Result<Option<String>, Problem> {
        loop {
            self.skip_space();
            match self.letters.peek() {
                Some('#') => while self.next().is_some_and(|letter| letter != '\n') {},
                _ => return self.word(),
            }
        }
    }

    /// The next word, whatever it begins with.
    fn value(&mut self, key: &'static str) -> Result<String, Problem> {
        let line = self.line;
        self.skip_space();
        self.word()?.ok_or(Problem { line, kind: Kind::NoValue(key) })
    }

    fn word(&mut self) -> Result<Option<String>, Problem> {
        let mut word = String::new();
        match self.letters.peek() {
            None => return Ok(None),
            Some('"') => {
                let unclosed = self.problem(Kind::Unclosed);
                self.next();
                loop {
                    match self.next().ok_or(unclosed)? {
                        '"' => return Ok(Some(word)),
                        '\\' => word.push(match self.next().ok_or(unclosed)? {
                            'n' => '\n',
                            'r' => '\r',
                            't' => '\t',
                            other => other,
                        }),
                        letter => word.push(letter),
                    }
                }
            }
            Some(_) => {}
        }
        while let Some(letter) = self.letters.next_if(|letter| !letter.is_whitespace()) {
            word.push(letter);
        }
        Ok(Some(word))
    }

    fn skip_space(&mut self) {
        while self.letters.peek().is_some_and(|letter| letter.is_whitespace()) {
            self.next();
        }
    }

    /// A macro goes on to the first empty line.
    fn skip_macro(&mut self) {
        let mut empty = false;
        while let Some(letter) = self.next() {
            match letter {
                '\n' if empty => return,
                '\n' => empty = true,
                '\r' => {}
                _ => empty = false,
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.letters.next();
        self.line += usize::from(letter == Some('\n'));
        letter
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match self.kind {
            Kind::Unknown => f.write_str("a word that means nothing there"),
            Kind::NoValue(key) => write!(f, "`{key}` without a value"),
            Kind::NoMachine(key) => write!(f, "`{key}` before any `machine`"),
            Kind::Unclosed => f.write_str("a `\"` without its other one"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str, &str)], problem: Option<&str>) {
        let reading = read(text);
        let read: Vec<_> = reading
            .credentials
            .iter()
            .map(|known| (known.host.as_str(), known.user.as_str(), known.password.as_str()))
            .collect();
        assert_eq!(read, expected, "{text:?}");
        let told = reading.problem.map(|problem| problem.to_string());
        assert_eq!(told.as_deref(), problem, "{text:?}");
    }

    #[test]
    fn machines_have_names_and_passwords() {
        check("", &[], None);
        check("machine h login me password word", &[("h", "me", "word")], None);
        check("machine h\n\tlogin me\n\tpassword word\n", &[("h", "me", "word")], None);
        check(
            "machine a password p login l\nmachine b login m account x password q",
            &[("a", "l", "p"), ("b", "m", "q")],
            None,
        );
        check("machine h login me", &[("h", "me", "")], None);
        check("machine h password word", &[], None);
        check("machine h user me password p", &[("h", "me", "p")], None);
    }

    #[test]
    fn odd_words_are_read_as_others_read_them() {
        check("# all mine\nmachine h # here\nlogin me password p", &[("h", "me", "p")], None);
        check("machine h login me password #1", &[("h", "me", "#1")], None);
        check("machine h login \"a b\" password \"q\\\"\\\\\"", &[("h", "a b", "q\"\\")], None);
        check("machine h login me password pässwörd", &[("h", "me", "pässwörd")], None);
        check("default login anonymous password me@here", &[], None);
        check("machine h login l password p\r\ndefault login a", &[("h", "l", "p")], None);
        check("macdef init\ncd /pub\nmget *\n\nmachine h login l", &[("h", "l", "")], None);
        check("macdef init\ncd /pub", &[], None);
    }

    #[test]
    fn what_is_not_understood_is_told_by_its_line_alone() {
        let first = [("a", "l", "p")];
        check(
            "machine a login l password p\nsecret",
            &first,
            Some("line 2: a word that means nothing there"),
        );
        check(
            "machine a login l password p\nmachine",
            &first,
            Some("line 2: `machine` without a value"),
        );
        check("login l", &[], Some("line 1: `login` before any `machine`"));
        check("\nmachine a login \"l", &[], Some("line 2: a `\"` without its other one"));
        check("machine a password", &[], Some("line 1: `password` without a value"));
    }
}
