// The API page: reads /openapi.json and shows each call with its parameters, bodies, answers and examples, and a box to try it.

import { ask, badge, copyable, el, failed, notice, onLanguage, pick, put, table } from "/assets/page.js";

const WORDS = {
  copy: ["复制", "copy"],
  copied: ["已复制", "copied"],
  bearer: ["Bearer：登录凭证或运营密钥（只留在内存中）", "Bearer: login session or operator key (kept in memory only)"],
  user: ["x-user-id（开放身份模式）", "x-user-id (open identity)"],
  find: ["筛选", "Filter"],
  parameters: ["参数", "Parameters"],
  body: ["请求体", "Body"],
  answers: ["应答", "Answers"],
  try: ["试一试", "Try it"],
  send: ["发送", "Send"],
  required: ["必填", "required"],
  name: ["名称", "name"],
  type: ["类型", "type"],
  meaning: ["说明", "meaning"],
  status: ["状态码", "status"],
};
const w = (key) => pick(WORDS[key]);
const at = (id) => document.getElementById(id);

let document_ = null;

/** The text of an object in the chosen language: `summary` is English, `x-summary-zh` Chinese. */
function told(object, key) {
  return pick([object[`x-${key}-zh`] || object[key] || "", object[key] || ""]);
}

/** Follows a reference inside the document. */
function resolved(object) {
  let now = object || {};
  for (let steps = 0; now.$ref && steps < 8; steps += 1) {
    now = now.$ref.slice(2).split("/").reduce((inside, part) => (inside || {})[part], document_) || {};
  }
  return now;
}

/** A schema's type in a few words. */
function typeOf(schema) {
  const name = schema && schema.$ref ? schema.$ref.split("/").pop() : "";
  const real = resolved(schema);
  if (name && real.type === "object") return name;
  if (real.type === "array") return `${typeOf(real.items)}[]`;
  if (real.oneOf) return real.oneOf.map(typeOf).join(" | ");
  const bounds = [
    real.enum && real.enum.map((value) => JSON.stringify(value)).join(" "), real.pattern, real.format,
    real.minimum !== undefined && `${real.minimum}..${real.maximum ?? ""}`, real.maxLength && `≤ ${real.maxLength}`,
  ].filter(Boolean).join(", ");
  return `${[].concat(real.type || "any").join(" | ")}${bounds ? ` (${bounds})` : ""}`;
}

/** The members of an object schema, nested ones below their owner. */
function members(schema, before = "", depth = 0) {
  const real = resolved(schema);
  const inside = real.type === "array" ? resolved(real.items) : real;
  const needed = new Set(inside.required || []);
  return Object.entries(inside.properties || {}).flatMap(([name, member]) => {
    const shown = resolved(member);
    const row = [
      el("code", {}, before + name), el("span", {}, typeOf(member), needed.has(name) ? " " : "", needed.has(name) && badge(w("required"))), told(member, "description") || told(shown, "description"),
    ];
    const many = shown.type === "array";
    return [row, ...(depth < 3 ? members(member, `${before}${name}${many ? "[]" : ""}.`, depth + 1) : [])];
  });
}

function schemaTable(schema) {
  const rows = members(schema);
  return rows.length ? table([w("name"), w("type"), w("meaning")], rows) : el("p", { className: "soft" }, typeOf(schema));
}

function exampleOf(content) {
  const media = Object.values(content || {})[0] || {};
  return media.example !== undefined ? media.example : resolved(media.schema).example;
}

const asText = (example) => (typeof example === "string" ? example : JSON.stringify(example, null, 2));

function answers(operation) {
  return Object.entries(operation.responses || {}).map(([status, reference]) => {
    const answer = resolved(reference);
    const example = exampleOf(answer.content);
    const schema = (Object.values(answer.content || {})[0] || {}).schema;
    return el("details", {},
      el("summary", {}, badge(status, status < "300" ? "good" : "warn"), told(answer, "description")),
      el("div", {}, schema && schemaTable(schema), example !== undefined && el("pre", {}, asText(example))));
  });
}

