import { Fragment, h } from 'preact'
import { useCallback, useState } from 'preact/hooks'
import { type Device, type Page, type Relation, withQuery } from './api.ts'
import { useAction, usePolled } from './asking.ts'
import { useConsole, useSession } from './context.ts'
import { field, fieldsOf, Presence, ProblemNotice, Section, Table, Time } from './elements.ts'
import type { Words } from './words.ts'

const everyMs = 2_000

/** The devices of whoever is signed in, or every device for those who may see it; and a way to get one more. */
export function DevicesPage() {
  const { say, api } = useConsole()
  const session = useSession()
  const maySeeAll = session.scopes.includes('devices:read')
  const [all, setAll] = useState(maySeeAll)
  const [after, setAfter] = useState<string>()
  const load = useCallback(
    (signal: AbortSignal) =>
      api.ask<Page<Device>>(
        'GET',
        withQuery('/v1/devices', { all: all && maySeeAll ? 'true' : undefined, after }),
        { signal },
      ),
    [api, all, maySeeAll, after],
  )
  const { value, problem, reload } = usePolled(load, everyMs)
  const show = (event: Event) => {
    setAll((event.currentTarget as HTMLSelectElement).value === 'all')
    setAfter(undefined)
  }

  return h(
    Section,
    { title: say.devices, level: 1 },
    maySeeAll &&
      field({ label: say.whichDevices }, (names) =>
        h(
          'select',
          { ...names, onChange: show, value: all ? 'all' : 'mine' },
          h('option', { value: 'all' }, say.everyDevice),
          h('option', { value: 'mine' }, say.yourDevices),
        ),
      ),
    h(ProblemNotice, { problem }),
    !value && !problem && h('p', { class: 'faint' }, say.loading),
    value && value.items.length === 0 && h('p', { class: 'faint' }, say.noDevices),
    value &&
      value.items.length > 0 &&
      h(Table<Device>, {
        caption: say.devices,
        rows: value.items,
        keyOf: ({ uid }) => uid,
        columns: [
          {
            title: say.device,
            cell: ({ uid, name }) => h('a', { href: `#/devices/${encodeURIComponent(uid)}` }, name),
          },
          { title: say.presence, cell: ({ online }) => h(Presence, { online }) },
          { title: say.uid, cell: ({ uid }) => h('code', null, uid) },
          { title: say.product, cell: ({ product }) => product },
          // The list of every device says nothing of how one is bound to each.
          ...(all && maySeeAll
            ? []
            : [{ title: say.relation, cell: ({ relation }: Device) => relationWord(say, relation) }]),
          { title: say.lastSeen, cell: (device) => h(Time, { at: device.last_seen_at }) },
        ],
      }),
    h(
      'p',
      { class: 'row' },
      after !== undefined &&
        h('button', { type: 'button', onClick: () => setAfter(undefined) }, say.firstPage),
      value?.next &&
        h('button', { type: 'button', onClick: () => setAfter(value.next ?? undefined) }, say.nextPage),
    ),
    session.scopes.includes('devices:bind') && h(ClaimForm, { claimed: reload }),
  )
}

export function relationWord(say: Words, relation: Relation | null) {
  return relation === null ? h('span', { class: 'faint' }, say.notBound) : say[relation]
}

function ClaimForm({ claimed }: { claimed: () => void }) {
  const { say, api } = useConsole()
  const { problem, busy, run } = useAction()
  const [name, setName] = useState<string>()
  const submit = (event: Event) => {
    const { form, text } = fieldsOf(event)
    setName(undefined)
    void run(async () => {
      const body = { uid: text('uid'), code: text('code') }
      const device = await api.ask<Device>('POST', '/v1/devices/claims', { body })
      setName(device.name)
      form.reset()
      claimed()
    })
  }
  return h(
    Section,
    { title: say.claim },
    h(
      'form',
      { onSubmit: submit, class: 'inline' },
      field({ label: say.uid }, (names) =>
        h('input', {
          ...names,
          name: 'uid',
          class: 'mono',
          required: true,
          maxLength: 64,
          autocomplete: 'off',
        }),
      ),
      field({ label: say.claimCode, hint: say.claimHint }, (names) =>
        h('input', {
          ...names,
          name: 'code',
          class: 'mono',
          required: true,
          maxLength: 128,
          autocomplete: 'off',
        }),
      ),
      h('button', { 'aria-busy': busy }, say.claim),
    ),
    h(ProblemNotice, { problem }),
    h('p', { role: 'status' }, name !== undefined && h(Fragment, null, say.claimed(name))),
  )
}
