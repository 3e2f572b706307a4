import { application, service } from '../../activity/events.ts'
import type { Transaction } from '../../database/database.ts'
import { Refusal } from '../../errors.ts'
import type { Actor } from '../../identity.ts'
import { isIdentifier, newIdentifier } from '../../secrets/identifiers.ts'
import { wholeText } from '../../whole-text.ts'
import type { ApplicationsGround } from '../ground.ts'
import { heldApplication } from '../held.ts'
import { invalid } from '../invalid.ts'
import { longestAddress } from '../redirects.ts'
import { patternFault } from './pattern.ts'
import { deleteWorkload, findWorkloads, insertWorkload, type WorkloadRow } from './store.ts'

const mostOfOne = 20
const audienceText = wholeText(/[\x21-\x7e]{1,200}/)

export interface NewWorkload {
  /** As it stands in `iss`: an https URL whose discovery document names its keys. */
  readonly issuer: string
  /** As it stands in `sub`; an asterisk stands for any text. */
  readonly subject: string
  /** What has to stand in `aud`, alone; this server if not given. */
  readonly audience?: string | undefined
  /** Whether a token counts once (if not given), or for its life. */
  readonly reuse?: WorkloadRow['reuse'] | undefined
}

/**
 * Let tokens of an issuer outside authenticate a client, in the place of a secret (RFC 7523): a build server, a cluster, another
 * cloud. Whoever is that subject there is the client here.
 * @throws {Refusal} `application_not_found`, `service_not_found`, `permission_missing`, `key_limit_reached`, `request_invalid`
 */
export async function trustWorkload(
  ground: ApplicationsGround,
  actor: Actor,
  client: string,
  { issuer, subject, audience = ground.issuer, reuse = 'once' }: NewWorkload,
): Promise<WorkloadRow> {
  const { db, world, activity, outbound } = ground
  // As it stands in tokens: compared letter by letter, so it is not mended here.
  if (issuer.length > longestAddress || !outbound.allows(issuer) || issuer.includes('?')) {
    throw invalid('issuer', 'is an https URL without user, query and fragment')
  }
  if (issuer === ground.issuer) throw invalid('issuer', 'is this server itself')
  const fault = patternFault(subject)
  if (fault !== undefined) throw invalid('subject', fault)
  if (!audienceText.test(audience)) {
    throw invalid('audience', 'has 1 to 200 visible characters of ASCII, without blanks')
  }
  const row: WorkloadRow = {
    ...{ id: newIdentifier('wid', world), client, issuer, subject, audience, reuse },
    ...{ created_at: world.now(), last_used_at: null },
  }
  return db.transaction(async (tx) => {
    await hold(ground, tx, actor, client)
    const others = await findWorkloads(tx, client)
    if (others.length >= mostOfOne) {
      throw new Refusal('key_limit_reached', `a client has ${mostOfOne} workload identities at most`)
    }
    await insertWorkload(tx, row)
    const details = { workload: row.id, issuer, subject, audience, reuse }
    await activity.record(
      tx,
      actor,
      isService(client) ? 'service.trust' : 'application.trust',
      targetOf(client),
      { details },
    )
    return row
  })
}

/**
 * Tokens of an issuer outside authenticate the client no more.
 * @throws {Refusal} `application_not_found`, `service_not_found`, `permission_missing`, `key_not_found`
 */
export async function distrustWorkload(
  ground: ApplicationsGround,
  actor: Actor,
  client: string,
  id: string,
): Promise<void> {
  const { db, activity } = ground
  await db.transaction(async (tx) => {
    await hold(ground, tx, actor, client)
    if (!(await deleteWorkload(tx, client, id))) {
      throw new Refusal('key_not_found', 'the client has no such workload identity')
    }
    await activity.record(
      tx,
      actor,
      isService(client) ? 'service.distrust' : 'application.distrust',
      targetOf(client),
      { details: { workload: id } },
    )
  })
}

async function hold(
  ground: ApplicationsGround,
  tx: Transaction,
  actor: Actor,
  client: string,
): Promise<void> {
  if (isService(client)) await ground.holdService(tx, actor, client)
  else if ((await heldApplication(tx, actor, client)).authentication === 'none') {
    throw new Refusal('request_invalid', 'a public application authenticates by nothing')
  }
}

const isService = (client: string) => isIdentifier('svc', client)
const targetOf = (client: string) => (isService(client) ? service(client) : application(client))
