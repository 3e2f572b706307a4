import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import {
  createServer as createTcpServer,
  getDefaultAutoSelectFamily,
  type Server,
  type Socket,
  setDefaultAutoSelectFamily,
} from 'node:net'
import { type TestContext, test } from 'node:test'
import { parseNetwork } from '../addresses/networks.ts'
import { createOutbound, isRedirect, isSuccess, type Resolve } from './outbound.ts'

const loopback = [parseNetwork('127.0.0.0/8') ?? assert.fail()]
const here: Resolve = async () => [{ address: '127.0.0.1', family: 4 }]

async function listening(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : assert.fail()
}

test('a document of the most bytes is read, whether its length is said or not', async (t) => {
  const body = 'x'.repeat(65_536)
  for (const length of [{ 'content-length': body.length }, { 'transfer-encoding': 'chunked' }]) {
    const headers = { ...length, 'content-encoding': 'identity' }
    const port = await listening(
      t,
      createServer((_, response) => response.writeHead(200, headers).end(body)),
    )
    const answer = await createOutbound({ networks: loopback }).get(`http://127.0.0.1:${port}/`)
    assert.equal(answer.kind === 'answered' && answer.body.length, body.length)
  }
})

test('a document is read, with the life that its server gives it', async (t) => {
  for (const [header, maxAgeSeconds] of [
    [undefined, undefined],
    ['max-age=60', 60],
    ['public, MAX-AGE=7, must-revalidate', 7],
    ['s-maxage=60', undefined],
    ['no-store', 0],
    ['no-cache, max-age=60', 0],
  ] as const) {
    const port = await listening(
      t,
      createServer((_, response) => {
        if (header) response.setHeader('cache-control', header)
        response.end('{}')
      }),
    )
    const answer = await createOutbound({ networks: loopback }).get(`http://127.0.0.1:${port}/`)
    assert.deepEqual(answer, { kind: 'answered', body: Buffer.from('{}'), maxAgeSeconds })
  }
})

