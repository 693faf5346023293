//! How digests are written and read.

use probe_loader::Sha256;

#[test]
fn a_digest_is_read_from_hexadecimal_and_from_an_integrity_string() {
    // FIPS 180-2, appendix B.1.
    let hexadecimal = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let abc = Sha256::of(b"abc");
    assert_eq!(abc.to_string(), hexadecimal);
    for text in [
        hexadecimal,
        &hexadecimal.to_uppercase(),
        "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
    ] {
        assert_eq!(text.parse(), Ok(abc), "{text}");
    }
}

#[test]
fn what_is_no_digest_is_refused_by_name() {
    for text in ["", "ba78", "sha256-", "sha256-AAAA", "sha512-AAAA", &"g".repeat(64)] {
        let error = text.parse::<Sha256>().expect_err(text).to_string();
        assert!(error.starts_with(&format!("`{text}` is no SHA-256 digest")), "{error}");
    }
}
