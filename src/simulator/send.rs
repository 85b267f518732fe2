//! Sends what was prepared, as a vendor would.

use super::Prepared;
use crate::app::outbound::{Outbound, OutboundError};

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The body as text.
    pub text: String,
}

/// Sends one callback to a server, e.g. `http://127.0.0.1:3000`: https, or http on this machine.
pub async fn send(outbound: &Outbound, server: &str, prepared: &Prepared) -> Result<Reply, OutboundError> {
    let headers: Vec<(&'static str, &str)> = prepared.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let url = format!("{}{}", server.trim_end_matches('/'), prepared.path);
    let answer = outbound.send("POST", &url, &headers, prepared.body.clone()).await?;
    Ok(Reply { status: answer.status, text: String::from_utf8_lossy(&answer.body).into_owned() })
}
