//! What must hold for any bytes, by what reads them. The targets feed it new ones; the tests of this crate feed it the
//! corpus that is kept, on any compiler.

mod archive;
mod manifest;
mod object;
mod pins;

pub use archive::archive;
pub use manifest::manifest;
pub use object::object;
pub use pins::pins;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// Feeds every input that is kept.
    fn replay(target: &str, check: fn(&[u8])) {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        let inputs: Vec<_> = fs::read_dir(corpus).expect("the corpus is checked in").collect();
        assert!(!inputs.is_empty(), "the corpus of {target} is empty");
        for input in inputs {
            let path = input.expect("an input").path();
            check(&fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
        }
    }

    #[test]
    fn archives() {
        replay("archive", super::archive);
    }

    #[test]
    fn manifests() {
        replay("manifest", super::manifest);
    }

    #[test]
    fn objects() {
        replay("object", super::object);
    }

    #[test]
    fn lock_files() {
        replay("pins", super::pins);
    }
}
