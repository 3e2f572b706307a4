import * as v from 'valibot'
import { created, done, ok, routesFor } from '../../http/route.ts'
import { line, timestamp, timestampOrNull, view, whole } from '../../http/schema.ts'
import { languageOf } from '../../pages/page.ts'
import type { AccountsGround } from '../ground.ts'
import { password } from '../sign-in/routes.ts'
import { requireUser } from '../users/require-user.ts'
import {
  addAddress,
  addMyAddress,
  makeAddressPrimary,
  makeMyAddressPrimary,
  removeAddressOf,
  removeMyAddress,
  sendMyProof,
  sendProofTo,
} from './addresses.ts'
import { proveAddress } from './proofs.ts'
import { type AddressRow, findAddresses } from './store.ts'

const route = routesFor<AccountsGround>()

const addressView = view<AddressRow>()(
  {
    id: v.string(),
    address: v.string(),
    primary: v.boolean(),
    created_at: v.string(),
    proven_at: v.nullable(v.string()),
  },
  (row) => ({
    id: row.id,
    address: row.address,
    primary: row.is_primary === 1,
    created_at: timestamp(row.created_at),
    proven_at: timestampOrNull(row.proven_at),
  }),
)

const mine = v.strictObject({ address: line(64) })
const ofUser = v.strictObject({ id: line(64) })
const oneOfUser = v.strictObject({ id: line(64), address: line(64) })
const withPassword = v.strictObject({ current_password: password })
const refusesPassword = ['user_not_found', 'password_wrong', 'too_many_requests', 'overloaded'] as const

export const listMyAddresses = route({
  id: 'listMyAddresses',
  method: 'GET',
  path: '/v1/me/addresses',
  tag: 'own account',
  summary: 'List one’s own addresses of mail, the primary one first.',
  access: { kinds: ['user'] },
  acting: true,
  answers: { 200: { description: 'The addresses.', body: whole(addressView.schema) } },
  async handle({ db }, { actor }) {
    const rows = await findAddresses(db, actor.identity.subject)
    return ok({ items: rows.map(addressView.show), next: null })
  },
})

export const addMyAddressRoute = route({
  id: 'addMyAddress',
  method: 'POST',
  path: '/v1/me/addresses',
  tag: 'own account',
  summary:
    'Add an address of mail to one’s own account. A link is sent to it, by which it is proven; the answer is the same whether or not another account has it.',
  access: { kinds: ['user'] },
  body: v.strictObject({ address: line(254), current_password: password }),
  answers: { 201: { description: 'Added, not proven yet.', body: addressView.schema } },
  refuses: ['address_exists', ...refusesPassword],
  async handle(ground, { actor, body, header }) {
    const given = { address: body.address, language: languageOf(header('accept-language')) }
    const browser = ground.browserCookie.secretOf(header)
    const proof = { currentPassword: body.current_password, browser }
    return created(addressView.show(await addMyAddress(ground, actor, given, proof)))
  },
})

export const sendMyProofRoute = route({
  id: 'sendMyAddressProof',
  method: 'POST',
  path: '/v1/me/addresses/{address}/send-proof',
  tag: 'own account',
  summary: 'Send the link again by which one’s own address is proven.',
  access: { kinds: ['user'] },
  params: mine,
  answers: { 204: { description: 'The letter is on its way, if the address is not proven.' } },
  refuses: ['user_not_found', 'address_not_found', 'mail_unavailable', 'too_many_requests'],
  async handle(ground, { actor, params }) {
    await sendMyProof(ground, actor, params.address)
    return done
  },
})

export const makeMyAddressPrimaryRoute = route({
  id: 'makeMyAddressPrimary',
  method: 'POST',
  path: '/v1/me/addresses/{address}/make-primary',
  tag: 'own account',
  summary: 'Make a proven address of one’s own the one that notices go to. The one before is told.',
  access: { kinds: ['user'] },
  params: mine,
  body: withPassword,
  answers: { 200: { description: 'The primary address.', body: addressView.schema } },
  refuses: ['address_not_found', 'address_unproven', ...refusesPassword],
  async handle(ground, { actor, params, body, header }) {
    const browser = ground.browserCookie.secretOf(header)
    const proof = { currentPassword: body.current_password, browser }
    return ok(addressView.show(await makeMyAddressPrimary(ground, actor, params.address, proof)))
  },
})

