'use strict'
// The client file against a running kaibo: `KAIBO_URL=http://127.0.0.1:3000 npm run test:server`.
// Each provider that the server has is driven; at least one must be there.

const assert = require('node:assert/strict')
const test = require('node:test')
const { load } = require('./load')
const { makeWx } = require('./wx-request')

const baseUrl = (process.env.KAIBO_URL || '').replace(/\/$/, '')
const providers = (process.env.KAIBO_PROVIDERS || '').split(',').filter(Boolean)
const { Kaibo } = load('kaibo', makeWx())
const mark = Date.now().toString(36)
const as = (name) => new Kaibo({ baseUrl, demoUser: `${name}-${mark}`, skipLogin: true })

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const text = (value, name) => assert.ok(typeof value === 'string' && value !== '', `${name} is a text`)
const moment = (value, name) => assert.match(String(value), MOMENT, `${name} is a moment`)
const future = (value, name) => { moment(value, name); assert.ok(Date.parse(value) > Date.now(), `${name} is to come`) }

test('KAIBO_URL names a running server', async () => {
  assert.ok(baseUrl, 'set KAIBO_URL, for example http://127.0.0.1:3000')
  const answer = await new Promise((success, fail) => makeWx().request({ url: `${baseUrl}/readyz`, success, fail }))
  assert.equal(answer.statusCode, 200)
})

