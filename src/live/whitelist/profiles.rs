//! What each client SDK calls from the phone, per list. Facts of the vendors' pages, with their source.
//!
//! Media played by live-player and live-pusher is native: no page asks for its hosts in any list, so none is required.

use super::List;

/// One host that a client SDK calls.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// The list it belongs to.
    pub list: List,
    /// The entry, or a placeholder: `{server}` and `{log_url}` are ZEGO's addresses (`{server?}`: only if set), `{sdkappid}` Tencent's app.
    pub template: &'static str,
    /// What it is for, in Chinese.
    pub why_zh: &'static str,
    /// What it is for, in English.
    pub why_en: &'static str,
}

/// A client SDK generation.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// The stable name.
    pub name: &'static str,
    /// Its hosts.
    pub needs: &'static [Need],
    /// Where this is written.
    pub source: &'static str,
    /// What to know beside the lists, in Chinese.
    pub note_zh: &'static str,
    /// What to know beside the lists, in English.
    pub note_en: &'static str,
}

/// Finds a profile by its name.
pub fn profile(name: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.name == name)
}

/// The names of all profiles, for the sentence about an unknown one.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|profile| profile.name)
}

const fn request(template: &'static str, why_zh: &'static str, why_en: &'static str) -> Need {
    Need { list: List::Request, template, why_zh, why_en }
}

const fn socket(template: &'static str, why_zh: &'static str, why_en: &'static str) -> Need {
    Need { list: List::Socket, template, why_zh, why_en }
}

const fn upload(template: &'static str, why_zh: &'static str, why_en: &'static str) -> Need {
    Need { list: List::Upload, template, why_zh, why_en }
}

const fn download(template: &'static str, why_zh: &'static str, why_en: &'static str) -> Need {
    Need { list: List::Download, template, why_zh, why_en }
}

const SERVER: Need = socket("{server}", "ZEGO 房间信令（Server 地址）", "ZEGO room signalling (the Server address)");
/// From 3.6 on the client may pass an empty text, so an unset one is not asked for.
const SERVER_IF_SET: Need = Need { template: "{server?}", ..SERVER };
const LOG_URL: Need = request("{log_url}", "ZEGO 日志上报（LogUrl）", "ZEGO log upload (LogUrl)");
const SETTING: Need = request("https://cloud-setting-api.zego.im", "ZEGO 云端设置", "ZEGO cloud settings");
const SETTING_COM: Need =
    request("https://cloud-setting-api.zegocloud.com", "ZEGO 云端设置（备用）", "ZEGO cloud settings (spare)");
const HUB: Need = socket("wss://accesshub-wss.zego.im", "ZEGO 统一接入", "ZEGO access hub");
const HUB_COOLZ: Need = socket("wss://accesshub-wss.coolzcloud.com", "ZEGO 统一接入（备用）", "ZEGO access hub (spare)");
const HUB_COM: Need = socket("wss://accesshub-wss.zegocloud.com", "ZEGO 统一接入（海外）", "ZEGO access hub (overseas)");
const WEBLOGGER: Need = request("https://weblogger-wss.coolfcloud.com", "ZEGO 日志上报（3.6 起）", "ZEGO log upload (3.6 on)");

const OPENSSO: Need =
    request("https://official.opensso.tencent-cloud.com", "音视频进房鉴权（roomsig）", "room entry: roomsig is asked for here");
const YUN_TIM: Need = request("https://yun.tim.qq.com", "音视频进房鉴权（备用）", "room entry (the other address)");
const CLOUD: Need = request("https://cloud.tencent.com", "推流域名（room:// 的主机）", "push host (the host of room://)");
const WEBIM: Need = request("https://webim.tim.qq.com", "即时通信 IM", "instant messaging");

const ROOM_NOTE_ZH: &str = "直播播放与推流地址由组件直接访问，不在列表之内；另需开通类目和接口权限。";
const ROOM_NOTE_EN: &str = "Play and push addresses are reached by the native components and are in no list; category and interface switch are needed too.";
const ZEGO_NOTE_ZH: &str = "ZEGO 的地址按项目分配，以控制台或邮件为准；下载录制文件时把文件主机加入 downloadFile。";
const ZEGO_NOTE_EN: &str = "ZEGO assigns addresses per project (console or mail); list the hosts of recorded files under downloadFile if the page downloads them.";

