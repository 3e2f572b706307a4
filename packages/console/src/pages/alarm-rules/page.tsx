import { useCallback, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import type { Item } from '../../api/api.ts'
import type { Confirmed } from '../../api/endings.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useSession, useWords } from '../../context.ts'
import { ConfirmButton } from '../../elements/confirm.tsx'
import { List } from '../../elements/list.tsx'
import { Section } from '../../elements/section.tsx'
import { Dot } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { alarmWords, ruleName } from '../../words/alarms.ts'
import { Editor } from './editor.tsx'
import { OwnEditor } from './own-editor.tsx'
import { Silences } from './silences.tsx'
import { words } from './words.ts'

/** No rule is called so. */
const adding = 'new'

/** The rules by which alarms open, each with its editor, and the silences. */
export function Page({ title }: PageProps) {
  const { api } = useConsole()
  const say = { ...useWords(alarmWords), ...useWords(words) }
  const mayWrite = useSession().scopes.includes('alarms:write')
  const [edited, setEdited] = useState<string>()
  const load = useCallback((signal: AbortSignal) => api.call('GET /v1/alarm-rules', { signal }), [api])
  const { value, problem, reload } = usePolled(load, 10_000)
  const ending = useAction()
  const done = () => {
    setEdited(undefined)
    reload()
  }
  const remove = (confirmed: Confirmed, name: string) =>
    void ending.run(async () => {
      await api.end(confirmed, 'DELETE /v1/alarm-rules/{name}', { path: { name } })
      done()
    })
  const titleOf = ({ name, own }: Item<'GET /v1/alarm-rules'>) => own?.title ?? ruleName(say, name)
  const rule = value?.items.find(({ name }) => name === edited)
  const timeOf = (seconds: number) => {
    if (seconds % 86_400 === 0) return say.days(seconds / 86_400)
    if (seconds % 3_600 === 0) return say.hours(seconds / 3_600)
    return seconds % 60 === 0 ? say.minutes(seconds / 60) : say.seconds(seconds)
  }
  const whatOf = ({
    threshold,
    counts,
    window_is: is,
    window_seconds: seconds,
  }: Item<'GET /v1/alarm-rules'>) => `${say[counts](threshold)} · ${say[is]} ${timeOf(seconds)}`
  return (
    <Section title={title} level={1}>
      <p class="hint">
        {say.hint} <a href="#/alarms">{say.back}</a>
      </p>
      {rule && rule.own === null && (
        <Editor key={rule.name} rule={rule} onDone={done} onCancel={() => setEdited(undefined)} />
      )}
      {(edited === adding || rule?.own) && (
        <OwnEditor key={edited} rule={rule} onDone={done} onCancel={() => setEdited(undefined)} />
      )}
      <List
        caption={title}
        rows={value?.items}
        problem={problem ?? ending.problem}
        empty=""
        keyOf={({ name }) => name}
        columns={[
          {
            title: say.rule,
            cell: (one) => (
              <>
                {titleOf(one)}
                {one.own !== null ? (
                  <span class="faint"> · {say.added}</span>
                ) : (
                  one.changed_at !== null && <span class="faint"> · {say.changed}</span>
                )}
              </>
            ),
          },
          { title: say.isOn, cell: ({ on }) => <Dot isFilled={on}>{on ? say.on : say.off}</Dot> },
          { title: say.severity, cell: ({ severity }) => say[severity] },
          { title: say.threshold, cell: whatOf },
          { title: say.mail, cell: ({ sends_mail }) => (sends_mail ? say.yes : say.no) },
          ...(mayWrite
            ? [
                {
                  title: say.action,
                  cell: (one: Item<'GET /v1/alarm-rules'>) => (
                    <span class="row">
                      <button
                        type="button"
                        aria-label={say.editWhat(titleOf(one))}
                        onClick={() => setEdited(one.name)}
                      >
                        {say.edit}
                      </button>
                      {one.own !== null && (
                        <ConfirmButton
                          label={say.remove}
                          concerns={say.removeWhat(one.own.title)}
                          means={say.removeMeans}
                          now={say.removeNow}
                          onConfirmed={(confirmed) => remove(confirmed, one.name)}
                        />
                      )}
                    </span>
                  ),
                },
              ]
            : []),
        ]}
      />
      {mayWrite && edited !== adding && (
        <p>
          <button type="button" onClick={() => setEdited(adding)}>
            {say.addRule}
          </button>
        </p>
      )}
      <Silences mayWrite={mayWrite} />
    </Section>
  )
}
