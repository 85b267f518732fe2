//! Tencent Cloud Streaming: why a push ended, what a push callback's errcode says, push anomalies.

use super::{Row, Table, row};

pub(super) static TABLES: &[Table] = &[
    Table { vendor: "css", source: "Tencent Cloud Streaming docs 267/31083: stream interruption codes", rows: ENDS },
    Table { vendor: "css", source: "Tencent Cloud Streaming docs 267/31083: sub codes of 18 and 21", rows: SUB_CODES },
    Table { vendor: "css", source: "Tencent Cloud Streaming docs 53310: push anomalies", rows: ANOMALIES },
];

#[rustfmt::skip]
static ENDS: &[Row] = &[
    row("0", ["没有错误，或原因未知", "推流开始时表示没有错误；断流时表示没有给出原因。", "断流时结合网络和主播端日志判断。"],
        ["no error, or reason unknown", "When a push begins: no error; when it ends: no reason is given.", "After an end look at the network and the host's log."]),
    row("1 2", ["主播结束推流", "客户端正常停止（deleteStream 或 closeStream）。", "无需处理。"],
        ["the host ended", "The client stopped (deleteStream or closeStream).", "Nothing to do."]),
    row("3", ["对端关闭连接", "客户端断开连接，可能没有正常停止。", "多次出现时检查主播网络。"],
        ["the peer closed", "The client closed the connection, perhaps without stopping.", "If frequent, check the host's network."]),
    row("4", ["接收出错", "客户端连接出错。", "检查主播网络。"], ["receive error", "The client's connection failed.", "Check the host's network."]),
    row("7", ["数据包过大", "单帧超过 1 MB。", "降低码率或关键帧大小。"], ["frame too big", "One message is over 1 MB.", "Lower the bitrate or key frame size."]),
    row("5 9 11 24", ["服务端内部原因", "腾讯云内部断开。", "等待自动重推；频繁时联系腾讯云。"],
        ["internal", "Tencent dropped the stream.", "Wait for the push to come again; if frequent, ask Tencent."]),
    row("6 23", ["RTMP 内容错误", "推流数据不合协议。", "换推流端或参数。"], ["RTMP content error", "The pushed data breaks the protocol.", "Change the encoder or its settings."]),
    row("8 20", ["空闲推流被断开", "长时间没有数据。", "检查采集和编码。"], ["idle push dropped", "No data came for long.", "Check capture and encoder."]),
    row("10", ["被要求停止", "服务端通知停止推流。", "查看是否有后台操作。"], ["told to stop", "The server asked the push to stop.", "See whether someone did it in the console."]),
    row("12 13 14 15 16 17", ["网络原因", "连接超时或中断。", "检查主播网络。"], ["network", "The connection timed out or broke.", "Check the host's network."]),
    row("18", ["推流被拒绝", "鉴权、账号、域名或限额，见子码。", "用子码再查一次。"], ["push refused", "Authentication, account, domain or limit: see the sub code.", "Look up the sub code."]),
    row("19", ["第三方鉴权失败", "你配置的鉴权服务拒绝了推流。", "检查该鉴权服务。"], ["third-party authentication", "Your own authentication service refused.", "Check that service."]),
    row("21", ["被断流或顶替", "接口断流、禁推，或被新的推流顶替，见子码。", "用子码再查一次。"],
        ["dropped or replaced", "Dropped or forbidden by request, or replaced by a newer push: see the sub code.", "Look up the sub code."]),
    row("22 25", ["未知原因", "腾讯云没有公开含义。", "记录下来；频繁时联系腾讯云。"], ["unknown", "Tencent does not publish its meaning.", "Log it; if frequent, ask Tencent."]),
];

