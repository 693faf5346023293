//! The files that say what a bare name stands for, one module per format. Knows neither versions nor importers.

mod deno;
mod json;
mod package;
mod pyproject;
mod tsconfig;

pub(super) use deno::{DenoConfig, LockSetting, Mapped};
pub(super) use json::Document;
pub(super) use package::Package;
pub(super) use pyproject::{PyProject, is_one as is_python};
pub(super) use tsconfig::TsConfig;
