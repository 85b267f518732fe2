'use strict'
// Runs the mini program's TypeScript files as they are: the same compiler as `npm run check`, no build folder.

const fs = require('node:fs')
const path = require('node:path')
const vm = require('node:vm')
const ts = require('typescript')

const ROOT = path.join(__dirname, '..', 'miniprogram')

/** The exports of a file, with `wx` as its global. Each call gives a fresh copy. */
function load(name, wx, loaded = new Map()) {
  const file = path.join(ROOT, `${name}.ts`)
  if (loaded.has(file)) return loaded.get(file)
  const { outputText } = ts.transpileModule(fs.readFileSync(file, 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2018, module: ts.ModuleKind.CommonJS }, fileName: file,
  })
  const module = { exports: {} }
  loaded.set(file, module.exports)
  const inside = (asked) => load(path.relative(ROOT, path.join(path.dirname(file), asked)), wx, loaded)
  vm.runInThisContext(`(function (exports, require, module, wx) { ${outputText}\n})`, { filename: file })(module.exports, inside, module, wx)
  return module.exports
}

module.exports = { load }
