import { useCallback } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Item } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePaged } from '../../api/paged.ts'
import { useConsole, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { List } from '../../elements/list.tsx'
import { Pager } from '../../elements/pager.tsx'
import { Section } from '../../elements/section.tsx'
import { Time } from '../../elements/signs.tsx'
import { alarmWords, ruleName } from '../../words/alarms.ts'
import { words } from './words.ts'

/** The silences that are not over. They are made beside an alarm. */
export function Silences({ mayWrite }: { mayWrite: boolean }) {
  const { api } = useConsole()
  const say = { ...useWords(alarmWords), ...useWords(words) }
  const load = useCallback(
    (after: string | undefined, signal: AbortSignal) =>
      api.call('GET /v1/alarm-silences', { query: { after }, signal }),
    [api],
  )
  const list = usePaged(load, 10_000)
  const { problem, run } = useAction()
  const end = (confirmed: Confirmed, id: string) =>
    void run(async () => {
      await api.end(confirmed, 'DELETE /v1/alarm-silences/{id}', { path: { id } })
      list.reload()
    })
  return (
    <Section title={say.silences}>
      <List
        caption={say.silences}
        rows={list.value?.items}
        problem={list.problem ?? problem}
        empty={say.noSilences}
        keyOf={({ id }) => id}
        columns={[
          { title: say.rule, cell: ({ rule }) => ruleName(say, rule) },
          { title: say.about, cell: ({ subject }) => subject ?? say.everybody },
          { title: say.until, cell: ({ ends_at }) => <Time at={ends_at} exact /> },
          { title: say.madeBy, cell: ({ owner }) => owner ?? say.operator },
          { title: say.reason, cell: ({ reason }) => reason },
          ...(mayWrite
            ? [
                {
                  title: say.action,
                  cell: ({ id, rule }: Item<'GET /v1/alarm-silences'>) => (
                    <ConfirmButton
                      label={say.end}
                      concerns={say.endWhat(ruleName(say, rule))}
                      means={say.endMeans}
                      now={say.endNow}
                      onConfirmed={(confirmed) => end(confirmed, id)}
                    />
                  ),
                },
              ]
            : []),
        ]}
      />
      <Pager list={list} />
    </Section>
  )
}
