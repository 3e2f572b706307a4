import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { JsonText } from '../../http/json-text.ts'
import { anyCaller, ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { parseJson } from '../../json.ts'
import type { DevicesGround } from '../served.ts'

const route = routesFor<DevicesGround>()
const word = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/))

export const commandDevice = route({
  id: 'commandDevice',
  method: 'POST',
  path: '/v1/devices/{uid}/commands/{method}',
  tag: 'devices',
  summary: 'Command the device and wait for its reply.',
  access: anyCaller,
  acting: true,
  apiKeys: true,
  params: v.strictObject({ uid: line(64), method: word }),
  body: v.strictObject({
    payload: v.optional(v.unknown(), null),
    timeout: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(300)), 10),
  }),
  exactBody: true,
  answers: {
    200: {
      description: 'The reply.',
      body: v.strictObject({ id: v.string(), status: v.number(), payload: v.unknown() }),
    },
  },
  refuses: [
    'device_not_found',
    'permission_missing',
    'device_offline',
    'device_not_listening',
    'device_silent',
    'command_in_flight',
  ],
  async handle({ commands }, { params: { uid, method }, body, actor }) {
    const payload = new TextEncoder().encode(JSON.stringify(body.payload))
    const sent = await commands.control(actor, { uid, method, payload, timeoutMs: body.timeout * 1000 })
    const reply = await sent.reply
    return ok({ id: reply.rid, status: reply.status, payload: readable(reply.payload) })
  },
})

/** A device may answer with anything; what is not JSON that we would take is given as text. */
function readable(payload: Uint8Array): unknown {
  const text = new TextDecoder().decode(payload)
  if (text === '') return null
  try {
    parseJson(text, 'the reply')
    return new JsonText(text)
  } catch (error) {
    if (error instanceof Refusal) return text
    throw error
  }
}
