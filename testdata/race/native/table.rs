//! A table of words that are neither zero nor compressible, computed by the compiler.

/// Numerical Recipes' 64-bit linear congruential generator, from `seed` on.
pub const fn words<const COUNT: usize>(seed: u64) -> [u64; COUNT] {
    let mut words = [0; COUNT];
    let mut state = seed;
    let mut index = 0;
    while index < COUNT {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        words[index] = state;
        index += 1;
    }
    words
}

/// The exclusive or of `count` words of `table` from `from` on; both wrap at its end.
pub fn fold(table: &[u64], from: u64, count: u64) -> u64 {
    (0..count).fold(0, |sum, step| sum ^ table[(from.wrapping_add(step) % table.len() as u64) as usize])
}
