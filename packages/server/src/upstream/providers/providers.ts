import { provider as providerTarget } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { unlessTaken } from '../../database/violation.ts'
import { Refusal } from '../../errors.ts'
import type { IfVersions } from '../../http/if-match.ts'
import { type Actor, operator } from '../../identity.ts'
import type { Job } from '../../part.ts'
import { authorizeOver, ownPermissions, permissionNames } from '../../permissions.ts'
import type { SealedRows } from '../../secrets/resealing.ts'
import { wholeText } from '../../whole-text.ts'
import type { UpstreamGround } from '../ground.ts'
import { checkSecret, checkSettings, type Settings } from './settings.ts'
import {
  deleteProvider,
  findProvider,
  findProviders,
  findSealedSecrets,
  holdProvider,
  insertProvider,
  type ProviderRow,
  replaceSealedSecret,
  updateProvider,
} from './store.ts'

/** More buttons than anybody reads. */
const mostProviders = 50
export const keyForm = wholeText(/[a-z][a-z0-9-]{0,31}/)

const contextOf = (key: string) => `provider ${key}`

/** Their secrets, to be sealed anew. */
export const sealedProviders: SealedRows = {
  ...{ name: 'providers', find: findSealedSecrets, replace: replaceSealedSecret, contextOf },
}

/** The secret of a provider; null where this server signs with its own key. */
export function secretOf(
  { masterKey }: Pick<UpstreamGround, 'masterKey'>,
  { key, secretSealed }: ProviderRow,
): string | null {
  return secretSealed === null ? null : masterKey.open(secretSealed, contextOf(key))
}

export interface NewProvider extends Settings {
  readonly key: string
  readonly secret: string | null
}

/**
 * @throws {Refusal} `provider_exists`, `provider_limit_reached`, `user_type_unknown`, `user_type_privileged`, `request_invalid`,
 * `permission_missing`
 */
export async function createProvider(
  ground: UpstreamGround,
  actor: Actor,
  { key, secret, ...settings }: NewProvider,
): Promise<ProviderRow> {
  const { db, world, activity, people, masterKey } = ground
  authorizeSettings(actor, settings)
  if (!keyForm.test(key)) {
    throw new Refusal(
      'request_invalid',
      'a key is a small letter, then small letters, digits and dashes, 32 at most',
    )
  }
  checkSettings(ground, settings)
  checkSecret(settings.authentication, secret)
  const row: ProviderRow = {
    ...{ ...settings, key, createdAt: world.now(), disabledAt: null, version: 1 },
    secretSealed: secret === null ? null : masterKey.seal(secret, contextOf(key)),
  }
  await unlessTaken(
    () =>
      db.transaction(async (tx) => {
        if ((await findProviders(tx)).length >= mostProviders) {
          throw new Refusal('provider_limit_reached', `there are ${mostProviders} providers at most`)
        }
        if (row.userType !== null) await people.requireOpenType(tx, row.userType)
        await insertProvider(tx, row)
        const details = { issuer: row.issuer, user_type: row.userType }
        await activity.record(tx, actor, 'provider.create', providerTarget(key), { details })
      }),
    taken,
  )
  return row
}

/** What is undefined stays. Another issuer is another provider: identities are of an issuer. */
export type ProviderChange = {
  readonly [Name in keyof Omit<Settings, 'issuer'>]?: Settings[Name] | undefined
} & { readonly secret?: string | undefined }

/**
 * Change a provider. `ifVersions`: only if it is as in one of these versions.
 * @throws {Refusal} `provider_not_found`, `user_type_unknown`, `user_type_privileged`, `precondition_failed`, `request_invalid`,
 * `permission_missing`
 */
export async function changeProvider(
  ground: UpstreamGround,
  actor: Actor,
  key: string,
  change: ProviderChange,
  ifVersions?: IfVersions,
): Promise<ProviderRow> {
  const { db, activity, people, masterKey } = ground
  return db.transaction(async (tx) => {
    const before = await held(tx, actor, key)
    if (ifVersions && !ifVersions.includes(before.version)) {
      throw new Refusal('precondition_failed', 'the provider has changed meanwhile; read it again')
    }
    const { secret, ...settings } = change
    const given = Object.entries(settings).filter(([, value]) => value !== undefined)
    const after: ProviderRow = { ...before, ...Object.fromEntries(given) }
    authorizeSettings(actor, after, before)
    checkSettings(ground, after)
    const kept = secretKind(after) === secretKind(before) ? secretOf(ground, before) : null
    const next = secret ?? kept
    checkSecret(after.authentication, next)
    if (after.userType !== null) await people.requireOpenType(tx, after.userType)
    const details = detailsOf(before, after, secret !== undefined)
    if (Object.keys(details).length === 0) return before
    const sealed = next === null ? null : masterKey.seal(next, contextOf(key))
    const row = { ...after, secretSealed: sealed, version: before.version + 1 }
    await updateProvider(tx, row)
    await activity.record(tx, actor, 'provider.change', providerTarget(key), { details })
    return row
  })
}

