use super::*;
use std::sync::{Arc, Mutex};

const OPERATORS: &str = "[[access.operators]]\nname = \"a\"\nscopes = [\"read\"]\n\
    key_sha256 = \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"\n";

async fn open(holder: Holder, environment: Environment) -> Result<(Held, Config), SourceError> {
    Held::open(holder, environment, Outbound::default(), UnixMs::from_seconds(1_760_000_000)).await
}

async fn refused(holder: Holder, environment: Environment) -> String {
    open(holder, environment).await.unwrap_err().to_string()
}

/// A Secrets Manager that answers what it is told to, and keeps what it was asked.
struct Fake {
    url: String,
    next: Arc<Mutex<(u16, String)>>,
    asked: Arc<Mutex<Vec<(axum::http::HeaderMap, String)>>>,
}

impl Fake {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let next = Arc::new(Mutex::new((200, String::new())));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answers, asks) = (next.clone(), asked.clone());
        let router = axum::Router::new().fallback(async move |headers: axum::http::HeaderMap, body: String| {
            asks.lock().unwrap().push((headers, body));
            let (status, text) = answers.lock().unwrap().clone();
            (axum::http::StatusCode::from_u16(status).unwrap(), text)
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, next, asked }
    }

    fn says(&self, document: &str) {
        *self.next.lock().unwrap() = (200, serde_json::json!({ "SecretString": document }).to_string());
    }

    fn fails(&self, kind: &str) {
        *self.next.lock().unwrap() = (400, serde_json::json!({ "__type": kind }).to_string());
    }

    fn environment(&self) -> Environment {
        Environment::of([
            ("KAIBO_CONFIG_SECRET", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kaibo-AbCdEf"),
            ("KAIBO_CONFIG_TEXT", "never read"),
            ("KAIBO_SECRETS_ENDPOINT", &self.url),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "canary-secret-access-key"),
            ("AWS_SESSION_TOKEN", "session"),
        ])
    }
}

#[tokio::test]
async fn without_a_source_the_sentence_names_the_three() {
    for environment in [Environment::default(), Environment::of([("KAIBO_CONFIG_TEXT", ""), ("KAIBO_CONFIG", "")])] {
        let sentence = refused(Holder::Client, environment).await;
        assert!(["KAIBO_CONFIG_SECRET", "KAIBO_CONFIG_TEXT", "KAIBO_CONFIG "].iter().all(|name| sentence.contains(name)));
    }
    let sentence = refused(Holder::Client, Environment::of([("KAIBO_CONFIG", "/nowhere/kaibo.toml")])).await;
    assert_eq!(sentence, "KAIBO_CONFIG: the file cannot be read: entity not found");
}

#[tokio::test]
async fn the_environment_overrides_the_document() {
    let text = format!("[server]\npublic_url = \"https://a.example\"\n{OPERATORS}");
    let (_, config) = open(Holder::Operator, Environment::of([("KAIBO_CONFIG_TEXT", &text)])).await.unwrap();
    assert_eq!((config.production, config.store.table.as_str(), config.store.endpoint.as_str()), (false, "kaibo", "aws"));
    let environment =
        Environment::of([("KAIBO_CONFIG_TEXT", &text), ("KAIBO_PRODUCTION", "1"), ("KAIBO_TABLE", "stack-Table-1")]);
    let (_, config) = open(Holder::Operator, environment).await.unwrap();
    assert_eq!((config.production, config.store.table.as_str()), (true, "stack-Table-1"));
    let open_identity = "[server]\npublic_url = \"https://a.example\"\n[access]\nopen_identity = true";
    let environment = Environment::of([("KAIBO_CONFIG_TEXT", open_identity), ("KAIBO_PRODUCTION", "1")]);
    assert!(refused(Holder::Client, environment).await.starts_with("KAIBO_CONFIG_TEXT: line 4: access.open_identity"));
}