/** A box that sends the call to this server. */
function tryBox(method, path, operation) {
  const fields = (operation.parameters || []).map(resolved).filter((p) => p.in !== "header").map((parameter) => ({
    parameter, input: el("input", { type: "text", value: parameter.example ?? "", spellcheck: false }),
  }));
  const example = operation.requestBody && exampleOf(resolved(operation.requestBody).content);
  const body = operation.requestBody ? el("textarea", { rows: 6, value: example === undefined ? "{}" : asText(example), spellcheck: false }) : null;
  const answer = el("div", {});
  const send = async (event) => {
    event.preventDefault();
    let target = path;
    const query = new URLSearchParams();
    for (const { parameter, input } of fields) {
      if (parameter.in === "path") target = target.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
      else if (input.value !== "") query.append(parameter.name, input.value);
    }
    const asked = query.toString() ? `${target}?${query}` : target;
    const bearer = at("bearer").value.trim();
    const headers = bearer ? { authorization: `Bearer ${bearer}` } : at("user").value.trim() ? { "x-user-id": at("user").value.trim() } : {};
    try {
      const given = body ? JSON.parse(body.value || "{}") : undefined;
      const made = await ask(asked, { method: method.toUpperCase(), body: given, headers });
      put(answer, typeof made === "string" ? copyable(made, WORDS) : el("pre", {}, JSON.stringify(made, null, 2)));
    } catch (error) {
      failed(answer, error);
    }
  };
  return el("form", { on: { submit: send } },
    el("div", { className: "row" }, fields.map(({ parameter, input }) => el("label", {}, parameter.name, input))),
    body && el("label", { className: "wide" }, w("body"), body),
    el("p", {}, el("button", { type: "submit" }, w("send"))), answer);
}

function operationView(method, path, operation) {
  const inside = el("div", {});
  const made = el("details", {},
    el("summary", {}, el("span", { className: `method ${method}` }, method.toUpperCase()), el("code", {}, path),
      el("span", { className: "end" }, told(operation, "summary"))),
    inside);
  made.addEventListener("toggle", () => {
    if (!made.open || inside.childNodes.length) return;
    const parameters = (operation.parameters || []).map(resolved);
    const body = operation.requestBody && resolved(operation.requestBody);
    put(inside,
      el("p", {}, told(operation, "description")),
      parameters.length > 0 && el("h3", {}, w("parameters")),
      parameters.length > 0 && table([w("name"), w("type"), w("meaning")],
        parameters.map((p) => [el("code", {}, p.name), el("span", {}, `${p.in}, ${typeOf(p.schema)} `, p.required && badge(w("required"))), told(p, "description")])),
      body && el("h3", {}, w("body")),
      body && schemaTable((Object.values(body.content || {})[0] || {}).schema),
      el("h3", {}, w("answers")), answers(operation),
      el("h3", {}, w("try")), tryBox(method, path, operation));
  });
  return made;
}

function draw() {
  for (const [id, key] of [["proof-bearer", "bearer"], ["proof-user", "user"], ["proof-find", "find"]]) at(id).textContent = w(key);
  if (!document_) return;
  at("about").textContent = told(document_.info, "description");
  const wanted = at("find").value.trim().toLowerCase();
  const all = Object.entries(document_.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })));
  const fits = ({ path, operation }) => [path, operation.summary, operation["x-summary-zh"]].some((text) => (text || "").toLowerCase().includes(wanted));
  put(at("operations"), document_.tags.map((tag) => {
    const shown = all.filter((one) => (one.operation.tags || []).includes(tag.name) && fits(one));
    return shown.length > 0 && el("section", {}, el("h2", {}, told(tag, "description")), shown.map((one) => operationView(one.method, one.path, one.operation)));
  }));
}

at("proof").addEventListener("submit", (event) => event.preventDefault());
at("find").addEventListener("input", draw);
onLanguage(at("language"), draw);
try {
  document_ = await ask("/openapi.json");
  draw();
} catch (error) {
  put(at("operations"), notice(String(error.message), "bad"));
}
