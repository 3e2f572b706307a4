#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it and say what is missing, and so that Node's type stripper, 24 MB
// and 40 ms, is loaded only where a source file has changed since it was last compiled.
import { existsSync } from 'node:fs'
// Imported whole: a name that an old Node does not export would end it before it can say why.
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 26) {
  process.stderr.write(`latchkey: needs Node 26, and this is ${process.version}\n`)
  process.exit(1)
}

// Sources are there in the repository only. Where they are, they are what runs, never a build that has grown old.
const source = new URL('../src/cli/program.ts', import.meta.url)
const fromSource = existsSync(source)
const condition = '--conditions=latchkey-source'
if (fromSource && !process.execArgv.includes(condition)) {
  // In this repository the library is read from its sources too, which Node must be told at its start.
  const self = fileURLToPath(import.meta.url)
  const flags = [condition, ...process.execArgv]
  process.execve(process.execPath, [process.execPath, ...flags, self, ...process.argv.slice(2)])
}

// Beside the code, where only those may write who may change the code anyway, and nowhere if we may not: Node's own
// place for it is a name in the directory for temporary files that another user of this machine could take first.
const kept = new URL(`${fromSource ? '../../..' : '..'}/node_modules/.cache/latchkey/`, import.meta.url)
nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE || fileURLToPath(kept))
const { createProgram } = await import(fromSource ? source.href : '../dist/cli/program.js')
// The console is bundled by a tool of the repository. A published server has the bundle instead.
const buildConsole = async () => (await import('../../../tools/build/console.ts')).buildConsole()
await createProgram(fromSource ? { buildConsole } : {}).parseAsync()
