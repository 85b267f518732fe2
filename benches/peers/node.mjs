// The published algorithms with node:crypto alone, as ZEGO's and Tencent's Node samples have them; keys are prepared once.
import { createCipheriv, createHash, createHmac, randomBytes, randomInt } from "node:crypto";
import { measure } from "./rounds.mjs";

const user = "user_0a1b2c3d_4e5f";
const zegoApp = 1739272706;
const appKey = "afd202a59d72f56fe09b585c76886826";
const serverSecret = "fa94dd0f974cf2e293728a526b028271";
const pushKey = "b7c1f0a2d94e4c0e8a5d3f6172839405";
const sessionKey = "ICjHriwWCa6GvXlLJWXd9w==";
const seconds = () => Math.floor(Date.now() / 1000);

function loginToken() {
  const expired = seconds() + 1800;
  const nonce = randomBytes(8).toString("hex");
  const hash = createHash("md5").update(zegoApp + appKey + user + nonce + expired).digest("hex");
  return Buffer.from(JSON.stringify({ ver: 1, hash, nonce, expired })).toString("base64");
}

function token04() {
  const ctime = seconds();
  const expire = ctime + 3600;
  const info = { app_id: zegoApp, user_id: user, ctime, expire, nonce: randomInt(-2147483648, 2147483647), payload: "" };
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", serverSecret, iv);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(info)), cipher.final()]);
  const head = Buffer.alloc(28);
  head.writeBigInt64BE(BigInt(expire), 0);
  head.writeUInt16BE(16, 8);
  iv.copy(head, 10);
  head.writeUInt16BE(sealed.length, 26);
  return "04" + Buffer.concat([head, sealed]).toString("base64");
}

function cssUrl() {
  const txTime = (seconds() + 86400).toString(16).toUpperCase();
  const stream = "live_room_12345";
  const txSecret = createHash("md5").update(pushKey + stream + txTime).digest("hex");
  return `rtmp://push.example.com/live/${stream}?txSecret=${txSecret}&txTime=${txTime}`;
}

function voip() {
  const values = ["wx1a2b3c4d5e6f7081", "room_42", randomBytes(8).toString("hex"), String(seconds())];
  return createHmac("sha256", sessionKey).update(values.sort().join("")).digest("hex");
}

measure([
  ["zego_login_token", loginToken],
  ["zego_token04", token04],
  ["css_url", cssUrl],
  ["voip_signature", voip],
]);
