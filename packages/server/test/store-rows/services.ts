import * as serviceKeys from '../../src/services/own-keys/store.ts'
import * as serviceScopes from '../../src/services/scopes/store.ts'
import * as sharedKeys from '../../src/services/shared-keys/store.ts'
import * as services from '../../src/services/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const newService: services.ServiceRow = {
  ...{ id: 'svc_d', name: 'service d', secret_hash: 'of d', created_at: now, disabled_at: null, version: 3 },
  ...{ scopes: ['devices:read', 'keys:read'], audience: 'for d', known_scopes: ['pages:read', 'pages:see'] },
  ...{ profile: { name: 'plain' }, longest_life_seconds: 7, scopes_version: 4 },
}

const newServiceKey: serviceKeys.ServiceKeyRow = {
  ...{ kid: 'own_c', service: 'svc_c', algorithm: 'ES256', status: 'active', public_jwk: '{}' },
  ...{ private_sealed: 'sealed', created_at: now, activated_at: 1, retired_at: 2, last_used_at: 3 },
  revoked_at: null,
}

const newScope: serviceScopes.ServiceScopeRow = {
  ...{ service: 'svc_a', holder_kind: 'service', holder: 'svc_c', scope: 'pages:read', given_at: now },
}

/** The statements of services, their keys and who may do what at them. */
export const servicesRows: readonly Row[] = [
  {
    store: 'services',
    statement: 'insertService',
    run: (tx) => services.insertService(tx, newService),
    changes: [
      '+ services svc_d: id=svc_d name=service d secret_hash=of d scopes=devices:read keys:read created_at=1000 audience=for d known_scopes=pages:read pages:see profile={"name":"plain"} longest_life_seconds=7 version=3 scopes_version=4',
    ],
  },
  {
    store: 'services',
    statement: 'holdService',
    run: (tx) => services.holdService(tx, 'svc_b'),
    gives: 'svc_b',
    writes: 1,
  },
  {
    store: 'services',
    statement: 'updateService',
    run: (tx) => services.updateService(tx, { ...newService, id: 'svc_b' }),
    changes: [
      'services svc_b: name=service d scopes=devices:read keys:read audience=for d known_scopes=pages:read pages:see longest_life_seconds=7 version=3',
    ],
  },
  {
    store: 'services',
    statement: 'findServiceFor',
    run: (tx) => services.findServiceFor(tx, 'for b'),
    gives: 'svc_b',
  },
  {
    store: 'services/own-keys',
    statement: 'insertServiceKey',
    run: (tx) => serviceKeys.insertServiceKey(tx, newServiceKey),
    gives: true,
    changes: [
      '+ service_keys own_c: kid=own_c service=svc_c algorithm=ES256 status=active public_jwk={} private_sealed=sealed created_at=1000 activated_at=1 retired_at=2 last_used_at=3',
    ],
  },
  {
    store: 'services/own-keys',
    statement: 'insertServiceKey',
    of: 'of a service that has one',
    run: (tx) => serviceKeys.insertServiceKey(tx, { ...newServiceKey, service: 'svc_a' }),
    gives: false,
  },
  {
    store: 'services/own-keys',
    statement: 'findServiceKeys',
    run: (tx) => serviceKeys.findServiceKeys(tx, 'svc_a', now, now),
    gives: ['own_a_next', 'own_a_active', 'own_a_late', 'own_a_over'],
  },
  {
    store: 'services/own-keys',
    statement: 'findActiveServiceKey',
    run: (tx) => serviceKeys.findActiveServiceKey(tx, 'svc_a'),
    gives: 'own_a_active',
  },
  {
    store: 'services/own-keys',
    statement: 'findServiceKey',
    run: (tx) => serviceKeys.findServiceKey(tx, 'own_a_over'),
    gives: 'own_a_over',
  },
  {
    store: 'services/own-keys',
    statement: 'retireActiveServiceKey',
    run: (tx) => serviceKeys.retireActiveServiceKey(tx, 'svc_a', now),
    changes: ['service_keys own_a_active: status=retired retired_at=1000'],
  },
  {
    store: 'services/own-keys',
    statement: 'activateNextServiceKey',
    async run(tx) {
      await serviceKeys.retireActiveServiceKey(tx, 'svc_a', 1)
      return serviceKeys.activateNextServiceKey(tx, 'svc_a', now)
    },
    gives: 'own_a_next',
    changes: [
      'service_keys own_a_active: status=retired retired_at=1',
      'service_keys own_a_next: status=active activated_at=1000',
    ],
  },
  {
    store: 'services/own-keys',
    statement: 'revokeServiceKey',
    run: (tx) => serviceKeys.revokeServiceKey(tx, 'svc_a', 'own_a_active', now),
    gives: { status: 'active' },
    changes: ['service_keys own_a_active: revoked_at=1000'],
  },
  {
    store: 'services/own-keys',
    statement: 'revokeServiceKey',
    of: 'of another service',
    run: (tx) => serviceKeys.revokeServiceKey(tx, 'svc_b', 'own_a_active', now),
    gives: undefined,
  },
  {
    store: 'services/own-keys',
    statement: 'retireServiceKey',
    run: (tx) => serviceKeys.retireServiceKey(tx, 'own_a_active', now),
    changes: ['service_keys own_a_active: status=retired retired_at=1000'],
  },
  {
    store: 'services/own-keys',
    statement: 'retireServiceKey',
    of: 'of one that is retired',
    run: (tx) => serviceKeys.retireServiceKey(tx, 'own_a_late', now),
    writes: 1,
  },
  {
    store: 'services/own-keys',
    statement: 'retireServiceKeys',
    run: (tx) => serviceKeys.retireServiceKeys(tx, 'svc_a', now),
    changes: [
      'service_keys own_a_active: status=retired retired_at=1000',
      'service_keys own_a_next: status=retired retired_at=1000',
    ],
  },
  {
    store: 'services/own-keys',
    statement: 'noteServiceKeyUse',
    run: (tx) => serviceKeys.noteServiceKeyUse(tx, 'own_a_active', now),
    changes: ['service_keys own_a_active: last_used_at=1000'],
  },
  {
    store: 'services/own-keys',
    statement: 'noteServiceKeyUse',
    of: 'before one that is known',
    run: (tx) => serviceKeys.noteServiceKeyUse(tx, 'own_b_active', now),
  },
  {
    store: 'services/shared-keys',
    statement: 'insertSharedKey',
    run: (tx) =>
      sharedKeys.insertSharedKey(tx, {
        ...{ kid: 'shk_c1', service: 'svc_c', algorithm: 'HS512', secret_sealed: 'sealed', created_at: now },
        ...{ starts_at: 1100, ends_at: 1200, last_used_at: 1150 },
      }),
    changes: [
      '+ shared_keys shk_c1: kid=shk_c1 service=svc_c algorithm=HS512 secret_sealed=sealed created_at=1000 starts_at=1100 ends_at=1200 last_used_at=1150',
    ],
  },
  {
    store: 'services/shared-keys',
    statement: 'findSharedKeys',
    run: (tx) => sharedKeys.findSharedKeys(tx, 'svc_a', now),
    gives: ['shk_a3', 'shk_a2'],
  },
  {
    store: 'services/shared-keys',
    statement: 'findSharedKey',
    run: (tx) => sharedKeys.findSharedKey(tx, 'shk_a2', now),
    gives: 'shk_a2',
  },
  {
    store: 'services/shared-keys',
    statement: 'findSharedKey',
    of: 'of one that is over',
    run: (tx) => sharedKeys.findSharedKey(tx, 'shk_a1', now),
    gives: undefined,
  },
  {
    store: 'services/shared-keys',
    statement: 'endSharedKeys',
    run: (tx) => sharedKeys.endSharedKeys(tx, 'svc_a', 2000),
    changes: ['shared_keys shk_a3: ends_at=2000'],
  },
  {
    store: 'services/shared-keys',
    statement: 'keepSharedKeys',
    run: (tx) => sharedKeys.keepSharedKeys(tx, 'svc_a', now),
    changes: ['shared_keys shk_a2: ends_at=null'],
  },
  {
    store: 'services/shared-keys',
    statement: 'deleteSharedKey',
    run: (tx) => sharedKeys.deleteSharedKey(tx, 'svc_a', 'shk_a2'),
    gives: true,
    changes: ['- shared_keys shk_a2'],
  },
  {
    store: 'services/shared-keys',
    statement: 'deleteSharedKey',
    of: 'of another service',
    run: (tx) => sharedKeys.deleteSharedKey(tx, 'svc_b', 'shk_a2'),
    gives: false,
  },
  {
    store: 'services/shared-keys',
    statement: 'deleteEndedSharedKeys',
    run: (tx) => sharedKeys.deleteEndedSharedKeys(tx, now),
    changes: ['- shared_keys shk_a1'],
  },
  {
    store: 'services/shared-keys',
    statement: 'noteSharedKeyUse',
    run: (tx) => sharedKeys.noteSharedKeyUse(tx, 'shk_a2', now),
    changes: ['shared_keys shk_a2: last_used_at=1000'],
  },
  {
    store: 'services/shared-keys',
    statement: 'noteSharedKeyUse',
    of: 'before one that is known',
    run: (tx) => sharedKeys.noteSharedKeyUse(tx, 'shk_b1', now),
  },
  {
    store: 'services/scopes',
    statement: 'insertScope',
    run: (tx) => serviceScopes.insertScope(tx, newScope),
    gives: true,
    changes: [
      '+ service_scopes svc_a service svc_c pages:read: service=svc_a holder_kind=service holder=svc_c scope=pages:read given_at=1000',
    ],
  },
  {
    store: 'services/scopes',
    statement: 'insertScope',
    of: 'of one that they have',
    run: (tx) => serviceScopes.insertScope(tx, { ...newScope, holder: 'svc_b', scope: 'pages:write' }),
    gives: false,
  },
  {
    store: 'services/scopes',
    statement: 'deleteScope',
    run: (tx) =>
      serviceScopes.deleteScope(tx, 'svc_a', { kind: 'user_type', name: 'administrator' }, 'pages:read'),
    gives: true,
    changes: ['- service_scopes svc_a user_type administrator pages:read'],
  },
  {
    store: 'services/scopes',
    statement: 'deleteScope',
    of: 'of one that they do not have',
    run: (tx) => serviceScopes.deleteScope(tx, 'svc_a', { kind: 'devices', name: '' }, 'pages:write'),
    gives: false,
  },
  {
    store: 'services/scopes',
    statement: 'deleteUnknownScopes',
    run: (tx) => serviceScopes.deleteUnknownScopes(tx, 'svc_a', ['pages:write', 'pages:see']),
    changes: [
      '- service_scopes svc_a devices  pages:read',
      '- service_scopes svc_a user_type administrator pages:read',
      '- service_scopes svc_a user_type customer pages:read',
    ],
  },
  {
    store: 'services/scopes',
    statement: 'deleteUnknownScopes',
    of: 'where none is known',
    run: (tx) => serviceScopes.deleteUnknownScopes(tx, 'svc_b', []),
    changes: [
      '- service_scopes svc_b devices  pages:write',
      '- service_scopes svc_b user_type administrator pages:read',
    ],
  },
  {
    store: 'services/scopes',
    statement: 'findScopesOf',
    run: (tx) => serviceScopes.findScopesOf(tx, 'svc_a', { kind: 'user_type', name: 'administrator' }),
    gives: ['pages:read', 'pages:write'],
  },
  {
    store: 'services/scopes',
    statement: 'findScopeHolders',
    async run(tx) {
      const rows = await serviceScopes.findScopeHolders(tx, 'svc_a')
      return rows.map((row) => `${row.scope} ${row.holder_kind} ${row.holder}`)
    },
    gives: [
      'pages:read devices ',
      'pages:read user_type administrator',
      'pages:read user_type customer',
      'pages:write service svc_b',
      'pages:write user_type administrator',
    ],
  },
  {
    store: 'services/scopes',
    statement: 'hasUserType',
    run: (tx) => serviceScopes.hasUserType(tx, 'auditor'),
    gives: true,
  },
  {
    store: 'services/scopes',
    statement: 'hasUserType',
    of: 'of none',
    run: (tx) => serviceScopes.hasUserType(tx, 'nobody'),
    gives: false,
  },
  {
    store: 'services',
    statement: 'findService',
    run: (tx) => services.findService(tx, 'svc_b'),
    gives: 'svc_b',
  },
  {
    store: 'services',
    statement: 'findServiceNames',
    run: async (tx) =>
      [...(await services.findServiceNames(tx, ['svc_b', 'svc_none']))]
        .map(([id, name]) => `${id} ${name}`)
        .sort(),
    gives: ['svc_b service b'],
  },
  {
    store: 'services',
    statement: 'findServiceByName',
    run: (tx) => services.findServiceByName(tx, 'service b'),
    gives: 'svc_b',
  },
  {
    store: 'services',
    statement: 'findServices',
    run: (tx) => services.findServices(tx, 'svc_a', 1),
    gives: ['svc_b'],
  },
  {
    store: 'services',
    statement: 'disableService',
    run: (tx) => services.disableService(tx, 'svc_b', now),
    gives: true,
    changes: ['services svc_b: disabled_at=1000 version=2'],
  },
  {
    store: 'services',
    statement: 'disableService',
    of: 'of one that is',
    run: (tx) => services.disableService(tx, 'svc_c', now),
    gives: false,
  },
  {
    store: 'services',
    statement: 'replaceServiceSecret',
    run: (tx) => services.replaceServiceSecret(tx, 'svc_b', 'new'),
    changes: ['services svc_b: secret_hash=new'],
  },
  {
    store: 'services',
    statement: 'setScopesVersion',
    run: (tx) => services.setScopesVersion(tx, 'svc_b', 1000),
    changes: ['services svc_b: scopes_version=1000'],
  },
  {
    store: 'services/shared-keys',
    statement: 'findSealedSharedKeys',
    run: (tx) => sharedKeys.findSealedSharedKeys(tx, 'shk_a1 svc_a', 2),
    gives: ['shk_a2 svc_a', 'shk_a3 svc_a'],
  },
  {
    store: 'services/shared-keys',
    statement: 'replaceSealedSharedKey',
    run: (tx) => sharedKeys.replaceSealedSharedKey(tx, { id: 'shk_a2 svc_a', sealed: 'of shk_a2' }, 'anew'),
    gives: true,
    changes: ['shared_keys shk_a2: secret_sealed=anew'],
  },
  {
    store: 'services/shared-keys',
    statement: 'replaceSealedSharedKey',
    of: 'where somebody has changed it',
    run: (tx) => sharedKeys.replaceSealedSharedKey(tx, { id: 'shk_a2 svc_a', sealed: 'another' }, 'anew'),
    gives: false,
  },
  {
    store: 'services/shared-keys',
    statement: 'replaceSealedSharedKey',
    of: 'where another one has what was read',
    run: (tx) => sharedKeys.replaceSealedSharedKey(tx, { id: 'shk_a3 svc_a', sealed: 'of shk_a2' }, 'anew'),
    gives: false,
  },
  {
    store: 'services/own-keys',
    statement: 'findSealedServiceKeys',
    run: (tx) => serviceKeys.findSealedServiceKeys(tx, 'own_a_active svc_a', 2),
    gives: ['own_a_late svc_a', 'own_a_next svc_a'],
  },
  {
    store: 'services/own-keys',
    statement: 'replaceSealedServiceKey',
    run: (tx) =>
      serviceKeys.replaceSealedServiceKey(tx, { id: 'own_a_next svc_a', sealed: 'of own_a_next' }, 'anew'),
    gives: true,
    changes: ['service_keys own_a_next: private_sealed=anew'],
  },
  {
    store: 'services/own-keys',
    statement: 'replaceSealedServiceKey',
    of: 'where somebody has changed it',
    run: (tx) =>
      serviceKeys.replaceSealedServiceKey(tx, { id: 'own_a_next svc_a', sealed: 'another' }, 'anew'),
    gives: false,
  },
  {
    store: 'services/own-keys',
    statement: 'replaceSealedServiceKey',
    of: 'where another one has what was read',
    run: (tx) =>
      serviceKeys.replaceSealedServiceKey(tx, { id: 'own_a_late svc_a', sealed: 'of own_a_next' }, 'anew'),
    gives: false,
  },
  {
    ...{ store: 'services', statement: 'updateService', of: 'with a profile of its own' },
    run: (tx) => services.updateService(tx, { ...newService, id: 'svc_b', profile: { name: 'nats' } }),
    changes: [
      'services svc_b: name=service d scopes=devices:read keys:read audience=for d known_scopes=pages:read pages:see profile={"name":"nats"} longest_life_seconds=7 version=3',
    ],
  },
  ...(
    [
      ['that was revoked', 'revoked_at = 5'],
      ['that has just ended', 'ends_at = 1000'],
      ['by another', "kid = 'es_late', signer = 'issuer'"],
    ] as const
  ).map(
    ([of, change]): Row => ({
      ...{
        store: 'services/own-keys',
        statement: 'findServiceKeys',
        of: `beside one that signed a key ${of}`,
      },
      before: (tx) => tx.query(`UPDATE api_keys SET ${change} WHERE id = 'key_bob_1'`),
      run: (tx) => serviceKeys.findServiceKeys(tx, 'svc_a', now, now),
      gives: ['own_a_next', 'own_a_active', 'own_a_late'],
    }),
  ),
  {
    ...{ store: 'services/own-keys', statement: 'findActiveServiceKey', of: 'of another service' },
    run: (tx) => serviceKeys.findActiveServiceKey(tx, 'svc_b'),
    gives: 'own_b_active',
  },
  {
    ...{ store: 'services/own-keys', statement: 'findServiceKey', of: 'another one' },
    run: (tx) => serviceKeys.findServiceKey(tx, 'own_b_active'),
    gives: 'own_b_active',
  },
  {
    ...{ store: 'services/own-keys', statement: 'revokeServiceKey', of: 'that was revoked' },
    before: (tx) => tx.query("UPDATE service_keys SET revoked_at = 5 WHERE kid = 'own_a_next'"),
    run: (tx) => serviceKeys.revokeServiceKey(tx, 'svc_a', 'own_a_next', now),
  },
  {
    ...{ store: 'services/own-keys', statement: 'noteServiceKeyUse', of: 'at the very moment that is noted' },
    run: (tx) => serviceKeys.noteServiceKeyUse(tx, 'own_a_active', 500),
  },
  {
    ...{
      store: 'services/shared-keys',
      statement: 'noteSharedKeyUse',
      of: 'at the very moment that is noted',
    },
    run: (tx) => sharedKeys.noteSharedKeyUse(tx, 'shk_a2', 500),
  },
  {
    ...{ store: 'services/shared-keys', statement: 'findSharedKeys', of: 'of which two begin at one time' },
    before: (tx) => tx.query("UPDATE shared_keys SET starts_at = 1200 WHERE kid = 'shk_a2'"),
    run: (tx) => sharedKeys.findSharedKeys(tx, 'svc_a', now),
    gives: ['shk_a3', 'shk_a2'],
  },
  {
    ...{ store: 'services/shared-keys', statement: 'keepSharedKeys', of: 'of another service' },
    run: (tx) => sharedKeys.keepSharedKeys(tx, 'svc_b', now),
  },
  {
    ...{
      store: 'services/scopes',
      statement: 'deleteScope',
      of: 'of a holder of another kind',
      gives: false,
    },
    run: (tx) => serviceScopes.deleteScope(tx, 'svc_a', { kind: 'user_type', name: 'svc_b' }, 'pages:write'),
  },
  {
    ...{ store: 'services/scopes', statement: 'findScopesOf', of: 'of a holder of another kind' },
    run: (tx) => serviceScopes.findScopesOf(tx, 'svc_a', { kind: 'user_type', name: 'svc_b' }),
    gives: [],
  },
]
