import { useEffect, useMemo, useState } from 'preact/hooks'
import { useAction } from '../../api/action.ts'
import { type Problem, problemFrom } from '../../api/problem.ts'
import { useConsole, useWords } from '../../context.ts'
import { List } from '../../elements/list.tsx'
import { useNames } from '../../elements/names.tsx'
import { ProblemNotice } from '../../elements/notice.tsx'
import { Section } from '../../elements/section.tsx'
import { Dot } from '../../elements/signs.tsx'
import type { PageProps } from '../../page-definition.ts'
import { columnsOf } from './columns.tsx'
import { Event } from './event.tsx'
import { filterIn } from './filter.ts'
import { type ActivityEvent, following } from './following.ts'
import { Histogram } from './histogram.tsx'
import { SavedSearches } from './saved.tsx'
import { Save, Search } from './search.tsx'
import { words } from './words.ts'

/** A page that is left open for days keeps this many events. A search finds the others. */
const mostKept = 1_000

/** The log: searched by what the address says, and followed live from there. */
export function Page({ title, query }: PageProps) {
  const { api } = useConsole()
  const say = useWords(words)
  const shown = query.get('show')
  // An event that is opened or closed searches for nothing else.
  const asked = new URLSearchParams(
    Object.entries(filterIn(query)).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  ).toString()
  const filter = useMemo(() => filterIn(new URLSearchParams(asked)), [asked])
  const [events, setEvents] = useState<readonly ActivityEvent[]>()
  const [held, setHeld] = useState<readonly ActivityEvent[]>([])
  const [live, setLive] = useState(false)
  const [paused, setPaused] = useState(false)
  const [next, setNext] = useState<string | null>(null)
  const [left, setLeft] = useState(0)
  const [damaged, setDamaged] = useState<readonly string[]>([])
  const [problem, setProblem] = useState<Problem>()
  const older = useAction()
  const isPast = filter.to !== undefined
  const note = (more: readonly string[]) => {
    if (more.length > 0) setDamaged((known) => [...new Set([...known, ...more])])
  }

  useEffect(() => {
    const leaving = new AbortController()
    const { signal } = leaving
    // What ends in the past has nothing to follow.
    if (isPast) {
      api
        .call('GET /v1/activity', { query: filter, signal })
        .then((page) => {
          setEvents(page.items)
          setNext(page.next)
          note(page.damaged)
        })
        .catch((error: unknown) => signal.aborted || setProblem(problemFrom(error)))
      return () => leaving.abort()
    }
    const { from: _, to: __, ...sought } = filter
    void following({
      signal,
      follow: () => api.follow('GET /v1/activity/tail', { query: sought, signal }),
      search: () => api.call('GET /v1/activity', { query: filter, signal }),
      onPage: (page) => {
        setEvents((known = []) => newestFirst(page.items, known))
        // Older events that the reader has opened stay open when the connection is lost.
        setNext((before) => before ?? page.next)
        note(page.damaged)
      },
      onEvent: (event) => setHeld((waiting) => [event, ...waiting].slice(0, mostKept)),
      onSkipped: (count) => setLeft((before) => before + count),
      onLive: (isLive, why) => {
        setLive(isLive)
        setProblem(why)
      },
    })
    return () => leaving.abort()
  }, [api, filter, isPast])

  // Events that come while it is paused are held and counted; otherwise they are shown as they come.
  useEffect(() => {
    if (paused || held.length === 0) return
    setEvents((known = []) => {
      const all = newestFirst(held, known)
      const kept = all.slice(0, Math.max(mostKept, known.length))
      // Those that are let go of are older ones again.
      if (kept.length < all.length) setNext(kept.at(-1)?.id ?? null)
      return kept
    })
    setHeld([])
  }, [paused, held])

  const names = useNames((events ?? []).flatMap(({ subject, target }) => [subject, target]))

  const showOlder = () =>
    void older.run(async () => {
      // It may be behind the last one that is shown: a search looks at so many at a time, found or not.
      const after = next ?? undefined
      const page = await api.call('GET /v1/activity', { query: { ...filter, after } })
      setEvents((known = []) => newestFirst(page.items, known))
      setNext(page.next)
      note(page.damaged)
    })

  return (
    <Section title={title} level={1}>
      <Search filter={filter} />
      <SavedSearches filter={filter} />
      <Histogram filter={filter} />
      {shown !== null && <Event key={shown} id={shown} filter={filter} />}
      <div class="row">
        <span role="status">
          <Dot isFilled={live && !paused && !isPast}>
            {isPast ? say.past : paused ? say.paused : live ? say.live : say.connecting}
          </Dot>
        </span>
        {!isPast && (
          <button type="button" onClick={() => setPaused(!paused)}>
            {paused ? say.resume : say.pause}
          </button>
        )}
        <span role="status" class="faint">
          {paused && held.length > 0 && say.held(held.length)}
        </span>
      </div>
      <p role="status">{left > 0 && say.left(left)}</p>
      {damaged.length > 0 && <p role="alert">{say.damaged(damaged.join(', '))}</p>}
      <List
        caption={title}
        rows={events}
        problem={problem}
        empty={say.noEvents}
        keyOf={({ id }) => id}
        columns={columnsOf(say, filter, names)}
      />
      <ProblemNotice problem={older.problem} />
      {next !== null && (
        <p class="row">
          <button type="button" aria-busy={older.busy} onClick={showOlder}>
            {say.older}
          </button>
        </p>
      )}
      <Save filter={filter} />
    </Section>
  )
}

/** Each event once. Their ids grow with time, to the millisecond and within it. */
function newestFirst(
  some: readonly ActivityEvent[],
  others: readonly ActivityEvent[],
): readonly ActivityEvent[] {
  const byId = new Map([...some, ...others].map((event) => [event.id, event]))
  return [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1))
}
