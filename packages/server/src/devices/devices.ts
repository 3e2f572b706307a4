import type { Transaction } from '../database/database.ts'
import { serve } from '../http/route.ts'
import type { Caller, Identity } from '../identity.ts'
import type { Part } from '../part.ts'
import type { Approving } from './approvals/ground.ts'
import {
  allowApproval,
  approvalsOf,
  beginApproval,
  denyApproval,
  listMyApprovals,
  readApproval,
} from './approvals/routes.ts'
import { deleteApprovals } from './approvals/store.ts'
import { createCommands } from './commands/commands.ts'
import { commandDevice } from './commands/routes.ts'
import type { DeviceGround, Live, People } from './ground.ts'
import { createDeviceAuthentication, type DeviceAuthentication } from './keys/authenticate.ts'
import { addKeyToDevice, endDeviceKey, listDeviceKeys } from './keys/routes.ts'
import { bindTyped, findBinding, refuseTyped, type Typing, type WaitingDevice } from './relations/binding.ts'
import { giveUpAll } from './relations/give-up.ts'
import { type Action, type Decision, decide, requireVisible } from './relations/relations.ts'
import {
  beginBindingRoute,
  bindDevice,
  endShare,
  issueClaimCode,
  listShares,
  readBinding,
  shareDevice,
  unbindDevice,
} from './relations/routes.ts'
import {
  findRelatedSubjects,
  findRelationsOf,
  findSubjectsExpired,
  type RelationRow,
} from './relations/store.ts'
import { listDevicesRoute, readDevice, registerDeviceRoute } from './routes.ts'
import type { DevicesGround } from './served.ts'
import { changeShadowRoute, readShadowRoute } from './shadow/routes.ts'
import { findDevice, findDeviceNames, findDevicesOf, findUids } from './store.ts'
import {
  listDeviceLogsRoute,
  listTelemetryRoute,
  sendDeviceLogRoute,
  sendTelemetryRoute,
} from './telemetry/routes.ts'
import { type DeviceMessage, type Handling, handlePublish, maySubscribe, publishPresence } from './topics.ts'

/** What agents asked for is shown for so long; the log has it for longer. */
const approvalsKeptMs = 7 * 86_400_000

/** Devices: identity, keys, owners and shares, commands, telemetry, shadow. */
export interface Devices extends Part {
  readonly authenticate: DeviceAuthentication
  requireVisible(caller: Caller, uid: string): Promise<void>
  /** Whether somebody with these permissions may do something with a device. */
  decide(
    holder: { subject: string; scopes: ReadonlySet<string> },
    uid: string,
    action: Action,
  ): Promise<Decision>
  /** What is asked about devices by those who answer what somebody may do. Lists are by id, so many at most. */
  has(uid: string): Promise<boolean>
  nameOf(uid: string): Promise<string | undefined>
  uids(after: string, limit: number): Promise<readonly string[]>
  namesOf(uids: readonly string[]): Promise<ReadonlyMap<string, string>>
  relatedTo(uid: string, after: string, limit: number): Promise<readonly string[]>
  devicesOf(subject: string, after: string, limit: number): Promise<readonly string[]>
  maySubscribe(identity: Identity, filter: string): Promise<boolean>
  handlePublish(sender: Caller, message: DeviceMessage): Promise<Handling>
  /** Called when a device has connected or disconnected. */
  presenceChanged(uid: string): Promise<void>
  /** Whether a live connection of a device may go on: its key is in force, and the device in service. */
  mayStayConnected(identity: Identity): Promise<boolean>
  /** What somebody owns and what is shared with them, whether or not it is over, by uid. */
  relationsOf(subject: string): Promise<readonly RelationRow[]>
  /** All that agents have asked somebody for and that is still kept, by pages. */
  approvalsOf(subject: string): AsyncIterable<readonly object[]>
  /** Whether somebody owns a device, and did so at that time. */
  owned(uid: string, subject: string, atMs: number): Promise<boolean>
  /** Give up what somebody owns and end what is shared with them, because the account is deleted. */
  giveUpDevices(tx: Transaction, subject: string): Promise<number>
  /** The device that waits with a code that somebody has typed, as it is kept; and what they say of it. */
  readonly binding: {
    find(userCode: string): Promise<WaitingDevice | undefined>
    allow(waiting: WaitingDevice, typing: Typing): Promise<void>
    refuse(waiting: WaitingDevice, typing: Typing): Promise<void>
  }
  /** Ends the commands that wait for a reply. */
  stop(): void
}

