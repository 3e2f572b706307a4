import { useCallback, useState } from 'preact/hooks'
import type { Item } from '../../api/api.ts'
import { usePaged } from '../../api/paged.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { SelectField, TextField } from '../../elements/field.tsx'
import { type Fields, Form } from '../../elements/form.tsx'
import { ListPage } from '../../elements/list-page.tsx'
import { Section } from '../../elements/section.tsx'
import { Presence, Relation, Time } from '../../elements/signs.tsx'
import type { Column } from '../../elements/table.tsx'
import type { PageProps } from '../../page-definition.ts'
import { words } from './words.ts'

type Device = Item<'GET /v1/devices'>

/** The devices that the reader is bound to, or every device for those who may see it; and the form that claims one. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const { scopes } = useSession()
  const say = useWords(words)
  const maySeeAll = scopes.includes('devices:read')
  const [wantsAll, setWantsAll] = useState(true)
  const all = wantsAll && maySeeAll
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/devices', { query: { all: all ? 'true' : undefined, after }, signal }),
    [api, all],
  )
  const list = usePaged(load, 2_000)

  const filter = (
    <SelectField
      label={say.show}
      options={[
        { value: 'all', label: say.everyDevice },
        { value: 'mine', label: say.yourDevices },
      ]}
      value={all ? 'all' : 'mine'}
      onChange={({ currentTarget }) => {
        setWantsAll(currentTarget.value === 'all')
        list.show(undefined)
      }}
    />
  )
  const relation: Column<Device> = {
    title: say.relation,
    cell: (device) => <Relation relation={device.relation} />,
  }
  return (
    <ListPage
      title={title}
      list={list}
      empty={say.noDevices}
      controls={maySeeAll && filter}
      keyOf={({ uid }) => uid}
      columns={[
        {
          title: say.device,
          cell: ({ uid, name }) => <a href={`#/devices/${encodeURIComponent(uid)}`}>{name}</a>,
        },
        { title: say.presence, cell: ({ online }) => <Presence online={online} /> },
        { title: say.uid, cell: ({ uid }) => <code>{uid}</code> },
        { title: say.product, cell: ({ product }) => product },
        // The list of every device does not say how the reader is bound to each.
        ...(all ? [] : [relation]),
        { title: say.lastSeen, cell: (device) => <Time at={device.last_seen_at} /> },
      ]}
    >
      {scopes.includes('devices:bind') && <Claim onClaimed={list.reload} />}
    </ListPage>
  )
}

function Claim({ onClaimed }: { onClaimed: () => void }) {
  const { api } = useConsole()
  const say = useWords(words)
  const [name, setName] = useState<string>()
  const claim = async ({ text }: Fields) => {
    setName(undefined)
    const body = { uid: text('uid'), code: text('code') }
    const device = await api.call('POST /v1/devices/claims', { body })
    setName(device.name)
    onClaimed()
  }
  return (
    <Section title={say.claim}>
      <Form action={say.claim} onSubmit={claim}>
        <TextField label={say.uid} name="uid" class="mono" required maxLength={64} autocomplete="off" />
        <TextField
          label={say.claimCode}
          hint={say.claimHint}
          name="code"
          class="mono"
          required
          maxLength={128}
          autocomplete="off"
        />
      </Form>
      <p role="status">{name !== undefined && say.claimed(name)}</p>
    </Section>
  )
}
