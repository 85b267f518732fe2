//! The DynamoDB-compatible engine in this process (`dynoxide-rs`), reached by the same SDK through a connector without a socket.
//! The engine checks no signatures, so no port is opened for it here.

use super::StoreError;
use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

/// The engine. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    db: Database,
    /// Held as long as the engine, when it is on a file.
    _lock: Option<Arc<File>>,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

impl Engine {
    /// In memory: gone with the process.
    pub fn in_memory() -> Result<Self, StoreError> {
        Database::memory()
            .map(|db| Self { db, _lock: None })
            .map_err(|e| StoreError::Open(format!("the store in memory did not open: {e}")))
    }

    /// In a folder, which is made if it is not there. One process at a time: what a second one would see of the first's
    /// writes, and when, is nothing to build on. The lock goes with the process, however it ends.
    pub fn in_folder(folder: &str) -> Result<Self, StoreError> {
        let open = |e: &dyn std::fmt::Display| StoreError::Open(format!("the data folder {folder} cannot be used: {e}"));
        std::fs::create_dir_all(folder).map_err(|e| open(&e))?;
        let lock = File::create(Path::new(folder).join("kaibo.lock")).map_err(|e| open(&e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(open(&"another kaibo has it open")),
            Err(TryLockError::Error(error)) => return Err(open(&error)),
        }
        let file = Path::new(folder).join("kaibo.db");
        Database::new(&file.to_string_lossy()).map(|db| Self { db, _lock: Some(Arc::new(lock)) }).map_err(|e| open(&e))
    }

    /// Deletes what is past its time to live, as AWS does by itself; answers how many rows.
    pub fn sweep(&self) -> Result<usize, StoreError> {
        self.db.sweep_ttl().map_err(|e| StoreError::Busy(format!("the sweep failed: {e}")))
    }

    /// The engine itself, for tests that look into the table.
    pub fn database(&self) -> Database {
        self.db.clone()
    }

    /// A client for the SDK that ends here.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// One call as it came over a wire: status and JSON. SQLite blocks; its thread must not be one that serves requests.
    pub async fn exchange(&self, operation: &str, body: Vec<u8>) -> Result<(u16, String), tokio::task::JoinError> {
        let (engine, operation) = (self.clone(), operation.to_owned());
        tokio::task::spawn_blocking(move || engine.answer(&operation, &body)).await
    }

    fn answer(&self, operation: &str, body: &[u8]) -> (u16, String) {
        let db = &self.db;
        let done = match operation {
            "GetItem" => call(body, |ask| db.get_item(ask)),
            "PutItem" => call(body, |ask| db.put_item(ask)),
            "UpdateItem" => call(body, |ask| db.update_item(ask)),
            "Query" => call(body, |ask| db.query(ask)),
            "CreateTable" => call(body, |ask| db.create_table(ask)),
            "DescribeTable" => call(body, |ask| db.describe_table(ask)),
            "UpdateTimeToLive" => call(body, |ask| db.update_time_to_live(ask)),
            "DescribeTimeToLive" => call(body, |ask| db.describe_time_to_live(ask)),
            other => Err(DynoxideError::ValidationException(format!("kaibo does not use {other}"))),
        };
        match done {
            Ok(text) => (200, text),
            Err(error) => (error.status_code(), error.to_json()),
        }
    }
}

fn call<Ask: DeserializeOwned, Answer: Serialize>(
    body: &[u8],
    run: impl FnOnce(Ask) -> dynoxide::Result<Answer>,
) -> dynoxide::Result<String> {
    let ask = serde_json::from_slice(body).map_err(|e| DynoxideError::SerializationException(e.to_string()))?;
    serde_json::to_string(&run(ask)?).map_err(|e| DynoxideError::InternalServerError(e.to_string()))
}

impl HttpClient for Engine {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Engine {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation = request.headers().get("x-amz-target").and_then(|t| t.rsplit('.').next()).unwrap_or_default().to_owned();
        let body = request.body().bytes().unwrap_or_default().to_vec();
        let engine = self.clone();
        HttpConnectorFuture::new(async move {
            let (status, text) = engine.exchange(&operation, body).await.map_err(|e| ConnectorError::other(e.into(), None))?;
            let status = status.try_into().map_err(|_| ConnectorError::user("a status out of range".into()))?;
            let mut response = HttpResponse::new(status, SdkBody::from(text));
            response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
            Ok(response)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::StoreConfig;
    use crate::live::time::UnixMs;
    use crate::store::item::{Read, row, s};
    use crate::store::{Store, keys};

    #[tokio::test]
    async fn a_folder_belongs_to_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let config = StoreConfig { data_dir: folder.path().to_string_lossy().into_owned(), ..StoreConfig::default() };
        let store = Store::open(&config, None).await.unwrap();
        let second = Store::open(&config, None).await.unwrap_err();
        assert!(second.to_string().contains("another kaibo"), "{second}");
        drop(store);
        Store::open(&config, None).await.unwrap();
    }

    #[tokio::test]
    async fn the_table_is_made_and_a_second_put_meets_the_first() {
        let config = StoreConfig { endpoint: "memory".into(), ..StoreConfig::default() };
        let store = Store::open(&config, None).await.unwrap();
        let key = keys::room("r1");
        let mut first = row(&key);
        first.insert("title".into(), s("one"));
        assert!(store.put_new(first.clone(), UnixMs(0)).await.unwrap().done());
        match store.put_new(first, UnixMs(0)).await.unwrap() {
            crate::store::Written::Refused(Some(old)) => assert_eq!(old.text("title"), Some("one")),
            other => panic!("{other:?}"),
        }
        store.make_table().await.unwrap();
    }
}
