// The console. Everything it knows beyond the facts in the page it asks of /v1, as whoever its reader proves to be.

import { ask, badge, copyable, el, failed, moment, notice, onLanguage, pick, put, table } from "/assets/page.js";
import { LISTS, PROFILES, WORDS } from "/assets/console-words.js";
import { oneRecording, recordingList, roomList } from "/assets/console-media.js";

const facts = JSON.parse(document.getElementById("facts").textContent);
const at = (id) => document.getElementById(id);
const w = (key) => pick(WORDS[key]);

// The operator key lives here and nowhere else: no storage, no address, no cookie.
let key = "";
const hasKey = () => key !== "";
const mayAsk = () => hasKey() || facts.open_identity;

/** Who asks: the operator key, else in open identity the name typed in. */
function headers() {
  if (hasKey()) return { authorization: `Bearer ${key}` };
  return facts.open_identity ? { "x-user-id": at("user").value.trim() || "console" } : {};
}

const rooms = roomList(at("rooms"), headers, () => at("rooms-status").value);
const recordings = recordingList(at("recordings"), headers, hasKey);

function refreshRooms() {
  if (mayAsk()) rooms.load();
  else put(at("rooms"), notice(w("need_key")));
}

function refreshRecordings() {
  if (hasKey()) recordings.load();
  else put(at("recordings"), notice(w(facts.open_identity ? "recordings_by_id" : "need_key")));
}

function refresh() {
  refreshRooms();
  refreshRecordings();
}

function drawTop() {
  for (const place of document.querySelectorAll("[data-words]")) place.textContent = w(place.dataset.words);
  put(at("marks"),
    facts.production && badge(w("production"), "good"),
    facts.open_identity && badge(w("demo"), "warn"),
    facts.wechat_simulated && badge(w("simulated"), "warn"));
  put(at("address"), copyable(facts.address, WORDS));
  put(at("caller-hint"), w(hasKey() ? "caller_key" : facts.open_identity ? "caller_open" : "caller_closed"));
  at("user-label").hidden = !facts.open_identity;
  const chosen = at("rooms-status").value || "open";
  put(at("rooms-status"), [["open", "status_open"], ["closed", "status_closed"], ["", "status_all"]]
    .map(([value, word]) => el("option", { value, selected: value === chosen }, w(word))));
  put(at("foot"), `kaibo ${facts.version}`);
}

function drawCallbacks() {
  const rows = [
    ...facts.zego.map((app) => ["zego", String(app.app_id), app]),
    ...facts.trtc.map((app) => ["trtc", String(app.sdk_app_id), app]),
    ...facts.css.map((app) => ["css", app.name, app]),
  ];
  const none = rows.every(([, , app]) => app.callback === null);
  put(at("callbacks-hint"), rows.length === 0 ? "" : w(none ? "callbacks_none" : facts.open_identity ? "callbacks_shown" : "callbacks_masked"));
  const state = (app) => app.signed ? badge(w("signed"), "good") : app.accept_unsigned ? badge(w("unsigned"), "warn") : badge(w("no_callback_key"), "bad");
  put(at("callbacks"), rows.length === 0 ? notice(w("no_apps"))
    : rows.map(([vendor, name, app]) => el("div", {},
      el("h3", {}, `${vendor} ${name} `, state(app)), app.callback && copyable(app.callback, WORDS))));
}