/** Checks the section of a ticket that page code takes: spelled and typed exactly. */
const SECTIONS = {
  zego({ client }, { role, user_id, room_id }) {
    assert.equal(typeof client.config.appid, 'number')
    assert.equal(client.config.idName, user_id)
    assert.equal(client.login.roomId, room_id)
    assert.equal(client.login.role, role === 'host' ? 1 : 2)
    text(client.login.token, 'token')
    assert.equal(role === 'host', typeof client.publishStreamId === 'string')
  },
  trtc({ client }, { role, user_id, room_id }) {
    const { webrtcRoom, roomsig } = client
    assert.equal(typeof webrtcRoom.sdkAppID, 'number')
    assert.equal(webrtcRoom.roomID, Number(room_id))
    assert.equal(webrtcRoom.userID, user_id)
    text(webrtcRoom.userSig, 'userSig')
    text(webrtcRoom.privateMapKey, 'privateMapKey')
    assert.equal(webrtcRoom.recordId === undefined || Number.isInteger(webrtcRoom.recordId), true)
    assert.equal(roomsig.method, 'POST')
    assert.match(roomsig.url, /^https:\/\//)
    assert.equal(roomsig.data.ReqHead.GroupId, webrtcRoom.roomID)
    assert.equal(roomsig.data.ReqBody.PrivMapEncrypt, webrtcRoom.privateMapKey)
    assert.match(client.pushUrlPrefix, /^room:\/\/.*&roomsig=$/)
    assert.equal(typeof client.pushUrlSuffix, 'string')
    if (role === 'host') assert.match(client.pushUrlSuffix, /^&bizbuf=/, 'the record id travels with the push')
  },
  css({ client }, { role }) {
    if (role === 'host') assert.match(client.pusher.url, /^rtmp:\/\/.*txSecret=[0-9a-f]{32}/)
    else assert.ok(!client.pusher)
    assert.match(client.player.src, /^(rtmp|https?):\/\//)
    assert.ok(!client.player.src.includes('.m3u8'), 'live-player takes no hls')
  },
}

/** Opens a room where the server has the provider; null where it has not. */
async function opened(host, provider) {
  try {
    return await host.openRoom({ provider, title: '测试', record: true })
  } catch (error) {
    if (error.code === 'provider_off' && !providers.includes(provider)) return null
    throw error
  }
}

let driven = 0
let met = null
for (const provider of Object.keys(SECTIONS)) {
  test(`${provider}: a broadcast from open to close`, async () => {
    const host = as('host')
    const viewer = as('viewer')
    const room = await opened(host, provider)
    if (!room) return
    driven += 1
    met = provider
    text(room.room_id, 'room_id')
    assert.deepEqual([room.provider, room.status, room.live, room.live_since, room.closed_at], [provider, 'open', false, null, null])
    moment(room.opened_at, 'opened_at')
    text(room.record_id, 'record_id')
    assert.equal(room.owner_id, host.userId)

    const again = await host.openRoom({ provider, title: '测试', record: true, room_id: room.room_id })
    assert.equal(again.opened_at, room.opened_at, 'asking again meets the same room')
    await assert.rejects(viewer.openRoom({ provider, room_id: room.room_id }), { status: 409, code: 'room_taken' })

    for (const [who, role] of [[host, 'host'], [viewer, 'viewer']]) {
      const ticket = await who.ticket(room.room_id, role)
      assert.deepEqual([ticket.room_id, ticket.user_id, ticket.role, ticket.provider], [room.room_id, who.userId, role, provider])
      future(ticket.expires_at, 'expires_at')
      assert.ok(ticket.refresh_after_seconds > 0 && Date.now() + ticket.refresh_after_seconds * 1000 < Date.parse(ticket.expires_at) + 1000)
      SECTIONS[provider](ticket[provider], ticket)
      assert.deepEqual(Object.keys(SECTIONS).filter((name) => name in ticket), [provider], 'one section, named after the provider')
    }
    await assert.rejects(viewer.ticket(room.room_id, 'host'), { status: 403, code: 'role_not_allowed' })

    const live = await viewer.live(room.room_id)
    assert.deepEqual([live.live, live.room_status], [false, 'open'])
    assert.ok(live.retry_after_seconds > 0)

    const mine = await host.rooms({ owner: 'me', status: 'open' })
    assert.ok(mine.items.some(({ room_id }) => room_id === room.room_id))
    assert.ok(Array.isArray((await viewer.recordings(room.room_id)).items))
    assert.equal((await viewer.recording(room.record_id)).status, 'expected')

    await assert.rejects(viewer.close(room.room_id), { status: 403 })
    const closed = await host.close(room.room_id)
    assert.equal(closed.status, 'closed')
    moment(closed.closed_at, 'closed_at')
    assert.equal((await host.close(room.room_id)).status, 'closed', 'closing twice is no error')
    await assert.rejects(viewer.ticket(room.room_id, 'viewer'), { status: 409, code: 'room_closed' })
  })
}

test('the evening of docs/rooms.md: on stage and off again, put out, asked why, closed', async () => {
  const [host, guestA, guestB, troll] = ['host', 'guest_a', 'guest_b', 'troll'].map(as)
  const room = await opened(host, 'zego')
  if (!room) return
  const id = room.room_id
  text(room.opening_id, 'opening_id')
  for (const who of [host, guestA, guestB, troll]) await who.login()
  await assert.rejects(guestA.ticket(id, 'cohost'), { status: 403, code: 'role_not_allowed' })

  const asked = await guestA.requestSeat(id)
  assert.deepEqual([asked.kind, asked.status, asked.user_id, asked.from_user_id, asked.room_id], ['request', 'requested', guestA.userId, guestA.userId, id])
  future(asked.expires_at, 'expires_at')
  assert.ok((await host.heartbeat(id)).seats.some(({ seat_id }) => seat_id === asked.seat_id), 'the host learns of it')
  assert.equal((await host.answerSeat(id, asked.seat_id, 'accept')).status, 'accepted')
  assert.ok((await guestA.heartbeat(id)).seats.some(({ status }) => status === 'accepted'), 'the guest learns of it')
  text((await guestA.ticket(id, 'cohost')).zego.client.publishStreamId, 'publishStreamId')

  const invited = await host.inviteToSeat(id, guestB.userId)
  assert.deepEqual([invited.kind, invited.status, invited.from_user_id], ['invite', 'invited', host.userId])
  const accepted = await guestB.answerSeat(id, invited.seat_id, 'accept')
  assert.deepEqual([accepted.status, accepted.ticket.role], ['accepted', 'cohost'])

  const plan = await host.mixPlan(id, { width: 360, height: 640, streams: ['nobody'] })
  assert.deepEqual(plan.missing_streams, ['nobody'])
  assert.equal(plan.update_mix_stream.outputWidth, 360)

  await troll.ticket(id, 'viewer')
  assert.match((await host.kick(id, troll.userId)).enforced, /^(vendor_pending|next_login)$/)
  await assert.rejects(troll.ticket(id, 'viewer'), { status: 403, code: 'banned' })
  assert.equal((await troll.heartbeat(id)).removed, true)

  await guestA.leave(id)
  assert.equal((await host.answerSeat(id, invited.seat_id, 'end')).status, 'ended')
  const inside = await host.room(id)
  assert.ok(inside.members.every(({ role }) => role !== 'cohost') && Array.isArray(inside.streams))

  const now = await guestA.live(id)
  assert.deepEqual([now.live, now.room_status, now.end_reason, now.end_detail], [false, 'open', null, null])
  assert.ok('enforced' in (await host.close(id)))
  assert.equal((await guestB.heartbeat(id)).room_status, 'closed')
})

test('at least one provider was driven', () => assert.ok(driven > 0, 'the server has none of zego, trtc, css'))

test('members beat, take a seat and leave', async () => {
  const host = as('host')
  const viewer = as('viewer')
  const room = await host.openRoom({ provider: met })
  const beat = await viewer.heartbeat(room.room_id, { player_code: 2004, members: [await viewer.login()] })
  assert.deepEqual([beat.room_status, beat.live, beat.removed], ['open', false, false])
  assert.ok(beat.next_seconds > 0 && Array.isArray(beat.seats))
  assert.equal(beat.lease_expires_at, null, 'a viewer of a room without a capacity holds no place')
  future((await host.heartbeat(room.room_id)).lease_expires_at, 'lease_expires_at')

  const seat = await viewer.requestSeat(room.room_id)
  assert.deepEqual([seat.kind, seat.user_id, seat.status], ['request', viewer.userId, 'requested'])
  assert.ok((await host.heartbeat(room.room_id)).seats.some(({ seat_id }) => seat_id === seat.seat_id), 'the host hears of it')
  await assert.rejects(viewer.answerSeat(room.room_id, seat.seat_id, 'accept'), { status: 403 })
  assert.equal((await host.answerSeat(room.room_id, seat.seat_id, 'accept')).status, 'accepted')
  assert.equal((await viewer.ticket(room.room_id, 'cohost')).role, 'cohost')
  assert.equal((await viewer.answerSeat(room.room_id, seat.seat_id, 'end')).status, 'ended')
  await assert.rejects(host.answerSeat(room.room_id, seat.seat_id, 'accept'), { status: 409, code: 'seat_over' })

  await viewer.leave(room.room_id)
  assert.equal((await host.close(room.room_id)).status, 'closed')
})

test('a login session is given for a code, where login is on', async () => {
  const kaibo = new Kaibo({ baseUrl, demoUser: `fallback-${mark}` })
  text(await kaibo.login(), 'user_id')
  assert.ok(Array.isArray((await kaibo.rooms()).items))
})

test('what is wrong is told by field, and what is unknown by code', async () => {
  const kaibo = as('host')
  await assert.rejects(kaibo.openRoom({ provider: 'carrier-pigeon' }), (error) =>
    error.status === 400 && error.errors.some(({ field }) => field === 'provider') && error.requestId !== '')
  await assert.rejects(kaibo.room(`no-such-room-${mark}`), { status: 404, code: 'room_unknown' })
})

test('the ZEGO login token is bare, fresh and never the same', async () => {
  const kaibo = as('host')
  await kaibo.login()
  let tokens
  try {
    tokens = [await kaibo.zegoLoginToken(undefined, kaibo.userId), await kaibo.zegoLoginToken(undefined, kaibo.userId)]
  } catch (error) {
    assert.equal(error.code, 'provider_off')
    return
  }
  assert.notEqual(tokens[0], tokens[1])
  for (const token of tokens) {
    assert.equal(typeof token, 'string', 'a text, which wx.request did not take for JSON')
    const { ver, hash, nonce, expired } = JSON.parse(Buffer.from(token, 'base64').toString('utf8'))
    assert.equal(ver, 1)
    assert.match(hash, /^[0-9a-f]{32}$/)
    assert.match(nonce, /^[0-9a-f]{16}$/)
    assert.ok(expired > Date.now() / 1000 && expired <= Date.now() / 1000 + 86400)
  }
})
