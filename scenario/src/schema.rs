//! The JSON Schema of the manifest. Reading does not use it; tests make the two agree.

/// A JSON Schema (draft 2020-12) for `probe.toml`, for editors and validators. It knows the shape of a manifest; what
/// its names refer to, only [`read`](crate::read) knows.
pub const SCHEMA: &str = include_str!("schema.json");