export const removeMyAddressRoute = route({
  id: 'removeMyAddress',
  method: 'POST',
  path: '/v1/me/addresses/{address}/remove',
  tag: 'own account',
  summary: 'Remove one of one’s own addresses; the primary one last.',
  access: { kinds: ['user'] },
  params: mine,
  body: withPassword,
  answers: { 204: { description: 'Removed.' } },
  refuses: ['address_not_found', 'address_primary', ...refusesPassword],
  async handle(ground, { actor, params, body, header }) {
    const browser = ground.browserCookie.secretOf(header)
    await removeMyAddress(ground, actor, params.address, { currentPassword: body.current_password, browser })
    return done
  },
})

export const proveAddressRoute = route({
  id: 'proveAddress',
  method: 'POST',
  path: '/v1/addresses/prove',
  tag: 'sign-in',
  summary:
    'Prove an address by the secret of the link that was sent to it. Works once, and does not sign in.',
  access: 'public',
  body: v.strictObject({ proof: line(128) }),
  answers: { 200: { description: 'Proven.', body: v.strictObject({ address: v.string() }) } },
  refuses: ['link_invalid', 'address_taken'],
  async handle(ground, { body, client }) {
    const { address } = await proveAddress(ground, body.proof, client)
    return ok({ address })
  },
})

export const listUserAddresses = route({
  id: 'listUserAddresses',
  method: 'GET',
  path: '/v1/users/{id}/addresses',
  tag: 'accounts',
  summary: 'List the addresses of mail of a user, the primary one first.',
  access: { permission: 'users:read' },
  acting: true,
  apiKeys: true,
  params: ofUser,
  answers: { 200: { description: 'The addresses.', body: whole(addressView.schema) } },
  refuses: ['user_not_found'],
  async handle({ db }, { params }) {
    await requireUser(db, params.id)
    return ok({ items: (await findAddresses(db, params.id)).map(addressView.show), next: null })
  },
})

export const addUserAddress = route({
  id: 'addUserAddress',
  method: 'POST',
  path: '/v1/users/{id}/addresses',
  tag: 'accounts',
  summary: 'Add an address of mail to a user. A link is sent to it, by which its owner proves it.',
  access: { permission: 'users:write' },
  params: ofUser,
  body: v.strictObject({ address: line(254), language: v.optional(v.picklist(['en', 'zh-Hant']), 'en') }),
  answers: { 201: { description: 'Added, not proven yet.', body: addressView.schema } },
  refuses: ['user_not_found', 'address_exists', 'permission_missing', 'too_many_requests'],
  async handle(ground, { params, body, actor }) {
    return created(addressView.show(await addAddress(ground, actor, params.id, body)))
  },
})

export const sendUserProof = route({
  id: 'sendUserAddressProof',
  method: 'POST',
  path: '/v1/users/{id}/addresses/{address}/send-proof',
  tag: 'accounts',
  summary: 'Send the link again by which an address of a user is proven.',
  access: { permission: 'users:write' },
  params: oneOfUser,
  answers: { 204: { description: 'The letter is on its way, if the address is not proven.' } },
  refuses: [
    'user_not_found',
    'address_not_found',
    'permission_missing',
    'mail_unavailable',
    'too_many_requests',
  ],
  async handle(ground, { params, actor }) {
    await sendProofTo(ground, actor, params.id, params.address)
    return done
  },
})

export const makeUserAddressPrimary = route({
  id: 'makeUserAddressPrimary',
  method: 'POST',
  path: '/v1/users/{id}/addresses/{address}/make-primary',
  tag: 'accounts',
  summary: 'Make a proven address of a user the one that notices go to. The one before is told.',
  access: { permission: 'users:write' },
  params: oneOfUser,
  answers: { 200: { description: 'The primary address.', body: addressView.schema } },
  refuses: ['user_not_found', 'address_not_found', 'address_unproven', 'permission_missing'],
  async handle(ground, { params, actor }) {
    return ok(addressView.show(await makeAddressPrimary(ground, actor, params.id, params.address)))
  },
})

export const removeUserAddress = route({
  id: 'removeUserAddress',
  method: 'DELETE',
  path: '/v1/users/{id}/addresses/{address}',
  tag: 'accounts',
  summary: 'Remove an address of a user; the primary one last.',
  access: { permission: 'users:write' },
  params: oneOfUser,
  answers: { 204: { description: 'Removed.' } },
  refuses: ['user_not_found', 'address_not_found', 'address_primary', 'permission_missing'],
  async handle(ground, { params, actor }) {
    await removeAddressOf(ground, actor, params.id, params.address)
    return done
  },
})
