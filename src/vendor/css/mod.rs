//! css: filled by its formats.
