import * as v from 'valibot'
import { pages } from '../../database/pages.ts'
import { JsonText } from '../../http/json-text.ts'
import { authenticationJson, readAuthentication, requestOptions } from '../../http/passkey-json.ts'
import { done, ok, routesFor } from '../../http/route.ts'
import { line, timestamp, timestampOrNull, view, whole } from '../../http/schema.ts'
import type { DevicesGround } from '../served.ts'
import { findDeviceNames } from '../store.ts'
import { allowCommand, denyCommand, isLost, ownApproval } from './answer.ts'
import { type ApprovalRow, findApprovals } from './store.ts'

const route = routesFor<DevicesGround>()

/** So many are shown: the newest. */
const mostShown = 50
/** Behind every identifier that there can be. */
const newest = '~'

export const approvalStates = ['waiting', 'over', 'denied', 'sent', 'answered', 'failed'] as const

interface Shown {
  readonly row: ApprovalRow
  readonly deviceName: string
  readonly applicationName: string
  readonly now: number
}

export const approvalView = view<Shown>()(
  {
    id: v.string(),
    state: v.picklist(approvalStates),
    device: v.string(),
    device_name: v.string(),
    method: v.string(),
    payload: v.unknown(),
    application: v.string(),
    application_name: v.string(),
    /** From where the agent asks. */
    address: v.string(),
    region: v.nullable(v.string()),
    user_agent: v.nullable(v.string()),
    created_at: v.string(),
    /** Until then it can be decided. */
    expires_at: v.string(),
    decided_at: v.nullable(v.string()),
    /** What the device has answered. */
    reply: v.nullable(v.strictObject({ status: v.number(), payload: v.unknown() })),
    /** Why it has not: the code of a refusal, such as `device_offline`; `internal` if nobody knows. */
    failure: v.nullable(v.string()),
  },
  ({ row, deviceName, applicationName, now }) => ({
    ...{ id: row.id, state: stateOf(row, now), device: row.uid, device_name: deviceName },
    ...{ method: row.method, payload: new JsonText(row.payload) },
    ...{ application: row.application, application_name: applicationName },
    ...{ address: row.address, region: row.region, user_agent: row.user_agent },
    ...{ created_at: timestamp(row.created_at), expires_at: timestamp(row.expires_at) },
    decided_at: timestampOrNull(row.decided_at),
    reply: row.status === null ? null : { status: row.status, payload: new JsonText(row.reply ?? 'null') },
    failure: isLost(row, now) ? 'internal' : row.failure,
  }),
)

function stateOf(row: ApprovalRow, now: number): (typeof approvalStates)[number] {
  if (row.decided_at === null) return row.expires_at > now ? 'waiting' : 'over'
  if (row.is_allowed !== 1) return 'denied'
  if (isLost(row, now)) return 'failed'
  if (row.ended_at === null) return 'sent'
  return row.failure === null ? 'answered' : 'failed'
}

/** As it is shown to the person and to the agent. */
export async function shownApproval({ db, world, approving }: DevicesGround, row: ApprovalRow) {
  return approvalView.show({
    ...{ row, now: world.now() },
    deviceName: (await findDeviceNames(db, [row.uid])).get(row.uid) ?? row.uid,
    applicationName: (await approving.nameOfApplication(db, row.application)) ?? row.application,
  })
}

/** All that agents have asked a person for, as it is shown to them, the newest first. */
export async function* approvalsOf(
  ground: DevicesGround,
  userId: string,
): AsyncGenerator<readonly Awaited<ReturnType<typeof shownApproval>>[]> {
  const found = pages(
    newest,
    200,
    (before, most) => findApprovals(ground.db, userId, before, most),
    (row) => row.id,
  )
  for await (const rows of found) yield await Promise.all(rows.map((row) => shownApproval(ground, row)))
}

export const readApproval = route({
  id: 'readApproval',
  method: 'GET',
  path: '/v1/approvals/{id}',
  tag: 'devices',
  summary:
    'See what became of a command that an agent has asked its person for. An agent asks here every few seconds.',
  access: { kinds: ['user', 'api_key'] },
  apiKeys: true,
  params: v.strictObject({ id: line(64) }),
  answers: { 200: { description: 'The command.', body: approvalView.schema } },
  refuses: ['approval_not_found'],
  async handle(ground, { params: { id }, actor }) {
    return ok(await shownApproval(ground, await ownApproval(ground, actor, id)))
  },
})

export const listMyApprovals = route({
  id: 'listMyApprovals',
  method: 'GET',
  path: '/v1/me/approvals',
  tag: 'own account',
  summary:
    'List the commands that agents have asked one for, the newest first: 50 at most, of the last seven days.',
  access: { kinds: ['user'] },
  acting: true,
  answers: { 200: { description: 'The commands.', body: whole(approvalView.schema) } },
  async handle(ground, { actor }) {
    const rows = await findApprovals(ground.db, actor.identity.subject, newest, mostShown)
    return ok({ items: await Promise.all(rows.map((row) => shownApproval(ground, row))), next: null })
  },
})

export const beginApproval = route({
  id: 'beginApproval',
  method: 'POST',
  path: '/v1/me/approvals/{id}/options',
  tag: 'own account',
  summary:
    'What a browser confirms a command by (`PublicKeyCredentialRequestOptionsJSON`), for this one command; null for somebody without a passkey, who signs in again instead.',
  access: { kinds: ['user'] },
  params: v.strictObject({ id: line(64) }),
  answers: {
    200: { description: 'The options.', body: v.strictObject({ public_key: v.nullable(requestOptions) }) },
  },
  refuses: ['approval_not_found'],
  async handle(ground, { params: { id }, actor }) {
    const row = await ownApproval(ground, actor, id)
    const options = await ground.approving.confirmationOptions(row.user_id, row.id)
    return ok({ public_key: options ?? null })
  },
})

export const allowApproval = route({
  id: 'allowApproval',
  method: 'POST',
  path: '/v1/me/approvals/{id}/allow',
  tag: 'own account',
  summary:
    'Allow one command that an agent has asked for. It is confirmed by a passkey (`AuthenticationResponseJSON`); whoever has no passkey signs in again after the agent has asked. The command is sent at once, and the answer holds the reply of the device.',
  access: { kinds: ['user'] },
  params: v.strictObject({ id: line(64) }),
  body: v.strictObject({ passkey: v.optional(authenticationJson) }),
  answers: { 200: { description: 'The command, and what became of it.', body: approvalView.schema } },
  refuses: [
    'approval_not_found',
    'approval_over',
    'passkey_refused',
    'insufficient_user_authentication',
    'device_not_found',
    'permission_missing',
  ],
  async handle(ground, { params: { id }, body: { passkey }, actor }) {
    const row = await allowCommand(ground, actor, { id, passkey: passkey && readAuthentication(passkey) })
    return ok(await shownApproval(ground, row))
  },
})

export const denyApproval = route({
  id: 'denyApproval',
  method: 'POST',
  path: '/v1/me/approvals/{id}/deny',
  tag: 'own account',
  summary: 'Refuse a command that an agent has asked for.',
  access: { kinds: ['user'] },
  params: v.strictObject({ id: line(64) }),
  answers: { 204: { description: 'It is refused.' } },
  refuses: ['approval_not_found', 'approval_over'],
  async handle(ground, { params: { id }, actor }) {
    await denyCommand(ground, actor, id)
    return done
  },
})