const wrong: readonly (readonly [what: string, listener: RequestListener, fault: string])[] = [
  ['a redirect', (_, r) => r.writeHead(302, { location: '/other' }).end(), 'redirected'],
  [
    'a redirect that keeps the method',
    (_, r) => r.writeHead(308, { location: '/other' }).end(),
    'redirected',
  ],
  ['status 404', (_, r) => r.writeHead(404).end('{}'), 'status_unexpected'],
  ['status 206', (_, r) => r.writeHead(206).end('{}'), 'status_unexpected'],
  ['status 500', (_, r) => r.writeHead(500).end('{}'), 'status_unexpected'],
  ['a long document', (_, r) => r.end('x'.repeat(65_537)), 'too_large'],
  [
    'a length that is too long',
    (_, r) => r.writeHead(200, { 'content-length': '99999999' }).flushHeaders(),
    'too_large',
  ],
  [
    'a long document in pieces',
    (_, r) => void [r.write('x'.repeat(60_000)), r.end('x'.repeat(60_000))],
    'too_large',
  ],
  [
    'an encoded document',
    (_, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    'encoding_unexpected',
  ],
  ['silence', () => {}, 'timed_out'],
  ['a document that never ends', (_, r) => void r.write('{'), 'timed_out'],
  ['a broken connection', (request) => request.socket.destroy(), 'connection_failed'],
]
for (const [what, listener, fault] of wrong) {
  test(`refuses ${what}: ${fault}`, async (t) => {
    let requests = 0
    const server = createServer((request, response) => {
      requests += 1
      listener(request, response)
    })
    const port = await listening(t, server)
    const timeoutMs = fault === 'timed_out' ? 100 : 5_000
    const answer = await createOutbound({ networks: loopback, timeoutMs }).get(`http://127.0.0.1:${port}/`)
    assert.equal(answer.kind === 'failed' && answer.fault, fault)
    assert.equal(requests, 1)
  })
}

test('what is longer by one byte is refused, and what is as long is read', async (t) => {
  const port = await listening(
    t,
    createServer(({ url }, response) => response.end('x'.repeat(Number(url?.slice(1))))),
  )
  const get = (length: number) =>
    createOutbound({ networks: loopback }).get(`http://127.0.0.1:${port}/${length}`)
  assert.equal((await get(65_536)).kind, 'answered')
  assert.equal((await get(65_537)).kind, 'failed')
})

test('the connection goes to the address that was checked, with the name of the URL, and the name is resolved once', async (t) => {
  const hosts: (string | undefined)[] = []
  const port = await listening(
    t,
    createServer(({ headers }, response) => {
      hosts.push(headers.host)
      response.end('{}')
    }),
  )
  let asked = 0
  // Public the first time, and of this machine when it would be asked again.
  const resolve: Resolve = async () => {
    asked += 1
    return [{ address: asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }]
  }
  const answer = await createOutbound({ networks: loopback, resolve }).get(`http://localhost:${port}/`)
  assert.equal(answer.kind, 'answered')
  assert.equal(asked, 1)
  assert.deepEqual(hosts, [`localhost:${port}`])
})

const addresses: readonly (readonly [what: string, resolved: readonly string[], fault: string])[] = [
  ['a private address', ['10.0.0.1'], 'address_not_allowed'],
  ['a private address beside a public one', ['1.1.1.1', '192.168.0.1'], 'address_not_allowed'],
  ['loopback', ['127.0.0.1'], 'address_not_allowed'],
  ['loopback of IPv6', ['::1'], 'address_not_allowed'],
  ['a mapped private address', ['::ffff:10.0.0.1'], 'address_not_allowed'],
  ['the metadata of a cloud', ['169.254.169.254'], 'address_not_allowed'],
  ['no address', [], 'name_unresolved'],
]
for (const [what, resolved, fault] of addresses) {
  test(`refuses a name of ${what}, and connects nowhere`, async () => {
    const resolve: Resolve = async () =>
      resolved.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    const answer = await createOutbound({ networks: [], resolve }).get('https://app.example/keys')
    assert.equal(answer.kind === 'failed' && answer.fault, fault)
  })
}

for (const [url, fault] of [
  ['https://127.0.0.1/', 'address_not_allowed'],
  ['https://[::1]/', 'address_not_allowed'],
  ['https://0x7f.1/', 'address_not_allowed'],
  ['https://2130706433/', 'address_not_allowed'],
  ['https://[::ffff:7f00:1]/', 'address_not_allowed'],
  ['http://127.0.0.1/', 'url_not_allowed'],
  ['https://a:b@app.example/', 'url_not_allowed'],
] as const) {
  test(`refuses ${url}: ${fault}`, async () => {
    const resolve: Resolve = () => assert.fail('no name is resolved')
    const answer = await createOutbound({ networks: [], resolve }).get(url)
    assert.equal(answer.kind === 'failed' && answer.fault, fault)
  })
}

test('plain http goes to this machine only, whatever localhost is said to be and whatever is listed', async () => {
  const everything = [parseNetwork('0.0.0.0/0') ?? assert.fail()]
  const resolve: Resolve = async () => [{ address: '1.1.1.1', family: 4 }]
  const answer = await createOutbound({ networks: everything, resolve }).get('http://localhost/')
  assert.equal(answer.kind === 'failed' && answer.fault, 'address_not_allowed')
})

test('a name that does not resolve, or takes too long, is told so', async () => {
  const failing: Resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }))
  const answer = await createOutbound({ networks: [], resolve: failing }).get('https://app.example/')
  assert.deepEqual(answer, { kind: 'failed', fault: 'name_unresolved', detail: 'ENOTFOUND' })
  const hanging = { networks: [], resolve: () => new Promise<never>(() => {}), timeoutMs: 50 }
  const late = await createOutbound(hanging).get('https://app.example/')
  assert.equal(late.kind === 'failed' && late.fault, 'timed_out')
})

