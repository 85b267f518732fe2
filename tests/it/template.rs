//! Promise 15: template.yaml gives each function what design section 4 says, and nothing else. The file is read as it is
//! deployed; a grant, a route or an index that differs from the code stops here.

use kaibo::http::routes::{Group, ROUTES};
use kaibo::store::{keys, table};
use serde_json::{Value, json};
use serde_yaml_ng::Value as Yaml;
use std::collections::BTreeSet;

const GET: &str = "dynamodb:GetItem";
const QUERY: &str = "dynamodb:Query";
const PUT: &str = "dynamodb:PutItem";
const UPDATE: &str = "dynamodb:UpdateItem";

/// Design section 4, function by function.
struct May {
    function: &'static str,
    binary: &'static str,
    name: &'static str,
    verbs: &'static [&'static str],
    indexes: &'static [&'static str],
    routes: &'static [(&'static str, &'static str)],
}

const FUNCTIONS: [May; 4] = [
    May {
        function: "FnClient",
        binary: "fn_client",
        name: "Client",
        verbs: &[GET, QUERY, PUT, UPDATE],
        indexes: &[keys::LISTS],
        routes: &[("ANY", "$default")],
    },
    May {
        function: "FnCallbacks",
        binary: "fn_callbacks",
        name: "Callbacks",
        verbs: &[GET, QUERY, PUT, UPDATE],
        indexes: &[],
        routes: &[("ANY", "/callbacks/{proxy+}")],
    },
    May {
        function: "FnOperator",
        binary: "fn_operator",
        name: "Operator",
        verbs: &[GET, QUERY, UPDATE],
        indexes: &[keys::LISTS],
        routes: &[
            ("GET", "/v1/callbacks"),
            ("GET", "/v1/ledger"),
            ("GET", "/v1/recordings"),
            ("POST", "/v1/recordings/{record_id}/tasks"),
        ],
    },
    May {
        function: "FnJobs",
        binary: "fn_jobs",
        name: "Jobs",
        verbs: &[GET, QUERY, PUT, UPDATE],
        indexes: &[keys::DUE, keys::LISTS],
        routes: &[],
    },
];

/// The only wildcards: a log group's streams are named by Lambda.
const WILDCARDS: [&str; 4] = ["ClientLogs", "CallbacksLogs", "OperatorLogs", "JobsLogs"];

/// CloudFormation's short forms written out, so that the rest reads plain JSON.
fn plain(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = match tag.trim_start_matches('!') {
                word @ ("Ref" | "Condition") => word.to_owned(),
                word => format!("Fn::{word}"),
            };
            json!({ name: plain(tagged.value) })
        }
        Yaml::Mapping(map) => {
            Value::Object(map.into_iter().map(|(key, value)| (key.as_str().unwrap().to_owned(), plain(value))).collect())
        }
        Yaml::Sequence(list) => list.into_iter().map(plain).collect(),
        simple => serde_json::to_value(simple).unwrap(),
    }
}

fn template() -> Value {
    plain(serde_yaml_ng::from_str(include_str!("../../template.yaml")).unwrap())
}

fn properties<'a>(template: &'a Value, resource: &str) -> &'a Value {
    let found = &template["Resources"][resource]["Properties"];
    assert!(found.is_object(), "{resource} is not in the template");
    found
}

/// All statements of a function's role, those behind a condition too.
fn statements(template: &Value, name: &str) -> Vec<Value> {
    let role = properties(template, &format!("{name}Role"));
    assert!(role.get("ManagedPolicyArns").is_none(), "{name}: managed policies hold wildcards");
    let policies = role["Policies"].as_array().unwrap();
    policies
        .iter()
        .flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().unwrap().clone())
        .map(|statement| match statement.get("Fn::If") {
            Some(choice) => choice[1].clone(),
            None => statement,
        })
        .collect()
}

/// A value or a list of values.
fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

fn words(value: &Value) -> BTreeSet<String> {
    list(value).iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// Calls `see` with each text below a value.
fn each_text(value: &Value, see: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(list) => list.iter().for_each(|one| each_text(one, see)),
        Value::Object(map) => map.iter().for_each(|(key, one)| {
            see(key);
            each_text(one, see);
        }),
        _ => {}
    }
}

#[test]
fn each_function_holds_exactly_its_verbs_on_the_table_and_on_indexes_by_name() {
    let template = template();
    for may in &FUNCTIONS {
        let (mut on_table, mut on_indexes) = (BTreeSet::new(), BTreeSet::new());
        for statement in statements(&template, may.name) {
            let actions = words(&statement["Action"]);
            if !actions.iter().any(|action| action.starts_with("dynamodb:")) {
                continue;
            }
            for resource in list(&statement["Resource"]) {
                if resource == json!({ "Fn::GetAtt": "Table.Arn" }) {
                    on_table.extend(actions.clone());
                } else {
                    let arn = resource["Fn::Sub"].as_str().unwrap_or_default();
                    let index = arn.strip_prefix("${Table.Arn}/index/");
                    assert_eq!(actions, words(&json!([QUERY])), "{}: an index takes Query alone", may.name);
                    on_indexes.insert(index.unwrap_or_else(|| panic!("{}: {resource} is no index", may.name)).to_owned());
                }
            }
        }
        assert_eq!(on_table, words(&json!(may.verbs)), "{} on the table", may.name);
        assert_eq!(on_indexes, may.indexes.iter().map(|i| (*i).to_owned()).collect(), "{} on indexes", may.name);
    }
}