#[rustfmt::skip]
static SUB_CODES: &[Row] = &[
    row("100", ["接口断流", "有人调用了断流接口。", "查看操作记录。"], ["dropped by request", "Someone called the drop API.", "See who did."]),
    row("101", ["接口禁推", "有人调用了禁推接口。", "需要时解除禁推。"], ["forbidden by request", "Someone called the forbid API.", "Lift it if it is not wanted."]),
    row("102 103", ["被新的推流顶替", "同一流名又有人推流。", "一个流名只由一个主播推。"], ["replaced by a newer push", "Someone pushes the same stream name.", "Let one host push one name."]),
    row("201", ["账号已关闭", "云直播服务未开通或已关闭。", "在腾讯云控制台开通。"], ["account closed", "The service is not open or was closed.", "Open it in Tencent's console."]),
    row("202", ["账号欠费", "余额不足。", "充值。"], ["in arrears", "The account has no balance.", "Top it up."]),
    row("203", ["账号被强制停用", "被腾讯云停用。", "联系腾讯云。"], ["forced off", "Tencent stopped the account.", "Ask Tencent."]),
    row("302 303", ["推流域名不可用", "域名不合法（302）或已停用（303）。", "检查 push_domain 及其状态。"],
        ["push domain not usable", "It is not legal (302) or disabled (303).", "Check push_domain and its state."]),
    row("304", ["AppName 被禁用", "推流路径被禁。", "检查 app_name。"], ["app disabled", "The path is disabled.", "Check app_name."]),
    row("305", ["流被禁推", "该流名在黑名单中。", "解除禁推。"], ["stream forbidden", "The stream name is barred.", "Lift the ban."]),
    row("308 309", ["名称含非法字符", "AppName 或流名有非法字符。", "只用字母、数字、下划线和连字符。"],
        ["illegal characters", "App or stream name holds illegal characters.", "Use letters, digits, underscore and hyphen only."]),
    row("400 401", ["IP 名单限制", "主播 IP 在黑名单或不在白名单。", "检查域名的 IP 名单。"], ["IP lists", "The host's address is barred or not allowed.", "Check the domain's IP lists."]),
    row("500", ["缺少 txTime", "推流地址没有 txTime。", "用 kaibo 签发的地址。"], ["no txTime", "The address lacks txTime.", "Use an address that kaibo issues."]),
    row("501", ["推流地址过期", "txTime 已过。", "重新获取推流地址；核对时钟。"], ["address expired", "txTime is past.", "Fetch a new push address; check the clock."]),
    row("502", ["缺少 txSecret", "推流地址没有 txSecret。", "用 kaibo 签发的地址。"], ["no txSecret", "The address lacks txSecret.", "Use an address that kaibo issues."]),
    row("503", ["txSecret 错误", "推流密钥不对，或流名、txTime 被改动。", "核对 push_key；推流密钥与播放密钥不同。"],
        ["wrong txSecret", "The push key is wrong, or name or txTime changed.", "Check push_key; it differs from the play key."]),
    row("600 601 602", ["超过限额", "推流路数或优先级受限。", "减少同时推流，或申请提额。"], ["over a limit", "Too many streams, or a lower priority.", "Push fewer at once, or ask for more."]),
];

#[rustfmt::skip]
static ANOMALIES: &[Row] = &[
    row("anomaly:1 anomaly:2", ["时间戳回退", "视频（1）或音频（2）时间戳倒退。", "检查推流端时钟和编码器。"], ["time stamps go back", "Video (1) or audio (2).", "Check the pusher's clock and encoder."]),
    row("anomaly:3 anomaly:4", ["时间戳跳变", "视频（3）或音频（4）跳变超过 1 秒。", "检查推流端。"], ["time stamps jump", "Video (3) or audio (4), by more than 1 s.", "Check the pusher."]),
    row("anomaly:5", ["分块过大", "chunk 超过 8192。", "调小 chunk。"], ["chunk too large", "Over 8192.", "Lower the chunk size."]),
    row("anomaly:6 anomaly:7", ["数据间隔过大", "视频（6）或音频（7）超过 3 秒没有数据。", "检查主播网络。"], ["gap in the data", "Video (6) or audio (7), more than 3 s.", "Check the host's network."]),
    row("anomaly:8 anomaly:9", ["编码格式改变", "推流中途改变视频（8）或音频（9）编码。", "推流中不要改参数。"], ["codec changed", "Video (8) or audio (9) changed during the push.", "Do not change settings while pushing."]),
    row("anomaly:10 anomaly:11", ["缺少编码头", "没有视频（10）或音频（11）的编码头。", "重新推流。"], ["no codec header", "Video (10) or audio (11) lacks its header.", "Push again."]),
];
