//! ZEGO's login, room server and Express codes.

use super::{Row, Table, row};

/// The first table is the room server's: `mod.rs` names it as the source of a code without a row.
pub(super) static TABLES: &[Table] = &[
    Table { vendor: "zego", source: "ZEGO jZego-wx SDK 1.x: room server codes", rows: ROOM },
    Table { vendor: "zego", source: "ZEGO jZego-wx SDK 1.x: login errors", rows: LOGIN },
    Table { vendor: "zego", source: "ZEGO jZego-wx SDK 1.x: publish and play states", rows: STATES },
    Table { vendor: "zego", source: "ZEGO Express docs: error codes", rows: EXPRESS },
    Table { vendor: "zego", source: "ZEGO server assistant: token parameter errors", rows: TOKEN },
];

/// What is said of a room server code that no document explains.
pub(super) static UNKNOWN_ROOM_CODE: Row = row(
    "",
    [
        "房间服务器错误",
        "大于 1000000000 的值是房间服务器的错误码加 1000000000；这个码没有公开说明。",
        "减去 1000000000 得到原码，连同 app_id、房间号和时间交给 ZEGO 支持。",
    ],
    [
        "room server error",
        "A value above 1000000000 is a room server code plus 1000000000; no document explains this one.",
        "Take 1000000000 off and give the code, app id, room and time to ZEGO support.",
    ],
);

#[rustfmt::skip]
static ROOM: &[Row] = &[
    row("1000000101", ["应用过期、不存在，或服务器地址错误", "app_id 已过期，或 server 是别的项目或环境的。", "核对 ZEGO 控制台里的 app_id 与 server 地址。"],
        ["app expired or unknown, or wrong server", "The app id is over, or the server address belongs to another project or environment.", "Compare app id and server with ZEGO's console."]),
    row("1000000105 1000000152", ["会话已失效", "房间会话不在了（推断），SDK 会自动重新登录。", "等待重登；持续则取新 token 登录。"],
        ["session gone", "The room session is gone (inferred); the SDK logs in again.", "Wait; if it lasts, log in with a new token."]),
    row("1000000150", ["混流的输入流不存在", "某路流没有在推，data 里列出 non_exist_streams。", "从混流里去掉它；先等推流成功。"],
        ["a mix input does not exist", "One stream is not published; data lists non_exist_streams.", "Leave it out; wait until it is published."]),
    row("1000001002", ["房间不存在，观众不能创建", "主播还没登录，而 audienceCreateRoom 为 false。", "等主播开播；或设 audienceCreateRoom 为 true；主播用 role 1 登录。"],
        ["the room does not exist and audience may not create it", "The host is not in yet and audienceCreateRoom is false.", "Wait for the host; or set audienceCreateRoom true; the host logs in with role 1."]),
    row("1000001105", ["房间已满", "人数到了上限。", "等待空位，或向 ZEGO 申请提高。"], ["the room is full", "It holds as many as it may.", "Wait, or ask ZEGO for more."]),
    row("1000002001", ["需要重新登录", "登录状态失效。", "取新 token 重新登录。"], ["log in again", "The login is over.", "Fetch a new token and log in."]),
    row("1000002002", ["第三方 token 被拒绝", "03 或 04 token 没有通过校验。", "用 POST /v1/inspect 检查。"], ["third token refused", "The 03 or 04 token did not pass.", "Check it with POST /v1/inspect."]),
    row("1000002003 1000002004 1000002005 1000002006 1000002007 1000002009 1000002010 1000002011", ["token 字段类型错误",
         "2003 nonce 应为 int64，2004 appid 应为 uint32，2005 timeout 应为 int64，2006 与 2011 user_id、2007 room_id 应为字符串，2009 privilege 应为对象，2010 expire_time 应为 int64。", "用 kaibo 签发，或按类型修改。"],
        ["a token member has the wrong JSON type",
         "2003 nonce int64, 2004 appid uint32, 2005 timeout int64, 2006 and 2011 user_id text, 2007 room_id text, 2009 privilege a map, 2010 expire_time int64.", "Let kaibo issue it, or mend the type."]),
    row("1000002008", ["token 格式错误", "03 或 04 token 无法解析。", "整段传递，不要改动或截断。"], ["token format error", "The 03 or 04 token cannot be read.", "Pass it whole and unchanged."]),
    row("1000002012", ["缺少 token", "登录时没有带 03 或 04 token。", "登录时传入 token。"], ["token missing", "No 03 or 04 token came with the login.", "Send it."]),
    row("1000002013", ["token 更新失败", "renewToken 没有成功。", "取新 token 再更新。"], ["token update failed", "renewToken did not succeed.", "Fetch a new token and renew again."]),
    row("1000002014", ["无需校验", "项目没有打开权限校验。", "无需处理。"], ["no check needed", "Privilege checks are off for the project.", "Nothing to do."]),
];

