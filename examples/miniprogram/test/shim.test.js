'use strict'
const assert = require('node:assert/strict')
const http = require('node:http')
const path = require('node:path')
const test = require('node:test')
const { makeWx, parse, prepare, REFERER } = require('./wx-request')

const vectors = require(path.join(__dirname, '..', '..', '..', 'tests', 'vectors', 'wechat-vectors.json'))

test('the vectors are there', () => {
  assert.ok(vectors.request_wire.length >= 11)
  assert.ok(vectors.response_parse.length >= 8)
})

for (const vector of vectors.request_wire) {
  test(`sends: ${vector.name}`, () => {
    const sent = prepare(vector.options)
    assert.deepEqual(
      { method: sent.method, url: sent.url, content_type: sent.headers['content-type'], body: sent.body },
      { method: vector.method, url: vector.url, content_type: vector.content_type, body: vector.body })
  })
}

for (const vector of vectors.response_parse) {
  test(`reads: ${vector.name}`, () => {
    const data = parse(vector.body, vector.dataType)
    assert.equal(typeof data, vector.res_data_type)
    assert.deepEqual(data, vector.res_data)
  })
}

test('undefined and null become words in a query, and one byte order mark is dropped', () => {
  assert.equal(prepare({ url: 'http://h/r', data: { a: undefined, b: null } }).url, 'http://h/r?a=undefined&b=null')
  assert.deepEqual(parse('\ufeff{"a":1}'), { a: 1 })
})

test('page code cannot set the referer', () => {
  assert.equal(prepare({ url: 'http://h/r', header: { Referer: 'http://elsewhere' } }).headers.referer, REFERER)
})

async function serving(handler, run) {
  const server = http.createServer(handler).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  try {
    await run(`http://127.0.0.1:${server.address().port}`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

test('any status is a success, no answer is a failure, and complete comes after either', async () => {
  await serving((request, answer) => {
    if (request.url === '/gone') return request.socket.destroy()
    assert.equal(request.headers.origin, undefined)
    assert.equal(request.headers.cookie, undefined)
    answer.writeHead(503, { 'set-cookie': 'a=1' }).end('{"code":"store_busy"}')
  }, async (base) => {
    const wx = makeWx()
    const told = (path_) => new Promise((resolve) => {
      const names = []
      const keep = (name) => (value) => names.push([name, value])
      wx.request({ url: base + path_, success: keep('success'), fail: keep('fail'), complete: () => resolve(names) })
    })
    const [[name, answer]] = await told('/')
    assert.equal(name, 'success')
    assert.equal(answer.statusCode, 503)
    assert.equal(answer.data.code, 'store_busy')
    assert.equal((await told('/'))[0][0], 'success')
    assert.equal((await told('/gone'))[0][0], 'fail')
  })
})

test('no more than ten run at once', async () => {
  let now = 0
  let most = 0
  await serving((_request, answer) => {
    now += 1
    most = Math.max(most, now)
    setTimeout(() => { now -= 1; answer.end('ok') }, 20)
  }, async (base) => {
    const wx = makeWx()
    await Promise.all(Array.from({ length: 25 }, () => new Promise((success, fail) => wx.request({ url: base, success, fail }))))
  })
  assert.equal(most, 10)
})
