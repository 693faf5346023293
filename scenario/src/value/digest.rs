//! SHA-256 digests as manifests write them. Computes none.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};

/// The SHA-256 of a download's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sha256(pub [u8; 32]);

/// Why a text is not a SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadDigest {
    /// It is neither hex nor base64.
    Encoding,
    /// The wrong number of bytes. The value is the number found.
    Length(usize),
    /// A subresource-integrity string of another algorithm. The value is its name.
    Algorithm(String),
}

impl FromStr for Sha256 {
    type Err = BadDigest;

    /// Reads 64 hex digits, or a subresource-integrity string: `sha256-` and base64
    /// (<https://www.w3.org/TR/sri-2/>).
    fn from_str(text: &str) -> Result<Self, BadDigest> {
        let bytes = match text.split_once('-') {
            Some(("sha256", base64)) => BASE64.decode(base64.as_bytes()),
            Some((algorithm, _)) => return Err(BadDigest::Algorithm(algorithm.to_owned())),
            None => HEXLOWER_PERMISSIVE.decode(text.as_bytes()),
        };
        let bytes = bytes.map_err(|_| BadDigest::Encoding)?;
        let length = bytes.len();
        bytes.try_into().map(Self).map_err(|_| BadDigest::Length(length))
    }
}

impl fmt::Display for Sha256 {
    /// 64 lower-case hex digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Display for BadDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => f.write_str("it is neither 64 hex digits nor `sha256-` with base64"),
            Self::Length(bytes) => write!(f, "it has {bytes} bytes instead of 32"),
            Self::Algorithm(name) => write!(f, "only `sha256-…` is supported, not `{name}-…`"),
        }
    }
}

impl std::error::Error for BadDigest {}
