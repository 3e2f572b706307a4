import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { freePort } from '../../test/free-port.ts'
import { eventually } from '../../test/second-app.ts'
import { type HttpListener, listenHttp } from '../http/listener.ts'
import { device } from './events.ts'

const nginx = '/usr/sbin/nginx'

describe('the tail behind nginx with its default settings', {
  skip: existsSync(nginx) ? false : 'needs the Debian package nginx',
}, () => {
  let app: TestApp
  let listener: HttpListener
  let proxy: ChildProcess
  let directory: string
  let port: number
  let token: string
  before(async () => {
    app = await openTestApp('sqlite')
    token = (await app.signedIn('root', 'administrator')).token
    listener = await listenHttp(app.app.edge, '127.0.0.1', 0)
    port = await freePort()
    directory = mkdtempSync(join(tmpdir(), 'latchkey-nginx-'))
    writeFileSync(join(directory, 'nginx.conf'), configuration(directory, port, listener.port))
    proxy = spawn(nginx, ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', 'stderr'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await eventually(() =>
      fetch(`http://127.0.0.1:${port}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
  })
  after(async () => {
    const isOver = once(proxy, 'exit')
    proxy.kill('SIGTERM')
    await isOver
    await listener.stop(0)
    await app.close()
    rmSync(directory, { recursive: true, force: true })
  })

  async function open(headers: Record<string, string> = {}) {
    const leave = new AbortController()
    const answer = await fetch(`http://127.0.0.1:${port}/v1/activity/tail?event=device.state`, {
      headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip', ...headers },
      signal: leave.signal,
    })
    let text = ''
    const read = (async () => {
      for await (const chunk of (answer.body ?? assert.fail()).pipeThrough(new TextDecoderStream()))
        text += chunk
    })().catch(() => {})
    return {
      answer,
      text: () => text,
      async leave() {
        leave.abort()
        await read
      },
    }
  }
  const record = (target: string) => app.app.activity.recordAlone({}, 'device.state', device(target))

  test('brings each event as it comes: nothing is gathered until a buffer is full', async () => {
    const stream = await open()
    assert.equal(stream.answer.status, 200)
    assert.equal(stream.answer.headers.get('content-encoding'), null)
    assert.match(stream.answer.headers.get('cache-control') ?? '', /no-transform/)
    await eventually(() => stream.text().includes('event: open'))
    for (const target of ['one', 'two', 'three']) {
      await record(target)
      await eventually(() => stream.text().includes(`"${target}"`))
    }
    await stream.leave()
  })

  test('goes on behind the last event when the connection was cut', async () => {
    const first = await record('had')
    await record('missed')
    const stream = await open({ 'last-event-id': first })
    await eventually(() => stream.text().includes('"missed"'))
    assert.ok(!stream.text().includes('"had"'))
    await stream.leave()
  })

  test('ends at the server when the reader leaves nginx', async () => {
    const stream = await open()
    await eventually(() => stream.text().includes('event: open'))
    await stream.leave()
    await eventually(async () => {
      await record('somebody there?')
      return app.app.streams.size === 0
    })
  })
})

/** The settings of Debian's nginx.conf that change an answer, and a location that sets nothing but where to. */
function configuration(directory: string, port: number, upstream: number): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `daemon off;
worker_processes 1;
pid ${directory}/pid;
events {}
http {
  access_log off;
  gzip on;
  default_type application/octet-stream;
  ${paths.map((name) => `${name}_temp_path ${directory}/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://127.0.0.1:${upstream}; }
  }
}
`
}
