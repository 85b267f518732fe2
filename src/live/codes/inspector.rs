//! The words of the inspector, and of the voip checks.

use super::{Row, Table, row};

pub(super) static TABLES: &[Table] = &[Table { vendor: "kaibo", source: "kaibo, POST /v1/inspect", rows: ROWS }];

#[rustfmt::skip]
static ROWS: &[Row] = &[
    row("malformed", ["无法识别", "文本被截断、多了引号，或不是任何已知的凭证。", "整段复制，不要带引号和换行。"],
        ["not recognisable", "The text is cut short, quoted, or no known credential.", "Copy all of it, without quotes and line breaks."]),
    row("identifier_mismatch", ["用户不一致", "凭证里的用户与登录用的用户不同。", "用同一个 user_id 签发和登录；注意大小写和数字类型。"],
        ["another user", "The credential names another user than the one who logs in.", "Use one user_id for both; mind case, and text against number."]),
    row("sdkappid_mismatch", ["SDKAppID 不一致", "凭证属于另一个 SDKAppID。", "页面和后端用同一个 SDKAppID。"],
        ["another SDKAppID", "The credential belongs to another SDKAppID.", "Use one SDKAppID in page and backend."]),
    row("app_id_mismatch", ["应用不一致", "凭证属于另一个应用。", "页面和后端用同一个 app_id。"],
        ["another app", "The credential belongs to another app.", "Use one app_id in page and backend."]),
    row("room_mismatch", ["房间不一致", "凭证签给了另一个房间，或数字房间与文本房间混用。", "为要进入的房间重新签发。"],
        ["another room", "It was issued for another room, or numeric and text rooms are mixed.", "Issue it for the room that is entered."]),
    row("bad_signature", ["签名不对", "密钥不是该应用的，或签名后内容被改动。", "核对密钥：是否多了空格、被解码，或是 v1 与 v2 混用。"],
        ["the signature does not fit", "The key is not this app's, or something changed after signing.", "Check the key: blanks, decoding, v1 against v2."]),
    row("expired", ["已过期", "凭证的有效期已过，或用了本地时间。", "每次进房前重新获取；核对服务器时钟。"],
        ["expired", "Its life is over, or local time was used in place of Unix time.", "Fetch a new one before each entry; check the server's clock."]),
    row("unsupported_version", ["版本不支持", "凭证的版本与客户端 SDK 不匹配。", "jZego 用 01，Express 2.10 起用 04。"],
        ["unsupported version", "The credential's version is not the one that the client SDK takes.", "jZego takes 01; Express 2.10 and later takes 04."]),
    row("wrong_alphabet", ["字符替换不对", "用了标准 base64，或 + 变成了空格。", "userSig 用 * - _ 代替 + / =；放进地址时要编码。"],
        ["wrong alphabet", "Standard base64 was used, or + became a blank.", "userSig writes * - _ for + / =; encode it inside addresses."]),
    row("milliseconds timestamp_not_seconds", ["用了毫秒", "时间应为秒，却用了 Date.now() 的毫秒。", "用 Math.floor(Date.now() / 1000)。"],
        ["milliseconds", "Seconds are wanted and Date.now() gives milliseconds.", "Use Math.floor(Date.now() / 1000)."]),
    row("key_unknown", ["没有密钥可核对", "这里没有该应用的密钥，或签名由微信生成。", "在配置里加上应用，或在持有密钥的一侧检查。"],
        ["no key to check with", "No key of this app is held here, or WeChat made the signature.", "Add the app to the configuration, or inspect where the key is held."]),
    row("timestamp_invalid", ["时间不是正整数", "timeStamp 为负、带小数或不是数字。", "用整数秒。"],
        ["the time is no whole number", "timeStamp is negative, has a fraction, or is no number.", "Use whole seconds."]),
    row("nonce_empty nonce_too_long nonce_not_ascii", ["随机串不合要求", "nonceStr 须为 1 到 127 个 ASCII 字符。", "用 16 到 32 个随机字母和数字。"],
        ["the nonce is not right", "nonceStr must be 1 to 127 ASCII characters.", "Use 16 to 32 random letters and digits."]),
    row("group_empty", ["缺少 groupId", "groupId 为空。", "填写 1 到 64 个字母、数字、下划线或连字符。"],
        ["no group", "groupId is empty.", "Send 1 to 64 letters, digits, underscores or hyphens."]),
    row("session_missing", ["没有 session_key", "该用户没有登录过，或密钥已失效。", "重新 wx.login 并调用 POST /v1/sessions。"],
        ["no session key", "The user never logged in, or the key is void.", "Call wx.login and POST /v1/sessions."]),
];
