//! Every kind of callback, by a word of ours, with the vendor's own number or name.

use crate::live::event::Provider;

/// One kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Our word.
    pub word: &'static str,
    /// Who sends it.
    pub provider: Provider,
    /// The vendor's event name, number or, for css 332, its record_event.
    pub vendor: &'static str,
    /// What it means.
    pub means: &'static str,
}

const fn zego(word: &'static str, vendor: &'static str, means: &'static str) -> Kind {
    Kind { word, provider: Provider::Zego, vendor, means }
}

const fn css(word: &'static str, vendor: &'static str, means: &'static str) -> Kind {
    Kind { word, provider: Provider::Css, vendor, means }
}

const fn trtc(word: &'static str, vendor: &'static str, means: &'static str) -> Kind {
    Kind { word, provider: Provider::Trtc, vendor, means }
}

/// All kinds, in the order of `kaibo trigger --list`.
pub const ALL: &[Kind] = &[
    zego("zego.room.begin", "room_create", "a room session began"),
    zego("zego.room.end", "room_close", "a room session ended for good"),
    zego("zego.room.enter", "room_login", "a user entered (user_role 1)"),
    zego("zego.room.leave", "room_logout", "a user left"),
    zego("zego.stream.begin", "stream_create", "a stream began"),
    zego("zego.stream.end", "stream_close", "a stream ended"),
    zego("zego.recording.ready", "record", "a file of a CDN recording is there"),
    zego("zego.mix.begin", "mix_start", "a mix began (noted)"),
    zego("zego.mix.end", "mix_stop", "a mix ended (noted)"),
    zego("zego.cloud.files", "1", "cloud recording: files were uploaded"),
    zego("zego.cloud.failed", "2", "cloud recording: ended abnormally"),
    zego("zego.cloud.image_failed", "3", "cloud recording: a background image failed"),
    zego("zego.cloud.no_stream", "4", "cloud recording: there is no stream"),
    zego("zego.cloud.ended", "5", "cloud recording: ended normally"),
    zego("zego.cloud.stream_missing", "6", "cloud recording: a stream is missing"),
    zego("zego.cloud.stopped", "7", "cloud recording: stopped, uploading"),
    zego("zego.cloud.playlist", "102", "cloud recording: the playlist address"),
    zego("zego.cloud.paused", "201", "cloud recording: paused"),
    zego("zego.cloud.resumed", "202", "cloud recording: resumed"),
    css("css.stream.begin", "1", "a push began"),
    css("css.stream.end", "0", "a push ended"),
    css("css.recording.ready", "100", "a recording file is there"),
    css("css.recording.started", "record_start_succeeded", "332: a recording session runs"),
    css("css.recording.start_failed", "record_start_failed", "332: a recording session did not start"),
    css("css.recording.paused", "record_paused", "332: a recording session pauses"),
    css("css.recording.resumed", "record_resumed", "332: a recording session goes on"),
    css("css.recording.error", "record_error", "332: a recording session failed"),
    css("css.recording.ended", "record_ended", "332: a recording session ended"),
    css("css.mix", "8", "a mix changed (noted)"),
    css("css.snapshot", "200", "a snapshot was taken (noted)"),
    css("css.moderation", "317", "an image was found suspicious (noted)"),
    css("css.anomaly", "321", "a push is not well (noted)"),
    trtc("trtc.room.begin", "101", "a room was created"),
    trtc("trtc.room.end", "102", "a room was dismissed"),
    trtc("trtc.room.enter", "103", "a user entered (role 20)"),
    trtc("trtc.room.leave", "104", "a user left; ends the user's streams too"),
    trtc("trtc.room.role", "105", "a user changed role (noted)"),
    trtc("trtc.video.begin", "201", "video began"),
    trtc("trtc.video.end", "202", "video ended"),
    trtc("trtc.audio.begin", "203", "audio began"),
    trtc("trtc.audio.end", "204", "audio ended"),
    trtc("trtc.aux.begin", "205", "the second picture began"),
    trtc("trtc.aux.end", "206", "the second picture ended"),
    trtc("trtc.recording.started", "301", "a recording task runs"),
    trtc("trtc.recording.ended", "302", "a recording task left the room"),
    trtc("trtc.recording.uploading", "303", "its upload began"),
    trtc("trtc.recording.playlist", "304", "its first playlist is there"),
    trtc("trtc.recording.uploaded", "305", "its upload is done"),
    trtc("trtc.recording.failover", "306", "the task moved to another machine (alarm)"),
    trtc("trtc.recording.slice", "307", "a slice is there"),
    trtc("trtc.recording.upload_error", "308", "its upload failed (alarm)"),
    trtc("trtc.recording.image_error", "309", "an image failed (alarm)"),
    trtc("trtc.recording.mp4", "310", "mp4 files are in object storage"),
    trtc("trtc.recording.ready", "311", "a file is in VOD"),
    trtc("trtc.recording.finished", "312", "the VOD task ended"),
    trtc("trtc.relay.status", "401", "a relay to CDN changed (noted)"),
    trtc("trtc.ingest.begin", "701", "a stream ingest began (noted)"),
    trtc("trtc.ingest.end", "702", "a stream ingest ended (noted)"),
];

/// The kind of a word.
pub fn find(word: &str) -> Option<&'static Kind> {
    ALL.iter().find(|kind| kind.word == word)
}

/// The table of `kaibo trigger --list`.
pub fn table() -> String {
    let row = |kind: &Kind| {
        let vendor = match (kind.provider, kind.vendor) {
            (Provider::Zego, number) if number.bytes().all(|b| b.is_ascii_digit()) => format!("event_type {number}"),
            (Provider::Css, word) if word.starts_with("record_") => format!("332 {word}"),
            (_, own) => own.to_owned(),
        };
        format!("{:<28} {:<28} {}\n", kind.word, vendor, kind.means)
    };
    let head = format!("{:<28} {:<28} {}\n", "kind", "vendor's name or number", "meaning");
    head + &ALL.iter().map(row).collect::<String>()
}
