import { useCallback } from 'preact/hooks'
import type { Answer, Permission } from '../../api/api.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { Fact } from '../../elements/facts.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Presence, Relation, Time } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { Command } from './command.tsx'
import { Shadow } from './shadow.tsx'
import { Shares } from './shares.tsx'
import { Telemetry } from './telemetry.tsx'
import { words } from './words.ts'

type Device = Answer<'GET /v1/devices/{uid}'>
type Connection = Answer<'GET /v1/devices/{uid}/connections'>

/** The states of the life cycle that have a word. Another one is shown as the server names it. */
const states = ['manufactured', 'claimable', 'bound', 'suspended', 'retired'] as const

/** One device: what it is, what it sends, and what can be done with it. */
export function Page({ params: { uid = '' } }: PageProps) {
  const { api } = useConsole()
  const session = useSession()
  const say = useWords(words)
  const load = useCallback(
    async (signal: AbortSignal) => {
      const device = await api.call('GET /v1/devices/{uid}', { path: { uid }, signal })
      const mayAsk = device.relation !== null || session.scopes.includes('devices:read')
      const connection = mayAsk
        ? await api.call('GET /v1/devices/{uid}/connections', { path: { uid }, signal })
        : undefined
      return { device, connection }
    },
    [api, session, uid],
  )
  const { value, problem } = usePolled(load, 2_000)
  const device = value?.device
  const relation = device?.relation ?? null
  const may = (permission: Permission) => relation !== null && session.scopes.includes(permission)

  return (
    <>
      <p>
        <a href="#/devices">← {say.backToDevices}</a>
      </p>
      <h1>{device?.name ?? uid}</h1>
      <ProblemNotice problem={problem} />
      {!value && !problem && <p class="faint late">{say.loading}</p>}
      {value && <Facts device={value.device} connection={value.connection} />}
      {device && relation === null && <p class="hint">{say.notBoundHint}</p>}
      {may('devices:control') && relation !== 'viewer' && <Command uid={uid} />}
      {may('devices:view') && <Shadow uid={uid} />}
      {may('devices:view') && <Telemetry uid={uid} />}
      {relation === 'owner' && may('devices:bind') && <Shares uid={uid} />}
    </>
  )
}

function Facts({ device, connection }: { device: Device; connection: Connection | undefined }) {
  const say = useWords(words)
  const state = states.find((known) => known === device.state)
  return (
    <dl class="facts">
      <Fact title={say.presence}>
        <span role="status">
          <Presence online={device.online} />
        </span>
      </Fact>
      <Fact title={say.uid}>
        <code>{device.uid}</code>
      </Fact>
      <Fact title={say.product}>{device.product}</Fact>
      <Fact title={say.state}>{state ? say[state] : device.state}</Fact>
      <Fact title={say.relation}>
        <Relation relation={device.relation} />
      </Fact>
      <Fact title={say.lastSeen}>
        <Time at={device.last_seen_at} />
      </Fact>
      {connection?.since && (
        <>
          <Fact title={say.connectedSince}>
            <Time at={connection.since} exact />
          </Fact>
          <Fact title={say.connectedFrom}>
            <code>{connection.address}</code>
          </Fact>
          <Fact title={say.protocol}>{connection.protocol}</Fact>
        </>
      )}
    </dl>
  )
}
