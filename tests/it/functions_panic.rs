//! A panic inside the real binary, made by the machine and by nothing in the product: without memory for another thread's stack,
//! looking up the store's name panics in the runtime. The request is answered, and the function lives on.
#![cfg(target_os = "linux")]

use crate::functions::{Lent, body, document, lend, sample};
use crate::runtime::{Function, Stage, stages};
use kaibo::config::sections::Holder;
use kaibo::config::split::split;
use serde_json::Value;
use std::process::Command;

/// Free address space beside what the process has: enough to answer with, too little for the 2 MiB of a thread's stack.
const LEFT: u64 = 1 << 20;

/// fn_client, which knows the store by a name and did not look it up while waking.
async fn client(stage: Stage, lent: &Lent) -> Function {
    let named = document(&lent.url.replace("127.0.0.1", "localhost"));
    let part = split(&named, Holder::Client).unwrap();
    let variables = [("KAIBO_CONFIG_TEXT", part.as_str()), ("AWS_ACCESS_KEY_ID", &lent.key_id), ("KAIBO_WARM", "off")];
    Function::start(stage, Holder::Client.name(), &variables).await
}

/// The process of the binary itself: the emulator's is around it.
fn process(stage: Stage, function: &Function) -> u32 {
    let id = function.process.id();
    match stage {
        Stage::Own => id,
        Stage::Emulator => {
            // Any of the emulator's threads may have started it.
            let threads = std::fs::read_dir(format!("/proc/{id}/task")).unwrap().map(|thread| thread.unwrap().path());
            let children: String =
                threads.map(|thread| std::fs::read_to_string(thread.join("children")).unwrap_or_default()).collect();
            children.trim().parse().unwrap_or_else(|e| panic!("{e}: {children:?}"))
        }
    }
}

/// What the process has of its address space.
fn has(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap();
    size.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// Sets the soft limit of the address space.
fn limit(process: u32, to: &str) {
    let done = Command::new("prlimit").args(["--pid", &process.to_string(), &format!("--as={to}:")]).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_panics_answers_a_problem_and_lives_on() {
    for stage in stages() {
        let lent = lend().await;
        let mut client = client(stage, &lent).await;
        let token = sample("GET", "/v1/zego/login-token").event(false);
        assert_eq!(client.invoke(&token).await["statusCode"], 200);
        let process = process(stage, &client);
        limit(process, &(has(process) + LEFT).to_string());
        let open = sample("POST", "/v1/rooms").event(false);
        let problem = body(&client.invoke(&open).await, 500);
        assert_eq!((&problem["code"], &problem["status"]), (&Value::from("internal"), &Value::from(500)), "{problem}");
        let told = problem.to_string();
        assert!(!["spawn", "thread", ".rs", "localhost"].iter().any(|word| told.contains(word)), "{told}");
        assert_eq!(client.invoke(&token).await["statusCode"], 200, "what needs no store goes on");
        limit(process, "unlimited");
        body(&client.invoke(&open).await, 201);
        let log = client.log();
        for words in ["\"panicked\"", "\"a handler panicked\"", "\"panics\":1"] {
            assert_eq!(log.matches(words).count(), 1, "{words}: {log}");
        }
        assert!(!log.contains("OS can't spawn"), "the message of a panic may hold anything: {log}");
    }
}