function drawTokenApps() {
  const options = [
    ...facts.zego.filter((app) => app.login_token).map((app) => [`zego/${app.app_id}`, `ZEGO login token · ${app.app_id}`]),
    ...facts.trtc.filter((app) => app.user_sig).map((app) => [`trtc/${app.sdk_app_id}`, `TRTC userSig · ${app.sdk_app_id}`]),
  ];
  const chosen = at("token-app").value;
  put(at("token-app"), options.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
  if (options.length === 0) put(at("token-answer"), notice(w("no_app")));
}

async function issue() {
  const [vendor, app] = at("token-app").value.split("/");
  const user = at("token-user").value;
  const sent = hasKey() ? headers() : {};
  if (vendor === "zego") {
    const path = `/v1/zego/login-token?app_id=${encodeURIComponent(app)}&id_name=${encodeURIComponent(user)}`;
    const made = await ask(`${path}&format=json`, { headers: sent });
    put(at("token-answer"), copyable(made.token, WORDS), notice(`${w("expires")} ${moment(made.expires_at)}`),
      el("p", { className: "soft" }, w("as_curl")), copyable(`curl '${facts.address}${path}'`, WORDS));
  } else if (vendor === "trtc") {
    const body = { sdk_app_id: Number(app), user_id: user };
    const made = await ask("/v1/trtc/user-sig", { method: "POST", body, headers: sent });
    put(at("token-answer"), copyable(made.user_sig, WORDS), notice(`${made.algorithm} · ${w("expires")} ${moment(made.expires_at)}`));
  }
}

const profiles = [...new Set([...PROFILES, ...facts.profiles])];
const chosenProfiles = new Set(facts.profiles.length ? facts.profiles
  : [facts.zego.length && "zego-liveroom", facts.trtc.length && "trtc-webrtc-room", facts.css.length && "css"].filter(Boolean));

function drawProfiles() {
  put(at("profiles"), profiles.map((name) => {
    const box = el("input", { type: "checkbox", checked: chosenProfiles.has(name) });
    box.addEventListener("change", () => (box.checked ? chosenProfiles.add(name) : chosenProfiles.delete(name)));
    return el("label", { className: "check" }, box, name);
  }));
}

async function showDomains() {
  const asked = await ask(`/v1/domains?profiles=${encodeURIComponent([...chosenProfiles].join(","))}`, { headers: headers() });
  const required = Object.entries(asked.required || {}).flatMap(([list, needs]) => needs.map((need) => ({ ...need, list })));
  const lists = Object.entries(asked.paste || {});
  put(at("domains-answer"),
    lists.map(([list, text]) => [el("h3", {}, pick(LISTS[list]) || list), pasteBox(String(text))]),
    required.length > 0 && el("h3", {}, w("why")),
    required.length > 0 && table([w("entry"), w("list"), w("why"), w("needed_by")],
      required.map((r) => [r.entry, pick(LISTS[r.list]) || r.list, r.why, r.profiles.join(", ")])),
    (asked.notes || []).map((note) => notice(note)));
}

function pasteBox(text) {
  return el("textarea", { readOnly: true, rows: Math.min(8, text.split("\n").length + 1), value: text });
}

async function inspect() {
  const body = { text: at("inspect-text").value };
  const user = at("inspect-user").value.trim();
  const room = at("inspect-room").value.trim();
  if (user) body.user_id = user;
  if (/^[0-9]+$/.test(room)) body.room_id = Number(room);
  else if (room) body.room_name = room;
  const judged = await ask("/v1/inspect", { method: "POST", body, headers: headers() });
  const remarks = (list, tone) => (list || []).map((r) => notice(typeof r === "string" ? r : [r.field, r.detail, r.code && `(${r.code})`].filter(Boolean).join(" "), tone));
  put(at("inspect-answer"),
    el("p", {}, badge(judged.valid ? w("valid") : w("invalid"), judged.valid ? "good" : "bad"), judged.kind || ""),
    remarks(judged.faults, "bad"), remarks(judged.warnings, "warn"),
    judged.decoded && el("pre", {}, JSON.stringify(judged.decoded, null, 2)));
}

/** Runs a form's action in place: no navigation, one at a time, refusals shown where the answer would be. */
function form(id, place, action) {
  at(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = at(id).querySelector("button[type=submit]");
    button.disabled = true;
    try {
      await action();
    } catch (error) {
      failed(at(place), error);
    } finally {
      button.disabled = false;
    }
  });
}

form("caller", "caller-hint", async () => {
  key = at("key").value.trim();
  drawTop();
  refresh();
});
form("token", "token-answer", issue);
form("domains", "domains-answer", showDomains);
form("inspect", "inspect-answer", inspect);
at("inspector").hidden = !facts.inspector;
form("recording-find", "recordings", () => oneRecording(at("recording-id").value.trim(), at("recordings"), headers, hasKey));
at("rooms-refresh").addEventListener("click", refreshRooms);
at("recordings-refresh").addEventListener("click", refreshRecordings);
at("rooms-status").addEventListener("change", refreshRooms);

onLanguage(at("language"), () => {
  drawTop();
  drawCallbacks();
  drawTokenApps();
  drawProfiles();
  refresh();
});

// Rooms change while one looks. A hidden page asks nothing, and an open room's details are left as they are.
setInterval(() => {
  if (!document.hidden && mayAsk() && rooms.open.size === 0) rooms.load();
}, 10000);