#[tokio::test]
async fn a_document_that_holds_more_than_its_function_may_is_refused_by_key() {
    let text = "[callbacks]\npath_token = \"canary-path-token-0001\"\n[[zego]]\napp_id = 1\ncallback_secret = \"canary\"";
    let sentence = refused(Holder::Client, Environment::of([("KAIBO_CONFIG_TEXT", text)])).await;
    assert!(sentence.contains("line 2: callbacks.path_token must not be in fn_client"), "{sentence}");
    assert!(sentence.contains("line 5: zego[0].callback_secret must not be in fn_client"), "{sentence}");
    assert!(!sentence.contains("canary"));
    let disk = refused(Holder::Jobs, Environment::of([("KAIBO_CONFIG_TEXT", "[store]\nendpoint = \"embedded\"")])).await;
    assert!(disk.contains("line 2: store.endpoint must be \"aws\""), "{disk}");
}

#[tokio::test]
async fn a_secret_comes_first_by_one_signed_call() {
    let fake = Fake::start().await;
    fake.says(OPERATORS);
    let (_, config) = open(Holder::Operator, fake.environment()).await.unwrap();
    assert_eq!(config.access.operators.len(), 1);
    let asked = fake.asked.lock().unwrap();
    let [(headers, body)] = asked.as_slice() else { panic!("one call") };
    assert_eq!(headers["x-amz-target"], "secretsmanager.GetSecretValue");
    assert_eq!(headers["x-amz-security-token"], "session");
    let proof = headers["authorization"].to_str().unwrap();
    assert!(
        proof.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20251009/eu-west-1/secretsmanager/aws4_request"),
        "{proof}"
    );
    assert!(body.contains("secret:kaibo-AbCdEf"));
}

#[tokio::test]
async fn a_missing_or_broken_secret_stops_the_start_with_a_sentence() {
    let fake = Fake::start().await;
    fake.fails("ResourceNotFoundException");
    let missing = refused(Holder::Operator, fake.environment()).await;
    assert!(missing.starts_with("KAIBO_CONFIG_SECRET: Secrets Manager has no such secret"), "{missing}");
    fake.fails("AccessDeniedException");
    assert!(refused(Holder::Operator, fake.environment()).await.contains("secretsmanager:GetSecretValue"));
    fake.says("[access]\nsession_hours = \"canary\"");
    let broken = refused(Holder::Client, fake.environment()).await;
    assert_eq!(broken, "KAIBO_CONFIG_SECRET: line 2: access.session_hours has a wrong value: expected u32");
    let mut environment = fake.environment();
    environment.0.remove("AWS_SECRET_ACCESS_KEY");
    assert!(refused(Holder::Client, environment).await.contains("AWS_SECRET_ACCESS_KEY is not set"));
    let mut environment = fake.environment();
    environment.0.insert("KAIBO_SECRETS_ENDPOINT".into(), "http://127.0.0.1:1/".into());
    assert!(refused(Holder::Client, environment).await.contains("does not answer"));
}

#[tokio::test]
async fn a_secret_is_read_again_after_five_minutes_and_the_old_one_stays_when_that_fails() {
    let fake = Fake::start().await;
    fake.says(OPERATORS);
    let start = UnixMs::from_seconds(1_760_000_000);
    let (mut held, _) = open(Holder::Operator, fake.environment()).await.unwrap();
    let calls = || fake.asked.lock().unwrap().len();
    assert!(held.renew(start.plus_seconds(299)).await.is_none());
    assert_eq!(calls(), 1);
    assert!(held.renew(start.plus_seconds(300)).await.is_none(), "read, and the same");
    assert_eq!(calls(), 2);
    fake.fails("InternalServiceError");
    assert!(held.renew(start.plus_seconds(600)).await.is_none());
    assert!(held.renew(start.plus_seconds(601)).await.is_none());
    assert_eq!(calls(), 3, "a failure is not repeated by each request");
    fake.says("[[zego]]\napp_id = 0");
    assert!(held.renew(start.plus_seconds(660)).await.is_none(), "a broken document is not taken");
    fake.says(&OPERATORS.replace("\"a\"", "\"b\""));
    let config = held.renew(start.plus_seconds(720)).await.unwrap();
    assert_eq!(config.access.operators[0].name, "b");
    assert_eq!(format!("{held:?}"), r#"Held { holder: Operator, from: "KAIBO_CONFIG_SECRET", .. }"#);
}
