//! The words of the whitelist: faults of an entry or address, and warnings of the check.

use super::{Row, Table, row};

pub(super) static TABLES: &[Table] =
    &[Table { vendor: "kaibo", source: "kaibo, POST /v1/domains/check; WeChat docs: network", rows: ROWS }];

#[rustfmt::skip]
static ROWS: &[Row] = &[
    row("empty", ["空的一项", "域名为空。", "删掉这一项。"], ["an empty entry", "There is nothing in it.", "Delete it."]),
    row("scheme_missing", ["缺少协议", "没有写 https:// 或 wss://。", "在前面加上协议。"], ["no scheme", "https:// or wss:// is not there.", "Put it in front."]),
    row("scheme_not_allowed", ["协议不对", "request、upload、download 用 https，socket 用 wss。", "换成该列表的协议。"],
        ["wrong scheme", "request, upload and download take https, socket takes wss.", "Use the list's scheme."]),
    row("userinfo_not_allowed", ["含有 @", "域名里有用户名或 @。", "只保留协议和主机名。"], ["an @ in it", "The entry holds a user name or @.", "Keep scheme and host."]),
    row("ip_not_allowed", ["不能用 IP", "微信只接受域名。", "换成已备案的域名。"], ["no IP address", "WeChat takes domain names only.", "Use a filed domain name."]),
    row("port_invalid", ["端口不对", "端口应为 1 到 65535。", "改正或去掉端口。"], ["port not right", "A port is 1 to 65535.", "Mend it or drop it."]),
    row("port_not_allowed", ["不能带端口", "业务域名不接受端口。", "去掉端口。"], ["no port here", "A business domain takes no port.", "Drop it."]),
    row("host_not_ascii", ["含中文", "主机名里有非 ASCII 字符。", "改写为 punycode（xn--）。"], ["not ASCII", "The host holds other letters.", "Write it in punycode (xn--)."]),
    row("wildcard_not_allowed", ["不能用通配符", "微信按主机名精确匹配。", "逐个列出主机名。"], ["no wildcard", "WeChat compares the whole host.", "List each host."]),
    row("localhost_not_allowed", ["不能用 localhost", "手机访问不到你的电脑。", "换成公网域名。"], ["no localhost", "A phone cannot reach your computer.", "Use a public domain."]),
    row("forbidden_host", ["禁止的域名", "api.weixin.qq.com 不能列入。", "由服务器调用微信接口。"], ["forbidden host", "api.weixin.qq.com can never be listed.", "Call WeChat from the server."]),
    row("host_invalid doubled_scheme", ["主机名不对", "不是合法的域名，或写了两个协议头。", "写成 https://api.example.com 的样子。"],
        ["not a host", "It is no domain name, or has two schemes.", "Write it like https://api.example.com."]),
    row("path_not_allowed path_in_entry", ["带了路径", "列表里只写协议和主机名。", "去掉路径，例如 /ws。"], ["a path in it", "An entry is scheme and host.", "Drop the path, such as /ws."]),
    row("query_not_allowed", ["带了查询", "列表里不能有问号。", "去掉问号及后面的内容。"], ["a query in it", "An entry has no question mark.", "Drop it and what follows."]),
    row("fragment_not_allowed", ["带了 #", "列表里不能有 # 号。", "去掉 # 及后面的内容。"], ["a fragment in it", "An entry has no hash sign.", "Drop it and what follows."]),
    row("not_in_list", ["不在列表中", "没有一项与该地址的协议、主机和端口完全相同。", "把它加入该列表。"], ["not in the list", "No entry has this very scheme, host and port.", "Add it to the list."]),
    row("explicit_default_port", ["写明了 :443", "只放行同样写明 :443 的地址。", "去掉端口。"], ["an explicit :443", "It allows only addresses that spell out :443.", "Drop the port."]),
    row("wrong_list misplaced", ["放错了列表", "主机名对，列表不对。", "wss 放 socket，https 放 request、upload 或 download。"],
        ["in the wrong list", "The host is right, the list is not.", "wss goes to socket; https to request, upload or download."]),
    row("lookalike name_differs parent_domain port_differs", ["形近的域名", "与所需域名只是相似：拼写、上级域名或端口不同。", "换成所需的那一项。"],
        ["a look-alike", "Only like the required one: spelling, parent domain or port.", "Replace it by the required one."]),
    row("amazonaws_without_icp", ["亚马逊域名无法备案", "amazonaws.com 不能以你的名义备案。", "绑定已备案的自有域名。"],
        ["an Amazon host cannot be filed", "amazonaws.com cannot get ICP filing for you.", "Put a filed domain of your own before it."]),
    row("own_host_not_listed", ["自己的后端未列入", "request 列表里没有 public_url 的主机。", "把它加入 request 列表。"], ["own backend not listed", "The request list lacks the host of public_url.", "Add it."]),
    row("entry_not_known", ["还缺一个地址", "配置里没有该地址，例如 ZEGO 的 server。", "填入配置，或向服务商索取。"], ["an address is not known", "The configuration lacks it, such as ZEGO's server.", "Set it, or ask the vendor."]),
    row("many_entries too_many_entries", ["域名过多", "超过 20 项部分账号会受限，超过 200 项无法保存。", "删掉不用的域名。"], ["many entries", "Some accounts hold 20 per list; none holds more than 200.", "Delete what is not used."]),
];
