import { existsSync, globSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { basename, join, resolve } from 'node:path'
import { createBroker } from '../src/mqtt/broker/broker.ts'
import { type Listener, listen } from '../src/mqtt/listener.ts'

/** One packet test of Mosquitto: what is sent, what must come back, and whether the connection lives afterwards. */
export interface Flow {
  /** File, group and name; a name that a group has several times is numbered. */
  readonly name: string
  readonly file: string
  readonly version: 3 | 4 | 5
  /** Whether a good CONNECT and its CONNACK come first. */
  readonly connected: boolean
  readonly mustEnd: boolean
  readonly steps: readonly Step[]
}

export type Step =
  | { readonly kind: 'send' | 'receive'; readonly bytes: Buffer }
  | { readonly kind: 'publish'; readonly topic: string; readonly qos: 0 | 1 | 2; readonly payload: string }

/** The vectors are not ours to ship: they lie beside the repository where they are at all. Their SOURCE.md says the format. */
const directory = resolve(import.meta.dirname, '../../../../shared/vectors/mosquitto')
export const haveFlows = existsSync(directory)

interface GivenTest {
  readonly name: string
  readonly ver?: number
  readonly connect?: boolean
  readonly expect_disconnect?: boolean
  readonly msgs: readonly {
    readonly type: string
    readonly payload: string
    readonly topic?: string
    readonly qos?: 0 | 1 | 2
  }[]
}
interface GivenGroup extends Omit<GivenTest, 'name' | 'msgs'> {
  readonly group: string
  readonly tests: readonly GivenTest[]
}

export function readFlows(): Flow[] {
  const flows: Flow[] = []
  const named = new Map<string, number>()
  for (const file of globSync(join(directory, '*.json')).sort()) {
    const groups = JSON.parse(readFileSync(file, 'utf8')) as GivenGroup[] // the format of SOURCE.md
    for (const group of groups)
      for (const test of group.tests) {
        const name = `${basename(file, '.json')}: ${group.group}: ${test.name}`.replaceAll(/\s+/g, ' ').trim()
        const count = (named.get(name) ?? 0) + 1
        named.set(name, count)
        flows.push({
          file: basename(file),
          name: count === 1 ? name : `${name} (${count})`,
          version: (test.ver ?? group.ver ?? 4) as 3 | 4 | 5,
          connected: test.connect ?? group.connect ?? true,
          mustEnd: test.expect_disconnect ?? group.expect_disconnect ?? true,
          steps: test.msgs.map((message): Step => {
            if (message.type === 'external_publish')
              return {
                kind: 'publish',
                topic: message.topic!,
                qos: message.qos ?? 0,
                payload: message.payload,
              }
            return { kind: message.type === 'send' ? 'send' : 'receive', bytes: bytesOf(message.payload) }
          }),
        })
      }
  }
  return flows
}

/** The words of a payload (SOURCE.md): `i` one byte, `H k m s` two, `L` four, `r v` a variable byte integer, text, hexadecimal. */
function bytesOf(payload: string): Buffer {
  const parts: Buffer[] = []
  for (const [word, text] of payload.matchAll(/'([^']*)'|\S+/g)) {
    const value = Number(word.slice(1))
    if (text !== undefined) parts.push(Buffer.from(text))
    else if (/^i\d+$/.test(word)) parts.push(Buffer.of(value))
    else if (/^[Hkms]\d+$/.test(word)) parts.push(Buffer.of(value >> 8, value & 0xff))
    else if (/^L\d+$/.test(word)) {
      const four = Buffer.alloc(4)
      four.writeUInt32BE(value)
      parts.push(four)
    } else if (/^[rv]\d+$/.test(word)) parts.push(variableByteInteger(value))
    else if (/^([0-9a-f]{2})+$/i.test(word)) parts.push(Buffer.from(word, 'hex'))
    else throw new TypeError(`not a word of a payload: ${word}`)
  }
  return Buffer.concat(parts)
}

function variableByteInteger(value: number): Buffer {
  const bytes: number[] = []
  let left = value
  do {
    const more = left > 127
    bytes.push((left & 127) | (more ? 128 : 0))
    left = Math.floor(left / 128)
  } while (left > 0)
  return Buffer.from(bytes)
}

/** What the broker did with a flow, in one line: `as expected`, or the first thing that it did otherwise. */
export async function play(flow: Flow): Promise<string> {
  const broker = createBroker<string>({
    authority: {
      authenticate: ({ clientId }) => ({ principal: clientId, expiresAtMs: Number.POSITIVE_INFINITY }),
      maySubscribe: () => true,
      publish: (_, { retain }) => (retain ? 'retain' : 'route'),
    },
    limits: { closeTimeoutMs: 0 },
    clientsMayRetain: true,
    sweepMs: 0,
    onError: (error) => {
      throw error
    },
  })
  const listener = await listen(broker, { host: '127.0.0.1', port: 0 })
  const peer = new Peer(listener)
  try {
    return await follow(flow, peer, (step) => broker.publish(step))
  } finally {
    peer.socket.destroy()
    await listener.close()
    const closed = broker.close()
    broker.tick()
    await closed
  }
}

