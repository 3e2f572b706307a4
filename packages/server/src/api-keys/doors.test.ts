import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Home, openHome } from '../../test/home.ts'
import { operator } from '../identity.ts'
import { isForKeys, isPermission, permissionNames } from '../permissions.ts'
import { createKeyFor } from './make.ts'

// Every route that takes a token, and whether it takes an API key. Whoever adds a route decides it here: what makes credentials or
// gives rights over accounts is closed, for that would outlive the key.

const open = [
  ...['readMe', 'revokeMyApiKey', 'listUserApiKeys', 'revokeUserApiKey'],
  ...['listUsers', 'countUsers', 'createUser', 'readUser', 'disableUser', 'enableUser', 'unlockUser'],
  ...['deleteUser', 'undeleteUser', 'listUserSessions', 'endUserSession', 'endUserSessions'],
  ...['readUserFactors', 'listUserAddresses', 'readUserAttributes', 'setUserAttributes'],
  ...['listAttributes', 'readAttribute', 'listUserTypes', 'readUserType', 'readFactorRule', 'readSignInRule'],
  ...['listUserIdentities', 'listProviders', 'listProviderPresets', 'readProvider'],
  ...['listUserPermissions', 'listGrants', 'checkPermission', 'listHolders', 'readAbilities'],
  ...['evaluateAccess', 'evaluateAccesses', 'searchSubjects', 'searchResources', 'searchActions'],
  ...[
    'listActivityPeriods',
    'listActivityBackups',
    'searchActivity',
    'nameActivity',
    'exportActivity',
    'followActivity',
    'listSignIns',
    'exportSignIns',
    'listJobs',
  ],
  ...['readStatistics', 'readOverview'],
  ...['runJob', 'listSinks'],
  ...['readEvent', 'readLogProof', 'listLogCheckpoints', 'listLogHolds'],
  ...['listAlarms', 'countAlarms', 'readAlarm', 'listAlarmRules', 'listAlarmSilences'],
  ...[
    'listApps',
    'readApp',
    'listAppKeys',
    'listAppPeople',
    'listServices',
    'readService',
    'readServiceConfiguration',
  ],
  ...['listScopeHolders', 'listSharedKeys', 'listServiceKeys'],
  ...['listSigningKeys', 'listKeySetFetches', 'previewKeyRotation'],
  ...['listApplications', 'readApplication', 'listApplicationSecrets', 'listRegisteredApplications'],
  'listApplicationStreams',
  ...['listApplicationWorkloads', 'listServiceWorkloads'],
  ...['listDevices', 'readDevice', 'registerDevice', 'listDeviceKeys', 'addDeviceKey', 'endDeviceKey'],
  ...['bindDevice', 'unbindDevice', 'issueClaimCode', 'listShares', 'shareDevice', 'endShare'],
  ...['readDeviceConnection', 'listTelemetry', 'listDeviceLogs', 'readShadow', 'changeShadow'],
  ...['commandDevice', 'readApproval', 'previewServiceKeyRotation', 'revokeToken'],
]

const closed = [
  // What would give somebody else's program more than a key may have.
  ...['registerApplication', 'changeApplication', 'disableApplication', 'enableApplication'],
  ...['removeApplication', 'addApplicationSecret', 'endApplicationSecret'],
  ...['trustApplicationWorkload', 'distrustApplicationWorkload'],
  ...['trustServiceWorkload', 'distrustServiceWorkload'],
  // Keys, and what one signs in with.
  ...['createApiKey', 'listMyApiKeys', 'changeMyPassword', 'logOut'],
  ...['readMyFactors', 'beginMyAuthenticator', 'confirmMyAuthenticator', 'removeMyAuthenticator'],
  ...['renewMyRecoveryCodes', 'forgetMyBrowsers', 'resetUserFactors'],
  ...['listMyIdentities', 'linkMyIdentity', 'unlinkMyIdentity', 'readMyProvider', 'removeUserIdentity'],
  ...['listMyPasskeys', 'offerMyPasskey', 'registerMyPasskey', 'renameMyPasskey', 'removeMyPasskey'],
  ...['listMySessions', 'endMySession', 'endMyOtherSessions', 'listMyActivity'],
  ...['listMyApplications', 'withdrawMyConsent', 'listUserApplications', 'withdrawUserConsent'],
  'listApplicationPeople',
  ...['listMyApprovals', 'beginApproval', 'allowApproval', 'denyApproval'],
  ...['beginBinding', 'readBinding'],
  ...['listMyAddresses', 'addMyAddress', 'sendMyAddressProof', 'makeMyAddressPrimary', 'removeMyAddress'],
  ...['addUserAddress', 'sendUserAddressProof', 'makeUserAddressPrimary', 'removeUserAddress'],
  ...['inviteUser', 'sendRecovery', 'resetUser', 'importUsers', 'actOnUsers', 'actAsUser'],
  // What is held about a person, and what they did themselves.
  ...['readMyAttributes', 'setMyAttributes', 'downloadMyData', 'downloadUserData', 'readReceipt'],
  ...['placeLogHold', 'liftLogHold', 'startActivityBackup'],
  ...['saveActivitySearch', 'changeActivitySearch', 'removeActivitySearch', 'listActivitySearches'],
  // What is told, and to whom.
  ...[
    'acknowledgeAlarm',
    'closeAlarm',
    'changeAlarmRule',
    'addAlarmRule',
    'removeAlarmRule',
    'silenceAlarms',
    'endAlarmSilence',
  ],
  ...[
    'listWebhooks',
    'createWebhook',
    'readWebhook',
    'changeWebhook',
    'removeWebhook',
    'rotateWebhookSecret',
  ],
  ...['testWebhook', 'listWebhookDeliveries', 'readWebhookDelivery', 'replayWebhookDelivery'],
  ...['replayWebhookDeliveries'],
  // Rights of others.
  ...['updateUser', 'createGrant', 'withdrawGrant', 'createUserType', 'changeUserType', 'removeUserType'],
  ...['setFactorRule', 'setSignInRule', 'addAttribute', 'changeAttribute', 'removeAttribute'],
  // Programs and what signs.
  ...['createService', 'changeService', 'disableService', 'giveScope', 'takeScope'],
  ...['rotateSharedKey', 'dropSharedKey', 'rotateServiceKeys', 'rotateSigningKeys', 'revokeSigningKey'],
  ...[
    'createApp',
    'changeApp',
    'disableApp',
    'addAppKey',
    'revokeAppKey',
    'linkAppPerson',
    'unlinkAppPerson',
    'refreshAppKeys',
    'checkAssertion',
    'revokeServiceKey',
  ],
  ...['createProvider', 'changeProvider', 'disableProvider', 'enableProvider', 'removeProvider'],
  ...['pauseApplicationStream', 'resumeApplicationStream', 'removeApplicationStream'],
  // Of applications by themselves.
  ...['createSsfStream', 'readSsfStreams', 'changeSsfStream', 'replaceSsfStream', 'removeSsfStream'],
  ...['readSsfStatus', 'changeSsfStatus', 'addSsfSubject', 'removeSsfSubject', 'verifySsfStream'],
  'pollSsfStream',
  // Of devices themselves.
  ...['sendTelemetry', 'sendDeviceLog'],
]

