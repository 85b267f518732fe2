'use strict'
// The client file against a server that misbehaves in every way it must bear, and some it must report.

const assert = require('node:assert/strict')
const http = require('node:http')
const test = require('node:test')
const { load } = require('./load')
const { makeWx } = require('./wx-request')

/** A server whose answers are a list per "METHOD path"; the last one repeats. An answer is [status, body, headers] or null for a cut line. */
async function against(answers, run, wxOptions) {
  const seen = []
  const server = http.createServer((request, reply) => {
    let body = ''
    request.on('data', (part) => { body += part })
    request.on('end', () => {
      const key = `${request.method} ${request.url.split('?')[0]}`
      seen.push({ key, headers: request.headers, body: body && JSON.parse(body), url: request.url })
      const list = answers[key] || [[404, { code: 'route_unknown', detail: 'no such address' }]]
      const answer = list.length > 1 ? list.shift() : list[0]
      if (answer === null) return request.socket.destroy()
      const [status, value, headers = {}] = answer
      const text = typeof value === 'string' ? value : JSON.stringify(value)
      reply.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers }).end(text)
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const wx = makeWx(wxOptions)
  const { Kaibo, KaiboError } = load('kaibo', wx)
  const baseUrl = `http://127.0.0.1:${server.address().port}`
  try {
    await run({ make: (options) => new Kaibo({ baseUrl, ...options }), seen, KaiboError, wx })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

const SESSION = [201, { session_token: 's1', user_id: 'u1', expires_at: '2026-01-31T12:00:00Z' }]
const ROOM = [201, { room_id: 'r1', provider: 'zego', status: 'open', live: false }]
const until = async (check) => { for (let i = 0; i < 200 && !check(); i += 1) await new Promise((r) => { setTimeout(r, 10) }) }

test('many calls at once make one login, and each carries the session', async () => {
  await against({ 'POST /v1/sessions': [SESSION], 'GET /v1/rooms': [[200, { items: [], next_cursor: null }]] }, async ({ make, seen }) => {
    const kaibo = make()
    await Promise.all([kaibo.rooms(), kaibo.rooms({ owner: undefined, limit: 5 }), kaibo.login()])
    assert.equal(seen.filter(({ key }) => key === 'POST /v1/sessions').length, 1)
    const rooms = seen.filter(({ key }) => key === 'GET /v1/rooms')
    assert.equal(rooms.length, 2)
    assert.ok(rooms.every(({ headers }) => headers.authorization === 'Bearer s1'))
    assert.ok(rooms.every(({ url }) => !url.includes('undefined')))
    assert.equal(kaibo.userId, 'u1')
  })
})

test('an expired session is renewed once, with a new code', async () => {
  let codes = 0
  const expired = [401, { code: 'session_expired', detail: 'expired' }]
  await against({ 'POST /v1/sessions': [SESSION], 'GET /v1/rooms': [expired, [200, { items: [] }]] }, async ({ make, seen }) => {
    await make().rooms()
    const logins = seen.filter(({ key }) => key === 'POST /v1/sessions')
    assert.deepEqual(logins.map(({ body }) => body.code), ['c1', 'c2'])
  }, { login: () => { codes += 1; return `c${codes}` } })
  await against({ 'POST /v1/sessions': [SESSION], 'GET /v1/rooms': [expired] }, async ({ make, seen, KaiboError }) => {
    await assert.rejects(make().rooms(), (error) => error instanceof KaiboError && error.code === 'session_expired')
    assert.equal(seen.filter(({ key }) => key === 'GET /v1/rooms').length, 2)
  })
})

test('where login is off a demo names itself, and only a demo', async () => {
  const off = [404, { code: 'provider_off', detail: 'WeChat is not configured' }]
  await against({ 'POST /v1/sessions': [off], 'GET /v1/rooms': [[200, { items: [] }]] }, async ({ make, seen }) => {
    await make({ demoUser: 'phone-1' }).rooms()
    assert.equal(seen.at(-1).headers['x-user-id'], 'phone-1')
    await assert.rejects(make().rooms(), { code: 'provider_off' })
  })
  await against({ 'GET /v1/rooms': [[200, { items: [] }]] }, async ({ make, seen }) => {
    await make({ demoUser: 'phone-1' }).rooms()
    await make({ demoUser: 'phone-1', skipLogin: true }).rooms()
    assert.ok(seen.every(({ key }) => key === 'GET /v1/rooms'), 'tools without an app id have no code to send')
  }, { login: () => null })
})

test('a wrong code is not taken for a demo', async () => {
  await against({ 'POST /v1/sessions': [[401, { code: 'code_invalid', detail: 'bad code' }]] }, async ({ make }) => {
    await assert.rejects(make({ demoUser: 'phone-1' }).rooms(), { code: 'code_invalid', status: 401 })
  })
})

test('a cut line, 503 and 429 are repeated as the server asks, with the same idempotency key', async () => {
  const busy = [503, { code: 'store_busy', detail: 'busy' }, { 'Retry-After': '1' }]
  await against({ 'POST /v1/sessions': [SESSION], 'POST /v1/rooms': [null, busy, ROOM] }, async ({ make, seen }) => {
    const started = Date.now()
    const room = await make().openRoom({ provider: 'zego' })
    assert.equal(room.room_id, 'r1')
    assert.ok(Date.now() - started >= 1400, 'it waited for the server')
    const keys = seen.filter(({ key }) => key === 'POST /v1/rooms').map(({ headers }) => headers['idempotency-key'])
    assert.equal(keys.length, 3)
    assert.equal(new Set(keys).size, 1)
    assert.ok(keys[0].length >= 16)
  })
})

test('what is refused is not repeated, and its problem is told', async () => {
  const refused = [400, { code: 'field_invalid', detail: 'wrong', instance: 'req-1', errors: [{ field: 'title', code: 'too_long', detail: 'x' }] }]
  await against({ 'POST /v1/sessions': [SESSION], 'POST /v1/rooms': [refused] }, async ({ make, seen }) => {
    await assert.rejects(make().openRoom({ provider: 'zego' }), (error) =>
      error.status === 400 && error.code === 'field_invalid' && error.errors[0].field === 'title' && error.requestId === 'req-1')
    assert.equal(seen.filter(({ key }) => key === 'POST /v1/rooms').length, 1)
  })
})

test('a wait longer than a person bears is an error at once', async () => {
  await against({ 'POST /v1/sessions': [SESSION], 'GET /v1/rooms': [[429, { code: 'quota_exceeded', detail: 'later' }, { 'retry-after': '600' }]] }, async ({ make, seen }) => {
    await assert.rejects(make().rooms(), { code: 'quota_exceeded', retryAfterSeconds: 600 })
    assert.equal(seen.length, 2)
  })
})

test('an answer that is no problem document is an error with its status', async () => {
  await against({ 'POST /v1/sessions': [SESSION], 'GET /v1/rooms': [[502, '<html>']] }, async ({ make }) => {
    await assert.rejects(make().rooms(), { status: 502, code: 'http_502' })
  })
})

test('a ticket is refreshed when the server says, until the room closes', async () => {
  const ticket = (n) => [200, { room_id: 'r1', role: 'viewer', refresh_after_seconds: 1, n }]
  const closed = [409, { code: 'room_closed', detail: 'closed' }]
  await against({ 'POST /v1/sessions': [SESSION], 'POST /v1/rooms/r1/tickets': [ticket(1), [500, 'x'], ticket(2), closed] }, async ({ make }) => {
    const got = []
    const over = []
    make().keepTicket('r1', 'viewer', ({ n }) => got.push(n), (error) => over.push(error.code))
    await until(() => over.length)
    assert.deepEqual([got, over], [[1], ['http_500']])
  })
  await against({ 'POST /v1/sessions': [SESSION], 'POST /v1/rooms/r1/tickets': [ticket(1), ticket(2), closed] }, async ({ make }) => {
    const got = []
    const over = []
    make().keepTicket('r1', 'viewer', ({ n }) => got.push(n), (error) => over.push(error.code))
    for (let i = 0; i < 3 && !over.length; i += 1) await until(() => over.length)
    assert.deepEqual([got, over], [[1, 2], ['room_closed']])
  })
})

test('heartbeats tell what the phone sees, and end when the user is put out', async () => {
  const beat = (removed) => [200, { room_status: 'open', live: true, removed, seats: [], next_seconds: 1 }]
  await against({ 'POST /v1/sessions': [SESSION], 'POST /v1/rooms/r1/heartbeat': [beat(false), beat(true)] }, async ({ make, seen }) => {
    const beats = []
    make().stay('r1', (b) => beats.push(b.removed), assert.fail, () => ({ player_code: -2301 }))
    await until(() => beats.length === 2)
    await new Promise((resolve) => { setTimeout(resolve, 1200) })
    assert.deepEqual(beats, [false, true])
    assert.deepEqual(seen.at(-1).body, { observed: { player_code: -2301 } })
    assert.equal(seen.filter(({ key }) => key.endsWith('heartbeat')).length, 2)
  })
})

test('after a lost stream the client asks until the room is live again', async () => {
  const live = (is) => [200, { live: is, room_status: 'open', end_reason: null, retry_after_seconds: 1 }]
  await against({ 'POST /v1/sessions': [SESSION], 'GET /v1/rooms/r1/live': [live(false), live(true)] }, async ({ make }) => {
    const told = []
    const stop = make().whenLive('r1', (now) => told.push(now.live), assert.fail)
    await until(() => told.length)
    stop.stop()
    assert.deepEqual(told, [true])
  })
})

test('nothing is told after a stop', async () => {
  await against({ 'POST /v1/sessions': [SESSION], 'GET /v1/rooms/r1/live': [[200, { live: true, room_status: 'open' }]] }, async ({ make }) => {
    const told = []
    make().whenLive('r1', () => told.push(1), () => told.push(2)).stop()
    await new Promise((resolve) => { setTimeout(resolve, 200) })
    assert.deepEqual(told, [])
  })
})

test('the phone asks for the roomsig and makes the room address', async () => {
  const body = { RspHead: { ErrorCode: 0 }, RspBody: { a: 1, 名: 'x y' } }
  const refused = { ActionStatus: 'FAIL', ErrorCode: 87, ErrorInfo: 'priv map info tls error' }
  await against({ 'POST /sig': [[200, refused], [200, body]], 'POST /bad': [[200, refused]] }, async ({ make, wx, seen }) => {
    const { roomUrl } = load('media', wx)
    const client = (path) => ({ roomsig: { url: `${make().options.baseUrl}${path}?random=9999`, method: 'POST', data: { ReqHead: { GroupId: 1003 } } }, pushUrlPrefix: 'room://p&roomsig=', pushUrlSuffix: '&bizbuf=b' })
    assert.equal(await roomUrl(client('/sig'), 1), `room://p&roomsig=${encodeURIComponent('{"a":1,"名":"x y"}')}&bizbuf=b`)
    assert.deepEqual(seen[0].body, { ReqHead: { GroupId: 1003 } })
    await assert.rejects(roomUrl(client('/bad'), 1), { code: 'roomsig_refused', message: /87/ })
    assert.equal(seen.filter(({ key }) => key === 'POST /bad').length, 3)
  })
})

test('the user list of a room becomes players', () => {
  const { playersOf } = load('media', makeWx())
  const message = '{"userlist":[{"userid":"u2","playurl":"room://1.2.3.4:1935/webrtc/1_2_u2"},{"userid":"u3","playurl":""}]}'
  assert.deepEqual(playersOf(message).map(({ id, src, mode }) => [id, src, mode]), [['u2', 'room://1.2.3.4:1935/webrtc/1_2_u2', 'RTC']])
  assert.deepEqual(playersOf('not json'), [])
})