#[test]
fn beside_the_table_a_function_may_read_its_own_secret_write_its_own_log_and_use_the_key_through_aws() {
    let template = template();
    for May { name, .. } in &FUNCTIONS {
        for statement in statements(&template, name) {
            assert_eq!(statement["Effect"], "Allow");
            assert!(statement.get("NotAction").is_none() && statement.get("NotResource").is_none(), "{name}");
            let (actions, resource) = (words(&statement["Action"]), &statement["Resource"]);
            match actions.iter().next().unwrap().split(':').next().unwrap() {
                "dynamodb" => {}
                "secretsmanager" => {
                    assert_eq!(actions, words(&json!("secretsmanager:GetSecretValue")), "{name}");
                    assert_eq!(*resource, json!({ "Ref": format!("{name}Secret") }), "{name}");
                }
                "logs" => {
                    assert_eq!(actions, words(&json!(["logs:CreateLogStream", "logs:PutLogEvents"])), "{name}");
                    assert!(resource["Fn::Sub"].as_str().unwrap().contains(&format!("${{{name}Logs}}")), "{name}");
                }
                "kms" => {
                    assert_eq!(actions, words(&json!("kms:Decrypt")), "{name}");
                    assert_eq!(*resource, json!({ "Ref": "KmsKeyArn" }), "{name}");
                    assert!(statement["Condition"]["StringEquals"]["kms:ViaService"].is_array(), "{name}");
                }
                other => panic!("{name} may call {other}"),
            }
        }
    }
}

#[test]
fn no_grant_has_a_wildcard_but_for_the_streams_of_a_log_group() {
    let template = template();
    let mut seen = BTreeSet::new();
    for (name, resource) in template["Resources"].as_object().unwrap() {
        let grants: Vec<&Value> = match resource["Type"].as_str().unwrap() {
            "AWS::IAM::Role" => vec![&resource["Properties"]],
            "AWS::Serverless::Function" => {
                assert!(resource["Properties"].get("Policies").is_none(), "{name}: SAM's policies hold wildcards");
                vec![]
            }
            kind if kind.contains("Policy") || kind.contains("Permission") => panic!("{name}: grants stand in the roles"),
            _ => vec![],
        };
        for grant in grants {
            each_text(grant, &mut |text| {
                if text.contains(['*', '?']) {
                    let group = WILDCARDS.iter().find(|group| text.ends_with(&format!(":${{{group}}}:log-stream:*")));
                    assert!(text.matches('*').count() == 1 && group.is_some(), "{name}: {text}");
                    seen.insert(*group.unwrap());
                }
            });
        }
    }
    assert_eq!(seen, BTreeSet::from(WILDCARDS), "an exception that nothing needs");
}

#[test]
fn the_same_template_works_in_every_partition() {
    each_text(&template()["Resources"], &mut |text| {
        // Lambda's own name is the same everywhere; every other host and ARN is made from the partition.
        assert!(!text.contains("arn:aws:") && (text == "lambda.amazonaws.com" || !text.contains("amazonaws.com")), "{text}");
    });
    assert!(!include_str!("../../template.yaml").contains("FunctionUrl"), "AWS in China has no function URLs");
}

/// Method and path of each HTTP event of a function.
fn routes(template: &Value, function: &str) -> BTreeSet<(String, String)> {
    let events = properties(template, function)["Events"].as_object().unwrap();
    let http = events.values().filter(|event| event["Type"] == "HttpApi");
    let word = |event: &Value, key: &str, other: &str| event["Properties"][key].as_str().unwrap_or(other).to_uppercase();
    http.map(|event| {
        assert_eq!(event["Properties"]["ApiId"], json!({ "Ref": "Api" }));
        let path = event["Properties"]["Path"].as_str().unwrap_or("$default");
        (word(event, "Method", "ANY"), path.to_owned())
    })
    .collect()
}

#[test]
fn each_function_serves_the_routes_of_the_design() {
    let template = template();
    for may in &FUNCTIONS {
        let expected = may.routes.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
        assert_eq!(routes(&template, may.function), expected, "{}", may.function);
    }
    let events = &properties(&template, "FnJobs")["Events"];
    assert_eq!(events["EachMinute"]["Properties"]["Schedule"], "rate(1 minute)");
}

#[test]
fn the_gateway_brings_every_address_to_the_function_that_mounts_it() {
    let template = template();
    for route in ROUTES {
        let mut function = "FnClient";
        for may in &FUNCTIONS {
            for (method, path) in routes(&template, may.function) {
                let fits = match path.strip_suffix("{proxy+}") {
                    Some(prefix) => route.path.starts_with(prefix),
                    None => route.path == path,
                };
                if fits && (method == "ANY" || method == route.method) {
                    function = may.function;
                }
            }
        }
        let mounted = match route.group {
            Group::Callbacks => "FnCallbacks",
            Group::Operator => "FnOperator",
            Group::Client | Group::Page | Group::Compat => "FnClient",
        };
        assert_eq!(function, mounted, "{} {}", route.method, route.path);
    }
}