/// Every profile, in the order of the documentation.
pub static PROFILES: [Profile; 9] = [
    Profile {
        name: "zego-liveroom",
        needs: &[SERVER, LOG_URL],
        source: "ZEGO jZego-wx 1.x",
        note_zh: ZEGO_NOTE_ZH,
        note_en: ZEGO_NOTE_EN,
    },
    Profile {
        name: "zego-express-2",
        needs: &[SERVER, LOG_URL, SETTING, SETTING_COM],
        source: "ZEGO Express mini program 2.x, quick start",
        note_zh: ZEGO_NOTE_ZH,
        note_en: ZEGO_NOTE_EN,
    },
    Profile {
        name: "zego-express-3",
        needs: &[HUB, HUB_COOLZ, HUB_COM, SERVER, LOG_URL, SETTING, SETTING_COM],
        source: "ZEGO Express mini program 3.0, quick start",
        note_zh: ZEGO_NOTE_ZH,
        note_en: ZEGO_NOTE_EN,
    },
    Profile {
        name: "zego-express-3.6",
        needs: &[HUB, HUB_COOLZ, HUB_COM, SERVER_IF_SET, LOG_URL, SETTING, SETTING_COM, WEBLOGGER],
        source: "ZEGO Express mini program 3.6, quick start",
        note_zh: ZEGO_NOTE_ZH,
        note_en: ZEGO_NOTE_EN,
    },
    Profile {
        name: "trtc-webrtc-room",
        needs: &[OPENSSO, YUN_TIM, CLOUD, WEBIM],
        source: "Tencent webrtc-room component page",
        note_zh: ROOM_NOTE_ZH,
        note_en: ROOM_NOTE_EN,
    },
    Profile {
        name: "trtc-room",
        needs: &[
            OPENSSO,
            YUN_TIM,
            CLOUD,
            WEBIM,
            request("https://query.tencent-cloud.com", "TRTC 查询", "TRTC queries"),
            request("https://events.my-imcloud.com", "TRTC 事件上报", "TRTC event reports"),
        ],
        source: "Tencent TRTC FAQ 647/34399",
        note_zh: ROOM_NOTE_ZH,
        note_en: ROOM_NOTE_EN,
    },
    Profile {
        name: "tuicallkit",
        needs: &[
            request("https://web.sdk.qcloud.com", "TUICallKit 资源", "TUICallKit resources"),
            request("https://boce-cdn.my-imcloud.com", "IM 拨测", "IM probing"),
            request("https://api.im.qcloud.com", "IM 接口", "IM API"),
            request("https://events.im.qcloud.com", "IM 事件上报", "IM event reports"),
            WEBIM,
            request("https://wss.im.qcloud.com", "IM 长连接（探测）", "IM long connection (probe)"),
            request("https://wss.tim.qq.com", "IM 长连接（探测，备用）", "IM long connection (probe, spare)"),
            socket("wss://{sdkappid}w4c.my-imcloud.com", "IM 长连接（本应用）", "IM long connection of this app"),
            socket("wss://wss.im.qcloud.com", "IM 长连接", "IM long connection"),
            socket("wss://wss.tim.qq.com", "IM 长连接（备用）", "IM long connection (spare)"),
            socket("wss://wssv6.im.qcloud.com", "IM 长连接（IPv6）", "IM long connection (IPv6)"),
            upload("https://{sdkappid}-cn.rich.my-imcloud.com", "IM 富媒体上传（本应用）", "IM media upload of this app"),
            upload("https://cn.rich.my-imcloud.com", "IM 富媒体上传", "IM media upload"),
            upload("https://cn.imrich.qcloud.com", "IM 富媒体上传", "IM media upload"),
            upload("https://cos.ap-shanghai.myqcloud.com", "IM 文件上传", "IM file upload"),
            upload("https://cos.ap-shanghai.tencentcos.cn", "IM 文件上传", "IM file upload"),
            upload("https://cos.ap-guangzhou.myqcloud.com", "IM 文件上传", "IM file upload"),
            download("https://{sdkappid}-cn.rich.my-imcloud.com", "IM 富媒体下载（本应用）", "IM media download of this app"),
            download("https://cn.rich.my-imcloud.com", "IM 富媒体下载", "IM media download"),
            download("https://cn.imrich.qcloud.com", "IM 富媒体下载", "IM media download"),
            download("https://cos.ap-shanghai.myqcloud.com", "IM 文件下载", "IM file download"),
            download("https://cos.ap-shanghai.tencentcos.cn", "IM 文件下载", "IM file download"),
            download("https://cos.ap-guangzhou.myqcloud.com", "IM 文件下载（未经证实）", "IM file download (unconfirmed)"),
        ],
        source: "Tencent TUICallKit 647/56293, Chat 269/68378",
        note_zh: ROOM_NOTE_ZH,
        note_en: ROOM_NOTE_EN,
    },
    Profile {
        name: "im-2019",
        needs: &[
            WEBIM,
            YUN_TIM,
            request("https://pingtas.qq.com", "IM 统计上报", "IM statistics"),
            upload("https://cos.ap-shanghai.myqcloud.com", "IM 文件上传", "IM file upload"),
            download("https://cos.ap-shanghai.myqcloud.com", "IM 文件下载", "IM file download"),
        ],
        source: "Tencent IM mini program demo of 2019",
        note_zh: ROOM_NOTE_ZH,
        note_en: ROOM_NOTE_EN,
    },
    Profile {
        name: "css",
        needs: &[],
        source: "Tencent Cloud Streaming; live-pusher and live-player pages",
        note_zh: "推流和播放域名需备案且互不相同，但不必列入；用 wx.downloadFile 下载录制文件时，把文件主机加入 downloadFile。",
        note_en: "Push and play domains need ICP filing and must differ, but are in no list; list the hosts of recorded files under downloadFile if the page downloads them.",
    },
];
