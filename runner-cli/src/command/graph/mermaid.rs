//! The graph for Mermaid, as GitHub and GitLab show it in Markdown.

use std::io::{self, Write};

use probe_report::Outline;
use probe_report::picture::Means;
use probe_report::picture::drawing::{Drawing, Node};
use probe_report::picture::label;

/// Writes the drawing: libraries rounded and services as hexagons on the left, tests as boxes.
pub(super) fn write(out: &mut dyn Write, outline: &Outline, drawing: &Drawing) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for node in &drawing.nodes {
        let lines: Vec<String> =
            label::lines(outline, node).iter().map(|line| escaped(line)).collect();
        let text = lines.join("<br>");
        match node {
            Node::Libraries(_) => writeln!(out, "    {node}([\"{text}\"])")?,
            Node::Services(_) => writeln!(out, "    {node}{{{{\"{text}\"}}}}")?,
            Node::Tests(..) => writeln!(out, "    {node}[\"{text}\"]")?,
        }
    }
    for arrow in &drawing.arrows {
        let line = match arrow.means {
            Means::Needs => "-->",
            Means::After => "-.->",
        };
        writeln!(out, "    {} {line} {}", drawing.nodes[arrow.from], drawing.nodes[arrow.to])?;
    }
    Ok(())
}

/// Text within a quoted label. What Mermaid, or the Markdown and HTML that it reads there, could take for more than text
/// becomes Mermaid's own entities: punctuation, unless it joins two letters or digits as in `a.sh`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        let joins = || {
            before.is_some_and(char::is_alphanumeric)
                && rest.clone().next().is_some_and(char::is_alphanumeric)
                && !escaped.ends_with("www")
        };
        let is_text = match character {
            '/' | ',' => true,
            '.' | '-' => joins(),
            // Markdown takes indented lines for code.
            ' ' => before.is_some(),
            _ => !character.is_ascii_punctuation(),
        };
        if is_text {
            escaped.push(character);
        } else {
            escaped.push_str(&format!("#{};", u32::from(character)));
        }
        before = Some(character);
    }
    escaped
}
