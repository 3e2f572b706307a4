import { useCallback } from 'preact/hooks'
import { usePaged } from '../../api/paged.ts'
import { useConsole, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { Pager } from '../../elements/pager.tsx'
import { PermissionName } from '../../elements/permission.tsx'
import { Section } from '../../elements/section.tsx'
import { Absent, Relation } from '../../elements/signs.tsx'
import type { AskedHolders } from './asked.ts'
import { RuleText } from './rule.tsx'
import { words } from './words.ts'

/** The people who may, each with the rule that gives it. */
export function Holders({ asked }: { asked: AskedHolders }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/permissions/holders', { query: { ...asked, after }, signal }),
    [api, asked],
  )
  const list = usePaged(load, 10_000)
  const isOfDevice = 'device' in asked
  const title = isOfDevice
    ? { view: say.mayView, control: say.mayControl, own: say.mayOwn }[asked.action]
    : say.peopleWith(asked.permission)
  const relation = {
    title: say.theirRelation,
    cell: ({ relation }: Row) => (relation === null ? <Absent /> : <Relation relation={relation} />),
  }
  return (
    <Section title={title}>
      {!isOfDevice && (
        <p>
          <PermissionName name={asked.permission} />
        </p>
      )}
      <List
        caption={title}
        rows={list.value?.items}
        problem={list.problem}
        empty={list.value?.next == null ? say.nobody : say.nobodyHere}
        keyOf={({ id }) => id}
        columns={[
          {
            title: say.person,
            cell: ({ id, username }) => (
              <a href={`#/people/${encodeURIComponent(id)}`}>{username ?? <code>{id}</code>}</a>
            ),
          },
          ...(isOfDevice ? [relation] : []),
          { title: say.why, cell: ({ rule }) => (rule === null ? <Absent /> : <RuleText rule={rule} />) },
        ]}
      />
      <Pager list={list} />
    </Section>
  )
}

interface Row {
  readonly relation: string | null
}
