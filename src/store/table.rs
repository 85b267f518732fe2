//! The one description of the table. The embedded store makes its table from it; a test compares template.yaml with it.

use super::keys::{DUE, DUE_PK, DUE_SK, LIST_PK, LIST_SK, LISTS, PK, SK, TTL};
use super::{Store, StoreError};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, TimeToLiveSpecification,
};

/// One sparse index.
#[derive(Clone, Copy, Debug)]
pub struct Index {
    /// Its name.
    pub name: &'static str,
    /// Partition key.
    pub pk: &'static str,
    /// Sort key.
    pub sk: &'static str,
    /// Attributes beside the keys, for filters; none means keys only.
    /// An entry is rewritten (and paid for) only when one of these changes.
    pub include: &'static [&'static str],
}

/// Both indexes.
pub const INDEXES: [Index; 2] = [
    Index {
        name: LISTS,
        pk: LIST_PK,
        sk: LIST_SK,
        include: &["provider", "app", "status", "live", "owner_id", "room_id", "record_id", "user_id", "verdict"],
    },
    Index { name: DUE, pk: DUE_PK, sk: DUE_SK, include: &[] },
];

impl Store {
    /// Makes the table and its indexes if they are not there. For the embedded store and for local servers; on AWS the template makes it.
    pub async fn make_table(&self) -> Result<(), StoreError> {
        match self.client.describe_table().table_name(&self.table).send().await {
            Ok(_) => return Ok(()),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_resource_not_found_exception()) => {}
            Err(error) => return Err(StoreError::from_sdk(error)),
        }
        let text = |name: &str| {
            AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(ScalarAttributeType::S)
                .build()
                .map_err(StoreError::build)
        };
        let mut ask = self
            .client
            .create_table()
            .table_name(&self.table)
            .billing_mode(BillingMode::PayPerRequest)
            .set_key_schema(Some(key_schema(PK, SK)?))
            .attribute_definitions(text(PK)?)
            .attribute_definitions(text(SK)?);
        for index in INDEXES {
            let projection = if index.include.is_empty() {
                Projection::builder().projection_type(ProjectionType::KeysOnly).build()
            } else {
                Projection::builder()
                    .projection_type(ProjectionType::Include)
                    .set_non_key_attributes(Some(index.include.iter().map(|a| (*a).to_owned()).collect()))
                    .build()
            };
            ask = ask.attribute_definitions(text(index.pk)?).attribute_definitions(text(index.sk)?).global_secondary_indexes(
                GlobalSecondaryIndex::builder()
                    .index_name(index.name)
                    .set_key_schema(Some(key_schema(index.pk, index.sk)?))
                    .projection(projection)
                    .build()
                    .map_err(StoreError::build)?,
            );
        }
        match ask.send().await {
            Ok(_) => {}
            // Two servers may start on one new store at once.
            Err(error) if error.as_service_error().is_some_and(|e| e.is_resource_in_use_exception()) => {}
            Err(error) => return Err(StoreError::from_sdk(error)),
        }
        let ttl = TimeToLiveSpecification::builder().enabled(true).attribute_name(TTL).build().map_err(StoreError::build)?;
        self.client
            .update_time_to_live()
            .table_name(&self.table)
            .time_to_live_specification(ttl)
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        Ok(())
    }
}

impl Store {
    /// What the table lacks, as sentences; none when table, indexes and time to live are as they should be.
    pub async fn table_faults(&self) -> Result<Vec<String>, StoreError> {
        let told = self.client.describe_table().table_name(&self.table).send().await.map_err(StoreError::from_sdk)?;
        let Some(table) = told.table else { return Ok(vec!["the table could not be described".to_owned()]) };
        let mut faults = Vec::new();
        let keys_are = |schema: &[KeySchemaElement], pk: &str, sk: &str| {
            let name = |at: usize| schema.get(at).map(KeySchemaElement::attribute_name);
            schema.len() == 2 && name(0) == Some(pk) && name(1) == Some(sk)
        };
        if !keys_are(table.key_schema(), PK, SK) {
            faults.push(format!("table {}: its keys must be {PK} and {SK}", self.table));
        }
        for index in INDEXES {
            let found = table.global_secondary_indexes().iter().find(|made| made.index_name() == Some(index.name));
            match found {
                None => faults.push(format!("index {} is missing", index.name)),
                Some(made) if !keys_are(made.key_schema(), index.pk, index.sk) => {
                    faults.push(format!("index {}: its keys must be {} and {}", index.name, index.pk, index.sk));
                }
                Some(made) => {
                    let has = made.projection().map(|projection| projection.non_key_attributes()).unwrap_or_default();
                    let all = made.projection().and_then(|p| p.projection_type()) == Some(&ProjectionType::All);
                    let lacks = index.include.iter().filter(|name| !all && !has.iter().any(|h| h == *name));
                    faults.extend(lacks.map(|name| format!("index {} lacks the attribute {name}", index.name)));
                }
            }
        }
        let ttl = self.client.describe_time_to_live().table_name(&self.table).send().await.map_err(StoreError::from_sdk)?;
        let attribute = ttl.time_to_live_description.as_ref().and_then(|ttl| ttl.attribute_name());
        if attribute != Some(TTL) {
            faults.push(format!("time to live is not switched on for attribute {TTL}: old rows are never deleted"));
        }
        Ok(faults)
    }
}

fn key_schema(pk: &str, sk: &str) -> Result<Vec<KeySchemaElement>, StoreError> {
    [(pk, KeyType::Hash), (sk, KeyType::Range)]
        .into_iter()
        .map(|(name, kind)| KeySchemaElement::builder().attribute_name(name).key_type(kind).build().map_err(StoreError::build))
        .collect()
}
