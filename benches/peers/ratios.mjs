// Reads the lines of all runs and prints, for each credential, the median time of each side and the ratio to its bar.
import { readFileSync } from "node:fs";

const bars = {
  usersig_v2: 15, private_map_key_v2: 12, usersig_v1_p256: 22, zego_login_token: 4.5, zego_token04: 8, css_url: 4, voip_signature: 6.5,
};
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const read = (file) => {
  const times = {};
  for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
    const [name, ns, , bytes] = line.split(" ");
    (times[name] ??= { ns: [], bytes }).ns.push(Number(ns));
  }
  return times;
};
const [kaibo, peers] = process.argv.slice(2).map(read);
console.log("| credential | kaibo ns | bytes | peer ns | bytes | ratio | bar |\n| --- | --- | --- | --- | --- | --- | --- |");
for (const [name, { ns, bytes }] of Object.entries(kaibo)) {
  const peer = peers[name];
  // One run of each side stands beside the other: the median of those ratios, so that a busy moment counts once.
  const ratio = peer && median(ns.map((own, run) => peer.ns[run] / own));
  const cells = [name, median([...ns]), bytes, peer ? median([...peer.ns]) : "-", peer?.bytes ?? "-", ratio ? `${ratio.toFixed(1)}x` : "-", bars[name] ? `${bars[name]}x` : "-"];
  console.log(`| ${cells.join(" | ")} |`);
}
const v1 = kaibo.usersig_v1_p256.ns, raw = kaibo.raw_ring_p256_sign.ns;
console.log(`\nuserSig v1 on P-256 costs ${median(v1.map((ns, run) => ns / raw[run])).toFixed(2)} raw ring signatures (bar 1.25).`);
