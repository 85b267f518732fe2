//! The program `kaibo serve`, running as a process of its own.

// Each story uses its part of this.
#![allow(dead_code)]

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use tempfile::TempDir;

/// A running server; it is killed when nobody holds it any more.
pub struct Program {
    pub process: Child,
    pub address: SocketAddr,
    /// What it printed until its door was open.
    pub screen: String,
    /// What it prints from then on.
    pub out: Option<BufReader<ChildStdout>>,
    /// Where it runs.
    pub folder: TempDir,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Program {
    /// Starts on the store of this address with the functions' configuration, and waits for the door to open.
    pub fn start(store: &str, environment: &[(&str, &str)], stderr: Stdio) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = include_str!("functions.toml").replace("http://127.0.0.1:8000", store);
        std::fs::write(folder.path().join("kaibo.toml"), configuration).unwrap();
        Self::start_in(folder, environment, stderr)
    }

    /// Starts in a folder, with what is there or not there.
    pub fn start_in(folder: TempDir, environment: &[(&str, &str)], stderr: Stdio) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_kaibo"))
            .args(["--listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .env_remove("AWS_SESSION_TOKEN")
            .env_remove("KAIBO_LOG")
            .env_remove("KAIBO_LOG_LEVEL")
            .env_remove("RUST_LOG")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .unwrap();
        let mut screen = String::new();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        while !screen.contains("Ctrl-C stops.") {
            assert!(out.read_line(&mut screen).unwrap() > 0, "the server ended: {screen}");
        }
        let console = screen.lines().find_map(|line| line.trim().strip_prefix("console page")).unwrap().trim();
        let address = console.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
        Self { process, address, screen, out: Some(out), folder }
    }

    /// Asks it to stop, as a service manager does; its exit code.
    pub fn stop(mut self) -> Option<i32> {
        Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        self.process.wait().unwrap().code()
    }
}
