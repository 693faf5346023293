//! What runs leave for programs: each report is given to readers of its format that are not probe's own.

mod destinations;
mod events;
mod scenes;
