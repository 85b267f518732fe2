//! Symptoms that come without a code: what to check, in order.

use super::{Row, Table, row};

pub(super) static TABLES: &[Table] = &[Table { vendor: "symptom", source: "vendors' integration guides", rows: ROWS }];

#[rustfmt::skip]
static ROWS: &[Row] = &[
    row("black-screen", ["黑屏，没有画面",
         "开发者工具不支持 live-pusher 和 live-player；或类目、接口权限、基础库、域名、推流有一项不对。",
         "依次检查：1 用真机；2 基础库 1.7.0 或更高；3 小程序类目获批，且「接口设置」里打开实时播放和录制音视频流；4 应用已开通音视频服务；5 域名列表（kaibo doctor）；6 GET /v1/rooms/{room_id}/live 看主播是否在推流；7 用户允许了摄像头和麦克风。"],
        ["black screen, no picture",
         "The developer tools cannot run live-pusher and live-player; or category, interface switch, base library, domains or the push is not right.",
         "Check in turn: 1 a real phone; 2 base library 1.7.0 or newer; 3 the category is approved and live playing and pushing are switched on under interface settings; 4 the SDK app is enabled for audio and video; 5 the domain lists (kaibo doctor); 6 GET /v1/rooms/{room_id}/live says whether the host pushes; 7 camera and microphone are allowed."]),
    row("only-with-debugging", ["打开调试才正常",
         "调试模式不校验域名；正式环境里某个域名不在列表中，或证书不完整。",
         "依次检查：1 运行 kaibo doctor 或 POST /v1/domains/check，把缺的域名填进微信后台；2 wss 填 socket 列表，https 填 request 列表，不带路径；3 不要写 :443；4 证书链完整，TLS 1.2 以上；5 域名已备案；6 修改后删除小程序再打开。"],
        ["works only with debugging on",
         "Debug mode checks no domain; outside it a domain is not listed, or the certificate chain is incomplete.",
         "Check in turn: 1 run kaibo doctor or POST /v1/domains/check and paste what is missing; 2 wss goes to the socket list, https to the request list, without path; 3 no :443; 4 a full certificate chain and TLS 1.2 or newer; 5 ICP filing; 6 after a change delete the mini program and open it again."]),
    row("token-error", ["提示 token 错误",
         "密钥、应用、用户、时间或版本有一项与页面不一致。",
         "依次检查：1 把 token 交给 POST /v1/inspect 或 kaibo inspect；2 签发与登录用同一个 app_id 和同一个 idName；3 idName 是字符串，appid 是数字；4 时间用秒；5 jZego 用 01，Express 2.10 起用 04；6 每次登录都取新的 token；7 SDK 应用已启用。"],
        ["token error",
         "Key, app, user, time or version differs between page and backend.",
         "Check in turn: 1 give the token to POST /v1/inspect or kaibo inspect; 2 one app_id and one idName for issue and login; 3 idName is text, appid a number; 4 time in seconds; 5 jZego takes 01, Express 2.10 and later 04; 6 a new token for each login; 7 the SDK app is enabled."]),
    row("no-recording", ["没有录制文件",
         "服务商没有开启录制，回调没有到达，或录制编号没有带上。",
         "依次检查：1 服务商控制台开启录制；2 录制回调地址填的是 kaibo 打印的地址，密钥一致；3 GET /v1/callbacks 有没有收到；4 GET /v1/recordings/{record_id} 的 status 和 reason；5 所有成员用同一个 recordId，或都不用；6 文件在停播几分钟后才生成；7 存储空间和账号没有欠费。"],
        ["no recorded file",
         "Recording is off at the vendor, its callback does not arrive, or the record id was not sent.",
         "Check in turn: 1 recording is on in the vendor's console; 2 the callback address is the one that kaibo prints, with the same key; 3 GET /v1/callbacks shows what came; 4 status and reason of GET /v1/recordings/{record_id}; 5 all members send the same recordId or none; 6 files come some minutes after the end; 7 storage and account are not in arrears."]),
    row("endless-wait", ["登录一直等待", "token 接口没有返回 200，演示代码会静默等待；或配置的类型不对。", "看 token 请求的状态码；appid 用数字，idName 用字符串。"],
        ["login waits for ever", "The token call did not answer 200 and the demo says nothing; or a config value has the wrong type.", "Look at the token call's status; appid is a number, idName text."]),
];
