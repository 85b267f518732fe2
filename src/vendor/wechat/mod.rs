//! wechat: filled by its formats.
