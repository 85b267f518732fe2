//! WeChat's voip signature, against the `hmac` crate.

use super::Noise;
use hmac::{Hmac, KeyInit, Mac};
use kaibo::secret::Secret;
use kaibo::vendor::wechat::voip::{VoipJoin, sign, signature, verify};

/// HMAC-SHA256 by RustCrypto; kaibo's is ring's.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

pub fn voip_agrees(noise: &mut Noise) {
    let (key, app_id, group_id, nonce, time_stamp) = (noise.text(40), noise.id(), noise.text(40), noise.id(), noise.moment());
    let mut values = [app_id.clone(), group_id.clone(), nonce.clone(), time_stamp.to_string()];
    values.sort();
    let theirs = hex::encode(hmac_sha256(key.as_bytes(), values.concat().as_bytes()));
    let join = VoipJoin { app_id: &app_id, group_id: &group_id, nonce: &nonce, time_stamp };
    assert_eq!(sign(&Secret::from(key.as_str()), &join).unwrap(), theirs);
}

pub fn voip_accepts(noise: &mut Noise) -> bool {
    let (key, time) = (noise.id(), noise.moment().to_string());
    let mut values = [noise.id(), noise.id(), noise.id(), time, String::new()];
    values[4] = signature(key.as_bytes(), [&values[0], &values[1], &values[2], &values[3]]);
    let which = noise.below(5);
    let Some(changed) = noise.flipped_text(&values[which]) else { return false };
    values[which] = changed;
    let [app_id, group_id, nonce, time, given] = &values;
    // The verifier tries a thousand usual mistakes before it gives up; nine times of ten the bare comparison will do.
    match noise.below(10) {
        0 => verify(&Secret::from(key.as_str()), app_id, group_id, nonce, time, given).is_ok(),
        _ => signature(key.as_bytes(), [app_id, group_id, nonce, time]) == *given,
    }
}
