import { createHmac } from 'node:crypto'
import type { World } from '../world.ts'

// Standard Webhooks 1.0.0, 'Signature scheme' and 'Webhook headers'.

const prefix = 'whsec_'

/** 32 random bytes, as the standard writes them. */
export function newWebhookSecret(world: Pick<World, 'random'>): string {
  return `${prefix}${world.random(32).toString('base64')}`
}

/** One attempt to deliver a message. */
export interface Attempt {
  readonly id: string
  readonly atMs: number
  readonly body: string
}

/** The headers of an attempt: the id is that of the message, the time and the signatures are of the attempt. */
export function signedHeaders(
  { id, atMs, body }: Attempt,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(atMs / 1000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
