//! What stands in a page and comes from somewhere else: a comment before it says from where, so that a page can be read
//! anywhere and is never out of date. `INSTA_UPDATE=always` writes it anew.
//!
//! - `<!-- from: ../FILE -->`: the next block of code is that file.
//! - `<!-- from: help TOPIC -->`: the next block is what `probe help TOPIC` prints.
//! - `<!-- from: add --list -->`: the next table has a row for each line of that.

use crate::support::Project;

use super::{docs, read};

/// Checks every part of a page that comes from somewhere else, and says how many there are.
pub(super) fn check(name: &str) -> usize {
    let page = read(name);
    let (fresh, parts) = fresh(&page);
    if std::env::var_os("INSTA_UPDATE").is_some_and(|how| how == "always") && fresh != page {
        std::fs::write(docs().join(name), &fresh).expect("write the page");
    } else {
        assert_eq!(page, fresh, "{name}: `INSTA_UPDATE=always` writes it anew");
    }
    parts
}

/// The page with all such parts as they should be, and how many there are.
fn fresh(page: &str) -> (String, usize) {
    let mut lines = page.lines().peekable();
    let (mut text, mut parts) = (String::new(), 0);
    while let Some(line) = lines.next() {
        text += &format!("{line}\n");
        let from = line.strip_prefix("<!-- from: ").and_then(|rest| rest.strip_suffix(" -->"));
        let Some(from) = from else { continue };
        parts += 1;
        let first = *lines.peek().unwrap_or_else(|| panic!("nothing follows `{line}`"));
        if first.starts_with("```") {
            lines.by_ref().skip(1).find(|line| *line == "```").expect("the end of the block");
            text += &format!("{first}\n{}\n```\n", source(from).trim_end());
        } else {
            while lines.peek().is_some_and(|line| line.starts_with('|')) {
                lines.next();
            }
            text += &table(&source(from));
        }
    }
    (text, parts)
}

/// What a file holds, or a command prints.
fn source(from: &str) -> String {
    if from.starts_with("../") {
        return read(from);
    }
    let words: Vec<&str> = from.split(' ').collect();
    let said = Project::bare().probe(&words);
    assert_eq!(said.code, 0, "`probe {from}`: {}", said.stderr);
    said.stdout
}

/// Columns with at least two blanks between them as a table of Markdown.
fn table(columns: &str) -> String {
    let mut table =
        "| preset | how its library gets there | recognised by |\n|---|---|---|\n".to_owned();
    for line in columns.lines() {
        let cells: Vec<&str> =
            line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let [name, how, by] = cells[..] else { panic!("no three columns: {line}") };
        let by: Vec<String> =
            by.split(", ").map(|by| format!("`{}`", by.replace('|', "\\|"))).collect();
        table += &format!("| `{name}` | {how} | {} |\n", by.join(", "));
    }
    table
}
