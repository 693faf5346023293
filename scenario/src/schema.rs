//! The JSON Schema of the manifest. The reader does not use it. Tests check that both agree.

/// A JSON Schema (draft 2020-12) for `probe.toml`, for editors and validators. It describes the shape of a manifest. Only
/// [`read`](crate::read) checks what its names refer to.
pub const SCHEMA: &str = include_str!("schema.json");
