import * as deviceKeys from '../../src/devices/keys/store.ts'
import * as relations from '../../src/devices/relations/store.ts'
import * as shadow from '../../src/devices/shadow/store.ts'
import * as devices from '../../src/devices/store.ts'
import * as telemetry from '../../src/devices/telemetry/store.ts'
import { now } from '../neighbours.ts'
import type { Row } from './row.ts'

/** The statements of devices, who may use them, their keys, shadow and telemetry. */
export const devicesRows: readonly Row[] = [
  {
    store: 'devices/relations',
    statement: 'findRelationsOf',
    run: (tx) => relations.findRelationsOf(tx, 'usr_ada').then((rows) => rows.map(({ uid }) => uid)),
    gives: ['dev_a', 'dev_b'],
  },
  {
    store: 'devices/keys',
    statement: 'insertDeviceKey',
    run: (tx) =>
      deviceKeys.insertDeviceKey(tx, {
        kid: 'key_b2',
        uid: 'dev_b',
        algorithm: 'ES256',
        public_jwk: '{}',
        created_at: now,
        expires_at: 2000,
        revoked_at: null,
      }),
    changes: [
      '+ device_keys dev_b key_b2: kid=key_b2 uid=dev_b algorithm=ES256 public_jwk={} created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'devices/keys',
    statement: 'findDeviceKeys',
    run: (tx) => deviceKeys.findDeviceKeys(tx, 'dev_a'),
    gives: ['key_a1', 'key_a2', 'key_a3', 'key_a4'],
  },
  {
    store: 'devices/keys',
    statement: 'findLiveDeviceKeys',
    run: (tx) =>
      deviceKeys.findLiveDeviceKeys(tx, 'dev_a', now).then((found) => found.map(({ kid }) => kid).sort()),
    gives: ['key_a1', 'key_a2'],
  },
  {
    store: 'devices/keys',
    statement: 'revokeDeviceKey',
    run: (tx) => deviceKeys.revokeDeviceKey(tx, 'dev_a', 'key_a1', now),
    gives: true,
    changes: ['device_keys dev_a key_a1: revoked_at=1000'],
  },
  {
    store: 'devices/keys',
    statement: 'revokeDeviceKey',
    of: 'of another device',
    run: (tx) => deviceKeys.revokeDeviceKey(tx, 'dev_b', 'key_a1', now),
    gives: false,
  },
  {
    store: 'devices/keys',
    statement: 'revokeDeviceKey',
    of: 'of one that is revoked',
    run: (tx) => deviceKeys.revokeDeviceKey(tx, 'dev_a', 'key_a4', now),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'insertClaimCode',
    run: (tx) =>
      relations.insertClaimCode(tx, {
        secretHash: 'code_new',
        uid: 'dev_c',
        issuedByDevice: true,
        createdAt: now,
        expiresAt: 2000,
      }),
    changes: [
      '+ claim_codes code_new: secret_hash=code_new uid=dev_c issued_by_device=1 created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'devices/relations',
    statement: 'insertClaimCode',
    of: 'of its maker',
    run: (tx) =>
      relations.insertClaimCode(tx, {
        secretHash: 'code_new',
        uid: 'dev_c',
        issuedByDevice: false,
        createdAt: now,
        expiresAt: 2000,
      }),
    changes: [
      '+ claim_codes code_new: secret_hash=code_new uid=dev_c issued_by_device=0 created_at=1000 expires_at=2000',
    ],
  },
  {
    store: 'devices/relations',
    statement: 'insertClaimCode',
    of: 'that is typed',
    run: (tx) =>
      relations.insertClaimCode(tx, {
        ...{ secretHash: 'code_new', uid: 'dev_c', issuedByDevice: true, createdAt: now, expiresAt: 2000 },
        typed: { userCode: 'typed_new', address: '192.0.2.9', region: 'DE', userAgent: 'lamp' },
      }),
    changes: [
      '+ claim_codes code_new: secret_hash=code_new uid=dev_c issued_by_device=1 created_at=1000 expires_at=2000 user_code=typed_new address=192.0.2.9 region=DE user_agent=lamp',
    ],
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCodeTyped',
    run: async (tx) => (await relations.findClaimCodeTyped(tx, 'typed_c', now))?.secret_hash,
    gives: 'code_c',
  },
  ...['typed_used', 'typed_over', 'typed_x'].map(
    (code): Row => ({
      store: 'devices/relations',
      statement: 'findClaimCodeTyped',
      of: `of ${code}`,
      run: (tx) => relations.findClaimCodeTyped(tx, code, now),
    }),
  ),
  {
    store: 'devices/relations',
    statement: 'hasOpenUserCode',
    run: async (tx) =>
      Promise.all(['dev_c', 'dev_e', 'dev_a'].map((uid) => relations.hasOpenUserCode(tx, uid, now))),
    gives: [true, false, false],
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCode',
    run: (tx) => relations.findClaimCode(tx, 'code_c', 'dev_c', now),
    gives: { issuedByDevice: true },
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCode',
    of: 'of its maker',
    run: (tx) => relations.findClaimCode(tx, 'code_e', 'dev_e', now),
    gives: { issuedByDevice: false },
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCode',
    of: 'of another device',
    run: (tx) => relations.findClaimCode(tx, 'code_c', 'dev_e', now),
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCode',
    of: 'by a wrong secret',
    run: (tx) => relations.findClaimCode(tx, 'code_x', 'dev_c', now),
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCode',
    of: 'of one that was used',
    run: (tx) => relations.findClaimCode(tx, 'code_c_used', 'dev_c', now),
  },
  {
    store: 'devices/relations',
    statement: 'findClaimCode',
    of: 'of one that ends now',
    run: (tx) => relations.findClaimCode(tx, 'code_c_over', 'dev_c', now),
  },
  {
    store: 'devices/relations',
    statement: 'useClaimCode',
    run: (tx) => relations.useClaimCode(tx, 'code_c', 'dev_c', now),
    gives: true,
    changes: ['claim_codes code_c: used_at=1000'],
  },
  {
    store: 'devices/relations',
    statement: 'useClaimCode',
    of: 'of another device',
    run: (tx) => relations.useClaimCode(tx, 'code_c', 'dev_e', now),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'useClaimCode',
    of: 'by a wrong secret',
    run: (tx) => relations.useClaimCode(tx, 'code_x', 'dev_c', now),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'useClaimCode',
    of: 'of one that was used',
    run: (tx) => relations.useClaimCode(tx, 'code_c_used', 'dev_c', now),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'useClaimCode',
    of: 'of one that ends now',
    run: (tx) => relations.useClaimCode(tx, 'code_c_over', 'dev_c', now),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'endClaimCodes',
    run: (tx) => relations.endClaimCodes(tx, 'dev_c', now),
    changes: ['claim_codes code_c: used_at=1000', 'claim_codes code_c_over: used_at=1000'],
  },
  {
    store: 'devices/relations',
    statement: 'findRelation',
    run: (tx) => relations.findRelation(tx, 'dev_a', 'usr_bob', now),
    gives: 'controller',
  },
  {
    store: 'devices/relations',
    statement: 'findRelation',
    of: 'of another device',
    run: (tx) => relations.findRelation(tx, 'dev_b', 'usr_bob', now),
    gives: 'owner',
  },
  {
    store: 'devices/relations',
    statement: 'findRelation',
    of: 'that ends now',
    run: (tx) => relations.findRelation(tx, 'dev_a', 'usr_cyd', now),
  },
  {
    store: 'devices/relations',
    statement: 'findRelation',
    of: 'of a stranger',
    run: (tx) => relations.findRelation(tx, 'dev_a', 'usr_dan', now),
  },
  {
    store: 'devices/relations',
    statement: 'findRelations',
    run: (tx) => relations.findRelations(tx, 'dev_a', now),
    gives: ['usr_ada', 'usr_bob'],
  },
  {
    store: 'devices/relations',
    statement: 'findRelatedSubjects',
    run: (tx) => relations.findRelatedSubjects(tx, 'dev_a', now, '', 9),
    gives: ['usr_ada', 'usr_bob'],
  },
  {
    store: 'devices/relations',
    statement: 'findRelatedSubjects',
    of: 'a page',
    run: (tx) => relations.findRelatedSubjects(tx, 'dev_b', now, 'usr_ada', 1),
    gives: ['usr_bob'],
  },
  {
    store: 'devices/relations',
    statement: 'findSubjectsExpired',
    run: (tx) => relations.findSubjectsExpired(tx, 900, now),
    gives: ['usr_cyd'],
  },
  {
    store: 'devices/relations',
    statement: 'findSubjectsExpired',
    of: 'over a longer time',
    run: (tx) => relations.findSubjectsExpired(tx, 899, 1100).then((found) => found.sort()),
    gives: ['usr_ada', 'usr_bob', 'usr_cyd'],
  },
  {
    store: 'devices/relations',
    statement: 'upsertRelation',
    run: (tx) =>
      relations.upsertRelation(tx, {
        uid: 'dev_a',
        subject: 'usr_dan',
        relation: 'viewer',
        granted_by: 'usr_ada',
        created_at: now,
        until: 2000,
      }),
    gives: true,
    changes: [
      '+ relations dev_a usr_dan: uid=dev_a subject=usr_dan relation=viewer granted_by=usr_ada created_at=1000 until=2000',
    ],
  },
  {
    store: 'devices/relations',
    statement: 'upsertRelation',
    of: 'of one who has one',
    run: (tx) =>
      relations.upsertRelation(tx, {
        uid: 'dev_a',
        subject: 'usr_bob',
        relation: 'viewer',
        granted_by: 'usr_cyd',
        created_at: now,
        until: null,
      }),
    gives: true,
    changes: ['relations dev_a usr_bob: relation=viewer granted_by=usr_cyd until=null'],
  },
  {
    store: 'devices/relations',
    statement: 'upsertRelation',
    of: 'of the owner',
    run: (tx) =>
      relations.upsertRelation(tx, {
        uid: 'dev_a',
        subject: 'usr_ada',
        relation: 'viewer',
        granted_by: 'usr_ada',
        created_at: now,
        until: 2000,
      }),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'deleteRelation',
    run: (tx) => relations.deleteRelation(tx, 'dev_b', 'usr_cyd'),
    gives: true,
    changes: ['- relations dev_b usr_cyd'],
  },
  {
    store: 'devices/relations',
    statement: 'deleteRelation',
    of: 'of the owner',
    run: (tx) => relations.deleteRelation(tx, 'dev_b', 'usr_bob'),
    gives: false,
  },
  {
    store: 'devices/relations',
    statement: 'deleteRelations',
    run: (tx) => relations.deleteRelations(tx, 'dev_a').then((found) => found.sort()),
    gives: ['usr_ada', 'usr_bob', 'usr_cyd'],
    changes: ['- relations dev_a usr_ada', '- relations dev_a usr_bob', '- relations dev_a usr_cyd'],
  },
  {
    store: 'devices/shadow',
    statement: 'findDeviceState',
    run: (tx) => shadow.findDeviceState(tx, 'dev_b'),
    gives: 'dev_b',
  },
  {
    store: 'devices/shadow',
    statement: 'replaceDeviceState',
    run: (tx) =>
      shadow.replaceDeviceState(tx, {
        uid: 'dev_b',
        reported: '{"a":1}',
        desired: '{"a":2}',
        version: 2,
        updated_at: now,
      }),
    changes: ['device_states dev_b: reported={"a":1} desired={"a":2} version=2 updated_at=1000'],
  },
  {
    store: 'devices/shadow',
    statement: 'replaceDeviceState',
    of: 'of one that has none',
    run: (tx) =>
      shadow.replaceDeviceState(tx, {
        uid: 'dev_c',
        reported: '{"a":1}',
        desired: '{"a":2}',
        version: 1,
        updated_at: now,
      }),
    changes: ['+ device_states dev_c: uid=dev_c reported={"a":1} desired={"a":2} version=1 updated_at=1000'],
  },
  {
    store: 'devices/shadow',
    statement: 'deleteDeviceState',
    run: (tx) => shadow.deleteDeviceState(tx, 'dev_b'),
    changes: ['- device_states dev_b'],
  },
  {
    store: 'devices',
    statement: 'insertDevice',
    run: (tx) =>
      devices.insertDevice(tx, {
        uid: 'dev_f',
        name: 'F',
        product: 'lamp',
        state: 'claimable',
        created_at: now,
        bound_at: null,
        history_after: null,
        last_seen_at: null,
        tokens_version: 0,
      }),
    changes: [
      '+ devices dev_f: uid=dev_f name=F product=lamp state=claimable created_by= created_at=1000 tokens_version=0',
    ],
  },
  {
    store: 'devices',
    statement: 'findDeviceNames',
    run: async (tx) =>
      [...(await devices.findDeviceNames(tx, ['dev_b', 'dev_none']))]
        .map(([id, name]) => `${id} ${name}`)
        .sort(),
    gives: ['dev_b dev_b'],
  },
  { store: 'devices', statement: 'findDevice', run: (tx) => devices.findDevice(tx, 'dev_b'), gives: 'dev_b' },
  {
    store: 'devices',
    statement: 'findDevices',
    run: (tx) => devices.findDevices(tx, 'dev_a', 2),
    gives: ['dev_b', 'dev_c'],
  },
  {
    store: 'devices',
    statement: 'findUids',
    run: (tx) => devices.findUids(tx, 'dev_a', 2),
    gives: ['dev_b', 'dev_c'],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    run: (tx) => devices.findDevicesOf(tx, 'usr_bob', now, { after: '', limit: 9 }),
    gives: ['dev_a', 'dev_b'],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    of: 'with the relation',
    run: (tx) =>
      devices
        .findDevicesOf(tx, 'usr_bob', now, { after: '', limit: 9 })
        .then((found) => found.map(({ relation }) => relation)),
    gives: ['controller', 'owner'],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    of: 'of one whose relation ends now',
    run: (tx) => devices.findDevicesOf(tx, 'usr_cyd', now, { after: '', limit: 9 }),
    gives: ['dev_b'],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    of: 'after one of them',
    run: (tx) => devices.findDevicesOf(tx, 'usr_bob', now, { after: 'dev_a', limit: 9 }),
    gives: ['dev_b'],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    of: 'among one and one that is not theirs',
    run: (tx) =>
      devices.findDevicesOf(tx, 'usr_bob', now, { after: '', limit: 9, among: ['dev_b', 'dev_c'] }),
    gives: ['dev_b'],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    of: 'among none',
    run: (tx) => devices.findDevicesOf(tx, 'usr_bob', now, { after: '', limit: 9, among: [] }),
    gives: [],
  },
  {
    store: 'devices',
    statement: 'findDevicesOf',
    of: 'of which one is asked for',
    run: (tx) => devices.findDevicesOf(tx, 'usr_bob', now, { after: '', limit: 1 }),
    gives: ['dev_a'],
  },
  {
    store: 'devices',
    statement: 'holdDevice',
    run: (tx) => devices.holdDevice(tx, 'dev_b'),
    gives: true,
    writes: 1,
  },
  {
    store: 'devices',
    statement: 'holdDevice',
    of: 'of one that does not exist',
    run: (tx) => devices.holdDevice(tx, 'dev_x'),
    gives: false,
  },
  {
    store: 'devices',
    statement: 'moveDevice',
    run: (tx) => devices.moveDevice(tx, 'dev_c', ['manufactured', 'claimable'], 'bound', now),
    gives: true,
    changes: ['devices dev_c: state=bound bound_at=1000'],
  },
  {
    store: 'devices',
    statement: 'moveDevice',
    of: 'from the other state',
    run: (tx) => devices.moveDevice(tx, 'dev_d', ['manufactured', 'claimable'], 'bound', now),
    gives: true,
    changes: ['devices dev_d: state=bound bound_at=1000'],
  },
  {
    store: 'devices',
    statement: 'moveDevice',
    of: 'of one in another state',
    run: (tx) => devices.moveDevice(tx, 'dev_a', ['manufactured', 'claimable'], 'bound', now),
    gives: false,
  },
  {
    store: 'devices',
    statement: 'raiseTokensVersion',
    run: (tx) => devices.raiseTokensVersion(tx, 'dev_a'),
    gives: 0,
    changes: ['devices dev_a: tokens_version=1'],
  },
  {
    store: 'devices',
    statement: 'raiseTokensVersion',
    of: 'of none',
    run: (tx) => devices.raiseTokensVersion(tx, 'dev_z'),
    gives: undefined,
  },
  {
    store: 'devices',
    statement: 'beginHistory',
    run: (tx) => devices.beginHistory(tx, 'dev_a'),
    changes: ['devices dev_a: history_after=tel_5'],
  },
  {
    store: 'devices',
    statement: 'beginHistory',
    of: 'behind a line of the log',
    async run(tx) {
      await tx.query("UPDATE device_logs SET id = 'tel_6' WHERE id = 'tel_4'")
      await devices.beginHistory(tx, 'dev_a')
    },
    changes: [
      '- device_logs tel_4',
      '+ device_logs tel_6: id=tel_6 uid=dev_a received_at=1 level=info message=on',
      'devices dev_a: history_after=tel_6',
    ],
    writes: 2,
  },
  {
    store: 'devices',
    statement: 'beginHistory',
    of: 'of a device that has sent nothing',
    run: (tx) => devices.beginHistory(tx, 'dev_d'),
    changes: ['devices dev_d: history_after='],
  },
  {
    store: 'devices',
    statement: 'touchDevice',
    run: (tx) => devices.touchDevice(tx, 'dev_b', now),
    changes: ['devices dev_b: last_seen_at=1000'],
  },
  {
    store: 'devices/telemetry',
    statement: 'insertTelemetry',
    run: (tx) =>
      telemetry.insertTelemetry(tx, {
        id: 'tel_9',
        uid: 'dev_a',
        stream: 'power',
        received_at: now,
        payload: '1',
      }),
    changes: ['+ telemetry tel_9: id=tel_9 uid=dev_a stream=power received_at=1000 payload=1'],
  },
  {
    store: 'devices/telemetry',
    statement: 'findTelemetry',
    run: (tx) => telemetry.findTelemetry(tx, 'dev_a', { after: 'tel_2' }, 2),
    gives: ['tel_5', 'tel_4'],
  },
  {
    store: 'devices/telemetry',
    statement: 'findTelemetry',
    of: 'before an id',
    run: (tx) => telemetry.findTelemetry(tx, 'dev_a', { after: 'tel_1', before: 'tel_5' }, 9),
    gives: ['tel_4', 'tel_2'],
  },
  {
    store: 'devices/telemetry',
    statement: 'findTelemetry',
    of: 'of a stream',
    run: (tx) => telemetry.findTelemetry(tx, 'dev_a', { after: '', stream: 'power' }, 9),
    gives: ['tel_5', 'tel_4', 'tel_1'],
  },
  {
    store: 'devices/telemetry',
    statement: 'insertDeviceLog',
    run: (tx) =>
      telemetry.insertDeviceLog(tx, {
        id: 'tel_9',
        uid: 'dev_a',
        received_at: now,
        level: 'error',
        message: 'off',
      }),
    changes: ['+ device_logs tel_9: id=tel_9 uid=dev_a received_at=1000 level=error message=off'],
  },
  {
    store: 'devices/telemetry',
    statement: 'findDeviceLogs',
    run: (tx) => telemetry.findDeviceLogs(tx, 'dev_a', { after: 'tel_2' }, 9),
    gives: ['tel_4'],
  },
  {
    store: 'devices/telemetry',
    statement: 'findDeviceLogs',
    of: 'before an id',
    run: (tx) => telemetry.findDeviceLogs(tx, 'dev_a', { after: '', before: 'tel_4' }, 1),
    gives: ['tel_2'],
  },
  {
    ...{ store: 'devices/relations', statement: 'findClaimCodeTyped', of: 'with what its device is called' },
    run: (tx) => relations.findClaimCodeTyped(tx, 'typed_c', now).then((row) => [row?.uid, row?.name]),
    gives: ['dev_c', 'dev_c'],
  },
  {
    ...{
      store: 'devices/relations',
      statement: 'hasOpenUserCode',
      of: 'beside one that was used, and one that has ended',
    },
    before: (tx) => tx.query("UPDATE claim_codes SET used_at = 5 WHERE secret_hash = 'code_c'"),
    run: (tx) => relations.hasOpenUserCode(tx, 'dev_c', now),
    gives: false,
  },
  {
    ...{ store: 'devices/relations', statement: 'findRelatedSubjects', of: 'behind one' },
    run: (tx) => relations.findRelatedSubjects(tx, 'dev_a', now, 'usr_ada', 9),
    gives: ['usr_bob'],
  },
]
