//! The lines a server leaves about a request: read as a log collector reads them, from the program's own output.

use crate::harness::Request;
use crate::program::Program;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;
use tokio::task::JoinSet;

/// A server with a store in memory, and its lines as they come.
struct Server {
    program: Program,
    lines: mpsc::Receiver<String>,
}

impl Server {
    fn start(environment: &[(&str, &str)]) -> Self {
        let mut program = Program::start("memory", environment, Stdio::piped());
        let (tell, lines) = mpsc::channel();
        let (out, err) = (program.out.take().unwrap(), program.process.stderr.take().unwrap());
        for from in [Box::new(out) as Box<dyn Read + Send>, Box::new(err)] {
            let tell = tell.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(from).lines().map_while(Result::ok).filter(|line| line.starts_with('{')) {
                    let _ = tell.send(line);
                }
            });
        }
        Self { program, lines }
    }

    fn line(&self) -> (String, Value) {
        let line = self.lines.recv_timeout(Duration::from_secs(20)).unwrap();
        let read = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        (line, read)
    }

    fn asks(&self) -> Request {
        Request::to(self.program.address, "GET", "/v1/zego/login-token?app_id=1739272706&id_name=ann")
    }
}

/// A token, and the id of the request for it.
async fn token(request: Request) -> (String, String) {
    let answer = request.send().await.expect(200);
    (answer.header("x-request-id").unwrap(), answer.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_leaves_its_lines_in_their_order_each_whole_and_with_its_id() {
    let server = Server::start(&[("KAIBO_LOG", "json")]);
    for _ in 0..3 {
        let (id, token) = token(server.asks()).await;
        for message in ["gave a credential", "answered"] {
            let (line, read) = server.line();
            assert_eq!((read["message"].as_str(), read["request_id"].as_str()), (Some(message), Some(&*id)), "{line}");
            assert!(!line.contains(&token) && read["timestamp"].is_string() && read["level"] == "INFO", "{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_many_requests_at_once_are_never_mixed() {
    let server = Server::start(&[("KAIBO_LOG", "json")]);
    let asking: JoinSet<_> = (0..64).map(|_| token(server.asks())).collect();
    let mut asked: Vec<_> = asking.join_all().await.into_iter().map(|(id, _)| id).collect();
    let mut told = Vec::new();
    for _ in 0..asked.len() {
        let (first, second) = (server.line(), server.line());
        assert_eq!(first.1["request_id"], second.1["request_id"], "{} {}", first.0, second.0);
        told.push(second.1["request_id"].as_str().unwrap().to_owned());
    }
    asked.sort();
    told.sort();
    assert_eq!(asked, told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_a_metric_too_is_told_once() {
    let server = Server::start(&[("KAIBO_METRICS", "emf")]);
    let (id, _) = token(server.asks()).await;
    for (message, metric) in [("gave a credential", "credentials_issued"), ("answered", "request_ms")] {
        let (line, read) = server.line();
        assert_eq!((read["message"].as_str(), read["request_id"].as_str()), (Some(message), Some(&*id)), "{line}");
        assert!(read["_aws"].is_object() && read[metric].is_number(), "{line}");
    }
    assert!(server.lines.recv_timeout(Duration::from_millis(300)).is_err(), "nothing is told twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_that_hides_lines_hides_these() {
    let server = Server::start(&[("KAIBO_LOG", "json"), ("KAIBO_LOG_LEVEL", "error")]);
    token(server.asks()).await;
    assert!(server.lines.recv_timeout(Duration::from_millis(300)).is_err());
}
