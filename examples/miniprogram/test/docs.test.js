'use strict'
// Every line of TypeScript in docs/rooms.md is checked against the client's types, so that what is copied from there compiles.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const test = require('node:test')
const ts = require('typescript')

const root = path.join(__dirname, '..')
const file = path.join(root, 'miniprogram', '__rooms_doc.ts')

/** What the page that the text speaks to has of its own. */
const AROUND = `
import { Kaibo, Beat, Ticket, ZegoClientSection, KaiboError } from './kaibo'
declare const pusher_code: number, player_code: number
declare const client: { updateMixStream(plan: object, ok: () => void, fail: () => void): void }
declare function start(client: ZegoClientSection): void
declare function update(beat: Beat): void
declare function over(error: KaiboError): void
declare function enter(): void
declare function play(ticket: Ticket): void
declare function publish(ticket: Ticket | undefined): void
declare function ok(): void
declare function fail(): void
`

function blocks() {
  const text = fs.readFileSync(path.join(root, '..', '..', 'docs', 'rooms.md'), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code)
}

function faults(code) {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists, getSourceFile } = host
  host.fileExists = (name) => name === file || fileExists(name)
  host.readFile = (name) => (name === file ? code : readFile(name))
  host.getSourceFile = (name, ...rest) => (name === file ? ts.createSourceFile(name, code, ts.ScriptTarget.ES2020, true) : getSourceFile(name, ...rest))
  const program = ts.createProgram([file], { ...options, noEmit: true, noUnusedLocals: false }, host)
  const about = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()]
  return about.map((fault) => ts.flattenDiagnosticMessageText(fault.messageText, '\n'))
}

/** The first block makes the client for all; each other one is a scene of its own. */
const told = ([first, ...rest]) => `${AROUND}${first}\n${rest.map((code, scene) => `export async function scene${scene}() {\n${code}}`).join('\n')}\n`

test('docs/rooms.md shows calls that the client has', () => {
  const all = blocks()
  assert.ok(all.length >= 8, `${all.length} blocks`)
  assert.deepEqual(faults(told(all)), [])
})

test('a call that the client does not have would be found', () => {
  const wrong = [blocks()[0], "await kaibo.openStage('show')\n"]
  assert.match(faults(told(wrong)).join(), /openStage/)
})
