// Shared by the console and the API page. Values enter a page as text nodes only; no function here takes markup.

let chosen = (navigator.language || "").toLowerCase().startsWith("zh") ? 0 : 1;

/** Picks from a pair [Chinese, English]. */
export function pick(pair) {
  return pair === undefined ? "" : pair[chosen];
}

/** "zh" or "en". */
export function language() {
  return chosen === 0 ? "zh" : "en";
}

/** Lets a button switch the language; `redraw` runs now and after every switch. */
export function onLanguage(button, redraw) {
  const draw = () => {
    document.documentElement.lang = language();
    button.textContent = chosen === 0 ? "English" : "中文";
    redraw();
  };
  button.addEventListener("click", () => {
    chosen = 1 - chosen;
    draw();
  });
  draw();
}

/** Makes an element. Members of `facts` are properties; `on` holds listeners; children are nodes or texts. */
export function el(name, facts, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(facts || {})) {
    if (key === "on") {
      for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    } else {
      made[key] = value;
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Replaces what is inside an element. */
export function put(place, ...children) {
  place.replaceChildren(...children.flat(Infinity).filter(Boolean));
}

/** A short word in a coloured frame; `tone` is good, warn, bad or nothing. */
export function badge(text, tone) {
  return el("span", { className: `badge ${tone || ""}` }, text);
}

/** A remark; `tone` as in `badge`. */
export function notice(text, tone) {
  return el("p", { className: `notice ${tone || ""}` }, text);
}

/** A text with a button that copies it. */
export function copyable(text, words) {
  const button = el("button", { type: "button", className: "small" }, pick(words.copy));
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = pick(words.copied);
    } catch {
      // Browsers give the clipboard to https and localhost only; a marked text can still be copied by hand.
      getSelection().selectAllChildren(code);
    }
    setTimeout(() => (button.textContent = pick(words.copy)), 1500);
  });
  const code = el("code", {}, text);
  return el("div", { className: "copy" }, code, button);
}

/** A table; a cell is a node or a text. */
export function table(heads, rows) {
  const cell = (name, value) => el(name, {}, value === null || value === undefined || value === "" ? "–" : value);
  return el("div", { className: "scroll" },
    el("table", {},
      el("thead", {}, el("tr", {}, heads.map((head) => cell("th", head)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((value) => cell("td", value)))))));
}

/** A moment as the reader's clock shows it. */
export function moment(text) {
  if (!text) return "–";
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? String(text) : at.toLocaleString(chosen === 0 ? "zh-CN" : "en-GB", { hour12: false });
}

/** A link to a file, only when it is http or https; anything else stays text. */
export function link(url, text) {
  return /^https?:\/\//i.test(String(url))
    ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text || url)
    : document.createTextNode(url || "–");
}

/** What the server refused, with its problem. */
export class Refused extends Error {
  constructor(status, problem) {
    super((problem && problem.detail) || `HTTP ${status}`);
    this.status = status;
    this.code = (problem && problem.code) || "";
    this.errors = (problem && problem.errors) || [];
  }
}

/** Calls our own address. Answers the parsed JSON, or the text when it is none. */
export async function ask(path, { method = "GET", body, headers = {} } = {}) {
  const sent = { "accept-language": language(), ...headers };
  if (body !== undefined) sent["content-type"] = "application/json";
  const answer = await fetch(path, {
    method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store", credentials: "omit", redirect: "error",
  });
  const text = await answer.text();
  let value = text;
  if ((answer.headers.get("content-type") || "").includes("json")) {
    try {
      value = JSON.parse(text);
    } catch {
      value = text;
    }
  }
  if (!answer.ok) throw new Refused(answer.status, typeof value === "object" ? value : null);
  return value;
}

/** Shows what went wrong, in place. */
export function failed(place, error) {
  const text = error instanceof Refused ? `${error.message} (${error.code || error.status})` : String(error.message || error);
  put(place, notice(text, "bad"));
}
