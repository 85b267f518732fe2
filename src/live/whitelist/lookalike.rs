//! Entries that were meant to be a required one: another spelling, the parent domain, another port.

/// Why an entry is not the required one, though someone took it for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// Same host, another port (an explicit `:443` too).
    PortDiffers,
    /// The parent domain: WeChat does not accept it in place of the host.
    ParentDomain,
    /// Nearly the same name, as `yun.tim.qcloud.com` for `yun.tim.qq.com`.
    NameDiffers,
}

impl Likeness {
    /// The stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PortDiffers => "port_differs",
            Self::ParentDomain => "parent_domain",
            Self::NameDiffers => "name_differs",
        }
    }
}

/// Compares a configured host and port with a required one that is not the same.
pub(super) fn likeness(have: (&str, Option<u16>), want: (&str, Option<u16>)) -> Option<Likeness> {
    if have.0 == want.0 {
        return (have.1 != want.1).then_some(Likeness::PortDiffers);
    }
    if want.0.strip_suffix(have.0).is_some_and(|front| front.ends_with('.')) {
        return Some(Likeness::ParentDomain);
    }
    if same_front(have.0, want.0) || same_labels(have.0, want.0) || near(have.0, want.0) {
        return Some(Likeness::NameDiffers);
    }
    None
}

/// All labels before the registered name are equal and there are at least two: `yun.tim` of `qq.com` and `qcloud.com`.
fn same_front(have: &str, want: &str) -> bool {
    let front = |host: &str| -> Vec<String> {
        let labels: Vec<_> = host.split('.').map(str::to_owned).collect();
        labels.iter().take(labels.len().saturating_sub(2)).cloned().collect()
    };
    let front_of_have = front(have);
    front_of_have.len() >= 2 && front_of_have == front(want)
}

/// The same labels in another order.
fn same_labels(have: &str, want: &str) -> bool {
    let sorted = |host: &str| {
        let mut labels: Vec<_> = host.split('.').map(str::to_owned).collect();
        labels.sort();
        labels
    };
    sorted(have) == sorted(want)
}

/// At most two letters added, dropped or changed, in names long enough for that to be a slip.
fn near(have: &str, want: &str) -> bool {
    let (have, want) = (have.as_bytes(), want.as_bytes());
    if have.len().abs_diff(want.len()) > 2 || have.len().min(want.len()) < 10 || have.len().max(want.len()) > 253 {
        return false;
    }
    let mut row: Vec<usize> = (0..=want.len()).collect();
    for (i, a) in have.iter().enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for ((b, above), corner) in want.iter().zip(row.iter().skip(1)).zip(&row) {
            left = (corner + usize::from(a != b)).min(above + 1).min(left + 1);
            next.push(left);
        }
        row = next;
    }
    row.last().is_some_and(|distance| *distance <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(have: &str, want: &str) -> Option<Likeness> {
        likeness((have, None), (want, None))
    }

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        assert_eq!(alike("yun.tim.qcloud.com", "yun.tim.qq.com"), Some(Likeness::NameDiffers));
        assert_eq!(alike("offical.opensso.tencent-cloud.com", "official.opensso.tencent-cloud.com"), Some(Likeness::NameDiffers));
        assert_eq!(alike("tim.yun.qq.com", "yun.tim.qq.com"), Some(Likeness::NameDiffers));
        assert_eq!(alike("qq.com", "yun.tim.qq.com"), Some(Likeness::ParentDomain));
        assert_eq!(alike("api.example.com", "yun.tim.qq.com"), None);
        assert_eq!(alike("webim.tim.qq.com", "cloud.tencent.com"), None);
        assert_eq!(likeness(("a.b.com", Some(443)), ("a.b.com", None)), Some(Likeness::PortDiffers));
        assert_eq!(likeness(("a.b.com", None), ("a.b.com", None)), None);
    }
}
