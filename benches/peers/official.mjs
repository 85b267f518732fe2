// Tencent's published npm libraries, unchanged: tls-sig-api-v2 (HMAC) and tls-sig-api (ECDSA).
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { measure } from "./rounds.mjs";

const require = createRequire(`${process.env.PEERS}/node_modules/`);
const { Api } = require("tls-sig-api-v2");
// Its package.json names a file that is not in the package.
const old = require("tls-sig-api/TLSAPI.js");
const keys = JSON.parse(readFileSync(new URL("../../tests/vectors/tencent-vectors.json", import.meta.url))).keys;

const user = "user_0a1b2c3d_4e5f";
const app = 1400087915;
const v2 = new Api(app, "8f0c3a7d5b1e4962a0d8f7c6b5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2");
const v1 = (name) => new old.Sig({ sdk_appid: app, expire_after: "86400", private_key_string: keys[name].pkcs8 });
const [p256, k256] = [v1("p256"), v1("k256")];

measure([
  ["usersig_v2", () => v2.genUserSig(user, 86400)],
  ["private_map_key_v2", () => v2.genPrivateMapKey(user, 86400, 12345, 255)],
  ["usersig_v1_p256", () => p256.genSig(user)],
  ["usersig_v1_secp256k1", () => k256.genSig(user)],
]);
