//! The graph for Graphviz.

use std::io::{self, Write};

use probe_scenario::Suite;

use super::drawing::{Arrow, Drawing, Node};

/// Writes the drawing: libraries as ovals on the left, tests as boxes.
pub(super) fn write(out: &mut dyn Write, suite: &Suite, drawing: &Drawing) -> io::Result<()> {
    writeln!(out, "digraph probe {{")?;
    writeln!(out, "    rankdir=LR")?;
    writeln!(out, "    node [shape=box]")?;
    for &id in &drawing.libraries {
        let name = escaped(&suite.libraries[id.index()].name);
        writeln!(out, "    {} [shape=ellipse, label=\"{name}\"]", Node::Library(id))?;
    }
    for (index, fold) in drawing.folds.iter().enumerate() {
        let lines: Vec<String> = fold.lines(suite).iter().map(|line| escaped(line)).collect();
        writeln!(out, "    {} [label=\"{}\"]", Node::Fold(index), lines.join("\\n"))?;
    }
    for (from, to, arrow) in &drawing.arrows {
        let style = match arrow {
            Arrow::Needs => "",
            Arrow::After => " [style=dashed]",
        };
        writeln!(out, "    {from} -> {to}{style}")?;
    }
    writeln!(out, "}}")
}

/// Text within a quoted label, where Graphviz reads escapes and HTML's entities.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;")
}
