import { useCallback, useState } from 'preact/hooks'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Pager } from '../../elements/pager.tsx'
import { PermissionName } from '../../elements/permission.tsx'
import { Section } from '../../elements/section.tsx'
import { Outcome, Relation } from '../../elements/signs.tsx'
import type { AskedPerson } from './asked.ts'
import { RuleText } from './rule.tsx'
import { words } from './words.ts'

/** What a person may do: permissions with their rules, and devices with what they may do with each. */
export function Abilities({ asked }: { asked: AskedPerson }) {
  const { api } = useConsole()
  const say = useWords(words)
  const [after, show] = useState<string>()
  const load = useCallback(
    (signal: AbortSignal) => api.call('GET /v1/permissions/of', { query: { ...asked, after }, signal }),
    [api, asked, after],
  )
  const { value, problem, reload } = usePolled(load, 10_000)
  if (!value) return <ProblemNotice problem={problem} />
  const { id, username, enabled, permissions, devices, next } = value
  const name = username ?? id
  return (
    <>
      <Section title={say.mayOf(name)}>
        <ProblemNotice problem={problem} />
        <p>
          <a href={`#/people/${encodeURIComponent(id)}`}>{say.toPerson(name)}</a>
        </p>
        {!enabled && <p role="status">{say.isDisabled}</p>}
        <List
          caption={say.mayOf(name)}
          rows={permissions}
          problem={undefined}
          empty={say.noPermissions}
          keyOf={({ permission }) => permission}
          columns={[
            { title: say.permission, cell: ({ permission }) => <PermissionName name={permission} /> },
            {
              title: say.may,
              cell: ({ allowed }) => (
                <Outcome
                  kind={allowed && enabled ? 'success' : 'refused'}
                  word={allowed && enabled ? say.yes : say.no}
                />
              ),
            },
            { title: say.why, cell: ({ rule }) => <RuleText rule={rule} /> },
          ]}
        />
      </Section>
      <Section title={say.devicesOf(name)}>
        <List
          caption={say.devicesOf(name)}
          rows={devices}
          problem={undefined}
          empty={say.noDevices}
          keyOf={({ uid }) => uid}
          columns={[
            {
              title: say.device,
              cell: ({ uid, name }) => (
                <a href={`#/devices/${encodeURIComponent(uid)}`}>{name ?? <code>{uid}</code>}</a>
              ),
            },
            { title: say.theirRelation, cell: ({ relation }) => <Relation relation={relation} /> },
            {
              title: say.may,
              cell: ({ actions }) =>
                actions.length === 0 ? say.nothing : actions.map((action) => say[action]).join(say.and),
            },
          ]}
        />
        <Pager list={{ value: { items: devices, next }, problem, reload, after, show }} />
      </Section>
    </>
  )
}
