//! A bare hyper server, the floor that `examples/serving.rs` compares with: every request is answered by a text of as many
//! bytes as a ZEGO login token has. The argument is the address.
#![allow(clippy::unwrap_used)]

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;

const TEXT: [u8; 132] = [b'h'; 132];

async fn hello(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::new(Bytes::from_static(&TEXT))))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(std::env::args().nth(1).unwrap()).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move { http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(hello)).await });
    }
}
