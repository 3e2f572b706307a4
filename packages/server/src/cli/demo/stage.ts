import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Client } from '../../mqtt/client.ts'

/** Somebody who has signed in. */
export interface Person {
  readonly username: string
  readonly password: string
  token: string
  sessionId: string
}

/** Everything the story is played with: real processes and what they have said. */
export interface Stage {
  readonly directory: string
  readonly httpPort: number
  readonly mqttPort: number
  readonly issuer: string
  readonly adminPassword: string
  /** Filled in as the story goes. A step that comes too early says so. */
  readonly people: Map<'admin' | 'ada' | 'ben', Person>
  uid: string
  device: Actor | undefined
  service: Actor | undefined
  serviceUrl: string
  readonly clients: Client[]
  /** Start the server as its own process; resolves with its first-administrator link once it answers. */
  startServer(): Promise<string>
  startActor(name: 'device' | 'service'): Actor
  close(): Promise<void>
  kill(): void
}

export interface Step {
  readonly title: string
  /** Plays the step and returns what it proved. Throws where it does not hold. */
  play(stage: Stage): Promise<string>
}

/** A process of its own that does one thing at a time when told. */
export interface Actor {
  readonly pid: number
  /** Ask for something and wait for the answer. */
  ask(request: string, argument?: object): Promise<Record<string, unknown>>
  end(): Promise<void>
}

export async function openStage(directory: string): Promise<Stage> {
  const [httpPort, mqttPort] = await Promise.all([freePort(), freePort()])
  const issuer = `http://127.0.0.1:${httpPort}`
  const children: ChildProcess[] = []
  const clients: Client[] = []

  return {
    directory,
    httpPort,
    mqttPort,
    issuer,
    adminPassword: 'a lamp, a latch and a key',
    people: new Map(),
    uid: '',
    device: undefined,
    service: undefined,
    serviceUrl: '',
    clients,
    async startServer() {
      const child = spawn(process.execPath, [...process.execArgv, programFile(), 'start'], {
        env: {
          ...process.env,
          LATCHKEY_DATA: `${directory}/data`,
          LATCHKEY_PORT: String(httpPort),
          LATCHKEY_MQTT_PORT: String(mqttPort),
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      for await (const line of createInterface({ input: child.stdout })) {
        const link = /https?:\S+\/invitations\/\S+/.exec(line)?.[0]
        if (link) return link
      }
      throw new Error('the server ended before it listened')
    },
    startActor(name) {
      const child = fork(
        fileURLToPath(new URL(`./${name}${import.meta.url.slice(-3)}`, import.meta.url)),
        [],
        {
          serialization: 'advanced',
        },
      )
      children.push(child)
      return actorOf(child)
    },
    async close() {
      await Promise.all(clients.map((client) => client.end().catch(() => {})))
      // The server last, so that what the others say goodbye to is still there.
      for (const child of [...children].reverse()) await endChild(child)
    },
    kill() {
      for (const child of children) child.kill('SIGKILL')
    },
  }
}

function actorOf(child: ChildProcess): Actor {
  return {
    pid: child.pid ?? 0,
    async ask(request, argument = {}) {
      const answered = once(child, 'message')
      const ended = once(child, 'exit').then(([code]) => {
        throw new Error(`the process ended with status ${code}`)
      })
      child.send({ request, ...argument })
      const [answer] = (await Promise.race([answered, ended])) as [Record<string, unknown>]
      if (typeof answer.error === 'string') throw new Error(answer.error)
      return answer
    },
    end: () => endChild(child),
  }
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

function programFile(): string {
  return fileURLToPath(new URL('../../../bin/latchkey.js', import.meta.url))
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no port is free')
  return address.port
}
