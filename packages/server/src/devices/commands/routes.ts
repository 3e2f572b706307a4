import * as v from 'valibot'
import { JsonText } from '../../http/json-text.ts'
import { anyCaller, json, ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { wholeText } from '../../whole-text.ts'
import { askPerson, asksPerson } from '../approvals/ask.ts'
import { approvalView, shownApproval } from '../approvals/routes.ts'
import type { DevicesGround } from '../served.ts'
import { readableReply } from './reply.ts'

const route = routesFor<DevicesGround>()
const word = v.pipe(v.string(), v.regex(wholeText(/[\w.-]{1,64}/)))

export const commandDevice = route({
  id: 'commandDevice',
  method: 'POST',
  path: '/v1/devices/{uid}/commands/{method}',
  tag: 'devices',
  summary:
    'Command the device and wait for its reply. What an agent was not let send, its person is asked for: the answer is 202, and what becomes of it is at `/v1/approvals/{id}`.',
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
    202: { description: 'The person is asked.', body: approvalView.schema },
  },
  refuses: [
    'device_not_found',
    'permission_missing',
    'device_offline',
    'device_not_listening',
    'device_silent',
    'command_in_flight',
    'too_many_requests',
  ],
  async handle(ground, { params: { uid, method }, body, actor }) {
    const { commands, world } = ground
    const text = JSON.stringify(body.payload)
    if (asksPerson(actor.identity, uid, method, world.now())) {
      const row = await askPerson(ground, actor, { uid, method, payload: text })
      return json(202, await shownApproval(ground, row))
    }
    const payload = new TextEncoder().encode(text)
    const sent = await commands.control(actor, { uid, method, payload, timeoutMs: body.timeout * 1000 })
    const reply = await sent.reply
    return ok({ id: reply.rid, status: reply.status, payload: new JsonText(readableReply(reply.payload)) })
  },
})
