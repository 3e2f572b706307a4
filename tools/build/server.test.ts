import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { freePort } from '../../packages/server/test/free-port.ts'
import { writeConsole } from './console.ts'
import { bundleLibrary } from './library.ts'

// The server as it is packed, beside nothing but the packages that it names: everything else runs it from its sources.

const root = join(import.meta.dirname, '../..')
const sources = join(root, 'packages/server')
const { files, dependencies } = JSON.parse(readFileSync(join(sources, 'package.json'), 'utf8')) as {
  readonly files: readonly string[]
  readonly dependencies: Readonly<Record<string, string>>
}

let folder: string
let program: string
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-packed-'))
  const modules = join(folder, 'node_modules')
  const server = join(modules, 'latchkey-server')
  program = join(server, 'bin/latchkey.js')
  for (const name of ['package.json', ...files.filter((name) => name !== 'dist')])
    cpSync(join(sources, name), join(server, name), { recursive: true })
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const settings = join(sources, 'tsconfig.build.json')
  execFileSync(process.execPath, [compiler, '-p', settings, '--outDir', join(server, 'dist')])
  writeConsole(join(server, 'dist/console'))
  const library = join(modules, 'latchkey')
  mkdirSync(library)
  cpSync(join(root, 'packages/latchkey/package.json'), join(library, 'package.json'))
  await bundleLibrary(join(library, 'dist/node'))
  for (const name of Object.keys(dependencies).filter((name) => name !== 'latchkey')) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
})
after(() => rmSync(folder, { recursive: true, force: true }))

/** The environment of a stranger, who has no sources. */
const environment = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env.PATH,
  HOME: folder,
  LATCHKEY_DATA: join(folder, 'data'),
  ...more,
})

test('it serves its interface, and every file that its pages name', async (t) => {
  const [port, mqttPort] = [await freePort(), await freePort()]
  const env = environment({ LATCHKEY_PORT: `${port}`, LATCHKEY_MQTT_PORT: `${mqttPort}` })
  const child = spawn(process.execPath, [program, 'start', '--dev'], { cwd: folder, env })
  t.after(() => ended(child))
  const said: string[] = []
  for await (const line of createInterface(child.stdout)) {
    said.push(line)
    if (line.startsWith('The interface is described at')) break
  }
  child.stdout.resume()
  const issuer = `http://127.0.0.1:${port}`
  const ask = async (path: string, init?: RequestInit) => {
    const answer = await fetch(issuer + path, init)
    return { status: answer.status, text: await answer.text() }
  }
  for (const page of ['/console', '/debugger', '/sign-in', '/docs']) {
    const { status, text } = await ask(page)
    assert.equal(status, 200, `${page}\n${said.join('\n')}`)
    const named = new Set(text.match(/\/console\/[\w.-]+/g))
    assert.equal(named.size > 5, page === '/console' || page === '/debugger', page)
    for (const file of named) assert.equal((await ask(file)).status, 200, file)
  }
  const [, login = ''] = /-d '(\{"username".*?\})'/.exec(said.join('\n')) ?? []
  const headers = { 'content-type': 'application/json' }
  const signedIn = await ask('/v1/login', { method: 'POST', headers, body: login })
  assert.equal(signedIn.status, 200)
  assert.ok('access_token' in JSON.parse(signedIn.text))
})

/** Commands, each of which loads other modules and other files of the package. */
const commands: Readonly<Record<string, readonly string[]>> = {
  'its version': ['--version'],
  'its interface': ['openapi'],
  'what it meets of ASVS': ['asvs'],
  'its keys': ['keys', 'list'],
  'whether the log is whole': ['activity', 'verify'],
}
for (const [name, words] of Object.entries(commands)) {
  test(`it says ${name}`, () => {
    const said = execFileSync(process.execPath, [program, ...words], {
      cwd: folder,
      env: environment(),
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    })
    assert.ok(said.length > 4, said)
  })
}

test('it has its README and the licence of the repository', () => {
  assert.equal(readFileSync(join(sources, 'LICENSE'), 'utf8'), readFileSync(join(root, 'LICENSE'), 'utf8'))
  assert.match(readFileSync(join(sources, 'README.md'), 'utf8'), /^# latchkey-server\n/)
})

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill()
  await once(child, 'exit')
}
