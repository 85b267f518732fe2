//! Promise 5: the store may fail, throttle or time out at any call; after redelivery the state is the same, nothing is lost and
//! nothing is there twice.

use crate::broken::{Breaker, Trouble, breakable};
use crate::harness::{ALL, Kaibo};
use crate::vendors::{PROVIDERS, Said, deliver, form, fresh, lifecycle, open, say, seen};

const TROUBLES: [Trouble; 6] = [
    Trouble::Lost,
    Trouble::AnswerLost,
    Trouble::TimesOutAfter,
    Trouble::TimesOutBefore,
    Trouble::GoneFromHere,
    Trouble::Throttled,
];

/// Delivers what the `broken`-th event of a life goes wrong in, then again until it is taken; answers how many calls it made.
async fn survive(kaibo: &Kaibo, breaker: &Breaker, said: &Said, index: usize, trouble: Trouble) -> usize {
    let prepared = said.prepared();
    breaker.arm(index, trouble);
    let first = deliver(kaibo, &prepared).await;
    let calls = breaker.mend();
    // What the SDK sends again by itself is not even noticed; the rest is told to the vendor, who shall come again.
    let mended = matches!(trouble, Trouble::TimesOutAfter | Trouble::TimesOutBefore);
    let want = if mended || index >= calls { 200 } else { 500 };
    assert_eq!(first.status, want, "{} {index} {trouble:?}: {}", said.0, first.text());
    let again = deliver(kaibo, &prepared).await;
    assert_eq!(again.status, 200, "{} {index} {trouble:?}: {}", said.0, again.text());
    calls
}

#[tokio::test]
async fn a_store_that_fails_at_any_call_loses_nothing_and_doubles_nothing() {
    let (kaibo, breaker) = breakable().await;
    for provider in PROVIDERS {
        for ours in [true, false] {
            let quiet = fresh();
            if ours {
                open(&kaibo, provider, quiet).await;
            }
            for said in lifecycle(provider, quiet) {
                say(&kaibo, &said).await;
            }
            let want = seen(&kaibo, quiet).await;
            for broken in (0..6).step_by(form(if ours { 2 } else { 5 }, 1)) {
                for trouble in TROUBLES {
                    // Repeats cost the SDK's patience each time: by default not at every call.
                    let step = if matches!(trouble, Trouble::Throttled | Trouble::TimesOutBefore) { form(5, 1) } else { 1 };
                    let mut index = 0;
                    loop {
                        let n = fresh();
                        if ours {
                            open(&kaibo, provider, n).await;
                        }
                        let mut calls = 0;
                        for (i, said) in lifecycle(provider, n).iter().enumerate() {
                            if i == broken {
                                calls = survive(&kaibo, &breaker, said, index, trouble).await;
                            } else {
                                say(&kaibo, said).await;
                            }
                        }
                        assert_eq!(seen(&kaibo, n).await, want, "{provider} ours={ours} event {broken} call {index} {trouble:?}");
                        index += step;
                        if index >= calls {
                            break;
                        }
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_callback_that_failed_is_kept_and_applied_by_the_jobs_alone() {
    let (kaibo, breaker) = breakable().await;
    for provider in PROVIDERS {
        let (quiet, n) = (fresh(), fresh());
        for n in [quiet, n] {
            open(&kaibo, provider, n).await;
        }
        for (i, said) in lifecycle(provider, n).iter().enumerate() {
            say(&kaibo, &lifecycle(provider, quiet)[i]).await;
            // The last write of applying is lost, the note that it failed comes through.
            breaker.arm(if provider == "zego" { 3 } else { 2 }, Trouble::Lost);
            let answer = deliver(&kaibo, &said.prepared()).await;
            breaker.mend();
            assert_eq!((answer.status, answer.code().as_str()), (500, "callback_not_applied"), "{}", said.0);
        }
        let failed = kaibo.get("/v1/callbacks?verdict=failed", Some(ALL)).await.expect(200).json();
        assert_eq!(failed["items"].as_array().unwrap().len(), 6, "{failed}");
        let done = kaibo::app::jobs::run(&kaibo.app).await;
        assert_eq!((done.callbacks, done.failing), (6, 0));
        assert_eq!(seen(&kaibo, n).await, seen(&kaibo, quiet).await, "{provider}");
        let failed = kaibo.get("/v1/callbacks?verdict=failed", Some(ALL)).await.expect(200).json();
        assert!(failed["items"].as_array().unwrap().is_empty(), "{failed}");
    }
}
