import type { EventReason } from '../../activity/schema/reasons.ts'
import { type ApplicationRow, findSecrets, type SecretRow } from '../../applications/store.ts'
import type { ClientInfo } from '../../client-info.ts'
import { Refusal, telling, unlessRefused } from '../../errors.ts'
import { isIdentifier } from '../../secrets/identifiers.ts'
import { hashSecret, sameHash } from '../../secrets/secrets.ts'
import { authenticateService } from '../../services/authenticate.ts'
import { findService, type ServiceRow } from '../../services/store.ts'
import { isVisible } from '../../text.ts'
import { headerOf, readSigned, singleUseOf } from './assertions.ts'
import type { ClientsGround } from './ground.ts'
import { clientMethods } from './methods.ts'
import { type ClientRequest, type Presented, presentedBy } from './presented.ts'
import { workloadOf } from './workload.ts'

/** A client that has proven who it is; a public one has proven nothing, and cannot. */
export type Client =
  | { readonly kind: 'service'; readonly id: string; readonly service: ServiceRow }
  | { readonly kind: 'application'; readonly id: string; readonly application: ApplicationRow }

/**
 * Authenticate the client of a request (RFC 6749 section 2.3), by the method that is its own.
 * @throws {Refusal} `client_invalid`, in the same words and the same time for a client that is unknown, disabled, of another method or
 * whose proof is wrong. The log has the reason, and the id if it has the form of one: anything else may be a secret.
 */
export async function authenticateClient(
  ground: ClientsGround,
  request: ClientRequest,
  client: ClientInfo,
): Promise<Client> {
  const presented = presentedBy(request)
  try {
    return isIdentifier('svc', presented.id)
      ? await serviceOf(ground, presented)
      : await applicationOf(ground, presented)
  } catch (error) {
    const isOurs = isIdentifier('svc', presented.id) || isIdentifier('cli', presented.id)
    throw telling(error, { clientId: isOurs ? presented.id : undefined, client })
  }
}

async function serviceOf(ground: ClientsGround, presented: Presented): Promise<Client> {
  const { db } = ground
  if (presented.method === 'private_key_jwt') return serviceByWorkload(ground, presented)
  if (presented.method === 'none') throw refusal('method_other')
  const { id, secrets } = presented
  const [first = '', second] = secrets
  const service = await unlessRefused(
    () => authenticateService({ db }, id, first),
    second === undefined ? {} : { client_invalid: () => authenticateService({ db }, id, second) },
  )
  return { kind: 'service', id, service }
}

/** A service whose host says that it is the one: it needs no secret. */
async function serviceByWorkload(
  ground: ClientsGround,
  { id, assertion }: Presented & { readonly method: 'private_key_jwt' },
): Promise<Client> {
  const service = await findService(ground.db, id)
  const isInForce = service?.disabled_at === null
  const proven = isInForce ? await workloadOf(ground, id, assertion) : undefined
  if (!proven) readSigned(assertion, ground.clientKeys.decoys)
  if (!service) throw refusal('client_unknown')
  if (service.disabled_at !== null) throw refusal('service_disabled')
  if (!proven) throw refusal('method_other')
  if (proven.kind === 'unproven') throw refusal(proven.reason)
  await useUp(ground, proven.once)
  ground.noteClientUse(id, proven.workload)
  return { kind: 'service', id, service }
}

async function applicationOf(ground: ClientsGround, presented: Presented): Promise<Client> {
  const { id, method } = presented
  // Texts of other forms are looked for as well: PostgreSQL takes no NUL, and no id has one.
  const found = isIdentifier('cli', id) || (id.startsWith('https:') && isVisible(id)) ? id : ''
  const application = await ground.findApplication(ground.db, found)
  const proven = await proofOf(ground, presented, application)
  if (!application) throw refusal('client_unknown')
  const isOwn = application.authentication === clientMethods[method]
  if (!isOwn && !proven.isWorkload) throw refusal('method_other')
  if (application.disabled_at !== null) throw refusal('client_disabled')
  if (proven.kind === 'unproven') throw refusal(proven.reason)
  // Last, so that nobody uses up an assertion of a client that is refused anyway.
  await useUp(ground, proven.once)
  // Whoever sends the id of a public client has proven nothing, so that is no use of it.
  if (method !== 'none') ground.noteClientUse(id, proven.credential)
  return { kind: 'application', id, application }
}

