//! The graph for Mermaid, as GitHub and GitLab show it in Markdown.

use std::io::{self, Write};

use probe_scenario::Suite;

use super::drawing::{Arrow, Drawing, Node};

/// The most arrows that Mermaid draws unless `maxEdges` is set where it is started; a picture cannot set it.
const MOST_ARROWS: usize = 500;

/// Writes the drawing: libraries rounded on the left, tests as boxes.
pub(super) fn write(out: &mut dyn Write, suite: &Suite, drawing: &Drawing) -> io::Result<()> {
    if drawing.arrows.len() > MOST_ARROWS {
        let arrows = drawing.arrows.len();
        writeln!(out, "%% {arrows} arrows: Mermaid must be started with a `maxEdges` of as many")?;
    }
    writeln!(out, "flowchart LR")?;
    for &id in &drawing.libraries {
        let name = escaped(&suite.libraries[id.index()].name);
        writeln!(out, "    {}([\"{name}\"])", Node::Library(id))?;
    }
    for (index, fold) in drawing.folds.iter().enumerate() {
        let lines: Vec<String> = fold.lines(suite).iter().map(|line| escaped(line)).collect();
        writeln!(out, "    {}[\"{}\"]", Node::Fold(index), lines.join("<br>"))?;
    }
    for (from, to, arrow) in &drawing.arrows {
        let line = match arrow {
            Arrow::Needs => "-->",
            Arrow::After => "-.->",
        };
        writeln!(out, "    {from} {line} {to}")?;
    }
    Ok(())
}

/// Text within a quoted label: what Mermaid or HTML could read as more than text becomes Mermaid's own entities.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | '*' | '_' => {
                escaped.push_str(&format!("#{};", u32::from(character)));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}
