//! Connections of a server: whoever asked is answered, also by a server that has been told to stop, which lets nobody new in
//! and lets those go who only keep a connection.

use crate::program::Program;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const BODY: &str = r#"{"code":"ann"}"#;

fn connect(server: &Program) -> TcpStream {
    let socket = TcpStream::connect(server.address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    socket
}

#[test]
fn who_has_nothing_more_to_say_is_answered_too() {
    let server = Program::start("memory", &[], Stdio::null());
    let mut socket = connect(&server);
    let asked = format!("POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len());
    socket.write_all(asked.as_bytes()).unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    let mut all = String::new();
    socket.read_to_string(&mut all).unwrap();
    assert!(all.starts_with("HTTP/1.1 201") && all.contains("session_token"), "{all}");
}

#[test]
fn what_was_asked_before_the_stop_is_answered_and_nothing_after_it() {
    let mut server = Program::start("memory", &[], Stdio::null());
    let mut idle = connect(&server);
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    let mut answer = [0; 1024];
    let length = idle.read(&mut answer).unwrap();
    assert!(answer[..length].starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer[..length]));
    let mut busy = connect(&server);
    let head = format!("POST /v1/sessions HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", BODY.len());
    busy.write_all(head.as_bytes()).unwrap();
    busy.write_all(&BODY.as_bytes()[..5]).unwrap();
    // So that the head has been read, and the request is one that was asked.
    std::thread::sleep(Duration::from_millis(300));

    let told = Instant::now();
    Command::new("kill").args(["-TERM", &server.process.id().to_string()]).status().unwrap();
    assert_eq!(idle.read(&mut answer).unwrap(), 0, "an idle connection is closed");
    while TcpStream::connect(server.address).is_ok() {
        assert!(told.elapsed() < Duration::from_secs(5), "the door is still open");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(server.process.try_wait().unwrap().is_none(), "somebody is still waiting");
    busy.write_all(&BODY.as_bytes()[5..]).unwrap();
    let mut all = String::new();
    busy.read_to_string(&mut all).unwrap();
    assert!(all.starts_with("HTTP/1.1 201") && all.contains("session_token"), "{all}");
    assert_eq!(server.process.wait().unwrap().code(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(8), "it ended by itself, not at the end of patience");
}
