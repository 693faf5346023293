//! Orders the slots on each column so that few arrows cross: each slot goes to the mean place of the slots that it is
//! joined to, column by column, to the right and back (the barycentre method of Sugiyama, Tagawa and Toda, 1981).
//!
//! Knows no pixel.

use super::lanes::{Lanes, Neighbours};

/// Sweeps over all columns, each way; more than these rarely change anything.
const SWEEPS: usize = 12;

/// Puts the columns into the best order found. Slots that nothing joins to others go last.
pub(super) fn reduce(lanes: &mut Lanes) {
    let neighbours = lanes.neighbours();
    for column in &mut lanes.columns {
        column.sort_by_key(|&slot| neighbours.is_alone(slot));
    }
    let mut best = lanes.columns.clone();
    let mut fewest = crossings(lanes);
    for sweep in 0..2 * SWEEPS {
        if fewest == 0 {
            break;
        }
        let columns = 0..lanes.columns.len();
        if sweep % 2 == 0 {
            columns.for_each(|column| sort(lanes, &neighbours, &neighbours.left, column));
        } else {
            columns.rev().for_each(|column| sort(lanes, &neighbours, &neighbours.right, column));
        }
        let now = crossings(lanes);
        if now < fewest {
            fewest = now;
            best.clone_from(&lanes.columns);
        }
    }
    lanes.columns = best;
}

/// Sorts a column by the mean places of the neighbours of its slots on one side. Slots without neighbours stay about where
/// they are.
fn sort(lanes: &mut Lanes, neighbours: &Neighbours, side: &[Vec<usize>], column: usize) {
    let places = places(lanes);
    let key = |slot: usize| match side[slot].as_slice() {
        _ if neighbours.is_alone(slot) => f64::INFINITY,
        [] => places[slot],
        joined => joined.iter().map(|&other| places[other]).sum::<f64>() / joined.len() as f64,
    };
    lanes.columns[column].sort_by(|&a, &b| key(a).total_cmp(&key(b)));
}

/// By slot, its place on its column, from 0 at the top to 1.
fn places(lanes: &Lanes) -> Vec<f64> {
    let mut places = vec![0.0; lanes.slots.len()];
    for column in &lanes.columns {
        for (index, &slot) in column.iter().enumerate() {
            places[slot] = (index as f64 + 0.5) / column.len() as f64;
        }
    }
    places
}

/// How many pairs of steps cross.
fn crossings(lanes: &Lanes) -> usize {
    let places = places(lanes);
    let mut crossings = 0;
    for column in 0..lanes.columns.len() {
        let steps: Vec<(f64, f64)> = lanes
            .steps
            .iter()
            .filter(|step| lanes.slots[step.from].column == column)
            .map(|step| (places[step.from], places[step.to]))
            .collect();
        for (index, a) in steps.iter().enumerate() {
            crossings +=
                steps[index + 1..].iter().filter(|b| (a.0 - b.0) * (a.1 - b.1) < 0.0).count();
        }
    }
    crossings
}
