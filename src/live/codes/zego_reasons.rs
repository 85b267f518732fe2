//! ZEGO's server API codes, and the reasons in its callbacks.

use super::{Row, Table, row};

pub(super) static TABLES: &[Table] = &[
    Table { vendor: "zego", source: "ZEGO server API: return codes", rows: API },
    Table { vendor: "zego", source: "ZEGO callbacks: stream_close type", rows: STREAM_CLOSE },
    Table { vendor: "zego", source: "ZEGO callbacks: room_close close_reason", rows: ROOM_CLOSE },
    Table { vendor: "zego", source: "ZEGO callbacks: room_logout reason", rows: ROOM_LOGOUT },
    Table { vendor: "zego", source: "ZEGO cloud recording: quit_reason, file status", rows: RECORDING },
];

#[rustfmt::skip]
static API: &[Row] = &[
    row("api:0", ["成功", "没有错误。", "无需处理。"], ["ok", "There is no error.", "Nothing to do."]),
    row("api:2", ["参数错误", "请求参数不对。", "核对参数名和类型。"], ["bad input", "A parameter is wrong.", "Check names and types."]),
    row("100000004", ["签名过期", "Timestamp 与 ZEGO 相差超过 10 分钟。", "校准服务器时钟。"], ["signature expired", "Timestamp is more than 10 minutes off.", "Set the server's clock."]),
    row("100000005", ["签名错误", "ServerSecret、AppId 或随机数不一致。", "核对 ServerSecret。"], ["signature wrong", "ServerSecret, AppId or nonce does not fit.", "Check ServerSecret."]),
    row("100000007", ["未知的 Action", "接口名写错。", "核对接口名。"], ["unknown action", "The action is mistyped.", "Check its name."]),
    row("100000014", ["签名版本错误", "SignatureVersion 必须为 2.0。", "改为 2.0。"], ["wrong signature version", "SignatureVersion must be 2.0.", "Send 2.0."]),
    row("100000016", ["环境错误", "测试与正式环境混用。", "核对 IsTest 与项目。"], ["wrong environment", "Test and live are mixed.", "Check IsTest and the project."]),
    row("100000017", ["服务未开通", "项目没有开通该服务。", "在 ZEGO 控制台开通。"], ["service not opened", "The project lacks this service.", "Open it in ZEGO's console."]),
    row("100000001 100000002 100000003 100000006 100000008 100000009 100000010 100000011 100000012 100000013 100000015", ["公共参数错误", "公共参数缺失或不对。", "看 Message，记下 RequestId。"],
        ["common parameter error", "A common parameter is missing or wrong.", "Read Message and keep RequestId."]),
    row("104 5024 50001", ["房间不存在", "房间已关闭或从未创建。", "按房间已结束处理。"], ["no such room", "It is closed or never was.", "Treat the room as ended."]),
    row("206 207", ["请求过于频繁", "超过接口频率限制。", "退避后重试。"], ["rate limited", "The call's rate limit is reached.", "Back off and retry."]),
    row("50003", ["用户不在线", "用户不在房间里。", "无需处理。"], ["user offline", "The user is not in the room.", "Nothing to do."]),
    row("110200150", ["混流输入流不存在", "某路流没有在推。", "去掉该流，或等它推流。"], ["mix input missing", "A stream is not published.", "Leave it out, or wait."]),
    row("110200157", ["混流未开通", "项目没有开通混流。", "联系 ZEGO 开通。"], ["mixing not opened", "The project lacks mixing.", "Ask ZEGO."]),
    row("110200158", ["输入流过多", "最多 9 路。", "减少输入。"], ["too many inputs", "At most 9.", "Send fewer."]),
    row("110200175", ["输入流重复", "同一路流出现两次。", "去掉重复。"], ["repeated input", "A stream is named twice.", "Name each once."]),
    row("110200178", ["输出过多", "输出不超过 3 路为宜。", "减少输出。"], ["too many outputs", "Stay at 3.", "Send fewer."]),
    row("110200190 110200191 110200192 110200193 110200194", ["混流服务暂时出错", "服务器内部错误。", "退避后重试。"], ["mixing failed for now", "An internal error.", "Back off and retry."]),
];

