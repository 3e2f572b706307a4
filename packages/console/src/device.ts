import { type ComponentChildren, Fragment, h } from 'preact'
import { useCallback, useState } from 'preact/hooks'
import type { Connection, Device, DeviceState, Page, Reply, Telemetry } from './api.ts'
import { useAction, usePolled } from './asking.ts'
import { useConsole, useSession } from './context.ts'
import { relationWord } from './devices.ts'
import { field, fieldsOf, Presence, ProblemNotice, Section, Table, Time } from './elements.ts'
import { brief, payloadOf } from './format.ts'
import { Shares } from './shares.ts'

const everyMs = 2_000

/** One device: what it is, what it says, what can be done with it. */
export function DevicePage({ uid }: { uid: string }) {
  const { say, api } = useConsole()
  const session = useSession()
  const path = `/v1/devices/${encodeURIComponent(uid)}`
  const load = useCallback(
    async (signal: AbortSignal) => {
      const device = await api.ask<Device>('GET', path, { signal })
      const mayAsk = device.relation !== null || session.scopes.includes('devices:read')
      const connection = mayAsk
        ? await api.ask<Connection>('GET', `${path}/connections`, { signal })
        : undefined
      return { device, connection }
    },
    [api, session, path],
  )
  const { value, problem } = usePolled(load, everyMs)
  const device = value?.device
  const relation = device?.relation ?? null
  const may = (scope: string) => relation !== null && session.scopes.includes(scope)

  return h(
    Fragment,
    null,
    h('p', null, h('a', { href: '#/devices' }, '← ', say.backToDevices)),
    h('h1', null, device?.name ?? uid),
    h(ProblemNotice, { problem }),
    !value && !problem && h('p', { class: 'faint' }, say.loading),
    device &&
      h(
        'dl',
        { class: 'facts' },
        fact(say.presence, h('span', { role: 'status' }, h(Presence, { online: device.online }))),
        fact(say.uid, h('code', null, uid)),
        fact(say.product, device.product),
        fact(say.state, device.state),
        fact(say.relation, relationWord(say, relation)),
        fact(say.lastSeen, h(Time, { at: device.last_seen_at })),
        value?.connection?.since &&
          h(
            Fragment,
            null,
            fact(say.connectedSince, h(Time, { at: value.connection.since, exact: true })),
            fact(say.connectedFrom, h('code', null, value.connection.address)),
            fact(say.protocol, value.connection.protocol),
          ),
      ),
    device && relation === null && h('p', { class: 'hint' }, say.notBoundHint),
    may('devices:control') && relation !== 'viewer' && h(CommandForm, { path }),
    may('devices:view') && h(StateView, { path }),
    may('devices:view') && h(TelemetryView, { path }),
    relation === 'owner' && may('devices:bind') && h(Shares, { path }),
  )
}

function fact(title: string, value: ComponentChildren) {
  return h('div', null, h('dt', null, title), h('dd', null, value))
}

function CommandForm({ path }: { path: string }) {
  const { say, api } = useConsole()
  const { problem, busy, run } = useAction()
  const [notJson, setNotJson] = useState(false)
  const [reply, setReply] = useState<Reply & { milliseconds: number }>()
  const submit = (event: Event) => {
    const { text } = fieldsOf(event)
    const payload = payloadOf(text('payload'))
    setNotJson(!payload.ok)
    setReply(undefined)
    if (!payload.ok) return
    void run(async () => {
      const askedAt = performance.now()
      const body = { payload: payload.value }
      const target = `${path}/commands/${encodeURIComponent(text('method'))}`
      const answer = await api.ask<Reply>('POST', target, { body })
      setReply({ ...answer, milliseconds: Math.round(performance.now() - askedAt) })
    })
  }
  return h(
    Section,
    { title: say.command },
    h(
      'form',
      { onSubmit: submit, class: 'inline' },
      field({ label: say.method }, (names) =>
        h('input', {
          ...names,
          name: 'method',
          class: 'mono',
          placeholder: 'switch',
          pattern: '[\\w.\\-]{1,64}',
          required: true,
          autocomplete: 'off',
          autocapitalize: 'none',
        }),
      ),
      field({ label: say.payload, hint: say.payloadHint }, (names) =>
        h('input', {
          ...names,
          name: 'payload',
          class: 'mono',
          placeholder: '{"on": true}',
          autocomplete: 'off',
          spellcheck: false,
          'aria-invalid': notJson,
        }),
      ),
      h('button', { class: 'main', 'aria-busy': busy }, say.send),
    ),
    notJson && h('p', { class: 'bad', role: 'alert' }, say.payloadNotJson),
    h(ProblemNotice, { problem }),
    h(
      'div',
      { role: 'status' },
      busy && h('p', { class: 'faint' }, say.sending),
      reply &&
        h(
          Fragment,
          null,
          h('p', { class: reply.status < 300 ? 'good' : 'bad' }, say.reply(reply.status, reply.milliseconds)),
          h('pre', null, JSON.stringify(reply.payload, null, 2)),
        ),
    ),
  )
}

function StateView({ path }: { path: string }) {
  const { say, api } = useConsole()
  const load = useCallback(
    (signal: AbortSignal) => api.ask<DeviceState>('GET', `${path}/state`, { signal }),
    [api, path],
  )
  const { value, problem } = usePolled(load, everyMs)
  const parts = value ? ([say.reported, say.desired, say.delta] as const) : []
  const shown = value ? [value.reported, value.desired, value.delta] : []
  const isEmpty = shown.every((part) => Object.keys(part).length === 0)
  return h(
    Section,
    { title: say.state },
    h(ProblemNotice, { problem }),
    value && isEmpty && h('p', { class: 'faint' }, say.noState),
    value &&
      !isEmpty &&
      h(
        'div',
        { class: 'columns' },
        parts.map((title, index) =>
          h(
            'div',
            { key: title },
            h('h3', null, title),
            h('pre', null, JSON.stringify(shown[index], null, 2)),
          ),
        ),
      ),
  )
}

function TelemetryView({ path }: { path: string }) {
  const { say, api } = useConsole()
  const load = useCallback(
    (signal: AbortSignal) => api.ask<Page<Telemetry>>('GET', `${path}/telemetry?limit=20`, { signal }),
    [api, path],
  )
  const { value, problem } = usePolled(load, 1_000)
  return h(
    Section,
    { title: say.telemetry },
    h(ProblemNotice, { problem }),
    value && value.items.length === 0 && h('p', { class: 'faint' }, say.noTelemetry),
    value &&
      value.items.length > 0 &&
      h(Table<Telemetry>, {
        caption: say.telemetry,
        rows: value.items,
        keyOf: ({ id }) => id,
        columns: [
          { title: say.time, cell: (row) => h(Time, { at: row.received_at, exact: true }) },
          { title: say.stream, cell: ({ stream }) => stream },
          { title: say.payload, cell: ({ payload }) => h('code', null, brief(payload)) },
        ],
      }),
  )
}
