//! Which words README, book, help and messages do without: `words.txt` has them, each with what to write in its place.
//!
//! Knows no grammar: a phrase of the list, between two ends of words, in any case. In Markdown, code does not count; in Rust,
//! texts in quotes do, and comments only where the command line makes help of them.

use std::fs;
use std::path::{Path, PathBuf};

use super::{crates, sources, without_tests};

/// A phrase, and what to write instead.
struct Phrase {
    words: String,
    instead: &'static str,
    /// Whether it is one of the book alone.
    is_of_book: bool,
}

fn phrases() -> Vec<Phrase> {
    let lines = include_str!("words.txt").lines().filter(|line| !line.starts_with('#'));
    let lines = lines.filter(|line| !line.trim().is_empty());
    let phrases = lines.map(|line| {
        let (words, instead) = line.split_once(" -> ").expect("`PHRASE -> INSTEAD`");
        let of_book = words.trim().strip_prefix("book: ");
        Phrase {
            words: of_book.unwrap_or(words.trim()).to_lowercase(),
            instead: instead.trim(),
            is_of_book: of_book.is_some(),
        }
    });
    phrases.collect()
}

/// Where the phrase begins, each time with no letter before and after it.
fn places(line: &str, phrase: &str) -> bool {
    let mut from = 0;
    while let Some(at) = line[from..].find(phrase).map(|at| from + at) {
        let before = line[..at].chars().next_back();
        let after = line[at + phrase.len()..].chars().next();
        if !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric) {
            return true;
        }
        from = at + phrase.len();
    }
    false
}

/// The lines of a page without code, and without what a test or a program makes.
fn prose(page: &str) -> Lines {
    let mut is_code = false;
    let mut lines = Vec::new();
    for (number, line) in page.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code && !line.starts_with("<!--") {
            // Every second piece is code; and what a link leads to is no word.
            let text: Vec<&str> = line.split('`').step_by(2).collect();
            let text = text.join("`").replace("(torn)", "");
            let text: Vec<&str> = text.split("](").map(after_link).collect();
            lines.push((number + 1, text.join("](")));
        }
    }
    lines
}

/// What follows the target of a link.
fn after_link(text: &str) -> &str {
    match text.split_once(".md)") {
        Some((target, rest)) if !target.contains(' ') => rest,
        _ => text,
    }
}

/// The texts in quotes of a Rust file, and what the command line makes help of.
fn texts(path: &Path, source: &str) -> Lines {
    let is_help = path.components().any(|part| part.as_os_str() == "args");
    let mut lines = Vec::new();
    for (number, line) in without_tests(source).lines().enumerate() {
        let trimmed = line.trim_start();
        if let Some(comment) = trimmed.strip_prefix("///") {
            if is_help {
                lines.push((number + 1, comment.to_owned()));
            }
        } else if !trimmed.starts_with("//") && !trimmed.contains("reason = ") {
            let quoted: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
            lines.push((number + 1, quoted.join("\"")));
        }
    }
    lines
}

/// Lines with their numbers.
type Lines = Vec<(usize, String)>;

/// All that people read, file by file, and whether it is the book.
fn read_by_people() -> Vec<(PathBuf, bool, Lines)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned();
    let read = |path: &Path| fs::read_to_string(path).expect("a text");
    let mut all = Vec::new();
    let pages =
        fs::read_dir(root.join("docs")).expect("the book").flatten().map(|page| page.path());
    let mut pages: Vec<PathBuf> =
        pages.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    pages.sort();
    // That one has the phrases in it.
    pages.retain(|path| !path.ends_with("style.md"));
    pages.extend(["README.md", "integrations/README.md"].map(|name| root.join(name)));
    all.extend(pages.into_iter().map(|path| (path.clone(), true, prose(&read(&path)))));
    let numbered = |text: &str| {
        text.lines().enumerate().map(|(number, line)| (number + 1, line.to_owned())).collect()
    };
    let topics = fs::read_dir(root.join("runner-cli/src/topic")).expect("topics").flatten();
    let mut topics: Vec<PathBuf> = topics.map(|topic| topic.path()).collect();
    topics.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    topics.push(root.join("scenario/src/schema.json"));
    all.extend(topics.into_iter().map(|path| (path.clone(), true, numbered(&read(&path)))));
    // A model of the conductor in its tests says nothing to users.
    let is_model = |file: &PathBuf| file.components().any(|part| part.as_os_str() == "model");
    for file in crates()
        .iter()
        .flat_map(|directory| sources(&directory.join("src")))
        .filter(|file| !is_model(file))
    {
        let lines = texts(&file, &read(&file));
        all.push((file, false, lines));
    }
    all
}

#[test]
fn what_people_read_has_none_of_the_words_of_the_list() {
    let phrases = phrases();
    assert!(phrases.len() > 20, "{}", phrases.len());
    let mut found = Vec::new();
    let mut lines_read = 0;
    for (path, is_book, lines) in read_by_people() {
        lines_read += lines.len();
        for (number, line) in lines {
            let line = line.to_lowercase();
            for phrase in phrases.iter().filter(|phrase| is_book || !phrase.is_of_book) {
                if places(&line, &phrase.words) {
                    let Phrase { words, instead, .. } = phrase;
                    found.push(format!("{}:{number}: “{words}”: {instead}", path.display()));
                }
            }
        }
    }
    assert!(lines_read > 10_000, "{lines_read}");
    assert!(found.is_empty(), "{} places:\n{}", found.len(), found.join("\n"));
}

#[test]
fn a_phrase_is_found_between_words_and_not_in_them() {
    assert!(places("it is said at the end", "is said"));
    assert!(places("said", "said"));
    assert!(!places("this saidly", "is said"));
    assert!(!places("unsaid and saidly", "said"));
    assert_eq!(prose("a `is said` b\n```\nis said\n```\n"), [(1, "a ` b".to_owned())]);
    let source = "/// is said\nlet a = \"x\"; // y\n";
    assert_eq!(texts(Path::new("src/a.rs"), source), [(2, "x".to_owned())]);
    assert_eq!(texts(Path::new("src/args/a.rs"), source).len(), 2);
}
