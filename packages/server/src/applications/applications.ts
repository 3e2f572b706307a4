import type { Reader } from '../database/database.ts'
import { serve } from '../http/route.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { Part } from '../part.ts'
import { createDocuments, type Documents } from './documents/documents.ts'
import { listRegisteredApplications } from './registration/alike.ts'
import { findOrRead } from './registration/described.ts'
import type { RegistrationGround } from './registration/ground.ts'
import {
  changeRegistrationRoute,
  readRegistration,
  registerClient,
  removeRegistrationRoute,
} from './registration/routes.ts'
import { removeUnusedJob } from './registration/unused.ts'
import {
  changeApplicationRoute,
  disableApplicationRoute,
  enableApplicationRoute,
  listApplications,
  readApplication,
  registerApplicationRoute,
  removeApplicationRoute,
} from './routes.ts'
import { addApplicationSecret, endApplicationSecret, listApplicationSecrets } from './secret-routes.ts'
import { rememberedForMs } from './secrets.ts'
import { type ApplicationRow, deleteSecretsEndedBefore } from './store.ts'
import { createUses, type Uses } from './uses.ts'
import {
  distrustApplicationWorkload,
  distrustServiceWorkload,
  listApplicationWorkloads,
  listServiceWorkloads,
  trustApplicationWorkload,
  trustServiceWorkload,
} from './workloads/routes.ts'

/** Programs that people let in (OAuth clients): what they are, where they are reached, and how they prove it. */
export interface Applications extends Part {
  /** For the verbs of this part on the command line. */
  readonly ground: RegistrationGround
  readonly uses: Uses
  /** What applications and outside issuers publish. */
  readonly documents: Documents
  /** The application with this client id: registered, or described by a document. It may be fetched, so not in a transaction. */
  find(reader: Reader, id: string): Promise<ApplicationRow | undefined>
  /** What the metadata of the server say of registration; undefined where that is off. */
  readonly registrationEndpoint: string | undefined
}

type Given = Omit<RegistrationGround, 'documents'> & { readonly outbound: Outbound }

export function createApplications(given: Given): Applications {
  const documents = createDocuments(given)
  const ground: RegistrationGround = { ...given, documents }
  const { db, world, issuer, rules } = ground
  const uses = createUses(ground)
  return {
    ...{ ground, uses, documents },
    find: (reader, id) => findOrRead(ground, reader, id),
    registrationEndpoint: rules.registration === 'off' ? undefined : `${issuer}/oauth/register`,
    routes: serve(ground, [
      listApplications,
      registerApplicationRoute,
      readApplication,
      changeApplicationRoute,
      disableApplicationRoute,
      enableApplicationRoute,
      removeApplicationRoute,
      listApplicationSecrets,
      addApplicationSecret,
      endApplicationSecret,
      listRegisteredApplications,
      registerClient,
      readRegistration,
      changeRegistrationRoute,
      removeRegistrationRoute,
      listApplicationWorkloads,
      trustApplicationWorkload,
      distrustApplicationWorkload,
      listServiceWorkloads,
      trustServiceWorkload,
      distrustServiceWorkload,
    ]),
    jobs: [
      uses.job,
      documents.job,
      removeUnusedJob(ground),
      {
        name: 'applications.forget_secrets',
        everyMs: 3_600_000,
        run: () => db.transaction((tx) => deleteSecretsEndedBefore(tx, world.now() - rememberedForMs)),
      },
    ],
  }
}