async function useUp({ proofs }: ClientsGround, once: Once | undefined): Promise<void> {
  if (once && !(await proofs.useAssertion(once.name, once.untilMs))) throw refusal('assertion_used')
}

interface Once {
  readonly name: string
  readonly untilMs: number
}

type Proven = {
  /** By an issuer outside, whatever the method of the client is. */ readonly isWorkload?: true
} & (
  | {
      readonly kind: 'proven'
      /** The id of the secret or the workload that proved it. */
      readonly credential?: string
      /** What has to be used up. */
      readonly once?: Once | undefined
    }
  | { readonly kind: 'unproven'; readonly reason: EventReason }
)

/** What a request proves of a client, if it is that client's method; as much work where there is no such client. */
async function proofOf(
  ground: ClientsGround,
  presented: Presented,
  application: ApplicationRow | undefined,
): Promise<Proven> {
  if (presented.method === 'none') return { kind: 'proven' }
  if (presented.method === 'private_key_jwt') return assertionOf(ground, presented, application)
  const secrets = await findSecrets(ground.db, application?.id ?? '')
  return secretOf(secrets, presented.secrets, ground.world.now())
}

/** Compared with a secret where there is none, so that all cases take the same time. */
const nobodys: Pick<SecretRow, 'id' | 'hash' | 'ends_at'> = {
  ...{ id: '', hash: hashSecret('no such client'), ends_at: 0 },
}

function secretOf(rows: readonly SecretRow[], presented: readonly string[], now: number): Proven {
  const hashes = presented.map(hashSecret)
  const right = [nobodys, ...rows].filter(({ hash }) => hashes.some((one) => sameHash(one, hash)))
  const live = right.find(({ ends_at: end }) => end === null || end > now)
  if (live) return { kind: 'proven', credential: live.id }
  return { kind: 'unproven', reason: right.length > 0 ? 'secret_ended' : 'secret_wrong' }
}

async function assertionOf(
  ground: ClientsGround,
  { id, assertion }: Presented & { readonly method: 'private_key_jwt' },
  application: ApplicationRow | undefined,
): Promise<Proven> {
  const { issuer, clientKeys, world } = ground
  const header = headerOf(assertion)
  if (!header) return { kind: 'unproven', reason: 'token_malformed' }
  const isInForce = application?.disabled_at === null
  const workload = isInForce ? await workloadOf(ground, id, assertion) : undefined
  if (workload) {
    if (workload.kind === 'unproven') return { ...workload, isWorkload: true }
    return { kind: 'proven', isWorkload: true, credential: workload.workload, once: workload.once }
  }
  const signs = isInForce && application.authentication === 'key'
  const keys = signs ? await clientKeys.of(application, header) : clientKeys.decoys
  const read = readSigned(assertion, keys)
  if (read.kind === 'invalid') {
    // Where there was no key to verify by, nothing was verified, which is quicker.
    if (read.fault !== 'signature_invalid') readSigned(assertion, clientKeys.decoys)
    return { kind: 'unproven', reason: read.fault }
  }
  const single = singleUseOf(read.claims, { client: id, issuer, nowMs: world.now() })
  if (typeof single === 'string') return { kind: 'unproven', reason: single }
  return { kind: 'proven', once: { name: `${id} ${single.jti}`, untilMs: single.untilMs } }
}

function refusal(reason: EventReason): Refusal {
  return new Refusal('client_invalid', 'the client could not be authenticated', { reason })
}
