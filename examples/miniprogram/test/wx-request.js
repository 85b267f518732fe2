'use strict'
// wx.request on Node, as a phone does it: what it sends and how it reads the answer. The vectors in
// tests/vectors/wechat-vectors.json (request_wire, response_parse) are checked by shim.test.js.

const http = require('node:http')
const https = require('node:https')

const REFERER = 'https://servicewechat.com/wx0000000000000000/0/page-frame.html'
const AT_ONCE = 10
const LONGEST_MS = 60000
const METHODS = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT']

const asText = (value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value))
const pairs = (data) => Object.entries(data).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(asText(value))}`)

/** Joins data to an address; a key in data replaces the same key in the address. */
function withQuery(url, data) {
  const [address, query = ''] = url.split('#')[0].split(/\?(.*)/s)
  const replaced = new Set(Object.keys(data).map(encodeURIComponent))
  const kept = query.split('&').filter((pair) => pair !== '' && !replaced.has(pair.split('=')[0]))
  const joined = [...kept, ...pairs(data)].join('&')
  return joined ? `${address}?${joined}` : address
}

/** What goes over the wire for the options of a call. */
function prepare(options) {
  const method = String(options.method || 'GET').toUpperCase()
  if (!METHODS.includes(method)) throw new Error(`request:fail method ${method} is not supported`)
  const own = Object.entries(options.header || {}).map(([name, value]) => [name.toLowerCase(), String(value)])
  // Page code cannot set the referer; there is no Origin and no cookie jar.
  const headers = { 'content-type': 'application/json', ...Object.fromEntries(own.filter(([name]) => name !== 'referer')), referer: REFERER }
  const { data } = options
  const isObject = typeof data === 'object' && data !== null
  if (method === 'GET') {
    return { method, url: isObject ? withQuery(options.url, data) : options.url, headers, body: null }
  }
  let body = null
  if (typeof data === 'string') body = data
  else if (isObject) body = headers['content-type'].includes('application/x-www-form-urlencoded') ? pairs(data).join('&') : JSON.stringify(data)
  return { method, url: options.url, headers, body }
}

/** What `res.data` is. */
function parse(text, dataType = 'json') {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text
  if (dataType !== 'json') return body
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

let running = 0
const waiting = []

function turn(work) {
  if (running >= AT_ONCE) return waiting.push(work)
  running += 1
  return work(() => {
    running -= 1
    const next = waiting.shift()
    if (next) turn(next)
  })
}

/** The call itself. Any status is a success; `fail` means that no answer came; `complete` comes after either. */
function request(options) {
  const call = (name, value) => { if (options[name]) options[name](value) }
  const end = (name, value) => { call(name, value); call('complete', value) }
  let sent
  try {
    sent = prepare(options)
  } catch (error) {
    queueMicrotask(() => end('fail', { errMsg: error.message, errno: 600009 }))
    return { abort() {} }
  }
  const limit = Math.min(options.timeout || LONGEST_MS, LONGEST_MS)
  let live = null
  turn((done) => {
    let over = false
    const finish = (name, value) => { if (!over) { over = true; clearTimeout(timer); done(); end(name, value) } }
    const timer = setTimeout(() => { finish('fail', { errMsg: 'request:fail timeout', errno: 5 }); live.destroy() }, limit)
    const body = sent.body === null ? null : Buffer.from(sent.body)
    const headers = body ? { ...sent.headers, 'content-length': body.length } : sent.headers
    live = (sent.url.startsWith('https:') ? https : http).request(sent.url, { method: sent.method, headers }, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('error', (error) => finish('fail', { errMsg: `request:fail ${error.message}`, errno: 600001 }))
      answer.on('end', () => {
        const header = {}
        for (let i = 0; i < answer.rawHeaders.length; i += 2) header[answer.rawHeaders[i]] = answer.rawHeaders[i + 1]
        finish('success', {
          data: parse(Buffer.concat(parts).toString('utf8'), options.dataType), statusCode: answer.statusCode, header,
          cookies: answer.headers['set-cookie'] || [], errMsg: 'request:ok',
        })
      })
    })
    live.on('error', (error) => finish('fail', { errMsg: `request:fail ${error.message}`, errno: 600001 }))
    live.end(body || undefined)
  })
  return { abort() { if (live) live.destroy() } }
}

/** A `wx` for the client file. `login` gives codes; null stands for tools without an app id. */
function makeWx({ login = () => 'code' } = {}) {
  return {
    request,
    login({ success, fail }) {
      const code = login()
      queueMicrotask(() => (code === null ? fail({ errMsg: 'login:fail' }) : success({ code, errMsg: 'login:ok' })))
    },
  }
}

module.exports = { makeWx, parse, prepare, request, REFERER }