#[rustfmt::skip]
static LOGIN: &[Row] = &[
    row("0", ["成功", "没有错误。", "无需处理。"], ["success", "There is no error.", "Nothing to do."]),
    row("1", ["JSON 解析失败", "客户端发出的 JSON 有误。", "检查传给 SDK 的参数。"], ["parse json error", "The client sent broken JSON.", "Check what is passed to the SDK."]),
    row("1001", ["正在登录", "上一次登录未完成又登录。", "等第一次登录返回。"], ["login is processing", "A second login came during the first.", "Wait for the first."]),
    row("1002", ["房间请求错误", "服务器暂时出错，SDK 会重试。", "等待重试。"], ["liveroom request error", "The server failed for a moment; the SDK retries.", "Wait."]),
    row("1003 1004 1005", ["推送通道失败", "zpush 连接（1003）、握手（1004）或登录（1005）失败。", "检查网络和 socket 域名；1003 会自动重试。"],
        ["zpush failed", "Connect (1003), handshake (1004) or login (1005).", "Check network and socket domain; 1003 is retried."]),
    row("1006", ["登录状态错误", "尚未登录或已掉线。", "重新登录。"], ["user login state is wrong", "Not logged in, or dropped.", "Log in again."]),
    row("1007", ["没有推送地址", "服务器没有给出地址。", "稍后重试。"], ["no zpush address", "The server gave none.", "Try later."]),
    row("1008", ["token 错误", "散列不对：AppKey 清洗有误、idName 与登录的不同，或是别的项目的 app_id。", "用 POST /v1/inspect 逐项比较；idName 用字符串。"],
        ["token error", "The hash does not fit: key cleaned wrongly, idName differs, or another project's app id.", "POST /v1/inspect compares each part; idName is text."]),
    row("1009", ["调度错误", "服务器调度失败。", "重试。"], ["dispatch error", "The server could not dispatch.", "Try again."]),
    row("1010", ["token 过期", "expired 已过、用了毫秒，或时钟不准。", "每次登录取新的 token；核对时钟。"],
        ["token expired", "expired is past, in milliseconds, or the clock is wrong.", "Fetch a token for each login; check the clock."]),
    row("1011 1013", ["token 格式错误", "不是 JSON 的 base64，或该用 01 却用了 03、04。", "按 SDK 版本选 token 版本。"],
        ["token format error", "No base64 of JSON, or 03 or 04 where 01 is due.", "Choose the token version by the SDK."]),
    row("2002", ["业务通道错误", "混流或转推通道出错。", "重试。"], ["biz channel error", "The mixing or CDN channel failed.", "Try again."]),
    row("ZegoClient.Error.Param", ["参数错误", "传给 SDK 的参数不对。", "核对类型：appid 数字，idName 字符串。"], ["input error", "A parameter is wrong.", "Check types: appid a number, idName text."]),
    row("ZegoClient.Error.Timeout", ["超时", "多为配置类型错误、域名未列入，或 server 不对。", "appid 用数字；运行域名检查；核对 server。"],
        ["timeout", "Often a wrong config type, a domain that is not listed, or a wrong server.", "appid is a number; check the domains; check the server."]),
    row("ZegoClient.Error.Network", ["网络错误", "登录重试 5 次都失败。", "检查网络和 socket 域名。"], ["network", "Five logins failed.", "Check network and socket domain."]),
    row("ZegoClient.Error.Kickout", ["被踢出", "同一用户在别处登录，或被服务器踢出。", "一个 user_id 只在一处登录。"], ["kicked out", "The user logged in elsewhere, or was kicked.", "Use one user id in one place."]),
    row("ZegoClient.Error.requencyLimited", ["调用太频繁", "SDK 限制频率（原文少一个字母）。", "降低调用频率。"], ["too frequent", "The SDK limits the rate (the spelling is ZEGO's).", "Call less often."]),
    row("ZegoClient.Error.Server", ["服务器错误", "具体原因在 code 里。", "用 code 再查一次。"], ["server error", "The reason is in code.", "Look up the code."]),
    row("ZegoClient.Error.Unknown", ["未知错误", "SDK 没有给出原因。", "打开日志后重试。"], ["unknown", "The SDK gives no reason.", "Switch logs on and try again."]),
];