test('nothing is sent to an address that is found when the time is over', async (t) => {
  const server = createTcpServer(() => assert.fail('somebody connected'))
  const port = await listening(t, server)
  const resolved = Promise.withResolvers<Awaited<ReturnType<Resolve>>>()
  const outbound = createOutbound({ networks: loopback, resolve: () => resolved.promise, timeoutMs: 20 })
  const late = await outbound.get(`http://localhost:${port}/`)
  assert.equal(late.kind === 'failed' && late.fault, 'timed_out')
  resolved.resolve(await here('localhost'))
  // A connection that comes after this one would have been begun later.
  const after = createOutbound({ networks: loopback, resolve: here, timeoutMs: 5_000 })
  server.removeAllListeners('connection').on('connection', (socket: Socket) => void socket.destroy())
  const answer = await after.get(`http://localhost:${port}/`)
  assert.equal(answer.kind, 'failed')
})

test('where one address is tried alone it is the first that was checked', async (t) => {
  const isUsual = getDefaultAutoSelectFamily()
  t.after(() => setDefaultAutoSelectFamily(isUsual))
  setDefaultAutoSelectFamily(false)
  const port = await listening(
    t,
    createServer((_, response) => response.end('{}')),
  )
  const resolve: Resolve = async () => ['127.0.0.1', '127.0.0.9'].map((address) => ({ address, family: 4 }))
  const answer = await createOutbound({ networks: loopback, resolve }).get(`http://localhost:${port}/`)
  assert.equal(answer.kind, 'answered')
})

test('no proxy of the environment is asked', async (t) => {
  const proxied = createTcpServer(() => assert.fail('the proxy was asked'))
  const proxy = `http://127.0.0.1:${await listening(t, proxied)}`
  const port = await listening(
    t,
    createServer((_, response) => response.end('{}')),
  )
  const program = `
    import { createOutbound } from ${JSON.stringify(new URL('./outbound.ts', import.meta.url).href)}
    import { parseNetwork } from ${JSON.stringify(new URL('../addresses/networks.ts', import.meta.url).href)}
    const outbound = createOutbound({ networks: [parseNetwork('127.0.0.0/8')] })
    console.log((await outbound.get('http://127.0.0.1:${port}/')).kind)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy, http_proxy: proxy, NO_PROXY: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  await once(child, 'close')
  assert.equal(Buffer.concat(said).toString().trim(), 'answered')
})

const statuses: readonly (readonly [what: string, listener: RequestListener, answer: string | number])[] = [
  ['200', (_, r) => r.end(), 200],
  ['204', (_, r) => r.writeHead(204).end(), 204],
  ['410', (_, r) => r.writeHead(410).end('gone'), 410],
  ['500', (_, r) => r.writeHead(500).end(), 500],
  ['a long answer', (_, r) => r.end('x'.repeat(9_999_999)), 200],
  ['an answer that never ends', (_, r) => void r.write('{'), 200],
  ['a redirect', (_, r) => r.writeHead(307, { location: 'http://127.0.0.1/' }).end(), 'redirected'],
  ['silence', () => {}, 'timed_out'],
  ['a broken connection', (request) => request.socket.destroy(), 'connection_failed'],
]
for (const [what, listener, expected] of statuses) {
  test(`sends a body once, and tells of ${what}: ${expected}`, async (t) => {
    const bodies: string[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        bodies.push(`${request.method} ${request.headers['webhook-id']} ${body}`)
        listener(request, response)
      })
    })
    const port = await listening(t, server)
    const outbound = createOutbound({
      networks: loopback,
      postTimeoutMs: expected === 'timed_out' ? 100 : 5_000,
    })
    const posted = { headers: { 'webhook-id': 'msg_1' }, body: '{"a":"ä"}' }
    const answer = await outbound.post(`http://127.0.0.1:${port}/`, posted)
    assert.equal(answer.kind === 'answered' ? answer.status : answer.fault, expected)
    assert.deepEqual(bodies, ['POST msg_1 {"a":"ä"}'])
  })
}

