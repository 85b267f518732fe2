//! Tencent RTC: tickets, the RTCRoom backend's codes, and the reasons in callbacks.

use super::{Row, Table, row};

pub(super) static TABLES: &[Table] = &[
    Table { vendor: "trtc", source: "Tencent tickets: userSig and privateMapKey errors", rows: TICKETS },
    Table { vendor: "trtc", source: "Tencent webrtc_server_java: RTCRoom codes", rows: RTCROOM },
    Table { vendor: "trtc", source: "TRTC callbacks 39558: enter and exit reasons", rows: ROOM_REASONS },
    Table { vendor: "trtc", source: "TRTC callbacks 54914, 54913: recording and relay", rows: RECORDING },
];

#[rustfmt::skip]
static TICKETS: &[Row] = &[
    row("70009", ["签名不匹配", "用了别的 SDKAppID 的密钥，或 v1 与 v2 混用。", "核对密钥属于该 SDKAppID；在控制台看签名算法。"],
        ["signature does not match", "The key is of another SDKAppID, or v1 and v2 are mixed.", "Check that the key is this SDKAppID's; the console names the algorithm."]),
    row("87", ["privateMapKey 错误", "票据过期、房间或用户不符，或密钥不对。", "为该房间重新签发；用 POST /v1/inspect 检查。"],
        ["privateMapKey is wrong", "Expired, another room or user, or another key.", "Issue it again for this room; check with POST /v1/inspect."]),
    row("11000", ["应用未开通音视频", "SDKAppID 没有开通 TRTC，购买后要等 0.5 到 2 小时。", "在控制台开通并等待。"],
        ["app not enabled", "The SDKAppID has no TRTC, or was bought within the last 0.5 to 2 hours.", "Enable it in the console and wait."]),
    row("60008", ["超时或格式错误", "请求超时，或票据格式不对。", "检查网络和票据。"], ["timeout or bad format", "The request timed out, or the ticket is malformed.", "Check network and ticket."]),
    row("70001", ["userSig 过期", "有效期已过（未经证实）。", "重新获取 userSig；核对时钟。"], ["userSig expired", "Its life is over (unconfirmed).", "Fetch a new one; check the clock."]),
    row("70003", ["userSig 非法", "被截断或字符被替换（未经证实）。", "整段传递；+ / = 要换成 * - _。"], ["userSig illegal", "Cut short, or letters were replaced (unconfirmed).", "Pass it whole, with * - _ for + / =."]),
    row("70013", ["用户不一致", "userSig 里的用户与登录的不同（未经证实）。", "用同一个 userID。"], ["another user", "The ticket names another user (unconfirmed).", "Use one userID."]),
    row("70014", ["SDKAppID 不一致", "userSig 属于别的 SDKAppID（未经证实）。", "用同一个 SDKAppID。"], ["another SDKAppID", "The ticket is of another SDKAppID (unconfirmed).", "Use one SDKAppID."]),
];

#[rustfmt::skip]
static RTCROOM: &[Row] = &[
    row("rtcroom:0", ["成功", "没有错误。", "无需处理。"], ["good", "There is no error.", "Nothing to do."]),
    row("rtcroom:2", ["缺少参数", "必填字段没有填。", "补上 userID 或 roomID。"], ["missing parameter", "A needed field is absent.", "Send userID or roomID."]),
    row("rtcroom:3", ["房间不存在", "房间已解散，或票据无法生成。", "刷新列表；检查密钥配置。"], ["no such room", "It is gone, or the ticket could not be made.", "Refresh the list; check the keys."]),
    row("rtcroom:7", ["userID 不合要求", "含非法字符或长度不对。", "用 1 到 32 个字母、数字、下划线或连字符。"], ["userID not right", "Illegal characters or length.", "Use 1 to 32 letters, digits, underscores or hyphens."]),
    row("rtcroom:8", ["没有身份凭证", "开放身份关闭，请求没有登录会话。", "先登录，再带上会话。"], ["no proof", "Open identity is off and no login session came.", "Log in and send the session."]),
    row("rtcroom:9", ["请求过多", "超过配额。", "稍后再试。"], ["rate limited", "The quota is used up.", "Try later."]),
    row("rtcroom:11", ["roomInfo 过长", "超过 1024 个字符。", "缩短 roomInfo。"], ["roomInfo too long", "More than 1024 characters.", "Shorten it."]),
    row("rtcroom:5001", ["房间已满", "成员到了上限。", "等待空位。"], ["room full", "It holds as many as it may.", "Wait."]),
    row("rtcroom:5003", ["房间已关闭", "直播已结束。", "进入别的房间。"], ["room closed", "The broadcast is over.", "Enter another room."]),
];

