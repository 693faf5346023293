//! Circles of arrows: files each of which leads to each other.

use std::collections::BTreeSet;

/// The circles of two files and more.
pub(super) fn circles(arrows: &[BTreeSet<usize>]) -> Vec<Vec<usize>> {
    let reached: Vec<BTreeSet<usize>> = (0..arrows.len()).map(|file| reach(arrows, file)).collect();
    let mut circles: Vec<Vec<usize>> = Vec::new();
    for (file, from_here) in reached.iter().enumerate() {
        let back = |other: &usize| *other != file && reached[*other].contains(&file);
        let others: Vec<usize> = from_here.iter().copied().filter(|other| back(other)).collect();
        // Each circle once: by its first file.
        if others.first().is_some_and(|first| *first > file) {
            circles.push(std::iter::once(file).chain(others).collect());
        }
    }
    circles
}

/// The files that `from` leads to.
fn reach(arrows: &[BTreeSet<usize>], from: usize) -> BTreeSet<usize> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(file) = open.pop() {
        open.extend(arrows[file].iter().filter(|next| reached.insert(**next)));
    }
    reached
}

#[test]
fn a_circle_is_found_once_with_all_that_is_in_it() {
    let arrows = |of: &[&[usize]]| -> Vec<BTreeSet<usize>> {
        of.iter().map(|to| to.iter().copied().collect()).collect()
    };
    let check = |of: &[&[usize]], expected: &[&[usize]]| {
        assert_eq!(circles(&arrows(of)), expected.iter().map(|c| c.to_vec()).collect::<Vec<_>>());
    };
    check(&[&[1], &[2], &[]], &[]);
    check(&[&[1], &[0]], &[&[0, 1]]);
    check(&[&[1], &[2], &[0], &[0, 4], &[3]], &[&[0, 1, 2], &[3, 4]]);
    check(&[&[1, 2], &[0], &[0]], &[&[0, 1, 2]]);
}
