import { accountsAddressesRows } from './accounts-addresses.ts'
import { accountsFactorsRows } from './accounts-factors.ts'
import { accountsPermissionsRows } from './accounts-permissions.ts'
import { accountsSignInRows } from './accounts-sign-in.ts'
import { accountsUsersRows } from './accounts-users.ts'
import { activityRows } from './activity.ts'
import { activityArchiveRows } from './activity-archive.ts'
import { activityProofRows } from './activity-proof.ts'
import { activityViewsRows } from './activity-views.ts'
import { alarmsRows } from './alarms.ts'
import { apiKeysRows } from './api-keys.ts'
import { applicationRows } from './applications.ts'
import { approvalRows } from './approvals.ts'
import { appsRows } from './apps.ts'
import { authorizationRows } from './authorization.ts'
import { devicesRows } from './devices.ts'
import { keysRows } from './keys.ts'
import { mailRows } from './mail.ts'
import { operationsRows } from './operations.ts'
import type { Row } from './row.ts'
import { servicesRows } from './services.ts'
import { sessionsRows } from './sessions.ts'
import { signalRows } from './shared-signals.ts'
import { tokensRows } from './tokens.ts'
import { upstreamRows } from './upstream.ts'
import { webhooksRows } from './webhooks.ts'

/** The rows of every `store.ts`. */
export const rows: readonly Row[] = [
  ...accountsAddressesRows,
  ...accountsFactorsRows,
  ...accountsPermissionsRows,
  ...accountsSignInRows,
  ...accountsUsersRows,
  ...activityArchiveRows,
  ...activityProofRows,
  ...activityViewsRows,
  ...activityRows,
  ...alarmsRows,
  ...apiKeysRows,
  ...applicationRows,
  ...approvalRows,
  ...appsRows,
  ...authorizationRows,
  ...devicesRows,
  ...keysRows,
  ...mailRows,
  ...operationsRows,
  ...servicesRows,
  ...sessionsRows,
  ...signalRows,
  ...tokensRows,
  ...upstreamRows,
  ...webhooksRows,
]