describe('the routes that an API key may ask for', () => {
  let house: Home
  let key: string
  before(async () => {
    house = await openHome()
    const scopes = permissionNames.filter(isForKeys)
    const given = { name: 'all that a key may have', scopes }
    key = (await createKeyFor(house.app.apiKeys.ground, operator, house.admin.id, given)).key
  })
  after(() => house.close())

  test('are decided of each', () => {
    const asking = house.app.routes.filter(({ access }) => access !== 'public')
    assert.deepEqual(asking.map(({ id }) => id).sort(), [...open, ...closed].sort())
    const marked = asking.filter(({ apiKeys }) => apiKeys === true).map(({ id }) => id)
    assert.deepEqual(marked.sort(), open.toSorted())
  })

  test('take one, and all others refuse it whatever scopes it has', async () => {
    for (const { id, method, path } of house.app.routes.filter(({ access }) => access !== 'public')) {
      const asked = path.replaceAll(/\{\w+\}/g, 'none')
      const body = method === 'GET' || method === 'DELETE' ? undefined : {}
      // The one would not end, and the other takes a key for itself alone.
      if (id === 'followActivity' || id === 'revokeMyApiKey') continue
      const answer = await house.call(method, asked, { token: key, body })
      const isClosed = answer.status === 403 && answer.body.code === 'kind_not_allowed'
      assert.equal(isClosed, closed.includes(id), `${id}: ${answer.text}`)
    }
  })

  test('each need a permission that keys may have, and no other permission is theirs', () => {
    const needed = house.app.routes.flatMap(({ access, apiKeys }) =>
      apiKeys === true && access !== 'public' && access.permission !== undefined ? [access.permission] : [],
    )
    // Their verbs ask for these; and the last gives authority over people who have it.
    const byVerbs = ['devices:control', 'api-keys:write', 'tokens:revoke']
    const useful = new Set<string>([...needed, ...byVerbs])
    assert.deepEqual([...useful].sort(), permissionNames.filter(isForKeys).sort())
    assert.ok([...useful].every(isPermission))
  })

  test('a key has no authority over who runs this server, not even of one of them', async () => {
    const other = await house.signedIn('another', 'administrator')
    for (const [method, path, body] of [
      ['POST', `/v1/users/${other.id}/disable`, undefined],
      ['POST', `/v1/users/${house.admin.id}/disable`, undefined],
      ['POST', `/v1/users/${other.id}/sessions/end-all`, undefined],
      ['POST', `/v1/users/${other.id}/delete`, {}],
      ['POST', '/v1/users', { username: 'mine', user_type: 'administrator' }],
    ] as const) {
      const answer = await house.call(method, path, { token: key, body })
      assert.deepEqual([answer.status, answer.body.code], [403, 'permission_missing'], answer.text)
    }
    const made = await house.call('POST', '/v1/users', {
      token: key,
      body: { username: 'a customer', user_type: 'customer' },
    })
    assert.equal(made.status, 201, made.text)
    const events = await house.app.db.query<{ client_id: string; subject_kind: string }>(
      `SELECT client_id, subject_kind FROM activity WHERE event = 'user.create' AND target = $1`,
      made.body.id,
    )
    assert.equal(events[0]?.subject_kind, 'api_key')
    assert.match(events[0]?.client_id ?? '', /^key_/)
  })
})
