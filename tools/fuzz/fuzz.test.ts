import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { test } from 'node:test'
import { listenOn } from '../../packages/latchkey/test/guard/conformance.ts'
import { exchange, faultOf } from '../../packages/latchkey/test/guard/hostile-exchange.ts'
import { assertions } from './assertions.ts'
import { authorization } from './authorization.ts'

const asking = (path: string, value = 'Bearer abcdefghijklmnop', method = 'GET') =>
  `${method} ${path} HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: ${value}\r\n\r\n`

/** What a run of the fuzzer has to notice, or must not take for a fault. */
const servers: readonly {
  readonly name: string
  readonly listener: RequestListener
  readonly request?: string
  readonly fault: RegExp | undefined
}[] = [
  {
    name: 'a failure',
    listener: (_request, response) => void response.writeHead(500).end(),
    fault: /^status 500$/,
  },
  {
    name: 'a failure of a gateway, in chunks',
    listener: (_request, response) => {
      response.writeHead(502)
      response.write('not')
      response.end(' there')
    },
    fault: /^status 502$/,
  },
  {
    name: 'a token in a body',
    listener: (request, response) => void response.end(`who is ${request.headers.authorization}?`),
    fault: /^repeats "abcdefghijklmnop"$/,
  },
  {
    name: 'a token in a header',
    listener: (request, response) =>
      void response.writeHead(401, { 'x-was': request.headers.authorization }).end(),
    fault: /^repeats/,
  },
  {
    name: 'the query, in chunks',
    listener: (request, response) => {
      response.write('you asked for ')
      response.end(request.url)
    },
    request: asking('/me?t=qrstuvwxyz0123'),
    fault: /^repeats "qrstuvwxyz0123"$/,
  },
  {
    name: 'nothing, in an answer to HEAD',
    listener: (_request, response) => void response.writeHead(401, { 'content-length': '10' }).end(),
    request: asking('/me', 'Bearer abcdefghijklmnop', 'HEAD'),
    fault: undefined,
  },
  {
    name: 'nothing, in a short path',
    listener: (_r, response) => void response.end('/me'),
    fault: undefined,
  },
]

for (const { name, listener, request = asking('/me'), fault } of servers) {
  test(`a run of the fuzzer notices ${name}`, async (t) => {
    const url = await listenOn(t, createServer(listener))
    const found: (string | undefined)[] = []
    await exchange(url, [request, request], (sent, answer) => found.push(faultOf(sent, answer)))
    // Both, so what came before did not shift what came after.
    assert.equal(found.length, 2)
    for (const one of found) {
      if (fault === undefined) assert.equal(one, undefined)
      else assert.match(one ?? '', fault)
    }
  })
}

test('a server that hangs up is told with the request that it did not answer', async (t) => {
  const listener: RequestListener = (request, response) => {
    if (request.url === '/crash') request.socket.destroy()
    else response.end()
  }
  const url = await listenOn(t, createServer(listener))
  let judged = 0
  const requests = [asking('/me'), asking('/crash'), asking('/me')]
  await assert.rejects(
    exchange(url, requests, () => judged++),
    /not answered: "GET \/crash /,
  )
  assert.equal(judged, 1)
})

test('parameters to the authorization server are answered, and nothing is given for them', async () => {
  const outcomes = new Set<string>()
  await authorization.run({ count: 600, seed: 7, inFlight: [], tell: (outcome) => outcomes.add(outcome) })
  for (const status of ['200', '303', '400', '401']) assert.ok(outcomes.has(status), status)
})

test('assertions are accepted if they are valid, and only then', async () => {
  const outcomes: string[] = []
  await assertions.run({ count: 500, seed: 7, inFlight: [], tell: (outcome) => outcomes.push(outcome) })
  assert.equal(outcomes.length, 500)
  assert.deepEqual([...new Set(outcomes)].sort(), ['200', '400', '401'])
})

const fuzz = (...args: string[]) =>
  spawnSync(process.execPath, ['--conditions=latchkey-source', 'tools/fuzz/fuzz.ts', ...args], {
    encoding: 'utf8',
  })
const skip = existsSync('examples/frameworks/node_modules')
  ? false
  : 'the frameworks are not installed: npm ci --prefix examples/frameworks'

test('npm run fuzz says the seed, which gives the same run again', { skip }, () => {
  const once = fuzz('--count', '500', '--only', 'verifier', '--only', 'node')
  assert.equal(once.status, 0, once.stderr)
  const [, seed = ''] = /seed (\d+)/.exec(once.stdout) ?? []
  const outcomes = (text: string) => [...text.matchAll(/; (.*)$/gm)].map(([, found]) => found)
  const again = fuzz('--count', '500', '--seed', seed, '--only', 'verifier', '--only', 'node')
  assert.deepEqual(outcomes(again.stdout), outcomes(once.stdout))
  assert.equal(outcomes(once.stdout).length, 2)
})

for (const args of [
  ['--only', 'nobody'],
  ['--count', '-1'],
  ['--count', 'many'],
  ['--seed', '1.5'],
]) {
  test(`npm run fuzz ${args.join(' ')} is wrong use, and says what is right`, { skip }, () => {
    const { status, stdout } = fuzz(...args)
    assert.equal(status, 2)
    assert.match(stdout, /--only, more than once if need be: node, fetch, express/)
  })
}
