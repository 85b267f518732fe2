// The two lists of the console: rooms with what is in them, recordings with their files and callbacks.

import { ask, badge, el, failed, link, moment, notice, pick, put, table } from "/assets/page.js";
import { STATES, WORDS } from "/assets/console-words.js";

const w = (key) => pick(WORDS[key]);
const state = (word) => pick(STATES[word]) || word || "";

/** A list that loads page by page; each item is a `details` that loads its contents when opened. */
class List {
  constructor({ place, path, empty, summary, contents, headers }) {
    Object.assign(this, { place, path, empty, summary, contents, headers });
    this.items = [];
    this.next = null;
    this.open = new Set();
    this.turn = 0;
  }

  async load() {
    const turn = ++this.turn;
    try {
      const page = await ask(this.path(null), { headers: this.headers() });
      if (turn !== this.turn) return;
      this.items = page.items || [];
      this.next = page.next_cursor || null;
      this.draw();
    } catch (error) {
      if (turn === this.turn) failed(this.place, error);
    }
  }

  async loadMore() {
    try {
      const page = await ask(this.path(this.next), { headers: this.headers() });
      this.items.push(...(page.items || []));
      this.next = page.next_cursor || null;
      this.draw();
    } catch (error) {
      failed(this.place, error);
    }
  }

  draw() {
    if (this.items.length === 0) return put(this.place, notice(w(this.empty)));
    put(this.place,
      this.items.map((item) => this.one(item)),
      this.next && el("button", { type: "button", className: "plain", on: { click: () => this.loadMore() } }, w("more")));
  }

  one(item) {
    const id = item.room_id || item.record_id;
    const inside = el("div", {});
    const made = el("details", { open: this.open.has(id) }, el("summary", {}, this.summary(item)), inside);
    const fill = () => this.contents(item, inside).catch((error) => failed(inside, error));
    made.addEventListener("toggle", () => {
      if (made.open === this.open.has(id)) return;
      if (made.open) {
        this.open.add(id);
        fill();
      } else {
        this.open.delete(id);
      }
    });
    if (made.open) fill();
    return made;
  }
}

/** Rooms now. */
export function roomList(place, headers, status) {
  return new List({
    place, headers, empty: "no_rooms",
    path: (cursor) => `/v1/rooms?limit=20&status=${encodeURIComponent(status())}&cursor=${encodeURIComponent(cursor || "")}`,
    summary: (room) => [
      el("span", { className: "mono" }, room.room_id),
      badge(room.live ? w("live") : w("not_live"), room.live ? "good" : ""),
      room.status === "closed" && badge(w("status_closed")),
      el("span", {}, room.title || ""),
      el("span", { className: "end" }, `${room.provider} ${room.app} · ${moment(room.opened_at)}`),
    ],
    contents: async (item, inside) => {
      const room = await ask(`/v1/rooms/${encodeURIComponent(item.room_id)}`, { headers: headers() });
      put(inside,
        el("p", { className: "soft" }, [
          `${w("owner")} ${room.owner_id || "–"}`, room.record_id && `record_id ${room.record_id}`,
          `${w("opened")} ${moment(room.opened_at)}`, room.closed_at && `${w("closed")} ${moment(room.closed_at)}`,
        ].filter(Boolean).join(" · ")),
        el("h3", {}, `${w("members")} (${room.member_count ?? (room.members || []).length})`),
        (room.members || []).length ? table([w("user"), w("role"), w("since")],
          room.members.map((m) => [m.nickname && m.nickname !== m.user_id ? `${m.user_id} (${m.nickname})` : m.user_id, m.role, moment(m.since)])) : notice(w("none")),
        el("h3", {}, w("streams")),
        (room.streams || []).length ? table(["stream_id", w("state"), w("user"), w("opened"), w("ended"), w("reason")],
          room.streams.map((s) => [s.stream_id, badge(state(s.status), s.status === "live" ? "good" : ""), s.user_id, moment(s.began_at), moment(s.ended_at), s.end_reason])) : notice(w("none")));
    },
  });
}

const TONES = { ready: "good", recording: "good", failed: "bad", orphan: "warn" };

function recordingSummary(recording) {
  return [
    el("span", { className: "mono" }, recording.record_id),
    badge(state(recording.status), TONES[recording.status]),
    el("span", { className: "soft" }, state(recording.reason)),
    el("span", { className: "end" }, [recording.room_id, moment(recording.created_at)].filter((t) => t && t !== "–").join(" · ")),
  ];
}

async function recordingContents(record_id, inside, headers, hasKey) {
  const recording = await ask(`/v1/recordings/${encodeURIComponent(record_id)}`, { headers: headers() });
  const files = recording.files || [];
  const sessions = recording.sessions || [];
  const told = el("div", {});
  put(inside,
    recording.alarm && notice(recording.alarm, "warn"),
    el("h3", {}, w("files")),
    files.length ? table([w("format"), w("address"), w("length"), w("size"), w("opened")],
      files.map((f) => [f.format, f.flagged ? el("span", {}, link(f.url, f.file_id), " ", badge(f.flagged, "warn")) : link(f.url, f.file_id), f.duration_seconds == null ? "" : `${f.duration_seconds} ${w("seconds")}`, bytes(f.size_bytes), moment(f.start_at)])) : notice(w("none")),
    el("h3", {}, w("sessions")),
    sessions.length ? table([w("kind"), "id", "stream_id", w("state"), w("opened"), w("ended")],
      sessions.map((s) => [s.kind, s.id, s.stream_id, badge(state(s.status), { failed: "bad", running: "good" }[s.status]), moment(s.began_at), moment(s.ended_at)])) : notice(w("none")),
    hasKey() && el("p", {}, el("button", { type: "button", className: "small", on: { click: () => callbacks(record_id, told, headers).catch((error) => failed(told, error)) } }, w("its_callbacks"))),
    told);
}

async function callbacks(record_id, place, headers) {
  const { items = [] } = await ask(`/v1/callbacks?record_id=${encodeURIComponent(record_id)}`, { headers: headers() });
  const tone = (verdict) => ({ applied: "good", late: "warn", failed: "bad" })[verdict];
  put(place, items.length ? table([w("received"), w("vendor"), w("kind"), w("verdict"), w("deliveries")],
    items.map((c) => [moment(c.received_at), c.vendor, c.kind, badge(state(c.verdict), tone(c.verdict)), c.deliveries])) : notice(w("nothing")));
}

function bytes(size) {
  if (size === null || size === undefined) return "";
  const units = ["B", "KB", "MB", "GB", "TB"];
  const step = size > 0 ? Math.min(Math.floor(Math.log10(size) / 3), units.length - 1) : 0;
  return `${(size / 1000 ** step).toFixed(step ? 1 : 0)} ${units[step]}`;
}

/** Recordings, newest first; only operators get this list. */
export function recordingList(place, headers, hasKey) {
  return new List({
    place, headers, empty: "no_recordings",
    path: (cursor) => `/v1/recordings?limit=20&cursor=${encodeURIComponent(cursor || "")}`,
    summary: recordingSummary,
    contents: (item, inside) => recordingContents(item.record_id, inside, headers, hasKey),
  });
}

/** One recording by its id. */
export async function oneRecording(record_id, place, headers, hasKey) {
  const recording = await ask(`/v1/recordings/${encodeURIComponent(record_id)}`, { headers: headers() });
  const inside = el("div", {});
  put(place, el("details", { open: true }, el("summary", {}, recordingSummary(recording)), inside));
  await recordingContents(record_id, inside, headers, hasKey);
}