export function createDevices(
  given: DeviceGround,
  {
    live,
    people,
    audience,
    issuer,
    approving,
  }: { live: Live; people: People; audience: string; issuer: string; approving: Approving },
): Devices {
  const commands = createCommands({ ...given, live })
  const ground: DevicesGround = { ...given, live, people, commands, approving, issuer }
  const { db, world, rights } = ground
  const authenticate = createDeviceAuthentication(ground, audience)
  let sharesSeenUpTo = world.now()
  return {
    routes: serve(ground, [
      listDevicesRoute,
      registerDeviceRoute,
      bindDevice,
      readDevice,
      issueClaimCode,
      beginBindingRoute,
      readBinding,
      unbindDevice,
      listShares,
      shareDevice,
      endShare,
      listDeviceKeys,
      addKeyToDevice,
      endDeviceKey,
      sendTelemetryRoute,
      listTelemetryRoute,
      sendDeviceLogRoute,
      listDeviceLogsRoute,
      readShadowRoute,
      changeShadowRoute,
      commandDevice,
      readApproval,
      listMyApprovals,
      beginApproval,
      allowApproval,
      denyApproval,
    ]),
    jobs: [
      {
        name: 'devices.end_shares',
        everyMs: 1_000,
        async run() {
          const now = world.now()
          // Each process checks its own connections.
          rights.recheck(await findSubjectsExpired(db, sharesSeenUpTo, now))
          await rights.settled()
          sharesSeenUpTo = now
        },
      },
      {
        name: 'devices.sweep_approvals',
        everyMs: 3_600_000,
        run: () => db.transaction((tx) => deleteApprovals(tx, world.now() - approvalsKeptMs)),
      },
    ],
    authenticate,
    binding: {
      find: (userCode) => findBinding(ground, userCode),
      allow: (waiting, typing) => bindTyped(ground, waiting, typing),
      refuse: (waiting, typing) => refuseTyped(ground, waiting, typing),
    },
    decide: (holder, uid, action) => decide(ground, holder, uid, action),
    has: async (uid) => (await findDevice(db, uid)) !== undefined,
    nameOf: async (uid) => (await findDevice(db, uid))?.name,
    namesOf: (uids) => findDeviceNames(db, uids),
    uids: (after, limit) => findUids(db, after, limit),
    relatedTo: (uid, after, limit) => findRelatedSubjects(db, uid, world.now(), after, limit),
    devicesOf: async (subject, after, limit) =>
      (await findDevicesOf(db, subject, world.now(), { after, limit })).map(({ uid }) => uid),
    requireVisible: (caller, uid) => requireVisible(ground, caller, uid),
    maySubscribe: (identity, filter) => maySubscribe(ground, identity, filter),
    handlePublish: (sender, message) => handlePublish(ground, sender, message),
    presenceChanged: (uid) => publishPresence(ground, uid),
    async mayStayConnected({ kind, subject, keyId }) {
      if (kind !== 'device') return true
      return authenticate.isInForce(subject, keyId ?? '')
    },
    relationsOf: (subject) => findRelationsOf(db, subject),
    approvalsOf: (subject) => approvalsOf(ground, subject),
    owned: async (uid, subject, atMs) =>
      (await findRelationsOf(db, subject)).some(
        (held) => held.uid === uid && held.relation === 'owner' && held.created_at <= atMs,
      ),
    giveUpDevices: (tx, subject) => giveUpAll(ground, tx, subject),
    stop: () => ground.commands.stop(),
  }
}
