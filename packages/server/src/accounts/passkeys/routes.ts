import * as v from 'valibot'
import { Refusal } from '../../errors.ts'
import { created, done, ok, routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import type { AccountsGround } from '../ground.ts'
import { requireUser } from '../users/require-user.ts'
import { creationOptions, readRegistration, registrationJson } from './json-forms.ts'
import {
  longestName,
  mostPasskeys,
  offerPasskey,
  registerPasskey,
  removePasskey,
  renamePasskey,
  shownNameOf,
  userHandleOf,
} from './own.ts'
import { findPasskeys } from './store.ts'
import { offerUnprompted } from './unprompted.ts'
import { passkeyView } from './views.ts'

const route = routesFor<AccountsGround>()

export const listMyPasskeys = route({
  id: 'listMyPasskeys',
  method: 'GET',
  path: '/v1/me/passkeys',
  tag: 'own account',
  summary: 'The passkeys of one’s own account, and what a browser has to know to keep them up to date.',
  access: { kinds: ['user'] },
  acting: true,
  answers: {
    200: {
      description: 'The passkeys, the oldest first, and how many there may be.',
      body: v.strictObject({
        rp_id: v.string(),
        /** What authenticators know the person by, in base64url. */
        user_handle: v.string(),
        username: v.string(),
        /** What they are shown by it; the user name where they have no other. */
        display_name: v.string(),
        passkeys: v.array(passkeyView.schema),
        most: v.number(),
      }),
    },
  },
  refuses: ['user_not_found'],
  async handle({ db, relyingParty }, { actor }) {
    const user = await requireUser(db, actor.identity.subject)
    return ok({
      rp_id: relyingParty.id,
      user_handle: userHandleOf(user.id).toString('base64url'),
      username: user.username,
      display_name: shownNameOf(user),
      passkeys: (await findPasskeys(db, user.id)).map(passkeyView.show),
      most: mostPasskeys,
    })
  },
})

export const offerMyPasskey = route({
  id: 'offerMyPasskey',
  method: 'POST',
  path: '/v1/me/passkeys/options',
  tag: 'own account',
  summary:
    'What a browser makes a passkey by (`PublicKeyCredentialCreationOptionsJSON`, WebAuthn Level 3), for this session and ten minutes.',
  access: { kinds: ['user'] },
  body: v.strictObject({
    /** To make it without asking the person: right after a sign-in by password, until one was made in the browser. */
    conditional: v.optional(v.boolean(), false),
  }),
  answers: {
    200: { description: 'The options.', body: v.strictObject({ public_key: creationOptions }) },
  },
  refuses: [
    'user_not_found',
    'passkey_limit_reached',
    'passkey_not_offered',
    'too_many_requests',
    'insufficient_user_authentication',
    'kind_not_allowed',
  ],
  async handle(ground, { actor, body, header }) {
    const options = body.conditional
      ? await offerUnprompted(ground, actor, ground.browserCookie.secretOf(header))
      : await offerPasskey(ground, actor)
    return ok({ public_key: options })
  },
})

const name = line(longestName)

export const registerMyPasskey = route({
  id: 'registerMyPasskey',
  method: 'POST',
  path: '/v1/me/passkeys',
  tag: 'own account',
  summary:
    'Take a passkey that a browser has made (`RegistrationResponseJSON`): it signs in, a sign-in by password asks for it, and every other session ends. One that was made without a prompt only signs in.',
  access: { kinds: ['user'] },
  body: v.strictObject({ credential: registrationJson, name: v.optional(name) }),
  answers: {
    201: {
      description: 'It is in force. With the first factor come recovery codes, shown this once.',
      body: v.strictObject({
        passkey: passkeyView.schema,
        recovery_codes: v.nullable(v.array(v.string())),
      }),
    },
  },
  refuses: ['user_not_found', 'passkey_refused', 'passkey_limit_reached', 'kind_not_allowed'],
  async handle(ground, { actor, body }) {
    const sent = readRegistration(body.credential)
    const { passkey, recoveryCodes } = await registerPasskey(ground, actor, sent, body.name)
    return created({ passkey: passkeyView.show(passkey), recovery_codes: recoveryCodes ?? null })
  },
})

const byId = v.strictObject({ id: line(64) })

export const renameMyPasskey = route({
  id: 'renameMyPasskey',
  method: 'PATCH',
  path: '/v1/me/passkeys/{id}',
  tag: 'own account',
  summary: 'Give one of one’s own passkeys another name.',
  access: { kinds: ['user'] },
  params: byId,
  body: v.strictObject({ name }),
  answers: { 200: { description: 'The passkey.', body: passkeyView.schema } },
  refuses: ['user_not_found', 'factor_not_found', 'kind_not_allowed'],
  handle: async (ground, { actor, params, body }) =>
    ok(passkeyView.show(await renamePasskey(ground, actor, params.id, body.name))),
})

export const removeMyPasskey = route({
  id: 'removeMyPasskey',
  method: 'DELETE',
  path: '/v1/me/passkeys/{id}',
  tag: 'own account',
  summary: 'Remove a passkey, and with the last factor the recovery codes. Every other session ends.',
  access: { kinds: ['user'] },
  params: byId,
  answers: { 204: { description: 'It is removed.' } },
  refuses: [
    'user_not_found',
    'factor_not_found',
    'factor_needed',
    'insufficient_user_authentication',
    'kind_not_allowed',
  ],
  async handle(ground, { actor, params }) {
    await removePasskey(ground, actor, params.id)
    return done
  },
})

export const passkeyOriginsRoute = route({
  id: 'passkeyOrigins',
  method: 'GET',
  path: '/.well-known/webauthn',
  tag: 'standards',
  summary:
    'The origins whose pages may ask for passkeys of this server (WebAuthn Level 3, section 5.11), where they are not all of the host of the issuer.',
  access: 'public',
  answers: { 200: { description: 'The origins.', body: v.strictObject({ origins: v.array(v.string()) }) } },
  refuses: ['not_found'],
  async handle({ relyingParty: { isRelated, origins } }) {
    if (!isRelated) throw new Refusal('not_found', 'there is nothing here')
    return ok({ origins: [...origins] })
  },
})
