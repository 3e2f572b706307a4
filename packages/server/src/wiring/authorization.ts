import { createOauth } from '../oauth/oauth.ts'
import { createSharedSignals } from '../shared-signals/shared-signals.ts'
import type { Callers } from './callers.ts'
import type { WiredDevices } from './devices.ts'
import type { Foundation } from './foundation.ts'
import type { WiredLog } from './log.ts'

/** The authorization server, and the signals that it shares with those whom people have let in. */
export function createAuthorization(
  { config, ground, masterKey, attempts, ring, outbound, regions }: Foundation,
  { tokens, services, accounts, applications, apps }: Callers,
  { devices, isDeviceToken, authenticateCaller }: WiredDevices,
  { proof, webhooks }: Pick<WiredLog, 'proof' | 'webhooks'>,
) {
  const { findTarget } = services
  const oauth = createOauth({
    ...{ ...ground, ...tokens, findTarget, isDeviceToken, masterKey, regionOf: regions.regionOf },
    ...{ documents: applications.documents, registrationEndpoint: applications.registrationEndpoint },
    hasClientDocuments: config.clientDocuments === 'on',
    outbox: webhooks.outbox,
    ...{ findApplication: applications.find, noteClientUse: applications.uses.note },
    ...{ findPerson: accounts.forApplications, namesOf: accounts.namesOf, cookies: accounts.cookies },
    requireOver: accounts.ofApps.requireOver,
    ...{ decideDevice: devices.decide, namesOfDevices: devices.namesOf, binding: devices.binding },
    findKeyOfService: tokens.hands.findKeyOfService,
    authenticate: authenticateCaller,
    admitDevice: (tx, client) => attempts.admitChallenge(tx, client, 'application.device'),
    judgeUserCode: attempts.judgeDeviceCode,
    signInByApp: apps.signIn,
    identifyDevice: devices.authenticate.identify,
  })
  const signals = createSharedSignals(
    {
      ...{ ...ground, issuer: config.issuer, ring, masterKey, outbound },
      ...{ outbox: webhooks.outbox, letInBy: oauth.letInBy },
    },
    proof.ground.sequencer,
  )
  return { oauth, signals }
}
