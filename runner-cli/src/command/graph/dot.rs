//! The graph for Graphviz.

use std::io::{self, Write};

use probe_report::Outline;
use probe_report::picture::drawing::{Drawing, Node};
use probe_report::picture::label;
use probe_report::picture::{Holds, Means};

/// Writes the drawing: libraries as ovals and services as hexagons on the left, tests as boxes.
pub(super) fn write(out: &mut dyn Write, outline: &Outline, drawing: &Drawing) -> io::Result<()> {
    writeln!(out, "digraph probe {{")?;
    writeln!(out, "    rankdir=LR")?;
    writeln!(out, "    node [shape=box]")?;
    for node in &drawing.nodes {
        let lines: Vec<String> =
            label::lines(outline, node).iter().map(|line| escaped(line)).collect();
        let shape = match node {
            Node::Libraries(_) => "shape=ellipse, ",
            Node::Services(_) => "shape=hexagon, ",
            Node::Tests(..) => "",
        };
        writeln!(out, "    {node} [{shape}label=\"{}\"]", lines.join("\\n"))?;
    }
    for arrow in &drawing.arrows {
        let (from, to) = (&drawing.nodes[arrow.from], &drawing.nodes[arrow.to]);
        let style = match (arrow.means, arrow.holds) {
            (Means::Needs, Holds::ForAll) => "",
            (Means::Needs, Holds::ForSome) => " [color=gray]",
            (Means::After, Holds::ForAll) => " [style=dashed]",
            (Means::After, Holds::ForSome) => " [style=dashed, color=gray]",
        };
        writeln!(out, "    {from} -> {to}{style}")?;
    }
    writeln!(out, "}}")
}

/// Text within a quoted label, where Graphviz reads escapes and HTML's entities.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;")
}
