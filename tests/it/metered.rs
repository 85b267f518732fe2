//! A store whose calls are metered as DynamoDB would bill them: write units of a kilobyte, also for index entries that change
//! and for conditions that fail; read units of four. It stands on the embedded engine and knows nothing of the harness, so that
//! `examples/scale.rs` uses it too.

use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;
use kaibo::config::StoreConfig;
use kaibo::store::Store;
use kaibo::store::embedded::Engine;
use kaibo::store::table::{INDEXES, Index};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

type Row = Map<String, Value>;

/// What was used since the last look.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Used {
    /// Write units.
    pub writes: usize,
    /// Of them, those of index entries.
    pub index_writes: usize,
    /// Read units; a half where consistency was not asked for.
    pub reads: f64,
    /// Calls by operation.
    pub calls: BTreeMap<String, usize>,
}

#[derive(Debug, Default)]
struct Meter {
    used: Used,
    /// The rows as they are, for comparing index entries.
    rows: HashMap<String, Row>,
}

/// Reads the meter.
#[derive(Clone, Debug, Default)]
pub struct Metered(Arc<Mutex<Meter>>);

impl Metered {
    /// What was used, and starts anew.
    pub fn take(&self) -> Used {
        std::mem::take(&mut self.0.lock().unwrap().used)
    }
}

/// A store in memory with a meter.
#[allow(dead_code)]
pub async fn metered(config: &StoreConfig) -> (Store, Metered) {
    let engine = Engine::in_memory().unwrap();
    let meter = Metered::default();
    let http = SharedHttpClient::new(Client { inner: engine.http_client(), meter: meter.clone() });
    let store = Store::on_engine(config, engine, Some(http)).await.unwrap();
    meter.take();
    (store, meter)
}

/// A store at an address, with a meter.
#[allow(dead_code)]
pub fn metered_at(config: &StoreConfig) -> (Store, Metered) {
    let meter = Metered::default();
    let inner = kaibo::store::remote::http_client(kaibo::outbound::tls::Trust::Machine);
    let http = SharedHttpClient::new(Client { inner, meter: meter.clone() });
    (Store::on_network(config, Some(http)), meter)
}

#[derive(Clone, Debug)]
struct Client {
    inner: SharedHttpClient,
    meter: Metered,
}

#[derive(Clone, Debug)]
struct Connector {
    inner: SharedHttpConnector,
    meter: Metered,
}

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, meter: self.meter.clone() })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation = request.headers().get("x-amz-target").and_then(|t| t.rsplit('.').next()).unwrap_or_default().to_owned();
        let ask: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default();
        let (done, meter) = (self.inner.call(request), self.meter.clone());
        HttpConnectorFuture::new(async move {
            let mut response = done.await?;
            // From the network a body comes as a stream.
            let body = std::mem::replace(response.body_mut(), SdkBody::taken());
            let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
            let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
            *response.body_mut() = SdkBody::from(body);
            meter.0.lock().unwrap().count(&operation, &ask, &answer, response.status().is_success());
            Ok(response)
        })
    }
}

impl Meter {
    fn count(&mut self, operation: &str, ask: &Value, answer: &Value, done: bool) {
        *self.used.calls.entry(operation.to_owned()).or_default() += 1;
        match operation {
            "PutItem" => self.written(ask["Item"].as_object(), done, &ask["Item"]),
            "UpdateItem" => self.written(answer["Attributes"].as_object(), done, &ask["Key"]),
            "GetItem" => {
                let size = answer["Item"].as_object().map_or(0, size);
                self.used.reads += read_units(size, ask["ConsistentRead"] == true);
            }
            "Query" => {
                let size =
                    answer["Items"].as_array().map_or(0, |items| items.iter().filter_map(Value::as_object).map(size).sum());
                self.used.reads += read_units(size, ask["ConsistentRead"] == true);
            }
            _ => {}
        }
    }

    fn written(&mut self, row: Option<&Row>, done: bool, key: &Value) {
        let key = format!("{}/{}", key["pk"]["S"], key["sk"]["S"]);
        let was = self.rows.get(&key);
        // A condition that fails is billed by the row that stood in the way.
        let Some(row) = row.filter(|_| done) else {
            self.used.writes += was.map_or(1, |was| units(size(was)));
            return;
        };
        let index: usize = INDEXES.iter().map(|index| entry_units(index, was, row)).sum();
        self.used.writes += units(size(row).max(was.map_or(0, size))) + index;
        self.used.index_writes += index;
        self.rows.insert(key, row.clone());
    }
}

/// A new entry is one write, a changed one too, one that moves is a delete and a write.
fn entry_units(index: &Index, was: Option<&Row>, is: &Row) -> usize {
    let entry = |row: &Row| -> Option<Row> {
        let names = [index.pk, index.sk, "pk", "sk"].into_iter().chain(index.include.iter().copied());
        let there = row.contains_key(index.pk) && row.contains_key(index.sk);
        there.then(|| names.filter_map(|name| row.get(name).map(|value| (name.to_owned(), value.clone()))).collect())
    };
    match (was.and_then(entry), entry(is)) {
        (None, None) => 0,
        (None, Some(new)) => units(size(&new)),
        (Some(old), None) => units(size(&old)),
        (Some(old), Some(new)) if old == new => 0,
        (Some(old), Some(new)) if [index.pk, index.sk].iter().all(|name| old.get(*name) == new.get(*name)) => units(size(&new)),
        (Some(old), Some(new)) => units(size(&old)) + units(size(&new)),
    }
}

fn units(size: usize) -> usize {
    size.div_ceil(1024).max(1)
}

fn read_units(size: usize, consistent: bool) -> f64 {
    let units = f64::from(u32::try_from(size.div_ceil(4096).max(1)).unwrap());
    if consistent { units } else { units / 2.0 }
}

/// Names and values in bytes, about as DynamoDB counts them.
fn size(row: &Row) -> usize {
    row.iter().map(|(name, value)| name.len() + value_size(value)).sum()
}

fn value_size(value: &Value) -> usize {
    let Some((kind, inner)) = value.as_object().and_then(|object| object.iter().next()) else { return 0 };
    match (kind.as_str(), inner) {
        ("N", Value::String(digits)) => digits.len().div_ceil(2) + 1,
        (_, Value::String(text)) => text.len(),
        ("L", Value::Array(items)) => 3 + items.iter().map(|item| 1 + value_size(item)).sum::<usize>(),
        ("M", Value::Object(members)) => 3 + members.iter().map(|(n, v)| 1 + n.len() + value_size(v)).sum::<usize>(),
        (_, Value::Array(items)) => items.iter().map(|item| item.as_str().map_or(1, str::len)).sum(),
        _ => 1,
    }
}
