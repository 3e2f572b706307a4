import type { App } from '../../app.ts'
import { liveOf } from '../../applications/secrets.ts'
import {
  type ApplicationRow,
  findApplication,
  findApplicationsByName,
  findSecrets,
} from '../../applications/store.ts'
import { applicationView, secretView } from '../../applications/views.ts'
import { workloadView } from '../../applications/workloads/routes.ts'
import { findWorkloads } from '../../applications/workloads/store.ts'

/** @throws {Error} in one line if there is no application of this id or name, or several of the name */
export async function applicationNamed({ db }: App, name: string): Promise<ApplicationRow> {
  const byId = await findApplication(db, name)
  if (byId) return byId
  const [found, ...more] = await findApplicationsByName(db, name)
  if (!found) {
    throw new Error(`there is no application ${name}; latchkey applications list shows which there are`)
  }
  if (more.length > 0) throw new Error(`several applications are called ${name}; name one by its id`)
  return found
}

/** An application as commands print it: text, and the same for machines. */
export async function shownApplication(
  { db, world }: App,
  row: ApplicationRow,
): Promise<{ text: string; value: object }> {
  const shown = applicationView.show(row)
  const secrets = liveOf(await findSecrets(db, row.id), world.now()).map(secretView.show)
  const workloads = (await findWorkloads(db, row.id)).map(workloadView.show)
  const lines = [
    `${row.name} is ${row.id}, of the type ${row.type}${row.disabled_at === null ? '' : ', disabled'}.`,
    provesBy(row),
    `It may ask for: ${row.scopes.join(' ') || 'nothing'}.`,
    `By: ${row.grants.join(' ')}.`,
    ...row.redirect_uris.map((uri) => `People are sent back to ${uri}`),
    ...row.logout_uris.map((uri) => `After they have signed out, to ${uri}`),
    ...(row.backchannel_logout_uri === null
      ? []
      : [
          `When a session ends, it is told ${row.backchannel_logout_session_required ? 'which' : 'whose'} at ${row.backchannel_logout_uri}`,
        ]),
    ...(row.frontchannel_logout_uri === null
      ? []
      : [`Its page that signs a browser out is ${row.frontchannel_logout_uri}`]),
    row.is_first_party
      ? 'It is of the first party: people are not asked whether they let it in.'
      : 'People are asked whether they let it in.',
    ...(row.requires_pkce ? [] : ['It may leave the PKCE challenge out.']),
    ...(row.requires_push ? ['Its requests are pushed first.'] : []),
    ...(row.requires_dpop ? ['Its tokens are bound to a key.'] : []),
    ...(row.subject_type === 'pairwise' ? ['It gets ids of people that no other application knows.'] : []),
    ...secrets.map(({ id, created_at, ends_at, last_used_at }) => {
      const end = ends_at === null ? '' : `, ends ${ends_at}`
      return `The secret ${id} was made ${created_at}, last used ${last_used_at ?? 'never'}${end}.`
    }),
    ...workloads.map(
      ({ id, issuer, subject, audience, last_used_at }) =>
        `${issuer} may say that ${subject} is it, for ${audience}: ${id}, last used ${last_used_at ?? 'never'}.`,
    ),
    ...(row.authentication === 'secret' && secrets.length === 0
      ? [`It has no secret that is good: latchkey applications add-secret ${row.id}`]
      : []),
  ]
  return { text: lines.join('\n'), value: { ...shown, secrets, workloads } }
}

function provesBy({ authentication, jwks_uri: uri }: ApplicationRow): string {
  if (authentication === 'none') return 'It is public: nothing proves that a request comes from it.'
  if (authentication === 'secret') return 'It proves who it is by a secret.'
  return `It proves who it is by a key${uri === null ? '' : `, which it publishes at ${uri}`}.`
}
