//! The client and the four verbs the product uses: get, query, put, update.

use super::item::{Item, Read};
use super::keys::{Key, PK, SK};
use super::recent::Recent;
use super::{embedded, item};
use crate::config::StoreConfig;
use crate::live::fault::Fault;
use crate::live::time::UnixMs;
use crate::outbound::tls::Trust;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedHttpClient};
use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::any::Any;
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// The table. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) client: Client,
    pub(super) table: String,
    // Behind a trait object, so that the functions, which never open one, do not carry the engine's code.
    embedded: Option<Arc<dyn Any + Send + Sync>>,
    pub(super) recent: Recent,
}

/// Why the store did not do it. The sentence is for the log, never for a caller.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Throttled, timed out, unreachable or in trouble: the same call may succeed later.
    #[error("the store did not answer: {0}")]
    Busy(String),
    /// The store refused the call itself: the table is missing, a grant is missing, or the call is wrong.
    #[error("the store refused the call: {0}")]
    Refused(String),
    /// The embedded store could not be opened.
    #[error("{0}")]
    Open(String),
}

impl StoreError {
    pub(super) fn build(error: aws_sdk_dynamodb::error::BuildError) -> Self {
        Self::Refused(error.to_string())
    }

    pub(super) fn from_sdk<E, R>(error: SdkError<E, R>) -> Self
    where
        E: std::error::Error + aws_sdk_dynamodb::error::ProvideErrorMetadata + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        let code = error.as_service_error().and_then(|e| e.code()).unwrap_or_default().to_owned();
        let text = format!("{code} {}", DisplayErrorContext(&error));
        match code.as_str() {
            "ValidationException" | "ResourceNotFoundException" | "AccessDeniedException" | "UnrecognizedClientException" => {
                Self::Refused(text)
            }
            _ => Self::Busy(text),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = %error, "the store failed a request");
        Self::store_busy()
    }
}

/// One update. `#name` in an expression stands for the attribute of that name; other placeholders are given with `name`.
#[derive(Clone, Debug, Default)]
pub struct Update {
    pub(super) expression: String,
    pub(super) condition: Option<String>,
    pub(super) names: HashMap<String, String>,
    pub(super) values: HashMap<String, AttributeValue>,
}

impl Update {
    /// From an update expression.
    pub fn new(expression: impl Into<String>) -> Self {
        Self { expression: expression.into(), ..Self::default() }
    }

    /// Only when this holds.
    pub fn when(mut self, condition: impl Into<String>) -> Self {
        self.condition = Some(condition.into());
        self
    }

    /// A value placeholder, with its colon.
    pub fn value(mut self, name: &str, value: AttributeValue) -> Self {
        self.values.insert(name.to_owned(), value);
        self
    }

    /// A name placeholder, with its hash, for names that come from outside.
    pub fn name(mut self, placeholder: &str, attribute: &str) -> Self {
        self.names.insert(placeholder.to_owned(), attribute.to_owned());
        self
    }

    fn all_names(&self) -> HashMap<String, String> {
        let condition = self.condition.as_deref().unwrap_or_default();
        with_names(&[&self.expression, condition], self.names.clone())
    }
}

fn with_names(expressions: &[&str], mut names: HashMap<String, String>) -> HashMap<String, String> {
    for expression in expressions {
        for piece in expression.split('#').skip(1) {
            let word: String = piece.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            names.entry(format!("#{word}")).or_insert(word);
        }
    }
    names
}

/// What became of a conditional write.
#[derive(Clone, Debug)]
pub enum Written {
    /// It holds now; the row as it is, where the call asked for it.
    Done(Item),
    /// The condition did not hold; the row that stood in the way, if there is one.
    Refused(Option<Item>),
}

impl Written {
    /// True when it was written.
    pub fn done(&self) -> bool {
        matches!(self, Self::Done(_))
    }
}

/// One query.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Index, or the table itself.
    pub index: Option<&'static str>,
    /// Partition.
    pub pk: String,
    /// Condition on the sort key, using `#sk` and the values.
    pub sk: Option<String>,
    /// Filter expression.
    pub filter: Option<String>,
    /// Values of the placeholders.
    pub values: HashMap<String, AttributeValue>,
    /// Newest first.
    pub descending: bool,
    /// Reads what was just written; not for indexes.
    pub consistent: bool,
    /// At most so many rows looked at.
    pub limit: Option<i32>,
    /// Goes on after this row.
    pub after: Option<Item>,
}

