//! The column of each box: libraries and services by what they need, then tests by what they come after.
//!
//! Knows no format and no size.

use super::arrow::Arrow;

/// The column of each node: one more than the largest column that leads to it. Tests, which begin at `first_test`, stand
/// right of all others, and only tests push them further. Folding may have closed a circle. Then the first of its boxes
/// counts as if nothing in the circle led to it.
pub(super) fn columns(nodes: usize, first_test: usize, arrows: &[Arrow]) -> Vec<usize> {
    let mut columns = vec![0; nodes];
    let is_test = |node: usize| node >= first_test;
    let inner: Vec<&Arrow> =
        arrows.iter().filter(|arrow| is_test(arrow.from) == is_test(arrow.to)).collect();
    let mut outgoing = vec![Vec::new(); nodes];
    let mut open = vec![0_usize; nodes];
    for arrow in inner {
        outgoing[arrow.from].push(arrow.to);
        open[arrow.to] += 1;
    }
    let mut is_placed = vec![false; nodes];
    let mut ready: Vec<usize> = (0..nodes).filter(|&node| open[node] == 0).collect();
    // Nodes before it are placed.
    let mut first_open = 0;
    loop {
        let node = match ready.pop() {
            Some(node) if is_placed[node] => continue,
            Some(node) => node,
            None => {
                while first_open < nodes && is_placed[first_open] {
                    first_open += 1;
                }
                if first_open == nodes {
                    break;
                }
                first_open
            }
        };
        is_placed[node] = true;
        for &next in &outgoing[node] {
            if !is_placed[next] {
                columns[next] = columns[next].max(columns[node] + 1);
                open[next] -= 1;
                if open[next] == 0 {
                    ready.push(next);
                }
            }
        }
    }
    let others = columns[..first_test].iter().max().map_or(0, |most| most + 1);
    for column in &mut columns[first_test..] {
        *column += others;
    }
    columns
}