/** Ways of authentication by one kind of secret, which stays from one to the other. */
function secretKind({ authentication }: ProviderRow): string {
  return authentication.startsWith('client_secret_') ? 'text' : authentication
}

/** What the log is told of a change: what is another one now, as one text each, and never the secret. */
function detailsOf(before: ProviderRow, after: ProviderRow, hasSecret: boolean) {
  const shown = ({
    name,
    clientId,
    authentication,
    scopes,
    userType,
    emailDomains,
    ...row
  }: ProviderRow) => ({
    ...{ name, provider_client: clientId, authentication, scopes: scopes.join(' '), user_type: userType },
    ...{ response_mode: row.responseMode, email_domains: emailDomains.join(' '), apple_team: row.teamId },
    ...{ apple_key: row.keyId, username_claim: row.usernameClaim, display_name_claim: row.displayNameClaim },
    ...{ factor_amr: row.factorAmr.join(' '), factor_acr: row.factorAcr.join(' ') },
  })
  const old: Readonly<Record<string, string | null>> = shown(before)
  const changed = Object.entries(shown(after)).filter(([member, value]) => old[member] !== value)
  return { ...Object.fromEntries(changed), ...(hasSecret && { secret: true }) }
}

/** Nobody signs in there any more, and every session that began there ends. */
export async function disableProvider(ground: UpstreamGround, actor: Actor, key: string): Promise<void> {
  const { issuer } = await setEnabled(ground, actor, key, false)
  await ground.people.endSessionsOf(actor, issuer)
}

/** Undo {@link disableProvider}. Sessions do not come back. */
export async function enableProvider(ground: UpstreamGround, actor: Actor, key: string): Promise<void> {
  await setEnabled(ground, actor, key, true)
}

async function setEnabled(
  { db, world, activity }: UpstreamGround,
  actor: Actor,
  key: string,
  isEnabled: boolean,
): Promise<ProviderRow> {
  return db.transaction(async (tx) => {
    const before = await held(tx, actor, key)
    if ((before.disabledAt === null) === isEnabled) return before
    const row = { ...before, disabledAt: isEnabled ? null : world.now(), version: before.version + 1 }
    await updateProvider(tx, row)
    const event = isEnabled ? 'provider.enable' : 'provider.disable'
    await activity.record(tx, actor, event, providerTarget(key))
    return row
  })
}

/**
 * Remove a provider that is disabled, with the identities of its people: nobody is known by it any more.
 * @throws {Refusal} `provider_not_found`, `provider_enabled`, `permission_missing`
 */
export async function removeProvider(
  { db, activity, people }: UpstreamGround,
  actor: Actor,
  key: string,
): Promise<void> {
  await db.transaction(async (tx) => {
    const { disabledAt, issuer } = await held(tx, actor, key)
    if (disabledAt === null) throw new Refusal('provider_enabled', 'disable the provider first')
    const identities = await people.removeIdentitiesOf(tx, issuer)
    await deleteProvider(tx, key)
    const details = { issuer, identities }
    await activity.record(tx, actor, 'provider.remove', providerTarget(key), { details })
  })
}

/** @throws {Refusal} `provider_not_found` */
export async function existingProvider(
  { db }: Pick<UpstreamGround, 'db'>,
  key: string,
): Promise<ProviderRow> {
  const row = await findProvider(db, key)
  if (!row) throw notFound()
  return row
}

/** Those at which people sign in now. */
export async function enabledProviders({ db }: Pick<UpstreamGround, 'db'>): Promise<readonly ProviderRow[]> {
  return (await findProviders(db)).filter(({ disabledAt }) => disabledAt === null)
}

/** Ends the sessions that began while their provider was being disabled. */
export function endSessionsJob(ground: UpstreamGround): Job {
  return {
    name: 'upstream.end_sessions',
    everyMs: 1_000,
    async run() {
      for (const { issuer, disabledAt } of await findProviders(ground.db)) {
        if (disabledAt !== null) await ground.people.endSessionsOf(operator, issuer)
      }
    },
  }
}

async function held(tx: Transaction, actor: Actor, key: string): Promise<ProviderRow> {
  authorizeOver(actor, ownPermissions)
  const row = await holdProvider(tx, key)
  if (!row) throw notFound()
  return row
}

/** Who comes for the first time gets what strangers may have. What counts as a factor concerns everybody, administrators too. */
function authorizeSettings(actor: Actor, after: Settings, before?: Settings): void {
  authorizeOver(actor, ownPermissions)
  const added = (name: 'factorAmr' | 'factorAcr') =>
    after[name].some((value) => before?.[name].includes(value) !== true)
  if (added('factorAmr') || added('factorAcr')) authorizeOver(actor, permissionNames)
}

const notFound = () => new Refusal('provider_not_found', 'no such provider')
const taken = () => new Refusal('provider_exists', 'a provider of this key or this issuer exists')