impl Query {
    /// All of a partition, as it is now.
    pub fn partition(pk: String) -> Self {
        Self { pk, consistent: true, ..Self::default() }
    }

    /// Rows whose sort key begins so.
    pub fn begins(mut self, prefix: &str) -> Self {
        self.sk = Some("begins_with(#sk, :prefix)".to_owned());
        self.values.insert(":prefix".to_owned(), item::s(prefix));
        self
    }
}

impl Store {
    /// Opens what the configuration names. `http` replaces the HTTP client, for tests that count or break calls.
    pub async fn open(config: &StoreConfig, http: Option<SharedHttpClient>) -> Result<Self, StoreError> {
        match config.endpoint.as_str() {
            "embedded" => Self::on_engine(config, embedded::Engine::in_folder(&config.data_dir)?, http).await,
            "memory" => Self::on_engine(config, embedded::Engine::in_memory()?, http).await,
            _ => Ok(Self::on_network(config, http)),
        }
    }

    /// A table on the network: AWS, or the address of a DynamoDB. Nothing is called yet.
    pub fn on_network(config: &StoreConfig, http: Option<SharedHttpClient>) -> Self {
        let http = http.unwrap_or_else(|| super::remote::http_client(Trust::Machine));
        let url = (config.endpoint != "aws").then_some(config.endpoint.as_str());
        Self { client: client(http, url), table: config.table.clone(), embedded: None, recent: Recent::default() }
    }

    /// On an engine in this process.
    pub async fn on_engine(
        config: &StoreConfig,
        engine: embedded::Engine,
        http: Option<SharedHttpClient>,
    ) -> Result<Self, StoreError> {
        let client = client(http.unwrap_or_else(|| engine.http_client()), Some("http://embedded.invalid"));
        let store = Self { client, table: config.table.clone(), embedded: Some(Arc::new(engine)), recent: Recent::default() };
        store.make_table().await?;
        Ok(store)
    }

    /// The engine inside this process, if the store is one.
    pub fn engine(&self) -> Option<&embedded::Engine> {
        self.embedded.as_deref()?.downcast_ref()
    }