#[rustfmt::skip]
static STATES: &[Row] = &[
    row("state:0", ["开始", "推流或播放开始。", "无需处理。"], ["started", "Publishing or playing began.", "Nothing to do."]),
    row("state:1", ["出错", "推流或播放失败，看第三个参数。", "用该码再查一次。"], ["error", "Publishing or playing failed; see the third argument.", "Look up that code."]),
    row("state:2", ["重试中", "SDK 正在重试。", "等待。"], ["retrying", "The SDK tries again.", "Wait."]),
    row("state:-1", ["取流地址失败", "没有取得推流或播放地址。", "重新登录后再试。"], ["address request failed", "No publish or play address came.", "Log in again and retry."]),
];

#[rustfmt::skip]
static EXPRESS: &[Row] = &[
    row("1002001", ["已在房间中", "重复登录房间。", "先退出。"], ["already in a room", "A second room login.", "Leave first."]),
    row("1002005 1002006 1002007 1002008 1002009 1002010", ["用户标识不合要求", "user id 或名称为空、含非法字符或过长。", "id 用 1 到 64 个字母、数字、下划线或连字符。"],
        ["user id or name not right", "Empty, illegal characters, or too long.", "Use 1 to 64 letters, digits, underscores or hyphens."]),
    row("1002011 1002012 1002013", ["房间号不合要求", "房间号为空、含非法字符或过长。", "用 1 到 127 个字母、数字、下划线或连字符。"],
        ["room id not right", "Empty, illegal characters, or too long.", "Use 1 to 127 letters, digits, underscores or hyphens."]),
    row("1002031", ["登录超时", "网络差，或 socket 域名未列入。", "检查网络和域名列表。"], ["login timeout", "Bad network, or the socket domain is not listed.", "Check network and domain lists."]),
    row("1002033", ["登录 token 被拒绝", "原生 SDK 的登录鉴权失败。", "用 POST /v1/inspect 检查 token。"], ["login token refused", "Native SDKs: the token did not pass.", "Check it with POST /v1/inspect."]),
    row("1002034", ["房间已满", "人数到了上限。", "等待空位。"], ["room full", "It holds as many as it may.", "Wait."]),
    row("1002050", ["被踢出：同一用户在别处登录", "同一 user_id 又登录了。", "一个 user_id 只在一处登录。"], ["kicked: same user elsewhere", "The user id logged in again.", "Use one user id in one place."]),
    row("1002055", ["被服务器踢出", "调用了踢人接口。", "查看运维操作。"], ["kicked by a server call", "KickoutUser was called.", "See who did."]),
    row("1002086", ["在别处登录", "3.11.0 起的同一用户重复登录。", "一个 user_id 只在一处登录。"], ["logged in elsewhere", "Same user again (3.11.0 on).", "Use one user id in one place."]),
    row("1102001", ["心跳超时", "90 秒没有心跳。", "检查网络后重新登录。"], ["heartbeat timeout", "No heartbeat for 90 s.", "Check the network and log in again."]),
    row("1102016", ["token 格式错误", "不是 04 token，或被截断。", "用 POST /v1/zego/tokens 的 04。"], ["token format", "Not a 04 token, or cut short.", "Use version 04 of POST /v1/zego/tokens."]),
    row("1102018", ["token 过期", "有效期已过。", "取新 token 并 renewToken。"], ["token expired", "Its life is over.", "Fetch a new one and renewToken."]),
    row("1102020", ["登录鉴权失败", "ServerSecret、app_id 或 user_id 不对。", "用 POST /v1/inspect 检查。"], ["login authentication failed", "ServerSecret, app id or user id does not fit.", "Check with POST /v1/inspect."]),
    row("1003025", ["被服务器禁止推流", "禁推，或 token 没有推流权限。", "用有 publish 权限的票据；查看禁推规则。"], ["publishing forbidden", "A ban, or a token without publish power.", "Use a ticket with publish power; see the bans."]),
    row("1003028", ["流名已被使用", "别人正用同名推流。", "流名由房间号加用户号组成。"], ["stream id in use", "Someone publishes under that id.", "Make it of room id and user id."]),
];

#[rustfmt::skip]
static TOKEN: &[Row] = &[
    row("token:1", ["app id 无效", "为 0 或不是数字。", "核对 app_id。"], ["app id invalid", "It is 0 or no number.", "Check app_id."]),
    row("token:3", ["user id 无效", "为空。", "填写 user_id。"], ["user id invalid", "It is empty.", "Send user_id."]),
    row("token:5", ["密钥无效", "ServerSecret 不是 32 字节。", "复制完整的 ServerSecret，不要用 AppSign。"], ["secret invalid", "ServerSecret is not 32 bytes.", "Copy all of ServerSecret; it is not AppSign."]),
    row("token:6", ["有效期无效", "为零或负数。", "填写正的秒数。"], ["validity invalid", "Zero or negative.", "Send positive seconds."]),
];
