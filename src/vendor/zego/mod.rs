//! zego: filled by its formats.
