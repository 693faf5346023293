//! The report `html`: one self-contained page, with the run as JSON in it. `page.html`, `page.css` and the scripts show
//! it.
//!
//! Knows nothing of events.

mod colours;
mod graph;
mod run;
mod size;

use std::io::{self, Write};

use super::record::Record;
use crate::picture::{Drawing, Subject, svg};

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
/// The scripts in the order in which they are joined: each may use those before it.
const SCRIPTS: &[&str] = &[
    include_str!("model.js"),
    include_str!("test.js"),
    include_str!("list.js"),
    include_str!("timeline.js"),
    include_str!("libraries.js"),
    include_str!("keys.js"),
];

/// Writes the page.
pub(super) fn write(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    let tests: Vec<_> = record.tests.iter().map(|test| test.id).collect();
    let drawing = Drawing::new(&Subject::new(&record.outline, &tests));
    let results = graph::results(record);
    let mut rest = PAGE;
    let mut until = |out: &mut dyn Write, place: &str| {
        let (before, after) = rest.split_once(place).expect("the page has each place once");
        rest = after;
        out.write_all(before.as_bytes())
    };
    until(out, "PAGE_STYLE")?;
    out.write_all(STYLE.as_bytes())?;
    until(out, "GRAPH_SVG")?;
    svg::write(out, &record.outline, &drawing, Some(&results))?;
    until(out, "RUN_JSON")?;
    run::write(out, record, &drawing, &results)?;
    until(out, "PAGE_SCRIPT")?;
    SCRIPTS.iter().try_for_each(|script| out.write_all(script.as_bytes()))?;
    out.write_all(rest.as_bytes())
}
