import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from './config.ts'

const read = (sinks: string) => readConfig({ LATCHKEY_SINKS: sinks }, 'development').sinks

for (const [text, expected] of [
  [
    'a=syslog+tls://logs.example',
    { kind: 'syslog', isEncrypted: true, port: 6514, address: 'syslog+tls://logs.example:6514' },
  ],
  ['a=syslog+tcp://logs.example', { kind: 'syslog', isEncrypted: false, port: 601 }],
  ['a=syslog+tls://[::1]:7000?max=8192', { host: '::1', port: 7000, longest: 8192 }],
  ['a=syslog+tls://logs.example?max=1048576', { longest: 1_048_576 }],
  ['a=syslog+tls://logs.example', { longest: 65_536 }],
  [`${'a'.repeat(32)}=syslog+tls://logs.example`, { name: 'a'.repeat(32) }],
  [
    'a=json+tls://logs.example:5000?ca=/etc/ca.pem&cert=/c.pem&key=/k.pem',
    { kind: 'json', isEncrypted: true, ca: '/etc/ca.pem', cert: '/c.pem', key: '/k.pem' },
  ],
  ['a=json+tcp://logs.example:5000', { kind: 'json', isEncrypted: false, port: 5000 }],
  ['a=http://127.0.0.1/in', { kind: 'https', isEncrypted: false, port: 80 }],
  ['a=https://siem.example/in', { kind: 'https', isEncrypted: true, port: 443 }],
  ['a=file:/var/log/a.ndjson', { kind: 'file', isEncrypted: false, port: 0 }],
  [
    'a=file:/var/log/a%20b.ndjson?format=ecs',
    { kind: 'file', path: '/var/log/a b.ndjson', format: 'ecs', from: 'now' },
  ],
  ['a=file:///var/log/a.ndjson?from=start', { path: '/var/log/a.ndjson', from: 'start' }],
  [
    'a=https://siem.example/in/SECRET?channel=c&format=ocsf',
    { url: 'https://siem.example/in/SECRET?channel=c', address: 'https://siem.example:443' },
  ],
] as const) {
  test(`a sink is read: ${text}`, () => {
    const [sink] = read(text)
    for (const [name, value] of Object.entries(expected))
      assert.equal(Object.entries(sink ?? {}).find(([key]) => key === name)?.[1], value, name)
  })
}

test('there may be twenty sinks', () => {
  assert.equal(read(Array.from({ length: 20 }, (_, at) => `a${at}=file:/${at}`).join()).length, 20)
})

for (const [what, text] of [
  ['no name', 'syslog+tls://logs.example'],
  ['a name with a capital', 'A=syslog+tls://logs.example'],
  ['a long name', `${'a'.repeat(33)}=syslog+tls://logs.example`],
  ['another scheme', 'a=udp://logs.example:514'],
  ['no address', 'a='],
  ['no host', 'a=syslog+tls://'],
  ['no port where there is no usual one', 'a=json+tls://logs.example'],
  ['a path of a server', 'a=syslog+tls://logs.example/x'],
  ['a user', 'a=https://user:SECRET@siem.example/'],
  ['a fragment', 'a=https://siem.example/#SECRET'],
  ['http to another machine', 'a=http://siem.example/'],
  ['a file on another machine', 'a=file://host/var/log/x'],
  ['a folder', 'a=file:/var/log/'],
  ['a format that there is not', 'a=file:/x?format=cef'],
  ['a beginning that there is not', 'a=file:/x?from=yesterday'],
  ['an option that there is not', 'a=file:/x?fromat=ecs'],
  ['an option of another kind', 'a=file:/x?ca=/ca.pem'],
  ['a certificate without TLS', 'a=syslog+tcp://logs.example?ca=/ca.pem'],
  ['a certificate of JSON without TLS', 'a=json+tcp://logs.example:5000?ca=/ca.pem'],
  ['no port where JSON is sent without TLS', 'a=json+tcp://logs.example'],
  ['a certificate without its key', 'a=syslog+tls://logs.example?cert=/c.pem'],
  ['a file that is not a whole path', 'a=syslog+tls://logs.example?ca=ca.pem'],
  ['messages that are too short', 'a=syslog+tls://logs.example?max=8191'],
  ['messages that are too long', 'a=syslog+tls://logs.example?max=1048577'],
  ['a length that is none', 'a=syslog+tls://logs.example?max=1e5'],
  ['a name twice', 'a=file:/x,a=file:/y'],
  ['too many', Array.from({ length: 21 }, (_, at) => `a${at}=file:/x`).join()],
] as const) {
  test(`a sink is refused that has ${what}, without saying what was written`, () => {
    assert.throws(
      () => read(text),
      (error: unknown) =>
        error instanceof ConfigError && error.problems.length === 1 && !error.message.includes('SECRET'),
    )
  })
}

test('tokens of sinks are read whole, and what is none is refused without being said', () => {
  const { sinkTokens } = readConfig({ LATCHKEY_SINK_TOKENS: 'a=one=two=three,b=12345678' }, 'development')
  assert.deepEqual(sinkTokens, [
    { sink: 'a', token: 'one=two=three' },
    { sink: 'b', token: '12345678' },
  ])
  for (const text of ['SECRETSECRET', 'a=SECRET', 'A=SECRETSECRET', 'Aa=SECRETSECRET', 'a=SECRET SECRET']) {
    assert.throws(
      () => readConfig({ LATCHKEY_SINK_TOKENS: text }, 'development'),
      (error: unknown) => error instanceof ConfigError && !error.message.includes('SECRET'),
    )
  }
})
