import {
  type Client,
  type ClientOptions,
  connect,
  Refused,
} from '../../../packages/server/src/mqtt/client.ts'

type Protocol = NonNullable<ClientOptions['protocol']>

function open(port: number, protocol: Protocol, username: string, password: string): Promise<Client> {
  const clientId = `test${Math.random().toString(36).slice(2)}`
  return connect({ host: '127.0.0.1', port, protocol, clientId, username, password, timeoutMs: 10_000 })
}

/** Whether a broker lets somebody in. */
export async function connects(
  port: number,
  protocol: Protocol,
  username: string,
  password: string,
): Promise<boolean> {
  try {
    await (await open(port, protocol, username, password)).end()
    return true
  } catch (error) {
    if (error instanceof Refused) return false
    throw error
  }
}

/** Whether a broker takes a message of somebody on a topic. */
export async function publishes(
  port: number,
  username: string,
  password: string,
  topic: string,
  protocol: Protocol = 5,
): Promise<boolean> {
  const client = await open(port, protocol, username, password)
  try {
    await client.publish(topic, '{}', { qos: 1 })
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

interface Delivery {
  readonly port: number
  readonly username: string
  readonly password: string
  readonly topic: string
  readonly filter: string
}

/** Whether somebody gets, by MQTT 3.1.1, what they have published. A message that is permitted follows it, so that nobody has to wait. */
export async function received({ port, username, password, topic, filter }: Delivery): Promise<boolean> {
  const messages: string[] = []
  const last = Promise.withResolvers<void>()
  const client = await connect({
    ...{ host: '127.0.0.1', port, protocol: 4, clientId: 'listener', username, password },
    onMessage({ payload }) {
      messages.push(String(payload))
      if (messages.at(-1) === 'last') last.resolve()
    },
  })
  try {
    await client.subscribe(filter, 0)
    await client.publish(topic, 'first', { qos: 1 })
    await client.publish(filter, 'last', { qos: 1 })
    await last.promise
    return messages.includes('first')
  } finally {
    await client.end()
  }
}
