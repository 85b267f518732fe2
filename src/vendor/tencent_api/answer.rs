//! What Tencent answers: `{"Response": {..., "Error"?: {"Code", "Message"}, "RequestId"}}`, with HTTP 200 for refusals too.

use crate::vendor::tencent_fields::Fields;
use serde_json::{Map, Value};
use thiserror::Error;

/// Longest text of the vendor's that is kept in an error.
const MOST_TEXT: usize = 200;

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ApiError {
    /// Not the vendor's form: a proxy's page, a cut answer, or a member that is not as documented.
    #[error("Tencent's answer (HTTP {status}) cannot be read; try again, and check tencent_api.api_base if it stays so")]
    Unreadable {
        /// HTTP status.
        status: u16,
    },
    /// The vendor says no.
    #[error("Tencent refused the call: {code}: {message} (request {request_id})")]
    Refused {
        /// The vendor's dotted code.
        code: String,
        /// The vendor's sentence, at most 200 characters.
        message: String,
        /// For the vendor's support.
        request_id: String,
    },
}

impl ApiError {
    /// The stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "tencent_api_unreadable",
            Self::Refused { .. } => "tencent_api_refused",
        }
    }

    /// True when the same call, signed afresh, may succeed later: limits, the vendor's own faults, a signature grown old.
    pub fn worth_a_retry(&self) -> bool {
        match self {
            Self::Unreadable { .. } => true,
            Self::Refused { code, .. } => {
                let family = code.split('.').next().unwrap_or_default();
                matches!(family, "RequestLimitExceeded" | "InternalError" | "ServiceUnavailable" | "ResourceUnavailable")
                    || code == "AuthFailure.SignatureExpire"
            }
        }
    }

    /// True when the room, user, stream or task is not there: for a removal that is success.
    pub fn already_gone(&self) -> bool {
        match self {
            Self::Unreadable { .. } => false,
            Self::Refused { code, .. } => code.contains("NotExist") || code.contains("NotFound"),
        }
    }
}

/// The members of a good answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Response(Map<String, Value>);

/// Reads an answer; `status` is the HTTP status. For removals nothing more is of interest.
///
/// # Errors
/// [`ApiError`].
pub fn read_answer(status: u16, body: &[u8]) -> Result<Response, ApiError> {
    let whole: Map<String, Value> = serde_json::from_slice(body).map_err(|_| ApiError::Unreadable { status })?;
    let response = Fields(&whole).object("Response").map_err(|_| ApiError::Unreadable { status })?;
    let Some(error) = response.0.get("Error") else {
        return if (200..300).contains(&status) {
            Ok(Response(response.0.clone()))
        } else {
            Err(ApiError::Unreadable { status })
        };
    };
    let error = error.as_object().map(Fields).ok_or(ApiError::Unreadable { status })?;
    let short = |text: Option<String>| text.unwrap_or_default().chars().take(MOST_TEXT).collect();
    Err(ApiError::Refused {
        code: short(error.optional_text("Code")),
        message: short(error.optional_text("Message")),
        request_id: short(response.optional_text("RequestId")),
    })
}

/// What DescribeLiveStreamState says of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamState {
    /// Someone pushes.
    Active,
    /// No one pushes.
    Inactive,
    /// No one may push.
    Forbidden,
}

/// Reads the answer of DescribeLiveStreamState.
///
/// # Errors
/// [`ApiError::Unreadable`] for a word that is not documented.
pub fn stream_state(response: &Response) -> Result<StreamState, ApiError> {
    match Fields(&response.0).optional_text("StreamState").as_deref() {
        Some("active") => Ok(StreamState::Active),
        Some("inactive") => Ok(StreamState::Inactive),
        Some("forbid") => Ok(StreamState::Forbidden),
        _ => Err(ApiError::Unreadable { status: 200 }),
    }
}

/// What DescribeCloudRecording says of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingState {
    /// True for `InProgress` and `Idle` (waiting for someone to speak); false for `Exited`.
    pub running: bool,
    /// Files seen so far.
    pub files: Vec<CloudFile>,
}

/// One file of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudFile {
    /// The file's name in its store.
    pub file_name: String,
    /// Whose media; none for mixed recordings.
    pub user_id: Option<String>,
    /// `audio`, `video`, `audio_video`.
    pub track: String,
    /// First moment, Unix milliseconds.
    pub begin_at_ms: Option<i64>,
}

/// Reads the answer of DescribeCloudRecording.
///
/// # Errors
/// [`ApiError::Unreadable`] for a status that is not documented.
pub fn recording_state(response: &Response) -> Result<RecordingState, ApiError> {
    let fields = Fields(&response.0);
    let running = match fields.optional_text("Status").as_deref() {
        Some("InProgress" | "Idle") => true,
        Some("Exited") => false,
        _ => return Err(ApiError::Unreadable { status: 200 }),
    };
    let file = |said: Fields<'_>| {
        Some(CloudFile {
            file_name: said.optional_text("FileName")?,
            user_id: said.optional_text("UserId"),
            track: said.optional_text("TrackType").unwrap_or_default(),
            begin_at_ms: said.optional_moment("BeginTimeStamp").map(|at| at.0),
        })
    };
    let files = fields.list("StorageFileList").iter().filter_map(Value::as_object).map(Fields).filter_map(file).collect();
    Ok(RecordingState { running, files })
}