#[rustfmt::skip]
static ROOM_REASONS: &[Row] = &[
    row("enter:1", ["正常进房", "用户进入。", "无需处理。"], ["normal entry", "The user entered.", "Nothing to do."]),
    row("enter:2", ["切换网络后进房", "网络切换。", "无需处理。"], ["after a network switch", "The network changed.", "Nothing to do."]),
    row("enter:3", ["超时后重进", "掉线重试。", "检查网络。"], ["retry after timeout", "The user dropped and came back.", "Check the network."]),
    row("enter:4", ["跨房连麦进房", "跨房通话。", "无需处理。"], ["cross-room", "A cross-room call.", "Nothing to do."]),
    row("exit:1", ["正常退房", "用户离开。", "无需处理。"], ["normal exit", "The user left.", "Nothing to do."]),
    row("exit:2", ["超时退房", "心跳超时；安卓上杀进程也显示为 2。", "检查网络。"], ["timeout", "No heartbeat; a killed app on Android shows this too.", "Check the network."]),
    row("exit:3", ["被移出房间", "接口踢出。", "查看运维操作。"], ["removed", "The API removed the user.", "See who did."]),
    row("exit:4", ["取消跨房连麦", "跨房通话结束。", "无需处理。"], ["cross-room cancelled", "The cross-room call ended.", "Nothing to do."]),
    row("exit:5", ["进程被杀", "应用被关闭。", "无需处理。"], ["killed", "The app was killed.", "Nothing to do."]),
];

#[rustfmt::skip]
static RECORDING: &[Row] = &[
    row("leave:0", ["录制正常离开", "录制按要求停止。", "无需处理。"], ["recorder left", "It stopped as asked.", "Nothing to do."]),
    row("leave:1 leave:2", ["被客户停止", "录制机器人被踢（1），或房间被解散（2）。", "检查是否误踢录制用户。"], ["stopped by the customer", "The robot was kicked (1) or the room dismissed (2).", "Do not kick the recording user."]),
    row("leave:3 leave:4", ["被服务端停止", "服务端踢出（3）或解散房间（4）。", "联系腾讯云。"], ["stopped by the server", "Kicked (3) or dismissed (4) by the server.", "Ask Tencent."]),
    row("leave:99", ["房间没有人", "除录制外没有用户。", "无需处理。"], ["no users left", "Only the recorder was there.", "Nothing to do."]),
    row("leave:100", ["超时", "录制超时离开。", "检查推流。"], ["timeout", "The recorder timed out.", "Check the push."]),
    row("leave:101", ["重复进入", "同一录制用户又进入。", "每个任务用不同的录制用户。"], ["duplicate entry", "The same recording user entered again.", "Use one recording user per task."]),
    row("upload:0", ["全部上传", "文件已全部上传。", "无需处理。"], ["all uploaded", "All files are up.", "Nothing to do."]),
    row("upload:1 upload:2", ["上传有遗留", "部分文件未上传（1），或遗留文件已恢复（2）。", "等待；缺文件时联系腾讯云。"], ["leftovers", "Some files are left (1), or were recovered (2).", "Wait; if files lack, ask Tencent."]),
    row("vod:0", ["点播文件成功", "文件已存入点播。", "无需处理。"], ["file committed", "The file is in VOD.", "Nothing to do."]),
    row("vod:1 vod:2", ["点播文件失败", "上传停滞（1）或失败（2）。", "查看 Errmsg 和点播账号。"], ["file failed", "Stuck (1) or failed (2).", "See Errmsg and the VOD account."]),
    row("relay:0", ["转推未开始或已结束", "没有转推。", "无需处理。"], ["idle or ended", "No relay runs.", "Nothing to do."]),
    row("relay:1 relay:3", ["转推连接中", "正在连接（1）或恢复（3）。", "等待。"], ["relay connecting", "Connecting (1) or recovering (3).", "Wait."]),
    row("relay:2", ["转推运行中", "正常。", "无需处理。"], ["relay running", "All is well.", "Nothing to do."]),
    row("relay:4", ["转推失败", "60 秒内没有恢复。", "检查推流地址和密钥。"], ["relay failed", "It did not recover within 60 s.", "Check push address and key."]),
    row("relay:5", ["转推断开中", "正在停止。", "无需处理。"], ["relay disconnecting", "It is stopping.", "Nothing to do."]),
];
