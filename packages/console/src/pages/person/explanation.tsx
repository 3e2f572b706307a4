import { useCallback } from 'preact/hooks'
import type { Answer, Item } from '../../api/api.ts'
import { usePolled } from '../../api/polled.ts'
import { useConsole, useWords } from '../../context.ts'
import { ProblemNotice } from '../../elements/notice.tsx'
import { PermissionName } from '../../elements/permission.tsx'
import { moment } from '../../format.ts'
import { isRefusalReason, refusalWords } from '../../words/refusals.ts'
import { words } from './refusals-words.ts'

export type Refused = Item<'GET /v1/activity'>

/** The rule behind a refusal: what decided, who made it so, and what to do about it. */
export function Explanation({ person, refused }: { person: string; refused: Refused }) {
  const { language } = useConsole()
  const say = useWords(words)
  const { reason, details, at, target, target_kind: kind } = refused
  return (
    <>
      {reason === 'account_disabled' && <WhoDisabled person={person} before={at} />}
      {typeof details.permission === 'string' && (
        <Permission person={person} name={details.permission} at={at} />
      )}
      {typeof details.until === 'number' && (
        <p>{say.locked(moment(language, new Date(details.until).toISOString()))}</p>
      )}
      {kind === 'device' && target !== null && (
        <p>
          {say.device} <a href={`#/devices/${encodeURIComponent(target)}`}>{target}</a>
        </p>
      )}
      <p>
        {isRefusalReason(reason) ? (
          <>
            <strong>{say.remedy}</strong> {refusalWords[language][reason][1]}
          </>
        ) : (
          say.unknown
        )}
      </p>
    </>
  )
}

function WhoDisabled({ person, before }: { person: string; before: string }) {
  const { api, language } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    async (signal: AbortSignal) => {
      const query = { event: 'user.disable', target: person, to: before, limit: '1' }
      const event = (await api.call('GET /v1/activity', { query, signal })).items[0]
      const by = event?.subject?.startsWith('usr_')
        ? (await api.call('GET /v1/users/{id}', { path: { id: event.subject }, signal })).username
        : event?.subject
      return event && { at: event.at, by }
    },
    [api, person, before],
  )
  const { value, problem } = usePolled(load, 60_000)
  return (
    <>
      <ProblemNotice problem={problem} />
      {value && <p>{say.disabledBy(value.by ?? say.operator, moment(language, value.at))}</p>}
    </>
  )
}

/** What the rules said of a permission at that time, and what they say now. */
function Permission({ person, name, at }: { person: string; name: string; at: string }) {
  const { api } = useConsole()
  const say = useWords(words)
  const load = useCallback(
    async (signal: AbortSignal) => {
      const path = { id: person }
      return {
        before: await api.call('GET /v1/users/{id}/permissions', { path, query: { at }, signal }),
        now: await api.call('GET /v1/users/{id}/permissions', { path, signal }),
      }
    },
    [api, person, at],
  )
  const { value, problem } = usePolled(load, 60_000)
  return (
    <>
      <ProblemNotice problem={problem} />
      <p>
        {say.permission} <PermissionName name={name} />
      </p>
      {value && (
        <p>
          {say.before} <RulesText rules={value.before} name={name} />
          <br />
          {say.now} <RulesText rules={value.now} name={name} />
        </p>
      )}
    </>
  )
}

/** The rule that decides about a permission, or that there is none. */
function RulesText({ rules, name }: { rules: Answer<'GET /v1/users/{id}/permissions'>; name: string }) {
  const say = useWords(words)
  if (!rules.known) return <>{say.notKnown}</>
  const rule = rules.items.find(({ permission }) => permission === name)?.rules[0]
  if (rule === undefined) return <>{say.typeLacks(rules.user_type ?? '')}</>
  if (rule.kind === 'user_type') return <>{say.byType(rule.user_type)}</>
  const by = rule.created_by === null ? say.operator : (rule.created_by.username ?? rule.created_by.id)
  return <>{rule.kind === 'grant' ? say.granted(rule.reason, by) : say.denied(rule.reason, by)}</>
}