    /// Answers when the table answers: one read of a key that is never written.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.get(&super::keys::room("\u{0}ping"), false).await.map(|_| ())
    }

    /// One row.
    pub async fn get(&self, key: &Key, consistent: bool) -> Result<Option<Item>, StoreError> {
        let ask = self
            .client
            .get_item()
            .table_name(&self.table)
            .key(PK, item::s(&key.pk))
            .key(SK, item::s(&key.sk))
            .consistent_read(consistent);
        Ok(boxed(ask.send()).await.map_err(StoreError::from_sdk)?.item)
    }

    /// Puts a row where none is. A row whose time to live has passed does not stand in the way.
    pub async fn put_new(&self, row: Item, now: UnixMs) -> Result<Written, StoreError> {
        self.put_when(
            row,
            "attribute_not_exists(#pk) OR (attribute_exists(#ttl) AND #ttl <= :put_now)",
            HashMap::from([(":put_now".to_owned(), item::n(now.seconds()))]),
        )
        .await
    }

    /// Puts a row when a condition holds.
    pub async fn put_when(
        &self,
        row: Item,
        condition: &str,
        values: HashMap<String, AttributeValue>,
    ) -> Result<Written, StoreError> {
        let pk = row.string(PK).unwrap_or_default();
        let ask = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row))
            .condition_expression(condition)
            .set_expression_attribute_names(Some(with_names(&[condition], HashMap::new())))
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let put = boxed(ask.send()).await;
        self.recent.forget(&pk);
        match put {
            Ok(_) => Ok(Written::Done(Item::new())),
            Err(SdkError::ServiceError(service)) if service.err().is_conditional_check_failed_exception() => {
                use aws_sdk_dynamodb::operation::put_item::PutItemError::ConditionalCheckFailedException as Failed;
                Ok(Written::Refused(match service.into_err() {
                    Failed(failed) => failed.item,
                    _ => None,
                }))
            }
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }

    /// Updates a row, making it if it is not there; answers the row as it is afterwards.
    pub async fn update(&self, key: &Key, update: Update) -> Result<Written, StoreError> {
        let names = update.all_names();
        let ask = self
            .client
            .update_item()
            .table_name(&self.table)
            .key(PK, item::s(&key.pk))
            .key(SK, item::s(&key.sk))
            .update_expression(update.expression)
            .set_condition_expression(update.condition)
            .set_expression_attribute_names((!names.is_empty()).then_some(names))
            .set_expression_attribute_values((!update.values.is_empty()).then_some(update.values))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let done = boxed(ask.send()).await;
        self.recent.forget(&key.pk);
        match done {
            Ok(done) => Ok(Written::Done(done.attributes.unwrap_or_default())),
            Err(SdkError::ServiceError(service)) if service.err().is_conditional_check_failed_exception() => {
                use aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException as Failed;
                Ok(Written::Refused(match service.into_err() {
                    Failed(failed) => failed.item,
                    _ => None,
                }))
            }
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }

    /// One page of rows, and where the next begins.
    pub async fn query(&self, query: Query) -> Result<(Vec<Item>, Option<Item>), StoreError> {
        let (pk, sk) = match query.index {
            None => (PK, SK),
            Some(name) => super::table::INDEXES
                .iter()
                .find(|index| index.name == name)
                .map(|index| (index.pk, index.sk))
                .unwrap_or((PK, SK)),
        };
        let mut condition = "#partition = :partition".to_owned();
        if let Some(on_sk) = &query.sk {
            condition.push_str(" AND ");
            condition.push_str(on_sk);
        }
        let mut names = HashMap::from([("#partition".to_owned(), pk.to_owned())]);
        if condition.contains("#sk") {
            names.insert("#sk".to_owned(), sk.to_owned());
        }
        let names = with_names(&[&condition, query.filter.as_deref().unwrap_or_default()], names);
        let mut values = query.values;
        values.insert(":partition".to_owned(), item::s(query.pk));
        let ask = self
            .client
            .query()
            .table_name(&self.table)
            .set_index_name(query.index.map(str::to_owned))
            .key_condition_expression(condition)
            .set_filter_expression(query.filter)
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values))
            .scan_index_forward(!query.descending)
            .set_consistent_read(query.index.is_none().then_some(query.consistent))
            .set_limit(query.limit)
            .set_exclusive_start_key(query.after);
        let page = boxed(ask.send()).await.map_err(StoreError::from_sdk)?;
        Ok((page.items.unwrap_or_default(), page.last_evaluated_key))
    }

    /// All rows of a query, page after page, leaving out what is past its time to live.
    pub async fn query_all(&self, mut query: Query, now: UnixMs) -> Result<Vec<Item>, StoreError> {
        let mut all = Vec::new();
        loop {
            let (rows, next) = self.query(query.clone()).await?;
            all.extend(rows.into_iter().filter(|row| !row.gone(now)));
            match next {
                Some(next) => query.after = Some(next),
                None => return Ok(all),
            }
        }
    }
}

/// A call of the SDK is 6 KB of state. In a box it takes room when it is made; otherwise every handler that might make one
/// would be as large, and be copied and cleared for each request.
fn boxed<F: Future>(call: F) -> Pin<Box<F>> {
    Box::pin(call)
}

fn client(http: SharedHttpClient, url: Option<&str>) -> Client {
    let environment = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let region = environment("AWS_REGION").or_else(|| environment("AWS_DEFAULT_REGION"));
    let mut config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.unwrap_or_else(|| "us-east-1".to_owned())))
        .http_client(http)
        .retry_config(RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(50)))
        .timeout_config(
            TimeoutConfig::builder()
                .operation_attempt_timeout(Duration::from_secs(2))
                .operation_timeout(Duration::from_secs(6))
                .build(),
        );
    config = match url {
        Some(url) => config.endpoint_url(url).credentials_provider(Credentials::new(
            environment("AWS_ACCESS_KEY_ID").unwrap_or_else(|| "local".to_owned()),
            environment("AWS_SECRET_ACCESS_KEY").unwrap_or_else(|| "local".to_owned()),
            environment("AWS_SESSION_TOKEN"),
            None,
            "environment",
        )),
        None => config.credentials_provider(super::remote::EnvironmentCredentials),
    };
    Client::from_conf(config.build())
}
