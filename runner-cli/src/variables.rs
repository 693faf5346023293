//! Variables as texts that others read. Knows no file and no environment; what a format cannot say is left out and named.

use std::ffi::{OsStr, OsString};
use std::fmt;

use serde_json::{Map, Value, json};

/// Who reads the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A POSIX shell, by `eval`.
    Sh,
    /// A program.
    Json,
    /// GitHub Actions, in the file that `GITHUB_ENV` names.
    Github,
    /// nextest, in the file that `NEXTEST_ENV` names.
    Nextest,
    /// Whoever reads `.env` files.
    Dotenv,
}

/// A text, and what it could not say.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) bytes: Vec<u8>,
    pub(crate) left_out: Vec<LeftOut>,
}

/// A variable that a format cannot say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    name: String,
    reason: Reason,
}

/// Why it cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    /// A shell has no variables of such names, nor have those that read line by line.
    Name,
    /// Whoever reads it refuses the name.
    Reserved(&'static str),
    /// The value is no text.
    NotUtf8,
    /// The value has several lines, and the format has one for each variable.
    Lines,
}

impl Text {
    /// Writes `variables` for `format`; of a name that is there twice, the last value.
    pub(crate) fn new(variables: &[(OsString, OsString)], format: Format) -> Self {
        let mut text = Self { bytes: Vec::new(), left_out: Vec::new() };
        let mut object = Map::new();
        for (index, (name, value)) in variables.iter().enumerate() {
            if variables[index + 1..].iter().any(|(later, _)| later == name) {
                continue;
            }
            match line(name, value, format) {
                Ok(Line::Text(line)) => text.bytes.extend_from_slice(&line),
                Ok(Line::Member(name, value)) => drop(object.insert(name, value)),
                Err(reason) => {
                    let name = name.to_string_lossy().into_owned();
                    text.left_out.push(LeftOut { name, reason });
                }
            }
        }
        if format == Format::Json {
            let document = json!({ "version": 1, "variables": object });
            text.bytes = format!("{document:#}\n").into_bytes();
        }
        text
    }
}

enum Line {
    Text(Vec<u8>),
    Member(String, Value),
}

fn line(name: &OsStr, value: &OsStr, format: Format) -> Result<Line, Reason> {
    let name = name.to_str().ok_or(Reason::Name)?;
    if format != Format::Json && !is_identifier(name) {
        return Err(Reason::Name);
    }
    let text = || value.to_str().ok_or(Reason::NotUtf8);
    let line = match format {
        Format::Sh => sh(name, value),
        Format::Json => return Ok(Line::Member(name.to_owned(), text()?.into())),
        Format::Github => github(name, text()?)?.into_bytes(),
        Format::Nextest => nextest(name, text()?)?.into_bytes(),
        Format::Dotenv => format!("{name}={}\n", dotenv(text()?)).into_bytes(),
    };
    Ok(Line::Text(line))
}