const goodConnect = {
  3: "10 r16 s6 'MQIsdp' 03 02 k60 s2 'me'",
  4: "10 r14 s4 'MQTT' 04 02 k60 s2 'me'",
  5: "10 r15 s4 'MQTT' 05 02 k60 00 s2 'me'",
}

async function follow(
  flow: Flow,
  peer: Peer,
  publish: (step: { topic: string; payload: string; qos: 0 | 1 | 2 }) => void,
): Promise<string> {
  if (flow.connected) {
    await peer.exchange(bytesOf(goodConnect[flow.version]))
    const connack = peer.received.shift()
    if (connack?.[0] !== 0x20 || connack[3] !== 0) return `CONNECT: ${shown(connack, flow.version)}`
  }
  for (const step of flow.steps) {
    if (step.kind === 'receive') {
      const packet = peer.received.shift()
      const [ours, theirs] = [shown(packet, flow.version), shown(step.bytes, flow.version)]
      if (ours === theirs) continue
      return `${packet ? ours : peer.isClosed ? 'an end' : 'nothing'} in place of ${theirs}`
    }
    if (step.kind === 'publish') publish(step)
    await peer.exchange(step.kind === 'send' ? step.bytes : Buffer.alloc(0))
  }
  const last = peer.received.filter(([first]) => first !== 0xe0 && first !== 0x20)
  if (last.length > 0) return `${last.map((packet) => shown(packet, flow.version)).join(', ')} besides`
  const farewell = peer.received.at(-1)
  if (peer.isClosed === flow.mustEnd) return 'as expected'
  return peer.isClosed ? `an end (${shown(farewell, flow.version)})` : 'goes on'
}

/**
 * A packet as far as it is compared, in hexadecimal. Left out are a reason in words, which is anybody's own, and the
 * properties of CONNACK, by which a broker says what it offers. That a packet is malformed (0x81) and that it breaks the
 * protocol (0x82) is said alike: many packets are both, and section 4.13 does not say which goes first.
 */
function shown(packet: Buffer | undefined, version: number): string {
  if (!packet) return ''
  const type = packet[0]!
  const body = packet.subarray(packet.findIndex((byte, at) => at > 0 && byte < 128) + 1)
  const codeAt = { 32: 1, 64: 2, 80: 2, 98: 2, 112: 2, 224: 0 }[type]
  if (codeAt === undefined) return packet.toString('hex')
  const code = body[codeAt] ?? 0
  const same = version === 5 && code === 0x82 ? 0x81 : code
  return `${type.toString(16)} ${body.subarray(0, codeAt).toString('hex')} ${same.toString(16)}`.replaceAll(
    / +/g,
    ' ',
  )
}

const pingRequest = Buffer.of(0xc0, 0)

/** A client that knows nothing but where a packet ends. */
class Peer {
  readonly socket: Socket
  readonly received: Buffer[] = []
  isClosed = false
  #bytes = Buffer.alloc(0)
  #unended = Buffer.alloc(0)
  #pongs = 0
  #look = () => {}

  constructor({ host, port }: Listener) {
    this.socket = connect({ host, port, noDelay: true })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.isClosed = true
      this.#look()
    })
    this.socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
      for (let length = packetLength(this.#bytes); length <= this.#bytes.length; ) {
        const packet = this.#bytes.subarray(0, length)
        this.#bytes = this.#bytes.subarray(length)
        if (packet[0] === 0xd0) this.#pongs += 1
        this.received.push(packet)
        length = packetLength(this.#bytes)
      }
      this.#look()
    })
  }

  /**
   * Send, and wait until everything that is answered to it is here. A PINGREQ behind it tells: the broker answers in order,
   * or closes.
   */
  async exchange(bytes: Buffer): Promise<void> {
    if (this.isClosed) return
    this.#unended = Buffer.concat([this.#unended, bytes])
    let pings = 0
    for (let length = packetLength(this.#unended); length <= this.#unended.length; ) {
      if (this.#unended[0] === 0xc0 && length === 2) pings += 1
      this.#unended = this.#unended.subarray(length)
      length = packetLength(this.#unended)
    }
    this.socket.write(bytes)
    const whole = this.#unended.length === 0
    if (whole) this.socket.write(pingRequest)
    this.#pongs = 0
    await new Promise<void>((resolve) => {
      this.#look = () => {
        if (this.isClosed || (whole && this.#pongs > pings)) resolve()
      }
      this.#look()
    })
    if (!this.isClosed) this.received.pop() // the answer to our own
  }
}

/** With its header; Infinity while that is not whole. */
function packetLength(bytes: Buffer): number {
  let length = 0
  for (let at = 1; at < bytes.length; at += 1) {
    length += (bytes[at]! & 127) * 128 ** (at - 1)
    if (bytes[at]! < 128) return 1 + at + length
  }
  return Number.POSITIVE_INFINITY
}
