//! The life of a function on AWS Lambda: configuration, one call to the store while init lasts, then one request after another.
//! The routers are those that `kaibo serve` mounts.

use crate::app::{App, jobs};
use crate::clock::{Clock, SystemClock, SystemRandom};
use crate::config::sections::Holder;
use crate::config::source::{Environment, Held};
use crate::http::dispatch::Answers;
use crate::outbound::Outbound;
use crate::outbound::tls::{self, Trust};
use crate::store::{Store, remote};
use axum::response::Response;
use lambda_http::lambda_runtime::{self, LambdaEvent};
use lambda_http::{Body, IntoResponse, service_fn};
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// The longest that init waits for the store.
const WARM: Duration = Duration::from_secs(2);

/// A function that answers HTTP.
pub async fn serve(holder: Holder, routes: fn(App) -> Answers) -> ExitCode {
    let (held, app) = match start(holder).await {
        Ok(started) => started,
        Err(sentence) => return stop(sentence).await,
    };
    let answers = routes(app.clone());
    let state = Arc::new(Mutex::new((held, app, answers)));
    let service = service_fn(move |request: lambda_http::Request| {
        let state = state.clone();
        async move {
            let answers = {
                let (held, app, answers) = &mut *state.lock().await;
                if let Some(renewed) = renewed(held, app).await {
                    *answers = routes(renewed.clone());
                    *app = renewed;
                }
                answers.clone()
            };
            Ok::<_, Infallible>(answer(answers, request).await)
        }
    });
    ended(lambda_http::run(service).await)
}

/// Answers a request that API Gateway passed on.
pub async fn answer(answers: Answers, request: lambda_http::Request) -> ToGateway {
    // The error is one that there cannot be.
    answers.answer(request).await.map_or_else(|never| match never {}, ToGateway)
}

/// An answer on its way to API Gateway, which takes text as it is and anything else in base64.
#[derive(Debug)]
pub struct ToGateway(Response);

impl IntoResponse for ToGateway {
    fn into_response(self) -> Pin<Box<dyn Future<Output = lambda_http::Response<Body>> + Send>> {
        let (parts, body) = self.0.into_parts();
        Box::pin(async move {
            // Our bodies are in memory, so reading one cannot fail.
            let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
            let body = match String::from_utf8(bytes.into()) {
                Ok(text) => Body::Text(text),
                Err(other) => Body::Binary(other.into_bytes()),
            };
            lambda_http::Response::from_parts(parts, body)
        })
    }
}

/// The function that a schedule starts.
pub async fn work() -> ExitCode {
    let (held, app) = match start(Holder::Jobs).await {
        Ok(started) => started,
        Err(sentence) => return stop(sentence).await,
    };
    let state = Arc::new(Mutex::new((held, app)));
    let run = service_fn(move |_: LambdaEvent<IgnoredAny>| {
        let state = state.clone();
        async move {
            let (held, app) = &mut *state.lock().await;
            if let Some(renewed) = renewed(held, app).await {
                *app = renewed;
            }
            let done = jobs::run(app).await;
            let counts = json!({
                "callbacks": done.callbacks,
                "failing": done.failing,
                "chores": done.chores,
                "closed": done.closed,
                "repaired": done.repaired,
            });
            Ok::<Value, Infallible>(counts)
        }
    });
    ended(lambda_runtime::run(run).await)
}

async fn start(holder: Holder) -> Result<(Held, App), String> {
    crate::observe::start();
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return Err(format!("{} runs on AWS Lambda only; on a machine of your own run `kaibo serve`", holder.name()));
    }
    tls::check().map_err(|error| error.to_string())?;
    let environment = Environment::of_process();
    let warm = environment.get("KAIBO_WARM") != Some("off");
    let clock = Arc::new(SystemClock);
    let aws = Trust::of_region(environment.get("AWS_REGION"));
    // Another address than AWS's is somebody else's, and has somebody else's certificate.
    let secrets = if environment.get("KAIBO_SECRETS_ENDPOINT").is_none() { aws } else { Trust::Machine };
    let outbound = Outbound::trusting(secrets);
    let (held, config) = Held::open(holder, environment, outbound, clock.now()).await.map_err(|error| error.to_string())?;
    let trust = if config.store.endpoint == "aws" { aws } else { Trust::Machine };
    let store = Store::on_network(&config.store, Some(remote::http_client(trust)));
    let app = App::new(config, store, clock, Arc::new(SystemRandom::default())).map_err(|error| error.to_string())?;
    if warm {
        // So that the first request finds a connection. Without a store many calls work, so a failure stops nothing.
        match tokio::time::timeout(WARM, app.store.ping()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(error = %error, "the store did not answer while waking"),
            Err(_) => tracing::warn!("the store did not answer within two seconds while waking"),
        }
    }
    Ok((held, app))
}

async fn renewed(held: &mut Held, app: &App) -> Option<App> {
    let now = app.now();
    if !held.is_due(now) {
        return None;
    }
    // In a box: every invocation looks whether it is time, and few fetch.
    let config = Box::pin(held.renew(now)).await?;
    match app.renewed(config) {
        Ok(app) => Some(app),
        Err(error) => {
            tracing::error!(error = %error, "the changed configuration cannot be used; the old one stays in use");
            None
        }
    }
}

/// Tells the log and Lambda why there is no function.
async fn stop(sentence: String) -> ExitCode {
    tracing::error!("{sentence}");
    if let Ok(api) = std::env::var("AWS_LAMBDA_RUNTIME_API") {
        let url = format!("http://{api}/2018-06-01/runtime/init/error");
        let body = json!({ "errorMessage": sentence, "errorType": "kaibo.Start", "stackTrace": [] }).to_string();
        let headers = [("content-type", "application/json"), ("lambda-runtime-function-error-type", "kaibo.Start")];
        // Nobody is left to be told when this fails.
        let _ = Outbound::default().send("POST", &url, &headers, body.into_bytes()).await;
    }
    ExitCode::from(1)
}

fn ended(result: Result<(), lambda_http::Error>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = %error, "the runtime ended");
            ExitCode::from(1)
        }
    }
}