/// `[A-Za-z_][A-Za-z0-9_]*`, as POSIX has it.
fn is_identifier(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// In single quotes nothing means anything but a single quote. The bytes are any.
fn sh(name: &str, value: &OsStr) -> Vec<u8> {
    let mut line = format!("export {name}='").into_bytes();
    for &byte in value.as_encoded_bytes() {
        match byte {
            b'\'' => line.extend_from_slice(b"'\\''"),
            byte => line.push(byte),
        }
    }
    line.extend_from_slice(b"'\n");
    line
}

/// `name=value`, or several lines between two that are equal to a mark which none of them is
/// (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions#multiline-strings>).
fn github(name: &str, value: &str) -> Result<String, Reason> {
    let upper = name.to_ascii_uppercase();
    if upper == "NODE_OPTIONS" || upper.starts_with("GITHUB_") || upper.starts_with("RUNNER_") {
        return Err(Reason::Reserved("GitHub Actions"));
    }
    if !value.contains(['\n', '\r']) {
        return Ok(format!("{name}={value}\n"));
    }
    let mut mark = "PROBE_END".to_owned();
    while value.contains(&mark) {
        mark.push('_');
    }
    Ok(format!("{name}<<{mark}\n{value}\n{mark}\n"))
}

/// `NAME=value`, without quotes or escapes (<https://nexte.st/docs/configuration/setup-scripts/>).
fn nextest(name: &str, value: &str) -> Result<String, Reason> {
    if name.starts_with("NEXTEST") {
        return Err(Reason::Reserved("nextest"));
    }
    if value.contains(['\n', '\r']) {
        return Err(Reason::Lines);
    }
    Ok(format!("{name}={value}\n"))
}

/// As it is where nobody would take it for anything else, else in double quotes with escapes.
fn dotenv(value: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+:,@%=~".contains(c);
    if value.chars().all(is_plain) {
        return value.to_owned();
    }
    let mut quoted = String::from('"');
    for letter in value.chars() {
        match letter {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '"' | '\\' | '$' => quoted.extend(['\\', letter]),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, reason } = self;
        write!(f, "the variable `{name}` is left out: ")?;
        match reason {
            Reason::Name => f.write_str("its name is none that the reader takes"),
            Reason::Reserved(reader) => write!(f, "{reader} keeps that name to itself"),
            Reason::NotUtf8 => f.write_str("its value is not UTF-8"),
            Reason::Lines => f.write_str("its value has several lines"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::system::os_string;

    fn text(format: Format, variables: &[(&str, &str)]) -> String {
        let variables: Vec<_> =
            variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let text = Text::new(&variables, format);
        let left_out = text.left_out.iter().map(|left_out| format!("# {left_out}\n"));
        String::from_utf8(text.bytes).expect("it is text") + &left_out.collect::<String>()
    }

    const ODD: &[(&str, &str)] = &[
        ("PLAIN", "/store/files/9f86/libduckdb.so"),
        ("SPACE", "/my files/it's \"$HOME\" `x` \\ #.so"),
        ("LINES", "one\nPROBE_END\nthree\n"),
        ("EMPTY", ""),
        ("TWICE", "first"),
        ("TWICE", "last"),
        ("odd-name", "x"),
        ("NODE_OPTIONS", "--require=x"),
        ("NEXTEST_X", "x"),
    ];

    #[test]
    fn each_reader_gets_what_it_can_read() {
        insta::assert_snapshot!(text(Format::Sh, ODD), @r#"
        export PLAIN='/store/files/9f86/libduckdb.so'
        export SPACE='/my files/it'\''s "$HOME" `x` \ #.so'
        export LINES='one
        PROBE_END
        three
        '
        export EMPTY=''
        export TWICE='last'
        export NODE_OPTIONS='--require=x'
        export NEXTEST_X='x'
        # the variable `odd-name` is left out: its name is none that the reader takes
        "#);
        insta::assert_snapshot!(text(Format::Json, ODD), @r#"
        {
          "version": 1,
          "variables": {
            "PLAIN": "/store/files/9f86/libduckdb.so",
            "SPACE": "/my files/it's \"$HOME\" `x` \\ #.so",
            "LINES": "one\nPROBE_END\nthree\n",
            "EMPTY": "",
            "TWICE": "last",
            "odd-name": "x",
            "NODE_OPTIONS": "--require=x",
            "NEXTEST_X": "x"
          }
        }
        "#);
        insta::assert_snapshot!(text(Format::Github, ODD), @r#"
        PLAIN=/store/files/9f86/libduckdb.so
        SPACE=/my files/it's "$HOME" `x` \ #.so
        LINES<<PROBE_END_
        one
        PROBE_END
        three

        PROBE_END_
        EMPTY=
        TWICE=last
        NEXTEST_X=x
        # the variable `odd-name` is left out: its name is none that the reader takes
        # the variable `NODE_OPTIONS` is left out: GitHub Actions keeps that name to itself
        "#);
        insta::assert_snapshot!(text(Format::Nextest, ODD), @r#"
        PLAIN=/store/files/9f86/libduckdb.so
        SPACE=/my files/it's "$HOME" `x` \ #.so
        EMPTY=
        TWICE=last
        NODE_OPTIONS=--require=x
        # the variable `LINES` is left out: its value has several lines
        # the variable `odd-name` is left out: its name is none that the reader takes
        # the variable `NEXTEST_X` is left out: nextest keeps that name to itself
        "#);
        insta::assert_snapshot!(text(Format::Dotenv, ODD), @r#"
        PLAIN=/store/files/9f86/libduckdb.so
        SPACE="/my files/it's \"\$HOME\" `x` \\ #.so"
        LINES="one\nPROBE_END\nthree\n"
        EMPTY=
        TWICE=last
        NODE_OPTIONS=--require=x
        NEXTEST_X=x
        # the variable `odd-name` is left out: its name is none that the reader takes
        "#);
    }

    #[test]
    fn what_is_no_text_goes_to_shells_alone() {
        let value = os_string(b"/\xff.so".to_vec());
        for (format, can) in [
            (Format::Sh, true),
            (Format::Json, false),
            (Format::Github, false),
            (Format::Nextest, false),
            (Format::Dotenv, false),
        ] {
            let text = Text::new(&[("LIB".into(), value.clone())], format);
            assert_eq!(text.left_out.is_empty(), can, "{format:?}");
        }
    }

    #[test]
    fn a_shell_reads_back_what_was_written() {
        let all: Vec<u8> = (1..=255).collect();
        let value = os_string(all.clone());
        let text = Text::new(&[("ODD".into(), value)], Format::Sh);
        let mut script = text.bytes;
        script.extend_from_slice(b"printf %s \"$ODD\"");
        let shell = Command::new("sh").arg("-c").arg(os_string(script)).output();
        assert_eq!(shell.expect("there is a shell").stdout, all);
    }

    #[test]
    fn our_own_reader_reads_env_files_back() {
        let readable = &ODD[..4];
        let read = crate::given::dotenv::read(&text(Format::Dotenv, readable));
        assert!(read.mistakes.is_empty(), "{:?}", read.mistakes);
        let read: Vec<_> = read.variables.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(read, readable);
    }
}