#[test]
fn each_function_is_its_own_binary_and_declares_all_three_ways_to_its_configuration() {
    let template = template();
    let shared = &template["Globals"]["Function"];
    for may in &FUNCTIONS {
        let function = &template["Resources"][may.function];
        assert_eq!(function["Metadata"]["BuildMethod"], "rust-cargolambda");
        assert_eq!(function["Metadata"]["BuildProperties"]["Binary"], may.binary);
        assert_eq!(function["Properties"]["Role"], json!({ "Fn::GetAtt": format!("{}Role.Arn", may.name) }));
        assert_eq!(function["Properties"]["LoggingConfig"]["LogGroup"], json!({ "Ref": format!("{}Logs", may.name) }));
        let own = &function["Properties"]["Environment"]["Variables"];
        let variable = |name: &str| own.get(name).unwrap_or(&shared["Environment"]["Variables"][name]).clone();
        assert_eq!(variable("KAIBO_CONFIG_SECRET"), json!({ "Ref": format!("{}Secret", may.name) }));
        assert_eq!(variable("KAIBO_CONFIG_TEXT"), "");
        assert_eq!(variable("KAIBO_CONFIG"), "");
        assert_eq!(variable("KAIBO_PRODUCTION"), "1");
        assert_eq!(variable("KAIBO_TABLE"), json!({ "Ref": "Table" }));
    }
    assert_eq!(shared["Runtime"], "provided.al2023");
    assert_eq!(template["Parameters"]["Architecture"]["Default"], "arm64");
}

#[test]
fn callbacks_are_throttled_below_the_rest_and_the_access_log_never_holds_a_path() {
    let template = template();
    let default = |parameter: &str| template["Parameters"][parameter]["Default"].as_u64().unwrap();
    assert!(default("CallbackRate") < default("ThrottleRate") && default("CallbackBurst") < default("ThrottleBurst"));
    let api = properties(&template, "Api");
    assert_eq!(api["StageName"], "$default");
    let limits = &api["RouteSettings"]["ANY /callbacks/{proxy+}"];
    assert_eq!(limits["ThrottlingRateLimit"], json!({ "Ref": "CallbackRate" }));
    let format = api["AccessLogSettings"]["Format"].as_str().unwrap();
    let line: Value = serde_json::from_str(format).unwrap();
    assert_eq!(line["route"], "$context.routeKey");
    assert!(!format.contains("path") && !format.contains("identity") && !format.contains("authorizer"), "{format}");
}

#[test]
fn the_table_is_the_one_that_the_code_describes() {
    let template = template();
    let made = properties(&template, "Table");
    let schema =
        |pk: &str, sk: &str| json!([{ "AttributeName": pk, "KeyType": "HASH" }, { "AttributeName": sk, "KeyType": "RANGE" }]);
    assert_eq!(made["KeySchema"], schema(keys::PK, keys::SK));
    let mut attributes = BTreeSet::from([keys::PK, keys::SK]);
    let indexes = made["GlobalSecondaryIndexes"].as_array().unwrap();
    assert_eq!(indexes.len(), table::INDEXES.len());
    for (made, index) in indexes.iter().zip(table::INDEXES) {
        attributes.extend([index.pk, index.sk]);
        let projection = match index.include {
            [] => json!({ "ProjectionType": "KEYS_ONLY" }),
            include => json!({ "ProjectionType": "INCLUDE", "NonKeyAttributes": include }),
        };
        assert_eq!(made["IndexName"], index.name);
        assert_eq!(made["KeySchema"], schema(index.pk, index.sk), "{}", index.name);
        assert_eq!(made["Projection"], projection, "{}", index.name);
    }
    let defined = made["AttributeDefinitions"].as_array().unwrap();
    let names: BTreeSet<&str> = defined.iter().map(|attribute| attribute["AttributeName"].as_str().unwrap()).collect();
    assert_eq!(names, attributes);
    assert!(defined.iter().all(|attribute| attribute["AttributeType"] == "S"));
    assert_eq!(made["TimeToLiveSpecification"], json!({ "AttributeName": keys::TTL, "Enabled": true }));
    assert_eq!(made["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(made["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(made["DeletionProtectionEnabled"], json!({ "Ref": "DeletionProtection" }));
    assert_eq!(template["Parameters"]["DeletionProtection"]["Default"], "true");
}

#[test]
fn deleting_the_stack_keeps_data_secrets_and_logs() {
    let template = template();
    for (name, resource) in template["Resources"].as_object().unwrap() {
        let kind = resource["Type"].as_str().unwrap();
        if matches!(kind, "AWS::DynamoDB::Table" | "AWS::SecretsManager::Secret" | "AWS::Logs::LogGroup") {
            assert_eq!(resource["DeletionPolicy"], "Retain", "{name}");
            assert_eq!(resource["UpdateReplacePolicy"], "Retain", "{name}");
        }
    }
}
