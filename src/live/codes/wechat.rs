//! WeChat's own errcodes: login, access token, domain lists, and calls inside WeChat.

use super::{Row, Table, row};

pub(super) static TABLES: &[Table] = &[
    Table { vendor: "wechat", source: "WeChat docs: code2Session, checkSessionKey, stable token", rows: LOGIN },
    Table { vendor: "wechat", source: "WeChat docs: domain management", rows: DOMAINS },
    Table { vendor: "wechat", source: "WeChat docs: multi-person and two-person calls, voip-room", rows: VOIP },
    Table { vendor: "wechat", source: "WeChat docs: network", rows: NETWORK },
];

#[rustfmt::skip]
static LOGIN: &[Row] = &[
    row("0", ["成功", "没有错误。", "无需处理。"], ["success", "There is no error.", "Nothing to do."]),
    row("-1", ["微信繁忙", "微信系统忙（服务端接口）。", "稍等后重试一次，再不行就重新 wx.login。"],
        ["WeChat is busy", "WeChat's system is busy (server calls).", "Try once more after a pause, then call wx.login again."]),
    row("40029", ["code 无效", "code 不存在、超过 5 分钟，或属于别的小程序。", "重新 wx.login；核对 appid。"],
        ["code not valid", "It is unknown, older than 5 minutes, or of another mini program.", "Call wx.login again; check the app id."]),
    row("40163", ["code 已使用", "一个 code 只能用一次，重试也算。", "重新 wx.login。"],
        ["code already used", "A code works once; a retry counts.", "Call wx.login again."]),
    row("45011", ["调用太频繁", "每个用户每分钟 100 次。", "一分钟后再试。"],
        ["too frequent", "100 calls per user and minute.", "Try again after a minute."]),
    row("45009", ["当日额度用完", "该接口今天的调用次数已满。", "缓存 access_token；明天再试或在后台清零。"],
        ["daily quota used up", "The app made all its calls of today.", "Cache the access token; wait for tomorrow or reset the quota in the console."]),
    row("40226", ["高风险用户", "微信禁止该用户登录。", "用户需自行向微信申诉。"],
        ["high-risk user", "WeChat blocks the user's login.", "The user has to take it up with WeChat."]),
    row("40013", ["appid 错误", "appid 不存在或写错。", "核对 wechat.app_id。"],
        ["wrong app id", "The app id does not exist or is mistyped.", "Check wechat.app_id."]),
    row("40125 41004", ["app_secret 错误", "密钥写错、缺失或已重置。", "在微信后台重新生成并更新 wechat.app_secret。"],
        ["wrong app secret", "It is mistyped, missing or was reset.", "Make a new one in the console and update wechat.app_secret."]),
    row("40164", ["IP 不在白名单", "服务器出口 IP 没有加入微信后台的 IP 白名单。", "把出口 IP 加入白名单。"],
        ["IP not in the list", "The server's outgoing address is not in the console's IP list.", "Add it there."]),
    row("40001 40014 42001", ["access_token 无效", "令牌写错、过期，或被别处刷新作废。", "重新获取；多个实例用 stable_token。"],
        ["access token not valid", "It is wrong, expired, or voided by a refresh elsewhere.", "Fetch a new one; several instances should use stable_token."]),
    row("87009", ["签名错误", "session_key 不是该用户最新的。", "让用户重新 wx.login。"],
        ["wrong signature", "The session_key is not the user's newest.", "Let the user call wx.login again."]),
    row("87008", ["签名方法错误", "sig_method 不是 hmac_sha256。", "改为 hmac_sha256。"],
        ["wrong signature method", "sig_method is not hmac_sha256.", "Send hmac_sha256."]),
];

#[rustfmt::skip]
static DOMAINS: &[Row] = &[
    row("48001", ["没有接口权限", "这种 access_token 不能读取域名配置。", "粘贴域名列表，或用第三方平台的 authorizer token。"],
        ["no right to this call", "This kind of access token may not read the domains.", "Paste the list, or use a platform's authorizer token."]),
    row("85017 85301", ["没有可修改的域名", "域名已经设置过，或提交的全部无效。", "看回答里的 invalid_ 列表。"],
        ["nothing left to change", "All are set already, or all are invalid.", "See the invalid_ lists of the answer."]),
    row("44002", ["请求体为空", "POST 没有内容。", "发送 {}。"], ["empty body", "The POST has no body.", "Send {}."]),
    row("47001", ["不是 JSON", "请求体无法解析。", "发送 UTF-8 的 JSON。"], ["not JSON", "The body cannot be read.", "Send JSON in UTF-8."]),
];