#[rustfmt::skip]
static STREAM_CLOSE: &[Row] = &[
    row("stream_close:0", ["正常停止", "主播停止推流。", "无需处理。"], ["normal", "The publisher stopped.", "Nothing to do."]),
    row("stream_close:1", ["心跳超时", "推流端 90 秒没有心跳。", "检查主播网络。"], ["heartbeat", "No heartbeat for about 90 s.", "Check the publisher's network."]),
    row("stream_close:2", ["重复登录", "同一用户又登录。", "一个 user_id 只在一处登录。"], ["logged in again", "The same user logged in.", "Use one user id in one place."]),
    row("stream_close:3", ["被踢出", "用户被踢。", "查看运维操作。"], ["kicked", "The user was kicked.", "See who did."]),
    row("stream_close:4", ["连接断开", "TCP 断开。", "检查主播网络。"], ["TCP lost", "The connection broke.", "Check the publisher's network."]),
    row("stream_close:5", ["房间被清除", "房间已关闭。", "无需处理。"], ["room cleared", "The room is closed.", "Nothing to do."]),
    row("stream_close:100", ["接口删除流", "调用了 DeleteStream；推流本身不会停。", "要真正停止，用 ForbidRTCStream。"], ["DeleteStream", "It announces removal; the push itself goes on.", "Use ForbidRTCStream to stop it."]),
];

#[rustfmt::skip]
static ROOM_CLOSE: &[Row] = &[
    row("room_close:0", ["正常关闭", "最后一人离开或被接口关闭。", "无需处理。"], ["normal", "The last user left, or the API closed it.", "Nothing to do."]),
    row("room_close:1", ["最后一人心跳超时", "掉线后房间关闭。", "检查主播网络。"], ["last user's heartbeat timed out", "The room closed after a loss.", "Check the host's network."]),
    row("room_close:2", ["最后一人断线", "连接断开。", "检查主播网络。"], ["last user dropped", "The connection broke.", "Check the host's network."]),
    row("room_close:3", ["最后一人被踢", "踢人后房间为空。", "无需处理。"], ["last user kicked", "The room was empty after a kick.", "Nothing to do."]),
];

#[rustfmt::skip]
static ROOM_LOGOUT: &[Row] = &[
    row("room_logout:0", ["正常退出", "用户离开。", "无需处理。"], ["normal", "The user left.", "Nothing to do."]),
    row("room_logout:1", ["业务心跳超时", "客户端没有心跳。", "检查网络。"], ["heartbeat timeout", "No heartbeat came.", "Check the network."]),
    row("room_logout:2", ["连接断开", "网络中断。", "检查网络。"], ["connection lost", "The network broke.", "Check the network."]),
    row("room_logout:3", ["重复登录或被踢", "别处登录，或被踢。", "一个 user_id 只在一处登录。"], ["logged in again or kicked", "Elsewhere, or by a kick.", "Use one user id in one place."]),
    row("room_logout:4", ["token 过期", "项目打开了过期管理，用户被移出。", "在 tokenWillExpire 时更新 token。"], ["token expired", "Expiry management put the user out.", "Renew the token at tokenWillExpire."]),
];

#[rustfmt::skip]
static RECORDING: &[Row] = &[
    row("record_quit:1 record_quit:2 record_quit:5", ["录制异常退出", "启动（1）、登录（2）或引擎（5）失败。", "重新开始录制；持续则联系 ZEGO。"],
        ["recording ended abnormally", "Start (1), login (2) or engine (5) failed.", "Start again; if it lasts, ask ZEGO."]),
    row("record_quit:3", ["空闲超时", "超过 MaxIdleTime 没有流。", "先推流，再开始录制。"], ["idle too long", "No stream within MaxIdleTime.", "Publish before recording."]),
    row("record_quit:4", ["达到最长时间", "超过 MaxRecordTime。", "调大 MaxRecordTime 或分段。"], ["longest time reached", "MaxRecordTime is over.", "Raise it, or record in parts."]),
    row("record_quit:6", ["录制网络错误", "录制服务网络中断。", "重新开始录制。"], ["recording network error", "The recorder's network broke.", "Start again."]),
    row("record_quit:1001 record_quit:1002 record_quit:1003 record_quit:1004 record_quit:1005 record_quit:1006 record_quit:1007 record_quit:1008 record_quit:1009 record_quit:1010 record_quit:1011",
        ["写文件失败", "录制文件写入出错。", "检查存储设置；联系 ZEGO。"], ["writing failed", "The file could not be written.", "Check the storage settings; ask ZEGO."]),
    row("record_file:3", ["上传成功", "文件已在你的存储里。", "无需处理。"], ["uploaded", "The file is in your storage.", "Nothing to do."]),
    row("record_file:4", ["只在 ZEGO 备用存储", "上传你的存储失败，备用文件只保留 3 天。", "立刻下载，并检查存储设置。"],
        ["only in ZEGO's spare store", "Upload to your storage failed; the spare is kept 3 days.", "Download it now and check the storage settings."]),
    row("record_file:5", ["上传失败", "文件没有保存。", "检查存储设置；联系 ZEGO。"], ["upload failed", "The file was not kept.", "Check the storage settings; ask ZEGO."]),
];
