//! One GetSecretValue of AWS Secrets Manager, signed here: a whole SDK for one call would cost start-up time.
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>

use super::source::Environment;
use crate::live::time::UnixMs;
use crate::outbound::Outbound;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use serde::Deserialize;
use std::time::{Duration, UNIX_EPOCH};

/// Why there is no secret. Neither its name nor its value is told: the name is in the environment of who reads this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// A variable that Lambda sets is not there.
    #[error("{0} is not set, and the call to Secrets Manager cannot be made without it")]
    Variable(&'static str),
    /// The call could not be built.
    #[error("the call to Secrets Manager cannot be signed: is KAIBO_CONFIG_SECRET the secret's name or ARN?")]
    Unsigned,
    /// No answer.
    #[error("Secrets Manager does not answer: {0}")]
    Silent(crate::outbound::OutboundError),
    /// It is not there, or was never given a value.
    #[error("Secrets Manager has no such secret, or it has no value yet: put in what `kaibo config split` prints")]
    Missing,
    /// The function's role lacks a grant.
    #[error("Secrets Manager refuses: the function's role needs secretsmanager:GetSecretValue on it, and kms:Decrypt on its key")]
    Denied,
    /// Anything else that it says.
    #[error("Secrets Manager answers {0}")]
    Answer(u16),
    /// A binary secret, or none at all.
    #[error("the secret holds no text: it must be the TOML document itself")]
    NoText,
}

/// Reads the text of a secret by its name or ARN.
pub async fn read(id: &str, environment: &Environment, outbound: &Outbound, now: UnixMs) -> Result<String, SecretError> {
    let region = region(id, environment)?;
    let url = environment.get("KAIBO_SECRETS_ENDPOINT").map_or_else(|| endpoint(&region), str::to_owned);
    let body = serde_json::json!({ "SecretId": id }).to_string();
    let mut headers = vec![
        ("content-type", "application/x-amz-json-1.1".to_owned()),
        ("x-amz-target", "secretsmanager.GetSecretValue".to_owned()),
    ];
    let signed = signature(&url, &headers, &body, &region, environment, now)?;
    headers.extend(signed);
    let borrowed: Vec<(&'static str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = outbound.send("POST", &url, &borrowed, body.into_bytes()).await.map_err(SecretError::Silent)?;
    text(answer.status, &answer.body)
}

#[derive(Deserialize)]
struct Told {
    #[serde(rename = "SecretString")]
    text: Option<String>,
    #[serde(rename = "__type", default)]
    kind: String,
}

fn text(status: u16, body: &[u8]) -> Result<String, SecretError> {
    let told: Told = serde_json::from_slice(body).map_err(|_| SecretError::Answer(status))?;
    match (status, told.kind.rsplit('#').next().unwrap_or_default()) {
        (200, _) => told.text.filter(|text| !text.trim().is_empty()).ok_or(SecretError::NoText),
        (_, "ResourceNotFoundException") => Err(SecretError::Missing),
        (_, "AccessDeniedException" | "DecryptionFailure" | "UnrecognizedClientException") => Err(SecretError::Denied),
        _ => Err(SecretError::Answer(status)),
    }
}

/// `arn:aws-cn:secretsmanager:cn-north-1:...` names its region; a plain name is in the function's own.
fn region(id: &str, environment: &Environment) -> Result<String, SecretError> {
    let named = id.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(2));
    let own = || environment.get("AWS_REGION").or_else(|| environment.get("AWS_DEFAULT_REGION"));
    let region = named.or_else(own).ok_or(SecretError::Variable("AWS_REGION"))?;
    let plain = !region.is_empty() && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if plain { Ok(region.to_owned()) } else { Err(SecretError::Unsigned) }
}

fn endpoint(region: &str) -> String {
    let end = if region.starts_with("cn-") { ".cn" } else { "" };
    format!("https://secretsmanager.{region}.amazonaws.com{end}/")
}

fn signature(
    url: &str,
    headers: &[(&'static str, String)],
    body: &str,
    region: &str,
    environment: &Environment,
    now: UnixMs,
) -> Result<Vec<(&'static str, String)>, SecretError> {
    let key = |name: &'static str| environment.get(name).ok_or(SecretError::Variable(name));
    let token = environment.get("AWS_SESSION_TOKEN").map(str::to_owned);
    let identity = Credentials::new(key("AWS_ACCESS_KEY_ID")?, key("AWS_SECRET_ACCESS_KEY")?, token, None, "environment").into();
    let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(now.0).unwrap_or_default());
    let params = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("secretsmanager")
        .time(at)
        .settings(SigningSettings::default())
        .build()
        .map_err(|_| SecretError::Unsigned)?
        .into();
    let pairs = headers.iter().map(|(name, value)| (*name, value.as_str()));
    let request =
        SignableRequest::new("POST", url, pairs, SignableBody::Bytes(body.as_bytes())).map_err(|_| SecretError::Unsigned)?;
    let (instructions, _) = sign(request, &params).map_err(|_| SecretError::Unsigned)?.into_parts();
    let (headers, _) = instructions.into_parts();
    Ok(headers.iter().map(|header| (header.name(), header.value().to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_region_has_its_own_address() {
        assert_eq!(endpoint("eu-west-1"), "https://secretsmanager.eu-west-1.amazonaws.com/");
        assert_eq!(endpoint("cn-north-1"), "https://secretsmanager.cn-north-1.amazonaws.com.cn/");
        let nowhere = Environment::of([]);
        let arn = "arn:aws-cn:secretsmanager:cn-northwest-1:1:secret:a-b";
        assert_eq!(region(arn, &nowhere).as_deref(), Ok("cn-northwest-1"));
        assert_eq!(region("kaibo", &nowhere), Err(SecretError::Variable("AWS_REGION")));
        assert_eq!(region("arn:aws:secretsmanager:evil.example.com/:1", &nowhere), Err(SecretError::Unsigned));
    }

    #[test]
    fn each_refusal_has_its_sentence() {
        for (status, body, expected) in [
            (400, r#"{"__type":"ResourceNotFoundException","Message":"canary"}"#, SecretError::Missing),
            (400, r#"{"__type":"com.amazonaws.x#AccessDeniedException"}"#, SecretError::Denied),
            (400, r#"{"__type":"DecryptionFailure"}"#, SecretError::Denied),
            (500, r#"{"__type":"InternalServiceError"}"#, SecretError::Answer(500)),
            (502, "<html>", SecretError::Answer(502)),
            (200, r#"{"SecretBinary":"AAAA"}"#, SecretError::NoText),
            (200, r#"{"SecretString":" \n"}"#, SecretError::NoText),
        ] {
            let error = text(status, body.as_bytes()).unwrap_err();
            assert_eq!(error, expected);
            assert!(!error.to_string().contains("canary"));
        }
        assert_eq!(text(200, br#"{"SecretString":"production = true"}"#).as_deref(), Ok("production = true"));
    }
}
