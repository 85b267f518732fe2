//! Why a stream ended, as a sentence for the person who looks at a black screen.

/// The sentence for a word of `event::END_REASONS`, in Chinese and in English; of a word we do not know nothing is said.
pub fn sentence(word: &str) -> Option<(&'static str, &'static str)> {
    Some(match word {
        "client_end" => ("主播停止了推流。", "The publisher stopped."),
        "network" => ("主播的网络断开了，可能会自动恢复。", "The publisher's network broke; it may come back by itself."),
        "heartbeat_timeout" => (
            "主播的设备没有响应，多半是网络中断或退到了后台。",
            "The publisher's device fell silent: its network broke or the app went to the background.",
        ),
        "replaced" => {
            ("同一条流在别处重新推送，替换了这一次。", "The same stream was published again and took this one's place.")
        }
        "kicked" => ("推流者被请出了房间。", "The publisher was put out of the room."),
        "forced_stop" => {
            ("推流被服务端或控制台强制停止。", "The stream was stopped by a server call or in the vendor's console.")
        }
        "auth_failed" => (
            "推流凭证无效或已过期，请重新获取票据。",
            "The publisher's credential was wrong or had expired; ask for a new ticket.",
        ),
        "account" => {
            ("厂商账户欠费或停用，请联系运维。", "The vendor's account is in arrears or switched off; tell the operator.")
        }
        "limit" => {
            ("推流超出了厂商的限制（时长、码率或并发）。", "The stream went past a limit of the vendor: time, bitrate or number.")
        }
        "room_ended" => ("厂商侧的房间已结束。", "The room ended on the vendor's side."),
        "member_left" => ("推流者离开了房间。", "The publisher left the room."),
        "superseded" => ("房间已重新开播，请进入新的一场。", "The room was opened again; enter the new opening."),
        "internal" => ("厂商内部出错，请稍后重试。", "The vendor had an error of its own; try again shortly."),
        "unknown" => ("厂商没有说明原因。", "The vendor did not say why."),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::event::END_REASONS;

    #[test]
    fn every_word_a_stream_may_end_with_has_a_sentence_in_both_languages() {
        for word in END_REASONS {
            let (zh, en) = sentence(word).expect(word);
            assert!(zh.ends_with('。') && en.ends_with('.') && en.is_ascii(), "{word}");
        }
        assert_eq!(sentence("no_such_word"), None);
    }
}
