//! Which language a problem or a reason is told in: `Accept-Language`, else Chinese for a page of a mini program, else the configured one.

use crate::app::App;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::convert::Infallible;

/// The two languages of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Language {
    /// The tag for `Content-Language`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// Reads `zh`, `zh-CN`, `en`, `en-GB`...
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split('-').next()?.trim() {
            main if main.eq_ignore_ascii_case("zh") => Some(Self::Zh),
            main if main.eq_ignore_ascii_case("en") => Some(Self::En),
            _ => None,
        }
    }

    /// The text in this language.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// The language of a request. `default` is the configured tag.
    pub fn of(headers: &HeaderMap, default: &str) -> Self {
        Self::asked(headers).unwrap_or_else(|| Self::configured(default))
    }

    /// The language that a request asks for, if it does.
    pub fn asked(headers: &HeaderMap) -> Option<Self> {
        let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
        text(header::ACCEPT_LANGUAGE)
            .and_then(accepted)
            // The device sets the referer and page code cannot change it; good enough for choosing a language.
            .or_else(|| text(header::REFERER)?.starts_with("https://servicewechat.com/").then_some(Self::Zh))
    }

    /// The language of a configured tag.
    pub fn configured(tag: &str) -> Self {
        Self::from_tag(tag).unwrap_or(Self::Zh)
    }
}

impl FromRequestParts<App> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, &app.config.server.default_language))
    }
}

/// The liked one of our two; the first of equals; none when neither is named.
fn accepted(list: &str) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    for entry in list.split(',') {
        let mut parts = entry.split(';');
        let Some(language) = parts.next().and_then(|tag| Language::from_tag(tag.trim())) else { continue };
        let quality = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        if quality > best.map_or(0.0, |(_, so_far)| so_far) {
            best = Some((language, quality));
        }
    }
    best.map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&'static str, &str)], default: &str) -> Language {
        let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        Language::of(&headers, default)
    }

    #[test]
    fn the_callers_wish_comes_before_the_place_and_the_place_before_the_default() {
        let page = ("referer", "https://servicewechat.com/wx0000000000000000/0/page-frame.html");
        assert_eq!(of(&[("accept-language", "en-GB"), page], "zh"), Language::En);
        assert_eq!(of(&[("accept-language", "fr, *;q=0.5"), page], "en"), Language::Zh);
        assert_eq!(of(&[("accept-language", "fr")], "en"), Language::En);
        assert_eq!(of(&[], "zh"), Language::Zh);
    }

    #[test]
    fn the_higher_quality_wins_and_zero_means_never() {
        assert_eq!(of(&[("accept-language", "en;q=0.4, zh-CN;q=0.8")], "en"), Language::Zh);
        assert_eq!(of(&[("accept-language", "en;q=0, fr")], "zh"), Language::Zh);
        assert_eq!(of(&[("accept-language", "en, zh")], "zh"), Language::En);
    }
}