#[rustfmt::skip]
static VOIP: &[Row] = &[
    row("voip:-1", ["已在房间中", "joinVoIPChat：当前已加入通话。", "先 wx.exitVoIPChat。"],
        ["already in a room", "joinVoIPChat: a call is running.", "Call wx.exitVoIPChat first."]),
    row("voip:-2", ["录音设备被占用", "其他录音正在进行。", "停止录音后再加入。"],
        ["recorder busy", "Another recording runs.", "Stop it, then join."]),
    row("voip:-3", ["加入时已退出", "加入完成前就离开了。", "需要时重新加入。"],
        ["left while joining", "The user left before joining was done.", "Join again if wanted."]),
    row("voip:-1000", ["系统错误", "多为签名错误，文本里带 -12020。", "看 -12020。"],
        ["system error", "Most often a wrong signature; the text then holds -12020.", "See -12020."]),
    row("-12020 voip:-12020", ["通话签名无效", "时间用了毫秒；session_key 被解码或已过期；四个值没有按值排序。",
         "时间用秒且为数字；密钥用原文；每次加入前重新签名；不行就重新 wx.login。用 POST /v1/inspect 查原因。"],
        ["invalid voip signature", "Milliseconds; a decoded or stale session_key; or the four values were not sorted by value.",
         "Seconds, as a number; the key as text; sign for each join; else call wx.login again. POST /v1/inspect names the fault."]),
    row("-20000", ["未开启双人通话", "没有调用 wx.setEnable1v1Chat。", "双方每次冷启动后都要开启。"],
        ["1v1 calls are not enabled", "wx.setEnable1v1Chat was not called.", "Both sides enable it after each cold start."]),
    row("-20001", ["设备不可用", "麦克风或摄像头打不开。", "检查权限和占用。"],
        ["device fault", "Microphone or camera does not open.", "Check permissions and other apps."]),
    row("-20002", ["对方忙", "其中一方正在通话。", "稍后再拨。"], ["busy", "One side is in a call.", "Call later."]),
    row("-20003", ["在别的小程序中通话", "另一个小程序正在通话。", "先结束那边的通话。"],
        ["a call in another mini program", "Another mini program holds a call.", "End that call first."]),
    row("-30000 -30001 -30002 -30003 -30004", ["没有通话权限", "小程序没有双人通话的权限或额度。", "在微信后台检查权限、类目和分钟数。"],
        ["no right to calls", "The mini program lacks the right or the minutes for 1v1 calls.", "Check rights, category and minutes in the console."]),
];

#[rustfmt::skip]
static NETWORK: &[Row] = &[
    row("600001", ["网络中断", "切换网络或底层出错，微信不会自动重试。", "页面自行重试；写操作带 Idempotency-Key。"],
        ["network broken off", "The network changed or failed; WeChat does not retry.", "Retry in the page; send Idempotency-Key with writes."]),
    row("600000 600003 600004", ["网络错误", "未知网络错误、中断或被取消（进入后台 5 秒后会中断）。", "回到前台后重试。"],
        ["network error", "Unknown, interrupted or cancelled (5 s after going to background).", "Try again in the foreground."]),
    row("5", ["超时", "接口超过 timeout（默认 60 秒）没有回答。", "检查网络和后端。"],
        ["timeout", "No answer within the timeout (60 s by default).", "Check network and backend."]),
    row("url-not-in-domain-list", ["url 不在合法域名列表中", "域名没有加入对应列表，或端口、协议不同。", "运行 kaibo doctor 或 POST /v1/domains/check。"],
        ["url not in domain list", "The host is not in that list, or port or scheme differ.", "Run kaibo doctor or POST /v1/domains/check."]),
];
