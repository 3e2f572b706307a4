import * as permissions from '../../src/accounts/permissions/store.ts'
import * as userTypes from '../../src/accounts/user-types/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

const strictRule: userTypes.SignInRuleRow = {
  ...{ self_registration: 1, mail_code: 0, session_idle_ms: 600, session_longest_ms: 700 },
}

const strictRuleSet = 'self_registration=1 mail_code=0 session_idle_ms=600 session_longest_ms=700'
const noLimits = { self_registration: 0, mail_code: 1, session_idle_ms: null, session_longest_ms: null }

/** The statements of user types, and of permissions that a person has beside those of their type. */
export const accountsPermissionsRows: readonly Row[] = [
  {
    store: 'accounts/user-types',
    statement: 'findFactorRule',
    run: (tx) => userTypes.findFactorRule(tx, 'customer'),
    gives: { factor_required_at: null, factor_grace_days: 0 },
  },
  {
    store: 'accounts/user-types',
    statement: 'setFactorRule',
    run: (tx) => userTypes.setFactorRule(tx, 'customer', now, 7),
    changes: ['user_types customer: factor_required_at=1000 factor_grace_days=7'],
  },
  {
    store: 'accounts/user-types',
    statement: 'setFactorRule',
    of: 'of a type that had one, and loses it',
    async run(tx) {
      await userTypes.setFactorRule(tx, 'customer', 500, 7)
      await userTypes.setFactorRule(tx, 'auditor', 500, 7)
      await userTypes.setFactorRule(tx, 'customer', now, 8)
      await userTypes.setFactorRule(tx, 'auditor', null, 0)
    },
    changes: ['user_types customer: factor_required_at=500 factor_grace_days=8'],
    writes: 4,
  },
  {
    store: 'accounts/user-types',
    statement: 'copyRules',
    async run(tx) {
      await userTypes.setFactorRule(tx, 'auditor', 500, 7)
      await userTypes.updateSignInRule(tx, 'auditor', strictRule)
      await userTypes.copyRules(tx, 'auditor', 'customer')
    },
    changes: ['auditor', 'customer'].map(
      (type) => `user_types ${type}: factor_required_at=500 factor_grace_days=7 ${strictRuleSet}`,
    ),
    writes: 3,
  },
  {
    store: 'accounts/user-types',
    statement: 'findSignInRule',
    run: (tx) => userTypes.findSignInRule(tx, 'customer'),
    gives: { self_registration: 0, mail_code: 1, session_idle_ms: null, session_longest_ms: null },
  },
  {
    store: 'accounts/user-types',
    statement: 'updateSignInRule',
    run: (tx) => userTypes.updateSignInRule(tx, 'customer', strictRule),
    changes: [`user_types customer: ${strictRuleSet}`],
  },
  {
    store: 'accounts/user-types',
    statement: 'findOpenTypes',
    async run(tx) {
      await userTypes.updateSignInRule(tx, 'customer', strictRule)
      return (await userTypes.findOpenTypes(tx)).map(({ name }) => name)
    },
    changes: [`user_types customer: ${strictRuleSet}`],
    gives: ['customer'],
  },
  {
    store: 'accounts/user-types',
    statement: 'findUserTypes',
    run: (tx) => userTypes.findUserTypes(tx),
    gives: ['administrator', 'auditor', 'customer'],
  },
  {
    store: 'accounts/user-types',
    statement: 'findUserType',
    run: (tx) => userTypes.findUserType(tx, 'auditor'),
    gives: 'auditor',
  },
  {
    store: 'accounts/user-types',
    statement: 'insertUserType',
    run: (tx) =>
      userTypes.insertUserType(tx, {
        name: 'guest',
        description: 'looks',
        permissions: ['devices:read', 'keys:read'],
        created_at: now,
        version: 3,
        permissions_version: 2,
      }),
    changes: [
      '+ user_types guest: name=guest description=looks permissions=devices:read keys:read created_at=1000 version=3 permissions_version=2 factor_grace_days=0 self_registration=0 mail_code=1',
    ],
  },
  {
    store: 'accounts/user-types',
    statement: 'insertUserTypeIfMissing',
    run: (tx) =>
      userTypes.insertUserTypeIfMissing(tx, {
        name: 'guest',
        description: 'looks',
        permissions: ['devices:read'],
        created_at: now,
        version: 3,
        permissions_version: 2,
      }),
    changes: [
      '+ user_types guest: name=guest description=looks permissions=devices:read created_at=1000 version=3 permissions_version=2 factor_grace_days=0 self_registration=0 mail_code=1',
    ],
  },
  {
    store: 'accounts/user-types',
    statement: 'insertUserTypeIfMissing',
    of: 'of one that is there',
    run: (tx) =>
      userTypes.insertUserTypeIfMissing(tx, {
        name: 'customer',
        description: 'other',
        permissions: ['devices:read'],
        created_at: now,
        version: 3,
        permissions_version: 2,
      }),
  },
  {
    store: 'accounts/user-types',
    statement: 'holdUserType',
    run: (tx) => userTypes.holdUserType(tx, 'auditor'),
    gives: 'auditor',
    writes: 1,
  },
  {
    store: 'accounts/user-types',
    statement: 'updateUserType',
    run: (tx) =>
      userTypes.updateUserType(tx, {
        name: 'auditor',
        description: 'looks',
        permissions: ['keys:read'],
        created_at: 9,
        version: 8,
        permissions_version: 7,
      }),
    changes: ['user_types auditor: description=looks permissions=keys:read version=8 permissions_version=7'],
  },
  {
    store: 'accounts/user-types',
    statement: 'deleteUserType',
    run: (tx) => userTypes.deleteUserType(tx, 'auditor'),
    changes: ['- user_types auditor'],
  },
  {
    store: 'accounts/permissions',
    statement: 'takeVersion',
    run: (tx) => permissions.takeVersion(tx),
    gives: 2,
    changes: ['permission_versions 1: newest=2'],
  },
  {
    store: 'accounts/permissions',
    statement: 'insertGrant',
    run: (tx) =>
      permissions.insertGrant(tx, {
        id: 'grt_new',
        user_id: 'usr_cyd',
        kind: 'denial',
        permission: 'keys:read',
        reason: 'a reason',
        created_by: 'usr_ada',
        created_at: now,
        until: 2000,
      }),
    changes: [
      '+ user_grants grt_new: id=grt_new user_id=usr_cyd kind=denial permission=keys:read reason=a reason created_by=usr_ada created_at=1000 until=2000',
    ],
  },
  {
    store: 'accounts/permissions',
    statement: 'forgetMaker',
    writes: 2,
    async run(tx) {
      const made = { user_id: 'usr_cyd', kind: 'denial', reason: 'r', created_at: now, until: 2000 } as const
      const grant = { ...made, id: 'grt_new', permission: 'keys:read', created_by: 'usr_bob' } as const
      await permissions.insertGrant(tx, grant)
      await permissions.forgetMaker(tx, 'usr_bob')
    },
    changes: [
      '+ user_grants grt_new: id=grt_new user_id=usr_cyd kind=denial permission=keys:read reason=r created_at=1000 until=2000',
    ],
  },
  {
    store: 'accounts/permissions',
    statement: 'deleteGrant',
    run: (tx) => permissions.deleteGrant(tx, 'usr_bob', 'grt_bob_1'),
    gives: 'grt_bob_1',
    changes: ['- user_grants grt_bob_1'],
  },
  {
    store: 'accounts/permissions',
    statement: 'deleteGrant',
    of: 'of somebody else',
    run: (tx) => permissions.deleteGrant(tx, 'usr_ada', 'grt_bob_1'),
  },
  {
    store: 'accounts/permissions',
    statement: 'deleteEndedGrants',
    run: (tx) => permissions.deleteEndedGrants(tx, now, 1),
    gives: ['grt_dan_1'],
    changes: ['- user_grants grt_dan_1'],
  },
  {
    store: 'accounts/permissions',
    statement: 'deleteEndedGrantsOf',
    run: (tx) => permissions.deleteEndedGrantsOf(tx, 'usr_bob', now),
    gives: ['grt_bob_3'],
    changes: ['- user_grants grt_bob_3'],
  },
  {
    store: 'accounts/permissions',
    statement: 'findGrantedToType',
    run: (tx) => permissions.findGrantedToType(tx, 'customer', now),
    gives: ['users:read'],
  },
  {
    store: 'accounts/permissions',
    statement: 'findUserIdsGranted',
    run: (tx) => permissions.findUserIdsGranted(tx, 'users:read', 'usr_ada', 9),
    gives: ['usr_bob'],
  },
  {
    store: 'accounts/permissions',
    statement: 'findUserIdsGranted',
    of: 'a denial',
    run: (tx) => permissions.findUserIdsGranted(tx, 'devices:read', '', 9),
    gives: [],
  },
  {
    store: 'accounts/permissions',
    statement: 'findUserIdsGranted',
    of: 'after the last',
    run: (tx) => permissions.findUserIdsGranted(tx, 'users:read', 'usr_bob', 9),
    gives: [],
  },
  {
    store: 'accounts/permissions',
    statement: 'hasUndenied',
    run: (tx) => permissions.hasUndenied(tx, 'administrator', now),
    gives: true,
  },
  {
    store: 'accounts/permissions',
    statement: 'hasUndenied',
    of: 'of somebody who is denied something',
    run: (tx) => permissions.hasUndenied(tx, 'customer', now),
    gives: false,
  },
  {
    store: 'accounts/permissions',
    statement: 'hasUndenied',
    of: 'once the denial is over',
    run: (tx) => permissions.hasUndenied(tx, 'customer', 1100),
    gives: true,
  },
  {
    store: 'accounts/permissions',
    statement: 'hasUndenied',
    of: 'of a type that nobody has',
    run: (tx) => permissions.hasUndenied(tx, 'auditor', now),
    gives: false,
  },
  {
    store: 'accounts/permissions',
    statement: 'findKnownPermissions',
    run: (tx) => permissions.findKnownPermissions(tx).then((names) => names.length),
    gives: 13,
  },
  {
    store: 'accounts/permissions',
    statement: 'insertKnownPermission',
    run: (tx) => permissions.insertKnownPermission(tx, 'lamps:light'),
    changes: ['+ known_permissions lamps:light: name=lamps:light'],
  },
  {
    store: 'accounts/permissions',
    statement: 'insertKnownPermission',
    of: 'of one that is known',
    run: (tx) => permissions.insertKnownPermission(tx, 'keys:read'),
  },
  {
    store: 'accounts/permissions',
    statement: 'insertTypeMoves',
    run: (tx) => permissions.insertTypeMoves(tx, 'customer', 'evt_9'),
    changes: ['+ user_type_moves usr_bob evt_9: user_id=usr_bob event=evt_9'],
  },
  {
    store: 'accounts/permissions',
    statement: 'findTypeMoves',
    run: (tx) => permissions.findTypeMoves(tx, 'usr_ada'),
    gives: ['evt_1'],
  },
  {
    store: 'accounts/user-types',
    statement: 'moveScopes',
    run: (tx) => userTypes.moveScopes(tx, 'customer', 'auditor'),
    changes: [
      '+ service_scopes svc_a user_type auditor pages:read: service=svc_a holder_kind=user_type holder=auditor scope=pages:read given_at=1 user_type=auditor',
      '- service_scopes svc_a user_type customer pages:read',
    ],
    writes: 1,
  },
  {
    ...{ store: 'accounts/user-types', statement: 'findFactorRule', of: 'of a type that has one' },
    before: (tx) =>
      tx.query("UPDATE user_types SET factor_required_at = 7, factor_grace_days = 2 WHERE name = 'auditor'"),
    run: async (tx) => [
      await userTypes.findFactorRule(tx, 'administrator'),
      await userTypes.findFactorRule(tx, 'auditor'),
    ],
    gives: [
      { factor_required_at: null, factor_grace_days: 0 },
      { factor_required_at: 7, factor_grace_days: 2 },
    ],
  },
  {
    ...{ store: 'accounts/user-types', statement: 'findSignInRule', of: 'of a type that has one' },
    before: (tx) => tx.query("UPDATE user_types SET session_idle_ms = 600 WHERE name = 'auditor'"),
    run: async (tx) => [
      await userTypes.findSignInRule(tx, 'administrator'),
      await userTypes.findSignInRule(tx, 'auditor'),
    ],
    gives: [noLimits, { ...noLimits, session_idle_ms: 600 }],
  },
  {
    ...{ store: 'accounts/permissions', statement: 'deleteEndedGrants', of: 'all that have ended' },
    run: (tx) => permissions.deleteEndedGrants(tx, now, 9).then((rows) => rows.map(({ id }) => id).sort()),
    gives: ['grt_bob_3', 'grt_dan_1'],
    changes: ['- user_grants grt_bob_3', '- user_grants grt_dan_1'],
  },
  ...(
    [
      ['where all are disabled', 'disabled_at = 1'],
      ['where nobody has a password', 'password_hash = NULL'],
    ] as const
  ).map(
    ([of, change]): Row => ({
      ...{ store: 'accounts/permissions', statement: 'hasUndenied', of, gives: false },
      before: (tx) => tx.query(`UPDATE users SET ${change} WHERE user_type = 'administrator'`),
      run: (tx) => permissions.hasUndenied(tx, 'administrator', now),
    }),
  ),
]
