import type { TestContext } from 'node:test'
import { createSigner, generateKey, type PrivateKey, publicKeyOf, thumbprint, toJwk } from 'latchkey/token'
import type { ActivityEvent } from '../src/activity/events.ts'
import type { Database } from '../src/database/database.ts'
import { type Client, type ClientOptions, connect } from '../src/mqtt/client.ts'
import type { Message } from '../src/mqtt/codec/packets.ts'
import { listen } from '../src/mqtt/listener.ts'
import { openTestApp, type SignedIn, type TestApp } from './app.ts'

/** A client that remembers what it is sent. */
export interface Listening extends Client {
  readonly messages: Message[]
  /** Resolves with the first message of this topic that has come or comes. */
  heard(topic: string): Promise<Message>
}

export interface Lamp {
  readonly uid: string
  readonly key: PrivateKey
  readonly kid: string
  /** A token that it signs itself; claims given here stand in place of the good ones. */
  token(claims?: Readonly<Record<string, unknown>>, key?: PrivateKey): string
  connect(options?: Partial<ClientOptions>): Promise<Listening>
}

/** The whole product with its MQTT port, an administrator, and as many lamps and people as a test wants. */
export interface Home extends TestApp {
  readonly admin: SignedIn
  readonly port: number
  /** Everything that was written down, in this order. */
  readonly events: ActivityEvent[]
  /** Resolves when so many events matched, from the beginning of the home on. */
  written(match: Partial<ActivityEvent>, count?: number): Promise<ActivityEvent[]>
  lamp(key?: PrivateKey): Promise<Lamp>
  /** A lamp that this person has claimed by the code it showed. */
  lampOf(owner: SignedIn): Promise<Lamp>
  claim(owner: SignedIn, lamp: Lamp): Promise<void>
  connect(options: Partial<ClientOptions>): Promise<Listening>
  /** Connect as a person, with their access token. */
  app5(person: { readonly token: string }, options?: Partial<ClientOptions>): Promise<Listening>
}

export const newKey = (algorithm: 'ES256' | 'EdDSA' | 'RS256' = 'ES256') =>
  generateKey(algorithm) as PrivateKey // these are not symmetric

export const publicJwk = (key: PrivateKey) => ({ ...toJwk(publicKeyOf(key)) })

export async function openHome(
  engine: Database['engine'] = 'sqlite',
  settings: Readonly<Record<string, string>> = {},
): Promise<Home> {
  const house = await openTestApp(engine, settings)
  const { app, world, call } = house
  const events: ActivityEvent[] = []
  let look = () => {}
  const stopFollowing = app.activity.follow((event) => {
    events.push(event)
    look()
  })
  const listener = await listen(app.connections.broker, { host: '127.0.0.1', port: 0 })
  const clients: Client[] = []
  const admin = await house.signedIn('admin', 'administrator')

  async function connectClient(options: Partial<ClientOptions>): Promise<Listening> {
    const messages: Message[] = []
    const waiting = new Map<string, (message: Message) => void>()
    const client = await connect({
      host: '127.0.0.1',
      port: listener.port,
      ...options,
      onMessage(message) {
        messages.push(message)
        waiting.get(message.topic)?.(message)
        options.onMessage?.(message)
      },
    })
    clients.push(client)
    return Object.assign(client, {
      messages,
      heard: (topic: string) =>
        new Promise<Message>((resolve) => {
          const already = messages.find((message) => message.topic === topic)
          if (already) resolve(already)
          else waiting.set(topic, resolve)
        }),
    })
  }

  async function lamp(key = newKey()): Promise<Lamp> {
    const body = { name: 'a lamp', product: 'lamp', key: publicJwk(key) }
    const answer = await call('POST', '/v1/devices', { token: admin.token, body })
    if (answer.status !== 201) throw new Error(answer.text)
    const { uid } = answer.body
    const token: Lamp['token'] = (claims = {}, signingKey = key) =>
      createSigner({
        key: signingKey,
        type: 'device+jwt',
        issuer: uid,
        subject: uid,
        audience: app.config.audience,
        expiresIn: 3600,
        now: world.now,
      })(claims)
    return {
      ...{ uid, key, token, kid: thumbprint(key) },
      connect: (options = {}) =>
        connectClient({ clientId: uid, username: uid, password: token(), ...options }),
    }
  }

  async function claim(owner: SignedIn, { uid, token }: Lamp): Promise<void> {
    const { body } = await call('POST', `/v1/devices/${uid}/claim`, { token: token() })
    const claimed = await call('POST', '/v1/devices/claims', {
      token: owner.token,
      body: { uid, code: body.code },
    })
    if (claimed.status !== 201) throw new Error(claimed.text)
  }

  return {
    ...house,
    ...{ admin, port: listener.port, events, lamp, claim, connect: connectClient },
    written: (match, count = 1) =>
      new Promise((resolve) => {
        const wanted = Object.entries(match) as [keyof ActivityEvent, unknown][] // keys of what was given
        const before = look
        look = () => {
          before()
          const found = events.filter((event) => wanted.every(([name, value]) => event[name] === value))
          if (found.length >= count) resolve(found)
        }
        look()
      }),
    async lampOf(owner) {
      const made = await lamp()
      await claim(owner, made)
      return made
    },
    app5: ({ token }, options = {}) => connectClient({ password: token, username: 'app', ...options }),
    async close() {
      for (const client of clients) void client.end()
      await listener.close()
      await house.close()
      stopFollowing()
    },
  }
}

/** A home for one test. */
export async function home(t: TestContext, engine?: Database['engine']): Promise<Home> {
  const opened = await openHome(engine)
  t.after(() => opened.close())
  return opened
}
