//! trtc: filled by its formats.