const asked: readonly (readonly [
  what: string,
  listener: RequestListener,
  answer: readonly [number, string] | string,
])[] = [
  ['200', (_, r) => r.end('{"a":1}'), [200, '{"a":1}']],
  ['400', (_, r) => r.writeHead(400).end('{"error":"x"}'), [400, '{"error":"x"}']],
  ['64 KiB', (_, r) => r.end('x'.repeat(65_536)), [200, 'x'.repeat(65_536)]],
  ['one byte more', (_, r) => r.end('x'.repeat(65_537)), 'too_large'],
  [
    'one byte more in pieces',
    (_, r) => {
      r.write('x'.repeat(65_536))
      r.end('x')
    },
    'too_large',
  ],
  ['an answer that never ends', (_, r) => void r.write('{'), 'timed_out'],
  ['a redirect', (_, r) => r.writeHead(307, { location: 'http://127.0.0.1/' }).end(), 'redirected'],
  [
    'something compressed',
    (_, r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
    'encoding_unexpected',
  ],
  ['silence', () => {}, 'timed_out'],
  ['a broken connection', (request) => request.socket.destroy(), 'connection_failed'],
]
for (const [what, listener, expected] of asked) {
  test(`asks by a body and reads the answer: ${what}`, async (t) => {
    const port = await listening(t, createServer(listener))
    const outbound = createOutbound({ networks: loopback, timeoutMs: expected === 'timed_out' ? 100 : 5_000 })
    const answer = await outbound.ask(`http://127.0.0.1:${port}/`, { headers: { 'x-a': 'b' }, body: 'a=b' })
    const found = answer.kind === 'answered' ? [answer.status, answer.body.toString()] : answer.fault
    assert.deepEqual(found, expected)
  })
}

test('asks no name of an address inside', async () => {
  const resolve: Resolve = async () => [{ address: '10.0.0.1', family: 4 }]
  const answer = await createOutbound({ networks: [], resolve }).ask('https://id.example/', {
    headers: {},
    body: '',
  })
  assert.equal(answer.kind === 'failed' && answer.fault, 'address_not_allowed')
})

for (const address of ['10.0.0.1', '127.0.0.1', '::1', '169.254.169.254']) {
  test(`sends nothing to a name of ${address}`, async () => {
    const resolve: Resolve = async () => [{ address, family: address.includes(':') ? 6 : 4 }]
    const answer = await createOutbound({ networks: [], resolve }).post('https://hook.example/', {
      headers: {},
      body: '{}',
    })
    assert.equal(answer.kind === 'failed' && answer.fault, 'address_not_allowed')
  })
}

const noOpenssl = spawnSync('openssl', ['version']).error !== undefined && 'openssl is not installed'

test('over https a certificate that nobody vouches for is refused, before a request is sent', {
  skip: noOpenssl,
}, async (t) => {
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=app.example -keyout - -out -'
  const pem = spawnSync('openssl', request.split(' ')).stdout.toString()
  const at = pem.indexOf('-----BEGIN CERTIFICATE')
  const certificate = { cert: pem.slice(at), key: pem.slice(0, at) }
  const port = await listening(
    t,
    createHttpsServer(certificate, () => assert.fail('a request came')),
  )
  const answer = await createOutbound({ networks: loopback, resolve: here }).get(
    `https://app.example:${port}/`,
  )
  assert.deepEqual(answer, {
    kind: 'failed',
    fault: 'connection_failed',
    detail: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  })
})

for (const [status, isGood, leadsOn] of [
  [199, false, false],
  [200, true, false],
  [299, true, false],
  [300, false, true],
  [399, false, true],
  [400, false, false],
] as const) {
  test(`${status} is ${isGood ? 'a success' : leadsOn ? 'a redirect' : 'neither a success nor a redirect'}`, () => {
    assert.deepEqual([isSuccess(status), isRedirect(status)], [isGood, leadsOn])
  })
}
