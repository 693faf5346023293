//! The files that say what a bare name stands for, each as it is written. Knows neither versions nor who imports.

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
