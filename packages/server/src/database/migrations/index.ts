import type { Migration } from '../migrations.ts'
import { foundation } from './0001-foundation.ts'
import { senderConstraint } from './0002-sender-constraint.ts'
import { processes } from './0003-processes.ts'
import { lookAlikes } from './0004-look-alikes.ts'
import { signInFailures } from './0005-sign-in-failures.ts'
import { history } from './0006-history.ts'
import { imports } from './0007-imports.ts'
import { permissions } from './0008-permissions.ts'
import { mail } from './0009-mail.ts'
import { secondFactors } from './0010-second-factors.ts'
import { acting } from './0012-acting.ts'
import { people } from './0013-people.ts'
import { signInRules } from './0014-sign-in-rules.ts'
import { mailedCodes } from './0015-mailed-codes.ts'
import { registrations } from './0016-registrations.ts'
import { peppers } from './0017-peppers.ts'
import { actingSessions } from './0018-acting-sessions.ts'
import { passkeys } from './0019-passkeys.ts'
import { attributes } from './0020-attributes.ts'
import { userVersions } from './0021-user-versions.ts'
import { passkeyBrowsers } from './0022-passkey-browsers.ts'
import { indexes } from './0023-indexes.ts'
import { audiences } from './0024-audiences.ts'
import { keysOfServices } from './0025-keys-of-services.ts'
import { keyRing } from './0026-key-ring.ts'
import { apps } from './0027-apps.ts'
import { apiKeys } from './0028-api-keys.ts'
import { appKeySets } from './0029-app-key-sets.ts'
import { tokenStatus } from './0030-token-status.ts'
import { logProof } from './0031-log-proof.ts'
import { logConsumers } from './0032-log-consumers.ts'
import { logArchive } from './0033-log-archive.ts'
import { statistics } from './0034-statistics.ts'
import { alarms } from './0035-alarms.ts'
import { sinks } from './0036-sinks.ts'
import { logBackups } from './0037-log-backups.ts'
import { applications } from './0038-applications.ts'
import { authorization } from './0039-authorization.ts'
import { deviceCodes } from './0040-device-codes.ts'
import { clientDocuments } from './0041-client-documents.ts'
import { clientRegistration } from './0042-client-registration.ts'
import { logDamageAndSearches } from './0043-log-damage-and-searches.ts'
import { ownAlarmRules } from './0044-own-alarm-rules.ts'
import { providers } from './0045-providers.ts'
import { identities } from './0046-identities.ts'
import { commandApprovals } from './0047-command-approvals.ts'
import { bindingCodes } from './0048-binding-codes.ts'
import { signOut } from './0051-sign-out.ts'
import { sharedSignals } from './0052-shared-signals.ts'
import { activityTargets } from './0053-activity-targets.ts'
import { droppedSegments } from './0054-dropped-segments.ts'
import { refusedAddressesByDay } from './0055-refused-addresses-by-day.ts'
import { makers } from './0056-makers.ts'

/** Every migration there is, in order. New ones go at the end. */
export const migrations: readonly Migration[] = [
  foundation,
  senderConstraint,
  processes,
  lookAlikes,
  signInFailures,
  history,
  imports,
  permissions,
  mail,
  secondFactors,
  acting,
  people,
  signInRules,
  mailedCodes,
  registrations,
  peppers,
  actingSessions,
  passkeys,
  attributes,
  userVersions,
  passkeyBrowsers,
  indexes,
  audiences,
  keysOfServices,
  keyRing,
  apps,
  apiKeys,
  appKeySets,
  tokenStatus,
  logProof,
  logConsumers,
  logArchive,
  statistics,
  alarms,
  sinks,
  logBackups,
  applications,
  authorization,
  deviceCodes,
  clientDocuments,
  clientRegistration,
  logDamageAndSearches,
  ownAlarmRules,
  providers,
  identities,
  commandApprovals,
  bindingCodes,
  signOut,
  sharedSignals,
  activityTargets,
  droppedSegments,
  refusedAddressesByDay,
  makers,
]
