//! The store: does the table answer, and is it the one that the code expects. A running server's file is never opened.

use super::{Doctor, Step};
use crate::app::App;
use crate::config::StoreConfig;
use crate::http::routes::READYZ;
use crate::store::Store;
use std::path::Path;

impl Doctor {
    /// Through the server where one runs; else the table itself.
    pub(super) async fn check_store(&self, app: &App, config: &StoreConfig, steps: &mut Vec<Step>) {
        let endpoint = config.endpoint.as_str();
        if endpoint == "memory" {
            steps.push(Step::warn("store", "store.endpoint = \"memory\": everything is lost at a restart"));
            return;
        }
        if self.args.offline && endpoint != "embedded" {
            steps.push(Step::skip("store", "offline: the table was not asked"));
            return;
        }
        if endpoint == "embedded" {
            let here = format!("http://{}{READYZ}", app.config.server.listen.replace("0.0.0.0", "127.0.0.1"));
            match self.outbound.get(&here).await.map(|answer| answer.status) {
                Ok(200) => {
                    steps.push(Step::ok("store", format!("kaibo runs at {}, and its store answers", app.config.server.listen)));
                    return;
                }
                Ok(503) => {
                    let sentence =
                        "kaibo runs and its store does not answer; look at its log and at the free space of store.data_dir";
                    steps.push(Step::fail("store", sentence));
                    return;
                }
                // Nobody there, or somebody else: the file is ours to look at.
                Ok(_) | Err(_) => {}
            }
            if !Path::new(&config.data_dir).join("kaibo.db").exists() {
                steps.push(Step::ok("store", format!("the table is made in {} at the first start", config.data_dir)));
                return;
            }
        }
        steps.push(judge(config).await);
    }
}

async fn judge(config: &StoreConfig) -> Step {
    let faults = match Store::open(config, None).await {
        Ok(store) => store.table_faults().await,
        Err(error) => Err(error),
    };
    match faults {
        Ok(faults) if faults.is_empty() => {
            Step::ok("store", format!("table {} answers; indexes and time to live are right", config.table))
        }
        Ok(faults) => Step::fail("store", format!("{}; deploy the template again", faults.join("; "))),
        Err(error) => {
            let sentence = "check store.endpoint, store.table, AWS_REGION, the credentials and their grant for DescribeTable";
            Step::fail("store", format!("{}; {sentence}", brief(&error.to_string())))
        }
    }
}

/// The SDK tells the whole chain of causes; the first is enough here.
fn brief(text: &str) -> String {
    text.chars().take(160).collect::<String>().trim().to_owned()
}
