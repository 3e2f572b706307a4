import { createArchive } from '../activity/archive/part.ts'
import { createBackups } from '../activity/backup/part.ts'
import { createActivityPart } from '../activity/part.ts'
import { createLogProof } from '../activity/proof/proof.ts'
import { createStatistics } from '../activity/statistics/statistics.ts'
import { createAlarms } from '../alarms/alarms.ts'
import { alarmMessage } from '../alarms/message.ts'
import { parseUid } from '../devices/uid.ts'
import { endingKeys } from '../keys/endings.ts'
import type { Operations } from '../operations/operations.ts'
import type { Jobs } from '../part.ts'
import { createSinks } from '../sinks/sinks.ts'
import { createWebhooks } from '../webhooks/webhooks.ts'
import type { Callers } from './callers.ts'
import type { WiredDevices } from './devices.ts'
import type { Foundation } from './foundation.ts'

export type WiredLog = ReturnType<typeof createWiredLog>

interface Hands {
  readonly lostAt: Operations['lostAt']
  readonly jobStates: Jobs['states']
}

/** The log, and whatever follows it: its proof, archive, backups, statistics, alarms, and those who are told of its events. */
export function createWiredLog(
  { config, ground, masterKey, mail, ring, outbound }: Foundation,
  { accounts, services, apps, apiKeys }: Callers,
  { connections, devices }: WiredDevices,
  { lostAt, jobStates }: Hands,
) {
  const { issuer } = config
  const proof = createLogProof(ground, {
    ...{ masterKey, issuer, checkpointFile: config.checkpointFile },
    ...{ witnesses: config.witnesses, witnessFor: config.witnessFor, ownsDevice: devices.owned },
  })
  const { sequencer } = proof.ground
  const backups = createBackups(proof.ground, {
    ...{ to: config.backupTo, everyHours: config.backupEveryHours, recipients: config.backupRecipients },
    ...{ region: config.backupRegion, lockDays: config.backupLockDays },
    ...{ accessKey: config.backupAccessKey, secretKey: config.backupSecretKey },
  })
  const sinks = createSinks(ground, {
    ...{ settings: config.sinks, tokens: config.sinkTokens, networks: config.outboundNetworks },
    ...{ issuer, outbound, sequencer },
  })
  const statistics = createStatistics(ground, {
    ...{ sequencer, typesOf: accounts.typesOf, namesOf: accounts.namesOf },
    ...{ connected: connections.countDevices, retention: config.activityRetention },
  })
  const webhooks = createWebhooks({ ...ground, masterKey, outbound }, sequencer)
  const alarms = createAlarms(
    {
      ...ground,
      hands: {
        connected: () =>
          [...connections.broker.connections()].flatMap(({ principal: { kind, subject } }) =>
            kind === 'device' ? [subject] : [],
          ),
        endings: async () =>
          endingKeys(ring, {
            ...{ rotationDays: config.keyRotationDays, certificate: config.mqttTlsCert },
            now: ground.world.now(),
          }),
        ...{ lostAt, jobStates, namesOf: accounts.namesOf, mail },
        recipients: () => accounts.reachable('alarms:write'),
        tellPrograms: (tx, told) => webhooks.queue(tx, [alarmMessage(told)]),
      },
    },
    sequencer,
  )
  const activityPart = createActivityPart({
    ...{ ...ground, namesOf: accounts.namesOf, sequencer },
    idsOf: async (name) => [
      ...(await accounts.idsNamed(name)),
      ...[parseUid(name)].filter((uid) => uid !== undefined),
    ],
    namers: {
      user: async (ids) => calledBy(await accounts.namesOf(ids)),
      device: async (ids) => calledBy(await devices.namesOf(ids)),
      service: async (ids) => calledBy(await services.namesOf(ids)),
      app: async (ids) => calledBy(await apps.namesOf(ids)),
      api_key: apiKeys.namesOf,
    },
  })
  const archive = createArchive(ground, {
    tableDays: config.activityTableDays,
    retention: config.activityRetention,
    neededFrom: sinks.lowestCursor,
  })
  return { proof, backups, sinks, statistics, webhooks, alarms, activityPart, archive }
}

const calledBy = (names: ReadonlyMap<string, string>) =>
  new Map([...names].map(([id, name]) => [id, { name }]))
