// Reads the lines of all runs and prints, for each credential, kaibo's median time and how many times as long each peer takes,
// with the bar. Exits with 1 when a bar is missed.
import { readFileSync } from "node:fs";

const peers = { node: "npm, Node", go: "Go", php: "PHP" };
const bars = {
  usersig_v2: { node: 15, go: 2 },
  private_map_key_v2: { node: 12 },
  usersig_v1_p256: { node: 22, php: 1.8 },
  zego_login_token: { node: 4.5, php: 1.2 },
  zego_token04: { node: 8 },
  css_url: { node: 4 },
  voip_signature: { node: 6.5 },
};
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const read = (name) => {
  const times = {};
  for (const line of readFileSync(`${process.argv[2]}/${name}.txt`, "utf8").split("\n").filter(Boolean)) {
    const [credential, ns, , bytes] = line.split(" ");
    (times[credential] ??= { ns: [], bytes }).ns.push(Number(ns));
  }
  return times;
};

const kaibo = read("kaibo");
const others = Object.keys(peers).map((name) => [name, read(name)]);
let missed = 0;
console.log(`| credential | kaibo ns | bytes | ${Object.values(peers).map((title) => `${title} ns | bytes | ratio | bar`).join(" | ")} |`);
console.log(`| ${"--- | ".repeat(3 + 4 * others.length)}`);
for (const [credential, { ns, bytes }] of Object.entries(kaibo)) {
  const cells = [credential, median(ns), bytes];
  for (const [name, times] of others) {
    const peer = times[credential];
    const bar = bars[credential]?.[name];
    // One run of each side stands beside the other: the median of those ratios, so that a busy moment counts once.
    const ratio = peer && median(ns.map((own, run) => peer.ns[run] / own));
    missed += bar !== undefined && !(ratio >= bar);
    cells.push(peer ? median(peer.ns) : "-", peer?.bytes ?? "-", ratio ? `${ratio.toFixed(1)}x` : "-", bar ? `${bar}x` : "-");
  }
  console.log(`| ${cells.join(" | ")} |`);
}
const [v1, raw] = [kaibo.usersig_v1_p256.ns, kaibo.raw_ring_p256_sign.ns];
const over = median(v1.map((ns, run) => ns / raw[run]));
missed += !(over <= 1.25);
console.log(`\nuserSig v1 on P-256 costs ${over.toFixed(2)} raw ring signatures (bar 1.25).`);
if (missed > 0) {
  console.log(`${missed} bar(s) missed.`);
  process.exitCode = 1;
}
